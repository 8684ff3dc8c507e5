#include "kernels/native/op.h"

void nv_set_act(struct nv_op *op, enum cg_act act)
{
    static const enum cg_pass passes[CG_ACT_COUNT] = {[CG_ACT_SIGMOID] = CG_PASS_SIGMOID,
                                                      [CG_ACT_HARD_SIGMOID] = CG_PASS_HARD_SIGMOID,
                                                      [CG_ACT_HARD_SWISH] = CG_PASS_HARD_SWISH,
                                                      [CG_ACT_SWISH] = CG_PASS_SWISH,
                                                      [CG_ACT_GELU] = CG_PASS_GELU,
                                                      [CG_ACT_GELU_TANH] = CG_PASS_GELU_TANH};
    if (act == CG_ACT_RELU || act == CG_ACT_RELU6)
        op->lo = 0;
    if (act == CG_ACT_RELU6)
        op->hi = 6;
    if (passes[act])
        op->post = passes[act];
}

void nv_write_to(struct nv_op *op, int buffer, int column)
{
    op->out = buffer;
    for (int p = 0; op->kind == NV_GEMM && p < op->parts; p++)
        op->gemm.panels[p].column += column;
    for (int r = 0; op->kind == NV_WINDOW && r < op->n_runs; r++)
        op->runs[r].position += column;
}

bool nv_reads(const struct nv_op *op, int buffer)
{
    for (int i = 0; i < nv_n_operands(op); i++)
        if (nv_operand(op, i) == buffer)
            return true;
    return false;
}

/* Input rows under the window for one output row. */
static struct nv_rows under_window(const struct nv_op *op, int row)
{
    const struct cg_window *w = &op->window;
    const int image = row / op->out_h, y = row % op->out_h;
    const int first = y * w->stride_h - w->pad_top, end = first + (w->kernel_h - 1) * w->dilation_h + 1;
    const int above = image * op->in_h;
    const struct nv_rows inside = {(int)nv_larger(first, 0), (int)nv_smaller(end, op->in_h)};
    return inside.first < inside.end ? (struct nv_rows){above + inside.first, above + inside.end}
                                     : (struct nv_rows){0, 0};
}

/* Rows of a or b (`second`) of a pass. */
static struct nv_rows of_pass(const struct nv_op *op, bool second, struct nv_rows rows)
{
    if (second && op->pass.broadcast_b)
        return (struct nv_rows){rows.first / op->out_h, (rows.end - 1) / op->out_h + 1};
    const int map = op->pass.pass == CG_PASS_MEAN ? op->in_h : 1;
    return (struct nv_rows){rows.first * map, rows.end * map};
}

struct nv_rows nv_reach(const struct nv_op *op, int buffer, struct nv_rows rows)
{
    struct nv_rows reach = {0, 0};
    if (rows.first >= rows.end)
        return reach;
    bool input = false;
    for (int r = 0; r < op->n_runs; r++)
        input |= op->runs[r].buffer == buffer;
    if (input && op->pixels)
        reach = rows;
    for (int row = rows.first; input && !op->pixels && row < rows.end; row++)
        reach = nv_join(reach, under_window(op, row));
    for (int i = op->n_runs; i < nv_n_operands(op); i++)
        if (nv_operand(op, i) == buffer)
            reach = nv_join(reach, op->kind == NV_PASS ? of_pass(op, (i - op->n_runs) % 2, rows) : rows);
    return reach;
}
