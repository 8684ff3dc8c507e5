#include "base/text.h"
#include "bench/device/device_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define L1_ASSUMED ((int64_t)16 << 10) /* where /sys tells no sizes: no AArch64 core has less */

/* "all" on a machine of one class, the class when they are of one, else the spec itself. */
static const char *key_of(const struct cg_topology *t, const char *spec, const int *cpus, int threads)
{
    const struct cg_cpu_record *first = cg_topology_cpu(t, cpus[0]);
    for (int i = 0; i < threads; i++) {
        const struct cg_cpu_record *cpu = cg_topology_cpu(t, cpus[i]);
        if (!cpu || !first || !cg_same_text(cpu->core_class, first->core_class))
            return spec ? spec : "all";
    }
    return first->core_class;
}

enum cg_status cg_choice_make(const struct cg_topology *topology, const char *spec, int threads,
                              struct cg_choice *choice, struct cg_error *err)
{
    *choice = (struct cg_choice){.threads = threads};
    choice->cpus = calloc((size_t)(threads > 0 ? threads : 1), sizeof *choice->cpus);
    if (!choice->cpus)
        return cg_fail(err, CG_NO_MEMORY, "no memory to measure the machine");
    const enum cg_status status = cg_topology_choose(topology, spec, threads, choice->cpus, err);
    if (status == CG_OK)
        snprintf(choice->key, sizeof choice->key, "%s", key_of(topology, spec, choice->cpus, threads));
    return status;
}

bool cg_choice_is(const struct cg_choice *choice, int threads, const char *key)
{
    return choice->threads == threads && cg_same_text(choice->key, key);
}

struct cg_peak_record *cg_peak_find(const struct cg_device *d, enum cg_isa isa,
                                    const struct cg_choice *choice)
{
    for (struct cg_peak_record *p = d->record.peaks; p < d->record.peaks + d->record.n_peaks; p++)
        if (cg_same_text(p->isa, cg_isa_name(isa)) && cg_choice_is(choice, p->threads, p->cores))
            return p;
    return NULL;
}

/* Cores (not hardware threads) that share one instance of a cache. */
static int cores_of(const struct cg_topology *t, const struct cg_cache_record *cache)
{
    int threads_each = 1; /* hardware threads of a core */
    for (int i = 0; i < t->n_cpus; i++)
        if (cg_same_text(t->cpus[i].core_class, cache->core_class) && t->cpus[i].smt + 1 > threads_each)
            threads_each = t->cpus[i].smt + 1;
    return cache->shared_by / threads_each > 0 ? cache->shared_by / threads_each : 1;
}

int64_t cg_cache_share(const struct cg_topology *topology, int level, int os, int threads)
{
    const struct cg_cache_record *cache = cg_topology_cache(topology, level, os);
    if (!cache)
        return level == 1 ? L1_ASSUMED : -1;
    const int cores = cores_of(topology, cache);
    return cache->bytes / (threads < cores ? threads : cores);
}

int64_t cg_cache_together(const struct cg_topology *topology, int level, int os, int threads)
{
    const struct cg_cache_record *cache = cg_topology_cache(topology, level, os);
    if (!cache)
        return L1_ASSUMED * threads;
    const int cores = cores_of(topology, cache);
    return cache->bytes * ((threads + cores - 1) / cores);
}
