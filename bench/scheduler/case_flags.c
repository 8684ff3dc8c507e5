#include "bench/scheduler/case_flags.h"

#include "bench/stats/stats.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define BEST_SHARE   0.1
#define FLAGS_ONE_IN 10  /* rounds */
#define BELIEVED     0.9 /* of the time of fetching */

/* What a round is called whose yardstick took so much longer than in the best rounds. */
static const struct yardstick {
    size_t at; /* of its time, an int64_t, in struct cg_round */
    double slow;
    enum cg_flag flag;
} yardsticks[] = {
    {offsetof(struct cg_round, yardstick_fma_ns), 1.05, CG_FLAG_THROTTLED},
    {offsetof(struct cg_round, yardstick_l2_ns), 1.10, CG_FLAG_SLOW_MEMORY},
};

static double time_of(const struct cg_round *round, const struct yardstick *yardstick)
{
    int64_t ns;
    memcpy(&ns, (const char *)round + yardstick->at, sizeof ns);
    return (double)ns;
}

/* Without memory no round is marked, nor where the yardstick was not read. */
static void mark_slow(struct cg_round *rounds, int n, const struct yardstick *yardstick)
{
    double *ns = calloc((size_t)n + 1, sizeof *ns);
    for (int i = 0; ns && i < n; i++)
        ns[i] = time_of(&rounds[i], yardstick);
    if (ns)
        cg_sort(ns, (size_t)n);
    const double best = ns ? cg_quantile_sorted(ns, (size_t)n, BEST_SHARE) : INFINITY;
    for (int i = 0; i < n; i++)
        if (best > 0 && time_of(&rounds[i], yardstick) > yardstick->slow * best)
            rounds[i].flags |= CG_FLAG_BIT(yardstick->flag);
    free(ns);
}

unsigned cg_case_flags_of_rounds(struct cg_round *rounds, int n)
{
    int counted = 0, with[CG_FLAG_COUNT] = {0};
    for (size_t k = 0; k < sizeof yardsticks / sizeof yardsticks[0]; k++)
        mark_slow(rounds, n, &yardsticks[k]);
    for (int i = 0; i < n; i++) {
        counted += !rounds[i].disturbed;
        for (int f = 0; f < CG_FLAG_COUNT; f++)
            with[f] += !rounds[i].disturbed && rounds[i].flags & CG_FLAG_BIT(f);
    }
    unsigned flags = 0;
    for (int f = 0; f < CG_FLAG_COUNT; f++)
        if (with[f] > 0 && (f == CG_FLAG_MIGRATED || FLAGS_ONE_IN * with[f] >= counted))
            flags |= CG_FLAG_BIT(f);
    return flags;
}

unsigned cg_case_flags_of_cold(double median_ns, double fetch_ns, const struct cg_samples *cold,
                               const struct cg_samples *hot)
{
    unsigned flags = 0;
    if (median_ns < BELIEVED * fetch_ns) /* false for NAN */
        flags |= CG_FLAG_BIT(CG_FLAG_NOT_COLD);
    const struct cg_estimate ratio = hot ? cg_samples_estimate(cold, hot) : (struct cg_estimate){0};
    if (ratio.processes > 1 && ratio.low <= 0)
        flags |= CG_FLAG_BIT(CG_FLAG_LIKE_HOT);
    return flags;
}
