/* Activations, and bounds. */
#include "bench/onnx/arguments.h"
#include "bench/onnx/readers.h"

#include <float.h>
#include <math.h>
#include <string.h>

static enum cg_status add_act(struct cg_onnx_importer *im, const struct cg_onnx_view *view, enum cg_act act,
                              float alpha, float beta)
{
    struct cg_node node = cg_onnx_over(CG_ACT, &view->node);
    node.act = act;
    node.alpha = alpha;
    node.beta = beta;
    return cg_onnx_output_like(im, cg_onnx_failed(im) ? -1 : cg_onnx_add(im, &node, NULL), view);
}

enum cg_status cg_onnx_read_act(struct cg_onnx_importer *im)
{
    const struct cg_onnx_view view = cg_onnx_view_input(im, 0);
    return add_act(im, &view, (enum cg_act)im->variant, 0, 0);
}

/* One that takes alpha: by the standard 0.01 of a leaky ReLU, else 1. */
enum cg_status cg_onnx_read_alpha_act(struct cg_onnx_importer *im)
{
    const enum cg_act act = (enum cg_act)im->variant;
    const float alpha = cg_onnx_float(im, "alpha", act == CG_ACT_LEAKY_RELU ? 0.01f : 1.0f);
    const struct cg_onnx_view view = cg_onnx_view_input(im, 0);
    return add_act(im, &view, act, alpha, 0);
}

enum cg_status cg_onnx_read_gelu(struct cg_onnx_importer *im)
{
    char approximate[16];
    cg_onnx_text(im, "approximate", approximate, sizeof approximate);
    const bool by_tanh = strcmp(approximate, "tanh") == 0;
    if (approximate[0] && !by_tanh && strcmp(approximate, "none") != 0)
        return cg_onnx_fail(im, CG_UNSUPPORTED, "its approximation '%s'", approximate);
    const struct cg_onnx_view view = cg_onnx_view_input(im, 0);
    return add_act(im, &view, by_tanh ? CG_ACT_GELU_TANH : CG_ACT_GELU, 0, 0);
}

static bool is_near(float value, double wanted)
{
    return fabs((double)value - wanted) <= 1e-6 * fabs(wanted);
}

/* clamp(alpha * x + beta, 0, 1): with 1/6 and 1/2 the one that layers may carry. */
enum cg_status cg_onnx_read_hard_sigmoid(struct cg_onnx_importer *im)
{
    const float alpha = cg_onnx_float(im, "alpha", 0.2f), beta = cg_onnx_float(im, "beta", 0.5f);
    const struct cg_onnx_view view = cg_onnx_view_input(im, 0);
    const bool usual = is_near(alpha, 1.0 / 6.0) && is_near(beta, 0.5);
    return add_act(im, &view, usual ? CG_ACT_HARD_SIGMOID : CG_ACT_CLIPPED_LINE, alpha, beta);
}

/* One bound of a Clip: an input since operator set 11, an attribute before. */
static float read_bound(struct cg_onnx_importer *im, size_t i, const char *name, float fallback)
{
    cg_onnx_refuse_both(im, i, name);
    const float bound = cg_onnx_float(im, name, fallback);
    const struct cg_onnx_constant *constant = cg_onnx_constant_input(im, i, name);
    if (constant && (!constant->f || constant->count != 1)) {
        cg_onnx_fail(im, CG_INVALID, "its %s is not one number", name);
        return fallback;
    }
    return constant ? constant->f[0] : bound;
}

/* Behind a ReLU that nothing else reads it takes the ReLU's place: PyTorch writes relu6 as the two. */
static enum cg_status read_relu6(struct cg_onnx_importer *im, const struct cg_onnx_view *view)
{
    struct cg_node *before = &im->graph->nodes[view->node];
    if (im->own || before->op != CG_ACT || before->act != CG_ACT_RELU ||
        !cg_onnx_is_read_once(im, view->node))
        return add_act(im, view, CG_ACT_RELU6, 0, 0);
    before->act = CG_ACT_RELU6;
    return cg_onnx_output_alias(im, view);
}

/* The values of the view, none below `least` nor above `most`, which wins. */
static enum cg_status clip(struct cg_onnx_importer *im, const struct cg_onnx_view *view, float least,
                           float most)
{
    if (cg_onnx_failed(im))
        return im->error.status;
    least = least <= -FLT_MAX ? -INFINITY : least;
    most = most >= FLT_MAX ? INFINITY : most;
    if (isinf(least) && isinf(most) && least < most)
        return cg_onnx_output_alias(im, view);
    if (least < 0.0f && !im->own && cg_onnx_is_not_negative(im->graph, view->node))
        least = 0.0f;
    if (least == 0.0f && most == 6.0f)
        return read_relu6(im, view);
    if (least == 0.0f && isinf(most))
        return add_act(im, view, CG_ACT_RELU, 0, 0);
    return add_act(im, view, CG_ACT_CLIP, least, most);
}

enum cg_status cg_onnx_read_clip(struct cg_onnx_importer *im)
{
    const float least = read_bound(im, 1, "min", -FLT_MAX), most = read_bound(im, 2, "max", FLT_MAX);
    const struct cg_onnx_view view = cg_onnx_view_input(im, 0);
    return clip(im, &view, least, most);
}

/* Of a map and one number as Clip with one bound. */
enum cg_status cg_onnx_read_min_max(struct cg_onnx_importer *im)
{
    if (im->node->n_input == 1)
        return cg_onnx_read_same(im);
    const struct cg_onnx_value *first = cg_onnx_input(im, 0), *second = cg_onnx_input(im, 1);
    const size_t map = first && first->kind == CG_ONNX_FEATURE ? 0 : 1, other = 1 - map;
    const struct cg_onnx_value *limit = map == 0 ? second : first;
    if (im->node->n_input > 2 || !limit || limit->kind == CG_ONNX_FEATURE)
        return cg_onnx_read_greatest(im);
    const struct cg_onnx_view view = cg_onnx_view_input(im, map);
    const struct cg_onnx_constant *bound = cg_onnx_constant_input(im, other, "other input");
    if (cg_onnx_failed(im))
        return im->error.status;
    if (!bound->f || bound->count != 1 || bound->rank > view.rank)
        return cg_onnx_read_greatest(im);
    const bool at_most = im->variant == '<';
    return clip(im, &view, at_most ? -FLT_MAX : bound->f[0], at_most ? bound->f[0] : FLT_MAX);
}
