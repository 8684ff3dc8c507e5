/* Injected truth: on a machine where what a guideline calls slow costs more its claim holds, and where
 * multiply-adds alone cost it has no effect. */
#include "bench/commands/run_parts.h"
#include "bench/graph/cost.h"
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
    cr_expect(worth->n_rows == answer.view->counts[expected] && strstr(worth->rows[0].section, ": "));
    cr_expect_str_eq(worth->rows[0].cells[1].text, cg_finding_name(expected));
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

Test(truth, later_claims_have_no_effect_where_madds_alone_cost)
{
    for (size_t i = 0; i < sizeof claims / sizeof claims[0]; i++)
        expect_finding(claims[i].suite, only_madds, CG_NO_EFFECT);
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
