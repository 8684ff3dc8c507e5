/* Convolutions of narrow groups: a vector is neighbouring input channels, of several groups as it may be, and
 * every group has as many outputs as a tile has accumulators a pixel. In the end lanes of the same group are
 * summed. Included after vec.h and gemm.h; GROUP_KERNEL instantiates one with its shorter tiles. */
#ifndef CONVGAUGE_KERNELS_NATIVE_TEMPLATE_GROUP_H
#define CONVGAUGE_KERNELS_NATIVE_TEMPLATE_GROUP_H

#include "kernels/native/microkernel.h"
#include "kernels/native/template/repeat.h"

#include <stdbool.h>
#include <stdint.h>

#define GROUP_MAX_OUTPUTS 8
#define GROUP_MAX_FOLDS   4

/* How lanes are summed, made once a call: pairs of accumulators share the first folds, which leaves the sums
 * of all of them side by side; the others add lanes of one vector, and what is wanted is then picked. */
struct group_sums {
    int n;
    vfold folds[GROUP_MAX_FOLDS];
    bool pick;
    vindex wanted;
};

/* `levels`: the folds that pairs of accumulators share, at most. */
VEC_INLINE struct group_sums group_sums_of(unsigned sum_lanes, int levels)
{
    struct group_sums sums = {.n = 0};
    unsigned alone = 0; /* lane bits whose folds add lanes of one vector */
    for (unsigned bit = 1; bit < VL; bit <<= 1)
        if (sum_lanes & bit) {
            alone |= sums.n >= levels ? bit : 0;
            sums.folds[sums.n++] = v_fold_of((int)bit);
        }
    int lanes[VL] = {0}, n = 0;
    for (unsigned l = 0; l < VL; l++)
        if (!(l & alone)) {
            sums.pick |= (int)l != n;
            lanes[n++] = (int)l;
        }
    sums.wanted = v_index(lanes);
    return sums;
}

/* Adds what a pixel's vector `v` of sums still lacks, and stores it. */
VEC_INLINE void group_store(const struct cg_gemm_args *g, vf x, int i, int v)
{
    const int left = g->n - v * VL;
    float *c = g->c + i * g->c_stride + v * VL;
    x = v_add(x, v_load(g->bias + v * VL));
    const vf lo = v_set1(g->lo), hi = v_set1(g->hi);
    if (left >= VL) {
        if (g->residual)
            x = v_add(x, v_load(g->residual + i * g->residual_stride + v * VL));
        v_store(c, v_min(v_max(x, lo), hi));
    } else {
        const vtail tail = v_tail(left);
        if (g->residual)
            x = v_add(x, v_load_tail(g->residual + i * g->residual_stride + v * VL, tail));
        v_store_tail(c, v_min(v_max(x, lo), hi), tail);
    }
}

/* Sums of one pixel. `outputs` and `levels` (its logarithm) are constants. */
VEC_INLINE void group_finish(const struct cg_gemm_args *g, const struct group_sums *sums, vf *acc, int i,
                             const int outputs, const int levels)
{
    int vectors = outputs;
    GEMM_UNROLL
    for (int t = 0; t < levels; t++)
        if (t < sums->n) {
            vectors = outputs >> (t + 1);
            GEMM_UNROLL
            for (int j = 0; j < outputs / 2; j++)
                if (j < vectors)
                    acc[j] = v_fold(acc[2 * j], acc[2 * j + 1], sums->folds[t]);
        }
    for (int t = levels; t < sums->n; t++)
        acc[0] = v_fold(acc[0], acc[0], sums->folds[t]);
    if (sums->pick)
        acc[0] = v_pick(acc[0], sums->wanted);
    GEMM_UNROLL
    for (int v = 0; v < outputs; v++)
        if (v < vectors)
            group_store(g, acc[v], i, v);
}

VEC_INLINE void group_tile(const struct cg_gemm_args *g, const struct group_sums *sums, int i0,
                           const int rows, const int outputs, const int levels)
{
    vf acc[GEMM_MAX_ROWS][GROUP_MAX_OUTPUTS];
    GEMM_UNROLL
    for (int i = 0; i < rows; i++) {
        GEMM_UNROLL
        for (int o = 0; o < outputs; o++)
            acc[i][o] = v_zero();
    }
    for (int s = 0; s < g->n_segments; s++) {
        const struct cg_gemm_segment *seg = &g->segments[s];
        const ptrdiff_t stride = seg->stride;
        const float *p[GEMM_POINTERS];
        GEMM_UNROLL
        for (int i = 0; i < GEMM_POINTERS; i++)
            p[i] = GEMM_HAS_POINTER(i, rows) ? seg->a + (i0 + GEMM_FIRST_ROW(i)) * stride : NULL;
        const float *b = g->b + (size_t)seg->k * outputs;
        for (int k = seg->len; k > 0; k -= VL) {
            vf bv[GROUP_MAX_OUTPUTS];
            GEMM_UNROLL
            for (int o = 0; o < outputs; o++)
                bv[o] = v_load(b + o * VL);
            GEMM_UNROLL
            for (int i = 0; i < rows; i++) {
                const vf av = v_load(p[GEMM_POINTER(i)] + GEMM_STEP(i) * stride);
                GEMM_UNROLL
                for (int o = 0; o < outputs; o++)
                    acc[i][o] = v_fma(av, bv[o], acc[i][o]);
            }
            b += outputs * VL;
            GEMM_UNROLL
            for (int i = 0; i < GEMM_POINTERS; i++)
                if (GEMM_HAS_POINTER(i, rows)) {
                    p[i] += VL;
                    __asm__("" : "+r"(p[i]));
                }
        }
    }
    GEMM_UNROLL
    for (int i = 0; i < rows; i++)
        group_finish(g, sums, acc[i], i0 + i, outputs, levels);
}

typedef void group_tile_fn(const struct cg_gemm_args *g, const struct group_sums *sums, int i0);

#define GROUP_TILE_FN(rows, outputs, levels)                                                                 \
    static __attribute__((noinline)) void group_##rows##_##outputs(const struct cg_gemm_args *g,             \
                                                                   const struct group_sums *sums, int i0)    \
    {                                                                                                        \
        group_tile(g, sums, i0, rows, outputs, levels);                                                      \
    }

#define GROUP_TILE_NAME(rows, outputs, levels) group_##rows##_##outputs,

/* The kernel of a tile of `rows` pixels and 1 << levels = `outputs` accumulators a pixel. */
#define GROUP_KERNEL(rows, outputs, levels)                                                                  \
    REPEAT_##rows(GROUP_TILE_FN, outputs,                                                                    \
                  levels) static void group_f32_##rows##_##outputs(const struct cg_gemm_args *g)             \
    {                                                                                                        \
        static group_tile_fn *const tiles[] = {NULL, REPEAT_##rows(GROUP_TILE_NAME, outputs, levels)};       \
        const struct group_sums sums = group_sums_of(g->sum_lanes, levels);                                  \
        int i = 0;                                                                                           \
        for (; i + rows <= g->m; i += rows)                                                                  \
            tiles[rows](g, &sums, i);                                                                        \
        if (i < g->m)                                                                                        \
            tiles[g->m - i](g, &sums, i);                                                                    \
    }

/* Its table row. The costs: of a vector of channels, of starting, summing and storing a tile. */
#define GROUP_ROW_BY_PIPES(rows, outs, ...)                                                                  \
    KERNEL_ROW("group_f32_" #rows "x" #outs, group_f32_##rows##_##outs, rows, outs, __VA_ARGS__)
#define GROUP_ROW(rows, outs, k_cost, tile_cost)                                                             \
    GROUP_ROW_BY_PIPES(rows, outs, k_cost, tile_cost, k_cost, tile_cost)

#endif
