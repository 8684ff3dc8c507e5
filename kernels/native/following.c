#include "kernels/native/stages.h"

#include "kernels/native/look_ahead.h"

/* Layers of at most so many pixels read their weights once. */
#define FEW_PIXELS 4

/* Depthwise weights below this come quickly enough. */
#define WINDOW_BYTES (8 * 1024)

/* What lies at most so far behind weights that a task fetches is fetched with them: those of layers in a row
 * lie one behind the other. */
#define BEHIND_BYTES 4096

static bool reads_once(const struct nv_op *op)
{
    return op->kind == NV_GEMM && op->pixels && op->rows <= FEW_PIXELS;
}

/* Bytes that a task can fetch beside its own panels (look_ahead.c): during its last chunk, if it does not
 * read panels that were kept from the one before; 0 if it cannot. */
static int64_t spare_bytes(const struct nv_plan *plan, const struct nv_task *task)
{
    const struct nv_op *op = &plan->ops[task->op];
    const int panels = task->range.p1 - task->range.p0;
    if (op->kind != NV_GEMM || !op->pixels || panels < 2)
        return 0;
    struct nv_walk walk = nv_walk_of(plan, op, task->range);
    int64_t rows = 0, n = 0;
    for (struct nv_chunk chunk; (chunk = nv_next_chunk(&walk)).n > 0; n++)
        rows = chunk.n;
    const bool kept = n > 1 && nv_keeps_weights(op, task->range);
    const struct nv_panel *panel = &op->gemm.panels[task->range.p0];
    const int64_t room = nv_fetch_room(plan, op, panel, rows);
    const int every = nv_spare_call(kept, room, nv_panel_bytes(panel));
    return every ? panels / every * room : 0;
}

/* How much of what a task can fetch is taken, if it is to fetch what lies at `at`, too; -1 where it cannot.
 */
static int64_t taken_bytes(const struct nv_following *following, const char *at)
{
    if (!following->at)
        return 0;
    const int64_t taken = at - following->at;
    return following->once && taken >= following->bytes && taken <= following->bytes + BEHIND_BYTES ? taken
                                                                                                    : -1;
}

/* The weights at `at` for the tasks before task `last` of step `step`: the nearest takes the first of them,
 * which are then still in the nearest cache; those further back bring the rest from memory into the caches
 * behind it. */
static void spread(struct nv_plan *plan, int thread, int step, int last, const char *at, int64_t bytes)
{
    for (int s = step; s >= 0 && bytes > 0; s--) {
        struct nv_tasks *tasks = &plan->steps[s].tasks[thread];
        if (plan->steps[s].n_ops > 1)
            return;
        for (int i = s == step ? last : tasks->n - 1; i >= 0 && bytes > 0; i--) {
            struct nv_following *following = &tasks->at[i].following;
            const int64_t taken = taken_bytes(following, at),
                          spare = spare_bytes(plan, &tasks->at[i]) - taken;
            if (taken < 0 || spare <= 0)
                continue;
            const int64_t part = nv_smaller(spare, bytes) / CG_NATIVE_ALIGN * CG_NATIVE_ALIGN;
            *following = (struct nv_following){
                .at = following->at ? following->at : at, .bytes = taken + part, .once = true};
            at += part;
            bytes -= part > 0 ? part : bytes;
        }
    }
}

/* The task before task i of step s, or NULL. */
static struct nv_task *before(struct nv_plan *plan, int thread, int *s, int *i)
{
    while (--*i < 0) {
        if (--*s < 0)
            return NULL;
        *i = plan->steps[*s].tasks[thread].n;
    }
    return &plan->steps[*s].tasks[thread].at[*i];
}

/* The map that a window writes which reads what step s wrote, where both have their columns apart alike. */
static int written_next(const struct nv_plan *plan, int s)
{
    if (s + 1 >= plan->n_steps || plan->steps[s].n_ops > 1 || plan->steps[s + 1].n_ops > 1)
        return -1;
    const struct nv_op *op = &plan->ops[plan->steps[s].first_op],
                       *next = &plan->ops[plan->steps[s + 1].first_op];
    const struct nv_buffer *from = &plan->buffers[op->out], *to = &plan->buffers[next->out];
    const bool alike = op->kind == NV_GEMM && op->pixels && nv_cut_input(plan, next) == op->out && to->cuts &&
                       from->rows == to->rows && from->w == to->w && from->ld == to->ld;
    return alike ? next->out : -1;
}

static void find_written_next(struct nv_plan *plan)
{
    for (int s = 0; s < plan->n_steps; s++) {
        struct nv_op *op = &plan->ops[plan->steps[s].first_op];
        const int next = written_next(plan, s);
        if (next < 0)
            continue;
        op->gemm.written_next = next;
        plan->buffers[next].first = s;
    }
}

/* Lets the tasks before task i of step s fetch its weights, where that pays. */
static void fetch_before(struct nv_plan *plan, int thread, int s, int i)
{
    const struct nv_task *task = &plan->steps[s].tasks[thread].at[i];
    const struct nv_op *op = &plan->ops[task->op];
    int step = s, last = i;
    struct nv_task *previous = before(plan, thread, &step, &last);
    if (!previous)
        return;
    if (reads_once(op)) {
        const struct nv_panel *panels = op->gemm.panels;
        const int64_t from = panels[task->range.p0].weights, to = panels[task->range.p1 - 1].bias;
        spread(plan, thread, step, last, (const char *)(op->params + from),
               (to - from) * (int64_t)sizeof(float));
    } else if (op->kind == NV_WINDOW && nv_weight_bytes(op) >= WINDOW_BYTES) {
        previous->following =
            (struct nv_following){.at = (const char *)op->params, .bytes = nv_weight_bytes(op)};
    }
}

void nv_find_following(struct nv_plan *plan)
{
    find_written_next(plan);
    for (int t = 0; t < plan->base.setting.threads; t++)
        for (int s = 0; s < plan->n_steps; s++)
            for (int i = 0; plan->steps[s].n_ops == 1 && i < plan->steps[s].tasks[t].n; i++)
                fetch_before(plan, t, s, i);
}
