/* How an ONNX value stands to a node's tensor. ONNX graphs reshape and transpose; the graph here has
 * layout-free maps. A view says, for each dimension of the ONNX value, which parts of the map's axes it runs
 * over, so that Reshape, Transpose, Flatten, Squeeze and Unsqueeze move no data, and a channel shuffle is
 * seen when its last Reshape makes a map again. */
#ifndef CONVGAUGE_BENCH_ONNX_VIEW_H
#define CONVGAUGE_BENCH_ONNX_VIEW_H

#include "bench/graph/graph.h"
#include "bench/onnx/constant.h"

#include <stdbool.h>
#include <stdint.h>

enum cg_onnx_axis {
    CG_ONNX_N,
    CG_ONNX_C,
    CG_ONNX_H,
    CG_ONNX_W,
    CG_ONNX_AXES,
};

/* Part of an axis: `extent` (above 1) steps of `stride` along it. */
struct cg_onnx_factor {
    enum cg_onnx_axis axis;
    int extent, stride;
};

#define CG_ONNX_FACTORS_MAX 17 /* one more than reshaping makes: for channels where there was one */

struct cg_onnx_view {
    int node; /* of the graph */
    int rank;
    int64_t dims[CG_ONNX_RANK_MAX];
    int n_factors[CG_ONNX_RANK_MAX];                    /* of each dimension; none where the extent is 1 */
    struct cg_onnx_factor factors[CG_ONNX_FACTORS_MAX]; /* dimension by dimension, slowest first */
};

/* What the channels of a map-shaped view amount to. */
enum cg_onnx_form {
    CG_ONNX_FORM_MAP,      /* [n, c, h, w], or [n, c] with h = w = 1, as it stands */
    CG_ONNX_FORM_SHUFFLE,  /* the same, its channels shuffled by `groups` */
    CG_ONNX_FORM_PERMUTED, /* the same, its channels in another order */
    CG_ONNX_FORM_BLOCKS,   /* channels made of blocks of pixels: space to depth */
    CG_ONNX_FORM_PIXELS,   /* blocks of pixels made of channels: depth to space */
    CG_ONNX_FORM_OTHER,
};

/* [n, c, h, w] for rank 4, [n, c] for rank 2 (of a map of 1x1). */
struct cg_onnx_view cg_onnx_view_of(int node, struct cg_shape shape, int rank);

/* The view with other dimensions, of the same product; false when a dimension would cut an axis unevenly. */
bool cg_onnx_view_reshape(struct cg_onnx_view *view, int rank, const int64_t *dims);

/* Dimension i of the result is dimension order[i]. `order` is a permutation. */
void cg_onnx_view_transpose(struct cg_onnx_view *view, const int *order);

/* Drops the dimensions marked in `drop`, which must have no factors left or whose factors are to be
 * forgotten; with `keep` they stay with extent 1. */
void cg_onnx_view_reduce(struct cg_onnx_view *view, const bool *drop, bool keep);

/* Whether both run over their maps alike (nodes apart). */
bool cg_onnx_view_alike(const struct cg_onnx_view *a, const struct cg_onnx_view *b);

/* Whether `small` with ones before its dimensions is the same as `big` but for dimensions of 1 (nodes apart).
 */
bool cg_onnx_view_broadcasts(const struct cg_onnx_view *big, const struct cg_onnx_view *small);

/* Whether dimension `dim` runs over the whole of `axis`, of `extent`, and nothing else; in any order of
 * parts. */
bool cg_onnx_view_covers(const struct cg_onnx_view *view, int dim, enum cg_onnx_axis axis, int extent);

/* Makes dimension `dim`, which covers the channels, run over `channels` of them. */
void cg_onnx_view_set_channels(struct cg_onnx_view *view, int dim, int channels);

/* Where element k of dimension `dim` lies on each axis, relative to the dimension's start. */
void cg_onnx_view_locate(const struct cg_onnx_view *view, int dim, int64_t k, int place[CG_ONNX_AXES]);

/* The view whose dimension i, of `rank`, is the whole axis order[i] of a map; the axes that are left out have
 * extent 1 in it. */
struct cg_onnx_view cg_onnx_view_in_order(int node, struct cg_shape shape, int rank, const int *order);

/* Whether the view is that one, and what it leaves out has extent 1. */
bool cg_onnx_view_is_in_order(const struct cg_onnx_view *view, struct cg_shape shape, const int *order);

/* Element k of dimension `dim`, whose factors are all of channels, in which channel c lies (of those that
 * only other dimensions tell apart, all). */
int64_t cg_onnx_view_index_of_channel(const struct cg_onnx_view *view, int dim, int c);

/* Whether a dimension runs over nothing but channels, or parts of them. */
bool cg_onnx_view_is_of_channels(const struct cg_onnx_view *view, int dim);

enum cg_onnx_form cg_onnx_view_form(const struct cg_onnx_view *view, struct cg_shape shape, int *groups);

#endif
