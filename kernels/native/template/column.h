/* The gemm micro-kernels of one and two output channels, for those beside whole tiles: 58 channels are seven
 * times 8 and 2. Lanes are values of k, which lie side by side in a row and in each column of a panel: no
 * lane is idle, where a tile of 8 columns would compute 7 or 6 for nothing. In the end each row's lanes are
 * summed. Included after vec.h and gemm.h, where vectors or their halves have 8 lanes. */
#ifndef CONVGAUGE_KERNELS_NATIVE_TEMPLATE_COLUMN_H
#define CONVGAUGE_KERNELS_NATIVE_TEMPLATE_COLUMN_H

#include "kernels/native/microkernel.h"

#include <stdint.h>

#define COLUMN_FETCHES 16 /* lines that a tile fetches at most */
#define COLUMN_ROWS    8  /* at most; of one column as many sums as keep two pipes busy */

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

/* The sums of `columns` columns. */
struct column_sums {
    x8 of[2][COLUMN_ROWS];
};

/* A step of 8 values of k. */
VEC_INLINE void column_step(struct column_sums *sums, const float *const *row, ptrdiff_t k, const x8 *bv,
                            const int rows, const int columns)
{
    GEMM_UNROLL
    for (int i = 0; i < rows; i++) {
        const x8 av = X8(load)(row[i] + k);
        GEMM_UNROLL
        for (int j = 0; j < columns; j++)
            sums->of[j][i] = X8(fma)(av, bv[j], sums->of[j][i]);
    }
}

/* One segment: row[i] is the start of row i in it, b of the first column's weights, those of the second
 * `b_stride` behind. */
VEC_INLINE void column_segment(struct column_sums *sums, const float *const *row, const float *b,
                               ptrdiff_t b_stride, int len, const int rows, const int columns)
{
    x8 bv[2];
    int k = 0;
    for (; k + 8 <= len; k += 8) {
        GEMM_UNROLL
        for (int j = 0; j < columns; j++)
            bv[j] = X8(load)(b + j * b_stride + k);
        column_step(sums, row, k, bv, rows, columns);
    }
    if (k == len)
        return;
    if (len < 8) {
        const x8tail tail = X8(tail)(len);
        GEMM_UNROLL
        for (int j = 0; j < columns; j++)
            bv[j] = X8(load_tail)(b + j * b_stride, tail);
        GEMM_UNROLL
        for (int i = 0; i < rows; i++) {
            const x8 av = X8(load_tail)(row[i], tail);
            GEMM_UNROLL
            for (int j = 0; j < columns; j++)
                sums->of[j][i] = X8(fma)(av, bv[j], sums->of[j][i]);
        }
    } else { /* the last 8 again, of which only the new ones count: masked loads take longer */
        GEMM_UNROLL
        for (int j = 0; j < columns; j++)
            bv[j] = x8_last(X8(load)(b + j * b_stride + len - 8), len - k);
        column_step(sums, row, len - 8, bv, rows, columns);
    }
}

/* Clamps and stores a column's sums of `used` rows. */
VEC_INLINE void column_store(const struct cg_gemm_args *g, int i0, int j, const x8 *acc, int used,
                             const int rows)
{
    float sums[COLUMN_ROWS];
    float *c = g->c + i0 * g->c_stride + j;
    const ptrdiff_t stride = g->c_stride;
    const x8 sum = X8(add)(x8_sums(acc), X8(set1)(g->bias[j]));
    if (g->residual) {
        const float *residual = g->residual + i0 * g->residual_stride + j;
        X8(store)(sums, sum);
        for (int i = 0; i < used; i++) {
            const float x = sums[i] + residual[i * g->residual_stride], low = x < g->lo ? g->lo : x;
            c[i * stride] = low > g->hi ? g->hi : low;
        }
        return;
    }
    X8(store)(sums, X8(min)(X8(max)(sum, X8(set1)(g->lo)), X8(set1)(g->hi)));
    GEMM_UNROLL
    for (int i = 0; i < rows && i < used; i++)
        c[i * stride] = sums[i];
}

/* Rows i0 ... i0 + used - 1, at most `rows`; fewer take as long: the last one is computed again. The weights
 * of a column are b_stride floats. */
VEC_INLINE void column_tile(const struct cg_gemm_args *g, ptrdiff_t b_stride, int i0, int used,
                            const int rows, const int columns)
{
    struct column_sums sums;
    GEMM_UNROLL
    for (int i = 0; i < COLUMN_ROWS; i++)
        sums.of[0][i] = sums.of[1][i] = X8(set1)(0);
    for (int s = 0; s < g->n_segments; s++) {
        const struct cg_gemm_segment *seg = &g->segments[s];
        const float *row[COLUMN_ROWS];
        GEMM_UNROLL
        for (int i = 0; i < rows; i++)
            row[i] = seg->a + (i0 + (i < used ? i : used - 1)) * seg->stride;
        column_segment(&sums, row, g->b + seg->k, b_stride, seg->len, rows, columns);
    }
    GEMM_UNROLL
    for (int j = 0; j < columns; j++)
        if (j < g->n)
            column_store(g, i0, j, sums.of[j], used, rows);
}

VEC_INLINE void column_tiles(const struct cg_gemm_args *g, const int rows, const int columns)
{
    const struct cg_gemm_shared *shared = g->shared;
    ptrdiff_t k = 0;
    for (int s = 0; columns > 1 && s < g->n_segments; s++)
        k += g->segments[s].len;
    for (int i = 0; i < g->m; i += rows) {
        const int used = g->m - i < rows ? g->m - i : rows;
        if (shared && shared->written_next)
            gemm_take_back(g, g->c + i * g->c_stride, used);
        if (g->ahead)
            column_fetch(g, i, used);
        if (used == rows)
            column_tile(g, k, i, rows, rows, columns);
        else
            column_tile(g, k, i, used, rows, columns);
    }
}

/* Instantiates one, and its table row. The same costs on half and on whole pipes: vectors have 8 lanes on
 * both. */
#define COLUMN_KERNEL(rows, columns)                                                                         \
    static void gemm_f32_along_##rows##x##columns(const struct cg_gemm_args *g)                              \
    {                                                                                                        \
        column_tiles(g, rows, columns);                                                                      \
    }
#define COLUMN_ROW(rows, columns, k_cost, tile_cost)                                                         \
    KERNEL_ROW_AS("gemm_f32_" #rows "x" #columns, gemm_f32_along_##rows##x##columns, rows, columns,          \
                  .along_k = true, k_cost, tile_cost, k_cost, tile_cost)

#endif
