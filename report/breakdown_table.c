/* The paper's Figure 2 as a table. */
#include "report/tables.h"

#include "base/text.h"
#include "report/split.h"

#include <math.h>
#include <stdlib.h>

/* The profiled records of a file, those of one graph after each other; malloc'd, *n of them. NULL without
 * memory. */
static const struct cg_record **profiled_records(const struct cg_results *results, int *n)
{
    const struct cg_record **list = malloc(((size_t)results->n_records + 1) * sizeof *list);
    struct cg_split split;
    *n = 0;
    for (int r = 0; list && r < results->n_records; r++) {
        const struct cg_record *first = results->records[r];
        bool taken = !cg_split_of(first, &split);
        for (int b = 0; b < *n && !taken; b++)
            taken = list[b] == first || (first->graph && cg_same_text(list[b]->graph, first->graph));
        for (int k = r; k < results->n_records && !taken; k++) {
            const struct cg_record *other = results->records[k];
            if ((k == r || (first->graph && cg_same_text(other->graph, first->graph))) &&
                cg_split_of(other, &split))
                list[(*n)++] = other;
        }
    }
    return list;
}

/* Whether record `i` of them is the last of its graph. */
static bool is_last_profile(const struct cg_record *const *records, int n, int i)
{
    return i + 1 == n || !records[i]->graph || !cg_same_text(records[i + 1]->graph, records[i]->graph);
}

static void add_measured(struct cg_table *table, const struct cg_record *record)
{
    struct cg_split split;
    cg_split_of(record, &split);
    cg_table_add_row(table, NULL);
    cg_cell_text(table, record->case_name);
    cg_cell_text(table, cg_setting_words(&record->setting).text);
    cg_cell_ms(table, cg_record_time(record));
    for (int k = 0; k < CG_CATEGORY_COUNT; k++)
        cg_cell_fixed(table, 100 * split.ns[k] / split.sum_ns, "%.1f %%");
    cg_cell_fixed(table, split.residual_percent, "%.1f %%");
}

static void add_published(struct cg_table *table, const struct cg_record *record)
{
    const struct cg_phrase name = cg_record_network_name(record);
    for (int d = 0; d < CG_PAPER_DEVICE_COUNT; d++) {
        const enum cg_paper_device device = (enum cg_paper_device)d;
        if (isnan(cg_split_paper(name.text, device, CG_CAT_CONV)))
            continue;
        cg_table_add_row(table, NULL);
        cg_cell_text(table, record->case_name);
        cg_cell_text(table, cg_paper_devices[d].title);
        cg_cell_fixed(table, NAN, "%f");
        for (int k = 0; k < CG_CATEGORY_COUNT; k++)
            cg_cell_fixed(table, cg_split_paper(name.text, device, (enum cg_category)k), "%.1f %%");
        cg_cell_fixed(table, NAN, "%f");
    }
}

static void add_columns(struct cg_table *table)
{
    static const char *const heads[CG_CATEGORY_COUNT] = {
        [CG_CAT_ELEMENTWISE] = "element-\nwise", [CG_CAT_DEPTHWISE] = "depth-\nwise"};
    cg_table_add_column(table, "network", "network", CG_COLUMN_TEXT, 0);
    cg_table_add_column(table, "device", "engine or device", CG_COLUMN_TEXT, 0);
    cg_table_add_column(table, "time_ns", "ms [95 % interval]", CG_COLUMN_INTERVAL, 2);
    for (int k = 0; k < CG_CATEGORY_COUNT; k++) {
        const char *name = cg_category_name((enum cg_category)k);
        cg_table_add_column(table, name, heads[k] ? heads[k] : name, CG_COLUMN_NUMBER, 0);
    }
    cg_table_add_column(table, "residual", "beyond\nlayers", CG_COLUMN_NUMBER, 1);
}

struct cg_table *cg_table_of_breakdown(const struct cg_results *results, const struct cg_suite_record *suite)
{
    struct cg_table *table = cg_table_create("breakdown", "Run time by kind of layer");
    int n;
    const struct cg_record **records = profiled_records(results, &n);
    table->failed = table->failed || !records;
    table->caption = cg_table_format(table, "%.200s%sshares of the sum of the layers; %s",
                                     suite && suite->source ? suite->source : "",
                                     suite && suite->source ? "; " : "", cg_device_words(results));
    add_columns(table);
    /* a network's rows under all settings, then the paper's */
    for (int i = 0; records && i < n; i++) {
        if (suite && !cg_is_of_suite(records[i], suite))
            continue;
        add_measured(table, records[i]);
        if (is_last_profile(records, n, i))
            add_published(table, records[i]);
    }
    free(records);
    for (int r = 0; r < results->n_records; r++)
        if (!suite || cg_is_of_suite(results->records[r], suite))
            cg_table_add_sentence(table, cg_say_split(results->records[r]).text);
    cg_table_add_note(table, "The paper does not say where its Figure 2 books depthwise convolutions; here "
                             "they stand apart. Layers that an engine runs as one are booked under the one "
                             "with most multiply-adds. Beyond layers: the end-to-end time minus the sum of "
                             "the layers, in per cent of the end-to-end time. Medians of a profile, each "
                             "layer read by a clock inside the run.");
    return table;
}
