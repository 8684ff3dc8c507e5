/* What a width costs beyond its multiply-adds; what a guideline costs over working sets. */
#include "report/plots.h"

#include "base/text.h"
#include "report/sentences.h"
#include "report/working_sets.h"

#include <math.h>

#define MAX_SETS 16

/* ---- widths ---- */

static void put_width_line(struct cg_figure *figure, const struct cg_suite_view *view, int group, int look)
{
    const struct cg_group_view *g = &view->groups[group];
    cg_figure_series(figure, look, view->setting.engine ? view->setting.engine : "?");
    for (int i = 0; i < g->n_cases; i++)
        if (g->cases[i].record && (g->cases[i].baseline || !isnan(g->cases[i].ratio.mean)))
            cg_figure_dot(
                figure, g->cases[i].c->step,
                g->cases[i].baseline ? (struct cg_interval){1, 1, 1} : cg_ratio_of(g->cases[i].ratio), NULL);
}

/* The number of the view's engine among the views' different ones, from 0. */
static int engine_place(const struct cg_suite_views *views, int v)
{
    int place = 0;
    for (int i = 0; i <= v; i++) {
        int first = 0;
        while (!cg_same_text(views->items[first]->setting.engine, views->items[i]->setting.engine))
            first++;
        if (cg_same_text(views->items[i]->setting.engine, views->items[v]->setting.engine))
            return place;
        place += first == i;
    }
    return place;
}

static struct cg_phrase words_but_engine(const struct cg_suite_view *view)
{
    struct cg_phrase words;
    cg_setting_say(&view->setting, ~(unsigned)CG_FIELD_ENGINE, CG_SAY_UNUSUAL, words.text, sizeof words.text);
    return words;
}

/* Whether an earlier view differs from this one by its engine alone. */
static bool is_beside_another(const struct cg_suite_views *views, int v)
{
    const struct cg_phrase words = words_but_engine(views->items[v]);
    for (int i = 0; i < v; i++)
        if (cg_same_text(words_but_engine(views->items[i]).text, words.text))
            return true;
    return false;
}

/* The panels of the settings that differ from the view's by their engine alone. */
static void put_width_panels(struct cg_figure *figure, const struct cg_panel *panel, int v)
{
    const struct cg_suite_views *views = &panel->views;
    const struct cg_phrase words = words_but_engine(views->items[v]);
    for (int g = 0; g < views->suite->n_groups; g++) {
        const struct cg_group_record *group = views->suite->groups[g];
        cg_figure_panel(figure, group->title ? group->title : group->name, words.text);
        for (int i = v; i < views->n; i++)
            if (cg_same_text(words_but_engine(views->items[i]).text, words.text) &&
                engine_place(views, i) < CG_FIGURE_LOOKS)
                put_width_line(figure, views->items[i], g, engine_place(views, i));
    }
}

void cg_plot_widths(struct cg_figures *figures, const struct cg_panel *panel)
{
    const struct cg_suite_record *suite = panel->views.suite;
    if (suite->kind != CG_KIND_WIDTHS || panel->views.n == 0)
        return;
    struct cg_figure *figure =
        cg_figure_begin(figures, "widths", cg_phrase("%d %.40s", panel->input_index + 1, suite->name).text,
                        "What a width costs beyond its multiply-adds");
    if (!figure)
        return;
    fputs("# channels; time per madd; low; high\n", figure->data);
    cg_figure_number(figure, "kinds", suite->n_groups);
    for (int v = 0; v < panel->views.n; v++)
        if (!is_beside_another(&panel->views, v))
            put_width_panels(figure, panel, v);
    cg_figure_say(
        figure,
        "%.100s; time per multiply-add, 64 channels = 1; bars: 95 %% intervals; what lies above the "
        "axis is cut off.",
        panel->device);
    cg_figure_end(figures, figure, true);
}

/* ---- working sets ---- */

static int put_sets(struct cg_figure *figure, const struct cg_suite_view *view, const char *series, int line)
{
    struct cg_working_set sets[MAX_SETS];
    const int n = cg_working_sets_of(view, series, sets, MAX_SETS);
    if (n < 2 || line == CG_FIGURE_LOOKS)
        return 0;
    if (line == 0)
        cg_figure_panel(figure, "", "");
    cg_figure_series(figure, line,
                     cg_phrase("%s%s%.60s", cg_setting_words(&view->setting).text, series ? ", " : "",
                               series ? series : "")
                         .text);
    for (int i = 0; i < n; i++)
        cg_figure_dot(figure, (double)sets[i].high / 1024,
                      cg_ratio_of(sets[i].group->cases[sets[i].group->trends[sets[i].trend].last].ratio),
                      sets[i].level_low != sets[i].level_high ? "straddles" : "");
    return 1;
}

void cg_plot_working_sets(struct cg_figures *figures, const struct cg_panel *panel)
{
    const struct cg_suite_views *views = &panel->views;
    if (views->n == 0 || views->suite->kind != CG_KIND_SLOPE)
        return;
    struct cg_figure *figure =
        cg_figure_begin(figures, "working_sets",
                        cg_phrase("%d %.40s working sets", panel->input_index + 1, views->suite->name).text,
                        cg_phrase("%s over working sets", cg_subject(views->suite).text).text);
    if (!figure)
        return;
    fputs("# KiB of the largest layer of the last step; time per madd; low; high; whether the group "
          "straddles levels\n",
          figure->data);
    for (int level = 0; level < CG_MEMORY_LEVELS; level++)
        cg_figure_number(figure, cg_phrase("end_%s", cg_memory_levels[level]).text,
                         cg_memory_level_end(&views->items[0]->results->device, level, 1) / 1024);
    int lines = 0;
    for (int v = 0; v < views->n; v++)
        for (int t = 0; t < CG_MAX_TRENDS; t++) {
            const struct cg_group_view *group = cg_group_over_maps(views->items[v]);
            if (group && t < group->n_trends)
                lines += put_sets(figure, views->items[v], group->trends[t].series, lines);
        }
    cg_figure_say(
        figure,
        "%.100s; time per multiply-add of the last step, the baseline of its group = 1; lines: where "
        "the levels of memory end for one thread; bars: 95 %% intervals.",
        panel->device);
    cg_figure_end(figures, figure, true);
}
