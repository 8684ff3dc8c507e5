/* Plans of engine reference: what it refuses, and their steps, times and memory. */
#include "kernels/engine.h"
#include "tests/reference_runs.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

Test(reference, refuses_what_it_cannot)
{
    struct cg_error err = {0};
    struct cg_graph *graph = branched(1, true);
    struct cg_weights *weights = cg_weights_create(graph, 5, &err);
    struct cg_plan *plan = NULL;
    const struct cg_setting two = {.threads = 2, .isa = CG_ISA_SCALAR, .fusion = CG_FUSION_FULL};
    cr_expect_eq(cg_plan_create(cg_engine_find("reference"), graph, weights, &two, &plan, &err),
                 CG_UNSUPPORTED);
    cr_expect_null(plan);
    cr_expect(strstr(err.text, "1 thread"), "%s", err.text);
    cg_weights_destroy(&weights);
    cg_graph_destroy(&graph);
}

static void add_bytes(void *address, size_t bytes, void *context)
{
    *(int64_t *)context += (int64_t)bytes;
}

Test(reference, steps_times_and_memory)
{
    struct cg_error err = {0};
    struct cg_graph *graph = branched(1, true);
    struct cg_weights *weights = cg_weights_create(graph, 5, &err);
    const struct cg_engine *engine = cg_engine_find("reference");
    const struct cg_setting options = {.threads = 1, .isa = CG_ISA_SCALAR, .fusion = CG_FUSION_NONE};
    struct cg_plan *plan = NULL;
    cr_assert_eq(cg_plan_create(engine, graph, weights, &options, &plan, &err), CG_OK);
    /* the fused activation of the stem became a node of its own */
    cr_expect_eq(engine->n_steps(plan), graph->n_nodes - 1 + 1);
    int64_t ns[32] = {0}, sum = 0, held = 0;
    cr_assert_leq(engine->n_steps(plan), 32);
    float *input = seeded_input(graph);
    engine->set_input(plan, input);
    cr_expect_eq(engine->run_timed(plan, ns, &err), CG_OK);
    for (int i = 0; i < engine->n_steps(plan); i++) {
        struct cg_step step;
        engine->step(plan, i, &step);
        cr_expect(step.n_nodes == 1 && step.implementation[0] && ns[i] >= 0);
        sum += ns[i];
    }
    cr_expect_gt(sum, 0);
    engine->buffers(plan, add_bytes, &held);
    cr_expect(held > 0 && held <= engine->memory_bytes(plan));
    free(input);
    cg_plan_destroy(&plan);
    cg_weights_destroy(&weights);
    cg_graph_destroy(&graph);
}
