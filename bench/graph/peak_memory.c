#include "bench/graph/memory_plan.h"
#include "bench/graph/cost.h"

#include <stdlib.h>

/* Storage is shared where nothing need be moved: views of channels live in their source, the parts of a
 * concat in the concat. A set of nodes that share storage is one block of the arena; union-find with the
 * lowest id as root. */
static int root_of(int *parent, int id)
{
    while (parent[id] != id)
        id = parent[id] = parent[parent[id]];
    return id;
}

static void join(int *parent, int a, int b)
{
    const int x = root_of(parent, a), y = root_of(parent, b);
    if (x < y)
        parent[y] = x;
    else
        parent[x] = y;
}

static void share_storage(const struct cg_graph *graph, int *parent)
{
    for (int id = 0; id < graph->n_nodes; id++)
        parent[id] = id;
    for (int id = 0; id < graph->n_nodes; id++) {
        const struct cg_node *node = &graph->nodes[id];
        for (int k = 0; cg_op_has(node->op, CG_MOVES_ONLY) && k < node->n_inputs; k++)
            if (node->inputs[k] != graph->input)
                join(parent, id, node->inputs[k]);
    }
}

/* A node that computes values of its own needs room for them. */
static bool owns_bytes(const struct cg_graph *graph, int id)
{
    const struct cg_node *node = &graph->nodes[id];
    if (id == graph->input)
        return false; /* an edge buffer, counted apart */
    if (!cg_op_has(node->op, CG_MOVES_ONLY))
        return true;
    for (int k = 0; k < node->n_inputs; k++)
        if (node->inputs[k] == graph->input)
            return true; /* the input stands where it is: this is a copy */
    return false;
}

static int64_t arena_bytes(const struct cg_graph *graph, int *parent, struct cg_memory_block *blocks)
{
    share_storage(graph, parent);
    for (int id = 0; id < graph->n_nodes; id++)
        blocks[id] = (struct cg_memory_block){.bytes = 0, .first = id, .last = id};
    for (int id = 0; id < graph->n_nodes; id++) {
        struct cg_memory_block *block = &blocks[root_of(parent, id)];
        if (owns_bytes(graph, id) && id != graph->output)
            block->bytes += 4 * cg_shape_elements(graph->nodes[id].shape);
        if (block->last < id)
            block->last = id;
        for (int k = 0; k < graph->nodes[id].n_inputs; k++) {
            struct cg_memory_block *source = &blocks[root_of(parent, graph->nodes[id].inputs[k])];
            if (source->last < id)
                source->last = id;
        }
    }
    int n = 0;
    for (int id = 0; id < graph->n_nodes; id++)
        if (blocks[id].bytes > 0)
            blocks[n++] = blocks[id];
    return cg_memory_plan(blocks, n);
}

int64_t cg_graph_peak_memory(const struct cg_graph *graph)
{
    if (graph->n_nodes == 0)
        return 0;
    int *parent = malloc((size_t)graph->n_nodes * sizeof *parent);
    struct cg_memory_block *blocks = malloc((size_t)graph->n_nodes * sizeof *blocks);
    int64_t bytes = parent && blocks ? arena_bytes(graph, parent, blocks) : -1;
    free(parent);
    free(blocks);
    if (bytes < 0)
        return -1;
    for (int id = 0; id < graph->n_nodes; id++) {
        const struct cg_node *node = &graph->nodes[id];
        const int vectors = !cg_op_has(node->op, CG_HAS_PARAMS)                           ? 0
                            : cg_op_has(node->op, CG_HAS_WEIGHTS) || node->op == CG_PRELU ? 1
                                                                                          : 2;
        bytes += 4 * (cg_node_weights(graph, id) + (int64_t)vectors * node->shape.c);
    }
    if (graph->input >= 0)
        bytes += 4 * cg_shape_elements(graph->nodes[graph->input].shape);
    return bytes + 4 * cg_shape_elements(graph->nodes[graph->output].shape);
}
