/* Nodes as operations, by kind. Each returns the operation, *out where its channels come to lie; NULL without
 * memory. */
#ifndef CONVGAUGE_KERNELS_NATIVE_LOWER_NODE_H
#define CONVGAUGE_KERNELS_NATIVE_LOWER_NODE_H

#include "kernels/native/fates.h"
#include "kernels/native/plan.h"

/* ---- lower_gemm.c: convolutions and fully connected layers ---- */

/* What a node reads and adds, and where its weights are. */
struct nv_gemm_node {
    int id;
    const struct nv_view *in, *residual; /* residual (or NULL) is added before the activation */
    const struct nv_weights *weights;
    bool apart; /* the columns that threads write are kept apart, where that pays */
};

/* Chooses the panels that cover the output channels, and packs the weights in the order in which the input
 * channels lie. */
struct nv_op *nv_lower_gemm(struct nv_plan *plan, const struct nv_gemm_node *node, struct nv_view *out);

/* ---- lower_window.c: depthwise convolutions, pools, and padding (a 1x1 window that hangs over the edges) */

/* They take the channels in the order in which they lie, and pass that order on. With `apart` the columns are
 * kept apart where the input's are. */
struct nv_op *nv_lower_window(struct nv_plan *plan, int node, const struct nv_view *in,
                              const struct nv_weights *weights, bool apart, struct nv_view *out);

/* ---- lower_pass.c: copies, additions, products, activations, batch normalisation by itself, the mean over a
 * map; piece by piece over channels that lie together ---- */

struct nv_op *nv_lower_mean(struct nv_plan *plan, int node, const struct nv_view *in, struct nv_view *out);
struct nv_op *nv_lower_binary(struct nv_plan *plan, int node, const struct nv_view *a,
                              const struct nv_view *b, struct nv_view *out);
struct nv_op *nv_lower_unary(struct nv_plan *plan, int node, const struct nv_view *a,
                             const struct cg_weights *weights, struct nv_view *out);

/* Of a view that lies in order in one buffer: what takes all channels of a pixel, or of a group over the map.
 */
struct nv_op *nv_lower_whole(struct nv_plan *plan, int node, const struct nv_view *in,
                             const struct cg_weights *weights, struct nv_view *out);

/* A copy of `view`, of maps of `shape`, with channel i in column i; of no node. */
struct nv_op *nv_lower_copy(struct nv_plan *plan, struct cg_shape shape, const struct nv_view *view,
                            enum cg_category category, struct nv_view *out);

/* Split, concat, shuffle, permute, or an activation that runs with its producers, as a view of their inputs
 * among the `views` of all nodes: no operation. Without memory its `at` is NULL. */
struct nv_view nv_symbolic_view(const struct nv_plan *plan, int node, const struct nv_view *views);

#endif
