#include "base/text.h"
#include "bench/device/cpu_id.h"
#include "bench/device/device_parts.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TRIES         3
#define DRAM_MIN      ((int64_t)64 << 20)
#define DRAM_MAX      ((int64_t)256 << 20)
#define QUICK_SIZE_NS 60000000
#define FULL_SIZE_NS  120000000
#define FIRST_STEP    4   /* times what the levels inside hold: they serve a quarter of it at most */
#define WIDE          16  /* a level so many times larger than those inside is measured in steps */
#define SLOWER        1.5 /* a step that reads so much slower than those before comes from further out */
#define L1_ASSUMED    ((int64_t)16 << 10) /* where /sys tells no sizes: no AArch64 core has less */

/* ---- on which cpus, and what they share ---- */

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

/* By the sizes that the system reports: what each of the threads may use of a level's caches (-1: there is no
 * such level). os: a cpu that one of them runs on; -1: the smallest cache's. */
static int64_t share_of(const struct cg_topology *topology, int level, int os, int threads)
{
    const struct cg_cache_record *cache = cg_topology_cache(topology, level, os);
    if (!cache)
        return level == 1 ? L1_ASSUMED : -1;
    const int cores = cores_of(topology, cache);
    return cache->bytes / (threads < cores ? threads : cores);
}

/* The same of what they use together. */
static int64_t together(const struct cg_topology *topology, int level, int os, int threads)
{
    const struct cg_cache_record *cache = cg_topology_cache(topology, level, os);
    if (!cache)
        return L1_ASSUMED * threads;
    const int cores = cores_of(topology, cache);
    return cache->bytes * ((threads + cores - 1) / cores);
}

/* ---- measuring ---- */

void cg_measuring_tell(const struct cg_measuring *how, const char *format, ...)
{
    char what[96];
    va_list args;
    if (!how->asked || !how->asked->progress)
        return;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    how->asked->progress(what, how->asked->context);
}

/* Each motion may have been disturbed in another try. */
static void keep_best(double best[CG_FLOW_COUNT], const double other[CG_FLOW_COUNT])
{
    for (int k = 0; k < CG_FLOW_COUNT; k++)
        best[k] = fmax(best[k], other[k]); /* the other one where one is NAN */
}

static const char *const names[] = {"", "L1", "L2", "L3", "L4", "DRAM"};
enum { DRAM = 5 };

/* Adds a row. */
static enum cg_status measure_size(const struct cg_measuring *how, int level, int64_t bytes,
                                   struct cg_error *err)
{
    struct cg_device *d = how->device;
    const struct cg_choice *c = how->choice;
    struct cg_bandwidth best = {0};
    snprintf(best.level, sizeof best.level, "%s", names[level]);
    cg_measuring_tell(how, "bandwidth of %s (%lld KiB), %d thread%s", best.level, (long long)bytes >> 10,
                      c->threads, c->threads == 1 ? "" : "s");
    const struct cg_core_facts *facts = cg_core_facts_of(c->cpus[0]);
    const int width = !facts ? 0 : level == 1 ? facts->l1_read : level == 2 ? facts->l2_read : 0;
    for (int i = 0; i < TRIES; i++) {
        struct cg_bandwidth b;
        const enum cg_status status = (how->bandwidth ? how->bandwidth : cg_bandwidth_measure)(
            bytes, c->cpus, c->threads, how->asked ? FULL_SIZE_NS : QUICK_SIZE_NS, &b, err);
        if (status != CG_OK)
            return status;
        if (width > 0)
            b.theory_read_bytes_per_s = width * b.frequency_hz * c->threads;
        memcpy(b.level, best.level, sizeof b.level);
        snprintf(b.cores, sizeof b.cores, "%s", c->key);
        if (i == 0)
            best = b;
        keep_best(best.bytes_per_s, b.bytes_per_s);
        if (!(best.bytes_per_s[CG_READS] <
              CG_GOOD_ENOUGH * best.theory_read_bytes_per_s)) /* or theory unknown */
            break;
    }
    if (d->n_bandwidths < CG_BANDWIDTHS_MAX)
        d->bandwidths[d->n_bandwidths++] = best;
    return CG_OK;
}

int cg_steps_held(const struct cg_bandwidth *steps, int n)
{
    double best = 0;
    int held = n;
    for (int i = 0; i < n; i++) {
        const double rate = steps[i].bytes_per_s[CG_READS];
        if (!(rate * SLOWER < best))
            held = n; /* what was slow before was disturbed */
        else if (held == n)
            held = i;
        best = fmax(best, rate);
    }
    return held;
}

/* Working sets that grow from what the levels inside hold to `size`, which the level should hold easily by
 * its reported size. Where it does, the last of them stays; where it does not, those that it held and the
 * last, as one of DRAM. Returns in *inner what a working set must exceed to be outside. */
static enum cg_status measure_steps(const struct cg_measuring *how, int level, int64_t size, int64_t *inner,
                                    struct cg_error *err)
{
    struct cg_device *d = how->device;
    const int first = d->n_bandwidths;
    enum cg_status status = CG_OK;
    for (int64_t step = FIRST_STEP * *inner; step < size && status == CG_OK; step *= 2)
        status = measure_size(how, level, step, err);
    if (status == CG_OK)
        status = measure_size(how, level, size, err);
    const int n = d->n_bandwidths - first;
    if (status != CG_OK || n == 0)
        return status;
    const int held = cg_steps_held(&d->bandwidths[first], n);
    struct cg_bandwidth last = d->bandwidths[first + n - 1];
    d->n_bandwidths = first + (held < n ? held : 0);
    if (held < n) {
        snprintf(last.level, sizeof last.level, "%s", names[DRAM]);
        *inner = d->bandwidths[d->n_bandwidths - 1].working_set_bytes;
    }
    d->bandwidths[d->n_bandwidths++] = last;
    return CG_OK;
}

/* One size in the middle of a level; in a full measurement a second one. */
static enum cg_status measure_level(const struct cg_measuring *how, int level, int64_t *inner,
                                    struct cg_error *err)
{
    const int64_t share = share_of(&how->device->topology, level, how->choice->cpus[0], how->choice->threads);
    if (share < 0 || share * 3 / 4 < *inner * 5 / 4) /* no room between this level and the one inside */
        return CG_OK;
    int64_t size = level >= 3 ? share / 4 : share / 2, inside = *inner;
    if (size < *inner * 5 / 4)
        size = share * 3 / 4;
    enum cg_status status;
    if (level >= 3 && *inner > 0 && size >= WIDE * *inner)
        status = measure_steps(how, level, size, &inside, err);
    else
        status = measure_size(how, level, size, err);
    const bool contradicted = inside != *inner;
    *inner = contradicted ? inside : share;
    if (status == CG_OK && how->asked && share * 3 / 4 > size && !contradicted)
        status = measure_size(how, level, share * 3 / 4, err);
    return status;
}

/* A working set that only DRAM holds, or -1 where there is no memory for one. */
static int64_t dram_bytes(const struct cg_measuring *how, int64_t largest_share)
{
    const struct cg_device *d = how->device;
    int64_t bytes = 4 * largest_share, memory = d->record.memory_bytes;
    bytes = bytes < DRAM_MIN ? DRAM_MIN : bytes > DRAM_MAX ? DRAM_MAX : bytes;
    const int64_t limit = d->record.memory_limit_bytes;
    if (limit > 0 && (memory < 0 || limit < memory))
        memory = limit;
    if (memory > 0 && bytes > memory / 4 / how->choice->threads)
        bytes = memory / 4 / how->choice->threads;
    return bytes > 2 * largest_share ? bytes : -1;
}

enum cg_status cg_levels_measure(const struct cg_measuring *how, struct cg_error *err)
{
    struct cg_device *d = how->device;
    int64_t inner = 0; /* what a working set must exceed to be outside of the levels before */
    int kept = 0;
    for (int i = 0; i < d->n_bandwidths; i++) /* these are measured again */
        if (!cg_choice_is(how->choice, d->bandwidths[i].threads, d->bandwidths[i].cores))
            d->bandwidths[kept++] = d->bandwidths[i];
    d->n_bandwidths = kept;
    enum cg_status status = CG_OK;
    for (int level = 1; level <= 4 && status == CG_OK; level++)
        status = measure_level(how, level, &inner, err);
    const int64_t dram = dram_bytes(how, inner);
    if (status == CG_OK && dram > 0)
        status = measure_size(how, DRAM, dram, err);
    return status;
}

/* ---- what was measured ---- */

/* The level whose reported size the row contradicts: DRAM served what it should have held twice over. 0:
 * none. */
static int contradicted_by(const struct cg_topology *t, const struct cg_bandwidth *row)
{
    for (int level = 4; level >= 3; level--)
        if (strcmp(row->level, names[DRAM]) == 0 &&
            2 * row->working_set_bytes <= share_of(t, level, -1, row->threads))
            return level;
    return 0;
}

/* The largest working set that reads show a level to hold where they contradict its reported size; else NULL.
 */
static const struct cg_bandwidth *held_instead(const struct cg_device *d, int level, const char *key,
                                               int threads)
{
    const struct cg_bandwidth *held = NULL;
    bool contradicted = false;
    for (int i = 0; i < d->n_bandwidths; i++) {
        const struct cg_bandwidth *b = &d->bandwidths[i];
        if (b->threads != threads || strcmp(b->cores, key) != 0)
            continue;
        contradicted = contradicted || contradicted_by(&d->topology, b) == level;
        if (b->level[0] == 'L' && atoi(b->level + 1) == level &&
            (!held || b->working_set_bytes > held->working_set_bytes))
            held = b;
    }
    return contradicted ? held : NULL;
}

bool cg_device_cache_note(const struct cg_device *d, char *text, size_t size)
{
    for (int i = 0; i < d->n_bandwidths; i++) {
        const struct cg_bandwidth *far = &d->bandwidths[i];
        const int level = contradicted_by(&d->topology, far);
        const struct cg_bandwidth *held = level ? held_instead(d, level, far->cores, far->threads) : NULL;
        if (!held)
            continue;
        snprintf(text, size,
                 "the L%d does not hold the %lld MiB that the system reports: reads of %lld MiB come at %.1f "
                 "GB/s, those of %lld MiB at %.1f; nothing is planned by its reported size",
                 level, (long long)cg_topology_cache(&d->topology, level, -1)->bytes >> 20,
                 (long long)far->working_set_bytes >> 20, far->bytes_per_s[CG_READS] * 1e-9,
                 (long long)held->working_set_bytes >> 20, held->bytes_per_s[CG_READS] * 1e-9);
        return true;
    }
    if (size)
        text[0] = '\0';
    return false;
}

/* All the caches of a level that the threads use together. */
static int64_t capacity_of(const struct cg_device *d, const char *name, const struct cg_choice *choice)
{
    const int level = name[0] == 'L' ? atoi(name + 1) : 0;
    if (level == 0)
        return INT64_MAX;
    const struct cg_bandwidth *held = held_instead(d, level, choice->key, choice->threads);
    return held ? held->working_set_bytes * choice->threads
                : together(&d->topology, level, choice->cpus[0], choice->threads);
}

static void add_level(const struct cg_device *d, const struct cg_choice *choice, const struct cg_bandwidth *b,
                      struct cg_roofline *roofline)
{
    int i = 0;
    while (i < roofline->n_levels && strcmp(roofline->levels[i].name, b->level) != 0)
        i++;
    if (i == CG_LEVELS_MAX)
        return;
    if (i == roofline->n_levels) {
        roofline->n_levels++;
        snprintf(roofline->levels[i].name, sizeof roofline->levels[i].name, "%s", b->level);
        roofline->levels[i].capacity_bytes = capacity_of(d, b->level, choice);
        memcpy(roofline->levels[i].bytes_per_s, b->bytes_per_s, sizeof b->bytes_per_s);
    }
    keep_best(roofline->levels[i].bytes_per_s, b->bytes_per_s);
}

bool cg_device_roofline(const struct cg_device *device, enum cg_isa isa, const char *spec, int threads,
                        struct cg_roofline *roofline)
{
    struct cg_choice choice;
    *roofline = (struct cg_roofline){.isa = isa, .threads = threads, .madds_per_s = NAN};
    const bool known = cg_choice_make(&device->topology, spec, threads, &choice, NULL) == CG_OK;
    const struct cg_peak_record *peak = known ? cg_peak_find(device, isa, &choice) : NULL;
    if (peak)
        roofline->madds_per_s = peak->madds_per_s;
    for (int i = 0; known && i < device->n_bandwidths; i++) /* stored from L1 outwards */
        if (cg_choice_is(&choice, device->bandwidths[i].threads, device->bandwidths[i].cores))
            add_level(device, &choice, &device->bandwidths[i], roofline);
    free(choice.cpus);
    return !isnan(roofline->madds_per_s) && roofline->n_levels > 0;
}
