/* Speed-up of whole networks over threads. */
#include "report/plots.h"

#include <math.h>

#define MAX_LINES  60 /* of a panel */
#define MAX_PANELS 6

struct threads {
    struct cg_figure *figure;
    const struct cg_suite_views *views;
    int fewest, most, processes;
    bool failed; /* no memory */
};

/* The record of a case with more threads than the view `base` of it, under the view `other` that differs from
 * it by them alone; NULL: none. */
static const struct cg_record *with_more(const struct cg_suite_view *base, const struct cg_suite_view *other,
                                         int index)
{
    struct cg_setting setting = other->setting;
    const struct cg_record *record = other->cases[index].record;
    setting.threads = base->setting.threads;
    return other != base && record && record->time.median > 0 && cg_setting_equal(&setting, &base->setting)
               ? record
               : NULL;
}

/* The line of a case, if it was measured at the fewest threads and at more. Returns whether it was. */
static bool put_line(struct threads *t, const struct cg_suite_view *base, int index, int line)
{
    const struct cg_case_view *c = &base->cases[index];
    bool begun = false;
    for (int v = 0; c->record && c->record->time.median > 0 && v < t->views->n; v++) {
        const struct cg_suite_view *other = t->views->items[v];
        const struct cg_record *record = with_more(base, other, index);
        struct cg_estimate ratio;
        if (record && !cg_record_log_ratio(base->results, c->record, record, &ratio, NULL))
            t->failed = true;
        if (!record || t->failed || isnan(ratio.mean))
            continue;
        if (!begun && line == 0)
            cg_figure_panel(t->figure, base->setting.engine ? base->setting.engine : "?", "");
        if (!begun) {
            cg_figure_series(t->figure, 0, cg_case_words(c->c));
            fprintf(t->figure->data, "%d 1 1 1\n", base->setting.threads);
        }
        fprintf(t->figure->data, "%d %.6g %.6g %.6g\n", other->setting.threads, exp(ratio.mean),
                exp(isnan(ratio.low) ? ratio.mean : ratio.low),
                exp(isnan(ratio.high) ? ratio.mean : ratio.high));
        begun = true;
    }
    return begun;
}

static void put_panels(struct threads *t)
{
    for (int v = 0; v < t->views->n && t->figure->panels < MAX_PANELS; v++) {
        const struct cg_suite_view *base = t->views->items[v];
        if (base->setting.threads != t->fewest)
            continue;
        for (int i = 0, lines = 0; i < base->n_cases && lines < MAX_LINES; i++)
            lines += put_line(t, base, i, lines);
    }
}

void cg_plot_threads(struct cg_figures *figures, const struct cg_panel *panel)
{
    struct threads t = {.views = &panel->views, .fewest = 1 << 30, .processes = 1 << 30};
    for (int v = 0; v < t.views->n; v++) {
        const struct cg_suite_view *view = t.views->items[v];
        t.most = view->setting.threads > t.most ? view->setting.threads : t.most;
        t.fewest = view->setting.threads < t.fewest ? view->setting.threads : t.fewest;
        t.processes = view->processes < t.processes ? view->processes : t.processes;
    }
    if (t.most <= t.fewest || t.fewest < 1)
        return;
    t.figure = cg_figure_begin(
        figures, "threads", cg_phrase("%d threads %.40s", panel->input_index + 1, t.views->suite->name).text,
        "Scaling of whole networks over threads");
    if (!t.figure)
        return;
    fputs("# threads; speed-up; low; high\n", t.figure->data);
    cg_figure_number(t.figure, "fewest", t.fewest);
    cg_figure_number(t.figure, "most", t.most);
    put_panels(&t);
    cg_figure_say(t.figure,
                  "%.100s; time at %s over time at more; n = %d processes each, bars: 95 %% intervals. At "
                  "most 60 networks; the tables have all.",
                  panel->device, cg_format_threads(t.fewest).text, t.processes);
    cg_figure_end(figures, t.figure, !t.failed);
}
