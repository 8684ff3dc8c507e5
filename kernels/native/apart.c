/* Columns of threads kept apart. Where threads write columns of a map each and then read their own (a
 * convolution and the depthwise one behind it), no line is shared, and yet lines travel from core to core:
 * prefetchers run on over the end of a thread's columns into those of the next, and what they fetch is taken
 * from the core that writes it. So some lines are left free behind each thread's columns. */
#include "kernels/native/plan.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define LINE_FLOATS (CG_NATIVE_ALIGN / (int)sizeof(float))

/* Lines left free, so many that prefetchers end there. Zen 4, a 7x7x576 map by itself on two threads: none
 * 16.9 us (one thread takes 4.6), one 4.0, five 3.0, nine 2.5. */
#define FREE_LINES 5

bool nv_keeps_apart(const struct nv_plan *plan, struct cg_shape map)
{
    const int threads = plan->base.options.threads;
    const int64_t bytes = (int64_t)map.n * map.h * map.w * map.c * (int64_t)sizeof(float);
    /* Larger maps run in bands of rows (schedule.c). */
    return threads > 1 && map.h > 1 && map.c >= threads * LINE_FLOATS &&
           bytes / threads <= nv_l2_bytes(plan) / 2;
}

static int round_up(int n, int to)
{
    return (n + to - 1) / to * to;
}

static bool starts_at(const struct nv_cell *cells, int threads, int part)
{
    for (int t = 1; t < threads; t++)
        if (cells[t].major == part || (cells[t].minor > 0 && cells[t].major + 1 == part))
            return true;
    return false;
}

enum cg_status nv_keep_panels_apart(struct nv_plan *plan, struct nv_op *op, int *columns)
{
    const int threads = plan->base.options.threads;
    struct nv_buffer *out = &plan->buffers[op->out];
    struct nv_cell *cells = malloc((size_t)(threads + 1) * sizeof *cells);
    struct nv_cut *cuts = malloc((size_t)(threads + 1) * sizeof *cuts);
    double unit = 1;
    bool pays = false;
    const enum cg_status status = cells && cuts ? nv_cut_parts(plan, op, cells, &unit, &pays) : CG_NO_MEMORY;
    if (status != CG_OK || !pays) {
        for (int i = 0; i < out->c; i++)
            columns[i] = i;
        free(cuts);
    } else {
        out->cuts = cuts;
        int end = 0;
        for (int p = 0; p < op->parts; p++) {
            struct nv_panel *panel = &op->panels[p];
            const int dense = panel->column;
            panel->column = p > 0 && starts_at(cells, threads, p)
                                ? round_up(end, LINE_FLOATS) + FREE_LINES * LINE_FLOATS
                                : end;
            for (int i = 0; i < panel->n; i++)
                columns[dense + i] = panel->column + i;
            end = panel->column + panel->n;
        }
        out->ld = nv_pixel_floats(round_up(end, LINE_FLOATS) + FREE_LINES * LINE_FLOATS);
        for (int t = 0; t <= threads; t++)
            out->cuts[t] =
                (struct nv_cut){cells[t].major < op->parts ? op->panels[cells[t].major].column : INT_MAX,
                                cells[t].minor * unit};
    }
    free(cells);
    return status;
}

int nv_cut_input(const struct nv_plan *plan, const struct nv_op *op)
{
    const int buffer = op->kind == NV_WINDOW ? op->runs[0].buffer : -1;
    if (buffer < 0 || !plan->buffers[buffer].cuts)
        return -1;
    for (int r = 1; r < op->n_runs; r++)
        if (op->runs[r].buffer != buffer)
            return -1;
    return buffer;
}

enum cg_status nv_keep_runs_apart(struct nv_plan *plan, struct nv_op *op, int *columns)
{
    const int input = nv_cut_input(plan, op);
    struct nv_buffer *out = &plan->buffers[op->out];
    if (input < 0 || plan->buffers[input].c != out->c)
        return CG_OK;
    const size_t bytes = (size_t)(plan->base.options.threads + 1) * sizeof *out->cuts;
    out->cuts = malloc(bytes);
    if (!out->cuts)
        return CG_NO_MEMORY;
    memcpy(out->cuts, plan->buffers[input].cuts, bytes);
    out->ld = plan->buffers[input].ld;
    for (int r = 0; r < op->n_runs; r++) {
        struct nv_run *run = &op->runs[r];
        for (int i = 0; i < run->len; i++)
            columns[run->position + i] = run->column + i;
        run->position = run->column;
    }
    return CG_OK;
}
