/* Monte-Carlo coverage: a simulated sampler (simulated.h), run through the estimates and the stop rule as
 * measuring uses them. 95 % intervals must cover within a point. */
#include "base/random.h"
#include "bench/stats/verdict.h"
#include "tests/simulated.h"

#include <criterion/criterion.h>
#include <math.h>

#define TRIALS 3000

Test(coverage, ratio_intervals_cover_within_a_point)
{
    for (size_t w = 0; w < SIMULATED_WORLDS; w++) {
        for (int max = 4; max <= SIMULATED_PROCESSES; max = max == 4 ? 8 : max == 8 ? 24 : 99) {
            double used;
            const double c = simulated_coverage(&simulated_worlds[w], max, 0.01, TRIALS, &used);
            /* 3000 trials at 95 % have a standard error of 0.4 points: three of them are allowed */
            cr_expect(c >= 0.928 && c <= 0.972, "world %zu, at most %d processes (%.1f used): coverage %.3f",
                      w, max, used, c);
        }
    }
}

/* The noise level at which the stop rule hurts most must still be within two points (plus the simulation's
 * own error). */
Test(coverage, stop_rule_at_every_noise_level)
{
    for (double sd = 0.003; sd < 0.03; sd *= 1.25) {
        const struct simulated_world world = {1.1, sd, 0.002, 0, 0};
        for (int max = 8; max <= 24; max += 16) {
            double used;
            const double c = simulated_coverage(&world, max, 0.01, TRIALS, &used);
            cr_expect(c >= 0.922, "process sd %.4f, at most %d (%.1f used): coverage %.3f", sd, max, used, c);
        }
    }
}

/* A/A: no claim of a difference in more than 5 % of tables of 12 rows; a true 10 % is found. */
Test(coverage, verdicts_make_few_false_claims_and_find_true_ones)
{
    const struct simulated_world same = {1.0, 0.006, 0.01, 0.05, 0.1},
                                 slower = {1.10, 0.004, 0.01, 0.05, 0.1};
    uint64_t random = 7;
    int wrong_tables = 0, found = 0;
    for (int t = 0; t < 600; t++) {
        struct cg_judged rows[12];
        int used;
        for (int r = 0; r < 12; r++)
            rows[r] = (struct cg_judged){
                .ratio = simulated_measure(r == 11 ? &slower : &same, 4, 0.01, &random, &used),
                .delta = 0.02};
        cr_assert(cg_judge(rows, 12, CG_DO_THEY_DIFFER));
        bool wrong = rows[11].verdict == CG_FASTER || rows[11].verdict == CG_SAME;
        for (int r = 0; r < 11; r++)
            wrong = wrong || rows[r].verdict == CG_FASTER || rows[r].verdict == CG_SLOWER;
        wrong_tables += wrong;
        found += rows[11].verdict == CG_SLOWER;
    }
    cr_expect(wrong_tables <= 600 * 5 / 100, "%d of 600 tables hold a wrong claim", wrong_tables);
    cr_expect(found >= 600 * 8 / 10, "%d of 600 found", found);
}

/* At the edge itself (a true ratio of 1 + delta) the claim is made at most about once in 20. */
Test(coverage, claims_at_the_edge_are_rare)
{
    const struct simulated_world edge = {1.02, 0.005, 0.005, 0, 0.1};
    uint64_t random = 11;
    int claims = 0, same = 0, used;
    for (int t = 0; t < TRIALS; t++) {
        struct cg_judged row = {.ratio = simulated_measure(&edge, 4, 0.01, &random, &used), .delta = 0.02};
        cr_assert(cg_judge(&row, 1, CG_DO_THEY_DIFFER));
        claims += row.verdict == CG_SLOWER;
        same += row.verdict == CG_SAME;
    }
    cr_expect(claims <= TRIALS * 65 / 1000, "%d SLOWER of %d", claims, TRIALS);
    cr_expect(same <= TRIALS * 65 / 1000, "%d SAME of %d", same, TRIALS);
}

/* At a true 1.02 no more than 5 % of tables of 12 rows hold a false SAME: single rows are corrected. */
Test(coverage, few_tables_hold_a_false_same)
{
    const struct simulated_world edge = {1.02, 0.005, 0.005, 0, 0.1};
    uint64_t random = 13;
    int wrong = 0, used;
    for (int t = 0; t < 600; t++) {
        struct cg_judged rows[12];
        bool any = false;
        for (int r = 0; r < 12; r++)
            rows[r] =
                (struct cg_judged){.ratio = simulated_measure(&edge, 4, 0.01, &random, &used), .delta = 0.02};
        cr_assert(cg_judge(rows, 12, CG_DO_THEY_DIFFER));
        for (int r = 0; r < 12; r++)
            any = any || rows[r].verdict == CG_SAME;
        wrong += any;
    }
    cr_expect(wrong <= 600 * 7 / 100, "%d of 600 tables hold a false SAME", wrong);
}

/* A table of 12 ratios over 8 processes of 12 rounds each, measured in the same rounds, 3 in 10 of which are
 * not quiet: in these all is slower by 10 %, and the last row's ratio `factor` times as large. Of `outliers`
 * of the samples, up to twice as long, only the case has its part, not the baseline: medians of few rounds
 * are skewed then. Judges it. */
static void judge_table_by_state(double factor, double outliers, uint64_t *random, struct cg_judged rows[12])
{
    enum { ALL = 8, ROUNDS = 12 };
    double all[12][ALL], quiet[12][ALL], others[12][ALL], scratch[3 * ALL + ROUNDS];
    for (int p = 0; p < ALL; p++) {
        bool is_quiet[ROUNDS];
        double base[ROUNDS], ratios[ROUNDS];
        for (int r = 0; r < ROUNDS; r++) {
            is_quiet[r] = cg_random_uniform(random) >= 0.3;
            base[r] = 0.01 * simulated_normal(random) + (is_quiet[r] ? 0 : log(1.1));
        }
        for (int row = 0; row < 12; row++) {
            for (int r = 0; r < ROUNDS; r++) {
                ratios[r] = 0.01 * simulated_normal(random) + (is_quiet[r] ? 0 : log(1.1)) - base[r];
                ratios[r] += cg_random_uniform(random) < outliers ? log(1 + cg_random_uniform(random)) : 0;
                ratios[r] += row == 11 && !is_quiet[r] ? log(factor) : 0;
            }
            cg_medians_by_state(ratios, is_quiet, ROUNDS, scratch, &quiet[row][p], &others[row][p]);
            all[row][p] = cg_median(ratios, ROUNDS);
        }
    }
    for (int row = 0; row < 12; row++)
        rows[row] = (struct cg_judged){.ratio = cg_estimate_of(all[row], ALL),
                                       .delta = 0.02,
                                       .state = cg_by_state_of(quiet[row], others[row], ALL, scratch)};
    cr_assert(cg_judge(rows, 12, CG_DO_THEY_DIFFER));
}

/* UNDECIDED: machine, where flagged rounds are slower by the same factor in all cases: in at most 5 % of
 * tables (1000 have a standard error of 0.7 points). */
Test(coverage, what_slows_all_alike_is_rarely_called_the_machine)
{
    static const double outliers[] = {0, 0.1, 0.3};
    uint64_t random = 19;
    for (size_t w = 0; w < sizeof outliers / sizeof outliers[0]; w++) {
        int wrong = 0;
        for (int t = 0; t < 1000; t++) {
            struct cg_judged rows[12];
            bool any = false;
            judge_table_by_state(1, outliers[w], &random, rows);
            for (int r = 0; r < 12; r++)
                any = any || rows[r].verdict == CG_BY_MACHINE;
            wrong += any;
        }
        cr_expect(wrong <= 70, "outliers %g: %d of 1000 tables", outliers[w], wrong);
    }
}

/* A ratio that flagged rounds shift by 5 % is found, and it alone. */
Test(coverage, a_ratio_that_depends_on_the_machine_is_found)
{
    uint64_t random = 23;
    int found = 0, wrong = 0;
    for (int t = 0; t < 300; t++) {
        struct cg_judged rows[12];
        judge_table_by_state(1.05, 0.05, &random, rows);
        found += rows[11].verdict == CG_BY_MACHINE;
        for (int r = 0; r < 11; r++)
            wrong += rows[r].verdict == CG_BY_MACHINE;
    }
    cr_expect(found >= 300 * 8 / 10, "%d of 300", found);
    cr_expect(wrong <= 300 * 7 / 100, "%d others", wrong);
}

/* The slowest of six equal networks over the fastest: picked, so that an interval that does not allow for the
 * choice misses the truth too often. */
Test(coverage, picked_extremes)
{
    enum { NETWORKS = 6, PROCESSES = 8 };
    uint64_t random = 17;
    int plain = 0, widened = 0;
    for (int t = 0; t < TRIALS; t++) {
        double times[NETWORKS][PROCESSES], ratios[PROCESSES];
        int slowest = 0, fastest = 0;
        for (int n = 0; n < NETWORKS; n++) {
            for (int p = 0; p < PROCESSES; p++)
                times[n][p] = 0.01 * simulated_normal(&random);
            slowest = cg_mean(times[n], PROCESSES) > cg_mean(times[slowest], PROCESSES) ? n : slowest;
            fastest = cg_mean(times[n], PROCESSES) < cg_mean(times[fastest], PROCESSES) ? n : fastest;
        }
        for (int p = 0; p < PROCESSES; p++)
            ratios[p] = times[slowest][p] - times[fastest][p];
        const struct cg_estimate e = cg_estimate_of(ratios, PROCESSES);
        plain += e.low <= 0 && 0 <= e.high;
        widened += cg_estimate_among(e, NETWORKS * (NETWORKS - 1) / 2).low <= 0;
    }
    cr_expect(plain < 0.8 * TRIALS, "without: %d of %d", plain, TRIALS);
    cr_expect(widened >= 0.95 * TRIALS, "with: %d of %d", widened, TRIALS);
}

/* Order statistics within one process, and slopes over processes. */
Test(coverage, median_and_slope_intervals)
{
    uint64_t random = 5;
    int median_covered = 0, slope_covered = 0;
    for (int t = 0; t < TRIALS; t++) {
        double values[25], y[4 * 4], scratch[4];
        const double x[] = {0, log(2), log(6), log(12)};
        for (int i = 0; i < 25; i++)
            values[i] = exp(simulated_normal(&random));
        cg_sort(values, 25);
        const struct cg_interval m = cg_median_interval(values, 25, 0.95);
        median_covered += m.low <= 1 && 1 <= m.high;
        for (int p = 0; p < 4; p++)
            for (int s = 0; s < 4; s++)
                y[p * 4 + s] = s == 0 ? 0 : 0.2 * x[s] + 0.01 * simulated_normal(&random);
        const struct cg_estimate e = cg_slope_estimate(x, y, 4, 4, scratch);
        slope_covered += e.low <= 0.2 && 0.2 <= e.high;
    }
    cr_expect(median_covered >= 0.94 * TRIALS, "median: %d of %d", median_covered, TRIALS);
    cr_expect(slope_covered >= 0.935 * TRIALS && slope_covered <= 0.97 * TRIALS, "slope: %d of %d",
              slope_covered, TRIALS);
}
