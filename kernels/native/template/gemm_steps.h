/* The registers of a gemm tile, and what is done with them: a step of k, and clamping and storing the sums.
 * Called with constants for rows, vectors and half, so that every loop over them unrolls and sums live in
 * registers. Included by gemm.h. */
#ifndef CONVGAUGE_KERNELS_NATIVE_TEMPLATE_GEMM_STEPS_H
#define CONVGAUGE_KERNELS_NATIVE_TEMPLATE_GEMM_STEPS_H

#define GEMM_MAX_ROWS    16
#define GEMM_MAX_VECTORS 8
#define GEMM_UNROLL      _Pragma("GCC unroll 16")

/* Rows of A are reached from few pointers: the others lie one, two, four or eight strides on, which
 * addressing modes do for free. Row i is GEMM_STEP(i) strides behind pointer GEMM_POINTER(i), which stands at
 * row 0, 1, 6 or 11. */
#define GEMM_POINTERS     4
#define GEMM_FIRST_ROW(p) ((p) == 0 ? 0 : 5 * (p)-4)
#define GEMM_POINTER(i)                                                                                      \
    ((i) % 4 == 0 && (i) < 9 ? 0 : (i) < 6 || (i) == 9 ? 1 : (i) < 11 || (i) == 14 ? 2 : 3)
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

/* The sums of a tile. */
struct gemm_sums {
    vf whole[GEMM_MAX_ROWS][GEMM_MAX_VECTORS];
#if HL
    hf half[GEMM_MAX_ROWS];
#endif
#if PAIRS
    vf pair[GEMM_MAX_ROWS / 2];
#endif
};

VEC_INLINE void gemm_start(struct gemm_sums *sums, const float *bias, const int rows, const int vectors,
                           const int half)
{
    GEMM_UNROLL_LANES
    for (int j = 0; j < vectors; j++) {
        const vf b = v_load(bias + j * VL);
        GEMM_UNROLL
        for (int i = 0; i < rows; i++)
            sums->whole[i][j] = b;
    }
#if HL
    if (half) {
        const hf b = h_load(bias + vectors * VL);
        GEMM_UNROLL
        for (int i = 0; i < rows; i++)
            sums->half[i] = b;
#if PAIRS
        GEMM_UNROLL
        for (int i = 0; half == 2 && i < rows; i += 2)
            sums->pair[i / 2] = v_pair_of(b, b);
#endif
    }
#endif
}

/* Fetches the lines of `rows` rows of `columns` columns to be written; `last` is the last column of the first
 * row. From the last column on: the first ones share a line with the panel before. */
VEC_INLINE void gemm_fetch_written(uintptr_t last, ptrdiff_t c_stride, const int rows, const int columns)
{
    GEMM_UNROLL
    for (int back = 0; back < columns * (int)sizeof(float); back += CG_NATIVE_ALIGN) {
        GEMM_UNROLL
        for (int i = 0; i < rows; i++)
            __builtin_prefetch(
                (const void *)(last + (uintptr_t)(i * c_stride) * sizeof(float) - (uintptr_t)back), 1, 3);
    }
}

/* Where a row's float of this step is. */
VEC_INLINE const float *gemm_at(const float *const *p, ptrdiff_t stride, const int i)
{
    return p[GEMM_POINTER(i)] + GEMM_STEP(i) * stride;
}

/* A row's float as multiply-adds take it: in all lanes, or in lane 0. */
#if LANE_FMA
#define gemm_row_value(a)     v_load_lane(a)
#define gemm_add(av, bv, sum) v_fma_lane(bv, av, 0, sum)
#else
#define gemm_row_value(a)     v_set1(*(a))
#define gemm_add(av, bv, sum) v_fma(av, bv, sum)
#endif

#if PAIRS
/* A row of a step where the halves of two rows share a vector; `before` is the row above's broadcast. */
VEC_INLINE void gemm_pair_row(struct gemm_sums *sums, vf av, vf *before, const vf *bv, vf pair_b, const int i,
                              const int rows, const int vectors)
{
    GEMM_UNROLL
    for (int j = 0; j < vectors; j++)
        sums->whole[i][j] = v_fma(av, bv[j], sums->whole[i][j]);
    if (i % 2 == 1)
        sums->pair[i / 2] = v_fma(v_pair(*before, av), pair_b, sums->pair[i / 2]);
    else if (i + 1 == rows)
        sums->pair[i / 2] = v_fma(av, pair_b, sums->pair[i / 2]);
    *before = av;
}
#endif

#if HL
/* A step of row i, of rows `first` ... `end` - 1. Each multiply-add has a broadcasting load of its own, the
 * halves a row behind: of 14x24 a step takes 21.1 cycles on half pipes so, where one load for both
 * takes 23.5, and a half right behind its whole 23. */
VEC_INLINE void gemm_row_step(struct gemm_sums *sums, const float *const *p, ptrdiff_t stride, const vf *bv,
                              hf hb, const int i, const int first, const int end, const int vectors,
                              const int half)
{
    const ptrdiff_t bytes = stride * (ptrdiff_t)sizeof(float);
    GEMM_UNROLL
    for (int j = 0; j < vectors; j++)
        sums->whole[i][j] = v_fma_row(p[GEMM_POINTER(i)], bytes, GEMM_STEP(i), bv[j], sums->whole[i][j]);
    if (half && i > first)
        sums->half[i - 1] = h_fma_row(p[GEMM_POINTER(i - 1)], bytes, GEMM_STEP(i - 1), hb, sums->half[i - 1]);
    if (half && i + 1 == end)
        sums->half[i] = h_fma_row(p[GEMM_POINTER(i)], bytes, GEMM_STEP(i), hb, sums->half[i]);
}
#endif

/* One step of k: row b of the panel. */
VEC_INLINE void gemm_step(struct gemm_sums *sums, const float *const *p, ptrdiff_t stride, const float *b,
                          const int rows, const int vectors, const int half)
{
    vf bv[GEMM_MAX_VECTORS];
    GEMM_UNROLL
    for (int j = 0; j < vectors; j++)
        bv[j] = v_load(b + j * VL);
#if HL
    hf hb = h_load(b + (half ? vectors * VL : 0));
#endif
#if PAIRS
    const vf pair_b = v_pair_of(hb, hb);
    vf before = pair_b;
#endif
    GEMM_UNROLL
    for (int i = 0; i < rows; i++) {
        const float *a = gemm_at(p, stride, i);
        if (half == 2) {
#if PAIRS
            gemm_pair_row(sums, v_set1(*a), &before, bv, pair_b, i, rows, vectors);
#endif
#if HL
        } else if (half == 1 && vectors == 1) {
            gemm_row_step(sums, p, stride, bv, hb, i, 0, rows, vectors, half);
#endif
        } else if (vectors) {
            const vf av = gemm_row_value(a);
            GEMM_UNROLL
            for (int j = 0; j < vectors; j++)
                sums->whole[i][j] = gemm_add(av, bv[j], sums->whole[i][j]);
#if HL
            if (half == 1)
                sums->half[i] = h_fma(h_low(av), hb, sums->half[i]);
#endif
        }
#if HL
        else
            sums->half[i] = h_fma(h_set1(*a), hb, sums->half[i]);
#endif
    }
}

/* The pointers of the next step. */
VEC_INLINE void gemm_advance(const float **p, const int rows)
{
    GEMM_UNROLL
    for (int i = 0; i < GEMM_POINTERS; i++)
        if (GEMM_HAS_POINTER(i, rows)) {
            p[i]++;
            __asm__("" : "+r"(p[i])); /* else compilers keep a pointer a row, more than there are registers */
        }
}

/* Where the sums go, and what is done to them on the way. By value: a store could change what pointers lead
 * to, as far as compilers know. */
struct gemm_target {
    float *c;
    ptrdiff_t c_stride;
    const float *residual; /* or NULL */
    ptrdiff_t residual_stride;
    int n;
    float lo, hi;
};

/* Adds the residual, clamps and stores. */
VEC_INLINE void gemm_store(struct gemm_sums *sums, struct gemm_target to, const int rows, const int vectors,
                           const int half)
{
    const vf lo = v_set1(to.lo), hi = v_set1(to.hi);
    GEMM_UNROLL
    for (int j = 0; j < vectors; j++) {
        const int left = to.n - j * VL;
        if (left >= VL) {
            if (to.residual) {
                GEMM_UNROLL
                for (int i = 0; i < rows; i++)
                    sums->whole[i][j] =
                        v_add(sums->whole[i][j], v_load(to.residual + i * to.residual_stride + j * VL));
            }
            GEMM_UNROLL
            for (int i = 0; i < rows; i++)
                v_store(to.c + i * to.c_stride + j * VL, v_min(v_max(sums->whole[i][j], lo), hi));
        } else if (left > 0) {
            const vtail tail = v_tail(left);
            if (to.residual) {
                GEMM_UNROLL
                for (int i = 0; i < rows; i++)
                    sums->whole[i][j] = v_add(
                        sums->whole[i][j], v_load_tail(to.residual + i * to.residual_stride + j * VL, tail));
            }
            GEMM_UNROLL
            for (int i = 0; i < rows; i++)
                v_store_tail(to.c + i * to.c_stride + j * VL, v_min(v_max(sums->whole[i][j], lo), hi), tail);
        }
    }
#if PAIRS
    GEMM_UNROLL
    for (int i = 0; half == 2 && i < rows; i++)
        sums->half[i] = i % 2 == 0 ? h_low(sums->pair[i / 2]) : h_high(sums->pair[i / 2]);
#endif
#if HL
    const int left = to.n - vectors * VL;
    if (half && left > 0) {
        const hf hlo = h_set1(to.lo), hhi = h_set1(to.hi);
        const htail tail = h_tail(left);
        to.c += vectors * VL;
        if (to.residual) {
            to.residual += vectors * VL;
            GEMM_UNROLL
            for (int i = 0; i < rows; i++)
                sums->half[i] = h_add(sums->half[i], h_load_tail(to.residual + i * to.residual_stride, tail));
        }
        GEMM_UNROLL
        for (int i = 0; i < rows; i++)
            h_store_tail(to.c + i * to.c_stride, h_min(h_max(sums->half[i], hlo), hhi), tail);
    }
#endif
}

#endif
