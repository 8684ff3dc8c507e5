#include "kernels/xnnpack/plan.h"

#include <stdlib.h>

struct placement {
    const struct cg_graph *graph;
    struct cg_xnn_layout *layout;
    struct place {
        int parent;        /* the concat that holds it or the node that it is a view of, or -1 */
        int64_t at;        /* first channel inside the parent */
        bool wanted_dense; /* a consumer of the node cannot read strided pixels */
    } * places;            /* by node */
};

/* A swish ends with a product. */
static bool is_dense(const struct cg_node *node)
{
    return cg_xnn_wants_dense(node->op) || (node->op == CG_ACT && node->act == CG_ACT_SWISH);
}

static bool reads_dense(const struct cg_graph *graph, int id)
{
    return is_dense(&graph->nodes[id]) || cg_xnn_recipe(graph, id) == CG_XNN_PAD_POOL;
}

static bool writes_dense(const struct cg_graph *graph, int id)
{
    return is_dense(&graph->nodes[id]) || cg_xnn_recipe(graph, id) == CG_XNN_SUM_SCALE;
}

/* A concat gives its own buffer to those inputs whose producers can write there. Last concat first: a concat
 * that stands inside another one has its place before its own inputs ask. */
static void place_concat_inputs(struct placement *p, int id)
{
    const struct cg_graph *graph = p->graph;
    const struct cg_node *concat = &graph->nodes[id];
    int64_t at = 0;
    for (int i = 0; i < concat->n_inputs; i++) {
        const int input = concat->inputs[i];
        const enum cg_op op = graph->nodes[input].op;
        if (p->places[input].parent < 0 && op != CG_INPUT && op != CG_SPLIT && input != graph->output &&
            !p->places[input].wanted_dense && !writes_dense(graph, input)) {
            p->places[input].parent = id;
            p->places[input].at = at;
        }
        at += graph->nodes[input].shape.c;
    }
}

/* There is room for two buffers a node. */
static int new_buffer(struct cg_xnn_layout *layout, struct cg_shape shape)
{
    layout->buffers[layout->n_buffers] = (struct cg_memory_block){
        .bytes = cg_shape_elements(shape) * (int64_t)sizeof(float) + XNN_EXTRA_BYTES, .first = -1};
    return layout->n_buffers++;
}

static void resolve(struct placement *p, int id)
{
    struct cg_xnn_slot *slot = &p->layout->slots[id];
    const int parent = p->places[id].parent;
    if (slot->stride)
        return;
    if (parent < 0) {
        slot->stride = p->graph->nodes[id].shape.c;
        slot->buffer = new_buffer(p->layout, p->graph->nodes[id].shape);
        return;
    }
    resolve(p, parent);
    const struct cg_xnn_slot *outer = &p->layout->slots[parent];
    *slot = (struct cg_xnn_slot){outer->buffer, outer->offset + p->places[id].at, outer->stride, true};
}

static void place_scratch(struct cg_xnn_layout *layout, const struct cg_graph *graph, int id)
{
    const struct cg_shape shape = cg_xnn_scratch_shape(graph, id);
    layout->scratch[id] = (struct cg_xnn_slot){.buffer = -1, .stride = shape.c};
    if (!shape.c)
        return;
    const bool is_constant = cg_xnn_recipe(graph, id) == CG_XNN_SUM_SCALE; /* written once, before any run */
    struct cg_memory_block *block = &layout->buffers[layout->scratch[id].buffer = new_buffer(layout, shape)];
    block->first = is_constant ? 0 : id;
    block->last = is_constant ? graph->n_nodes : id;
}

static void touch(struct cg_memory_block *buffer, int step)
{
    if (buffer->first < 0 || step < buffer->first)
        buffer->first = step;
    if (step > buffer->last)
        buffer->last = step;
}

static void find_lifetimes(struct cg_xnn_layout *layout, const struct cg_graph *graph)
{
    for (int id = 0; id < graph->n_nodes; id++) {
        const struct cg_node *node = &graph->nodes[id];
        touch(&layout->buffers[layout->slots[id].buffer], id);
        for (int i = 0; i < node->n_inputs; i++)
            touch(&layout->buffers[layout->slots[node->inputs[i]].buffer], id);
    }
    /* The input must outlast a run, which may come again without a new one; the output is read after it. */
    struct cg_memory_block *input = &layout->buffers[layout->slots[graph->input].buffer];
    input->first = 0;
    input->last = graph->n_nodes;
    touch(&layout->buffers[layout->slots[graph->output].buffer], graph->n_nodes);
}

static void place_all(struct placement *p, enum cg_fusion fusion)
{
    const struct cg_graph *graph = p->graph;
    for (int id = 0; id < graph->n_nodes; id++) {
        p->places[id].parent = -1;
        if (reads_dense(graph, id))
            for (int i = 0; i < graph->nodes[id].n_inputs; i++)
                p->places[graph->nodes[id].inputs[i]].wanted_dense = true;
    }
    for (int id = graph->n_nodes - 1; id >= 0 && fusion != CG_FUSION_NONE; id--) {
        const struct cg_node *node = &graph->nodes[id];
        if (node->op == CG_CONCAT)
            place_concat_inputs(p, id);
        if (node->op == CG_SPLIT && !p->places[id].wanted_dense && id != graph->output) {
            p->places[id].parent = node->inputs[0];
            p->places[id].at = node->offset;
        }
    }
    for (int id = 0; id < graph->n_nodes; id++)
        resolve(p, id);
    for (int id = 0; id < graph->n_nodes; id++)
        place_scratch(p->layout, graph, id);
}

enum cg_status cg_xnn_layout_plan(struct cg_xnn_layout *layout, const struct cg_graph *graph,
                                  enum cg_fusion fusion, struct cg_error *err)
{
    const size_t n = (size_t)graph->n_nodes;
    struct placement p = {.graph = graph, .layout = layout, .places = calloc(n, sizeof *p.places)};
    layout->slots = calloc(n, sizeof *layout->slots);
    layout->scratch = calloc(n, sizeof *layout->scratch);
    layout->buffers = calloc(2 * n, sizeof *layout->buffers);
    const bool enough = p.places && layout->slots && layout->scratch && layout->buffers;
    if (enough) {
        place_all(&p, fusion);
        find_lifetimes(layout, graph);
    }
    free(p.places);
    return enough ? CG_OK : cg_fail(err, CG_NO_MEMORY, "no memory to plan the buffers");
}

void cg_xnn_layout_free(struct cg_xnn_layout *layout)
{
    free(layout->slots);
    free(layout->scratch);
    free(layout->buffers);
    *layout = (struct cg_xnn_layout){0};
}
