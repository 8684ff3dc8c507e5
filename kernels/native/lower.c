#include "kernels/native/stages.h"

#include "kernels/native/fates.h"
#include "kernels/native/lower_node.h"
#include "kernels/native/plain.h"

#include <math.h>

/* An addition whose views run together for fewer channels than this first copies one of them. */
#define SHORT_RUN 8

struct lowering {
    struct nv_plan *plan;
    const struct cg_graph *graph;
    struct nv_weights weights;
    bool full;
    struct nv_view *views; /* [n_nodes], as the next */
    struct nv_fate *fates;
    int *uses;
    int *op_of;                /* the operation that made what a node is a view of */
    int *symbolic, n_symbolic; /* nodes that became views since the last operation */
};

static const struct cg_node *node_at(const struct lowering *l, int id)
{
    return &l->graph->nodes[id];
}

/* Nodes that became views count to the operation that comes next. */
static void claim_symbolic(struct lowering *l)
{
    for (int i = 0; i < l->n_symbolic; i++)
        nv_claim_node(l->plan, l->symbolic[i]);
    l->n_symbolic = 0;
}

static enum cg_status set(struct lowering *l, int id, const struct nv_op *op, struct nv_view view)
{
    if (!op)
        return CG_NO_MEMORY;
    claim_symbolic(l);
    l->views[id] = view;
    l->op_of[id] = l->plan->n_ops - 1;
    return CG_OK;
}

/* `view` copied, with the channels of each buffer one behind the other in between. */
static struct nv_op *copy_interleaved(struct lowering *l, struct cg_shape shape, enum cg_category category,
                                      struct nv_view *view)
{
    struct nv_plan *plan = l->plan;
    int *order = nv_scratch(plan, view->c, sizeof *order), *place = nv_scratch(plan, view->c, sizeof *place);
    struct nv_run *runs = nv_scratch(plan, view->c, sizeof *runs);
    if (!order || !place || !runs || nv_view_runs(view, 0, view->c, order, runs) < 0)
        return NULL;
    for (int i = 0; i < view->c; i++)
        place[order[i]] = i;
    const struct nv_view lying = nv_view_select(plan->views, view, order, 0, view->c);
    struct nv_view copied = {0};
    struct nv_op *op = lying.at ? nv_lower_copy(plan, shape, &lying, category, &copied) : NULL;
    if (!op)
        return NULL;
    claim_symbolic(l);
    *view = nv_view_select(plan->views, &copied, place, 0, view->c);
    return view->at ? op : NULL;
}

/* Copies `view` of maps of `shape`, so that channel i lies in column i of one buffer. */
static struct nv_op *straighten(struct lowering *l, struct cg_shape shape, enum cg_category category,
                                struct nv_view *view)
{
    bool many = false;
    for (int i = 1; i < view->c; i++)
        many |= view->at[i].buffer != view->at[0].buffer;
    if (many && view->c / nv_view_breaks(view, NULL) < 4 && !copy_interleaved(l, shape, category, view))
        return NULL;
    const struct nv_view from = *view;
    struct nv_op *op = nv_lower_copy(l->plan, shape, &from, category, view);
    if (op)
        claim_symbolic(l);
    return op;
}

/* The only node that reads `id`, shuffles passed over, or -1. */
static int only_reader(const struct lowering *l, int id)
{
    for (int reader = id + 1; l->uses[id] == 1 && reader < l->graph->n_nodes; reader++) {
        const struct cg_node *node = node_at(l, reader);
        bool reads = false;
        for (int i = 0; i < node->n_inputs; i++)
            reads |= node->inputs[i] == id;
        if (reads && node->op != CG_SHUFFLE && node->op != CG_PERMUTE)
            return reader;
        if (reads)
            id = reader;
    }
    return -1;
}

/* Whether threads should write columns of node `id` each: a depthwise convolution reads it next. */
static bool feeds_depthwise(const struct lowering *l, int id)
{
    const int reader = l->full ? only_reader(l, id) : -1;
    return reader >= 0 && node_at(l, reader)->op == CG_CONV && nv_is_window(l->graph, reader);
}

static bool feeds_gemm(const struct lowering *l, int id)
{
    const int reader = l->full ? only_reader(l, id) : -1;
    return reader >= 0 && nv_is_gemm(l->graph, reader);
}

/* Node `id`, with the addition `as` that reads it, where that is another one. */
static enum cg_status lower_gemm(struct lowering *l, int id, int as, const struct nv_view *residual,
                                 enum cg_act act)
{
    const struct nv_gemm_node node = {.id = id,
                                      .in = &l->views[node_at(l, id)->inputs[0]],
                                      .residual = residual,
                                      .weights = &l->weights,
                                      .apart = as == id && feeds_depthwise(l, id)};
    struct nv_view view = {0};
    struct nv_op *op = nv_lower_gemm(l->plan, &node, &view);
    if (op)
        nv_set_act(op, act);
    if (op && as != id)
        nv_claim_node(l->plan, as);
    return set(l, as, op, view);
}

/* Operation `id` of two views, copied where they do not run together. */
static enum cg_status lower_binary(struct lowering *l, int id, struct nv_view a, struct nv_view b)
{
    const int runs = nv_view_breaks(&a, &b);
    struct nv_view *both[2] = {&a, &b}, view = {0};
    for (int i = 0; a.c / runs < SHORT_RUN && runs > 1 && i < 2; i++)
        if (nv_view_breaks(both[i], NULL) > 1 &&
            !straighten(l, cg_input_shape(l->graph, id, i), CG_CAT_DATA, both[i]))
            return CG_NO_MEMORY;
    struct nv_op *op = nv_lower_binary(l->plan, id, &a, &b, &view);
    return set(l, id, op, view);
}

/* Whether a gemm of `groups` can add this view in its store: its channels lie in long enough runs; -1 without
 * memory. */
static int can_be_residual(const struct lowering *l, const struct nv_view *view, int groups)
{
    int *order = nv_scratch(l->plan, view->c, sizeof *order);
    struct nv_run *runs = nv_scratch(l->plan, view->c, sizeof *runs);
    int n = 0, c = view->c / groups;
    for (int g = 0; g < groups; g++) {
        const int more = order && runs ? nv_view_runs(view, g * c, c, order, runs) : -1;
        if (more < 0)
            return -1;
        n += more;
    }
    return view->c / n >= SHORT_RUN || n <= groups;
}

/* Addition `id`: a convolution that was kept for it adds the sum so far (at NULL: there is none) in its
 * store.
 */
static enum cg_status add_gemm(struct lowering *l, int id, int from, bool last, struct nv_view *sum)
{
    const struct cg_node *node = node_at(l, id), *conv = node_at(l, from);
    if (sum->at) {
        const int can = can_be_residual(l, sum, conv->op == CG_CONV ? conv->groups : 1);
        if (can < 0 || (!can && !straighten(l, node->shape, CG_CAT_DATA, sum)))
            return CG_NO_MEMORY;
    }
    const int as = last ? id : from;
    const enum cg_status status =
        lower_gemm(l, from, as, sum->at ? sum : NULL, last ? node->act : CG_ACT_NONE);
    *sum = l->views[as];
    return status;
}

/* Addition `id`: what stands there already is added to the sum so far. */
static enum cg_status add_view(struct lowering *l, int id, int from, bool last, struct nv_view *sum)
{
    const enum cg_status status = lower_binary(l, id, *sum, l->views[from]);
    if (status != CG_OK)
        return status;
    if (!last) { /* the node's activation is for the last one only */
        struct nv_op *op = &l->plan->ops[l->plan->n_ops - 1];
        op->lo = -INFINITY;
        op->hi = INFINITY;
        op->post = CG_PASS_COPY;
    }
    *sum = l->views[id];
    return CG_OK;
}

/* First what stands there already, then the convolutions. */
static enum cg_status lower_add(struct lowering *l, int id)
{
    const struct cg_node *node = node_at(l, id);
    struct nv_view sum = {0};
    int left = node->n_inputs;
    enum cg_status status = CG_OK;
    for (int kept = 0; kept < 2; kept++)
        for (int i = 0; i < node->n_inputs && status == CG_OK; i++) {
            const int from = node->inputs[i];
            if (l->fates[from].in_add != kept)
                continue;
            left--;
            if (kept)
                status = add_gemm(l, id, from, left == 0, &sum);
            else if (sum.at)
                status = add_view(l, id, from, left == 0, &sum);
            else
                sum = l->views[from];
        }
    return status;
}

/* Whether a concat's input is all that its operation wrote to a buffer of its own, which nobody else reads,
 * so that it can lie in another. */
static bool can_move(const struct lowering *l, int id)
{
    const enum cg_op kind = node_at(l, id)->op;
    if (l->uses[id] != 1 || (kind != CG_CONV && kind != CG_ADD && kind != CG_MAX_POOL && kind != CG_AVG_POOL))
        return false;
    const struct nv_op *op = &l->plan->ops[l->op_of[id]];
    const struct nv_buffer *out = &l->plan->buffers[op->out];
    return (op->kind == NV_GEMM || op->kind == NV_WINDOW) && l->views[id].at[0].buffer == op->out &&
           out->c == l->views[id].c && !out->cuts;
}

/* Lays the inputs of a concat side by side in one buffer, in their order, where all can be moved: whoever
 * adds to it then finds one run, and may take its place. */
static enum cg_status lie_together(struct lowering *l, int id)
{
    struct nv_plan *plan = l->plan;
    const struct cg_node *node = node_at(l, id);
    for (int i = 0; i < node->n_inputs; i++)
        if (!can_move(l, node->inputs[i]))
            return CG_OK;
    const int to = plan->ops[l->op_of[node->inputs[0]]].out;
    struct nv_buffer *buffer = &plan->buffers[to];
    for (int i = 1; i < node->n_inputs; i++) {
        struct nv_view *view = &l->views[node->inputs[i]];
        const int op = l->op_of[node->inputs[i]];
        *view = nv_view_within(plan->views, view, to, buffer->c);
        if (!view->at)
            return CG_NO_MEMORY;
        nv_write_to(&plan->ops[op], to, buffer->c);
        buffer->c += view->c;
        buffer->first_op = op < buffer->first_op ? op : buffer->first_op;
    }
    buffer->ld = nv_pixel_floats(buffer->c);
    return CG_OK;
}

static enum cg_status lower_symbolic(struct lowering *l, int id)
{
    if (l->full && node_at(l, id)->op == CG_CONCAT && lie_together(l, id) != CG_OK)
        return CG_NO_MEMORY;
    struct nv_view view = nv_symbolic_view(l->plan, id, l->views);
    if (!view.at)
        return CG_NO_MEMORY;
    if (!l->full) {
        struct nv_op *op = straighten(l, node_at(l, id)->shape, cg_node_category(l->graph, id), &view);
        if (op)
            nv_claim_node(l->plan, id);
        return set(l, id, op, view);
    }
    for (int i = 0; i < node_at(l, id)->n_inputs; i++) {
        const int op = l->op_of[node_at(l, id)->inputs[i]];
        l->op_of[id] = op > l->op_of[id] ? op : l->op_of[id];
    }
    if (l->fates[id].gone) /* it runs in the operation that made its input */
        nv_claim_node_of(l->plan, l->op_of[id], id);
    else
        l->symbolic[l->n_symbolic++] = id;
    l->views[id] = view;
    return CG_OK;
}

/* The data of networks arrive densely. */
static enum cg_status lower_input(struct lowering *l, int id)
{
    const struct cg_shape shape = node_at(l, id)->shape;
    const bool dense = l->plan->base.setting.edges != CG_EDGES_PLAN;
    l->plan->input = nv_add_buffer(l->plan, shape, dense ? shape.c : nv_pixel_floats(shape.c));
    if (l->plan->input >= 0)
        l->views[id] = nv_view_of_buffer(l->plan->views, l->plan->input, shape.c, NULL);
    return l->views[id].at ? CG_OK : CG_NO_MEMORY;
}

/* A node that becomes one operation with one input. */
static enum cg_status lower_one(struct lowering *l, int id)
{
    struct nv_plan *plan = l->plan;
    const enum cg_op kind = node_at(l, id)->op;
    const struct nv_view *in = &l->views[node_at(l, id)->inputs[0]];
    struct nv_view view = {0};
    struct nv_op *op;
    if (kind == CG_GLOBAL_POOL)
        op = nv_lower_mean(plan, id, in, &view);
    else if (kind == CG_ACT || kind == CG_AFFINE || kind == CG_PRELU)
        op = nv_lower_unary(plan, id, in, l->weights.given, &view);
    else
        op = nv_lower_window(plan, id, in, &l->weights, kind == CG_CONV && feeds_gemm(l, id), &view);
    if (op && l->fates[id].moved != CG_ACT_NONE) {
        nv_set_act(op, l->fates[id].moved);
        if (kind != CG_CONV)
            op->post = CG_PASS_CLAMP; /* pools do not clamp in their store */
    }
    return set(l, id, op, view);
}

/* A node that takes all channels of a pixel, which are copied where they do not lie in order. */
static enum cg_status lower_whole(struct lowering *l, int id)
{
    struct nv_view in = l->views[node_at(l, id)->inputs[0]], view = {0};
    if (nv_view_breaks(&in, NULL) > 1 && !straighten(l, cg_input_shape(l->graph, id, 0), CG_CAT_DATA, &in))
        return CG_NO_MEMORY;
    struct nv_op *op = nv_lower_whole(l->plan, id, &in, l->weights.given, &view);
    return set(l, id, op, view);
}

static enum cg_status lower_node(struct lowering *l, int id)
{
    const struct cg_node *node = node_at(l, id);
    switch (node->op) {
    case CG_INPUT:
        return lower_input(l, id);
    case CG_CONV:
    case CG_FC:
        if (l->fates[id].in_add)
            return CG_OK;
        return nv_is_gemm(l->graph, id) ? lower_gemm(l, id, id, NULL, l->fates[id].moved) : lower_one(l, id);
    case CG_ADD:
        return lower_add(l, id);
    case CG_MUL:
        return lower_binary(l, id, l->views[node->inputs[0]], l->views[node->inputs[1]]);
    case CG_CONCAT:
    case CG_SPLIT:
    case CG_SHUFFLE:
    case CG_PERMUTE:
        return lower_symbolic(l, id);
    default:
        if (nv_plain_in_order(node))
            return lower_whole(l, id);
        return l->fates[id].gone ? lower_symbolic(l, id) : lower_one(l, id);
    }
}

/* The output must stand dense and in order in a buffer that nothing else needs. */
static enum cg_status lower_output(struct lowering *l)
{
    struct nv_plan *plan = l->plan;
    struct nv_view view = l->views[l->graph->output];
    const bool whole = nv_view_breaks(&view, NULL) == 1 && view.at[0].column == 0 &&
                       plan->buffers[view.at[0].buffer].c == view.c && view.at[0].buffer != plan->input;
    if (!whole && !straighten(l, node_at(l, l->graph->output)->shape, CG_CAT_DATA, &view))
        return CG_NO_MEMORY;
    plan->output = view.at[0].buffer;
    plan->buffers[plan->output].ld = view.c; /* dense */
    return CG_OK;
}

static bool empty_scratch(struct nv_plan *plan)
{
    cg_arena_destroy(&plan->scratch);
    plan->scratch = cg_arena_create(0);
    return plan->scratch;
}

/* How often nodes are claimed at most: an addition is an operation for each operand but the first. */
static size_t claims_of(const struct cg_graph *graph)
{
    size_t claims = (size_t)graph->n_nodes;
    for (int id = 0; id < graph->n_nodes; id++)
        claims += graph->nodes[id].op == CG_ADD ? (size_t)graph->nodes[id].n_inputs : 0;
    return claims;
}

static enum cg_status lower_all(struct nv_plan *plan, const struct cg_weights *weights)
{
    const size_t n = (size_t)plan->graph->n_nodes;
    struct lowering l = {.plan = plan,
                         .graph = plan->graph,
                         .full = plan->base.setting.fusion != CG_FUSION_NONE,
                         .views = cg_arena_array(plan->views, n, sizeof *l.views),
                         .fates = cg_arena_array(plan->views, n, sizeof *l.fates),
                         .uses = cg_arena_array(plan->views, n, sizeof *l.uses),
                         .op_of = cg_arena_array(plan->views, n, sizeof *l.op_of),
                         .symbolic = cg_arena_array(plan->views, n, sizeof *l.symbolic)};
    plan->nodes = cg_arena_array(plan->kept, claims_of(plan->graph), sizeof *plan->nodes);
    if (!l.views || !l.fates || !l.uses || !l.op_of || !l.symbolic || !plan->nodes)
        return CG_NO_MEMORY;
    l.weights = (struct nv_weights){weights, l.fates};
    cg_graph_uses(plan->graph, l.uses);
    if (l.full)
        nv_plan_fates(l.graph, l.uses, l.fates);
    for (int id = 0; id < plan->graph->n_nodes; id++)
        if (!empty_scratch(plan) || lower_node(&l, id) != CG_OK)
            return CG_NO_MEMORY;
    return lower_output(&l);
}

enum cg_status nv_lower(struct nv_plan *plan, const struct cg_weights *weights, struct cg_error *err)
{
    plan->views = cg_arena_create(0);
    const enum cg_status status = plan->views ? lower_all(plan, weights) : CG_NO_MEMORY;
    cg_arena_destroy(&plan->views);
    return status == CG_OK ? CG_OK : cg_fail(err, CG_NO_MEMORY, "no memory for a plan of engine native");
}
