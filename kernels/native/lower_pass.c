/* Passes: copies, additions, products, activations, batch normalisation by itself, the mean over a map. They
 * run piece by piece over channels that lie together. */
#include "kernels/native/plan.h"
#include "kernels/native/view.h"

#include <stdlib.h>
#include <string.h>

/* Long pieces are cut so that threads can share small maps. */
#define CUT_CHANNELS 256

/* A copy or an affine map whose pieces are shorter than this on average runs as a gather. */
#define SHORT_PIECE 4

static enum cg_status add_piece(struct nv_op *op, struct nv_piece piece)
{
    while (piece.len > 0) {
        struct nv_piece *pieces = realloc(op->pieces, (size_t)(op->parts + 1) * sizeof *pieces);
        if (!pieces)
            return CG_NO_MEMORY;
        op->pieces = pieces;
        struct nv_piece part = piece;
        part.len = piece.len < CUT_CHANNELS ? piece.len : CUT_CHANNELS;
        op->pieces[op->parts++] = part;
        piece.a_column += part.len;
        piece.b_column += part.len;
        piece.column += part.len;
        piece.len -= part.len;
    }
    return CG_OK;
}

/* Pieces in the order in which the channels of `a` lie; order[i] is the channel in column i of the output. */
static enum cg_status pieces_as_lying(struct nv_op *op, const struct nv_view *a, int *order)
{
    struct nv_run *runs = malloc((size_t)a->c * sizeof *runs);
    const int n = runs ? nv_view_runs(a, 0, a->c, order, runs) : -1;
    enum cg_status status = n < 0 ? CG_NO_MEMORY : CG_OK;
    for (int i = 0; status == CG_OK && i < n; i++)
        status = add_piece(
            op, (struct nv_piece){runs[i].buffer, runs[i].column, -1, 0, runs[i].position, runs[i].len});
    free(runs);
    return status;
}

/* Into how many groups the one convolution that reads node `id` cuts its channels; 1: none, or several read.
 */
static int groups_of_reader(const struct cg_graph *graph, int id)
{
    int groups = 1, readers = 0;
    for (int n = 0; n < graph->n_nodes; n++)
        for (int i = 0; i < graph->nodes[n].n_inputs; i++)
            if (graph->nodes[n].inputs[i] == id) {
                readers++;
                if (graph->nodes[n].op == CG_CONV)
                    groups = graph->nodes[n].groups;
            }
    return readers == 1 && graph->nodes[id].shape.c / groups >= 2 * SHORT_PIECE ? groups : 1;
}

/* Pieces that gather: for each of `groups` ranges of channels one from each buffer, so that what a group of
 * the reader takes lies together. Sets op->index; order[] as above. */
static enum cg_status pieces_gathered(struct nv_op *op, const struct nv_view *a, int groups, int *order)
{
    const int block = a->c / groups;
    struct nv_run *runs = malloc((size_t)a->c * sizeof *runs);
    op->index = malloc((size_t)a->c * sizeof *op->index);
    enum cg_status status = runs && op->index ? CG_OK : CG_NO_MEMORY;
    op->parts = 0;
    for (int from = 0; from < a->c && status == CG_OK; from += block) {
        const int n = nv_view_runs(a, from, block, order + from, runs);
        for (int i = 0; i < block; i++)
            order[from + i] += from;
        for (int r = 0, next; r < n && status == CG_OK; r = next) {
            struct nv_piece piece = {runs[r].buffer, 0, -1, 0, from + runs[r].position, 0};
            for (next = r; next < n && runs[next].buffer == runs[r].buffer; next++)
                for (int i = 0; i < runs[next].len; i++)
                    op->index[piece.column + piece.len++] = runs[next].column + i;
            status = add_piece(op, piece);
        }
        status = n < 0 ? CG_NO_MEMORY : status;
    }
    free(runs);
    return status;
}

static bool next_to(struct nv_place a, struct nv_place b)
{
    return a.buffer == b.buffer && a.column + 1 == b.column;
}

/* Pieces in the order of the channels: runs in which a (and b) lie together. */
static enum cg_status pieces_in_order(struct nv_op *op, const struct nv_view *a, const struct nv_view *b)
{
    for (int from = 0, to; from < a->c; from = to) {
        for (to = from + 1; to < a->c; to++)
            if (!next_to(a->at[to - 1], a->at[to]) || (b && !next_to(b->at[to - 1], b->at[to])))
                break;
        struct nv_piece piece = {a->at[from].buffer, a->at[from].column, -1, 0, from, to - from};
        if (b) {
            piece.b = b->at[from].buffer;
            piece.b_column = b->at[from].column;
        }
        if (add_piece(op, piece) != CG_OK)
            return CG_NO_MEMORY;
    }
    return CG_OK;
}

/* A pass over all pixels of a new buffer. */
static struct nv_op *add_pass(struct nv_plan *plan, enum cg_pass pass, enum cg_category category,
                              struct cg_shape shape)
{
    struct nv_op *op = nv_add_op(plan, NV_PASS, category, shape);
    if (op) {
        op->pass = pass;
        op->pixels = true;
        op->rows = shape.n * shape.h * shape.w;
        op->in_h = shape.h;
        op->in_w = shape.w;
        op->cost = (int64_t)op->rows * (shape.c / 4 + 1);
    }
    return op;
}

static struct nv_op *finish(struct nv_op *op, enum cg_status status, int node, int c, const int *order,
                            struct nv_view *out)
{
    if (status == CG_OK && node >= 0)
        status = nv_op_add_node(op, node);
    if (status == CG_OK) {
        *out = nv_view_of_buffer(op->out, c, order);
        status = out->at ? CG_OK : CG_NO_MEMORY;
    }
    return status == CG_OK ? op : NULL;
}

struct nv_op *nv_lower_mean(struct nv_plan *plan, int id, const struct nv_view *in, struct nv_view *out)
{
    const struct cg_node *node = &plan->graph->nodes[id];
    const struct cg_shape shape = cg_input_shape(plan->graph, id, 0);
    struct nv_op *op = add_pass(plan, CG_PASS_MEAN, cg_node_category(plan->graph, id), node->shape);
    int *order = malloc((size_t)in->c * sizeof *order);
    if (!op || !order) {
        free(order);
        return NULL;
    }
    op->in_h = shape.h;
    op->in_w = shape.w;
    op->lo = 1.0f / ((float)shape.h * (float)shape.w);
    op->cost *= (int64_t)shape.h * shape.w;
    enum cg_status status = pieces_as_lying(op, in, order);
    op = finish(op, status, id, in->c, order, out);
    free(order);
    return op;
}

struct nv_op *nv_lower_unary(struct nv_plan *plan, int id, const struct nv_view *a,
                             const struct cg_weights *weights, struct nv_view *out)
{
    const struct cg_node *node = &plan->graph->nodes[id];
    const bool affine = node->op == CG_AFFINE;
    struct nv_op *op = add_pass(plan, affine ? CG_PASS_AFFINE : CG_PASS_CLAMP,
                                cg_node_category(plan->graph, id), node->shape);
    int *order = malloc((size_t)a->c * sizeof *order);
    float *scale = malloc((size_t)a->c * sizeof *scale), *shift = malloc((size_t)a->c * sizeof *shift);
    enum cg_status status = op && order && scale && shift ? pieces_as_lying(op, a, order) : CG_NO_MEMORY;
    if (status == CG_OK && affine && op->parts > a->c / SHORT_PIECE) {
        status = pieces_gathered(op, a, groups_of_reader(plan->graph, id), order);
        op->cost = (int64_t)op->rows * (a->c + a->c / 2 + 1);
    }
    if (status == CG_OK) {
        nv_set_act(op, node->act);
        if (!affine && op->post != CG_PASS_COPY) {
            op->pass = op->post; /* the activation is the operation itself */
            op->post = CG_PASS_COPY;
        }
    }
    if (status == CG_OK && affine) {
        status = nv_add_params(plan, op, 2 * (int64_t)a->c);
        if (status == CG_OK) {
            cg_weights_fold(plan->graph, weights, id, scale, shift);
            op->bias = a->c;
            for (int i = 0; i < a->c; i++) {
                op->params[i] = scale[order[i]];
                op->params[op->bias + i] = shift[order[i]];
            }
        }
    }
    if (op)
        op = finish(op, status, id, a->c, order, out);
    free(order);
    free(scale);
    free(shift);
    return op;
}

struct nv_op *nv_lower_copy(struct nv_plan *plan, struct cg_shape shape, const struct nv_view *view,
                            enum cg_category category, struct nv_view *out)
{
    struct nv_op *op = add_pass(plan, CG_PASS_COPY, category, shape);
    if (!op)
        return NULL;
    enum cg_status status = pieces_in_order(op, view, NULL);
    bool one_buffer = true;
    for (int i = 1; i < view->c; i++)
        one_buffer &= view->at[i].buffer == view->at[0].buffer;
    if (status == CG_OK && one_buffer && view->c / op->parts < SHORT_PIECE) {
        op->pass = CG_PASS_GATHER;
        op->parts = 1;
        op->pieces[0] = (struct nv_piece){view->at[0].buffer, 0, -1, 0, 0, view->c};
        op->index = malloc((size_t)view->c * sizeof *op->index);
        if (!op->index)
            return NULL;
        for (int i = 0; i < view->c; i++)
            op->index[i] = view->at[i].column;
    }
    return finish(op, status, -1, view->c, NULL, out);
}

struct nv_op *nv_lower_binary(struct nv_plan *plan, int id, const struct nv_view *a, const struct nv_view *b,
                              struct nv_view *out)
{
    const struct cg_node *node = &plan->graph->nodes[id];
    struct nv_op *op = add_pass(plan, node->op == CG_MUL ? CG_PASS_MUL : CG_PASS_ADD,
                                cg_node_category(plan->graph, id), node->shape);
    if (!op)
        return NULL;
    if (node->op == CG_MUL) {
        const struct cg_shape s = cg_input_shape(plan->graph, id, 1);
        op->broadcast_b = !cg_shape_equal(s, node->shape);
    }
    nv_set_act(op, node->act);
    return finish(op, pieces_in_order(op, a, b), id, a->c, NULL, out);
}
