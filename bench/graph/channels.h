/* How nodes take channels apart and order them, for engines and files that have other ways to say it. */
#ifndef CONVGAUGE_BENCH_GRAPH_CHANNELS_H
#define CONVGAUGE_BENCH_GRAPH_CHANNELS_H

#include "bench/graph/graph.h"

/* The first of the splits, node `id` among them, that stand behind each other and part their common input
 * completely and in order, and how many they are, at least 2; -1: it is no such split. */
int cg_graph_split_run(const struct cg_graph *graph, int id, int *n);

/* The groups of the channel shuffle that PERMUTE node `id` is, or 0 if it is none. */
int cg_permutation_groups(const struct cg_graph *graph, int id);

/* Where the run of consecutive channels in the index that begins at `first` ends; and how many runs there
 * are: copies that the node takes. */
int cg_permutation_run_end(const struct cg_node *node, int first);
int cg_permutation_runs(const struct cg_node *node);

#endif
