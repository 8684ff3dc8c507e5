#include "kernels/onednn/plan.h"

#include <stdlib.h>

/* Whether node `id` is read by `first` or a later node, other than `except`. */
static bool read_after(const struct cg_graph *graph, int id, int first, int except)
{
    for (int reader = first; reader < graph->n_nodes; reader++)
        for (int i = 0; i < graph->nodes[reader].n_inputs && reader != except; i++)
            if (graph->nodes[reader].inputs[i] == id)
                return true;
    return false;
}

/* The residual sum that this convolution can take over: the add that alone reads it, whose other side is
 * there already and is read by nobody later. Returns the add's id, or -1. */
static int residual_add(const struct cg_dnnl_build *b)
{
    const struct cg_graph *graph = b->graph;
    if (!b->full || b->uses[b->id] != 1 || graph->nodes[b->id].act != CG_ACT_NONE)
        return -1;
    int add = b->id + 1;
    for (; add < graph->n_nodes; add++) {
        const struct cg_node *node = &graph->nodes[add];
        bool reads = false;
        for (int i = 0; i < node->n_inputs; i++)
            reads = reads || node->inputs[i] == b->id;
        if (reads)
            break;
    }
    if (add == graph->n_nodes || graph->nodes[add].op != CG_ADD || graph->nodes[add].n_inputs != 2)
        return -1;
    const struct cg_node *node = &graph->nodes[add];
    const int other = node->inputs[node->inputs[0] == b->id];
    if (other >= b->id || other == graph->input || other == graph->output || b->primary[other] < 0)
        return -1;
    /* The sum is written over `other`: nothing that shares its memory may be read later. */
    const int storage = b->plan->forms[b->primary[other]].storage;
    if (b->plan->storages[storage].own || b->plan->storages[storage].edge)
        return -1;
    for (int id = 0; id < graph->n_nodes; id++)
        if (b->primary[id] >= 0 && b->plan->forms[b->primary[id]].storage == storage &&
            (id == graph->output || read_after(graph, id, b->id, add)))
            return -1;
    return add;
}

/* The activation by itself that alone reads this convolution and can be done in it: its id, or -1. */
static int following_act(const struct cg_dnnl_build *b)
{
    const struct cg_graph *graph = b->graph;
    int id = b->id + 1;
    if (!b->full || b->uses[b->id] != 1 || b->node->act != CG_ACT_NONE)
        return -1;
    while (id < graph->n_nodes && (graph->nodes[id].op != CG_ACT || graph->nodes[id].inputs[0] != b->id))
        id++;
    if (id == graph->n_nodes)
        return -1;
    const struct cg_node *act = &graph->nodes[id];
    return cg_act_numbers(act->act) == 0 || (act->act == CG_ACT_SWISH && act->alpha == 1) ? id : -1;
}

struct operation {
    struct cg_dnnl_operation op;
    cg_dnnl_desc weight; /* as convgauge keeps it; the bias is the operation's */
};

/* The node's convolution, in whatever layouts the library likes. */
static struct operation operation_of(const struct cg_dnnl_build *b)
{
    const struct cg_window *w = &b->node->window;
    struct cg_dnnl_descs *descs = &b->plan->descs;
    const struct cg_shape in = cg_input_shape(b->graph, b->id, 0);
    const dnnl_dim_t g = b->node->groups, ci = in.c / g, co = b->node->shape.c / g;
    const dnnl_dim_t kh = w->kernel_h, kw = w->kernel_w;
    /* [out][kernel_h][kernel_w][in / groups] */
    const dnnl_dims_t dims[2] = {{co, ci, kh, kw}, {g, co, ci, kh, kw}};
    const dnnl_dims_t strides[2] = {{kh * kw * ci, 1, kw * ci, ci},
                                    {co * kh * kw * ci, kh * kw * ci, 1, kw * ci, ci}};
    const int groups = g > 1;
    struct operation o = {
        .op = {.kind = dnnl_convolution,
               .algorithm = dnnl_convolution_auto,
               .src = cg_dnnl_md(b, b->node->inputs[0], dnnl_format_tag_any),
               .weights = cg_dnnl_desc_by_tag(descs, 4 + groups, dims[groups], dnnl_format_tag_any),
               .bias = cg_dnnl_desc_by_tag(descs, 1, (const dnnl_dims_t){b->node->shape.c}, dnnl_a),
               .dst = cg_dnnl_md(b, b->id, dnnl_format_tag_any)},
        .weight = cg_dnnl_desc_by_strides(descs, 4 + groups, dims[groups], strides[groups])};
    cg_dnnl_set_window(&o.op, w);
    return o;
}

/* The convolution with the residual sum in it, or NULL where the layouts do not meet. */
static dnnl_primitive_desc_t describe_with_sum(struct cg_dnnl_build *b, int add, int other,
                                               const struct operation *o)
{
    dnnl_primitive_desc_t pd = NULL;
    if (cg_dnnl_pd(b, &o->op, true, b->graph->nodes[add].act, &pd) != dnnl_success)
        return NULL;
    if (dnnl_memory_desc_equal(cg_dnnl_query(b, pd, dnnl_query_dst_md), b->plan->forms[b->primary[other]].md))
        return pd;
    dnnl_primitive_desc_destroy(pd);
    return NULL;
}

/* Weights of the node with norm folded in, brought into the layouts that the primitive wants. */
static void make_weights(struct cg_dnnl_build *b, const_dnnl_primitive_desc_t pd, const struct operation *o,
                         int forms[2])
{
    const size_t n_weight = b->weights->params[b->node->params].n_weight;
    float *weight = malloc((n_weight + (size_t)b->node->shape.c) * sizeof *weight);
    forms[0] = forms[1] = -1;
    if (!weight) {
        cg_dnnl_no_memory(b);
        return;
    }
    cg_weights_fold(b->graph, b->weights, b->id, weight, weight + n_weight);
    forms[0] = cg_dnnl_constant(b, o->weight, cg_dnnl_query(b, pd, dnnl_query_weights_md), weight);
    forms[1] = cg_dnnl_constant(b, o->op.bias, o->op.bias, weight + n_weight);
    free(weight);
}

/* `absorbed`: the node, a sum or an activation, that is computed with it, or -1. */
static void finish(struct cg_dnnl_build *b, dnnl_primitive_desc_t pd, const struct operation *o, int absorbed,
                   int src, int dst)
{
    int weights[2];
    make_weights(b, pd, o, weights);
    struct cg_plan_step *step = cg_dnnl_node_step(b);
    if (step && absorbed >= 0) {
        step->nodes[step->n_nodes++] = absorbed;
        b->absorbed[absorbed] = true;
    }
    const bool sums = absorbed >= 0 && b->graph->nodes[absorbed].op == CG_ADD;
    cg_dnnl_call(b, pd, sums ? "convolution+sum" : "convolution",
                 CG_DNNL_ARGS({DNNL_ARG_SRC, src}, {DNNL_ARG_WEIGHTS, weights[0]},
                              {DNNL_ARG_BIAS, weights[1]}, {DNNL_ARG_DST, dst}));
}

/* The convolution written over the other side of the sum `add`; false where that does not fit. */
static bool conv_with_sum(struct cg_dnnl_build *b, int add)
{
    const struct cg_node *sum_node = &b->graph->nodes[add];
    const int other = sum_node->inputs[sum_node->inputs[0] == b->id];
    const struct operation o = operation_of(b);
    dnnl_primitive_desc_t pd = describe_with_sum(b, add, other, &o);
    if (!pd)
        return false;
    const int src = cg_dnnl_form_as(b, b->node->inputs[0], cg_dnnl_query(b, pd, dnnl_query_src_md));
    const struct cg_dnnl_form dst = b->plan->forms[b->primary[other]];
    if (src >= 0 && b->plan->forms[src].storage == dst.storage) {
        dnnl_primitive_desc_destroy(pd);
        return false;
    }
    finish(b, pd, &o, add, src, cg_dnnl_new_form(b, add, dst.md, dst.storage, dst.offset_bytes));
    return true;
}

void cg_dnnl_conv(struct cg_dnnl_build *b)
{
    const int add = residual_add(b);
    if (add >= 0 && conv_with_sum(b, add))
        return;
    const struct operation o = operation_of(b);
    dnnl_primitive_desc_t pd = NULL;
    int act = following_act(b);
    if (act >= 0 && cg_dnnl_pd(b, &o.op, false, b->graph->nodes[act].act, &pd) != dnnl_success)
        act = -1;
    if (act < 0)
        pd = cg_dnnl_made(b, &o.op, b->node->act, "convolution");
    if (!pd)
        return;
    const int src = cg_dnnl_form_as(b, b->node->inputs[0], cg_dnnl_query(b, pd, dnnl_query_src_md));
    finish(b, pd, &o, act, src,
           cg_dnnl_output(b, act < 0 ? b->id : act, cg_dnnl_query(b, pd, dnnl_query_dst_md)));
}

void cg_dnnl_fc(struct cg_dnnl_build *b)
{
    const struct cg_shape in = cg_input_shape(b->graph, b->id, 0);
    const dnnl_dims_t weight_dims = {b->node->shape.c, in.c, 1, 1};
    const dnnl_dims_t out_dims = {b->node->shape.n, b->node->shape.c}, bias_dims = {b->node->shape.c};
    struct cg_dnnl_descs *descs = &b->plan->descs;
    const struct operation o = {
        .op = {.kind = dnnl_inner_product,
               .src = cg_dnnl_md(b, b->node->inputs[0], dnnl_format_tag_any),
               .weights = cg_dnnl_desc_by_tag(descs, 4, weight_dims, dnnl_format_tag_any),
               .bias = cg_dnnl_desc_by_tag(descs, 1, bias_dims, dnnl_a),
               .dst = cg_dnnl_desc_by_tag(descs, 2, out_dims, dnnl_ab)},
        .weight = cg_dnnl_desc_by_tag(descs, 4, weight_dims, dnnl_oihw)};
    dnnl_primitive_desc_t pd = cg_dnnl_made(b, &o.op, b->node->act, "inner_product");
    if (!pd)
        return;
    const int src = cg_dnnl_form_as(b, b->node->inputs[0], cg_dnnl_query(b, pd, dnnl_query_src_md));
    int weights[2];
    make_weights(b, pd, &o, weights);
    /* The same numbers seen as [n, c] by the primitive and as a 1x1 map by what follows. */
    const int out = cg_dnnl_output(b, b->id, cg_dnnl_md(b, b->id, dnnl_nhwc));
    const int flat = out < 0 ? -1 : cg_dnnl_new_form(b, -1, o.op.dst, b->plan->forms[out].storage, 0);
    cg_dnnl_node_call(b, pd, "inner_product",
                      CG_DNNL_ARGS({DNNL_ARG_SRC, src}, {DNNL_ARG_WEIGHTS, weights[0]},
                                   {DNNL_ARG_BIAS, weights[1]}, {DNNL_ARG_DST, flat}));
}
