/* Figures of profiles: time by kind of layer, and layers under the roofline. */
#include "report/plots.h"

#include "report/axes.h"
#include "report/breakdown.h"
#include "report/escape.h"

#include <math.h>
#include <string.h>

#define MAX_BARS   40
#define MAX_LAYERS 6 /* figures of layers a file */

static struct cg_figure *begin(struct cg_canvas *canvas, int input_index, const char *kind, const char *title,
                               struct cg_error *err)
{
    char slug[96];
    snprintf(slug, sizeof slug, "%d-%s", input_index + 1, kind);
    struct cg_figure *figure = cg_figure_begin(canvas->figures, canvas->folder, slug, err);
    if (figure)
        snprintf(figure->title, sizeof figure->title, "%.190s", title);
    return figure;
}

static void put_title(struct cg_figure *figure)
{
    fputs("set title ", figure->script);
    cg_put_gnuplot(figure->title, figure->script);
    fputs(" noenhanced font ',15'\n", figure->script);
}

static const char *device_of(const struct cg_input *input)
{
    return input->results->device.cpu_model ? input->results->device.cpu_model : "device unknown";
}

/* ---- the paper's Figure 2 ---- */

struct bar {
    char name[160];
    double percent[CG_SPLIT_KIND_COUNT];
};

static bool same_graph(const struct cg_record *a, const struct cg_record *b)
{
    return a->graph && b->graph && strcmp(a->graph, b->graph) == 0;
}

static int measured_bar(const struct cg_record *record, struct bar *bars, int n)
{
    struct cg_split split;
    if (n == MAX_BARS || !cg_split_of(record, &split))
        return n;
    for (int k = 0; k < CG_SPLIT_KIND_COUNT; k++)
        bars[n].percent[k] = 100 * split.ns[k] / split.sum_ns;
    snprintf(bars[n].name, sizeof bars[n].name, "%.60s, %.20s, %d thread%s%s",
             record->case_name ? record->case_name : "?",
             record->setting.engine ? record->setting.engine : "?", record->setting.threads,
             record->setting.threads == 1 ? "" : "s",
             record->setting.fusion == CG_FUSION_NONE ? ", not fused" : "");
    return n + 1;
}

static int published_bars(const struct cg_record *record, struct bar *bars, int n)
{
    for (int p = 0; p < CG_PAPER_COLUMN_COUNT && n < MAX_BARS; p++) {
        if (isnan(cg_split_paper(record, (enum cg_paper_column)p, CG_SPLIT_CONV)))
            continue;
        for (int k = 0; k < CG_SPLIT_KIND_COUNT; k++) {
            const double share = cg_split_paper(record, (enum cg_paper_column)p, (enum cg_split_kind)k);
            bars[n].percent[k] = isnan(share) ? 0 : share;
        }
        snprintf(bars[n].name, sizeof bars[n].name, "%.60s, paper, %s",
                 record->case_name ? record->case_name : "?", cg_paper_word((enum cg_paper_column)p));
        n++;
    }
    return n;
}

/* A network under all settings, then the paper's bars of it. */
static int collect_bars(const struct cg_results *results, struct bar *bars)
{
    int n = 0;
    for (int r = 0; r < results->n_records; r++) {
        const struct cg_record *first = results->records[r];
        bool done = first->n_layers == 0;
        for (int b = 0; b < r && !done; b++)
            done = results->records[b]->n_layers > 0 && same_graph(results->records[b], first);
        if (done)
            continue;
        n = measured_bar(first, bars, n);
        for (int k = r + 1; k < results->n_records; k++)
            if (same_graph(results->records[k], first))
                n = measured_bar(results->records[k], bars, n);
        n = published_bars(first, bars, n);
    }
    return n;
}

/* Told apart in black and white as well: by pattern and grey. */
static const struct {
    const char *colour, *fill;
} fills[CG_SPLIT_KIND_COUNT] = {
    [CG_SPLIT_CONV] = {"#0072B2", "solid 1"},      [CG_SPLIT_DEPTHWISE] = {"#0072B2", "pattern 4"},
    [CG_SPLIT_SHUFFLE] = {"#CC79A7", "pattern 2"}, [CG_SPLIT_ELEMENTWISE] = {"#E69F00", "solid 0.75"},
    [CG_SPLIT_DATA] = {"#009E73", "pattern 5"},    [CG_SPLIT_OTHER] = {"#BBBBBB", "solid 0.4"},
};

static void put_bars(struct cg_figure *figure, const struct bar *bars, int n)
{
    FILE *data = figure->data, *out = figure->script;
    fputs("# from, to (per cent), row, network\n", data);
    for (int k = 0; k < CG_SPLIT_KIND_COUNT; k++) {
        for (int b = 0; b < n; b++) {
            double from = 0;
            for (int before = 0; before < k; before++)
                from += bars[b].percent[before];
            fprintf(data, "%.6g %.6g %d ", from, from + bars[b].percent[k], b);
            cg_put_gnuplot_data(bars[b].name, data);
            putc('\n', data);
        }
        cg_figure_end_block(figure);
    }
    cg_figure_head(figure);
    put_title(figure);
    fprintf(
        out,
        "set xlabel 'share of the time of all layers, %%'\nset xrange [0:100]\nset yrange [%g:-0.7]\nset key "
        "tmargin center horizontal Left reverse samplen 2 font ',11'\nset lmargin at screen %.4f\nset "
        "rmargin "
        "at screen 0.97\nset ytics (",
        n - 0.3, 330.0 / figure->width);
    for (int b = 0; b < n; b++) {
        fputs(b ? ", " : "", out);
        cg_put_gnuplot(bars[b].name, out);
        fprintf(out, " %d", b);
    }
    fputs(") scale 0 noenhanced font ',10'\nunset grid\nset grid x\nplot ", out);
    for (int k = 0; k < CG_SPLIT_KIND_COUNT; k++)
        fprintf(out,
                "%s'%s.dat' index %d using 1:3:1:2:($3-0.36):($3+0.36) with boxxyerror fillstyle %s border "
                "lc rgb "
                "'#333333' fillcolor rgb '%s' title '%s'",
                k ? ", \\\n  " : "", figure->slug, k, fills[k].fill, fills[k].colour,
                cg_split_kind_name((enum cg_split_kind)k));
    putc('\n', out);
}

enum cg_status cg_plot_breakdown(struct cg_canvas *canvas, const struct cg_input *input, int input_index,
                                 struct cg_error *err)
{
    struct bar bars[MAX_BARS];
    const int n = collect_bars(input->results, bars);
    if (n == 0)
        return CG_OK;
    struct cg_figure *figure = begin(canvas, input_index, "breakdown", "Run time by kind of layer", err);
    if (!figure)
        return CG_IO;
    snprintf(
        figure->caption, sizeof figure->caption,
        "%.100s. Medians of profiles, as shares of the sum of the layers. The paper's bars are its Figure 2, "
        "which does not say where depthwise convolutions are booked.%s",
        device_of(input), n == MAX_BARS ? " The first 40 bars; the table has all." : "");
    figure->width = 1000;
    figure->height = 130 + 22 * n;
    put_bars(figure, bars, n);
    return cg_figure_end(figure, err);
}

/* ---- layers under the roofline ---- */

/* Bandwidths of the device as roofs: the widest measured of each level at the record's threads. */
static double bandwidth_of(const struct cg_device_record *device, const char *level, int threads)
{
    double best = NAN;
    for (int i = 0; i < device->n_bandwidths; i++) {
        const struct cg_bandwidth_record *b = &device->bandwidths[i];
        if (b->threads == threads && b->level && strcmp(b->level, level) == 0 && !(b->bytes_per_s <= best))
            best = b->bytes_per_s;
    }
    return best;
}

static bool is_shown(const struct cg_layer_record *layer)
{
    return layer->category && layer->madds > 0 && layer->bytes > 0 && layer->time_ns > 0;
}

static void put_layers(struct cg_figure *figure, const struct cg_record *record, int *counts,
                       struct cg_axis *x_axis, struct cg_axis *y_axis)
{
    fputs("# multiply-adds per byte, Gmadds/s, layer\n", figure->data);
    for (int k = 0; k < CG_SPLIT_KIND_COUNT; k++) {
        counts[k] = 0;
        for (int i = 0; i < record->n_layers; i++) {
            const struct cg_layer_record *layer = &record->layers[i];
            if (!is_shown(layer) || strcmp(layer->category, cg_split_kind_name((enum cg_split_kind)k)) != 0)
                continue;
            const double x = (double)layer->madds / (double)layer->bytes,
                         y = (double)layer->madds / layer->time_ns;
            fprintf(figure->data, "%.6g %.6g ", x, y);
            cg_put_gnuplot_data(layer->name ? layer->name : "", figure->data);
            putc('\n', figure->data);
            cg_axis_include(x_axis, x);
            cg_axis_include(y_axis, y);
            counts[k]++;
        }
        if (counts[k] == 0)
            fputs("NaN NaN \"\"\n", figure->data);
        cg_figure_end_block(figure);
    }
}

static void plot_layers(struct cg_figure *figure, const struct cg_device_record *device,
                        const struct cg_record *record)
{
    static const char *const levels[] = {"L1", "L2", "L3", "DRAM"};
    int counts[CG_SPLIT_KIND_COUNT];
    struct cg_axis x_axis = cg_axis_empty(true), y_axis = cg_axis_empty(true);
    const struct cg_area area = {90, 700, 70, 510};
    const double peak = cg_device_peak(device, &record->setting);
    put_layers(figure, record, counts, &x_axis, &y_axis);
    cg_axis_include(&y_axis, peak / 1e9);
    cg_axis_pad(&x_axis);
    cg_axis_pad(&y_axis);
    cg_figure_head(figure);
    put_title(figure);
    FILE *out = figure->script;
    fprintf(out,
            "set xlabel 'multiply-adds per byte moved'\nset ylabel 'Gmadds / s'\nset samples 400\nset key at "
            "screen "
            "%.4f,%.4f left top vertical Left reverse samplen 3 font ',11'\n",
            (area.right + 18) / figure->width, area.top / figure->height);
    cg_area_put(&area, figure);
    cg_axis_put(&x_axis, 'x', out);
    cg_axis_put(&y_axis, 'y', out);
    fputs("plot ", out);
    bool any = false;
    if (peak > 0) {
        fprintf(out, "%.6g with lines lc rgb '#222222' lw 2.2 title 'measured peak, %.3g Gmadds/s'",
                peak / 1e9, peak / 1e9);
        any = true;
    }
    for (size_t l = 0; l < sizeof levels / sizeof levels[0]; l++) {
        const double bandwidth = bandwidth_of(device, levels[l], record->setting.threads);
        if (isnan(bandwidth))
            continue;
        fprintf(out,
                "%s(%.6g*x < %.6g ? %.6g*x : NaN) with lines lc rgb '#666666' lw 1.4 dt %zu title '%s, %.3g "
                "GB/s'",
                any ? ", \\\n  " : "", bandwidth / 1e9, peak > 0 ? peak / 1e9 : 1e9, bandwidth / 1e9, l + 2,
                levels[l], bandwidth / 1e9);
        any = true;
    }
    for (int k = 0; k < CG_SPLIT_KIND_COUNT; k++) {
        char style[96];
        if (counts[k] == 0)
            continue;
        cg_figure_style(k, style, sizeof style);
        fprintf(out, "%s'%s.dat' index %d using 1:2 with points %s title '%s'", any ? ", \\\n  " : "",
                figure->slug, k, style, cg_split_kind_name((enum cg_split_kind)k));
        any = true;
    }
    fputs(any ? "\n" : "NaN notitle\n", out);
}

enum cg_status cg_plot_layers(struct cg_canvas *canvas, const struct cg_input *input, int input_index,
                              struct cg_error *err)
{
    int shown = 0;
    for (int r = 0; r < input->results->n_records && shown < MAX_LAYERS; r++) {
        const struct cg_record *record = input->results->records[r];
        char text[256], slug[80], title[190];
        int layers = 0;
        for (int i = 0; i < record->n_layers; i++)
            layers += is_shown(&record->layers[i]);
        if (layers == 0)
            continue;
        snprintf(text, sizeof text, "layers %d %.40s %.20s", ++shown, record->case_name,
                 record->setting.engine);
        cg_slug(text, slug, sizeof slug);
        snprintf(title, sizeof title, "Layers of %.80s under the roofline", record->case_name);
        struct cg_figure *figure = begin(canvas, input_index, slug, title, err);
        if (!figure)
            return CG_IO;
        figure->width = 1020;
        char setting[256];
        cg_setting_text(&record->setting, setting, sizeof setting);
        snprintf(
            figure->caption, sizeof figure->caption,
            "%.100s; %.200s; n = %d layers with multiply-adds, medians of a profile. Bytes: read, written "
            "and weights of the layer, once each. Roofs as measured.",
            device_of(input), setting, layers);
        plot_layers(figure, &input->results->device, record);
        const enum cg_status status = cg_figure_end(figure, err);
        if (status != CG_OK)
            return status;
    }
    return CG_OK;
}
