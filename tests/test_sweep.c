/* The sweep makes valid graphs, reaches every node kind and activation, and the reference is finite on all.
 */
#include "bench/verification/sweep.h"
#include "kernels/reference/cone.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct cg_sweep sweep;

static void open_sweep(void)
{
    struct cg_error err = {0};
    cr_assert_eq(cg_sweep_open(&sweep, &err), CG_OK, "%s", err.text);
}

static void close_sweep(void)
{
    cg_sweep_close(&sweep);
}

TestSuite(sweep, .init = open_sweep, .fini = close_sweep);

Test(sweep, every_case_is_a_graph_with_a_finite_output)
{
    bool ops[CG_OP_COUNT] = {false}, acts[CG_ACT_COUNT] = {false};
    int batches = 0, cases = 0;
    for (int f = 0; f < sweep.n_families; f++) {
        const struct cg_sweep_family *family = &sweep.families[f];
        cr_expect_gt(family->n_cases, 0, "%s", family->name);
        for (int i = 0; i < family->n_cases; i++) {
            struct cg_error err = {0};
            struct cg_graph *graph = cg_sweep_make(&sweep, family, i, &err);
            cr_assert(graph, "%s %d: %s", family->name, i, err.text);
            for (int id = 0; id < graph->n_nodes; id++) {
                ops[graph->nodes[id].op] = true;
                acts[graph->nodes[id].act] = true;
            }
            char text[200];
            cg_sweep_describe(graph, text, sizeof text);
            cr_expect(strlen(text) > 8, "%s %d", family->name, i);
            batches += graph->nodes[graph->input].shape.n > 1;
            cases++;

            struct cg_weights *weights = cg_weights_create(graph, CG_DEFAULT_SEED, &err);
            float *input = cg_input_create(graph, 1, &err);
            struct cg_expected *expected = cg_expected_create(graph, weights, input, NULL, 0, &err);
            cr_assert(expected, "%s", err.text);
            double energy = 0;
            for (int64_t k = 0; k < cg_shape_elements(expected->shape); k++)
                energy += (double)expected->values[k] * (double)expected->values[k];
            cr_expect(isfinite(energy), "%s %d: %s", family->name, i, text);
            for (int c = 0; c < expected->shape.c; c++)
                cr_expect(isfinite(expected->sigma[c]) && (double)expected->sigma[c] < 1e-4,
                          "%s %d: %s: sigma %g", family->name, i, text, (double)expected->sigma[c]);
            cg_expected_destroy(&expected);
            free(input);
            cg_weights_destroy(&weights);
            cg_graph_destroy(&graph);
        }
    }
    for (int op = 0; op < CG_OP_COUNT; op++)
        cr_expect(ops[op], "no case has %s", cg_op_name((enum cg_op)op));
    for (int act = 0; act < CG_ACT_COUNT; act++)
        cr_expect(acts[act], "no case has %s", cg_act_name((enum cg_act)act));
    cr_expect(cases > 800 && batches > 100, "%d cases, %d with a batch", cases, batches);
}

/* Remainders: every number of pixels up to a tile meets every width. */
Test(sweep, one_by_one_meets_every_remainder)
{
    const struct cg_sweep_family *family = &sweep.families[0];
    bool seen[18][16] = {{false}};
    for (int i = 0; i < family->n_cases; i++) {
        struct cg_error err = {0};
        struct cg_graph *graph = cg_sweep_make(&sweep, family, i, &err);
        const struct cg_shape out = graph->nodes[graph->output].shape;
        seen[out.w][out.c % 16] = true;
        cg_graph_destroy(&graph);
    }
    for (int pixels = 1; pixels <= 17; pixels++)
        for (int rest = 0; rest < 16; rest++)
            if (rest != 6 && rest != 11 && rest != 13 && rest != 14)
                cr_expect(seen[pixels][rest], "%d pixels, %d mod 16 outputs", pixels, rest);
}

Test(sweep, a_description_fits_its_buffer)
{
    struct cg_error err = {0};
    struct cg_graph *graph = cg_sweep_make(&sweep, &sweep.families[2], 3, &err);
    char text[12];
    memset(text, 'x', sizeof text);
    cg_sweep_describe(graph, text, 8);
    cr_expect(memchr(text, 0, 8) && text[8] == 'x');
    cg_graph_destroy(&graph);
}
