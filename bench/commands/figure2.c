#include "bench/commands/profile_print.h"

#include "base/csv.h"
#include "bench/paper/tables.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The paper's words for its networks, devices and categories, and ours. */
static const struct {
    const char *paper, *name;
} networks[] = {{"ShuffleNet v1 1x g=3", "shufflenet_v1:1x_g3"}, {"MobileNet v2 1x", "mobilenet_v2:1.0"}};

static const struct {
    const char *paper;
    enum cg_paper_device device;
} devices[] = {{"GPU", CG_PAPER_GTX1080TI}, {"ARM", CG_PAPER_SNAPDRAGON810}};

static const struct {
    const char *paper;
    enum cg_category category;
} categories[] = {{"Conv", CG_CAT_CONV},
                  {"Shuffle", CG_CAT_SHUFFLE},
                  {"Elemwise", CG_CAT_ELEMENTWISE},
                  {"Data", CG_CAT_DATA},
                  {"Other", CG_CAT_OTHER}};

static const char *paper_name(const struct cg_network *network)
{
    for (size_t i = 0; i < sizeof networks / sizeof *networks; i++)
        if (strcmp(networks[i].name, network->name) == 0)
            return networks[i].paper;
    return NULL;
}

static void take(struct cg_figure2 *figure, const char *platform, const char *word, const char *percent)
{
    char *end;
    const double value = strtod(percent, &end);
    for (size_t d = 0; d < sizeof devices / sizeof *devices; d++)
        for (size_t c = 0; c < sizeof categories / sizeof *categories; c++)
            if (end != percent && strcmp(devices[d].paper, platform) == 0 &&
                strcmp(categories[c].paper, word) == 0) {
                figure->percent[devices[d].device][categories[c].category] = value;
                figure->known = true;
            }
}

void cg_figure2_read(const struct cg_network *network, struct cg_figure2 *figure)
{
    *figure = (struct cg_figure2){0};
    for (int d = 0; d < CG_PAPER_DEVICE_COUNT; d++)
        for (int c = 0; c < CG_CATEGORY_COUNT; c++)
            figure->percent[d][c] = NAN;
    const char *name = paper_name(network);
    const char *table = "figure2_breakdown";
    struct cg_csv csv;
    if (!name || cg_csv_parse(cg_paper_table(table), table, &csv, NULL) != CG_OK)
        return;
    const int who = cg_csv_column(&csv, "network"), where = cg_csv_column(&csv, "platform"),
              what = cg_csv_column(&csv, "category"), percent = cg_csv_column(&csv, "percent");
    for (int row = 0; row < csv.n_rows; row++)
        if (strcmp(cg_csv_cell(&csv, row, who), name) == 0)
            take(figure, cg_csv_cell(&csv, row, where), cg_csv_cell(&csv, row, what),
                 cg_csv_cell(&csv, row, percent));
    cg_csv_release(&csv);
}
