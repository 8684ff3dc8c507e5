/* The graph of a CNN at inference: nodes in execution order, each producing one tensor. Built through one
 * call, which infers shapes and refuses what does not fit. Layout-free: a shape says how many, not where;
 * engines choose their own layouts. */
#ifndef CONVGAUGE_BENCH_GRAPH_GRAPH_H
#define CONVGAUGE_BENCH_GRAPH_GRAPH_H

#include "base/error.h"
#include "bench/graph/node.h"

struct cg_graph {
    int n_nodes, node_room; /* nodes, and how many the array can hold */
    struct cg_node *nodes;
    int input;    /* the one CG_INPUT node, or -1 while there is none */
    int output;   /* the last node, unless set with cg_graph_set_output */
    int n_params; /* parameter sets */
    int n_blocks, block_room;
    char (*blocks)[CG_NAME_MAX];
};

/* An empty graph, or NULL when there is no memory. Destroy takes NULL and clears the caller's pointer. */
struct cg_graph *cg_graph_create(void);
void cg_graph_destroy(struct cg_graph **graph);
struct cg_graph *cg_graph_copy(const struct cg_graph *graph);

/* Adds a node: checks its inputs and attributes, infers its shape, and makes it the graph's output. Returns
 * its id, or -1 with `err` set: CG_INVALID names the node, its origin and the shapes that do not fit. The
 * graph is unchanged on failure. Tensors of 2^31 elements or more are refused. */
int cg_graph_add(struct cg_graph *graph, const struct cg_node *prototype, struct cg_error *err);

/* Adds a block name and returns its index for node.block, or -1 when there is no memory. */
int cg_graph_add_block(struct cg_graph *graph, const char *name);

/* Makes `id` the output and drops every node that the output does not need (ids change; the input stays). */
enum cg_status cg_graph_set_output(struct cg_graph *graph, int id, struct cg_error *err);

/* A depthwise convolution: groups = input channels = output channels (multiplier 1), more than one channel.
 */
bool cg_node_is_depthwise(const struct cg_graph *graph, int id);

/* The shape of a node's i-th input. */
struct cg_shape cg_input_shape(const struct cg_graph *graph, int id, int i);

/* Fills uses[id] = how often node id is read (the output counts once more). `uses` has n_nodes entries. */
void cg_graph_uses(const struct cg_graph *graph, int *uses);

#endif
