#include "bench/scheduler/case_flags.h"

#include "bench/stats/stats.h"

#include <math.h>
#include <stdlib.h>

#define SLOW         1.05
#define BEST_SHARE   0.1
#define FLAGS_ONE_IN 10  /* rounds */
#define BELIEVED     0.9 /* of the time of fetching */

/* The yardstick's time in the best rounds; INFINITY without memory. */
static double best_yardstick_ns(const struct cg_round *rounds, int n)
{
    double *ns = calloc((size_t)n + 1, sizeof *ns);
    if (!ns)
        return INFINITY;
    for (int i = 0; i < n; i++)
        ns[i] = (double)rounds[i].yardstick_fma_ns;
    cg_sort(ns, (size_t)n);
    const double best = cg_quantile_sorted(ns, (size_t)n, BEST_SHARE);
    free(ns);
    return best;
}

unsigned cg_case_flags_of_rounds(struct cg_round *rounds, int n)
{
    const double best_ns = best_yardstick_ns(rounds, n);
    int counted = 0, with[CG_FLAG_COUNT] = {0};
    for (int i = 0; i < n; i++) {
        if ((double)rounds[i].yardstick_fma_ns > SLOW * best_ns)
            rounds[i].flags |= CG_FLAG_BIT(CG_FLAG_THROTTLED);
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
