#include "kernels/native/running.h"

#include "kernels/native/look_ahead.h"

/* Panels of a block of rows stay in the second-level cache while they are used. */
#define BLOCK_BYTES (192 * 1024)

/* Columns of the output narrower than this run along y rather than along x. */
#define NARROW 4

/* Panel `panel`, and g->more behind it, for g->m pixels of the output from `pixel` on, `step` apart. */
static void run_panel(const struct nv_call *call, const struct nv_panel *panel, struct cg_gemm_args *g,
                      int64_t pixel, int64_t step)
{
    const struct nv_plan *plan = call->plan;
    const struct nv_op *op = call->op;
    g->n = panel->n;
    g->b = op->params + panel->weights;
    g->bias = op->params + panel->bias;
    g->c = nv_pixel(plan, call->thread, op->out, pixel) + panel->column;
    g->c_stride = step * plan->buffers[op->out].ld;
    g->residual = NULL;
    if (panel->residual >= 0) {
        g->residual = nv_pixel(plan, call->thread, panel->residual, pixel) + panel->residual_column;
        g->residual_stride = step * plan->buffers[panel->residual].ld;
    }
    if (!g->ahead) /* what is read anyway, no address that is not mapped */
        g->ahead = (const char *)g->b;
    nv_gemm_kernel(plan, call->thread, op, panel)->run(g);
    nv_run_post(call, g->m, g->n * (1 + g->more), g->c, g->c_stride);
}

/* ---- 1x1 ---- */

/* The inputs of one group for a chunk of pixels. */
static int pixel_segments(const struct nv_call *call, int group, const struct nv_chunk *chunk)
{
    const struct nv_plan *plan = call->plan;
    const struct nv_gemm *gemm = &call->op->gemm;
    struct cg_gemm_segment *segments = plan->workers[call->thread].segments;
    int n = 0;
    for (int r = gemm->group_runs[group]; r < gemm->group_runs[group + 1]; r++) {
        const struct nv_run *run = &call->op->runs[r];
        const ptrdiff_t ld = plan->buffers[run->buffer].ld;
        const float *first = nv_pixel(plan, call->thread, run->buffer, nv_first_pixel(chunk)) + run->column;
        segments[n++] = (struct cg_gemm_segment){first, chunk->backwards ? -ld : ld, run->len, run->position};
    }
    return n;
}

static void run_pixels(const struct nv_call *call, const struct nv_task *task)
{
    const struct nv_plan *plan = call->plan;
    const struct nv_op *op = call->op;
    const struct nv_range range = task->range;
    struct cg_gemm_shared shared = {0};
    struct cg_gemm_args g = {.segments = plan->workers[call->thread].segments, .lo = op->lo, .hi = op->hi};
    if (nv_shared(plan, op))
        g.shared = &shared;
    if (op->gemm.written_next >= 0)
        shared.written_next =
            (ptrdiff_t)(plan->buffers[op->gemm.written_next].offset - plan->buffers[op->out].offset);
    struct nv_walk walk = nv_walk_of(plan, op, range);
    struct nv_chunk chunk = nv_next_chunk(&walk), next;
    for (bool first = true; chunk.n > 0; chunk = next, first = false) {
        next = nv_next_chunk(&walk);
        g.m = (int)chunk.n;
        shared.rows_below = next.backwards == chunk.backwards ? (int)next.n : 0;
        const struct nv_ahead ahead = nv_ahead_of(call, range, &next, first);
        for (int p = range.p0, group = -1; p < range.p1; p += 1 + g.more) {
            const struct nv_panel *panel = &op->gemm.panels[p];
            if (panel->group != group)
                g.n_segments = pixel_segments(call, group = panel->group, &chunk);
            nv_look_ahead(plan, task, p, &ahead, &g, &shared);
            run_panel(call, panel, &g, nv_first_pixel(&chunk), chunk.backwards ? -1 : 1);
        }
    }
}

/* ---- windows ---- */

static bool same(struct nv_rows a, struct nv_rows b)
{
    return a.first == b.first && a.end == b.end;
}

/* Positions of the kernel, a row or column of it, that lie inside the map. */
static struct nv_rows inside_of(int64_t first, int dilation, int kernel, int size)
{
    struct nv_rows in = {0, kernel};
    while (in.first < in.end && first + (int64_t)in.first * dilation < 0)
        in.first++;
    while (in.end > in.first && first + (int64_t)(in.end - 1) * dilation >= size)
        in.end--;
    return in;
}

/* Of output row `row`, images following each other. */
static struct nv_rows rows_inside(const struct nv_op *op, int row)
{
    const struct cg_window *w = &op->window;
    const int64_t first = (int64_t)(row % op->out_h) * w->stride_h - w->pad_top;
    return inside_of(first, w->dilation_h, w->kernel_h, op->in_h);
}

static struct nv_rows columns_inside(const struct nv_op *op, int x)
{
    const struct cg_window *w = &op->window;
    return inside_of((int64_t)x * w->stride_w - w->pad_left, w->dilation_w, w->kernel_w, op->in_w);
}

/* `m` output pixels from (row, x) on, along x or along y, that see the same positions of the kernel. */
struct block {
    int row, x, m;
    bool along_y;
    struct nv_rows rows, columns;
};

/* Segments of one group for the first output pixel of a block. */
static int window_segments(const struct nv_call *call, int group, const struct block *block)
{
    const struct nv_plan *plan = call->plan;
    const struct nv_op *op = call->op;
    const struct cg_window *w = &op->window;
    const struct nv_run *runs = op->runs + op->gemm.group_runs[group];
    const int n_runs = op->gemm.group_runs[group + 1] - op->gemm.group_runs[group];
    const int n_columns = block->columns.end - block->columns.first, ld = plan->buffers[runs->buffer].ld;
    const int64_t step = block->along_y ? (int64_t)w->stride_h * op->in_w : w->stride_w;
    /* The pixels of a kernel row are neighbours and all their channels are wanted. */
    const bool whole = n_runs == 1 && runs->len == ld && w->dilation_w == 1;
    struct cg_gemm_segment *segments = plan->workers[call->thread].segments;
    int n = 0;
    for (int i = block->rows.first; n_columns > 0 && i < block->rows.end; i++) {
        const int64_t in_row = (int64_t)(block->row / op->out_h) * op->in_h +
                               (int64_t)(block->row % op->out_h) * w->stride_h - w->pad_top +
                               i * w->dilation_h;
        const int64_t first = in_row * op->in_w + (int64_t)block->x * w->stride_w - w->pad_left +
                              (int64_t)block->columns.first * w->dilation_w;
        const int tap = i * w->kernel_w + block->columns.first;
        if (whole)
            segments[n++] = (struct cg_gemm_segment){nv_pixel(plan, call->thread, runs->buffer, first),
                                                     step * ld, n_columns * ld, tap * ld};
        for (int j = 0; !whole && j < n_columns; j++)
            for (int r = 0; r < n_runs; r++) {
                const struct nv_run *run = &runs[r];
                const float *pixel =
                    nv_pixel(plan, call->thread, run->buffer, first + (int64_t)j * w->dilation_w);
                segments[n++] =
                    (struct cg_gemm_segment){pixel + run->column, step * plan->buffers[run->buffer].ld,
                                             run->len, (tap + j) * op->gemm.group_k + run->position};
            }
    }
    return n;
}

/* During the first panel of a row of the output: the rows of the input that the next one reads first. */
static void fetch_rows(const struct nv_call *call, const struct block *block, bool first,
                       struct cg_gemm_args *g)
{
    const struct nv_op *op = call->op;
    const struct nv_buffer *in = &call->plan->buffers[op->runs->buffer];
    g->ahead = NULL;
    g->ahead_row = 0;
    if (!first || block->along_y || in->ring || g->n_segments == 0)
        return;
    const int64_t row_bytes = (int64_t)op->in_w * in->ld * (int64_t)sizeof(float);
    g->ahead = (const char *)g->segments[g->n_segments - 1].a + row_bytes;
    g->ahead_row = op->window.stride_h * row_bytes / g->m;
}

/* One block for panels p0 ... p1 - 1. `g` has what all blocks of a call share: its zeros are worth a row's
 * time. */
static void run_block(const struct nv_call *call, const struct block *block, int p0, int p1,
                      struct cg_gemm_args *g)
{
    const struct nv_op *op = call->op;
    const int64_t out_w = call->plan->buffers[op->out].w;
    g->m = block->m;
    for (int p = p0, group = -1; p < p1; p++) {
        const struct nv_panel *panel = &op->gemm.panels[p];
        if (panel->group != group)
            g->n_segments = window_segments(call, group = panel->group, block);
        fetch_rows(call, block, p == p0, g);
        run_panel(call, panel, g, block->row * out_w + block->x, block->along_y ? out_w : 1);
    }
}

static bool reads_ring(const struct nv_plan *plan, const struct nv_op *op)
{
    for (int r = 0; r < op->n_runs; r++)
        if (plan->buffers[op->runs[r].buffer].ring)
            return true;
    return false;
}

/* How many rows of the output from `row` on lie one after the other, also in what panels add to them. */
static int64_t contiguous_rows(const struct nv_call *call, struct nv_range range, int row)
{
    const struct nv_op *op = call->op;
    const int64_t out_w = call->plan->buffers[op->out].w, pixel = row * out_w;
    int64_t n = nv_contiguous(call->plan, op->out, pixel);
    for (int p = range.p0; p < range.p1; p++)
        if (op->gemm.panels[p].residual >= 0)
            n = nv_smaller(n, nv_contiguous(call->plan, op->gemm.panels[p].residual, pixel));
    return n / out_w;
}

/* Columns x ... end - 1, in which windows see the same columns of the kernel: row by row, or few columns
 * (`along_y`) each by itself over rows that see the same rows of it. */
static void run_columns(const struct nv_call *call, struct nv_range range, int x, int end, bool along_y)
{
    const struct nv_op *op = call->op;
    struct block block = {.x = x, .m = end - x, .columns = columns_inside(op, x)};
    struct cg_gemm_args g = {.segments = call->plan->workers[call->thread].segments,
                             .lo = op->lo,
                             .hi = op->hi,
                             .sum_lanes = op->gemm.sum_lanes};
    for (block.row = range.r0; block.row < range.r1; block.row += along_y ? block.m : 1) {
        block.rows = rows_inside(op, block.row);
        if (!along_y) {
            run_block(call, &block, range.p0, range.p1, &g);
            continue;
        }
        block.along_y = true;
        const int64_t most = nv_smaller(range.r1 - block.row, contiguous_rows(call, range, block.row));
        for (block.m = 1; block.m < most && (block.row + block.m) % op->out_h != 0; block.m++)
            if (!same(rows_inside(op, block.row + block.m), block.rows))
                break;
        for (block.x = x; block.x < end; block.x++)
            run_block(call, &block, range.p0, range.p1, &g);
    }
}

/* The end of the columns from x on that see the same columns of the kernel. */
static int alike_until(const struct nv_op *op, int x, int out_w)
{
    const struct cg_window *w = &op->window;
    const struct nv_rows columns = columns_inside(op, x);
    int next = x + 1;
    if (columns.first == 0 && columns.end == w->kernel_w)
        next = 1 + (op->in_w - 1 + w->pad_left - (w->kernel_w - 1) * w->dilation_w) / w->stride_w;
    while (next < out_w && same(columns_inside(op, next), columns))
        next++;
    return (int)nv_smaller(next, out_w);
}

static void run_rows(const struct nv_call *call, struct nv_range range, bool along_y)
{
    const int out_w = call->plan->buffers[call->op->out].w;
    for (int x = 0, next; x < out_w; x = next) {
        next = alike_until(call->op, x, out_w);
        run_columns(call, range, x, next, next - x < NARROW && along_y);
    }
}

void nv_run_gemm(const struct nv_call *call, const struct nv_task *task)
{
    struct nv_range range = task->range;
    if (call->op->pixels) {
        run_pixels(call, task);
        return;
    }
    if (call->op->gemm.winograd.edge) {
        nv_run_winograd(call, range);
        return;
    }
    const bool along_y = !reads_ring(call->plan, call->op);
    for (; range.p0 < task->range.p1; range.p0 = range.p1) {
        int64_t bytes = 0;
        for (range.p1 = range.p0; range.p1 < task->range.p1 && bytes < BLOCK_BYTES; range.p1++)
            bytes += nv_panel_bytes(&call->op->gemm.panels[range.p1]);
        run_rows(call, range, along_y);
    }
}
