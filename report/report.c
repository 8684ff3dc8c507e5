#include "report/report.h"

#include "base/text.h"
#include "bench/record/json.h"
#include "report/answers.h"
#include "report/escape.h"
#include "report/place.h"
#include "report/tables.h"
#include "report/terminal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct cg_table *cg_table_of_skipped(const struct cg_results *results)
{
    static const struct cg_column columns[] = {
        {"case", "case", CG_COLUMN_TEXT, 0},
        {"engine", "engine", CG_COLUMN_TEXT, 0},
        {"threads", "threads", CG_COLUMN_NUMBER, 0},
        {"reason", "reason", CG_COLUMN_TEXT, 0},
    };
    struct cg_table *table = cg_table_create("skipped", "Skipped");
    cg_table_add_columns(table, CG_COLUMNS(columns));
    for (int i = 0; i < results->n_skipped; i++) {
        const struct cg_skipped *skipped = results->skipped[i];
        cg_table_add_row(table, NULL);
        CG_CELL_TEXTS(table, skipped->case_name, skipped->setting.engine);
        cg_cell_count(table, skipped->setting.threads);
        cg_cell_text(table, skipped->reason);
    }
    return table;
}

struct cg_table *cg_table_of_lost_workers(const struct cg_results *results)
{
    static const struct cg_column columns[] = {
        {"case", "case", CG_COLUMN_TEXT, 0},         {"engine", "engine", CG_COLUMN_TEXT, 0},
        {"threads", "threads", CG_COLUMN_NUMBER, 0}, {"times", "times", CG_COLUMN_NUMBER, 0},
        {"how", "how it ended", CG_COLUMN_TEXT, 0},
    };
    struct cg_table *table = cg_table_create("lost-workers", "Workers that ended before their time");
    cg_table_add_columns(table, CG_COLUMNS(columns));
    for (int s = 0; s < results->n_schedules; s++)
        for (int i = 0; i < results->schedules[s]->n_lost_workers; i++) {
            const struct cg_lost_record *lost = &results->schedules[s]->lost_workers[i];
            cg_table_add_row(table, NULL);
            cg_cell_text(table, lost->case_name ? lost->case_name
                                                : cg_table_format(table, "(one of several of %s)",
                                                                  lost->suite ? lost->suite : "a suite"));
            cg_cell_text(table, lost->setting.engine);
            cg_cell_count(table, lost->setting.threads);
            cg_cell_count(table, lost->times);
            cg_cell_text(table, lost->how);
        }
    return table;
}

/* Of the suite that has the page's networks. */
static struct cg_table *place_of_view(const struct cg_suite_view *view)
{
    return cg_same_text(view->suite->name, "atlas") ? cg_table_of_place(view->results, &view->setting)
                                                    : cg_table_create("", "");
}

/* The tables of a suite under one setting, in their order, by the kind of suite. */
#define KIND(kind) (1u << CG_KIND_##kind)
#define EVERY_KIND (~0u)

static const struct {
    unsigned kinds;
    struct cg_table *(*make)(const struct cg_suite_view *view);
} tables_of_view[] = {
    {KIND(SLOPE) | KIND(FACTORIAL) | KIND(PLAIN), cg_table_of_cases},
    {KIND(WIDTHS), cg_table_of_widths},
    {KIND(RANKING), cg_table_of_networks},
    {KIND(RANKING), cg_table_of_pairs},
    {KIND(RANKING), cg_table_of_levels},
    {KIND(RANKING), cg_table_of_statements},
    {KIND(RANKING), cg_table_of_since},
    {KIND(FACTORIAL), cg_table_of_effects},
    {KIND(SLOPE) | KIND(FACTORIAL), cg_table_of_causes},
    {KIND(SLOPE), cg_table_of_working_sets},
    {KIND(SLOPE) | KIND(FACTORIAL), cg_table_of_load},
    {EVERY_KIND, cg_table_of_counters},
    {KIND(RANKING), place_of_view},
};

static struct cg_shown shown_here(const struct cg_suite_view *view)
{
    return (struct cg_shown){1, {NULL}, {view->finding}, {cg_finding_words(view)}};
}

/* The sentence on fusion goes under the effects of fusion "none", when the same setting was measured with
 * full. */
static void add_fusion_sentence(struct cg_table *table, const struct cg_suite_views *views,
                                const struct cg_suite_view *none)
{
    for (int i = 0; i < views->n && none->setting.fusion == CG_FUSION_NONE; i++) {
        struct cg_setting other = views->items[i]->setting;
        if (other.fusion != CG_FUSION_FULL)
            continue;
        const struct cg_shown full = shown_here(views->items[i]), own = shown_here(none);
        other.fusion = none->setting.fusion;
        if (cg_setting_equal(&other, &none->setting))
            cg_table_add_sentence(table, cg_say_fusion(views->suite, &full, &own).text);
    }
}

void cg_tables_of_view(const struct cg_suite_views *views, const struct cg_suite_view *view,
                       struct cg_tables *tables)
{
    for (size_t t = 0; t < sizeof tables_of_view / sizeof tables_of_view[0]; t++) {
        if (view->measured == 0 || !(tables_of_view[t].kinds >> view->suite->kind & 1))
            continue;
        struct cg_table *table = tables_of_view[t].make(view);
        if (tables_of_view[t].make == cg_table_of_effects)
            add_fusion_sentence(table, views, view);
        cg_tables_add(tables, table);
    }
}

bool cg_is_of_engines(const struct cg_suite_record *suite)
{
    return suite->kind == CG_KIND_PLAIN && suite->whole_networks == 1;
}

/* Whether no view before has the setting but for `varied`. */
static bool is_first(const struct cg_suite_views *views, int index, unsigned varied)
{
    for (int k = 0; k < index; k++)
        if (!(cg_setting_difference(&views->items[k]->setting, &views->items[index]->setting) & ~varied))
            return false;
    return true;
}

/* Once for each combination of what they do not vary. */
void cg_tables_over_settings(const struct cg_suite_views *views, struct cg_tables *tables)
{
    if (views->n > 0 && views->suite->kind == CG_KIND_WIDTHS)
        cg_tables_add(tables, cg_table_of_quanta(views));
    for (int i = 0; i < views->n; i++) {
        const struct cg_setting *own = &views->items[i]->setting;
        if (is_first(views, i, CG_FIELD_ENGINE)) {
            cg_tables_add(tables, cg_table_of_engines(views, own));
            if (!cg_is_of_engines(views->suite))
                cg_tables_add(tables, cg_table_of_peers(views, own));
        }
        if (is_first(views, i, CG_FIELD_ENGINE | CG_FIELD_FUSION))
            cg_tables_add(tables, cg_table_of_fusion(views, own));
        if (is_first(views, i, CG_FIELD_THREADS)) {
            cg_tables_add(tables, cg_table_of_growth(views, own));
            if (!cg_is_of_engines(views->suite))
                cg_tables_add(tables, cg_table_of_threads(views, own));
        }
    }
}

void cg_tables_of_suite(const struct cg_results *results, const struct cg_suite_record *suite,
                        struct cg_tables *tables)
{
    struct cg_suite_views views = {0};
    if (suite->kind == CG_KIND_REUSE)
        return; /* nothing is timed */
    if (suite->kind == CG_KIND_BREAKDOWN)
        cg_tables_add(tables, cg_table_of_breakdown(results, suite));
    else if (cg_suite_views_create(results, suite, &views, NULL) != CG_OK)
        tables->failed = true;
    for (int i = 0; i < views.n; i++)
        cg_tables_of_view(&views, views.items[i], tables);
    cg_tables_over_settings(&views, tables);
    cg_suite_views_free(&views);
}

/* On a terminal with colours. */
static enum cg_status print_coloured(const struct cg_table *table, FILE *out, struct cg_error *err)
{
    char *text = NULL;
    size_t size;
    FILE *plain = open_memstream(&text, &size);
    if (!plain)
        return cg_fail(err, CG_NO_MEMORY, "no memory to print a table");
    enum cg_status status = cg_table_print(table, CG_FORMAT_TEXT, cg_terminal_width(out), plain, err);
    if (fclose(plain) != 0 && status == CG_OK)
        status = cg_fail(err, CG_NO_MEMORY, "no memory to print a table");
    if (status == CG_OK)
        cg_put_coloured(text, out);
    free(text);
    return status;
}

enum cg_status cg_tables_print(const struct cg_tables *tables, enum cg_format format, FILE *out,
                               struct cg_error *err)
{
    const bool coloured = format == CG_FORMAT_TEXT && cg_terminal_colours(out);
    enum cg_status status = tables->failed ? cg_fail(err, CG_NO_MEMORY, "no memory for the tables") : CG_OK;
    for (int i = 0; i < tables->n && status == CG_OK; i++) {
        if (i > 0)
            fputs(format == CG_FORMAT_JSON ? ",\n" : format == CG_FORMAT_CSV ? "\n" : "", out);
        status = coloured ? print_coloured(tables->items[i], out, err)
                          : cg_table_print(tables->items[i], format, cg_terminal_width(out), out, err);
    }
    return status;
}

void cg_tables_of_sides(const struct cg_suite_views *views, struct cg_tables *tables)
{
    for (int i = 0; i < views->n; i++)
        if (is_first(views, i, CG_FIELD_ENGINE | CG_FIELD_FUSION | CG_FIELD_THREADS))
            cg_tables_add(tables, cg_table_of_sides(views, &views->items[i]->setting));
}

void cg_tables_of_answers(const struct cg_results *results, struct cg_tables *tables)
{
    cg_tables_add(tables, cg_table_of_answers(results));
    cg_tables_of_batches(results, tables);
    cg_tables_add(tables, cg_table_of_latency(results));
    cg_tables_add(tables, cg_table_of_instances(results));
    for (int s = 0; s < results->n_suites; s++) {
        struct cg_suite_views views = {0};
        if (!cg_is_of_engines(results->suites[s]))
            continue;
        if (cg_suite_views_create(results, results->suites[s], &views, NULL) != CG_OK)
            tables->failed = true;
        cg_tables_of_sides(&views, tables);
        cg_suite_views_free(&views);
    }
    cg_tables_add(tables, cg_table_of_worth(results));
}

enum cg_status cg_report_print_answers(const struct cg_results *results, enum cg_format format, FILE *out,
                                       struct cg_error *err)
{
    struct cg_tables tables = {0};
    cg_tables_of_answers(results, &tables);
    const enum cg_status status = cg_tables_print(&tables, format, out, err);
    cg_tables_free(&tables);
    return status;
}

static enum cg_status print_caveats(const struct cg_caveats *caveats, enum cg_format format, FILE *out,
                                    struct cg_error *err)
{
    json_t *array = format == CG_FORMAT_JSON ? json_array() : NULL;
    for (int i = 0; i < caveats->n; i++) {
        const char *sentence = caveats->items[i].text;
        if (format == CG_FORMAT_JSON)
            json_array_append_new(array, cg_json_text(sentence));
        else if (format == CG_FORMAT_MARKDOWN)
            cg_put_between("- ", sentence, "\n", cg_put_markdown, out);
        else if (format == CG_FORMAT_TEXT)
            cg_put_between("Note: ", sentence, "\n", cg_put_plain, out);
    }
    return format == CG_FORMAT_JSON ? cg_json_print(array, out, err) : CG_OK;
}

static void add_left_out(const struct cg_results *results, struct cg_tables *tables)
{
    cg_tables_add(tables, cg_table_of_skipped(results));
    cg_tables_add(tables, cg_table_of_lost_workers(results));
}

enum cg_status cg_report_print_left_out(const struct cg_results *results, enum cg_format format, FILE *out,
                                        struct cg_error *err)
{
    struct cg_tables tables = {0};
    add_left_out(results, &tables);
    const enum cg_status status = cg_tables_print(&tables, format, out, err);
    cg_tables_free(&tables);
    return status;
}

enum cg_status cg_report_print(const struct cg_results *results, const char *suite, enum cg_format format,
                               FILE *out, struct cg_error *err)
{
    struct cg_tables tables = {0};
    bool breakdown = false;
    const bool json = format == CG_FORMAT_JSON;
    /* what is read from its top begins with the answers; a terminal shows the end */
    if (!suite && format != CG_FORMAT_TEXT)
        cg_tables_of_answers(results, &tables);
    for (int s = 0; s < results->n_suites; s++) {
        breakdown = breakdown || results->suites[s]->kind == CG_KIND_BREAKDOWN;
        if (!suite || strcmp(results->suites[s]->name, suite) == 0)
            cg_tables_of_suite(results, results->suites[s], &tables);
    }
    if (!suite && results->n_suites == 0 && results->n_records > 0) /* of others */
        cg_tables_add(&tables, cg_table_of_place(results, &results->records[0]->setting));
    if (!suite && !breakdown)
        cg_tables_add(&tables, cg_table_of_breakdown(results, NULL));
    if (!suite && format == CG_FORMAT_TEXT)
        cg_tables_of_answers(results, &tables);
    if (!suite)
        add_left_out(results, &tables);
    fputs(json ? "{\"tables\": [\n" : "", out);
    enum cg_status status = cg_tables_print(&tables, format, out, err);
    const struct cg_caveats caveats = suite ? (struct cg_caveats){.n = 0} : cg_caveats_of(results);
    fputs(json ? "], \"caveats\": " : "", out);
    status = status ?: print_caveats(&caveats, format, out, err);
    fputs(json ? "}\n" : "", out);
    cg_tables_free(&tables);
    return status == CG_OK && ferror(out) ? cg_fail(err, CG_IO, "cannot write the tables") : status;
}
