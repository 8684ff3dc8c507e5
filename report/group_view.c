#include "report/group_view.h"

#include "base/text.h"

#include <math.h>

bool cg_group_is(const struct cg_group_view *group, const char *set)
{
    return cg_same_text(group->group->set, set);
}

/* The processes that samples of the cases tell of; 0 when not all are interleaved with the baseline. */
static int count_processes(const struct cg_case_view *const *cases, int n)
{
    int64_t most = 0;
    for (int s = 0; s < n; s++) {
        const struct cg_case_view *c = cases[s];
        if (!c->record || (!c->baseline && !c->paired))
            return 0;
        for (int i = 0; i < c->record->samples.n; i++)
            if (c->record->samples.process[i] < 4096 && c->record->samples.process[i] >= most)
                most = c->record->samples.process[i] + 1;
    }
    return (int)most;
}

int cg_group_processes(const struct cg_group_view *group, struct cg_arena *arena,
                       const struct cg_case_view *const *cases, int n, double **matrix)
{
    const int most = count_processes(cases, n);
    const struct cg_record *base = group->cases[group->group->baseline].record;
    double *by_step = cg_arena_array(arena, (size_t)most * (size_t)n, sizeof *by_step);
    int kept = 0;
    *matrix = cg_arena_array(arena, (size_t)most * (size_t)(n + 1), sizeof **matrix);
    if (!by_step || !*matrix)
        return -1;
    for (int s = 0; s < n && most > 0; s++)
        if (!cases[s]->baseline &&
            !cg_record_process_log_ratios(cases[s]->record, base, most, by_step + s * most))
            return -1;
    for (int p = 0; p < most; p++) {
        bool whole = true;
        for (int s = 0; s < n; s++) {
            (*matrix)[kept * n + s] = by_step[s * most + p];
            whole = whole && !isnan(by_step[s * most + p]);
        }
        kept += whole;
    }
    return kept;
}

int cg_group_steps(const struct cg_group_view *group, const char *series, const struct cg_case_view **steps)
{
    int n = 0;
    for (int i = 0; i < group->n_cases && n < CG_MAX_STEPS; i++) {
        const struct cg_case_record *c = group->cases[i].c;
        if (isnan(c->step) || (c->series && !cg_same_text(c->series, series)))
            continue;
        int at = n++;
        while (at > 0 && steps[at - 1]->c->step > c->step) {
            steps[at] = steps[at - 1];
            at--;
        }
        steps[at] = &group->cases[i];
    }
    return n;
}

bool cg_group_cells(const struct cg_case_view *cases, int n, const struct cg_case_view *cells[4])
{
    for (int i = 0; i < 4; i++)
        cells[i] = NULL;
    for (int i = 0; i < n; i++) {
        const int *levels = cases[i].c->levels;
        if ((levels[0] == 0 || levels[0] == 1) && (levels[1] == 0 || levels[1] == 1))
            cells[2 * levels[0] + levels[1]] = &cases[i];
    }
    return cells[0] && cells[1] && cells[2] && cells[3];
}
