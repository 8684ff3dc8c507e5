/* Runs convolutions and fully connected layers: 1x1 over chunks of pixels, windows over rows cut into the
 * interior and the columns where the window hangs over an edge (there the segments are shorter: padding costs
 * nothing). */
#include "kernels/native/plan.h"

/* Inputs and outputs of a chunk, and panels of a block, stay in the second-level cache while they are used.
 */
#define CHUNK_BYTES (192 * 1024)
#define CHUNK_ROWS  84 /* a multiple of every register tile's rows */

/* Columns of the output narrower than this run along y rather than along x. */
#define NARROW 4

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* The activation that the store does not do, in place over what panel `p` wrote. */
static void post(const struct nv_plan *plan, const struct nv_op *op, const struct cg_gemm_args *g)
{
    if (op->post != CG_PASS_COPY)
        plan->kernels->pass[op->post].run(&(struct cg_pass_args){.m = g->m,
                                                                 .channels = g->n,
                                                                 .a = g->c,
                                                                 .a_stride = g->c_stride,
                                                                 .out = g->c,
                                                                 .out_stride = g->c_stride,
                                                                 .lo = op->lo,
                                                                 .hi = op->hi});
}

static void run_panel(const struct nv_plan *plan, const struct nv_op *op, int thread,
                      const struct nv_panel *panel, struct cg_gemm_args *g, int64_t pixel, int64_t pixel_step)
{
    const int ld = plan->buffers[op->out].ld;
    g->n = panel->n;
    g->b = op->params + panel->weights;
    g->bias = op->params + panel->bias;
    g->c = nv_pixel(plan, thread, op->out, pixel) + panel->column;
    g->c_stride = pixel_step * ld;
    g->residual = NULL;
    if (panel->residual >= 0) {
        g->residual = nv_pixel(plan, thread, panel->residual, pixel) + panel->residual_column;
        g->residual_stride = pixel_step * plan->buffers[panel->residual].ld;
    }
    if (panel->group_kernel)
        panel->group_kernel->run(g);
    else
        nv_gemm_kernel(plan, thread, panel->kernel)->run(g);
    post(plan, op, g);
}

/* Weights that stay in the second-level cache from chunk to chunk. */
#define KEPT_BYTES (256 * 1024)

/* Pixels that run in one call for each panel, from the first to the last or from the last to the first. */
struct chunk {
    int64_t m, n;
    bool backwards;
};

/* What is left of a task's pixels: first forwards until `turn`, then backwards from the end. A prefetcher
 * that follows the rows of tiles runs on beyond the last one, and on two cores that would be where another
 * thread writes: so walks end in the middle of a thread's pixels. */
struct walk {
    int64_t from, turn, end, size; /* size: pixels in a chunk at most */
};

static bool any_ring(const struct nv_plan *plan, const struct nv_op *op)
{
    bool ring = plan->buffers[op->out].ring != 0;
    for (int r = 0; r < op->n_runs; r++)
        ring |= plan->buffers[op->runs[r].buffer].ring != 0;
    for (int p = 0; p < op->parts; p++)
        ring |= op->panels[p].residual >= 0 && plan->buffers[op->panels[p].residual].ring != 0;
    return ring;
}

/* How many of a task's pixels are walked forwards: about half, in whole chunks or, where there are two, in
 * whole tiles. With one chunk all or none: the first thread's end lies before its start. */
static int64_t forward_pixels(const struct nv_op *op, struct nv_range range, int64_t size)
{
    const int64_t n = range.r1 - range.r0, chunks = (n + size - 1) / size;
    if (chunks == 1)
        return range.r0 == 0 && range.r1 < op->rows ? 0 : n;
    if (chunks > 2)
        return chunks / 2 * size;
    const int64_t tile = op->panels[range.p0].kernel->tile_m, half = (n / 2 + tile / 2) / tile * tile;
    for (int p = range.p0; p < range.p1; p++)
        if (op->panels[p].kernel->tile_n > 1 && half % op->panels[p].kernel->tile_m)
            return size;
    return half;
}

static struct walk walk_of(const struct nv_plan *plan, const struct nv_op *op, struct nv_range range,
                           bool shared)
{
    const int64_t per_pixel =
        ((int64_t)op->groups * op->group_k + plan->buffers[op->out].c) * (int64_t)sizeof(float);
    struct walk walk = {.from = range.r0, .turn = range.r1, .end = range.r1};
    walk.size = CHUNK_BYTES / per_pixel / CHUNK_ROWS * CHUNK_ROWS;
    walk.size = walk.size < CHUNK_ROWS ? CHUNK_ROWS : walk.size;
    if (shared)
        walk.turn = walk.from + forward_pixels(op, range, walk.size);
    return walk;
}

static int64_t first_pixel(const struct chunk *chunk)
{
    return chunk->backwards ? chunk->m + chunk->n - 1 : chunk->m;
}

/* Pixels that lie one after the other from pixel m on, in every buffer of the operation. */
static int64_t contiguous(const struct nv_plan *plan, const struct nv_op *op, struct nv_range range,
                          int64_t m)
{
    int64_t n = nv_contiguous(plan, op->out, m);
    for (int r = 0; r < op->n_runs; r++)
        n = smaller(n, nv_contiguous(plan, op->runs[r].buffer, m));
    for (int p = range.p0; p < range.p1; p++)
        if (op->panels[p].residual >= 0)
            n = smaller(n, nv_contiguous(plan, op->panels[p].residual, m));
    return n;
}

/* The next chunk of the walk; n is 0 behind the last. */
static struct chunk next_chunk(const struct nv_plan *plan, const struct nv_op *op, struct nv_range range,
                               struct walk *walk)
{
    struct chunk chunk = {.backwards = walk->from >= walk->turn};
    if (chunk.backwards) {
        chunk.n = smaller(walk->end - walk->turn, walk->size);
        walk->end -= chunk.n;
        chunk.m = walk->end;
    } else {
        chunk.m = walk->from;
        chunk.n =
            smaller(smaller(walk->turn - walk->from, walk->size), contiguous(plan, op, range, walk->from));
        walk->from += chunk.n;
    }
    return chunk;
}

/* What lies ahead of a chunk of pixels: the input of the next one, where that lies in one buffer (`bytes` 0:
 * no), and whether the weights are in the second-level cache by now. */
struct ahead {
    const char *input;
    int64_t bytes;
    bool weights_kept;
};

static struct ahead ahead_of(const struct nv_plan *plan, const struct nv_op *op, int thread,
                             struct nv_range range, const struct chunk *next, bool first)
{
    const struct nv_panel *panels = op->panels;
    const int buffer = op->runs->buffer;
    struct ahead ahead = {.weights_kept = !first && (panels[range.p1 - 1].bias - panels[range.p0].weights) *
                                                            (int64_t)sizeof(float) <=
                                                        KEPT_BYTES};
    bool one = next->n > 0;
    for (int r = 1; r < op->n_runs && one; r++)
        one = op->runs[r].buffer == buffer;
    if (one) {
        ahead.input = (const char *)nv_pixel(plan, thread, buffer, next->m);
        ahead.bytes = next->n * plan->buffers[buffer].ld * (int64_t)sizeof(float);
    }
    return ahead;
}

/* Part `part` of `parts` of a region, in whole cache lines. */
static void fetch_part(const char *at, int64_t bytes, int64_t part, int64_t parts, struct cg_gemm_args *g)
{
    const int64_t from = bytes * part / parts / CG_NATIVE_ALIGN * CG_NATIVE_ALIGN;
    g->ahead = at + from;
    g->ahead_row = (bytes * (part + 1) / parts - from) / g->m;
}

/* The same of an input: where maps are shared no tile fetches beyond the part. */
static void fetch_input(const struct nv_plan *plan, const struct nv_op *op, const struct ahead *next,
                        int64_t part, int64_t parts, struct cg_gemm_args *g, struct cg_gemm_shared *shared)
{
    fetch_part(next->input, next->bytes, part, parts, g);
    if (!g->shared)
        return;
    const int64_t end = (next->input + next->bytes * (part + 1) / parts) - g->ahead,
                  last = end - nv_tile_fetches(plan, op);
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
    const int64_t from = op->panels[first].weights, to = op->panels[first + n - 1].bias;
    fetch_part((const char *)(op->params + from), (to - from) * (int64_t)sizeof(float), call,
               n < every ? n : every - 1, g);
}

/* What to fetch during the call of panel `p`: the next panel; once all are in the cache, or behind the last,
 * the next chunk's input, all panels a part each or the last one the whole. Behind the last chunk what
 * follows the task; of weights that are read once, and where calls have room for more than a panel, spare
 * calls fetch a part. */
static void look_ahead(const struct nv_plan *plan, const struct nv_op *op, const struct nv_task *task, int p,
                       const struct ahead *next, struct cg_gemm_args *g, struct cg_gemm_shared *shared)
{
    const struct nv_range range = task->range;
    const struct nv_following *following = &task->following;
    const struct nv_panel *panel = &op->panels[p];
    const int64_t panels = range.p1 - range.p0, at = p - range.p0;
    const int64_t room = nv_fetch_room(plan, op, panel, g->m), own = nv_panel_bytes(panel);
    const bool last = !next->bytes;
    const int every = following->once && last && !next->weights_kept ? nv_spare_call(room, own) : 0;
    g->ahead = NULL;
    g->ahead_row = 0;
    shared->ahead_last = PTRDIFF_MAX;
    if (next->weights_kept && !last)
        fetch_input(plan, op, next, at, panels, g, shared);
    else if (every && at % every == every - 1)
        fetch_part(following->at, following->bytes, at / every, panels / every, g);
    else if (p + 1 < range.p1 && every)
        fetch_panels(op, range, p, every, g);
    else if (p + 1 < range.p1)
        fetch_part((const char *)(op->params + panel[1].weights), nv_panel_bytes(&panel[1]), 0, 1, g);
    else if (!last)
        fetch_input(plan, op, next, 0, 1, g, shared);
    else if (following->at && !following->once)
        fetch_part(following->at, smaller(following->bytes, room), 0, 1, g);
}

/* The inputs of one group for a chunk of pixels. */
static int pixel_segments(const struct nv_plan *plan, const struct nv_op *op, int thread, int group,
                          const struct chunk *chunk, struct cg_gemm_segment *segments)
{
    int n = 0;
    for (int r = op->group_runs[group]; r < op->group_runs[group + 1]; r++) {
        const struct nv_run *run = &op->runs[r];
        const ptrdiff_t ld = plan->buffers[run->buffer].ld;
        const float *first = nv_pixel(plan, thread, run->buffer, first_pixel(chunk)) + run->column;
        segments[n++] = (struct cg_gemm_segment){first, chunk->backwards ? -ld : ld, run->len, run->position};
    }
    return n;
}

static void run_pixels(const struct nv_plan *plan, const struct nv_op *op, const struct nv_task *task,
                       int thread)
{
    const struct nv_range range = task->range;
    struct cg_gemm_segment *segments = plan->workers[thread].segments;
    struct cg_gemm_shared shared = {0};
    struct cg_gemm_args g = {.segments = segments, .lo = op->lo, .hi = op->hi};
    if (plan->base.options.threads > 1 && !any_ring(plan, op))
        g.shared = &shared;
    if (op->written_next >= 0)
        shared.written_next =
            (ptrdiff_t)(plan->buffers[op->written_next].offset - plan->buffers[op->out].offset);
    struct walk walk = walk_of(plan, op, range, g.shared);
    struct chunk chunk = next_chunk(plan, op, range, &walk), next;
    for (bool first = true; chunk.n > 0; chunk = next, first = false) {
        next = next_chunk(plan, op, range, &walk);
        g.m = (int)chunk.n;
        shared.rows_below = next.backwards == chunk.backwards ? (int)next.n : 0;
        const struct ahead ahead = ahead_of(plan, op, thread, range, &next, first);
        for (int p = range.p0, group = -1; p < range.p1; p++) {
            if (op->panels[p].group != group) {
                group = op->panels[p].group;
                g.n_segments = pixel_segments(plan, op, thread, group, &chunk, segments);
            }
            look_ahead(plan, op, task, p, &ahead, &g, &shared);
            run_panel(plan, op, thread, &op->panels[p], &g, first_pixel(&chunk), chunk.backwards ? -1 : 1);
        }
    }
}

/* Kernel positions i0 ... i1 - 1 (j0 ... j1 - 1) that lie inside the map for output row y (column x). */
struct inside {
    int from, to;
};

static struct inside inside_of(int out, int stride, int pad, int dilation, int kernel, int size)
{
    const int64_t first = (int64_t)out * stride - pad;
    struct inside in = {0, kernel};
    while (in.from < in.to && first + (int64_t)in.from * dilation < 0)
        in.from++;
    while (in.to > in.from && first + (int64_t)(in.to - 1) * dilation >= size)
        in.to--;
    return in;
}

static struct inside rows_inside(const struct nv_op *op, int y)
{
    const struct cg_window *w = &op->window;
    return inside_of(y, w->stride_h, w->pad_top, w->dilation_h, w->kernel_h, op->in_h);
}

static struct inside columns_inside(const struct nv_op *op, int x)
{
    const struct cg_window *w = &op->window;
    return inside_of(x, w->stride_w, w->pad_left, w->dilation_w, w->kernel_w, op->in_w);
}

/* Segments of one group for the output pixel (row, x); rows of the block step by `step` input pixels. */
static int window_segments(const struct nv_plan *plan, const struct nv_op *op, int thread, int group, int row,
                           int x, struct inside rows, struct inside columns, int64_t step,
                           struct cg_gemm_segment *segments)
{
    const struct cg_window *w = &op->window;
    const int image = row / op->out_h, y = row % op->out_h;
    const int n_columns = columns.to - columns.from;
    int n = 0;
    if (n_columns <= 0)
        return 0;
    for (int i = rows.from; i < rows.to; i++) {
        const int64_t in_row =
            (int64_t)image * op->in_h + (int64_t)y * w->stride_h - w->pad_top + i * w->dilation_h;
        const int64_t first = in_row * op->in_w + (int64_t)x * w->stride_w - w->pad_left +
                              (int64_t)columns.from * w->dilation_w;
        const int tap = i * w->kernel_w + columns.from;
        const struct nv_run *runs = op->runs + op->group_runs[group];
        const int n_runs = op->group_runs[group + 1] - op->group_runs[group];
        const int ld = plan->buffers[runs->buffer].ld;
        if (n_runs == 1 && runs->len == ld && w->dilation_w == 1) {
            /* The pixels of a kernel row are neighbours and all their channels are wanted. */
            segments[n++] = (struct cg_gemm_segment){nv_pixel(plan, thread, runs->buffer, first), step * ld,
                                                     n_columns * ld, tap * ld};
            continue;
        }
        for (int j = 0; j < n_columns; j++)
            for (int r = 0; r < n_runs; r++) {
                const struct nv_run *run = &runs[r];
                segments[n++] = (struct cg_gemm_segment){
                    nv_pixel(plan, thread, run->buffer, first + (int64_t)j * w->dilation_w) + run->column,
                    step * plan->buffers[run->buffer].ld, run->len, (tap + j) * op->group_k + run->position};
            }
    }
    return n;
}

/* One block: `m` output pixels from (row, x) on, along x or along y, for panels p0 ... p1 - 1. */
static void run_block(const struct nv_plan *plan, const struct nv_op *op, int thread, int row, int x, int m,
                      bool along_y, struct inside rows, struct inside columns, int p0, int p1)
{
    const int64_t out_w = plan->buffers[op->out].w;
    const int64_t in_step = along_y ? (int64_t)op->window.stride_h * op->in_w : op->window.stride_w;
    struct cg_gemm_args g = {.m = m,
                             .segments = plan->workers[thread].segments,
                             .lo = op->lo,
                             .hi = op->hi,
                             .sum_lanes = op->sum_lanes};
    for (int p = p0, group = -1; p < p1; p++) {
        if (op->panels[p].group != group) {
            group = op->panels[p].group;
            g.n_segments = window_segments(plan, op, thread, group, row, x, rows, columns, in_step,
                                           plan->workers[thread].segments);
        }
        run_panel(plan, op, thread, &op->panels[p], &g, row * out_w + x, along_y ? out_w : 1);
    }
}

static void run_rows(const struct nv_plan *plan, const struct nv_op *op, int thread, struct nv_range range,
                     bool ring)
{
    const int out_w = plan->buffers[op->out].w;
    for (int x = 0, next; x < out_w; x = next) {
        const struct inside columns = columns_inside(op, x);
        for (next = x + 1; next < out_w; next++) {
            const struct inside other = columns_inside(op, next);
            if (other.from != columns.from || other.to != columns.to)
                break;
        }
        const bool narrow = next - x < NARROW && !ring;
        for (int row = range.r0, n; row < range.r1; row += n) {
            const struct inside rows = rows_inside(op, row % op->out_h);
            n = 1;
            if (!narrow) {
                run_block(plan, op, thread, row, x, next - x, false, rows, columns, range.p0, range.p1);
                continue;
            }
            for (; row + n < range.r1 && (row + n) % op->out_h != 0; n++) {
                const struct inside other = rows_inside(op, (row + n) % op->out_h);
                if (other.from != rows.from || other.to != rows.to)
                    break;
            }
            for (int column = x; column < next; column++)
                run_block(plan, op, thread, row, column, n, true, rows, columns, range.p0, range.p1);
        }
    }
}

void nv_run_gemm(const struct nv_plan *plan, const struct nv_task *task, int thread)
{
    const struct nv_op *op = &plan->ops[task->op];
    const struct nv_range range = task->range;
    if (op->pixels) {
        run_pixels(plan, op, task, thread);
        return;
    }
    const bool ring = any_ring(plan, op);
    for (int p0 = range.p0, p1; p0 < range.p1; p0 = p1) {
        int64_t bytes = 0;
        for (p1 = p0; p1 < range.p1 && (p1 == p0 || bytes < CHUNK_BYTES); p1++)
            bytes += nv_panel_bytes(&op->panels[p1]);
        run_rows(plan, op, thread, (struct nv_range){range.r0, range.r1, p0, p1}, ring);
    }
}
