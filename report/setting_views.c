#include "report/setting_views.h"

#include "base/text.h"
#include "report/sentences.h"

#include <math.h>

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

struct cg_phrase cg_place_name(const struct cg_group_view *group, int trend)
{
    const struct cg_phrase where = cg_group_words(group->group);
    return group->n_trends > 1 && group->trends[trend].series
               ? cg_phrase("%.180s (%.60s)", where.text, group->trends[trend].series)
               : cg_phrase("%.180s", where.text);
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
