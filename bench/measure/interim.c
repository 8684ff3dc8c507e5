/* The yardstick and the eviction of cache lines, until bench/device brings its own (which then win: these are
 * weak). */
#include "bench/device/evict.h"
#include "bench/device/timer.h"
#include "bench/device/yardstick.h"

#include <stdlib.h>

#define WEAK __attribute__((weak))

WEAK const char *cg_evict_method(void)
{
#if defined(__x86_64__)
    return "clflush";
#elif defined(__aarch64__)
    return "dc civac";
#else
    return NULL;
#endif
}

WEAK void cg_evict(const void *p, size_t bytes)
{
    const uintptr_t end = (uintptr_t)p + bytes;
    for (uintptr_t line = (uintptr_t)p & ~(uintptr_t)63; line < end; line += 64) {
#if defined(__x86_64__)
        _mm_clflush((const void *)line);
#elif defined(__aarch64__)
        __asm__ volatile("dc civac, %0" : : "r"(line) : "memory");
#endif
    }
#if defined(__x86_64__)
    _mm_mfence();
#elif defined(__aarch64__)
    __asm__ volatile("dsb sy" ::: "memory");
#endif
}

#define L2_FLOATS (64 * 1024) /* 256 KiB */
#define PART_NS   150000

struct cg_yardstick {
    int64_t fma_iterations, l2_passes;
    float *block;
    volatile float sink;
};

static int64_t multiply_add(struct cg_yardstick *yardstick, int64_t iterations)
{
    float sums[64];
    for (int i = 0; i < 64; i++)
        sums[i] = (float)i;
    const int64_t start_ns = cg_now_ns();
    for (int64_t n = 0; n < iterations; n++) {
        for (int i = 0; i < 64; i++)
            sums[i] = sums[i] * 0.999f + 0.5f;
        cg_keep(sums);
    }
    return cg_now_ns() - start_ns;
}

static int64_t read_block(struct cg_yardstick *yardstick, int64_t passes)
{
    float sums[16] = {0};
    const int64_t start_ns = cg_now_ns();
    for (int64_t pass = 0; pass < passes; pass++)
        for (int i = 0; i < L2_FLOATS; i += 16)
            for (int k = 0; k < 16; k++)
                sums[k] += yardstick->block[i + k];
    const int64_t took_ns = cg_now_ns() - start_ns;
    for (int k = 0; k < 16; k++)
        yardstick->sink = sums[k];
    return took_ns;
}

static int64_t calibrate(struct cg_yardstick *yardstick,
                         int64_t (*part)(struct cg_yardstick *yardstick, int64_t amount))
{
    int64_t amount = 1;
    while (part(yardstick, amount) < PART_NS && amount < (int64_t)1 << 30)
        amount *= 2;
    return amount;
}

WEAK enum cg_status cg_yardstick_create(int64_t fma_iterations, int64_t l2_passes,
                                        struct cg_yardstick **yardstick, struct cg_error *err)
{
    *yardstick = calloc(1, sizeof **yardstick);
    if (*yardstick)
        (*yardstick)->block = malloc(L2_FLOATS * sizeof(float));
    if (!*yardstick || !(*yardstick)->block) {
        cg_yardstick_destroy(yardstick);
        return cg_fail(err, CG_NO_MEMORY, "no memory for the yardstick");
    }
    for (int i = 0; i < L2_FLOATS; i++)
        (*yardstick)->block[i] = 1;
    (*yardstick)->fma_iterations = fma_iterations > 0 ? fma_iterations : calibrate(*yardstick, multiply_add);
    (*yardstick)->l2_passes = l2_passes > 0 ? l2_passes : calibrate(*yardstick, read_block);
    return CG_OK;
}

WEAK void cg_yardstick_destroy(struct cg_yardstick **yardstick)
{
    if (*yardstick)
        free((*yardstick)->block);
    free(*yardstick);
    *yardstick = NULL;
}

WEAK void cg_yardstick_work(const struct cg_yardstick *yardstick, int64_t *fma_iterations, int64_t *l2_passes)
{
    *fma_iterations = yardstick->fma_iterations;
    *l2_passes = yardstick->l2_passes;
}

WEAK void cg_yardstick_run(struct cg_yardstick *yardstick, struct cg_yardstick_times *times)
{
    times->fma_ns = multiply_add(yardstick, yardstick->fma_iterations);
    read_block(yardstick, 1);
    times->l2_ns = read_block(yardstick, yardstick->l2_passes);
}
