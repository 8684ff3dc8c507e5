/* Figures over devices and over threads: small multiples. */
#include "report/plots.h"

#include "report/cloud.h"
#include "report/escape.h"

#include <math.h>
#include <stdlib.h>

#define MAX_DEVICES 24
#define COLUMNS     4
#define TITLE_PX    40
#define PANEL_HEAD  20 /* above the panels, for their titles */
#define CELL_PX     275

struct multiples {
    int n;
    struct cg_cloud clouds[MAX_DEVICES];
    struct cg_scatter scatters[MAX_DEVICES];
    const char *heads[MAX_DEVICES];
};

/* The networks of each panel's first setting, on axes that hold them all. */
static void gather(struct multiples *m, const struct cg_panel *panels, int n)
{
    struct cg_axis x_axis = cg_axis_empty(true), y_axis = cg_axis_empty(true);
    for (int p = 0; p < n && m->n < MAX_DEVICES; p++) {
        struct cg_cloud *cloud = &m->clouds[m->n];
        if (panels[p].views.n == 0)
            continue;
        cg_cloud_of_view(panels[p].views.items[0], cloud);
        if (cloud->n < 2)
            continue;
        struct cg_scatter *scatter = &m->scatters[m->n];
        *scatter = (struct cg_scatter){
            .cloud = cloud, .x = CG_POINT_MADDS, .y = CG_POINT_SPEED, .x_axis = x_axis, .y_axis = y_axis};
        cg_scatter_include(scatter);
        x_axis = scatter->x_axis;
        y_axis = scatter->y_axis;
        m->heads[m->n++] = panels[p].device;
    }
    cg_axis_pad(&x_axis);
    cg_axis_pad(&y_axis);
    for (int s = 0; s < m->n; s++) {
        m->scatters[s].x_axis = x_axis;
        m->scatters[s].y_axis = y_axis;
    }
}

static void draw_multiples(struct multiples *m, struct cg_figure *figure)
{
    const int columns = m->n < COLUMNS ? (m->n ? m->n : 1) : COLUMNS, rows = (m->n + columns - 1) / columns;
    const struct cg_cloud *all[MAX_DEVICES] = {NULL};
    for (int s = 0; s < m->n; s++)
        all[s] = &m->clouds[s];
    figure->width = columns < 3 ? 760 : 1200;
    const int legend_px = cg_cloud_legend_height(all, m->n, figure->width - 40.0),
              head = TITLE_PX + legend_px + PANEL_HEAD;
    figure->height = head + CELL_PX * (rows ? rows : 1);
    const double cell = (double)figure->width / columns, under_title = figure->height - (double)TITLE_PX;
    for (int s = 0; s < m->n; s++) {
        const double left = cell * (s % columns),
                     top = figure->height - head - (double)CELL_PX * (s / columns);
        m->scatters[s].figure = figure;
        m->scatters[s].area = (struct cg_area){left + 76, left + cell - 12, top - 205, top - 20};
        cg_scatter_data(&m->scatters[s]);
    }
    cg_figure_panels(figure);
    const struct cg_area legend = {20, figure->width - 20.0, under_title - legend_px, under_title};
    cg_cloud_legend(all, m->n, figure, &legend);
    fputs("set xtics font ',9'\nset ytics font ',9'\nset xlabel 'M multiply-adds' font ',10'\nset "
          "ylabel 'images / s' font ',10' offset 1.5,0\n",
          figure->script);
    for (int s = 0; s < m->n; s++) {
        cg_put_gnuplot_line("set title ", cg_phrase("%.60s", m->heads[s]).text, " noenhanced font ',10'\n",
                            figure->script);
        cg_scatter_plot(&m->scatters[s], "");
    }
    cg_figure_panels_end(figure);
}

void cg_plot_small_multiples(struct cg_figures *figures, const struct cg_panel *panels, int n)
{
    struct multiples *m = cg_figures_memory(figures, sizeof *m);
    struct cg_figure *figure =
        cg_figure_begin(figures, "devices-speed", "Speed over multiply-adds, device by device");
    if (figure) {
        gather(m, panels, n);
        cg_figure_say(figure, "The first setting of each file%s; all panels on the same axes.",
                      n > m->n ? " (the first 24 files)" : "");
        draw_multiples(m, figure);
        cg_figure_end(figures, figure);
    }
    free(m);
}

/* ---- threads ---- */

#define MAX_LINES  CG_FIGURE_STYLES /* of a panel: more would repeat styles */
#define MAX_PANELS 6
#define HEAD_PX    44
#define PANEL_PX   350

/* One setting at the fewest threads, and its networks' lines. */
struct thread_panel {
    const struct cg_suite_view *base;
    int n_lines;
    int blocks[MAX_LINES];
    const char *names[MAX_LINES];
};

struct threads {
    struct cg_figure *figure;
    const struct cg_suite_views *views;
    int fewest, most, processes, left_out, n;
    struct thread_panel panels[MAX_PANELS];
};

/* A line for a case: threads, speed-up over the base, its interval. False with no memory. */
static bool put_line(struct threads *t, struct thread_panel *panel, int index)
{
    const struct cg_case_view *c = &panel->base->cases[index];
    FILE *data = t->figure->data;
    int points = 0;
    for (int w = 0; c->record && w < t->views->n; w++) {
        const struct cg_suite_view *view = t->views->items[w];
        const struct cg_record *record = view->cases[index].record;
        struct cg_setting other = view->setting;
        struct cg_estimate ratio = {.mean = 0, .low = 0, .high = 0};
        other.threads = panel->base->setting.threads;
        if (!record || !(record->time.median > 0) || !cg_setting_equal(&other, &panel->base->setting))
            continue;
        if (panel->n_lines == MAX_LINES) {
            t->left_out++;
            return true;
        }
        if (record != c->record && !cg_record_log_ratio(c->record, record, &ratio, NULL))
            return false;
        if (isnan(ratio.mean))
            continue;
        fprintf(data, "%d %.6g %.6g %.6g\n", view->setting.threads, exp(ratio.mean),
                exp(isnan(ratio.low) ? ratio.mean : ratio.low),
                exp(isnan(ratio.high) ? ratio.mean : ratio.high));
        points++;
    }
    if (points == 0)
        return true;
    const int block = cg_figure_end_block(t->figure);
    if (points > 1) {
        panel->names[panel->n_lines] = cg_case_words(c->c);
        panel->blocks[panel->n_lines++] = block;
    }
    return true;
}

/* The panels with their data. False with no memory. */
static bool gather_lines(struct threads *t)
{
    for (int v = 0; v < t->views->n && t->n < MAX_PANELS; v++) {
        struct thread_panel *panel = &t->panels[t->n];
        if (t->views->items[v]->setting.threads != t->fewest)
            continue;
        *panel = (struct thread_panel){.base = t->views->items[v]};
        for (int i = 0; i < panel->base->n_cases; i++)
            if (!put_line(t, panel, i))
                return false;
        t->n += panel->n_lines > 0;
    }
    return true;
}

static void put_thread_tics(const struct threads *t)
{
    const char *comma = "";
    fputs("set xtics (", t->figure->script);
    for (int v = 0; v < t->views->n; v++) {
        bool seen = false;
        for (int b = 0; b < v && !seen; b++)
            seen = t->views->items[b]->setting.threads == t->views->items[v]->setting.threads;
        if (seen)
            continue;
        fprintf(t->figure->script, "%s%d", comma, t->views->items[v]->setting.threads);
        comma = ", ";
    }
    fputs(")\n", t->figure->script);
}

static void put_panel(const struct threads *t, int p)
{
    const struct thread_panel *panel = &t->panels[p];
    const struct cg_figure *figure = t->figure;
    const int range = t->most - t->fewest;
    const double top = figure->height - HEAD_PX - (double)PANEL_PX * p;
    const struct cg_area area = {80, 610, top - 270, top - 25};
    FILE *out = figure->script;
    cg_put_gnuplot_line("set title ", panel->base->setting.engine ? panel->base->setting.engine : "?",
                        " noenhanced font ',12'\n", out);
    put_thread_tics(t);
    fprintf(out, "set xrange [%g:%g]\nset yrange [0:%g]\n", t->fewest - 0.06 * range, t->most + 0.06 * range,
            1.25 * t->most / t->fewest);
    cg_area_put(&area, figure);
    fprintf(out, "set key at screen %.4f,%.4f left top\n", (area.right + 20) / figure->width,
            area.top / figure->height);
    fprintf(out, "plot x/%d.0 with lines lc rgb '#222222' dt 1 lw 1.6 title 'ideal'", t->fewest);
    for (int l = 0; l < panel->n_lines; l++) {
        const double aside = (l - (panel->n_lines - 1) / 2.0) * 0.006 * range; /* bars side by side */
        const struct cg_phrase name = cg_phrase("%.60s", panel->names[l]);
        cg_figure_put_line(figure, &(struct cg_figure_line){panel->blocks[l], l, aside, true, name.text},
                           true);
    }
    putc('\n', out);
}

static void draw_threads(const struct threads *t, const char *device)
{
    struct cg_figure *figure = t->figure;
    cg_figure_say(
        figure,
        "%.100s; time at %s over time at more; n = %d processes each, bars: 95 %% intervals, cut at "
        "the axis.",
        device, cg_format_threads(t->fewest).text, t->processes);
    if (t->left_out > 0)
        cg_figure_say(figure, " The first %d networks of each panel; the tables have all.", MAX_LINES);
    figure->width = 900;
    figure->height = HEAD_PX + PANEL_PX * (t->n ? t->n : 1);
    cg_figure_panels(figure);
    fputs("set xlabel 'threads'\nset ylabel 'speed-up'\nset key vertical Left reverse samplen 3 font ',11'\n",
          figure->script);
    for (int p = 0; p < t->n; p++)
        put_panel(t, p);
    cg_figure_panels_end(figure);
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
        figures, cg_phrase("%d threads %.40s", panel->input_index + 1, t.views->suite->name).text,
        "Scaling of whole networks over threads");
    if (!t.figure)
        return;
    const bool enough = gather_lines(&t);
    draw_threads(&t, panel->device);
    cg_figure_end(figures, t.figure);
    if (!enough)
        figures->status = cg_fail(figures->err, CG_NO_MEMORY, "no memory for a figure");
}
