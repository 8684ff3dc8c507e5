#include "report/view.h"

#include "base/arena.h"
#include "base/array.h"
#include "base/text.h"
#include "report/family.h"

#include <math.h>
#include <string.h>

bool cg_is_guideline(const struct cg_suite_record *suite)
{
    return suite->kind == CG_KIND_SLOPE || suite->kind == CG_KIND_FACTORIAL;
}

struct cg_estimate cg_case_cost(const struct cg_suite_view *view, const struct cg_case_view *c)
{
    return view->suite->kind == CG_KIND_SLOPE ? c->ratio : c->time_ratio;
}

const char *cg_case_words(const struct cg_case_record *c)
{
    return c->label ? c->label : c->name;
}

struct cg_phrase cg_case_label(const struct cg_case_record *c)
{
    return cg_phrase("%.200s%s%s", cg_case_words(c), c->reconstruction == 1 ? " " CG_DAGGER : "",
                     c->inferred == 1 ? "*" : "");
}

double cg_case_published(const struct cg_case_record *c, const char *device, bool of_image)
{
    for (int i = 0; i < c->n_paper; i++)
        if (c->paper[i].device && strcmp(c->paper[i].device, device) == 0)
            return c->paper[i].value * (of_image && c->paper[i].batch > 0 ? c->paper[i].batch : 1);
    return NAN;
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
    out->ratio = out->time_ratio = cg_unknown_estimate;
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

/* The processes that samples of the group's cases `steps` tell of; 0 when not all are interleaved with the
 * baseline. */
static int count_processes(const struct cg_group_view *group, const int *steps, int n)
{
    int64_t most = 0;
    for (int s = 0; s < n; s++) {
        const struct cg_case_view *c = &group->cases[steps[s]];
        if (!c->record || (!c->baseline && !c->paired))
            return 0;
        for (int i = 0; i < c->record->samples.n; i++)
            if (c->record->samples.process[i] < 4096 && c->record->samples.process[i] >= most)
                most = c->record->samples.process[i] + 1;
    }
    return (int)most;
}

/* The log-ratios of `steps` to the baseline, one a process: matrix[p * n + s], memory of the views, with room
 * for a double more a process behind. Only when all are interleaved with the baseline; processes that some
 * case lacks are left out. Returns how many processes, -1 without memory. */
static int process_matrix(const struct cg_suite_view *view, const struct cg_group_view *group,
                          const int *steps, int n, double **matrix)
{
    const int most = count_processes(group, steps, n);
    const struct cg_record *base = group->cases[group->group->baseline].record;
    double *by_step = cg_arena_array(view->arena, (size_t)most * (size_t)n, sizeof *by_step);
    int kept = 0;
    *matrix = cg_arena_array(view->arena, (size_t)most * (size_t)(n + 1), sizeof **matrix);
    if (!by_step || !*matrix)
        return -1;
    for (int s = 0; s < n && most > 0; s++)
        if (!group->cases[steps[s]].baseline &&
            !cg_record_process_log_ratios(group->cases[steps[s]].record, base, most, by_step + s * most))
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

/* The steps of one series: the baseline and every case of the series with a step, in the order of the steps.
 */
static int series_steps(const struct cg_group_view *group, const char *series, int *steps, int max)
{
    int n = 0;
    for (int i = 0; i < group->n_cases && n < max; i++) {
        const struct cg_case_record *c = group->cases[i].c;
        if (isnan(c->step) || (c->series && !cg_same_text(c->series, series)))
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
    trend->slope = cg_unknown_estimate;
    trend->finding = CG_NO_FINDING;
    trend->last = n > 0 ? steps[n - 1] : 0;
    if (n < 2 || group->group->baseline == CG_UNKNOWN)
        return true;
    double *matrix, x[MAX_STEPS];
    const int processes = process_matrix(view, group, steps, n, &matrix);
    enum cg_verdict verdicts[MAX_STEPS];
    int n_verdicts = 0;
    bool known = processes > 0;
    const struct cg_record *base = group->cases[group->group->baseline].record;
    for (int s = 0; s < n && known; s++) {
        const struct cg_case_view *c = &group->cases[steps[s]];
        x[s] = c->c->step;
        known = c->record && base && c->record->madds > 0 && base->madds > 0;
        for (int p = 0; p < processes && known; p++)
            matrix[p * n + s] += log((double)base->madds) - log((double)c->record->madds);
        if (!c->baseline)
            verdicts[n_verdicts++] = c->verdict;
    }
    if (known) {
        trend->slope = cg_slope_estimate(x, matrix, (size_t)n, (size_t)processes,
                                         matrix + (size_t)processes * (size_t)n);
        trend->finding = cg_slope_finding(trend->slope, verdicts, (size_t)n_verdicts);
    }
    return processes >= 0;
}

static bool find_trends(const struct cg_suite_view *view, struct cg_group_view *group)
{
    bool any_series = false;
    for (int i = 0; i < group->n_cases; i++) {
        const char *series = group->cases[i].c->series;
        bool known = !series;
        any_series = any_series || series;
        for (int t = 0; t < group->n_trends && !known; t++)
            known = cg_same_text(group->trends[t].series, series);
        if (!known && group->n_trends < CG_MAX_TRENDS)
            group->trends[group->n_trends++] = (struct cg_trend){.series = series};
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
    if (processes > 0) {
        group->effects = cg_factorial_effects(matrix, (size_t)processes, matrix + 4 * (size_t)processes);
        group->has_effects = true;
    }
    return processes >= 0;
}

/* Verdicts over the whole printed table: every row of the suite, or every effect of a factorial suite. */
static bool judge(struct cg_suite_view *view)
{
    struct cg_family rows = {0}, effects = {0};
    for (int i = 0; i < view->n_cases; i++)
        if (!view->cases[i].baseline)
            cg_family_add(&rows, cg_case_cost(view, &view->cases[i]), i, 0);
    for (int g = 0; g < view->n_groups; g++)
        if (view->groups[g].has_effects) {
            cg_family_add(&effects, view->groups[g].effects.a, g, 0);
            cg_family_add(&effects, view->groups[g].effects.b, g, 1);
            cg_family_add(&effects, view->groups[g].effects.both, g, 2);
        }
    const bool enough = cg_family_judge(&rows, view->delta) && cg_family_judge(&effects, view->delta);
    for (int k = 0; enough && k < rows.n; k++)
        view->cases[rows.keys[k][0]].verdict = rows.verdicts[k];
    for (int k = 0; enough && k < effects.n; k++)
        view->groups[effects.keys[k][0]].effect_verdicts[effects.keys[k][1]] = effects.verdicts[k];
    for (int g = 0; enough && g < view->n_groups; g++)
        if (view->groups[g].has_effects)
            view->groups[g].finding = view->groups[g].trends[0].finding =
                cg_factorial_finding(view->groups[g].effect_verdicts);
    cg_family_free(&rows);
    cg_family_free(&effects);
    return enough;
}

#define MAX_FINDINGS 512

/* Of all groups' trends together. */
static enum cg_finding find_together(const struct cg_suite_view *view)
{
    enum cg_finding findings[MAX_FINDINGS];
    size_t n = 0;
    for (int g = 0; g < view->n_groups; g++)
        for (int t = 0; t < view->groups[g].n_trends && n < MAX_FINDINGS; t++)
            findings[n++] = view->groups[g].trends[t].finding;
    return cg_suite_finding(findings, n);
}

static bool work_out(struct cg_suite_view *view)
{
    for (int i = 0; i < view->n_cases; i++) {
        struct cg_case_view *c = &view->cases[i];
        if (!fill_case(view, view->groups[c->group].group, (int)(c - view->groups[c->group].cases), c))
            return false;
        if (!c->record)
            continue;
        const int processes = c->record->time.processes;
        view->processes = view->measured == 0 || processes < view->processes ? processes : view->processes;
        view->measured++;
    }
    for (int g = 0; view->suite->kind == CG_KIND_FACTORIAL && g < view->n_groups; g++)
        if (!find_effects(view, &view->groups[g]))
            return false;
    if (!judge(view))
        return false;
    for (int g = 0; view->suite->kind == CG_KIND_SLOPE && g < view->n_groups; g++)
        if (!find_trends(view, &view->groups[g]))
            return false;
    view->finding = find_together(view);
    for (int i = 0; i < view->n_cases; i++) {
        const struct cg_record *record = view->cases[i].record;
        bool seen = !record || record->madds <= 0;
        for (int k = 0; k < view->n_networks && !seen; k++)
            seen = view->networks[k]->record == record;
        if (!seen)
            view->networks[view->n_networks++] = &view->cases[i];
    }
    return true;
}

/* Gives the view its groups and cases. */
static bool lay_out(struct cg_suite_view *view)
{
    const struct cg_suite_record *suite = view->suite;
    for (int g = 0; g < suite->n_groups; g++)
        view->n_cases += suite->groups[g]->n_cases;
    view->groups = cg_arena_array(view->arena, (size_t)suite->n_groups, sizeof *view->groups);
    view->cases = cg_arena_array(view->arena, (size_t)view->n_cases, sizeof *view->cases);
    view->networks = cg_arena_array(view->arena, (size_t)view->n_cases, sizeof *view->networks);
    if (!view->groups || !view->cases || !view->networks)
        return false;
    struct cg_case_view *next = view->cases;
    for (int g = 0; g < suite->n_groups; g++) {
        view->groups[g] = (struct cg_group_view){.group = suite->groups[g],
                                                 .n_cases = suite->groups[g]->n_cases,
                                                 .cases = next,
                                                 .n_trends = suite->kind == CG_KIND_FACTORIAL};
        for (int i = 0; i < suite->groups[g]->n_cases; i++)
            (next++)->group = g;
    }
    view->n_groups = suite->n_groups;
    return true;
}

/* Adds the view of a setting, if there is none yet. */
static bool add_view(const struct cg_results *results, const struct cg_setting *setting,
                     struct cg_suite_views *views)
{
    for (int i = 0; i < views->n; i++)
        if (cg_setting_equal(&views->items[i]->setting, setting))
            return true;
    struct cg_suite_view *view = cg_arena_array(views->arena, 1, sizeof *view);
    if (!view || !cg_array_fit(views->items, views->room, views->n + 1))
        return false;
    *view = (struct cg_suite_view){.results = results,
                                   .suite = views->suite,
                                   .setting = *setting,
                                   .delta = cg_delta(results->device.noise_paired),
                                   .arena = views->arena};
    views->items[views->n++] = view;
    return lay_out(view) && work_out(view);
}

enum cg_status cg_suite_views_create(const struct cg_results *results, const struct cg_suite_record *suite,
                                     struct cg_suite_views *views, struct cg_error *err)
{
    *views = (struct cg_suite_views){.suite = suite, .arena = cg_arena_create(0)};
    bool enough = views->arena != NULL;
    for (int r = 0; r < results->n_records && enough; r++)
        if (results->records[r]->samples.n > 0 && cg_is_of_suite(results->records[r], suite))
            enough = add_view(results, &results->records[r]->setting, views);
    if (enough)
        return CG_OK;
    cg_suite_views_free(views);
    return cg_fail(err, CG_NO_MEMORY, "no memory to work out suite '%s'", suite->name);
}

void cg_suite_views_free(struct cg_suite_views *views)
{
    cg_arena_destroy(&views->arena);
    free(views->items);
    *views = (struct cg_suite_views){.suite = views->suite};
}
