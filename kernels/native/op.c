#include "kernels/native/op.h"

#include "base/array.h"

enum cg_status nv_op_add_node(struct nv_op *op, int node)
{
    if (!cg_array_fit(op->nodes, op->room_nodes, op->n_nodes + 1))
        return CG_NO_MEMORY;
    op->nodes[op->n_nodes++] = node;
    return CG_OK;
}

void nv_set_act(struct nv_op *op, enum cg_act act)
{
    static const enum cg_pass passes[CG_ACT_COUNT] = {[CG_ACT_SIGMOID] = CG_PASS_SIGMOID,
                                                      [CG_ACT_HARD_SIGMOID] = CG_PASS_HARD_SIGMOID,
                                                      [CG_ACT_HARD_SWISH] = CG_PASS_HARD_SWISH};
    if (act == CG_ACT_RELU || act == CG_ACT_RELU6)
        op->lo = 0;
    if (act == CG_ACT_RELU6)
        op->hi = 6;
    if (passes[act])
        op->post = passes[act];
}

bool nv_reads(const struct nv_op *op, int buffer)
{
    for (int i = 0; i < nv_n_operands(op); i++)
        if (nv_operand(op, i) == buffer)
            return true;
    return false;
}
