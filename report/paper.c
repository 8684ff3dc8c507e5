#include "report/paper.h"

#include "base/csv.h"
#include "bench/paper/tables.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int cg_paper_device_of_set(const char *set)
{
    for (int d = 0; set && d < CG_PAPER_DEVICE_COUNT; d++)
        if (strcmp(cg_paper_devices[d].key, set) == 0)
            return d;
    return -1;
}

/* A table of results/paper; without rows when there is no memory. The caller releases it. */
static struct cg_csv open_table(const char *name)
{
    struct cg_csv csv;
    cg_csv_parse(cg_paper_table(name), name, &csv, NULL);
    return csv;
}

static const char *cell(const struct cg_csv *csv, int row, const char *column)
{
    return cg_csv_cell(csv, row, cg_csv_column(csv, column));
}

static double number(const struct cg_csv *csv, int row, const char *column)
{
    const char *text = cell(csv, row, column);
    return text[0] ? strtod(text, NULL) : NAN;
}

static bool is_of(const struct cg_csv *csv, int row, enum cg_paper_device device)
{
    return strcmp(cell(csv, row, "platform"), cg_paper_devices[device].word) == 0;
}

/* One row of Tables 1 to 4: its label, scale and relative madds. */
struct slope_case {
    char label[64];
    int scale;
    double madds;
};

static void read_g1(const struct cg_csv *csv, int row, struct slope_case *c)
{
    snprintf(c->label, sizeof c->label, "%s", cell(csv, row, "ratio_c1_c2"));
    c->scale = atoi(cell(csv, row, "scale"));
    c->madds = number(csv, row, "c1_at_x1") * number(csv, row, "c2_at_x1");
}

static void read_g2(const struct cg_csv *csv, int row, struct slope_case *c)
{
    const double groups = number(csv, row, "groups"), printed = number(csv, row, "c_at_x1");
    snprintf(c->label, sizeof c->label, "g=%.8s", cell(csv, row, "groups"));
    c->scale = atoi(cell(csv, row, "scale"));
    /* the authors' correction: 184 where 180 is printed and 8 does not divide it */
    const double width = groups == 8 && printed == 180 && c->scale == 1 ? 184 : printed;
    c->madds = width * width / groups;
}

static void read_g3(const struct cg_csv *csv, int row, struct slope_case *c)
{
    snprintf(c->label, sizeof c->label, "%s", cell(csv, row, "structure"));
    c->scale = atoi(cell(csv, row, "c_of_1_fragment")) / (is_of(csv, row, CG_PAPER_GPU) ? 128 : 64);
    c->madds = 1;
}

static void read_g4(const struct cg_csv *csv, int row, struct slope_case *c)
{
    snprintf(c->label, sizeof c->label, "%d%d", strcmp(cell(csv, row, "relu"), "yes") == 0,
             strcmp(cell(csv, row, "shortcut"), "yes") == 0);
    c->scale = atoi(cell(csv, row, "c")) / 32;
    c->madds = 1;
}

static const struct slope_table {
    const char *suite, *table, *baseline;
    void (*read)(const struct cg_csv *csv, int row, struct slope_case *c);
} slope_tables[] = {
    {"g1", "table1_g1", "1:1", read_g1},
    {"g2", "table2_g2", "g=1", read_g2},
    {"g3", "table3_g3", "1-fragment", read_g3},
    {"g4", "table4_g4", NULL, read_g4},
};

/* The time per madd of the case of a label relative to that of another; NAN when one is not there. */
static double ratio_of(const struct slope_table *table, enum cg_paper_device device, int scale,
                       const char *label, const char *baseline)
{
    double speed = NAN, base_speed = NAN; /* in madds */
    struct cg_csv csv = open_table(table->table);
    for (int row = 0; row < csv.n_rows; row++) {
        struct slope_case c;
        table->read(&csv, row, &c);
        if (!is_of(&csv, row, device) || c.scale != scale)
            continue;
        if (strcmp(c.label, baseline) == 0)
            base_speed = number(&csv, row, "value") * c.madds;
        if (strcmp(c.label, label) == 0)
            speed = number(&csv, row, "value") * c.madds;
    }
    cg_csv_release(&csv);
    return base_speed / speed;
}

double cg_paper_slope_ratio(const char *suite, enum cg_paper_device device, int scale, const char *label)
{
    for (const struct slope_table *table = slope_tables; table->baseline; table++)
        if (suite && label && strcmp(table->suite, suite) == 0)
            return ratio_of(table, device, scale, label, table->baseline);
    return NAN;
}

double cg_paper_factorial_ratio(enum cg_paper_device device, int scale, const int levels[2],
                                const int base[2])
{
    const char label[] = {(char)('0' + levels[0]), (char)('0' + levels[1]), '\0'},
               baseline[] = {(char)('0' + base[0]), (char)('0' + base[1]), '\0'};
    return ratio_of(&slope_tables[3], device, scale, label, baseline);
}

static const char *const families[] = {"ShuffleNet v2", "ShuffleNet v1", "MobileNet v2", "MobileNet v1",
                                       "DenseNet",      "Xception",      "IGCV2",        "IGCV3",
                                       "CondenseNet",   "NASNet-A",      "PNASNet-5"};

static const char *family_of(const char *model)
{
    for (size_t i = 0; i < sizeof families / sizeof families[0]; i++)
        if (strstr(model, families[i]))
            return families[i];
    return "other";
}

int cg_paper_networks(struct cg_paper_network *rows, int max)
{
    struct cg_csv csv = open_table("table8_networks");
    int n = 0;
    for (; n < max && n < csv.n_rows; n++) {
        const char *model = cell(&csv, n, "model"), *printed = cell(&csv, n, "note");
        const char *note = strncmp(printed, "our", 3) == 0 ? "the authors'" : printed;
        rows[n] = (struct cg_paper_network){
            .family = family_of(model),
            .madds = number(&csv, n, "complexity_mflops") * 1e6,
            .top1_error = number(&csv, n, "top1_error_pct"),
            .images_per_s = {[CG_PAPER_GPU] = number(&csv, n, "gpu_batches_per_sec") * 8,
                             [CG_PAPER_ARM] = number(&csv, n, "arm_images_per_sec")}};
        snprintf(rows[n].model, sizeof rows[n].model, "%.40s%s%.16s%s", model, note[0] ? " (" : "", note,
                 note[0] ? ")" : "");
        snprintf(rows[n].id, sizeof rows[n].id, "%s", cell(&csv, n, "network"));
    }
    cg_csv_release(&csv);
    return n;
}

double cg_paper_share(const char *network, enum cg_paper_device device, const char *category)
{
    static const char *const printed[][2] = {{"shufflenet_v1:1x_g3", "ShuffleNet v1 1x g=3"},
                                             {"mobilenet_v2:1.0", "MobileNet v2 1x"}};
    double share = NAN;
    struct cg_csv csv = open_table("figure2_breakdown");
    for (size_t i = 0; i < sizeof printed / sizeof printed[0]; i++)
        for (int row = 0; row < csv.n_rows && strcmp(network, printed[i][0]) == 0; row++)
            if (is_of(&csv, row, device) && strcmp(cell(&csv, row, "network"), printed[i][1]) == 0 &&
                strcmp(cell(&csv, row, "category"), category) == 0)
                share = number(&csv, row, "percent");
    cg_csv_release(&csv);
    return share;
}
