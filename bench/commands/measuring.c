#include "bench/commands/measuring.h"

#include "bench/scheduler/noise_floor.h"

#include <math.h>
#include <stdio.h>
#include <time.h>

#define MINUTE_S 60
/* The floors are not measured within a budget below that. */
#define FLOORS_BUDGET_S 60

#define DAY_S 86400
/* How long floors are kept: less when something disturbed the machine while they were measured; if it did so
 * all the while, only that runs in a row need not measure them again each. */
#define KEPT_S           (30 * DAY_S)
#define KEPT_DISTURBED_S DAY_S
#define KEPT_UNSOUND_S   (15 * MINUTE_S)

void cg_cores_say(const struct cg_topology *topology, const char *spec)
{
    const char *note = cg_topology_cores_note(topology, spec);
    if (note)
        fprintf(stderr, "convgauge: %s\n", note);
}

enum cg_status cg_refuse_emulated(const struct cg_device *device, const char *instead, struct cg_error *err)
{
    if (!device->emulation.emulated)
        return CG_OK;
    return cg_fail(err, CG_UNAVAILABLE,
                   "this processor is emulated (%s), so times would mean nothing and nothing is timed under "
                   "emulation; %s",
                   device->emulation.evidence, instead);
}

void cg_not_kept_say(struct cg_progress_line *line, const struct cg_device *device)
{
    static bool said;
    if (said || !device->not_kept[0])
        return;
    said = true;
    cg_progress_clear(line);
    fprintf(
        stderr,
        "convgauge: what is measured of this machine cannot be remembered, so each run measures it again: "
        "%s; XDG_CACHE_HOME may name another folder\n",
        device->not_kept);
}

/* ---- noise floors ---- */

/* There are both, not older than 30 days, or than a day when something disturbed the machine while they were
 * measured; or those of a machine disturbed all the while, not older than 15 minutes. */
static bool are_known(const struct cg_device_record *d)
{
    const int64_t age_s = (int64_t)time(NULL) - d->noise_at;
    const int64_t kept_s = d->noise_unsound         ? KEPT_UNSOUND_S
                           : d->noise_disturbed > 0 ? KEPT_DISTURBED_S
                                                    : KEPT_S;
    return !isnan(d->noise_paired) && (d->noise_unsound || !isnan(d->noise_between_runs)) &&
           d->noise_at >= 0 && age_s >= 0 && age_s < kept_s;
}

enum cg_status cg_noise_floors_renew(struct cg_session *session, int cpu, struct cg_progress_line *line,
                                     struct cg_device *device, struct cg_error *err)
{
    struct cg_device_record *d = &device->record;
    struct cg_noise_floors floors;
    d->noise_paired = d->noise_between_runs = NAN;
    d->noise_at = -1;
    const enum cg_status status =
        cg_noise_floors_measure(session, "native", cg_isa_best(), &cpu, &floors, err);
    cg_progress_clear(line);
    if (status != CG_OK)
        return status;
    d->noise_paired = floors.paired;
    d->noise_between_runs = floors.between_runs;
    d->noise_starts = floors.starts;
    d->noise_disturbed = floors.disturbed;
    d->noise_unsound = !floors.sound;
    d->noise_at = (int64_t)time(NULL);
    if (!floors.sound)
        fprintf(stderr, "convgauge: %s\n", floors.why);
    cg_device_cache_store(device, NULL);
    cg_not_kept_say(line, device);
    return CG_OK;
}

enum cg_status cg_noise_floors_ensure(struct cg_session *session, int cpu, double budget_s,
                                      struct cg_progress_line *line, struct cg_device *device,
                                      struct cg_error *err)
{
    cg_not_kept_say(line, device);
    if (are_known(&device->record)) {
        if (device->record.noise_unsound) {
            cg_progress_clear(line);
            fprintf(stderr,
                    "convgauge: the noise floors are those of a few minutes ago, when the machine was "
                    "disturbed; 'convgauge info --noise' measures them again\n");
        }
        return CG_OK;
    }
    if (budget_s > 0 && budget_s < FLOORS_BUDGET_S) {
        cg_progress_clear(line);
        fprintf(
            stderr,
            "convgauge: the noise floors of this machine are not known and not within this budget: verdicts "
            "rest on 2 %%; 'convgauge info --noise' measures them, in about 15 s\n");
        return CG_OK;
    }
    cg_progress_show(line, "measuring the noise floors of this machine (about 15 s, once)");
    struct cg_error noise_err = {0};
    const enum cg_status status = cg_noise_floors_renew(session, cpu, line, device, &noise_err);
    if (status == CG_INTERRUPTED || status == CG_NO_MEMORY) {
        *err = noise_err;
        return status;
    }
    if (status != CG_OK)
        fprintf(stderr, "convgauge: the noise floors are not known: %s\n", noise_err.text);
    return CG_OK;
}
