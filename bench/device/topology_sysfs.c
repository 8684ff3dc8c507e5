#include "bench/device/sysfile.h"
#include "bench/device/topology_build.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SYS_CPU "/sys/devices/system/cpu"

struct reader {
    const char *root;
    struct cg_raw_topology *raw;
};

/* How many cpus a list names, and the first of them; 0 if it is no list. */
static int list_size(const char *list, int *first)
{
    enum { MAX = 4096 };
    int *cpus = malloc(sizeof *cpus * MAX);
    const int n = cpus ? cg_cpu_list_parse(list, cpus, MAX) : 0;
    *first = -1;
    for (int i = 0; i < n; i++)
        if (*first < 0 || cpus[i] < *first)
            *first = cpus[i];
    free(cpus);
    return n > 0 ? n : 0;
}

/* "32K", "1M", "32768K". */
static int64_t parse_size(const char *text)
{
    char *end;
    const long long value = strtoll(text, &end, 10);
    const int shift = *end == 'K' ? 10 : *end == 'M' ? 20 : *end == 'G' ? 30 : 0;
    return value > 0 && value < (1LL << 32) ? (int64_t)value << shift : -1;
}

static void add_cache(const struct reader *r, int cpu, int index)
{
    char type[32], size[32], shared[1024];
    const int64_t level = cg_sys_read_int(r->root, -1, SYS_CPU "/cpu%d/cache/index%d/level", cpu, index);
    int first = cpu, n;
    if (level < 1 || level > 9 ||
        cg_sys_read(r->root, type, sizeof type, SYS_CPU "/cpu%d/cache/index%d/type", cpu, index) <= 0 ||
        cg_sys_read(r->root, size, sizeof size, SYS_CPU "/cpu%d/cache/index%d/size", cpu, index) <= 0 ||
        parse_size(size) < 0)
        return; /* many ARM kernels list caches without their sizes: as good as unknown */
    n = 1;
    if (cg_sys_read(r->root, shared, sizeof shared, SYS_CPU "/cpu%d/cache/index%d/shared_cpu_list", cpu,
                    index) > 0)
        n = list_size(shared, &first);
    if (first != cpu)
        return; /* its first cpu has booked it */
    struct cg_raw_cache *cache = cg_raw_add_cache(r->raw);
    if (!cache)
        return;
    cache->level = (int)level;
    cache->type = type[0] == 'D' ? 'd' : type[0] == 'I' ? 'i' : 'u';
    cache->size_bytes = parse_size(size);
    cache->line_bytes =
        (int)cg_sys_read_int(r->root, -1, SYS_CPU "/cpu%d/cache/index%d/coherency_line_size", cpu, index);
    cache->ways =
        (int)cg_sys_read_int(r->root, -1, SYS_CPU "/cpu%d/cache/index%d/ways_of_associativity", cpu, index);
    cache->cpus = n > 0 ? n : 1;
    cache->first_os = cpu;
}

int64_t cg_cache_bytes(int cpu, int level)
{
    for (int index = 0; index < 10; index++) {
        char type[32], size[32];
        if (cg_sys_read_int(NULL, -1, SYS_CPU "/cpu%d/cache/index%d/level", cpu, index) == level &&
            cg_sys_read(NULL, type, sizeof type, SYS_CPU "/cpu%d/cache/index%d/type", cpu, index) > 0 &&
            type[0] != 'I' &&
            cg_sys_read(NULL, size, sizeof size, SYS_CPU "/cpu%d/cache/index%d/size", cpu, index) > 0)
            return parse_size(size);
    }
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
    const struct reader *r = context;
    char path[CG_PATH_MAX], siblings[1024];
    int first;
    if (cg_sys_read_int(r->root, 1, SYS_CPU "/%s/online", name) == 0)
        return;
    struct cg_raw_cpu *cpu = cg_raw_add_cpu(r->raw, number);
    if (!cpu)
        return;
    if (cg_sys_read(r->root, siblings, sizeof siblings, SYS_CPU "/%s/topology/core_cpus_list", name) > 0 ||
        cg_sys_read(r->root, siblings, sizeof siblings, SYS_CPU "/%s/topology/thread_siblings_list", name) >
            0)
        if (list_size(siblings, &first) > 0)
            cpu->core_key = first;
    cpu->package_key = cg_sys_read_int(r->root, 0, SYS_CPU "/%s/topology/physical_package_id", name);
    const int64_t capacity = cg_sys_read_int(r->root, -1, SYS_CPU "/%s/cpu_capacity", name);
    cpu->capacity = capacity > 0 && capacity <= 1 << 20 ? (int)capacity : -1;
    const int64_t khz = cg_sys_read_int(r->root, -1, SYS_CPU "/%s/cpufreq/cpuinfo_max_freq", name);
    cpu->max_hz = khz > 0 && khz < INT64_MAX / 1000 ? khz * 1000 : -1;
    snprintf(path, sizeof path, SYS_CPU "/%s", name);
    cg_sys_each(r->root, path, "node", set_numa, cpu);
    for (int index = 0; index < 10; index++)
        add_cache(r, number, index);
}

/* Hybrid Intel processors list their two kinds of cores as two performance-monitoring units. */
static void mark_hybrid(const struct reader *r)
{
    static const struct {
        const char *path, *core;
        int rank;
    } kinds[] = {{"/sys/devices/cpu_atom/cpus", "IntelAtom", 0},
                 {"/sys/devices/cpu_core/cpus", "IntelCore", 1}};
    for (int k = 0; k < 2; k++) {
        enum { MAX = 4096 };
        char list[1024];
        int *cpus = malloc(sizeof *cpus * MAX);
        const int n = cpus && cg_sys_read(r->root, list, sizeof list, "%s", kinds[k].path) > 0
                          ? cg_cpu_list_parse(list, cpus, MAX)
                          : 0;
        for (int i = 0; i < n; i++)
            for (int j = 0; j < r->raw->n_cpus; j++)
                if (r->raw->cpus[j].os == cpus[i]) {
                    r->raw->cpus[j].rank = kinds[k].rank;
                    snprintf(r->raw->cpus[j].core, sizeof r->raw->cpus[j].core, "%s", kinds[k].core);
                }
        free(cpus);
    }
}

static void visit_node(const char *name, int number, void *context)
{
    const struct reader *r = context;
    struct cg_numa *numa = cg_raw_add_numa(r->raw, number);
    if (numa)
        numa->memory_bytes =
            cg_sys_read_kib(r->root, "MemTotal", "/sys/devices/system/node/%s/meminfo", name);
}

bool cg_raw_from_sysfs(const char *root, struct cg_raw_topology *raw)
{
    struct reader reader = {root, raw};
    if (cg_sys_each(root, SYS_CPU, "cpu", visit_cpu, &reader) == 0)
        return false;
    mark_hybrid(&reader);
    cg_sys_each(root, "/sys/devices/system/node", "node", visit_node, &reader);
    snprintf(raw->source, sizeof raw->source, "sysfs");
    return true;
}
