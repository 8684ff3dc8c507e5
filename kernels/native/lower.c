/* The graph's nodes, in order, become operations over views. With fusion full, splits, concats and shuffles
 * only make views, additions and activations move into the operation that produces their input; with fusion
 * none every node is an operation of its own over dense tensors. */
#include "kernels/native/plan.h"
#include "kernels/native/view.h"

#include <stdlib.h>
#include <string.h>

/* An addition whose views run together for fewer channels than this first copies one of them. */
#define SHORT_RUN 8

struct lowering {
    struct nv_plan *plan;
    const struct cg_graph *graph;
    const struct cg_weights *weights;
    bool full;
    struct nv_view *views; /* [n_nodes] */
    int *uses;
    bool *in_add;              /* conv that runs with the addition that reads it */
    enum cg_act *moved;        /* activation that moved here from a later node */
    bool *gone;                /* activation that moved into its producers */
    int *symbolic, n_symbolic; /* nodes that became views since the last operation */
};

static const struct cg_node *node_at(const struct lowering *l, int id)
{
    return &l->graph->nodes[id];
}

static bool clamps(enum cg_act act)
{
    return act == CG_ACT_NONE || act == CG_ACT_RELU || act == CG_ACT_RELU6;
}

/* The sliding kernels keep row pointers of a window on the stack: far-reaching windows run as grouped gemm.
 */
static bool is_window(const struct cg_graph *graph, int id)
{
    const struct cg_window *w = &graph->nodes[id].window;
    return cg_node_is_depthwise(graph, id) && (int64_t)(w->kernel_h - 1) * w->dilation_h < 32;
}

static bool is_gemm(const struct cg_graph *graph, int id)
{
    const enum cg_op op = graph->nodes[id].op;
    return op == CG_FC || (op == CG_CONV && !is_window(graph, id));
}

/* Nodes that became views count to the operation that comes next. */
static enum cg_status claim_symbolic(struct lowering *l, struct nv_op *op)
{
    for (int i = 0; i < l->n_symbolic; i++)
        if (nv_op_add_node(op, l->symbolic[i]) != CG_OK)
            return CG_NO_MEMORY;
    l->n_symbolic = 0;
    return CG_OK;
}

static enum cg_status set(struct lowering *l, int id, struct nv_op *op, struct nv_view view)
{
    if (!op || claim_symbolic(l, op) != CG_OK) {
        free(view.at);
        return CG_NO_MEMORY;
    }
    free(l->views[id].at);
    l->views[id] = view;
    return CG_OK;
}

/* `view` of maps of `shape` with channel i in column i of one buffer: copied unless it lies so already. */
static enum cg_status straighten(struct lowering *l, struct cg_shape shape, struct nv_view *view,
                                 enum cg_category category, struct nv_op **op)
{
    *op = NULL;
    bool many = false;
    int runs = 1;
    for (int i = 1; i < view->c; i++) {
        many |= view->at[i].buffer != view->at[0].buffer;
        runs +=
            view->at[i].buffer != view->at[i - 1].buffer || view->at[i].column != view->at[i - 1].column + 1;
    }
    struct nv_view out = {0};
    if (many && view->c / runs < 4) {
        /* Interleaved buffers: first one behind the other, then the order. */
        int *order = malloc((size_t)view->c * sizeof *order);
        struct nv_run *pieces = malloc((size_t)view->c * sizeof *pieces);
        struct nv_view lying = {view->c, malloc((size_t)view->c * sizeof *lying.at)};
        enum cg_status status = CG_NO_MEMORY;
        if (order && pieces && lying.at && nv_view_runs(view, 0, view->c, order, pieces) >= 0) {
            for (int i = 0; i < view->c; i++)
                lying.at[i] = view->at[order[i]];
            struct nv_op *copy = nv_lower_copy(l->plan, shape, &lying, category, &out);
            if (copy && claim_symbolic(l, copy) == CG_OK) {
                for (int i = 0; i < view->c; i++)
                    view->at[order[i]] = out.at[i];
                status = CG_OK;
            }
            free(out.at);
        }
        free(order);
        free(pieces);
        free(lying.at);
        if (status != CG_OK)
            return status;
        out = (struct nv_view){0};
    }
    *op = nv_lower_copy(l->plan, shape, view, category, &out);
    if (!*op)
        return CG_NO_MEMORY;
    free(view->at);
    *view = out;
    return CG_OK;
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
    return reader >= 0 && node_at(l, reader)->op == CG_CONV && is_window(l->graph, reader);
}

static bool feeds_gemm(const struct lowering *l, int id)
{
    const int reader = l->full ? only_reader(l, id) : -1;
    return reader >= 0 && is_gemm(l->graph, reader);
}

static enum cg_status lower_gemm(struct lowering *l, int id, int as, const struct nv_view *residual,
                                 enum cg_act act)
{
    struct nv_view view = {0};
    struct nv_op *op = nv_lower_gemm(l->plan, id, &l->views[node_at(l, id)->inputs[0]], residual, l->weights,
                                     as == id && feeds_depthwise(l, id), &view);
    if (op)
        nv_set_act(op, act);
    if (op && as != id && nv_op_add_node(op, as) != CG_OK)
        op = NULL;
    return set(l, as, op, view);
}

/* Copies of the views of a and b where they do not run together. */
static enum cg_status match(struct lowering *l, int id, struct nv_view *a, struct nv_view *b)
{
    int runs = 1;
    for (int i = 1; i < a->c; i++)
        runs += a->at[i].buffer != a->at[i - 1].buffer || a->at[i].column != a->at[i - 1].column + 1 ||
                b->at[i].buffer != b->at[i - 1].buffer || b->at[i].column != b->at[i - 1].column + 1;
    if (a->c / runs >= SHORT_RUN || runs == 1)
        return CG_OK;
    struct nv_view *both[2] = {a, b};
    for (int i = 0; i < 2; i++) {
        if (nv_view_is_plain(both[i]))
            continue;
        struct nv_op *op;
        if (straighten(l, cg_input_shape(l->graph, id, i), both[i], CG_CAT_DATA, &op) != CG_OK ||
            claim_symbolic(l, op) != CG_OK)
            return CG_NO_MEMORY;
    }
    return CG_OK;
}

static enum cg_status lower_binary(struct lowering *l, int id, struct nv_view *a, struct nv_view *b, int as)
{
    if (match(l, id, a, b) != CG_OK)
        return CG_NO_MEMORY;
    struct nv_view view = {0};
    struct nv_op *op = nv_lower_binary(l->plan, id, a, b, &view);
    return set(l, as, op, view);
}

static struct nv_view copy_view(const struct nv_view *view)
{
    return nv_view_select(view, NULL, 0, view->c);
}

/* A residual can be added in the store of a gemm when its channels lie in long enough runs. */
static int runs_in_groups(const struct nv_view *view, int groups)
{
    int *order = malloc((size_t)view->c * sizeof *order), n = 0;
    struct nv_run *runs = malloc((size_t)view->c * sizeof *runs);
    const int c = view->c / groups;
    for (int g = 0; g < groups && order && runs; g++)
        n += nv_view_runs(view, g * c, c, order, runs);
    const bool ok = order && runs;
    free(order);
    free(runs);
    return ok ? n : -1;
}

/* An addition: first what stands there already, then the convolutions that were kept for it, each adding to
 * the sum so far in its store. */
static enum cg_status lower_add(struct lowering *l, int id)
{
    const struct cg_node *node = node_at(l, id);
    struct nv_view sum = {0};
    int left = node->n_inputs;
    enum cg_status status = CG_OK;
    for (int pass = 0; pass < 2 && status == CG_OK; pass++) {
        for (int i = 0; i < node->n_inputs && status == CG_OK; i++) {
            const int from = node->inputs[i];
            if (l->in_add[from] != (pass == 1))
                continue;
            left--;
            const bool last = left == 0;
            if (pass == 1) {
                const int groups = node_at(l, from)->op == CG_CONV ? node_at(l, from)->groups : 1;
                if (sum.at) {
                    const int runs = runs_in_groups(&sum, groups);
                    struct nv_op *op = NULL;
                    if (runs < 0)
                        status = CG_NO_MEMORY;
                    else if (sum.c / runs < SHORT_RUN && runs > groups)
                        status = straighten(l, node->shape, &sum, CG_CAT_DATA, &op);
                    if (op && status == CG_OK)
                        status = claim_symbolic(l, op);
                }
                if (status == CG_OK)
                    status = lower_gemm(l, from, last ? id : from, sum.at ? &sum : NULL,
                                        last ? node->act : CG_ACT_NONE);
            } else if (sum.at) {
                struct nv_view other = copy_view(&l->views[from]);
                status = other.at ? lower_binary(l, id, &sum, &other, id) : CG_NO_MEMORY;
                free(other.at);
                /* lower_binary applies the node's activation: right for the last one only. */
                if (status == CG_OK && !last) {
                    struct nv_op *op = &l->plan->ops[l->plan->n_ops - 1];
                    op->lo = -__builtin_inff();
                    op->hi = __builtin_inff();
                    op->post = CG_PASS_COPY;
                }
            } else {
                sum = copy_view(&l->views[from]);
                status = sum.at ? CG_OK : CG_NO_MEMORY;
                continue;
            }
            free(sum.at);
            sum = (struct nv_view){0};
            if (status == CG_OK) {
                sum = copy_view(&l->views[pass == 1 && !last ? from : id]);
                status = sum.at ? CG_OK : CG_NO_MEMORY;
            }
        }
    }
    free(sum.at);
    return status;
}

/* Split, concat, shuffle, permute as a view of their inputs. */
static struct nv_view symbolic_view(const struct lowering *l, int id)
{
    const struct cg_node *node = node_at(l, id);
    const struct nv_view *in = &l->views[node->inputs[0]];
    const int c = node->shape.c;
    if (node->op == CG_SPLIT)
        return nv_view_select(in, NULL, node->offset, c);
    if (node->op == CG_PERMUTE)
        return nv_view_select(in, node->index, 0, c);
    struct nv_view view = {c, malloc((size_t)c * sizeof *view.at)};
    if (!view.at)
        return view;
    if (node->op == CG_SHUFFLE) {
        for (int i = 0; i < node->groups; i++)
            for (int j = 0; j < c / node->groups; j++)
                view.at[j * node->groups + i] = in->at[i * (c / node->groups) + j];
        return view;
    }
    int at = 0;
    for (int i = 0; i < node->n_inputs; i++) {
        nv_view_append(&view, at, &l->views[node->inputs[i]]);
        at += l->views[node->inputs[i]].c;
    }
    return view;
}

static enum cg_status lower_symbolic(struct lowering *l, int id)
{
    struct nv_view view =
        l->gone[id] ? copy_view(&l->views[node_at(l, id)->inputs[0]]) : symbolic_view(l, id);
    if (!view.at)
        return CG_NO_MEMORY;
    struct nv_op *op = NULL;
    if (!l->full) {
        enum cg_status status =
            straighten(l, node_at(l, id)->shape, &view, cg_node_category(l->graph, id), &op);
        if (status != CG_OK || nv_op_add_node(op, id) != CG_OK) {
            free(view.at);
            return CG_NO_MEMORY;
        }
        return set(l, id, op, view);
    }
    l->symbolic[l->n_symbolic++] = id;
    l->views[id] = view;
    return CG_OK;
}

static enum cg_status lower_node(struct lowering *l, int id)
{
    const struct cg_node *node = node_at(l, id);
    const struct nv_view *in = node->n_inputs ? &l->views[node->inputs[0]] : NULL;
    struct nv_view view = {0};
    struct nv_op *op = NULL;
    switch (node->op) {
    case CG_INPUT:
        /* The data of networks arrive densely. */
        l->plan->input = nv_add_buffer(
            l->plan, node->shape,
            l->plan->base.options.edges == CG_EDGES_PLAN ? nv_pixel_floats(node->shape.c) : node->shape.c);
        if (l->plan->input < 0)
            return CG_NO_MEMORY;
        l->views[id] = nv_view_of_buffer(l->plan->input, node->shape.c, NULL);
        return l->views[id].at ? CG_OK : CG_NO_MEMORY;
    case CG_CONV:
    case CG_FC:
        if (l->in_add[id])
            return CG_OK;
        if (is_gemm(l->graph, id))
            return lower_gemm(l, id, id, NULL, l->moved[id]);
        op = nv_lower_window(l->plan, id, in, l->weights, feeds_gemm(l, id), &view);
        break;
    case CG_MAX_POOL:
    case CG_AVG_POOL:
    case CG_PAD:
        op = nv_lower_window(l->plan, id, in, l->weights, false, &view);
        break;
    case CG_GLOBAL_POOL:
        op = nv_lower_mean(l->plan, id, in, &view);
        break;
    case CG_ADD:
        return lower_add(l, id);
    case CG_MUL: {
        struct nv_view a = copy_view(in), b = copy_view(&l->views[node->inputs[1]]);
        enum cg_status status = a.at && b.at ? lower_binary(l, id, &a, &b, id) : CG_NO_MEMORY;
        free(a.at);
        free(b.at);
        return status;
    }
    case CG_ACT:
        if (l->gone[id])
            return lower_symbolic(l, id);
        op = nv_lower_unary(l->plan, id, in, NULL, &view);
        break;
    case CG_AFFINE:
        op = nv_lower_unary(l->plan, id, in, l->weights, &view);
        break;
    case CG_CONCAT:
    case CG_SPLIT:
    case CG_SHUFFLE:
    case CG_PERMUTE:
        return lower_symbolic(l, id);
    case CG_OP_COUNT:
        break;
    }
    if (op && l->moved[id] != CG_ACT_NONE) {
        nv_set_act(op, l->moved[id]);
        if (node->op != CG_CONV)
            op->post = CG_PASS_CLAMP; /* pools do not clamp in their store */
    }
    return set(l, id, op, view);
}

/* A clamp that alone reads a concat moves into the concat's producers when each has no other reader. */
static void move_clamp(struct lowering *l, int id)
{
    const struct cg_node *act = node_at(l, id);
    const int concat = act->inputs[0];
    if (!clamps(act->act) || node_at(l, concat)->op != CG_CONCAT || l->uses[concat] != 1)
        return;
    const struct cg_node *node = node_at(l, concat);
    for (int i = 0; i < node->n_inputs; i++) {
        const struct cg_node *from = node_at(l, node->inputs[i]);
        const bool takes = from->op == CG_CONV || from->op == CG_MAX_POOL || from->op == CG_AVG_POOL;
        if (!takes || from->act != CG_ACT_NONE || l->uses[node->inputs[i]] != 1)
            return;
    }
    for (int i = 0; i < node->n_inputs; i++)
        l->moved[node->inputs[i]] = act->act;
    l->gone[id] = true;
}

/* Which convolutions wait for the addition that reads them, which activations move. */
static void plan_fusion(struct lowering *l)
{
    for (int id = 0; id < l->graph->n_nodes; id++) {
        const struct cg_node *node = node_at(l, id);
        if (node->op == CG_ACT)
            move_clamp(l, id);
        if (node->op != CG_ADD)
            continue;
        for (int i = 0; i < node->n_inputs; i++) {
            const int from = node->inputs[i];
            if (is_gemm(l->graph, from) && node_at(l, from)->act == CG_ACT_NONE && l->uses[from] == 1)
                l->in_add[from] = true;
        }
    }
}

/* The output must stand dense and in order in a buffer that nothing else needs. */
static enum cg_status lower_output(struct lowering *l)
{
    const int id = l->graph->output;
    struct nv_view *view = &l->views[id];
    const bool whole = nv_view_is_plain(view) && view->at[0].column == 0 &&
                       l->plan->buffers[view->at[0].buffer].c == view->c &&
                       view->at[0].buffer != l->plan->input;
    if (!whole) {
        struct nv_op *op;
        if (straighten(l, node_at(l, id)->shape, view, CG_CAT_DATA, &op) != CG_OK ||
            claim_symbolic(l, op) != CG_OK)
            return CG_NO_MEMORY;
    }
    l->plan->output = view->at[0].buffer;
    l->plan->buffers[l->plan->output].ld = view->c; /* dense */
    return CG_OK;
}

enum cg_status nv_lower(struct nv_plan *plan, const struct cg_weights *weights, struct cg_error *err)
{
    const int n = plan->graph->n_nodes;
    struct lowering l = {.plan = plan,
                         .graph = plan->graph,
                         .weights = weights,
                         .full = plan->base.options.fusion != CG_FUSION_NONE,
                         .views = calloc((size_t)n, sizeof *l.views),
                         .uses = calloc((size_t)n, sizeof *l.uses),
                         .in_add = calloc((size_t)n, sizeof *l.in_add),
                         .moved = calloc((size_t)n, sizeof *l.moved),
                         .gone = calloc((size_t)n, sizeof *l.gone),
                         .symbolic = calloc((size_t)n, sizeof *l.symbolic)};
    enum cg_status status = CG_NO_MEMORY;
    if (l.views && l.uses && l.in_add && l.moved && l.gone && l.symbolic) {
        cg_graph_uses(plan->graph, l.uses);
        if (l.full)
            plan_fusion(&l);
        status = CG_OK;
        for (int id = 0; id < n && status == CG_OK; id++)
            status = lower_node(&l, id);
        if (status == CG_OK)
            status = lower_output(&l);
    }
    for (int id = 0; l.views && id < n; id++)
        free(l.views[id].at);
    free(l.views);
    free(l.uses);
    free(l.in_add);
    free(l.moved);
    free(l.gone);
    free(l.symbolic);
    return status == CG_OK ? CG_OK : cg_fail(err, CG_NO_MEMORY, "no memory for a plan of engine native");
}
