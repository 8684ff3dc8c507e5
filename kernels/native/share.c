/* One operation shared out over threads. Its work is a grid of row units by parts (panels, runs, pieces). The
 * grid is cut in one order, row by row or part by part, at equal shares of the cost, so that a thread gets up
 * to three rectangles and shares differ by less than one cell: 49 pixels of a 7x7 map in tiles of 14 do not
 * become 28 and 21. By rows, what a thread reads next is what it wrote; by parts, threads share the weights
 * of layers that have more of them than pixels. */
#include "kernels/native/plan.h"

#include <stdlib.h>

/* Cycles for a byte that comes from the third-level cache or another core's second: those of a gemm's inputs
 * and weights come early (prefetched, used often), those of a window or pass are waited for. Measured. */
#define FAR_GEMM 0.012
#define FAR_PASS 0.05

struct grid {
    int unit, n_rows, n_parts; /* a row unit is `unit` rows or pixels */
    double *rows, *parts;      /* running sums of weights: n + 1 entries each */
};

enum cg_status nv_add_task(struct nv_tasks *tasks, int op, struct nv_range range)
{
    if (range.r0 >= range.r1 || range.p0 >= range.p1)
        return CG_OK;
    if (tasks->n == tasks->room) {
        const int room = tasks->room ? 2 * tasks->room : 4;
        struct nv_task *at = realloc(tasks->at, (size_t)room * sizeof *at);
        if (!at)
            return CG_NO_MEMORY;
        tasks->at = at;
        tasks->room = room;
    }
    tasks->at[tasks->n++] = (struct nv_task){.op = op, .range = range};
    return CG_OK;
}

static double part_weight(const struct nv_plan *plan, const struct nv_op *op, int p)
{
    switch (op->kind) {
    case NV_GEMM:
        if (op->panels[p].group_kernel)
            return op->panels[p].group_kernel->outputs;
        return (double)op->panels[p].kernel->cost[plan->pipes].k / op->panels[p].kernel->tile_m;
    case NV_WINDOW:
        return op->runs[p].len + 4;
    case NV_PASS:
        return op->pieces[p].len + 4;
    }
    return 1;
}

static enum cg_status make_grid(const struct nv_plan *plan, const struct nv_op *op, struct grid *grid)
{
    const struct cg_gemm_kernel *kernel = op->kind == NV_GEMM ? op->panels[0].kernel : NULL;
    grid->unit = kernel && op->pixels ? kernel->tile_m : 1;
    grid->n_rows = (op->rows + grid->unit - 1) / grid->unit;
    grid->n_parts = op->parts;
    grid->rows = calloc((size_t)grid->n_rows + 1, sizeof *grid->rows);
    grid->parts = calloc((size_t)grid->n_parts + 1, sizeof *grid->parts);
    if (!grid->rows || !grid->parts)
        return CG_NO_MEMORY;
    for (int u = 0; u < grid->n_rows; u++) {
        const int left = op->rows - u * grid->unit;
        double weight = 1;
        if (kernel && left < grid->unit) /* short tiles cost more than their rows */
            weight = (double)nv_panel_cost(plan, kernel, left, op->group_k) /
                     (double)nv_panel_cost(plan, kernel, grid->unit, op->group_k);
        grid->rows[u + 1] = grid->rows[u] + weight;
    }
    for (int p = 0; p < grid->n_parts; p++)
        grid->parts[p + 1] = grid->parts[p] + part_weight(plan, op, p);
    return CG_OK;
}

/* The cell where the work of thread t of n begins, in the order given by major and minor. */
static struct nv_cell cut(const double *major, int n_major, const double *minor, int n_minor, int t, int n)
{
    const double target = major[n_major] * t / n;
    int i = 0, j = 0;
    while (i < n_major && major[i + 1] <= target + 1e-9)
        i++;
    if (i == n_major)
        return (struct nv_cell){n_major, 0};
    const double rest = (target - major[i]) / (major[i + 1] - major[i]) * minor[n_minor];
    while (j < n_minor && (minor[j] + minor[j + 1]) / 2 <= rest)
        j++;
    return j == n_minor ? (struct nv_cell){i + 1, 0} : (struct nv_cell){i, j};
}

static struct nv_cell cut_grid(const struct grid *g, bool by_parts, int t, int n)
{
    return by_parts ? cut(g->parts, g->n_parts, g->rows, g->n_rows, t, n)
                    : cut(g->rows, g->n_rows, g->parts, g->n_parts, t, n);
}

/* Work before a cell, as a fraction of everything. */
static double work_before(const struct grid *g, bool by_parts, struct nv_cell cell)
{
    const double *major = by_parts ? g->parts : g->rows, *minor = by_parts ? g->rows : g->parts;
    const int n_major = by_parts ? g->n_parts : g->n_rows, n_minor = by_parts ? g->n_rows : g->n_parts;
    double work = major[cell.major];
    if (cell.minor > 0)
        work += (major[cell.major + 1] - major[cell.major]) * minor[cell.minor] / minor[n_minor];
    return work / major[n_major];
}

static double largest_share(const struct grid *g, bool by_parts, int threads)
{
    double most = 0;
    for (int t = 0; t < threads; t++) {
        const double share = work_before(g, by_parts, cut_grid(g, by_parts, t + 1, threads)) -
                             work_before(g, by_parts, cut_grid(g, by_parts, t, threads));
        most = share > most ? share : most;
    }
    return most;
}

/* Whether threads wrote columns of what `op` reads. */
static bool input_by_columns(const struct nv_plan *plan, const struct nv_op *op)
{
    const int buffer = op->n_runs ? op->runs[0].buffer : op->kind == NV_PASS ? op->pieces[0].a : -1;
    return buffer >= 0 && plan->buffers[buffer].by_columns;
}

/* About the cycles of the slowest thread. */
static double share_cost(const struct nv_plan *plan, const struct nv_op *op, const struct grid *grid,
                         bool by_parts, int threads)
{
    const double others = (double)(threads - 1) / threads;
    const double input = (double)nv_input_bytes(plan, op), weights = (double)nv_weight_bytes(op);
    const bool columns = input_by_columns(plan, op);
    double cost = largest_share(grid, by_parts, threads) * (double)op->cost;
    if (op->kind == NV_GEMM)
        cost += FAR_GEMM * (by_parts  ? input * others + weights / threads
                            : columns ? input / threads * others + weights
                                      : weights);
    else if (columns != by_parts)
        cost += FAR_PASS * input / threads * others;
    return cost;
}

/* Whether cutting the operation by rows costs more. */
static bool parts_pay(const struct nv_plan *plan, const struct nv_op *op, const struct grid *grid)
{
    const int threads = plan->base.options.threads;
    return share_cost(plan, op, grid, true, threads) < share_cost(plan, op, grid, false, threads);
}

static enum cg_status add_cells(const struct nv_op *op, int number, const struct grid *grid, bool by_parts,
                                struct nv_cell from, struct nv_cell to, struct nv_tasks *tasks)
{
    const int n_minor = by_parts ? grid->n_rows : grid->n_parts;
    struct {
        int major0, major1, minor0, minor1;
    } boxes[3];
    int n = 0;
    if (from.major == to.major) {
        boxes[n].major0 = from.major, boxes[n].major1 = from.major + 1;
        boxes[n].minor0 = from.minor, boxes[n++].minor1 = to.minor;
    } else {
        if (from.minor > 0) {
            boxes[n].major0 = from.major, boxes[n].major1 = from.major + 1;
            boxes[n].minor0 = from.minor, boxes[n++].minor1 = n_minor;
            from.major++;
        }
        boxes[n].major0 = from.major, boxes[n].major1 = to.major;
        boxes[n].minor0 = 0, boxes[n++].minor1 = n_minor;
        boxes[n].major0 = to.major, boxes[n].major1 = to.major + 1;
        boxes[n].minor0 = 0, boxes[n++].minor1 = to.minor;
    }
    for (int i = 0; i < n; i++) {
        const int r0 = by_parts ? boxes[i].minor0 : boxes[i].major0;
        const int r1 = by_parts ? boxes[i].minor1 : boxes[i].major1;
        const int end = r1 * grid->unit < op->rows ? r1 * grid->unit : op->rows;
        const struct nv_range range = {r0 * grid->unit, end, by_parts ? boxes[i].major0 : boxes[i].minor0,
                                       by_parts ? boxes[i].major1 : boxes[i].minor1};
        if (nv_add_task(tasks, number, range) != CG_OK)
            return CG_NO_MEMORY;
    }
    return CG_OK;
}

enum cg_status nv_cut_parts(const struct nv_plan *plan, const struct nv_op *op, struct nv_cell *cells,
                            double *unit, bool *pays)
{
    const int threads = plan->base.options.threads;
    struct grid grid = {0};
    const enum cg_status status = make_grid(plan, op, &grid);
    if (status == CG_OK) {
        for (int t = 0; t <= threads; t++)
            cells[t] = cut_grid(&grid, true, t, threads);
        *unit = 1.0 / grid.n_rows;
        *pays = parts_pay(plan, op, &grid);
    }
    free(grid.rows);
    free(grid.parts);
    return status;
}

/* Where thread t begins in parts whose columns are kept apart. */
static struct nv_cell cut_apart(const struct nv_op *op, const struct grid *g, const struct nv_cut *cut)
{
    struct nv_cell cell = {0, (int)(cut->rows * g->n_rows + 0.5)};
    while (cell.major < op->parts &&
           (op->kind == NV_GEMM ? op->panels[cell.major].column : op->runs[cell.major].column) < cut->column)
        cell.major++;
    return cell.major < op->parts ? cell : (struct nv_cell){op->parts, 0};
}

enum cg_status nv_share_op(struct nv_plan *plan, int number, struct nv_tasks *tasks)
{
    const struct nv_op *op = &plan->ops[number];
    const int threads = plan->base.options.threads;
    if (threads == 1)
        return nv_add_task(&tasks[0], number, (struct nv_range){0, op->rows, 0, op->parts});
    struct grid grid = {0};
    enum cg_status status = make_grid(plan, op, &grid);
    if (status == CG_OK) {
        const int input = nv_cut_input(plan, op);
        const struct nv_cut *cuts = plan->buffers[input >= 0 ? input : op->out].cuts;
        const bool by_parts = cuts || parts_pay(plan, op, &grid);
        plan->buffers[op->out].by_columns = by_parts;
        struct nv_cell from = {0, 0};
        for (int t = 0; t < threads && status == CG_OK; t++) {
            const struct nv_cell to =
                cuts ? cut_apart(op, &grid, &cuts[t + 1]) : cut_grid(&grid, by_parts, t + 1, threads);
            status = add_cells(op, number, &grid, by_parts, from, to, &tasks[t]);
            from = to;
        }
    }
    free(grid.rows);
    free(grid.parts);
    return status;
}
