#include "bench/graph/graph.h"

#include "base/array.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct cg_graph *cg_graph_create(void)
{
    struct cg_graph *graph = calloc(1, sizeof *graph);
    if (graph) {
        graph->input = -1;
        graph->output = -1;
    }
    return graph;
}

static void node_release(struct cg_node *node)
{
    free((void *)node->inputs);
    free((void *)node->index);
}

void cg_graph_destroy(struct cg_graph **graph)
{
    if (!*graph)
        return;
    for (int i = 0; i < (*graph)->n_nodes; i++)
        node_release(&(*graph)->nodes[i]);
    free((*graph)->nodes);
    free((*graph)->blocks);
    free(*graph);
    *graph = NULL;
}

/* Makes *ints a copy of those n, NULL for none; false for lack of memory. */
static bool own_ints(const int **ints, int n)
{
    const size_t bytes = (size_t)n * sizeof **ints;
    int *copy = n > 0 && *ints ? malloc(bytes) : NULL;
    const bool ok = copy || n == 0 || !*ints;
    *ints = copy ? memcpy(copy, *ints, bytes) : NULL;
    return ok;
}

/* Copies what the node points to; on failure the node holds nothing. */
static bool node_own(struct cg_node *node)
{
    const bool inputs = own_ints(&node->inputs, node->n_inputs);
    if (own_ints(&node->index, node->op == CG_PERMUTE ? node->shape.c : 0) && inputs)
        return true;
    node_release(node);
    return false;
}

static bool name_is_taken(const struct cg_graph *graph, const char *name)
{
    for (int i = 0; i < graph->n_nodes; i++)
        if (strcmp(graph->nodes[i].name, name) == 0)
            return true;
    return false;
}

/* Kind and number when there is no name; a number behind a name that is taken. Numbered by the node's id,
 * which is free unless somebody chose such a name, so the search is short. */
static void make_name_unique(const struct cg_graph *graph, struct cg_node *node)
{
    char stem[CG_NAME_MAX - 16];
    const bool given = node->name[0] != '\0';
    if (given && !name_is_taken(graph, node->name))
        return;
    snprintf(stem, sizeof stem, "%.*s", (int)sizeof stem - 1, given ? node->name : cg_op_name(node->op));
    for (int i = graph->n_nodes;; i++) {
        snprintf(node->name, sizeof node->name, given ? "%s_%d" : "%s%d", stem, i);
        if (!name_is_taken(graph, node->name))
            return;
    }
}

int cg_graph_add(struct cg_graph *graph, const struct cg_node *prototype, struct cg_error *err)
{
    struct cg_node node = *prototype;
    char name[CG_NAME_MAX];
    node.name[CG_NAME_MAX - 1] = '\0';
    node.origin[CG_NAME_MAX - 1] = '\0';
    strcpy(node.name, cg_printable(node.name, name, sizeof name)); /* from files; goes to terminals */
    make_name_unique(graph, &node);
    if (cg_shape_infer(graph->nodes, graph->n_nodes, &node, err) != CG_OK)
        return -1;
    if (!cg_array_fit(graph->nodes, graph->node_room, graph->n_nodes + 1) || !node_own(&node)) {
        cg_fail(err, CG_NO_MEMORY, "no memory for node %s", node.name);
        return -1;
    }
    const bool has_params = cg_op_has(node.op, CG_HAS_PARAMS);
    if (!has_params)
        node.params = -1;
    else if (node.params < 0)
        node.params = graph->n_params;
    if (has_params && node.params >= graph->n_params)
        graph->n_params = node.params + 1;
    const int id = graph->n_nodes++;
    graph->nodes[id] = node;
    if (node.op == CG_INPUT)
        graph->input = id;
    graph->output = id;
    return id;
}

int cg_graph_add_block(struct cg_graph *graph, const char *name)
{
    if (!cg_array_fit(graph->blocks, graph->block_room, graph->n_blocks + 1))
        return -1;
    snprintf(graph->blocks[graph->n_blocks], CG_NAME_MAX, "%s", name);
    return graph->n_blocks++;
}

enum cg_status cg_graph_set_output(struct cg_graph *graph, int id, struct cg_error *err)
{
    if (id < 0 || id >= graph->n_nodes)
        return cg_fail(err, CG_INVALID, "the graph has no node %d to be its output", id);
    int *new_id = calloc((size_t)graph->n_nodes, sizeof *new_id); /* first a mark, then the id */
    if (!new_id)
        return cg_fail(err, CG_NO_MEMORY, "no memory to prune the graph");
    new_id[id] = 1;
    if (graph->input >= 0)
        new_id[graph->input] = 1;
    for (int i = graph->n_nodes - 1; i >= 0; i--)
        for (int k = 0; new_id[i] && k < graph->nodes[i].n_inputs; k++)
            new_id[graph->nodes[i].inputs[k]] = 1;
    int kept = 0;
    for (int i = 0; i < graph->n_nodes; i++) {
        if (!new_id[i]) {
            node_release(&graph->nodes[i]);
            continue;
        }
        struct cg_node node = graph->nodes[i];
        for (int k = 0; k < node.n_inputs; k++)
            ((int *)node.inputs)[k] = new_id[node.inputs[k]];
        new_id[i] = kept;
        graph->nodes[kept++] = node;
    }
    graph->output = new_id[id];
    if (graph->input >= 0)
        graph->input = new_id[graph->input];
    graph->n_nodes = kept;
    free(new_id);
    return CG_OK;
}

struct cg_shape cg_input_shape(const struct cg_graph *graph, int id, int i)
{
    return graph->nodes[graph->nodes[id].inputs[i]].shape;
}

bool cg_node_is_depthwise(const struct cg_graph *graph, int id)
{
    const struct cg_node *node = &graph->nodes[id];
    return node->op == CG_CONV && node->groups > 1 && node->groups == node->shape.c &&
           node->groups == cg_input_shape(graph, id, 0).c;
}

void cg_graph_uses(const struct cg_graph *graph, int *uses)
{
    for (int i = 0; i < graph->n_nodes; i++)
        uses[i] = i == graph->output;
    for (int i = 0; i < graph->n_nodes; i++)
        for (int k = 0; k < graph->nodes[i].n_inputs; k++)
            uses[graph->nodes[i].inputs[k]]++;
}
