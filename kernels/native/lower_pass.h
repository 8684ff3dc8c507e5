/* Passes: copies, additions, products, activations, batch normalisation by itself, the mean over a map. They
 * run piece by piece over channels that lie together. */
#ifndef CONVGAUGE_KERNELS_NATIVE_LOWER_PASS_H
#define CONVGAUGE_KERNELS_NATIVE_LOWER_PASS_H

#include "kernels/native/plan.h"

/* A node as an operation, *out where its channels come to lie; NULL without memory. */
struct nv_op *nv_lower_mean(struct nv_plan *plan, int node, const struct nv_view *in, struct nv_view *out);
struct nv_op *nv_lower_binary(struct nv_plan *plan, int node, const struct nv_view *a,
                              const struct nv_view *b, struct nv_view *out);
struct nv_op *nv_lower_unary(struct nv_plan *plan, int node, const struct nv_view *a,
                             const struct cg_weights *weights, struct nv_view *out);

/* A copy of `view`, of maps of `shape`, with channel i in column i; of no node. */
struct nv_op *nv_lower_copy(struct nv_plan *plan, struct cg_shape shape, const struct nv_view *view,
                            enum cg_category category, struct nv_view *out);

#endif
