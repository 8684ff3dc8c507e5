#include "bench/device/device_parts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define FRESH_S       (30 * 24 * 3600)
#define TRIES         3
#define FULL_TRIES    8
#define GOOD_ENOUGH   0.97 /* of theory: then a measurement was not disturbed */
#define DRAM_MIN      ((int64_t)64 << 20)
#define DRAM_MAX      ((int64_t)256 << 20)
#define L1_ASSUMED    ((int64_t)16 << 10) /* where /sys tells no sizes: no AArch64 core has less */
#define QUICK_PEAK_NS 60000000
#define FULL_PEAK_NS  150000000
#define QUICK_SIZE_NS 60000000
#define FULL_SIZE_NS  120000000

/* One choice of cpus to measure on. */
struct choice {
    struct cg_device *device;
    const int *cpus;
    int threads;
    char key[32];
    enum cg_device_effort effort;
    void (*progress)(const char *what, void *context);
    void *context;
};

static void tell(const struct choice *c, const char *what)
{
    if (c->progress)
        c->progress(what, c->context);
}

void cg_device_cores_key(const struct cg_topology *topology, const char *spec, const int *cpus, int threads,
                         char *key, size_t size)
{
    const struct cg_cpu *first = threads > 0 ? cg_topology_cpu(topology, cpus[0]) : NULL;
    bool one_class = first != NULL;
    for (int i = 1; i < threads && one_class; i++) {
        const struct cg_cpu *cpu = cg_topology_cpu(topology, cpus[i]);
        one_class = cpu && cpu->core_class == first->core_class;
    }
    snprintf(key, size, "%s", one_class ? topology->classes[first->core_class].name : spec ? spec : "all");
}

int cg_cache_cores(const struct cg_topology *topology, const struct cg_cache *cache)
{
    int threads_each = 1; /* hardware threads of a core */
    for (int i = 0; i < topology->n_cpus; i++)
        if (topology->cpus[i].core_class == cache->core_class && topology->cpus[i].smt + 1 > threads_each)
            threads_each = topology->cpus[i].smt + 1;
    return cache->cpus_each / threads_each > 0 ? cache->cpus_each / threads_each : 1;
}

static const struct cg_peak *find_peak(const struct cg_device *d, enum cg_isa isa, int threads,
                                       const char *key)
{
    for (int i = 0; i < d->n_peaks; i++)
        if (d->peaks[i].isa == isa && d->peaks[i].threads == threads && strcmp(d->peaks[i].cores, key) == 0)
            return &d->peaks[i];
    return NULL;
}

static enum cg_status measure_peak(const struct choice *c, enum cg_isa isa, struct cg_error *err)
{
    struct cg_device *d = c->device;
    char what[96];
    struct cg_peak best = {0};
    snprintf(what, sizeof what, "peak of %s, %d thread%s", cg_isa_name(isa), c->threads,
             c->threads == 1 ? "" : "s");
    tell(c, what);
    const int tries = c->effort == CG_DEVICE_FULL ? FULL_TRIES : TRIES;
    for (int i = 0; i < tries; i++) { /* more than one only when it looks disturbed */
        struct cg_peak peak;
        const int64_t budget = c->effort == CG_DEVICE_FULL ? FULL_PEAK_NS : QUICK_PEAK_NS;
        const enum cg_status status = cg_peak_measure(isa, c->cpus, c->threads, budget, &peak, err);
        if (status != CG_OK)
            return status;
        /* Two that agree are believed only where theory cannot tell better: a neighbour may disturb both. */
        const bool agrees = i > 0 && fabs(peak.madds_per_s / best.madds_per_s - 1) < 1 - GOOD_ENOUGH &&
                            isnan(peak.theory_madds_per_cycle);
        if (i == 0 || peak.madds_per_s > best.madds_per_s)
            best = peak;
        if (agrees || best.madds_per_cycle > GOOD_ENOUGH * best.theory_madds_per_cycle)
            break;
    }
    snprintf(best.cores, sizeof best.cores, "%s", c->key);
    const struct cg_peak *old = find_peak(d, isa, c->threads, c->key);
    if (old)
        d->peaks[old - d->peaks] = best;
    else if (d->n_peaks < CG_PEAKS_MAX)
        d->peaks[d->n_peaks++] = best;
    return CG_OK;
}

/* What each thread may use of a level, and of all levels inside it; -1 where there is no such cache. */
static int64_t share_of(const struct choice *c, int level)
{
    const struct cg_topology *t = &c->device->topology;
    const struct cg_cache *cache = cg_topology_cache(t, level, c->cpus[0]);
    if (!cache)
        return level == 1 ? L1_ASSUMED : -1;
    const int cores = cg_cache_cores(t, cache);
    return cache->size_bytes / (c->threads < cores ? c->threads : cores);
}

static int64_t dram_bytes(const struct choice *c, int64_t largest_share)
{
    const struct cg_device *d = c->device;
    int64_t bytes = 4 * largest_share, memory = d->memory_bytes;
    bytes = bytes < DRAM_MIN ? DRAM_MIN : bytes > DRAM_MAX ? DRAM_MAX : bytes;
    if (d->limits.memory_bytes > 0 && (memory < 0 || d->limits.memory_bytes < memory))
        memory = d->limits.memory_bytes;
    if (memory > 0 && bytes > memory / 4 / c->threads)
        bytes = memory / 4 / c->threads;
    return bytes > 2 * largest_share ? bytes : -1;
}

static enum cg_status measure_size(const struct choice *c, const char *level, int number, int64_t bytes,
                                   struct cg_error *err)
{
    struct cg_device *d = c->device;
    struct cg_bandwidth best;
    char what[96];
    snprintf(what, sizeof what, "bandwidth of %s (%lld KiB), %d thread%s", level, (long long)bytes >> 10,
             c->threads, c->threads == 1 ? "" : "s");
    tell(c, what);
    const struct cg_core_facts *facts = cg_core_facts_of(c->cpus[0]);
    const int width = !facts ? 0 : number == 1 ? facts->l1_read : number == 2 ? facts->l2_read : 0;
    const int64_t budget = c->effort == CG_DEVICE_FULL ? FULL_SIZE_NS : QUICK_SIZE_NS;
    for (int i = 0; i < TRIES; i++) {
        struct cg_bandwidth b;
        const enum cg_status status = cg_bandwidth_measure(bytes, c->cpus, c->threads, budget, &b, err);
        if (status != CG_OK)
            return status;
        if (width > 0)
            b.theory_read_bytes_per_s = width * b.frequency_hz * c->threads;
        if (i == 0) {
            best = b;
        } else { /* each motion may have been disturbed in another try */
            best.read_bytes_per_s = fmax(best.read_bytes_per_s, b.read_bytes_per_s);
            best.write_bytes_per_s = fmax(best.write_bytes_per_s, b.write_bytes_per_s);
            best.copy_bytes_per_s = fmax(best.copy_bytes_per_s, b.copy_bytes_per_s);
        }
        if (!(best.read_bytes_per_s < GOOD_ENOUGH * best.theory_read_bytes_per_s)) /* or theory unknown */
            break;
    }
    snprintf(best.level, sizeof best.level, "%s", level);
    snprintf(best.cores, sizeof best.cores, "%s", c->key);
    if (d->n_bandwidths < CG_BANDWIDTHS_MAX)
        d->bandwidths[d->n_bandwidths++] = best;
    return CG_OK;
}

/* One size in the middle of each level; more of them for the whole curve. */
static enum cg_status measure_bandwidths(const struct choice *c, struct cg_error *err)
{
    struct cg_device *d = c->device;
    int64_t inner = 0; /* what a working set must exceed to be outside of the levels before */
    enum cg_status status = CG_OK;
    int kept = 0;
    for (int i = 0; i < d->n_bandwidths; i++) /* these are measured again */
        if (d->bandwidths[i].threads != c->threads || strcmp(d->bandwidths[i].cores, c->key) != 0)
            d->bandwidths[kept++] = d->bandwidths[i];
    d->n_bandwidths = kept;
    for (int level = 1; level <= 4 && status == CG_OK; level++) {
        char name[8];
        const int64_t share = share_of(c, level);
        snprintf(name, sizeof name, "L%d", level);
        if (share < 0 || share * 3 / 4 < inner * 5 / 4) /* no room between this level and the one inside */
            continue;
        int64_t size = level >= 3 ? share / 4 : share / 2;
        if (size < inner * 5 / 4)
            size = share * 3 / 4;
        status = measure_size(c, name, level, size, err);
        if (status == CG_OK && c->effort == CG_DEVICE_FULL && share * 3 / 4 > size)
            status = measure_size(c, name, level, share * 3 / 4, err);
        inner = share;
    }
    const int64_t dram = dram_bytes(c, inner);
    if (status == CG_OK && dram > 0)
        status = measure_size(c, "DRAM", 5, dram, err);
    return status;
}

static int default_threads(const struct cg_topology *t, const char *spec)
{
    int n = 0;
    int *cpus = malloc(sizeof *cpus * (size_t)(t->n_cpus + 1));
    bool *seen = calloc((size_t)t->n_cores + 1, sizeof *seen);
    const int found = cpus && seen ? cg_topology_cores(t, spec, cpus, t->n_cpus, NULL) : 0;
    for (int i = 0; i < found; i++) {
        const struct cg_cpu *cpu = cg_topology_cpu(t, cpus[i]);
        if (cpu && !seen[cpu->core]) {
            seen[cpu->core] = true;
            n++;
        }
    }
    free(cpus);
    free(seen);
    return n > 0 ? n : 1;
}

/* Measures on a choice of cpus: one ISA (>= 0) or, by effort, the best or all of them. */
static enum cg_status measure_choice(struct choice *c, const char *spec, int isa, struct cg_error *err)
{
    const struct cg_topology *t = &c->device->topology;
    int *cpus = calloc((size_t)(c->threads > t->n_cpus ? c->threads : t->n_cpus) + 1, sizeof *cpus);
    if (!cpus)
        return cg_fail(err, CG_NO_MEMORY, "no memory to measure the machine");
    enum cg_status status = cg_topology_choose(t, spec, c->threads, cpus, err);
    if (status == CG_OK) {
        c->cpus = cpus;
        cg_device_cores_key(t, spec, cpus, c->threads, c->key, sizeof c->key);
        for (int i = 0; i < CG_ISA_COUNT && status == CG_OK; i++) {
            const bool wanted = isa >= 0 ? i == isa : c->effort == CG_DEVICE_FULL || i == (int)cg_isa_best();
            if (wanted && cg_isa_available((enum cg_isa)i))
                status = measure_peak(c, (enum cg_isa)i, err);
        }
        if (status == CG_OK)
            status = measure_bandwidths(c, err);
    }
    free(cpus);
    return status;
}

static bool is_fresh(const struct cg_device *device)
{
    return device->measured_at >= 0 && (int64_t)time(NULL) - device->measured_at < FRESH_S &&
           strcmp(device->measured_by, cg_device_build_id()) == 0;
}

static void stamp(struct cg_device *device)
{
    device->measured_at = (int64_t)time(NULL);
    snprintf(device->measured_by, sizeof device->measured_by, "%s", cg_device_build_id());
    cg_device_cache_store(device, NULL); /* a cache that cannot be written is measured again next time */
}

enum cg_status cg_device_measure(struct cg_device *device, const char *spec, int threads,
                                 enum cg_device_effort effort,
                                 void (*progress)(const char *what, void *context), void *context,
                                 struct cg_error *err)
{
    const int most = threads > 0 ? threads : default_threads(&device->topology, spec);
    struct choice choice = {
        .device = device, .threads = 1, .effort = effort, .progress = progress, .context = context};
    if (device->emulation.emulated)
        return cg_fail(err, CG_UNAVAILABLE, "nothing is timed under emulation: %s",
                       device->emulation.evidence);
    if (!is_fresh(device))
        device->n_peaks = device->n_bandwidths = 0;
    enum cg_status status = measure_choice(&choice, spec, -1, err);
    if (status == CG_OK && most > 1) {
        choice.threads = most;
        status = measure_choice(&choice, spec, -1, err);
    }
    if (status == CG_OK)
        stamp(device);
    return status;
}

/* Looks only at what was measured for the same choice. */
static bool has(const struct cg_device *d, enum cg_isa isa, const char *key, int threads)
{
    if (!find_peak(d, isa, threads, key))
        return false;
    for (int i = 0; i < d->n_bandwidths; i++)
        if (d->bandwidths[i].threads == threads && strcmp(d->bandwidths[i].cores, key) == 0)
            return true;
    return false;
}

static bool has_choice(const struct cg_device *device, const char *spec, int threads)
{
    const struct cg_topology *t = &device->topology;
    int *cpus = calloc((size_t)(threads > t->n_cpus ? threads : t->n_cpus) + 1, sizeof *cpus);
    char key[32];
    bool all = cpus && cg_topology_choose(t, spec, threads, cpus, NULL) == CG_OK;
    if (all)
        cg_device_cores_key(t, spec, cpus, threads, key, sizeof key);
    for (int isa = 0; isa < CG_ISA_COUNT && all; isa++)
        all = !cg_isa_available((enum cg_isa)isa) || has(device, (enum cg_isa)isa, key, threads);
    free(cpus);
    return all;
}

bool cg_device_is_measured(const struct cg_device *device, const char *spec, int threads)
{
    const int most = threads > 0 ? threads : default_threads(&device->topology, spec);
    return is_fresh(device) && has_choice(device, spec, 1) && has_choice(device, spec, most);
}

enum cg_status cg_device_ensure(struct cg_device *device, enum cg_isa isa, const char *spec, int threads,
                                struct cg_error *err)
{
    const struct cg_topology *t = &device->topology;
    if (device->emulation.emulated)
        return cg_fail(err, CG_UNAVAILABLE, "nothing is timed under emulation: %s",
                       device->emulation.evidence);
    int *cpus = calloc((size_t)(threads > t->n_cpus ? threads : t->n_cpus) + 1, sizeof *cpus);
    if (!cpus)
        return cg_fail(err, CG_NO_MEMORY, "no memory to measure the machine");
    struct choice choice = {.device = device, .threads = threads, .effort = CG_DEVICE_QUICK};
    enum cg_status status = cg_topology_choose(t, spec, threads, cpus, err);
    if (status == CG_OK) {
        cg_device_cores_key(t, spec, cpus, threads, choice.key, sizeof choice.key);
        if (!is_fresh(device))
            device->n_peaks = device->n_bandwidths = 0;
        if (!has(device, isa, choice.key, threads)) {
            status = measure_choice(&choice, spec, (int)isa, err);
            if (status == CG_OK)
                stamp(device);
        }
    }
    free(cpus);
    return status;
}

static void raise_to(double *value, double other)
{
    if (isnan(*value) || other > *value)
        *value = other;
}

/* All the caches of a level that the threads use together. */
static int64_t capacity_of(const struct cg_device *d, const char *name, const int *cpus, int threads)
{
    const int level = name[0] == 'L' ? atoi(name + 1) : 0;
    if (level == 0)
        return INT64_MAX;
    const struct cg_cache *cache = cg_topology_cache(&d->topology, level, cpus[0]);
    if (!cache)
        return L1_ASSUMED * threads;
    const int cores = cg_cache_cores(&d->topology, cache);
    return cache->size_bytes * ((threads + cores - 1) / cores);
}

bool cg_device_roofline(const struct cg_device *device, enum cg_isa isa, const char *spec, int threads,
                        struct cg_roofline *roofline)
{
    char key[32] = "all";
    *roofline = (struct cg_roofline){.isa = isa, .threads = threads, .madds_per_s = NAN};
    int *cpus = calloc((size_t)(threads > 0 ? threads : 1), sizeof *cpus);
    if (!cpus || cg_topology_choose(&device->topology, spec, threads, cpus, NULL) != CG_OK) {
        free(cpus);
        return false;
    }
    cg_device_cores_key(&device->topology, spec, cpus, threads, key, sizeof key);
    for (int i = 0; i < device->n_peaks; i++) {
        const struct cg_peak *p = &device->peaks[i];
        if (p->isa == isa && p->threads == threads && strcmp(p->cores, key) == 0)
            roofline->madds_per_s = p->madds_per_s;
    }
    for (int i = 0; i < device->n_bandwidths; i++) { /* stored from L1 outwards */
        const struct cg_bandwidth *b = &device->bandwidths[i];
        if (b->threads != threads || strcmp(b->cores, key) != 0)
            continue;
        int level = 0;
        while (level < roofline->n_levels && strcmp(roofline->levels[level].name, b->level) != 0)
            level++;
        if (level == CG_LEVELS_MAX)
            continue;
        if (level == roofline->n_levels) {
            roofline->n_levels++;
            snprintf(roofline->levels[level].name, sizeof roofline->levels[level].name, "%s", b->level);
            roofline->levels[level].capacity_bytes = capacity_of(device, b->level, cpus, threads);
            roofline->levels[level].read_bytes_per_s = roofline->levels[level].write_bytes_per_s =
                roofline->levels[level].copy_bytes_per_s = NAN;
        }
        raise_to(&roofline->levels[level].read_bytes_per_s, b->read_bytes_per_s);
        raise_to(&roofline->levels[level].write_bytes_per_s, b->write_bytes_per_s);
        raise_to(&roofline->levels[level].copy_bytes_per_s, b->copy_bytes_per_s);
    }
    free(cpus);
    return !isnan(roofline->madds_per_s) && roofline->n_levels > 0;
}
