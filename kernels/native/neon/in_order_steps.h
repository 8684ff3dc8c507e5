/* The inner loop of the gemm tiles for cores that issue in order (Cortex-A53, A55 and their like): every
 * instruction stands where it is to be issued. A load is written several multiply-adds before its use, and a
 * 128-bit one as two of 64 bits, the width of these cores' load path, so that each fits beside a
 * multiply-add. Included by template/gemm.h in the place of its own, after vec.h. */
#ifndef CONVGAUGE_KERNELS_NATIVE_NEON_IN_ORDER_STEPS_H
#define CONVGAUGE_KERNELS_NATIVE_NEON_IN_ORDER_STEPS_H

#include <stddef.h>
#include <stdint.h>

enum {
    IN_ORDER_ROWS = 8,
    IN_ORDER_VECTORS = 8,
    STEPS = 4,        /* of k in one round of the loop */
    WIDE_VECTORS = 4, /* more than these are bound by loading weights: whole loads then */
    LOAD_OPS = 3      /* instructions that load a vector in halves */
};

/* Volatile: the compiler keeps these in the order in which they are written. Rows are read two steps at a
 * time. */
#define FMLA_STEP(n) __asm__ volatile("fmla %0.4s, %1.4s, %2.s[" #n "]" : "+w"(*c) : "w"(b), "w"(a))
VEC_INLINE void fmla_step(vf *c, vf b, vf a, const int odd)
{
    if (odd)
        FMLA_STEP(1);
    else
        FMLA_STEP(0);
}
#undef FMLA_STEP

/* Two floats of a row, `offset` bytes on, into the low half of a vector. */
VEC_INLINE vf load_row(const float *p, uint64_t offset)
{
    vf v;
    __asm__ volatile("ldr %d0, [%1, %2]" : "=w"(v) : "r"(p), "r"(offset) : "memory");
    return v;
}

/* Moves on by `bytes` here and not earlier, where a load would wait for it. */
#define MOVE_ON(what, bytes) __asm__ volatile("add %0, %0, %1" : "+r"(what) : "I"(bytes))

/* Instruction `op` of those that load one vector of weights. */
VEC_INLINE void load_weights(vf *v, uint64_t *high, const float *b, const int op, const int whole)
{
    const struct four {
        float f[4];
    } *from = (const void *)b;
    const struct two {
        float f[2];
    } *half = (const void *)b;
    if (whole) {
        if (op == 0)
            __asm__ volatile("ldr %q0, %1" : "=w"(*v) : "m"(*from));
    } else if (op == 0) {
        __asm__ volatile("ldr %d0, %1" : "=w"(*v) : "m"(half[0]));
    } else if (op == 1) {
        __asm__ volatile("ldr %0, %1" : "=r"(*high) : "m"(half[1]));
    } else {
        __asm__ volatile("ins %0.d[1], %1" : "+w"(*v) : "r"(*high));
    }
}

/* What the loop holds. */
struct in_order {
    vf row[2][IN_ORDER_ROWS];        /* steps 0 and 1, steps 2 and 3 */
    vf weights[2][IN_ORDER_VECTORS]; /* of even and odd steps */
    uint64_t high[IN_ORDER_VECTORS];
    const float *p[IN_ORDER_ROWS];
    uint64_t offset; /* of the two steps of each row that are loaded next, bytes */
};

/* Side instruction `op` of step `step`: loads the weights of the next step, and of the rows those two steps
 * that come after the pair at hand, the first half of the rows in its even step. The halves of weights are
 * put together one row's load after they were read, early enough for the next step. `last`: nothing is loaded
 * for the next round. */
VEC_INLINE void side(struct in_order *o, const float *b, const int step, const int op, const int rows,
                     const int vectors, const int last)
{
    const int whole = vectors >= WIDE_VECTORS;
    const int loads = whole ? vectors : 2 * vectors, next = (step + 1) & 1;
    const int first = step & 1 ? (rows + 1) / 2 : 0, row_loads = step & 1 ? rows / 2 : (rows + 1) / 2;
    if (last && step == STEPS - 1)
        return;
    const int joins = whole ? 0 : vectors, join = op - loads - 1;
    if (op < loads) {
        const int j = whole ? op : op / 2;
        load_weights(&o->weights[next][j], &o->high[j], b + ((step + 1) * vectors + j) * VL,
                     whole ? 0 : op % 2, whole);
    } else if (join >= 0 && join < joins) {
        load_weights(&o->weights[next][join], &o->high[join], b, 2, 0);
    } else {
        const int row = op == loads ? 0 : op - loads - joins;
        if (row < row_loads && (!last || step < 2))
            o->row[step < 2][first + row] = load_row(o->p[first + row], o->offset);
    }
}

VEC_INLINE void four_steps(struct in_order *o, vf (*acc)[GEMM_MAX_VECTORS], const float *b, const int rows,
                           const int vectors, const int last)
{
    const int slots = rows * vectors;
    const int sides = vectors * (vectors >= WIDE_VECTORS ? 1 : LOAD_OPS) + (rows + 1) / 2;
    const int crowd = (sides + slots - 1) / slots; /* beside one multiply-add */
    GEMM_UNROLL
    for (int step = 0; step < STEPS; step++) {
        GEMM_UNROLL
        for (int i = 0; i < rows; i++) {
            GEMM_UNROLL
            for (int j = 0; j < vectors; j++) {
                fmla_step(&acc[i][j], o->weights[step & 1][j], o->row[step / 2][i], step & 1);
                GEMM_UNROLL
                for (int op = 0; op < sides; op++)
                    if (op / crowd == i * vectors + j)
                        side(o, b, step, op, rows, vectors, last);
            }
        }
        if (step & 1)
            MOVE_ON(o->offset, 2 * sizeof(float));
    }
}

/* As gemm_lanes() of the template. */
VEC_INLINE int in_order_lanes(vf (*acc)[GEMM_MAX_VECTORS], const float *a, ptrdiff_t stride, const float **b,
                              uintptr_t *ahead, int k, const int rows, const int vectors)
{
    if (k < STEPS)
        return k;
    struct in_order o;
    GEMM_UNROLL
    for (int i = 0; i < rows; i++)
        o.p[i] = a + i * stride;
    GEMM_UNROLL
    for (int j = 0; j < vectors; j++)
        load_weights(&o.weights[0][j], NULL, *b + j * VL, 0, 1);
    GEMM_UNROLL
    for (int i = 0; i < rows; i++)
        o.row[0][i] = load_row(o.p[i], 0);
    o.offset = 2 * sizeof(float);
    for (; k >= 2 * STEPS; k -= STEPS) {
        __builtin_prefetch((const void *)*ahead, 0, 2);
        *ahead += CG_NATIVE_ALIGN;
        four_steps(&o, acc, *b, rows, vectors, 0);
        MOVE_ON(*b, STEPS * vectors * VL * sizeof **b);
    }
    four_steps(&o, acc, *b, rows, vectors, 1);
    *b += STEPS * vectors * VL;
    return k - STEPS;
}

#define GEMM_LANES in_order_lanes

#endif
