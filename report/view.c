#include "report/view.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

/* Adds a constant to a log estimate: a known factor on the ratio. */
static struct cg_estimate shifted(struct cg_estimate e, double by)
{
    e.mean += by;
    e.low += by;
    e.high += by;
    return e;
}

static bool fill_case(const struct cg_suite_view *view, const struct cg_group_record *group, int index,
                      struct cg_case_view *out)
{
    const struct cg_case_record *c = group->cases[index];
    const char *suite = view->suite->name;
    out->c = c;
    out->baseline = index == group->baseline;
    out->record = cg_find_record(view->results, suite, group->name, c, &view->setting, false);
    out->counts =
        out->record ? out->record : cg_find_record(view->results, suite, group->name, c, NULL, true);
    out->ratio = out->time_ratio = (struct cg_estimate){NAN, NAN, 0, 0, NAN, NAN};
    out->mem_ratio = NAN;
    /* The bound is the whole stack's; replay times its last layer. */
    const bool whole = !out->counts || out->counts->setting.cache != CG_CACHE_REPLAY;
    if (whole && out->counts && out->counts->mem_access_elements > 0 && c->mem_access_bound > 0)
        out->mem_ratio = (double)out->counts->mem_access_elements / c->mem_access_bound;
    if (!out->record || out->baseline || group->baseline == CG_UNKNOWN)
        return true;
    const struct cg_record *base = cg_find_record(view->results, suite, group->name,
                                                  group->cases[group->baseline], &view->setting, false);
    if (!base)
        return true;
    if (!cg_record_log_ratio(out->record, base, &out->time_ratio, &out->paired))
        return false;
    if (out->record->madds > 0 && base->madds > 0)
        out->ratio = shifted(out->time_ratio, log((double)base->madds) - log((double)out->record->madds));
    return true;
}

/* The log-ratios of `cases` to the baseline, one a process: matrix[p * n + s]. Only when all are interleaved
 * with the baseline; processes that some case lacks are left out. Returns how many processes, -1 without
 * memory. */
static int process_matrix(const struct cg_suite_view *view, const struct cg_group_view *group,
                          const int *steps, int n, double **matrix)
{
    *matrix = NULL;
    int most = 0;
    for (int s = 0; s < n; s++) {
        const struct cg_case_view *c = &group->cases[steps[s]];
        if (!c->record || (!c->baseline && !c->paired))
            return 0;
        for (int i = 0; i < c->record->samples.n; i++)
            if (c->record->samples.process[i] < 4096 && c->record->samples.process[i] >= most)
                most = (int)c->record->samples.process[i] + 1;
    }
    double *out = malloc((size_t)(most > 0 ? most : 1) * (size_t)n * sizeof *out);
    if (!out)
        return -1;
    const struct cg_record *base =
        cg_find_record(view->results, view->suite->name, group->group->name,
                       group->group->cases[group->group->baseline], &view->setting, false);
    int kept = 0;
    for (int p = 0; p < most; p++) {
        bool whole = true;
        for (int s = 0; s < n && whole; s++) {
            const struct cg_case_view *c = &group->cases[steps[s]];
            double *cell = &out[kept * n + s];
            *cell = 0;
            if (c->baseline)
                continue;
            /* this process alone: a copy of the record's head with its samples narrowed */
            struct cg_record one = *c->record, one_base = *base;
            int first = 0, last = 0, first_base = 0, last_base = 0;
            const struct cg_sample_arrays *a = &c->record->samples, *b = &base->samples;
            while (first < a->n && a->process[first] != p)
                first++;
            for (last = first; last < a->n && a->process[last] == p;)
                last++;
            while (first_base < b->n && b->process[first_base] != p)
                first_base++;
            for (last_base = first_base; last_base < b->n && b->process[last_base] == p;)
                last_base++;
            one.samples = (struct cg_sample_arrays){last - first,  a->process + first,    a->round + first,
                                                    a->ns + first, a->iterations + first, NULL,
                                                    NULL};
            one_base.samples = (struct cg_sample_arrays){last_base - first_base,
                                                         b->process + first_base,
                                                         b->round + first_base,
                                                         b->ns + first_base,
                                                         b->iterations + first_base,
                                                         NULL,
                                                         NULL};
            struct cg_estimate ratio;
            bool paired;
            if (!cg_record_log_ratio(&one, &one_base, &ratio, &paired)) {
                free(out);
                return -1;
            }
            whole = !isnan(ratio.mean);
            *cell = ratio.mean;
        }
        kept += whole;
    }
    *matrix = out;
    return kept;
}

/* The steps of one series: the baseline and every case of the series with a step, in the order of the steps.
 */
static int series_steps(const struct cg_group_view *group, const char *series, int *steps, int max)
{
    int n = 0;
    for (int i = 0; i < group->n_cases && n < max; i++) {
        const struct cg_case_record *c = group->cases[i].c;
        if (isnan(c->step) || (c->series && !same_text(c->series, series)))
            continue;
        int at = n++;
        while (at > 0 && group->cases[steps[at - 1]].c->step > c->step) {
            steps[at] = steps[at - 1];
            at--;
        }
        steps[at] = i;
    }
    return n;
}

#define MAX_STEPS 64

static bool fit_trend(const struct cg_suite_view *view, struct cg_group_view *group, struct cg_trend *trend)
{
    int steps[MAX_STEPS];
    const int n = series_steps(group, trend->series, steps, MAX_STEPS);
    trend->slope = (struct cg_estimate){NAN, NAN, 0, 0, NAN, NAN};
    trend->finding = CG_NO_FINDING;
    trend->last = n > 0 ? steps[n - 1] : 0;
    if (n < 2 || group->group->baseline == CG_UNKNOWN)
        return true;
    double *matrix, x[MAX_STEPS];
    const int processes = process_matrix(view, group, steps, n, &matrix);
    if (processes < 0)
        return false;
    enum cg_verdict verdicts[MAX_STEPS];
    int n_verdicts = 0;
    bool known = processes > 0;
    const struct cg_case_view *base = &group->cases[group->group->baseline];
    for (int s = 0; s < n && known; s++) {
        const struct cg_case_view *c = &group->cases[steps[s]];
        x[s] = c->c->step;
        known = c->record && base->record && c->record->madds > 0 && base->record->madds > 0;
        for (int p = 0; p < processes && known; p++)
            matrix[p * n + s] += log((double)base->record->madds) - log((double)c->record->madds);
        if (!c->baseline)
            verdicts[n_verdicts++] = c->verdict;
    }
    double *scratch = known ? malloc((size_t)processes * sizeof *scratch) : NULL;
    const bool enough = !known || scratch;
    if (scratch) {
        trend->slope = cg_slope_estimate(x, matrix, (size_t)n, (size_t)processes, scratch);
        trend->finding = cg_slope_finding(trend->slope, verdicts, (size_t)n_verdicts);
    }
    free(scratch);
    free(matrix);
    return enough;
}

static bool find_trends(const struct cg_suite_view *view, struct cg_group_view *group)
{
    bool any_series = false;
    for (int i = 0; i < group->n_cases; i++) {
        const char *series = group->cases[i].c->series;
        bool known = !series;
        any_series = any_series || series;
        for (int t = 0; t < group->n_trends && !known; t++)
            known = same_text(group->trends[t].series, series);
        if (!known && group->n_trends < CG_MAX_TRENDS)
            group->trends[group->n_trends++] = (struct cg_trend){.series = series, .first_in_table = i};
    }
    if (!any_series)
        group->trends[group->n_trends++] = (struct cg_trend){.series = NULL};
    enum cg_finding findings[CG_MAX_TRENDS];
    for (int t = 0; t < group->n_trends; t++) {
        if (!fit_trend(view, group, &group->trends[t]))
            return false;
        findings[t] = group->trends[t].finding;
    }
    group->finding = cg_suite_finding(findings, (size_t)group->n_trends);
    return true;
}

/* The four cells of a factorial group as case indices [00 01 10 11]; false when one is missing. */
static bool find_cells(const struct cg_group_view *group, int cells[4])
{
    for (int i = 0; i < 4; i++)
        cells[i] = -1;
    for (int i = 0; i < group->n_cases; i++) {
        const int *levels = group->cases[i].c->levels;
        if ((levels[0] == 0 || levels[0] == 1) && (levels[1] == 0 || levels[1] == 1))
            cells[2 * levels[0] + levels[1]] = i;
    }
    return cells[0] >= 0 && cells[1] >= 0 && cells[2] >= 0 && cells[3] >= 0;
}

static bool find_effects(const struct cg_suite_view *view, struct cg_group_view *group)
{
    int cells[4];
    if (group->group->baseline == CG_UNKNOWN || !find_cells(group, cells))
        return true;
    double *matrix;
    const int processes = process_matrix(view, group, cells, 4, &matrix);
    if (processes < 0)
        return false;
    double *scratch = processes > 0 ? malloc((size_t)processes * sizeof *scratch) : NULL;
    if (scratch) {
        group->effects = cg_factorial_effects(matrix, (size_t)processes, scratch);
        group->has_effects = true;
    }
    const bool enough = processes == 0 || scratch;
    free(scratch);
    free(matrix);
    return enough;
}

/* Verdicts over the whole printed table: every row of the suite, or every effect of a factorial suite. */
static bool judge(struct cg_suite_view *view)
{
    size_t n = 0, rows = 0;
    for (int g = 0; g < view->n_groups; g++)
        rows += (size_t)view->groups[g].n_cases + 3;
    struct cg_estimate *estimates = malloc((rows + 1) * sizeof *estimates);
    enum cg_verdict *verdicts = malloc((rows + 1) * sizeof *verdicts);
    bool enough = estimates && verdicts;
    for (int g = 0; enough && g < view->n_groups; g++)
        for (int i = 0; i < view->groups[g].n_cases; i++)
            if (!view->groups[g].cases[i].baseline)
                estimates[n++] = view->suite->kind == CG_KIND_SLOPE ? view->groups[g].cases[i].ratio
                                                                    : view->groups[g].cases[i].time_ratio;
    enough = enough && cg_verdicts(estimates, n, view->delta, verdicts);
    n = 0;
    for (int g = 0; enough && g < view->n_groups; g++)
        for (int i = 0; i < view->groups[g].n_cases; i++)
            if (!view->groups[g].cases[i].baseline)
                view->groups[g].cases[i].verdict = verdicts[n++];
    n = 0;
    for (int g = 0; enough && g < view->n_groups; g++)
        if (view->groups[g].has_effects) {
            estimates[n++] = view->groups[g].effects.a;
            estimates[n++] = view->groups[g].effects.b;
            estimates[n++] = view->groups[g].effects.both;
        }
    enough = enough && cg_verdicts(estimates, n, view->delta, verdicts);
    n = 0;
    for (int g = 0; enough && g < view->n_groups; g++)
        if (view->groups[g].has_effects) {
            memcpy(view->groups[g].effect_verdicts, verdicts + n, 3 * sizeof *verdicts);
            view->groups[g].finding = cg_factorial_finding(verdicts + n);
            n += 3;
        }
    free(estimates);
    free(verdicts);
    return enough;
}

int cg_suite_view_findings(const struct cg_suite_view *view, enum cg_finding *findings, int max)
{
    int n = 0;
    for (int g = 0; g < view->n_groups; g++) {
        const struct cg_group_view *group = &view->groups[g];
        if (view->suite->kind == CG_KIND_SLOPE)
            for (int t = 0; t < group->n_trends && n < max; t++)
                findings[n++] = group->trends[t].finding;
        else if (n < max)
            findings[n++] = group->finding;
    }
    return n;
}

static bool work_out(struct cg_suite_view *view)
{
    const struct cg_suite_record *suite = view->suite;
    for (int g = 0; g < suite->n_groups; g++) {
        struct cg_group_view *group = &view->groups[g];
        group->group = suite->groups[g];
        group->n_cases = group->group->n_cases;
        group->cases = calloc((size_t)(group->n_cases > 0 ? group->n_cases : 1), sizeof *group->cases);
        if (!group->cases)
            return false;
        view->n_groups = g + 1;
        for (int i = 0; i < group->n_cases; i++) {
            struct cg_case_view *c = &group->cases[i];
            if (!fill_case(view, group->group, i, c))
                return false;
            if (c->record) {
                const int processes = c->record->time.processes;
                view->processes =
                    view->measured == 0 || processes < view->processes ? processes : view->processes;
                view->measured++;
            }
        }
        if (suite->kind == CG_KIND_FACTORIAL && !find_effects(view, group))
            return false;
    }
    if (!judge(view))
        return false;
    for (int g = 0; suite->kind == CG_KIND_SLOPE && g < view->n_groups; g++)
        if (!find_trends(view, &view->groups[g]))
            return false;
    enum cg_finding findings[512];
    const int n = cg_suite_view_findings(view, findings, 512);
    view->finding = cg_suite_finding(findings, (size_t)n);
    return true;
}

enum cg_status cg_suite_view_create(const struct cg_results *results, const struct cg_suite_record *suite,
                                    const struct cg_setting *setting, struct cg_suite_view **view,
                                    struct cg_error *err)
{
    *view = calloc(1, sizeof **view);
    if (*view) {
        (*view)->results = results;
        (*view)->suite = suite;
        (*view)->setting = *setting;
        (*view)->delta = cg_delta(results->device.noise_paired);
        (*view)->groups =
            calloc((size_t)(suite->n_groups > 0 ? suite->n_groups : 1), sizeof *(*view)->groups);
    }
    if (!*view || !(*view)->groups || !work_out(*view)) {
        cg_suite_view_destroy(view);
        return cg_fail(err, CG_NO_MEMORY, "no memory to work out suite '%s'", suite->name);
    }
    return CG_OK;
}

void cg_suite_view_destroy(struct cg_suite_view **view)
{
    if (!view || !*view)
        return;
    for (int g = 0; (*view)->groups && g < (*view)->n_groups; g++)
        free((*view)->groups[g].cases);
    free((*view)->groups);
    free(*view);
    *view = NULL;
}
