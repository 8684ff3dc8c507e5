/* Figures of whole networks under one setting. */
#include "report/plots.h"

#include "report/cloud.h"
#include "report/escape.h"
#include "report/tables.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LABEL_PX 10

/* What every figure of a view is made from. */
struct networks {
    struct cg_figures *figures;
    const struct cg_panel *panel;
    const struct cg_suite_view *view;
    const struct cg_cloud *cloud;
};

static double value_of(const struct networks *networks, int i, enum cg_quantity quantity)
{
    return networks->cloud->points[i].values[quantity].value;
}

/* `n`: networks that it shows. */
static struct cg_figure *begin(const struct networks *networks, int n, const char *kind, const char *title)
{
    const struct cg_suite_view *view = networks->view;
    struct cg_figure *figure = cg_figure_begin(
        networks->figures,
        cg_phrase("%d %.80s", networks->panel->input_index + 1, cg_view_slug(view, kind).text).text, title);
    if (figure)
        cg_figure_say(figure, "%.100s; %.200s; %d networks, n = %d process%s each.", networks->panel->device,
                      cg_setting_words(&view->setting).text, n, view->processes,
                      view->processes == 1 ? "" : "es");
    return figure;
}

/* Closes a figure; the caption ends with `sentence` and what the daggers mean where there are any. */
static void end(const struct networks *networks, struct cg_figure *figure, const char *sentence)
{
    bool any = false;
    for (int i = 0; i < networks->cloud->n; i++)
        any |= strstr(networks->cloud->points[i].label, CG_DAGGER) != NULL;
    cg_figure_say(figure, " %s%s", sentence,
                  any ? " " CG_DAGGER ": a reconstruction, not the paper's own network." : "");
    cg_figure_end(networks->figures, figure);
}

/* ---- one cloud: speed over madds, over memory access; time over the roofline's ---- */

struct pair {
    const char *kind, *title, *x_label, *y_label;
    enum cg_quantity x, y;
    const char *sentence; /* at the caption's end */
    /* Settles the axes beyond the points; writes the curves beneath them as parts of a plot command. */
    void (*add_curves)(const struct networks *networks, struct cg_scatter *scatter, char *curves,
                       size_t size);
};

/* Equal rates, and the measured peak's. */
static void add_rates(const struct networks *networks, struct cg_scatter *scatter, char *curves, size_t size)
{
    const struct cg_suite_view *view = networks->view;
    const double peak = cg_device_peak(&view->results->device, &view->setting);
    double best = 0;
    for (int i = 0; i < networks->cloud->n; i++)
        best =
            fmax(best, 1e6 * value_of(networks, i, CG_POINT_MADDS) * value_of(networks, i, CG_POINT_SPEED));
    const int used =
        snprintf(curves, size,
                 "%.6g/x with lines lc rgb '#888888' dt 2 title '%.3g Gmadds/s (the best here)', %.6g/x with "
                 "lines lc rgb '#888888' dt 3 title '%.3g Gmadds/s (half)'",
                 best / 1e6, best / 1e9, best / 2e6, best / 2e9);
    if (!(peak > 0))
        return;
    cg_axis_include(&scatter->y_axis, peak / 1e6 / scatter->x_axis.low);
    snprintf(curves + used, size - (size_t)used,
             ", %.6g/x with lines lc rgb '#222222' lw 2.2 dt 1 title 'measured peak, %.3g Gmadds/s'",
             peak / 1e6, peak / 1e9);
}

static void add_prediction(const struct networks *networks, struct cg_scatter *scatter, char *curves,
                           size_t size)
{
    (void)networks;
    cg_axis_include(&scatter->y_axis, scatter->x_axis.low);
    snprintf(curves, size,
             "x with lines lc rgb '#222222' lw 2.2 dt 1 title 'as predicted', 2*x with lines lc rgb "
             "'#888888' dt 3 title 'twice as long'");
}

static const struct pair pairs[] = {
    {"speed", "Speed over multiply-adds", "MFLOPs (M multiply-adds an image)", "images / s", CG_POINT_MADDS,
     CG_POINT_SPEED,
     "Broken lines: equal multiply-adds per second; were FLOPs all, every network would lie on one. "
     "Bars: 95 % intervals.",
     add_rates},
    {"memory", "Speed over memory access cost", "memory access cost, MB an image (f32)", "images / s",
     CG_POINT_MEMORY, CG_POINT_SPEED,
     "Memory access cost: the paper's formula over convolutions and FC, 4 bytes an element. Bars: 95 % "
     "intervals.",
     NULL},
    {"roofline", "Measured time over the roofline's prediction", "predicted by the measured roofline, ms",
     "measured, ms", CG_POINT_ROOFLINE, CG_POINT_TIME,
     "Predicted: over the layers, the longer of madds at the measured peak and bytes at the measured "
     "bandwidth. Bars: 95 % intervals.",
     add_prediction},
};

/* A figure of one plot with its legend on the right; none of fewer than two points. */
static void plot_pair(const struct networks *networks, const struct pair *pair)
{
    const struct cg_cloud *cloud = networks->cloud;
    char curves[512] = "";
    int n = 0;
    for (int i = 0; i < cloud->n; i++)
        n += isfinite(value_of(networks, i, pair->x)) && isfinite(value_of(networks, i, pair->y));
    if (n < 2)
        return;
    struct cg_figure *figure = begin(networks, n, pair->kind, pair->title);
    if (!figure)
        return;
    figure->width = 1020;
    figure->height = 560;
    struct cg_scatter scatter = {.figure = figure,
                                 .cloud = cloud,
                                 .x = pair->x,
                                 .y = pair->y,
                                 .x_axis = cg_axis_empty(true),
                                 .y_axis = cg_axis_empty(true),
                                 .area = {90, 700, 70, 510},
                                 .label_px = LABEL_PX,
                                 .legend = true};
    cg_scatter_include(&scatter);
    cg_scatter_data(&scatter);
    cg_figure_head(figure);
    fprintf(figure->script,
            "set xlabel '%s'\nset ylabel '%s'\nset key at screen 0.70,0.91 left top vertical Left reverse "
            "samplen 3 font ',11'\n",
            pair->x_label, pair->y_label);
    if (pair->add_curves)
        pair->add_curves(networks, &scatter, curves, sizeof curves);
    cg_axis_pad(&scatter.x_axis);
    cg_axis_pad(&scatter.y_axis);
    cg_scatter_plot(&scatter, curves);
    end(networks, figure, pair->sentence);
}

/* ---- the paper's Figure 1 ---- */

#define FIGURE1_PANELS (2 + CG_PAPER_DEVICE_COUNT)

struct figure1 {
    struct cg_cloud papers[CG_PAPER_DEVICE_COUNT];
    const struct cg_cloud *clouds[FIGURE1_PANELS]; /* complexity, speed, the paper's devices */
    struct cg_scatter scatters[FIGURE1_PANELS];
};

/* The panels' data, on one axis of errors. */
static void put_figure1_data(struct figure1 *f, struct cg_figure *figure)
{
    struct cg_axis error_axis = cg_axis_empty(false);
    for (int p = 0; p < FIGURE1_PANELS; p++) {
        const double left = p % 2 ? 620 : 80, bottom = p < 2 ? 535 : 70;
        struct cg_scatter *scatter = &f->scatters[p];
        *scatter = (struct cg_scatter){.figure = figure,
                                       .cloud = f->clouds[p],
                                       .x = p == 0 ? CG_POINT_MADDS : CG_POINT_SPEED,
                                       .y = CG_POINT_ERROR,
                                       .x_axis = cg_axis_empty(true),
                                       .y_axis = cg_axis_empty(false),
                                       .area = {left, left + 450, bottom, bottom + 340},
                                       .label_px = LABEL_PX};
        cg_scatter_include(scatter);
        cg_axis_include(&error_axis, scatter->y_axis.low);
        cg_axis_include(&error_axis, scatter->y_axis.high);
        cg_axis_pad(&scatter->x_axis);
        cg_scatter_data(scatter);
    }
    cg_axis_pad(&error_axis);
    for (int p = 0; p < FIGURE1_PANELS; p++)
        f->scatters[p].y_axis = error_axis;
}

static void draw_figure1(const struct networks *networks, struct figure1 *f, struct cg_figure *figure)
{
    const struct cg_setting *setting = &networks->view->setting;
    const struct cg_phrase here = cg_phrase("%.80s, %.30s, %s", networks->panel->device, setting->engine,
                                            cg_format_threads(setting->threads).text);
    f->clouds[0] = f->clouds[1] = networks->cloud;
    for (int d = 0; d < CG_PAPER_DEVICE_COUNT; d++) {
        cg_cloud_of_paper((enum cg_paper_device)d, &f->papers[d]);
        f->clouds[2 + d] = &f->papers[d];
    }
    figure->width = 1100;
    put_figure1_data(f, figure);
    const double legend_bottom = 940, width = figure->width - 40.0;
    const int legend_px = cg_cloud_legend_height(f->clouds, FIGURE1_PANELS, width);
    const struct cg_area legend = {20, 20 + width, legend_bottom, legend_bottom + legend_px};
    figure->height = (int)legend.top + 40;
    cg_figure_panels(figure);
    cg_cloud_legend(f->clouds, FIGURE1_PANELS, figure, &legend);
    fputs("set ylabel 'published top-1 error, %'\n", figure->script);
    for (int p = 0; p < FIGURE1_PANELS; p++) {
        cg_put_gnuplot_line("set title ",
                            p == 0   ? "Complexity"
                            : p == 1 ? here.text
                                     : cg_paper_devices[p - 2].title,
                            " noenhanced font ',12'\n", figure->script);
        fprintf(figure->script, "set xlabel '%s'\n",
                p == 0 ? "MFLOPs (M multiply-adds an image)" : "images / s");
        cg_scatter_plot(&f->scatters[p], "");
    }
    cg_figure_panels_end(figure);
}

static void plot_figure1(const struct networks *networks)
{
    int errors = 0;
    for (int i = 0; i < networks->cloud->n; i++)
        errors += !isnan(value_of(networks, i, CG_POINT_ERROR));
    if (errors < 2)
        return;
    struct figure1 *f = cg_figures_memory(networks->figures, sizeof *f);
    struct cg_figure *figure =
        begin(networks, errors, "figure1", "Top-1 error against complexity and against speed");
    if (figure) {
        draw_figure1(networks, f, figure);
        end(networks, figure,
            "Errors and the paper's speeds as published in its Table 8 (ARM: batch 1; GPU: batches of 8).");
    }
    free(f);
}

/* ---- ranks ---- */

static void draw_ranks(const struct cg_cloud *cloud, struct cg_figure *figure)
{
    FILE *data = figure->data, *out = figure->script;
    for (int i = 0; i < cloud->n; i++) {
        const struct cg_point *p = &cloud->points[i];
        for (int side = 0; side < 2; side++) {
            fprintf(data, "%d %d ", side, side ? p->rank_speed + 1 : p->rank_madds + 1);
            cg_put_gnuplot_data(p->label, data);
            fprintf(data, " \"%.4g\"\n", p->values[side ? CG_POINT_TIME : CG_POINT_MADDS].value);
        }
        cg_figure_end_block(figure);
    }
    figure->width = 1000;
    figure->height = 110 + 22 * cloud->n;
    cg_figure_head(figure);
    fprintf(out,
            "unset border\nunset grid\nunset ytics\nunset key\nset x2tics ('M multiply-adds' 0, 'ms, "
            "measured' 1) scale 0\nunset xtics\nset xrange [-1:2]\nset x2range [-1:2]\nset yrange "
            "[%d.5:0.5]\nplot ",
            cloud->n);
    for (int i = 0; i < cloud->n; i++) {
        const struct cg_point *p = &cloud->points[i];
        struct cg_phrase style = cg_figure_style(cloud->families[p->family].style);
        *strstr(style.text, " lw ") = '\0'; /* the width is set by the ranks */
        fprintf(out,
                "%s\\\n  '%s.dat' index %d using 1:2 with linespoints %s%s, "
                "'' index %d every 1::0::0 using 1:2:(stringcolumn(3).'  '.stringcolumn(4).'  ') with labels "
                "right font ',11', "
                "'' index %d every 1::1::1 using 1:2:('  '.stringcolumn(4).'  '.stringcolumn(3)) with labels "
                "left font ',11'",
                i ? ", " : "", figure->slug, i, style.text,
                p->rank_madds == p->rank_speed ? " lw 1.6" : " lw 3", i, i);
    }
    putc('\n', out);
}

static void plot_ranks(const struct networks *networks)
{
    if (networks->cloud->n < 3)
        return;
    struct cg_figure *figure =
        begin(networks, networks->cloud->n, "ranks", "Rank by multiply-adds against rank by measured speed");
    if (!figure)
        return;
    draw_ranks(networks->cloud, figure);
    end(networks, figure,
        "Fewest multiply-adds and fastest on top; thick where the ranks differ. Which orders are "
        "significant: "
        "the table.");
}

void cg_plot_networks(struct cg_figures *figures, const struct cg_panel *panel, int v)
{
    struct cg_cloud *cloud = cg_figures_memory(figures, sizeof *cloud);
    const struct networks networks = {figures, panel, panel->views.items[v], cloud};
    if (cloud)
        cg_cloud_of_view(networks.view, cloud);
    if (cloud && cloud->n >= 2) {
        plot_figure1(&networks);
        for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
            plot_pair(&networks, &pairs[i]);
        plot_ranks(&networks);
    }
    free(cloud);
}
