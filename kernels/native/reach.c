/* Operations seen as rows of maps: what they read for given rows, what rows cost. */
#include "kernels/native/plan.h"

/* Cycles of one kernel call beside its arithmetic: arguments, pointers, the first loads. */
#define CALL_CYCLES 60

static int at_least(int a, int b)
{
    return a > b ? a : b;
}

static int at_most(int a, int b)
{
    return a < b ? a : b;
}

bool nv_reads(const struct nv_op *op, int buffer)
{
    for (int r = 0; r < op->n_runs; r++)
        if (op->runs[r].buffer == buffer)
            return true;
    for (int p = 0; op->kind == NV_GEMM && p < op->parts; p++)
        if (op->panels[p].residual == buffer)
            return true;
    for (int p = 0; op->kind == NV_PASS && p < op->parts; p++)
        if (op->pieces[p].a == buffer || op->pieces[p].b == buffer)
            return true;
    return false;
}

static struct nv_rows join(struct nv_rows a, struct nv_rows b)
{
    if (a.first >= a.end)
        return b;
    if (b.first >= b.end)
        return a;
    return (struct nv_rows){at_most(a.first, b.first), at_least(a.end, b.end)};
}

/* Input rows under the window for one output row. */
static struct nv_rows under_window(const struct nv_op *op, int row)
{
    const struct cg_window *w = &op->window;
    const int image = row / op->out_h, y = row % op->out_h;
    const int first = y * w->stride_h - w->pad_top;
    const int end = first + (w->kernel_h - 1) * w->dilation_h + 1;
    const struct nv_rows inside = {at_least(first, 0), at_most(end, op->in_h)};
    return inside.first < inside.end
               ? (struct nv_rows){image * op->in_h + inside.first, image * op->in_h + inside.end}
               : (struct nv_rows){0, 0};
}

struct nv_rows nv_reach(const struct nv_plan *plan, const struct nv_op *op, int buffer, struct nv_rows rows)
{
    struct nv_rows reach = {0, 0};
    if (rows.first >= rows.end)
        return reach;
    bool input = false;
    for (int r = 0; r < op->n_runs; r++)
        input |= op->runs[r].buffer == buffer;
    if (input && op->kind == NV_GEMM && op->pixels)
        reach = rows;
    else if (input)
        for (int row = rows.first; row < rows.end; row++)
            reach = join(reach, under_window(op, row));
    for (int p = 0; op->kind == NV_GEMM && p < op->parts; p++)
        if (op->panels[p].residual == buffer)
            return join(reach, rows);
    for (int p = 0; op->kind == NV_PASS && p < op->parts; p++) {
        const struct nv_piece *piece = &op->pieces[p];
        if (piece->a == buffer && op->pass == CG_PASS_MEAN)
            reach = join(reach, (struct nv_rows){rows.first * op->in_h, rows.end * op->in_h});
        else if (piece->a == buffer || (piece->b == buffer && !op->broadcast_b))
            reach = join(reach, rows);
        if (piece->b == buffer && op->broadcast_b)
            reach = join(reach, (struct nv_rows){rows.first / op->out_h, (rows.end - 1) / op->out_h + 1});
    }
    return reach;
}

struct nv_range nv_range_of_rows(const struct nv_plan *plan, const struct nv_op *op, struct nv_rows rows)
{
    const int unit = op->pixels ? plan->buffers[op->out].w : 1;
    return (struct nv_range){rows.first * unit, rows.end * unit, 0, op->parts};
}

double nv_rows_cost(const struct nv_plan *plan, const struct nv_op *op, int n)
{
    const double calls = CALL_CYCLES * (double)op->parts;
    if (op->kind != NV_GEMM || !op->pixels) {
        /* Two rows slide together; one by itself loads nearly as much. */
        const double rows = op->kind == NV_WINDOW ? n + 0.4 * (n % 2) : n;
        return calls + (double)op->cost * rows / plan->buffers[op->out].rows;
    }
    double cost = calls;
    for (int p = 0; p < op->parts; p++)
        cost += (double)nv_panel_cost(plan, op->panels[p].kernel, n * plan->buffers[op->out].w, op->group_k);
    return cost;
}

int64_t nv_input_bytes(const struct nv_plan *plan, const struct nv_op *op)
{
    int64_t floats = 0;
    for (int r = 0; r < op->n_runs; r++) {
        const struct nv_buffer *b = &plan->buffers[op->runs[r].buffer];
        floats += (int64_t)op->runs[r].len * b->rows * b->w;
    }
    for (int p = 0; op->kind == NV_PASS && p < op->parts; p++) {
        const struct nv_buffer *b = &plan->buffers[op->pieces[p].a];
        floats += (int64_t)op->pieces[p].len * b->rows * b->w * (op->pieces[p].b >= 0 ? 2 : 1);
    }
    return floats * (int64_t)sizeof(float);
}

int64_t nv_weight_bytes(const struct nv_op *op)
{
    return op->n_params * (int64_t)sizeof(float);
}
