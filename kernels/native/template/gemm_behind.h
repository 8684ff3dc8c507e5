/* All whole tiles of a panel in one loop: a tile's sums stay in registers, and are clamped and stored behind
 * the first multiply-adds of the next tile, which so never wait for them. For tiles of one vector that take
 * less than half of the registers. Included by gemm.h. */
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

/* Where rows i ... of a segment are, and its weights. */
struct gemm_rows_at {
    const float *p[GEMM_POINTERS], *b;
    ptrdiff_t stride;
};

VEC_INLINE struct gemm_rows_at gemm_rows_of(const struct cg_gemm_args *g, const struct cg_gemm_segment *seg,
                                            int i, const int rows)
{
    struct gemm_rows_at at = {{NULL}, g->b + (size_t)seg->k * VL, seg->stride};
    GEMM_UNROLL
    for (int r = 0; r < GEMM_POINTERS; r++)
        at.p[r] = GEMM_HAS_POINTER(r, rows) ? seg->a + (i + GEMM_FIRST_ROW(r)) * at.stride : NULL;
    return at;
}

/* `k` further steps of a tile. */
VEC_INLINE uintptr_t gemm_steps(struct gemm_sums *sums, struct gemm_rows_at *at, uintptr_t ahead, int k,
                                const int rows)
{
    for (; k > 0; k--) {
        gemm_step(sums, at->p, at->stride, at->b, rows, 1, 0);
        at->b += VL;
        ahead = gemm_fetch_ahead(ahead, 0, VL);
        gemm_advance(at->p, rows);
    }
    return ahead;
}

/* Returns the rows that are done; `rows` is a constant, and there is a segment. */
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
        const struct cg_gemm_segment *volatile seg_home = g->segments;
        struct gemm_rows_at at = gemm_rows_of(g, g->segments, i, rows);
        uintptr_t ahead = gemm_tile_ahead(g, i);
        struct gemm_sums sums;
        gemm_start(&sums, g->bias, rows, 1, 0);
        if (g->shared && g->shared->written_next)
            gemm_take_back(g, i, rows);
        const int k = g->segments->len - 1;
        ahead = gemm_steps(&sums, &at, ahead, 1, rows);
        g = g_home;
        gemm_fetch_written(gemm_tile_below(g, i_home, rows), g->c_stride, rows, VL);
        gemm_end_before(&g_home, i_home, before, &limits, rows);
        ahead = gemm_steps(&sums, &at, ahead, k, rows);
        /* A loop by itself: in one for all segments gcc looks for the next one at each step. */
        for (volatile int left = g_home->n_segments - 1; left > 0; left--) {
            const struct cg_gemm_segment *seg = seg_home + 1;
            seg_home = seg;
            at = gemm_rows_of(g_home, seg, i_home, rows);
            ahead = gemm_steps(&sums, &at, ahead, seg->len, rows);
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
