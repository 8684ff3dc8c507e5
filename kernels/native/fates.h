/* What becomes of each node of a graph before it is lowered: which convolutions wait for the addition that
 * reads them, and which activations and batch normalisations move into what comes before. */
#ifndef CONVGAUGE_KERNELS_NATIVE_FATES_H
#define CONVGAUGE_KERNELS_NATIVE_FATES_H

#include "bench/graph/graph.h"
#include "bench/graph/weights.h"

struct nv_fate {
    bool in_add;       /* conv that runs with the addition that reads it */
    bool gone;         /* activation or batch normalisation that moved into its producers */
    enum cg_act moved; /* activation that moved here from a later node */
    int norm;          /* batch normalisation that did so, or 0 */
    int norm_from;     /* its channel that is this node's first */
};

/* Whether a node runs by a sliding window, and whether by the gemm. */
bool nv_is_window(const struct cg_graph *graph, int id);
bool nv_is_gemm(const struct cg_graph *graph, int id);

/* Fills the (zeroed) fates of all nodes; uses: how many nodes read each. */
void nv_plan_fates(const struct cg_graph *graph, const int *uses, struct nv_fate *fates);

/* What operations take their weights from. */
struct nv_weights {
    const struct cg_weights *given; /* NULL: none are packed */
    const struct nv_fate *fates;
};

/* cg_weights_fold_output() of a convolution or fully connected layer, with the batch normalisation that moved
 * into it. */
void nv_weights_fold(const struct cg_graph *graph, const struct nv_weights *weights, int id, int o,
                     float *weight, float *bias);

#endif
