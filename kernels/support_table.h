/* Sample nodes of every kind: what `list engines` asks the engines about, and what the tests run on all of
 * them. */
#ifndef CONVGAUGE_KERNELS_SUPPORT_TABLE_H
#define CONVGAUGE_KERNELS_SUPPORT_TABLE_H

#include "kernels/engine.h"

/* Where a sample's further inputs come from, besides the graph's input. */
enum cg_sample_inputs {
    CG_SAMPLE_ONE,   /* the node reads the graph's input only */
    CG_SAMPLE_TWO,   /* and a 1x1 convolution of it, same shape */
    CG_SAMPLE_THREE, /* and two of them */
    CG_SAMPLE_SCALE, /* and its global average, [n,1,1,c] */
};

struct cg_sample {
    const char *variant;   /* "3x3 stride 2"; with the op's name it is unique */
    struct cg_shape input; /* of one image */
    enum cg_sample_inputs inputs;
    struct cg_node node; /* prototype without inputs; `index` of a PERMUTE is made from `permute` */
    int permute; /* PERMUTE: 0 reversed, 1 a channel shuffle in 3 groups, 2 with channels left out, twice */
};

/* The rows, in the order of the ops. */
extern const struct cg_sample cg_samples[];
extern const int cg_n_samples;

/* A graph around the sample for `batch` images; *id receives the sample's node, which is the output. NULL
 * with `err` set on lack of memory. The caller owns the graph. */
struct cg_graph *cg_sample_graph(const struct cg_sample *sample, int batch, int *id, struct cg_error *err);

/* Whether `engine` says that it runs the sample; if not, `why` receives its reason. */
bool cg_sample_supported(const struct cg_engine *engine, const struct cg_sample *sample, char *why,
                         size_t why_size);

#endif
