#include "kernels/xnnpack/plan.h"

#include "base/array.h"

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

/* XNNPACK's binary and padding operators know dense tensors only; all others take a stride between pixels. */
static bool reads_dense(const struct cg_graph *graph, int id)
{
    const enum cg_op op = graph->nodes[id].op;
    return op == CG_ADD || op == CG_MUL || op == CG_PAD || cg_xnn_recipe(graph, id) == CG_XNN_PAD_POOL;
}

static bool writes_dense(const struct cg_graph *graph, int id)
{
    const enum cg_op op = graph->nodes[id].op;
    return op == CG_ADD || op == CG_MUL || op == CG_PAD || cg_xnn_recipe(graph, id) == CG_XNN_SUM_SCALE;
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

static enum cg_status new_buffer(struct cg_xnn_layout *layout, int64_t floats, int *index,
                                 struct cg_error *err)
{
    if (!cg_array_fit(layout->buffers, layout->room, layout->n_buffers + 1))
        return cg_fail(err, CG_NO_MEMORY, "no memory to plan the buffers");
    *index = layout->n_buffers++;
    layout->buffers[*index] =
        (struct cg_memory_block){.bytes = floats * (int64_t)sizeof(float) + XNN_EXTRA_BYTES, .first = -1};
    return CG_OK;
}

static enum cg_status resolve(struct placement *p, int id, struct cg_error *err)
{
    struct cg_xnn_slot *slot = &p->layout->slots[id];
    if (slot->stride)
        return CG_OK;
    const int parent = p->places[id].parent;
    if (parent < 0) {
        slot->stride = p->graph->nodes[id].shape.c;
        return new_buffer(p->layout, cg_shape_elements(p->graph->nodes[id].shape), &slot->buffer, err);
    }
    const enum cg_status status = resolve(p, parent, err);
    const struct cg_xnn_slot *outer = &p->layout->slots[parent];
    *slot = (struct cg_xnn_slot){outer->buffer, outer->offset + p->places[id].at, outer->stride, true};
    return status;
}

static enum cg_status place_scratch(struct cg_xnn_layout *layout, const struct cg_graph *graph, int id,
                                    struct cg_error *err)
{
    struct cg_xnn_slot *slot = &layout->scratch[id];
    const struct cg_shape shape = cg_xnn_scratch_shape(graph, id);
    slot->buffer = -1;
    slot->stride = shape.c;
    if (!shape.c)
        return CG_OK;
    const enum cg_status status = new_buffer(layout, cg_shape_elements(shape), &slot->buffer, err);
    if (status != CG_OK)
        return status;
    const bool is_constant = cg_xnn_recipe(graph, id) == CG_XNN_SUM_SCALE; /* written once, before any run */
    layout->buffers[slot->buffer].first = is_constant ? 0 : id;
    layout->buffers[slot->buffer].last = is_constant ? graph->n_nodes : id;
    return CG_OK;
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

static enum cg_status place_all(struct placement *p, enum cg_fusion fusion, struct cg_error *err)
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
    enum cg_status status = CG_OK;
    for (int id = 0; id < graph->n_nodes && status == CG_OK; id++)
        status = resolve(p, id, err);
    for (int id = 0; id < graph->n_nodes && status == CG_OK; id++)
        status = place_scratch(p->layout, graph, id, err);
    return status;
}

enum cg_status cg_xnn_layout_plan(struct cg_xnn_layout *layout, const struct cg_graph *graph,
                                  enum cg_fusion fusion, struct cg_error *err)
{
    const size_t n = (size_t)graph->n_nodes;
    struct placement p = {.graph = graph, .layout = layout};
    p.places = calloc(n, sizeof *p.places);
    layout->slots = calloc(n, sizeof *layout->slots);
    layout->scratch = calloc(n, sizeof *layout->scratch);
    enum cg_status status = CG_OK;
    if (!p.places || !layout->slots || !layout->scratch)
        status = cg_fail(err, CG_NO_MEMORY, "no memory to plan the buffers");
    if (status == CG_OK)
        status = place_all(&p, fusion, err);
    if (status == CG_OK)
        find_lifetimes(layout, graph);
    free(p.places);
    return status;
}

void cg_xnn_layout_free(struct cg_xnn_layout *layout)
{
    free(layout->slots);
    free(layout->scratch);
    free(layout->buffers);
    *layout = (struct cg_xnn_layout){0};
}
