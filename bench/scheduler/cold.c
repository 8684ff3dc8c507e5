#include "bench/scheduler/cold.h"

#include "bench/scheduler/stop.h"

#include "bench/stats/stats.h"

#include <stdlib.h>

#define BELIEVED 0.9 /* of the time of fetching */

static bool is_like(const struct cg_samples *cold, const struct cg_samples *hot)
{
    double *values = calloc(4 * (size_t)cold->n + 1, sizeof *values);
    int64_t *process = calloc((size_t)cold->n + 1, sizeof *process);
    bool like = false;
    if (values && process) {
        const int n = cg_round_log_ratios(cold, hot, -1, values, process);
        const struct cg_estimate ratio = cg_estimate_over_processes(values, process, (size_t)n, values + n);
        like = ratio.processes > 1 && ratio.low <= 0;
    }
    free(values);
    free(process);
    return like;
}

unsigned cg_cold_flags(double median_ns, double fetch_ns, const struct cg_samples *cold,
                       const struct cg_samples *hot)
{
    unsigned flags = 0;
    if (median_ns < BELIEVED * fetch_ns) /* false for NAN */
        flags |= CG_FLAG_BIT(CG_FLAG_NOT_COLD);
    if (hot && is_like(cold, hot))
        flags |= CG_FLAG_BIT(CG_FLAG_LIKE_HOT);
    return flags;
}
