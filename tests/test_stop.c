/* How long is measured: the length of rounds, the pilot, the stop rule and what intervals cover under it. */
#include "base/random.h"
#include "bench/scheduler/overhead.h"
#include "bench/job/protocol.h"
#include "bench/job/samples.h"
#include "bench/stats/stats.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

Test(overhead, a_round_that_is_long_enough_keeps_to_the_fraction)
{
    static const struct cg_round_work works[] = {
        {1, 2, 0, 6e6}, {1, 4, 4, 15e6}, {3, 12, 0, 45e6}, {3, 12, 12, 45e6}, {1, 78, 78, 300e6}};
    for (size_t i = 0; i < sizeof works / sizeof *works; i++) {
        const double round_ns = cg_overhead_round_ns(&works[i], 0.008);
        const double inside_ns = round_ns * (0.008 - CG_OVERHEAD_BETWEEN);
        cr_expect_float_eq(cg_overhead_round_as_seen_ns(inside_ns, 0.008), round_ns, 1);
        cr_expect_float_eq(cg_overhead_round_ns(&works[i], 0.016) * (0.016 - CG_OVERHEAD_BETWEEN), inside_ns,
                           1);
        cr_expect(round_ns > 10e6 && round_ns < 1e9, "work %zu: rounds of %g ms", i, 1e-6 * round_ns);
        cr_expect_geq(cg_overhead_round_ns(&works[i], 0.002), 2 * round_ns, "what cannot be reached");
    }
}

Test(protocol, a_job_runs_twice_before_samples_unless_runs_are_long)
{
    cr_expect_eq(cg_discard_ns(1000, 2000000), 2e6);
    cr_expect_eq(cg_discard_ns(1.5e6, 2000000), 3e6);
    cr_expect_eq(cg_discard_ns(2.7e6, 2000000), 5.4e6);
    cr_expect_eq(cg_discard_ns(5.4e6, 2000000), 5.4e6);
    cr_expect_eq(cg_discard_ns(5e7, 2000000), 5e7);
}

static void add(struct cg_samples *samples, int process, int round, double ns)
{
    cr_assert(cg_samples_reserve(samples, 1));
    cg_samples_add(samples, (struct cg_timed_sample){.process = process,
                                                     .round = round,
                                                     .ns = (int64_t)llround(ns * 1000),
                                                     .iterations = 1000,
                                                     .placement = -1});
}

Test(stop, ratios_are_formed_inside_rounds)
{
    struct cg_samples a = {0}, base = {0};
    for (int process = 0; process < 2; process++)
        for (int round = 0; round < 5; round++) {
            const double machine = 1000 * (1 + round + 7 * process); /* drift that the ratio does not see */
            if (round != 3)
                add(&base, process, round, machine);
            if (round != 1)
                add(&a, process, round, 2 * machine);
        }
    double ratios[16];
    int64_t process_of[16];
    const int n = cg_samples_log_ratios(&a, &base, -1, ratios, process_of);
    cr_expect(n == 6, "%d rounds have both", n);
    for (int i = 0; i < n; i++) {
        cr_expect(fabs(ratios[i] - log(2)) < 1e-9);
        cr_expect(process_of[i] == i / 3);
    }
    cr_expect(cg_samples_log_ratios(&a, &base, 1, ratios, NULL) == 3);
    cr_expect(cg_samples_log_ratios(&a, NULL, -1, ratios, NULL) == 8);
    cr_expect_float_eq(cg_samples_time(&a, 1), sqrt(20000 * 22000.), 1e-6);
    cr_expect_eq(cg_samples_time(&a, 7), 0);
    cg_samples_free(&a);
    cg_samples_free(&base);
}

Test(stop, a_plan_follows_the_noise_and_the_time)
{
    struct cg_protocol protocol = {.min_processes = 4,
                                   .max_processes = 4,
                                   .min_rounds = 6,
                                   .least_rounds = 5,
                                   .max_rounds = 1000,
                                   .precision = 0.01,
                                   .aim_per_job_s = 2};
    const struct cg_spread quiet = {0.0001, 0}, noisy = {0.02, 0}, noisier = {0.04, 0};
    cr_expect_eq(cg_protocol_design(&protocol, &quiet, 100, 1000, 1, 0.1).rounds, 6);
    const int some = cg_protocol_design(&protocol, &noisy, 1000, 10000, 1, 0.1).rounds,
              more = cg_protocol_design(&protocol, &noisier, 1000, 10000, 1, 0.1).rounds;
    cr_expect(some > 6 && abs(more - 4 * some) <= 4, "%d, %d", some, more);
    const struct cg_design aimed = cg_protocol_design(&protocol, &noisier, 5, 1000, 1, 0.1),
                           held = cg_protocol_design(&protocol, &noisier, 5, 8, 1, 0.1),
                           free = cg_protocol_design(&protocol, &noisier, 5, INFINITY, 100, 0.1);
    cr_expect_eq(aimed.rounds, 15, "%d rounds in 10 s", aimed.rounds);
    cr_expect_eq(held.rounds, 10, "%d rounds in 8 s", held.rounds);
    cr_expect(free.processes == 4 && free.rounds == 5, "%d rounds where a process takes long", free.rounds);
    const struct cg_protocol quick = cg_protocol_default(true);
    cr_expect_eq(cg_protocol_rounds_least(&quick), quick.min_rounds,
                 "preparation would be more than a fifth");
}

static double normal(uint64_t *state)
{
    const double u = 1 - cg_random_uniform(state), v = cg_random_uniform(state);
    return sqrt(-2 * log(u)) * cos(2 * 3.14159265358979323846 * v);
}

/* A sampler with known truth: noise between rounds (with outliers), drift common to a round, and an effect of
 * the process on each case, driven by the pilot and the stop rule as the scheduler drives them. */
static bool simulate(uint64_t *state, double process_sd, double noise_sd, int max_processes, double precision,
                     bool *stopped_early)
{
    const double truth = log(1.1);
    struct cg_samples base = {0}, other = {0};
    double scratch[4 * 24 * 60];
    const struct cg_protocol protocol = {.min_processes = max_processes % 8 ? 4 : 8,
                                         .max_processes = max_processes,
                                         .as_planned = max_processes < 24,
                                         .min_rounds = 7,
                                         .least_rounds = 5,
                                         .max_rounds = 60,
                                         .precision = precision};
    int rounds = 7, processes = 0, most = max_processes;
    bool enough = false;
    while (!enough && processes < most) {
        const double effect_base = process_sd * normal(state) / sqrt(2),
                     effect_other = process_sd * normal(state) / sqrt(2);
        int target = rounds;
        for (int round = 0; round < target; round++) {
            const double drift = 1 + 0.2 * sin(round * 0.7 + processes);
            double noise[2];
            for (int k = 0; k < 2; k++)
                noise[k] = noise_sd * normal(state) + (cg_random_uniform(state) < 0.03 ? 10 * noise_sd : 0);
            add(&base, processes, round, 1e6 * drift * exp(effect_base + noise[0]));
            add(&other, processes, round, 1e6 * drift * exp(truth + effect_other + noise[1]));
            if (processes == 0 && round == rounds - 1 && target == rounds) {
                const int n = cg_samples_log_ratios(&other, &base, 0, scratch, NULL);
                const struct cg_spread spread = {1.4826 * cg_summarise(scratch, (size_t)n, scratch + n).mad,
                                                 0.1};
                const struct cg_design design = cg_protocol_design(&protocol, &spread, 2, INFINITY, 1, 0.3);
                target = rounds = design.rounds;
                most = protocol.as_planned ? design.processes : most;
            }
        }
        processes++;
        const double half_width = cg_samples_half_width(&other, &base);
        enough = cg_stop_reached(&half_width, 1, processes, most, precision);
    }
    *stopped_early = processes < most;
    const struct cg_estimate estimate = cg_samples_estimate(&other, &base);
    cg_samples_free(&base);
    cg_samples_free(&other);
    return estimate.low <= truth && truth <= estimate.high;
}

Test(stop, intervals_cover_under_the_stop_rule)
{
    static const struct {
        const char *name;
        double process_sd, noise_sd;
        int max_processes;
        double precision;
    } rows[] = {
        {"quick, noisy processes", 0.01, 0.005, 4, 0.01},
        {"quick, noisy rounds", 0.002, 0.03, 4, 0.01},
        {"quick, six processes", 0.006, 0.01, 6, 0.01},
        {"quick, ten processes", 0.006, 0.02, 10, 0.01},
        {"full, noisy processes", 0.02, 0.005, 8, 0.01},
        {"full, stops often", 0.012, 0.005, 8, 0.01},
        {"full, quiet", 0.004, 0.003, 8, 0.01},
        {"full, noisy rounds", 0.004, 0.05, 8, 0.01},
        {"full, half a per cent", 0.005, 0.01, 8, 0.005},
        {"24, noisy processes", 0.02, 0.005, 24, 0.01},
        {"24, stops at the first look", 0.008, 0.005, 24, 0.01},
        {"24, noisy rounds", 0.01, 0.02, 24, 0.01},
    };
    enum { RUNS = 3000 };
    uint64_t state = 2026;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int covered = 0, early = 0;
        for (int run = 0; run < RUNS; run++) {
            bool stopped_early;
            covered += simulate(&state, rows[i].process_sd, rows[i].noise_sd, rows[i].max_processes,
                                rows[i].precision, &stopped_early);
            early += stopped_early;
        }
        const double coverage = 100.0 * covered / RUNS;
        cr_expect(fabs(coverage - 95) < 2, "%s: %.1f %% covered, %.0f %% stopped early", rows[i].name,
                  coverage, 100.0 * early / RUNS);
    }
}
