/* Convolutions and fully connected layers: which panels cover the output channels, and the packing of the
 * weights in the order in which the input channels lie. */
#ifndef CONVGAUGE_KERNELS_NATIVE_LOWER_GEMM_H
#define CONVGAUGE_KERNELS_NATIVE_LOWER_GEMM_H

#include "kernels/native/plan.h"

/* What a node reads and adds, and where its weights are. */
struct nv_gemm_node {
    int id;
    const struct nv_view *in, *residual; /* residual (or NULL) is added before the activation */
    const struct cg_weights *weights;
    bool apart; /* the columns that threads write are kept apart, where that pays */
};

/* The node as an operation, *out where its channels come to lie; NULL without memory. */
struct nv_op *nv_lower_gemm(struct nv_plan *plan, const struct nv_gemm_node *node, struct nv_view *out);

#endif
