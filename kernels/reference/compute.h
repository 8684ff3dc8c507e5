/* One node of a graph computed the obvious way: double accumulation, one rounding to f32 at the node's
 * output. What every other engine is held against, so it is built without fast-math and without contraction.
 */
#ifndef CONVGAUGE_KERNELS_REFERENCE_COMPUTE_H
#define CONVGAUGE_KERNELS_REFERENCE_COMPUTE_H

#include "kernels/reference/node.h"

/* Computes node `id`: tensors[i] is the output of node i (dense NHWC f32), of which the node's inputs are
 * read and its own is written. Where `wanted` is not NULL it has one byte a pixel of the output (n * h * w),
 * and only pixels whose byte is set are written; of the inputs only the pixels in their windows are read.
 * CG_INPUT is not a computation: its output is the input. */
void cg_reference_compute(struct cg_reference_node *node, const struct cg_graph *graph, int id,
                          float *const *tensors, const uint8_t *wanted);

#endif
