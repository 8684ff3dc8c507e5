/* From nodes to XNNPACK's operators. */
#include "kernels/xnnpack/builder.h"

#include <stdlib.h>
#include <string.h>

/* The node's weights with its norm folded in, malloc'ed, *bias behind them; NULL: no memory. */
static float *folded(const struct cg_xnn_builder *b, float **bias)
{
    const struct cg_params *params = &b->weights->params[b->node->params];
    float *weight = malloc((params->n_weight + (size_t)params->out) * sizeof *weight);
    if (!weight)
        return NULL;
    *bias = weight + params->n_weight;
    cg_weights_fold(b->graph, b->weights, b->id, weight, *bias);
    return weight;
}

static enum cg_status build_conv(struct cg_xnn_builder *b)
{
    const struct cg_xnn_view in = cg_xnn_input_of(b, 0), out = cg_xnn_output_of(b);
    float *bias, *weight = folded(b, &bias);
    if (!weight)
        return cg_xnn_no_memory(b);
    cg_xnn_name_step(b, "convolution2d %s",
                     cg_xnn_conv_kernel(&b->node->window, b->node->groups, in.shape.c, out.shape.c));
    const struct cg_xnn_conv conv = {&b->node->window, b->node->groups, weight, bias,
                                     cg_xnn_clamp_of(b->node->act)};
    const enum cg_status status = cg_xnn_emit_conv(b, in, out, &conv);
    free(weight);
    return cg_xnn_emit_rest_of_act(b, status);
}

static enum cg_status build_fc(struct cg_xnn_builder *b)
{
    const struct cg_xnn_view in = cg_xnn_input_of(b, 0), out = cg_xnn_output_of(b);
    float *bias, *weight = folded(b, &bias);
    if (!weight)
        return cg_xnn_no_memory(b);
    const struct cg_xnn_range clamp = cg_xnn_clamp_of(b->node->act);
    xnn_operator_t operator= NULL;
    enum xnn_status status =
        xnn_create_fully_connected_nc_f32((size_t)in.shape.c, (size_t)out.shape.c, in.stride, out.stride,
                                          weight, bias, clamp.min, clamp.max, 0, &operator);
    free(weight);
    if (status == xnn_status_success)
        status = xnn_setup_fully_connected_nc_f32(operator,(size_t) in.shape.n, in.data, out.data, b->pool);
    cg_xnn_name_step(b, "fully_connected gemm");
    return cg_xnn_emit_rest_of_act(b, cg_xnn_take(b, operator, status, "fully_connected_nc_f32"));
}

static enum cg_status build_affine(struct cg_xnn_builder *b)
{
    const size_t c = (size_t)b->node->shape.c;
    float *both = malloc(2 * c * sizeof *both);
    if (!both)
        return cg_xnn_no_memory(b);
    cg_weights_fold(b->graph, b->weights, b->id, both, both + c);
    const enum cg_status status = cg_xnn_emit_affine(b, cg_xnn_input_of(b, 0), cg_xnn_output_of(b), both,
                                                     both + c, cg_xnn_clamp_of(b->node->act));
    free(both);
    return cg_xnn_emit_rest_of_act(b, status);
}

static enum cg_status build_act(struct cg_xnn_builder *b)
{
    return cg_xnn_emit_act(b, b->node->act, cg_xnn_input_of(b, 0), cg_xnn_output_of(b));
}

static enum cg_status build_pad(struct cg_xnn_builder *b)
{
    const struct cg_window *w = &b->node->window;
    const struct cg_xnn_view in = cg_xnn_input_of(b, 0), out = cg_xnn_output_of(b);
    switch (cg_xnn_recipe(b->graph, b->id)) {
    case CG_XNN_CROP:
        return cg_xnn_emit_crop(b, in, out, w);
    case CG_XNN_CROP_PAD: {
        const struct cg_xnn_view cropped = cg_xnn_scratch_of(b);
        const enum cg_status status = cg_xnn_emit_crop(b, in, cropped, w);
        return status == CG_OK ? cg_xnn_emit_pad(b, cropped, out, w) : status;
    }
    default:
        return cg_xnn_emit_pad(b, in, out, w);
    }
}

static enum cg_status build_add(struct cg_xnn_builder *b)
{
    const struct cg_xnn_view out = cg_xnn_output_of(b);
    enum cg_status status = CG_OK;
    cg_xnn_name_step(b, "add");
    if (b->node->n_inputs > 2)
        cg_xnn_name_step(b, "%d further", b->node->n_inputs - 2);
    for (int i = 1; i < b->node->n_inputs && status == CG_OK; i++) {
        const struct cg_xnn_range clamp =
            cg_xnn_clamp_of(i == b->node->n_inputs - 1 ? b->node->act : CG_ACT_NONE);
        const struct cg_xnn_view operands[2] = {i == 1 ? cg_xnn_input_of(b, 0) : out, cg_xnn_input_of(b, i)};
        status = cg_xnn_emit_binary(b, &cg_xnn_add, operands, out, clamp);
    }
    return cg_xnn_emit_rest_of_act(b, status);
}

static enum cg_status build_mul(struct cg_xnn_builder *b)
{
    const struct cg_xnn_view operands[2] = {cg_xnn_input_of(b, 0), cg_xnn_input_of(b, 1)};
    cg_xnn_name_step(b, "multiply");
    return cg_xnn_emit_rest_of_act(b, cg_xnn_emit_binary(b, &cg_xnn_multiply, operands, cg_xnn_output_of(b),
                                                         cg_xnn_clamp_of(b->node->act)));
}

static enum cg_status build_input(struct cg_xnn_builder *b)
{
    return CG_OK;
}

static enum cg_status (*const builders[CG_OP_COUNT])(struct cg_xnn_builder *) = {
    [CG_INPUT] = build_input,
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
};

enum cg_status cg_xnn_build(struct cg_xnn_plan *plan, const struct cg_weights *weights, struct cg_error *err)
{
    struct cg_xnn_builder b = {.plan = plan,
                               .graph = plan->head.base.graph,
                               .weights = weights,
                               .pool = cg_xnn_pool_handle(plan->pool),
                               .err = err};
    enum cg_status status = CG_OK;
    for (b.id = 0; b.id < b.graph->n_nodes && status == CG_OK; b.id++) {
        if (!cg_step_open(&plan->head, b.id, cg_node_category(b.graph, b.id), err))
            return CG_NO_MEMORY;
        b.node = &b.graph->nodes[b.id];
        status = builders[b.node->op](&b);
        if (plan->head.steps[plan->head.n_steps - 1].n == 0) /* views need nothing */
            plan->head.n_steps--;
    }
    return status;
}
