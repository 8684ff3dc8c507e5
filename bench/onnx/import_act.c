/* Activations, and bounds. */
#include "bench/onnx/arguments.h"
#include "bench/onnx/readers.h"

#include <float.h>
#include <math.h>

static enum cg_status add_act(struct cg_onnx_importer *im, const struct cg_onnx_view *view, enum cg_act act)
{
    return cg_onnx_output_like(im, cg_onnx_add_act(im, view->node, act), view);
}

enum cg_status cg_onnx_read_act(struct cg_onnx_importer *im)
{
    const struct cg_onnx_view view = cg_onnx_view_input(im, 0);
    return add_act(im, &view, (enum cg_act)im->variant);
}

/* x * sigmoid(alpha * x) */
enum cg_status cg_onnx_read_swish(struct cg_onnx_importer *im)
{
    const float alpha = cg_onnx_float(im, "alpha", 1.0f);
    const struct cg_onnx_view view = cg_onnx_view_input(im, 0);
    const int scaled = alpha == 1.0f ? view.node : cg_onnx_add_scaled(im, view.node, alpha, 0.0f);
    const int gate = cg_onnx_failed(im) ? -1 : cg_onnx_add_act(im, scaled, CG_ACT_SIGMOID);
    return cg_onnx_output_like(im, cg_onnx_add_pair(im, CG_MUL, view.node, gate), &view);
}

static bool is_near(float value, double wanted)
{
    return fabs((double)value - wanted) <= 1e-6 * fabs(wanted);
}

/* clamp(alpha * x + beta, 0, 1): the activation has 1/6 and 1/2. */
enum cg_status cg_onnx_read_hard_sigmoid(struct cg_onnx_importer *im)
{
    const float alpha = cg_onnx_float(im, "alpha", 0.2f), beta = cg_onnx_float(im, "beta", 0.5f);
    struct cg_onnx_view view = cg_onnx_view_input(im, 0);
    if (!is_near(alpha, 1.0 / 6.0) || !is_near(beta, 0.5))
        view.node = cg_onnx_add_scaled(im, view.node, 6.0f * alpha, 6.0f * (beta - 0.5f));
    return cg_onnx_failed(im) ? im->error.status : add_act(im, &view, CG_ACT_HARD_SIGMOID);
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
        return add_act(im, view, CG_ACT_RELU6);
    before->act = CG_ACT_RELU6;
    return cg_onnx_output_alias(im, view);
}

/* An activation of x * scale + shift, of which `back` and `base` make the values again. */
static enum cg_status act_between(struct cg_onnx_importer *im, const struct cg_onnx_view *view,
                                  enum cg_act act, const float there[2], const float back[2])
{
    const int moved = cg_onnx_add_scaled(im, view->node, there[0], there[1]);
    const int acted = moved < 0 ? -1 : cg_onnx_add_act(im, moved, act);
    return cg_onnx_output_like(im, acted < 0 ? -1 : cg_onnx_add_scaled(im, acted, back[0], back[1]), view);
}

/* The values of the view, none below `least` nor above `most`, which wins. */
static enum cg_status clip(struct cg_onnx_importer *im, const struct cg_onnx_view *view, float least,
                           float most)
{
    if (cg_onnx_failed(im))
        return im->error.status;
    if (least <= -FLT_MAX && most >= FLT_MAX)
        return cg_onnx_output_alias(im, view);
    if (least < 0.0f && cg_onnx_is_not_negative(im->graph, view->node))
        least = 0.0f;
    if (!(least < most))
        return cg_onnx_output_like(im, cg_onnx_add_scaled(im, view->node, 0.0f, most), view);
    if (least == 0.0f && most == 6.0f)
        return read_relu6(im, view);
    if (most >= FLT_MAX)
        return least == 0.0f ? add_act(im, view, CG_ACT_RELU)
                             : act_between(im, view, CG_ACT_RELU, (float[]){1, -least}, (float[]){1, least});
    if (least <= -FLT_MAX)
        return act_between(im, view, CG_ACT_RELU, (float[]){-1, most}, (float[]){-1, most});
    const float scale = 6.0f / (most - least);
    return act_between(im, view, CG_ACT_RELU6, (float[]){scale, -least * scale},
                       (float[]){1.0f / scale, least});
}

enum cg_status cg_onnx_read_clip(struct cg_onnx_importer *im)
{
    const float least = read_bound(im, 1, "min", -FLT_MAX), most = read_bound(im, 2, "max", FLT_MAX);
    const struct cg_onnx_view view = cg_onnx_view_input(im, 0);
    return clip(im, &view, least, most);
}

/* Of a map and one number, as Clip with one bound. */
enum cg_status cg_onnx_read_min_max(struct cg_onnx_importer *im)
{
    if (im->node->n_input != 2)
        return cg_onnx_fail(im, CG_UNSUPPORTED, "of %zu inputs, of which some are maps", im->node->n_input);
    const struct cg_onnx_value *first = cg_onnx_input(im, 0);
    const size_t map = first && first->kind == CG_ONNX_FEATURE ? 0 : 1, other = 1 - map;
    const struct cg_onnx_view view = cg_onnx_view_input(im, map);
    const struct cg_onnx_constant *bound = cg_onnx_constant_input(im, other, "other input");
    if (bound && (!bound->f || bound->count != 1 || bound->rank > view.rank))
        cg_onnx_fail(im, CG_UNSUPPORTED, "its constant is not one number");
    if (cg_onnx_failed(im))
        return im->error.status;
    const bool at_most = im->variant == '<';
    return clip(im, &view, at_most ? -FLT_MAX : bound->f[0], at_most ? bound->f[0] : FLT_MAX);
}
