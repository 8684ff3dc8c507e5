/* A small network with weights, an input and what its output should be: what tests of the checker compare
 * against. What cannot be made fails the test. */
#ifndef CONVGAUGE_TESTS_CHECKER_SCENE_H
#define CONVGAUGE_TESTS_CHECKER_SCENE_H

#include "bench/graph/graph.h"
#include "bench/graph/weights.h"
#include "kernels/reference/cone.h"

#include <stddef.h>
#include <stdint.h>

/* Of the network: two images of SIDE x SIDE pixels, DEPTH channels within, OUT channels of output. */
enum { SIDE = 15, DEPTH = 24, OUT = 21 };

/* What an engine might get wrong on the way. */
enum fault { NO_FAULT, WRONG_CLAMP, NO_ACTIVATION, ONE_SIDED_PAD, NO_SHUFFLE };

struct scene {
    struct cg_graph *graph;
    struct cg_weights *weights;
    float *input;
    struct cg_expected *expected; /* at sampled positions */
    struct cg_expected *whole;
};

struct scene make_scene(void);
void free_scene(struct scene *scene);
size_t output_bytes(const struct scene *scene);

/* The network of a scene, as an engine with that fault would compute it. */
struct cg_graph *scene_graph(enum fault fault);

/* An input of any graph, four times what seeded ones are; freed with free(). */
float *seeded_input(const struct cg_graph *graph, uint64_t seed);

/* What a graph gives at that many sampled positions, 0: at all. */
struct cg_expected *evaluate(const struct cg_graph *graph, const struct cg_weights *weights,
                             const float *input, int n_positions);

#endif
