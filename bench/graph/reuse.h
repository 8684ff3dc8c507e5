/* Feature reuse, the paper's Figure 4: which share of a block's output channels reaches a later block
 * unchanged. */
#ifndef CONVGAUGE_BENCH_GRAPH_REUSE_H
#define CONVGAUGE_BENCH_GRAPH_REUSE_H

#include "bench/graph/graph.h"

/* Fills share[i * n_blocks + k] for blocks i <= k, in order of their index: the share of the channels of
 * block i's output (its last node) that stand in block k's output as they were, moved by split, concat,
 * shuffle and permute only. 1 for i = k; 0 for i > k and for blocks without nodes. CG_NO_MEMORY. */
enum cg_status cg_graph_reuse(const struct cg_graph *graph, double *share, struct cg_error *err);

#endif
