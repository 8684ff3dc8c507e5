/* The gemm micro-kernel of a single output channel, for those beside whole tiles: 58 channels are seven times
 * 8 and 2. Lanes are values of k, which lie side by side in a row and in a panel of one column: no lane is
 * idle, where a tile of 8 columns would compute 7 for nothing. In the end each row's lanes are summed.
 * Included after vec.h and gemm.h, where vectors or their halves have 8 lanes. */
#ifndef CONVGAUGE_KERNELS_NATIVE_TEMPLATE_COLUMN_H
#define CONVGAUGE_KERNELS_NATIVE_TEMPLATE_COLUMN_H

#include "kernels/native/microkernel.h"

#include <stdint.h>

#define COLUMN_FETCHES 16 /* lines that a tile fetches at most */
#define COLUMN_ROWS    8  /* as many sums as keep two pipes busy */

#if HL == 8
#define X8(operation) h_##operation
typedef hf x8;
typedef htail x8tail;
#else
#define X8(operation) v_##operation
typedef vf x8;
typedef vtail x8tail;
_Static_assert(VL == 8, "8 values of k side by side");
#endif

/* Fetches what lies ahead for `rows` rows from i0 on. */
VEC_INLINE void column_fetch(const struct cg_gemm_args *g, int i0, int rows)
{
    const ptrdiff_t from = i0 * g->ahead_row, last = g->shared ? g->shared->ahead_last : PTRDIFF_MAX;
    const uintptr_t ahead = (uintptr_t)g->ahead + (uintptr_t)(from < last ? from : last);
    ptrdiff_t bytes = rows * g->ahead_row;
    bytes = bytes < COLUMN_FETCHES * CG_NATIVE_ALIGN ? bytes : COLUMN_FETCHES * CG_NATIVE_ALIGN;
    for (ptrdiff_t at = 0; at < bytes; at += CG_NATIVE_ALIGN)
        __builtin_prefetch((const void *)(ahead + (uintptr_t)at), 0, 2);
}

/* One segment: row[i] is the start of row i in it. */
VEC_INLINE void column_segment(x8 *acc, const float *const *row, const float *b, int len)
{
    int k = 0;
    for (; k + 8 <= len; k += 8) {
        const x8 bv = X8(load)(b + k);
        GEMM_UNROLL
        for (int i = 0; i < COLUMN_ROWS; i++)
            acc[i] = X8(fma)(X8(load)(row[i] + k), bv, acc[i]);
    }
    if (k == len)
        return;
    if (len < 8) {
        const x8tail tail = X8(tail)(len);
        const x8 bv = X8(load_tail)(b, tail);
        GEMM_UNROLL
        for (int i = 0; i < COLUMN_ROWS; i++)
            acc[i] = X8(fma)(X8(load_tail)(row[i], tail), bv, acc[i]);
    } else { /* the last 8 again, of which only the new ones count: masked loads take longer */
        const x8 bv = x8_last(X8(load)(b + len - 8), len - k);
        GEMM_UNROLL
        for (int i = 0; i < COLUMN_ROWS; i++)
            acc[i] = X8(fma)(X8(load)(row[i] + len - 8), bv, acc[i]);
    }
}

/* Rows i0 ... i0 + rows - 1, at most COLUMN_ROWS; fewer take as long: the last one is computed again. */
VEC_INLINE void column_tile(const struct cg_gemm_args *g, int i0, const int rows)
{
    x8 acc[COLUMN_ROWS];
    GEMM_UNROLL
    for (int i = 0; i < COLUMN_ROWS; i++)
        acc[i] = X8(set1)(0);
    for (int s = 0; s < g->n_segments; s++) {
        const struct cg_gemm_segment *seg = &g->segments[s];
        const float *row[COLUMN_ROWS];
        GEMM_UNROLL
        for (int i = 0; i < COLUMN_ROWS; i++)
            row[i] = seg->a + (i0 + (i < rows ? i : rows - 1)) * seg->stride;
        column_segment(acc, row, g->b + seg->k, seg->len);
    }
    float sums[COLUMN_ROWS];
    float *c = g->c + i0 * g->c_stride;
    const ptrdiff_t stride = g->c_stride;
    const x8 sum = X8(add)(x8_sums(acc), X8(set1)(*g->bias));
    if (g->residual) {
        const float *residual = g->residual + i0 * g->residual_stride;
        X8(store)(sums, sum);
        for (int i = 0; i < rows; i++) {
            const float x = sums[i] + residual[i * g->residual_stride], low = x < g->lo ? g->lo : x;
            c[i * stride] = low > g->hi ? g->hi : low;
        }
        return;
    }
    X8(store)(sums, X8(min)(X8(max)(sum, X8(set1)(g->lo)), X8(set1)(g->hi)));
    GEMM_UNROLL
    for (int i = 0; i < COLUMN_ROWS && i < rows; i++)
        c[i * stride] = sums[i];
}

static void gemm_f32_column(const struct cg_gemm_args *g)
{
    const struct cg_gemm_shared *shared = g->shared;
    for (int i = 0; i < g->m; i += COLUMN_ROWS) {
        const int rows = g->m - i < COLUMN_ROWS ? g->m - i : COLUMN_ROWS;
        if (shared && shared->written_next)
            gemm_take_back(g, i, rows);
        if (g->ahead)
            column_fetch(g, i, rows);
        if (rows == COLUMN_ROWS)
            column_tile(g, i, COLUMN_ROWS);
        else
            column_tile(g, i, rows);
    }
}

/* Its table row. The same costs on half and on whole pipes: its vectors have 8 lanes on both. */
#define COLUMN_ROW(k_cost, tile_cost)                                                                        \
    KERNEL_ROW("gemm_f32_8x1", gemm_f32_column, COLUMN_ROWS, 1, k_cost, tile_cost, k_cost, tile_cost)

#endif
