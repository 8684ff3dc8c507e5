#include "report/plots.h"

#include "report/axes.h"
#include "report/escape.h"
#include "report/paper.h"

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

/* Of all points that are drawn: panels share the axis, so that devices can be compared by eye. */
struct extent {
    double lowest, highest; /* of the values; bars do not count */
    double highest_bar;
};

static void extend(struct extent *extent, double value, double bar)
{
    extent->lowest = fmin(extent->lowest, value);
    extent->highest = fmax(extent->highest, value);
    extent->highest_bar = fmax(extent->highest_bar, bar);
}

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static const char *label_of(const struct cg_case_record *c)
{
    return c->label ? c->label : c->name;
}

/* A series of its own ("parallel" after "series") starts a line of its own. */
static void start_series(struct cg_figure *figure, const struct cg_case_record *c, const char **series)
{
    if (c->series && *series && strcmp(c->series, *series) != 0)
        putc('\n', figure->data);
    if (c->series)
        *series = c->series;
}

/* One line: the cases of a group in their order (of one series), speed relative to the baseline. */
static bool put_group(struct cg_figure *figure, const struct cg_suite_view *view,
                      const struct cg_group_view *group, struct extent *extent)
{
    int points = 0;
    const char *series = NULL;
    for (int i = 0; i < group->n_cases; i++) {
        const struct cg_case_view *c = &group->cases[i];
        const struct cg_estimate e = view->suite->kind == CG_KIND_SLOPE ? c->ratio : c->time_ratio;
        const struct cg_interval ratio = c->baseline ? (struct cg_interval){1, 1, 1} : cg_ratio_of(e);
        if (!c->record || isnan(ratio.value))
            continue;
        start_series(figure, c->c, &series);
        extend(extent, 1 / ratio.value, isnan(ratio.low) ? 0 : 1 / ratio.low);
        fprintf(figure->data, "%d %.6g %.6g %.6g ", i, 1 / ratio.value,
                1 / (isnan(ratio.high) ? ratio.value : ratio.high),
                1 / (isnan(ratio.low) ? ratio.value : ratio.low));
        cg_put_gnuplot_data(label_of(c->c), figure->data);
        putc('\n', figure->data);
        points++;
    }
    return points > 1;
}

/* The paper's own line for a column and scale. */
static bool put_paper(struct cg_figure *figure, const struct cg_suite_view *view,
                      const struct cg_group_view *group, enum cg_paper_column column, int scale,
                      struct extent *extent)
{
    int points = 0;
    const char *series = NULL;
    const int baseline = group->group->baseline;
    if (baseline < 0 || baseline >= group->n_cases)
        return false;
    for (int i = 0; i < group->n_cases; i++) {
        const struct cg_case_record *c = group->cases[i].c;
        const double ratio =
            view->suite->kind == CG_KIND_SLOPE
                ? cg_paper_slope_ratio(view->suite->name, column, scale, label_of(c))
                : cg_paper_factorial_ratio(column, scale, c->levels, group->cases[baseline].c->levels);
        if (isnan(ratio))
            continue;
        start_series(figure, c, &series);
        extend(extent, 1 / ratio, 0);
        fprintf(figure->data, "%d %.6g %.6g %.6g ", i, 1 / ratio, 1 / ratio, 1 / ratio);
        cg_put_gnuplot_data(label_of(c), figure->data);
        putc('\n', figure->data);
        points++;
    }
    return points > 1;
}

static void add_line(struct sheet *sheet, struct cg_figure *figure, const char *name, bool bars, bool filled)
{
    if (!filled || sheet->n == MAX_LINES)
        return;
    struct line *line = &sheet->lines[sheet->n++];
    snprintf(line->name, sizeof line->name, "%s", name);
    line->bars = bars;
    line->block = cg_figure_end_block(figure);
}

/* A group's title without what the head of the panel says already: "n = 96" of "matched multiply-adds, n =
 * 96". */
static void short_name(const struct cg_group_record *group, char *name, size_t size)
{
    static const char matched[] = "matched multiply-adds";
    const char *title = group->title ? group->title : group->name;
    if (strncmp(title, matched, sizeof matched - 1) == 0)
        title += sizeof matched - 1;
    while (*title == ' ' || *title == ',' || *title == '(')
        title++;
    snprintf(name, size, "%.40s", *title && strncmp(title, "within", 6) != 0 ? title : "matched");
    char *bracket = strchr(name, ')');
    if (bracket && !strchr(name, '('))
        *bracket = '\0';
}

/* A sheet for each set of a view. */
static void add_sets(struct cg_figure *figure, const struct cg_panel *panel, const struct cg_suite_view *view,
                     struct sheet *sheets, int *n, struct extent *extent)
{
    for (int g = 0; g < view->n_groups && *n < MAX_PANELS; g++) {
        bool seen = false;
        for (int k = 0; k < g && !seen; k++)
            seen = same_text(view->groups[k].group->set, view->groups[g].group->set);
        if (seen)
            continue;
        struct sheet *sheet = &sheets[*n];
        const char *set = view->groups[g].group->set;
        *sheet = (struct sheet){.labels = &view->groups[g]};
        snprintf(sheet->title, sizeof sheet->title, "%.70s", panel->device);
        snprintf(sheet->setting, sizeof sheet->setting, "%.20s, %d thread%s%s%.20s%s%s",
                 view->setting.engine ? view->setting.engine : "?", view->setting.threads,
                 view->setting.threads == 1 ? "" : "s", set ? ", " : "",
                 !set                          ? ""
                 : strcmp(set, "arm") == 0     ? "ARM set"
                 : strcmp(set, "gpu") == 0     ? "GPU set"
                 : strcmp(set, "matched") == 0 ? "equal multiply-adds"
                                               : set,
                 view->suite->kind == CG_KIND_FACTORIAL ? ", fusion " : "",
                 view->suite->kind == CG_KIND_FACTORIAL ? cg_fusion_name(view->setting.fusion) : "");
        for (int k = g; k < view->n_groups; k++) {
            const struct cg_group_view *group = &view->groups[k];
            char name[48];
            if (!same_text(group->group->set, set))
                continue;
            if (set && (strcmp(set, "arm") == 0 || strcmp(set, "gpu") == 0))
                snprintf(name, sizeof name, "x%d", group->group->scale);
            else
                short_name(group->group, name, sizeof name);
            add_line(sheet, figure, name, true, put_group(figure, view, group, extent));
        }
        *n += sheet->n > 0;
    }
}

static void add_paper(struct cg_figure *figure, const struct cg_suite_view *view, struct sheet *sheets,
                      int *n, struct extent *extent)
{
    const bool paper_suite = view->suite->name[0] == 'g' && strlen(view->suite->name) == 2;
    for (int p = 0; p < CG_PAPER_COLUMN_COUNT && paper_suite && *n < MAX_PANELS; p++) {
        struct sheet *sheet = &sheets[*n];
        *sheet = (struct sheet){.labels = &view->groups[0]};
        snprintf(sheet->title, sizeof sheet->title, "%.70s", cg_paper_title((enum cg_paper_column)p));
        snprintf(sheet->setting, sizeof sheet->setting, "as published%s%s%s",
                 view->suite->kind == CG_KIND_SLOPE ? ", " : "",
                 view->suite->kind == CG_KIND_SLOPE ? cg_paper_word((enum cg_paper_column)p) : "",
                 view->suite->kind == CG_KIND_SLOPE ? " set" : "");
        for (int scale = 1; scale <= 4; scale *= 2) {
            char name[48];
            if (view->suite->kind == CG_KIND_FACTORIAL)
                snprintf(name, sizeof name, "c = %d", 32 * scale);
            else
                snprintf(name, sizeof name, "x%d", scale);
            add_line(sheet, figure, name, false,
                     put_paper(figure, view, &view->groups[0], (enum cg_paper_column)p, scale, extent));
        }
        *n += sheet->n > 0;
    }
}

/* Characters of the longest label of any sheet, within reason. */
static int longest_label(const struct sheet *sheets, int n)
{
    int longest = 1;
    for (int s = 0; s < n; s++)
        for (int i = 0; i < sheets[s].labels->n_cases; i++) {
            const int width = cg_text_width(label_of(sheets[s].labels->cases[i].c));
            longest = width > longest ? width : longest;
        }
    return longest < 40 ? longest : 40;
}

#define TIC_PX 7.5 /* of a character of a tic's label */

/* Whether the labels fit side by side: else they are written at an angle. */
static bool is_flat(const struct sheet *sheets, int n, double panel_px)
{
    int most = 1;
    for (int s = 0; s < n; s++)
        most = sheets[s].labels->n_cases > most ? sheets[s].labels->n_cases : most;
    return longest_label(sheets, n) * TIC_PX < panel_px / most - 6;
}

static void put_tics(const struct sheet *sheet, bool flat, FILE *out)
{
    fputs("set xtics (", out);
    for (int i = 0; i < sheet->labels->n_cases; i++) {
        fputs(i ? ", " : "", out);
        cg_put_gnuplot(label_of(sheet->labels->cases[i].c), out);
        fprintf(out, " %d", i);
    }
    fputs(flat ? ") norotate" : ") rotate by 40 right", out);
    fputs(" noenhanced font ',10'\n", out);
}

#define LEFT_PX      84.0
#define RIGHT_PX     16.0
#define HEAD_PX      48.0 /* a panel's two lines */
#define PLOT_PX      210.0
#define TITLE_PX     48.0
#define LEGEND_SHARE 0.17 /* of a panel's height that a legend takes */

struct layout {
    int columns, rows;
    double panel_px, below_px; /* a plot's width; room below it */
    bool flat;
};

static struct layout layout_of(const struct sheet *sheets, int n)
{
    struct layout layout = {.columns = n == 1 ? 1 : n == 2 || n == 4 ? 2 : 3};
    layout.rows = n > 0 ? (n + layout.columns - 1) / layout.columns : 1;
    layout.panel_px = (layout.columns == 3 ? 400 : 480) - LEFT_PX - RIGHT_PX;
    layout.flat = is_flat(sheets, n, layout.panel_px);
    layout.below_px = layout.flat ? 52 : 36 + 0.643 * 7.0 * longest_label(sheets, n);
    return layout;
}

/* The axis starts at 0; the legend takes the end where no point lies. Returns the top; *below: legend at the
 * bottom. */
static double settle_axis(const struct extent *extent, bool *below)
{
    double top = extent->highest * 1.15;
    *below = extent->lowest > LEGEND_SHARE * 1.1 * top;
    return *below ? top : top / (1 - LEGEND_SHARE);
}

static void write_sheets(struct cg_figure *figure, const struct cg_suite_view *view,
                         const struct sheet *sheets, int n, const struct layout *layout,
                         const struct extent *extent)
{
    FILE *out = figure->script;
    bool below;
    const double top = settle_axis(extent, &below);
    const double row_px = HEAD_PX + PLOT_PX + layout->below_px;
    const struct cg_group_record *first = view->groups[0].group;
    const struct cg_case_record *base =
        first->baseline >= 0 && first->baseline < first->n_cases ? first->cases[first->baseline] : NULL;
    char axis[160];
    if (view->suite->kind == CG_KIND_SLOPE)
        snprintf(axis, sizeof axis, "speed per madd (%.40s = 1)", base ? label_of(base) : "baseline");
    else
        snprintf(axis, sizeof axis, "speed (%.40s = 1)", base ? label_of(base) : "baseline");
    fputs("set multiplot title ", out);
    cg_put_gnuplot(figure->title, out);
    fputs(" noenhanced font ',16'\nset ylabel ", out);
    cg_put_gnuplot(axis, out);
    fprintf(out,
            " noenhanced font ',11' offset 1.5,0\nset yrange [0:%.4g]\nset tics font ',11'\nset key inside "
            "%s horizontal "
            "samplen 2 font ',11'\n",
            top, below ? "bottom center" : "top center");
    for (int s = 0; s < n; s++) {
        const double left = LEFT_PX + (s % layout->columns) * (LEFT_PX + layout->panel_px + RIGHT_PX),
                     head = figure->height - TITLE_PX - (s / layout->columns) * row_px;
        const struct cg_area area = {left, left + layout->panel_px, head - HEAD_PX - PLOT_PX, head - HEAD_PX};
        cg_area_put(&area, figure);
        put_tics(&sheets[s], layout->flat, out);
        fprintf(out, "set xrange [-0.4:%.1f]\nset title ", sheets[s].labels->n_cases - 0.6);
        cg_put_gnuplot(sheets[s].title, out);
        fputs(".\"\\n\".", out);
        cg_put_gnuplot(sheets[s].setting, out);
        fputs(" noenhanced font ',12'\nplot 1 with lines lc rgb '#777777' dt 1 lw 1 notitle", out);
        for (int l = 0; l < sheets[s].n; l++) {
            char style[96], bars[96];
            const struct line *line = &sheets[s].lines[l];
            const double aside = (l - (sheets[s].n - 1) / 2.0) * 0.08;
            cg_figure_style(l, style, sizeof style);
            cg_figure_bar_style(l, bars, sizeof bars);
            if (line->bars)
                fprintf(out, ", \\\n  '%s.dat' index %d using ($1+%g):2:3:4 with yerrorbars %s notitle",
                        figure->slug, line->block, aside, bars);
            fprintf(out, ", \\\n  '%s.dat' index %d using ($1+%g):2 with linespoints %s title ", figure->slug,
                    line->block, aside, style);
            cg_put_gnuplot(line->name, out);
        }
        putc('\n', out);
    }
    fputs("unset multiplot\n", out);
}

/* Device, engine, threads and n of what is shown; panels name them where they differ. */
static void say_caption(struct cg_figure *figure, const struct cg_panel *panels, int n,
                        const struct cg_suite_view *view, int settings, bool cut, bool left_out)
{
    char setting[256], subject[400];
    int fewest = 0;
    cg_setting_text(&view->setting, setting, sizeof setting);
    for (int p = 0; p < n; p++)
        for (int v = 0; v < panels[p].views.n; v++) {
            const int processes = panels[p].views.items[v]->processes;
            if (panels[p].views.items[v]->measured > 1 && (fewest == 0 || processes < fewest))
                fewest = processes;
        }
    if (settings == 1)
        snprintf(subject, sizeof subject, "%.100s; %.200s; n = %d process%s a case", panels[0].device,
                 setting, fewest, fewest == 1 ? "" : "es");
    else
        snprintf(subject, sizeof subject,
                 "Device, engine and threads head each panel; n = %d or more processes a case", fewest);
    snprintf(figure->caption, sizeof figure->caption,
             "%.330s. Bars: 95 %% intervals%s%s; the paper's devices are point values.%s", subject,
             fewest == 1 ? " (within the process)" : "", cut ? ", cut at the axis" : "",
             left_out ? " Only the first panels are shown." : "");
}

enum cg_status cg_plot_guideline(struct cg_canvas *canvas, const struct cg_panel *panels, int n,
                                 struct cg_error *err)
{
    const struct cg_suite_view *view = NULL;
    int wanted = 0, shown = 0, n_sheets = 0;
    for (int p = 0; p < n; p++)
        for (int v = 0; v < panels[p].views.n; v++)
            if (panels[p].views.items[v]->measured > 1) {
                view = view ? view : panels[p].views.items[v];
                wanted++;
            }
    if (!view || (view->suite->kind != CG_KIND_SLOPE && view->suite->kind != CG_KIND_FACTORIAL))
        return CG_OK;
    struct sheet *sheets = calloc(MAX_PANELS, sizeof *sheets);
    char slug[96], text[96], subject[256];
    cg_say_subject(view->suite, subject, sizeof subject);
    snprintf(text, sizeof text, "guideline %.60s", view->suite->name);
    cg_slug(text, slug, sizeof slug);
    struct cg_figure *figure = sheets ? cg_figure_begin(canvas->figures, canvas->folder, slug, err) : NULL;
    if (!figure) {
        free(sheets);
        return sheets ? CG_IO : cg_fail(err, CG_NO_MEMORY, "no memory for a figure");
    }
    snprintf(figure->title, sizeof figure->title, "%.190s",
             view->suite->title ? view->suite->title : subject);
    struct extent extent = {1, 1, 1};
    for (int p = 0; p < n; p++)
        for (int v = 0; v < panels[p].views.n; v++)
            if (panels[p].views.items[v]->measured > 1 && n_sheets < MAX_PANELS - CG_PAPER_COLUMN_COUNT) {
                add_sets(figure, &panels[p], panels[p].views.items[v], sheets, &n_sheets, &extent);
                shown++;
            }
    add_paper(figure, view, sheets, &n_sheets, &extent);
    const struct layout layout = layout_of(sheets, n_sheets);
    figure->width = (int)(layout.columns * (LEFT_PX + layout.panel_px + RIGHT_PX));
    figure->height = (int)(TITLE_PX + layout.rows * (HEAD_PX + PLOT_PX + layout.below_px));
    cg_figure_head(figure);
    write_sheets(figure, view, sheets, n_sheets, &layout, &extent);
    bool below;
    say_caption(figure, panels, n, view, wanted, extent.highest_bar > settle_axis(&extent, &below),
                shown < wanted);
    free(sheets);
    return cg_figure_end(figure, err);
}
