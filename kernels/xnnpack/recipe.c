/* Which nodes XNNPACK runs, and by which of its operators. */
#include "bench/graph/channels.h"
#include "kernels/xnnpack/plan.h"

#include <stdio.h>

static bool any_pads(const struct cg_window *w)
{
    return w->pad_top || w->pad_left || w->pad_bottom || w->pad_right;
}

static bool any_dilation(const struct cg_window *w)
{
    return w->dilation_h > 1 || w->dilation_w > 1;
}

enum cg_xnn_recipe cg_xnn_recipe(const struct cg_graph *graph, int id)
{
    const struct cg_node *node = &graph->nodes[id];
    const struct cg_window *w = &node->window;
    switch (node->op) {
    case CG_MAX_POOL:
        return w->kernel_h * w->kernel_w == 1 ? CG_XNN_COPY : CG_XNN_DIRECT;
    case CG_AVG_POOL:
        if (w->kernel_h * w->kernel_w == 1)
            return CG_XNN_COPY;
        if (any_dilation(w))
            return any_pads(w) && !node->count_padding ? CG_XNN_SUM_SCALE : CG_XNN_MEAN_CONV;
        if (!node->count_padding || !any_pads(w))
            return CG_XNN_DIRECT;
        return cg_xnn_has_depthwise_kernel(w) ? CG_XNN_MEAN_CONV : CG_XNN_PAD_POOL;
    case CG_SHUFFLE:
        return node->groups == 1 || node->groups == node->shape.c ? CG_XNN_COPY : CG_XNN_DIRECT;
    case CG_PERMUTE: {
        if (cg_permutation_groups(graph, id))
            return CG_XNN_SHUFFLE;
        /* A copy of one run costs a call a pixel; a 1x1 convolution costs c multiply-adds a channel. */
        const int64_t c_in = cg_input_shape(graph, id, 0).c;
        return c_in * node->shape.c < 800 * (int64_t)cg_permutation_runs(node) ? CG_XNN_PERMUTE_CONV
                                                                               : CG_XNN_COPY_RUNS;
    }
    case CG_PAD: {
        const bool crops = w->pad_top < 0 || w->pad_left < 0 || w->pad_bottom < 0 || w->pad_right < 0;
        const bool pads = w->pad_top > 0 || w->pad_left > 0 || w->pad_bottom > 0 || w->pad_right > 0;
        return crops && pads ? CG_XNN_CROP_PAD : crops ? CG_XNN_CROP : CG_XNN_DIRECT;
    }
    default:
        return CG_XNN_DIRECT;
    }
}

static int negative(int pad)
{
    return pad < 0 ? pad : 0;
}

struct cg_shape cg_xnn_scratch_shape(const struct cg_graph *graph, int id)
{
    const struct cg_window *w = &graph->nodes[id].window;
    const enum cg_xnn_recipe recipe = cg_xnn_recipe(graph, id);
    struct cg_shape shape = {0};
    if (recipe == CG_XNN_SUM_SCALE)
        return (struct cg_shape){1, graph->nodes[id].shape.h, graph->nodes[id].shape.w, 1};
    if (recipe != CG_XNN_PAD_POOL && recipe != CG_XNN_CROP_PAD)
        return shape;
    const bool crops = recipe == CG_XNN_CROP_PAD;
    shape = cg_input_shape(graph, id, 0);
    shape.h += crops ? negative(w->pad_top) + negative(w->pad_bottom) : w->pad_top + w->pad_bottom;
    shape.w += crops ? negative(w->pad_left) + negative(w->pad_right) : w->pad_left + w->pad_right;
    return shape;
}

/* What the library has of an activation that is a node by itself. */
static bool runs_act(const struct cg_node *node, char *why, size_t why_size)
{
    switch (node->act) {
    case CG_ACT_LEAKY_RELU:
    case CG_ACT_ELU:
        if (node->alpha > 0)
            return true;
        snprintf(why, why_size, "XNNPACK's %s wants a positive alpha, not %g", cg_act_name(node->act),
                 (double)node->alpha);
        return false;
    case CG_ACT_CLIP:
        if (node->alpha < node->beta)
            return true;
        snprintf(why, why_size, "XNNPACK clamps between two bounds, not to %g", (double)node->beta);
        return false;
    case CG_ACT_SWISH: /* as sigmoid and product */
        if (node->alpha == 1)
            return true;
        snprintf(why, why_size, "XNNPACK has no swish of a slope of %g", (double)node->alpha);
        return false;
    case CG_ACT_GELU:
    case CG_ACT_GELU_TANH:
    case CG_ACT_MISH:
    case CG_ACT_TANH:
    case CG_ACT_ERF:
    case CG_ACT_SOFTPLUS:
        snprintf(why, why_size, "XNNPACK has no %s", cg_act_name(node->act));
        return false;
    default:
        return true;
    }
}

bool cg_xnn_supports(const struct cg_graph *graph, int id, char *why, size_t why_size)
{
    const struct cg_node *node = &graph->nodes[id];
    if (node->op == CG_LAYER_NORM || node->op == CG_GROUP_NORM || node->op == CG_LRN ||
        node->op == CG_UPSAMPLE || node->op == CG_DEPTH_TO_SPACE || (node->op == CG_SOFTMAX && node->log)) {
        snprintf(why, why_size, "XNNPACK has no %s%s", node->log ? "logarithm of " : "",
                 cg_op_name(node->op));
        return false;
    }
    if (node->op == CG_ACT)
        return runs_act(node, why, why_size);
    if ((node->op != CG_MAX_POOL && node->op != CG_AVG_POOL) || cg_xnn_recipe(graph, id) != CG_XNN_COPY ||
        !any_pads(&node->window))
        return true;
    snprintf(why, why_size, "XNNPACK has no pooling of 1x1 windows with padding");
    return false;
}
