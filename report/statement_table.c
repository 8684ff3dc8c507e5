/* The paper's statements on whole networks, as tables with their sentences. */
#include "report/statements.h"
#include "report/tables.h"

static void add_level(struct cg_table *table, const struct cg_statement_level *level, const char *section)
{
    cg_table_add_row(table, section);
    cg_cell_number(table, level->level, cg_phrase("%dM", level->level).text);
    cg_cell_text(table, cg_case_label(level->fast->c).text);
    cg_cell_text(table, cg_case_label(level->slow->c).text);
    cg_cell_ratio(table, cg_ratio_of(level->measured.ratio));
    cg_cell_text(table, cg_verdict_words(&level->measured).text);
    for (int d = 0; d < CG_PAPER_DEVICE_COUNT; d++)
        cg_cell_figure(table, level->paper[d], 1, 3);
}

static void add_order(struct cg_table *table, const struct cg_level_order *level)
{
    cg_table_add_row(table, NULL);
    cg_cell_number(table, level->level, cg_phrase("%dM", level->level).text);
    cg_cell_count(table, level->networks);
    cg_cell_figure(table, level->madds_spread, 1, 3);
    cg_cell_ratio(table, cg_ratio_of(level->ratio));
    cg_cell_text(table, cg_case_label(level->slowest->c).text);
    cg_cell_text(table, cg_case_label(level->fastest->c).text);
    cg_cell_fixed(table, level->spearman, "%.2f");
    for (int d = 0; d < CG_PAPER_DEVICE_COUNT; d++)
        cg_cell_figure(table, level->paper[d], 1, 3);
}

/* A table of the statements, which are worked out. */
static struct cg_table *begin_table(const struct cg_suite_view *view, const char *kind, const char *title,
                                    struct cg_statements *statements)
{
    struct cg_table *table = cg_table_of_view(view, kind, title);
    table->failed = !cg_statements_of(view, statements) || table->failed;
    cg_describe_view(table, view);
    return table;
}

static void add_columns(struct cg_table *table, const struct cg_column *columns, size_t n)
{
    cg_table_add_columns(table, columns, n);
    for (int d = 0; d < CG_PAPER_DEVICE_COUNT; d++)
        cg_add_paper_column(table, d, "paper_%s_time_ratio", "paper\n%s", 1);
}

struct cg_table *cg_table_of_levels(const struct cg_suite_view *view)
{
    static const struct cg_column columns[] = {
        {"level", "level", CG_COLUMN_NUMBER, 0},
        {"networks", "net-\nworks", CG_COLUMN_NUMBER, 1},
        {"madds_ratio", "most/least\nmadds", CG_COLUMN_NUMBER, 0},
        {"time_ratio", "slowest/fastest\ntime", CG_COLUMN_INTERVAL, 0},
        {"slowest", "slowest", CG_COLUMN_TEXT, 0},
        {"fastest", "fastest", CG_COLUMN_TEXT, 0},
        {"spearman", "Spear-\nman", CG_COLUMN_NUMBER, 0},
    };
    struct cg_statements statements;
    struct cg_table *table =
        begin_table(view, "levels", "How far apart networks of one complexity level are", &statements);
    add_columns(table, CG_COLUMNS(columns));
    for (int l = 0; l < statements.n_levels; l++)
        add_order(table, &statements.levels[l]);
    cg_table_add_sentence(table, cg_say_levels(&statements).text);
    cg_table_add_note(
        table,
        "Spearman: rank correlation of madds with time inside the level, of five networks and more. The "
        "interval of slowest/fastest allows for the choice among all pairs (Bonferroni). Paper: "
        "slowest/fastest of the "
        "same networks, as far as it prints them. Reconstructions are left out.");
    return table;
}

struct cg_table *cg_table_of_statements(const struct cg_suite_view *view)
{
    static const struct cg_column columns[] = {
        {"level", "level", CG_COLUMN_NUMBER, 0},
        {"said_to_be_faster", "said to be faster", CG_COLUMN_TEXT, 0},
        {"said_to_be_slower", "said to be slower", CG_COLUMN_TEXT, 0},
        {"time_ratio", "time ratio here", CG_COLUMN_INTERVAL, 0},
        {"verdict", "verdict", CG_COLUMN_TEXT, 0},
    };
    struct cg_statements statements;
    struct cg_table *table =
        begin_table(view, "statements", "What the paper says of these networks, held against the measurement",
                    &statements);
    add_columns(table, CG_COLUMNS(columns));
    for (int s = 0; s < CG_STATEMENT_COUNT; s++) {
        const struct cg_statement *statement = &statements.items[s];
        for (int l = 0; l < statement->n_levels; l++) {
            const struct cg_statement_level *level = &statement->levels[l];
            add_level(table, level, l == 0 ? cg_phrase("%s?", cg_claim(statement).text).text : NULL);
            cg_add_state_note(table, cg_phrase("%s, %dM", cg_claim(statement).text, level->level).text,
                              &level->measured);
        }
        cg_table_add_sentence(table, cg_say_statement(statement).text);
    }
    cg_table_add_note(
        table,
        cg_table_format(
            table,
            "FASTER: the paper's statement holds at that level; NOT FASTER: it does not (one-sided tests "
            "against "
            "%.2g %% faster, %.2g %% where the two were not measured in the same rounds; Holm over the "
            "table). "
            "Where a family has several networks at a level, the one with the nearest madds stands for it. "
            "Reconstructions have no part in this.",
            100 * statements.delta, 100 * statements.delta_apart));
    return table;
}
