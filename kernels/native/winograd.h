/* What Winograd's algorithm means for a plan: which convolutions it takes, its tiles, their memory, what they
 * cost, the weights at the points. What runs them: run_winograd.c. */
#ifndef CONVGAUGE_KERNELS_NATIVE_WINOGRAD_H
#define CONVGAUGE_KERNELS_NATIVE_WINOGRAD_H

#include "kernels/native/plan.h"

/* Points of a line of a tile, as many as inputs; those of them whose weights differ. */
static inline int nv_winograd_side(const struct nv_winograd *winograd)
{
    return CG_WINOGRAD_SIDE(winograd->edge, winograd->stride);
}

static inline int nv_winograd_weight_side(const struct nv_winograd *winograd)
{
    return nv_winograd_side(winograd) - (winograd->stride == 2);
}

/* Points of a tile: that many gemms. */
static inline int nv_winograd_points(const struct nv_winograd *winograd)
{
    return nv_winograd_side(winograd) * nv_winograd_side(winograd);
}

/* Points whose weights differ. */
static inline int nv_winograd_weight_points(const struct nv_winograd *winograd)
{
    return nv_winograd_weight_side(winograd) * nv_winograd_weight_side(winograd);
}

/* What lies together of a panel's weights: those at a point, or a line. */
static inline int nv_winograd_slices(const struct nv_winograd *winograd)
{
    return winograd->lines ? nv_winograd_weight_side(winograd) : nv_winograd_weight_points(winograd);
}

/* Floats of one for each input and output channel. */
static inline int nv_winograd_slice_values(const struct nv_winograd *winograd)
{
    return winograd->lines ? 3 : 1;
}

/* A line of `outputs` outputs does without some points. */
static inline bool nv_winograd_short(const struct nv_winograd *winograd, int outputs)
{
    return 2 * outputs <= winograd->edge;
}

/* Whether point `point` of a line is one of those. */
static inline bool nv_winograd_spare(const struct nv_winograd *winograd, int point)
{
    return CG_WINOGRAD_SPARE(winograd->edge, winograd->stride) >> point & 1;
}

/* Whether node `id`, a convolution or fully connected, is one that it can run: 3x3, stride 1 or 2, not
 * depthwise. */
bool nv_winograd_takes(const struct cg_graph *graph, int id);

/* The tiles that such an operation would run together by the kernel: as many as the second-level cache holds,
 * at the points, or more, up to all, where fewer bytes then come from beyond it. */
struct nv_winograd nv_winograd_tiles(const struct nv_plan *plan, const struct nv_op *op,
                                     const struct cg_winograd_kernel *kernel);

/* Gemms of a block and panel: `n` of `m` tiles each. */
struct nv_winograd_gemms {
    int n, m;
};

/* Those of a block of the operation's tiles, by which points short tiles do without. */
#define NV_WINOGRAD_GEMMS 4
void nv_winograd_gemms(const struct nv_plan *plan, const struct nv_op *op,
                       struct nv_winograd_gemms gemms[NV_WINOGRAD_GEMMS]);

/* Cycles of everything, if a block of tiles costs `block` in one gemm a point and panel of a group. */
double nv_winograd_cost(const struct nv_plan *plan, const struct nv_op *op,
                        const struct cg_winograd_kernel *kernel, double block);

/* How the weights at point `point` of a line come from its three values: a sum of them, times a factor. */
struct nv_line_sum {
    enum cg_line_sum sum;
    float scale;
};

struct nv_line_sum nv_winograd_sum(const struct nv_winograd *winograd, int point);

/* Weights of one input channel for some outputs, [9][columns], at the points where they differ, or as lines:
 * `down` floats from row to row of points, `across` from column to column of points, or of a line's values.
 */
#define NV_WINOGRAD_COLUMNS 32 /* at most */
void nv_winograd_weights(const struct nv_winograd *winograd, const float *taps, int columns, float *to,
                         ptrdiff_t down, ptrdiff_t across);

/* Sets which panels run together, and where their weights lie: set by set [point][panel][k][tile_n], or
 * [row of points][panel][k][3][tile_n] as lines, then the biases of each. Returns the floats that they take.
 */
int64_t nv_winograd_lay_out(const struct nv_plan *plan, struct nv_op *op);

/* The panel behind those that run together with panel `p`, `end` at most. */
int nv_winograd_set_end(const struct nv_op *op, int p, int end);

/* Where blocks lie in a thread's memory, in floats. */
struct nv_winograd_room {
    ptrdiff_t in_stride, out_stride; /* from point to point: of inputs, of sums */
    ptrdiff_t panel_stride;          /* of sums, from panel to panel */
    int64_t out, end;                /* where sums begin, and everything ends */
    int64_t zeros;                   /* how many of them it needs elsewhere */
};

struct nv_winograd_room nv_winograd_room(const struct nv_op *op);

/* The kernel of the operation's tiles. */
const struct cg_winograd_kernel *nv_winograd_kernel(const struct nv_plan *plan, const struct nv_op *op);

#endif
