/* The layers of ncnn that are read: one row each in layers.c, and the functions that stand there. */
#ifndef CONVGAUGE_BENCH_NCNN_READERS_H
#define CONVGAUGE_BENCH_NCNN_READERS_H

#include "bench/ncnn/reader.h"

/* Reads r->layer and gives its outputs. Its failures stay in r->error. CG_UNSUPPORTED: this use of the layer
 * is not read (its outputs stay without a form and reading goes on); any other ends the reading. */
typedef void cg_ncnn_read(struct cg_ncnn_reader *r);

struct cg_ncnn_type {
    const char *name;
    int least_bottoms, most_bottoms, most_tops;
    uint32_t params; /* known ones, a bit each; others make the layer unsupported */
    cg_ncnn_read *read;
    int variant; /* what tells types apart that share a function: r->variant */
};

/* The row of that name, or NULL. */
const struct cg_ncnn_type *cg_ncnn_type_find(const char *name);

/* Why a type without a row is refused, where there is more to say than its name; else "". */
const char *cg_ncnn_refusal_of(const char *name);

/* All inputs as maps, in the arena. */
int *cg_ncnn_maps(struct cg_ncnn_reader *r);

/* Activations of a node whose numbers say which they are. */
int cg_ncnn_add_clip(struct cg_ncnn_reader *r, int input, float least, float most);
int cg_ncnn_add_hard_swish(struct cg_ncnn_reader *r, int input, float alpha, float beta);

/* clang-format off */
cg_ncnn_read cg_ncnn_read_input, cg_ncnn_read_memory, cg_ncnn_read_same, cg_ncnn_read_split, cg_ncnn_read_dropout;
cg_ncnn_read cg_ncnn_read_reshape, cg_ncnn_read_flatten, cg_ncnn_read_permute;
cg_ncnn_read cg_ncnn_read_conv, cg_ncnn_read_inner_product, cg_ncnn_read_pooling, cg_ncnn_read_reduction, cg_ncnn_read_padding;
cg_ncnn_read cg_ncnn_read_interp, cg_ncnn_read_pixel_shuffle;
cg_ncnn_read cg_ncnn_read_slice, cg_ncnn_read_crop, cg_ncnn_read_concat, cg_ncnn_read_shuffle;
cg_ncnn_read cg_ncnn_read_binary, cg_ncnn_read_eltwise, cg_ncnn_read_unary;
cg_ncnn_read cg_ncnn_read_plain_act, cg_ncnn_read_relu, cg_ncnn_read_clip, cg_ncnn_read_line, cg_ncnn_read_elu, cg_ncnn_read_gelu;
cg_ncnn_read cg_ncnn_read_batch_norm, cg_ncnn_read_scale, cg_ncnn_read_prelu, cg_ncnn_read_layer_norm, cg_ncnn_read_group_norm;
cg_ncnn_read cg_ncnn_read_lrn, cg_ncnn_read_softmax;
/* clang-format on */

#endif
