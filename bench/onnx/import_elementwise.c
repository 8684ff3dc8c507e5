/* Activations and arithmetic: between two maps, or between a map and constants (a scale and shift for each
 * channel). */
#include "bench/onnx/operators.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* ---- activations ---- */

static enum cg_status add_act(struct cg_onnx_importer *im, struct cg_onnx_view view, enum cg_act act,
                              struct cg_error *err)
{
    struct cg_node node = cg_node_of(CG_ACT);
    node.act = act;
    node.inputs = &view.node;
    node.n_inputs = 1;
    const int id = cg_onnx_add(im, &node, err);
    if (id < 0)
        return err->status;
    view.node = id;
    cg_onnx_output_node(im, 0, &view);
    return CG_OK;
}

static enum cg_status read_act_of(struct cg_onnx_importer *im, enum cg_act act, struct cg_error *err)
{
    struct cg_onnx_view view;
    const enum cg_status status = cg_onnx_feature_input(im, 0, &view, err);
    return status == CG_OK ? add_act(im, view, act, err) : status;
}

enum cg_status cg_onnx_read_act(struct cg_onnx_importer *im, struct cg_error *err)
{
    const char *name = im->node->op_type;
    return read_act_of(im,
                       strcmp(name, "Relu") == 0      ? CG_ACT_RELU
                       : strcmp(name, "Sigmoid") == 0 ? CG_ACT_SIGMOID
                                                      : CG_ACT_HARD_SWISH,
                       err);
}

static bool is_near(double value, double wanted)
{
    return fabs(value - wanted) <= 1e-6 * fabs(wanted);
}

enum cg_status cg_onnx_read_hard_sigmoid(struct cg_onnx_importer *im, struct cg_error *err)
{
    float alpha, beta;
    enum cg_status status = cg_onnx_attribute_float(im->node, "alpha", 0.2f, &alpha, err);
    if (status == CG_OK)
        status = cg_onnx_attribute_float(im->node, "beta", 0.5f, &beta, err);
    if (status != CG_OK)
        return status;
    if (!is_near((double)alpha, 1.0 / 6.0) || !is_near((double)beta, 0.5))
        return cg_fail(err, CG_UNSUPPORTED, "alpha %g and beta %g; only 1/6 and 1/2 are read", (double)alpha,
                       (double)beta);
    return read_act_of(im, CG_ACT_HARD_SIGMOID, err);
}

/* One bound of a Clip: an input since operator set 11, an attribute before. */
static enum cg_status read_bound(struct cg_onnx_importer *im, size_t i, const char *name, float fallback,
                                 float *bound, struct cg_error *err)
{
    const struct cg_onnx_constant *constant;
    enum cg_status status = cg_onnx_attribute_float(im->node, name, fallback, bound, err);
    if (status == CG_OK)
        status = cg_onnx_constant_input(im, i, name, &constant, err);
    if (status != CG_OK || !constant)
        return status;
    if (!constant->f || constant->count != 1)
        return cg_fail(err, CG_INVALID, "its %s is not one number", name);
    *bound = constant->f[0];
    return CG_OK;
}

/* Behind a ReLU that nothing else reads it takes the ReLU's place: PyTorch writes relu6 as the two. */
static enum cg_status read_relu6(struct cg_onnx_importer *im, struct cg_onnx_view view, struct cg_error *err)
{
    struct cg_node *before = &im->graph->nodes[view.node];
    if (im->own || before->op != CG_ACT || before->act != CG_ACT_RELU || !cg_onnx_is_read_once(im, view.node))
        return add_act(im, view, CG_ACT_RELU6, err);
    before->act = CG_ACT_RELU6;
    cg_onnx_output_alias(im, 0, &view);
    return CG_OK;
}

enum cg_status cg_onnx_read_clip(struct cg_onnx_importer *im, struct cg_error *err)
{
    float least, most;
    enum cg_status status = read_bound(im, 1, "min", -FLT_MAX, &least, err);
    if (status == CG_OK)
        status = read_bound(im, 2, "max", FLT_MAX, &most, err);
    if (status != CG_OK)
        return status;
    struct cg_onnx_view view;
    status = cg_onnx_feature_input(im, 0, &view, err);
    if (status != CG_OK)
        return status;
    if (least < 0.0f && cg_onnx_is_not_negative(im->graph, view.node))
        least = 0.0f;
    if (least == 0.0f && most == 6.0f)
        return read_relu6(im, view, err);
    if (least == 0.0f && most >= FLT_MAX)
        return add_act(im, view, CG_ACT_RELU, err);
    return cg_fail(err, CG_UNSUPPORTED, "bounds %g and %g; only 0 and 6, or 0 and none, are read",
                   (double)least, (double)most);
}

/* ---- a map and constants ---- */

/* The constant as one value for each channel of the map, or NULL with `err` set. */
static float *by_channel(struct cg_onnx_importer *im, const struct cg_onnx_view *view,
                         const struct cg_onnx_constant *constant, struct cg_error *err)
{
    const int channels = im->graph->nodes[view->node].shape.c;
    int dim = -1; /* of the view: the one along which the constant changes */
    const int behind = view->rank - constant->rank;
    bool fits = constant->f && behind >= 0 && constant->count > 0;
    for (int i = 0; fits && i < constant->rank; i++)
        if (constant->dims[i] != 1) {
            fits = dim < 0 && constant->dims[i] == view->dims[i + behind];
            dim = i + behind;
        }
    if (!fits || (dim >= 0 && !cg_onnx_view_covers(view, dim, CG_ONNX_C, channels))) {
        cg_fail(err, CG_UNSUPPORTED, "its constant is not one number, nor one for each channel");
        return NULL;
    }
    float *values = cg_onnx_alloc(im, (size_t)channels, sizeof *values, err);
    for (int k = 0; values && k < channels; k++) {
        int place[CG_ONNX_AXES] = {0};
        place[CG_ONNX_C] = k;
        if (dim >= 0)
            cg_onnx_view_locate(view, dim, k, place);
        values[place[CG_ONNX_C]] = constant->f[dim >= 0 ? k : 0];
    }
    return values;
}

/* x * scale + shift behind the view; NULL stands for ones or zeros. */
static enum cg_status add_affine(struct cg_onnx_importer *im, struct cg_onnx_view view, float *scale,
                                 float *shift, struct cg_error *err)
{
    const size_t channels = (size_t)im->graph->nodes[view.node].shape.c;
    struct cg_onnx_params params = {.shift_is_open = shift == NULL};
    if (!scale) {
        scale = cg_onnx_alloc(im, channels, sizeof *scale, err);
        for (size_t c = 0; scale && c < channels; c++)
            scale[c] = 1.0f;
    }
    if (scale && !shift)
        shift = cg_onnx_alloc(im, channels, sizeof *shift, err);
    if (!scale || !shift)
        return err->status;
    params.scale = scale;
    params.shift = shift;
    struct cg_node node = cg_node_of(CG_AFFINE);
    node.inputs = &view.node;
    node.n_inputs = 1;
    const int id = cg_onnx_add(im, &node, err);
    if (id < 0)
        return err->status;
    *cg_onnx_params_of(im, id) = params;
    view.node = id;
    cg_onnx_output_node(im, 0, &view);
    return CG_OK;
}

/* x + shift: the bias of a layer without one, the shift of a scale just before, or an affine. */
static enum cg_status add_shift(struct cg_onnx_importer *im, struct cg_onnx_view view, float *shift,
                                struct cg_error *err)
{
    struct cg_node *before = &im->graph->nodes[view.node];
    const bool once = cg_onnx_is_read_once(im, view.node);
    if (once && (before->op == CG_CONV || before->op == CG_FC) && !before->bias && !before->norm) {
        before->bias = true;
        cg_onnx_params_of(im, view.node)->bias = shift;
    } else if (once && before->op == CG_AFFINE && cg_onnx_params_of(im, view.node)->shift_is_open) {
        cg_onnx_params_of(im, view.node)->shift = shift;
        cg_onnx_params_of(im, view.node)->shift_is_open = false;
    } else {
        return add_affine(im, view, NULL, shift, err);
    }
    cg_onnx_output_alias(im, 0, &view);
    return CG_OK;
}

/* Which input is the map and which the constant: *feature and *constant are their numbers; false for two
 * maps. */
static bool is_with_constant(struct cg_onnx_importer *im, size_t *feature, size_t *constant)
{
    const struct cg_onnx_value *a = cg_onnx_input(im, 0), *b = cg_onnx_input(im, 1);
    const bool a_is_map = a && a->kind == CG_ONNX_FEATURE, b_is_map = b && b->kind == CG_ONNX_FEATURE;
    *feature = a_is_map ? 0 : 1;
    *constant = a_is_map ? 1 : 0;
    return a_is_map != b_is_map;
}

static enum cg_status read_with_constant(struct cg_onnx_importer *im, size_t feature, size_t constant,
                                         struct cg_onnx_view *view, float **values, struct cg_error *err)
{
    const struct cg_onnx_constant *c;
    enum cg_status status = cg_onnx_feature_input(im, feature, view, err);
    if (status == CG_OK)
        status = cg_onnx_constant_input(im, constant, "constant", &c, err);
    if (status != CG_OK)
        return status;
    if (!c)
        return cg_fail(err, CG_INVALID, "its input %zu is missing", constant);
    *values = by_channel(im, view, c, err);
    return *values ? CG_OK : err->status;
}

/* ---- a map and a map ---- */

static enum cg_status add_pair(struct cg_onnx_importer *im, enum cg_op op, const int pair[2],
                               const struct cg_onnx_view *like, struct cg_error *err)
{
    struct cg_node node = cg_node_of(op);
    node.inputs = pair;
    node.n_inputs = 2;
    struct cg_onnx_view view = *like;
    view.node = cg_onnx_add(im, &node, err);
    if (view.node < 0)
        return err->status;
    cg_onnx_output_node(im, 0, &view);
    return CG_OK;
}

static enum cg_status read_views(struct cg_onnx_importer *im, struct cg_onnx_view views[2],
                                 struct cg_error *err)
{
    enum cg_status status = cg_onnx_feature_input(im, 0, &views[0], err);
    if (status == CG_OK)
        status = cg_onnx_feature_input(im, 1, &views[1], err);
    return status;
}

static bool same_map(const struct cg_onnx_importer *im, const struct cg_onnx_view views[2])
{
    const struct cg_node *nodes = im->graph->nodes;
    return cg_onnx_view_alike(&views[0], &views[1]) &&
           cg_shape_equal(nodes[views[0].node].shape, nodes[views[1].node].shape);
}

enum cg_status cg_onnx_read_add(struct cg_onnx_importer *im, struct cg_error *err)
{
    size_t feature, constant;
    struct cg_onnx_view views[2];
    float *shift;
    if (is_with_constant(im, &feature, &constant)) {
        const enum cg_status status = read_with_constant(im, feature, constant, &views[0], &shift, err);
        return status == CG_OK ? add_shift(im, views[0], shift, err) : status;
    }
    const enum cg_status status = read_views(im, views, err);
    if (status != CG_OK)
        return status;
    if (!same_map(im, views))
        return cg_fail(err, CG_UNSUPPORTED, "its inputs have different shapes");
    const int pair[2] = {views[0].node, views[1].node};
    return add_pair(im, CG_ADD, pair, &views[0], err);
}

enum cg_status cg_onnx_read_sub(struct cg_onnx_importer *im, struct cg_error *err)
{
    size_t feature, constant;
    struct cg_onnx_view view;
    float *values;
    if (!is_with_constant(im, &feature, &constant))
        return cg_fail(err, CG_UNSUPPORTED, "a difference of two computed values");
    const enum cg_status status = read_with_constant(im, feature, constant, &view, &values, err);
    if (status != CG_OK)
        return status;
    const int channels = im->graph->nodes[view.node].shape.c;
    if (feature == 0) {
        for (int c = 0; c < channels; c++)
            values[c] = -values[c];
        return add_shift(im, view, values, err);
    }
    float *scale = cg_onnx_alloc(im, (size_t)channels, sizeof *scale, err);
    for (int c = 0; scale && c < channels; c++)
        scale[c] = -1.0f;
    return scale ? add_affine(im, view, scale, values, err) : err->status;
}

/* x * hard_sigmoid(x), as exporters without HardSwish write it: returns the node of x, or -1. */
static int hard_swish_of(const struct cg_onnx_importer *im, const struct cg_onnx_view views[2])
{
    if (im->own || !same_map(im, views))
        return -1;
    for (int i = 0; i < 2; i++) {
        const struct cg_node *gate = &im->graph->nodes[views[i].node];
        if (gate->op == CG_ACT && gate->act == CG_ACT_HARD_SIGMOID && gate->inputs[0] == views[1 - i].node &&
            cg_onnx_is_read_once(im, views[i].node))
            return gate->inputs[0];
    }
    return -1;
}

/* Whether view `small` is [n, c, 1, 1] for a map [n, c, h, w]. */
static bool scales_channels(const struct cg_onnx_importer *im, const struct cg_onnx_view *map,
                            const struct cg_onnx_view *small)
{
    int groups;
    const struct cg_shape m = im->graph->nodes[map->node].shape, s = im->graph->nodes[small->node].shape;
    return map->rank == 4 && small->rank == 4 && s.h == 1 && s.w == 1 && s.n == m.n && s.c == m.c &&
           cg_onnx_view_form(map, m, &groups) == CG_ONNX_FORM_MAP &&
           cg_onnx_view_form(small, s, &groups) == CG_ONNX_FORM_MAP;
}

static enum cg_status read_product(struct cg_onnx_importer *im, struct cg_error *err)
{
    struct cg_onnx_view views[2];
    const enum cg_status status = read_views(im, views, err);
    if (status != CG_OK)
        return status;
    const int source = hard_swish_of(im, views);
    if (source >= 0) {
        struct cg_onnx_view view = views[0];
        view.node = source;
        im->reads[source]--; /* the gate and the product read it: now one activation does */
        return add_act(im, view, CG_ACT_HARD_SWISH, err);
    }
    const bool swapped = !same_map(im, views) && scales_channels(im, &views[1], &views[0]);
    if (!same_map(im, views) && !swapped && !scales_channels(im, &views[0], &views[1]))
        return cg_fail(err, CG_UNSUPPORTED, "its inputs are neither of one shape nor a map and [n, c, 1, 1]");
    const int pair[2] = {views[swapped].node, views[!swapped].node};
    return add_pair(im, CG_MUL, pair, &views[swapped], err);
}

enum cg_status cg_onnx_read_mul(struct cg_onnx_importer *im, struct cg_error *err)
{
    size_t feature, constant;
    struct cg_onnx_view view;
    float *scale;
    if (!is_with_constant(im, &feature, &constant))
        return read_product(im, err);
    const enum cg_status status = read_with_constant(im, feature, constant, &view, &scale, err);
    return status == CG_OK ? add_affine(im, view, scale, NULL, err) : status;
}

enum cg_status cg_onnx_read_div(struct cg_onnx_importer *im, struct cg_error *err)
{
    size_t feature, constant;
    struct cg_onnx_view view;
    float *values;
    if (!is_with_constant(im, &feature, &constant) || feature != 0)
        return cg_fail(err, CG_UNSUPPORTED, "a division by a computed value");
    const enum cg_status status = read_with_constant(im, feature, constant, &view, &values, err);
    if (status != CG_OK)
        return status;
    for (int c = 0; c < im->graph->nodes[view.node].shape.c; c++)
        values[c] = 1.0f / values[c];
    return add_affine(im, view, values, NULL, err);
}

enum cg_status cg_onnx_read_sum(struct cg_onnx_importer *im, struct cg_error *err)
{
    const size_t n = im->node->n_input;
    struct cg_onnx_view views[2];
    int *inputs = cg_onnx_alloc(im, n, sizeof *inputs, err);
    if (!inputs)
        return err->status;
    for (size_t i = 0; i < n; i++) {
        const enum cg_status status = cg_onnx_feature_input(im, i, &views[i > 0], err);
        if (status != CG_OK)
            return status;
        if (i > 0 && !same_map(im, views))
            return cg_fail(err, CG_UNSUPPORTED, "its inputs have different shapes");
        inputs[i] = views[i > 0].node;
    }
    if (n == 1) {
        cg_onnx_output_alias(im, 0, &views[0]);
        return CG_OK;
    }
    struct cg_node node = cg_node_of(CG_ADD);
    node.inputs = inputs;
    node.n_inputs = (int)n;
    views[0].node = cg_onnx_add(im, &node, err);
    if (views[0].node < 0)
        return err->status;
    cg_onnx_output_node(im, 0, &views[0]);
    return CG_OK;
}
