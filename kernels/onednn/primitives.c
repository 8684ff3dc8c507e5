/* Primitives with their post-ops, and the steps that they stand in. */
#include "kernels/onednn/plan.h"

#include "base/array.h"

#include <stdio.h>
#include <string.h>

static const char *status_text(dnnl_status_t status)
{
    return status == dnnl_out_of_memory       ? "out of memory"
           : status == dnnl_invalid_arguments ? "invalid arguments"
           : status == dnnl_unimplemented     ? "not implemented"
           : status == dnnl_runtime_error     ? "runtime error"
                                              : "failed";
}

bool cg_dnnl_failed(const struct cg_dnnl_build *b)
{
    return b->err->status != CG_OK;
}

int cg_dnnl_refuse(const struct cg_dnnl_build *b, const char *primitive, dnnl_status_t status)
{
    const struct cg_node *node = &b->graph->nodes[b->id];
    if (!cg_dnnl_failed(b))
        cg_fail(b->err, status == dnnl_out_of_memory ? CG_NO_MEMORY : CG_UNSUPPORTED,
                "node %s (%s): oneDNN's %s: %s", node->name, cg_op_name(node->op), primitive,
                status_text(status));
    return -1;
}

int cg_dnnl_no_memory(const struct cg_dnnl_build *b)
{
    if (!cg_dnnl_failed(b))
        cg_fail(b->err, CG_NO_MEMORY, "node %s: no memory", b->graph->nodes[b->id].name);
    return -1;
}

cg_dnnl_desc cg_dnnl_query(const struct cg_dnnl_build *b, const_dnnl_primitive_desc_t pd, dnnl_query_t what)
{
    const cg_dnnl_desc wanted = dnnl_primitive_desc_query_md(pd, what, 0);
    const cg_dnnl_desc kept = cg_dnnl_desc_copy(&b->plan->descs, wanted);
    if (wanted && !kept)
        cg_dnnl_no_memory(b);
    return kept;
}

/* ---- descriptors ---- */

struct eltwise {
    dnnl_alg_kind_t kind;
    float alpha, beta;
};

/* oneDNN 2 has no hard sigmoid: x / 6 + 1/2, then clipped; nor numbers for hard swish and soft ReLU, which it
 * ignores. The numbers of the first part are the node's, where its activation takes any. */
static const struct act_row {
    int n;
    struct eltwise parts[2];
} acts[CG_ACT_COUNT] = {
    [CG_ACT_NONE] = {0},
    [CG_ACT_RELU] = {1, {{dnnl_eltwise_relu, 0, 0}}},
    [CG_ACT_RELU6] = {1, {{dnnl_eltwise_clip, 0, 6}}},
    [CG_ACT_SIGMOID] = {1, {{dnnl_eltwise_logistic, 0, 0}}},
    [CG_ACT_HARD_SIGMOID] = {2, {{dnnl_eltwise_linear, 1.0f / 6.0f, 0.5f}, {dnnl_eltwise_clip, 0, 1}}},
    [CG_ACT_HARD_SWISH] = {1, {{dnnl_eltwise_hardswish, 1.0f / 6.0f, 0.5f}}},
    [CG_ACT_CLIP] = {1, {{dnnl_eltwise_clip, 0, 0}}},
    [CG_ACT_CLIPPED_LINE] = {2, {{dnnl_eltwise_linear, 0, 0}, {dnnl_eltwise_clip, 0, 1}}},
    [CG_ACT_LEAKY_RELU] = {1, {{dnnl_eltwise_relu, 0, 0}}},
    [CG_ACT_ELU] = {1, {{dnnl_eltwise_elu, 0, 0}}},
    [CG_ACT_GELU] = {1, {{dnnl_eltwise_gelu_erf, 0, 0}}},
    [CG_ACT_GELU_TANH] = {1, {{dnnl_eltwise_gelu_tanh, 0, 0}}},
    [CG_ACT_SWISH] = {1, {{dnnl_eltwise_swish, 1, 0}}},
    [CG_ACT_MISH] = {1, {{dnnl_eltwise_mish, 0, 0}}},
    [CG_ACT_TANH] = {1, {{dnnl_eltwise_tanh, 0, 0}}},
    [CG_ACT_SOFTPLUS] = {1, {{dnnl_eltwise_soft_relu, 1, 0}}},
};

static dnnl_status_t append_act(dnnl_post_ops_t post_ops, const struct act_row *act)
{
    dnnl_status_t status = dnnl_success;
    for (int i = 0; i < act->n && status == dnnl_success; i++)
        status =
            cg_dnnl_append_eltwise(post_ops, act->parts[i].kind, act->parts[i].alpha, act->parts[i].beta);
    return status;
}

dnnl_status_t cg_dnnl_pd(const struct cg_dnnl_build *b, const struct cg_dnnl_operation *op, bool sum,
                         enum cg_act act, dnnl_primitive_desc_t *pd)
{
    *pd = NULL;
    if (!sum && act == CG_ACT_NONE)
        return cg_dnnl_describe(pd, op, b->plan->engine, b->attr);
    dnnl_primitive_attr_t attr = NULL;
    dnnl_post_ops_t post_ops = NULL;
    /* Success is 0: the first other status is the outcome. */
    const dnnl_status_t status = dnnl_primitive_attr_clone(&attr, b->attr) ?: dnnl_post_ops_create(&post_ops)
        ?: (sum ? cg_dnnl_append_sum(post_ops) : dnnl_success)
        ?: append_act(post_ops, &acts[act]) ?: dnnl_primitive_attr_set_post_ops(attr, post_ops)
        ?: cg_dnnl_describe(pd, op, b->plan->engine, attr);
    dnnl_post_ops_destroy(post_ops);
    dnnl_primitive_attr_destroy(attr);
    return status;
}

dnnl_primitive_desc_t cg_dnnl_made(const struct cg_dnnl_build *b, const struct cg_dnnl_operation *op,
                                   enum cg_act act, const char *kind)
{
    dnnl_primitive_desc_t pd = NULL;
    const dnnl_status_t made = cg_dnnl_pd(b, op, false, act, &pd);
    if (made != dnnl_success)
        cg_dnnl_refuse(b, kind, made);
    return pd;
}

static void set_pair(dnnl_dims_t pair, int of_height, int of_width)
{
    pair[0] = of_height;
    pair[1] = of_width;
}

void cg_dnnl_set_window(struct cg_dnnl_operation *op, const struct cg_window *w)
{
    set_pair(op->strides, w->stride_h, w->stride_w);
    set_pair(op->kernel, w->kernel_h, w->kernel_w);
    set_pair(op->dilation, w->dilation_h - 1, w->dilation_w - 1);
    set_pair(op->before, w->pad_top, w->pad_left);
    set_pair(op->after, w->pad_bottom, w->pad_right);
}

/* ---- steps ---- */

struct cg_plan_step *cg_dnnl_node_step(struct cg_dnnl_build *b)
{
    return cg_dnnl_failed(b) ? NULL
                             : cg_step_open(&b->plan->head, b->id, cg_node_category(b->graph, b->id), b->err);
}

struct cg_plan_step *cg_dnnl_data_step(struct cg_dnnl_build *b, bool of_node)
{
    return cg_dnnl_failed(b) ? NULL : cg_step_open(&b->plan->head, of_node ? b->id : -1, CG_CAT_DATA, b->err);
}

/* "convolution jit:avx512_core"; several primitives in a step: the kinds that differ, joined. */
static void name_call(struct cg_plan_step *step, const_dnnl_primitive_desc_t pd, const char *kind)
{
    const char *implementation = "?";
    dnnl_primitive_desc_query(pd, dnnl_query_impl_info_str, 0, (void *)&implementation);
    char name[80];
    snprintf(name, sizeof name, "%s %s", kind, implementation);
    const size_t used = strlen(step->implementation);
    if (used == 0)
        snprintf(step->implementation, sizeof step->implementation, "%s", name);
    else if (!strstr(step->implementation, name))
        snprintf(step->implementation + used, sizeof step->implementation - used, " + %s", name);
}

static void touch(struct cg_dnnl_plan *plan, int form)
{
    struct cg_dnnl_storage *storage = &plan->storages[plan->forms[form].storage];
    const int step = plan->head.n_steps - 1;
    if (storage->first < 0)
        storage->first = step;
    storage->last = step;
}

static void append_call(struct cg_dnnl_build *b, const_dnnl_primitive_desc_t pd, const char *kind, int n_args,
                        const struct cg_dnnl_arg *args)
{
    struct cg_dnnl_plan *plan = b->plan;
    if (!cg_array_fit(plan->calls, plan->room_calls, plan->head.n_calls + 1) ||
        !cg_array_fit(plan->args, plan->room_args, plan->n_args + n_args)) {
        cg_dnnl_no_memory(b);
        return;
    }
    struct cg_dnnl_call *call = &plan->calls[plan->head.n_calls];
    *call = (struct cg_dnnl_call){.first_arg = plan->n_args, .n_args = n_args};
    for (int i = 0; i < n_args; i++) {
        plan->args[plan->n_args++] = args[i];
        touch(plan, args[i].form);
    }
    call->scratchpad_md = cg_dnnl_query(b, pd, dnnl_query_scratchpad_md);
    call->scratchpad_bytes = (int64_t)dnnl_memory_desc_get_size(call->scratchpad_md); /* 0 of NULL */
    if (call->scratchpad_bytes > plan->scratchpad_bytes)
        plan->scratchpad_bytes = call->scratchpad_bytes;
    const dnnl_status_t status = dnnl_primitive_create(&call->primitive, pd);
    if (status != dnnl_success) {
        cg_dnnl_refuse(b, kind, status);
        return;
    }
    struct cg_plan_step *step = &plan->head.steps[plan->head.n_steps - 1];
    name_call(step, pd, kind);
    step->n++;
    plan->head.n_calls++;
}

void cg_dnnl_call(struct cg_dnnl_build *b, dnnl_primitive_desc_t pd, const char *kind, int n_args,
                  const struct cg_dnnl_arg *args)
{
    if (!cg_dnnl_failed(b))
        append_call(b, pd, kind, n_args, args);
    dnnl_primitive_desc_destroy(pd);
}

void cg_dnnl_node_call(struct cg_dnnl_build *b, dnnl_primitive_desc_t pd, const char *kind, int n_args,
                       const struct cg_dnnl_arg *args)
{
    cg_dnnl_node_step(b);
    cg_dnnl_call(b, pd, kind, n_args, args);
}

void cg_dnnl_reorder(struct cg_dnnl_build *b, int from, int to)
{
    if (cg_dnnl_failed(b))
        return;
    const dnnl_engine_t engine = b->plan->engine;
    const cg_dnnl_desc in = b->plan->forms[from].md, out = b->plan->forms[to].md;
    const bool by_concat = cg_dnnl_reorder_is_wrong(in, out);
    const char *kind = by_concat ? "concat" : "reorder";
    dnnl_primitive_desc_t pd = NULL;
    const dnnl_status_t status =
        by_concat ? cg_dnnl_describe_concat(&pd, out, 1, &in, engine, b->attr)
                  : dnnl_reorder_primitive_desc_create(&pd, in, engine, out, engine, b->attr);
    if (status != dnnl_success)
        cg_dnnl_refuse(b, kind, status);
    cg_dnnl_call(b, pd, kind,
                 CG_DNNL_ARGS({by_concat ? DNNL_ARG_MULTIPLE_SRC : DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to}));
}

static void eltwise(struct cg_dnnl_build *b, const struct eltwise *part, int from, int to)
{
    const cg_dnnl_desc md = b->plan->forms[from].md; /* which the output has, too */
    const struct cg_dnnl_operation op = {.kind = dnnl_eltwise,
                                         .algorithm = part->kind,
                                         .src = md,
                                         .dst = md,
                                         .alpha = part->alpha,
                                         .beta = part->beta};
    cg_dnnl_call(b, cg_dnnl_made(b, &op, CG_ACT_NONE, "eltwise"), "eltwise",
                 CG_DNNL_ARGS({DNNL_ARG_SRC, from}, {DNNL_ARG_DST, to}));
}

void cg_dnnl_activate(struct cg_dnnl_build *b, int from, int to)
{
    struct act_row act = acts[b->node->act];
    if (act.n == 0 && from != to)
        cg_dnnl_reorder(b, from, to);
    if (cg_act_numbers(b->node->act) > 0) {
        act.parts[0].alpha = b->node->alpha;
        act.parts[0].beta = b->node->beta;
    }
    for (int i = 0; i < act.n && !cg_dnnl_failed(b); i++)
        eltwise(b, &act.parts[i], i == 0 ? from : to, to);
}

/* ---- moves outside of steps ---- */

dnnl_primitive_t cg_dnnl_mover(const struct cg_dnnl_build *b, cg_dnnl_desc from, cg_dnnl_desc to)
{
    const dnnl_engine_t engine = b->plan->engine;
    dnnl_primitive_desc_t pd = NULL;
    dnnl_primitive_t mover = NULL;
    const dnnl_status_t status = dnnl_reorder_primitive_desc_create(&pd, from, engine, to, engine, NULL)
                                     ?: dnnl_primitive_create(&mover, pd);
    if (status != dnnl_success)
        cg_dnnl_refuse(b, "reorder", status);
    dnnl_primitive_desc_destroy(pd);
    return mover;
}

dnnl_status_t cg_dnnl_move(const struct cg_dnnl_plan *plan, dnnl_primitive_t mover, dnnl_memory_t from,
                           dnnl_memory_t to)
{
    const dnnl_exec_arg_t args[] = {{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to}};
    return dnnl_primitive_execute(mover, plan->stream, 2, args) ?: dnnl_stream_wait(plan->stream);
}
