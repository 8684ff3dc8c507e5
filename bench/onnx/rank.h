/* How many dimensions the values of a written model have. */
#ifndef CONVGAUGE_BENCH_ONNX_RANK_H
#define CONVGAUGE_BENCH_ONNX_RANK_H

#include "bench/graph/graph.h"

/* Fills ranks[id], n_nodes entries: 2 ([n, c]) for FC layers and for what only combines such, else 4 ([n, c,
 * h, w]). */
void cg_onnx_ranks(const struct cg_graph *graph, int *ranks);

#endif
