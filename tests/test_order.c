/* The order of the cases in a round: balanced, in blocks or free, and even against a drift. */
#include "bench/scheduler/order.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

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
            cg_order_in_blocks(7, n, block, round, order, scratch);
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
                    cg_order_in_blocks((uint64_t)seed, N, block, round, order, scratch);
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
