#include "report/report.h"

#include "report/escape.h"
#include "report/tables.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum cg_status cg_suite_views_create(const struct cg_results *results, const struct cg_suite_record *suite,
                                     struct cg_suite_views *views, struct cg_error *err)
{
    int n;
    *views = (struct cg_suite_views){.suite = suite};
    struct cg_setting *settings = cg_suite_settings(results, suite, &n);
    if (n > 0)
        views->items = calloc((size_t)n, sizeof *views->items);
    enum cg_status status =
        n < 0 || (n > 0 && !views->items) ? cg_fail(err, CG_NO_MEMORY, "no memory") : CG_OK;
    for (int i = 0; i < n && status == CG_OK; i++) {
        status = cg_suite_view_create(results, suite, &settings[i], &views->items[i], err);
        views->n += status == CG_OK;
    }
    free(settings);
    if (status != CG_OK)
        cg_suite_views_free(views);
    return status;
}

void cg_suite_views_free(struct cg_suite_views *views)
{
    for (int i = 0; i < views->n; i++)
        cg_suite_view_destroy(&views->items[i]);
    free(views->items);
    views->items = NULL;
    views->n = 0;
}

struct cg_table *cg_table_of_skipped(const struct cg_results *results)
{
    struct cg_table *table = cg_table_create("skipped", "Skipped");
    if (!table)
        return NULL;
    cg_table_add_column(table, "case", "case", CG_COLUMN_TEXT, 0);
    cg_table_add_column(table, "engine", "engine", CG_COLUMN_TEXT, 0);
    cg_table_add_column(table, "threads", "threads", CG_COLUMN_NUMBER, 0);
    cg_table_add_column(table, "reason", "reason", CG_COLUMN_TEXT, 0);
    for (int i = 0; i < results->n_skipped; i++) {
        const struct cg_skipped *skipped = results->skipped[i];
        char text[16];
        cg_table_add_row(table, NULL);
        cg_table_set_text(table, 0, skipped->case_name);
        cg_table_set_text(table, 1, skipped->setting.engine);
        snprintf(text, sizeof text, "%d", skipped->setting.threads);
        cg_table_set_number(table, 2, skipped->setting.threads >= 0 ? skipped->setting.threads : NAN, text);
        cg_table_set_text(table, 3, skipped->reason);
    }
    return table;
}

static struct cg_table *table_of_view(const struct cg_suite_view *view)
{
    switch (view->suite->kind) {
    case CG_KIND_SLOPE:
        return cg_table_of_slope(view);
    case CG_KIND_FACTORIAL:
        return cg_table_of_factorial(view);
    case CG_KIND_RANKING:
        return cg_table_of_networks(view);
    default:
        return cg_table_of_plain(view);
    }
}

/* The sentence on fusion goes under the effects of fusion "none", when the same setting was measured with
 * full. */
static void add_fusion_sentence(struct cg_table *table, const struct cg_suite_views *views,
                                const struct cg_suite_view *none)
{
    char text[512];
    for (int i = 0; i < views->n; i++) {
        struct cg_setting other = views->items[i]->setting;
        if (other.fusion != CG_FUSION_FULL)
            continue;
        other.fusion = none->setting.fusion;
        if (cg_setting_equal(&other, &none->setting) &&
            cg_say_fusion(views->suite, views->items[i]->finding, none->finding, text, sizeof text) > 0)
            cg_table_add_sentence(table, text);
    }
}

static enum cg_status add_table(struct cg_tables *tables, struct cg_table *table, struct cg_error *err)
{
    if (!table || table->failed) {
        cg_table_destroy(&table);
        return cg_fail(err, CG_NO_MEMORY, "no memory for a table");
    }
    if (table->n_rows == 0) {
        cg_table_destroy(&table);
        return CG_OK;
    }
    return cg_tables_add(tables, table) ? CG_OK : cg_fail(err, CG_NO_MEMORY, "no memory for a table");
}

/* Tables over several settings, once for each combination of what they do not vary. */
static enum cg_status add_setting_tables(const struct cg_suite_views *views, struct cg_tables *tables,
                                         struct cg_error *err)
{
    for (int i = 0; i < views->n; i++) {
        const struct cg_setting *own = &views->items[i]->setting;
        bool engines_done = false, growth_done = false, fusion_done = false, failed = false;
        for (int k = 0; k < i; k++) {
            const struct cg_setting *before = &views->items[k]->setting;
            const bool same_fusion = own->fusion == before->fusion;
            fusion_done = fusion_done || before->threads == own->threads;
            engines_done = engines_done || (same_fusion && before->threads == own->threads);
            growth_done = growth_done || (same_fusion && before->engine && own->engine &&
                                          strcmp(before->engine, own->engine) == 0);
        }
        struct cg_table *table =
            engines_done ? NULL : cg_table_of_engines(views, own->threads, own->fusion, &failed);
        if (failed || (table && add_table(tables, table, err) != CG_OK))
            return cg_fail(err, CG_NO_MEMORY, "no memory for a table");
        table = engines_done ? NULL : cg_table_of_peers(views, own->threads, own->fusion, &failed);
        if (failed || (table && add_table(tables, table, err) != CG_OK))
            return cg_fail(err, CG_NO_MEMORY, "no memory for a table");
        table = fusion_done ? NULL : cg_table_of_fusion(views, own->threads, &failed);
        if (failed || (table && add_table(tables, table, err) != CG_OK))
            return cg_fail(err, CG_NO_MEMORY, "no memory for a table");
        table = growth_done ? NULL : cg_table_of_growth(views, own->engine, own->fusion, &failed);
        if (failed || (table && add_table(tables, table, err) != CG_OK))
            return cg_fail(err, CG_NO_MEMORY, "no memory for a table");
    }
    return CG_OK;
}

enum cg_status cg_tables_of_suite(const struct cg_results *results, const struct cg_suite_record *suite,
                                  struct cg_tables *tables, struct cg_error *err)
{
    if (suite->kind == CG_KIND_REUSE)
        return CG_OK; /* nothing is timed */
    if (suite->kind == CG_KIND_BREAKDOWN)
        return add_table(tables, cg_table_of_breakdown(results, suite), err);
    struct cg_suite_views views;
    enum cg_status status = cg_suite_views_create(results, suite, &views, err);
    for (int i = 0; i < views.n && status == CG_OK; i++) {
        if (views.items[i]->measured == 0)
            continue;
        status = add_table(tables, table_of_view(views.items[i]), err);
        if (status == CG_OK && suite->kind == CG_KIND_RANKING)
            status = add_table(tables, cg_table_of_levels(views.items[i]), err);
        if (status == CG_OK && suite->kind == CG_KIND_RANKING)
            status = add_table(tables, cg_table_of_statements(views.items[i]), err);
        if (status == CG_OK && suite->kind == CG_KIND_FACTORIAL) {
            struct cg_table *effects = cg_table_of_effects(views.items[i]);
            if (effects)
                add_fusion_sentence(effects, &views, views.items[i]);
            status = add_table(tables, effects, err);
        }
        if (status == CG_OK)
            status = add_table(tables, cg_table_of_counters(views.items[i]), err);
    }
    if (status == CG_OK)
        status = add_setting_tables(&views, tables, err);
    cg_suite_views_free(&views);
    return status;
}

int cg_report_width(FILE *out)
{
    struct winsize size;
    const int fd = fileno(out);
    if (fd < 0 || !isatty(fd) || ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return 120;
    return size.ws_col < 80 ? 80 : size.ws_col;
}

struct caveats {
    FILE *out;
    int n;
    enum cg_format format;
};

static void print_caveat(const char *sentence, void *context)
{
    struct caveats *caveats = context;
    if (caveats->format == CG_FORMAT_JSON) {
        fputs(caveats->n ? ", " : "", caveats->out);
        cg_put_json(sentence, caveats->out);
    } else if (caveats->format == CG_FORMAT_MARKDOWN) {
        fputs("- ", caveats->out);
        cg_put_markdown(sentence, caveats->out);
        putc('\n', caveats->out);
    } else if (caveats->format == CG_FORMAT_TEXT) {
        fputs("Note: ", caveats->out);
        cg_put_plain(sentence, caveats->out);
        putc('\n', caveats->out);
    }
    caveats->n++;
}

enum cg_status cg_report_print(const struct cg_results *results, const char *suite, enum cg_format format,
                               FILE *out, struct cg_error *err)
{
    struct cg_tables tables = {0};
    bool breakdown = false;
    enum cg_status status = CG_OK;
    for (int s = 0; s < results->n_suites && status == CG_OK; s++)
        if (!suite || strcmp(results->suites[s]->name, suite) == 0)
            status = cg_tables_of_suite(results, results->suites[s], &tables, err);
    for (int s = 0; s < results->n_suites; s++)
        breakdown = breakdown || results->suites[s]->kind == CG_KIND_BREAKDOWN;
    if (status == CG_OK && !suite && !breakdown)
        status = add_table(&tables, cg_table_of_breakdown(results, NULL), err);
    if (status == CG_OK && results->n_skipped > 0)
        status = add_table(&tables, cg_table_of_skipped(results), err);
    if (status == CG_OK && format == CG_FORMAT_JSON)
        fputs("{\"tables\": [\n", out);
    const int width = cg_report_width(out);
    for (int i = 0; i < tables.n && status == CG_OK; i++) {
        if (i > 0 && format == CG_FORMAT_JSON)
            fputs(",\n", out);
        if (i > 0 && format == CG_FORMAT_CSV)
            putc('\n', out);
        status = cg_table_print(tables.items[i], format, width, out, err);
    }
    struct caveats caveats = {out, 0, format};
    if (status == CG_OK && format == CG_FORMAT_JSON)
        fputs("\n], \"caveats\": [", out);
    if (status == CG_OK && !suite)
        cg_say_caveats(results, print_caveat, &caveats);
    if (status == CG_OK && format == CG_FORMAT_JSON)
        fputs("]}\n", out);
    cg_tables_free(&tables);
    if (status == CG_OK && ferror(out))
        status = cg_fail(err, CG_IO, "cannot write the tables");
    return status;
}
