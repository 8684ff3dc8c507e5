#include "bench/device/topology_build.h"

#include "base/arena.h"
#include "base/array.h"
#include "base/text.h"

#include <math.h>
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
        raw->numas[raw->n_numa++] = (struct cg_numa_record){.os = os, .memory_bytes = memory_bytes};
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

/* Cores of one kind may differ a little: a processor's favoured cores clock a few per cent higher. */
static bool similar(int64_t a, int64_t b)
{
    if (a <= 0 || b <= 0)
        return a <= 0 && b <= 0;
    return a > b ? a - b <= b / 8 : b - a <= a / 8;
}

/* What is known of some cpus only tells nothing apart: a core may sleep while it is looked at. */
static void see_what_is_known(struct cg_raw_topology *raw)
{
    raw->capacity_known = raw->hz_known = true;
    for (int i = 0; i < raw->n_cpus; i++) {
        raw->capacity_known = raw->capacity_known && raw->cpus[i].capacity > 0;
        raw->hz_known = raw->hz_known && raw->cpus[i].max_hz > 0;
    }
}

static bool is_bare(const struct cg_raw_cpu *cpu)
{
    return cpu->capacity < 0 && cpu->max_hz < 0 && !cpu->core[0];
}

static bool same_kind(const struct cg_raw_topology *raw, const struct cg_raw_cpu *a,
                      const struct cg_raw_cpu *b)
{
    return strcmp(a->core, b->core) == 0 && (!raw->capacity_known || similar(a->capacity, b->capacity)) &&
           (!raw->hz_known || similar(a->max_hz, b->max_hz)) &&
           (!is_bare(a) || !is_bare(b) || a->rank == b->rank);
}

/* Slow before fast, by the first figure that is known of both and tells them apart. */
static int compare_speed(const struct cg_raw_cpu *a, const struct cg_raw_cpu *b)
{
    const int64_t of_a[] = {a->capacity, a->rank + 1, a->max_hz},
                  of_b[] = {b->capacity, b->rank + 1, b->max_hz};
    for (int i = 0; i < 3; i++)
        if (of_a[i] > 0 && of_b[i] > 0 && of_a[i] != of_b[i])
            return of_a[i] < of_b[i] ? -1 : 1;
    return 0;
}

static int compare_os(const void *a, const void *b)
{
    const struct cg_raw_cpu *x = a, *y = b;
    return (x->os > y->os) - (x->os < y->os);
}

/* By name: the last are of machines with more than three. */
static const char *const class_names[][CG_CLASSES_MAX] = {
    {"all"},
    {"little", "big"},
    {"little", "mid", "big"},
    {"class0", "class1", "class2", "class3", "class4", "class5", "class6", "class7"},
};

/* Finds the kinds of cores, slow to fast, and gives each cpu its class. */
static bool make_classes(const struct cg_raw_topology *raw, struct cg_topology *t)
{
    const struct cg_raw_cpu *kinds[CG_CLASSES_MAX]; /* a cpu of each */
    int n = 0;
    for (int i = 0; i < raw->n_cpus; i++) {
        int at = n;
        while (at > 0 && !same_kind(raw, kinds[at - 1], &raw->cpus[i]))
            at--;
        if (at > 0 || n == CG_CLASSES_MAX)
            continue;
        for (at = n++; at > 0 && compare_speed(kinds[at - 1], &raw->cpus[i]) > 0; at--)
            kinds[at] = kinds[at - 1];
        kinds[at] = &raw->cpus[i];
    }
    t->n_classes = n;
    t->classes = cg_arena_array(t->arena, (size_t)n, sizeof *t->classes);
    for (int k = 0; t->classes && k < n; k++)
        t->classes[k] = (struct cg_core_class_record){.name = class_names[n < 4 ? n - 1 : 3][k],
                                                      .max_hz = NAN,
                                                      .core = cg_arena_printable(t->arena, kinds[k]->core),
                                                      .capacity = kinds[k]->capacity};
    for (int i = 0; t->classes && i < raw->n_cpus; i++) {
        int k = 0;
        while (k < n - 1 && !same_kind(raw, kinds[k], &raw->cpus[i]))
            k++;
        struct cg_core_class_record *class = &t->classes[k];
        t->cpus[i].core_class = class->name;
        class->threads++;
        class->cores += t->cpus[i].smt == 0; /* a core counts for its class once */
        if (raw->cpus[i].max_hz > 0)
            class->max_hz = fmax(class->max_hz, (double)raw->cpus[i].max_hz);
    }
    return t->classes;
}

static void make_cpus(const struct cg_raw_topology *raw, struct cg_topology *t)
{
    for (int i = 0; i < raw->n_cpus; i++) {
        struct cg_cpu_record *cpu = &t->cpus[i];
        *cpu = (struct cg_cpu_record){.os = raw->cpus[i].os,
                                      .core = -1,
                                      .package = -1,
                                      .numa = raw->cpus[i].numa,
                                      .allowed = raw->cpus[i].allowed};
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

/* The order of rows; 0: of instances of one row, if of one size. */
static int compare_caches(const struct cg_topology *t, const struct cg_cache_record *a,
                          const struct cg_cache_record *b)
{
    const int types = strcmp(a->type, b->type); /* data, instruction, unified */
    return a->level != b->level ? a->level - b->level
           : types != 0         ? types
                                : cg_topology_class(t, a->core_class) - cg_topology_class(t, b->core_class);
}

static void add_cache(struct cg_topology *t, const struct cg_raw_cache *raw)
{
    struct cg_cache_record cache = raw->cache;
    const struct cg_cpu_record *cpu = cg_topology_cpu(t, raw->first_os);
    int order = 1, k = 0;
    cache.core_class = cpu ? cpu->core_class : t->classes[0].name;
    cache.line_bytes = cache.line_bytes > 0 ? cache.line_bytes : -1;
    cache.ways = cache.ways > 0 ? cache.ways : -1;
    cache.count = 1;
    while (k < t->n_caches && (order = compare_caches(t, &t->caches[k], &cache)) <= 0 &&
           !(order == 0 && t->caches[k].bytes == cache.bytes))
        k++;
    if (k < t->n_caches && order == 0) {
        t->caches[k].count++;
    } else if (t->n_caches < CG_CACHES_MAX) {
        memmove(&t->caches[k + 1], &t->caches[k], (size_t)(t->n_caches++ - k) * sizeof cache);
        t->caches[k] = cache;
    }
}

static void add_memory(const struct cg_raw_topology *raw, struct cg_topology *t)
{
    int64_t nodes = 0;
    for (int i = 0; i < t->n_numa; i++) {
        t->numas[i] = raw->numas[i];
        for (int j = 0; j < t->n_cpus; j++)
            t->numas[i].cpus += t->cpus[j].numa == t->numas[i].os;
        nodes += t->numas[i].memory_bytes > 0 ? t->numas[i].memory_bytes : 0;
    }
    t->node_memory_bytes = nodes > 0 ? nodes : -1;
    t->system_memory_bytes = raw->system_memory_bytes > 0 ? raw->system_memory_bytes : -1;
    t->memory_bytes =
        t->node_memory_bytes > t->system_memory_bytes ? t->node_memory_bytes : t->system_memory_bytes;
}

enum cg_status cg_raw_build(struct cg_raw_topology *raw, struct cg_topology *t, struct cg_error *err)
{
    qsort(raw->cpus, (size_t)raw->n_cpus, sizeof raw->cpus[0], compare_os);
    *t = (struct cg_topology){.n_cpus = raw->n_cpus, .n_numa = raw->n_numa, .source = raw->source};
    t->arena = cg_arena_create(0);
    if (t->arena && !raw->no_memory) {
        t->cpus = cg_arena_array(t->arena, (size_t)raw->n_cpus, sizeof *t->cpus);
        t->caches = cg_arena_array(t->arena, CG_CACHES_MAX, sizeof *t->caches);
        t->numas = cg_arena_array(t->arena, (size_t)raw->n_numa, sizeof *t->numas);
    }
    see_what_is_known(raw);
    if (t->cpus)
        make_cpus(raw, t);
    if (!t->cpus || !t->caches || !t->numas || !make_classes(raw, t)) {
        cg_topology_destroy(t);
        return cg_fail(err, CG_NO_MEMORY, "no memory for the topology of %d processors", raw->n_cpus);
    }
    for (int i = 0; i < raw->n_caches; i++)
        add_cache(t, &raw->caches[i]);
    add_memory(raw, t);
    t->told = (struct cg_told){
        cg_arena_printable(t->arena, raw->cpu_model), cg_arena_printable(t->arena, raw->vendor),
        cg_arena_printable(t->arena, raw->architecture), cg_arena_printable(t->arena, raw->kernel)};
    return CG_OK;
}

void cg_topology_destroy(struct cg_topology *topology)
{
    cg_arena_destroy(&topology->arena);
    memset(topology, 0, sizeof *topology);
}

const struct cg_cpu_record *cg_topology_cpu(const struct cg_topology *topology, int os)
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

int cg_topology_class(const struct cg_topology *topology, const char *name)
{
    int k = 0;
    while (k < topology->n_classes - 1 && !cg_same_text(topology->classes[k].name, name))
        k++;
    return k;
}

const struct cg_cache_record *cg_topology_cache(const struct cg_topology *topology, int level, int os)
{
    const struct cg_cpu_record *cpu = os >= 0 ? cg_topology_cpu(topology, os) : NULL;
    const struct cg_cache_record *found = NULL, *any = NULL;
    for (int i = 0; i < topology->n_caches; i++) {
        const struct cg_cache_record *cache = &topology->caches[i];
        if (cache->level != level || strcmp(cache->type, "instruction") == 0)
            continue;
        if (!any || cache->bytes < any->bytes)
            any = cache;
        if (cpu && cg_same_text(cache->core_class, cpu->core_class) &&
            (!found || cache->bytes < found->bytes))
            found = cache;
    }
    return found ? found : any; /* a cache shared between classes is booked under its first cpu's class */
}
