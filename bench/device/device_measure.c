#include "base/text.h"
#include "bench/device/device_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define FRESH_S       (30 * 24 * 3600)
#define TRIES         3
#define FULL_TRIES    8
#define QUICK_PEAK_NS 60000000
#define FULL_PEAK_NS  150000000

/* More than one try only when the last looks disturbed. Two that agree are believed only where theory cannot
 * tell better: a neighbour may disturb both. */
static enum cg_status best_peak(enum cg_isa isa, const struct cg_measuring *how, struct cg_peak_record *best,
                                struct cg_error *err)
{
    const struct cg_choice *choice = how->choice;
    const int tries = how->asked ? FULL_TRIES : TRIES;
    for (int i = 0; i < tries; i++) {
        struct cg_peak_record peak;
        const enum cg_status status = cg_peak_measure(isa, choice->cpus, choice->threads,
                                                      how->asked ? FULL_PEAK_NS : QUICK_PEAK_NS, &peak, err);
        if (status != CG_OK)
            return status;
        const bool agrees = i > 0 && fabs(peak.madds_per_s / best->madds_per_s - 1) < 1 - CG_GOOD_ENOUGH &&
                            isnan(peak.theory_madds_per_cycle);
        if (i == 0 || peak.madds_per_s > best->madds_per_s)
            *best = peak;
        if (agrees || best->madds_per_cycle > CG_GOOD_ENOUGH * best->theory_madds_per_cycle)
            break;
    }
    return CG_OK;
}

static enum cg_status measure_peak(enum cg_isa isa, const struct cg_measuring *how, struct cg_error *err)
{
    struct cg_device *d = how->device;
    const struct cg_choice *choice = how->choice;
    struct cg_peak_record best = {0};
    cg_measuring_tell(how, "peak of %s, %d thread%s", cg_isa_name(isa), choice->threads,
                      choice->threads == 1 ? "" : "s");
    const enum cg_status status = best_peak(isa, how, &best, err);
    if (status != CG_OK)
        return status;
    best.cores = cg_arena_known(d->arena, choice->key);
    struct cg_peak_record *old = cg_peak_find(d, isa, choice);
    if (old)
        *old = best;
    else if (d->record.n_peaks < CG_PEAKS_MAX)
        d->record.peaks[d->record.n_peaks++] = best;
    return CG_OK;
}

/* One a core. */
static int default_threads(const struct cg_topology *t, const char *spec)
{
    int n = 0;
    int *cpus = malloc(sizeof *cpus * (size_t)(t->n_cpus + 1));
    const int found = cpus ? cg_topology_cores(t, spec, cpus, t->n_cpus, NULL) : 0;
    for (int i = 0, j; i < found; i++) {
        for (j = 0; j < i && cg_topology_cpu(t, cpus[j])->core != cg_topology_cpu(t, cpus[i])->core; j++)
            ;
        n += j == i;
    }
    free(cpus);
    return n > 0 ? n : 1;
}

/* One ISA (>= 0) or, full, all of them. */
static enum cg_status measure(const struct cg_measuring *how, int isa, struct cg_error *err)
{
    for (int i = 0; i < CG_ISA_COUNT; i++) {
        if (!cg_isa_available((enum cg_isa)i) || (isa >= 0 && i != isa))
            continue;
        const enum cg_status status = measure_peak((enum cg_isa)i, how, err);
        if (status != CG_OK)
            return status;
    }
    return cg_levels_measure(how, err);
}

static bool is_fresh(const struct cg_device *device)
{
    return device->record.measured_at >= 0 && (int64_t)time(NULL) - device->record.measured_at < FRESH_S &&
           cg_same_text(device->record.measured_by, cg_device_build_id());
}

/* Before measurements are added: those of another build or long ago do not go with them. */
static enum cg_status begin(struct cg_device *device, struct cg_error *err)
{
    if (device->emulation.emulated)
        return cg_fail(err, CG_UNAVAILABLE, "nothing is timed under emulation: %s",
                       device->emulation.evidence);
    if (!is_fresh(device))
        device->record.n_peaks = device->n_bandwidths = 0;
    return CG_OK;
}

static void stamp(struct cg_device *device)
{
    device->record.measured_at = (int64_t)time(NULL);
    device->record.measured_by = cg_device_build_id();
    cg_device_cache_store(device, NULL); /* a cache that cannot be written is measured again next time */
}

enum cg_status cg_device_measure(struct cg_device *device, const struct cg_device_measuring *what,
                                 struct cg_error *err)
{
    const int most = what->threads > 0 ? what->threads : default_threads(&device->topology, what->cores);
    const int each[] = {1, most};
    enum cg_status status = begin(device, err);
    for (int i = 0; i < 2 && status == CG_OK; i++) {
        struct cg_choice choice;
        if (i > 0 && each[i] == 1)
            break;
        status = cg_choice_make(&device->topology, what->cores, each[i], &choice, err);
        if (status == CG_OK)
            status = measure(&(struct cg_measuring){device, &choice, what}, -1, err);
        free(choice.cpus);
    }
    if (status == CG_OK)
        stamp(device);
    return status;
}

/* Looks only at what was measured for the same choice. */
static bool has(const struct cg_device *d, enum cg_isa isa, const struct cg_choice *choice)
{
    bool any = false;
    for (int i = 0; i < d->n_bandwidths; i++)
        any = any || cg_choice_is(choice, d->bandwidths[i].threads, d->bandwidths[i].cores);
    return any && cg_peak_find(d, isa, choice);
}

static bool has_all(const struct cg_device *device, const char *spec, int threads)
{
    struct cg_choice choice;
    bool all = cg_choice_make(&device->topology, spec, threads, &choice, NULL) == CG_OK;
    for (int isa = 0; isa < CG_ISA_COUNT && all; isa++)
        all = !cg_isa_available((enum cg_isa)isa) || has(device, (enum cg_isa)isa, &choice);
    free(choice.cpus);
    return all;
}

bool cg_device_is_measured(const struct cg_device *device, const char *spec, int threads)
{
    const int most = threads > 0 ? threads : default_threads(&device->topology, spec);
    return is_fresh(device) && has_all(device, spec, 1) && has_all(device, spec, most);
}

enum cg_status cg_device_ensure(struct cg_device *device, enum cg_isa isa, const char *spec, int threads,
                                struct cg_error *err)
{
    struct cg_choice choice;
    enum cg_status status = begin(device, err);
    if (status != CG_OK)
        return status;
    status = cg_choice_make(&device->topology, spec, threads, &choice, err);
    if (status == CG_OK && !has(device, isa, &choice)) {
        status = measure(&(struct cg_measuring){device, &choice}, (int)isa, err);
        if (status == CG_OK)
            stamp(device);
    }
    free(choice.cpus);
    return status;
}
