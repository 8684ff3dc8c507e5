/* Tables of answers: what holds here and why; what each guideline is worth. */
#include "report/answers.h"

#include "report/tables.h"

#include <math.h>
#include <string.h>

static void add_ratio(struct cg_table *table, bool known, struct cg_estimate log)
{
    const struct cg_interval unknown = {NAN, NAN, NAN};
    cg_cell_ratio(table, known ? cg_ratio_of(log) : unknown);
}

static void add_answer(struct cg_table *table, const struct cg_answer *a)
{
    cg_table_add_row(table, NULL);
    cg_cell_text(table, cg_subject(a->view->suite).text);
    cg_cell_text(table, cg_setting_words(&a->view->setting).text);
    cg_cell_text(table, cg_finding_words(a->view).text);
    add_ratio(table, a->aligned, a->cost);
    add_ratio(table, a->paper_group != NULL, a->causes.known ? a->causes.causes.total : a->paper_cost);
    add_ratio(table, a->causes.known, a->causes.causes.rounding);
    add_ratio(table, a->causes.known, a->causes.causes.rest);
    add_ratio(table, a->memory.known, a->memory.change);
    add_ratio(table, a->threads.view != NULL, a->threads.change);
    add_ratio(table, a->fusion.view != NULL, a->fusion.change);
    for (int d = 0; d < CG_PAPER_DEVICE_COUNT; d++)
        cg_cell_fixed(table, a->paper[d], "%.2f");
    cg_table_add_sentence(table, cg_say_answer(a).text);
}

/* Adds the answer on a suite; nothing of one that is no guideline. `count` may be NULL. */
static void add_suite(struct cg_table *table, const struct cg_results *results,
                      const struct cg_suite_record *suite,
                      void (*add)(struct cg_table *table, const struct cg_answer *answer),
                      struct cg_verdict_count *count)
{
    struct cg_suite_views views;
    struct cg_answer answer;
    if (!cg_is_guideline(suite))
        return;
    if (cg_suite_views_create(results, suite, &views, NULL) != CG_OK) {
        table->failed = true;
        return;
    }
    if (cg_answer_of(&views, &answer, &table->failed))
        add(table, &answer);
    for (int v = 0; v < views.n && count; v++)
        cg_count_findings(views.items[v], count);
    cg_suite_views_free(&views);
}

struct cg_table *cg_table_of_answers(const struct cg_results *results)
{
    static const struct cg_column columns[] = {
        {"guideline", "guideline", CG_COLUMN_TEXT, 0},
        {"setting", "setting", CG_COLUMN_TEXT, 9},
        {"verdict", "verdict", CG_COLUMN_TEXT, 0},
        {"aligned", "aligned\nwidths", CG_COLUMN_INTERVAL, 0},
        {"paper_widths", "paper's\nwidths", CG_COLUMN_INTERVAL, 1},
        {"lanes", "= lanes", CG_COLUMN_INTERVAL, 1},
        {"rest", "x rest", CG_COLUMN_INTERVAL, 1},
        {"memory_change", "x by memory\nlevel", CG_COLUMN_INTERVAL, 4},
        {"threads_change", "x by\nthreads", CG_COLUMN_INTERVAL, 5},
        {"fusion_change", "x without\nfusion", CG_COLUMN_INTERVAL, 6},
    };
    struct cg_table *table = cg_table_create("answers", "The guidelines: what holds here, and why");
    table->caption =
        cg_table_format(table, "%s; time per madd (G4: time) of the last step", cg_device_words(results));
    table->answers = true;
    cg_table_add_columns(table, CG_COLUMNS(columns));
    for (int d = 0; d < CG_PAPER_DEVICE_COUNT; d++)
        cg_add_paper_column(table, d, "paper_%s", "paper\n%s", 2);
    struct cg_verdict_count count = {0};
    for (int s = 0; s < results->n_suites; s++)
        add_suite(table, results, results->suites[s], add_answer, &count);
    cg_table_drop_empty(table);
    if (count.all > 0)
        cg_table_add_note(table,
                          cg_table_format(table,
                                          "Of %d verdict%s (on each group that decides, under each setting) "
                                          "%d %s undecided.",
                                          count.all, count.all == 1 ? "" : "s", count.undecided,
                                          count.undecided == 1 ? "is" : "are"));
    return table;
}

/* A row for a trend of group g; *section, which stands before it, is then used up. */
static void add_trend(struct cg_table *table, const struct cg_suite_view *view, int g, int t,
                      const char **section)
{
    const struct cg_group_view *group = &view->groups[g];
    const bool factorial = view->suite->kind == CG_KIND_FACTORIAL;
    const struct cg_judged cost = cg_trend_cost(view, g, t);
    if (isnan(cost.ratio.mean))
        return;
    const char *base = cg_case_words(group->group->cases[group->group->baseline]);
    cg_table_add_row(table, *section);
    *section = NULL;
    cg_cell_text(table, factorial ? base : cg_case_words(group->cases[group->trends[t].last].c));
    cg_cell_text(table, factorial ? "neither" : base);
    cg_cell_judged(table, &cost, false);
    static const char aligned[] = "aligned widths, ";
    const struct cg_phrase at = cg_group_words(group->group);
    cg_cell_text(table,
                 at.text + (strncmp(at.text, aligned, sizeof aligned - 1) == 0 ? sizeof aligned - 1 : 0));
}

/* The claim, and under it all that decides. */
static void add_worth(struct cg_table *table, const struct cg_answer *a)
{
    const struct cg_suite_view *view = a->view;
    const struct cg_suite_record *suite = view->suite;
    const char *section =
        cg_table_format(table, "%s %s: %s (%s)", cg_subject(suite).text, cg_finding_words(view).text,
                        suite->claim, suite->source ? suite->source : "?");
    const struct cg_phrase why = cg_why_unclear(view);
    for (int g = 0; g < view->n_groups; g++)
        for (int t = 0; t < view->groups[g].n_trends; t++)
            if (cg_group_decides(view, &view->groups[g]))
                add_trend(table, view, g, t, &section);
    if (why.text[0])
        cg_table_add_note(table, cg_table_format(table, "%s is UNCLEAR, not HOLDS or REVERSED, because %s.",
                                                 cg_subject(suite).text, why.text));
}

struct cg_table *cg_table_of_worth(const struct cg_results *results)
{
    static const struct cg_column columns[] = {
        {"what", "what", CG_COLUMN_TEXT, 0},
        {"against", "against", CG_COLUMN_TEXT, 2},
        {"costs", "costs\n[95 % interval]", CG_COLUMN_INTERVAL, 0},
        {"at", "at", CG_COLUMN_TEXT, 1},
    };
    struct cg_table *table = cg_table_create("worth", "What each guideline is worth here");
    table->caption =
        cg_table_format(table, "%s; fusion full, fewest threads, aligned widths; time per madd (G4: time)",
                        cg_device_words(results));
    cg_table_add_columns(table, CG_COLUMNS(columns));
    for (int s = 0; s < results->n_suites; s++)
        if (results->suites[s]->claim)
            add_suite(table, results, results->suites[s], add_worth, NULL);
    return table;
}
