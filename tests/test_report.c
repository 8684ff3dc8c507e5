/* Tables and sentences, from results whose truth is known. */
#include "report/answers.h"
#include "report/escape.h"
#include "report/format.h"
#include "report/paper.h"
#include "report/report.h"
#include "report/tables.h"
#include "tests/reported.h"
#include "tests/synthetic.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Test(report, the_papers_own_figures)
{
    cr_expect(fabs(cg_paper_slope_ratio("g1", CG_PAPER_ARM, 1, "1:12") - 1.3937) < 5e-4);
    cr_expect(fabs(cg_paper_slope_ratio("g1", CG_PAPER_GPU, 1, "1:12") - 2.0845) < 5e-4);
    cr_expect(fabs(cg_paper_slope_ratio("g3", CG_PAPER_ARM, 4, "4-fragment-parallel") - 2.3 / 2.1) < 1e-9);
    static const int both[] = {1, 1}, neither[] = {0, 0};
    cr_expect(fabs(cg_paper_factorial_ratio(CG_PAPER_ARM, 4, both, neither) - 5.4 / 5.0) < 1e-9);
    cr_expect(fabs(cg_paper_factorial_ratio(CG_PAPER_ARM, 4, neither, both) - 5.0 / 5.4) < 1e-9);
    cr_expect(cg_paper_factorial_ratio(CG_PAPER_GPU, 1, both, both) == 1);
    cr_expect(isnan(cg_paper_slope_ratio("g1", CG_PAPER_ARM, 3, "1:12")) &&
              isnan(cg_paper_slope_ratio("g9", CG_PAPER_ARM, 1, "1:12")));
    struct cg_paper_network rows[CG_PAPER_NETWORKS];
    const int n = cg_paper_networks(rows, CG_PAPER_NETWORKS);
    cr_expect(n == 39, "%d rows", n);
    cr_expect_str_eq(rows[0].id, "shufflenet_v2:0.5x");
    cr_expect(rows[0].images_per_s[CG_PAPER_GPU] == 417 * 8 && rows[0].top1_error == 39.7);
    int known = 0;
    for (int i = 0; i < n; i++)
        known += rows[i].id[0] != '\0';
    cr_expect(known == 34, "%d of 39 have a structure here", known);
    cr_expect(cg_paper_share("mobilenet_v2:1.0", CG_PAPER_ARM, "Conv") == 89);
    cr_expect(cg_paper_share("shufflenet_v1:1x_g3", CG_PAPER_GPU, "Other") == 10);
}

/* The true costs are found, said, and inside their intervals. */
Test(report, a_guideline_that_holds)
{
    const struct synthetic options = synthetic_default();
    struct cg_results *results = synthetic_results(&options);
    static const double slopes[] = {0.13, 0.12, 0.09};
    for (int i = 0; i < 3; i++) {
        const char name[] = {'g', (char)('1' + i), '\0'};
        struct cg_suite_views views = views_of(results, name);
        const struct cg_suite_view *view = views.items[0];
        cr_expect(view->finding == CG_HOLDS && view->processes == 4);
        for (int g = 0; g < view->n_groups; g++)
            for (int t = 0; t < view->groups[g].n_trends; t++)
                cr_expect(fabs(view->groups[g].trends[t].slope.mean - slopes[i]) < 0.01);
        cr_expect(view->groups[0].n_trends == (i == 2 ? 2 : 1));
        const struct cg_sentence said = cg_say_guideline(view);
        cr_expect(has(said.text, "holds here: per madd, "), "%s", said.text);
        cg_suite_views_free(&views);
    }
    struct cg_suite_views views = views_of(results, "g1");
    const struct cg_suite_view *view = views.items[0];
    const struct cg_sentence said = cg_say_guideline(view);
    cr_expect(
        has(said.text, "G1 holds here: per madd, 1:12 takes 1.3") &&
            has(said.text,
                " times the time of 1:1 at x1, ARM set; in the paper, x1, 1.39 on ARM and 2.08 on GPU."),
        "%s", said.text);
    cr_expect_str_empty(cg_say_groups(view).text);
    cg_suite_views_free(&views);
    views = views_of(results, "g4");
    view = views.items[0];
    cr_expect(view->groups[0].has_effects && fabs(view->groups[0].effects.a.mean - 0.072) < 0.01);
    cr_expect(fabs(view->groups[0].effects.b.mean - 0.048) < 0.01 &&
              fabs(view->groups[0].effects.interaction.mean) < 0.01);
    cg_suite_views_free(&views);
    cg_results_destroy(&results);
}

Test(report, no_effect_reversed_mixed_unclear_and_one_process)
{
    static const struct {
        double cost, noise;
        int processes;
        enum cg_finding finding;
        const char *says, *never;
    } rows[] = {
        {0, 0.004, 4, CG_NO_EFFECT, "G2 has no effect here (every step is within 2 %)", "holds"},
        {-0.1, 0.004, 4, CG_REVERSED, "G2 is reversed here", "holds"},
        {0.02, 0.6, 4, CG_FINDING_UNCLEAR, "G2 is unclear here: the intervals do not decide", "holds"},
        {0.13, 0.004, 1, CG_NO_FINDING, "G2 gets no verdict (one process: intervals are within process)",
         "holds"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct synthetic options = synthetic_default();
        options.guideline_cost[1] = rows[i].cost;
        options.noise = rows[i].noise;
        options.processes = rows[i].processes;
        struct cg_results *results = synthetic_results(&options);
        struct cg_suite_views views = views_of(results, "g2");
        const struct cg_suite_view *view = views.items[0];
        const struct cg_sentence said = cg_say_guideline(view);
        cr_expect(view->finding == rows[i].finding, "row %zu: %s", i, cg_finding_name(view->finding));
        cr_expect(has(said.text, rows[i].says) && !has(said.text, rows[i].never), "row %zu: %s", i,
                  said.text);
        cg_suite_views_free(&views);
        cg_results_destroy(&results);
    }
}

Test(report, tables_fit_a_terminal)
{
    struct synthetic options = synthetic_default();
    options.engines[1] = "onednn";
    options.threads[1] = 2;
    struct cg_results *results = synthetic_results(&options);
    struct cg_tables tables = {0};
    for (int s = 0; s < results->n_suites; s++)
        cg_tables_of_suite(results, results->suites[s], &tables);
    cr_expect(!tables.failed && tables.n > 20);
    for (int width = 80; width <= 120; width += 20)
        for (int i = 0; i < tables.n; i++) {
            char *text = NULL;
            size_t size;
            FILE *out = open_memstream(&text, &size);
            cr_assert(cg_table_print(tables.items[i], CG_FORMAT_TEXT, width, out, NULL) == CG_OK);
            fclose(out);
            for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
                cr_expect(cg_text_width(line) <= width && line[strlen(line) - 1] != ' ', "%s at %d: '%s'",
                          tables.items[i]->id, width, line);
            free(text);
        }
    cg_tables_free(&tables);
    cg_results_destroy(&results);
}

Test(report, forms_of_tables)
{
    const struct synthetic options = synthetic_default();
    struct cg_results *results = synthetic_results(&options);
    char *json = printed(results, NULL, CG_FORMAT_JSON);
    json_t *root = json_loads(json, 0, NULL);
    cr_assert(root, "JSON parses");
    const json_t *row =
        json_array_get(json_object_get(json_array_get(json_object_get(root, "tables"), 2), "rows"), 3);
    const double value =
        json_number_value(json_object_get(json_object_get(row, "time_per_madd_ratio"), "value"));
    cr_expect(fabs(log(value) - 0.13 * log(12)) < 0.02, "%g", value);
    cr_expect(json_number_value(json_object_get(row, "paper_arm_ratio")) > 1.3);
    json_decref(root);
    free(json);
    char *csv = printed(results, "networks", CG_FORMAT_CSV);
    cr_expect(
        strncmp(csv, "table,section,network,madds,params,time_ns,time_ns_ci_low,time_ns_ci_high,", 70) == 0);
    cr_expect(has(csv, ",40480000,"));
    free(csv);
    char *markdown = printed(results, "networks", CG_FORMAT_MARKDOWN);
    cr_expect(has(markdown, "| DenseNet (stand-in) 1x \xe2\x80\xa0 |") &&
              has(markdown, "- \xe2\x80\xa0 A reconstruction"));
    cr_expect(has(markdown, "**Of ") && has(markdown, "pairs of networks"));
    free(markdown);
    cg_results_destroy(&results);
}

/* What was not measured has no column among the answers; each answer is emphasised, its causes are not. */
Test(report, answers_show_what_was_measured)
{
    const struct synthetic options = synthetic_default();
    struct cg_results *results = synthetic_results(&options);
    struct cg_table *table = cg_table_of_answers(results);
    bool lanes = false, papers = false;
    for (int c = 0; c < table->n_columns; c++) {
        lanes = lanes || strcmp(table->columns[c].key, "lanes") == 0;
        papers = papers || strcmp(table->columns[c].key, "paper_widths") == 0;
    }
    cr_expect(!lanes && papers && table->n_sentences == 4);
    char *html = NULL;
    size_t size;
    FILE *out = open_memstream(&html, &size);
    cg_table_put_sentences(table, out);
    fclose(out);
    int answers = 0;
    for (const char *at = html; (at = strstr(at, "<p><span class=\"verdict\">G")); at++)
        answers++;
    cr_expect_eq(answers, 4, "%s", html);
    cr_expect(has(html, ".</span> In the paper"), "%s", html);
    free(html);
    struct cg_verdict_count count;
    cr_assert(cg_count_verdicts(results, &count));
    cr_expect(count.all > 4 && count.undecided < count.all, "%d of %d", count.undecided, count.all);
    cg_table_destroy(&table);
    cg_results_destroy(&results);
}

Test(report, counters_and_what_is_made_of_them)
{
    const struct synthetic options = synthetic_default();
    struct cg_results *results = synthetic_results(&options);
    char *without = printed(results, "g1", CG_FORMAT_MARKDOWN);
    cr_expect(!has(without, "Counted"));
    free(without);
    for (int i = 0; i < results->n_records; i++) {
        struct cg_record *record = results->records[i];
        record->counters = cg_results_array(results, 3, sizeof *record->counters);
        record->n_counters = 3;
        record->counters[0] = (struct cg_counter_record){"cycles", "cycles", (double)record->madds / 12.5, 0};
        record->counters[1] =
            (struct cg_counter_record){"l1_misses", "lines", (double)record->madds / 400, NAN};
        record->counters[2] = (struct cg_counter_record){"energy", "J", NAN, NAN};
    }
    char *with = printed(results, "g1", CG_FORMAT_MARKDOWN);
    cr_expect(has(with, "madds / cycle | L1 misses / 1000 madds |"), "%s", with);
    cr_expect(has(with, "| 12.5 | 2.50 |"), "%s", with);
    cr_expect(has(with, "Not available on this machine: energy."));
    cr_expect(!has(with, "energy (J)"));
    free(with);
    cg_results_destroy(&results);
}
