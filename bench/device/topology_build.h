/* Between the readers of a topology (hwloc, /sys) and struct cg_topology. Internal to bench/device. */
#ifndef CONVGAUGE_BENCH_DEVICE_TOPOLOGY_BUILD_H
#define CONVGAUGE_BENCH_DEVICE_TOPOLOGY_BUILD_H

#include "bench/device/topology.h"

/* A processor as a reader sees it: keys are any numbers that are equal within a core or package. */
struct cg_raw_cpu {
    int os;
    int64_t core_key, package_key;
    int numa;     /* -1 unknown */
    int rank;     /* of its kind, slow to fast; -1 unknown */
    int capacity; /* -1 unknown */
    int64_t max_hz;
    char core[48];
    bool allowed;
};

struct cg_raw_cache {
    struct cg_cache_record cache; /* one instance; its class comes from first_os */
    int first_os;                 /* the lowest of the cpus that share it */
};

struct cg_raw_topology {
    struct cg_raw_cpu *cpus;
    struct cg_raw_cache *caches;
    struct cg_numa_record *numas;
    int n_cpus, n_caches, n_numa;
    int room_cpus, room_caches, room_numa;
    bool capacity_known, hz_known; /* of all cpus: else it tells no kinds apart */
    int64_t system_memory_bytes;
    char cpu_model[128], vendor[32], architecture[16], kernel[64]; /* as cg_told; empty: not told */
    const char *source, *root;                                     /* `root` of /sys */
    bool no_memory;                                                /* something could not be added */
};

/* Each sets no_memory when there is none; the first returns a new cpu of which all is unknown, or NULL. */
struct cg_raw_cpu *cg_raw_add_cpu(struct cg_raw_topology *raw, int os);
void cg_raw_add_cache(struct cg_raw_topology *raw, const struct cg_raw_cache *cache);
void cg_raw_add_numa(struct cg_raw_topology *raw, int os, int64_t memory_bytes); /* -1 unknown */
void cg_raw_free(struct cg_raw_topology *raw);

/* Numbers cores and packages, finds the classes of cores, counts caches. CG_NO_MEMORY: nothing to free. */
enum cg_status cg_raw_build(struct cg_raw_topology *raw, struct cg_topology *topology, struct cg_error *err);

/* Readers. They return false when they know nothing (no /sys; hwloc not built in or failing). */
bool cg_raw_from_sysfs(const char *root, struct cg_raw_topology *raw);
bool cg_raw_from_hwloc(const char *xml, struct cg_raw_topology *raw);
bool cg_have_hwloc(void);

#endif
