/* The parts of measuring that need no worker: order, frames, messages, the pilot and the stop rule. */
#include "bench/device/pin.h"
#include "bench/device/timer.h"
#include "bench/measure/asleep.h"
#include "bench/measure/cold.h"
#include "bench/measure/frame.h"
#include "bench/measure/messages.h"
#include "bench/measure/order.h"
#include "bench/measure/overhead.h"
#include "bench/measure/placement.h"
#include "bench/measure/results.h"
#include "bench/measure/round_flags.h"
#include "bench/measure/stop.h"
#include "bench/measure/weights_file.h"
#include "bench/stats/rank.h"
#include "bench/stats/stats.h"
#include "tests/layers.h"

#include <criterion/criterion.h>
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* ---- order ---- */

Test(order, every_case_in_every_position_equally_often)
{
    enum { MOST = 15 };
    for (int n = 1; n <= MOST; n++) {
        const int rounds = n % 2 == 0 ? n : 2 * n;
        int counts[MOST][MOST] = {0}, follows[MOST][MOST] = {0}, order[MOST], scratch[4 * MOST];
        for (int round = 0; round < rounds; round++) {
            cg_order_of_round(7, n, round, order, scratch);
            for (int i = 0; i < n; i++) {
                cr_assert(order[i] >= 0 && order[i] < n);
                counts[order[i]][i]++;
                if (i > 0)
                    follows[order[i - 1]][order[i]]++;
            }
        }
        for (int i = 0; i < n; i++)
            for (int k = 0; k < n; k++) {
                cr_expect(counts[i][k] == rounds / n, "%d cases: case %d stands %d times at %d", n, i,
                          counts[i][k], k);
                /* n (n - 1) neighbours over rounds x (n - 1) places: each exactly once (twice if n is odd).
                 */
                cr_expect(follows[i][k] == (i == k ? 0 : rounds / n), "%d cases: %d follows %d %d times", n,
                          k, i, follows[i][k]);
            }
    }
}

Test(order, depends_on_the_seed_and_the_block)
{
    int a[12], b[12], c[12], again[12], scratch[48];
    cg_order_of_round(1, 12, 0, a, scratch);
    cg_order_of_round(2, 12, 0, b, scratch);
    cg_order_of_round(1, 12, 12, c, scratch);
    cg_order_of_round(1, 12, 0, again, scratch);
    cr_expect(memcmp(a, again, sizeof a) == 0);
    cr_expect(memcmp(a, b, sizeof a) != 0);
    cr_expect(memcmp(a, c, sizeof a) != 0);
}

/* Blocks of different sizes. Over the rounds of all designs each case has the same mean place in a round, is
 * first in its block equally often, and each block stands everywhere equally often; a block is never torn. */
Test(order, blocks_stay_together_and_favour_no_case)
{
    enum { MOST = 16, ROUNDS = 840 * 2 }; /* a multiple of all designs' lengths */
    static const struct {
        int n, n_blocks, block[MOST];
    } rows[] = {
        {5, 1, {0}},
        {9, 3, {0, 0, 0, 1, 1, 1, 2, 2, 2}},
        {12, 3, {0, 1, 2, 0, 1, 2, 0, 1, 0, 1, 0, 1}}, /* 5, 5 and 2 */
        {13, 4, {3, 3, 3, 3, 3, 3, 3, 2, 2, 2, 1, 1, 0}},
        {2, 2, {0, 1}},
        {1, 1, {0}},
    };
    for (size_t row = 0; row < sizeof rows / sizeof *rows; row++) {
        const int n = rows[row].n, n_blocks = rows[row].n_blocks, *block = rows[row].block;
        int size[MOST] = {0}, first[MOST] = {0}, stands[MOST][MOST] = {0}, order[MOST], scratch[6 * MOST];
        int64_t places[MOST] = {0};
        for (int i = 0; i < n; i++)
            size[block[i]]++;
        for (int round = 0; round < ROUNDS; round++) {
            bool seen[MOST] = {false};
            cg_order_in_blocks(7, n, block, n_blocks, round, order, scratch);
            for (int i = 0, at = -1; i < n; i++) {
                const int c = order[i];
                cr_assert(c >= 0 && c < n && !seen[c]);
                seen[c] = true;
                places[c] += i;
                if (i > 0 && block[c] == block[order[i - 1]])
                    continue;
                first[c]++;
                stands[block[c]][++at]++;
                cr_assert_lt(at, n_blocks, "a block is torn");
            }
        }
        for (int c = 0; c < n; c++) {
            cr_expect_eq(2 * places[c], (int64_t)ROUNDS * (n - 1), "row %zu: case %d stands at %g on average",
                         row, c, (double)places[c] / ROUNDS);
            cr_expect_eq(first[c], ROUNDS / size[block[c]], "row %zu: case %d is first %d times", row, c,
                         first[c]);
        }
        for (int b = 0; b < n_blocks; b++)
            for (int k = 0; k < n_blocks; k++)
                cr_expect_eq(stands[b][k], ROUNDS / n_blocks, "row %zu: block %d stands %d times at %d", row,
                             b, stands[b][k], k);
    }
}

/* A machine that becomes slower all through each round, by 10 %: a few dozen rounds show neither cases of one
 * engine nor two engines of equal speed as different, in blocks as little as in the free order. */
Test(order, a_drift_inside_rounds_moves_no_ratio)
{
    enum { N = 15, BLOCKS = 3, ROUNDS = 60, SEEDS = 40 };
    double within[2] = {0}, between[2] = {0}; /* rms of the mean log-ratio; free, in blocks */
    int block[N], order[N], scratch[6 * N];
    for (int i = 0; i < N; i++)
        block[i] = i / (N / BLOCKS);
    for (int seed = 1; seed <= SEEDS; seed++) {
        double mean_within[2] = {0}, mean_between[2] = {0};
        for (int design = 0; design < 2; design++) {
            for (int round = 0; round < ROUNDS; round++) {
                double log_time[N];
                if (design == 0)
                    cg_order_of_round((uint64_t)seed, N, round, order, scratch);
                else
                    cg_order_in_blocks((uint64_t)seed, N, block, BLOCKS, round, order, scratch);
                for (int i = 0; i < N; i++)
                    log_time[order[i]] = log(1 + 0.1 * i / N);
                mean_within[design] += (log_time[1] - log_time[0]) / ROUNDS;
                mean_between[design] += (log_time[N - 1] - log_time[0]) / ROUNDS;
            }
            within[design] += mean_within[design] * mean_within[design] / SEEDS;
            between[design] += mean_between[design] * mean_between[design] / SEEDS;
        }
    }
    for (int design = 0; design < 2; design++)
        cr_expect(sqrt(within[design]) < 0.0005 && sqrt(between[design]) < 0.0005,
                  "%s: ratios move by %g within an engine, by %g between engines",
                  design ? "in blocks" : "free", sqrt(within[design]), sqrt(between[design]));
}

/* ---- overhead ---- */

Test(overhead, a_round_that_is_long_enough_keeps_to_the_fraction)
{
    static const struct cg_round_work works[] = {
        {1, 2, 0, 6e6}, {1, 4, 4, 15e6}, {3, 12, 0, 45e6}, {3, 12, 12, 45e6}, {1, 78, 78, 300e6}};
    for (size_t i = 0; i < sizeof works / sizeof *works; i++) {
        const double round_ns = cg_overhead_round_ns(&works[i], 0.008);
        cr_expect_float_eq(cg_overhead_expected_ns(&works[i], round_ns), 0.008 * round_ns, 1);
        cr_expect(round_ns > 10e6 && round_ns < 1e9, "work %zu: rounds of %g ms", i, 1e-6 * round_ns);
        cr_expect_geq(cg_overhead_round_ns(&works[i], 0.002), 2 * round_ns, "what cannot be reached");
    }
}

/* ---- frames and messages ---- */

Test(frame, travels_whole)
{
    int sockets[2];
    cr_assert(socketpair(AF_UNIX, SOCK_STREAM, 0, sockets) == 0);
    struct cg_wire out = {0}, in = {0};
    cg_wire_put_text(&out, "text");
    cg_wire_put_f64(&out, 0.5);
    cg_wire_put_bytes(&out, NULL, 0);
    cr_assert(cg_frame_send(sockets[0], 3, &out, NULL) == CG_OK);
    int type = 0;
    cr_assert(cg_frame_receive(sockets[1], &type, &in, cg_now_ns() + 1000000000, NULL, NULL) == CG_OK);
    size_t size = 1;
    cr_expect(type == 3);
    cr_expect(strcmp(cg_wire_get_text(&in), "text") == 0);
    cr_expect(cg_wire_get_f64(&in) == 0.5);
    cg_wire_get_bytes(&in, &size);
    cr_expect(size == 0 && !in.failed);
    cg_wire_get_i32(&in);
    cr_expect(in.failed);
    close(sockets[0]);
    cr_expect(cg_frame_receive(sockets[1], &type, &in, -1, NULL, NULL) == CG_FAILED);
    close(sockets[1]);
    cg_wire_free(&out);
    cg_wire_free(&in);
}

Test(frame, waits_no_longer_than_asked)
{
    int sockets[2];
    cr_assert(socketpair(AF_UNIX, SOCK_STREAM, 0, sockets) == 0);
    struct cg_wire in = {0};
    int type;
    const int64_t start_ns = cg_now_ns();
    cr_expect(cg_frame_receive(sockets[1], &type, &in, start_ns + 50000000, NULL, NULL) == CG_UNAVAILABLE);
    const int64_t took_ns = cg_now_ns() - start_ns;
    cr_expect(took_ns >= 50000000 && took_ns < 2000000000);
    volatile sig_atomic_t interrupted = 1;
    cr_expect(cg_frame_receive(sockets[1], &type, &in, -1, &interrupted, NULL) == CG_INTERRUPTED);
    close(sockets[0]);
    close(sockets[1]);
    cg_wire_free(&in);
}

/* Random bytes, and real frames with bytes changed, cut and added, never crash, hang or pass for what was
 * sent. */
Test(frame, fuzz)
{
    uint64_t state = 42;
    int passed = 0;
    for (int run = 0; run < 4000; run++) {
        int sockets[2], real[2];
        cr_assert(socketpair(AF_UNIX, SOCK_STREAM, 0, sockets) == 0);
        cr_assert(socketpair(AF_UNIX, SOCK_STREAM, 0, real) == 0);
        struct cg_wire out = {0}, in = {0};
        unsigned char bytes[512];
        for (int i = 0; i < 8; i++)
            cg_wire_put_i64(&out, (int64_t)cg_random_next(&state));
        cg_frame_send(real[0], 2, &out, NULL);
        ssize_t length = read(real[1], bytes, sizeof bytes);
        const int kind = run % 4;
        if (kind == 0)
            for (ssize_t i = 0; i < length; i++)
                bytes[i] = (unsigned char)cg_random_next(&state);
        if (kind == 1)
            bytes[cg_random_next(&state) % (uint64_t)length] ^=
                (unsigned char)(1 + cg_random_next(&state) % 255);
        if (kind == 2)
            length = (ssize_t)(cg_random_next(&state) % (uint64_t)length);
        if (length > 0)
            cr_assert(write(sockets[0], bytes, (size_t)length) == length);
        close(sockets[0]);
        int type = 0;
        const enum cg_status status =
            cg_frame_receive(sockets[1], &type, &in, cg_now_ns() + 1000000000, NULL, NULL);
        const bool same =
            status == CG_OK && type == 2 && in.used == out.used && memcmp(in.data, out.data, out.used) == 0;
        passed += same;
        /* The type stands outside the checksum: the receiver compares it with what it asked for. */
        cr_expect(same == (kind == 3) || (kind == 1 && status == CG_OK && type != 2), "run %d", run);
        close(sockets[1]);
        close(real[0]);
        close(real[1]);
        cg_wire_free(&in);
        cg_wire_free(&out);
    }
    cr_expect(passed >= 1000);
}

/* Readers of messages over random bytes: no crash, and the damage is noticed or the values are in range. */
Test(messages, fuzz)
{
    uint64_t state = 7;
    struct cg_job_message job = {
        .engine = "e", .graph_text = "g", .weights_path = "", .threads = 2, .n_cpus = 2, .cpus = {0, 1}};
    for (int run = 0; run < 20000; run++) {
        struct cg_wire wire = {0};
        cg_put_job(&wire, &job);
        const int changes = 1 + (int)(cg_random_next(&state) % 4);
        for (int i = 0; i < changes; i++)
            wire.data[cg_random_next(&state) % wire.used] = (unsigned char)cg_random_next(&state);
        if (run % 3 == 0)
            wire.used = cg_random_next(&state) % wire.used;
        struct cg_job_message read;
        if (cg_get_job(&wire, &read)) {
            cr_expect(read.isa >= 0 && read.isa < CG_ISA_COUNT && read.cache >= 0 &&
                      read.cache < CG_CACHE_STATE_COUNT);
            cr_expect(read.n_cpus == 0 || (read.n_cpus == read.threads && read.n_cpus <= CG_THREADS_MAX));
            cr_expect(strlen(read.engine) < 100);
        }
        cg_wire_free(&wire);
    }
}

Test(messages, a_job_arrives_as_sent)
{
    struct cg_job_message job = {.engine = "native",
                                 .graph_text = "graph",
                                 .weights_path = "/proc/1/fd/3",
                                 .weight_seed = 99,
                                 .threads = 2,
                                 .n_cpus = 2,
                                 .cpus = {3, 1},
                                 .fusion = CG_FUSION_FULL,
                                 .cache = CG_CACHE_REPLAY,
                                 .replay_from = 4,
                                 .sample_min_ns = 5};
    struct cg_job_message read;
    struct cg_wire wire = {0};
    cg_put_job(&wire, &job);
    cr_assert(cg_get_job(&wire, &read));
    cr_expect(strcmp(read.engine, "native") == 0 && strcmp(read.weights_path, "/proc/1/fd/3") == 0);
    cr_expect(read.weight_seed == 99 && read.cpus[0] == 3 && read.cpus[1] == 1);
    cr_expect(read.cache == CG_CACHE_REPLAY && read.replay_from == 4 && read.sample_min_ns == 5);
    cg_wire_free(&wire);
}

/* ---- weights ---- */

Test(weights, survive_the_memory_file)
{
    struct cg_error err = {0};
    struct cg_graph *graph = layer_graph(8, 12, 3), *other = layer_graph(8, 16, 3);
    struct cg_weights *weights = cg_weights_create(graph, 5, &err);
    cr_assert(weights);
    int fd = -1;
    cr_assert(cg_weights_to_memory_file(weights, &fd, &err) == CG_OK);
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)getpid(), fd);
    struct cg_weights *back = cg_weights_from_file(graph, path, &err);
    cr_assert(back, "%s", err.text);
    cr_expect(memcmp(back->params[0].weight, weights->params[0].weight,
                     weights->params[0].n_weight * sizeof(float)) == 0);
    cr_expect(memcmp(back->params[0].bias, weights->params[0].bias, 12 * sizeof(float)) == 0);
    cr_expect(cg_weights_from_file(other, path, &err) == NULL && err.status == CG_IO);
    close(fd);
    cg_weights_destroy(&back);
    cg_weights_destroy(&weights);
    cg_graph_destroy(&graph);
    cg_graph_destroy(&other);
}

/* ---- samples, pilot, stop rule ---- */

static void add(struct cg_samples *samples, int process, int round, double ns)
{
    cr_assert(cg_samples_reserve(samples, 1));
    cg_samples_add(samples, process, round, (int64_t)llround(ns * 1000), 1000, 0, -1);
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
    const int n = cg_round_log_ratios(&a, &base, -1, ratios, process_of);
    cr_expect(n == 6, "%d rounds have both", n);
    for (int i = 0; i < n; i++) {
        cr_expect(fabs(ratios[i] - log(2)) < 1e-9);
        cr_expect(process_of[i] == i / 3);
    }
    cr_expect(cg_round_log_ratios(&a, &base, 1, ratios, NULL) == 3);
    cr_expect(cg_round_log_ratios(&a, NULL, -1, ratios, NULL) == 8);
    cg_samples_free(&a);
    cg_samples_free(&base);
}

Test(stop, rounds_follow_the_noise)
{
    cr_expect(cg_rounds_needed(0, 0.01, 4, 5, 100) == 5);
    cr_expect(cg_rounds_needed(1, 0.01, 4, 5, 100) == 100);
    const int some = cg_rounds_needed(0.01, 0.01, 4, 5, 1000),
              more = cg_rounds_needed(0.02, 0.01, 4, 5, 1000);
    cr_expect(some > 5 && abs(more - 4 * some) <= 4, "%d, %d", some, more);
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
    double scratch[4096];
    int64_t process_scratch[1024];
    int rounds = 7, processes = 0;
    bool enough = false;
    while (!enough && processes < max_processes) {
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
                const int n = cg_round_log_ratios(&other, &base, 0, scratch, NULL);
                const double mad = cg_summarise(scratch, (size_t)n, scratch + n).mad;
                target = rounds = cg_rounds_needed(mad, precision, max_processes, 7, 60);
            }
        }
        processes++;
        const double half_width = cg_samples_half_width(&other, &base, scratch, process_scratch);
        enough = cg_stop_reached(&half_width, 1, processes, max_processes, precision);
    }
    *stopped_early = processes < max_processes;
    const int n = cg_round_log_ratios(&other, &base, -1, scratch, process_scratch);
    const struct cg_estimate estimate =
        cg_estimate_over_processes(scratch, process_scratch, (size_t)n, scratch + n);
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
        {"quick, noisy processes", 0.01, 0.005, 4, 0.01}, {"quick, noisy rounds", 0.002, 0.03, 4, 0.01},
        {"full, noisy processes", 0.02, 0.005, 8, 0.01},  {"full, stops often", 0.012, 0.005, 8, 0.01},
        {"full, quiet", 0.004, 0.003, 8, 0.01},           {"full, noisy rounds", 0.004, 0.05, 8, 0.01},
        {"full, half a per cent", 0.005, 0.01, 8, 0.005},
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

/* ---- flags of rounds ---- */

enum { FLAG_ROUNDS = 100 };

/* Rounds with a yardstick of 50 us and 0.2 % of scatter; `slow` of them take `factor` times that, and as many
 * bear `flags`. */
static unsigned flags_of_simulated(int slow, double factor, unsigned flags, bool run_again, int *marked)
{
    struct cg_round rounds[FLAG_ROUNDS] = {0};
    double scratch[FLAG_ROUNDS];
    for (int i = 0; i < FLAG_ROUNDS; i++) {
        const bool hit = i % (FLAG_ROUNDS / (slow ? slow : FLAG_ROUNDS)) == 0 && slow > 0;
        rounds[i].yardstick_fma_ns = (int64_t)((50000 + i % 11 * 10) * (hit ? factor : 1));
        rounds[i].flags = hit ? flags : 0;
        rounds[i].disturbed = hit && run_again;
    }
    const unsigned found = cg_flags_of_rounds(rounds, FLAG_ROUNDS, scratch);
    *marked = 0;
    for (int i = 0; i < FLAG_ROUNDS; i++)
        *marked += (rounds[i].flags & CG_FLAG_BIT(CG_FLAG_THROTTLED)) != 0;
    return found;
}

Test(round_flags, one_slow_round_of_many_flags_no_job)
{
    const unsigned throttled = CG_FLAG_BIT(CG_FLAG_THROTTLED), stolen = CG_FLAG_BIT(CG_FLAG_STOLEN),
                   migrated = CG_FLAG_BIT(CG_FLAG_MIGRATED);
    int marked;
    cr_expect_eq(flags_of_simulated(0, 1, 0, false, &marked), 0);
    cr_expect_eq(marked, 0);
    cr_expect_eq(flags_of_simulated(1, 1.8, stolen, false, &marked), 0);
    cr_expect_eq(marked, 1);
    cr_expect_eq(flags_of_simulated(5, 1.2, stolen, false, &marked), 0);
    cr_expect_eq(marked, 5);
    cr_expect_eq(flags_of_simulated(20, 1.2, stolen, false, &marked), throttled | stolen);
    cr_expect_eq(marked, 20);
    cr_expect_eq(flags_of_simulated(20, 1.04, 0, false, &marked), 0); /* within 5 % */
    cr_expect_eq(flags_of_simulated(1, 1, migrated, false, &marked), migrated);
    /* Rounds that were run again do not count against the job. */
    cr_expect_eq(flags_of_simulated(20, 1.2, stolen, true, &marked), 0);
    cr_expect_eq(marked, 20);
}

/* Most of the run throttled: the fast tenth is what the others are held against; a single reading that is
 * too fast (the yardstick's work cut short) moves nothing. */
Test(round_flags, a_slow_phase_is_seen_and_a_fast_reading_is_not_believed)
{
    struct cg_round rounds[FLAG_ROUNDS] = {0};
    double scratch[FLAG_ROUNDS];
    for (int i = 0; i < FLAG_ROUNDS; i++)
        rounds[i].yardstick_fma_ns = i < 15 ? 50000 : 58000;
    cr_expect_eq(cg_flags_of_rounds(rounds, FLAG_ROUNDS, scratch), CG_FLAG_BIT(CG_FLAG_THROTTLED));
    for (int i = 0; i < FLAG_ROUNDS; i++)
        rounds[i] = (struct cg_round){.yardstick_fma_ns = i == 40 ? 30000 : 50000};
    cr_expect_eq(cg_flags_of_rounds(rounds, FLAG_ROUNDS, scratch), 0);
    cr_expect_eq(cg_flags_of_rounds(rounds, 0, scratch), 0);
}

/* ---- where threads ran ---- */

struct walker {
    atomic_int go, done;
    int cpu;
};

static void *walk(void *context)
{
    struct walker *walker = context;
    volatile double sum = 0;
    cg_pin_self(walker->cpu, NULL);
    atomic_store(&walker->done, 1);
    while (!atomic_load(&walker->go))
        usleep(500);
    for (int i = 0; i < 1000000; i++)
        sum = sum + i;
    atomic_store(&walker->done, 2);
    while (atomic_load(&walker->go) < 2)
        usleep(100000);
    return NULL;
}

/* A thread bound to `cpu` runs between mark and look; another one sleeps all the while. */
Test(threads, the_cpu_that_each_ran_on_is_read_back)
{
    int allowed[2] = {-1, -1};
    const int n = cg_affinity(0, allowed, 2);
    struct walker walker = {.cpu = allowed[n > 1]};
    struct cg_thread_watch watch = {0};
    pthread_t thread;
    cr_assert_eq(pthread_create(&thread, NULL, walk, &walker), 0);
    while (atomic_load(&walker.done) < 1)
        usleep(500);
    cg_thread_watch_open(&watch, 0);
    cr_assert_geq(watch.n, 1);
    cg_thread_watch_mark(&watch);
    atomic_store(&walker.go, 1);
    while (atomic_load(&walker.done) < 2)
        usleep(500);
    const int other = walker.cpu + 1, both[] = {other, walker.cpu}, wrong[] = {other, other + 1};
    int ran[8];
    const int n_ran = cg_thread_watch_ran(&watch, ran, 8);
    cr_assert_eq(n_ran, 1);
    cr_expect_eq(ran[0], walker.cpu);
    cr_expect(cg_placement_is_right(other, ran, 1, both, 2));
    cr_expect(!cg_placement_is_right(other, ran, 1, wrong, 2), "it ran on another cpu");
    cr_expect(!cg_placement_is_right(walker.cpu, ran, 1, both, 2), "two ran on one cpu");
    cr_expect(!cg_placement_is_right(other + 7, ran, 1, both, 2), "the caller is elsewhere");
    cr_expect(cg_placement_is_right(-1, ran, 1, both, 2), "what is not known is not blamed");
    atomic_store(&walker.go, 2);
    pthread_join(thread, NULL);
    cg_thread_watch_close(&watch);
}

Test(placement, texts_are_short_and_show_a_shared_cpu)
{
    static const struct {
        int n, cpus[5];
        const char *text;
    } rows[] = {{0, {0}, ""},          {1, {7}, "7"},
                {3, {3, 1, 2}, "1-3"}, {5, {9, 1, 5, 4, 2}, "1-2,4-5,9"},
                {2, {1, 1}, "1,1"},    {3, {2, 1, 1}, "1,1-2"}};
    char text[CG_PLACEMENT_TEXT];
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int cpus[5];
        memcpy(cpus, rows[i].cpus, sizeof cpus);
        const int length = cg_placement_format(cpus, rows[i].n, text, sizeof text);
        cr_expect_str_eq(text, rows[i].text);
        cr_expect_eq(length, (int)strlen(rows[i].text));
    }
    int cpus[] = {100, 200, 300};
    cr_expect_eq(cg_placement_format(cpus, 3, text, 6), 11, "the length that is needed");
    cr_expect_str_eq(text, "100,2");
}

Test(placement, a_list_keeps_each_text_once_and_has_an_end)
{
    struct cg_placements list = {0};
    char text[CG_PLACEMENT_TEXT + 1];
    cr_expect_eq(cg_placements_find(&list, "1"), 0);
    cr_expect_eq(cg_placements_find(&list, "1-3"), 1);
    cr_expect_eq(cg_placements_find(&list, "1"), 0);
    memset(text, '1', CG_PLACEMENT_TEXT);
    text[CG_PLACEMENT_TEXT] = 0;
    cr_expect_eq(cg_placements_find(&list, text), -1, "too long");
    for (int i = 2; i < CG_PLACEMENTS_MAX; i++) {
        snprintf(text, sizeof text, "%d", i);
        cr_expect_eq(cg_placements_find(&list, text), i);
    }
    cr_expect_eq(cg_placements_find(&list, "more"), -1);
    cr_expect_eq(list.n, CG_PLACEMENTS_MAX);
}

/* ---- cold caches ---- */

/* Two processes of four rounds at about `ns`, with a drift of a third that both cases of a round share. */
static struct cg_samples drifting(double ns)
{
    struct cg_samples samples = {0};
    cr_assert(cg_samples_reserve(&samples, 8));
    for (int i = 0; i < 8; i++)
        cg_samples_add(&samples, i / 4, i % 4, (int64_t)(ns * (1 + i % 4 * 0.1)) + (i * 7919) % 13 * 100, 1,
                       0, -1);
    return samples;
}

Test(cold, times_that_belie_cold_caches_are_flagged)
{
    const unsigned none = 0, not_cold = CG_FLAG_BIT(CG_FLAG_NOT_COLD),
                   like_hot = CG_FLAG_BIT(CG_FLAG_LIKE_HOT);
    const struct {
        const char *what;
        double cold_ns, hot_ns, fetch_ns; /* hot 0: not measured */
        unsigned flags;
    } rows[] = {
        {"slower than hot", 1.5e6, 1e6, 4e5, none},
        {"slower by 2 %, in spite of the drift", 1.02e6, 1e6, 4e5, none},
        {"as fast as hot", 1e6, 1e6, 4e5, like_hot},
        {"faster than hot", 9e5, 1e6, 4e5, like_hot},
        {"faster than memory", 4e5, 2e5, 5e5, not_cold},
        {"as fast as memory, within its error", 4.7e5, 2e5, 5e5, none},
        {"both", 4e5, 4e5, 5e5, not_cold | like_hot},
        {"hot was not measured", 1e6, 0, 4e5, none},
        {"bandwidth not known", 4e5, 2e5, NAN, none},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct cg_samples cold = drifting(rows[i].cold_ns), hot = drifting(rows[i].hot_ns);
        cr_expect_eq(
            cg_cold_flags(rows[i].cold_ns, rows[i].fetch_ns, &cold, rows[i].hot_ns > 0 ? &hot : NULL),
            rows[i].flags, "%s", rows[i].what);
        cg_samples_free(&cold);
        cg_samples_free(&hot);
    }
}
