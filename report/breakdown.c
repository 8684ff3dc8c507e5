#include "report/breakdown.h"

#include "report/compare.h"
#include "report/format.h"
#include "report/tables.h"

#include <math.h>
#include <string.h>

static const struct {
    const char *category, *printed;
} kinds[CG_SPLIT_KIND_COUNT] = {
#define CG_SPLIT_ROW(id, category, printed) {category, printed},
    CG_SPLIT_KINDS(CG_SPLIT_ROW)
#undef CG_SPLIT_ROW
};

const char *cg_split_kind_name(enum cg_split_kind kind)
{
    return kinds[kind].category;
}

bool cg_split_of(const struct cg_record *record, struct cg_split *split)
{
    *split = (struct cg_split){.residual_percent = NAN};
    for (int i = 0; i < record->n_layers; i++)
        for (int k = 0; k < CG_SPLIT_KIND_COUNT; k++)
            if (record->layers[i].category && strcmp(record->layers[i].category, kinds[k].category) == 0 &&
                !isnan(record->layers[i].time_ns))
                split->ns[k] += record->layers[i].time_ns;
    for (int k = 0; k < CG_SPLIT_KIND_COUNT; k++)
        split->sum_ns += split->ns[k];
    if (!isnan(record->residual_ns) && split->sum_ns > 0)
        split->residual_percent = 100 * record->residual_ns / (split->sum_ns + record->residual_ns);
    return split->sum_ns > 0;
}

double cg_split_paper(const struct cg_record *record, enum cg_paper_column column, enum cg_split_kind kind)
{
    char name[256];
    if (!kinds[kind].printed || cg_record_network_name(record, name, sizeof name) == 0)
        return NAN;
    return cg_paper_share(name, column, kinds[kind].printed);
}

/* ---- the table ---- */

static void set_percent(struct cg_table *table, int column, double percent)
{
    char text[32];
    snprintf(text, sizeof text, "%.1f %%", percent);
    cg_table_set_number(table, column, percent, isnan(percent) ? NULL : text);
}

static bool is_of_suite(const struct cg_record *record, const struct cg_suite_record *suite)
{
    for (int g = 0; suite && g < suite->n_groups; g++)
        for (int c = 0; c < suite->groups[g]->n_cases; c++) {
            const char *graph = suite->groups[g]->cases[c]->graph;
            if (graph && record->graph && strcmp(graph, record->graph) == 0)
                return true;
        }
    return suite == NULL;
}

static void add_measured(struct cg_table *table, const struct cg_record *record, const struct cg_split *split)
{
    char text[256];
    const struct cg_interval time = {record->time.median, record->time.ci_low, record->time.ci_high};
    cg_table_add_row(table, NULL);
    cg_table_set_text(table, 0, record->case_name);
    cg_setting_text(&record->setting, text, sizeof text);
    cg_table_set_text(table, 1, text);
    cg_format_ms(time, text, sizeof text);
    cg_table_set_interval(table, 2, time, text);
    for (int k = 0; k < CG_SPLIT_KIND_COUNT; k++)
        set_percent(table, 3 + k, 100 * split->ns[k] / split->sum_ns);
    set_percent(table, 3 + CG_SPLIT_KIND_COUNT, split->residual_percent);
}

static void add_published(struct cg_table *table, const struct cg_record *record)
{
    for (int p = 0; p < CG_PAPER_COLUMN_COUNT; p++) {
        if (isnan(cg_split_paper(record, (enum cg_paper_column)p, CG_SPLIT_CONV)))
            continue;
        cg_table_add_row(table, NULL);
        cg_table_set_text(table, 0, record->case_name);
        cg_table_set_text(table, 1, cg_paper_title((enum cg_paper_column)p));
        cg_table_set_interval(table, 2, (struct cg_interval){NAN, NAN, NAN}, NULL);
        for (int k = 0; k < CG_SPLIT_KIND_COUNT; k++)
            set_percent(table, 3 + k, cg_split_paper(record, (enum cg_paper_column)p, (enum cg_split_kind)k));
        set_percent(table, 3 + CG_SPLIT_KIND_COUNT, NAN);
    }
}

static bool same_network(const struct cg_record *a, const struct cg_record *b)
{
    return a->graph && b->graph && strcmp(a->graph, b->graph) == 0;
}

/* A network's rows under all settings, then the paper's. */
static void add_rows(struct cg_table *table, const struct cg_results *results,
                     const struct cg_suite_record *suite)
{
    for (int r = 0; r < results->n_records; r++) {
        const struct cg_record *first = results->records[r];
        struct cg_split split;
        bool done = !is_of_suite(first, suite) || !cg_split_of(first, &split);
        for (int b = 0; b < r && !done; b++)
            done = results->records[b]->n_layers > 0 && same_network(results->records[b], first);
        if (done)
            continue;
        add_measured(table, first, &split);
        for (int k = r + 1; k < results->n_records; k++)
            if (same_network(results->records[k], first) && cg_split_of(results->records[k], &split))
                add_measured(table, results->records[k], &split);
        add_published(table, first);
    }
}

struct cg_table *cg_table_of_breakdown(const struct cg_results *results, const struct cg_suite_record *suite)
{
    struct cg_table *table = cg_table_create("breakdown", "Run time by kind of layer");
    if (!table)
        return NULL;
    table->caption =
        cg_table_format(table, "%sshares of the sum of the layers; %s",
                        suite && suite->source ? cg_table_format(table, "%.200s; ", suite->source) : "",
                        results->device.cpu_model ? results->device.cpu_model : "device unknown");
    cg_table_add_column(table, "network", "network", CG_COLUMN_TEXT, 0);
    cg_table_add_column(table, "device", "engine or device", CG_COLUMN_TEXT, 0);
    cg_table_add_column(table, "time_ns", "ms [95 % interval]", CG_COLUMN_INTERVAL, 2);
    for (int k = 0; k < CG_SPLIT_KIND_COUNT; k++)
        cg_table_add_column(table, kinds[k].category,
                            k == CG_SPLIT_ELEMENTWISE ? "element-\nwise"
                            : k == CG_SPLIT_DEPTHWISE ? "depth-\nwise"
                                                      : kinds[k].category,
                            CG_COLUMN_NUMBER, 0);
    cg_table_add_column(table, "residual", "beyond\nlayers", CG_COLUMN_NUMBER, 1);
    add_rows(table, results, suite);
    if (table->n_rows) {
        char text[512];
        for (int r = 0; r < results->n_records; r++)
            if (is_of_suite(results->records[r], suite) &&
                cg_say_split(results->records[r], text, sizeof text) > 0)
                cg_table_add_sentence(table, text);
        cg_table_add_note(
            table, "The paper does not say where its Figure 2 books depthwise convolutions; here "
                   "they stand apart. Layers that an engine runs as one are booked under the "
                   "one with most multiply-adds. Beyond layers: the end-to-end time minus the sum of the "
                   "layers, in per cent of the end-to-end time. Medians of a profile, each layer "
                   "read by a clock inside the run.");
    }
    return table;
}
