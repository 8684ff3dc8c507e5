#include "kernels/native/lower_node.h"

#include "kernels/native/plain.h"

#include <string.h>

/* Long pieces are cut so that threads can share small maps. */
#define CUT_CHANNELS 256

/* A copy or an affine map whose pieces are shorter than this on average runs as a gather. */
#define SHORT_PIECE 4

/* Plain C, a function of the library a value, beside a kernel. */
#define PLAIN_COST 16

/* op->pass.pieces has room: a piece holds at least one channel. */
static void add_piece(struct nv_op *op, struct nv_piece piece)
{
    while (piece.len > 0) {
        struct nv_piece part = piece;
        part.len = (int)nv_smaller(piece.len, CUT_CHANNELS);
        op->pass.pieces[op->parts++] = part;
        piece.a_column += part.len;
        piece.b_column += part.len;
        piece.column += part.len;
        piece.len -= part.len;
    }
}

/* Pieces in the order in which the channels of `a` lie; order[i] is the channel in column i of the output. */
static enum cg_status pieces_as_lying(struct nv_plan *plan, struct nv_op *op, const struct nv_view *a,
                                      int *order)
{
    struct nv_run *runs = nv_scratch(plan, a->c, sizeof *runs);
    const int n = runs ? nv_view_runs(a, 0, a->c, order, runs) : -1;
    for (int i = 0; i < n; i++)
        add_piece(op,
                  (struct nv_piece){runs[i].buffer, runs[i].column, -1, 0, runs[i].position, runs[i].len});
    return n < 0 ? CG_NO_MEMORY : CG_OK;
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

/* Pieces that gather channels from ... from + n - 1 of `a`: one from each buffer. */
static enum cg_status gather_block(struct nv_op *op, const struct nv_view *a, struct nv_run *runs, int from,
                                   int block, int *order)
{
    const int n = nv_view_runs(a, from, block, order, runs);
    for (int i = 0; i < block; i++)
        order[i] += from;
    for (int r = 0, next; r < n; r = next) {
        struct nv_piece piece = {runs[r].buffer, 0, -1, 0, from + runs[r].position, 0};
        for (next = r; next < n && runs[next].buffer == runs[r].buffer; next++)
            for (int i = 0; i < runs[next].len; i++)
                op->pass.index[piece.column + piece.len++] = runs[next].column + i;
        add_piece(op, piece);
    }
    return n < 0 ? CG_NO_MEMORY : CG_OK;
}

/* The same of all channels: for each of `groups` ranges of channels apart, so that what a group of the reader
 * takes lies together. Sets op->pass.index; order[] as above. */
static enum cg_status pieces_gathered(struct nv_plan *plan, struct nv_op *op, const struct nv_view *a,
                                      int groups, int *order)
{
    const int block = a->c / groups;
    struct nv_run *runs = nv_scratch(plan, a->c, sizeof *runs);
    op->pass.index = cg_arena_array(plan->kept, (size_t)a->c, sizeof *op->pass.index);
    enum cg_status status = runs && op->pass.index ? CG_OK : CG_NO_MEMORY;
    op->parts = 0;
    for (int from = 0; from < a->c && status == CG_OK; from += block)
        status = gather_block(op, a, runs, from, block, order + from);
    return status;
}

/* Pieces in the order of the channels: runs in which a (and b) lie together. */
static void pieces_in_order(struct nv_op *op, const struct nv_view *a, const struct nv_view *b)
{
    for (int from = 0, to; from < a->c; from = to) {
        for (to = from + 1; to < a->c; to++)
            if (!nv_next_to(a->at[to - 1], a->at[to]) || (b && !nv_next_to(b->at[to - 1], b->at[to])))
                break;
        struct nv_piece piece = {a->at[from].buffer, a->at[from].column, -1, 0, from, to - from};
        if (b) {
            piece.b = b->at[from].buffer;
            piece.b_column = b->at[from].column;
        }
        add_piece(op, piece);
    }
}

/* Makes a new operation (or NULL) a pass over all pixels, with room for a piece a channel. */
static struct nv_op *make_pass(struct nv_plan *plan, struct nv_op *op, enum cg_pass pass,
                               struct cg_shape shape)
{
    if (!op)
        return NULL;
    op->pixels = true;
    op->rows = shape.n * shape.h * shape.w;
    op->in_h = shape.h;
    op->in_w = shape.w;
    op->cost = (int64_t)op->rows * (shape.c / 4 + 1);
    op->pass.pass = pass;
    op->pass.pieces = nv_scratch(plan, shape.c, sizeof *op->pass.pieces);
    return op->pass.pieces ? op : NULL;
}

static struct nv_op *add_node(struct nv_plan *plan, enum cg_pass pass, int id)
{
    return make_pass(plan, nv_add_node_op(plan, NV_PASS, id), pass, plan->graph->nodes[id].shape);
}

/* When all pieces stand; `order` as of a view. */
static struct nv_op *finish(struct nv_plan *plan, struct nv_op *op, const int *order, struct nv_view *out)
{
    op->pass.pieces = nv_keep(plan, op->pass.pieces, op->parts, sizeof *op->pass.pieces);
    *out = nv_view_of_buffer(plan->views, op->out, plan->buffers[op->out].c, order);
    return op->pass.pieces && out->at ? op : NULL;
}

struct nv_op *nv_lower_mean(struct nv_plan *plan, int id, const struct nv_view *in, struct nv_view *out)
{
    const struct cg_shape shape = cg_input_shape(plan->graph, id, 0);
    struct nv_op *op = add_node(plan, CG_PASS_MEAN, id);
    int *order = nv_scratch(plan, in->c, sizeof *order);
    if (!op || !order || pieces_as_lying(plan, op, in, order) != CG_OK)
        return NULL;
    op->in_h = shape.h;
    op->in_w = shape.w;
    op->lo = 1.0f / ((float)shape.h * (float)shape.w);
    op->cost *= (int64_t)shape.h * shape.w;
    return finish(plan, op, order, out);
}

static enum cg_status add_scale(struct nv_plan *plan, struct nv_op *op, int id, const int *order,
                                const struct cg_weights *weights)
{
    const int c = plan->graph->nodes[id].shape.c;
    float *scale = nv_scratch(plan, c, sizeof *scale), *shift = nv_scratch(plan, c, sizeof *shift);
    if (!scale || !shift || nv_add_params(plan, op, 2 * (int64_t)c) != CG_OK)
        return CG_NO_MEMORY;
    if (weights)
        cg_weights_fold(plan->graph, weights, id, scale, shift);
    op->bias = c;
    for (int i = 0; weights && i < c; i++) {
        op->params[i] = scale[order ? order[i] : i];
        op->params[op->bias + i] = shift[order ? order[i] : i];
    }
    return CG_OK;
}

struct nv_op *nv_lower_unary(struct nv_plan *plan, int id, const struct nv_view *a,
                             const struct cg_weights *weights, struct nv_view *out)
{
    const struct cg_node *node = &plan->graph->nodes[id];
    const bool affine = node->op == CG_AFFINE;
    struct nv_op *op = add_node(plan, affine ? CG_PASS_AFFINE : CG_PASS_CLAMP, id);
    int *order = nv_scratch(plan, a->c, sizeof *order);
    if (!op || !order || pieces_as_lying(plan, op, a, order) != CG_OK)
        return NULL;
    if (node->op != CG_ACT || !nv_is_plain(node))
        nv_set_act(op, node->act);
    if (nv_is_plain(node)) {
        op->pass.plain = node;
        op->cost *= PLAIN_COST;
        if (node->params >= 0 && add_scale(plan, op, id, order, weights) != CG_OK)
            return NULL;
    } else if (affine) {
        if (op->parts > a->c / SHORT_PIECE) {
            op->cost = (int64_t)op->rows * (a->c + a->c / 2 + 1);
            if (pieces_gathered(plan, op, a, groups_of_reader(plan->graph, id), order) != CG_OK)
                return NULL;
        }
        if (add_scale(plan, op, id, order, weights) != CG_OK)
            return NULL;
    } else if (op->post != CG_PASS_COPY) {
        op->pass.pass = op->post; /* the activation is the operation itself */
        op->post = CG_PASS_COPY;
    }
    return finish(plan, op, order, out);
}

struct nv_op *nv_lower_whole(struct nv_plan *plan, int id, const struct nv_view *in,
                             const struct cg_weights *weights, struct nv_view *out)
{
    const struct cg_node *node = &plan->graph->nodes[id];
    struct nv_op *op = add_node(plan, CG_PASS_COPY, id);
    if (!op || (node->params >= 0 && add_scale(plan, op, id, NULL, weights) != CG_OK))
        return NULL;
    if (node->op == CG_LAYER_NORM) {
        op->pass.pass = CG_PASS_LAYER_NORM;
        op->lo = node->epsilon;
        op->cost *= 4; /* reads three times what it writes */
    } else {
        op->cost *= PLAIN_COST;
        op->pass.plain = node;
    }
    op->pass.maps = node->op == CG_GROUP_NORM || node->op == CG_UPSAMPLE || node->op == CG_DEPTH_TO_SPACE;
    if (op->pass.maps)
        op->rows = node->shape.n;
    op->in_h = cg_input_shape(plan->graph, id, 0).h;
    op->in_w = cg_input_shape(plan->graph, id, 0).w;
    const int group = node->op == CG_GROUP_NORM ? node->shape.c / node->groups
                      : op->pass.maps           ? 1
                                                : node->shape.c;
    const int step = group < CUT_CHANNELS ? CUT_CHANNELS / group * group : group; /* whole groups */
    for (int c = 0; c < node->shape.c; c += step)
        op->pass.pieces[op->parts++] = (struct nv_piece){
            in->at[0].buffer, in->at[0].column + c, -1, 0, c, (int)nv_smaller(step, node->shape.c - c)};
    return finish(plan, op, NULL, out);
}

struct nv_op *nv_lower_copy(struct nv_plan *plan, struct cg_shape shape, const struct nv_view *view,
                            enum cg_category category, struct nv_view *out)
{
    struct nv_op *op = make_pass(plan, nv_add_op(plan, NV_PASS, category, shape), CG_PASS_COPY, shape);
    if (!op)
        return NULL;
    pieces_in_order(op, view, NULL);
    bool one_buffer = true;
    for (int i = 1; i < view->c; i++)
        one_buffer &= view->at[i].buffer == view->at[0].buffer;
    if (one_buffer && view->c / op->parts < SHORT_PIECE) {
        op->pass.pass = CG_PASS_GATHER;
        op->parts = 1;
        op->pass.pieces[0] = (struct nv_piece){view->at[0].buffer, 0, -1, 0, 0, view->c};
        op->pass.index = cg_arena_array(plan->kept, (size_t)view->c, sizeof *op->pass.index);
        if (!op->pass.index)
            return NULL;
        for (int i = 0; i < view->c; i++)
            op->pass.index[i] = view->at[i].column;
    }
    return finish(plan, op, NULL, out);
}

struct nv_op *nv_lower_binary(struct nv_plan *plan, int id, const struct nv_view *a, const struct nv_view *b,
                              struct nv_view *out)
{
    const struct cg_node *node = &plan->graph->nodes[id];
    struct nv_op *op = add_node(plan, node->op == CG_MUL ? CG_PASS_MUL : CG_PASS_ADD, id);
    if (!op)
        return NULL;
    op->pass.broadcast_b =
        node->op == CG_MUL && !cg_shape_equal(cg_input_shape(plan->graph, id, 1), node->shape);
    nv_set_act(op, node->act);
    pieces_in_order(op, a, b);
    return finish(plan, op, NULL, out);
}

struct nv_view nv_symbolic_view(const struct nv_plan *plan, int id, const struct nv_view *views)
{
    const struct cg_node *node = &plan->graph->nodes[id];
    const struct nv_view *in = &views[node->inputs[0]];
    struct cg_arena *memory = plan->views;
    const int c = node->shape.c;
    if (node->op != CG_SHUFFLE && node->op != CG_CONCAT)
        return nv_view_select(memory, in, node->op == CG_PERMUTE ? node->index : NULL,
                              node->op == CG_SPLIT ? node->offset : 0, c);
    struct nv_view view = {c, cg_arena_array(memory, (size_t)c, sizeof *view.at)};
    if (!view.at)
        return view;
    if (node->op == CG_SHUFFLE)
        for (int i = 0; i < c; i++)
            view.at[i] = in->at[i % node->groups * (c / node->groups) + i / node->groups];
    for (int i = 0, at = 0; node->op == CG_CONCAT && i < node->n_inputs; i++) {
        const struct nv_view *part = &views[node->inputs[i]];
        memcpy(view.at + at, part->at, (size_t)part->c * sizeof *view.at);
        at += part->c;
    }
    return view;
}
