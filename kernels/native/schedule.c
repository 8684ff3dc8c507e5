/* Operations become steps: what each thread does in them, how long buffers live. */
#include "kernels/native/plan.h"

#include <stdlib.h>
#include <string.h>

/* Weight of part `p` for sharing out: about the time it takes. */
static int part_weight(const struct nv_op *op, int p)
{
    switch (op->kind) {
    case NV_GEMM:
        return op->panels[p].kernel->tile_n;
    case NV_WINDOW:
        return op->runs[p].len + 4;
    case NV_PASS:
        return op->pieces[p].len + 4;
    }
    return 1;
}

/* Rows that should stay together: the register tile. */
static int row_unit(const struct nv_op *op)
{
    return op->kind == NV_GEMM && op->pixels ? op->panels[0].kernel->tile_m : 1;
}

/* Row where share i of n starts. */
static int row_start(const struct nv_op *op, int i, int n)
{
    const int64_t unit = row_unit(op), units = (op->rows + unit - 1) / unit;
    const int64_t row = units * i / n * unit;
    return row < op->rows ? (int)row : op->rows;
}

/* Part where share i of n starts: where the running weight passes i / n of the total. */
static int part_start(const struct nv_op *op, int i, int n)
{
    int64_t total = 0, sum = 0;
    for (int p = 0; p < op->parts; p++)
        total += part_weight(op, p);
    for (int p = 0; p < op->parts; p++) {
        if (sum + part_weight(op, p) / 2 >= total * i / n)
            return i == 0 ? 0 : p;
        sum += part_weight(op, p);
    }
    return op->parts;
}

static double largest_row_share(const struct nv_op *op, int n)
{
    int most = 0;
    for (int i = 0; i < n; i++) {
        const int share = row_start(op, i + 1, n) - row_start(op, i, n);
        most = share > most ? share : most;
    }
    return (double)most / op->rows;
}

static double largest_part_share(const struct nv_op *op, int n)
{
    int64_t total = 0, most = 0;
    for (int p = 0; p < op->parts; p++)
        total += part_weight(op, p);
    for (int i = 0; i < n; i++) {
        int64_t share = 0;
        const int to = i + 1 < n ? part_start(op, i + 1, n) : op->parts;
        for (int p = part_start(op, i, n); p < to; p++)
            share += part_weight(op, p);
        most = share > most ? share : most;
    }
    return (double)most / (double)total;
}

/* Shares an operation out over threads as a grid of rows by parts: the grid with the smallest largest share.
 */
static void share_out(const struct nv_op *op, int threads, struct nv_range *ranges)
{
    int best_rows = threads;
    double best = 2;
    for (int rows = threads; rows >= 1; rows--) {
        if (threads % rows)
            continue;
        /* A little against cutting by parts: rows stay in the cache of the thread that wrote them. */
        const double share = largest_row_share(op, rows) * largest_part_share(op, threads / rows) *
                             (rows == threads ? 1 : 1.03);
        if (share < best) {
            best = share;
            best_rows = rows;
        }
    }
    const int parts = threads / best_rows;
    for (int t = 0; t < threads; t++) {
        const int r = t / parts, p = t % parts;
        ranges[t] = (struct nv_range){row_start(op, r, best_rows), row_start(op, r + 1, best_rows),
                                      part_start(op, p, parts),
                                      p + 1 < parts ? part_start(op, p + 1, parts) : op->parts};
    }
}

static void touch(struct nv_buffer *b, int step)
{
    if (b->first < 0 || step < b->first)
        b->first = step;
    if (step > b->last)
        b->last = step;
}

static void note_lifetimes(struct nv_plan *plan)
{
    for (int s = 0; s < plan->n_steps; s++)
        for (int o = 0; o < plan->steps[s].n_ops; o++) {
            const struct nv_op *op = &plan->ops[plan->steps[s].first_op + o];
            touch(&plan->buffers[op->out], s);
            for (int r = 0; r < op->n_runs; r++)
                touch(&plan->buffers[op->runs[r].buffer], s);
            for (int p = 0; op->kind == NV_GEMM && p < op->parts; p++)
                if (op->panels[p].residual >= 0)
                    touch(&plan->buffers[op->panels[p].residual], s);
            for (int p = 0; op->kind == NV_PASS && p < op->parts; p++) {
                touch(&plan->buffers[op->pieces[p].a], s);
                if (op->pieces[p].b >= 0)
                    touch(&plan->buffers[op->pieces[p].b], s);
            }
        }
    /* The input survives a run, so that the next can start from it; the output until it is fetched. */
    touch(&plan->buffers[plan->input], 0);
    touch(&plan->buffers[plan->input], plan->n_steps - 1);
    touch(&plan->buffers[plan->output], plan->n_steps - 1);
}

static enum cg_status add_nodes(struct nv_step *step, const struct nv_op *op)
{
    int *nodes = realloc(step->nodes, (size_t)(step->n_nodes + op->n_nodes + 1) * sizeof *nodes);
    if (!nodes)
        return CG_NO_MEMORY;
    step->nodes = nodes;
    for (int i = 0; i < op->n_nodes; i++)
        step->nodes[step->n_nodes++] = op->nodes[i];
    return CG_OK;
}

enum cg_status nv_schedule(struct nv_plan *plan, struct cg_error *err)
{
    const int threads = plan->base.options.threads;
    plan->steps = calloc((size_t)plan->n_ops + 1, sizeof *plan->steps);
    if (!plan->steps)
        return cg_fail(err, CG_NO_MEMORY, "no memory for the steps of a plan");
    for (int o = 0; o < plan->n_ops; o++) {
        struct nv_step *step = &plan->steps[plan->n_steps++];
        step->first_op = o;
        step->n_ops = 1;
        step->ranges = calloc((size_t)threads, sizeof *step->ranges);
        if (!step->ranges || add_nodes(step, &plan->ops[o]) != CG_OK)
            return cg_fail(err, CG_NO_MEMORY, "no memory for the steps of a plan");
        share_out(&plan->ops[o], threads, step->ranges);
    }
    note_lifetimes(plan);
    return CG_OK;
}
