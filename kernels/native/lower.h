/* The graph's nodes, in order, become operations over views. With fusion full, splits, concats and shuffles
 * only make views, additions and activations move into the operation that produces their input; with fusion
 * none every node is an operation of its own over dense tensors. */
#ifndef CONVGAUGE_KERNELS_NATIVE_LOWER_H
#define CONVGAUGE_KERNELS_NATIVE_LOWER_H

#include "kernels/native/plan.h"

/* Makes the buffers and operations of plan->graph and packs their weights. */
enum cg_status nv_lower(struct nv_plan *plan, const struct cg_weights *weights, struct cg_error *err);

#endif
