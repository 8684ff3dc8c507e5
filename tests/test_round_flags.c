/* What is held against a round or a sample: disturbances, and caches that were not cold. */
#include "bench/job/measurement.h"
#include "bench/scheduler/case_flags.h"

#include <criterion/criterion.h>
#include <math.h>

enum { FLAG_ROUNDS = 100 };

/* Rounds with a yardstick of 50 us and 0.2 % of scatter; `slow` of them take `factor` times that, and as many
 * bear `flags`. */
static unsigned flags_of_simulated(int slow, double factor, unsigned flags, bool run_again, int *marked)
{
    struct cg_round rounds[FLAG_ROUNDS] = {0};
    for (int i = 0; i < FLAG_ROUNDS; i++) {
        const bool hit = i % (FLAG_ROUNDS / (slow ? slow : FLAG_ROUNDS)) == 0 && slow > 0;
        rounds[i].yardstick_fma_ns = (int64_t)((50000 + i % 11 * 10) * (hit ? factor : 1));
        rounds[i].flags = hit ? flags : 0;
        rounds[i].disturbed = hit && run_again;
    }
    const unsigned found = cg_case_flags_of_rounds(rounds, FLAG_ROUNDS);
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

/* A machine whose memory is slow for a while, beside a processor that is not. */
Test(round_flags, slow_memory_is_a_flag_of_its_own)
{
    struct cg_round rounds[FLAG_ROUNDS] = {0};
    for (int i = 0; i < FLAG_ROUNDS; i++)
        rounds[i] = (struct cg_round){.yardstick_fma_ns = 50000,
                                      .yardstick_l2_ns = i >= 60 && i < 80 ? 5700
                                                         : i % 2           ? 5000
                                                                           : 5400};
    cr_expect_eq(cg_case_flags_of_rounds(rounds, FLAG_ROUNDS), CG_FLAG_BIT(CG_FLAG_SLOW_MEMORY));
    for (int i = 0; i < FLAG_ROUNDS; i++)
        cr_expect_eq(rounds[i].flags != 0, i >= 60 && i < 80, "round %d", i);
    for (int i = 0; i < FLAG_ROUNDS; i++) /* not read in most rounds */
        rounds[i] = (struct cg_round){.yardstick_fma_ns = 50000, .yardstick_l2_ns = i < 20 ? 5000 : -1};
    cr_expect_eq(cg_case_flags_of_rounds(rounds, FLAG_ROUNDS), 0);
}

/* Most of the run throttled: the fast tenth is what the others are held against; a single reading that is
 * too fast (the yardstick's work cut short) moves nothing. */
Test(round_flags, a_slow_phase_is_seen_and_a_fast_reading_is_not_believed)
{
    struct cg_round rounds[FLAG_ROUNDS] = {0};
    for (int i = 0; i < FLAG_ROUNDS; i++)
        rounds[i].yardstick_fma_ns = i < 15 ? 50000 : 58000;
    cr_expect_eq(cg_case_flags_of_rounds(rounds, FLAG_ROUNDS), CG_FLAG_BIT(CG_FLAG_THROTTLED));
    for (int i = 0; i < FLAG_ROUNDS; i++)
        rounds[i] = (struct cg_round){.yardstick_fma_ns = i == 40 ? 30000 : 50000};
    cr_expect_eq(cg_case_flags_of_rounds(rounds, FLAG_ROUNDS), 0);
    cr_expect_eq(cg_case_flags_of_rounds(rounds, 0), 0);
}

/* Two processes of four rounds at about `ns`, with a drift of a third that both cases of a round share. */
static struct cg_samples drifting(double ns)
{
    struct cg_samples samples = {0};
    cr_assert(cg_samples_reserve(&samples, 8));
    for (int i = 0; i < 8; i++)
        cg_samples_add(&samples, (struct cg_timed_sample){.process = i / 4,
                                                          .round = i % 4,
                                                          .ns = (int64_t)(ns * (1 + i % 4 * 0.1)) +
                                                                (i * 7919) % 13 * 100,
                                                          .iterations = 1,
                                                          .placement = -1});
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
            cg_case_flags_of_cold(rows[i].cold_ns, rows[i].fetch_ns, &cold, rows[i].hot_ns > 0 ? &hot : NULL),
            rows[i].flags, "%s", rows[i].what);
        cg_samples_free(&cold);
        cg_samples_free(&hot);
    }
}
