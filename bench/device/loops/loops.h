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
#define CG_REPEAT_4(OP, step, base) OP(base) OP(base + step) OP(base + 2 * step) OP(base + 3 * step)
#define CG_REPEAT_16(OP, step, base)                                                                         \
    CG_REPEAT_4(OP, step, base)                                                                              \
    CG_REPEAT_4(OP, step, base + 4 * step)                                                                   \
    CG_REPEAT_4(OP, step, base + 8 * step)                                                                   \
    CG_REPEAT_4(OP, step, base + 12 * step)

/* `OP(number)` for registers. */
#define CG_REGISTERS_2_TO_7(OP)   OP(2) OP(3) OP(4) OP(5) OP(6) OP(7)
#define CG_REGISTERS_8_TO_15(OP)  OP(8) OP(9) OP(10) OP(11) OP(12) OP(13) OP(14) OP(15)
#define CG_REGISTERS_16_TO_23(OP) OP(16) OP(17) OP(18) OP(19) OP(20) OP(21) OP(22) OP(23)
#define CG_REGISTERS_24_TO_31(OP) OP(24) OP(25) OP(26) OP(27) OP(28) OP(29) OP(30) OP(31)

#endif
