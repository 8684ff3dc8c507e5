/* The fastest loops that we can write for one instruction set: multiply-adds in registers, reads, writes and
 * copies of memory. What a machine is measured with, never what it computes with. Internal to bench/device.
 */
#ifndef CONVGAUGE_BENCH_DEVICE_LOOPS_LOOPS_H
#define CONVGAUGE_BENCH_DEVICE_LOOPS_LOOPS_H

#include "kernels/isa.h"

#include <stddef.h>
#include <stdint.h>

#define CG_LOOP_BLOCK 1024 /* memory loops take addresses and sizes in multiples of it */

struct cg_loops {
    enum cg_isa isa;
    int madds_per_turn;
    /* `turns` x madds_per_turn independent f32 multiply-adds, operands in registers, nothing overflows. */
    void (*fma)(int64_t turns);
    /* `passes` passes over `bytes` bytes. Reads go to registers only. */
    void (*read)(const void *from, size_t bytes, int64_t passes);
    void (*write)(void *to, size_t bytes, int64_t passes);
    void (*copy)(void *to, const void *from, size_t bytes, int64_t passes);
    /* The same past the caches (non-temporal), complete on return. (optional: NULL) */
    void (*write_stream)(void *to, size_t bytes, int64_t passes);
    void (*copy_stream)(void *to, const void *from, size_t bytes, int64_t passes);
};

/* The loops of an instruction set that this processor has, or NULL. */
const struct cg_loops *cg_loops_get(enum cg_isa isa);

extern const struct cg_loops cg_loops_scalar;
#if defined(__x86_64__)
extern const struct cg_loops cg_loops_avx2;
extern const struct cg_loops cg_loops_avx512;
#elif defined(__aarch64__)
extern const struct cg_loops cg_loops_neon;
#endif

/* `OP(offset)` for every vector of `step` bytes of a block. */
#define CG_REPEAT_16(OP, step, base)                                                                         \
    OP(base + 0 * step)                                                                                      \
    OP(base + 1 * step)                                                                                      \
    OP(base + 2 * step)                                                                                      \
    OP(base + 3 * step)                                                                                      \
    OP(base + 4 * step)                                                                                      \
    OP(base + 5 * step)                                                                                      \
    OP(base + 6 * step)                                                                                      \
    OP(base + 7 * step)                                                                                      \
    OP(base + 8 * step)                                                                                      \
    OP(base + 9 * step)                                                                                      \
    OP(base + 10 * step)                                                                                     \
    OP(base + 11 * step)                                                                                     \
    OP(base + 12 * step)                                                                                     \
    OP(base + 13 * step)                                                                                     \
    OP(base + 14 * step)                                                                                     \
    OP(base + 15 * step)

#endif
