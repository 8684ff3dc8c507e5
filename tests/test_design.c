/* How many processes and rounds are planned, on made-up variances and prices. */
#include "base/random.h"
#include "bench/stats/design.h"
#include "bench/stats/stats.h"

#include <criterion/criterion.h>
#include <math.h>

static double normal(uint64_t *state)
{
    const double u = 1 - cg_random_uniform(state), v = cg_random_uniform(state);
    return sqrt(-2 * log(u)) * cos(2 * acos(-1) * v);
}

static struct cg_design_limits limits_of(double process_s, double round_s, double budget_s)
{
    return (struct cg_design_limits){.min_processes = 4,
                                     .max_processes = 10,
                                     .min_rounds = 5,
                                     .max_rounds = 15,
                                     .least_rounds = 3,
                                     .process_s = process_s,
                                     .round_s = round_s,
                                     .budget_s = budget_s,
                                     .precision = 1e-6};
}

Test(design, gives_the_rounds_or_the_processes_what_varies_more)
{
    static const struct {
        const char *name;
        struct cg_spread spread;
        double process_s, round_s, budget_s;
        int processes, rounds;
    } rows[] = {
        {"processes that cost nothing", {0.01, 0.5}, 0, 1, 60, 10, 6},
        {"processes that are all alike and dear", {0.01, 0}, 5, 1, 60, 5, 7},
        {"rounds that are all alike", {0.01, 4}, 1, 1, 60, 10, 5},
        {"no time for it", {0.01, 0.1}, 10, 1, 20, 4, 3},
        {"time for a few rounds", {0.01, 0.1}, 1, 1, 20, 4, 4},
        {"any time", {0.01, 0.1}, 1, 1, INFINITY, 10, 15},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct cg_design_limits limits =
            limits_of(rows[i].process_s, rows[i].round_s, rows[i].budget_s);
        const struct cg_design design = cg_design_best(&rows[i].spread, &limits);
        cr_expect(design.processes == rows[i].processes && design.rounds == rows[i].rounds,
                  "%s: %d processes of %d rounds", rows[i].name, design.processes, design.rounds);
    }
}

Test(design, is_the_best_that_the_budget_holds)
{
    uint64_t state = 11;
    for (int trial = 0; trial < 500; trial++) {
        const struct cg_spread spread = {0.001 + 0.05 * cg_random_uniform(&state),
                                         cg_random_uniform(&state) < 0.3 ? 0 : 2 * cg_random_uniform(&state)};
        const struct cg_design_limits limits =
            limits_of(2 * cg_random_uniform(&state), 0.05 + cg_random_uniform(&state), 30);
        const struct cg_design design = cg_design_best(&spread, &limits);
        for (int p = limits.min_processes; p <= limits.max_processes; p++)
            for (int r = limits.min_rounds; r <= limits.max_rounds; r++)
                if (p * (limits.process_s + r * limits.round_s) <= limits.budget_s)
                    cr_expect_leq(design.half_width, cg_expected_half_width(&spread, p, r) + 1e-12);
    }
}

Test(design, takes_no_longer_than_the_precision_asks)
{
    const struct cg_spread spread = {0.01, 0.1};
    struct cg_design_limits limits = limits_of(1, 1, INFINITY);
    double before_s = INFINITY;
    for (limits.precision = 0.005; limits.precision < 0.1; limits.precision *= 1.5) {
        const struct cg_design design = cg_design_best(&spread, &limits);
        const double takes_s = design.processes * (1.0 + design.rounds);
        cr_expect_leq(design.half_width, limits.precision);
        cr_expect_leq(takes_s, before_s);
        before_s = takes_s;
    }
    cr_expect_eq(before_s, 4 * 6);
}

/* What is expected is what simulated measurements have. */
Test(design, expects_what_simulated_measurements_have)
{
    static const struct {
        struct cg_spread spread;
        int processes, rounds;
    } rows[] = {{{0.01, 0}, 4, 15}, {{0.01, 0.3}, 6, 9}, {{0.02, 1}, 8, 5}, {{0.005, 0.1}, 10, 7}};
    enum { TRIALS = 3000, MOST = 128 };
    uint64_t state = 5;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct cg_spread spread = rows[i].spread;
        const int n = rows[i].processes * rows[i].rounds;
        double values[MOST], scratch[3 * MOST], width = 0;
        int64_t process[MOST];
        for (int t = 0; t < TRIALS; t++) {
            double effect = 0;
            for (int k = 0; k < n; k++) {
                process[k] = k / rows[i].rounds;
                if (k % rows[i].rounds == 0)
                    effect = sqrt(spread.process_share) * spread.round_sd * normal(&state);
                values[k] = effect + spread.round_sd * normal(&state);
            }
            const struct cg_estimate estimate =
                cg_estimate_over_processes(values, process, (size_t)n, scratch);
            width += pow((estimate.high - estimate.low) / 2, 2) / TRIALS;
        }
        const double expected = cg_expected_half_width(&spread, rows[i].processes, rows[i].rounds);
        cr_expect(fabs(sqrt(width) / expected - 1) < 0.06, "row %zu: %.5f, expected %.5f", i, sqrt(width),
                  expected);
    }
}
