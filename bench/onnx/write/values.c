#include "bench/onnx/write/values.h"

#include <stdbool.h>

void cg_onnx_ranks(const struct cg_graph *graph, int *ranks)
{
    for (int id = 0; id < graph->n_nodes; id++) {
        const enum cg_op op = graph->nodes[id].op;
        const bool keeps = op == CG_ADD || op == CG_MUL || op == CG_CONCAT || op == CG_ACT ||
                           op == CG_AFFINE || op == CG_PRELU || op == CG_SOFTMAX;
        ranks[id] = op == CG_FC || keeps ? 2 : 4;
        for (int i = 0; keeps && i < graph->nodes[id].n_inputs; i++)
            if (ranks[graph->nodes[id].inputs[i]] == 4)
                ranks[id] = 4;
    }
}

void cg_transpose(const float *from, float *to, size_t n, size_t rows, size_t columns)
{
    for (size_t i = 0; i < n; i++, from += rows * columns)
        for (size_t column = 0; column < columns; column++)
            for (size_t row = 0; row < rows; row++)
                *to++ = from[row * columns + column];
}
