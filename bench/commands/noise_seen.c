#include "bench/commands/noise_seen.h"

#include <math.h>

void cg_noise_remember(const struct cg_job *jobs, int n_jobs, const struct cg_protocol *protocol,
                       const struct cg_measurement *measurement, struct cg_device *device)
{
    struct cg_group_seen seen = {.group = cg_group_key(jobs, n_jobs),
                                 .rounds = measurement->noise.rounds,
                                 .processes = measurement->noise.processes};
    if (protocol->piece_s > 0 || measurement->stop == CG_STOP_INTERRUPTED || isnan(seen.rounds))
        return;
    for (int i = 0; i < n_jobs; i++) {
        if (jobs[i].cache != CG_CACHE_HOT)
            return;
        seen.threads = jobs[i].threads > seen.threads ? jobs[i].threads : seen.threads;
    }
    cg_groups_saw(&device->groups_seen, &seen);
    cg_device_cache_store(device, NULL);
}
