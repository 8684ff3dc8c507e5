/* What is said of the paper's statements on networks, from results whose truth is known. */
#include "report/statements.h"
#include "report/tables.h"
#include "tests/reported.h"
#include "tests/synthetic.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct cg_statement_level *at_level(const struct cg_statement *statement, int level)
{
    for (int l = 0; l < statement->n_levels; l++)
        if (statement->levels[l].level == level)
            return &statement->levels[l];
    return NULL;
}

Test(statements, are_held_against_the_measured_ratios)
{
    static const struct {
        enum cg_statement_id id;
        int level;
        double ratio; /* of the synthetic times: madds and cost factors */
        enum cg_verdict verdict;
    } wanted[] = {
        {CG_SAID_V2_V1, 40, 40.48 / 37.59 * 0.5769, CG_FASTER},
        {CG_SAID_V2_V1, 500, 590.78 / 524.05 * 0.5769, CG_FASTER},
        {CG_SAID_V2_MOBILENET_V2, 140, 145.81 / 153.94 * 0.7047, CG_FASTER},
        {CG_SAID_V2_MOBILENET_V2, 300, 298.97 / 300.77 * 0.7047, CG_FASTER},
        {CG_SAID_MOBILENET_V1, 140, 149.5 / 145.81 * 1.1052, CG_NOT_FASTER},
    };
    const struct synthetic options = synthetic_default();
    struct cg_results *results = synthetic_results(&options);
    struct cg_suite_views views = views_of(results, "networks");
    const struct cg_suite_view *view = views.items[0];
    struct cg_statements statements;
    cr_assert(cg_statements_of(view, &statements));
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        const struct cg_statement_level *level = at_level(&statements.items[wanted[i].id], wanted[i].level);
        cr_assert(level, "statement %d has nothing at %dM", wanted[i].id, wanted[i].level);
        cr_expect_float_eq(exp(level->measured.ratio.mean), wanted[i].ratio, 0.02);
        cr_expect_eq(level->measured.verdict, wanted[i].verdict, "statement %d at %dM: %s", wanted[i].id,
                     wanted[i].level, cg_verdict_name(level->measured.verdict));
    }
    cr_expect_eq(statements.items[CG_SAID_V2_V1].finding, CG_HOLDS);
    cr_expect_eq(statements.items[CG_SAID_MOBILENET_V1].finding, CG_NO_EFFECT);
    cr_expect_eq(statements.items[CG_SAID_NASNET].n_levels, 0);
    /* the paper's own ratio: 217 against 133 batches a second at 500M */
    const struct cg_statement_level *level = at_level(&statements.items[CG_SAID_V2_V1], 500);
    cr_expect_float_eq(level->paper[CG_PAPER_GPU], 133.0 / 217, 1e-9);
    cr_expect_float_eq(level->paper[CG_PAPER_ARM], 6.4 / 6.7, 1e-9);
    cg_suite_views_free(&views);
    cg_results_destroy(&results);
}

Test(statements, order_within_levels_leaves_reconstructions_out)
{
    const struct synthetic options = synthetic_default();
    struct cg_results *results = synthetic_results(&options);
    struct cg_suite_views views = views_of(results, "networks");
    const struct cg_suite_view *view = views.items[0];
    struct cg_statements statements;
    cr_assert(cg_statements_of(view, &statements));
    cr_expect_eq(statements.all.networks, 12, "13 networks, one a reconstruction, not %d",
                 statements.all.networks);
    cr_expect_eq(statements.n_levels, 4);
    cr_expect_eq(statements.levels[1].level, 140);
    cr_expect_eq(statements.levels[1].networks, 4);
    cr_expect_float_eq(statements.levels[1].madds_spread, 153.94 / 137.46, 1e-3);
    cr_expect_str_eq(statements.levels[1].slowest->c->label, "ShuffleNet V1 1x_g3");
    cr_expect_str_eq(statements.levels[1].fastest->c->label, "ShuffleNet V2 1.0x");
    cr_expect_gt(statements.all.spearman, 0.8);
    const struct cg_sentence said = cg_say_levels(&statements);
    cr_expect(strstr(said.text, "Over all 12 networks") && !strstr(said.text, "inside the levels"), "%s",
              said.text);
    for (int l = 0; l < statements.n_levels; l++)
        cr_expect(statements.levels[l].networks < 5 && isnan(statements.levels[l].spearman),
                  "no rank correlation over fewer than five networks");
    /* the slowest and the fastest of four were picked: a wider interval than that of two networks */
    struct cg_estimate plain;
    cr_assert(cg_record_log_ratio(results, statements.levels[1].slowest->record,
                                  statements.levels[1].fastest->record, &plain, NULL));
    cr_expect(statements.levels[1].ratio.high > plain.high && statements.levels[1].ratio.low < plain.low);
    /* what the device cannot resolve is in the interval, and not in what is tested */
    struct cg_estimate sampled;
    results->device.noise_paired = NAN;
    cr_assert(cg_record_log_ratio(results, statements.levels[1].slowest->record,
                                  statements.levels[1].fastest->record, &sampled, NULL));
    cr_expect_float_eq(plain.high - plain.mean, hypot(sampled.high - sampled.mean, 0.004), 1e-12);
    cr_expect_float_eq(plain.mean - plain.low, hypot(sampled.mean - sampled.low, 0.004), 1e-12);
    cr_expect(plain.se == sampled.se && plain.df == sampled.df && plain.mean == sampled.mean);
    struct cg_table *table = cg_table_of_levels(view);
    cr_assert(table);
    cr_expect_eq(table->n_rows, 4);
    for (int r = 0; r < table->n_rows; r++)
        for (int c = 0; c < table->n_columns; c++)
            cr_expect(!table->rows[r].cells[c].text || !strstr(table->rows[r].cells[c].text, "stand-in"));
    cg_table_destroy(&table);
    cg_suite_views_free(&views);
    cg_results_destroy(&results);
}

Test(statements, sentences_say_what_the_verdicts_support)
{
    struct synthetic options = synthetic_default();
    for (int processes = 4; processes >= 1; processes -= 3) {
        options.processes = processes;
        struct cg_results *results = synthetic_results(&options);
        struct cg_suite_views views = views_of(results, "networks");
        const struct cg_suite_view *view = views.items[0];
        struct cg_statements statements;
        cr_assert(cg_statements_of(view, &statements));
        struct cg_sentence said = cg_say_statement(&statements.items[CG_SAID_V2_V1]);
        cr_expect(strstr(said.text, "ShuffleNet V2 faster than ShuffleNet V1"), "%s", said.text);
        cr_expect(strstr(said.text, processes > 1 ? "holds here" : "gets no verdict"), "%s", said.text);
        cr_expect(strstr(said.text, "in the paper") && strstr(said.text, "on GPU"), "%s", said.text);
        said = cg_say_statement(&statements.items[CG_SAID_MOBILENET_V1]);
        cr_expect(strstr(said.text, processes > 1 ? "does not hold here" : "gets no verdict"), "%s",
                  said.text);
        cr_expect_str_empty(cg_say_statement(&statements.items[CG_SAID_PNASNET]).text);
        struct cg_table *table = cg_table_of_statements(view);
        cr_assert(table);
        cr_expect_eq(table->n_rows, 4 + 3 + 1);
        cg_table_destroy(&table);
        cg_suite_views_free(&views);
        cg_results_destroy(&results);
    }
}

/* One level not faster, the others open: nothing of the statement is shown. */
Test(statements, in_part_without_a_level_that_holds)
{
    struct cg_case_record v2 = {.title = "ShuffleNet V2"}, v1 = {.title = "ShuffleNet V1"};
    struct cg_case_view fast = {.c = &v2}, slow = {.c = &v1};
    const struct cg_estimate ratio = {.mean = 0.1, .low = 0.05, .high = 0.15};
    struct cg_statement statement = {.n_levels = 2, .finding = CG_IN_PART};
    for (int l = 0; l < 2; l++) {
        statement.levels[l] = (struct cg_statement_level){
            .level = l ? 500 : 40, .fast = &fast, .slow = &slow, .measured.ratio = ratio};
        for (int p = 0; p < CG_PAPER_DEVICE_COUNT; p++)
            statement.levels[l].paper[p] = NAN;
    }
    statement.levels[0].measured.verdict = CG_UNCLEAR;
    statement.levels[1].measured.verdict = CG_NOT_FASTER;
    struct cg_sentence said = cg_say_statement(&statement);
    cr_expect(
        strstr(said.text, "is shown at no level here. The former takes 1.11 [1.05, 1.16] (40M, unclear)"),
        "%s", said.text);
    statement.levels[0].measured.verdict = CG_FASTER;
    said = cg_say_statement(&statement);
    cr_expect(strstr(said.text, "holds here in part"), "%s", said.text);
}
