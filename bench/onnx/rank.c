#include "bench/onnx/rank.h"

static bool keeps_rank(enum cg_op op)
{
    return op == CG_ADD || op == CG_MUL || op == CG_CONCAT || op == CG_ACT || op == CG_AFFINE;
}

void cg_onnx_ranks(const struct cg_graph *graph, int *ranks)
{
    for (int id = 0; id < graph->n_nodes; id++) {
        const struct cg_node *node = &graph->nodes[id];
        ranks[id] = node->op == CG_FC || keeps_rank(node->op) ? 2 : 4;
        for (int i = 0; keeps_rank(node->op) && i < node->n_inputs; i++)
            if (ranks[node->inputs[i]] == 4)
                ranks[id] = 4;
    }
}
