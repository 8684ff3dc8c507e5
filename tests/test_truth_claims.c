/* Injected truth: on a machine where what a guideline calls slow costs more its claim holds, and where
 * multiply-adds alone cost it has no effect. */
#include "base/csv.h"
#include "bench/commands/run_parts.h"
#include "bench/graph/cost.h"
#include "bench/paper/tables.h"
#include "report/tables.h"
#include "tests/made_up_machine.h"

#include <criterion/criterion.h>
#include <string.h>

typedef double node_cost(const struct cg_graph *graph, int id);
static node_cost *more; /* of the machine below, ns */

static double only_madds(const struct cg_graph *graph, int threads)
{
    return (double)cg_graph_cost(graph).madds / 40 / threads;
}

static double madds_and_more(const struct cg_graph *graph, int threads)
{
    double ns = only_madds(graph, threads);
    for (int id = 0; id < graph->n_nodes; id++)
        ns += more(graph, id);
    return ns;
}

static double outputs(const struct cg_graph *graph, int id)
{
    return (double)cg_shape_elements(graph->nodes[id].shape);
}

static double madds_of(const struct cg_graph *graph, int id)
{
    return (double)cg_node_cost(graph, id).madds;
}

static double in_groups(const struct cg_graph *graph, int id)
{
    return graph->nodes[id].op == CG_CONV && graph->nodes[id].groups > 1 ? madds_of(graph, id) / 20 : 0;
}

static double depthwise_outputs(const struct cg_graph *graph, int id)
{
    return cg_node_is_depthwise(graph, id) ? outputs(graph, id) / 2 : 0;
}

static double hard_swish(const struct cg_graph *graph, int id)
{
    return graph->nodes[id].act == CG_ACT_HARD_SWISH ? outputs(graph, id) : 0;
}

static double pooling(const struct cg_graph *graph, int id)
{
    return graph->nodes[id].op == CG_GLOBAL_POOL ? 1e5 : 0;
}

static double depthwise_early_dense_late(const struct cg_graph *graph, int id)
{
    const struct cg_node *node = &graph->nodes[id];
    const bool early = node->shape.h >= 56, late = node->shape.h <= 14;
    const bool dense = node->op == CG_CONV && node->groups == 1 && node->window.kernel_h == 3;
    return (early && cg_node_is_depthwise(graph, id)) || (late && dense) ? madds_of(graph, id) / 10 : 0;
}

static double written_by_convolutions(const struct cg_graph *graph, int id)
{
    return 0.2 * (double)cg_node_cost(graph, id).activations;
}

static double concatenations(const struct cg_graph *graph, int id)
{
    return graph->nodes[id].op == CG_CONCAT ? outputs(graph, id) : 0;
}

static double dense_3x3(const struct cg_graph *graph, int id)
{
    const struct cg_node *node = &graph->nodes[id];
    return node->op == CG_CONV && node->groups == 1 && node->window.kernel_h == 3 ? madds_of(graph, id) / 10
                                                                                  : 0;
}

static double large_kernels(const struct cg_graph *graph, int id)
{
    return cg_node_is_depthwise(graph, id) ? madds_of(graph, id) * graph->nodes[id].window.kernel_h / 400 : 0;
}

static double additions(const struct cg_graph *graph, int id)
{
    return graph->nodes[id].op == CG_ADD ? 2 * outputs(graph, id) : 0;
}

/* What makes the claim true, and what makes the opposite true. */
static const struct {
    const char *suite;
    node_cost *as_claimed, *against;
} claims[] = {{"g5", in_groups, dense_3x3},
              {"g6", depthwise_outputs, large_kernels},
              {"g7", hard_swish, NULL},
              {"g8", pooling, NULL},
              {"g9", depthwise_early_dense_late, NULL},
              {"g10", written_by_convolutions, NULL},
              {"g11", concatenations, additions}};

static void expect_finding(const char *suite, machine *of, enum cg_finding expected)
{
    struct cg_results *results = measured(suite, of, 1);
    struct cg_suite_views views;
    const struct cg_answer answer = answer_on(results, &views);
    cr_expect_eq(answer.view->finding, expected, "%s", cg_say_answer(&answer).text);
    struct cg_table *worth = cg_table_of_worth(results);
    cr_expect_eq(worth->n_rows, answer.view->counts[expected]);
    cr_expect(strstr(worth->rows[0].section, cg_phrase(" %s: ", cg_finding_name(expected)).text));
    cg_table_destroy(&worth);
    cg_suite_views_free(&views);
    cg_results_destroy(&results);
}

Test(truth, later_claims_hold_where_what_they_call_slow_costs_more)
{
    for (size_t i = 0; i < sizeof claims / sizeof claims[0]; i++) {
        more = claims[i].as_claimed;
        expect_finding(claims[i].suite, madds_and_more, CG_HOLDS);
    }
}

Test(truth, later_claims_are_reversed_where_the_opposite_costs_more)
{
    for (size_t i = 0; i < sizeof claims / sizeof claims[0]; i++) {
        more = claims[i].against;
        if (more)
            expect_finding(claims[i].suite, madds_and_more, CG_REVERSED);
    }
}

/* Small kernels cost more the smaller they are, but for 3x3 ones, for which there is a kernel of their own.
 */
static double less_of_3x3(const struct cg_graph *graph, int id)
{
    return cg_node_is_depthwise(graph, id)
               ? outputs(graph, id) * (graph->nodes[id].window.kernel_h == 3 ? 0.25 : 1)
               : 0;
}

static double concatenations_of_many(const struct cg_graph *graph, int id)
{
    return graph->nodes[id].op == CG_CONCAT && graph->nodes[id].n_inputs > 2 ? 2 * outputs(graph, id) : 0;
}

/* The node's cost leaves the suite's claim unclear, and the words say by which step. */
static void expect_unclear(const char *suite, node_cost *cost, const char *words)
{
    more = cost;
    struct cg_results *results = measured(suite, madds_and_more, 1);
    struct cg_suite_views views;
    const struct cg_answer answer = answer_on(results, &views);
    struct cg_table *worth = cg_table_of_worth(results);
    cr_expect_eq(answer.view->finding, CG_FINDING_UNCLEAR);
    const struct cg_sentence said = cg_say_guideline(answer.view);
    cr_expect(strstr(said.text, cg_phrase(" is unclear here: %s;", words).text), "%s", said.text);
    cr_expect(worth->n_notes == 1 && strstr(worth->notes[0], words));
    cg_table_destroy(&worth);
    cg_suite_views_free(&views);
    cg_results_destroy(&results);
}

Test(truth, the_step_is_named_that_leaves_a_claim_unclear)
{
    expect_unclear("g6", less_of_3x3, "k=3 is FASTER than the step before");
    expect_unclear("g11", concatenations_of_many, "one-shot is SLOWER, but dense, the last step, is SAME");
}

Test(truth, later_claims_have_no_effect_where_madds_alone_cost)
{
    for (size_t i = 0; i < sizeof claims / sizeof claims[0]; i++)
        expect_finding(claims[i].suite, only_madds, CG_NO_EFFECT);
}

static double only_activations(const struct cg_graph *graph, int threads)
{
    return (double)cg_graph_cost(graph).activations / 10 / threads;
}

/* The table of the one suite under its first setting; the caller's, as are the results. */
static struct cg_table *cases_of(const char *suite, machine *of, struct cg_results **results)
{
    struct cg_suite_views views;
    *results = measured(suite, of, 1);
    cr_assert_eq(cg_suite_views_create(*results, (*results)->suites[0], &views, NULL), CG_OK);
    struct cg_table *table = cg_table_of_cases(views.items[0]);
    cr_assert(!table->failed);
    cg_suite_views_free(&views);
    return table;
}

static void expect_of_activations(machine *of, const char *words)
{
    struct cg_results *results;
    struct cg_table *table = cases_of("g10", of, &results);
    const char *said = "nothing";
    for (int i = 0; i < table->n_sentences; i++)
        said = strstr(table->sentences[i], "activations") ? table->sentences[i] : said;
    cr_expect(strstr(said, words), "%s", said);
    cg_table_destroy(&table);
    cg_results_destroy(&results);
}

Test(truth, g10_tells_what_ranks_times_better)
{
    expect_of_activations(only_activations, "activations rank them by time better than madds do");
    expect_of_activations(only_madds, "activations rank them by time worse than madds do");
}

/* The text of the cell of a row in the column of a key, from the section on that has the words; "" where
 * there is none. */
static const char *shown_from(const struct cg_table *table, const char *words, const char *row,
                              const char *key)
{
    int r = 0;
    while (r < table->n_rows && !(table->rows[r].section && strstr(table->rows[r].section, words)))
        r++;
    for (; r < table->n_rows; r++)
        for (int c = 0; c < table->n_columns; c++)
            if (strcmp(table->columns[c].key, key) == 0 && strcmp(table->rows[r].cells[0].text, row) == 0)
                return cg_cell_shown(&table->rows[r].cells[c]);
    return "";
}

static const char *shown_at(const struct cg_table *table, const char *row, const char *key)
{
    return shown_from(table, "", row, key);
}

/* What the sources print: times, and where the baseline is printed, too, ratios. 1.97 ms of depthwise layers
 * over 3.09 ms of partial ones, which have 12 times the multiply-adds. */
Test(truth, what_a_source_prints_stands_beside_its_cases)
{
    static const struct {
        const char *suite, *row, *key, *shown;
    } cells[] = {
        {"g5", "depthwise", "printed_i9-9900x_ms", "1.97"},
        {"g5", "depthwise", "printed_i9-9900x_ratio", "7.65"},
        {"g5", "groups=16", "printed_cortex-a72_ratio", "1.45"},
        {"g6", "k=31", "printed_2080-ti-its-kernel_ms", "96.7"},
        {"g7", "h-swish", "printed_pixel-1-not-optimised_ratio", "1.36"},
        {"g8", "all 13", "printed_intel-mkldnn_ms", "3.80"},
        {"g8", "all 13", "printed_intel-mkldnn_ratio", ""},
        {"g10", "ResNeXt-50", "printed_v100_ms", "78"},
        {"g11", "add", "printed_v100_ms", ""},
    };
    for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++) {
        struct cg_results *results;
        struct cg_table *table = cases_of(cells[i].suite, only_madds, &results);
        cr_expect_str_eq(shown_at(table, cells[i].row, cells[i].key), cells[i].shown, "%s, %s",
                         cells[i].suite, cells[i].key);
        for (int c = 0; c < table->n_columns; c++)
            cr_expect(!strstr(table->columns[c].key, "2080") ||
                      strstr(table->columns[c].head, "second-hand"));
        cg_table_destroy(&table);
        cg_results_destroy(&results);
    }
}

static bool has_case(const struct cg_suite_record *suite, const char *at, size_t length)
{
    for (int g = 0; g < suite->n_groups; g++)
        for (int k = 0; k < suite->groups[g]->n_cases; k++) {
            const struct cg_phrase name =
                cg_phrase("%s/%s", suite->groups[g]->name, suite->groups[g]->cases[k]->label);
            if (strlen(name.text) == length && strncmp(at, name.text, length) == 0)
                return true;
        }
    return false;
}

/* Every place in results/paper/guidelines.csv is one of its suite's cases. */
Test(truth, what_a_source_prints_has_its_place)
{
    struct cg_csv csv;
    int places = 0;
    cr_assert_eq(cg_csv_parse(cg_paper_table("guidelines"), "guidelines.csv", &csv, NULL), CG_OK);
    for (size_t i = 0; i < sizeof claims / sizeof claims[0]; i++) {
        struct cg_results *results = measured(claims[i].suite, only_madds, 1);
        for (int row = 0; row < csv.n_rows; row++) {
            const char *at = cg_csv_cell(&csv, row, cg_csv_column(&csv, "at"));
            if (strcmp(cg_csv_cell(&csv, row, cg_csv_column(&csv, "guideline")), claims[i].suite) != 0)
                continue;
            while (*at) {
                const size_t length = strcspn(at, ";");
                cr_expect(has_case(results->suites[0], at, length), "%s: %s", claims[i].suite, at);
                at += length + (at[length] ? 2 : 0);
                places++;
            }
        }
        cg_results_destroy(&results);
    }
    cr_expect_eq(places, 24 + 4 + 4 + 4 + 16 + 2);
    cg_csv_release(&csv);
}

/* Of whole networks at unequal work the time of a FLOP: of the two that differ in the stages of a row's maps.
 * 155 images/s x 4.5 GFLOPs without fused stages, 216 x 7.5 with 1-3, 223 x 21.3 with 1-5, 206 x 34.4. */
Test(truth, g9_has_the_densities_of_printed_networks)
{
    static const struct {
        const char *maps, *row, *ratio, *gflops;
    } cells[] = {
        {"112x112", "fused", "1.00", "1620"},        {"112x112", "depthwise", "2.32", "698"},
        {"176, 28x28", "depthwise", "2.32", "698"},  {"256, 14x14", "fused", "0.34", "4750"},
        {"256, 14x14", "depthwise", "1.00", "1620"}, {"96, 14x14", "depthwise", "2.93", "1620"},
        {"256, 7x7", "fused", "0.67", "7086"},       {"96, 7x7", "depthwise", "1.49", "4750"},
    };
    struct cg_results *results;
    struct cg_table *table = cases_of("g9", only_madds, &results);
    const char *said = "", *explained = "";
    for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++) {
        cr_expect_str_eq(shown_from(table, cells[i].maps, cells[i].row, "printed_v100_ratio"), cells[i].ratio,
                         "%s, %s", cells[i].maps, cells[i].row);
        cr_expect_str_eq(shown_from(table, cells[i].maps, cells[i].row, "printed_v100_gflops"),
                         cells[i].gflops, "%s, %s", cells[i].maps, cells[i].row);
    }
    for (int i = 0; i < table->n_notes; i++) {
        said = strstr(table->notes[i], "The source prints") ? table->notes[i] : said;
        explained =
            strstr(table->notes[i], "V100, second-hand: ") == table->notes[i] ? table->notes[i] : explained;
    }
    cr_expect(strstr(said, "over that of none 1-3 2.32, 1-5 6.81, 1-7 10.16"), "%s", said);
    cr_expect(strstr(explained, "whole networks of unequal work"), "%s", explained);
    cg_table_destroy(&table);
    cg_results_destroy(&results);
}

/* All suites that make a claim, by their numbers; their quick selection in 8 minutes. */
Test(truth, guidelines_is_every_claim)
{
    static const char *const suites[] = {CG_ALL_GUIDELINES};
    const struct cg_run_request request = {.n_suites = 1, .suites = suites, .quick = true};
    const struct cg_protocol protocol = cg_protocol_default(true);
    struct cg_topology topology;
    struct cg_run_plan *plan;
    struct cg_error err = {0};
    double seconds = 0;
    cr_assert_eq(cg_topology_read(NULL, &topology, &err), CG_OK, "%s", err.text);
    cr_assert_eq(cg_run_plan_make(&request, &topology, &plan, &err), CG_OK, "%s", err.text);
    for (int i = 0; i < plan->n_schedules; i++)
        seconds += cg_protocol_allows_s(&protocol, plan->schedules[i].n_jobs);
    cr_expect(seconds <= 480, "%g s", seconds);
    cr_assert_eq(plan->n_suites, 11);
    cr_expect_str_eq(plan->suites[0]->name, "g1");
    cr_expect_str_eq(plan->suites[10]->name, "g11");
    cg_run_plan_destroy(&plan);
    cg_topology_destroy(&topology);
}
