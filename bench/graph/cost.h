/* What a graph costs by counting: the figures that the paper sets against measured speed. */
#ifndef CONVGAUGE_BENCH_GRAPH_COST_H
#define CONVGAUGE_BENCH_GRAPH_COST_H

#include "bench/graph/graph.h"

/* Of one node or a whole graph. Elements are f32, so bytes are four times elements. */
struct cg_cost {
    int64_t madds;          /* multiply-adds of convolutions and FC only: the paper's "FLOPs" (footnote 1) */
    int64_t params;         /* weights + biases + 2 a channel for norm; running statistics not counted */
    int64_t mem_access;     /* elements: the paper's MAC (section 2): input + output + weights, of conv and FC
                               nodes */
    int64_t activations;    /* elements that convolutions write (arXiv 2003.13678, section 3.2) */
    int64_t mem_access_all; /* the same over every operation as it stands in the graph (activations fused); a
                               split or concat counts as a copy */
};

/* Weights of a CONV or FC node without its bias: multiply-adds of each output pixel. 0 for other nodes. */
int64_t cg_node_weights(const struct cg_graph *graph, int id);

/* Multiply-adds without those of a window's taps outside of the map, which code may pass over; the same with
 * channels filled up to vectors of `lanes`: outputs of each group, or of all groups together where they are
 * narrower. Both 0 for other nodes. */
int64_t cg_node_madds_inside(const struct cg_graph *graph, int id);
int64_t cg_node_madds_in_lanes(const struct cg_graph *graph, int id, int lanes);

/* Taps of a window that lie inside of a map of `in` along an axis, over all `out` outputs. */
int64_t cg_taps_inside(int in, int out, int kernel, int stride, int dilation, int pad);

struct cg_cost cg_node_cost(const struct cg_graph *graph, int id);
struct cg_cost cg_graph_cost(const struct cg_graph *graph);

/* Peak memory in bytes of running the graph: the folded weights + the input and output + the smallest arena
 * that a static plan needs when split, concat and shuffle move no data where a consumer can take them in
 * place and dead tensors are reused (greedy by size over lifetimes). A prediction, to be held against a
 * plan's own figure. */
int64_t cg_graph_peak_memory(const struct cg_graph *graph);

/* The lower bound of eq. (1) for one 1x1 convolution: 2 sqrt(h w B) + B / (h w), B = madds of one image. */
double cg_mem_access_lower_bound(int h, int w, double madds);

/* Feature reuse, the paper's Figure 4: which share of a block's output channels reaches a later block
 * unchanged. Fills share[i * n_blocks + k] for blocks i <= k, in order of their index: the share of the
 * channels of block i's output (its last node) that stand in block k's output as they were, moved by split,
 * concat, shuffle and permute only. 1 for i = k; 0 for i > k and for blocks without nodes. CG_NO_MEMORY. */
enum cg_status cg_graph_reuse(const struct cg_graph *graph, double *share, struct cg_error *err);

enum cg_category cg_node_category(const struct cg_graph *graph, int id);

#endif
