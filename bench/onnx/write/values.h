/* How a graph's values stand in ONNX models: dense f32, channels before height and width. */
#ifndef CONVGAUGE_BENCH_ONNX_WRITE_VALUES_H
#define CONVGAUGE_BENCH_ONNX_WRITE_VALUES_H

#include "bench/graph/graph.h"

#include <stddef.h>

/* Fills ranks[id], n_nodes entries: 2 ([n, c]) for FC layers and for what only combines such, else 4 ([n, c,
 * h, w]): the dimensions of the values of a written model. */
void cg_onnx_ranks(const struct cg_graph *graph, int *ranks);

/* Copies n matrices of rows x columns floats, each of them transposed: [n][rows][columns] becomes
 * [n][columns][rows]. */
void cg_transpose(const float *from, float *to, size_t n, size_t rows, size_t columns);

#endif
