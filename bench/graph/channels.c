#include "bench/graph/channels.h"

/* The number of splits from `id` on that part their common input completely and in order; 0 if they do not.
 */
static int parts_from(const struct cg_graph *graph, int id)
{
    const int input = graph->nodes[id].inputs[0];
    int64_t offset = 0;
    for (int i = id; i < graph->n_nodes; i++) {
        const struct cg_node *part = &graph->nodes[i];
        if (part->op != CG_SPLIT || part->inputs[0] != input || part->offset != offset || i == graph->output)
            return 0;
        offset += part->shape.c;
        if (offset == graph->nodes[input].shape.c)
            return i - id + 1;
    }
    return 0;
}

int cg_graph_split_run(const struct cg_graph *graph, int id, int *n)
{
    for (int first = id; first >= 0 && graph->nodes[first].op == CG_SPLIT; first--) {
        *n = parts_from(graph, first);
        if (*n > 1 && *n > id - first)
            return first;
    }
    return -1;
}

int cg_permutation_groups(const struct cg_graph *graph, int id)
{
    const struct cg_node *node = &graph->nodes[id];
    const int c = node->shape.c;
    if (c < 4 || c != cg_input_shape(graph, id, 0).c || node->index[0] != 0)
        return 0;
    const int per_group = node->index[1]; /* out[1] is the first channel of the second group */
    if (per_group < 2 || c % per_group || c / per_group < 2)
        return 0;
    const int groups = c / per_group;
    for (int j = 0; j < per_group; j++)
        for (int i = 0; i < groups; i++)
            if (node->index[j * groups + i] != i * per_group + j)
                return 0;
    return groups;
}

int cg_permutation_run_end(const struct cg_node *node, int first)
{
    int end = first + 1;
    while (end < node->shape.c && node->index[end] == node->index[end - 1] + 1)
        end++;
    return end;
}

int cg_permutation_runs(const struct cg_node *node)
{
    int runs = 0;
    for (int first = 0; first < node->shape.c; first = cg_permutation_run_end(node, first))
        runs++;
    return runs;
}
