#include "kernels/native/apart.h"

#include "kernels/native/share.h"

#include <limits.h>

#define LINE_FLOATS (CG_NATIVE_ALIGN / (int)sizeof(float))

/* Lines left free, so many that prefetchers end there. Zen 4, a 7x7x576 map by itself on two threads: none
 * 16.9 us (one thread takes 4.6), one 4.0, five 3.0, nine 2.5. */
#define FREE_LINES 5

bool nv_keeps_apart(const struct nv_plan *plan, struct cg_shape map)
{
    const int threads = plan->base.setting.threads;
    const int64_t bytes = (int64_t)map.n * map.h * map.w * map.c * (int64_t)sizeof(float);
    /* Larger maps run in bands of rows (schedule.c). */
    return threads > 1 && map.h > 1 && map.c >= threads * LINE_FLOATS &&
           bytes / threads <= plan->core.l2_bytes / 2;
}

static int behind_free_lines(int column)
{
    return (int)nv_round_up(column, LINE_FLOATS) + FREE_LINES * LINE_FLOATS;
}

static bool starts_at(const struct nv_cell *cells, int threads, int part)
{
    for (int t = 1; t < threads; t++)
        if (cells[t].major == part || (cells[t].minor > 0 && cells[t].major + 1 == part))
            return true;
    return false;
}

/* Gives each panel its column, which is also where its dense columns go. Returns the last one's end. */
static int move_panels(struct nv_op *op, const struct nv_cell *cells, int threads, int *columns)
{
    int end = 0;
    for (int p = 0; p < op->parts; p++) {
        struct nv_panel *panel = &op->gemm.panels[p];
        const int dense = panel->column;
        panel->column = p > 0 && starts_at(cells, threads, p) ? behind_free_lines(end) : end;
        for (int i = 0; i < panel->n; i++)
            columns[dense + i] = panel->column + i;
        end = panel->column + panel->n;
    }
    return end;
}

enum cg_status nv_keep_panels_apart(struct nv_plan *plan, struct nv_op *op, int *columns)
{
    const int threads = plan->base.setting.threads;
    struct nv_buffer *out = &plan->buffers[op->out];
    struct nv_cell *cells = nv_scratch(plan, threads + 1, sizeof *cells);
    struct nv_cut *cuts = cg_arena_array(plan->kept, (size_t)threads + 1, sizeof *cuts);
    double unit = 1;
    bool pays = false;
    if (!cells || !cuts || nv_cut_parts(plan, op, cells, &unit, &pays) != CG_OK)
        return CG_NO_MEMORY;
    for (int i = 0; i < out->c; i++)
        columns[i] = i;
    if (!pays)
        return CG_OK;
    out->cuts = cuts;
    out->ld = nv_pixel_floats(behind_free_lines(move_panels(op, cells, threads, columns)));
    for (int t = 0; t <= threads; t++)
        cuts[t] =
            (struct nv_cut){cells[t].major < op->parts ? op->gemm.panels[cells[t].major].column : INT_MAX,
                            cells[t].minor * unit};
    return CG_OK;
}

enum cg_status nv_keep_runs_apart(struct nv_plan *plan, struct nv_op *op, int *columns)
{
    const int input = nv_cut_input(plan, op);
    struct nv_buffer *out = &plan->buffers[op->out];
    if (input < 0 || plan->buffers[input].c != out->c)
        return CG_OK;
    out->cuts = plan->buffers[input].cuts;
    out->ld = plan->buffers[input].ld;
    for (int r = 0; r < op->n_runs; r++) {
        struct nv_run *run = &op->runs[r];
        for (int i = 0; i < run->len; i++)
            columns[run->position + i] = run->column + i;
        run->position = run->column;
    }
    return CG_OK;
}
