#include "kernels/native/look_ahead.h"

/* Weights that stay in the second-level cache from chunk to chunk. */
#define KEPT_BYTES (256 * 1024)

bool nv_keeps_weights(const struct nv_op *op, struct nv_range range)
{
    const struct nv_panel *panels = op->gemm.panels;
    return (panels[range.p1 - 1].bias - panels[range.p0].weights) * (int64_t)sizeof(float) <= KEPT_BYTES;
}

struct nv_ahead nv_ahead_of(const struct nv_call *call, struct nv_range range, const struct nv_chunk *next,
                            bool first)
{
    const struct nv_op *op = call->op;
    const int buffer = op->runs->buffer;
    struct nv_ahead ahead = {.last = next->n == 0, .weights_kept = !first && nv_keeps_weights(op, range)};
    bool one = !ahead.last;
    for (int r = 1; r < op->n_runs && one; r++)
        one = op->runs[r].buffer == buffer;
    if (one) {
        ahead.input = (const char *)nv_pixel(call->plan, call->thread, buffer, next->m);
        ahead.bytes = next->n * call->plan->buffers[buffer].ld * (int64_t)sizeof(float);
    }
    return ahead;
}

/* Part `part` of `parts` of a region, in whole cache lines. */
static void fetch_part(const char *at, int64_t bytes, int64_t part, int64_t parts, struct cg_gemm_args *g)
{
    const int64_t from = bytes * part / parts / CG_NATIVE_ALIGN * CG_NATIVE_ALIGN;
    g->ahead = at + from;
    g->ahead_row = (bytes * (part + 1) / parts - from) / g->m;
    g->ahead_panel = bytes / parts;
}

/* The same of an input: where maps are shared no tile, which fetches `tile` bytes, fetches beyond the part.
 */
static void fetch_input(const struct nv_ahead *next, int64_t part, int64_t parts, int64_t tile,
                        struct cg_gemm_args *g, struct cg_gemm_shared *shared)
{
    fetch_part(next->input, next->bytes, part, parts, g);
    if (!g->shared)
        return;
    const int64_t end = (next->input + next->bytes * (part + 1) / parts) - g->ahead, last = end - tile;
    g->ahead += last < 0 ? last : 0; /* before it lies what this thread has read already */
    shared->ahead_last = last < 0 ? 0 : last;
}

/* The panels that follow panel `p`, where of `every` calls the last fetches for later tasks: the others share
 * those of all. */
static void fetch_panels(const struct nv_op *op, struct nv_range range, int p, int every,
                         struct cg_gemm_args *g)
{
    const int call = (p - range.p0) % every, first = p - call + 1;
    const int n = first + every <= range.p1 ? every : range.p1 - first;
    const int64_t from = op->gemm.panels[first].weights, to = op->gemm.panels[first + n - 1].bias;
    fetch_part((const char *)(op->params + from), (to - from) * (int64_t)sizeof(float), call,
               n < every ? n : every - 1, g);
}

/* Sets what to fetch during the call of panel `p`; returns how many panels from there on fetch alike. The
 * next panel; once all are in the cache, or behind the last, the next chunk's input, all panels a part each
 * or the last one the whole. Behind the last chunk what follows the task; of weights that are read once, and
 * where calls have room for more than a panel, spare calls fetch a part. */
static int64_t fetch(const struct nv_plan *plan, const struct nv_task *task, int p,
                     const struct nv_ahead *next, struct cg_gemm_args *g, struct cg_gemm_shared *shared)
{
    const struct nv_op *op = &plan->ops[task->op];
    const struct nv_range range = task->range;
    const struct nv_following *following = &task->following;
    const struct nv_panel *panel = &op->gemm.panels[p];
    const int64_t panels = range.p1 - range.p0, at = p - range.p0, left = range.p1 - p;
    const int64_t room = nv_fetch_room(plan, op, panel, g->m);
    const int every =
        following->once && next->last ? nv_spare_call(next->weights_kept, room, nv_panel_bytes(panel)) : 0;
    if (next->weights_kept && next->bytes) {
        fetch_input(next, at, panels, nv_tile_fetches(plan, op), g, shared);
        return left;
    }
    if (every && at % every == every - 1) {
        fetch_part(following->at, following->bytes, at / every, panels / every, g);
        return every == 1 ? left : 1;
    }
    if (left > 1 && every) {
        fetch_panels(op, range, p, every, g);
        return 1;
    }
    if (left > 1) {
        fetch_part((const char *)(op->params + panel[1].weights), nv_panel_bytes(&panel[1]), 0, 1, g);
        g->ahead_panel = (panel[1].weights - panel->weights) * (int64_t)sizeof(float);
        return left - 1;
    }
    if (next->bytes)
        fetch_input(next, 0, 1, nv_tile_fetches(plan, op), g, shared);
    else if (next->last && following->at && !following->once)
        fetch_part(following->at, nv_smaller(following->bytes, room), 0, 1, g);
    return 1;
}

void nv_look_ahead(const struct nv_plan *plan, const struct nv_task *task, int p, const struct nv_ahead *next,
                   struct cg_gemm_args *g, struct cg_gemm_shared *shared)
{
    const struct nv_panel *panel = &plan->ops[task->op].gemm.panels[p];
    g->ahead = NULL;
    g->ahead_row = 0;
    shared->ahead_last = PTRDIFF_MAX;
    const int64_t alike = fetch(plan, task, p, next, g, shared),
                  together = g->m % panel->kernel->tile_m ? 1 : panel->together;
    g->more = (int)nv_smaller(alike, together) - 1;
    g->panel_step = g->more ? panel[1].weights - panel->weights : 0;
}
