#include "report/causes.h"

#include "base/arena.h"
#include "base/text.h"
#include "report/sentences.h"
#include "report/tables.h"

#include <math.h>

/* The case that stands for `c` where widths are rounded up: its measured twin, or itself. */
static const struct cg_case_view *twin_of(const struct cg_group_view *group, const struct cg_case_view *c)
{
    for (int i = 0; i < group->n_twins; i++)
        if (group->twins[i].record && cg_same_text(group->twins[i].c->twin, cg_case_words(c->c)))
            return &group->twins[i];
    return c;
}

static double log_madds(const struct cg_case_view *c)
{
    return log((double)c->record->madds);
}

/* A line through steps: cases, and where they stand in the rows of the matrix. */
struct line {
    int n, first;
    const struct cg_case_view *const *cases;
};

/* The log of the ratio at `last` that the slope of a process's log times a madd gives. `size`: where the
 * baseline's twin stands in the row; times are then those that the multiply-adds alone explain. -1: their
 * own. */
static double effect_of(const struct line *line, const double *row, const struct cg_case_view *base, int size,
                        double log_size, double last)
{
    double x[CG_MAX_STEPS], y[CG_MAX_STEPS];
    for (int s = 0; s < line->n; s++) {
        const double larger = log_madds(line->cases[s]) - log_madds(base);
        x[s] = line->cases[s]->c->step;
        y[s] = size >= 0 ? (row[size] - log_size) * larger / log_size : row[line->first + s] - larger;
    }
    return last * cg_slope(x, y, (size_t)line->n);
}

static bool have_madds(const struct cg_case_view *const *cases, int n)
{
    for (int i = 0; i < n; i++)
        if (!cases[i]->record || cases[i]->record->madds <= 0)
            return false;
    return true;
}

/* Room for the effects of each process: total, rest, size, scratch. */
static bool fill_effects(const struct cg_suite_view *view, int processes, double *effects[4])
{
    double *all = cg_arena_array(view->arena, 4 * (size_t)processes, sizeof *all);
    for (int i = 0; all && i < 4; i++)
        effects[i] = all + i * processes;
    return all != NULL;
}

static struct cg_causes resolved(const struct cg_suite_view *view, struct cg_causes causes)
{
    struct cg_estimate *const all[] = {&causes.total, &causes.rounding, &causes.rest, &causes.size};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        *all[i] = cg_estimate_resolved(*all[i], view->results->device.noise_paired);
    return causes;
}

static bool causes_of_slope(const struct cg_suite_view *view, const struct cg_group_view *group,
                            const struct cg_trend *trend, struct cg_trend_causes *found)
{
    const struct cg_case_view *rows[2 * CG_MAX_STEPS + 1];
    const struct cg_case_view *base = &group->cases[group->group->baseline], *wide = twin_of(group, base);
    const int n = cg_group_steps(group, trend->series, rows);
    int all = 2 * n, twins = 0;
    for (int s = 0; s < n; s++) {
        rows[n + s] = rows[s]->baseline ? base : twin_of(group, rows[s]);
        twins += rows[n + s] != rows[s];
    }
    if (wide != base)
        rows[all++] = wide;
    if (n < 2 || twins == 0 || !cg_is_per_madd(view->suite) || !have_madds(rows, all))
        return true;
    double *matrix, *effects[4];
    const int processes = cg_group_processes(group, view->arena, rows, all, &matrix);
    if (processes <= 0)
        return processes == 0;
    if (!fill_effects(view, processes, effects))
        return false;
    const struct line own = {n, 0, rows}, even = {n, n, rows + n};
    const double last = rows[n - 1]->c->step, log_size = log_madds(wide) - log_madds(base);
    for (int p = 0; p < processes; p++) {
        const double *row = matrix + (size_t)p * (size_t)all;
        effects[0][p] = effect_of(&own, row, base, -1, 0, last);
        effects[1][p] = effect_of(&even, row, base, -1, 0, last);
        effects[2][p] = log_size > 0 ? effect_of(&even, row, base, 2 * n, log_size, last) : NAN;
    }
    found->known = true;
    found->causes = resolved(view, cg_causes_of(effects[0], effects[1], log_size > 0 ? effects[2] : NULL,
                                                (size_t)processes, effects[3]));
    return true;
}

static bool causes_of_factors(const struct cg_suite_view *view, const struct cg_group_view *group,
                              struct cg_trend_causes *found)
{
    const struct cg_case_view *cells[8];
    double *matrix, *effects[4];
    if (!cg_group_cells(group->cases, group->n_cases, cells) ||
        !cg_group_cells(group->twins, group->n_twins, cells + 4))
        return true;
    const int processes = cg_group_processes(group, view->arena, cells, 8, &matrix);
    if (processes <= 0)
        return processes == 0;
    if (!fill_effects(view, processes, effects))
        return false;
    for (int p = 0; p < processes; p++) {
        const double *row = matrix + 8 * (size_t)p;
        effects[0][p] = row[3] - row[0];
        effects[1][p] = row[7] - row[4];
    }
    found->known = true;
    found->causes = resolved(view, cg_causes_of(effects[0], effects[1], NULL, (size_t)processes, effects[3]));
    return true;
}

bool cg_causes_of_trend(const struct cg_suite_view *view, const struct cg_group_view *group,
                        const struct cg_trend *trend, struct cg_trend_causes *found)
{
    *found = (struct cg_trend_causes){.known = false};
    if (group->group->baseline == CG_UNKNOWN || group->n_twins == 0)
        return true;
    return view->suite->kind == CG_KIND_FACTORIAL ? causes_of_factors(view, group, found)
                                                  : causes_of_slope(view, group, trend, found);
}

#define REST "Rest: the same of twins whose widths are rounded up to multiples of 16, in the same rounds."

struct cg_table *cg_table_of_causes(const struct cg_suite_view *view)
{
    enum { SIZE = 5 };
    static const struct cg_column columns[] = {
        {"group", "group", CG_COLUMN_TEXT, 0},
        {"last_step", "last step", CG_COLUMN_TEXT, 1},
        {"total", "total\n[95 % interval]", CG_COLUMN_INTERVAL, 0},
        {"rounding", "= rounding\nto lanes", CG_COLUMN_INTERVAL, 0},
        {"rest", "x rest", CG_COLUMN_INTERVAL, 0},
        {"size", "size, taken\nout of the rest", CG_COLUMN_INTERVAL, 2},
    };
    const bool factorial = view->suite->kind == CG_KIND_FACTORIAL;
    struct cg_table *table = cg_table_of_view(
        view, "causes",
        cg_phrase("%s: what the effect in the paper's widths is made of", cg_subject(view->suite).text).text);
    cg_describe_view(table, view);
    cg_table_add_columns(table, columns, factorial ? SIZE : SIZE + 1);
    for (int g = 0; g < view->n_groups; g++)
        for (int t = 0; t < view->groups[g].n_trends; t++) {
            const struct cg_group_view *group = &view->groups[g];
            struct cg_trend_causes found;
            if (!cg_causes_of_trend(view, group, &group->trends[t], &found))
                table->failed = true;
            if (!found.known)
                continue;
            cg_table_add_row(table, NULL);
            cg_cell_text(table, cg_place_name(group, t).text);
            cg_cell_text(table, factorial ? "both" : cg_case_words(group->cases[group->trends[t].last].c));
            cg_cell_ratio(table, cg_ratio_of(found.causes.total));
            cg_cell_ratio(table, cg_ratio_of(found.causes.rounding));
            cg_cell_ratio(table, cg_ratio_of(found.causes.rest));
            if (!factorial)
                cg_cell_ratio(table, cg_ratio_of(found.causes.size));
        }
    cg_table_add_note(
        table, factorial
                   ? "Time with both factors, relative to neither. " REST
                   : "Time per madd at the last step, relative to the baseline, from the slope over all "
                     "steps. " REST " The twins' multiply-adds differ; what they alone give, by the "
                     "baseline's shape at the twins' size, is taken out.");
    return table;
}
