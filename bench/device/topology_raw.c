#include "bench/device/topology_build.h"

#include <stdlib.h>
#include <string.h>

/* Makes room for one more element of `size` bytes; NULL without memory. */
static void *grow(void *array, int n, int *room, size_t size)
{
    if (n < *room)
        return array;
    const int larger = *room ? *room * 2 : 32;
    void *moved = realloc(array, size * (size_t)larger);
    if (moved)
        *room = larger;
    return moved;
}

#define ADD(raw, field, count, room)                                                                         \
    do {                                                                                                     \
        void *moved = grow((raw)->field, (raw)->count, &(raw)->room, sizeof *(raw)->field);                  \
        if (!moved) {                                                                                        \
            (raw)->no_memory = true;                                                                         \
            return NULL;                                                                                     \
        }                                                                                                    \
        (raw)->field = moved;                                                                                \
        memset(&(raw)->field[(raw)->count], 0, sizeof *(raw)->field);                                        \
    } while (0)

struct cg_raw_cpu *cg_raw_add_cpu(struct cg_raw_topology *raw, int os)
{
    ADD(raw, cpus, n_cpus, room_cpus);
    struct cg_raw_cpu *cpu = &raw->cpus[raw->n_cpus++];
    *cpu = (struct cg_raw_cpu){
        .os = os, .core_key = os, .numa = -1, .rank = -1, .capacity = -1, .max_hz = -1, .allowed = true};
    return cpu;
}

struct cg_raw_cache *cg_raw_add_cache(struct cg_raw_topology *raw)
{
    ADD(raw, caches, n_caches, room_caches);
    return &raw->caches[raw->n_caches++];
}

struct cg_numa *cg_raw_add_numa(struct cg_raw_topology *raw, int os)
{
    ADD(raw, numas, n_numa, room_numa);
    struct cg_numa *numa = &raw->numas[raw->n_numa++];
    *numa = (struct cg_numa){.os = os, .memory_bytes = -1};
    return numa;
}

void cg_raw_free(struct cg_raw_topology *raw)
{
    free(raw->cpus);
    free(raw->caches);
    free(raw->numas);
    memset(raw, 0, sizeof *raw);
}
