/* Operations become steps: one by one, or in groups that run depth-first where that saves more time in the
 * memory system than it costs in halo rows and calls; then how long buffers live. */
#include "kernels/native/plan.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Assumed where the system does not tell the size of the second-level cache. */
#define USUAL_L2 (512 * 1024)

/* A barrier, with the wait for the slower thread. */
#define BARRIER_CYCLES 1500

/* What arithmetic takes longer in bands than in whole layers: shorter calls, rings, weights in turns.
 * Measured on Zen 5: 5 to 9 % of bottlenecks of 1x1, 3x3, 1x1 at 56x56, 1 to 3 % of whole ShuffleNets. */
#define BANDS_SLOWDOWN 1.06

/* Cycles for a byte beyond the second-level cache: written, read by a gemm (in order, used often), read by a
 * window or pass. Measured. */
#define FAR_WRITE 0.015
#define FAR_GEMM  0.015
#define FAR_PASS  0.10

int64_t nv_l2_bytes(const struct nv_plan *plan)
{
    if (plan->base.options.l2_bytes > 0)
        return plan->base.options.l2_bytes;
    long bytes = -1;
#ifdef _SC_LEVEL2_CACHE_SIZE
    bytes = sysconf(_SC_LEVEL2_CACHE_SIZE);
#endif
    return bytes > 0 ? bytes : USUAL_L2;
}

/* ---- which operations run together ---- */

/* Bytes of a thread's share of a buffer, if that is too much to find it in the second-level cache later. */
static double far_bytes(const struct nv_plan *plan, int buffer, int64_t l2)
{
    const struct nv_buffer *b = &plan->buffers[buffer];
    const int64_t bytes =
        (int64_t)b->rows * b->w * b->ld * (int64_t)sizeof(float) / plan->base.options.threads;
    return bytes > l2 / 2 ? (double)bytes : 0;
}

static bool in_group(const struct nv_plan *plan, int buffer, int first, int n)
{
    for (int o = first; o < first + n; o++)
        if (plan->ops[o].out == buffer)
            return true;
    return false;
}

/* Cycles that one thread loses for what operations first ... first + n - 1, run together, read from and leave
 * to memory beyond its cache. */
static double memory_cost(const struct nv_plan *plan, int first, int n, const int *last_reader, int64_t l2)
{
    double cost = 0;
    for (int o = first; o < first + n; o++) {
        const struct nv_op *op = &plan->ops[o];
        if (last_reader[op->out] >= first + n)
            cost += FAR_WRITE * far_bytes(plan, op->out, l2);
        for (int b = 0; b < plan->n_buffers; b++)
            if (nv_reads(op, b) && !in_group(plan, b, first, n))
                cost += (op->kind == NV_GEMM ? FAR_GEMM : FAR_PASS) * far_bytes(plan, b, l2);
    }
    return cost + (plan->base.options.threads > 1 ? BARRIER_CYCLES : 0);
}

/* Chooses groups[] (room for n_ops) that cover all operations in order at the smallest cost; single
 * operations have band 0. Returns how many, -1 without memory. */
static int choose_groups(const struct nv_plan *plan, const int *last_reader, struct nv_group *groups)
{
    const int n = plan->n_ops, threads = plan->base.options.threads;
    const int64_t l2 = nv_l2_bytes(plan);
    const bool join = plan->base.options.fusion == CG_FUSION_FULL;
    double *best = malloc((size_t)(n + 1) * sizeof *best);
    struct nv_group *last = malloc((size_t)(n + 1) * sizeof *last);
    int count = best && last ? 0 : -1;
    if (count == 0) {
        best[0] = 0;
        for (int end = 1; end <= n; end++) {
            const struct nv_op *op = &plan->ops[end - 1];
            last[end] = (struct nv_group){end - 1, 1, 0,
                                          nv_rows_cost(plan, op, plan->buffers[op->out].rows) / threads};
            best[end] = best[end - 1] + last[end].cost + memory_cost(plan, end - 1, 1, last_reader, l2);
            for (int size = 2; join && size <= NV_GROUP_OPS && size <= end; size++) {
                const int first = end - size;
                /* Without arithmetic, what joining could save at best. */
                double apart = 0;
                for (int o = first; o < end; o++)
                    apart += memory_cost(plan, o, 1, last_reader, l2);
                const double together = memory_cost(plan, first, size, last_reader, l2);
                if (together >= apart)
                    continue;
                const struct nv_group group = nv_find_bands(plan, first, size, last_reader, l2 * 3 / 4);
                const double cost = best[first] + BANDS_SLOWDOWN * group.cost + together;
                if (cost < best[end]) {
                    best[end] = cost;
                    last[end] = group;
                }
            }
        }
        for (int end = n; end > 0; end = last[end].first)
            groups[count++] = last[end];
        for (int i = 0; i < count / 2; i++) {
            const struct nv_group swap = groups[i];
            groups[i] = groups[count - 1 - i];
            groups[count - 1 - i] = swap;
        }
    }
    free(best);
    free(last);
    return count;
}

static void find_last_readers(const struct nv_plan *plan, int *last_reader)
{
    for (int b = 0; b < plan->n_buffers; b++) {
        last_reader[b] = -1;
        for (int o = 0; o < plan->n_ops; o++)
            if (nv_reads(&plan->ops[o], b))
                last_reader[b] = o;
    }
    last_reader[plan->output] = plan->n_ops;
}

/* ---- lifetimes ---- */

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

/* ---- steps ---- */

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

static enum cg_status add_step(struct nv_plan *plan, const struct nv_group *group, const int *last_reader)
{
    struct nv_step *step = &plan->steps[plan->n_steps++];
    step->first_op = group->first;
    step->n_ops = group->n;
    step->tasks = calloc((size_t)plan->base.options.threads, sizeof *step->tasks);
    enum cg_status status = step->tasks ? CG_OK : CG_NO_MEMORY;
    for (int o = group->first; o < group->first + group->n && status == CG_OK; o++)
        status = add_nodes(step, &plan->ops[o]);
    if (status == CG_OK)
        status = group->band ? nv_share_group(plan, group, last_reader, step->tasks)
                             : nv_share_op(plan, group->first, step->tasks);
    return status;
}

enum cg_status nv_schedule(struct nv_plan *plan, struct cg_error *err)
{
    plan->steps = calloc((size_t)plan->n_ops + 1, sizeof *plan->steps);
    struct nv_group *groups = calloc((size_t)plan->n_ops + 1, sizeof *groups);
    int *last_reader = calloc((size_t)plan->n_buffers + 1, sizeof *last_reader);
    enum cg_status status = plan->steps && groups && last_reader ? CG_OK : CG_NO_MEMORY;
    int n = 0;
    if (status == CG_OK) {
        find_last_readers(plan, last_reader);
        n = choose_groups(plan, last_reader, groups);
        status = n < 0 ? CG_NO_MEMORY : CG_OK;
    }
    for (int i = 0; i < n && status == CG_OK; i++)
        status = add_step(plan, &groups[i], last_reader);
    if (status == CG_OK) {
        note_lifetimes(plan);
        nv_take_places(plan);
        nv_find_following(plan);
    }
    free(groups);
    free(last_reader);
    return status == CG_OK ? CG_OK : cg_fail(err, CG_NO_MEMORY, "no memory for the steps of a plan");
}
