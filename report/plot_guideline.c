#include "report/plots.h"

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

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static const char *label_of(const struct cg_case_record *c)
{
    return c->label ? c->label : c->name;
}

/* One line: the cases of a group in their order (of one series), speed relative to the baseline. */
static bool put_group(struct cg_figure *figure, const struct cg_suite_view *view,
                      const struct cg_group_view *group)
{
    int points = 0;
    for (int i = 0; i < group->n_cases; i++) {
        const struct cg_case_view *c = &group->cases[i];
        const struct cg_estimate e = view->suite->kind == CG_KIND_SLOPE ? c->ratio : c->time_ratio;
        const struct cg_interval ratio = c->baseline ? (struct cg_interval){1, 1, 1} : cg_ratio_of(e);
        if (!c->record || isnan(ratio.value))
            continue;
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
                      const struct cg_group_view *group, enum cg_paper_column column, int scale)
{
    int points = 0;
    for (int i = 0; i < group->n_cases; i++) {
        const struct cg_case_record *c = group->cases[i].c;
        const double ratio =
            view->suite->kind == CG_KIND_SLOPE
                ? cg_paper_slope_ratio(view->suite->name, column, scale, label_of(c))
                : cg_paper_factorial_ratio(column, scale, c->levels[0] == 1, c->levels[1] == 1);
        if (isnan(ratio))
            continue;
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

/* A sheet for each set of a view. */
static void add_sets(struct cg_figure *figure, const struct cg_panel *panel, const struct cg_suite_view *view,
                     struct sheet *sheets, int *n)
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
                 !set                      ? ""
                 : strcmp(set, "arm") == 0 ? "ARM set"
                 : strcmp(set, "gpu") == 0 ? "GPU set"
                                           : set,
                 view->suite->kind == CG_KIND_FACTORIAL ? ", fusion " : "",
                 view->suite->kind == CG_KIND_FACTORIAL && view->setting.fusion ? view->setting.fusion : "");
        for (int k = g; k < view->n_groups; k++) {
            const struct cg_group_view *group = &view->groups[k];
            char name[48];
            if (!same_text(group->group->set, set))
                continue;
            if (set && (strcmp(set, "arm") == 0 || strcmp(set, "gpu") == 0))
                snprintf(name, sizeof name, "x%d", group->group->scale);
            else
                snprintf(name, sizeof name, "%.40s",
                         group->group->title ? group->group->title : group->group->name);
            add_line(sheet, figure, name, true, put_group(figure, view, group));
        }
        *n += sheet->n > 0;
    }
}

static void add_paper(struct cg_figure *figure, const struct cg_suite_view *view, struct sheet *sheets,
                      int *n)
{
    const bool paper_suite = view->suite->name[0] == 'g' && strlen(view->suite->name) == 2;
    for (int p = 0; p < CG_PAPER_COLUMN_COUNT && paper_suite && *n < MAX_PANELS; p++) {
        struct sheet *sheet = &sheets[*n];
        *sheet = (struct sheet){.labels = &view->groups[0]};
        snprintf(sheet->title, sizeof sheet->title, "%.70s", cg_paper_title((enum cg_paper_column)p));
        for (int scale = 1; scale <= 4; scale *= 2) {
            char name[48];
            if (view->suite->kind == CG_KIND_FACTORIAL)
                snprintf(name, sizeof name, "c = %d", 32 * scale);
            else
                snprintf(name, sizeof name, "x%d", scale);
            add_line(sheet, figure, name, false,
                     put_paper(figure, view, &view->groups[0], (enum cg_paper_column)p, scale));
        }
        *n += sheet->n > 0;
    }
}

static void put_tics(const struct sheet *sheet, FILE *out)
{
    fputs("set xtics (", out);
    for (int i = 0; i < sheet->labels->n_cases; i++) {
        fputs(i ? ", " : "", out);
        cg_put_gnuplot(label_of(sheet->labels->cases[i].c), out);
        fprintf(out, " %d", i);
    }
    fputs(") rotate by -90 noenhanced font ',10'\n", out);
}

/* Characters of the longest label of any sheet, within reason: the room below the axis. */
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

static void write_sheets(struct cg_figure *figure, const struct cg_suite_view *view,
                         const struct sheet *sheets, int n, int columns, int rows)
{
    FILE *out = figure->script;
    fprintf(out, "set multiplot layout %d,%d title ", rows, columns);
    cg_put_gnuplot(figure->title, out);
    fputs(".\"\\n \" noenhanced font ',16'\nset ylabel 'relative speed", out);
    fputs(view->suite->kind == CG_KIND_SLOPE ? " per madd'\n" : "'\n", out);
    fputs("set yrange [0:*]\nset rmargin 3\nset lmargin 10\nset key tmargin center horizontal samplen 3 font "
          "',11'\nset offsets "
          "0.3,0.3,0,0\n",
          out);
    fprintf(out, "set bmargin %d\n", 2 + longest_label(sheets, n) * 6 / 13);
    for (int s = 0; s < n; s++) {
        put_tics(&sheets[s], out);
        fputs("set title ", out);
        cg_put_gnuplot(sheets[s].title, out);
        fputs(".\"\\n\".", out);
        cg_put_gnuplot(sheets[s].setting, out);
        fputs(" noenhanced font ',12'\nplot 1 with lines lc rgb '#999999' dt 3 notitle", out);
        for (int l = 0; l < sheets[s].n; l++) {
            char style[96];
            const struct line *line = &sheets[s].lines[l];
            cg_figure_style(l, style, sizeof style);
            fprintf(out, ", \\\n  '%s.dat' index %d using ($1+%g):2 with linespoints %s title ", figure->slug,
                    line->block, (l - (sheets[s].n - 1) / 2.0) * 0.06, style);
            cg_put_gnuplot(line->name, out);
            if (line->bars)
                fprintf(out, ", \\\n  '%s.dat' index %d using ($1+%g):2:3:4 with yerrorbars %s notitle",
                        figure->slug, line->block, (l - (sheets[s].n - 1) / 2.0) * 0.06, style);
        }
        putc('\n', out);
    }
    fputs("unset multiplot\n", out);
}

enum cg_status cg_plot_guideline(struct cg_canvas *canvas, const struct cg_panel *panels, int n,
                                 struct cg_error *err)
{
    const struct cg_suite_view *view = NULL;
    int wanted = 0, most_cases = 0;
    for (int p = 0; p < n; p++)
        for (int v = 0; v < panels[p].views.n; v++)
            if (panels[p].views.items[v]->measured > 1) {
                view = view ? view : panels[p].views.items[v];
                wanted++;
            }
    if (!view || (view->suite->kind != CG_KIND_SLOPE && view->suite->kind != CG_KIND_FACTORIAL))
        return CG_OK;
    for (int g = 0; g < view->n_groups; g++)
        most_cases = view->groups[g].n_cases > most_cases ? view->groups[g].n_cases : most_cases;
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
    snprintf(figure->title, sizeof figure->title, "%.60s: speed%s relative to the baseline", subject,
             view->suite->kind == CG_KIND_SLOPE ? " per madd" : "");
    int n_sheets = 0;
    for (int p = 0; p < n; p++)
        for (int v = 0; v < panels[p].views.n; v++)
            if (panels[p].views.items[v]->measured > 1 && n_sheets < MAX_PANELS - CG_PAPER_COLUMN_COUNT)
                add_sets(figure, &panels[p], panels[p].views.items[v], sheets, &n_sheets);
    add_paper(figure, view, sheets, &n_sheets);
    const int columns = n_sheets < 3 ? n_sheets : 3, rows = columns ? (n_sheets + columns - 1) / columns : 1;
    figure->width = columns < 3 ? 60 + 480 * columns : 1200;
    figure->height = 60 + (300 + 8 * longest_label(sheets, n_sheets)) * rows;
    cg_figure_head(figure);
    write_sheets(figure, view, sheets, n_sheets, columns, rows);
    snprintf(figure->caption, sizeof figure->caption,
             "Baseline = 1; bars are 95 %% intervals (%d processes or more); the paper's devices are point "
             "values.%s",
             view->processes, wanted > n_sheets ? " The first panels are shown." : "");
    free(sheets);
    return cg_figure_end(figure, err);
}
