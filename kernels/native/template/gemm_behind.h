/* All whole tiles of a panel, and of those behind it, in one loop: a tile's sums stay in registers, and are
 * clamped and stored behind the first multiply-adds of the next tile, which so never wait for them. For tiles
 * of one vector that take less than half of the registers. Included by gemm.h. */
#ifndef CONVGAUGE_KERNELS_NATIVE_TEMPLATE_GEMM_BEHIND_H
#define CONVGAUGE_KERNELS_NATIVE_TEMPLATE_GEMM_BEHIND_H

/* What all stores of a call share. The mask is made once: making it waits for the multiply-adds before it. */
struct gemm_limits {
    vf lo, hi;
    vtail tail;
};

/* The panel that runs. In memory, as all that a tile needs only at its ends: see gemm_tile. */
struct gemm_panel {
    const float *b, *bias, *residual;
    float *c;
    uintptr_t ahead;
};

/* Where the sums go that wait to be stored; NULL where there are none yet. */
struct gemm_waiting {
    float *c;
    const float *residual; /* or NULL */
};

/* Clamps and stores the sums of a tile. */
VEC_INLINE void gemm_store_before(const struct cg_gemm_args *g, float *c, const float *added,
                                  const vf *before, const struct gemm_limits *limits, const int rows,
                                  const bool residual)
{
    const ptrdiff_t c_stride = g->c_stride, residual_stride = g->residual_stride;
    GEMM_UNROLL
    for (int i = 0; i < rows; i++) {
        vf v = before[i];
        if (residual) {
            v = v_add(v, v_load_tail(added, limits->tail));
            added += residual_stride;
            __asm__ volatile("" : "+r"(added)); /* one pointer, not one a row */
        }
        v_store_tail(c, v_min(v_max(v, limits->lo), limits->hi), limits->tail);
        c += c_stride;
        __asm__ volatile("" : "+r"(c));
    }
}

/* The same of the tile before, if there is one. */
VEC_INLINE void gemm_end_before(const struct cg_gemm_args *g, const volatile struct gemm_waiting *waiting,
                                const vf *before, const struct gemm_limits *limits, const int rows)
{
    float *c = waiting->c;
    if (!c)
        return;
    const float *residual = waiting->residual;
    if (residual)
        gemm_store_before(g, c, residual, before, limits, rows, true);
    else
        gemm_store_before(g, c, NULL, before, limits, rows, false);
}

/* What the tile at row i fetches first of what lies ahead. */
VEC_INLINE uintptr_t gemm_tile_ahead(const struct cg_gemm_args *g, uintptr_t first, int i)
{
    const ptrdiff_t ahead = i * g->ahead_row;
    const bool beyond = g->shared && ahead > g->shared->ahead_last;
    return first + (uintptr_t)(beyond ? g->shared->ahead_last : ahead);
}

/* The last column of the row below the tile at row i, where `c` is, or of its own first one where nothing of
 * this thread's is below. */
VEC_INLINE uintptr_t gemm_tile_below(const struct cg_gemm_args *g, float *c, int i, const int rows)
{
    const bool end = g->shared && i + rows >= g->m + g->shared->rows_below;
    return (uintptr_t)(c + (end ? 0 : rows * g->c_stride) + g->n - 1);
}

/* Where rows i ... of a segment are, and its weights. */
struct gemm_rows_at {
    const float *p[GEMM_POINTERS], *b;
    ptrdiff_t stride;
};

VEC_INLINE struct gemm_rows_at gemm_rows_of(const float *panel, const struct cg_gemm_segment *seg, int i,
                                            const int rows)
{
    struct gemm_rows_at at = {{NULL}, panel + (size_t)seg->k * VL, seg->stride};
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

VEC_INLINE void gemm_next_panel(volatile struct gemm_panel *panel, const struct cg_gemm_args *g)
{
    panel->b += g->panel_step;
    panel->bias += g->panel_step;
    panel->c += VL;
    if (panel->residual)
        panel->residual += VL;
    panel->ahead += (uintptr_t)g->ahead_panel;
}

/* Returns the rows that are done, of each panel; `rows` is a constant, and there is a segment. */
VEC_INLINE int gemm_behind(const struct cg_gemm_args *g, const int rows)
{
    const struct cg_gemm_args *volatile g_home = g;
    volatile struct gemm_panel panel = {g->b, g->bias, g->residual, g->c, (uintptr_t)g->ahead};
    volatile struct gemm_waiting waiting = {NULL, NULL};
    volatile int i_home = 0, more = g->more;
    const struct gemm_limits limits = {v_set1(g->lo), v_set1(g->hi), v_tail(g->n)};
    vf before[GEMM_MAX_ROWS];
    GEMM_UNROLL
    for (int r = 0; r < rows; r++)
        before[r] = v_zero();
    while (i_home + rows <= g_home->m) {
        g = g_home;
        const int i = i_home;
        const struct cg_gemm_segment *volatile seg_home = g->segments;
        struct gemm_rows_at at = gemm_rows_of(panel.b, g->segments, i, rows);
        uintptr_t ahead = gemm_tile_ahead(g, panel.ahead, i);
        struct gemm_sums sums;
        gemm_start(&sums, panel.bias, rows, 1, 0);
        if (g->shared && g->shared->written_next)
            gemm_take_back(g, panel.c + i * g->c_stride, rows);
        const int k = g->segments->len - 1;
        ahead = gemm_steps(&sums, &at, ahead, 1, rows);
        g = g_home;
        float *c = panel.c + i_home * g->c_stride;
        gemm_fetch_written(gemm_tile_below(g, c, i_home, rows), g->c_stride, rows, VL);
        gemm_end_before(g, &waiting, before, &limits, rows);
        waiting.c = c;
        waiting.residual = panel.residual ? panel.residual + i_home * g->residual_stride : NULL;
        ahead = gemm_steps(&sums, &at, ahead, k, rows);
        /* A loop by itself: in one for all segments gcc looks for the next one at each step. */
        for (volatile int left = g_home->n_segments - 1; left > 0; left--) {
            const struct cg_gemm_segment *seg = seg_home + 1;
            seg_home = seg;
            at = gemm_rows_of(panel.b, seg, i_home, rows);
            ahead = gemm_steps(&sums, &at, ahead, seg->len, rows);
        }
        GEMM_UNROLL
        for (int r = 0; r < rows; r++) {
            before[r] = sums.whole[r][0];
            IN_REGISTER(before[r]);
        }
        i_home += rows;
        if (more > 0 && i_home + rows > g_home->m) {
            more--;
            i_home = 0;
            gemm_next_panel(&panel, g_home);
        }
    }
    gemm_end_before(g_home, &waiting, before, &limits, rows);
    return i_home;
}

#endif
