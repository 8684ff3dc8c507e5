/* What a CG_PERMUTE node's index amounts to, for engines that have no gather. */
#ifndef CONVGAUGE_KERNELS_CHANNEL_PERMUTATION_H
#define CONVGAUGE_KERNELS_CHANNEL_PERMUTATION_H

#include "bench/graph/graph.h"

/* The groups of the channel shuffle that PERMUTE node `id` is, or 0 if it is none. */
int cg_permutation_groups(const struct cg_graph *graph, int id);

/* Runs of consecutive channels in the index: copies that the node takes. */
int cg_permutation_runs(const struct cg_node *node);

#endif
