#include "report/paper.h"

#include "bench/paper/tables.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name, *word, *title, *platform;
} columns[] = {
#define CG_PAPER_ROW(id, name, word, title, platform) [id] = {name, word, title, platform},
    CG_PAPER_COLUMNS(CG_PAPER_ROW)
#undef CG_PAPER_ROW
};

const char *cg_paper_name(enum cg_paper_column column)
{
    return columns[column].name;
}

const char *cg_paper_word(enum cg_paper_column column)
{
    return columns[column].word;
}

const char *cg_paper_title(enum cg_paper_column column)
{
    return columns[column].title;
}

int cg_paper_from_name(const char *name)
{
    for (int i = 0; i < CG_PAPER_COLUMN_COUNT; i++)
        if (strcmp(columns[i].name, name) == 0)
            return i;
    return -1;
}

#define FIELDS 8

/* The next line of a CSV text without quotes as fields; false at the end. The first line of a file is its
 * head. */
static bool next_row(const char **csv, char fields[FIELDS][64])
{
    while (**csv == '\n' || **csv == '\r')
        ++*csv;
    if (!**csv)
        return false;
    memset(fields, 0, FIELDS * sizeof fields[0]);
    for (int f = 0; **csv && **csv != '\n' && **csv != '\r'; f++) {
        const size_t length = strcspn(*csv, ",\r\n");
        if (f < FIELDS)
            snprintf(fields[f], sizeof fields[f], "%.*s", (int)length, *csv);
        *csv += length;
        if (**csv == ',')
            ++*csv;
    }
    return true;
}

static double number(const char *field)
{
    return field[0] ? strtod(field, NULL) : NAN;
}

/* One row of Tables 1 to 3 as speed and relative madds of its stack at a scale. */
struct slope_case {
    const char *label;
    int scale;
    double speed, madds;
};

static bool read_g1(const char **csv, const char *platform, struct slope_case *c, char label[64])
{
    char f[FIELDS][64];
    while (next_row(csv, f))
        if (strcmp(f[0], platform) == 0) {
            memcpy(label, f[1], 64);
            *c = (struct slope_case){label, atoi(f[4]), number(f[5]), number(f[2]) * number(f[3])};
            return true;
        }
    return false;
}

static bool read_g2(const char **csv, const char *platform, struct slope_case *c, char label[64])
{
    char f[FIELDS][64];
    while (next_row(csv, f))
        if (strcmp(f[0], platform) == 0) {
            snprintf(label, 64, "g=%.8s", f[1]);
            /* the authors' correction: 184 where 180 is printed and 8 does not divide it */
            const double width =
                strcmp(f[1], "8") == 0 && strcmp(f[2], "180") == 0 && atoi(f[3]) == 1 ? 184 : number(f[2]);
            *c = (struct slope_case){label, atoi(f[3]), number(f[4]), width * width / number(f[1])};
            return true;
        }
    return false;
}

static bool read_g3(const char **csv, const char *platform, struct slope_case *c, char label[64])
{
    char f[FIELDS][64];
    while (next_row(csv, f))
        if (strcmp(f[0], platform) == 0) {
            const int base = strcmp(platform, "GPU") == 0 ? 128 : 64;
            memcpy(label, f[1], 64);
            *c = (struct slope_case){label, atoi(f[2]) / base, number(f[3]), 1};
            return true;
        }
    return false;
}

static const struct {
    const char *suite, *table, *baseline;
    bool (*read)(const char **csv, const char *platform, struct slope_case *c, char label[64]);
} slope_tables[] = {
    {"g1", "table1_g1", "1:1", read_g1},
    {"g2", "table2_g2", "g=1", read_g2},
    {"g3", "table3_g3", "1-fragment", read_g3},
};

double cg_paper_slope_ratio(const char *suite, enum cg_paper_column column, int scale, const char *label)
{
    for (size_t t = 0; t < sizeof slope_tables / sizeof slope_tables[0]; t++) {
        if (!suite || !label || strcmp(slope_tables[t].suite, suite) != 0)
            continue;
        struct slope_case c, base = {.speed = NAN}, wanted = {.speed = NAN};
        char text[64];
        for (const char *csv = cg_paper_table(slope_tables[t].table);
             slope_tables[t].read(&csv, columns[column].platform, &c, text);) {
            if (c.scale != scale)
                continue;
            if (strcmp(text, slope_tables[t].baseline) == 0)
                base = c;
            if (strcmp(text, label) == 0)
                wanted = c;
        }
        return base.speed / wanted.speed * (base.madds / wanted.madds);
    }
    return NAN;
}

double cg_paper_factorial_ratio(enum cg_paper_column column, int scale, const int levels[2],
                                const int base[2])
{
    char f[FIELDS][64];
    double base_speed = NAN, speed = NAN;
    for (const char *csv = cg_paper_table("table4_g4"); next_row(&csv, f);) {
        if (strcmp(f[0], columns[column].platform) != 0 || atoi(f[3]) != 32 * scale)
            continue;
        const int own_relu = strcmp(f[1], "yes") == 0, own_shortcut = strcmp(f[2], "yes") == 0;
        if (own_relu == base[0] && own_shortcut == base[1])
            base_speed = number(f[4]);
        if (own_relu == levels[0] && own_shortcut == levels[1])
            speed = number(f[4]);
    }
    return base_speed / speed;
}

/* Table 8's models under the names used here; those without a row have no published structure. */
static const struct {
    const char *model, *note, *id;
} ids[] = {
    {"ShuffleNet v2 0.5x", "ours", "shufflenet_v2:0.5x"},
    {"ShuffleNet v2 1x", "ours", "shufflenet_v2:1.0x"},
    {"ShuffleNet v2 1.5x", "ours", "shufflenet_v2:1.5x"},
    {"ShuffleNet v2 2x", "ours", "shufflenet_v2:2.0x"},
    {"ShuffleNet v2 2x (with SE)", "ours", "shufflenet_v2_se:2.0x"},
    {"0.25 MobileNet v1", "", "mobilenet_v1:0.25"},
    {"0.5 MobileNet v1", "", "mobilenet_v1:0.5"},
    {"0.75 MobileNet v1", "", "mobilenet_v1:0.75"},
    {"1.0 MobileNet v1", "", "mobilenet_v1:1.0"},
    {"0.4 MobileNet v2", "our impl.", "mobilenet_v2:0.4@160"},
    {"0.15 MobileNet v2", "our impl.", "mobilenet_v2:0.15"},
    {"0.75 MobileNet v2", "our impl.", "mobilenet_v2:0.75@192"},
    {"0.6 MobileNet v2", "our impl.", "mobilenet_v2:0.6"},
    {"1.0 MobileNet v2", "our impl.", "mobilenet_v2:1.0"},
    {"1.4 MobileNet v2", "our impl.", "mobilenet_v2:1.4"},
    {"ShuffleNet v1 0.5x (g=3)", "", "shufflenet_v1:0.5x_g3"},
    {"ShuffleNet v1 1x (g=3)", "", "shufflenet_v1:1x_g3"},
    {"ShuffleNet v1 1.5x (g=3)", "", "shufflenet_v1:1.5x_g3"},
    {"ShuffleNet v1 2x (g=3)", "", "shufflenet_v1:2x_g3"},
    {"DenseNet 0.5x", "our impl.", "densenet_light:0.5x"},
    {"DenseNet 1x", "our impl.", "densenet_light:1x"},
    {"DenseNet 1.5x", "our impl.", "densenet_light:1.5x"},
    {"DenseNet 2x", "our impl.", "densenet_light:2x"},
    {"Xception 0.5x", "our impl.", "xception_light:0.5x"},
    {"Xception 1x", "our impl.", "xception_light:1x"},
    {"Xception 1.5x", "our impl.", "xception_light:1.5x"},
    {"Xception 2x", "our impl.", "xception_light:2x"},
    {"IGCV3-D (0.7)", "", "igcv3:0.7"},
    {"IGCV3-D", "", "igcv3:1.0"},
    {"IGCV3-D (1.4)", "", "igcv3:1.4"},
    {"CondenseNet (G=C=8)", "", "condensenet:g8"},
    {"CondenseNet (G=C=4)", "", "condensenet:g4"},
    {"NASNet-A (4 @ 1056)", "our impl.", "nasnet_a"},
    {"PNASNet-5", "our impl.", "pnasnet_5"},
};

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
    char f[FIELDS][64];
    int n = 0;
    const char *csv = cg_paper_table("table8_networks");
    next_row(&csv, f); /* the head */
    while (n < max && next_row(&csv, f)) {
        struct cg_paper_network *row = &rows[n++];
        *row =
            (struct cg_paper_network){.family = family_of(f[1]), .block = atoi(f[0]), .input_px = atoi(f[3])};
        snprintf(row->model, sizeof row->model, "%.40s%s%.16s%s", f[1], f[2][0] ? " (" : "", f[2],
                 f[2][0] ? ")" : "");
        for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++)
            if (strcmp(ids[i].model, f[1]) == 0 && strcmp(ids[i].note, f[2]) == 0)
                row->id = ids[i].id;
        row->madds = number(f[4]) * 1e6;
        row->top1_error = number(f[5]);
        row->images_per_s[CG_PAPER_GPU] = number(f[6]) * 8;
        row->images_per_s[CG_PAPER_ARM] = number(f[7]);
    }
    return n;
}

double cg_paper_share(const char *network, enum cg_paper_column column, const char *category)
{
    const char *printed = strcmp(network, "shufflenet_v1:1x_g3") == 0 ? "ShuffleNet v1 1x g=3"
                          : strcmp(network, "mobilenet_v2:1.0") == 0  ? "MobileNet v2 1x"
                                                                      : NULL;
    char f[FIELDS][64];
    for (const char *csv = cg_paper_table("figure2_breakdown"); printed && next_row(&csv, f);)
        if (strcmp(f[0], printed) == 0 && strcmp(f[1], columns[column].platform) == 0 &&
            strcmp(f[2], category) == 0)
            return number(f[3]);
    return NAN;
}
