#include "bench/device/topology_build.h"

#include "base/array.h"

#include <string.h>

struct cg_raw_cpu *cg_raw_add_cpu(struct cg_raw_topology *raw, int os)
{
    if (!cg_array_fit(raw->cpus, raw->room_cpus, raw->n_cpus + 1)) {
        raw->no_memory = true;
        return NULL;
    }
    raw->cpus[raw->n_cpus] = (struct cg_raw_cpu){
        .os = os, .core_key = os, .numa = -1, .rank = -1, .capacity = -1, .max_hz = -1, .allowed = true};
    return &raw->cpus[raw->n_cpus++];
}

void cg_raw_add_cache(struct cg_raw_topology *raw, const struct cg_raw_cache *cache)
{
    if (cg_array_fit(raw->caches, raw->room_caches, raw->n_caches + 1))
        raw->caches[raw->n_caches++] = *cache;
    else
        raw->no_memory = true;
}

void cg_raw_add_numa(struct cg_raw_topology *raw, int os, int64_t memory_bytes)
{
    if (cg_array_fit(raw->numas, raw->room_numa, raw->n_numa + 1))
        raw->numas[raw->n_numa++] = (struct cg_numa){.os = os, .memory_bytes = memory_bytes};
    else
        raw->no_memory = true;
}

void cg_raw_free(struct cg_raw_topology *raw)
{
    free(raw->cpus);
    free(raw->caches);
    free(raw->numas);
    memset(raw, 0, sizeof *raw);
}
