/* Graphs for tests of engine reference, their inputs and what it makes of them. What cannot be made fails the
 * test. */
#ifndef CONVGAUGE_TESTS_REFERENCE_RUNS_H
#define CONVGAUGE_TESTS_REFERENCE_RUNS_H

#include "bench/graph/graph.h"
#include "bench/graph/weights.h"

#include <stdbool.h>

struct cg_graph *graph_with_input(struct cg_shape shape);

/* A unit with a branch of every way in which pixels depend on pixels: windows, maps, points, pads; `global`:
 * with a global pool, too. */
struct cg_graph *branched(int batch, bool global);

/* Both freed with free(). */
float *seeded_input(const struct cg_graph *graph);
float *run_reference(const struct cg_graph *graph, const struct cg_weights *weights, const float *input);

#endif
