/* The gemm micro-kernels: a register tile of `rows` x (`vectors` whole vectors + a half vector or none).
 * `half` is 0, 1, or 2: then the halves of two rows share a vector, for cores on which a half costs as much
 * as a whole. Included after vec.h; GEMM_KERNEL instantiates one with all its shorter tiles for the tail of
 * m. */
#ifndef CONVGAUGE_KERNELS_NATIVE_TEMPLATE_GEMM_H
#define CONVGAUGE_KERNELS_NATIVE_TEMPLATE_GEMM_H

#include "kernels/native/microkernel.h"
#include "kernels/native/template/repeat.h"

#include <stdbool.h>
#include <stdint.h>

#ifndef LANE_FMA
#define LANE_FMA 0
#endif
#ifndef PAIRS
#define PAIRS 0
#endif
#ifndef MASKED_STORES
#define MASKED_STORES 0
#endif

/* Rows are stored one by one in the last steps of k (gemm_end.h): with AVX2 it was measured to gain nothing.
 */
#define STORE_IN_LAST_STEP MASKED_STORES

/* One row reads panels that lie one behind the other: what the core fetches by itself comes sooner without
 * these (x86; arm was not measured). */
#define GEMM_FETCHES(rows) ((rows) > 1 || LANE_FMA)

#include "kernels/native/template/gemm_steps.h"

VEC_INLINE struct gemm_target gemm_target_of(const struct cg_gemm_args *g, int i0)
{
    return (struct gemm_target){.c = g->c + i0 * g->c_stride,
                                .c_stride = g->c_stride,
                                .residual = g->residual ? g->residual + i0 * g->residual_stride : NULL,
                                .residual_stride = g->residual_stride,
                                .n = g->n,
                                .lo = g->lo,
                                .hi = g->hi};
}

/* Fetches what a step does, in a tile of `tile_n` columns; returns where the next one starts. */
VEC_INLINE uintptr_t gemm_fetch_ahead(uintptr_t ahead, ptrdiff_t more, const int tile_n)
{
    __builtin_prefetch((const void *)ahead, 0, 2);
    if (tile_n * (int)sizeof(float) <= CG_NATIVE_ALIGN)
        return ahead + CG_NATIVE_ALIGN;
    /* The same line again if there is no more. */
    __builtin_prefetch((const void *)(ahead + (uintptr_t)more), 0, 2);
    return ahead + CG_NATIVE_ALIGN + (uintptr_t)more;
}

#if STORE_IN_LAST_STEP
#include "kernels/native/template/gemm_end.h"
#endif

/* One tile at row i0. `ahead`: where it starts to fetch; `below`: the last column of the row whose lines it
 * fetches to be written, as those of the rows behind it. */
VEC_INLINE void gemm_tile(const struct cg_gemm_args *g, int i0, uintptr_t ahead, uintptr_t below,
                          const int rows, const int vectors, const int half)
{
    const int tile_n = vectors * VL + (half ? HL : 0);
    /* These wait in memory on purpose: compilers would move them into vector registers, and reading them back
     * waits for all multiply-adds on the way. */
    const struct cg_gemm_args *volatile g_home = g;
    volatile int i0_home = i0, segments_left = g->n_segments;
    struct gemm_sums sums;
    gemm_start(&sums, g->bias, rows, vectors, half);
    gemm_fetch_written(below, g->c_stride, rows, tile_n);
    const struct cg_gemm_segment *volatile seg_home = g->segments;
    const float *p[GEMM_POINTERS] = {NULL}, *b = NULL;
    ptrdiff_t stride = 0;
#if STORE_IN_LAST_STEP
    const bool last_apart = half != 2 && !g->residual && segments_left > 0;
    volatile int end_home = 1;
#endif
    while (segments_left > 0) {
        const struct cg_gemm_segment *seg = seg_home;
        seg_home = seg + 1;
        segments_left--;
        g = g_home;
        i0 = i0_home;
        stride = seg->stride;
        GEMM_UNROLL
        for (int i = 0; i < GEMM_POINTERS; i++)
            p[i] = GEMM_HAS_POINTER(i, rows) ? seg->a + (i0 + GEMM_FIRST_ROW(i)) * stride : NULL;
        b = g->b + (size_t)seg->k * tile_n;
        int k = seg->len;
        const ptrdiff_t more = g->ahead_more;
#if STORE_IN_LAST_STEP
        if (last_apart && segments_left == 0)
            k -= end_home = k < GEMM_END_STEPS ? 1 : GEMM_END_STEPS;
#endif
#if LANE_FMA
        k = GEMM_LANES(sums.whole, p[0], stride, &b, &ahead, k, rows, vectors);
        GEMM_UNROLL
        for (int i = 0; i < GEMM_POINTERS; i++)
            if (GEMM_HAS_POINTER(i, rows))
                p[i] += seg->len - k;
#endif
        for (; k > 0; k--) {
            gemm_step(&sums, p, stride, b, rows, vectors, half);
            b += tile_n;
            if (GEMM_FETCHES(rows))
                ahead = gemm_fetch_ahead(ahead, more, tile_n);
            gemm_advance(p, rows);
        }
    }
    g = g_home;
    i0 = i0_home;
#if STORE_IN_LAST_STEP
    if (last_apart) {
        gemm_end(&sums, g, i0, p, stride, b, ahead, end_home, rows, vectors, half);
        return;
    }
#endif
    gemm_store(&sums, gemm_target_of(g, i0), rows, vectors, half);
}

#define GEMM_TILE_FN(rows, vectors, half)                                                                    \
    static __attribute__((noinline)) void gemm_##rows##_##vectors##_##half(                                  \
        const struct cg_gemm_args *g, int i0, uintptr_t ahead, uintptr_t below)                              \
    {                                                                                                        \
        gemm_tile(g, i0, ahead, below, rows, vectors, half);                                                 \
    }

#define GEMM_TILE_NAME(rows, vectors, half) gemm_##rows##_##vectors##_##half,

typedef void gemm_tile_fn(const struct cg_gemm_args *g, int i0, uintptr_t ahead, uintptr_t below);

/* Writes to each line of the map that is written next where `rows` rows lie, in this one from c on: other
 * cores have read it since it was written last, and taking it back takes time, which passes beside the
 * multiply-adds. Prefetching it for writing does not take it (Zen 4). */
static void gemm_take_back(const struct cg_gemm_args *g, float *c, int rows)
{
    float *line = (float *)(void *)((char *)c + g->shared->written_next);
    for (int i = 0; i < rows; i++, line += g->c_stride)
        for (int j = 0; j < g->n; j += CG_NATIVE_ALIGN / (int)sizeof(float))
            *(volatile float *)(line + j) = 0;
}

/* The same as gemm_rows where other threads work on the same maps. A tile with nothing of this thread's below
 * fetches its own lines. */
static void gemm_shared_rows(const struct cg_gemm_args *g, gemm_tile_fn *const *tiles, int rows, int from)
{
    const struct cg_gemm_shared *shared = g->shared;
    for (int i = from; i < g->m; i += rows) {
        const int n = g->m - i < rows ? g->m - i : rows;
        const ptrdiff_t ahead = i * g->ahead_row, last = shared->ahead_last;
        const int below = i + n < g->m + shared->rows_below ? i + n : i;
        if (shared->written_next)
            gemm_take_back(g, g->c + i * g->c_stride, n);
        tiles[n](g, i, (uintptr_t)g->ahead + (uintptr_t)(ahead < last ? ahead : last),
                 (uintptr_t)(g->c + below * g->c_stride + g->n - 1));
    }
}

/* From row `from` on all full tiles, then the tail in one shorter tile: tiles[r] runs r rows. Each fetches
 * the lines that the tile below it will write, on large maps far away: its stores would wait. From the last
 * column on: the first ones share a line with the panel before. */
VEC_INLINE void gemm_rows(const struct cg_gemm_args *g, gemm_tile_fn *const *tiles, int rows, int from)
{
    const uintptr_t row_bytes = (uintptr_t)g->c_stride * sizeof(float),
                    tile_bytes = (uintptr_t)rows * row_bytes, tile_ahead = (uintptr_t)(rows * g->ahead_row);
    uintptr_t ahead = (uintptr_t)g->ahead + (uintptr_t)(from * g->ahead_row),
              below = (uintptr_t)(g->c + g->n - 1) + (uintptr_t)from * row_bytes + tile_bytes;
    if (g->shared) {
        gemm_shared_rows(g, tiles, rows, from);
        return;
    }
    int i = from;
    for (; i + rows <= g->m; i += rows, ahead += tile_ahead, below += tile_bytes)
        tiles[rows](g, i, ahead, below);
    if (i < g->m)
        tiles[g->m - i](g, i, ahead, below);
}

#include "kernels/native/template/gemm_together.h"
#if MASKED_STORES
#include "kernels/native/template/gemm_behind.h"
#endif

/* The kernel of a tile: `gemm_f32_<rows>_<vectors>_<half>` walks m, from row `done` on tile by tile. */
#define GEMM_KERNEL_FROM(rows, vectors, half, done)                                                          \
    REPEAT_##rows(GEMM_TILE_FN, vectors,                                                                     \
                  half) static void gemm_f32_##rows##_##vectors##_##half(const struct cg_gemm_args *g)       \
    {                                                                                                        \
        static gemm_tile_fn *const tiles[] = {NULL, REPEAT_##rows(GEMM_TILE_NAME, vectors, half)};           \
        gemm_rows(g, tiles, rows, done);                                                                     \
    }
#define GEMM_KERNEL(rows, vectors, half) GEMM_KERNEL_FROM(rows, vectors, half, 0)

/* The same, with the whole tiles of a single segment in one loop; no half vectors. */
#define GEMM_KERNEL_TOGETHER(rows, vectors)                                                                  \
    GEMM_KERNEL_FROM(rows, vectors, 0, g->n_segments == 1 ? gemm_together(g, rows, vectors) : 0)

/* The same, each stored behind the first step of the next, of several panels. */
#define GEMM_KERNEL_BEHIND(rows) GEMM_KERNEL_FROM(rows, 1, 0, g->n_segments > 0 ? gemm_behind(g, rows) : 0)

/* A table row. The costs, of a step of k and of starting and storing a tile, on half and on whole pipes. */
#define KERNEL_ROW(tile, fn, rows, columns, ...)                                                             \
    KERNEL_ROW_AS(tile, fn, rows, columns, .along_k = false, __VA_ARGS__)
#define KERNEL_ROW_AS(tile, fn, rows, columns, kind, k_half, tile_half, k_whole, tile_whole)                 \
    {                                                                                                        \
        .name = tile "__" ISA_NAME, .run = fn, .tile_m = rows, .tile_n = columns, kind, .cost = {            \
            [CG_PIPES_HALF] = {k_half, tile_half},                                                           \
            [CG_PIPES_WHOLE] = {k_whole, tile_whole}                                                         \
        }                                                                                                    \
    }

/* Of a tile; `columns` is their number, written out for the name. Where there is one kind of pipes, the costs
 * once. */
#define GEMM_ROW_BY_PIPES(rows, columns, vectors, half, ...)                                                 \
    KERNEL_ROW("gemm_f32_" #rows "x" #columns, gemm_f32_##rows##_##vectors##_##half, rows,                   \
               (vectors)*VL + ((half) ? HL : 0), __VA_ARGS__)
/* Of one that GEMM_KERNEL_BEHIND made. */
#define GEMM_ROW_BEHIND_BY_PIPES(rows, columns, ...)                                                         \
    KERNEL_ROW_AS("gemm_f32_" #rows "x" #columns, gemm_f32_##rows##_1_0, rows, VL, .panels = true,           \
                  __VA_ARGS__)
#define GEMM_ROW(rows, columns, vectors, half, k_cost, tile_cost)                                            \
    GEMM_ROW_BY_PIPES(rows, columns, vectors, half, k_cost, tile_cost, k_cost, tile_cost)

#endif
