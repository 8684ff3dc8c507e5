/* When a warm-up ends, on jobs whose truth is known. */
#include "base/random.h"
#include "bench/stats/stats.h"
#include "bench/worker/warm_up.h"

#include <criterion/criterion.h>
#include <math.h>

#define RUNS   2000
#define ROUNDS 5

/* Log times of a run by window: `excess` at first, which fades over `fading` windows, and noise with
 * outliers. */
struct world {
    const char *name;
    double excess, fading, noise_sd, outliers;
};

static double normal(uint64_t *state)
{
    const double u = 1 - cg_random_uniform(state), v = cg_random_uniform(state);
    return sqrt(-2 * log(u)) * cos(2 * acos(-1) * v);
}

static double log_time(const struct world *world, double window, uint64_t *state)
{
    const double outlier = cg_random_uniform(state) < world->outliers ? log(1 + cg_random_uniform(state)) : 0;
    return log(1 + world->excess * exp(-window / world->fading)) + world->noise_sd * normal(state) + outlier;
}

struct seen {
    double windows;       /* until it settled, mean */
    double first, median; /* of the rounds that follow, without noise: mean relative excess */
    double early;         /* share that what is known ended while a run took 2 % too long */
};

/* The last window is discarded before the first sample; a round then is a window that is discarded and one
 * that is sampled, as of long runs: of short ones more is discarded. What an earlier process settled at
 * differs from the truth by `process_sd`; negative: there was none. */
static struct seen simulate(const struct world *world, double process_sd)
{
    struct seen seen = {0, 0, 0, 0};
    uint64_t state = 1807;
    for (int run = 0; run < RUNS; run++) {
        struct cg_warm_up warm_up = {.known = process_sd < 0 ? 0 : exp(process_sd * normal(&state))};
        while (!cg_warm_up_settled(&warm_up) && warm_up.n < 200)
            cg_warm_up_add(&warm_up, exp(log_time(world, warm_up.n, &state)));
        double rounds[ROUNDS];
        for (int r = 0; r < ROUNDS; r++)
            rounds[r] = world->excess * exp(-(warm_up.n + 2 * r) / world->fading);
        struct cg_warm_up alone = warm_up;
        alone.known = 0;
        seen.early +=
            (!cg_warm_up_settled(&alone) && world->excess * exp(-(warm_up.n - 1) / world->fading) > 0.02) /
            (double)RUNS;
        seen.windows += (double)warm_up.n / RUNS;
        seen.first += rounds[0] / RUNS;
        seen.median += cg_median(rounds, ROUNDS) / RUNS;
    }
    return seen;
}

Test(warm_up, ends_when_times_no_longer_fall_and_rounds_are_unbiased)
{
    static const struct {
        struct world world;
        double most_windows, most_first, most_median;
    } rows[] = {
        {{"steady", 0, 1, 0.002, 0}, 3.5, 1e-9, 1e-9},
        {{"steady, noise", 0, 1, 0.02, 0.05}, 5, 1e-9, 1e-9},
        {{"steady, much noise", 0, 1, 0.1, 0.1}, 5, 1e-9, 1e-9},
        {{"a cold first run", 1, 0.2, 0.005, 0}, 6, 1e-4, 1e-5},
        {{"pages, then caches", 0.5, 1, 0.005, 0.02}, 10, 1e-3, 1e-4},
        {{"a clock that rises", 0.3, 3, 0.005, 0.02}, 15, 0.007, 2e-3},
        {{"a clock that rises, noise", 0.3, 3, 0.03, 0.05}, 15, 0.025, 7e-3},
        {{"a slow fall", 0.1, 6, 0.005, 0.02}, 20, 0.025, 0.012},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct seen seen = simulate(&rows[i].world, -1);
        cr_expect(seen.windows < rows[i].most_windows && seen.first < rows[i].most_first &&
                      seen.median < rows[i].most_median,
                  "%s: %.1f windows, then %.5f too long in the first round, %.5f in the middle one",
                  rows[i].world.name, seen.windows, seen.first, seen.median);
    }
}

/* Its bias must not grow by it, but for what the next process may differ in. */
Test(warm_up, ends_where_an_earlier_process_settled_and_not_before)
{
    static const struct {
        struct world world;
        double process_sd, most_windows, most_early;
    } rows[] = {
        {{"steady", 0, 1, 0.002, 0}, 0, 2.1, 0},
        {{"steady, other processes", 0, 1, 0.002, 0}, 0.003, 2.1, 0},
        {{"a cold first run", 1, 0.2, 0.002, 0}, 0.003, 2.6, 0.001},
        {{"pages, then caches", 0.5, 1, 0.005, 0.02}, 0.003, 6, 0.02},
        {{"a clock that rises", 0.3, 3, 0.005, 0.02}, 0.003, 12, 0.05},
        {{"a slow fall", 0.1, 6, 0.005, 0.02}, 0.003, 18, 0.05},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct seen before = simulate(&rows[i].world, -1),
                          seen = simulate(&rows[i].world, rows[i].process_sd);
        cr_expect(seen.windows < rows[i].most_windows && seen.windows < before.windows &&
                      seen.early <= rows[i].most_early && seen.first < before.first + 0.006 &&
                      seen.median < before.median + 0.002,
                  "%s: %.2f windows (%.2f), %.3f early, then %.5f too long in the first round (%.5f), "
                  "%.5f in the middle one (%.5f)",
                  rows[i].world.name, seen.windows, before.windows, seen.early, seen.first, before.first,
                  seen.median, before.median);
    }
}

Test(warm_up, is_not_ended_by_a_time_beside_what_is_known)
{
    static const double ns[] = {130, 101.1, 97, 95, 95.4};
    struct cg_warm_up warm_up = {.known = 100};
    for (size_t i = 0; i < sizeof ns / sizeof *ns; i++) {
        cg_warm_up_add(&warm_up, ns[i]);
        cr_expect_not(cg_warm_up_settled(&warm_up), "window %zu", i);
    }
    cg_warm_up_add(&warm_up, 95.1);
    cr_expect(cg_warm_up_settled(&warm_up));
    warm_up = (struct cg_warm_up){.known = 100};
    cg_warm_up_add(&warm_up, 100);
    cr_expect_not(cg_warm_up_settled(&warm_up), "the check's run alone");
    cr_expect_eq(cg_warm_up_run_ns(&warm_up), 100);
    warm_up.last[0] = 130;
    cr_expect_eq(cg_warm_up_run_ns(&warm_up), 100, "the first run is cold: what is known tells more");
    cg_warm_up_add(&warm_up, 99.1);
    cr_expect(cg_warm_up_settled(&warm_up));
}

Test(warm_up, needs_three_windows_and_tells_of_the_last)
{
    struct cg_warm_up warm_up = {.n = 0};
    static const struct {
        double ns;
        bool settled;
        double run_ns;
    } rows[] = {{130, false, 130},   {110, false, 110}, {100, false, 100},
                {99.8, false, 99.8}, {104, true, 99.8}, {90, false, 90}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cg_warm_up_add(&warm_up, rows[i].ns);
        cr_expect_eq(cg_warm_up_settled(&warm_up), rows[i].settled, "window %zu", i);
        cr_expect_eq(cg_warm_up_run_ns(&warm_up), rows[i].run_ns, "window %zu", i);
    }
}
