#include "tests/coldness.h"

#include "bench/device/buffer.h"
#include "bench/device/emulation.h"
#include "bench/device/loops/loops.h"
#include "bench/device/pin.h"
#include "bench/device/timer.h"
#include "bench/device/topology.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#define TRIALS     12
#define STRETCHES  8 /* sixteenths of the large buffer: its front half */
#define SHARED_MAX ((size_t)8 << 20)
#define DRAM_MIN   ((size_t)64 << 20)
#define DRAM_MAX   ((size_t)512 << 20)

static size_t cache_bytes(int level, size_t otherwise)
{
    const int cpu = cg_current_cpu();
    const int64_t bytes = cg_cache_bytes(cpu < 0 ? 0 : cpu, level);
    return bytes > 0 ? (size_t)bytes : otherwise;
}

static double rate(size_t bytes, int64_t ns)
{
    return (double)bytes * 1e9 / (double)(ns > 0 ? ns : 1);
}

static int compare_int64(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Bytes a second of reading `bytes` once, the median of several, at steps of `stride` through a buffer;
 * flushed before each when cold. */
static double median_pass(const struct cg_loops *loops, const char *buffer, size_t bytes, size_t stride,
                          bool cold)
{
    int64_t ns[TRIALS];
    for (int i = 0; i < TRIALS; i++) {
        if (cold)
            cg_evict(buffer, bytes);
        const int64_t start = cg_now_ns();
        loops->read(buffer + (size_t)i * stride, bytes, 1);
        ns[i] = cg_now_ns() - start;
    }
    qsort(ns, TRIALS, sizeof ns[0], compare_int64);
    return rate(bytes, ns[TRIALS / 2]);
}

enum cg_status coldness_measure(struct coldness *coldness, struct cg_error *err)
{
    const size_t l2 = cache_bytes(2, (size_t)512 << 10), l3 = cache_bytes(3, (size_t)16 << 20);
    const struct cg_loops *loops = cg_loops_get(cg_isa_best());
    const size_t half = l2 / 2 / CG_LOOP_BLOCK * CG_LOOP_BLOCK;
    size_t large = 4 * l3 < DRAM_MIN ? DRAM_MIN : 4 * l3 > DRAM_MAX ? DRAM_MAX : 4 * l3;
    struct cg_emulation emulation;
    *coldness = (struct coldness){NAN, NAN, NAN, NAN, false};
    large = large / CG_LOOP_BLOCK * CG_LOOP_BLOCK;
    cg_emulation_detect(NULL, &emulation);
    if (emulation.emulated)
        return cg_fail(err, CG_UNAVAILABLE, "nothing is timed under emulation: %s", emulation.evidence);
    if (!cg_evict_method())
        return cg_fail(err, CG_UNAVAILABLE, "programs cannot flush cache lines on this architecture");
    void *buffer = cg_buffer_make(half > 0 ? half : CG_LOOP_BLOCK);
    if (!buffer)
        return cg_fail(err, CG_NO_MEMORY, "no memory to try cache eviction");
    coldness->hot_bytes_per_s = median_pass(loops, buffer, half, 0, false);
    coldness->cold_bytes_per_s = median_pass(loops, buffer, half, 0, true);
    cg_buffer_free(buffer, half > 0 ? half : CG_LOOP_BLOCK);
    /* Virtual machines tell of caches that they do not have: a set that is small beside all real ones. */
    const size_t quarter = l3 / 4 < SHARED_MAX ? l3 / 4 : SHARED_MAX;
    const size_t shared = quarter > 2 * l2 ? quarter / CG_LOOP_BLOCK * CG_LOOP_BLOCK : half;
    buffer = cg_buffer_make(shared);
    if (buffer) {
        coldness->cache_bytes_per_s = median_pass(loops, buffer, shared, 0, false);
        cg_buffer_free(buffer, shared);
    }
    buffer = cg_buffer_make(large);
    if (buffer) { /* cg_buffer_make wrote it from front to end, so its front is in no cache any more */
        const size_t stride = large / 2 / TRIALS / CG_LOOP_BLOCK * CG_LOOP_BLOCK;
        const double parts = median_pass(loops, buffer, half, stride, false);
        const size_t stretch = large / 16 / CG_LOOP_BLOCK * CG_LOOP_BLOCK;
        coldness->dram_bytes_per_s = parts;
        for (int i = 0; i < STRETCHES; i++) {
            const int64_t start = cg_now_ns();
            loops->read((char *)buffer + (size_t)i * stretch, stretch, 1);
            coldness->dram_bytes_per_s = fmax(coldness->dram_bytes_per_s, rate(stretch, cg_now_ns() - start));
        }
        cg_buffer_free(buffer, large);
    }
    const double slow = coldness->dram_bytes_per_s;
    const double fast =
        isnan(coldness->cache_bytes_per_s) ? coldness->hot_bytes_per_s : coldness->cache_bytes_per_s;
    /* Without DRAM's figure (no memory for it), being far slower than a cache must do. */
    coldness->cold = coldness->cold_bytes_per_s < (isnan(slow) ? fast / 2 : sqrt(slow * fast));
    return CG_OK;
}
