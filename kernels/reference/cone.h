/* What a graph's output should be at some positions, computed through the dependency cone of those positions
 * only: cheap enough to check a case just before it is timed. */
#ifndef CONVGAUGE_KERNELS_REFERENCE_CONE_H
#define CONVGAUGE_KERNELS_REFERENCE_CONE_H

#include "bench/graph/graph.h"
#include "bench/graph/weights.h"

/* A pixel of the output: image, row, column. */
struct cg_position {
    int n, y, x;
};

/* Expected values at positions of the output, all channels. */
struct cg_expected {
    struct cg_shape shape; /* of the whole output */
    bool whole;            /* the positions are all pixels of the output, in order */
    int64_t n_positions;
    struct cg_position *positions;
    float *values; /* [n_positions][channels] */
    float *sigma;  /* [channels]: standard deviation of the rounding error of an f32 engine (error_model.h) */
    float *rms;    /* [channels]: root mean square of the values */
    int64_t madds; /* that it took */
};

/* Computes the output at `positions` (each inside the output: CG_INVALID if not; repetition is allowed) from
 * `input` (dense NHWC f32). With n_positions 0, or where the cone needs more than three quarters of the whole
 * graph's multiply-adds, all positions are computed and `whole` is set. NULL with `err` set: CG_INVALID,
 * naming the first node, where the output has values that are infinite or no numbers. */
struct cg_expected *cg_expected_create(const struct cg_graph *graph, const struct cg_weights *weights,
                                       const float *input, const struct cg_position *positions,
                                       int64_t n_positions, struct cg_error *err);

/* Room for expected values at that many positions, all zero, for readers of files; NULL when there is no
 * memory. */
struct cg_expected *cg_expected_alloc(struct cg_shape shape, int64_t n_positions);

/* Makes the positions of `expected`, which has room for the whole output, all of it. */
void cg_expected_all_positions(struct cg_expected *expected);

/* Takes NULL, clears the caller's pointer. */
void cg_expected_destroy(struct cg_expected **expected);

#endif
