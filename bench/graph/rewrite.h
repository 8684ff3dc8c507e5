/* Graphs made from graphs (as cg_graph_copy() in graph.h): other batch or size, activations fused or by
 * themselves. Parameter ordinals are kept, so one set of weights serves a graph and its rewrites. */
#ifndef CONVGAUGE_BENCH_GRAPH_REWRITE_H
#define CONVGAUGE_BENCH_GRAPH_REWRITE_H

#include "bench/graph/graph.h"

/* The same network for another input (batch, height, width; channels as before). NULL with `err` set when a
 * layer does not fit the new size. The caller owns the result. */
struct cg_graph *cg_graph_with_input(const struct cg_graph *graph, struct cg_shape input,
                                     struct cg_error *err);

/* Every fused activation becomes a CG_ACT node of its own, every add of more than two inputs a chain of adds:
 * the graph that `fusion none` runs. NULL with `err` set on lack of memory. */
struct cg_graph *cg_graph_unfuse(const struct cg_graph *graph, struct cg_error *err);

/* Every CG_ACT that alone reads a conv, FC, add, mul or affine without an activation is fused into it: the
 * canonical form of graphs that were read from files. */
struct cg_graph *cg_graph_fuse(const struct cg_graph *graph, struct cg_error *err);

#endif
