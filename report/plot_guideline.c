/* Relative speed over the steps of a guideline. */
#include "report/plots.h"

#include "base/text.h"
#include "report/axes.h"
#include "report/escape.h"
#include "report/paper.h"
#include "report/sentences.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MAX_LINES  24
#define MAX_PANELS 12

/* A line of points: relative speed (baseline 1) by position on the axis, with its interval where there is
 * one. */
struct line {
    char name[48];
    int block;
    bool bars;
};

struct sheet {
    char title[80], setting[120]; /* two lines of a head */
    int n;
    struct line lines[MAX_LINES];
    const struct cg_group_view *labels; /* whose cases stand on the axis */
};

struct plot {
    struct cg_figure *figure;
    const struct cg_suite_view *view; /* the first measured */
    int n;
    struct sheet sheets[MAX_PANELS];
    /* Of all points that are drawn: panels share the axis, so that devices can be compared by eye. Bars do
     * not count in the first two. */
    double lowest, highest, highest_bar;
};

static struct cg_interval measured_ratio(const struct cg_suite_view *view, const struct cg_case_view *c)
{
    if (!c->record)
        return (struct cg_interval){NAN, NAN, NAN};
    return c->baseline ? (struct cg_interval){1, 1, 1} : cg_ratio_of(cg_case_cost(view, c));
}

static struct cg_interval published_ratio(const struct cg_suite_view *view, const struct cg_group_view *group,
                                          int index, enum cg_paper_device device, int scale)
{
    const struct cg_case_record *c = group->cases[index].c, *base = group->cases[group->group->baseline].c;
    const double ratio = view->suite->kind == CG_KIND_SLOPE
                             ? cg_paper_slope_ratio(view->suite->name, device, scale, cg_case_words(c))
                             : cg_paper_factorial_ratio(device, scale, c->levels, base->levels);
    return (struct cg_interval){ratio, NAN, NAN};
}

/* Writes the point of case `index`. A series of its own ("parallel" after "series") starts a line of its
 * own. Returns whether there is one. */
static bool put_point(struct plot *plot, const struct cg_case_record *c, int index, struct cg_interval ratio,
                      const char **series)
{
    FILE *data = plot->figure->data;
    if (isnan(ratio.value))
        return false;
    if (c->series && *series && strcmp(c->series, *series) != 0)
        putc('\n', data);
    if (c->series)
        *series = c->series;
    plot->lowest = fmin(plot->lowest, 1 / ratio.value);
    plot->highest = fmax(plot->highest, 1 / ratio.value);
    plot->highest_bar = fmax(plot->highest_bar, isnan(ratio.low) ? 0 : 1 / ratio.low);
    fprintf(data, "%d %.6g %.6g %.6g ", index, 1 / ratio.value,
            1 / (isnan(ratio.high) ? ratio.value : ratio.high),
            1 / (isnan(ratio.low) ? ratio.value : ratio.low));
    cg_put_gnuplot_data(cg_case_words(c), data);
    putc('\n', data);
    return true;
}

/* The line of the points that were just written; fewer than two are none. */
static void add_line(struct plot *plot, struct sheet *sheet, const char *name, bool bars, int points)
{
    if (points < 2 || sheet->n == MAX_LINES)
        return;
    struct line *line = &sheet->lines[sheet->n++];
    snprintf(line->name, sizeof line->name, "%.40s", name);
    line->bars = bars;
    line->block = cg_figure_end_block(plot->figure);
}

/* A group's title without what the head of the panel says already: "n = 96" of "matched multiply-adds, n =
 * 96". */
static struct cg_phrase short_name(const struct cg_group_record *group)
{
    static const char matched[] = "matched multiply-adds";
    const char *title = group->title ? group->title : group->name;
    if (cg_paper_device_of_set(group->set) >= 0)
        return cg_phrase("x%d", group->scale);
    if (strncmp(title, matched, sizeof matched - 1) == 0)
        title += sizeof matched - 1;
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
    return !set          ? cg_phrase("%s", "")
           : device >= 0 ? cg_phrase(", %s set", cg_paper_devices[device].word)
                         : cg_phrase(", %.100s", strcmp(set, "matched") == 0 ? "equal multiply-adds" : set);
}

static void name_sheet(struct sheet *sheet, const struct cg_panel *panel, const struct cg_suite_view *view,
                       const char *set)
{
    const bool factorial = view->suite->kind == CG_KIND_FACTORIAL;
    snprintf(sheet->title, sizeof sheet->title, "%.70s", panel->device);
    cg_append(sheet->setting, sizeof sheet->setting, "%.20s, %s%.22s",
              view->setting.engine ? view->setting.engine : "?",
              cg_format_threads(view->setting.threads).text, set_words(set).text);
    if (factorial)
        cg_append(sheet->setting, sizeof sheet->setting, ", fusion %s", cg_fusion_name(view->setting.fusion));
}

/* A sheet for each set of a view. */
static void add_sets(struct plot *plot, const struct cg_panel *panel, const struct cg_suite_view *view)
{
    for (int g = 0; g < view->n_groups && plot->n < MAX_PANELS; g++) {
        const char *set = view->groups[g].group->set;
        struct sheet *sheet = &plot->sheets[plot->n];
        bool seen = false;
        for (int k = 0; k < g && !seen; k++)
            seen = cg_same_text(view->groups[k].group->set, set);
        if (seen)
            continue;
        *sheet = (struct sheet){.labels = &view->groups[g]};
        name_sheet(sheet, panel, view, set);
        for (int k = g; k < view->n_groups; k++) {
            const struct cg_group_view *group = &view->groups[k];
            const char *series = NULL;
            int points = 0;
            if (!cg_same_text(group->group->set, set))
                continue;
            for (int i = 0; i < group->n_cases; i++)
                points +=
                    put_point(plot, group->cases[i].c, i, measured_ratio(view, &group->cases[i]), &series);
            add_line(plot, sheet, short_name(group->group).text, true, points);
        }
        plot->n += sheet->n > 0;
    }
}

/* A sheet for each device of the paper, a line a scale. */
static void add_paper(struct plot *plot)
{
    const struct cg_suite_view *view = plot->view;
    const struct cg_group_view *group = &view->groups[0];
    const int baseline = group->group->baseline;
    const bool slope = view->suite->kind == CG_KIND_SLOPE;
    if (view->suite->name[0] != 'g' || strlen(view->suite->name) != 2 || baseline < 0 ||
        baseline >= group->n_cases)
        return;
    for (int d = 0; d < CG_PAPER_DEVICE_COUNT && plot->n < MAX_PANELS; d++) {
        struct sheet *sheet = &plot->sheets[plot->n];
        *sheet = (struct sheet){.labels = group};
        snprintf(sheet->title, sizeof sheet->title, "%.70s", cg_paper_devices[d].title);
        snprintf(sheet->setting, sizeof sheet->setting, "as published%s%s%s", slope ? ", " : "",
                 slope ? cg_paper_devices[d].word : "", slope ? " set" : "");
        for (int scale = 1; scale <= 4; scale *= 2) {
            const char *series = NULL;
            int points = 0;
            for (int i = 0; i < group->n_cases; i++)
                points += put_point(plot, group->cases[i].c, i,
                                    published_ratio(view, group, i, (enum cg_paper_device)d, scale), &series);
            add_line(plot, sheet, (slope ? cg_phrase("x%d", scale) : cg_phrase("c = %d", 32 * scale)).text,
                     false, points);
        }
        plot->n += sheet->n > 0;
    }
}

/* ---- layout ---- */

#define TIC_PX       7.5 /* of a character of a tic's label */
#define LEFT_PX      84.0
#define RIGHT_PX     16.0
#define HEAD_PX      48.0 /* a panel's two lines */
#define PLOT_PX      210.0
#define TITLE_PX     48.0
#define LEGEND_SHARE 0.17 /* of a panel's height that a legend takes */

struct layout {
    int columns, rows;
    double panel_px, below_px; /* a plot's width; room below it */
    bool flat;                 /* the labels fit side by side: else they are written at an angle */
};

static struct layout layout_of(const struct plot *plot)
{
    const int n = plot->n;
    int longest = 1, most = 1; /* characters of a label, within reason; labels of a sheet */
    for (int s = 0; s < n; s++) {
        const struct cg_group_view *labels = plot->sheets[s].labels;
        most = labels->n_cases > most ? labels->n_cases : most;
        for (int i = 0; i < labels->n_cases; i++) {
            const int width = cg_text_width(cg_case_words(labels->cases[i].c));
            longest = width > longest ? width : longest;
        }
    }
    longest = longest < 40 ? longest : 40;
    struct layout layout = {.columns = n == 1 ? 1 : n == 2 || n == 4 ? 2 : 3};
    layout.rows = n > 0 ? (n + layout.columns - 1) / layout.columns : 1;
    layout.panel_px = (layout.columns == 3 ? 400 : 480) - LEFT_PX - RIGHT_PX;
    layout.flat = longest * TIC_PX < layout.panel_px / most - 6;
    layout.below_px = layout.flat ? 52 : 36 + 0.643 * 7.0 * longest;
    return layout;
}

/* The axis starts at 0; the legend takes the end where no point lies. Returns the top; *below: legend at the
 * bottom. */
static double settle_axis(const struct plot *plot, bool *below)
{
    double top = plot->highest * 1.15;
    *below = plot->lowest > LEGEND_SHARE * 1.1 * top;
    return *below ? top : top / (1 - LEGEND_SHARE);
}

static void put_tics(const struct cg_group_view *labels, bool flat, FILE *out)
{
    fputs("set xtics (", out);
    for (int i = 0; i < labels->n_cases; i++) {
        cg_put_gnuplot_line(i ? ", " : "", cg_case_words(labels->cases[i].c), "", out);
        fprintf(out, " %d", i);
    }
    fputs(flat ? ") norotate" : ") rotate by 40 right", out);
    fputs(" noenhanced font ',10'\n", out);
}

static void put_sheet(const struct plot *plot, int s, const struct layout *layout)
{
    const struct sheet *sheet = &plot->sheets[s];
    FILE *out = plot->figure->script;
    const double row_px = HEAD_PX + PLOT_PX + layout->below_px,
                 left = LEFT_PX + (s % layout->columns) * (LEFT_PX + layout->panel_px + RIGHT_PX),
                 head = plot->figure->height - TITLE_PX - (s / layout->columns) * row_px;
    const struct cg_area area = {left, left + layout->panel_px, head - HEAD_PX - PLOT_PX, head - HEAD_PX};
    cg_area_put(&area, plot->figure);
    put_tics(sheet->labels, layout->flat, out);
    fprintf(out, "set xrange [-0.4:%.1f]\nset title ", sheet->labels->n_cases - 0.6);
    cg_put_gnuplot(sheet->title, out);
    cg_put_gnuplot_line(".\"\\n\".", sheet->setting,
                        " noenhanced font ',12'\nplot 1 with lines lc rgb '#777777' dt 1 lw 1 notitle", out);
    for (int l = 0; l < sheet->n; l++)
        cg_figure_put_line(plot->figure,
                           &(struct cg_figure_line){sheet->lines[l].block, l,
                                                    (l - (sheet->n - 1) / 2.0) * 0.08, sheet->lines[l].bars,
                                                    sheet->lines[l].name},
                           false);
    putc('\n', out);
}

static void put_sheets(const struct plot *plot, const struct layout *layout)
{
    FILE *out = plot->figure->script;
    bool below;
    const double top = settle_axis(plot, &below);
    const struct cg_group_record *first = plot->view->groups[0].group;
    const char *base = first->baseline >= 0 && first->baseline < first->n_cases
                           ? cg_case_words(first->cases[first->baseline])
                           : "baseline";
    cg_figure_panels(plot->figure);
    cg_put_gnuplot_line(
        "set ylabel ",
        cg_phrase("speed%s (%.40s = 1)", plot->view->suite->kind == CG_KIND_SLOPE ? " per madd" : "", base)
            .text,
        " noenhanced font ',11' offset 1.5,0\n", out);
    fprintf(out,
            "set yrange [0:%.4g]\nset tics font ',11'\nset key inside %s horizontal samplen 2 font ',11'\n",
            top, below ? "bottom center" : "top center");
    for (int s = 0; s < plot->n; s++)
        put_sheet(plot, s, layout);
    cg_figure_panels_end(plot->figure);
}

/* ---- the whole ---- */

/* What of the panels is drawn. */
struct extent {
    int wanted, shown; /* views */
    int processes;     /* fewest of a case */
};

/* Device, engine, threads and n of what is shown; panels name them where they differ. */
static void say_caption(const struct plot *plot, const char *device, const struct extent *extent)
{
    const int fewest = extent->processes;
    bool below;
    if (extent->wanted == 1)
        cg_figure_say(plot->figure, "%.100s; %.200s; n = %d process%s a case", device,
                      cg_setting_words(&plot->view->setting).text, fewest, fewest == 1 ? "" : "es");
    else
        cg_figure_say(plot->figure,
                      "Device, engine and threads head each panel; n = %d or more processes a case", fewest);
    cg_figure_say(plot->figure, ". Bars: 95 %% intervals%s%s; the paper's devices are point values.%s",
                  fewest == 1 ? " (within the process)" : "",
                  plot->highest_bar > settle_axis(plot, &below) ? ", cut at the axis" : "",
                  extent->shown < extent->wanted ? " Only the first panels are shown." : "");
}

static void draw(struct plot *plot, const struct cg_panel *panels, int n)
{
    struct extent extent = {0};
    for (int p = 0; p < n; p++)
        for (int v = 0; v < panels[p].views.n; v++) {
            const struct cg_suite_view *view = panels[p].views.items[v];
            if (view->measured < 2)
                continue;
            extent.wanted++;
            if (extent.processes == 0 || view->processes < extent.processes)
                extent.processes = view->processes;
            if (plot->n < MAX_PANELS - CG_PAPER_DEVICE_COUNT) {
                add_sets(plot, &panels[p], view);
                extent.shown++;
            }
        }
    add_paper(plot);
    const struct layout layout = layout_of(plot);
    plot->figure->width = (int)(layout.columns * (LEFT_PX + layout.panel_px + RIGHT_PX));
    plot->figure->height = (int)(TITLE_PX + layout.rows * (HEAD_PX + PLOT_PX + layout.below_px));
    put_sheets(plot, &layout);
    say_caption(plot, panels[0].device, &extent);
}

void cg_plot_guideline(struct cg_figures *figures, const struct cg_panel *panels, int n)
{
    const struct cg_suite_view *view = NULL;
    for (int p = 0; p < n && !view; p++)
        for (int v = 0; v < panels[p].views.n && !view; v++)
            if (panels[p].views.items[v]->measured > 1)
                view = panels[p].views.items[v];
    if (!view || !cg_is_guideline(view->suite))
        return;
    struct plot *plot = cg_figures_memory(figures, sizeof *plot);
    struct cg_figure *figure =
        cg_figure_begin(figures, cg_phrase("guideline %.60s", view->suite->name).text,
                        view->suite->title ? view->suite->title : cg_subject(view->suite).text);
    if (figure) {
        *plot = (struct plot){.figure = figure, .view = view, .lowest = 1, .highest = 1, .highest_bar = 1};
        draw(plot, panels, n);
        cg_figure_end(figures, figure);
    }
    free(plot);
}
