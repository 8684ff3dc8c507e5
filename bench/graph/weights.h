/* One set of seeded weights for all engines, scaled to keep activations in range, so that outputs compare. */
#ifndef CONVGAUGE_BENCH_GRAPH_WEIGHTS_H
#define CONVGAUGE_BENCH_GRAPH_WEIGHTS_H

#include "bench/graph/graph.h"

#include <stddef.h>

/* Parameters of one node, f32, owned by the set. `weight` is [out][kernel_h][kernel_w][in / groups] (OHWI)
 * for CONV, [out][in] for FC, else NULL. `bias` is [out] or NULL. `scale` and `shift` are [out]: of norm or
 * AFFINE (y = x * scale + shift, applied after bias), of LAYER_NORM and GROUP_NORM; PRELU has its slopes in
 * `scale`. */
struct cg_params {
    size_t n_weight;
    int out;
    float *weight, *bias, *scale, *shift;
};

struct cg_weights {
    int n_params; /* as graph->n_params; indexed by node.params */
    struct cg_params *params;
    void *mapping; /* NULL, or of memory: arrays that lie in it go with it */
    size_t mapping_bytes;
};

#define CG_DEFAULT_SEED 1807

/* Draws weights for a graph: zero-mean uniform with the variance that brings each layer's output to unit
 * second moment, by propagation of second moments through the graph (so no overflow, no denormals, at any
 * depth). The stream of a parameter set depends on (seed, ordinal) only. NULL with `err` set on lack of
 * memory. */
struct cg_weights *cg_weights_create(const struct cg_graph *graph, uint64_t seed, struct cg_error *err);

/* An empty set with arrays allocated (zeros) for every parameter of the graph: readers of files fill it. */
struct cg_weights *cg_weights_alloc(const struct cg_graph *graph, struct cg_error *err);
void cg_weights_destroy(struct cg_weights **weights);

/* The weights of CONV or FC node `id` with norm folded in: `weight` (n_weight floats, same order) and `bias`
 * (out floats; zeros if it has none), both caller's. For the other nodes `weight` receives scale, `bias`
 * shift. */
void cg_weights_fold(const struct cg_graph *graph, const struct cg_weights *weights, int id, float *weight,
                     float *bias);

/* The same of output `o` of a CONV or FC node: n_weight / out floats, and one. */
void cg_weights_fold_output(const struct cg_graph *graph, const struct cg_weights *weights, int id, int o,
                            float *weight, float *bias);

/* An input tensor (NHWC) of seeded uniform values of unit second moment: free() it. NULL with `err` set when
 * there is no memory. */
float *cg_input_create(const struct cg_graph *graph, uint64_t seed, struct cg_error *err);

#endif
