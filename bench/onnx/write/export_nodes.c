#include "bench/onnx/write/export_nodes.h"

#include "bench/graph/channels.h"
#include "bench/onnx/write/model.h"
#include "bench/onnx/write/values.h"

#include <string.h>

/* The value of node `id` with that rank. */
static const char *value_of(struct cg_onnx_exporter *ex, int id, int rank)
{
    struct cg_onnx_written *w = &ex->written[id];
    if (ex->ranks[id] == rank)
        return w->name;
    if (w->other)
        return w->other;
    struct cg_onnx_chain c = {
        .ex = ex, .b = &ex->builder, .id = id, .node = &ex->graph->nodes[id], .value = w->name, .n = 100};
    if (rank == 2) {
        cg_onnx_chain_append(&c, "Flatten", NULL);
        cg_onnx_build_int(&ex->builder, c.last, "axis", 1);
    } else {
        const int64_t shape[] = {0, c.node->shape.c, 1, 1};
        const char *more[] = {cg_onnx_chain_integers(&c, "map", shape, 4), NULL};
        cg_onnx_chain_append(&c, "Reshape", more);
    }
    w->other = c.value;
    return w->other;
}

/* ---- parts that several kinds share ---- */

/* x * scale + shift: mean 0, and variance + epsilon = 1 exactly, in f32 as in f64. */
static void append_norm(struct cg_onnx_chain *c, const float *scale, const float *shift)
{
    const float epsilon = 0x1p-16f;
    const int64_t dims[] = {c->node->shape.c};
    float *mean = cg_onnx_build_alloc(c->b, (size_t)dims[0], sizeof *mean);
    float *variance = cg_onnx_build_alloc(c->b, (size_t)dims[0], sizeof *variance);
    for (int64_t i = 0; variance && i < dims[0]; i++)
        variance[i] = 1.0f - epsilon;
    if (!mean || !variance)
        return;
    const char *more[] = {cg_onnx_chain_floats(c, "scale", dims, 1, scale),
                          cg_onnx_chain_floats(c, "shift", dims, 1, shift),
                          cg_onnx_chain_floats(c, "mean", dims, 1, mean),
                          cg_onnx_chain_floats(c, "variance", dims, 1, variance), NULL};
    cg_onnx_chain_append(c, "BatchNormalization", more);
    cg_onnx_build_float(c->b, c->last, "epsilon", epsilon);
}

/* An attribute from ints that stand one behind the other. */
static void set_extents(struct cg_onnx_chain *c, const char *name, const int *values, size_t n)
{
    int64_t wide[4];
    for (size_t i = 0; i < n; i++)
        wide[i] = values[i];
    cg_onnx_chain_ints(c, name, wide, n);
}

static void set_window(struct cg_onnx_chain *c, bool dilated)
{
    const struct cg_window *w = &c->node->window;
    /* In a file only: what an engine runs is made from a graph's text, which knows the padding. Where windows
     * leave pixels out between them, ceil mode may mean one more. */
    const bool ceil = !c->ex->numbered && c->node->op == CG_MAX_POOL && c->node->ceil &&
                      w->stride_h <= w->kernel_h && w->stride_w <= w->kernel_w;
    const int none[4] = {0};
    set_extents(c, "kernel_shape", &w->kernel_h, 2);
    set_extents(c, "strides", &w->stride_h, 2);
    set_extents(c, "pads", ceil ? none : &w->pad_top, 4);
    if (ceil)
        cg_onnx_build_int(c->b, c->last, "ceil_mode", 1);
    if (dilated)
        set_extents(c, "dilations", &w->dilation_h, 2);
}

/* ---- node kinds ---- */

/* The weight and bias to be written, [out][taps][in] in order; NULL without memory. */
static const float *weights_of(struct cg_onnx_chain *c, const float **bias)
{
    const struct cg_params *p = &c->ex->weights->params[c->node->params];
    *bias = c->node->bias ? p->bias : NULL;
    if (!c->ex->fold || !c->node->norm)
        return p->weight;
    float *weight = cg_onnx_build_alloc(c->b, p->n_weight, sizeof *weight);
    float *folded = cg_onnx_build_alloc(c->b, (size_t)p->out, sizeof *folded);
    if (!weight || !folded)
        return NULL;
    cg_weights_fold(c->ex->graph, c->ex->weights, c->id, weight, folded);
    *bias = folded;
    return weight;
}

/* The norm of a layer, where it is not folded. */
static void append_own_norm(struct cg_onnx_chain *c)
{
    const struct cg_params *p = &c->ex->weights->params[c->node->params];
    if (c->node->norm && !c->ex->fold)
        append_norm(c, p->scale, p->shift);
}

static void append_layer(struct cg_onnx_chain *c, const char *op, const int64_t *dims, size_t rank,
                         const float *weight, const float *bias)
{
    const char *more[] = {cg_onnx_chain_floats(c, "weight", dims, rank, weight),
                          bias ? cg_onnx_chain_floats(c, "bias", dims, 1, bias) : NULL, NULL};
    cg_onnx_chain_append(c, op, more);
}

static void write_conv(struct cg_onnx_chain *c)
{
    const struct cg_node *node = c->node;
    const float *bias, *ohwi = weights_of(c, &bias);
    const int64_t dims[] = {node->shape.c, c->in.c / node->groups, node->window.kernel_h,
                            node->window.kernel_w};
    const size_t out = (size_t)dims[0], in = (size_t)dims[1], taps = (size_t)(dims[2] * dims[3]);
    float *oihw = ohwi ? cg_onnx_build_alloc(c->b, out * in * taps, sizeof *oihw) : NULL;
    if (!oihw)
        return; /* the builder knows */
    cg_transpose(ohwi, oihw, out, taps, in);
    append_layer(c, "Conv", dims, 4, oihw, bias);
    set_window(c, true);
    cg_onnx_build_int(c->b, c->last, "group", node->groups);
    append_own_norm(c);
}

static void write_fc(struct cg_onnx_chain *c)
{
    const float *bias, *weight = weights_of(c, &bias);
    const int64_t dims[] = {c->node->shape.c, c->in.c};
    if (!weight)
        return; /* the builder knows */
    append_layer(c, "Gemm", dims, 2, weight, bias);
    cg_onnx_build_int(c->b, c->last, "transB", 1);
    append_own_norm(c);
}

static void write_max_pool(struct cg_onnx_chain *c)
{
    cg_onnx_chain_append(c, "MaxPool", NULL);
    set_window(c, true);
}

static void write_avg_pool(struct cg_onnx_chain *c)
{
    cg_onnx_chain_append(c, "AveragePool", NULL);
    set_window(c, false);
    cg_onnx_build_int(c->b, c->last, "count_include_pad", c->node->count_padding);
}

static void write_global_pool(struct cg_onnx_chain *c)
{
    cg_onnx_chain_append(c, "GlobalAveragePool", NULL);
}

/* Inputs behind the first, all of the rank of the node's value. */
static void append_many(struct cg_onnx_chain *c, const char *op)
{
    const size_t n = (size_t)c->node->n_inputs;
    const char **inputs = cg_onnx_build_alloc(c->b, n, sizeof *inputs);
    if (!inputs)
        return; /* the builder knows */
    for (size_t i = 0; i < n; i++)
        inputs[i] = value_of(c->ex, c->node->inputs[i], c->ex->ranks[c->id]);
    c->last = cg_onnx_build_node(c->b, op, cg_onnx_chain_operator(c, op), inputs, n, 1);
    c->value = cg_onnx_chain_name(c, "joined");
    if (c->last->n_output)
        c->last->output[0] = (char *)c->value;
}

static void write_add(struct cg_onnx_chain *c)
{
    append_many(c, c->node->n_inputs == 2 ? "Add" : "Sum");
}

static void write_mul(struct cg_onnx_chain *c)
{
    append_many(c, "Mul");
}

static void write_concat(struct cg_onnx_chain *c)
{
    append_many(c, "Concat");
    cg_onnx_build_int(c->b, c->last, "axis", 1);
}

/* One Split for all parts; the nodes of the others find their value there. */
static void append_parts(struct cg_onnx_chain *c, int n)
{
    struct cg_onnx_exporter *ex = c->ex;
    int64_t *sizes = cg_onnx_build_alloc(&ex->builder, (size_t)n, sizeof *sizes);
    if (!sizes)
        return;
    for (int i = 0; i < n; i++)
        sizes[i] = c->node[i].shape.c;
    const char *inputs[] = {c->value, cg_onnx_chain_integers(c, "sizes", sizes, (size_t)n)};
    Onnx__NodeProto *split =
        cg_onnx_build_node(&ex->builder, "Split", cg_onnx_chain_operator(c, "Split"), inputs, 2, (size_t)n);
    cg_onnx_build_int(&ex->builder, split, "axis", 1);
    for (size_t i = 0; i < split->n_output; i++)
        split->output[i] = (char *)ex->written[c->id + (int)i].name;
}

static void write_split(struct cg_onnx_chain *c)
{
    int n;
    const int first = cg_graph_split_run(c->ex->graph, c->id, &n);
    if (first == c->id)
        append_parts(c, n);
    if (first >= 0)
        return; /* a part of the Split written here or before */
    const int64_t start = c->node->offset, end = start + c->node->shape.c, axis = 1;
    const char *more[] = {cg_onnx_chain_integers(c, "start", &start, 1),
                          cg_onnx_chain_integers(c, "end", &end, 1),
                          cg_onnx_chain_integers(c, "axis", &axis, 1), NULL};
    cg_onnx_chain_append(c, "Slice", more);
}

/* Back from more dimensions. */
static void append_map(struct cg_onnx_chain *c)
{
    const int64_t dims[] = {0, c->node->shape.c, c->node->shape.h, c->node->shape.w};
    const char *more[] = {cg_onnx_chain_integers(c, "map", dims, 4), NULL};
    cg_onnx_chain_append(c, "Reshape", more);
}

static void write_shuffle(struct cg_onnx_chain *c)
{
    const struct cg_shape s = c->node->shape;
    const int64_t apart[] = {0, c->node->groups, s.c / c->node->groups, s.h, s.w};
    const int64_t order[] = {0, 2, 1, 3, 4};
    const char *more[] = {cg_onnx_chain_integers(c, "groups", apart, 5), NULL};
    cg_onnx_chain_append(c, "Reshape", more);
    cg_onnx_chain_append(c, "Transpose", NULL);
    cg_onnx_chain_ints(c, "perm", order, 5);
    append_map(c);
}

/* By indices of two dimensions: a Gather by one that stands before a convolution is taken away by OpenVINO
 * (2026.4.1), which gives the convolution's weights the inverse order. */
static void write_permute(struct cg_onnx_chain *c)
{
    const size_t n = (size_t)c->node->shape.c;
    int64_t *index = cg_onnx_build_alloc(c->b, n, sizeof *index);
    if (!index)
        return; /* the builder knows */
    for (size_t i = 0; i < n; i++)
        index[i] = c->node->index[i];
    const char *more[] = {cg_onnx_build_row(c->b, cg_onnx_chain_name(c, "index"), index, n), NULL};
    cg_onnx_chain_append(c, "Gather", more);
    cg_onnx_build_int(c->b, c->last, "axis", 1);
    append_map(c);
}

/* The activation is all there is. */
static void write_act(struct cg_onnx_chain *c)
{
}

/* BatchNormalization, except behind a layer alone: there a reader would take it for the layer's own norm. */
static void write_affine(struct cg_onnx_chain *c)
{
    const struct cg_params *p = &c->ex->weights->params[c->node->params];
    const int input = c->node->inputs[0];
    const struct cg_node *before = &c->ex->graph->nodes[input];
    const bool layer = (before->op == CG_CONV || before->op == CG_FC) && before->act == CG_ACT_NONE;
    if (layer && (!before->norm || c->ex->fold) && c->ex->uses[input] == 1) {
        const int64_t dims[] = {p->out, 1, 1};
        const size_t rank = c->ex->ranks[c->id] == 4 ? 3 : 1;
        const char *scale[] = {cg_onnx_chain_floats(c, "scale", dims, rank, p->scale), NULL};
        const char *shift[] = {cg_onnx_chain_floats(c, "shift", dims, rank, p->shift), NULL};
        cg_onnx_chain_append(c, "Mul", scale);
        cg_onnx_chain_append(c, "Add", shift);
    } else {
        append_norm(c, p->scale, p->shift);
    }
}

static void write_pad(struct cg_onnx_chain *c)
{
    const struct cg_window *w = &c->node->window;
    const int64_t pads[] = {0, 0, w->pad_top, w->pad_left, 0, 0, w->pad_bottom, w->pad_right};
    const char *more[] = {cg_onnx_chain_integers(c, "pads", pads, 8), NULL};
    cg_onnx_chain_append(c, "Pad", more);
}

static void write_upsample(struct cg_onnx_chain *c)
{
    const int64_t size[] = {c->node->shape.h, c->node->shape.w}, axes[] = {2, 3};
    const char *more[] = {"", "", cg_onnx_chain_integers(c, "size", size, 2), NULL};
    cg_onnx_chain_append(c, "Resize", more);
    cg_onnx_chain_ints(c, "axes", axes, 2);
    cg_onnx_build_text(c->b, c->last, "mode", "nearest");
    cg_onnx_build_text(c->b, c->last, "coordinate_transformation_mode", "asymmetric");
    cg_onnx_build_text(c->b, c->last, "nearest_mode", "floor");
}

/* The operator has square blocks. */
static void write_depth_to_space(struct cg_onnx_chain *c)
{
    const struct cg_shape s = c->node->shape, in = cg_input_shape(c->ex->graph, c->id, 0);
    const int64_t rows = s.h / in.h, columns = s.w / in.w;
    if (rows == columns) {
        cg_onnx_chain_append(c, "DepthToSpace", NULL);
        cg_onnx_build_int(c->b, c->last, "blocksize", rows);
        return;
    }
    const int64_t apart[] = {0, rows, columns, s.c, in.h, in.w}, order[] = {0, 3, 4, 1, 5, 2};
    const char *more[] = {cg_onnx_chain_integers(c, "blocks", apart, 6), NULL};
    cg_onnx_chain_append(c, "Reshape", more);
    cg_onnx_chain_append(c, "Transpose", NULL);
    cg_onnx_chain_ints(c, "perm", order, 6);
    append_map(c);
}

static void (*const kinds[CG_OP_COUNT])(struct cg_onnx_chain *) = {
    [CG_CONV] = write_conv,
    [CG_FC] = write_fc,
    [CG_MAX_POOL] = write_max_pool,
    [CG_AVG_POOL] = write_avg_pool,
    [CG_GLOBAL_POOL] = write_global_pool,
    [CG_ADD] = write_add,
    [CG_MUL] = write_mul,
    [CG_CONCAT] = write_concat,
    [CG_SPLIT] = write_split,
    [CG_SHUFFLE] = write_shuffle,
    [CG_PERMUTE] = write_permute,
    [CG_ACT] = write_act,
    [CG_AFFINE] = write_affine,
    [CG_PAD] = write_pad,
    [CG_UPSAMPLE] = write_upsample,
    [CG_DEPTH_TO_SPACE] = write_depth_to_space,
    [CG_PRELU] = cg_onnx_write_prelu,
    [CG_LAYER_NORM] = cg_onnx_write_layer_norm,
    [CG_GROUP_NORM] = cg_onnx_write_group_norm,
    [CG_LRN] = cg_onnx_write_lrn,
    [CG_SOFTMAX] = cg_onnx_write_softmax,
};

enum cg_status cg_onnx_write_node(struct cg_onnx_exporter *ex, int id, struct cg_error *err)
{
    const struct cg_node *node = &ex->graph->nodes[id];
    if (node->op == CG_INPUT)
        return CG_OK;
    if (node->op == CG_AVG_POOL && (node->window.dilation_h != 1 || node->window.dilation_w != 1))
        return cg_fail(err, CG_UNSUPPORTED, "layer %s: AveragePool of operator set %d has no dilation",
                       node->name, CG_ONNX_OPSET);
    struct cg_onnx_chain c = {
        .ex = ex, .b = &ex->builder, .id = id, .node = node, .in = ex->graph->nodes[node->inputs[0]].shape};
    c.value = value_of(ex, node->inputs[0], ex->ranks[id]);
    kinds[node->op](&c);
    cg_onnx_chain_act(&c);
    if (c.last && c.last->n_output)
        c.last->output[0] = (char *)ex->written[id].name;
    return CG_OK;
}
