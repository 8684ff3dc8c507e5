#include "kernels/onednn/plan.h"

#include <stdlib.h>

static void build_input(struct cg_dnnl_build *b)
{
    if (b->plan->head.base.setting.edges == CG_EDGES_PLAN && b->id != b->graph->output)
        return; /* its first reader chooses the layout */
    const int form = cg_dnnl_output(b, b->id, cg_dnnl_md(b, b->id, dnnl_nhwc));
    if (form >= 0)
        b->plan->storages[b->plan->forms[form].storage].edge = true;
}

static void (*const builders[CG_OP_COUNT])(struct cg_dnnl_build *) = {
    [CG_INPUT] = build_input,       [CG_CONV] = cg_dnnl_conv,
    [CG_FC] = cg_dnnl_fc,           [CG_MAX_POOL] = cg_dnnl_pool,
    [CG_AVG_POOL] = cg_dnnl_pool,   [CG_GLOBAL_POOL] = cg_dnnl_pool,
    [CG_ADD] = cg_dnnl_add,         [CG_MUL] = cg_dnnl_mul,
    [CG_CONCAT] = cg_dnnl_concat,   [CG_SPLIT] = cg_dnnl_split,
    [CG_SHUFFLE] = cg_dnnl_shuffle, [CG_PERMUTE] = cg_dnnl_permute,
    [CG_ACT] = cg_dnnl_act,         [CG_AFFINE] = cg_dnnl_affine,
    [CG_PAD] = cg_dnnl_pad,         [CG_LAYER_NORM] = cg_dnnl_layer_norm,
};

bool cg_dnnl_has_builder(enum cg_op op)
{
    return builders[op] != NULL;
}

static void build_nodes(struct cg_dnnl_build *b)
{
    struct cg_dnnl_plan *plan = b->plan;
    const struct cg_graph *graph = b->graph;
    for (b->id = 0; b->id < graph->n_nodes && !cg_dnnl_failed(b); b->id++) {
        b->node = &graph->nodes[b->id];
        if (!b->absorbed[b->id])
            builders[b->node->op](b);
    }
    if (cg_dnnl_failed(b))
        return;
    b->id = graph->output;
    plan->output.form = b->primary[graph->output];
    if (plan->head.base.setting.edges == CG_EDGES_NHWC)
        plan->output.form = cg_dnnl_form_as(b, graph->output, cg_dnnl_md(b, graph->output, dnnl_nhwc));
    if (plan->output.form >= 0)
        plan->storages[plan->forms[plan->output.form].storage].edge = true;
    plan->input.form = b->primary[graph->input];
    if (plan->input.form < 0) /* nobody reads it */
        plan->input.form = cg_dnnl_dense(b, graph->input);
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

static bool make_scratchpads(struct cg_dnnl_build *b)
{
    struct cg_dnnl_plan *plan = b->plan;
    plan->scratchpad_bytes = cg_aligned_bytes(plan->scratchpad_bytes);
    plan->scratchpad = plan->scratchpad_bytes ? cg_aligned_zeros(plan->scratchpad_bytes) : NULL;
    if (plan->scratchpad_bytes && !plan->scratchpad)
        return false;
    for (int i = 0; i < plan->head.n_calls; i++) {
        struct cg_dnnl_call *call = &plan->calls[i];
        if (call->scratchpad_bytes &&
            dnnl_memory_create(&call->scratchpad, call->scratchpad_md, plan->engine, plan->scratchpad))
            return false;
    }
    return true;
}

static enum cg_status make_arguments(struct cg_dnnl_build *b)
{
    struct cg_dnnl_plan *plan = b->plan;
    for (int i = 0; i < plan->n_forms; i++) {
        struct cg_dnnl_form *form = &plan->forms[i];
        char *address = plan->storages[form->storage].address + form->offset_bytes;
        if (dnnl_memory_create(&form->memory, form->md, plan->engine, address))
            return cg_fail(b->err, CG_NO_MEMORY, "no memory for a tensor's descriptor");
    }
    if (!make_scratchpads(b))
        return cg_fail(b->err, CG_NO_MEMORY, "no memory for a scratchpad of %lld bytes",
                       (long long)plan->scratchpad_bytes);
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

static void make_edges(struct cg_dnnl_build *b)
{
    struct cg_dnnl_plan *plan = b->plan;
    struct cg_dnnl_edge *in = &plan->input, *out = &plan->output;
    b->id = b->graph->input;
    in->nhwc = cg_dnnl_md(b, b->id, dnnl_nhwc);
    in->reorder = cg_dnnl_mover(b, in->nhwc, plan->forms[in->form].md);
    b->id = b->graph->output;
    out->nhwc = cg_dnnl_md(b, b->id, dnnl_nhwc);
    out->reorder = cg_dnnl_mover(b, plan->forms[out->form].md, out->nhwc);
}

static void build(struct cg_dnnl_build *b)
{
    const size_t n = (size_t)b->graph->n_nodes;
    if (!b->primary || !b->uses || !b->absorbed || dnnl_primitive_attr_create(&b->attr) ||
        dnnl_primitive_attr_set_scratchpad_mode(b->attr, dnnl_scratchpad_mode_user)) {
        cg_fail(b->err, CG_NO_MEMORY, "no memory to build a plan");
        return;
    }
    for (size_t i = 0; i < n; i++)
        b->primary[i] = -1;
    cg_graph_uses(b->graph, b->uses);
    build_nodes(b);
    if (!cg_dnnl_failed(b) && place(b) == CG_OK && make_arguments(b) == CG_OK)
        make_edges(b);
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
    build(&b);
    dnnl_primitive_attr_destroy(b.attr);
    free(b.primary);
    free(b.uses);
    free(b.absorbed);
    if (err && local.status != CG_OK)
        *err = local;
    return local.status;
}
