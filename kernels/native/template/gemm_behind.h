/* All whole tiles of a panel in one loop, for gemms of one segment (1x1 convolutions): a tile's sums stay in
 * registers, and are clamped and stored behind the first multiply-adds of the next tile, which so never wait
 * for them. For tiles of one vector that take less than half of the registers. Included by gemm.h. */
#ifndef CONVGAUGE_KERNELS_NATIVE_TEMPLATE_GEMM_BEHIND_H
#define CONVGAUGE_KERNELS_NATIVE_TEMPLATE_GEMM_BEHIND_H

/* What all stores of a call share. The mask is made once: making it waits for the multiply-adds before it. */
struct gemm_limits {
    vf lo, hi;
    vtail tail;
};

/* Clamps and stores the sums of the tile at row i0. */
VEC_INLINE void gemm_store_before(const struct cg_gemm_args *g, int i0, const vf *before,
                                  const struct gemm_limits *limits, const int rows, const bool residual)
{
    const struct gemm_target to = gemm_target_of(g, i0);
    const float *added = to.residual;
    float *c = to.c;
    GEMM_UNROLL
    for (int i = 0; i < rows; i++) {
        vf v = before[i];
        if (residual) {
            v = v_add(v, v_load_tail(added, limits->tail));
            added += to.residual_stride;
            __asm__ volatile("" : "+r"(added)); /* one pointer, not one a row */
        }
        v_store_tail(c, v_min(v_max(v, limits->lo), limits->hi), limits->tail);
        c += to.c_stride;
        __asm__ volatile("" : "+r"(c));
    }
}

/* The same of the tile before row i, if there is one. */
VEC_INLINE void gemm_end_before(const struct cg_gemm_args *volatile *home, int i, const vf *before,
                                const struct gemm_limits *limits, const int rows)
{
    if (i == 0)
        return;
    if ((*home)->residual)
        gemm_store_before(*home, i - rows, before, limits, rows, true);
    else
        gemm_store_before(*home, i - rows, before, limits, rows, false);
}

/* What the tile at row i fetches first of what lies ahead. */
VEC_INLINE uintptr_t gemm_tile_ahead(const struct cg_gemm_args *g, int i)
{
    const ptrdiff_t ahead = i * g->ahead_row;
    const bool beyond = g->shared && ahead > g->shared->ahead_last;
    return (uintptr_t)g->ahead + (uintptr_t)(beyond ? g->shared->ahead_last : ahead);
}

/* The last column of the row below the tile at row i, or of its own first one where nothing of this thread's
 * is below. */
VEC_INLINE uintptr_t gemm_tile_below(const struct cg_gemm_args *g, int i, const int rows)
{
    const bool end = g->shared && i + rows >= g->m + g->shared->rows_below;
    return (uintptr_t)(g->c + (end ? i : i + rows) * g->c_stride + g->n - 1);
}

/* Returns the rows that are done; `rows` is a constant. */
VEC_INLINE int gemm_behind(const struct cg_gemm_args *g, const int rows)
{
    const struct cg_gemm_args *volatile g_home = g; /* wait in memory: see gemm_tile */
    volatile int i_home = 0;
    const struct gemm_limits limits = {v_set1(g->lo), v_set1(g->hi), v_tail(g->n)};
    vf before[GEMM_MAX_ROWS];
    GEMM_UNROLL
    for (int r = 0; r < rows; r++)
        before[r] = v_zero();
    for (; i_home + rows <= g_home->m; i_home += rows) {
        g = g_home;
        const int i = i_home;
        const struct cg_gemm_segment *seg = g->segments;
        const ptrdiff_t stride = seg->stride;
        const float *b = g->b + (size_t)seg->k * VL, *p[GEMM_POINTERS] = {NULL};
        GEMM_UNROLL
        for (int r = 0; r < GEMM_POINTERS; r++)
            p[r] = GEMM_HAS_POINTER(r, rows) ? seg->a + (i + GEMM_FIRST_ROW(r)) * stride : NULL;
        uintptr_t ahead = gemm_tile_ahead(g, i);
        struct gemm_sums sums;
        gemm_start(&sums, g->bias, rows, 1, 0);
        if (g->shared && g->shared->written_next)
            gemm_take_back(g, i, rows);
        gemm_step(&sums, p, stride, b, rows, 1, 0);
        ahead = gemm_fetch_ahead(ahead, 0, VL);
        gemm_advance(p, rows);
        int k = seg->len - 1;
        g = g_home;
        gemm_fetch_written(gemm_tile_below(g, i_home, rows), g->c_stride, rows, VL);
        gemm_end_before(&g_home, i_home, before, &limits, rows);
        for (; k > 0; k--) {
            b += VL;
            gemm_step(&sums, p, stride, b, rows, 1, 0);
            ahead = gemm_fetch_ahead(ahead, 0, VL);
            gemm_advance(p, rows);
        }
        GEMM_UNROLL
        for (int r = 0; r < rows; r++) {
            before[r] = sums.whole[r][0];
            IN_REGISTER(before[r]);
        }
    }
    gemm_end_before(&g_home, i_home, before, &limits, rows);
    return i_home;
}

#endif
