/* Whether an engine's output is right: every compared value within a tolerance that is derived, not tuned to
 * what engines do. A case that fails here is not timed. */
#ifndef CONVGAUGE_BENCH_VERIFICATION_CHECKER_H
#define CONVGAUGE_BENCH_VERIFICATION_CHECKER_H

#include "base/error.h"
#include "kernels/reference/cone.h"

#include <stdbool.h>
#include <stdint.h>

/* How many positions are sampled before a case is timed. */
#define CG_CHECK_POSITIONS 20

/* Tolerance in standard deviations of the rounding error that the error model predicts for a channel. */
#define CG_CHECK_SIGMAS 24.0

/* And what an output is held to as a whole where an engine's algorithm rounds more than sums in order do. */
#define CG_CHECK_L2 1e-4

/* What a comparison found. */
struct cg_check {
    bool held;                   /* every compared value is finite and within its tolerance */
    int64_t n_compared;          /* values */
    int64_t n_wrong;             /* of them out of tolerance, NaN and infinities included */
    double error;                /* relative L2 error of the compared values; NAN if one is not finite */
    double worst;                /* largest |got - want| / tolerance; INFINITY if one is not finite */
    struct cg_position position; /* of the worst value, with its channel and both figures */
    int channel;
    float got, want;
};

/* Positions of an output to look at: the corners of the first and the last image, a position on each edge,
 * and the rest inside, drawn from `seed`. All of them differ; an output of at most `max` pixels is taken
 * whole. `positions` has room for `max` >= 1; returns how many there are. */
int cg_check_positions(struct cg_shape output, uint64_t seed, int max, struct cg_position *positions);

/* Compares `output` (dense NHWC f32 of the whole output) with what is expected. A value of channel c may
 * differ from what is wanted by CG_CHECK_SIGMAS * sigma[c] * sqrt(1 + (want / rms[c])^2), where sigma grows
 * with the summed length of the layers and with their number (kernels/reference/error_model.h) and is
 * proportional to the magnitude of what the channel is summed from, so that a channel of small values has a
 * small tolerance. Nodes that only move data have none: their values must be equal. Where an engine's
 * rounding errors may be `rounding` times those of the model (cg_plan_rounding()), so are the tolerances, and
 * above 1 the relative L2 error may not be above CG_CHECK_L2 either. Fills `check`; returns CG_CHECK_FAILED
 * with a sentence that names the worst value when it did not hold. */
enum cg_status cg_check_output(const struct cg_expected *expected, const float *output, double rounding,
                               struct cg_check *check, struct cg_error *err);

#endif
