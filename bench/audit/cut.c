#include "bench/audit/cut.h"

#include "bench/graph/rewrite.h"

static bool contains(const int *list, int n, int id)
{
    for (int i = 0; i < n; i++)
        if (list[i] == id)
            return true;
    return false;
}

static void add_unique(int *list, int *n, int id)
{
    if (!contains(list, *n, id))
        list[(*n)++] = id;
}

/* An empty view with room for any block of the graph; false without memory. */
static bool make_room(const struct cg_graph *graph, struct cg_arena *arena, struct cg_block_view *view)
{
    *view = (struct cg_block_view){.output = -1};
    view->nodes = cg_arena_array(arena, (size_t)graph->n_nodes, sizeof *view->nodes);
    view->inputs = cg_arena_array(arena, (size_t)graph->n_nodes, sizeof *view->inputs);
    return view->nodes && view->inputs;
}

bool cg_block_look(const struct cg_graph *graph, int block, struct cg_arena *arena,
                   struct cg_block_view *view)
{
    if (!make_room(graph, arena, view))
        return false;
    for (int id = 0; id < graph->n_nodes; id++) {
        const struct cg_node *node = &graph->nodes[id];
        if (node->block != block || node->op == CG_INPUT)
            continue;
        view->nodes[view->n_nodes++] = id;
        view->output = id;
        for (int k = 0; k < node->n_inputs; k++) {
            const struct cg_node *from = &graph->nodes[node->inputs[k]];
            if (from->block != block || from->op == CG_INPUT)
                add_unique(view->inputs, &view->n_inputs, node->inputs[k]);
        }
    }
    return true;
}

int cg_block_keep_one_map(const struct cg_graph *graph, struct cg_arena *arena, struct cg_block_view *view)
{
    struct cg_shape map = view->n_inputs > 0 ? graph->nodes[view->inputs[0]].shape : (struct cg_shape){0};
    for (int i = 1; i < view->n_inputs; i++) {
        const struct cg_shape other = graph->nodes[view->inputs[i]].shape;
        if ((int64_t)other.h * other.w < (int64_t)map.h * map.w)
            map = other;
    }
    struct cg_block_view kept;
    if (!make_room(graph, arena, &kept))
        return -1;
    for (int i = 0; i < view->n_nodes; i++) {
        const struct cg_node *node = &graph->nodes[view->nodes[i]];
        bool fits = true;
        for (int k = 0; k < node->n_inputs; k++) {
            const struct cg_shape from = graph->nodes[node->inputs[k]].shape;
            fits = fits && (contains(kept.nodes, kept.n_nodes, node->inputs[k]) ||
                            (from.h == map.h && from.w == map.w));
        }
        for (int k = 0; fits && k < node->n_inputs; k++)
            if (!contains(kept.nodes, kept.n_nodes, node->inputs[k]))
                add_unique(kept.inputs, &kept.n_inputs, node->inputs[k]);
        if (fits)
            kept.nodes[kept.n_nodes++] = view->nodes[i];
    }
    const int left_out = view->n_nodes - kept.n_nodes;
    if (kept.n_nodes == 0 || kept.nodes[kept.n_nodes - 1] != view->output)
        return -1;
    kept.output = view->output;
    *view = kept;
    return left_out;
}

/* Adds the block's input to `piece`: one tensor, and a split for each part when there are several. */
static bool add_inputs(const struct cg_graph *graph, const struct cg_block_view *view, struct cg_graph *piece,
                       int *new_id, struct cg_error *err)
{
    struct cg_node input = cg_node_of(CG_INPUT);
    input.shape = graph->nodes[view->inputs[0]].shape;
    input.shape.c = 0;
    for (int i = 0; i < view->n_inputs; i++)
        input.shape.c += graph->nodes[view->inputs[i]].shape.c;
    const int whole = cg_graph_add(piece, &input, err);
    for (int i = 0, offset = 0; whole >= 0 && i < view->n_inputs; i++) {
        struct cg_node part = cg_node_of(CG_SPLIT);
        part.n_inputs = 1;
        part.inputs = &whole;
        part.offset = offset;
        part.shape.c = graph->nodes[view->inputs[i]].shape.c;
        offset += part.shape.c;
        new_id[view->inputs[i]] = view->n_inputs == 1 ? whole : cg_graph_add(piece, &part, err);
        if (new_id[view->inputs[i]] < 0)
            return false;
    }
    return whole >= 0;
}

/* Adds what stands in the place of a dropped add: the other operand, with the add's activation. */
static int add_instead(struct cg_graph *piece, const struct cg_node *dropped, int operand, bool drop_act,
                       struct cg_error *err)
{
    if (dropped->act == CG_ACT_NONE || drop_act)
        return operand;
    struct cg_node act = cg_node_of(CG_ACT);
    act.act = dropped->act;
    act.n_inputs = 1;
    act.inputs = &operand;
    return cg_graph_add(piece, &act, err);
}

/* A block on its way into a graph of its own. */
struct copying {
    const struct cg_graph *graph;
    const struct cg_cut_changes *changes; /* or NULL */
    struct cg_graph *piece;
    int *new_id; /* of the graph's nodes in the piece */
    int *inputs; /* room for those of one node */
};

/* Copies one node of the block; its new id or -1. */
static int copy_node(const struct copying *c, int id, struct cg_error *err)
{
    struct cg_node node = c->graph->nodes[id];
    const bool drop_act = c->changes && c->changes->drop_act[id];
    if (c->changes && c->changes->instead[id] >= 0)
        return add_instead(c->piece, &node, c->new_id[c->changes->instead[id]], drop_act, err);
    if (drop_act && node.op == CG_ACT)
        return c->new_id[node.inputs[0]];
    if (drop_act)
        node.act = CG_ACT_NONE;
    for (int k = 0; k < node.n_inputs; k++)
        c->inputs[k] = c->new_id[node.inputs[k]];
    node.inputs = c->inputs;
    node.params = -1;
    node.block = -1;
    return cg_graph_add(c->piece, &node, err);
}

struct cg_graph *cg_block_cut(const struct cg_graph *graph, const struct cg_block_view *view,
                              const struct cg_cut_changes *changes, struct cg_arena *arena,
                              struct cg_error *err)
{
    int most = 1;
    for (int i = 0; i < view->n_nodes; i++)
        if (graph->nodes[view->nodes[i]].n_inputs > most)
            most = graph->nodes[view->nodes[i]].n_inputs;
    struct cg_graph *piece = cg_graph_create(), *fused = NULL;
    int *new_id = cg_arena_array(arena, (size_t)graph->n_nodes, sizeof *new_id);
    int *inputs = cg_arena_array(arena, (size_t)most, sizeof *inputs);
    bool ok = piece && new_id && inputs;
    if (!ok)
        cg_fail(err, CG_NO_MEMORY, "no memory to cut a block out of the graph");
    const struct copying copying = {graph, changes, piece, new_id, inputs};
    ok = ok && add_inputs(graph, view, piece, new_id, err);
    for (int i = 0; ok && i < view->n_nodes; i++) {
        const int id = view->nodes[i];
        new_id[id] = copy_node(&copying, id, err);
        ok = new_id[id] >= 0;
    }
    if (ok && cg_graph_set_output(piece, new_id[view->output], err) == CG_OK)
        fused = cg_graph_fuse(piece, err);
    cg_graph_destroy(&piece);
    return fused;
}

/* input -> conv, or NULL. */
static struct cg_graph *one_conv(struct cg_shape in, struct cg_node conv, struct cg_error *err)
{
    struct cg_graph *graph = cg_graph_create();
    struct cg_node input = cg_node_of(CG_INPUT);
    input.shape = in;
    const int id = graph ? cg_graph_add(graph, &input, err) : -1;
    conv.n_inputs = 1;
    conv.inputs = &id;
    conv.params = -1;
    conv.block = -1;
    if (id < 0 || cg_graph_add(graph, &conv, err) < 0)
        cg_graph_destroy(&graph);
    return graph;
}

struct cg_graph *cg_conv_alone(const struct cg_graph *graph, int id, int c_in, int c_out, int groups,
                               struct cg_error *err)
{
    struct cg_shape in = cg_input_shape(graph, id, 0);
    struct cg_node conv = graph->nodes[id];
    in.c = c_in;
    conv.shape.c = c_out;
    conv.groups = groups;
    return one_conv(in, conv, err);
}

struct cg_graph *cg_pointwise_alone(struct cg_shape map, int c, struct cg_error *err)
{
    struct cg_node conv = cg_node_of(CG_CONV);
    map.c = c;
    conv.shape.c = c;
    conv.norm = true;
    return one_conv(map, conv, err);
}
