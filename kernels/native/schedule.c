#include "kernels/native/stages.h"

#include "kernels/native/bands.h"
#include "kernels/native/cost.h"
#include "kernels/native/share.h"

/* A barrier, with the wait for the slower thread. */
#define BARRIER_CYCLES 1500

/* What arithmetic takes longer in bands than in whole layers: shorter calls, rings, weights in turns.
 * Measured on Zen 5: 5 to 9 % of bottlenecks of 1x1, 3x3, 1x1 at 56x56, 1 to 3 % of whole ShuffleNets. */
#define BANDS_SLOWDOWN 1.06

/* Cycles for a byte beyond the second-level cache: written, read by a gemm (in order, used often), by a pool,
 * by a depthwise window or pass. Measured. */
#define FAR_WRITE 0.015
#define FAR_GEMM  0.015
#define FAR_POOL  0.05
#define FAR_PASS  0.10

/* What the choice of steps looks at. */
struct choice {
    const struct nv_plan *plan;
    int64_t l2;
    int *last_reader; /* [n_buffers]: the operation that reads it last, n_ops for the plan's output */
    bool *reads;      /* [n_ops][n_buffers] */
};

static enum cg_status choice_of(const struct nv_plan *plan, struct choice *choice)
{
    const int n = plan->n_buffers;
    *choice = (struct choice){.plan = plan,
                              .l2 = plan->core.l2_bytes,
                              .last_reader = nv_scratch(plan, n, sizeof(int)),
                              .reads = nv_scratch(plan, plan->n_ops * n, sizeof(bool))};
    if (!choice->last_reader || !choice->reads)
        return CG_NO_MEMORY;
    for (int b = 0; b < n; b++)
        choice->last_reader[b] = -1;
    for (int o = 0; o < plan->n_ops; o++)
        for (int i = 0; i < nv_n_operands(&plan->ops[o]); i++) {
            const int buffer = nv_operand(&plan->ops[o], i);
            if (buffer < 0)
                continue;
            choice->reads[o * n + buffer] = true;
            choice->last_reader[buffer] = o;
        }
    choice->last_reader[plan->output] = plan->n_ops;
    return CG_OK;
}

/* Bytes of a thread's share of a buffer, if that is too much to find it in the second-level cache later. */
static double far_bytes(const struct choice *c, int buffer)
{
    const struct nv_buffer *b = &c->plan->buffers[buffer];
    const int64_t bytes =
        (int64_t)b->rows * b->w * b->ld * (int64_t)sizeof(float) / c->plan->base.setting.threads;
    return bytes > c->l2 / 2 ? (double)bytes : 0;
}

static double far_read(const struct nv_op *op)
{
    const bool pool = op->kind == NV_WINDOW && !op->params;
    return op->kind == NV_GEMM ? FAR_GEMM : pool ? FAR_POOL : FAR_PASS;
}

/* Cycles that one thread loses for what operations first ... end - 1, run together, read from and leave to
 * memory beyond its cache. */
static double memory_cost(const struct choice *c, int first, int end)
{
    const struct nv_plan *plan = c->plan;
    double cost = 0;
    for (int o = first; o < end; o++) {
        const struct nv_op *op = &plan->ops[o];
        if (c->last_reader[op->out] >= end)
            cost += FAR_WRITE * far_bytes(c, op->out) * op->out_c / plan->buffers[op->out].c;
        for (int b = 0; b < plan->n_buffers; b++) {
            bool inside = !c->reads[o * plan->n_buffers + b];
            for (int i = first; i < end && !inside; i++)
                inside = plan->ops[i].out == b;
            if (!inside)
                cost += far_read(op) * far_bytes(c, b);
        }
    }
    return cost + (plan->base.setting.threads > 1 ? BARRIER_CYCLES : 0);
}

/* The same one by one. */
static double apart_cost(const struct choice *c, int first, int end)
{
    double cost = 0;
    for (int o = first; o < end; o++)
        cost += memory_cost(c, o, o + 1);
    return cost;
}

/* A way to run all operations before one: what it costs, and the group that it ends with; single operations
 * have band 0. */
struct path {
    double cost;
    struct nv_group last;
};

/* The best path to `end`, of those to the operations before it. */
static struct path best_path(const struct choice *c, const struct path *paths, int end)
{
    const struct nv_plan *plan = c->plan;
    const struct nv_op *op = &plan->ops[end - 1];
    const double alone = nv_rows_cost(plan, op, plan->buffers[op->out].rows) / plan->base.setting.threads;
    struct path best = {paths[end - 1].cost + alone + memory_cost(c, end - 1, end), {end - 1, 1, 0, alone}};
    if (plan->base.setting.fusion != CG_FUSION_FULL)
        return best;
    for (int first = end - 2; first >= 0 && end - first <= NV_GROUP_OPS; first--) {
        const double together = memory_cost(c, first, end);
        if (together >= apart_cost(c, first, end)) /* without arithmetic, joining saves this at best */
            continue;
        const double most = (best.cost - paths[first].cost - together) / BANDS_SLOWDOWN;
        const struct nv_group group =
            nv_find_bands(plan, first, end - first, c->last_reader, c->l2 * 3 / 4, most);
        const double cost = paths[first].cost + BANDS_SLOWDOWN * group.cost + together;
        if (cost < best.cost)
            best = (struct path){cost, group};
    }
    return best;
}

/* The groups that cover all operations in order at the smallest cost. Returns how many, -1 without memory. */
static int choose_groups(const struct choice *c, struct nv_group *groups)
{
    const int n = c->plan->n_ops;
    struct path *paths = nv_scratch(c->plan, n + 1, sizeof *paths);
    if (!paths)
        return -1;
    for (int end = 1; end <= n; end++)
        paths[end] = best_path(c, paths, end);
    int count = 0;
    for (int end = n; end > 0; end = paths[end].last.first)
        count++;
    for (int end = n, i = count; end > 0; end = paths[end].last.first)
        groups[--i] = paths[end].last;
    return count;
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
            for (int i = 0; i < nv_n_operands(op); i++)
                if (nv_operand(op, i) >= 0)
                    touch(&plan->buffers[nv_operand(op, i)], s);
        }
    /* The input survives a run, so that the next can start from it; the output until it is fetched. */
    touch(&plan->buffers[plan->input], 0);
    touch(&plan->buffers[plan->input], plan->n_steps - 1);
    touch(&plan->buffers[plan->output], plan->n_steps - 1);
}

static enum cg_status add_step(struct nv_plan *plan, const struct nv_group *group, const int *last_reader)
{
    struct nv_step *step = &plan->steps[plan->n_steps++];
    step->first_op = group->first;
    step->n_ops = group->n;
    step->tasks = cg_arena_array(plan->kept, (size_t)plan->base.setting.threads, sizeof *step->tasks);
    if (!step->tasks)
        return CG_NO_MEMORY;
    return group->band ? nv_share_group(plan, group, last_reader, step->tasks)
                       : nv_share_op(plan, group->first, step->tasks);
}

static enum cg_status make_steps(struct nv_plan *plan)
{
    plan->steps = cg_arena_array(plan->kept, (size_t)plan->n_ops, sizeof *plan->steps);
    struct nv_group *groups = nv_scratch(plan, plan->n_ops, sizeof *groups);
    struct choice choice;
    if (!plan->steps || !groups || choice_of(plan, &choice) != CG_OK)
        return CG_NO_MEMORY;
    const int n = choose_groups(&choice, groups);
    enum cg_status status = n < 0 ? CG_NO_MEMORY : CG_OK;
    for (int i = 0; i < n && status == CG_OK; i++)
        status = add_step(plan, &groups[i], choice.last_reader);
    return status;
}

enum cg_status nv_schedule(struct nv_plan *plan, struct cg_error *err)
{
    if (make_steps(plan) != CG_OK)
        return cg_fail(err, CG_NO_MEMORY, "no memory for the steps of a plan");
    note_lifetimes(plan);
    nv_take_places(plan);
    nv_find_following(plan);
    return CG_OK;
}
