#include "kernels/channel_permutation.h"

int cg_permutation_groups(const struct cg_graph *graph, int id)
{
    const struct cg_node *node = &graph->nodes[id];
    const int c = node->shape.c;
    if (c < 4 || c != cg_input_shape(graph, id, 0).c || node->index[0] != 0)
        return 0;
    const int per_group = node->index[1]; /* out[1] is the first channel of the second group */
    if (per_group < 2 || c % per_group)
        return 0;
    const int groups = c / per_group;
    if (groups < 2)
        return 0;
    for (int j = 0; j < per_group; j++)
        for (int i = 0; i < groups; i++)
            if (node->index[j * groups + i] != i * per_group + j)
                return 0;
    return groups;
}

int cg_permutation_runs(const struct cg_node *node)
{
    int runs = 1;
    for (int i = 1; i < node->shape.c; i++)
        runs += node->index[i] != node->index[i - 1] + 1;
    return runs;
}
