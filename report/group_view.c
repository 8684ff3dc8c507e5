#include "report/group_view.h"

#include "base/text.h"
#include "report/rounds.h"

#include <math.h>

bool cg_group_is(const struct cg_group_view *group, const char *set)
{
    return cg_same_text(group->group->set, set);
}

/* The processes that samples of the cases tell of; 0 when not all are interleaved with the baseline. */
static int count_processes(const struct cg_case_view *const *cases, int n)
{
    int most = 0;
    for (int s = 0; s < n; s++) {
        const struct cg_case_view *c = cases[s];
        if (!c->record || (!c->baseline && !c->paired))
            return 0;
        const int own = cg_record_processes(c->record);
        most = own > most ? own : most;
    }
    return most;
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

/* Per process and cell, the medians of quiet rounds and of the others, behind each other; NAN where a cell
 * lacks them. */
static bool cells_by_state(const struct cg_results *results, const struct cg_group_view *group,
                           const struct cg_case_view *const cells[4], int processes, double *medians)
{
    const struct cg_record *base = group->cases[group->group->baseline].record;
    double *const quiet = medians, *const others = medians + 4 * processes,
                  *const own = others + 4 * processes;
    for (int cell = 0; cell < 4; cell++) {
        for (int p = 0; p < 2 * processes; p++)
            own[p] = 0;
        if (!cells[cell]->baseline &&
            !cg_record_medians_by_state(results, cells[cell]->record, base, processes, own, own + processes))
            return false;
        for (int p = 0; p < processes; p++) {
            quiet[p * 4 + cell] = own[p];
            others[p * 4 + cell] = own[processes + p];
        }
    }
    return true;
}

/* What quiet rounds and the others say of the effects. */
static bool effects_by_state(const struct cg_results *results, struct cg_arena *arena,
                             const struct cg_case_view *const cells[4], struct cg_group_view *group)
{
    const int most = count_processes(cells, 4);
    double *medians = cg_arena_array(arena, (size_t)most * 10, sizeof *medians);
    if (!medians || !cells_by_state(results, group, cells, most, medians))
        return false;
    double *quiet = medians, *others = medians + 4 * most, *scratch = others + 4 * most;
    int kept = 0;
    for (int p = 0; p < most; p++) {
        bool whole = true;
        for (int cell = 0; cell < 4; cell++) {
            quiet[kept * 4 + cell] = quiet[p * 4 + cell];
            others[kept * 4 + cell] = others[p * 4 + cell];
            whole = whole && !isnan(quiet[p * 4 + cell]) && !isnan(others[p * 4 + cell]);
        }
        kept += whole;
    }
    if (kept < CG_STATE_PROCESSES_MIN)
        return true;
    struct cg_factorial by_state[3] = {cg_factorial_effects(quiet, (size_t)kept, scratch),
                                       cg_factorial_effects(others, (size_t)kept, scratch)};
    for (int i = 0; i < 4 * kept; i++)
        others[i] -= quiet[i];
    by_state[2] = cg_factorial_effects(others, (size_t)kept, scratch);
    group->judged_effects[0].state = (struct cg_by_state){by_state[0].a, by_state[1].a, by_state[2].a};
    group->judged_effects[1].state = (struct cg_by_state){by_state[0].b, by_state[1].b, by_state[2].b};
    group->judged_effects[2].state =
        (struct cg_by_state){by_state[0].both, by_state[1].both, by_state[2].both};
    return true;
}

bool cg_group_find_effects(const struct cg_results *results, struct cg_arena *arena, double delta,
                           struct cg_group_view *group)
{
    const struct cg_case_view *cells[4];
    if (group->group->baseline == CG_UNKNOWN || !cg_group_cells(group->cases, group->n_cases, cells))
        return true;
    double *matrix;
    const int processes = cg_group_processes(group, arena, cells, 4, &matrix);
    if (processes <= 0)
        return processes == 0;
    group->effects = cg_factorial_effects(matrix, (size_t)processes, matrix + 4 * (size_t)processes);
    group->has_effects = true;
    struct cg_estimate *const effects[] = {&group->effects.a, &group->effects.b, &group->effects.both,
                                           &group->effects.interaction};
    for (int e = 0; e < 4; e++)
        *effects[e] = cg_estimate_resolved(*effects[e], results->device.noise_paired);
    for (int e = 0; e < 3; e++)
        group->judged_effects[e] = (struct cg_judged){.ratio = *effects[e], .delta = delta};
    return effects_by_state(results, arena, cells, group);
}
