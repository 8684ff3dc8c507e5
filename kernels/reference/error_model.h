/* How far a correct f32 evaluation may be from the exact one: the variance of the rounding error of each
 * channel, carried through the graph. This is what tolerances are made of, so that a tolerance grows with the
 * summed length and with depth as errors do, and shrinks with the magnitude of a channel as its values do. */
#ifndef CONVGAUGE_KERNELS_REFERENCE_ERROR_MODEL_H
#define CONVGAUGE_KERNELS_REFERENCE_ERROR_MODEL_H

#include "bench/graph/graph.h"
#include "bench/graph/weights.h"
#include "kernels/reference/node.h"

/* Of one channel of a node's output: the second moment of its values and the share of them at which the
 * activation is not flat (both measured on the reference's), the expected square of the error of an f32
 * engine's values, over all pixels, and the same where it is largest: an activation takes the error away
 * where it is flat. */
struct cg_channel_error {
    double moment, active, variance, peak;
};

/* Fills bounds[0] and bounds[1] with the outputs between which the node's activation has a slope; infinite
 * where it is flat nowhere. */
void cg_error_bounds(const struct cg_node *spec, double bounds[2]);

/* `gains` are those that the node normalised by, where it does. errors[i] are those of node i's channels:
 * fills variance and peak of node `id`'s from its inputs' and from what was measured of its own.
 *
 * With u = 2^-24, an addition or multiplication that gives z adds an error of variance (u z)^2 / 3. A sum of
 * K products in f32 rounds K partial sums, which grow like a random walk from 0 to S: together u^2/3 * K/2 *
 * S^2, where S^2 is sum(w^2 m) over the products (m the moment of the input channel) plus the moment of the
 * result. Errors of the inputs come through as sum(w^2 v). Folding of norm into the weights, the bias and the
 * shift add a few roundings more. Activations pass on the share of the errors' square that they pass of the
 * values' square, at most their steepest slope's, at least that of the pixels that they do not cut off (of
 * values just above 0 the squares say little); averages as if the errors under a window were equal, where
 * there are any. A normalisation multiplies errors by what it multiplied values by, on average and at most.
 */
void cg_error_model(const struct cg_graph *graph, const struct cg_weights *weights, int id,
                    const struct cg_norm_gains *gains, struct cg_channel_error *const *errors);

#endif
