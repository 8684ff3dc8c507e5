#include "kernels/native/avx512/lines.h"

#include "kernels/native/avx512/vec.h"
#include "kernels/native/template/gemm.h"

#define VALUES (3 * VL) /* floats of a step of k */

/* The weights of a step of k at a point. */
VEC_INLINE vf weights_of(const float *b, const int sum)
{
    const bool last = sum == CG_LINE_LAST_PLUS || sum == CG_LINE_LAST_MINUS;
    if (sum == CG_LINE_FIRST || sum == CG_LINE_MIDDLE || sum == CG_LINE_LAST)
        return v_load(b + (sum == CG_LINE_MIDDLE ? VL : sum == CG_LINE_LAST ? 2 * VL : 0));
    const vf twice = v_load(b + (last ? 2 * VL : 0)), outer = twice + twice + v_load(b + (last ? 0 : 2 * VL));
    if (sum == CG_LINE_BOTH)
        return outer;
    return sum == CG_LINE_FIRST_PLUS || sum == CG_LINE_LAST_PLUS ? outer + v_load(b + VL)
                                                                 : outer - v_load(b + VL);
}

/* One tile at row i0, which starts to fetch at `ahead`. Each row is stored as soon as it is summed. */
VEC_INLINE void line_tile(const struct cg_gemm_args *g, int i0, uintptr_t ahead, const int rows,
                          const int sum)
{
    vf sums[GEMM_MAX_ROWS];
    GEMM_UNROLL
    for (int i = 0; i < rows; i++)
        sums[i] = v_zero();
    /* It waits in memory on purpose, as in gemm_tile. */
    const struct cg_gemm_args *volatile g_home = g;
    const ptrdiff_t stride = g->segments->stride;
    const float *p[GEMM_POINTERS], *b = g->b;
    GEMM_UNROLL
    for (int i = 0; i < GEMM_POINTERS; i++)
        p[i] = GEMM_HAS_POINTER(i, rows) ? g->segments->a + (i0 + GEMM_FIRST_ROW(i)) * stride : NULL;
    for (int k = g->segments->len - 1; k > 0; k--) {
        const vf weights = weights_of(b, sum);
        GEMM_UNROLL
        for (int i = 0; i < rows; i++)
            sums[i] = v_fma_at(gemm_at(p, stride, i), weights, sums[i]);
        b += VALUES;
        __builtin_prefetch((const void *)ahead, 0, 2);
        ahead += CG_NATIVE_ALIGN;
        gemm_advance(p, rows);
    }
    g = g_home;
    __builtin_prefetch((const void *)ahead, 0, 2);
    const vf weights = weights_of(b, sum), scale = v_set1(g->scale);
    float *c = g->c + i0 * g->c_stride;
    const ptrdiff_t c_stride = g->c_stride;
    GEMM_UNROLL
    for (int i = 0; i < rows; i++)
        v_store(c + i * c_stride, v_mul(v_fma_at(gemm_at(p, stride, i), weights, sums[i]), scale));
}

typedef void line_tile_fn(const struct cg_gemm_args *g, int i0, uintptr_t ahead);

VEC_INLINE void line_rows(const struct cg_gemm_args *g, line_tile_fn *const *tiles)
{
    uintptr_t ahead = (uintptr_t)g->ahead;
    for (int i = 0; i < g->m; i += GEMM_MAX_ROWS, ahead += (uintptr_t)(GEMM_MAX_ROWS * g->ahead_row))
        tiles[g->m - i < GEMM_MAX_ROWS ? g->m - i : GEMM_MAX_ROWS](g, i, ahead);
}

#define LINE_TILE_FN(rows, sum)                                                                              \
    static __attribute__((noinline)) void line_##rows##_##sum(const struct cg_gemm_args *g, int i0,          \
                                                              uintptr_t ahead)                               \
    {                                                                                                        \
        line_tile(g, i0, ahead, rows, CG_LINE_##sum);                                                        \
    }
#define LINE_TILE_NAME(rows, sum) line_##rows##_##sum,
#define LINE_FN(sum)                                                                                         \
    REPEAT_16(LINE_TILE_FN, sum) static void line_##sum(const struct cg_gemm_args *g)                        \
    {                                                                                                        \
        static line_tile_fn *const tiles[] = {NULL, REPEAT_16(LINE_TILE_NAME, sum)};                         \
        line_rows(g, tiles);                                                                                 \
    }

LINE_FN(FIRST)
LINE_FN(FIRST_PLUS)
LINE_FN(FIRST_MINUS)
LINE_FN(LAST_PLUS)
LINE_FN(LAST_MINUS)
LINE_FN(LAST)
LINE_FN(BOTH)
LINE_FN(MIDDLE)

/* On whole pipes counted: loads are the limit. */
const struct cg_line_kernel cg_avx512_lines = {
    .tile = KERNEL_ROW("gemm_f32_16x16_lines", NULL, 16, VL, 16.1f, 25, 10.3f, 40),
    .run = {[CG_LINE_FIRST] = line_FIRST,
            [CG_LINE_FIRST_PLUS] = line_FIRST_PLUS,
            [CG_LINE_FIRST_MINUS] = line_FIRST_MINUS,
            [CG_LINE_LAST_PLUS] = line_LAST_PLUS,
            [CG_LINE_LAST_MINUS] = line_LAST_MINUS,
            [CG_LINE_LAST] = line_LAST,
            [CG_LINE_BOTH] = line_BOTH,
            [CG_LINE_MIDDLE] = line_MIDDLE}};
