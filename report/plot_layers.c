/* Figures of profiles: time by kind of layer, and layers under the roofline. */
#include "report/plots.h"

#include "report/escape.h"
#include "report/paper.h"

#include <math.h>
#include <string.h>

static const struct {
    const char *category, *printed; /* printed: as in the paper's Figure 2 */
} kinds[] = {{"conv", "Conv"}, {"depthwise", NULL}, {"shuffle", "Shuffle"}, {"elementwise", "Elemwise"},
             {"data", "Data"}, {"other", "Other"}};
#define N_KINDS (sizeof kinds / sizeof kinds[0])

static bool has_layers(const struct cg_input *input)
{
    for (int r = 0; r < input->results->n_records; r++)
        if (input->results->records[r]->n_layers > 0)
            return true;
    return false;
}

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

static void put_bar(struct cg_figure *figure, const char *label, const double *shares)
{
    cg_put_gnuplot_data(label, figure->data);
    for (size_t k = 0; k < N_KINDS; k++)
        fprintf(figure->data, " %.6g", isnan(shares[k]) ? 0 : shares[k]);
    putc('\n', figure->data);
}

static int put_record_bars(struct cg_figure *figure, const struct cg_record *record)
{
    double times[N_KINDS] = {0}, total = 0;
    int bars = 1;
    char label[160], id[256];
    for (int i = 0; i < record->n_layers; i++)
        for (size_t k = 0; k < N_KINDS; k++)
            if (record->layers[i].category && strcmp(record->layers[i].category, kinds[k].category) == 0 &&
                !isnan(record->layers[i].time_ns))
                times[k] += record->layers[i].time_ns;
    for (size_t k = 0; k < N_KINDS; k++)
        total += times[k];
    for (size_t k = 0; k < N_KINDS; k++)
        times[k] *= total > 0 ? 100 / total : 0;
    snprintf(label, sizeof label, "%.60s (%.20s)", record->case_name, record->engine);
    put_bar(figure, label, times);
    if (cg_record_network_name(record, id, sizeof id) == 0)
        return bars;
    for (int p = 0; p < CG_PAPER_COLUMN_COUNT; p++) {
        if (isnan(cg_paper_share(id, (enum cg_paper_column)p, "Conv")))
            continue;
        for (size_t k = 0; k < N_KINDS; k++)
            times[k] = kinds[k].printed ? cg_paper_share(id, (enum cg_paper_column)p, kinds[k].printed) : 0;
        snprintf(label, sizeof label, "%.60s (paper, %s)", record->case_name,
                 cg_paper_word((enum cg_paper_column)p));
        put_bar(figure, label, times);
        bars++;
    }
    return bars;
}

enum cg_status cg_plot_breakdown(struct cg_canvas *canvas, const struct cg_input *input, int input_index,
                                 struct cg_error *err)
{
    if (!has_layers(input))
        return CG_OK;
    struct cg_figure *figure = begin(canvas, input_index, "breakdown", "Run time by kind of layer", err);
    if (!figure)
        return CG_IO;
    int bars = 0;
    for (int r = 0; r < input->results->n_records && bars < 40; r++)
        if (input->results->records[r]->n_layers > 0)
            bars += put_record_bars(figure, input->results->records[r]);
    snprintf(figure->caption, sizeof figure->caption,
             "Shares of the sum of the layers. The paper does not say where its Figure 2 books depthwise "
             "convolutions.");
    figure->width = 900;
    figure->height = 480;
    cg_figure_head(figure);
    fprintf(figure->script,
            "set title '%s' font ',15'\nset style data histograms\nset style histogram rowstacked\nset "
            "boxwidth 0.7\n"
            "set style fill pattern border lc rgb '#333333'\nset ylabel 'share of run time, %%'\nset yrange "
            "[0:100]\n"
            "set key outside right top invert\nset xtics rotate by -25 noenhanced font ',11'\nplot ",
            figure->title);
    static const char *const colours[] = {"#0072B2", "#56B4E9", "#CC79A7", "#D55E00", "#E69F00", "#999999"};
    for (size_t k = 0; k < N_KINDS; k++)
        fprintf(figure->script, "%s'%s.dat' using %zu%s lc rgb '%s' title '%s'", k ? ", \\\n  " : "",
                figure->slug, k + 2, k ? "" : ":xtic(1)", colours[k], kinds[k].category);
    putc('\n', figure->script);
    return cg_figure_end(figure, err);
}

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

static void layers_of(struct cg_figure *figure, const struct cg_device_record *device,
                      const struct cg_record *record)
{
    static const char *const levels[] = {"L1", "L2", "L3", "DRAM"};
    int blocks[N_KINDS], counts[N_KINDS];
    for (size_t k = 0; k < N_KINDS; k++) {
        counts[k] = 0;
        for (int i = 0; i < record->n_layers; i++) {
            const struct cg_layer_record *layer = &record->layers[i];
            if (!layer->category || strcmp(layer->category, kinds[k].category) != 0 || layer->madds <= 0 ||
                layer->bytes <= 0 || !(layer->time_ns > 0))
                continue;
            fprintf(figure->data, "%.6g %.6g\n", (double)layer->madds / (double)layer->bytes,
                    (double)layer->madds / layer->time_ns);
            counts[k]++;
        }
        if (counts[k] == 0)
            fputs("NaN NaN\n", figure->data);
        blocks[k] = cg_figure_end_block(figure);
    }
    cg_figure_head(figure);
    FILE *out = figure->script;
    fputs("set title ", out);
    cg_put_gnuplot(figure->title, out);
    fputs(" noenhanced font ',15'\nset logscale xy\nset xlabel 'multiply-adds per byte moved'\nset ylabel "
          "'Gmadds / s'\n"
          "set format x '%g'\nset format y '%g'\nset key tmargin center horizontal samplen 3\nset yrange "
          "[0.05:*]\nplot ",
          out);
    bool any = false;
    const double peak = cg_device_peak(device, record->isa, record->threads);
    if (peak > 0) {
        fprintf(out, "%.6g with lines lc rgb '#444444' lw 2 title 'measured peak'", peak / 1e9);
        any = true;
    }
    for (size_t l = 0; l < sizeof levels / sizeof levels[0]; l++) {
        const double bandwidth = bandwidth_of(device, levels[l], record->threads);
        if (isnan(bandwidth))
            continue;
        fprintf(out, "%s%s%.6g*x%s with lines lc rgb '#888888' dt %zu title '%s bandwidth'", any ? ", " : "",
                peak > 0 ? "(" : "", bandwidth / 1e9, peak > 0 ? ")" : "", l + 2, levels[l]);
        any = true;
    }
    for (size_t k = 0; k < N_KINDS; k++) {
        char style[96];
        if (counts[k] == 0)
            continue;
        cg_figure_style((int)k, style, sizeof style);
        fprintf(out, "%s'%s.dat' index %d using 1:2 with points %s title '%s'", any ? ", \\\n  " : "",
                figure->slug, blocks[k], style, kinds[k].category);
        any = true;
    }
    fputs(any ? "\n" : "NaN notitle\n", out);
}

enum cg_status cg_plot_layers(struct cg_canvas *canvas, const struct cg_input *input, int input_index,
                              struct cg_error *err)
{
    int shown = 0;
    for (int r = 0; r < input->results->n_records && shown < 6; r++) {
        const struct cg_record *record = input->results->records[r];
        char text[256], slug[80], title[190];
        if (record->n_layers == 0)
            continue;
        snprintf(text, sizeof text, "layers %d %.40s %.20s", ++shown, record->case_name, record->engine);
        cg_slug(text, slug, sizeof slug);
        snprintf(title, sizeof title, "Layers of %.80s under the roofline (%.20s, %d thread%s)",
                 record->case_name, record->engine, record->threads, record->threads == 1 ? "" : "s");
        struct cg_figure *figure = begin(canvas, input_index, slug, title, err);
        if (!figure)
            return CG_IO;
        figure->width = 860;
        snprintf(figure->caption, sizeof figure->caption,
                 "%.200s. Bytes: read, written and weights of the layer.",
                 input->results->device.cpu_model ? input->results->device.cpu_model : "device unknown");
        layers_of(figure, &input->results->device, record);
        const enum cg_status status = cg_figure_end(figure, err);
        if (status != CG_OK)
            return status;
    }
    return CG_OK;
}
