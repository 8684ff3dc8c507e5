/* Shape inference and the checks that a node must pass before it enters a graph. */
#ifndef CONVGAUGE_BENCH_GRAPH_SHAPE_H
#define CONVGAUGE_BENCH_GRAPH_SHAPE_H

#include "base/error.h"
#include "bench/graph/node.h"

/* Checks the inputs and attributes of `node`, which is to follow the `n_nodes` nodes of a graph, and fills
 * node->shape. CG_INVALID names node, origin and the shapes that do not fit. */
enum cg_status cg_shape_infer(const struct cg_node *nodes, int n_nodes, struct cg_node *node,
                              struct cg_error *err);

/* Padding of both sides together for an output of ceil(length / stride), TensorFlow's "same"; too large a one
 * is given as one that the checks refuse. */
int cg_same_padding(int length, int kernel, int stride, int dilation);

#endif
