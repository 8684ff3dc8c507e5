#include "bench/device/topology.h"

#include "bench/device/cpu_id.h"
#include "bench/device/pin.h"
#include "bench/device/sysfile.h"
#include "bench/device/topology_build.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Cores of one kind may differ a little: a processor's favoured cores clock a few per cent higher. */
static bool similar(int64_t a, int64_t b)
{
    if (a <= 0 || b <= 0)
        return a <= 0 && b <= 0;
    return a > b ? a - b <= b / 8 : b - a <= a / 8;
}

static bool same_kind(const struct cg_raw_cpu *a, const struct cg_raw_cpu *b)
{
    const bool bare = a->capacity < 0 && a->max_hz < 0 && !a->core[0];
    return strcmp(a->core, b->core) == 0 && similar(a->capacity, b->capacity) &&
           similar(a->max_hz, b->max_hz) && (!bare || a->rank == b->rank);
}

/* Slow before fast. */
static int compare_speed(const struct cg_raw_cpu *a, const struct cg_raw_cpu *b)
{
    if (a->capacity > 0 && b->capacity > 0 && a->capacity != b->capacity)
        return a->capacity < b->capacity ? -1 : 1;
    if (a->rank >= 0 && b->rank >= 0 && a->rank != b->rank)
        return a->rank < b->rank ? -1 : 1;
    if (a->max_hz > 0 && b->max_hz > 0 && a->max_hz != b->max_hz)
        return a->max_hz < b->max_hz ? -1 : 1;
    return 0;
}

static int compare_os(const void *a, const void *b)
{
    const struct cg_raw_cpu *x = a, *y = b;
    return (x->os > y->os) - (x->os < y->os);
}

static int compare_caches(const void *a, const void *b)
{
    const struct cg_cache *x = a, *y = b;
    if (x->level != y->level)
        return x->level - y->level;
    if (x->type != y->type)
        return x->type - y->type;
    return x->core_class - y->core_class;
}

static void name_classes(struct cg_topology *t)
{
    static const char *const names[][3] = {{"all"}, {"little", "big"}, {"little", "mid", "big"}};
    for (int i = 0; i < t->n_classes; i++) {
        if (t->n_classes <= 3)
            snprintf(t->classes[i].name, sizeof t->classes[i].name, "%s", names[t->n_classes - 1][i]);
        else
            snprintf(t->classes[i].name, sizeof t->classes[i].name, "class%d", (unsigned char)i);
    }
}

/* Finds the kinds of cores, slow to fast, and gives each cpu its class. */
static void make_classes(const struct cg_raw_topology *raw, struct cg_topology *t)
{
    int first[CG_CLASSES_MAX]; /* a cpu of each class */
    for (int i = 0; i < raw->n_cpus; i++) {
        int k = 0;
        while (k < t->n_classes && !same_kind(&raw->cpus[first[k]], &raw->cpus[i]))
            k++;
        if (k == t->n_classes && k < CG_CLASSES_MAX)
            first[t->n_classes++] = i;
    }
    for (int i = 1; i < t->n_classes; i++) /* insertion keeps equals in the order of their cpus */
        for (int j = i; j > 0 && compare_speed(&raw->cpus[first[j - 1]], &raw->cpus[first[j]]) > 0; j--) {
            const int swapped = first[j];
            first[j] = first[j - 1];
            first[j - 1] = swapped;
        }
    for (int k = 0; k < t->n_classes; k++) {
        const struct cg_raw_cpu *cpu = &raw->cpus[first[k]];
        struct cg_core_class *class = &t->classes[k];
        class->capacity = cpu->capacity;
        class->max_hz = cpu->max_hz;
        snprintf(class->core, sizeof class->core, "%s", cpu->core);
    }
    for (int i = 0; i < raw->n_cpus; i++) {
        int k = 0;
        while (k < t->n_classes - 1 && !same_kind(&raw->cpus[first[k]], &raw->cpus[i]))
            k++;
        t->cpus[i].core_class = k;
        t->classes[k].cpus++;
        if (raw->cpus[i].max_hz > t->classes[k].max_hz)
            t->classes[k].max_hz = raw->cpus[i].max_hz;
    }
    name_classes(t);
}

static void make_cpus(const struct cg_raw_topology *raw, struct cg_topology *t)
{
    for (int i = 0; i < raw->n_cpus; i++) {
        struct cg_cpu *cpu = &t->cpus[i];
        *cpu = (struct cg_cpu){
            .os = raw->cpus[i].os, .numa = raw->cpus[i].numa, .allowed = raw->cpus[i].allowed};
        cpu->core = -1;
        cpu->package = -1;
        for (int j = 0; j < i; j++) {
            if (raw->cpus[j].package_key == raw->cpus[i].package_key)
                cpu->package = t->cpus[j].package;
            if (raw->cpus[j].core_key == raw->cpus[i].core_key) {
                cpu->core = t->cpus[j].core;
                cpu->smt++;
            }
        }
        if (cpu->core < 0)
            cpu->core = t->n_cores++;
        if (cpu->package < 0)
            cpu->package = t->n_packages++;
        t->n_allowed += cpu->allowed;
    }
}

/* Whether they are instances of one row. */
static bool same_row(const struct cg_cache *a, const struct cg_cache *b)
{
    return compare_caches(a, b) == 0 && a->size_bytes == b->size_bytes;
}

static void make_caches(const struct cg_raw_topology *raw, struct cg_topology *t)
{
    for (int i = 0; i < raw->n_caches; i++) {
        struct cg_cache cache = raw->caches[i].cache;
        const struct cg_cpu *cpu = cg_topology_cpu(t, raw->caches[i].first_os);
        cache.core_class = cpu ? cpu->core_class : 0;
        cache.line_bytes = cache.line_bytes > 0 ? cache.line_bytes : -1;
        cache.ways = cache.ways > 0 ? cache.ways : -1;
        int k = 0;
        while (k < t->n_caches && !same_row(&t->caches[k], &cache))
            k++;
        if (k == CG_CACHES_MAX)
            continue;
        if (k == t->n_caches)
            t->caches[t->n_caches++] = cache;
        t->caches[k].instances++;
    }
    if (t->n_caches > 1)
        qsort(t->caches, (size_t)t->n_caches, sizeof t->caches[0], compare_caches);
}

static void add_memory(const struct cg_raw_topology *raw, struct cg_topology *t)
{
    int64_t nodes = 0;
    for (int i = 0; i < t->n_numa; i++)
        nodes += t->numas[i].memory_bytes > 0 ? t->numas[i].memory_bytes : 0;
    t->node_memory_bytes = nodes > 0 ? nodes : -1;
    t->system_memory_bytes = raw->system_memory_bytes > 0 ? raw->system_memory_bytes : -1;
    t->memory_bytes =
        t->node_memory_bytes > t->system_memory_bytes ? t->node_memory_bytes : t->system_memory_bytes;
}

static enum cg_status build(struct cg_raw_topology *raw, struct cg_topology *t, struct cg_error *err)
{
    qsort(raw->cpus, (size_t)raw->n_cpus, sizeof raw->cpus[0], compare_os);
    t->cpus = calloc((size_t)raw->n_cpus, sizeof *t->cpus);
    if (!t->cpus || raw->no_memory) {
        cg_topology_destroy(t);
        return cg_fail(err, CG_NO_MEMORY, "no memory for the topology of %d processors", raw->n_cpus);
    }
    t->n_cpus = raw->n_cpus;
    make_cpus(raw, t);
    make_classes(raw, t);
    make_caches(raw, t);
    for (int i = 0; i < t->n_cpus; i++) /* a core counts for its class once */
        if (t->cpus[i].smt == 0)
            t->classes[t->cpus[i].core_class].cores++;
    t->numas = raw->numas;
    t->n_numa = raw->n_numa;
    raw->numas = NULL;
    for (int i = 0; i < t->n_numa; i++)
        for (int j = 0; j < t->n_cpus; j++)
            t->numas[i].cpus += t->cpus[j].numa == t->numas[i].os;
    add_memory(raw, t);
    memcpy(t->source, raw->source, sizeof t->source);
    return CG_OK;
}

/* Forbids what is not in the set; one that would forbid everything describes some other machine: ignored,
 * unless it is the user's. */
static void restrict_to(struct cg_raw_topology *raw, const struct cg_cpu_set *set, bool strict)
{
    int left = 0;
    for (int i = 0; i < raw->n_cpus; i++)
        left += cg_cpu_set_has(set, raw->cpus[i].os) && raw->cpus[i].allowed;
    for (int i = 0; i < raw->n_cpus && (left || strict); i++)
        raw->cpus[i].allowed = raw->cpus[i].allowed && cg_cpu_set_has(set, raw->cpus[i].os);
}

#define CPU_LIST_TEXT (16 << 10) /* every second of 3,000 cpus */

/* The affinity that the process was given: its first thread's, as later threads may be bound already. */
static void read_affinity(const char *root, char *list, size_t size)
{
    char *status = cg_sys_slurp(root, "/proc/self/status");
    const char *line = status ? strstr(status, "\nCpus_allowed_list:") : NULL;
    int cpus[4096];
    list[0] = '\0';
    if (line) {
        const char *first = line + strlen("\nCpus_allowed_list:");
        first += strspn(first, " \t");
        const int length = (int)strcspn(first, " \t\n");
        snprintf(list, size, "%.*s", length < (int)size ? length : 0, first); /* cut: as if unknown */
    } else if (!root || !*root)
        cg_cpu_list_format(cpus, cg_affinity((int)getpid(), cpus, 4096), list, size);
    free(status);
}

static enum cg_status restrict_cpus(struct cg_raw_topology *raw, const struct cg_topology_options *o,
                                    struct cg_error *err)
{
    struct cg_cpu_set set;
    struct cg_limits limits;
    char affinity[CPU_LIST_TEXT];
    if (!o->xml) {
        read_affinity(o->root, affinity, sizeof affinity);
        if (cg_cpu_set_parse(affinity, &set))
            restrict_to(raw, &set, false);
        cg_limits_read(o->root, &limits);
        if (cg_cpu_set_parse(limits.cpuset, &set))
            restrict_to(raw, &set, false);
    }
    if (o->cpuset && !cg_cpu_set_parse(o->cpuset, &set) && o->cpuset[strspn(o->cpuset, " \t\n")])
        return cg_fail(err, CG_INVALID, "\"%s\" is not a list of cpus such as 0,2-5", o->cpuset);
    if (o->cpuset)
        restrict_to(raw, &set, true);
    return CG_OK;
}

static void count_processors(struct cg_raw_topology *raw)
{
    const long n = sysconf(_SC_NPROCESSORS_CONF);
    cg_raw_free(raw);
    for (int i = 0; i < (n > 0 && n < CG_CPUS_MAX ? (int)n : 1); i++)
        cg_raw_add_cpu(raw, i);
    snprintf(raw->source, sizeof raw->source, "counted");
}

static enum cg_status read_xml(const char *xml, struct cg_raw_topology *raw, struct cg_error *err)
{
    if (!cg_have_hwloc())
        return cg_fail(err, CG_UNAVAILABLE, "%s: this build has no hwloc to read a topology with", xml);
    if (!cg_raw_from_hwloc(xml, raw) || raw->n_cpus == 0)
        return cg_fail(err, CG_INVALID, "%s: not a readable hwloc topology (write one with lstopo x.xml)",
                       xml);
    return CG_OK;
}

static void read_system(const struct cg_topology_options *o, struct cg_raw_topology *raw)
{
    const bool own_root = o->root && o->root[0];
    if (own_root || o->sysfs || !cg_raw_from_hwloc(NULL, raw) || raw->n_cpus == 0) {
        cg_raw_free(raw);
        if (!cg_raw_from_sysfs(o->root, raw) || raw->n_cpus == 0)
            count_processors(raw);
    }
    raw->system_memory_bytes = cg_sys_read_kib(o->root, "MemTotal", "/proc/meminfo");
    for (int i = 0; i < raw->n_cpus; i++) /* by their identification registers, where a reader has none */
        if (!raw->cpus[i].core[0])
            cg_core_name(o->root, raw->cpus[i].os, raw->cpus[i].core, sizeof raw->cpus[i].core);
}

enum cg_status cg_topology_read(const struct cg_topology_options *options, struct cg_topology *topology,
                                struct cg_error *err)
{
    const struct cg_topology_options none = {0};
    const struct cg_topology_options *o = options ? options : &none;
    struct cg_raw_topology raw = {0};
    enum cg_status status = CG_OK;
    memset(topology, 0, sizeof *topology);
    if (o->xml)
        status = read_xml(o->xml, &raw, err);
    else
        read_system(o, &raw);
    if (status == CG_OK)
        status = restrict_cpus(&raw, o, err);
    if (status == CG_OK)
        status = build(&raw, topology, err);
    cg_raw_free(&raw);
    return status;
}

void cg_topology_destroy(struct cg_topology *topology)
{
    free(topology->cpus);
    free(topology->numas);
    memset(topology, 0, sizeof *topology);
}

const struct cg_cpu *cg_topology_cpu(const struct cg_topology *topology, int os)
{
    int low = 0, high = topology->n_cpus;
    while (low < high) {
        const int middle = low + (high - low) / 2;
        if (topology->cpus[middle].os < os)
            low = middle + 1;
        else
            high = middle;
    }
    return low < topology->n_cpus && topology->cpus[low].os == os ? &topology->cpus[low] : NULL;
}

const struct cg_cache *cg_topology_cache(const struct cg_topology *topology, int level, int os)
{
    const struct cg_cpu *cpu = os >= 0 ? cg_topology_cpu(topology, os) : NULL;
    const struct cg_cache *found = NULL, *any = NULL;
    for (int i = 0; i < topology->n_caches; i++) {
        const struct cg_cache *cache = &topology->caches[i];
        if (cache->level != level || cache->type == 'i')
            continue;
        if (!any || cache->size_bytes < any->size_bytes)
            any = cache;
        if (cpu && cache->core_class == cpu->core_class && (!found || cache->size_bytes < found->size_bytes))
            found = cache;
    }
    return found ? found : any; /* a cache shared between classes is booked under its first cpu's class */
}
