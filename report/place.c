/* Where a device stands among those of ncnn's benchmark page. */
#include "report/place.h"

#include "report/atlas.h"
#include "report/records.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MOST_NETWORKS 32
#define FEWEST        3 /* networks in common */
#define NEAREST       3 /* devices that are named */
#define MOST_SAID     3 /* networks out of line that a sentence is said of */
#define BASELINE      "mobilenet"

/* The networks that a file has in common with the page. */
struct common {
    const struct cg_atlas *ncnn;
    bool gpu;
    int n, baseline;             /* baseline: -1: it was not measured */
    int networks[MOST_NETWORKS]; /* rows of the page's table */
    double ns[MOST_NETWORKS];    /* fastest run here */
};

/* What all settings of the kind take of one network, in order. */
struct field {
    int n;
    double *values; /* room for all settings */
};

static void gather(const struct cg_results *results, const struct cg_setting *setting, struct common *common)
{
    common->baseline = -1;
    for (int r = 0; r < results->n_records && common->n < MOST_NETWORKS; r++) {
        const struct cg_record *record = results->records[r];
        const int row = cg_atlas_network_here(common->ncnn, cg_record_network_name(record).text);
        const double ns = record->time.min > 0 ? record->time.min : record->time.median;
        bool known =
            row < 0 || !(ns > 0) || !cg_setting_equal(&record->setting, setting) || record->setting.batch > 1;
        for (int k = 0; k < common->n; k++)
            known = known || common->networks[k] == row;
        if (known)
            continue;
        if (strcmp(cg_atlas_cell(&common->ncnn->networks, row, "network"), BASELINE) == 0)
            common->baseline = common->n;
        common->networks[common->n] = row;
        common->ns[common->n++] = ns;
    }
}

/* The times of network k, in units of the baseline's under the same setting where that is asked for. */
static void gather_field(const struct common *common, int k, bool relative, struct field *field)
{
    field->n = 0;
    for (int s = 0; s < common->ncnn->n; s++) {
        const struct cg_atlas_setting *setting = &common->ncnn->settings[s];
        const double ns = cg_atlas_time(common->ncnn, setting, common->networks[k]),
                     unit = relative
                                ? cg_atlas_time(common->ncnn, setting, common->networks[common->baseline])
                                : 1;
        if (setting->gpu == common->gpu && ns > 0 && unit > 0)
            field->values[field->n++] = ns / unit;
    }
    cg_sort(field->values, (size_t)field->n);
}

static int count_below(const struct field *field, double value)
{
    int n = 0;
    while (n < field->n && field->values[n] < value)
        n++;
    return n;
}

static const char *title_of(const struct common *common, int k)
{
    return cg_atlas_cell(&common->ncnn->networks, common->networks[k], "title");
}

static const char *kind_of(const struct common *common)
{
    return common->gpu ? "GPU" : "CPU";
}

/* What a network costs beside the baseline, in units of what it does under the median setting. */
struct deviation {
    double value, low, high; /* the middle 80 % of settings */
};

static struct deviation deviation_of(const struct common *common, int k, struct field *field)
{
    if (common->baseline < 0 || k == common->baseline)
        return (struct deviation){NAN, NAN, NAN};
    gather_field(common, k, true, field);
    const size_t n = (size_t)field->n;
    const double median = cg_quantile_sorted(field->values, n, 0.5);
    return (struct deviation){common->ns[k] / common->ns[common->baseline] / median,
                              cg_quantile_sorted(field->values, n, 0.1) / median,
                              cg_quantile_sorted(field->values, n, 0.9) / median};
}

static void add_row(struct cg_table *table, const struct common *common, int k, struct deviation d,
                    struct field *field)
{
    gather_field(common, k, false, field);
    const double madds = strtod(cg_atlas_cell(&common->ncnn->networks, common->networks[k], "madds"), NULL);
    cg_table_add_row(table, NULL);
    cg_cell_text(table, title_of(common, k));
    cg_cell_figure(table, madds, 1e6, 4);
    cg_cell_figure(table, common->ns[k], 1e6, 4);
    cg_cell_count(table, 1 + count_below(field, common->ns[k]));
    cg_cell_count(table, field->n);
    cg_cell_figure(table, cg_quantile_sorted(field->values, (size_t)field->n, 0.5), 1e6, 4);
    cg_cell_fixed(table, d.value, "%.2f");
    cg_cell_text(table, isnan(d.value) ? NULL : cg_phrase("%.2f to %.2f", d.low, d.high).text);
}

/* How far outside of the middle 80 %, as a log; not above 0: inside. */
static double excess(struct deviation d)
{
    return isnan(d.value) ? -INFINITY : fmax(log(d.value / d.high), log(d.low / d.value));
}

/* "ShuffleNet V2 costs 1.40 times what it costs on the median CPU, relative to MobileNet V1 ...", of the
 * networks that are the farthest out of line. */
static void say_deviations(struct cg_table *table, const struct common *common,
                           struct deviation deviations[MOST_NETWORKS])
{
    for (int said = 0; said < MOST_SAID; said++) {
        int worst = 0;
        for (int k = 1; k < common->n; k++)
            if (excess(deviations[k]) > excess(deviations[worst]))
                worst = k;
        const struct deviation d = deviations[worst];
        if (!(excess(d) > 0))
            return;
        cg_table_add_sentence(
            table, cg_table_format(table,
                                   "%s costs %.2f times what it costs on the median %s, relative to "
                                   "MobileNet V1 (the middle 80 %% of settings: %.2f to %.2f).",
                                   title_of(common, worst), d.value, kind_of(common), d.low, d.high));
        deviations[worst].value = NAN;
    }
}

/* Mean log time of a setting over the networks in common, less that of here; NAN: it lacks one. */
static double distance(const struct common *common, const struct cg_atlas_setting *setting)
{
    double sum = 0;
    for (int k = 0; k < common->n; k++)
        sum += log(cg_atlas_time(common->ncnn, setting, common->networks[k]) / common->ns[k]);
    return sum / common->n;
}

/* "Over the 16 networks (geometric mean) this is place 37 of 178 CPU settings ...; nearest: ..." */
static void add_place(struct cg_table *table, const struct common *common, struct field *field)
{
    int nearest[NEAREST] = {-1, -1, -1}, place = 1, n = 0;
    for (int s = 0; s < common->ncnn->n; s++) {
        const double d = field->values[s] = distance(common, &common->ncnn->settings[s]);
        if (common->ncnn->settings[s].gpu != common->gpu || isnan(d) || d == 0)
            continue; /* 0: the very same figures */
        n++;
        place += d < 0;
        for (int k = 0, one = s; k < NEAREST && one >= 0; k++)
            if (nearest[k] < 0 || fabs(field->values[one]) < fabs(field->values[nearest[k]])) {
                const int other = nearest[k];
                nearest[k] = one;
                one = other;
            }
    }
    struct cg_sentence said = {""};
    cg_say(&said,
           "Over the %d networks (geometric mean) this is place %d of %d, with the %d %s settings that have "
           "all of them",
           common->n, place, n + 1, n, kind_of(common));
    for (int k = 0; k < NEAREST && nearest[k] >= 0; k++) {
        const struct cg_atlas_setting *setting = &common->ncnn->settings[nearest[k]];
        cg_say(&said, "%s %s (%s, %s: %.2f times this time)",
               k ? "," : "; nearest:", cg_atlas_name(common->ncnn, setting).text,
               cg_atlas_cell(&common->ncnn->devices, setting->device, "soc"),
               cg_atlas_words(common->ncnn, setting).text, exp(field->values[nearest[k]]));
    }
    cg_say(&said, ".");
    cg_table_add_sentence(table, said.text);
}

static void fill(struct cg_table *table, const struct common *common, struct field *field)
{
    static const struct cg_column columns[] = {
        {"network", "network", CG_COLUMN_TEXT, 0},
        {"madds", "MFLOPs\n(madds)", CG_COLUMN_NUMBER, 2},
        {"fastest_ns", "fastest\nrun, ms", CG_COLUMN_NUMBER, 0},
        {"place", "place", CG_COLUMN_NUMBER, 0},
        {"settings", "of\nsettings", CG_COLUMN_NUMBER, 0},
        {"median_ns", "their\nmedian, ms", CG_COLUMN_NUMBER, 1},
        {"beside_mobilenet_v1", "beside MobileNet V1,\nto the median", CG_COLUMN_NUMBER, 0},
        {"middle_80_percent", "middle 80 %\nof settings", CG_COLUMN_TEXT, 0},
    };
    cg_table_add_columns(table, CG_COLUMNS(columns));
    add_place(table, common, field);
    struct deviation deviations[MOST_NETWORKS];
    for (int k = 0; k < common->n; k++) {
        deviations[k] = deviation_of(common, k, field);
        add_row(table, common, k, deviations[k], field);
    }
    say_deviations(table, common, deviations);
}

struct cg_table *cg_table_of_place(const struct cg_results *results, const struct cg_setting *setting)
{
    struct cg_atlas ncnn;
    struct cg_table *table = cg_table_create(
        cg_phrase("atlas %.40s %dt", setting->engine ? setting->engine : "", setting->threads).text,
        "Among the devices of ncnn's benchmark page");
    table->failed = table->failed || cg_atlas_open(&ncnn, NULL) != CG_OK;
    if (table->failed)
        return table;
    struct common common = {.ncnn = &ncnn,
                            .gpu = setting->engine && strcmp(setting->engine, CG_ATLAS_GPU) == 0};
    struct field field = {.values = calloc((size_t)ncnn.n + 1, sizeof *field.values)};
    gather(results, setting, &common);
    table->failed = !field.values;
    if (field.values && common.n >= FEWEST) {
        table->setting = cg_table_format(table, "%s", cg_setting_words(setting).text);
        table->caption = cg_table_format(table, "%s; %s", cg_device_words(results), table->setting);
        fill(table, &common, &field);
        cg_table_add_note(
            table,
            "The page's figures are published, without intervals: fastest runs are compared, and these "
            "are places, no verdicts. Rows that results/published/ncnn/flags.csv names are left out.");
        if (setting->engine && strncmp(setting->engine, "ncnn", 4) != 0)
            cg_table_add_note(
                table,
                cg_table_format(table, "Here it was engine %s, there ncnn: both differ, device and engine.",
                                setting->engine));
    }
    free(field.values);
    cg_atlas_close(&ncnn);
    return table;
}
