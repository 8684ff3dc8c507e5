/* Figures of whole networks under one setting. */
#include "report/plots.h"

#include "report/cloud.h"
#include "report/escape.h"
#include "report/paper.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LABEL_PX 10

static void setting_words(const struct cg_panel *panel, const struct cg_suite_view *view, int networks,
                          char *text, size_t size)
{
    char setting[256];
    cg_setting_text(&view->setting, setting, sizeof setting);
    snprintf(text, size, "%.100s; %.200s; %d networks, n = %d process%s each.", panel->device, setting,
             networks, view->processes, view->processes == 1 ? "" : "es");
}

static struct cg_figure *begin(struct cg_canvas *canvas, const struct cg_panel *panel,
                               const struct cg_suite_view *view, int networks, const char *kind,
                               const char *title, struct cg_error *err)
{
    char text[256], slug[96], view_slug[160];
    cg_view_slug(view, kind, view_slug, sizeof view_slug);
    snprintf(text, sizeof text, "%d %.80s", panel->input_index + 1, view_slug);
    cg_slug(text, slug, sizeof slug);
    struct cg_figure *figure = cg_figure_begin(canvas->figures, canvas->folder, slug, err);
    if (figure) {
        snprintf(figure->title, sizeof figure->title, "%.190s", title);
        setting_words(panel, view, networks, figure->caption, sizeof figure->caption);
    }
    return figure;
}

static void say(struct cg_figure *figure, const char *sentence)
{
    const size_t used = strlen(figure->caption);
    snprintf(figure->caption + used, sizeof figure->caption - used, " %s", sentence);
}

/* Closes a figure; the caption ends with what the daggers mean where there are any. */
static enum cg_status end(struct cg_figure *figure, const struct cg_cloud *cloud, struct cg_error *err)
{
    bool any = false;
    for (int i = 0; i < cloud->n; i++)
        any |= strstr(cloud->points[i].label, CG_CLOUD_DAGGER) != NULL;
    if (any)
        say(figure, CG_CLOUD_DAGGER ": a reconstruction, not the paper's own network.");
    return cg_figure_end(figure, err);
}

static void put_title(struct cg_figure *figure)
{
    fputs("set title ", figure->script);
    cg_put_gnuplot(figure->title, figure->script);
    fputs(" noenhanced font ',15'\n", figure->script);
}

/* ---- one cloud: speed over madds, over memory access; time over the roofline's ---- */

struct pair {
    const char *kind, *title, *x_label, *y_label;
    cg_value_of *x, *y;
};

/* A figure of one plot with its legend on the right. NULL with CG_OK in *status: fewer than two points. */
static struct cg_figure *begin_pair(struct cg_canvas *canvas, const struct cg_panel *panel,
                                    const struct cg_suite_view *view, const struct cg_cloud *cloud,
                                    const struct pair *pair, struct cg_scatter *scatter,
                                    enum cg_status *status, struct cg_error *err)
{
    int n = 0;
    for (int i = 0; i < cloud->n; i++)
        n += isfinite(pair->x(&cloud->points[i]).value) && isfinite(pair->y(&cloud->points[i]).value);
    *status = CG_OK;
    if (n < 2)
        return NULL;
    struct cg_figure *figure = begin(canvas, panel, view, n, pair->kind, pair->title, err);
    if (!figure) {
        *status = CG_IO;
        return NULL;
    }
    figure->width = 1020;
    figure->height = 560;
    *scatter = (struct cg_scatter){.figure = figure,
                                   .cloud = cloud,
                                   .x = pair->x,
                                   .y = pair->y,
                                   .x_axis = cg_axis_empty(true),
                                   .y_axis = cg_axis_empty(true),
                                   .area = {90, 700, 70, 510},
                                   .label_px = LABEL_PX,
                                   .legend = true};
    cg_scatter_include(scatter);
    cg_scatter_data(scatter);
    cg_figure_head(figure);
    put_title(figure);
    fprintf(figure->script,
            "set xlabel '%s'\nset ylabel '%s'\nset key at screen 0.70,0.91 left top vertical Left reverse "
            "samplen 3 font "
            "',11'\n",
            pair->x_label, pair->y_label);
    return figure;
}

static enum cg_status plot_speed(struct cg_canvas *canvas, const struct cg_panel *panel,
                                 const struct cg_suite_view *view, const struct cg_cloud *cloud,
                                 struct cg_error *err)
{
    static const struct pair pair = {"speed",
                                     "Speed over multiply-adds",
                                     "MFLOPs (M multiply-adds an image)",
                                     "images / s",
                                     cg_point_madds,
                                     cg_point_speed};
    struct cg_scatter scatter;
    enum cg_status status;
    struct cg_figure *figure = begin_pair(canvas, panel, view, cloud, &pair, &scatter, &status, err);
    if (!figure)
        return status;
    const double peak = cg_device_peak(&panel->input->results->device, &view->setting);
    double best = 0;
    for (int i = 0; i < cloud->n; i++)
        best = fmax(best, cloud->points[i].madds * cloud->points[i].images_per_s.value);
    if (peak > 0)
        cg_axis_include(&scatter.y_axis, peak / 1e6 / scatter.x_axis.low);
    cg_axis_pad(&scatter.x_axis);
    cg_axis_pad(&scatter.y_axis);
    char before[512];
    snprintf(before, sizeof before,
             "%.6g/x with lines lc rgb '#888888' dt 2 title '%.3g Gmadds/s (the best here)', %.6g/x with "
             "lines lc rgb "
             "'#888888' dt 3 title '%.3g Gmadds/s (half)'",
             best / 1e6, best / 1e9, best / 2e6, best / 2e9);
    if (peak > 0)
        snprintf(before + strlen(before), sizeof before - strlen(before),
                 ", %.6g/x with lines lc rgb '#222222' lw 2.2 dt 1 title 'measured peak, %.3g Gmadds/s'",
                 peak / 1e6, peak / 1e9);
    cg_scatter_plot(&scatter, before);
    say(figure,
        "Broken lines: equal multiply-adds per second; were FLOPs all, every network would lie on one. "
        "Bars: 95 % intervals.");
    return end(figure, cloud, err);
}

static enum cg_status plot_memory(struct cg_canvas *canvas, const struct cg_panel *panel,
                                  const struct cg_suite_view *view, const struct cg_cloud *cloud,
                                  struct cg_error *err)
{
    static const struct pair pair = {"memory",
                                     "Speed over memory access cost",
                                     "memory access cost, MB an image (f32)",
                                     "images / s",
                                     cg_point_mem,
                                     cg_point_speed};
    struct cg_scatter scatter;
    enum cg_status status;
    struct cg_figure *figure = begin_pair(canvas, panel, view, cloud, &pair, &scatter, &status, err);
    if (!figure)
        return status;
    cg_axis_pad(&scatter.x_axis);
    cg_axis_pad(&scatter.y_axis);
    cg_scatter_plot(&scatter, "");
    say(figure,
        "Memory access cost: the paper's formula over convolutions and FC, 4 bytes an element. Bars: 95 % "
        "intervals.");
    return end(figure, cloud, err);
}

static enum cg_status plot_roofline(struct cg_canvas *canvas, const struct cg_panel *panel,
                                    const struct cg_suite_view *view, const struct cg_cloud *cloud,
                                    struct cg_error *err)
{
    static const struct pair pair = {"roofline",
                                     "Measured time over the roofline's prediction",
                                     "predicted by the measured roofline, ms",
                                     "measured, ms",
                                     cg_point_roofline,
                                     cg_point_time};
    struct cg_scatter scatter;
    enum cg_status status;
    struct cg_figure *figure = begin_pair(canvas, panel, view, cloud, &pair, &scatter, &status, err);
    if (!figure)
        return status;
    cg_axis_include(&scatter.y_axis, scatter.x_axis.low);
    cg_axis_pad(&scatter.x_axis);
    cg_axis_pad(&scatter.y_axis);
    cg_scatter_plot(&scatter,
                    "x with lines lc rgb '#222222' lw 2.2 dt 1 title 'as predicted', 2*x with lines lc rgb "
                    "'#888888' dt 3 title 'twice as long'");
    say(figure,
        "Predicted: over the layers, the longer of madds at the measured peak and bytes at the measured "
        "bandwidth. Bars: 95 % intervals.");
    return end(figure, cloud, err);
}

/* ---- the paper's Figure 1 ---- */

#define FIGURE1_PANELS (2 + CG_PAPER_COLUMN_COUNT)

static enum cg_status plot_figure1(struct cg_canvas *canvas, const struct cg_panel *panel,
                                   const struct cg_suite_view *view, const struct cg_cloud *cloud,
                                   struct cg_error *err)
{
    int errors = 0;
    for (int i = 0; i < cloud->n; i++)
        errors += !isnan(cloud->points[i].error);
    if (errors < 2)
        return CG_OK;
    struct cg_cloud *papers = calloc(CG_PAPER_COLUMN_COUNT, sizeof *papers);
    struct cg_figure *figure = papers ? begin(canvas, panel, view, errors, "figure1",
                                              "Top-1 error against complexity and against speed", err)
                                      : NULL;
    if (!figure) {
        const bool no_memory = !papers;
        free(papers);
        return no_memory ? cg_fail(err, CG_NO_MEMORY, "no memory for a figure") : CG_IO;
    }
    figure->width = 1100;
    const struct cg_cloud *clouds[FIGURE1_PANELS] = {cloud, cloud};
    struct cg_scatter scatters[FIGURE1_PANELS];
    struct cg_axis error_axis = cg_axis_empty(false);
    for (int p = 0; p < FIGURE1_PANELS; p++) {
        if (p >= 2) {
            cg_cloud_of_paper((enum cg_paper_column)(p - 2), &papers[p - 2]);
            clouds[p] = &papers[p - 2];
        }
        const double left = p % 2 ? 620 : 80, bottom = p < 2 ? 535 : 70;
        scatters[p] = (struct cg_scatter){.figure = figure,
                                          .cloud = clouds[p],
                                          .x = p == 0 ? cg_point_madds : cg_point_speed,
                                          .y = cg_point_error,
                                          .x_axis = cg_axis_empty(true),
                                          .y_axis = cg_axis_empty(false),
                                          .area = {left, left + 450, bottom, bottom + 340},
                                          .label_px = LABEL_PX};
        cg_scatter_include(&scatters[p]);
        cg_axis_include(&error_axis, scatters[p].y_axis.low);
        cg_axis_include(&error_axis, scatters[p].y_axis.high);
        cg_axis_pad(&scatters[p].x_axis);
        cg_scatter_data(&scatters[p]);
    }
    cg_axis_pad(&error_axis);
    const double legend_bottom = 940, width = figure->width - 40.0;
    const int legend_px = cg_cloud_legend_height(clouds, FIGURE1_PANELS, width);
    const struct cg_area legend = {20, 20 + width, legend_bottom, legend_bottom + legend_px};
    figure->height = (int)legend.top + 40;
    cg_figure_head(figure);
    fputs("set multiplot title ", figure->script);
    cg_put_gnuplot(figure->title, figure->script);
    fputs(" noenhanced font ',16'\n", figure->script);
    cg_cloud_legend(clouds, FIGURE1_PANELS, figure, &legend);
    fputs("set ylabel 'published top-1 error, %'\n", figure->script);
    for (int p = 0; p < FIGURE1_PANELS; p++) {
        char title[200];
        snprintf(title, sizeof title, "%.80s, %.30s, %d thread%s", panel->device, view->setting.engine,
                 view->setting.threads, view->setting.threads == 1 ? "" : "s");
        scatters[p].y_axis = error_axis;
        fputs("set title ", figure->script);
        cg_put_gnuplot(p == 0   ? "Complexity"
                       : p == 1 ? title
                                : cg_paper_title((enum cg_paper_column)(p - 2)),
                       figure->script);
        fprintf(figure->script, " noenhanced font ',12'\nset xlabel '%s'\n",
                p == 0 ? "MFLOPs (M multiply-adds an image)" : "images / s");
        cg_scatter_plot(&scatters[p], "");
    }
    fputs("unset multiplot\n", figure->script);
    say(figure,
        "Errors and the paper's speeds as published in its Table 8 (ARM: batch 1; GPU: batches of 8).");
    free(papers);
    return end(figure, cloud, err);
}

/* ---- ranks ---- */

static enum cg_status plot_ranks(struct cg_canvas *canvas, const struct cg_panel *panel,
                                 const struct cg_suite_view *view, const struct cg_cloud *cloud,
                                 struct cg_error *err)
{
    if (cloud->n < 3)
        return CG_OK;
    struct cg_figure *figure = begin(canvas, panel, view, cloud->n, "ranks",
                                     "Rank by multiply-adds against rank by measured speed", err);
    if (!figure)
        return CG_IO;
    for (int i = 0; i < cloud->n; i++) {
        const struct cg_point *p = &cloud->points[i];
        for (int side = 0; side < 2; side++) {
            fprintf(figure->data, "%d %d ", side, side ? p->rank_speed + 1 : p->rank_madds + 1);
            cg_put_gnuplot_data(p->label, figure->data);
            fprintf(figure->data, " \"%.4g\"\n", side ? p->time_ns.value / 1e6 : p->madds / 1e6);
        }
        cg_figure_end_block(figure);
    }
    figure->width = 1000;
    figure->height = 110 + 22 * cloud->n;
    cg_figure_head(figure);
    put_title(figure);
    FILE *out = figure->script;
    fprintf(out,
            "unset border\nunset grid\nunset ytics\nunset key\nset x2tics ('M multiply-adds' 0, 'ms, "
            "measured' 1) "
            "scale 0\nunset xtics\nset xrange [-1:2]\nset x2range [-1:2]\nset yrange "
            "[%d.5:0.5]\nplot ",
            cloud->n);
    for (int i = 0; i < cloud->n; i++) {
        const struct cg_point *p = &cloud->points[i];
        char style[96];
        cg_figure_style(cloud->families[p->family].style, style, sizeof style);
        *strstr(style, " lw ") = '\0'; /* the width is set by the ranks */
        fprintf(out,
                "%s\\\n  '%s.dat' index %d using 1:2 with linespoints %s%s, "
                "'' index %d every 1::0::0 using 1:2:(stringcolumn(3).'  '.stringcolumn(4).'  ') with labels "
                "right font ',11', "
                "'' index %d every 1::1::1 using 1:2:('  '.stringcolumn(4).'  '.stringcolumn(3)) with labels "
                "left font ',11'",
                i ? ", " : "", figure->slug, i, style, p->rank_madds == p->rank_speed ? " lw 1.6" : " lw 3",
                i, i);
    }
    putc('\n', out);
    say(figure, "Fewest multiply-adds and fastest on top; thick where the ranks differ. Which orders are "
                "significant: the table.");
    return end(figure, cloud, err);
}

enum cg_status cg_plot_networks(struct cg_canvas *canvas, const struct cg_panel *panel, int v,
                                struct cg_error *err)
{
    static enum cg_status (*const plots[])(
        struct cg_canvas *, const struct cg_panel *, const struct cg_suite_view *, const struct cg_cloud *,
        struct cg_error *) = {plot_figure1, plot_speed, plot_memory, plot_roofline, plot_ranks};
    const struct cg_suite_view *view = panel->views.items[v];
    struct cg_cloud *cloud = malloc(sizeof *cloud);
    if (!cloud)
        return cg_fail(err, CG_NO_MEMORY, "no memory for a figure");
    cg_cloud_of_view(view, cloud);
    enum cg_status status = CG_OK;
    for (size_t i = 0; i < sizeof plots / sizeof plots[0] && status == CG_OK && cloud->n >= 2; i++)
        status = plots[i](canvas, panel, view, cloud, err);
    free(cloud);
    return status;
}
