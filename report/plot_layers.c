/* Figures of profiles: time by kind of layer, and layers under the roofline. */
#include "report/plots.h"

#include "base/text.h"
#include "report/escape.h"
#include "report/split.h"
#include "report/tables.h"

#include <math.h>
#include <string.h>

#define MAX_BARS     40
#define MAX_NETWORKS 6 /* whose layers are shown */

/* ---- the paper's Figure 2 ---- */

/* Whether the row is of the paper: nothing was measured. */
static bool is_published(const struct cg_table *table, int row)
{
    return isnan(table->rows[row].cells[2].value);
}

/* A network's row is shown under the first setting it was measured under, where some networks have the
 * paper's bars beside them those alone: in threes. */
static bool is_bar(const struct cg_table *table, int row, bool beside_paper)
{
    bool has_paper = false, first = true;
    for (int r = 0; r < table->n_rows; r++) {
        const bool same = cg_same_text(table->rows[r].cells[0].text, table->rows[row].cells[0].text);
        has_paper |= same && is_published(table, r);
        first &= !same || r >= row || is_published(table, row);
    }
    return first && has_paper == beside_paper;
}

static int put_bar(struct cg_figure *figure, const struct cg_cell *cells, int group)
{
    fprintf(figure->data, "%d ", group);
    cg_put_gnuplot_data(cg_phrase("%.60s, %.60s", cells[0].text, cells[1].text).text, figure->data);
    for (int k = 0; k < CG_CATEGORY_COUNT; k++) {
        const double share = cells[CG_BREAKDOWN_FIRST + k].value;
        fprintf(figure->data, " %.6g", isnan(share) ? 0 : share);
    }
    putc('\n', figure->data);
    return 1;
}

/* Rows of the table of breakdowns as bars; the categories are its columns from CG_BREAKDOWN_FIRST on. */
static void put_bars(struct cg_figure *figure, const struct cg_table *table)
{
    int bars = 0, group = 0;
    cg_figure_panel(figure, "", "");
    cg_figure_series(figure, 0, "");
    fputs("group \"\"", figure->data);
    for (int k = 0; k < CG_CATEGORY_COUNT; k++)
        fprintf(figure->data, " \"%s\"", cg_category_name((enum cg_category)k));
    putc('\n', figure->data);
    for (int beside_paper = 1; beside_paper >= 0 && bars == 0; beside_paper--)
        for (int r = 0; r < table->n_rows && bars < MAX_BARS; r++)
            if (is_bar(table, r, beside_paper)) {
                group = beside_paper ? group + !is_published(table, r) : 1;
                bars += put_bar(figure, table->rows[r].cells, group);
            }
}

void cg_plot_breakdown(struct cg_figures *figures, const struct cg_table *table, const char *device,
                       int input_index)
{
    struct cg_figure *figure =
        table->failed || table->n_rows == 0
            ? NULL
            : cg_figure_begin(figures, "breakdown", cg_phrase("%d-breakdown", input_index + 1).text,
                              "Run time by kind of layer");
    if (!figure)
        return;
    put_bars(figure, table);
    cg_figure_say(figure,
                  "%.100s. Medians of profiles, as shares of the sum of the layers. The paper's bars are its "
                  "Figure 2, which does not say where depthwise convolutions are booked. "
                  "Networks that it has; the table has all.",
                  device);
    cg_figure_end(figures, figure, true);
}

/* ---- layers under the roofline ---- */

/* The networks of the paper's Figure 1, as their names begin. */
static const char *const papers_networks[] = {
    "shufflenet_v2:", "shufflenet_v1:", "mobilenet_v2:", "xception"};
#define PAPERS_NETWORKS ((int)(sizeof papers_networks / sizeof papers_networks[0]))

/* Of the records with layers that are not chosen yet, under the setting of those that are, of a family (NULL:
 * of any) the one whose multiply-adds are nearest 140 M: a level of the paper's Table 8 that most networks
 * have. NULL: none. */
static const struct cg_record *nearest(const struct cg_results *results, const char *family,
                                       const struct cg_record *const *chosen, int n)
{
    const struct cg_record *best = NULL;
    double least = INFINITY;
    for (int r = 0; r < results->n_records; r++) {
        const struct cg_record *record = results->records[r];
        const double distance = fabs(log(((double)record->madds + 1) / 140e6));
        bool is_free = record->n_layers > 0 && distance < least &&
                       (n == 0 || cg_setting_equal(&record->setting, &chosen[0]->setting)) &&
                       (!family || strncmp(cg_record_network_name(record).text, family, strlen(family)) == 0);
        for (int i = 0; i < n && is_free; i++)
            is_free = !cg_same_text(chosen[i]->graph, record->graph) && chosen[i] != record;
        if (is_free) {
            best = record;
            least = distance;
        }
    }
    return best;
}

/* The paper's networks first. Returns how many. */
static int choose_networks(const struct cg_results *results, const struct cg_record **chosen)
{
    int n = 0;
    for (int i = 0; i < PAPERS_NETWORKS + MAX_NETWORKS && n < MAX_NETWORKS; i++) {
        const char *family = i < PAPERS_NETWORKS ? papers_networks[i] : NULL;
        chosen[n] = nearest(results, family, (const struct cg_record *const *)chosen, n);
        n += chosen[n] != NULL;
    }
    return n;
}

/* Whether a layer has a place there, as one of a category. */
static bool is_shown(const struct cg_layer_record *layer, enum cg_category category)
{
    return layer->madds > 0 && layer->bytes > 0 && layer->time_ns > 0 &&
           cg_same_text(layer->category, cg_category_name(category));
}

/* A series a category. */
static void put_layers(struct cg_figure *figure, const struct cg_record *record)
{
    double sum = 0;
    for (int i = 0; i < record->n_layers; i++)
        sum += record->layers[i].time_ns;
    cg_figure_panel(figure, record->case_name ? record->case_name : "?", "");
    for (int k = 0; k < CG_CATEGORY_COUNT; k++)
        for (int i = 0, of_kind = 0; i < record->n_layers; i++) {
            const struct cg_layer_record *layer = &record->layers[i];
            if (!is_shown(layer, (enum cg_category)k))
                continue;
            if (of_kind++ == 0)
                cg_figure_series(figure, k, cg_category_name((enum cg_category)k));
            const double lost = 100 * (layer->time_ns - layer->bound_ns) / sum;
            fprintf(figure->data, isnan(lost) ? "%.6g %.6g NaN " : "%.6g %.6g %.4g ",
                    (double)layer->madds / (double)layer->bytes, (double)layer->madds / layer->time_ns, lost);
            cg_put_gnuplot_data(layer->name ? layer->name : "", figure->data);
            putc('\n', figure->data);
        }
}

/* The measured peak and bandwidths. */
static void put_roofs(struct cg_figure *figure, const struct cg_device_record *device,
                      const struct cg_setting *setting)
{
    int roofs = 0;
    cg_figure_number(figure, "peak", cg_device_peak(device, setting) / 1e9);
    for (int l = 0; l < CG_MEMORY_LEVELS; l++) {
        const double bandwidth = cg_device_bandwidth(device, cg_memory_levels[l], setting->threads);
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
    const struct cg_record *chosen[MAX_NETWORKS];
    const int n = choose_networks(input->results, chosen);
    struct cg_figure *figure =
        n == 0 ? NULL
               : cg_figure_begin(figures, "layers", cg_phrase("%d layers", input_index + 1).text,
                                 "Layers under the roofline, those that lose most time to it by name");
    if (!figure)
        return;
    fputs("# multiply-adds per byte; Gmadds/s; what it would save on the roof, %; layer\n", figure->data);
    put_roofs(figure, &input->results->device, &chosen[0]->setting);
    for (int i = 0; i < n; i++)
        put_layers(figure, chosen[i]);
    cg_figure_say(figure,
                  "%.100s; %.200s; layers with multiply-adds, medians of a profile; the "
                  "paper's four networks first, each nearest 140 M multiply-adds. Bytes: read, written and "
                  "weights of the "
                  "layer, once each. "
                  "Roofs as measured. Named with what they would save of the layers' time on the roof.",
                  cg_device_words(input->results), cg_setting_words(&chosen[0]->setting).text);
    cg_figure_end(figures, figure, true);
}
