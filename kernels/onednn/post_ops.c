/* Activations: as post-ops of another primitive, and as primitives. */
#include "kernels/onednn/plan.h"

struct eltwise {
    dnnl_alg_kind_t kind;
    float alpha, beta;
};

/* oneDNN 2 has no hard sigmoid: x / 6 + 1/2, then clipped. */
static const struct act_row {
    int n;
    struct eltwise parts[2];
} acts[CG_ACT_COUNT] = {
    [CG_ACT_NONE] = {0},
    [CG_ACT_RELU] = {1, {{dnnl_eltwise_relu, 0, 0}}},
    [CG_ACT_RELU6] = {1, {{dnnl_eltwise_clip, 0, 6}}},
    [CG_ACT_SIGMOID] = {1, {{dnnl_eltwise_logistic, 0, 0}}},
    [CG_ACT_HARD_SIGMOID] = {2, {{dnnl_eltwise_linear, 1.0f / 6.0f, 0.5f}, {dnnl_eltwise_clip, 0, 1}}},
    [CG_ACT_HARD_SWISH] = {1, {{dnnl_eltwise_hardswish, 0, 0}}},
};

dnnl_status_t cg_dnnl_pd(struct cg_dnnl_build *b, const_dnnl_op_desc_t op, bool sum, enum cg_act act,
                         dnnl_primitive_desc_t *pd)
{
    *pd = NULL;
    if (!sum && act == CG_ACT_NONE)
        return dnnl_primitive_desc_create(pd, op, b->attr, b->plan->engine, NULL);
    dnnl_primitive_attr_t attr = NULL;
    dnnl_post_ops_t post_ops = NULL;
    dnnl_status_t status = dnnl_primitive_attr_clone(&attr, b->attr);
    if (status == dnnl_success)
        status = dnnl_post_ops_create(&post_ops);
    if (status == dnnl_success && sum)
        status = dnnl_post_ops_append_sum(post_ops, 1.0f);
    for (int i = 0; i < acts[act].n && status == dnnl_success; i++)
        status = dnnl_post_ops_append_eltwise(post_ops, 1.0f, acts[act].parts[i].kind,
                                              acts[act].parts[i].alpha, acts[act].parts[i].beta);
    if (status == dnnl_success)
        status = dnnl_primitive_attr_set_post_ops(attr, post_ops);
    if (status == dnnl_success)
        status = dnnl_primitive_desc_create(pd, op, attr, b->plan->engine, NULL);
    if (post_ops)
        dnnl_post_ops_destroy(post_ops);
    if (attr)
        dnnl_primitive_attr_destroy(attr);
    return status;
}

static enum cg_status eltwise(struct cg_dnnl_build *b, const struct eltwise *part, int from, int to)
{
    dnnl_eltwise_desc_t op;
    dnnl_primitive_desc_t pd = NULL;
    dnnl_status_t status = dnnl_eltwise_forward_desc_init(&op, dnnl_forward_inference, part->kind,
                                                          &b->plan->forms[from].md, part->alpha, part->beta);
    if (status == dnnl_success)
        status = cg_dnnl_pd(b, &op, false, CG_ACT_NONE, &pd);
    if (status != dnnl_success)
        return cg_dnnl_refuse(b, "eltwise", status);
    return cg_dnnl_call(b, pd, "eltwise", 2,
                        (const struct cg_dnnl_arg[]){{DNNL_ARG_SRC, from}, {DNNL_ARG_DST, to}});
}

enum cg_status cg_dnnl_act_in_place(struct cg_dnnl_build *b, enum cg_act act, int form)
{
    enum cg_status status = CG_OK;
    for (int i = 0; i < acts[act].n && status == CG_OK; i++)
        status = eltwise(b, &acts[act].parts[i], form, form);
    return status;
}

enum cg_status cg_dnnl_act(struct cg_dnnl_build *b)
{
    const struct cg_node *node = &b->graph->nodes[b->id];
    const int from = cg_dnnl_dense(b, node->inputs[0]);
    if (from < 0)
        return b->err->status;
    const dnnl_memory_desc_t md = b->plan->forms[from].md;
    const int to = cg_dnnl_output(b, b->id, &md);
    if (to < 0)
        return b->err->status;
    enum cg_status status = cg_dnnl_begin_step(b, cg_node_category(b->graph, b->id), true);
    if (acts[node->act].n == 0)
        return status == CG_OK ? cg_dnnl_reorder(b, from, to) : status;
    for (int i = 0; i < acts[node->act].n && status == CG_OK; i++)
        status = eltwise(b, &acts[node->act].parts[i], i == 0 ? from : to, to);
    return status;
}
