/* Activations, arithmetic, norms. */
#include "bench/ncnn/readers.h"

#include <float.h>
#include <math.h>

/* ---- activations ---- */

/* The node of the layer's input, of any form whose elements can be treated one by one. */
static int elements(struct cg_ncnn_reader *r)
{
    const struct cg_ncnn_value *value = cg_ncnn_bottom(r, 0);
    return value->form == CG_NCNN_CONSTANT ? cg_ncnn_map(r, 0) : cg_ncnn_node(r, value);
}

static void give_alike(struct cg_ncnn_reader *r, int node)
{
    cg_ncnn_give(r, 0, node, cg_ncnn_bottom(r, 0)->form);
}

/* Files have six digits of it. */
static bool is_sixth(float alpha)
{
    return fabsf(alpha - 1.0f / 6.0f) < 1e-6f;
}

int cg_ncnn_add_clip(struct cg_ncnn_reader *r, int input, float least, float most)
{
    if (least == 0.0f && most == 6.0f)
        return cg_ncnn_add_act(r, input, CG_ACT_RELU6, 0, 0);
    return cg_ncnn_add_act(r, input, CG_ACT_CLIP, least <= -FLT_MAX ? -INFINITY : least,
                           most >= FLT_MAX ? INFINITY : most);
}

/* Clipped to 0 and 1. */
static int add_line(struct cg_ncnn_reader *r, int input, float alpha, float beta)
{
    if (!(alpha > 0))
        cg_ncnn_fail(r, CG_UNSUPPORTED, "its alpha is %g", (double)alpha);
    if (is_sixth(alpha) && beta == 0.5f)
        return cg_ncnn_add_act(r, input, CG_ACT_HARD_SIGMOID, 0, 0);
    return cg_ncnn_add_act(r, input, CG_ACT_CLIPPED_LINE, alpha, beta);
}

int cg_ncnn_add_hard_swish(struct cg_ncnn_reader *r, int input, float alpha, float beta)
{
    if (is_sixth(alpha) && beta == 0.5f)
        return cg_ncnn_add_act(r, input, CG_ACT_HARD_SWISH, 0, 0);
    const int inputs[2] = {input, add_line(r, input, alpha, beta)};
    struct cg_node node = cg_ncnn_over(CG_MUL, inputs);
    node.n_inputs = 2;
    return cg_ncnn_add(r, &node);
}

void cg_ncnn_read_plain_act(struct cg_ncnn_reader *r)
{
    const enum cg_act act = (enum cg_act)r->variant;
    give_alike(r, cg_ncnn_add_act(r, elements(r), act, act == CG_ACT_SWISH ? 1 : 0, 0));
}

void cg_ncnn_read_relu(struct cg_ncnn_reader *r)
{
    const float slope = cg_ncnn_float(r, 0, 0, 0);
    give_alike(r, cg_ncnn_add_act(r, elements(r), slope != 0.0f ? CG_ACT_LEAKY_RELU : CG_ACT_RELU, slope, 0));
}

void cg_ncnn_read_clip(struct cg_ncnn_reader *r)
{
    const float least = cg_ncnn_float(r, 0, 0, -FLT_MAX), most = cg_ncnn_float(r, 1, 0, FLT_MAX);
    give_alike(r, cg_ncnn_add_clip(r, elements(r), least, most));
}

/* HardSigmoid and HardSwish. */
void cg_ncnn_read_line(struct cg_ncnn_reader *r)
{
    const float alpha = cg_ncnn_float(r, 0, 0, 0.2f), beta = cg_ncnn_float(r, 1, 0, 0.5f);
    int (*const add)(struct cg_ncnn_reader *, int, float, float) =
        r->variant == CG_ACT_HARD_SWISH ? cg_ncnn_add_hard_swish : add_line;
    give_alike(r, add(r, elements(r), alpha, beta));
}

void cg_ncnn_read_elu(struct cg_ncnn_reader *r)
{
    give_alike(r, cg_ncnn_add_act(r, elements(r), CG_ACT_ELU, cg_ncnn_float(r, 0, 0, 0.1f), 0));
}

void cg_ncnn_read_gelu(struct cg_ncnn_reader *r)
{
    const bool fast = cg_ncnn_int(r, 0, 0) != 0;
    give_alike(r, cg_ncnn_add_act(r, elements(r), fast ? CG_ACT_GELU_TANH : CG_ACT_GELU, 0, 0));
}

/* ---- arithmetic ---- */

enum { ADD = 0, SUB = 1, MUL = 2, DIV = 3 };

/* x op b, where b is one number or one a channel (constant; NULL: drawn later). */
static void give_scaled(struct cg_ncnn_reader *r, int i, int op, int n, const float *constant)
{
    const int channels = cg_ncnn_shape(r, cg_ncnn_map(r, i)).c;
    if (n != 1 && n != channels)
        cg_ncnn_fail(r, CG_UNSUPPORTED, "a constant of %d values and a map of %d channels", n, channels);
    if ((op == SUB || op == DIV) && i != 0)
        cg_ncnn_fail(r, CG_UNSUPPORTED, "the constant stands before the operator");
    float *scale = cg_ncnn_filled(r, channels, 1), *shift = cg_ncnn_filled(r, channels, 0);
    for (int c = 0; constant && scale && shift && c < channels; c++) {
        const float b = constant[n == 1 ? 0 : c];
        if (op == ADD || op == SUB)
            shift[c] = op == ADD ? b : -b;
        else
            scale[c] = op == MUL ? b : 1 / b;
        if (!isfinite(scale[c]))
            cg_ncnn_fail(r, CG_UNSUPPORTED, "it divides by %g", (double)b);
    }
    const struct cg_ncnn_value value = {.form = CG_NCNN_MAP, .node = cg_ncnn_map(r, i), .shared = true};
    cg_ncnn_give(r, 0, cg_ncnn_add_affine(r, &value, scale, shift), CG_NCNN_MAP); /* stays by itself */
}

void cg_ncnn_read_binary(struct cg_ncnn_reader *r)
{
    const int op = cg_ncnn_int(r, 0, ADD);
    const float number = cg_ncnn_float(r, 2, 0, 0);
    const bool scalar = cg_ncnn_int(r, 1, 0) != 0;
    if (r->layer->n_bottoms != (scalar ? 1 : 2))
        cg_ncnn_fail(r, CG_INVALID, "it reads %d blobs", r->layer->n_bottoms);
    if (op < ADD || op > DIV)
        cg_ncnn_fail(r, CG_UNSUPPORTED, "operation %d", op);
    if (cg_ncnn_failed(r))
        return;
    if (scalar) {
        give_scaled(r, 0, op, 1, &number);
        return;
    }
    for (int i = 0; i < 2; i++) {
        const struct cg_ncnn_value *value = cg_ncnn_bottom(r, i);
        if (value->form == CG_NCNN_CONSTANT) {
            give_scaled(r, 1 - i, op, value->n, value->constant);
            return;
        }
    }
    int inputs[2] = {cg_ncnn_map(r, 0), cg_ncnn_map(r, 1)};
    struct cg_node node = cg_ncnn_over(op == MUL ? CG_MUL : CG_ADD, inputs);
    if (op == SUB || op == DIV)
        cg_ncnn_fail(r, CG_UNSUPPORTED, "operation %d of two maps", op);
    if (op == MUL &&
        cg_shape_elements(cg_ncnn_shape(r, inputs[0])) < cg_shape_elements(cg_ncnn_shape(r, inputs[1]))) {
        inputs[0] = inputs[1];
        inputs[1] = cg_ncnn_map(r, 0);
    }
    node.n_inputs = 2;
    cg_ncnn_give(r, 0, cg_ncnn_add(r, &node), CG_NCNN_MAP);
}

void cg_ncnn_read_eltwise(struct cg_ncnn_reader *r)
{
    enum { PRODUCT, SUM };
    const int op = cg_ncnn_int(r, 0, PRODUCT);
    struct cg_node node = cg_ncnn_over(op == SUM ? CG_ADD : CG_MUL, cg_ncnn_maps(r));
    for (int i = 0; i < r->layer->params[1].n; i++)
        if (cg_ncnn_float(r, 1, i, 1) != 1.0f)
            cg_ncnn_fail(r, CG_UNSUPPORTED, "a sum with other factors than 1");
    if (op != SUM && (op != PRODUCT || r->layer->n_bottoms != 2))
        cg_ncnn_fail(r, CG_UNSUPPORTED, "operation %d of %d blobs", op, r->layer->n_bottoms);
    node.n_inputs = r->layer->n_bottoms;
    cg_ncnn_give(r, 0, cg_ncnn_add(r, &node), CG_NCNN_MAP);
}

/* The logarithm of a softmax that nothing else reads. */
void cg_ncnn_read_unary(struct cg_ncnn_reader *r)
{
    const struct cg_ncnn_value *value = cg_ncnn_bottom(r, 0);
    const int input = elements(r);
    if (cg_ncnn_failed(r))
        return;
    struct cg_node *node = &r->graph->nodes[input];
    if (cg_ncnn_int(r, 0, 0) != 8 || node->op != CG_SOFTMAX || node->log || value->shared)
        cg_ncnn_fail(r, CG_UNSUPPORTED, "operation %d", cg_ncnn_int(r, 0, 0));
    else
        node->log = true;
    cg_ncnn_read_same(r);
}

/* ---- norms ---- */

static void check_channels(struct cg_ncnn_reader *r, int given, int channels)
{
    if (given != channels)
        cg_ncnn_fail(r, CG_INVALID, "it has parameters of %d channels; its input has %d", given, channels);
}

static void give_affine(struct cg_ncnn_reader *r, const float *scale, const float *shift)
{
    const struct cg_ncnn_value *read = cg_ncnn_bottom(r, 0);
    const struct cg_ncnn_value value = {
        .form = read->form, .node = cg_ncnn_map(r, 0), .shared = read->shared};
    cg_ncnn_give(r, 0, cg_ncnn_add_affine(r, &value, scale, shift), CG_NCNN_MAP);
}

void cg_ncnn_read_batch_norm(struct cg_ncnn_reader *r)
{
    const int n = cg_ncnn_shape(r, cg_ncnn_map(r, 0)).c;
    const float epsilon = cg_ncnn_float(r, 1, 0, 0);
    check_channels(r, cg_ncnn_int(r, 0, 0), n);
    float *slope = cg_ncnn_floats(r, n, false), *mean = cg_ncnn_floats(r, n, false);
    float *variance = cg_ncnn_floats(r, n, false), *bias = cg_ncnn_floats(r, n, false);
    for (int c = 0; bias && !cg_ncnn_failed(r) && c < n; c++) {
        const double scale = (double)slope[c] / sqrt((double)variance[c] + (double)epsilon);
        bias[c] = (float)((double)bias[c] - scale * (double)mean[c]);
        slope[c] = (float)scale;
        if (!isfinite(slope[c]) || !isfinite(bias[c]))
            cg_ncnn_fail(r, CG_INVALID, "channel %d has the variance %g with the epsilon %g", c,
                         (double)variance[c], (double)epsilon);
    }
    give_affine(r, slope, bias);
}

void cg_ncnn_read_scale(struct cg_ncnn_reader *r)
{
    const int n = cg_ncnn_shape(r, cg_ncnn_map(r, 0)).c;
    check_channels(r, cg_ncnn_int(r, 0, 0), n);
    const float *scale = cg_ncnn_floats(r, n, false);
    const float *shift = cg_ncnn_int(r, 1, 0) ? cg_ncnn_floats(r, n, false) : cg_ncnn_filled(r, n, 0);
    give_affine(r, scale, shift);
}

void cg_ncnn_read_prelu(struct cg_ncnn_reader *r)
{
    const int input = cg_ncnn_map(r, 0), channels = cg_ncnn_shape(r, input).c, n = cg_ncnn_int(r, 0, 0);
    const struct cg_node node = cg_ncnn_over(CG_PRELU, &input);
    if (n != 1)
        check_channels(r, n, channels);
    const float *slopes = cg_ncnn_floats(r, n, false);
    if (n == 1 && slopes)
        slopes = cg_ncnn_filled(r, channels, slopes[0]);
    const int id = cg_ncnn_add(r, &node);
    cg_ncnn_set_scale(r, id, slopes, NULL);
    cg_ncnn_give(r, 0, id, CG_NCNN_MAP);
}

/* Adds the norm, with its epsilon as parameter `id` and whether it has parameters as id + 1, and these. */
static void give_norm(struct cg_ncnn_reader *r, struct cg_node *node, int id, enum cg_ncnn_form form)
{
    const int n = cg_ncnn_shape(r, node->inputs[0]).c;
    const bool affine = cg_ncnn_int(r, id + 1, 1) != 0;
    node->epsilon = cg_ncnn_float(r, id, 0, 0.001f);
    const float *scale = affine ? cg_ncnn_floats(r, n, false) : cg_ncnn_filled(r, n, 1);
    const float *shift = affine ? cg_ncnn_floats(r, n, false) : cg_ncnn_filled(r, n, 0);
    const int added = cg_ncnn_add(r, node);
    cg_ncnn_set_scale(r, added, scale, shift);
    cg_ncnn_give(r, 0, added, form);
}

/* Of the last dimension: it must be that of the channels. */
void cg_ncnn_read_layer_norm(struct cg_ncnn_reader *r)
{
    const struct cg_ncnn_value *value = cg_ncnn_bottom(r, 0);
    const int input = value->form == CG_NCNN_CHANNELS_LAST ? value->node : cg_ncnn_map(r, 0);
    const struct cg_shape s = cg_ncnn_shape(r, input);
    struct cg_node node = cg_ncnn_over(CG_LAYER_NORM, &input);
    if (value->form == CG_NCNN_MAP && (s.h != 1 || s.w != 1))
        cg_ncnn_fail(r, CG_UNSUPPORTED, "of the pixels of a map, not of its channels");
    check_channels(r, cg_ncnn_int(r, 0, 0), s.c);
    give_norm(r, &node, 1, value->form);
}

/* Groups and channels, or channels that are groups of their own. */
void cg_ncnn_read_group_norm(struct cg_ncnn_reader *r)
{
    const bool instance = r->variant == 1;
    const int input = cg_ncnn_map(r, 0), channels = cg_ncnn_shape(r, input).c;
    struct cg_node node = cg_ncnn_over(CG_GROUP_NORM, &input);
    node.groups = instance ? channels : cg_ncnn_int(r, 0, 1);
    check_channels(r, cg_ncnn_int(r, instance ? 0 : 1, 0), channels);
    give_norm(r, &node, instance ? 1 : 2, CG_NCNN_MAP);
}

void cg_ncnn_read_lrn(struct cg_ncnn_reader *r)
{
    const int input = cg_ncnn_map(r, 0);
    struct cg_node node = cg_ncnn_over(CG_LRN, &input);
    cg_ncnn_require(r, 0, 0, "over the pixels of a channel");
    node.size = cg_ncnn_int(r, 1, 5);
    node.alpha = cg_ncnn_float(r, 2, 0, 1);
    node.beta = cg_ncnn_float(r, 3, 0, 0.75f);
    node.k = cg_ncnn_float(r, 4, 0, 1);
    if (node.size % 2 == 0) /* ncnn takes one more and divides by this */
        cg_ncnn_fail(r, CG_UNSUPPORTED, "over an even number of channels, %d", node.size);
    cg_ncnn_give(r, 0, cg_ncnn_add(r, &node), CG_NCNN_MAP);
}

void cg_ncnn_read_softmax(struct cg_ncnn_reader *r)
{
    const int input = cg_ncnn_map(r, 0), axis = cg_ncnn_int(r, 0, 0);
    const struct cg_node node = cg_ncnn_over(CG_SOFTMAX, &input);
    if (axis != 0 && axis != -3)
        cg_ncnn_fail(r, CG_UNSUPPORTED, "along axis %d, not the channels", axis);
    cg_ncnn_give(r, 0, cg_ncnn_add(r, &node), CG_NCNN_MAP);
}
