/* From nodes to XNNPACK's operators. */
#include "kernels/xnnpack/builder.h"

#include <stdlib.h>

/* The node's weights with its norm folded in, *bias behind them; NULL, with the error set, without memory. */
static const float *folded(struct cg_xnn_builder *b, const float **bias)
{
    const struct cg_params *params = &b->weights->params[b->node->params];
    const size_t n_weight = b->node->op == CG_AFFINE ? (size_t)params->out : params->n_weight;
    float *weight = cg_xnn_constants(b, n_weight + (size_t)params->out);
    if (!weight)
        return NULL;
    *bias = weight + n_weight;
    cg_weights_fold(b->graph, b->weights, b->id, weight, weight + n_weight);
    return weight;
}

static void build_conv(struct cg_xnn_builder *b)
{
    const struct cg_xnn_view in = cg_xnn_input_of(b, 0), out = cg_xnn_output_of(b);
    const float *bias = NULL, *weight = folded(b, &bias);
    if (!weight)
        return;
    cg_xnn_name_step(b, "convolution2d %s",
                     cg_xnn_conv_kernel(&b->node->window, b->node->groups, in.shape.c, out.shape.c));
    const struct cg_xnn_conv conv = {&b->node->window, b->node->groups, weight, bias,
                                     cg_xnn_clamp_of(b->node->act)};
    cg_xnn_emit_conv(b, in, out, &conv);
    cg_xnn_emit_rest_of_act(b);
}

static void build_fc(struct cg_xnn_builder *b)
{
    const struct cg_xnn_view in = cg_xnn_input_of(b, 0), out = cg_xnn_output_of(b);
    const float *bias = NULL, *weight = folded(b, &bias);
    if (!weight)
        return;
    cg_xnn_name_step(b, "fully_connected gemm");
    cg_xnn_emit_fc(
        b, in, out,
        &(struct cg_xnn_conv){.weight = weight, .bias = bias, .clamp = cg_xnn_clamp_of(b->node->act)});
    cg_xnn_emit_rest_of_act(b);
}

static void build_affine(struct cg_xnn_builder *b)
{
    const float *shift = NULL, *scale = folded(b, &shift);
    if (!scale)
        return;
    cg_xnn_emit_affine(b, cg_xnn_input_of(b, 0), cg_xnn_output_of(b), scale, shift,
                       cg_xnn_clamp_of(b->node->act));
    cg_xnn_emit_rest_of_act(b);
}

static void build_act(struct cg_xnn_builder *b)
{
    cg_xnn_emit_act(b, cg_xnn_input_of(b, 0), cg_xnn_output_of(b));
}

static void build_pad(struct cg_xnn_builder *b)
{
    const struct cg_window *w = &b->node->window;
    const enum cg_xnn_recipe recipe = cg_xnn_recipe(b->graph, b->id);
    const struct cg_xnn_view in = cg_xnn_input_of(b, 0), out = cg_xnn_output_of(b);
    const struct cg_xnn_view cropped = recipe == CG_XNN_CROP_PAD ? cg_xnn_scratch_of(b)
                                       : recipe == CG_XNN_CROP   ? out
                                                                 : in;
    if (recipe != CG_XNN_DIRECT)
        cg_xnn_emit_crop(b, in, cropped, w);
    if (recipe != CG_XNN_CROP)
        cg_xnn_emit_pad(b, cropped, out, w);
}

static void build_add(struct cg_xnn_builder *b)
{
    const struct cg_xnn_view out = cg_xnn_output_of(b);
    const int last = b->node->n_inputs - 1;
    cg_xnn_name_step(b, "add");
    if (last > 1)
        cg_xnn_name_step(b, "%d further", last - 1);
    for (int i = 1; i <= last; i++) {
        const struct cg_xnn_view x = i == 1 ? cg_xnn_input_of(b, 0) : out, y = cg_xnn_input_of(b, i);
        const struct cg_xnn_range clamp = cg_xnn_clamp_of(i == last ? b->node->act : CG_ACT_NONE);
        cg_xnn_emit_binary(b, CG_ADD, x, y, out, clamp);
    }
    cg_xnn_emit_rest_of_act(b);
}

static void build_mul(struct cg_xnn_builder *b)
{
    cg_xnn_name_step(b, "multiply");
    cg_xnn_emit_binary(b, CG_MUL, cg_xnn_input_of(b, 0), cg_xnn_input_of(b, 1), cg_xnn_output_of(b),
                       cg_xnn_clamp_of(b->node->act));
    cg_xnn_emit_rest_of_act(b);
}

static void build_nothing(struct cg_xnn_builder *b)
{
}

static void build_prelu(struct cg_xnn_builder *b)
{
    cg_xnn_name_step(b, "prelu");
    cg_xnn_emit_prelu(b, cg_xnn_input_of(b, 0), cg_xnn_output_of(b),
                      b->weights->params[b->node->params].scale);
}

static void build_softmax(struct cg_xnn_builder *b)
{
    cg_xnn_name_step(b, "softmax");
    cg_xnn_emit_softmax(b, cg_xnn_input_of(b, 0), cg_xnn_output_of(b));
}

static void (*const builders[CG_OP_COUNT])(struct cg_xnn_builder *) = {
    [CG_INPUT] = build_nothing,
    [CG_CONV] = build_conv,
    [CG_FC] = build_fc,
    [CG_MAX_POOL] = cg_xnn_build_max_pool,
    [CG_AVG_POOL] = cg_xnn_build_avg_pool,
    [CG_GLOBAL_POOL] = cg_xnn_build_global_pool,
    [CG_ADD] = build_add,
    [CG_MUL] = build_mul,
    [CG_CONCAT] = cg_xnn_build_concat,
    [CG_SPLIT] = cg_xnn_build_split,
    [CG_SHUFFLE] = cg_xnn_build_shuffle,
    [CG_PERMUTE] = cg_xnn_build_permute,
    [CG_ACT] = build_act,
    [CG_AFFINE] = build_affine,
    [CG_PAD] = build_pad,
    [CG_PRELU] = build_prelu,
    [CG_SOFTMAX] = build_softmax,
};

enum cg_status cg_xnn_build(struct cg_xnn_plan *plan, const struct cg_weights *weights, struct cg_error *err)
{
    struct cg_xnn_builder b = {.plan = plan,
                               .graph = plan->head.base.graph,
                               .weights = weights,
                               .pool = cg_xnn_pool_handle(plan->pool)};
    for (b.id = 0; b.id < b.graph->n_nodes && b.error.status == CG_OK; b.id++) {
        if (!cg_step_open(&plan->head, b.id, cg_node_category(b.graph, b.id), &b.error))
            break;
        b.node = &b.graph->nodes[b.id];
        builders[b.node->op](&b);
        if (plan->head.steps[plan->head.n_steps - 1].n == 0) /* views need nothing */
            plan->head.n_steps--;
    }
    free(b.constants);
    if (err && b.error.status != CG_OK)
        *err = b.error;
    return b.error.status;
}
