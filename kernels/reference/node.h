/* What the reference computes a node with: its parameters as they are read, room for its work. */
#ifndef CONVGAUGE_KERNELS_REFERENCE_NODE_H
#define CONVGAUGE_KERNELS_REFERENCE_NODE_H

#include "base/arena.h"
#include "bench/graph/graph.h"
#include "bench/graph/weights.h"
#include "kernels/reference/sums.h"

#include <stddef.h>
#include <stdint.h>

/* By what LAYER_NORM and GROUP_NORM multiplied: 1 / (variance + epsilon) of all that was normalised. */
struct cg_norm_gains {
    double sum, most;
    int64_t n;
};

/* The parameters of a node in the order in which they are read, and room for its work. Zero-initialise; owned
 * by whoever prepares it. */
struct cg_reference_node {
    struct cg_arena *arena; /* that all of this is in */
    float *weight; /* CONV, FC: [group][outputs / lanes][tap][input channel][lane], zero-padded; depthwise
                      [tap][c] */
    float *bias, *scale, *shift; /* [c], or NULL: act(scale * (sum + bias) + shift) */
    size_t weight_bytes, vector_bytes;
    float *zeros;       /* stands for the pixels outside the map */
    const float **taps; /* [pixel][tap]: where the window's input pixels are */
    size_t work_bytes;
    cg_reference_sums *sums;  /* CONV, FC */
    double *means, *inverses; /* GROUP_NORM, [groups] of an image: 1 / sqrt(variance + epsilon) */
    struct cg_norm_gains gains;
};

/* Packs the parameters of node `id`. CG_NO_MEMORY leaves nothing to free. */
enum cg_status cg_reference_prepare(struct cg_reference_node *node, const struct cg_graph *graph,
                                    const struct cg_weights *weights, int id, struct cg_error *err);
void cg_reference_release(struct cg_reference_node *node);

/* Where channel c of a split, shuffle or permutation comes from. */
int cg_reference_source(const struct cg_node *spec, int c);

/* The window through which the node reads its first input: that of a global pool is the map, that of a pad
 * and of what works pixel by pixel is a pixel. */
struct cg_window cg_reference_window(const struct cg_graph *graph, int id);

#endif
