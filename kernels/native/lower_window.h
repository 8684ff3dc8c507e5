/* Sliding windows over single channels: depthwise convolutions, pools, and padding (a 1x1 window that hangs
 * over the edges). They take the channels in the order in which they lie, and pass that order on. */
#ifndef CONVGAUGE_KERNELS_NATIVE_LOWER_WINDOW_H
#define CONVGAUGE_KERNELS_NATIVE_LOWER_WINDOW_H

#include "kernels/native/plan.h"

/* The node as an operation, *out where its channels come to lie; NULL without memory. With `apart` its
 * columns are kept apart where its input's are. */
struct nv_op *nv_lower_window(struct nv_plan *plan, int node, const struct nv_view *in,
                              const struct cg_weights *weights, bool apart, struct nv_view *out);

#endif
