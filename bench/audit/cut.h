/* Pieces of a network as graphs of their own. */
#ifndef CONVGAUGE_BENCH_AUDIT_CUT_H
#define CONVGAUGE_BENCH_AUDIT_CUT_H

#include "base/arena.h"
#include "bench/graph/graph.h"

/* What a block is made of. The lists stand in the arena that it was looked at with. */
struct cg_block_view {
    int n_nodes;
    int *nodes; /* ids in order */
    int n_inputs;
    int *inputs; /* ids of the nodes outside that it reads, each once */
    int output;  /* its last node */
};

/* False when there is no memory. A block without nodes has n_nodes = 0. */
bool cg_block_look(const struct cg_graph *graph, int block, struct cg_arena *arena,
                   struct cg_block_view *view);

/* How fragmented it is: the largest number of the block's convolutions of which none needs another's result:
 * they stand side by side. 1 for a chain, 0 without convolutions, -1 when there is no memory. */
int cg_block_branches(const struct cg_graph *graph, const struct cg_block_view *view, struct cg_arena *arena);

/* Leaves out of the view the nodes that read a map of another size than the smallest that the block reads: a
 * path that brings an earlier, larger map down to the block's own. What is left reads one map, which one
 * input can carry. Returns how many nodes are left out, mostly none; -1 when nothing sensible is left (the
 * view is then as it was) or there is no memory. */
int cg_block_keep_one_map(const struct cg_graph *graph, struct cg_arena *arena, struct cg_block_view *view);

/* How the block is rewritten while it is cut out: for each node of the graph, whether its activation is
 * dropped, and, for an add, which node stands in its place (-1: the add stays). */
struct cg_cut_changes {
    const bool *drop_act;
    const int *instead;
};

/* The block as a graph: its inputs are parts of one input tensor; `changes` may be NULL. NULL with `err` set
 * on lack of memory. */
struct cg_graph *cg_block_cut(const struct cg_graph *graph, const struct cg_block_view *view,
                              const struct cg_cut_changes *changes, struct cg_arena *arena,
                              struct cg_error *err);

/* A graph of one convolution like node `id`, with these widths and groups on its input's map. */
struct cg_graph *cg_conv_alone(const struct cg_graph *graph, int id, int c_in, int c_out, int groups,
                               struct cg_error *err);

/* A graph of one 1x1 convolution c -> c with normalisation on an n x h x w map. */
struct cg_graph *cg_pointwise_alone(struct cg_shape map, int c, struct cg_error *err);

#endif
