/* All whole tiles of a panel in one loop, for gemms of one segment (1x1 convolutions): the next tile's loads
 * wait for an addition, where a call for each tile looks up its segment first, and there are fewer
 * instructions between the last multiply-adds of one and the first of the next. Included by gemm.h. */
#ifndef CONVGAUGE_KERNELS_NATIVE_TEMPLATE_GEMM_TOGETHER_H
#define CONVGAUGE_KERNELS_NATIVE_TEMPLATE_GEMM_TOGETHER_H

/* Returns the rows that are done. `rows` and `vectors` are constants; there are no half vectors and no last
 * step apart. */
VEC_INLINE int gemm_together(const struct cg_gemm_args *g, const int rows, const int vectors)
{
    const int tile_n = vectors * VL;
    const struct cg_gemm_segment *seg = g->segments;
    const struct cg_gemm_shared *shared = g->shared;
    const ptrdiff_t stride = seg->stride;
    const float *const panel = g->b + (size_t)seg->k * tile_n;
    const float *const end = panel + (size_t)seg->len * tile_n;
    const int last = g->m - rows;
    const int last_below = shared ? last + shared->rows_below : g->m; /* the last tile with one below */
    const uintptr_t ahead_last = shared && shared->ahead_last < PTRDIFF_MAX
                                     ? (uintptr_t)g->ahead + (uintptr_t)shared->ahead_last
                                     : UINTPTR_MAX;
    int i = 0;
    for (; i <= last; i += rows) {
        const float *a = seg->a + i * stride;
        const struct gemm_target to = gemm_target_of(g, i);
        const uintptr_t below = (uintptr_t)(to.c + to.n - 1) +
                                (uintptr_t)(i < last_below ? rows * to.c_stride : 0) * sizeof(float);
        const uintptr_t tile_ahead = (uintptr_t)g->ahead + (uintptr_t)(i * g->ahead_row);
        uintptr_t ahead = tile_ahead < ahead_last ? tile_ahead : ahead_last;
        struct gemm_sums sums;
        gemm_start(&sums, g->bias, rows, vectors, 0);
        if (shared && shared->written_next)
            gemm_take_back(g, to.c, rows);
        gemm_fetch_written(below, to.c_stride, rows, tile_n);
        const float *p[GEMM_POINTERS] = {NULL}, *b = panel;
        GEMM_UNROLL
        for (int r = 0; r < GEMM_POINTERS; r++)
            p[r] = GEMM_HAS_POINTER(r, rows) ? a + GEMM_FIRST_ROW(r) * stride : NULL;
        for (; b != end; b += tile_n) {
            gemm_step(&sums, p, stride, b, rows, vectors, 0);
            __builtin_prefetch((const void *)ahead, 0, 2);
            ahead += CG_NATIVE_ALIGN;
            gemm_advance(p, rows);
        }
        gemm_store(&sums, to, rows, vectors, 0);
    }
    return i;
}

#endif
