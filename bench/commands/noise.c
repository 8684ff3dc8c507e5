#include "bench/commands/noise.h"

#include <math.h>
#include <stdio.h>
#include <time.h>

#define FRESH_S (30 * 24 * 3600)

bool cg_noise_floors_are_known(const struct cg_device *device)
{
    return !isnan(device->noise_paired) && !isnan(device->noise_between_runs) && device->noise_at >= 0 &&
           (int64_t)time(NULL) - device->noise_at < FRESH_S;
}

enum cg_status cg_noise_floors_renew(struct cg_session *session, int cpu, struct cg_device *device,
                                     struct cg_error *err)
{
    struct cg_noise_floors floors;
    device->noise_paired = device->noise_between_runs = NAN;
    device->noise_at = -1;
    const enum cg_status status =
        cg_noise_floors_measure(session, "native", cg_isa_best(), &cpu, &floors, err);
    if (status != CG_OK)
        return status;
    device->noise_paired = floors.paired;
    device->noise_between_runs = floors.between_runs;
    device->noise_at = (int64_t)time(NULL);
    cg_device_cache_store(device, NULL); /* one that cannot be written costs time in the next run */
    return CG_OK;
}

enum cg_status cg_noise_floors_ensure(struct cg_session *session, int cpu, struct cg_progress_line *line,
                                      struct cg_device *device, struct cg_error *err)
{
    if (cg_noise_floors_are_known(device))
        return CG_OK;
    cg_progress_show(line, "measuring the noise floors of this machine (about 10 s, once)");
    struct cg_error noise_err = {0};
    const enum cg_status status = cg_noise_floors_renew(session, cpu, device, &noise_err);
    if (status == CG_INTERRUPTED || status == CG_NO_MEMORY) {
        *err = noise_err;
        return status;
    }
    cg_progress_clear(line);
    if (status != CG_OK)
        fprintf(stderr, "convgauge: the noise floors are not known: %s\n", noise_err.text);
    return CG_OK;
}
