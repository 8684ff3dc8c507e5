#include "report/plots.h"

#include "report/escape.h"
#include "report/paper.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define MAX_NETWORKS 256
#define MAX_FAMILIES 24

/* A network as a point of plots. */
struct point {
    const char *family; /* series */
    char label[96];
    double madds, images_per_s, time_ns, mem_bytes, roofline_ns, error;
    int rank_madds, rank_speed;
};

struct cloud {
    int n, n_families;
    struct point points[MAX_NETWORKS];
    const char *families[MAX_FAMILIES];
};

static int compare_points(const void *a, const void *b)
{
    const struct point *x = a, *y = b;
    return (x->madds > y->madds) - (x->madds < y->madds);
}

static void note_family(struct cloud *cloud, const char *family)
{
    for (int i = 0; i < cloud->n_families; i++)
        if (strcmp(cloud->families[i], family) == 0)
            return;
    if (cloud->n_families < MAX_FAMILIES)
        cloud->families[cloud->n_families++] = family;
}

/* A family keeps its style over all figures and devices, the paper's included. */
static int style_of_family(const char *family)
{
    static const char *const known[] = {"shufflenet v2", "shufflenet v1", "mobilenet v2", "mobilenet v1",
                                        "xception",      "densenet",      "igcv3",        "igcv2",
                                        "condensenet",   "nasnet",        "pnasnet"};
    for (int i = 0; i < (int)(sizeof known / sizeof known[0]); i++)
        if (strncasecmp(family, known[i], strlen(known[i])) == 0)
            return i;
    unsigned sum = 0;
    for (const char *c = family; *c; c++)
        sum = sum * 31 + (unsigned char)*c;
    return (int)(sum % CG_FIGURE_STYLES);
}

static double top1_of(const struct cg_case_record *c)
{
    return c->published_top1_error;
}

/* The measured networks of a view, each once, by madds. */
static void fill_cloud(const struct cg_suite_view *view, struct cloud *cloud)
{
    const struct cg_record *seen[MAX_NETWORKS];
    cloud->n = cloud->n_families = 0;
    for (int g = 0; g < view->n_groups; g++)
        for (int i = 0; i < view->groups[g].n_cases && cloud->n < MAX_NETWORKS; i++) {
            const struct cg_case_view *c = &view->groups[g].cases[i];
            bool known = !c->record || c->record->madds <= 0 || !(c->record->time.median > 0);
            for (int k = 0; k < cloud->n && !known; k++)
                known = seen[k] == c->record;
            if (known)
                continue;
            seen[cloud->n] = c->record;
            struct point *p = &cloud->points[cloud->n++];
            *p = (struct point){.family = c->c->title     ? c->c->title
                                          : c->c->network ? c->c->network
                                                          : "other",
                                .madds =
                                    (double)c->record->madds / (c->record->batch > 0 ? c->record->batch : 1),
                                .images_per_s = c->record->images_per_s,
                                .time_ns = c->record->time.median,
                                .mem_bytes = (double)c->record->mem_access_bytes,
                                .roofline_ns = c->record->roofline_ns,
                                .error = top1_of(c->c)};
            snprintf(p->label, sizeof p->label, "%.90s", c->c->label ? c->c->label : c->c->name);
        }
    qsort(cloud->points, (size_t)cloud->n, sizeof cloud->points[0], compare_points);
    for (int i = 0; i < cloud->n; i++) {
        note_family(cloud, cloud->points[i].family);
        for (int k = 0; k < cloud->n; k++) {
            cloud->points[i].rank_madds += cloud->points[k].madds < cloud->points[i].madds;
            cloud->points[i].rank_speed += cloud->points[k].time_ns < cloud->points[i].time_ns;
        }
    }
    /* equal madds or times: the next free place, so that no label stands on another */
    for (int i = 0; i < cloud->n; i++)
        for (int k = 0; k < i; k++) {
            cloud->points[i].rank_madds += cloud->points[k].madds == cloud->points[i].madds;
            cloud->points[i].rank_speed += cloud->points[k].time_ns == cloud->points[i].time_ns;
        }
}

static void setting_words(const struct cg_panel *panel, const struct cg_suite_view *view, char *text,
                          size_t size)
{
    char setting[256];
    cg_setting_text(&view->setting, setting, sizeof setting);
    snprintf(text, size, "%.100s; %.200s; %d process%s.", panel->device, setting, view->processes,
             view->processes == 1 ? "" : "es");
}

static struct cg_figure *begin(struct cg_canvas *canvas, const struct cg_panel *panel,
                               const struct cg_suite_view *view, const char *kind, const char *title,
                               struct cg_error *err)
{
    char text[256], slug[96], view_slug[160];
    cg_view_slug(view, kind, view_slug, sizeof view_slug);
    snprintf(text, sizeof text, "%d %.80s", panel->input_index + 1, view_slug);
    cg_slug(text, slug, sizeof slug);
    struct cg_figure *figure = cg_figure_begin(canvas->figures, canvas->folder, slug, err);
    if (figure) {
        snprintf(figure->title, sizeof figure->title, "%.190s", title);
        setting_words(panel, view, figure->caption, sizeof figure->caption);
    }
    return figure;
}

/* A block of "x y label" for each family; x, y by functions of a point. Returns the first block's index. */
typedef double value_of(const struct point *point);

static double get_madds(const struct point *p)
{
    return p->madds / 1e6;
}

static double get_speed(const struct point *p)
{
    return p->images_per_s;
}

static double get_error(const struct point *p)
{
    return p->error;
}

static double get_mem(const struct point *p)
{
    return p->mem_bytes > 0 ? p->mem_bytes / 1e6 : NAN;
}

static double get_roofline(const struct point *p)
{
    return p->roofline_ns > 0 ? p->roofline_ns / 1e6 : NAN;
}

static double get_ms(const struct point *p)
{
    return p->time_ns / 1e6;
}

static int put_families(struct cg_figure *figure, const struct cloud *cloud, value_of *x, value_of *y,
                        int *counts)
{
    const int first = figure->blocks;
    for (int f = 0; f < cloud->n_families; f++) {
        counts[f] = 0;
        for (int i = 0; i < cloud->n; i++) {
            const struct point *p = &cloud->points[i];
            if (strcmp(p->family, cloud->families[f]) != 0 || isnan(x(p)) || isnan(y(p)))
                continue;
            fprintf(figure->data, "%.8g %.8g ", x(p), y(p));
            cg_put_gnuplot_data(p->label, figure->data);
            putc('\n', figure->data);
            counts[f]++;
        }
        if (counts[f] == 0)
            fputs("NaN NaN \"\"\n", figure->data);
        cg_figure_end_block(figure);
    }
    return first;
}

static void plot_families(struct cg_figure *figure, const struct cloud *cloud, int first, const int *counts,
                          bool lines, bool titles, const char *before)
{
    FILE *out = figure->script;
    fputs(before, out);
    bool any = strchr(before, '\n') == NULL && strlen(before) > 6;
    for (int f = 0; f < cloud->n_families; f++) {
        char style[96];
        if (counts[f] == 0)
            continue;
        cg_figure_style(style_of_family(cloud->families[f]), style, sizeof style);
        fprintf(out, "%s\\\n  '%s.dat' index %d using 1:2 with %s %s ", any ? ", " : "", figure->slug,
                first + f, lines ? "linespoints" : "points", style);
        any = true;
        if (titles) {
            fputs("title ", out);
            cg_put_gnuplot(cloud->families[f], out);
        } else {
            fputs("notitle", out);
        }
    }
    putc('\n', out);
}

static void put_title(struct cg_figure *figure)
{
    fputs("set title ", figure->script);
    cg_put_gnuplot(figure->title, figure->script);
    fputs(" noenhanced font ',15'\n", figure->script);
}

static int total_of(const int *counts, int n)
{
    int total = 0;
    for (int i = 0; i < n; i++)
        total += counts[i];
    return total;
}

/* ---- speed over madds, memory access, roofline ---- */

static enum cg_status plot_speed(struct cg_canvas *canvas, const struct cg_panel *panel,
                                 const struct cg_suite_view *view, const struct cloud *cloud,
                                 struct cg_error *err)
{
    int counts[MAX_FAMILIES];
    struct cg_figure *figure = begin(canvas, panel, view, "speed", "Speed over multiply-adds", err);
    if (!figure)
        return CG_IO;
    const int first = put_families(figure, cloud, get_madds, get_speed, counts);
    const double peak =
        cg_device_peak(&panel->input->results->device, view->setting.isa, view->setting.threads);
    double best = 0;
    for (int i = 0; i < cloud->n; i++)
        best = fmax(best, cloud->points[i].madds * cloud->points[i].images_per_s);
    figure->width = 860;
    cg_figure_head(figure);
    put_title(figure);
    char before[512];
    fputs("set logscale xy\nset xlabel 'MFLOPs (M multiply-adds)'\nset ylabel 'images / s'\n"
          "set key tmargin center horizontal samplen 3 font ',11'\nset format x '%g'\nset format y '%g'\nset "
          "offsets graph 0.02, "
          "graph "
          "0.05, 0, 0\n",
          figure->script);
    snprintf(before, sizeof before,
             "plot %.6g/x with lines lc rgb '#999999' dt 2 title '%.3g Gmadds/s', %.6g/x with lines lc rgb "
             "'#cccccc' dt 2 "
             "title '%.3g Gmadds/s'",
             best / 1e6, best / 1e9, best / 2e6, best / 2e9);
    if (peak > 0)
        snprintf(before + strlen(before), sizeof before - strlen(before),
                 ", %.6g/x with lines lc rgb '#444444' lw 2 title 'measured peak, %.3g Gmadds/s'", peak / 1e6,
                 peak / 1e9);
    plot_families(figure, cloud, first, counts, true, true, before);
    return cg_figure_end(figure, err);
}

static enum cg_status plot_pair(struct cg_canvas *canvas, const struct cg_panel *panel,
                                const struct cg_suite_view *view, const struct cloud *cloud, const char *kind,
                                const char *title, value_of *x, value_of *y, const char *labels,
                                const char *before, struct cg_error *err)
{
    int n = 0;
    for (int i = 0; i < cloud->n; i++)
        n += !isnan(x(&cloud->points[i])) && !isnan(y(&cloud->points[i]));
    if (n < 2)
        return CG_OK;
    int counts[MAX_FAMILIES];
    struct cg_figure *figure = begin(canvas, panel, view, kind, title, err);
    if (!figure)
        return CG_IO;
    const int first = put_families(figure, cloud, x, y, counts);
    figure->width = 860;
    cg_figure_head(figure);
    put_title(figure);
    fprintf(figure->script,
            "set logscale xy\n%s\nset key tmargin center horizontal samplen 3 font ',11'\nset format x "
            "'%%g'\nset format y '%%g'\n",
            labels);
    plot_families(figure, cloud, first, counts, true, true, before);
    return cg_figure_end(figure, err);
}

/* ---- the paper's Figure 1 ---- */

static void paper_cloud(struct cloud *cloud, enum cg_paper_column column)
{
    struct cg_paper_network rows[CG_PAPER_NETWORKS];
    const int n = cg_paper_networks(rows, CG_PAPER_NETWORKS);
    cloud->n = cloud->n_families = 0;
    for (int i = 0; i < n; i++) {
        if (isnan(rows[i].images_per_s[column]) || isnan(rows[i].top1_error))
            continue;
        struct point *p = &cloud->points[cloud->n++];
        *p = (struct point){.family = rows[i].family,
                            .madds = rows[i].madds,
                            .images_per_s = rows[i].images_per_s[column],
                            .time_ns = 1e9 / rows[i].images_per_s[column],
                            .error = rows[i].top1_error};
        snprintf(p->label, sizeof p->label, "%.60s", rows[i].model);
    }
    qsort(cloud->points, (size_t)cloud->n, sizeof cloud->points[0], compare_points);
    for (int i = 0; i < cloud->n; i++)
        note_family(cloud, cloud->points[i].family);
}

static void figure1_panel(struct cg_figure *figure, const char *title, const char *x_label,
                          const struct cloud *cloud, int first, const int *counts, bool titles)
{
    fputs("set title ", figure->script);
    cg_put_gnuplot(title, figure->script);
    fprintf(figure->script, " noenhanced font ',12'\nset xlabel '%s'\n%s\n", x_label,
            titles ? "set key tmargin center horizontal font ',10' maxcols 4 samplen 3" : "unset key");
    plot_families(figure, cloud, first, counts, true, titles, "plot");
}

static enum cg_status plot_figure1(struct cg_canvas *canvas, const struct cg_panel *panel,
                                   const struct cg_suite_view *view, struct cloud *cloud,
                                   struct cg_error *err)
{
    int counts[MAX_FAMILIES], speed_counts[MAX_FAMILIES], paper_counts[CG_PAPER_COLUMN_COUNT][MAX_FAMILIES];
    int paper_first[CG_PAPER_COLUMN_COUNT], errors = 0;
    for (int i = 0; i < cloud->n; i++)
        errors += !isnan(cloud->points[i].error);
    if (errors < 2)
        return CG_OK;
    struct cloud *papers = calloc(CG_PAPER_COLUMN_COUNT, sizeof *papers);
    struct cg_figure *figure = papers ? begin(canvas, panel, view, "figure1",
                                              "Top-1 error against complexity and against speed", err)
                                      : NULL;
    if (!figure) {
        free(papers);
        return papers ? CG_IO : cg_fail(err, CG_NO_MEMORY, "no memory for a figure");
    }
    const int first = put_families(figure, cloud, get_madds, get_error, counts);
    const int first_speed = put_families(figure, cloud, get_speed, get_error, speed_counts);
    for (int p = 0; p < CG_PAPER_COLUMN_COUNT; p++) {
        paper_cloud(&papers[p], (enum cg_paper_column)p);
        paper_first[p] = put_families(figure, &papers[p], get_speed, get_error, paper_counts[p]);
    }
    figure->width = 1100;
    figure->height = 1060;
    cg_figure_head(figure);
    fputs("set multiplot layout 2,2 title ", figure->script);
    cg_put_gnuplot(figure->title, figure->script);
    fputs(".\"\\n \" noenhanced font ',16'\nset ylabel 'published top-1 error, %'\nset logscale x\nset "
          "format x '%g'\n",
          figure->script);
    figure1_panel(figure, "Complexity", "MFLOPs (M multiply-adds)", cloud, first, counts, true);
    char title[160];
    snprintf(title, sizeof title, "%.80s, %.30s, %d thread%s", panel->device, view->setting.engine,
             view->setting.threads, view->setting.threads == 1 ? "" : "s");
    figure1_panel(figure, title, "images / s", cloud, first_speed, speed_counts, true);
    for (int p = 0; p < CG_PAPER_COLUMN_COUNT; p++)
        figure1_panel(figure, cg_paper_title((enum cg_paper_column)p), "images / s", &papers[p],
                      paper_first[p], paper_counts[p], true);
    fputs("unset multiplot\n", figure->script);
    snprintf(figure->caption + strlen(figure->caption), sizeof figure->caption - strlen(figure->caption),
             " Errors and the paper's speeds as published in its Table 8. (%d networks)",
             total_of(counts, cloud->n_families));
    free(papers);
    return cg_figure_end(figure, err);
}

/* ---- ranks ---- */

static enum cg_status plot_ranks(struct cg_canvas *canvas, const struct cg_panel *panel,
                                 const struct cg_suite_view *view, const struct cloud *cloud,
                                 struct cg_error *err)
{
    if (cloud->n < 3)
        return CG_OK;
    struct cg_figure *figure =
        begin(canvas, panel, view, "ranks", "Rank by multiply-adds against rank by measured speed", err);
    if (!figure)
        return CG_IO;
    for (int i = 0; i < cloud->n; i++) {
        const struct point *p = &cloud->points[i];
        for (int side = 0; side < 2; side++) {
            fprintf(figure->data, "%d %d ", side, side ? p->rank_speed + 1 : p->rank_madds + 1);
            cg_put_gnuplot_data(p->label, figure->data);
            fprintf(figure->data, " \"%.4g\"\n", side ? p->time_ns / 1e6 : p->madds / 1e6);
        }
        cg_figure_end_block(figure);
    }
    figure->width = 860;
    figure->height = 120 + 22 * cloud->n;
    cg_figure_head(figure);
    put_title(figure);
    FILE *out = figure->script;
    fprintf(out,
            "unset border\nunset grid\nunset ytics\nunset key\nset xtics ('fewest multiply-adds (M) first' "
            "0, 'fastest (ms) "
            "first' 1) scale 0\nset xrange [-0.75:1.75]\nset yrange [%d.5:0.5]\nplot ",
            cloud->n);
    for (int i = 0; i < cloud->n; i++) {
        char style[96];
        cg_figure_style(style_of_family(cloud->points[i].family), style, sizeof style);
        fprintf(out,
                "%s\\\n  '%s.dat' index %d using 1:2 with linespoints %s, "
                "'' index %d every 1::0::0 using 1:2:(stringcolumn(3).'  '.stringcolumn(4).'  ') with labels "
                "right font ',11', "
                "'' index %d every 1::1::1 using 1:2:('  '.stringcolumn(4).'  '.stringcolumn(3)) with labels "
                "left font ',11'",
                i ? ", " : "", figure->slug, i, style, i, i);
    }
    putc('\n', out);
    return cg_figure_end(figure, err);
}

enum cg_status cg_plot_networks(struct cg_canvas *canvas, const struct cg_panel *panel, int v,
                                struct cg_error *err)
{
    const struct cg_suite_view *view = panel->views.items[v];
    struct cloud *cloud = calloc(1, sizeof *cloud);
    if (!cloud)
        return cg_fail(err, CG_NO_MEMORY, "no memory for a figure");
    fill_cloud(view, cloud);
    enum cg_status status = CG_OK;
    if (cloud->n >= 2) {
        status = plot_figure1(canvas, panel, view, cloud, err);
        if (status == CG_OK)
            status = plot_speed(canvas, panel, view, cloud, err);
        if (status == CG_OK)
            status = plot_pair(
                canvas, panel, view, cloud, "memory", "Speed over memory access cost", get_mem, get_speed,
                "set xlabel 'memory access cost, MB (model of the paper)'\nset ylabel 'images / s'", "plot",
                err);
        if (status == CG_OK)
            status =
                plot_pair(canvas, panel, view, cloud, "roofline",
                          "Measured time over the roofline's prediction", get_roofline, get_ms,
                          "set xlabel 'predicted by the measured roofline, ms'\nset ylabel 'measured, ms'",
                          "plot x with lines lc rgb '#444444' lw 2 title 'as predicted'", err);
        if (status == CG_OK)
            status = plot_ranks(canvas, panel, view, cloud, err);
    }
    free(cloud);
    return status;
}

enum cg_status cg_plot_small_multiples(struct cg_canvas *canvas, const struct cg_panel *panels, int n,
                                       struct cg_error *err)
{
    struct cloud *cloud = calloc(1, sizeof *cloud);
    struct cg_figure *figure =
        cloud ? cg_figure_begin(canvas->figures, canvas->folder, "devices-speed", err) : NULL;
    int firsts[24], counts[24][MAX_FAMILIES], families[24], shown = 0;
    const char *heads[24];
    if (!figure) {
        free(cloud);
        return cloud ? CG_IO : cg_fail(err, CG_NO_MEMORY, "no memory for a figure");
    }
    const char *names[24][MAX_FAMILIES];
    for (int p = 0; p < n && shown < 24; p++) {
        if (panels[p].views.n == 0)
            continue;
        fill_cloud(panels[p].views.items[0], cloud);
        if (cloud->n < 2)
            continue;
        firsts[shown] = put_families(figure, cloud, get_madds, get_speed, counts[shown]);
        families[shown] = cloud->n_families;
        memcpy(names[shown], cloud->families, sizeof cloud->families);
        heads[shown++] = panels[p].device;
    }
    snprintf(figure->title, sizeof figure->title, "Speed over multiply-adds, device by device");
    snprintf(figure->caption, sizeof figure->caption, "The first setting of each file; the first %d files.",
             shown);
    const int columns = shown < 4 ? shown : 4, rows = shown > 0 ? (shown + 3) / 4 : 1;
    figure->width = columns < 3 ? 720 : 1200;
    figure->height = 60 + 260 * rows;
    cg_figure_head(figure);
    if (shown > 0)
        fprintf(
            figure->script,
            "set multiplot layout %d,%d\nset logscale xy\nset format x '%%g'\nset format y '%%g'\nunset key\n"
            "set tics font ',9'\nset xlabel 'M multiply-adds' font ',10'\nset ylabel 'images / s' font "
            "',10'\n",
            rows, columns);
    for (int s = 0; s < shown; s++) {
        fputs("set title ", figure->script);
        cg_put_gnuplot(heads[s], figure->script);
        fputs(" noenhanced font ',10'\n", figure->script);
        cloud->n_families = families[s];
        memcpy(cloud->families, names[s], sizeof cloud->families);
        plot_families(figure, cloud, firsts[s], counts[s], true, false, "plot");
    }
    if (shown > 0)
        fputs("unset multiplot\n", figure->script);
    free(cloud);
    return cg_figure_end(figure, err);
}

enum cg_status cg_plot_threads(struct cg_canvas *canvas, const struct cg_panel *panel, struct cg_error *err)
{
    const struct cg_suite_views *views = &panel->views;
    int most = 0, fewest = 1 << 30, lines = 0;
    for (int v = 0; v < views->n; v++) {
        most = views->items[v]->setting.threads > most ? views->items[v]->setting.threads : most;
        fewest = views->items[v]->setting.threads < fewest ? views->items[v]->setting.threads : fewest;
    }
    if (most <= fewest)
        return CG_OK;
    char slug[96], text[96];
    snprintf(text, sizeof text, "%d threads %.40s", panel->input_index + 1, views->suite->name);
    cg_slug(text, slug, sizeof slug);
    struct cg_figure *figure = cg_figure_begin(canvas->figures, canvas->folder, slug, err);
    if (!figure)
        return CG_IO;
    struct {
        char name[96];
        int block;
    } named[CG_FIGURE_STYLES];
    for (int v = 0; v < views->n; v++) {
        const struct cg_suite_view *base = views->items[v];
        if (base->setting.threads != fewest)
            continue;
        for (int g = 0; g < base->n_groups; g++)
            for (int i = 0; i < base->groups[g].n_cases && lines < CG_FIGURE_STYLES; i++) {
                const struct cg_case_view *c = &base->groups[g].cases[i];
                int points = 0;
                for (int w = 0; c->record && w < views->n; w++) {
                    struct cg_setting other = views->items[w]->setting;
                    const struct cg_record *record = views->items[w]->groups[g].cases[i].record;
                    const int threads = other.threads;
                    other.threads = fewest;
                    if (!record || !cg_setting_equal(&other, &base->setting))
                        continue;
                    fprintf(figure->data, "%d %.6g\n", threads, c->record->time.median / record->time.median);
                    points++;
                }
                if (points < 2)
                    continue;
                snprintf(named[lines].name, sizeof named[lines].name, "%.50s, %.20s",
                         c->c->label ? c->c->label : c->c->name, base->setting.engine);
                named[lines++].block = cg_figure_end_block(figure);
            }
    }
    snprintf(figure->title, sizeof figure->title, "Scaling over threads");
    snprintf(figure->caption, sizeof figure->caption, "%.100s; time at %d thread%s over time at more.",
             panel->device, fewest, fewest == 1 ? "" : "s");
    figure->width = 860;
    cg_figure_head(figure);
    put_title(figure);
    fprintf(figure->script,
            "set xlabel 'threads'\nset ylabel 'speed-up'\nset xtics 1\nset key tmargin center horizontal "
            "samplen 3 font "
            "',11'\nset yrange "
            "[0:*]\n"
            "plot x/%d.0 with lines lc rgb '#444444' title 'ideal'",
            fewest);
    for (int l = 0; l < lines; l++) {
        char style[96];
        cg_figure_style(l, style, sizeof style);
        fprintf(figure->script, ", \\\n  '%s.dat' index %d using 1:2 with linespoints %s title ",
                figure->slug, named[l].block, style);
        cg_put_gnuplot(named[l].name, figure->script);
    }
    putc('\n', figure->script);
    return cg_figure_end(figure, err);
}
