/* Figures of profiles: time by kind of layer, and layers under the roofline. */
#include "report/plots.h"

#include "base/text.h"
#include "report/escape.h"
#include "report/split.h"

#include <math.h>
#include <stdlib.h>

#define MAX_BARS   40
#define MAX_LAYERS 6 /* figures of layers a file */

/* ---- the paper's Figure 2 ---- */

static void put_bar(struct cg_figure *figure, const char *name, const double *percent)
{
    cg_put_gnuplot_data(name, figure->data);
    for (int k = 0; k < CG_CATEGORY_COUNT; k++)
        fprintf(figure->data, " %.6g", percent[k]);
    putc('\n', figure->data);
}

static void put_measured(struct cg_figure *figure, const struct cg_record *record)
{
    double percent[CG_CATEGORY_COUNT];
    struct cg_split split;
    cg_split_of(record, &split);
    for (int k = 0; k < CG_CATEGORY_COUNT; k++)
        percent[k] = 100 * split.ns[k] / split.sum_ns;
    put_bar(figure,
            cg_phrase("%.60s, %.20s, %.24s%s", record->case_name ? record->case_name : "?",
                      record->setting.engine ? record->setting.engine : "?",
                      cg_format_threads(record->setting.threads).text,
                      record->setting.fusion == CG_FUSION_NONE ? ", not fused" : "")
                .text,
            percent);
}

/* The paper's bar of the record's network on a device; returns whether there is one. */
static bool put_published(struct cg_figure *figure, const struct cg_record *record,
                          enum cg_paper_device device)
{
    const struct cg_phrase network = cg_record_network_name(record);
    double percent[CG_CATEGORY_COUNT];
    if (isnan(cg_split_paper(network.text, device, CG_CAT_CONV)))
        return false;
    for (int k = 0; k < CG_CATEGORY_COUNT; k++) {
        const double share = cg_split_paper(network.text, device, (enum cg_category)k);
        percent[k] = isnan(share) ? 0 : share;
    }
    put_bar(figure, cg_phrase("%.60s, paper, %s", record->case_name, cg_paper_devices[device].word).text,
            percent);
    return true;
}

/* A network under all settings, then the paper's bars of it. */
static int put_bars(struct cg_figure *figure, const struct cg_record *const *records, int n)
{
    int bars = 0;
    cg_figure_panel(figure, "", "");
    cg_figure_series(figure, 0, "");
    fputs("\"\"", figure->data);
    for (int k = 0; k < CG_CATEGORY_COUNT; k++)
        fprintf(figure->data, " \"%s\"", cg_category_name((enum cg_category)k));
    putc('\n', figure->data);
    for (int i = 0; i < n && bars < MAX_BARS; i++) {
        put_measured(figure, records[i]);
        bars++;
        for (int d = 0; d < CG_PAPER_DEVICE_COUNT && cg_is_last_profile(records, n, i); d++)
            bars += bars < MAX_BARS && put_published(figure, records[i], (enum cg_paper_device)d);
    }
    return bars;
}

void cg_plot_breakdown(struct cg_figures *figures, const struct cg_input *input, int input_index)
{
    int n;
    const struct cg_record **records = cg_profiled_records(input->results, &n);
    struct cg_figure *figure =
        records && n == 0
            ? NULL
            : cg_figure_begin(figures, "breakdown", cg_phrase("%d-breakdown", input_index + 1).text,
                              "Run time by kind of layer");
    if (figure) {
        const int bars = records ? put_bars(figure, records, n) : 0;
        cg_figure_say(figure,
                      "%.100s. Medians of profiles, as shares of the sum of the layers. The paper's bars are "
                      "its Figure 2, which does not say where depthwise convolutions are booked.%s",
                      cg_device_words(input->results),
                      bars == MAX_BARS ? " The first 40 bars; the table has all." : "");
        cg_figure_end(figures, figure, records != NULL);
    }
    free(records);
}

/* ---- layers under the roofline ---- */

/* Whether a layer has a place there, as one of a category. */
static bool is_shown(const struct cg_layer_record *layer, enum cg_category category)
{
    return layer->madds > 0 && layer->bytes > 0 && layer->time_ns > 0 &&
           cg_same_text(layer->category, cg_category_name(category));
}

/* A series a category. Returns the number of layers. */
static int put_layers(struct cg_figure *figure, const struct cg_record *record)
{
    int shown = 0;
    cg_figure_panel(figure, "", "");
    fputs("# multiply-adds per byte; Gmadds/s; layer\n", figure->data);
    for (int k = 0; k < CG_CATEGORY_COUNT; k++)
        for (int i = 0, of_kind = 0; i < record->n_layers; i++) {
            const struct cg_layer_record *layer = &record->layers[i];
            if (!is_shown(layer, (enum cg_category)k))
                continue;
            if (of_kind++ == 0)
                cg_figure_series(figure, k, cg_category_name((enum cg_category)k));
            fprintf(figure->data, "%.6g %.6g ", (double)layer->madds / (double)layer->bytes,
                    (double)layer->madds / layer->time_ns);
            cg_put_gnuplot_data(layer->name ? layer->name : "", figure->data);
            putc('\n', figure->data);
            shown++;
        }
    return shown;
}

/* The measured peak and bandwidths. */
static void put_roofs(struct cg_figure *figure, const struct cg_device_record *device,
                      const struct cg_record *record)
{
    int roofs = 0;
    cg_figure_number(figure, "peak", cg_device_peak(device, &record->setting) / 1e9);
    fprintf(figure->script, "array roof[%d]; array level[%d]\n", CG_MEMORY_LEVELS, CG_MEMORY_LEVELS);
    for (int l = 0; l < CG_MEMORY_LEVELS; l++) {
        const double bandwidth = cg_device_bandwidth(device, cg_memory_levels[l], record->setting.threads);
        if (isnan(bandwidth))
            continue;
        roofs++;
        cg_figure_number(figure, cg_phrase("roof[%d]", roofs).text, bandwidth / 1e9);
        cg_figure_text(figure, cg_phrase("level[%d]", roofs).text, cg_memory_levels[l]);
    }
    cg_figure_number(figure, "roofs", roofs);
}

void cg_plot_layers(struct cg_figures *figures, const struct cg_input *input, int input_index)
{
    const struct cg_results *results = input->results;
    for (int r = 0, shown = 0; r < results->n_records && shown < MAX_LAYERS; r++) {
        const struct cg_record *record = results->records[r];
        if (record->n_layers == 0)
            continue;
        struct cg_figure *figure =
            cg_figure_begin(figures, "layers",
                            cg_phrase("%d layers %d %.40s %.20s", input_index + 1, shown + 1,
                                      record->case_name, record->setting.engine)
                                .text,
                            cg_phrase("Layers of %.80s under the roofline", record->case_name).text);
        if (!figure)
            return;
        put_roofs(figure, &results->device, record);
        const int layers = put_layers(figure, record);
        cg_figure_say(figure,
                      "%.100s; %.200s; n = %d layers with multiply-adds, medians of a profile. Bytes: read, "
                      "written and weights of the layer, once each. Roofs as measured.",
                      cg_device_words(results), cg_setting_words(&record->setting).text, layers);
        cg_figure_end(figures, figure, true);
        shown += layers > 0;
    }
}
