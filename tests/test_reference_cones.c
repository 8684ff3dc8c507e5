/* What is expected at some positions, from their cones, against whole outputs. */
#include "kernels/reference/cone.h"
#include "tests/reference_runs.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

Test(reference, a_cone_has_the_values_of_the_whole)
{
    static const struct cg_position positions[] = {{0, 0, 0}, {0, 9, 8}, {1, 4, 4}, {1, 4, 4}, {1, 9, 0}};
    for (int global = 0; global < 2; global++) {
        struct cg_error err = {0};
        struct cg_graph *graph = branched(2, global);
        struct cg_weights *weights = cg_weights_create(graph, 5, &err);
        float *input = seeded_input(graph), *whole = run_reference(graph, weights, input);
        const struct cg_shape out = graph->nodes[graph->output].shape;
        struct cg_expected *some = cg_expected_create(graph, weights, input, positions, 5, &err);
        struct cg_expected *all = cg_expected_create(graph, weights, input, NULL, 0, &err);
        cr_assert(some && all, "%s", err.text);
        cr_expect(all->whole && all->n_positions == 2 * 10 * 9);
        cr_expect_arr_eq(all->values, whole, (size_t)cg_shape_elements(out) * sizeof *whole);
        cr_expect_eq(some->whole, global != 0, "a global pool makes the cone the whole");
        cr_expect_eq(some->madds * 4 < all->madds, !global);
        for (int64_t i = 0; i < some->n_positions; i++) {
            const struct cg_position p = some->positions[i];
            cr_expect_arr_eq(some->values + i * out.c, whole + ((p.n * out.h + p.y) * out.w + p.x) * out.c,
                             (size_t)out.c * sizeof *whole);
        }
        cg_expected_destroy(&some);
        cg_expected_destroy(&all);
        free(input);
        free(whole);
        cg_weights_destroy(&weights);
        cg_graph_destroy(&graph);
    }
}

Test(reference, a_position_outside_is_refused)
{
    struct cg_error err = {0};
    struct cg_graph *graph = branched(1, false);
    struct cg_weights *weights = cg_weights_create(graph, 5, &err);
    float *input = seeded_input(graph);
    cr_expect_null(cg_expected_create(graph, weights, input, &(struct cg_position){0, 10, 0}, 1, &err));
    cr_expect_eq(err.status, CG_INVALID);
    free(input);
    cg_weights_destroy(&weights);
    cg_graph_destroy(&graph);
}

Test(reference, an_output_that_overflows_names_the_layer_where_it_began)
{
    struct cg_error err = {0};
    struct cg_graph *graph = branched(1, false);
    struct cg_weights *weights = cg_weights_create(graph, 5, &err);
    float *input = seeded_input(graph);
    int layer = 1;
    while (graph->nodes[layer].op != CG_CONV)
        layer++;
    struct cg_params *params = &weights->params[graph->nodes[layer].params];
    for (size_t i = 0; i < params->n_weight; i++)
        params->weight[i] = 1e38f;
    for (int64_t i = 0; i < cg_shape_elements(graph->nodes[graph->input].shape); i++)
        input[i] = 1e3f;
    cr_expect_null(cg_expected_create(graph, weights, input, NULL, 0, &err));
    cr_expect_eq(err.status, CG_INVALID);
    cr_expect(strstr(err.text, "output is not finite") && strstr(err.text, graph->nodes[layer].name), "%s",
              err.text);
    free(input);
    cg_weights_destroy(&weights);
    cg_graph_destroy(&graph);
}
