#include "report/view.h"

#include "base/arena.h"
#include "base/array.h"
#include "base/text.h"
#include "report/family.h"
#include "report/rounds.h"

#include <math.h>
#include <string.h>

bool cg_is_guideline(const struct cg_suite_record *suite)
{
    return suite->kind == CG_KIND_SLOPE || suite->kind == CG_KIND_FACTORIAL;
}

bool cg_is_per_madd(const struct cg_suite_record *suite)
{
    return (suite->kind == CG_KIND_SLOPE && !cg_same_text(suite->per, "time")) ||
           suite->kind == CG_KIND_WIDTHS;
}

const char *cg_cost_words(const struct cg_suite_record *suite)
{
    return cg_is_per_madd(suite) ? "time per madd" : "time";
}

struct cg_estimate cg_case_cost(const struct cg_suite_view *view, const struct cg_case_view *c)
{
    return cg_is_per_madd(view->suite) ? c->ratio : c->time_ratio;
}

struct cg_judged cg_case_judged(const struct cg_suite_view *view, const struct cg_case_view *c)
{
    struct cg_judged row = {
        .ratio = cg_case_cost(view, c), .delta = c->delta, .verdict = c->verdict, .state = c->state};
    cg_by_state_shift(&row.state, row.ratio.mean - c->time_ratio.mean);
    return row;
}

static bool is_measured(const struct cg_group_view *group)
{
    for (int i = 0; i < group->n_cases; i++)
        if (group->cases[i].record && !group->cases[i].baseline)
            return true;
    return false;
}

/* As cg_group_decides(), of a group that may show the records of another one. */
static bool may_decide(const struct cg_suite_view *view, const struct cg_group_view *group)
{
    bool any_aligned = false;
    for (int g = 0; g < view->n_groups; g++)
        any_aligned =
            any_aligned || (cg_group_is(&view->groups[g], "aligned") && is_measured(&view->groups[g]));
    return any_aligned ? cg_group_is(group, "aligned")
                       : !cg_group_is(group, "memory") && !cg_group_is(group, "small") &&
                             !cg_group_is(group, "overhead") && !cg_group_is(group, "beside");
}

int cg_count_undecided(const struct cg_suite_view *view)
{
    int n = 0;
    for (int finding = 0; finding < CG_FINDING_COUNT; finding++)
        n += cg_is_undecided((enum cg_finding)finding) ? view->counts[finding] : 0;
    return n;
}

bool cg_group_decides(const struct cg_suite_view *view, const struct cg_group_view *group)
{
    const struct cg_group_view *same = &view->groups[group->same];
    return may_decide(view, group) && (same == group || !may_decide(view, same));
}

static bool fill_case(const struct cg_suite_view *view, const struct cg_group_record *group,
                      struct cg_case_view *out)
{
    const struct cg_case_record *c = out->c;
    const char *suite = view->suite->name;
    out->baseline = group->baseline != CG_UNKNOWN && c == group->cases[group->baseline];
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
    if (!cg_record_log_ratio(view->results, out->record, base, &out->time_ratio, &out->paired) ||
        !cg_record_by_state(view->results, out->record, base, &out->state))
        return false;
    out->delta = out->paired ? view->delta : view->delta_apart;
    if (view->suite->kind == CG_KIND_SLOPE && !cg_is_per_madd(view->suite))
        out->ratio = out->time_ratio;
    else if (out->record->madds > 0 && base->madds > 0)
        out->ratio =
            cg_estimate_shifted(out->time_ratio, log((double)base->madds) - log((double)out->record->madds));
    return true;
}

/* Log-ratios to the baseline by process and step; scratch for one value a process. */
struct matrix {
    const double *values;
    int steps, processes;
    double *scratch;
};

/* Each step but the first against the one before; Holm over them. */
static bool judge_between(const struct cg_suite_view *view, const struct matrix *m,
                          struct cg_trend_step *steps)
{
    struct cg_judged between[CG_MAX_STEPS];
    for (int s = 1; s < m->steps; s++) {
        for (int p = 0; p < m->processes; p++)
            m->scratch[p] = m->values[p * m->steps + s] - m->values[p * m->steps + s - 1];
        between[s - 1] = (struct cg_judged){.ratio = cg_estimate_of(m->scratch, (size_t)m->processes),
                                            .delta = view->delta};
    }
    if (!cg_judge(between, (size_t)m->steps - 1, CG_DO_THEY_DIFFER))
        return false;
    for (int s = 0; s < m->steps - 1; s++)
        steps[s + 1].to_previous = between[s].verdict;
    return true;
}

/* The step that alone keeps a trend from holding, or from being reversed. */
static void find_against(const struct cg_group_view *group, struct cg_trend *trend,
                         const struct cg_case_view *const *cases, const struct cg_trend_step *steps, int n)
{
    const enum cg_verdict last = n > 0 ? steps[n - 1].verdict : CG_NO_VERDICT;
    const bool rises = trend->slope.low > 0 && last == CG_SLOWER;
    const bool falls = trend->slope.high < 0 && last == CG_FASTER;
    for (int s = n - 1; s >= 0 && (rises || falls); s--)
        if (steps[s].to_previous == (rises ? CG_FASTER : CG_SLOWER))
            trend->against = (int)(cases[s] - group->cases);
}

static bool fit_trend(const struct cg_suite_view *view, struct cg_group_view *group, struct cg_trend *trend)
{
    const struct cg_case_view *steps[CG_MAX_STEPS];
    const int n = cg_group_steps(group, trend->series, steps);
    trend->slope = cg_unknown_estimate;
    trend->finding = CG_NO_FINDING;
    trend->last = n > 0 ? (int)(steps[n - 1] - group->cases) : 0;
    trend->against = -1;
    if (n < 2 || group->group->baseline == CG_UNKNOWN)
        return true;
    double *matrix, x[CG_MAX_STEPS];
    const int processes = cg_group_processes(group, view->arena, steps, n, &matrix);
    struct cg_trend_step found[CG_MAX_STEPS];
    bool known = processes > 0;
    const struct cg_record *base = group->cases[group->group->baseline].record;
    for (int s = 0; s < n && known; s++) {
        const struct cg_case_view *c = steps[s];
        x[s] = c->c->step;
        known = c->record && base && c->record->madds > 0 && base->madds > 0;
        for (int p = 0; p < processes && known && cg_is_per_madd(view->suite); p++)
            matrix[p * n + s] += log((double)base->madds) - log((double)c->record->madds);
        found[s] = (struct cg_trend_step){CG_SAME, true, CG_NO_VERDICT};
        if (!c->baseline)
            found[s] = (struct cg_trend_step){c->verdict, cg_is_within(cg_case_cost(view, c), c->delta),
                                              CG_NO_VERDICT};
    }
    if (!known)
        return processes >= 0;
    const struct matrix all = {matrix, n, processes, matrix + (size_t)processes * (size_t)n};
    trend->slope = cg_slope_estimate(x, matrix, (size_t)n, (size_t)processes, all.scratch);
    if (!judge_between(view, &all, found))
        return false;
    trend->finding = cg_slope_finding(trend->slope, found, (size_t)n);
    find_against(group, trend, steps, found, n);
    return true;
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

struct cg_judged cg_trend_cost(const struct cg_suite_view *view, int group, int trend)
{
    const struct cg_group_view *g = &view->groups[group];
    const struct cg_case_view *last = &g->cases[g->trends[trend].last];
    if (view->suite->kind == CG_KIND_FACTORIAL && g->has_effects)
        return g->judged_effects[2];
    if (view->suite->kind == CG_KIND_SLOPE && last->record)
        return cg_case_judged(view, last);
    return (struct cg_judged){.ratio = cg_unknown_estimate};
}

/* Verdicts over every effect of a factorial suite. */
static bool judge_effects(struct cg_suite_view *view)
{
    struct cg_family family = {0};
    for (int g = 0; g < view->n_groups; g++)
        for (int e = 0; e < 3 && view->groups[g].has_effects; e++) {
            struct cg_judged row = view->groups[g].judged_effects[e];
            row.key[0] = g;
            row.key[1] = e;
            cg_family_add(&family, row);
        }
    const bool enough = cg_family_judge(&family, CG_DO_THEY_DIFFER);
    for (int k = 0; enough && k < family.n; k++)
        view->groups[family.rows[k].key[0]].judged_effects[family.rows[k].key[1]] = family.rows[k];
    cg_family_free(&family);
    for (int g = 0; enough && g < view->n_groups; g++) {
        struct cg_group_view *group = &view->groups[g];
        bool within = group->has_effects;
        for (int e = 0; e < 3; e++)
            within = within && group->judged_effects[e].verdict != CG_BY_MACHINE &&
                     cg_is_within(group->judged_effects[e].ratio, view->delta);
        if (group->has_effects)
            group->finding = group->trends[0].finding =
                cg_factorial_finding(group->judged_effects[2].verdict, within);
    }
    return enough;
}

static const struct cg_record *baseline_of(const struct cg_suite_view *view, int group)
{
    const int index = view->groups[group].group->baseline;
    return index == CG_UNKNOWN ? NULL : view->groups[group].cases[index].record;
}

/* Finds what stands in several groups. */
static void find_same(struct cg_suite_view *view)
{
    for (int i = 0; i < view->n_cases; i++) {
        const struct cg_case_view *c = &view->cases[i];
        int first = 0;
        while (first < i && (!c->record || view->cases[first].record != c->record ||
                             baseline_of(view, view->cases[first].group) != baseline_of(view, c->group)))
            first++;
        view->cases[i].same = first;
    }
    for (int g = 0; g < view->n_groups; g++) {
        const struct cg_group_view *group = &view->groups[g];
        const int other = group->n_cases > 0 ? view->cases[group->cases[0].same].group : g;
        bool same = group->n_cases == view->groups[other].n_cases;
        for (int i = 0; i < group->n_cases && same; i++)
            same = view->cases[group->cases[i].same].group == other;
        view->groups[g].same = same ? other : g;
    }
}

/* Verdicts over the whole printed table: every row of the suite that counts. */
static bool judge(struct cg_suite_view *view)
{
    struct cg_family rows = {0};
    for (int i = 0; i < view->n_cases; i++) {
        struct cg_judged row = cg_case_judged(view, &view->cases[i]);
        row.key[0] = i;
        if (!view->cases[i].baseline && view->cases[i].same == i)
            cg_family_add(&rows, row);
    }
    const bool enough = cg_family_judge(&rows, CG_DO_THEY_DIFFER);
    for (int k = 0; enough && k < rows.n; k++)
        view->cases[rows.rows[k].key[0]].verdict = rows.rows[k].verdict;
    for (int i = 0; i < view->n_cases; i++)
        view->cases[i].verdict = view->cases[view->cases[i].same].verdict;
    cg_family_free(&rows);
    return enough && judge_effects(view);
}

#define MAX_FINDINGS 512

/* Of the trends of all groups that decide, together. */
static void find_together(struct cg_suite_view *view)
{
    enum cg_finding findings[MAX_FINDINGS];
    size_t n = 0;
    for (int g = 0; g < view->n_groups; g++)
        for (int t = 0; t < view->groups[g].n_trends && n < MAX_FINDINGS; t++)
            if (cg_group_decides(view, &view->groups[g]))
                view->counts[findings[n++] = view->groups[g].trends[t].finding]++;
    view->finding = cg_suite_finding(findings, n);
}

static bool work_out(struct cg_suite_view *view)
{
    for (int i = 0; i < view->n_twins; i++)
        if (!fill_case(view, view->groups[view->twins[i].group].group, &view->twins[i]))
            return false;
    for (int i = 0; i < view->n_cases; i++) {
        struct cg_case_view *c = &view->cases[i];
        if (!fill_case(view, view->groups[c->group].group, c))
            return false;
        if (!c->record)
            continue;
        const int processes = c->record->time.processes;
        view->processes = view->measured == 0 || processes < view->processes ? processes : view->processes;
        view->most_processes = processes > view->most_processes ? processes : view->most_processes;
        view->measured++;
    }
    find_same(view);
    for (int g = 0; view->suite->kind == CG_KIND_FACTORIAL && g < view->n_groups; g++)
        if (!cg_group_find_effects(view->results, view->arena, view->delta, &view->groups[g]))
            return false;
    if (!judge(view))
        return false;
    for (int g = 0; view->suite->kind == CG_KIND_SLOPE && g < view->n_groups; g++)
        if (!cg_group_is(&view->groups[g], "overhead") && !find_trends(view, &view->groups[g]))
            return false;
    find_together(view);
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
    int all = 0;
    for (int g = 0; g < suite->n_groups; g++)
        all += suite->groups[g]->n_cases;
    view->groups = cg_arena_array(view->arena, (size_t)suite->n_groups, sizeof *view->groups);
    view->cases = cg_arena_array(view->arena, (size_t)all, sizeof *view->cases);
    view->twins = cg_arena_array(view->arena, (size_t)all, sizeof *view->twins);
    view->networks = cg_arena_array(view->arena, (size_t)all, sizeof *view->networks);
    if (!view->groups || !view->cases || !view->twins || !view->networks)
        return false;
    for (int g = 0; g < suite->n_groups; g++) {
        struct cg_group_view *group = &view->groups[g];
        *group = (struct cg_group_view){.group = suite->groups[g],
                                        .cases = view->cases + view->n_cases,
                                        .twins = view->twins + view->n_twins,
                                        .n_trends = suite->kind == CG_KIND_FACTORIAL};
        for (int i = 0; i < suite->groups[g]->n_cases; i++) {
            const struct cg_case_record *c = suite->groups[g]->cases[i];
            const bool twin = c->twin && i > suite->groups[g]->baseline;
            struct cg_case_view *place =
                twin ? &group->twins[group->n_twins++] : &group->cases[group->n_cases++];
            *place = (struct cg_case_view){.group = g, .c = c};
        }
        view->n_cases += group->n_cases;
        view->n_twins += group->n_twins;
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
                                   .delta_apart = cg_delta(results->device.noise_between_runs),
                                   .arena = views->arena};
    views->items[views->n++] = view;
    return lay_out(view) && work_out(view);
}

/* The setting of the view that shows a record: where cases have more images than the others of their suite,
 * that of the others. */
static struct cg_setting setting_of(const struct cg_results *results, const struct cg_suite_record *suite,
                                    const struct cg_record *record)
{
    struct cg_setting setting = record->setting;
    for (int r = 0; r < results->n_records && !record->network; r++) {
        const struct cg_record *other = results->records[r];
        if (other->setting.batch > 0 && other->setting.batch < setting.batch && !other->network &&
            other->samples.n > 0 && cg_is_of_suite(other, suite))
            setting.batch = other->setting.batch;
    }
    return setting;
}

enum cg_status cg_suite_views_create(const struct cg_results *results, const struct cg_suite_record *suite,
                                     struct cg_suite_views *views, struct cg_error *err)
{
    *views = (struct cg_suite_views){.suite = suite, .arena = cg_arena_create(0)};
    bool enough = views->arena != NULL;
    for (int r = 0; r < results->n_records && enough; r++)
        if (results->records[r]->samples.n > 0 && cg_is_of_suite(results->records[r], suite)) {
            const struct cg_setting setting = setting_of(results, suite, results->records[r]);
            enough = add_view(results, &setting, views);
        }
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
