#include "kernels/native/bands.h"

#include "kernels/native/cost.h"

#include <limits.h>
#include <math.h>

/* Cycles for a byte of weights that comes from the second-level cache again with every band: mostly hidden.
 */
#define WEIGHT_BYTE 0.006

static const int bands[] = {1, 2, 3, 4, 6, 8, 12, 16, 24, 32};

/* The state of one thread's walk over its bands. */
struct walk {
    const struct nv_plan *plan;
    const struct nv_group *group;
    bool inner[NV_GROUP_OPS];          /* only the group reads its output */
    unsigned readers[NV_GROUP_OPS];    /* bit j: the group's operation j, behind it, reads its output */
    int done[NV_GROUP_OPS];            /* next row to be made, -1 before the first */
    struct nv_rows make[NV_GROUP_OPS]; /* in this band */

    int live[NV_GROUP_OPS];   /* most rows of its output that are needed at a time */
    int stride[NV_GROUP_OPS]; /* rows made by a band in the middle */
    int end[NV_GROUP_OPS];    /* where the first band ended */

    int priced[NV_GROUP_OPS]; /* rows that price[] is for */
    double price[NV_GROUP_OPS];
};

static const struct nv_op *op_of(const struct walk *w, int i)
{
    return &w->plan->ops[w->group->first + i];
}

/* What operations after i need of its output in this band. */
static struct nv_rows needed(const struct walk *w, int i)
{
    struct nv_rows need = {0, 0};
    for (int j = i + 1; j < w->group->n; j++)
        if (w->readers[i] >> j & 1)
            need = nv_join(need, nv_reach(op_of(w, j), op_of(w, i)->out, w->make[j]));
    return need;
}

/* The first row of i's output that is needed in this band or later; INT_MAX: none. */
static int first_needed(const struct walk *w, int i)
{
    int first = INT_MAX;
    for (int j = i + 1; j < w->group->n; j++) {
        const struct nv_op *reader = op_of(w, j);
        if (!(w->readers[i] >> j & 1))
            continue;
        const bool makes = w->make[j].first < w->make[j].end;
        const int next = makes ? w->make[j].first : w->done[j];
        if (next < 0)
            return 0; /* has not begun: nobody knows */
        for (int row = next; row < w->plan->buffers[reader->out].rows; row++) {
            const struct nv_rows reach = nv_reach(reader, op_of(w, i)->out, (struct nv_rows){row, row + 1});
            if (reach.first < reach.end) {
                first = (int)nv_smaller(first, reach.first);
                break;
            }
        }
    }
    return first;
}

/* Decides what each operation makes for rows `band` of the last; false if the group cannot run so. */
static bool step(struct walk *w, struct nv_rows band, bool first_band)
{
    for (int i = w->group->n - 1; i >= 0; i--) {
        struct nv_rows need = needed(w, i);
        w->make[i] = (struct nv_rows){0, 0};
        if (!w->inner[i]) {
            if (need.first < need.end && (need.first < band.first || need.end > band.end))
                return false;
            need = band;
        }
        if (need.first >= need.end)
            continue;
        w->make[i] = (struct nv_rows){(int)nv_larger(w->done[i], need.first), need.end};
    }
    for (int i = 0; i < w->group->n; i++) {
        const int made = w->make[i].end - w->make[i].first;
        if (made > 0)
            w->done[i] = w->make[i].end;
        if (!w->inner[i] || w->done[i] < 0)
            continue;
        const int first = first_needed(w, i);
        const int live = first == INT_MAX ? made : w->done[i] - first;
        w->live[i] = (int)nv_larger(live, w->live[i]);
        if (!first_band && made > w->stride[i])
            w->stride[i] = made;
        else if (w->stride[i] == 0)
            w->end[i] = w->done[i];
    }
    return true;
}

static void begin(struct walk *w)
{
    for (int i = 0; i < w->group->n; i++)
        w->done[i] = -1;
}

static struct walk walk_of(const struct nv_plan *plan, const struct nv_group *group, const int *last_reader)
{
    struct walk w = {.plan = plan, .group = group};
    for (int i = 0; i < group->n; i++) {
        const int out = op_of(&w, i)->out;
        w.inner[i] =
            last_reader[out] < group->first + group->n && plan->buffers[out].first_op >= group->first;
        for (int j = i + 1; j < group->n; j++)
            w.readers[i] |= (unsigned)nv_reads(op_of(&w, j), op_of(&w, i)->out) << j;
    }
    return w;
}

/* Rows of the last operation that thread t of n makes. */
static struct nv_rows share(const struct walk *w, int t, int n)
{
    const int64_t rows = w->plan->buffers[op_of(w, w->group->n - 1)->out].rows;
    return (struct nv_rows){(int)(rows * t / n), (int)(rows * (t + 1) / n)};
}

static struct nv_rows next_band(const struct walk *w, struct nv_rows share, int first)
{
    return (struct nv_rows){first, (int)nv_smaller(first + w->group->band, share.end)};
}

/* Rows in the ring of operation i: what is live, in whole bands so that few bands wrap. */
static int ring_rows(const struct walk *w, int i)
{
    const int stride = w->stride[i] > 0 ? w->stride[i] : 1;
    const int rows = (w->live[i] + stride - 1) / stride * stride;
    const int all = w->plan->buffers[op_of(w, i)->out].rows;
    return rows < all || w->live[i] > all ? rows : all;
}

static int64_t ring_bytes(const struct walk *w)
{
    int64_t bytes = 0;
    for (int i = 0; i < w->group->n; i++) {
        const struct nv_buffer *b = &w->plan->buffers[op_of(w, i)->out];
        if (w->inner[i])
            bytes += (int64_t)ring_rows(w, i) * b->w * b->ld * (int64_t)sizeof(float);
    }
    return bytes;
}

/* The cycles of operation i for what it makes in this band: mostly as many rows as in the last. */
static double band_cost(struct walk *w, int i)
{
    const int made = w->make[i].end - w->make[i].first;
    if (made != w->priced[i]) {
        w->priced[i] = made;
        w->price[i] = made <= 0 ? 0
                                : nv_rows_cost(w->plan, op_of(w, i), made) +
                                      WEIGHT_BYTE * (double)nv_weight_bytes(op_of(w, i));
    }
    return w->price[i];
}

/* The cycles of thread t, or infinity. */
static double walk_cost(struct walk *w, int t, int threads)
{
    const struct nv_rows rows = share(w, t, threads);
    double cost = 0;
    begin(w);
    for (int r = rows.first; r < rows.end; r += w->group->band) {
        if (!step(w, next_band(w, rows, r), r == rows.first))
            return INFINITY;
        for (int i = 0; i < w->group->n; i++)
            cost += band_cost(w, i);
    }
    return cost;
}

/* Whether the rows that an operation reads for one band end where those for the next begin, or later: else
 * bands leave rows out that nobody reads. */
static bool reads_all_rows(const struct walk *w, int i)
{
    const struct nv_op *op = op_of(w, i);
    const struct cg_window *window = &op->window;
    return w->plan->buffers[op->out].rows == op->out_h &&
           (op->pixels || op->kind == NV_PASS ||
            window->stride_h <= (window->kernel_h - 1) * window->dilation_h + 1);
}

/* A bound from below on the cycles of thread t, whatever the band; 0: none is known. */
static double least_cost(const struct walk *probe, int t, int threads)
{
    struct walk w = *probe;
    double cost = 0;
    begin(&w);
    if (!step(&w, share(&w, t, threads), true))
        return 0;
    for (int i = 0; i < w.group->n; i++) {
        const int made = w.make[i].end - w.make[i].first;
        if (!reads_all_rows(&w, i))
            return 0;
        if (made > 0)
            cost += nv_rows_cost_least(w.plan, op_of(&w, i), made) +
                    WEIGHT_BYTE * (double)nv_weight_bytes(op_of(&w, i));
    }
    return cost;
}

/* Maps, rows that follow each other through every operation; at least one buffer stays inside. Not 1x1
 * convolutions alone: as whole layers they fetch what they read and write beside their multiply-adds, and
 * bands of them take longer. */
static bool can_join(const struct walk *w)
{
    const struct nv_op *last = op_of(w, w->group->n - 1);
    bool inner = false, only_1x1 = true;
    for (int i = 0; i < w->group->n; i++) {
        const struct nv_op *op = op_of(w, i);
        if (op->out_h < 2 ||
            (op->kind == NV_PASS && (op->pass.pass == CG_PASS_MEAN || op->pass.maps || op->pass.broadcast_b)))
            return false;
        if (!w->inner[i] &&
            (op->out_h != last->out_h || w->plan->buffers[op->out].rows != w->plan->buffers[last->out].rows))
            return false;
        inner |= w->inner[i];
        only_1x1 &= op->kind == NV_GEMM && op->pixels;
    }
    return inner && !only_1x1;
}

struct nv_group nv_find_bands(const struct nv_plan *plan, int first, int n, const int *last_reader,
                              int64_t cache_bytes, double most)
{
    struct nv_group best = {first, n, 1, INFINITY};
    struct walk probe = walk_of(plan, &best, last_reader);
    if (!can_join(&probe))
        return best;
    const int threads = plan->base.setting.threads;
    int64_t weights = 0;
    for (int i = 0; i < n; i++)
        weights += nv_weight_bytes(op_of(&probe, i));
    if (weights > cache_bytes || least_cost(&probe, threads / 2, threads) >= most)
        return best;
    const int rows = plan->buffers[op_of(&probe, n - 1)->out].rows;
    for (size_t b = 0; b < sizeof bands / sizeof *bands && (b == 0 || bands[b] * threads <= rows); b++) {
        const struct nv_group group = {first, n, bands[b], 0};
        struct walk w = walk_of(plan, &group, last_reader);
        const double cost = walk_cost(&w, threads / 2, threads);
        if (isinf(cost) || ring_bytes(&w) + weights > cache_bytes)
            break; /* larger bands need more */
        if (cost < best.cost) {
            best = group;
            best.cost = cost;
        }
    }
    return best;
}

static enum cg_status add_band(const struct walk *w, struct nv_tasks *tasks)
{
    enum cg_status status = CG_OK;
    for (int i = 0; i < w->group->n && status == CG_OK; i++) {
        const struct nv_op *op = op_of(w, i);
        const int unit = op->pixels ? w->plan->buffers[op->out].w : 1; /* of work in a row */
        status = nv_add_task(tasks, w->group->first + i,
                             (struct nv_range){w->make[i].first * unit, w->make[i].end * unit, 0, op->parts});
    }
    return status;
}

enum cg_status nv_share_group(struct nv_plan *plan, const struct nv_group *group, const int *last_reader,
                              struct nv_tasks *tasks)
{
    const int threads = plan->base.setting.threads;
    struct walk w = walk_of(plan, group, last_reader);
    for (int t = 0; t < threads; t++) {
        const struct nv_rows rows = share(&w, t, threads);
        begin(&w);
        for (int r = rows.first; r < rows.end; r += group->band)
            if (!step(&w, next_band(&w, rows, r), r == rows.first) || add_band(&w, &tasks[t]) != CG_OK)
                return CG_NO_MEMORY;
    }
    for (int i = 0; i < group->n; i++) {
        struct nv_buffer *b = &plan->buffers[op_of(&w, i)->out];
        if (!w.inner[i])
            continue;
        const int stride = w.stride[i] > 0 ? w.stride[i] : 1;
        b->ring = ring_rows(&w, i);
        b->shift = (stride - w.end[i] % stride) % stride;
    }
    return CG_OK;
}
