/* Graphs that a reader accepted, as fuzz targets go on with them. */
#ifndef CONVGAUGE_TESTS_FUZZ_SMALL_H
#define CONVGAUGE_TESTS_FUZZ_SMALL_H

#include "bench/graph/graph.h"
#include "bench/graph/weights.h"

#include <stdbool.h>

/* Whether the reference runs it in a few milliseconds. */
bool is_small(const struct cg_graph *graph);

/* Runs it by the reference on zeros; ends the program when that does not do. */
void run_small(const struct cg_graph *graph, const struct cg_weights *weights);

#endif
