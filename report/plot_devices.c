/* Figures over devices and over threads: small multiples. */
#include "report/plots.h"

#include "report/cloud.h"
#include "report/escape.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MAX_DEVICES 24
#define COLUMNS     4
#define TITLE_PX    40
#define PANEL_HEAD  20 /* above the panels, for their titles */
#define CELL_PX     275

enum cg_status cg_plot_small_multiples(struct cg_canvas *canvas, const struct cg_panel *panels, int n,
                                       struct cg_error *err)
{
    struct cg_cloud *clouds = calloc(MAX_DEVICES, sizeof *clouds);
    struct cg_scatter *scatters = calloc(MAX_DEVICES, sizeof *scatters);
    struct cg_figure *figure =
        clouds && scatters ? cg_figure_begin(canvas->figures, canvas->folder, "devices-speed", err) : NULL;
    const struct cg_panel *heads[MAX_DEVICES];
    struct cg_axis x_axis = cg_axis_empty(true), y_axis = cg_axis_empty(true);
    int shown = 0;
    if (!figure) {
        const bool no_memory = !clouds || !scatters;
        free(clouds);
        free(scatters);
        return no_memory ? cg_fail(err, CG_NO_MEMORY, "no memory for a figure") : CG_IO;
    }
    for (int p = 0; p < n && shown < MAX_DEVICES; p++) {
        if (panels[p].views.n == 0)
            continue;
        cg_cloud_of_view(panels[p].views.items[0], &clouds[shown]);
        if (clouds[shown].n < 2)
            continue;
        scatters[shown] = (struct cg_scatter){.figure = figure,
                                              .cloud = &clouds[shown],
                                              .x = cg_point_madds,
                                              .y = cg_point_speed,
                                              .x_axis = x_axis,
                                              .y_axis = y_axis};
        cg_scatter_include(&scatters[shown]);
        x_axis = scatters[shown].x_axis;
        y_axis = scatters[shown].y_axis;
        heads[shown++] = &panels[p];
    }
    cg_axis_pad(&x_axis);
    cg_axis_pad(&y_axis);
    snprintf(figure->title, sizeof figure->title, "Speed over multiply-adds, device by device");
    snprintf(figure->caption, sizeof figure->caption,
             "The first setting of each file%s; all panels on the same axes.",
             n > shown ? " (the first 24 files)" : "");
    const int columns = shown < COLUMNS ? (shown ? shown : 1) : COLUMNS,
              rows = (shown + columns - 1) / columns;
    figure->width = columns < 3 ? 760 : 1200;
    const struct cg_cloud *all[MAX_DEVICES];
    for (int s = 0; s < shown; s++)
        all[s] = &clouds[s];
    const int legend_px = cg_cloud_legend_height(all, shown, figure->width - 40.0),
              head = TITLE_PX + legend_px + PANEL_HEAD;
    figure->height = head + CELL_PX * (rows ? rows : 1);
    const double cell = (double)figure->width / columns;
    for (int s = 0; s < shown; s++) {
        const double left = cell * (s % columns),
                     top = figure->height - head - (double)CELL_PX * (s / columns);
        scatters[s].x_axis = x_axis;
        scatters[s].y_axis = y_axis;
        scatters[s].area = (struct cg_area){left + 76, left + cell - 12, top - 205, top - 20};
        cg_scatter_data(&scatters[s]);
    }
    cg_figure_head(figure);
    fputs("set multiplot title ", figure->script);
    cg_put_gnuplot(figure->title, figure->script);
    fputs(" noenhanced font ',16'\n", figure->script);
    const struct cg_area legend = {20, figure->width - 20.0, figure->height - (double)TITLE_PX - legend_px,
                                   figure->height - (double)TITLE_PX};
    cg_cloud_legend(all, shown, figure, &legend);
    fputs("set xtics font ',9'\nset ytics font ',9'\nset xlabel 'M multiply-adds' font ',10'\nset "
          "ylabel 'images / s' font ',10' offset 1.5,0\n",
          figure->script);
    for (int s = 0; s < shown; s++) {
        char title[200];
        snprintf(title, sizeof title, "%.60s", heads[s]->device);
        fputs("set title ", figure->script);
        cg_put_gnuplot(title, figure->script);
        fputs(" noenhanced font ',10'\n", figure->script);
        cg_scatter_plot(&scatters[s], "");
    }
    fputs("unset multiplot\n", figure->script);
    free(clouds);
    free(scatters);
    return cg_figure_end(figure, err);
}

/* ---- threads ---- */

#define MAX_LINES  CG_FIGURE_STYLES /* of a panel: more would repeat styles */
#define MAX_PANELS 6
#define HEAD_PX    44
#define PANEL_PX   350

struct thread_panel {
    const struct cg_suite_view *base; /* at the fewest threads */
    int n_lines, left_out;
    int blocks[MAX_LINES];
    char names[MAX_LINES][64];
};

/* A line for a case: threads, speed-up over the base, its interval. False with no memory. */
static bool put_line(struct cg_figure *figure, const struct cg_suite_views *views, struct thread_panel *panel,
                     int g, int i)
{
    const struct cg_case_view *c = &panel->base->groups[g].cases[i];
    int points = 0;
    for (int w = 0; c->record && w < views->n; w++) {
        const struct cg_suite_view *view = views->items[w];
        const struct cg_record *record = view->groups[g].cases[i].record;
        struct cg_setting other = view->setting;
        struct cg_estimate ratio = {.mean = 0, .low = 0, .high = 0};
        bool paired;
        other.threads = panel->base->setting.threads;
        if (!record || !(record->time.median > 0) || !cg_setting_equal(&other, &panel->base->setting))
            continue;
        if (panel->n_lines == MAX_LINES) {
            panel->left_out++;
            return true;
        }
        if (record != c->record && !cg_record_log_ratio(c->record, record, &ratio, &paired))
            return false;
        if (isnan(ratio.mean))
            continue;
        fprintf(figure->data, "%d %.6g %.6g %.6g\n", view->setting.threads, exp(ratio.mean),
                exp(isnan(ratio.low) ? ratio.mean : ratio.low),
                exp(isnan(ratio.high) ? ratio.mean : ratio.high));
        points++;
    }
    if (points < 2) {
        if (points)
            cg_figure_end_block(figure);
        return true;
    }
    snprintf(panel->names[panel->n_lines], sizeof panel->names[0], "%.60s",
             c->c->label ? c->c->label : c->c->name);
    panel->blocks[panel->n_lines++] = cg_figure_end_block(figure);
    return true;
}

static void put_panel(const struct cg_figure *figure, const struct cg_suite_views *views,
                      const struct thread_panel *panel, int fewest, int most, const struct cg_area *area)
{
    FILE *out = figure->script;
    char setting[256];
    cg_setting_text(&panel->base->setting, setting, sizeof setting);
    fputs("set title ", out);
    cg_put_gnuplot(panel->base->setting.engine ? panel->base->setting.engine : "?", out);
    fputs(" noenhanced font ',12'\nset xtics (", out);
    const char *comma = "";
    for (int v = 0; v < views->n; v++) {
        bool seen = false;
        for (int b = 0; b < v && !seen; b++)
            seen = views->items[b]->setting.threads == views->items[v]->setting.threads;
        if (seen)
            continue;
        fprintf(out, "%s%d", comma, views->items[v]->setting.threads);
        comma = ", ";
    }
    fprintf(out, ")\nset xrange [%g:%g]\nset yrange [0:%g]\n", fewest - 0.06 * (most - fewest),
            most + 0.06 * (most - fewest), 1.25 * most / fewest);
    cg_area_put(area, figure);
    fprintf(out, "set key at screen %.4f,%.4f left top\n", (area->right + 20) / figure->width,
            area->top / figure->height);
    fprintf(out, "plot x/%d.0 with lines lc rgb '#222222' dt 1 lw 1.6 title 'ideal'", fewest);
    for (int l = 0; l < panel->n_lines; l++) {
        char style[96], bars[96];
        const double aside =
            (l - (panel->n_lines - 1) / 2.0) * 0.006 * (most - fewest); /* bars side by side */
        cg_figure_style(l, style, sizeof style);
        cg_figure_bar_style(l, bars, sizeof bars);
        fprintf(out, ", \\\n  '%s.dat' index %d using ($1+%g):2:3:4 with yerrorbars %s notitle", figure->slug,
                panel->blocks[l], aside, bars);
        fprintf(out, ", \\\n  '' index %d using ($1+%g):2 with linespoints %s title ", panel->blocks[l],
                aside, style);
        cg_put_gnuplot(panel->names[l], out);
    }
    putc('\n', out);
}

enum cg_status cg_plot_threads(struct cg_canvas *canvas, const struct cg_panel *panel, struct cg_error *err)
{
    const struct cg_suite_views *views = &panel->views;
    int most = 0, fewest = 1 << 30, n = 0, left_out = 0, processes = 1 << 30;
    for (int v = 0; v < views->n; v++) {
        most = views->items[v]->setting.threads > most ? views->items[v]->setting.threads : most;
        fewest = views->items[v]->setting.threads < fewest ? views->items[v]->setting.threads : fewest;
        processes = views->items[v]->processes < processes ? views->items[v]->processes : processes;
    }
    if (most <= fewest || fewest < 1)
        return CG_OK;
    char slug[96], text[96];
    snprintf(text, sizeof text, "%d threads %.40s", panel->input_index + 1, views->suite->name);
    cg_slug(text, slug, sizeof slug);
    struct thread_panel *panels = calloc(MAX_PANELS, sizeof *panels);
    struct cg_figure *figure = panels ? cg_figure_begin(canvas->figures, canvas->folder, slug, err) : NULL;
    if (!figure) {
        const bool no_memory = !panels;
        free(panels);
        return no_memory ? cg_fail(err, CG_NO_MEMORY, "no memory for a figure") : CG_IO;
    }
    bool enough = true;
    for (int v = 0; v < views->n && n < MAX_PANELS; v++) {
        if (views->items[v]->setting.threads != fewest)
            continue;
        panels[n] = (struct thread_panel){.base = views->items[v]};
        for (int g = 0; g < views->items[v]->n_groups; g++)
            for (int i = 0; i < views->items[v]->groups[g].n_cases && enough; i++)
                enough = put_line(figure, views, &panels[n], g, i);
        left_out += panels[n].left_out;
        n += panels[n].n_lines > 0;
    }
    snprintf(figure->title, sizeof figure->title, "Scaling of whole networks over threads");
    const int used =
        snprintf(figure->caption, sizeof figure->caption,
                 "%.100s; time at %d thread%s over time at more; n = %d processes each, bars: 95 %% "
                 "intervals, cut at the axis.",
                 panel->device, fewest, fewest == 1 ? "" : "s", processes);
    if (left_out > 0 && used > 0 && (size_t)used < sizeof figure->caption)
        snprintf(figure->caption + used, sizeof figure->caption - (size_t)used,
                 " The first %d networks of each panel; the tables have all.", MAX_LINES);
    figure->width = 900;
    figure->height = HEAD_PX + PANEL_PX * (n ? n : 1);
    cg_figure_head(figure);
    fputs("set multiplot title ", figure->script);
    cg_put_gnuplot(figure->title, figure->script);
    fputs(" noenhanced font ',16'\nset xlabel 'threads'\nset ylabel 'speed-up'\nset key vertical Left "
          "reverse samplen 3 font ',11'\n",
          figure->script);
    for (int p = 0; p < n; p++) {
        const double top = figure->height - HEAD_PX - (double)PANEL_PX * p;
        const struct cg_area area = {80, 610, top - 270, top - 25};
        put_panel(figure, views, &panels[p], fewest, most, &area);
    }
    fputs("unset multiplot\n", figure->script);
    free(panels);
    const enum cg_status status = cg_figure_end(figure, err);
    return enough ? status : cg_fail(err, CG_NO_MEMORY, "no memory for a figure");
}
