/* The noise floor between starts, on simulated starts whose scale is known. */
#include "base/random.h"
#include "bench/stats/stats.h"

#include <criterion/criterion.h>
#include <math.h>

enum { STARTS = 10, PROCESSES = 4, TRIALS = 4000 };

static double normal(uint64_t *state)
{
    const double u = 1 - cg_random_uniform(state), v = cg_random_uniform(state);
    return sqrt(-2 * log(u)) * cos(2 * acos(-1) * v);
}

/* A start: what all its processes share, and what each has for itself. */
static struct cg_start simulate(uint64_t *random, double start_sd, double process_sd)
{
    const double shared = 7 + start_sd * normal(random);
    double values[PROCESSES];
    for (int p = 0; p < PROCESSES; p++)
        values[p] = shared + process_sd * normal(random);
    return (struct cg_start){.estimate = cg_estimate_of(values, PROCESSES)};
}

Test(floor, scale_of_few_values_by_hand)
{
    double room[10];
    const double three[] = {1, 2, 4}, outlier[] = {1, 2, 3, 4, 1000};
    /* n = 3: h = 2, the smallest difference; n = 5: h = 3, the third smallest. */
    cr_expect_float_eq(cg_qn(three, 3, room), 2.2219 * 0.994 * 1, 1e-9);
    cr_expect_float_eq(cg_qn(outlier, 5, room), 2.2219 * 0.844 * 1, 1e-9);
    cr_expect(isnan(cg_qn(three, 1, room)));
}

Test(floor, scale_has_no_bias)
{
    uint64_t random = 3;
    for (size_t n = 4; n <= 16; n++) {
        double sum = 0, values[16], room[120];
        for (int trial = 0; trial < TRIALS; trial++) {
            for (size_t i = 0; i < n; i++)
                values[i] = normal(&random);
            sum += cg_qn(values, n, room);
        }
        cr_expect(fabs(sum / TRIALS - 1) < 0.04, "n = %zu: %g", n, sum / TRIALS);
    }
}

/* Two more starts of the same world differ by more than the floor in about one of twenty pairs. */
Test(floor, equal_starts_stay_below_it)
{
    static const struct {
        double start_sd, process_sd;
    } worlds[] = {{0.01, 0}, {0, 0.01}, {0.004, 0.01}, {0.02, 0.01}};
    uint64_t random = 11;
    for (size_t w = 0; w < sizeof worlds / sizeof worlds[0]; w++) {
        int below = 0;
        double scratch[STARTS * (STARTS + 3) / 2];
        for (int trial = 0; trial < TRIALS; trial++) {
            struct cg_start starts[STARTS + 2];
            for (int i = 0; i < STARTS + 2; i++)
                starts[i] = simulate(&random, worlds[w].start_sd, worlds[w].process_sd);
            const double floor = cg_floor_between_starts(starts, STARTS, scratch);
            below += fabs(starts[STARTS].estimate.mean - starts[STARTS + 1].estimate.mean) <= log1p(floor);
        }
        cr_expect(below > 0.93 * TRIALS && below < 0.995 * TRIALS, "world %zu: %.3f", w,
                  (double)below / TRIALS);
    }
}

/* What made floors of 186 %: one start in a slow phase that nothing flagged. */
Test(floor, one_wild_start_decides_nothing)
{
    uint64_t random = 5;
    double scratch[STARTS * (STARTS + 3) / 2], largest = 0, sum = 0, sum_wild = 0;
    for (int trial = 0; trial < TRIALS; trial++) {
        struct cg_start starts[STARTS];
        for (int i = 0; i < STARTS; i++)
            starts[i] = simulate(&random, 0.003, 0.004);
        const double plain = cg_floor_between_starts(starts, STARTS, scratch);
        starts[3].estimate.mean += log(2.8);
        const double wild = cg_floor_between_starts(starts, STARTS, scratch);
        sum += plain;
        sum_wild += wild;
        largest = fmax(largest, wild / plain);
    }
    cr_expect(sum_wild / sum < 1.4, "%g", sum_wild / sum);
    cr_expect(largest < 6, "%g", largest); /* of a floor that was small by chance */
}

Test(floor, disturbed_starts_do_not_count)
{
    uint64_t random = 9;
    double scratch[STARTS * (STARTS + 3) / 2];
    struct cg_start starts[STARTS];
    for (int i = 0; i < STARTS; i++)
        starts[i] = simulate(&random, 0.003, 0.004);
    const double of_seven = cg_floor_between_starts(starts, CG_FLOOR_STARTS_MIN, scratch);
    for (int i = CG_FLOOR_STARTS_MIN; i < STARTS; i++) {
        starts[i].estimate.mean += i;
        starts[i].disturbed = true;
    }
    cr_expect_float_eq(cg_floor_between_starts(starts, STARTS, scratch), of_seven, 1e-12);
    starts[0].disturbed = true;
    cr_expect(isnan(cg_floor_between_starts(starts, STARTS, scratch)));
}
