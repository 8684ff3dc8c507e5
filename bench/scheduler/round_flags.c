#include "bench/scheduler/round_flags.h"

#include "bench/stats/stats.h"

#define SLOW         1.05
#define BEST_SHARE   0.1
#define FLAGS_ONE_IN 10 /* rounds */

unsigned cg_flags_of_rounds(struct cg_round *rounds, int n, double *scratch)
{
    int counted = 0, with[CG_FLAG_COUNT] = {0};
    for (int i = 0; i < n; i++)
        scratch[i] = (double)rounds[i].yardstick_fma_ns;
    cg_sort(scratch, (size_t)n);
    const double best = cg_quantile_sorted(scratch, (size_t)n, BEST_SHARE);
    for (int i = 0; i < n; i++) {
        if ((double)rounds[i].yardstick_fma_ns > SLOW * best)
            rounds[i].flags |= CG_FLAG_BIT(CG_FLAG_THROTTLED);
        if (rounds[i].disturbed)
            continue;
        counted++;
        for (int f = 0; f < CG_FLAG_COUNT; f++)
            with[f] += (rounds[i].flags & CG_FLAG_BIT(f)) != 0;
    }
    unsigned flags = 0;
    for (int f = 0; f < CG_FLAG_COUNT; f++)
        if (with[f] > 0 && (f == CG_FLAG_MIGRATED || FLAGS_ONE_IN * with[f] >= counted))
            flags |= CG_FLAG_BIT(f);
    return flags;
}
