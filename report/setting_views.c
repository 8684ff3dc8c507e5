#include "report/setting_views.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

bool cg_same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

int cg_views_of_engines(const struct cg_suite_views *all, int threads, enum cg_fusion fusion,
                        const struct cg_suite_view *views[CG_MAX_ENGINES])
{
    int n = 0;
    for (int i = 0; i < all->n && n < CG_MAX_ENGINES; i++) {
        const struct cg_suite_view *view = all->items[i];
        bool known = view->setting.threads != threads || view->setting.fusion != fusion;
        for (int k = 0; k < n && !known; k++)
            known = cg_same_text(views[k]->setting.engine, view->setting.engine);
        if (!known)
            views[n++] = view;
    }
    return n;
}

bool cg_is_guideline(const struct cg_suite_record *suite)
{
    return suite->kind == CG_KIND_SLOPE || suite->kind == CG_KIND_FACTORIAL;
}

int cg_n_places(const struct cg_suite_record *suite, const struct cg_group_view *group)
{
    return suite->kind == CG_KIND_SLOPE ? group->n_trends : 1;
}

enum cg_finding cg_place_finding(const struct cg_suite_view *view, int group, int place)
{
    const struct cg_group_view *g = &view->groups[group];
    return view->suite->kind == CG_KIND_SLOPE ? g->trends[place].finding : g->finding;
}

void cg_place_name(const struct cg_suite_record *suite, const struct cg_group_view *group, int place,
                   char *text, size_t size)
{
    char where[256];
    cg_say_group(group->group, where, sizeof where);
    const char *series =
        suite->kind == CG_KIND_SLOPE && group->n_trends > 1 ? group->trends[place].series : NULL;
    if (series)
        snprintf(text, size, "%.180s (%.60s)", where, series);
    else
        snprintf(text, size, "%.180s", where);
}

struct cg_estimate cg_change_between(struct cg_estimate a, struct cg_estimate b)
{
    struct cg_estimate change = {
        b.mean - a.mean, NAN, 0, a.processes < b.processes ? a.processes : b.processes, NAN, NAN};
    if (isnan(a.se) || isnan(b.se))
        return change;
    const double va = a.se * a.se, vb = b.se * b.se;
    change.se = sqrt(va + vb);
    change.df = change.se > 0 ? (va + vb) * (va + vb) / (va * va / a.df + vb * vb / b.df) : a.df + b.df;
    const double half = cg_student_quantile(0.5 + CG_CONFIDENCE / 2, change.df) * change.se;
    change.low = change.mean - half;
    change.high = change.mean + half;
    return change;
}
