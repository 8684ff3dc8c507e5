/* Figures of profiles: time by kind of layer, and layers under the roofline. */
#include "report/plots.h"

#include "base/text.h"
#include "report/axes.h"
#include "report/escape.h"
#include "report/split.h"

#include <math.h>
#include <stdlib.h>

#define MAX_BARS   40
#define MAX_LAYERS 6 /* figures of layers a file */

/* ---- the paper's Figure 2 ---- */

struct bar {
    char name[160];
    double percent[CG_CATEGORY_COUNT];
};

static const char *name_of(const struct cg_record *record)
{
    return record->case_name ? record->case_name : "?";
}

static void measured_bar(const struct cg_record *record, struct bar *bar)
{
    struct cg_split split;
    cg_split_of(record, &split);
    for (int k = 0; k < CG_CATEGORY_COUNT; k++)
        bar->percent[k] = 100 * split.ns[k] / split.sum_ns;
    snprintf(bar->name, sizeof bar->name, "%.60s, %.20s, %.24s%s", name_of(record),
             record->setting.engine ? record->setting.engine : "?",
             cg_format_threads(record->setting.threads).text,
             record->setting.fusion == CG_FUSION_NONE ? ", not fused" : "");
}

static int published_bars(const struct cg_record *record, struct bar *bars, int n)
{
    const struct cg_phrase network = cg_record_network_name(record);
    for (int d = 0; d < CG_PAPER_DEVICE_COUNT && n < MAX_BARS; d++) {
        const enum cg_paper_device device = (enum cg_paper_device)d;
        if (isnan(cg_split_paper(network.text, device, CG_CAT_CONV)))
            continue;
        for (int k = 0; k < CG_CATEGORY_COUNT; k++) {
            const double share = cg_split_paper(network.text, device, (enum cg_category)k);
            bars[n].percent[k] = isnan(share) ? 0 : share;
        }
        snprintf(bars[n].name, sizeof bars[n].name, "%.60s, paper, %s", name_of(record),
                 cg_paper_devices[d].word);
        n++;
    }
    return n;
}

/* A network under all settings, then the paper's bars of it. */
static int collect_bars(struct cg_figures *figures, const struct cg_results *results, struct bar *bars)
{
    int n = 0, n_records;
    const struct cg_record **records = cg_profiled_records(results, &n_records);
    if (!records)
        figures->status = cg_fail(figures->err, CG_NO_MEMORY, "no memory for a figure");
    for (int i = 0; records && i < n_records; i++) {
        if (n < MAX_BARS)
            measured_bar(records[i], &bars[n++]);
        if (cg_is_last_profile(records, n_records, i))
            n = published_bars(records[i], bars, n);
    }
    free(records);
    return n;
}

/* Told apart in black and white as well: by pattern and grey. */
static const struct {
    const char *colour, *fill;
} fills[CG_CATEGORY_COUNT] = {
    [CG_CAT_CONV] = {"#0072B2", "solid 1"},      [CG_CAT_DEPTHWISE] = {"#0072B2", "pattern 4"},
    [CG_CAT_SHUFFLE] = {"#CC79A7", "pattern 2"}, [CG_CAT_ELEMENTWISE] = {"#E69F00", "solid 0.75"},
    [CG_CAT_DATA] = {"#009E73", "pattern 5"},    [CG_CAT_OTHER] = {"#BBBBBB", "solid 0.4"},
};

static void put_bars(struct cg_figure *figure, const struct bar *bars, int n)
{
    FILE *data = figure->data, *out = figure->script;
    fputs("# from, to (per cent), row, network\n", data);
    for (int k = 0; k < CG_CATEGORY_COUNT; k++) {
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
    fprintf(
        out,
        "set xlabel 'share of the time of all layers, %%'\nset xrange [0:100]\nset yrange [%g:-0.7]\nset key "
        "tmargin center horizontal Left reverse samplen 2 font ',11'\nset lmargin at screen %.4f\nset "
        "rmargin at screen 0.97\nset ytics (",
        n - 0.3, 330.0 / figure->width);
    for (int b = 0; b < n; b++) {
        cg_put_gnuplot_line(b ? ", " : "", bars[b].name, "", out);
        fprintf(out, " %d", b);
    }
    fputs(") scale 0 noenhanced font ',10'\nunset grid\nset grid x\nplot ", out);
    for (int k = 0; k < CG_CATEGORY_COUNT; k++)
        fprintf(out,
                "%s'%s.dat' index %d using 1:3:1:2:($3-0.36):($3+0.36) with boxxyerror fillstyle %s border "
                "lc rgb '#333333' fillcolor rgb '%s' title '%s'",
                k ? ", \\\n  " : "", figure->slug, k, fills[k].fill, fills[k].colour,
                cg_category_name((enum cg_category)k));
    putc('\n', out);
}

void cg_plot_breakdown(struct cg_figures *figures, const struct cg_input *input, int input_index)
{
    struct bar bars[MAX_BARS];
    const int n = collect_bars(figures, input->results, bars);
    struct cg_figure *figure = n > 0
                                   ? cg_figure_begin(figures, cg_phrase("%d-breakdown", input_index + 1).text,
                                                     "Run time by kind of layer")
                                   : NULL;
    if (!figure)
        return;
    cg_figure_say(figure,
                  "%.100s. Medians of profiles, as shares of the sum of the layers. The paper's bars are its "
                  "Figure 2, which does not say where depthwise convolutions are booked.%s",
                  cg_device_words(input->results),
                  n == MAX_BARS ? " The first 40 bars; the table has all." : "");
    figure->width = 1000;
    figure->height = 130 + 22 * n;
    put_bars(figure, bars, n);
    cg_figure_end(figures, figure);
}

/* ---- layers under the roofline ---- */

static bool is_shown(const struct cg_layer_record *layer)
{
    return layer->category && layer->madds > 0 && layer->bytes > 0 && layer->time_ns > 0;
}

static void put_layers(struct cg_figure *figure, const struct cg_record *record, int *counts,
                       struct cg_axis *x_axis, struct cg_axis *y_axis)
{
    fputs("# multiply-adds per byte, Gmadds/s, layer\n", figure->data);
    for (int k = 0; k < CG_CATEGORY_COUNT; k++) {
        counts[k] = 0;
        for (int i = 0; i < record->n_layers; i++) {
            const struct cg_layer_record *layer = &record->layers[i];
            if (!is_shown(layer) || !cg_same_text(layer->category, cg_category_name((enum cg_category)k)))
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

/* The measured peak and bandwidths, lines of a plot command; returns whether there are any. */
static bool put_roofs(const struct cg_device_record *device, const struct cg_record *record, double peak,
                      FILE *out)
{
    bool any = peak > 0;
    if (any)
        fprintf(out, "%.6g with lines lc rgb '#222222' lw 2.2 title 'measured peak, %.3g Gmadds/s'",
                peak / 1e9, peak / 1e9);
    for (size_t l = 0; l < CG_MEMORY_LEVELS; l++) {
        const double bandwidth = cg_device_bandwidth(device, cg_memory_levels[l], record->setting.threads);
        if (isnan(bandwidth))
            continue;
        fprintf(out,
                "%s(%.6g*x < %.6g ? %.6g*x : NaN) with lines lc rgb '#666666' lw 1.4 dt %zu title '%s, %.3g "
                "GB/s'",
                any ? ", \\\n  " : "", bandwidth / 1e9, peak > 0 ? peak / 1e9 : 1e9, bandwidth / 1e9, l + 2,
                cg_memory_levels[l], bandwidth / 1e9);
        any = true;
    }
    return any;
}

static void draw_layers(struct cg_figure *figure, const struct cg_device_record *device,
                        const struct cg_record *record)
{
    int counts[CG_CATEGORY_COUNT];
    struct cg_axis x_axis = cg_axis_empty(true), y_axis = cg_axis_empty(true);
    const struct cg_area area = {90, 700, 70, 510};
    const double peak = cg_device_peak(device, &record->setting);
    FILE *out = figure->script;
    put_layers(figure, record, counts, &x_axis, &y_axis);
    cg_axis_include(&y_axis, peak / 1e9);
    cg_axis_pad(&x_axis);
    cg_axis_pad(&y_axis);
    cg_figure_head(figure);
    fprintf(out,
            "set xlabel 'multiply-adds per byte moved'\nset ylabel 'Gmadds / s'\nset samples 400\nset key at "
            "screen %.4f,%.4f left top vertical Left reverse samplen 3 font ',11'\n",
            (area.right + 18) / figure->width, area.top / figure->height);
    cg_area_put(&area, figure);
    cg_axis_put(&x_axis, 'x', out);
    cg_axis_put(&y_axis, 'y', out);
    fputs("plot ", out);
    bool any = put_roofs(device, record, peak, out);
    for (int k = 0; k < CG_CATEGORY_COUNT; k++) {
        if (counts[k] == 0)
            continue;
        fprintf(out, "%s'%s.dat' index %d using 1:2 with points %s title '%s'", any ? ", \\\n  " : "",
                figure->slug, k, cg_figure_style(k).text, cg_category_name((enum cg_category)k));
        any = true;
    }
    fputs(any ? "\n" : "NaN notitle\n", out);
}

void cg_plot_layers(struct cg_figures *figures, const struct cg_input *input, int input_index)
{
    for (int r = 0, shown = 0; r < input->results->n_records && shown < MAX_LAYERS; r++) {
        const struct cg_record *record = input->results->records[r];
        int layers = 0;
        for (int i = 0; i < record->n_layers; i++)
            layers += is_shown(&record->layers[i]);
        if (layers == 0)
            continue;
        struct cg_figure *figure =
            cg_figure_begin(figures,
                            cg_phrase("%d layers %d %.40s %.20s", input_index + 1, ++shown, record->case_name,
                                      record->setting.engine)
                                .text,
                            cg_phrase("Layers of %.80s under the roofline", record->case_name).text);
        if (!figure)
            return;
        figure->width = 1020;
        cg_figure_say(figure,
                      "%.100s; %.200s; n = %d layers with multiply-adds, medians of a profile. Bytes: read, "
                      "written and weights of the layer, once each. Roofs as measured.",
                      cg_device_words(input->results), cg_setting_words(&record->setting).text, layers);
        draw_layers(figure, &input->results->device, record);
        cg_figure_end(figures, figure);
    }
}
