/* Multiply-adds a second of networks beside MobileNet V1's, under every setting of ncnn's benchmark page, and
 * here. */
#include "report/plots.h"

#include "report/atlas.h"
#include "report/records.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MOST_FILES 6

struct atlas {
    struct cg_atlas ncnn;
    struct cg_figure *figure;
    int baseline;    /* row of networks */
    double *scratch; /* room for all settings */
};

static double madds_of(const struct atlas *atlas, int network)
{
    return strtod(cg_atlas_cell(&atlas->ncnn.networks, network, "madds"), NULL);
}

/* The network's speed in units of the baseline's, from both times; NAN. */
static double rate(const struct atlas *atlas, int network, double ns, double baseline_ns)
{
    return madds_of(atlas, network) / ns / (madds_of(atlas, atlas->baseline) / baseline_ns);
}

/* The networks from the smallest on; -1 after the last. The baseline is none of them. */
static int next_network(const struct atlas *atlas, int before)
{
    int best = -1;
    for (int row = 0; row < atlas->ncnn.networks.n_rows; row++) {
        const double madds = madds_of(atlas, row);
        if (strcmp(cg_atlas_cell(&atlas->ncnn.networks, row, "classifier"), "yes") == 0 &&
            row != atlas->baseline && (before < 0 || madds > madds_of(atlas, before)) &&
            (best < 0 || madds < madds_of(atlas, best)))
            best = row;
    }
    return best;
}

static void put(const struct atlas *atlas, int place, double value, int network)
{
    if (value > 0)
        fprintf(atlas->figure->data, "%d %.5g \"%s\"\n", place, value,
                cg_atlas_cell(&atlas->ncnn.networks, network, "title"));
}

/* Every setting of a kind; or of each network the median. */
static void put_settings(const struct atlas *atlas, bool gpu, bool median)
{
    cg_figure_series(atlas->figure, gpu ? 1 : 0,
                     median ? gpu ? "GPUs, median" : "CPUs, median"
                     : gpu  ? "GPUs"
                            : "CPUs");
    for (int network = next_network(atlas, -1), place = 1; network >= 0;
         network = next_network(atlas, network), place++) {
        size_t n = 0;
        for (int s = 0; s < atlas->ncnn.n; s++) {
            const struct cg_atlas_setting *setting = &atlas->ncnn.settings[s];
            const double value = setting->gpu != gpu
                                     ? NAN
                                     : rate(atlas, network, cg_atlas_time(&atlas->ncnn, setting, network),
                                            cg_atlas_time(&atlas->ncnn, setting, atlas->baseline));
            if (value > 0)
                atlas->scratch[n++] = value;
            if (!median)
                put(atlas, place, value, network);
        }
        if (median)
            put(atlas, place, cg_median(atlas->scratch, n), network);
    }
}

/* The record of a network: under `setting`, or (NULL) any. */
static const struct cg_record *record_of(const struct atlas *atlas, const struct cg_results *results,
                                         int network, const struct cg_setting *setting)
{
    for (int r = 0; r < results->n_records; r++) {
        const struct cg_record *record = results->records[r];
        if (record->time.min > 0 && (!setting || cg_setting_equal(&record->setting, setting)) &&
            cg_atlas_network_here(&atlas->ncnn, cg_record_network_name(record).text) == network)
            return record;
    }
    return NULL;
}

/* A file under the setting in which it has the baseline first; none where it has no other network. */
static void put_file(const struct atlas *atlas, const struct cg_input *input, int look)
{
    const struct cg_record *baseline = record_of(atlas, input->results, atlas->baseline, NULL);
    bool begun = false;
    for (int network = next_network(atlas, -1), place = 1; baseline && network >= 0;
         network = next_network(atlas, network), place++) {
        const struct cg_record *record = record_of(atlas, input->results, network, &baseline->setting);
        if (!record)
            continue;
        /* a published device's name says its setting */
        if (!begun)
            cg_figure_series(atlas->figure, look,
                             cg_phrase("%.80s%s%.60s", cg_device_words(input->results),
                                       input->published ? "" : ", ",
                                       input->published ? "" : cg_setting_words(&baseline->setting).text)
                                 .text);
        begun = true;
        put(atlas, place, rate(atlas, network, record->time.min, baseline->time.min), network);
    }
}

void cg_plot_atlas(struct cg_figures *figures, const struct cg_inputs *inputs)
{
    struct atlas atlas = {.baseline = -1};
    bool enough = cg_atlas_open(&atlas.ncnn, NULL) == CG_OK;
    atlas.scratch = calloc((size_t)atlas.ncnn.n + 1, sizeof *atlas.scratch);
    enough = enough && atlas.scratch;
    if (enough)
        atlas.figure =
            cg_figure_begin(figures, "atlas", "atlas", "Were FLOPs all, every point would lie on 1");
    if (atlas.figure) {
        atlas.baseline = cg_atlas_network(&atlas.ncnn, "mobilenet");
        cg_figure_panel(atlas.figure, "", "");
        fputs("# place; multiply-adds a second, those of MobileNet V1 under the same setting = 1; network\n",
              atlas.figure->data);
        for (int kind = 0; kind < 4; kind++)
            put_settings(&atlas, kind & 1, kind >= 2);
        for (int i = 0; i < inputs->n && i < MOST_FILES; i++)
            put_file(&atlas, &inputs->items[i], 2 + i);
        cg_figure_say(atlas.figure,
                      "Each point a setting of ncnn's benchmark page (%d devices, published, fastest runs, "
                      "flagged rows left "
                      "out); lines: here.",
                      atlas.ncnn.devices.n_rows);
        cg_figure_end(figures, atlas.figure, true);
    }
    free(atlas.scratch);
    cg_atlas_close(&atlas.ncnn);
}
