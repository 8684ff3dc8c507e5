/* Tables of single runs and of several plans at once, from numbers that are known. */
#include "report/tables.h"
#include "tests/synthetic.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void give_latency(struct cg_record *record, int runs, double p99_ns, int slow, int slow_disturbed)
{
    record->latency = (struct cg_latency_record){.runs = runs,
                                                 .p50_ns = 2e6,
                                                 .p90_ns = 3e6,
                                                 .p99_ns = p99_ns,
                                                 .plan_ns = 50e6,
                                                 .first_run_ns = 9e6,
                                                 .peak_memory_bytes = 3 << 20,
                                                 .slow = slow,
                                                 .slow_disturbed = slow_disturbed,
                                                 .disturbed = slow_disturbed + 4};
}

Test(latency_table, says_how_often_the_p99_is_the_machines_doing)
{
    const struct synthetic options = synthetic_default();
    struct cg_results *results = synthetic_results(&options);
    struct cg_table *table = cg_table_of_latency(results);
    cr_expect(table->n_rows == 0 && table->n_sentences == 0, "nothing was measured");
    cg_table_destroy(&table);
    give_latency(results->records[0], 400, 8e6, 4, 3);
    give_latency(results->records[1], 100, NAN, 0, 0);
    table = cg_table_of_latency(results);
    cr_assert_eq(table->n_rows, 2);
    cr_expect_float_eq(table->rows[0].cells[2].value, 50, 1e-9);
    cr_expect_float_eq(table->rows[0].cells[6].value, 8, 1e-9);
    cr_expect(isnan(table->rows[1].cells[6].value));
    cr_expect_float_eq(table->rows[0].cells[7].value, 3, 1e-9);
    cr_assert_eq(table->n_sentences, 1);
    cr_expect(strstr(table->sentences[0], "Of 4 runs from the p99 on 3 (75 %) saw the machine") &&
                  strstr(table->sentences[0], "of all 400 runs 1.8 % did"),
              "%s", table->sentences[0]);
    cg_table_destroy(&table);
    cg_results_destroy(&results);
}

/* Two plans at once serve `factor` times as much as one with two threads, give or take half a per cent. */
static void give_instances(struct cg_results *results, struct cg_record *record, double factor)
{
    struct cg_instances_record *instances = &record->instances;
    instances->repeats = cg_results_array(results, 5, sizeof *instances->repeats);
    cr_assert(instances->repeats);
    for (; instances->n < 5; instances->n++)
        instances->repeats[instances->n] =
            (struct cg_instances_repeat){2, factor * (100 + 0.5 * (instances->n % 2)), 100};
}

/* Rows of one case under several settings cannot be told apart without these. */
Test(latency_table, a_narrow_table_keeps_the_settings)
{
    const struct synthetic options = synthetic_default();
    struct cg_results *results = synthetic_results(&options);
    give_latency(results->records[0], 400, 8e6, 4, 3);
    give_instances(results, results->records[0], 1.3);
    struct cg_table *tables[] = {cg_table_of_latency(results), cg_table_of_instances(results)};
    for (int i = 0; i < 2; i++) {
        char *text = NULL;
        size_t size = 0;
        FILE *out = open_memstream(&text, &size);
        cg_table_print_text(tables[i], 80, out);
        fclose(out);
        cr_expect(strstr(text, results->records[0]->setting.engine), "%s", text);
        free(text);
        cg_table_destroy(&tables[i]);
    }
    cg_results_destroy(&results);
}

Test(latency_table, several_plans_are_held_against_one)
{
    const struct synthetic options = synthetic_default();
    struct cg_results *results = synthetic_results(&options);
    struct cg_table *table = cg_table_of_instances(results);
    results->device.noise_between_runs = 0.01;
    cr_expect(table->n_rows == 0 && table->n_sentences == 0, "nothing was measured");
    cg_table_destroy(&table);
    static const struct {
        double factor;
        const char *verdict;
    } cases[] = {{1.3, "more"}, {0.8, "fewer"}, {1, "the same"}};
    for (int i = 0; i < 3; i++)
        give_instances(results, results->records[i], cases[i].factor);
    table = cg_table_of_instances(results);
    cr_assert_eq(table->n_rows, 3);
    for (int i = 0; i < 3; i++) {
        cr_expect_str_eq(table->rows[i].cells[6].text, cases[i].verdict);
        cr_expect_float_eq(table->rows[i].cells[5].value, cases[i].factor, 0.005);
        cr_expect(table->rows[i].cells[5].high > 1.01 * table->rows[i].cells[5].value, "two starts");
    }
    cr_expect(strstr(table->notes[0], "allow for the noise floor between starts (1 %)"), "%s",
              table->notes[0]);
    cr_expect(strstr(table->sentences[0], "in 1 of 3 cases, fewer in 1, the same in 1; undecided: 0."), "%s",
              table->sentences[0]);
    cg_table_destroy(&table);
    cg_results_destroy(&results);
}

/* Under two plans at once a step of g1 costs `more` a unit of the step beyond what it costs alone. */
static void load_steps(struct cg_results *results, const struct cg_suite_record *suite, double more)
{
    for (int r = 0; r < results->n_records; r++)
        for (int g = 0; g < suite->n_groups; g++)
            for (int c = 0; c < suite->groups[g]->n_cases; c++) {
                const struct cg_case_record *of = suite->groups[g]->cases[c];
                struct cg_record *record = results->records[r];
                if (strcmp(of->graph, record->graph) != 0 || record->instances.n > 0)
                    continue;
                const double step = isnan(of->step) ? 0 : of->step;
                give_instances(results, record, 2e7 / record->time.median * exp(-more * step));
            }
}

Test(latency_table, guidelines_are_judged_with_several_plans_at_once)
{
    const struct synthetic options = synthetic_default();
    struct cg_results *results = synthetic_results(&options);
    const struct cg_suite_record *g1 = find_suite(results, "g1");
    struct cg_suite_views views;
    results->device.noise_between_runs = 0.01;
    cr_assert_eq(cg_suite_views_create(results, g1, &views, NULL), CG_OK);
    struct cg_table *table = cg_table_of_load(views.items[0]);
    cr_expect(table->n_rows == 0 && table->n_sentences == 0, "nothing was measured");
    cg_table_destroy(&table);
    load_steps(results, g1, 0.2);
    table = cg_table_of_load(views.items[0]);
    cr_assert(!table->failed && table->n_rows > 1);
    for (int i = 0; i < table->n_rows; i++) {
        const struct cg_cell *cells = table->rows[i].cells;
        cr_expect_float_eq(cells[2].value / cells[1].value, cells[3].value, 0.01);
        cr_expect(cells[3].value > 1.05, "row %d: %g", i, cells[3].value);
    }
    cr_assert_eq(table->n_sentences, 2);
    cr_expect(strstr(table->sentences[0], "grows from 1 to 2 plans at once, by the factor 1."), "%s",
              table->sentences[0]);
    cr_expect_str_eq(table->sentences[1], "G1 with 2 plans at once: HOLDS; alone: HOLDS.");
    cr_expect(strstr(table->notes[table->n_notes - 1], "noise floor between starts (1 %)"), "%s",
              table->notes[table->n_notes - 1]);
    cg_table_destroy(&table);
    cg_suite_views_free(&views);
    cg_results_destroy(&results);
}
