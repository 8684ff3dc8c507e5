/* Sums, products, scaling by channel, pooling: primitives that take the layout that is there. */
#include "kernels/onednn/plan.h"

#include <stdlib.h>

static void binary(struct cg_dnnl_build *b, dnnl_alg_kind_t kind, enum cg_act act, int x, int y, int out)
{
    if (cg_dnnl_failed(b))
        return;
    const struct cg_dnnl_form *forms = b->plan->forms;
    const struct cg_dnnl_operation op = {.kind = dnnl_binary,
                                         .algorithm = kind,
                                         .src = forms[x].md,
                                         .weights = forms[y].md,
                                         .dst = forms[out].md};
    cg_dnnl_call(b, cg_dnnl_made(b, &op, act, "binary"), "binary",
                 CG_DNNL_ARGS({DNNL_ARG_SRC_0, x}, {DNNL_ARG_SRC_1, y}, {DNNL_ARG_DST, out}));
}

void cg_dnnl_add(struct cg_dnnl_build *b)
{
    const int first = cg_dnnl_dense(b, b->node->inputs[0]), last = b->node->n_inputs - 1;
    if (first < 0)
        return;
    const cg_dnnl_desc md = b->plan->forms[first].md;
    for (int i = 1; i <= last; i++) /* reorders are steps of their own, before the node's */
        cg_dnnl_form_as(b, b->node->inputs[i], md);
    const int out = cg_dnnl_output(b, b->id, md);
    cg_dnnl_node_step(b);
    for (int i = 1; i <= last && !cg_dnnl_failed(b); i++)
        binary(b, dnnl_binary_add, i == last ? b->node->act : CG_ACT_NONE, i == 1 ? first : out,
               cg_dnnl_form_as(b, b->node->inputs[i], md), out);
}

void cg_dnnl_mul(struct cg_dnnl_build *b)
{
    const int x = cg_dnnl_dense(b, b->node->inputs[0]);
    if (x < 0)
        return;
    const cg_dnnl_desc md = b->plan->forms[x].md;
    const cg_dnnl_desc like = cg_dnnl_md(b, b->node->inputs[1], cg_dnnl_tag(md));
    const int y = cg_dnnl_form_as(b, b->node->inputs[1], like), out = cg_dnnl_output(b, b->id, md);
    cg_dnnl_node_step(b);
    binary(b, dnnl_binary_mul, b->node->act, x, y, out);
}

static int channel_constant(struct cg_dnnl_build *b, const float *values)
{
    const cg_dnnl_desc md =
        cg_dnnl_desc_by_tag(&b->plan->descs, 1, (const dnnl_dims_t){b->node->shape.c}, dnnl_a);
    return cg_dnnl_constant(b, md, md, values);
}

/* x * scale + shift as a batch normalisation of mean 0, variance 0 and epsilon 1, in which the library fuses
 * ReLU. oneDNN 2.6 computes the channels that fill up a block too, from the zeros behind each constant: a
 * variance that is 1 leaves them not a number, and the convolution behind multiplies them by zero. */
void cg_dnnl_affine(struct cg_dnnl_build *b)
{
    const size_t c = (size_t)b->node->shape.c;
    float *values = calloc(3 * c, sizeof *values);
    if (!values) {
        cg_dnnl_no_memory(b);
        return;
    }
    cg_weights_fold(b->graph, b->weights, b->id, values, values + c);
    int constants[3];
    for (int i = 0; i < 3; i++)
        constants[i] = channel_constant(b, values + (size_t)i * c);
    free(values);
    const int src = cg_dnnl_dense(b, b->node->inputs[0]);
    if (cg_dnnl_failed(b))
        return;
    const cg_dnnl_desc md = b->plan->forms[src].md;
    const unsigned relu = b->node->act == CG_ACT_RELU ? dnnl_fuse_norm_relu : 0;
    const struct cg_dnnl_operation op = {.kind = dnnl_batch_normalization,
                                         .src = md,
                                         .dst = md,
                                         .flags =
                                             dnnl_use_global_stats | dnnl_use_scale | dnnl_use_shift | relu,
                                         .epsilon = 1};
    const int dst = cg_dnnl_output(b, b->id, md);
    cg_dnnl_node_call(b, cg_dnnl_made(b, &op, CG_ACT_NONE, "batch_normalization"), "batch_normalization",
                      CG_DNNL_ARGS({DNNL_ARG_SRC, src}, {DNNL_ARG_SCALE, constants[0]},
                                   {DNNL_ARG_SHIFT, constants[1]}, {DNNL_ARG_MEAN, constants[2]},
                                   {DNNL_ARG_VARIANCE, constants[2]}, {DNNL_ARG_DST, dst}));
    if (!relu)
        cg_dnnl_activate(b, dst, dst);
}

/* The pixels as rows: the library normalises the last dimension. */
void cg_dnnl_layer_norm(struct cg_dnnl_build *b)
{
    const struct cg_shape shape = b->node->shape;
    const size_t c = (size_t)shape.c;
    float *values = malloc(2 * c * sizeof *values);
    if (!values) {
        cg_dnnl_no_memory(b);
        return;
    }
    cg_weights_fold(b->graph, b->weights, b->id, values, values + c);
    const int scale = channel_constant(b, values), shift = channel_constant(b, values + c);
    free(values);
    const cg_dnnl_desc map = cg_dnnl_md(b, b->id, dnnl_nhwc);
    const int src = cg_dnnl_form_as(b, b->node->inputs[0], map), dst = cg_dnnl_output(b, b->id, map);
    if (cg_dnnl_failed(b))
        return;
    const dnnl_dims_t dims = {(dnnl_dim_t)shape.n * shape.h * shape.w, shape.c};
    const cg_dnnl_desc rows = cg_dnnl_desc_by_tag(&b->plan->descs, 2, dims, dnnl_ab);
    const struct cg_dnnl_form from = b->plan->forms[src], to = b->plan->forms[dst];
    const int read = cg_dnnl_new_form(b, -1, rows, from.storage, from.offset_bytes);
    const int written = cg_dnnl_new_form(b, -1, rows, to.storage, to.offset_bytes);
    const struct cg_dnnl_operation op = {.kind = dnnl_layer_normalization,
                                         .src = rows,
                                         .dst = rows,
                                         .flags = dnnl_use_scale | dnnl_use_shift,
                                         .epsilon = b->node->epsilon};
    cg_dnnl_node_call(b, cg_dnnl_made(b, &op, CG_ACT_NONE, "layer_normalization"), "layer_normalization",
                      CG_DNNL_ARGS({DNNL_ARG_SRC, read}, {DNNL_ARG_SCALE, scale}, {DNNL_ARG_SHIFT, shift},
                                   {DNNL_ARG_DST, written}));
}

void cg_dnnl_act(struct cg_dnnl_build *b)
{
    const int from = cg_dnnl_dense(b, b->node->inputs[0]);
    if (from < 0)
        return;
    const int to = cg_dnnl_output(b, b->id, b->plan->forms[from].md);
    cg_dnnl_node_step(b);
    cg_dnnl_activate(b, from, to);
}

void cg_dnnl_pool(struct cg_dnnl_build *b)
{
    const struct cg_shape in = cg_input_shape(b->graph, b->id, 0);
    struct cg_window w = b->node->window;
    dnnl_alg_kind_t kind = dnnl_pooling_max;
    if (b->node->op == CG_AVG_POOL)
        kind = b->node->count_padding ? dnnl_pooling_avg_include_padding : dnnl_pooling_avg_exclude_padding;
    if (b->node->op == CG_GLOBAL_POOL) {
        kind = dnnl_pooling_avg_exclude_padding;
        w = cg_node_of(CG_GLOBAL_POOL).window;
        w.kernel_h = in.h;
        w.kernel_w = in.w;
    }
    const int src = cg_dnnl_dense(b, b->node->inputs[0]);
    if (src < 0)
        return;
    struct cg_dnnl_operation op = {.kind = dnnl_pooling,
                                   .algorithm = kind,
                                   .src = b->plan->forms[src].md,
                                   .dst = cg_dnnl_md(b, b->id, dnnl_format_tag_any)};
    cg_dnnl_set_window(&op, &w);
    dnnl_primitive_desc_t pd = cg_dnnl_made(b, &op, CG_ACT_NONE, "pooling");
    if (!pd)
        return;
    const int dst = cg_dnnl_output(b, b->id, cg_dnnl_query(b, pd, dnnl_query_dst_md));
    cg_dnnl_node_call(b, pd, "pooling", CG_DNNL_ARGS({DNNL_ARG_SRC, src}, {DNNL_ARG_DST, dst}));
}
