/* Graphs for tests, a node a call: each function appends one and returns its id; what the graph refuses fails
 * the test. Windows are padded by half of their kernel, convolutions carry a norm. */
#ifndef CONVGAUGE_TESTS_NODES_H
#define CONVGAUGE_TESTS_NODES_H

#include "bench/graph/graph.h"

int node(struct cg_graph *graph, struct cg_node prototype, const int *inputs, int n_inputs);
int one(struct cg_graph *graph, struct cg_node prototype, int input); /* a node of one input */
int input(struct cg_graph *graph, int n, int h, int w, int c);
int conv(struct cg_graph *graph, int from, int c, int kernel, int stride, int groups, enum cg_act act);
int depthwise(struct cg_graph *graph, int from, int kernel, int stride, enum cg_act act);
int split(struct cg_graph *graph, int from, int offset, int c);
int join(struct cg_graph *graph, enum cg_op op, enum cg_act act, int n_inputs, const int *inputs);
int shuffle(struct cg_graph *graph, int from, int groups);
int pool(struct cg_graph *graph, enum cg_op op, int from, int kernel, int stride);

#define JOIN(graph, op, act, ...)                                                                            \
    join(graph, op, act, (int)(sizeof((int[]){__VA_ARGS__}) / sizeof(int)), (const int[]){__VA_ARGS__})

/* Units of ShuffleNet V2: stride 1, and stride 2 to `c` channels. */
int shuffle_v2_basic(struct cg_graph *graph, int from, int groups);
int shuffle_v2_down(struct cg_graph *graph, int from, int c);

#endif
