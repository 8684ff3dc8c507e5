/* Times an image over batches, side by side, and what the largest gains. */
#include "report/tables.h"

#include "base/text.h"

#include <math.h>
#include <string.h>

/* "224x224x3" of "4x224x224x3" */
static const char *size_of(const struct cg_record *record)
{
    const char *x = record->input ? strchr(record->input, 'x') : NULL;
    return x ? x + 1 : "";
}

static bool is_timed_network(const struct cg_record *record)
{
    return record->network && record->samples.n > 0 && record->setting.batch > 0;
}

static bool same_setting(const struct cg_record *a, const struct cg_record *b)
{
    return !(cg_setting_difference(&a->setting, &b->setting) & ~(unsigned)CG_FIELD_BATCH);
}

static bool same_network(const struct cg_record *a, const struct cg_record *b)
{
    return cg_same_text(a->network, b->network) && cg_same_text(a->variant, b->variant) &&
           strcmp(size_of(a), size_of(b)) == 0;
}

/* The network of record `like` at this batch, under its setting else; NULL. */
static const struct cg_record *at_batch(const struct cg_results *results, const struct cg_record *like,
                                        int batch)
{
    for (int r = 0; r < results->n_records; r++) {
        const struct cg_record *record = results->records[r];
        if (is_timed_network(record) && record->setting.batch == batch && same_setting(record, like) &&
            same_network(record, like))
            return record;
    }
    return NULL;
}

/* The batches measured under the setting of record `first`, smallest first; how many. */
static int batches_of(const struct cg_results *results, const struct cg_record *first,
                      int batches[CG_MAX_ENGINES])
{
    int n = 0;
    for (int r = 0; r < results->n_records; r++) {
        const struct cg_record *record = results->records[r];
        const int batch = record->setting.batch;
        bool known = !is_timed_network(record) || !same_setting(record, first);
        for (int i = 0; i < n; i++)
            known = known || batches[i] == batch;
        if (known || n == CG_MAX_ENGINES)
            continue;
        int at = n++;
        for (; at > 0 && batches[at - 1] > batch; at--)
            batches[at] = batches[at - 1];
        batches[at] = batch;
    }
    return n;
}

static struct cg_interval time_an_image(const struct cg_record *record)
{
    if (!record)
        return (struct cg_interval){NAN, NAN, NAN};
    const struct cg_interval time = cg_record_time(record);
    const double n = record->setting.batch;
    return (struct cg_interval){time.value / n, time.low / n, time.high / n};
}

static void add_row(struct cg_table *table, const struct cg_results *results, const struct cg_record *like,
                    const int *batches, int n)
{
    const struct cg_record *least = at_batch(results, like, batches[0]),
                           *most = at_batch(results, like, batches[n - 1]);
    struct cg_estimate gain = cg_unknown_estimate;
    if (least && most) {
        table->failed = table->failed || !cg_record_log_ratio(results, least, most, &gain, NULL);
        const double images = log((double)batches[n - 1] / batches[0]);
        gain.mean += images;
        gain.low += images;
        gain.high += images;
    }
    cg_table_add_row(table, NULL);
    cg_cell_text(table, cg_record_network_name(like).text);
    for (int i = 0; i < n; i++)
        cg_cell_ms(table, time_an_image(at_batch(results, like, batches[i])));
    cg_cell_ratio(table, cg_ratio_of(gain));
}

static struct cg_table *table_of(const struct cg_results *results, const struct cg_record *first)
{
    int batches[CG_MAX_ENGINES];
    const int n = batches_of(results, first, batches);
    struct cg_phrase setting;
    cg_setting_say(&first->setting, ~(unsigned)CG_FIELD_BATCH, CG_SAY_UNUSUAL, setting.text,
                   sizeof setting.text);
    struct cg_table *table = cg_table_create(cg_phrase("batches %.200s", setting.text).text, "Over batches");
    if (n < 2)
        return table;
    table->caption = cg_table_format(table, "ms an image [95 %% interval]; %s, %s", setting.text,
                                     cg_device_words(results));
    cg_table_add_column(table, "network", "network", CG_COLUMN_TEXT, 0);
    for (int i = 0; i < n; i++)
        cg_table_add_column(table, cg_phrase("time_ns_b%d", batches[i]).text,
                            cg_phrase("batch %d", batches[i]).text, CG_COLUMN_INTERVAL, i > 0 && i < n - 1);
    cg_table_add_column(table, "gain",
                        cg_phrase("images a second,\n%d to %d", batches[0], batches[n - 1]).text,
                        CG_COLUMN_INTERVAL, 0);
    for (int r = 0; r < results->n_records; r++) {
        const struct cg_record *record = results->records[r];
        bool shown = !is_timed_network(record) || !same_setting(record, first);
        for (int k = 0; k < r && !shown; k++)
            shown = is_timed_network(results->records[k]) && same_setting(results->records[k], first) &&
                    same_network(results->records[k], record);
        if (!shown)
            add_row(table, results, record, batches, n);
    }
    return table;
}

bool cg_is_at_further_batch(const struct cg_results *results, int suite)
{
    for (int i = 0; i < suite; i++)
        if (cg_same_text(results->suites[i]->name, results->suites[suite]->name))
            return true;
    return false;
}

void cg_tables_of_batches(const struct cg_results *results, struct cg_tables *tables)
{
    bool several = false;
    for (int i = 0; i < results->n_suites; i++)
        several = several || cg_is_at_further_batch(results, i);
    for (int r = 0; several && r < results->n_records; r++) {
        bool first = is_timed_network(results->records[r]);
        for (int k = 0; k < r && first; k++)
            first = !is_timed_network(results->records[k]) ||
                    !same_setting(results->records[k], results->records[r]);
        if (first)
            cg_tables_add(tables, table_of(results, results->records[r]));
    }
}
