/* The gemm micro-kernels: a register tile of `rows` x (`vectors` whole vectors + a half vector or none).
 * `half` is 0, 1, or 2: then the halves of two rows share a vector, for cores on which a half costs as much
 * as a whole. Included after vec.h; GEMM_KERNEL instantiates one with all its shorter tiles for the tail of
 * m. */
#ifndef CONVGAUGE_KERNELS_NATIVE_TEMPLATE_GEMM_H
#define CONVGAUGE_KERNELS_NATIVE_TEMPLATE_GEMM_H

#include "kernels/native/microkernel.h"

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

/* Rows are stored one by one in the last step of k (gemm_last_step): with AVX2 it was measured to gain
 * nothing. */
#define STORE_IN_LAST_STEP MASKED_STORES

#define GEMM_MAX_ROWS    16
#define GEMM_MAX_VECTORS 8
#define GEMM_UNROLL      _Pragma("GCC unroll 16")

/* Rows of A are reached from few pointers: the others lie one, two, four or eight strides on, which
 * addressing modes do for free. Row i is GEMM_STEP(i) strides behind pointer GEMM_POINTER(i), which stands at
 * row 0, 5, 10 or 3. */
#define GEMM_POINTERS             4
#define GEMM_FIRST_ROW(p)         ((p) == 3 ? 3 : 5 * (p))
#define GEMM_POINTER(i)           ((i) == 3 ? 3 : (i) == 4 || (i) == 8 ? 0 : (i) == 9 || (i) == 13 ? 1 : (i) / 5)
#define GEMM_STEP(i)              ((i)-GEMM_FIRST_ROW(GEMM_POINTER(i)))
#define GEMM_HAS_POINTER(p, rows) ((rows) > GEMM_FIRST_ROW(p))

#if LANE_FMA
#define GEMM_UNROLL_LANES GEMM_UNROLL
#else
#define GEMM_UNROLL_LANES /* without lanes, unrolled here, gcc keeps more in memory */
#endif

#ifdef IN_ORDER
#include "kernels/native/neon/in_order_steps.h"
#elif LANE_FMA
/* Steps over k, VL of them at a time: rows (the first at `a`) are read as vectors, of which each lane is one
 * step. Moves b and what is fetched ahead on; returns the steps that are left. */
VEC_INLINE int gemm_lanes(vf (*acc)[GEMM_MAX_VECTORS], const float *a, ptrdiff_t stride, const float **b,
                          uintptr_t *ahead, int k, const int rows, const int vectors)
{
    const float *p[GEMM_POINTERS];
    GEMM_UNROLL
    for (int i = 0; i < GEMM_POINTERS; i++)
        p[i] = a + GEMM_FIRST_ROW(i) * stride;
    for (; k >= VL; k -= VL) {
        __builtin_prefetch((const void *)*ahead, 0, 2);
        *ahead += CG_NATIVE_ALIGN;
        vf av[GEMM_MAX_ROWS];
        GEMM_UNROLL
        for (int i = 0; i < rows; i++)
            av[i] = v_load(p[GEMM_POINTER(i)] + GEMM_STEP(i) * stride);
        GEMM_UNROLL
        for (int lane = 0; lane < VL; lane++) {
            vf bv[GEMM_MAX_VECTORS];
            GEMM_UNROLL
            for (int j = 0; j < vectors; j++)
                bv[j] = v_load(*b + j * VL);
            GEMM_UNROLL
            for (int i = 0; i < rows; i++) {
                GEMM_UNROLL
                for (int j = 0; j < vectors; j++)
                    acc[i][j] = v_fma_lane(bv[j], av[i], lane, acc[i][j]);
            }
            *b += vectors * VL;
        }
        GEMM_UNROLL
        for (int i = 0; i < GEMM_POINTERS; i++)
            p[i] += VL;
    }
    return k;
}
#define GEMM_LANES gemm_lanes
#endif

#if STORE_IN_LAST_STEP
/* The last step, each row clamped and stored as soon as it is summed. With all clamps and stores behind all
 * sums, the next tile's multiply-adds stand too far behind this one's for the core to see both: a tile of 28
 * sums then idles for 20 cycles more. */
VEC_INLINE void gemm_last_step(const struct cg_gemm_args *g, int i0, vf (*acc)[GEMM_MAX_VECTORS],
                               hf *half_acc, const float *const *p, ptrdiff_t stride, const float *b,
                               const int rows, const int vectors, const int half)
{
    const ptrdiff_t c_stride = g->c_stride;
    float *const c0 = g->c + i0 * c_stride;
    const vf lo = v_set1(g->lo), hi = v_set1(g->hi);
    vf bv[GEMM_MAX_VECTORS];
    vtail tails[GEMM_MAX_VECTORS];
    GEMM_UNROLL
    for (int j = 0; j < vectors; j++) {
        const int columns = g->n - j * VL;
        bv[j] = v_load(b + j * VL);
        tails[j] = v_tail(columns < 0 ? 0 : columns < VL ? columns : VL);
    }
    const int columns = g->n - vectors * VL;
    const htail half_tail = h_tail(columns < 0 ? 0 : columns < HL ? columns : HL);
    const hf hb = h_load(b + (half ? vectors * VL : 0));
    GEMM_UNROLL
    for (int i = 0; i < rows; i++) {
        const float *a = p[GEMM_POINTER(i)] + GEMM_STEP(i) * stride;
        float *c = c0 + i * c_stride;
        GEMM_UNROLL
        for (int j = 0; j < vectors; j++)
            acc[i][j] = v_fma_at(a, bv[j], acc[i][j]);
        if (half)
            half_acc[i] = h_fma_at(a, hb, half_acc[i]);
        GEMM_UNROLL
        for (int j = 0; j < vectors; j++) {
            v_store_tail(c + j * VL, v_min(v_max(acc[i][j], lo), hi), tails[j]);
        }
        if (half)
            h_store_tail(c + vectors * VL, h_min(h_max(half_acc[i], h_low(lo)), h_low(hi)), half_tail);
    }
}
#endif

/* One tile at row i0. `ahead`: where it starts to fetch; `below`: the last column of the row whose lines it
 * fetches to be written, as those of the rows behind it. Called with constants only, so that every loop over
 * them unrolls and acc lives in registers. */
VEC_INLINE void gemm_tile(const struct cg_gemm_args *g, int i0, uintptr_t ahead, uintptr_t below,
                          const int rows, const int vectors, const int half)
{
    const uintptr_t row_bytes = (uintptr_t)g->c_stride * sizeof(float);
    const int tile_n = vectors * VL + (half ? HL : 0);
    vf acc[GEMM_MAX_ROWS][GEMM_MAX_VECTORS];
#if HL
    hf half_acc[GEMM_MAX_ROWS];
#endif
#if PAIRS
    vf pair_acc[GEMM_MAX_ROWS / 2];
#endif
    GEMM_UNROLL_LANES
    for (int j = 0; j < vectors; j++) {
        const vf bias = v_load(g->bias + j * VL);
        GEMM_UNROLL
        for (int i = 0; i < rows; i++)
            acc[i][j] = bias;
    }
#if HL
    if (half) {
        const hf bias = h_load(g->bias + vectors * VL);
        GEMM_UNROLL
        for (int i = 0; i < rows; i++)
            half_acc[i] = bias;
#if PAIRS
        GEMM_UNROLL
        for (int i = 0; half == 2 && i < rows; i += 2)
            pair_acc[i / 2] = v_pair_of(bias, bias);
#endif
    }
#endif

    GEMM_UNROLL
    for (int back = 0; back < tile_n * (int)sizeof(float); back += CG_NATIVE_ALIGN) {
        GEMM_UNROLL
        for (int i = 0; i < rows; i++)
            __builtin_prefetch((const void *)(below + (uintptr_t)i * row_bytes - (uintptr_t)back), 1, 3);
    }
    /* These wait in memory on purpose: compilers would move them into vector registers, and reading them back
     * waits for all multiply-adds on the way. */
    const struct cg_gemm_args *volatile g_home = g;
    volatile int i0_home = i0, segments_left = g->n_segments;
    const struct cg_gemm_segment *volatile seg_home = g->segments;
    const float *p[GEMM_POINTERS] = {NULL};
    const float *b = NULL;
    ptrdiff_t stride = 0;
#if STORE_IN_LAST_STEP
    const bool last_apart = half != 2 && !g->residual && segments_left > 0;
#endif
    while (segments_left > 0) {
        const struct cg_gemm_segment *seg = seg_home;
        seg_home = seg + 1;
        segments_left--;
        g = g_home;
        i0 = i0_home;
        stride = seg->stride;
        /* The empty asm keeps the compiler from making it a pointer a row, more than there are registers. */
        GEMM_UNROLL
        for (int i = 0; i < GEMM_POINTERS; i++)
            p[i] = GEMM_HAS_POINTER(i, rows) ? seg->a + (i0 + GEMM_FIRST_ROW(i)) * stride : NULL;
        b = g->b + (size_t)seg->k * tile_n;
        int k = seg->len;
#if STORE_IN_LAST_STEP
        if (last_apart && segments_left == 0)
            k--;
#endif
#if LANE_FMA
        k = GEMM_LANES(acc, p[0], stride, &b, &ahead, k, rows, vectors);
        GEMM_UNROLL
        for (int i = 0; i < GEMM_POINTERS; i++)
            if (GEMM_HAS_POINTER(i, rows))
                p[i] += seg->len - k;
#endif
        for (; k > 0; k--) {
            vf bv[GEMM_MAX_VECTORS];
            GEMM_UNROLL
            for (int j = 0; j < vectors; j++)
                bv[j] = v_load(b + j * VL);
#if HL
            hf hb = h_load(b + (half ? vectors * VL : 0));
#endif
#if PAIRS
            const vf pair_b = v_pair_of(hb, hb);
            vf before = pair_b; /* the row above's broadcast */
#endif
            GEMM_UNROLL
            for (int i = 0; i < rows; i++) {
                const float *a = p[GEMM_POINTER(i)] + GEMM_STEP(i) * stride;
                if (half == 2) {
#if PAIRS
                    const vf av = v_set1(*a);
                    GEMM_UNROLL
                    for (int j = 0; j < vectors; j++)
                        acc[i][j] = v_fma(av, bv[j], acc[i][j]);
                    if (i % 2 == 1)
                        pair_acc[i / 2] = v_fma(v_pair(before, av), pair_b, pair_acc[i / 2]);
                    else if (i + 1 == rows)
                        pair_acc[i / 2] = v_fma(av, pair_b, pair_acc[i / 2]);
                    before = av;
#endif
#if HL
                } else if (half == 1 && vectors == 1) {
                    /* Two broadcasting loads, each part of its multiply-add, and the halves a row behind: on
                     * half pipes 21.1 cycles a step, where one load for both takes 23.5, and a half right
                     * behind its whole 23. */
                    acc[i][0] = v_fma_at(a, bv[0], acc[i][0]);
                    if (i > 0)
                        half_acc[i - 1] =
                            h_fma_at(p[GEMM_POINTER(i - 1)] + GEMM_STEP(i - 1) * stride, hb, half_acc[i - 1]);
                    if (i + 1 == rows)
                        half_acc[i] = h_fma_at(a, hb, half_acc[i]);
#endif
                } else if (vectors) {
#if LANE_FMA
                    const vf av = v_load_lane(a);
                    GEMM_UNROLL
                    for (int j = 0; j < vectors; j++)
                        acc[i][j] = v_fma_lane(bv[j], av, 0, acc[i][j]);
#else
                    const vf av = v_set1(*a);
                    GEMM_UNROLL
                    for (int j = 0; j < vectors; j++)
                        acc[i][j] = v_fma(av, bv[j], acc[i][j]);
#endif
#if HL
                    if (half == 1)
                        half_acc[i] = h_fma(h_low(av), hb, half_acc[i]);
#endif
                }
#if HL
                else
                    half_acc[i] = h_fma(h_set1(*a), hb, half_acc[i]);
#endif
            }
            b += tile_n;
            __builtin_prefetch((const void *)ahead, 0, 2);
            ahead += CG_NATIVE_ALIGN;
            GEMM_UNROLL
            for (int i = 0; i < GEMM_POINTERS; i++)
                if (GEMM_HAS_POINTER(i, rows)) {
                    p[i]++;
                    __asm__("" : "+r"(p[i]));
                }
        }
    }

    g = g_home;
    i0 = i0_home;
    const vf lo = v_set1(g->lo), hi = v_set1(g->hi);
#if STORE_IN_LAST_STEP
    if (last_apart) {
        gemm_last_step(g, i0, acc, half_acc, p, stride, b, rows, vectors, half);
        return;
    }
#endif
    const float *residual = g->residual ? g->residual + i0 * g->residual_stride : NULL;
    float *c = g->c + i0 * g->c_stride;
    GEMM_UNROLL
    for (int j = 0; j < vectors; j++) {
        const int left = g->n - j * VL;
        if (left >= VL) {
            if (residual) {
                GEMM_UNROLL
                for (int i = 0; i < rows; i++)
                    acc[i][j] = v_add(acc[i][j], v_load(residual + i * g->residual_stride + j * VL));
            }
            GEMM_UNROLL
            for (int i = 0; i < rows; i++)
                v_store(c + i * g->c_stride + j * VL, v_min(v_max(acc[i][j], lo), hi));
        } else if (left > 0) {
            const vtail tail = v_tail(left);
            if (residual) {
                GEMM_UNROLL
                for (int i = 0; i < rows; i++)
                    acc[i][j] =
                        v_add(acc[i][j], v_load_tail(residual + i * g->residual_stride + j * VL, tail));
            }
            GEMM_UNROLL
            for (int i = 0; i < rows; i++)
                v_store_tail(c + i * g->c_stride + j * VL, v_min(v_max(acc[i][j], lo), hi), tail);
        }
    }
#if PAIRS
    GEMM_UNROLL
    for (int i = 0; half == 2 && i < rows; i++)
        half_acc[i] = i % 2 == 0 ? h_low(pair_acc[i / 2]) : h_high(pair_acc[i / 2]);
#endif
#if HL
    const int left = g->n - vectors * VL;
    if (half && left > 0) {
        const hf hlo = h_set1(g->lo), hhi = h_set1(g->hi);
        const htail tail = h_tail(left);
        c += vectors * VL;
        if (residual) {
            residual += vectors * VL;
            GEMM_UNROLL
            for (int i = 0; i < rows; i++)
                half_acc[i] = h_add(half_acc[i], h_load_tail(residual + i * g->residual_stride, tail));
        }
        GEMM_UNROLL
        for (int i = 0; i < rows; i++)
            h_store_tail(c + i * g->c_stride, h_min(h_max(half_acc[i], hlo), hhi), tail);
    }
#endif
}

#define GEMM_TILE_FN(rows, vectors, half)                                                                    \
    static __attribute__((noinline)) void gemm_##rows##_##vectors##_##half(                                  \
        const struct cg_gemm_args *g, int i0, uintptr_t ahead, uintptr_t below)                              \
    {                                                                                                        \
        gemm_tile(g, i0, ahead, below, rows, vectors, half);                                                 \
    }

typedef void gemm_tile_fn(const struct cg_gemm_args *g, int i0, uintptr_t ahead, uintptr_t below);

/* Writes to each line of `rows` rows from i0 on of the map that is written next: other cores have read it
 * since it was written last, and taking it back takes time, which passes beside the multiply-adds.
 * Prefetching it for writing does not take it (Zen 4). */
static void gemm_take_back(const struct cg_gemm_args *g, int i0, int rows)
{
    float *line = (float *)(void *)((char *)(g->c + i0 * g->c_stride) + g->shared->written_next);
    for (int i = 0; i < rows; i++, line += g->c_stride)
        for (int j = 0; j < g->n; j += CG_NATIVE_ALIGN / (int)sizeof(float))
            *(volatile float *)(line + j) = 0;
}

/* The same as gemm_rows where other threads work on the same maps. A tile with nothing of this thread's below
 * fetches its own lines. */
static void gemm_shared_rows(const struct cg_gemm_args *g, gemm_tile_fn *const *tiles, int rows)
{
    const struct cg_gemm_shared *shared = g->shared;
    for (int i = 0; i < g->m; i += rows) {
        const int n = g->m - i < rows ? g->m - i : rows;
        const ptrdiff_t ahead = i * g->ahead_row, last = shared->ahead_last;
        const int below = i + n < g->m + shared->rows_below ? i + n : i;
        if (shared->written_next)
            gemm_take_back(g, i, n);
        tiles[n](g, i, (uintptr_t)g->ahead + (uintptr_t)(ahead < last ? ahead : last),
                 (uintptr_t)(g->c + below * g->c_stride + g->n - 1));
    }
}

/* All full tiles, then the tail in one shorter tile: tiles[r] runs r rows. Each fetches the lines that the
 * tile below it will write, on large maps far away: its stores would wait. From the last column on: the first
 * ones share a line with the panel before. */
VEC_INLINE void gemm_rows(const struct cg_gemm_args *g, gemm_tile_fn *const *tiles, int rows)
{
    const uintptr_t row_bytes = (uintptr_t)g->c_stride * sizeof(float),
                    tile_bytes = (uintptr_t)rows * row_bytes, tile_ahead = (uintptr_t)(rows * g->ahead_row);
    uintptr_t ahead = (uintptr_t)g->ahead, below = (uintptr_t)(g->c + g->n - 1) + tile_bytes;
    if (g->shared) {
        gemm_shared_rows(g, tiles, rows);
        return;
    }
    int i = 0;
    for (; i + rows <= g->m; i += rows, ahead += tile_ahead, below += tile_bytes)
        tiles[rows](g, i, ahead, below);
    if (i < g->m)
        tiles[g->m - i](g, i, ahead, below);
}

#define GEMM_ROWS_1(v, h)  GEMM_TILE_FN(1, v, h)
#define GEMM_ROWS_2(v, h)  GEMM_ROWS_1(v, h) GEMM_TILE_FN(2, v, h)
#define GEMM_ROWS_3(v, h)  GEMM_ROWS_2(v, h) GEMM_TILE_FN(3, v, h)
#define GEMM_ROWS_4(v, h)  GEMM_ROWS_3(v, h) GEMM_TILE_FN(4, v, h)
#define GEMM_ROWS_5(v, h)  GEMM_ROWS_4(v, h) GEMM_TILE_FN(5, v, h)
#define GEMM_ROWS_6(v, h)  GEMM_ROWS_5(v, h) GEMM_TILE_FN(6, v, h)
#define GEMM_ROWS_7(v, h)  GEMM_ROWS_6(v, h) GEMM_TILE_FN(7, v, h)
#define GEMM_ROWS_8(v, h)  GEMM_ROWS_7(v, h) GEMM_TILE_FN(8, v, h)
#define GEMM_ROWS_9(v, h)  GEMM_ROWS_8(v, h) GEMM_TILE_FN(9, v, h)
#define GEMM_ROWS_10(v, h) GEMM_ROWS_9(v, h) GEMM_TILE_FN(10, v, h)
#define GEMM_ROWS_11(v, h) GEMM_ROWS_10(v, h) GEMM_TILE_FN(11, v, h)
#define GEMM_ROWS_12(v, h) GEMM_ROWS_11(v, h) GEMM_TILE_FN(12, v, h)
#define GEMM_ROWS_13(v, h) GEMM_ROWS_12(v, h) GEMM_TILE_FN(13, v, h)
#define GEMM_ROWS_14(v, h) GEMM_ROWS_13(v, h) GEMM_TILE_FN(14, v, h)

#define GEMM_LIST_1(v, h)  gemm_1_##v##_##h
#define GEMM_LIST_2(v, h)  GEMM_LIST_1(v, h), gemm_2_##v##_##h
#define GEMM_LIST_3(v, h)  GEMM_LIST_2(v, h), gemm_3_##v##_##h
#define GEMM_LIST_4(v, h)  GEMM_LIST_3(v, h), gemm_4_##v##_##h
#define GEMM_LIST_5(v, h)  GEMM_LIST_4(v, h), gemm_5_##v##_##h
#define GEMM_LIST_6(v, h)  GEMM_LIST_5(v, h), gemm_6_##v##_##h
#define GEMM_LIST_7(v, h)  GEMM_LIST_6(v, h), gemm_7_##v##_##h
#define GEMM_LIST_8(v, h)  GEMM_LIST_7(v, h), gemm_8_##v##_##h
#define GEMM_LIST_9(v, h)  GEMM_LIST_8(v, h), gemm_9_##v##_##h
#define GEMM_LIST_10(v, h) GEMM_LIST_9(v, h), gemm_10_##v##_##h
#define GEMM_LIST_11(v, h) GEMM_LIST_10(v, h), gemm_11_##v##_##h
#define GEMM_LIST_12(v, h) GEMM_LIST_11(v, h), gemm_12_##v##_##h
#define GEMM_LIST_13(v, h) GEMM_LIST_12(v, h), gemm_13_##v##_##h
#define GEMM_LIST_14(v, h) GEMM_LIST_13(v, h), gemm_14_##v##_##h

/* The kernel of a tile: `gemm_f32_<rows>_<vectors>_<half>` walks m. */
#define GEMM_KERNEL(rows, vectors, half)                                                                     \
    GEMM_ROWS_##rows(vectors,                                                                                \
                     half) static void gemm_f32_##rows##_##vectors##_##half(const struct cg_gemm_args *g)    \
    {                                                                                                        \
        static gemm_tile_fn *const tiles[] = {NULL, GEMM_LIST_##rows(vectors, half)};                        \
        gemm_rows(g, tiles, rows);                                                                           \
    }

/* Its table row; `columns` is their number, written out for the name. The costs, of a step of k
 * and of starting and storing a tile, on half and on whole pipes; where there is one kind, once. */
#define GEMM_ROW_BY_PIPES(rows, columns, vectors, half, k_half, tile_half, k_whole, tile_whole)              \
    {                                                                                                        \
        .name = "gemm_f32_" #rows "x" #columns "__" ISA_NAME, .run = gemm_f32_##rows##_##vectors##_##half,   \
        .tile_m = rows, .tile_n = (vectors)*VL + ((half) ? HL : 0), .cost = {                                \
            [CG_PIPES_HALF] = {k_half, tile_half},                                                           \
            [CG_PIPES_WHOLE] = {k_whole, tile_whole}                                                         \
        }                                                                                                    \
    }
#define GEMM_ROW(rows, columns, vectors, half, k_cost, tile_cost)                                            \
    GEMM_ROW_BY_PIPES(rows, columns, vectors, half, k_cost, tile_cost, k_cost, tile_cost)

#endif
