#include "kernels/onednn/plan.h"

#include <stdlib.h>

static enum cg_status build_input(struct cg_dnnl_build *b)
{
    if (b->plan->head.base.setting.edges == CG_EDGES_PLAN && b->id != b->graph->output)
        return CG_OK; /* its first reader chooses the layout */
    const dnnl_memory_desc_t md = cg_dnnl_md(b, b->id, dnnl_nhwc);
    const int form = cg_dnnl_output(b, b->id, &md);
    if (form < 0)
        return b->err->status;
    b->plan->storages[b->plan->forms[form].storage].edge = true;
    return CG_OK;
}

static enum cg_status (*const builders[CG_OP_COUNT])(struct cg_dnnl_build *) = {
    [CG_INPUT] = build_input,     [CG_CONV] = cg_dnnl_conv,       [CG_FC] = cg_dnnl_fc,
    [CG_MAX_POOL] = cg_dnnl_pool, [CG_AVG_POOL] = cg_dnnl_pool,   [CG_GLOBAL_POOL] = cg_dnnl_pool,
    [CG_ADD] = cg_dnnl_add,       [CG_MUL] = cg_dnnl_mul,         [CG_CONCAT] = cg_dnnl_concat,
    [CG_SPLIT] = cg_dnnl_split,   [CG_SHUFFLE] = cg_dnnl_shuffle, [CG_PERMUTE] = cg_dnnl_permute,
    [CG_ACT] = cg_dnnl_act,       [CG_AFFINE] = cg_dnnl_affine,   [CG_PAD] = cg_dnnl_pad,
};

static enum cg_status build_nodes(struct cg_dnnl_build *b)
{
    struct cg_dnnl_plan *plan = b->plan;
    const struct cg_graph *graph = b->graph;
    for (b->id = 0; b->id < graph->n_nodes; b->id++) {
        if (b->absorbed[b->id])
            continue;
        b->node = &graph->nodes[b->id];
        const enum cg_status status = builders[b->node->op](b);
        if (status != CG_OK)
            return status;
    }
    b->id = graph->output;
    plan->output_form = b->primary[graph->output];
    if (plan->head.base.setting.edges == CG_EDGES_NHWC) {
        const dnnl_memory_desc_t nhwc = cg_dnnl_md(b, graph->output, dnnl_nhwc);
        plan->output_form = cg_dnnl_form_as(b, graph->output, &nhwc);
    }
    if (plan->output_form < 0)
        return b->err->status;
    plan->storages[plan->forms[plan->output_form].storage].edge = true;
    plan->input_form = b->primary[graph->input];
    if (plan->input_form < 0) /* nobody reads it */
        plan->input_form = cg_dnnl_dense(b, graph->input);
    return plan->input_form < 0 ? b->err->status : CG_OK;
}

/* Places everything that is not an allocation of its own in one arena. */
static enum cg_status place(struct cg_dnnl_build *b)
{
    struct cg_dnnl_plan *plan = b->plan;
    struct cg_memory_block *blocks = calloc((size_t)plan->n_storages, sizeof *blocks);
    if (!blocks)
        return cg_fail(b->err, CG_NO_MEMORY, "no memory to plan the buffers");
    for (int i = 0; i < plan->n_storages; i++) {
        const struct cg_dnnl_storage *s = &plan->storages[i];
        blocks[i] = (struct cg_memory_block){.bytes = s->own ? 0 : s->bytes,
                                             .first = s->edge || s->first < 0 ? 0 : s->first,
                                             .last = s->edge       ? plan->head.n_steps
                                                     : s->last < 0 ? 0
                                                                   : s->last};
    }
    const enum cg_status status = cg_stepped_plan_place(&plan->head, blocks, plan->n_storages, 0, b->err);
    for (int i = 0; i < plan->n_storages && status == CG_OK; i++)
        if (!plan->storages[i].own)
            plan->storages[i].address = plan->head.arena + blocks[i].offset;
    free(blocks);
    return status;
}

static enum cg_status make_scratchpads(struct cg_dnnl_build *b)
{
    struct cg_dnnl_plan *plan = b->plan;
    if (!plan->scratchpad_bytes)
        return CG_OK;
    plan->scratchpad_bytes = cg_aligned_bytes(plan->scratchpad_bytes);
    plan->scratchpad = cg_aligned_zeros(plan->scratchpad_bytes);
    if (!plan->scratchpad)
        return cg_fail(b->err, CG_NO_MEMORY, "no memory for a scratchpad of %lld bytes",
                       (long long)plan->scratchpad_bytes);
    for (int i = 0; i < plan->head.n_calls; i++) {
        struct cg_dnnl_call *call = &plan->calls[i];
        if (call->scratchpad_bytes &&
            dnnl_memory_create(&call->scratchpad, &call->scratchpad_md, plan->engine, plan->scratchpad))
            return cg_fail(b->err, CG_NO_MEMORY, "no memory for a scratchpad");
    }
    return CG_OK;
}

static enum cg_status make_arguments(struct cg_dnnl_build *b)
{
    struct cg_dnnl_plan *plan = b->plan;
    for (int i = 0; i < plan->n_forms; i++) {
        struct cg_dnnl_form *form = &plan->forms[i];
        char *address = plan->storages[form->storage].address + form->offset_bytes;
        if (dnnl_memory_create(&form->memory, &form->md, plan->engine, address))
            return cg_fail(b->err, CG_NO_MEMORY, "no memory for a tensor's descriptor");
    }
    const enum cg_status status = make_scratchpads(b);
    if (status != CG_OK)
        return status;
    plan->exec = calloc((size_t)plan->n_args + (size_t)plan->head.n_calls + 1, sizeof *plan->exec);
    if (!plan->exec)
        return cg_fail(b->err, CG_NO_MEMORY, "no memory for the plan's arguments");
    for (int i = 0; i < plan->head.n_calls; i++) {
        struct cg_dnnl_call *call = &plan->calls[i];
        dnnl_exec_arg_t *to = plan->exec + call->first_arg + i;
        for (int k = 0; k < call->n_args; k++) {
            const struct cg_dnnl_arg *arg = &plan->args[call->first_arg + k];
            to[k] = (dnnl_exec_arg_t){arg->arg, plan->forms[arg->form].memory};
        }
        to[call->n_args] = (dnnl_exec_arg_t){DNNL_ARG_SCRATCHPAD, call->scratchpad};
    }
    return CG_OK;
}

static enum cg_status edge_reorder(struct cg_dnnl_build *b, const dnnl_memory_desc_t *from,
                                   const dnnl_memory_desc_t *to, dnnl_primitive_t *reorder)
{
    dnnl_primitive_desc_t pd = NULL;
    dnnl_status_t status =
        dnnl_reorder_primitive_desc_create(&pd, from, b->plan->engine, to, b->plan->engine, NULL);
    if (status == dnnl_success)
        status = dnnl_primitive_create(reorder, pd);
    if (pd)
        dnnl_primitive_desc_destroy(pd);
    return status == dnnl_success ? CG_OK : cg_dnnl_refuse(b, "reorder", status);
}

static enum cg_status make_edges(struct cg_dnnl_build *b)
{
    struct cg_dnnl_plan *plan = b->plan;
    const dnnl_memory_desc_t in = cg_dnnl_md(b, b->graph->input, dnnl_nhwc);
    const dnnl_memory_desc_t out = cg_dnnl_md(b, b->graph->output, dnnl_nhwc);
    b->id = b->graph->input;
    enum cg_status status = edge_reorder(b, &in, &plan->forms[plan->input_form].md, &plan->reorder_in);
    b->id = b->graph->output;
    if (status == CG_OK)
        status = edge_reorder(b, &plan->forms[plan->output_form].md, &out, &plan->reorder_out);
    return status;
}

static enum cg_status build(struct cg_dnnl_build *b)
{
    const size_t n = (size_t)b->graph->n_nodes;
    if (!b->primary || !b->uses || !b->absorbed)
        return cg_fail(b->err, CG_NO_MEMORY, "no memory to build a plan");
    for (size_t i = 0; i < n; i++)
        b->primary[i] = -1;
    cg_graph_uses(b->graph, b->uses);
    if (dnnl_primitive_attr_create(&b->attr) ||
        dnnl_primitive_attr_set_scratchpad_mode(b->attr, dnnl_scratchpad_mode_user))
        return cg_fail(b->err, CG_NO_MEMORY, "no memory for oneDNN's attributes");
    enum cg_status status = build_nodes(b);
    if (status == CG_OK)
        status = place(b);
    if (status == CG_OK)
        status = make_arguments(b);
    if (status == CG_OK)
        status = make_edges(b);
    return status;
}

enum cg_status cg_dnnl_build(struct cg_dnnl_plan *plan, const struct cg_weights *weights,
                             struct cg_error *err)
{
    struct cg_error local = {0};
    const size_t n = (size_t)plan->head.base.graph->n_nodes;
    struct cg_dnnl_build b = {.plan = plan,
                              .graph = plan->head.base.graph,
                              .weights = weights,
                              .err = &local,
                              .full = plan->head.base.setting.fusion != CG_FUSION_NONE,
                              .primary = calloc(n, sizeof *b.primary),
                              .uses = calloc(n, sizeof *b.uses),
                              .absorbed = calloc(n, sizeof *b.absorbed)};
    const enum cg_status status = build(&b);
    if (b.attr)
        dnnl_primitive_attr_destroy(b.attr);
    free(b.primary);
    free(b.uses);
    free(b.absorbed);
    if (status != CG_OK && err)
        *err = local;
    return status;
}
