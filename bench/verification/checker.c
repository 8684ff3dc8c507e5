#include "bench/verification/checker.h"

#include "base/random.h"

#include <float.h>
#include <math.h>

/* ---- positions ---- */

static int below(uint64_t *state, int limit)
{
    return (int)(cg_random_next(state) % (uint64_t)limit);
}

struct picked {
    struct cg_position *positions;
    int count, max;
};

static void pick(struct picked *picked, int n, int y, int x)
{
    for (int i = 0; i < picked->count; i++) {
        const struct cg_position p = picked->positions[i];
        if (p.n == n && p.y == y && p.x == x)
            return;
    }
    if (picked->count < picked->max)
        picked->positions[picked->count++] = (struct cg_position){n, y, x};
}

static int all_positions(struct cg_shape s, struct cg_position *positions)
{
    int count = 0;
    for (int n = 0; n < s.n; n++)
        for (int y = 0; y < s.h; y++)
            for (int x = 0; x < s.w; x++)
                positions[count++] = (struct cg_position){n, y, x};
    return count;
}

int cg_check_positions(struct cg_shape s, uint64_t seed, int max, struct cg_position *positions)
{
    struct picked picked = {.positions = positions, .max = max};
    uint64_t state = seed;
    if ((int64_t)s.n * s.h * s.w <= max)
        return all_positions(s, positions);

    for (int last = 1; last >= 0; last--)
        for (int corner = 0; corner < 4; corner++)
            pick(&picked, last ? s.n - 1 : 0, corner / 2 ? s.h - 1 : 0, corner % 2 ? s.w - 1 : 0);
    for (int end = 0; end < 2; end++) {
        pick(&picked, below(&state, s.n), end ? s.h - 1 : 0, below(&state, s.w));
        pick(&picked, below(&state, s.n), below(&state, s.h), end ? s.w - 1 : 0);
    }
    /* more pixels than `max`, so this ends */
    while (picked.count < max)
        pick(&picked, below(&state, s.n), below(&state, s.h), below(&state, s.w));
    return picked.count;
}

/* ---- comparison ---- */

/* Of sums of squares. */
static double relative(double difference, double magnitude)
{
    if (!isfinite(difference) || !isfinite(magnitude))
        return NAN;
    return magnitude > 0 ? sqrt(difference / magnitude) : difference > 0 ? INFINITY : 0;
}

static double tolerance(const struct cg_expected *expected, int channel, float want)
{
    const double sigma = (double)expected->sigma[channel], rms = (double)expected->rms[channel];
    const double local = rms > 0 ? (double)want / rms : 0;
    /* results below the smallest normal number may be flushed to zero */
    return CG_CHECK_SIGMAS * sigma * sqrt(1 + local * local) + (double)FLT_MIN;
}

/* |got - want| in tolerances: above 1 is wrong, also for NaN. */
static double excess(const struct cg_expected *expected, int channel, float got, float want)
{
    if (!isfinite(got) || !isfinite(want))
        return INFINITY;
    return fabs((double)got - (double)want) / tolerance(expected, channel, want);
}

enum cg_status cg_check_output(const struct cg_expected *expected, const float *output, double rounding,
                               struct cg_check *check, struct cg_error *err)
{
    const struct cg_shape s = expected->shape;
    double difference = 0, magnitude = 0;
    *check = (struct cg_check){.worst = -1};
    for (int64_t i = 0; i < expected->n_positions; i++) {
        const struct cg_position p = expected->positions[i];
        const float *got = output + (((int64_t)p.n * s.h + p.y) * s.w + p.x) * s.c;
        const float *want = expected->values + i * s.c;
        for (int c = 0; c < s.c; c++) {
            const double tolerances = excess(expected, c, got[c], want[c]) / rounding;
            difference += ((double)got[c] - (double)want[c]) * ((double)got[c] - (double)want[c]);
            magnitude += (double)want[c] * (double)want[c];
            check->n_wrong += tolerances > 1;
            if (tolerances > check->worst) {
                check->worst = tolerances;
                check->position = p;
                check->channel = c;
                check->got = got[c];
                check->want = want[c];
            }
        }
    }
    check->n_compared = expected->n_positions * s.c;
    check->held = check->n_wrong == 0;
    check->error = relative(difference, magnitude);
    if (check->held && (rounding == 1 || check->error <= CG_CHECK_L2))
        return CG_OK;
    if (check->held) {
        check->held = false;
        return cg_fail(err, CG_CHECK_FAILED, "relative L2 error %.3g is above %.3g", check->error,
                       CG_CHECK_L2);
    }
    return cg_fail(
        err, CG_CHECK_FAILED,
        "%lld of %lld values are wrong; the worst is image %d row %d column %d channel %d: %g, not %g "
        "(%.3g times its tolerance)",
        (long long)check->n_wrong, (long long)check->n_compared, check->position.n, check->position.y,
        check->position.x, check->channel, (double)check->got, (double)check->want, check->worst);
}
