/* The engines against engine reference: every sample node, and the building blocks of the networks, at odd
 * channel counts, batches 1 and 3, one and two threads, every fusion mode. */
#include "kernels/support_table.h"
#include "tests/blocks.h"
#include "tests/relative.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Kernels sum in other orders than the reference: a few roundings of 2^-24 a layer. */
#define LARGEST_ERROR 5e-6

static float *floats(int64_t n)
{
    float *values = calloc((size_t)n, sizeof *values);
    cr_assert_not_null(values);
    return values;
}

/* Runs a plan twice on `in`, after a run on zeros, so that nothing may be left over from an earlier run. */
static enum cg_status run_engine(const struct cg_engine *engine, const struct cg_graph *graph,
                                 const struct cg_weights *weights, const struct cg_setting *options,
                                 const float *in, float *out, struct cg_error *err)
{
    struct cg_plan *plan = NULL;
    enum cg_status status = cg_plan_create(engine, graph, weights, options, &plan, err);
    if (status != CG_OK)
        return status;
    float *zeros = floats(cg_shape_elements(graph->nodes[graph->input].shape));
    engine->set_input(plan, zeros);
    status = engine->run(plan, err);
    engine->set_input(plan, in);
    if (status == CG_OK)
        status = engine->run(plan, err);
    if (status == CG_OK)
        status = engine->run(plan, err);
    engine->get_output(plan, out);
    const int n_steps = engine->n_steps(plan);
    int64_t *step_ns = calloc((size_t)n_steps + 1, sizeof *step_ns);
    if (status == CG_OK)
        status = engine->run_timed(plan, step_ns, err);
    for (int i = 0; i < n_steps; i++) {
        struct cg_step step = {0};
        engine->step(plan, i, &step);
        cr_expect(step_ns[i] >= 0 && step.implementation[0], "%s: step %d has no time or name", engine->name,
                  i);
    }
    cr_expect(engine->memory_bytes(plan) != 0, "%s: no memory", engine->name);
    free(step_ns);
    free(zeros);
    cg_plan_destroy(&plan);
    return status;
}

static bool is_oracle(const struct cg_engine *engine)
{
    return strcmp(engine->name, "reference") == 0;
}

struct setting {
    int threads;
    enum cg_fusion fusion;
    enum cg_edges edges;
};

static const struct setting settings[] = {
    {1, CG_FUSION_FULL, CG_EDGES_NHWC},   {2, CG_FUSION_FULL, CG_EDGES_PLAN},
    {1, CG_FUSION_LAYERS, CG_EDGES_PLAN}, {2, CG_FUSION_LAYERS, CG_EDGES_NHWC},
    {1, CG_FUSION_NONE, CG_EDGES_PLAN},   {2, CG_FUSION_NONE, CG_EDGES_NHWC},
};

/* How many comparisons were made. */
static int compare_all(const struct cg_engine *engine, const char *name, const struct cg_graph *graph)
{
    struct cg_error err = {0};
    const int64_t n_out = cg_shape_elements(graph->nodes[graph->output].shape);
    struct cg_weights *weights = cg_weights_create(graph, CG_DEFAULT_SEED, &err);
    cr_assert_not_null(weights, "%s", err.text);
    float *in = cg_input_create(graph, 3, &err);
    float *expected = floats(n_out), *got = floats(n_out);
    const struct cg_setting plain = {.threads = 1, .isa = cg_isa_best(), .fusion = CG_FUSION_FULL};
    cr_assert(run_engine(cg_engine_find("reference"), graph, weights, &plain, in, expected, &err) == CG_OK,
              "%s", err.text);
    int compared = 0;
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
        const struct setting *s = &settings[i];
        if (s->fusion == CG_FUSION_LAYERS && !engine->joins_layers)
            continue; /* the same plans as full */
        const struct cg_setting options = {
            .threads = s->threads, .isa = cg_isa_best(), .fusion = s->fusion, .edges = s->edges};
        const enum cg_status status = run_engine(engine, graph, weights, &options, in, got, &err);
        if (status == CG_UNSUPPORTED && s->fusion == CG_FUSION_NONE && engine->options)
            continue; /* a library that always merges says so */
        cr_expect(status == CG_OK, "%s, %s: %s", engine->name, name, err.text);
        const double error = relative_error(got, expected, n_out);
        cr_expect(status != CG_OK || error <= LARGEST_ERROR,
                  "%s, %s, %d threads, fusion %s, edges %d: error %g", engine->name, name, s->threads,
                  cg_fusion_name(s->fusion), s->edges, error);
        compared++;
    }
    free(in);
    free(expected);
    free(got);
    cg_weights_destroy(&weights);
    return compared;
}

static bool available(const struct cg_engine *engine)
{
    struct cg_engine_info info = {0};
    engine->probe(engine, &info);
    cr_expect(info.available || info.why_not[0], "%s is not available and does not say why", engine->name);
    return info.available;
}

Test(engines, run_every_sample_node_as_the_reference, .timeout = 280)
{
    for (int e = 0; cg_engines[e]; e++) {
        const struct cg_engine *engine = cg_engines[e];
        if (is_oracle(engine) || !available(engine))
            continue;
        for (int i = 0; i < 2 * cg_n_samples; i++) {
            const struct cg_sample *sample = &cg_samples[i / 2];
            struct cg_error err = {0};
            char why[256] = "", name[128];
            int id;
            struct cg_graph *graph = cg_sample_graph(sample, i % 2 ? 3 : 1, &id, &err);
            cr_assert_not_null(graph, "%s %s: %s", cg_op_name(sample->node.op), sample->variant, err.text);
            snprintf(name, sizeof name, "%s %s, batch %d", cg_op_name(sample->node.op), sample->variant,
                     i % 2 ? 3 : 1);
            if (engine->supports(graph, id, why, sizeof why))
                cr_expect(compare_all(engine, name, graph) > 0);
            else
                cr_expect(why[0], "%s refuses %s without a reason", engine->name, name);
            cg_graph_destroy(&graph);
        }
    }
}

static bool supports_all(const struct cg_engine *engine, const struct cg_graph *graph)
{
    char why[256];
    for (int id = 0; id < graph->n_nodes; id++)
        if (id != graph->input && !engine->supports(graph, id, why, sizeof why))
            return false;
    return true;
}

Test(engines, run_every_building_block_as_the_reference, .timeout = 280)
{
    for (int e = 0; cg_engines[e]; e++) {
        const struct cg_engine *engine = cg_engines[e];
        if (is_oracle(engine) || !available(engine))
            continue;
        int refused = 0;
        for (size_t i = 0; i < 2 * (size_t)n_blocks; i++) {
            struct cg_graph *graph = cg_graph_create();
            char name[128];
            blocks[i / 2].build(graph, i % 2 ? 3 : 1);
            snprintf(name, sizeof name, "%s, batch %d", blocks[i / 2].name, i % 2 ? 3 : 1);
            if (supports_all(engine, graph))
                compare_all(engine, name, graph);
            else
                refused++;
            cg_graph_destroy(&graph);
        }
        cr_expect_leq(refused, 2, "%s: %d refused; shuffled_pixels may be", engine->name, refused);
    }
}

Test(engines, fusion_modes_are_known_by_name)
{
    for (int i = 0; i < CG_FUSION_COUNT; i++) {
        cr_expect_eq(cg_fusion_from_name(cg_fusion_name((enum cg_fusion)i)), i);
        cr_expect_not_null(strstr(CG_FUSION_WORDS, cg_fusion_name((enum cg_fusion)i)));
    }
    cr_expect_eq(cg_fusion_from_name("some"), -1);
}
