/* Relative speed over the steps of a guideline. */
#include "report/plots.h"

#include "base/text.h"
#include "report/escape.h"
#include "report/paper.h"
#include "report/sentences.h"

#include <math.h>

#define MAX_LINES  24 /* of a panel */
#define MAX_PANELS 12

/* What a panel shows: a set of a view's groups, or the same steps on a device of the paper. */
struct sheet {
    struct cg_figure *figure;
    const struct cg_suite_view *view;
    char head[80], under[120]; /* two lines over the panel */
    int lines;
};

static bool has_baseline(const struct cg_group_view *group)
{
    return group->group->baseline >= 0 && group->group->baseline < group->n_cases;
}

/* The cost of a case relative to the baseline's: as measured (`scale` 0) or on a device of the paper. */
static struct cg_interval ratio_at(const struct cg_suite_view *view, const struct cg_group_view *group,
                                   int index, enum cg_paper_device device, int scale)
{
    const struct cg_case_view *measured = &group->cases[index];
    if (scale == 0 && measured->record)
        return measured->baseline ? (struct cg_interval){1, 1, 1} : cg_ratio_of(cg_case_cost(view, measured));
    if (scale == 0)
        return (struct cg_interval){NAN, NAN, NAN};
    const struct cg_case_record *c = measured->c, *base = group->cases[group->group->baseline].c;
    const double ratio = view->suite->kind == CG_KIND_SLOPE
                             ? cg_paper_slope_ratio(view->suite->name, device, scale, cg_case_words(c))
                             : cg_paper_factorial_ratio(device, scale, c->levels, base->levels);
    return (struct cg_interval){ratio, NAN, NAN};
}

/* The row of case `index`: step, relative speed (baseline 1), its interval, the case. */
static void put_row(FILE *data, const struct cg_case_record *c, int index, struct cg_interval ratio)
{
    fprintf(data, "%d", index);
    const double values[] = {ratio.value, ratio.high, ratio.low};
    for (int i = 0; i < 3; i++)
        fprintf(data, isnan(values[i]) ? " NaN" : " %.6g", 1 / values[i]);
    putc(' ', data);
    cg_put_gnuplot_data(cg_case_words(c), data);
    putc('\n', data);
}

/* A line of points; fewer than two are none. A series of its own ("parallel" after "series") is a line of its
 * own, from the baseline on. */
static void put_line(struct sheet *sheet, const struct cg_group_view *group, enum cg_paper_device device,
                     int scale, const char *name)
{
    const char *series = NULL;
    const int baseline = group->group->baseline;
    int points = 0;
    for (int i = 0; i < group->n_cases; i++)
        points += !isnan(ratio_at(sheet->view, group, i, device, scale).value);
    if (points < 2 || sheet->lines == MAX_LINES)
        return;
    if (sheet->lines == 0)
        cg_figure_panel(sheet->figure, sheet->head, sheet->under);
    cg_figure_series(sheet->figure, sheet->lines++, name);
    for (int i = 0; i < group->n_cases; i++) {
        const struct cg_case_record *c = group->cases[i].c;
        if (c->series && series && strcmp(c->series, series) != 0) {
            putc('\n', sheet->figure->data);
            if (has_baseline(group))
                put_row(sheet->figure->data, group->cases[baseline].c, baseline,
                        ratio_at(sheet->view, group, baseline, device, scale));
        }
        series = c->series ? c->series : series;
        put_row(sheet->figure->data, c, i, ratio_at(sheet->view, group, i, device, scale));
    }
}

/* A group's title without what the head of the panel says already: "n = 192" of "aligned widths, n = 192". */
static struct cg_phrase short_name(const struct cg_group_record *group)
{
    static const char *const heads[] = {"aligned widths", "matched multiply-adds"};
    const char *title = group->title ? group->title : group->name;
    if (cg_paper_device_of_set(group->set) >= 0)
        return cg_phrase("x%d", group->scale);
    for (int i = 0; i < 2; i++)
        if (strncmp(title, heads[i], strlen(heads[i])) == 0)
            title += strlen(heads[i]);
    title += strspn(title, " ,(");
    struct cg_phrase name =
        cg_phrase("%.40s", *title && strncmp(title, "within", 6) != 0 ? title : "matched");
    char *bracket = strchr(name.text, ')');
    if (bracket && !strchr(name.text, '('))
        *bracket = '\0';
    return name;
}

static struct cg_phrase set_words(const char *set)
{
    const int device = cg_paper_device_of_set(set);
    static const char *const words[][2] = {{"matched", "equal multiply-adds"},
                                           {"aligned", "aligned widths"},
                                           {"memory", "aligned, by map"},
                                           {"small", "aligned, by map"}};
    if (!set)
        return cg_phrase("%s", "");
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        set = strcmp(set, words[i][0]) == 0 ? words[i][1] : set;
    return device >= 0 ? cg_phrase(", %s set", cg_paper_devices[device].word) : cg_phrase(", %.100s", set);
}

static void name_sheet(struct sheet *sheet, const char *device, const char *set)
{
    const struct cg_setting *setting = &sheet->view->setting;
    snprintf(sheet->head, sizeof sheet->head, "%.70s", device);
    cg_append(sheet->under, sizeof sheet->under, "%.20s, %s%.22s", setting->engine ? setting->engine : "?",
              cg_format_threads(setting->threads).text, set_words(set).text);
    if (sheet->view->suite->kind == CG_KIND_FACTORIAL)
        cg_append(sheet->under, sizeof sheet->under, ", fusion %s", cg_fusion_name(setting->fusion));
}

/* A panel for each set of a view. */
static void put_sets(struct cg_figure *figure, const struct cg_panel *panel, const struct cg_suite_view *view)
{
    for (int g = 0; g < view->n_groups && figure->panels < MAX_PANELS; g++) {
        const char *set = view->groups[g].group->set;
        struct sheet sheet = {.figure = figure, .view = view};
        bool seen = cg_group_is(&view->groups[g], "overhead");
        for (int k = 0; k < g && !seen; k++)
            seen = cg_same_text(view->groups[k].group->set, set);
        if (seen)
            continue;
        name_sheet(&sheet, panel->device, set);
        for (int k = g; k < view->n_groups; k++)
            if (cg_same_text(view->groups[k].group->set, set))
                put_line(&sheet, &view->groups[k], CG_PAPER_ARM, 0, short_name(view->groups[k].group).text);
    }
}

/* A panel for each device of the paper, a line a scale. */
static void put_paper(struct cg_figure *figure, const struct cg_suite_view *view)
{
    const struct cg_group_view *group = &view->groups[0];
    const bool slope = view->suite->kind == CG_KIND_SLOPE;
    if (view->suite->name[0] != 'g' || strlen(view->suite->name) != 2 || !has_baseline(group))
        return;
    for (int d = 0; d < CG_PAPER_DEVICE_COUNT && figure->panels < MAX_PANELS; d++) {
        struct sheet sheet = {.figure = figure, .view = view};
        snprintf(sheet.head, sizeof sheet.head, "%.70s", cg_paper_devices[d].title);
        snprintf(sheet.under, sizeof sheet.under, "as published%s%s%s", slope ? ", " : "",
                 slope ? cg_paper_devices[d].word : "", slope ? " set" : "");
        for (int scale = 1; scale <= 4; scale *= 2)
            put_line(&sheet, group, (enum cg_paper_device)d, scale,
                     (slope ? cg_phrase("x%d", scale) : cg_phrase("c = %d", 32 * scale)).text);
    }
}

/* Panels of every view that was measured; device, engine, threads and n of what is shown: panels name them
 * where they differ. */
static void put_panels(struct cg_figure *figure, const struct cg_panel *panels, int n)
{
    int wanted = 0, shown = 0, fewest = 0;
    const struct cg_suite_view *first = NULL;
    for (int p = 0; p < n; p++)
        for (int v = 0; v < panels[p].views.n; v++) {
            const struct cg_suite_view *view = panels[p].views.items[v];
            if (view->measured < 2)
                continue;
            first = wanted++ == 0 ? view : first;
            fewest = fewest == 0 || view->processes < fewest ? view->processes : fewest;
            if (figure->panels >= MAX_PANELS - CG_PAPER_DEVICE_COUNT)
                continue;
            put_sets(figure, &panels[p], view);
            shown++;
        }
    if (!first)
        return;
    put_paper(figure, first);
    const struct cg_group_view *group = &first->groups[0];
    cg_figure_text(
        figure, "ylabel",
        cg_phrase("speed%s (%.40s = 1)", first->suite->kind == CG_KIND_SLOPE ? " per madd" : "",
                  has_baseline(group) ? cg_case_words(group->cases[group->group->baseline].c) : "baseline")
            .text);
    if (wanted == 1)
        cg_figure_say(figure, "%.100s; %.200s; n = %d process%s a case", panels[0].device,
                      cg_setting_words(&first->setting).text, fewest, fewest == 1 ? "" : "es");
    else
        cg_figure_say(figure, "Device, engine and threads head each panel; n = %d or more processes a case",
                      fewest);
    cg_figure_say(figure,
                  ". Bars: 95 %% intervals%s, cut at the axis; the paper's devices are point values.%s",
                  fewest == 1 ? " (within the process)" : "",
                  shown < wanted ? " Only the first panels are shown." : "");
}

void cg_plot_guideline(struct cg_figures *figures, const struct cg_panel *panels, int n)
{
    const struct cg_suite_record *suite = panels[0].views.suite;
    struct cg_figure *figure =
        cg_is_guideline(suite)
            ? cg_figure_begin(figures, "guideline", cg_phrase("guideline %.60s", suite->name).text,
                              suite->title ? suite->title : cg_subject(suite).text)
            : NULL;
    if (!figure)
        return;
    fputs("# step; relative speed; low; high; case\n", figure->data);
    put_panels(figure, panels, n);
    cg_figure_end(figures, figure, true);
}
