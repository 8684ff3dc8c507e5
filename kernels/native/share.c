#include "kernels/native/share.h"

#include "kernels/native/cost.h"

/* Cycles for a byte that comes from the third-level cache or another core's second: those of a gemm's inputs
 * and weights come early (prefetched, used often), those of a window or pass are waited for. Measured. */
#define FAR_GEMM 0.012
#define FAR_PASS 0.05

/* Running sums of the weights of n units: n + 1 entries. */
struct axis {
    int n;
    double *sum;
};

/* The work of an operation in the order in which it is cut: cells of `major`, each of all of `minor`. */
struct grid {
    const struct nv_op *op;
    int unit; /* a row unit is `unit` rows or pixels */
    bool by_parts;
    struct axis major, minor;
};

static double part_weight(const struct nv_plan *plan, const struct nv_op *op, int p)
{
    if (op->kind == NV_WINDOW)
        return op->runs[p].len + 4;
    if (op->kind == NV_PASS)
        return op->pass.pieces[p].len + 4;
    const struct nv_panel *panel = &op->gemm.panels[p];
    if (op->gemm.by_groups)
        return panel->kernel->outputs;
    return (double)panel->kernel->cost[plan->core.pipes].k / panel->kernel->tile_m;
}

/* Of row unit `u`: short tiles cost more than their rows. */
static double row_weight(const struct nv_plan *plan, const struct nv_op *op, int unit, int u)
{
    const int left = op->rows - u * unit;
    if (left >= unit || !op->pixels)
        return 1;
    const struct cg_gemm_kernel *kernel = op->gemm.panels[0].kernel;
    return (double)nv_panel_cost(plan, kernel, left, op->gemm.group_k) /
           (double)nv_panel_cost(plan, kernel, unit, op->gemm.group_k);
}

/* The grid cut by rows. */
static enum cg_status make_grid(const struct nv_plan *plan, const struct nv_op *op, struct grid *grid)
{
    const struct cg_gemm_kernel *kernel = op->kind == NV_GEMM ? op->gemm.panels[0].kernel : NULL;
    const int unit = kernel && op->pixels ? kernel->tile_m : nv_row_unit(op),
              n_rows = (op->rows + unit - 1) / unit;
    double *rows = nv_scratch(plan, n_rows + 1, sizeof *rows),
           *parts = nv_scratch(plan, op->parts + 1, sizeof *parts);
    if (!rows || !parts)
        return CG_NO_MEMORY;
    for (int u = 0; u < n_rows; u++)
        rows[u + 1] = rows[u] + row_weight(plan, op, unit, u);
    for (int p = 0; p < op->parts; p++)
        parts[p + 1] = parts[p] + part_weight(plan, op, p);
    *grid = (struct grid){.op = op, .unit = unit, .major = {n_rows, rows}, .minor = {op->parts, parts}};
    return CG_OK;
}

static struct grid cut_by_parts(struct grid grid)
{
    const struct axis rows = grid.major;
    grid.major = grid.minor;
    grid.minor = rows;
    grid.by_parts = true;
    return grid;
}

/* The cell where the work of thread t of n begins. */
static struct nv_cell cut(const struct grid *g, int t, int n)
{
    const double *major = g->major.sum, *minor = g->minor.sum;
    const double target = major[g->major.n] * t / n;
    int i = 0, j = 0;
    while (i < g->major.n && major[i + 1] <= target + 1e-9)
        i++;
    if (i == g->major.n)
        return (struct nv_cell){i, 0};
    const double rest = (target - major[i]) / (major[i + 1] - major[i]) * minor[g->minor.n];
    while (j < g->minor.n && (minor[j] + minor[j + 1]) / 2 <= rest)
        j++;
    return j == g->minor.n ? (struct nv_cell){i + 1, 0} : (struct nv_cell){i, j};
}

/* Work before a cell, as a fraction of everything. */
static double work_before(const struct grid *g, struct nv_cell cell)
{
    const double *major = g->major.sum, *minor = g->minor.sum;
    double work = major[cell.major];
    if (cell.minor > 0)
        work += (major[cell.major + 1] - major[cell.major]) * minor[cell.minor] / minor[g->minor.n];
    return work / major[g->major.n];
}

static double largest_share(const struct grid *g, int threads)
{
    double most = 0;
    for (int t = 0; t < threads; t++) {
        const double share = work_before(g, cut(g, t + 1, threads)) - work_before(g, cut(g, t, threads));
        most = share > most ? share : most;
    }
    return most;
}

/* About the cycles of the slowest thread. */
static double share_cost(const struct nv_plan *plan, const struct grid *grid)
{
    const struct nv_op *op = grid->op;
    const int threads = plan->base.setting.threads, first = nv_operand(op, 0);
    const double others = (double)(threads - 1) / threads;
    const double input = (double)nv_input_bytes(plan, op), weights = (double)nv_weight_bytes(op);
    const bool columns = plan->buffers[first].by_columns; /* threads wrote columns of what it reads */
    double cost = largest_share(grid, threads) * (double)op->cost;
    if (op->kind == NV_GEMM)
        cost += FAR_GEMM * (grid->by_parts ? input * others + weights / threads
                            : columns      ? input / threads * others + weights
                                           : weights);
    else if (columns != grid->by_parts)
        cost += FAR_PASS * input / threads * others;
    return cost;
}

/* Whether cutting the operation by rows costs more. */
static bool parts_pay(const struct nv_plan *plan, const struct grid *by_rows)
{
    const struct grid by_parts = cut_by_parts(*by_rows);
    return share_cost(plan, &by_parts) < share_cost(plan, by_rows);
}

enum cg_status nv_cut_parts(const struct nv_plan *plan, const struct nv_op *op, struct nv_cell *cells,
                            double *unit, bool *pays)
{
    const int threads = plan->base.setting.threads;
    struct grid grid;
    if (make_grid(plan, op, &grid) != CG_OK)
        return CG_NO_MEMORY;
    const struct grid by_parts = cut_by_parts(grid);
    for (int t = 0; t <= threads; t++)
        cells[t] = cut(&by_parts, t, threads);
    *unit = 1.0 / grid.major.n;
    *pays = parts_pay(plan, &grid);
    return CG_OK;
}

/* A rectangle of the grid as a task; false without memory. */
static bool add_box(const struct nv_plan *plan, const struct grid *g, struct nv_cell from, struct nv_cell to,
                    struct nv_tasks *tasks)
{
    const struct nv_rows major = {from.major, to.major}, minor = {from.minor, to.minor};
    const struct nv_rows rows = g->by_parts ? minor : major, parts = g->by_parts ? major : minor;
    const int end = (int)nv_smaller(rows.end * g->unit, g->op->rows);
    return nv_add_task(tasks, (int)(g->op - plan->ops),
                       (struct nv_range){rows.first * g->unit, end, parts.first, parts.end}) == CG_OK;
}

/* What lies between two cells: the rest of the first one's unit, whole units, a part of the last. */
static bool add_cells(const struct nv_plan *plan, const struct grid *g, struct nv_cell from,
                      struct nv_cell to, struct nv_tasks *tasks)
{
    const struct nv_cell first_end = {from.major + 1, g->minor.n}, whole_end = {to.major, g->minor.n},
                         last = {to.major, 0}, end = {to.major + 1, to.minor};
    if (from.major == to.major)
        return add_box(plan, g, from, end, tasks);
    const struct nv_cell whole = from.minor > 0 ? (struct nv_cell){from.major + 1, 0} : from;
    return (from.minor == 0 || add_box(plan, g, from, first_end, tasks)) &&
           add_box(plan, g, whole, whole_end, tasks) && add_box(plan, g, last, end, tasks);
}

/* Where thread t begins in parts whose columns are kept apart. */
static struct nv_cell cut_apart(const struct grid *g, const struct nv_cut *cut)
{
    const struct nv_op *op = g->op;
    struct nv_cell cell = {0, (int)(cut->rows * g->minor.n + 0.5)};
    while (cell.major < op->parts && (op->kind == NV_GEMM ? op->gemm.panels[cell.major].column
                                                          : op->runs[cell.major].column) < cut->column)
        cell.major++;
    return cell.major < op->parts ? cell : (struct nv_cell){op->parts, 0};
}

enum cg_status nv_share_op(struct nv_plan *plan, int number, struct nv_tasks *tasks)
{
    const struct nv_op *op = &plan->ops[number];
    const int threads = plan->base.setting.threads;
    if (threads == 1)
        return nv_add_task(&tasks[0], number, (struct nv_range){0, op->rows, 0, op->parts});
    struct grid grid;
    if (make_grid(plan, op, &grid) != CG_OK)
        return CG_NO_MEMORY;
    const int input = nv_cut_input(plan, op);
    const struct nv_cut *cuts = plan->buffers[input >= 0 ? input : op->out].cuts;
    if (cuts || parts_pay(plan, &grid))
        grid = cut_by_parts(grid);
    plan->buffers[op->out].by_columns = grid.by_parts;
    struct nv_cell from = {0, 0};
    for (int t = 0; t < threads; t++) {
        const struct nv_cell to = cuts ? cut_apart(&grid, &cuts[t + 1]) : cut(&grid, t + 1, threads);
        if (!add_cells(plan, &grid, from, to, &tasks[t]))
            return CG_NO_MEMORY;
        from = to;
    }
    return CG_OK;
}
