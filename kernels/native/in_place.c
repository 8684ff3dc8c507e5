#include "kernels/native/stages.h"

#include "kernels/native/plain.h"

/* Whether a convolution reads `buffer` only where it writes. */
static bool gemm_reads_what_it_writes(const struct nv_op *op, int buffer)
{
    for (int r = 0; r < op->n_runs; r++)
        if (op->runs[r].buffer == buffer)
            return false;
    for (int p = 0; p < op->parts; p++)
        if (op->gemm.panels[p].residual != buffer ||
            op->gemm.panels[p].residual_column != op->gemm.panels[p].column)
            return false;
    return true;
}

static bool pass_reads_what_it_writes(const struct nv_op *op, int buffer)
{
    if (op->pass.pass == CG_PASS_MEAN || op->pass.index ||
        (op->pass.plain && !nv_plain_in_place(op->pass.plain)))
        return false;
    for (int p = 0; p < op->parts; p++) {
        const struct nv_piece *piece = &op->pass.pieces[p];
        if (piece->a == buffer && piece->a_column != piece->column)
            return false;
        if (piece->b == buffer && (op->pass.broadcast_b || piece->b_column != piece->column))
            return false;
    }
    return true;
}

static bool can_take(const struct nv_plan *plan, const struct nv_op *op, int step, int buffer)
{
    const struct nv_buffer *from = &plan->buffers[buffer], *to = &plan->buffers[op->out];
    /* The input is wanted for the next run, the output (which other operations may read) after this one. */
    return buffer != plan->input && buffer != plan->output && buffer != op->out && !from->ring && !to->ring &&
           from->last == step && to->first == step && from->rows == to->rows && from->w == to->w &&
           from->ld == to->ld && nv_reads(op, buffer) &&
           (op->kind == NV_GEMM   ? gemm_reads_what_it_writes(op, buffer)
            : op->kind == NV_PASS ? pass_reads_what_it_writes(op, buffer)
                                  : false);
}

void nv_take_places(struct nv_plan *plan)
{
    for (int b = 0; b < plan->n_buffers; b++)
        plan->buffers[b].in_place_of = -1;
    for (int s = 0; s < plan->n_steps; s++) {
        const struct nv_step *step = &plan->steps[s];
        if (step->n_ops != 1)
            continue;
        const struct nv_op *op = &plan->ops[step->first_op];
        for (int b = 0; b < plan->n_buffers; b++) {
            if (!can_take(plan, op, s, b))
                continue;
            const int owner = plan->buffers[b].in_place_of >= 0 ? plan->buffers[b].in_place_of : b;
            plan->buffers[op->out].in_place_of = owner;
            if (plan->buffers[op->out].last > plan->buffers[owner].last)
                plan->buffers[owner].last = plan->buffers[op->out].last;
            break;
        }
    }
}
