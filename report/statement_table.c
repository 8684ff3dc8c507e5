/* The paper's statements on whole networks, as a table with their sentences. */
#include "report/format.h"
#include "report/statements.h"
#include "report/tables.h"

#include <math.h>
#include <stdio.h>

static void add_level(struct cg_table *table, const struct cg_statement_level *level, const char *section)
{
    char text[96];
    cg_table_add_row(table, section);
    snprintf(text, sizeof text, "%dM", level->level);
    cg_table_set_number(table, 0, level->level, text);
    cg_case_label(level->fast->c, text, sizeof text);
    cg_table_set_text(table, 1, text);
    cg_case_label(level->slow->c, text, sizeof text);
    cg_table_set_text(table, 2, text);
    const struct cg_interval ratio = cg_ratio_of(level->ratio);
    cg_format_ratio(ratio, text, sizeof text);
    cg_table_set_interval(table, 3, ratio, text);
    cg_table_set_text(table, 4, cg_verdict_name(level->verdict));
    for (int p = 0; p < CG_PAPER_COLUMN_COUNT; p++) {
        cg_format_significant(level->paper[p], 3, text, sizeof text);
        cg_table_set_number(table, 5 + p, level->paper[p], text);
    }
}

static void set_label(struct cg_table *table, int column, const struct cg_case_view *c)
{
    char text[256];
    cg_case_label(c->c, text, sizeof text);
    cg_table_set_text(table, column, text);
}

static void set_significant(struct cg_table *table, int column, double value, int digits)
{
    char text[64];
    cg_format_significant(value, digits, text, sizeof text);
    cg_table_set_number(table, column, value, text);
}

static void add_order(struct cg_table *table, const struct cg_level_order *level)
{
    char text[96];
    cg_table_add_row(table, NULL);
    snprintf(text, sizeof text, "%dM", level->level);
    cg_table_set_number(table, 0, level->level, text);
    snprintf(text, sizeof text, "%d", level->networks);
    cg_table_set_number(table, 1, level->networks, text);
    set_significant(table, 2, level->madds_spread, 3);
    const struct cg_interval ratio = cg_ratio_of(level->ratio);
    cg_format_ratio(ratio, text, sizeof text);
    cg_table_set_interval(table, 3, ratio, text);
    set_label(table, 4, level->slowest);
    set_label(table, 5, level->fastest);
    snprintf(text, sizeof text, "%.2f", level->spearman);
    cg_table_set_number(table, 6, level->spearman, isnan(level->spearman) ? "-" : text);
    for (int p = 0; p < CG_PAPER_COLUMN_COUNT; p++)
        set_significant(table, 7 + p, level->paper[p], 3);
}

static void describe(struct cg_table *table, const struct cg_suite_view *view)
{
    char setting[256];
    cg_setting_text(&view->setting, setting, sizeof setting);
    table->setting = cg_table_format(table, "%s", setting);
    table->caption = cg_table_format(
        table, "%s; %s", view->results->device.cpu_model ? view->results->device.cpu_model : "device unknown",
        setting);
}

struct cg_table *cg_table_of_levels(const struct cg_suite_view *view)
{
    char slug[160], text[1024];
    struct cg_statements statements;
    cg_view_slug(view, "levels", slug, sizeof slug);
    struct cg_table *table = cg_table_create(slug, "How far apart networks of one complexity level are");
    if (!table || !cg_statements_of(view, &statements)) {
        cg_table_destroy(&table);
        return NULL;
    }
    describe(table, view);
    cg_table_add_column(table, "level", "level", CG_COLUMN_NUMBER, 0);
    cg_table_add_column(table, "networks", "net-\nworks", CG_COLUMN_NUMBER, 1);
    cg_table_add_column(table, "madds_ratio", "most/least\nmadds", CG_COLUMN_NUMBER, 0);
    cg_table_add_column(table, "time_ratio", "slowest/fastest\ntime", CG_COLUMN_INTERVAL, 0);
    cg_table_add_column(table, "slowest", "slowest", CG_COLUMN_TEXT, 0);
    cg_table_add_column(table, "fastest", "fastest", CG_COLUMN_TEXT, 0);
    cg_table_add_column(table, "spearman", "Spear-\nman", CG_COLUMN_NUMBER, 0);
    cg_table_add_column(table, "paper_arm_time_ratio", "paper\nARM", CG_COLUMN_NUMBER, 1);
    cg_table_add_column(table, "paper_gpu_time_ratio", "paper\nGPU", CG_COLUMN_NUMBER, 1);
    for (int l = 0; l < statements.n_levels; l++)
        add_order(table, &statements.levels[l]);
    if (table->n_rows == 0)
        return table;
    if (cg_say_levels(&statements, text, sizeof text) > 0)
        cg_table_add_sentence(table, text);
    cg_table_add_note(
        table,
        "Spearman: rank correlation of madds with time inside the level. Paper: slowest/fastest of the "
        "same networks, as far as it prints them. Reconstructions are left out.");
    return table;
}

struct cg_table *cg_table_of_statements(const struct cg_suite_view *view)
{
    char slug[160], text[2048];
    struct cg_statements statements;
    cg_view_slug(view, "statements", slug, sizeof slug);
    struct cg_table *table =
        cg_table_create(slug, "What the paper says of these networks, held against the measurement");
    if (!table || !cg_statements_of(view, &statements)) {
        cg_table_destroy(&table);
        return NULL;
    }
    describe(table, view);
    cg_table_add_column(table, "level", "level", CG_COLUMN_NUMBER, 0);
    cg_table_add_column(table, "said_to_be_faster", "said to be faster", CG_COLUMN_TEXT, 0);
    cg_table_add_column(table, "said_to_be_slower", "said to be slower", CG_COLUMN_TEXT, 0);
    cg_table_add_column(table, "time_ratio", "time ratio here", CG_COLUMN_INTERVAL, 0);
    cg_table_add_column(table, "verdict", "verdict", CG_COLUMN_TEXT, 0);
    cg_table_add_column(table, "paper_arm_time_ratio", "paper\nARM", CG_COLUMN_NUMBER, 1);
    cg_table_add_column(table, "paper_gpu_time_ratio", "paper\nGPU", CG_COLUMN_NUMBER, 1);
    for (int s = 0; s < CG_STATEMENT_COUNT; s++) {
        const struct cg_statement *statement = &statements.items[s];
        char claim[160];
        cg_say_claim(statement, claim, sizeof claim);
        for (int l = 0; l < statement->n_levels; l++)
            add_level(table, &statement->levels[l], l == 0 ? cg_table_format(table, "%s?", claim) : NULL);
    }
    if (table->n_rows == 0)
        return table;
    for (int s = 0; s < CG_STATEMENT_COUNT; s++)
        if (cg_say_statement(&statements.items[s], text, sizeof text) > 0)
            cg_table_add_sentence(table, text);
    cg_table_add_note(
        table,
        cg_table_format(
            table,
            "FASTER: the paper's statement holds at that level (by more than %.2g %%, Holm over the table; "
            "SAME: within %.2g %%). Where a family has several networks at a level, the one with the nearest "
            "madds stands for it. Reconstructions have no part in this.",
            100 * statements.delta, 100 * statements.delta));
    return table;
}
