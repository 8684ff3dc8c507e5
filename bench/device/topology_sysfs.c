#include "bench/device/sysfile.h"
#include "bench/device/topology_build.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define SYS_CPU    "/sys/devices/system/cpu"
#define CACHES_MAX 10 /* of a cpu */

/* "32K", "1M", "32768K". */
static int64_t parse_size(const char *text)
{
    char *end;
    const long long value = strtoll(text, &end, 10);
    const int shift = *end == 'K' ? 10 : *end == 'M' ? 20 : *end == 'G' ? 30 : 0;
    return value > 0 && value < (1LL << 32) ? (int64_t)value << shift : -1;
}

/* A cache of a cpu; false where there is none, or without its size: many ARM kernels list such, which is as
 * good as unknown. */
static bool read_cache(const char *root, int cpu, int index, struct cg_raw_cache *cache)
{
    char at[64], type[32], size[32], shared[1024];
    struct cg_cpu_set set;
    snprintf(at, sizeof at, SYS_CPU "/cpu%d/cache/index%d", cpu, index);
    const int64_t level = cg_sys_read_int(root, -1, "%s/level", at);
    if (level < 1 || level > 9 || cg_sys_read(root, type, sizeof type, "%s/type", at) <= 0 ||
        cg_sys_read(root, size, sizeof size, "%s/size", at) <= 0 || parse_size(size) < 0)
        return false;
    *cache = (struct cg_raw_cache){.first_os = cpu};
    cache->cache =
        (struct cg_cache_record){.level = (int)level,
                                 .type = type[0] == 'D'   ? "data"
                                         : type[0] == 'I' ? "instruction"
                                                          : "unified",
                                 .bytes = parse_size(size),
                                 .line_bytes = (int)cg_sys_read_int(root, -1, "%s/coherency_line_size", at),
                                 .ways = (int)cg_sys_read_int(root, -1, "%s/ways_of_associativity", at),
                                 .shared_by = 1};
    if (cg_sys_read(root, shared, sizeof shared, "%s/shared_cpu_list", at) > 0 &&
        cg_cpu_set_parse(shared, &set)) {
        cache->cache.shared_by = set.n;
        cache->first_os = set.first;
    }
    return true;
}

int64_t cg_cache_bytes(int cpu, int level)
{
    struct cg_raw_cache cache;
    for (int index = 0; index < CACHES_MAX; index++)
        if (read_cache(NULL, cpu, index, &cache) && cache.cache.level == level && cache.cache.type[0] != 'i')
            return cache.cache.bytes;
            /* The kernel of a virtual machine may show no caches; the C library asks the processor. */
#ifdef _SC_LEVEL1_DCACHE_SIZE
    static const int names[] = {-1, _SC_LEVEL1_DCACHE_SIZE, _SC_LEVEL2_CACHE_SIZE, _SC_LEVEL3_CACHE_SIZE};
    const long bytes = level >= 1 && level <= 3 ? sysconf(names[level]) : -1;
    return bytes > 0 ? bytes : -1;
#else
    return -1;
#endif
}

static void set_numa(const char *name, int number, void *context)
{
    struct cg_raw_cpu *cpu = context;
    (void)name;
    cpu->numa = number;
}

static void visit_cpu(const char *name, int number, void *context)
{
    struct cg_raw_topology *raw = context;
    char path[CG_PATH_MAX], siblings[1024];
    struct cg_cpu_set set;
    struct cg_raw_cache cache;
    if (cg_sys_read_int(raw->root, 1, SYS_CPU "/%s/online", name) == 0)
        return;
    struct cg_raw_cpu *cpu = cg_raw_add_cpu(raw, number);
    if (!cpu)
        return;
    if ((cg_sys_read(raw->root, siblings, sizeof siblings, SYS_CPU "/%s/topology/core_cpus_list", name) > 0 ||
         cg_sys_read(raw->root, siblings, sizeof siblings, SYS_CPU "/%s/topology/thread_siblings_list",
                     name) > 0) &&
        cg_cpu_set_parse(siblings, &set))
        cpu->core_key = set.first;
    cpu->package_key = cg_sys_read_int(raw->root, 0, SYS_CPU "/%s/topology/physical_package_id", name);
    const int64_t capacity = cg_sys_read_int(raw->root, -1, SYS_CPU "/%s/cpu_capacity", name);
    cpu->capacity = capacity > 0 && capacity <= 1 << 20 ? (int)capacity : -1;
    const int64_t khz = cg_sys_read_int(raw->root, -1, SYS_CPU "/%s/cpufreq/cpuinfo_max_freq", name);
    cpu->max_hz = khz > 0 && khz < INT64_MAX / 1000 ? khz * 1000 : -1;
    snprintf(path, sizeof path, SYS_CPU "/%s", name);
    cg_sys_each(raw->root, path, "node", set_numa, cpu);
    for (int index = 0; index < CACHES_MAX; index++) /* the first of its cpus books a cache */
        if (read_cache(raw->root, number, index, &cache) && cache.first_os == number)
            cg_raw_add_cache(raw, &cache);
}

/* Hybrid Intel processors list their two kinds of cores as two performance-monitoring units. */
static void mark_hybrid(struct cg_raw_topology *raw)
{
    static const struct {
        const char *path, *core;
    } kinds[] = {{"/sys/devices/cpu_atom/cpus", "IntelAtom"},
                 {"/sys/devices/cpu_core/cpus", "IntelCore"}}; /* by rank */
    for (int rank = 0; rank < 2; rank++) {
        char list[1024];
        struct cg_cpu_set set;
        if (cg_sys_read(raw->root, list, sizeof list, "%s", kinds[rank].path) <= 0 ||
            !cg_cpu_set_parse(list, &set))
            continue;
        for (int i = 0; i < raw->n_cpus; i++) {
            struct cg_raw_cpu *cpu = &raw->cpus[i];
            if (!cg_cpu_set_has(&set, cpu->os))
                continue;
            cpu->rank = rank;
            snprintf(cpu->core, sizeof cpu->core, "%s", kinds[rank].core);
        }
    }
}

static void visit_node(const char *name, int number, void *context)
{
    struct cg_raw_topology *raw = context;
    cg_raw_add_numa(raw, number,
                    cg_sys_read_kib(raw->root, "MemTotal", "/sys/devices/system/node/%s/meminfo", name));
}

bool cg_raw_from_sysfs(const char *root, struct cg_raw_topology *raw)
{
    raw->root = root;
    if (cg_sys_each(root, SYS_CPU, "cpu", visit_cpu, raw) == 0)
        return false;
    mark_hybrid(raw);
    cg_sys_each(root, "/sys/devices/system/node", "node", visit_node, raw);
    raw->source = "sysfs";
    return true;
}
