/* Groups of layers that engine native runs depth-first, over bands of rows: the same output as layer by
 * layer, at caches of all sizes. */
#include "kernels/native/stages.h"
#include "tests/blocks.h"
#include "tests/nodes.h"
#include "tests/relative.h"

#include <criterion/criterion.h>
#include <stdlib.h>

static float *floats(int64_t n)
{
    float *values = calloc((size_t)n, sizeof *values);
    cr_assert_not_null(values);
    return values;
}

static int inverted_residual(struct cg_graph *g, int x, int expanded, int c, int kernel, int stride)
{
    int y = conv(g, x, expanded, 1, 1, 1, CG_ACT_RELU6);
    y = depthwise(g, y, kernel, stride, CG_ACT_RELU6);
    y = conv(g, y, c, 1, 1, 1, CG_ACT_NONE);
    return stride == 1 && g->nodes[x].shape.c == c ? JOIN(g, CG_ADD, CG_ACT_NONE, x, y) : y;
}

/* Strides 1 and 2, kernels 3 and 5, sums with what lies outside the group. */
static void build_deep_mobile(struct cg_graph *g, int batch)
{
    int x = conv(g, input(g, batch, 37, 23, 3), 16, 3, 2, 1, CG_ACT_RELU6);
    x = inverted_residual(g, x, 48, 16, 3, 1);
    x = inverted_residual(g, x, 48, 24, 5, 2);
    inverted_residual(g, x, 72, 24, 5, 1);
}

static void build_deep_stem_pool(struct cg_graph *g, int batch)
{
    int x = conv(g, input(g, batch, 41, 29, 3), 24, 3, 2, 1, CG_ACT_RELU);
    x = pool(g, CG_MAX_POOL, x, 3, 2);
    x = shuffle_v2_down(g, x, 58);
    shuffle_v2_basic(g, x, 2);
}

/* Edge columns by themselves on both sides, whose pixels of several rows run in one call where the ring does
 * not wrap between them. */
static void build_deep_wide_stem(struct cg_graph *g, int batch)
{
    int x = conv(g, input(g, batch, 46, 29, 3), 40, 7, 2, 1, CG_ACT_HARD_SWISH);
    x = pool(g, CG_MAX_POOL, x, 3, 2);
    conv(g, depthwise(g, x, 3, 1, CG_ACT_NONE), 24, 1, 1, 1, CG_ACT_RELU);
}

/* Sums whose both sides lie in rings, read by windows of different reach. */
static void build_deep_residual(struct cg_graph *g, int batch)
{
    int x = conv(g, input(g, batch, 43, 21, 8), 24, 3, 1, 1, CG_ACT_RELU);
    for (int unit = 0; unit < 2; unit++) {
        int y = depthwise(g, x, 3, 1, CG_ACT_RELU);
        y = depthwise(g, y, 5, 1, CG_ACT_NONE);
        x = JOIN(g, CG_ADD, CG_ACT_RELU, x, y);
    }
    conv(g, x, 12, 5, 3, 1, CG_ACT_HARD_SWISH);
}

/* Branches of several strides from one map: not all of them can be in a group with it. */
static void build_deep_branches(struct cg_graph *g, int batch)
{
    const int x = conv(g, input(g, batch, 18, 26, 16), 40, 1, 1, 1, CG_ACT_RELU);
    const int a = depthwise(g, x, 3, 2, CG_ACT_NONE), b = pool(g, CG_AVG_POOL, x, 3, 2);
    const int c = depthwise(g, depthwise(g, x, 5, 1, CG_ACT_RELU), 3, 2, CG_ACT_NONE);
    const int all = JOIN(g, CG_CONCAT, CG_ACT_NONE, a, b, c);
    depthwise(g, shuffle(g, conv(g, all, 60, 1, 1, 3, CG_ACT_SIGMOID), 3), 3, 1, CG_ACT_NONE);
}

static const struct block deep_blocks[] = {
    {"mobile", build_deep_mobile},       {"stem_pool", build_deep_stem_pool},
    {"wide_stem", build_deep_wide_stem}, {"residual", build_deep_residual},
    {"branches", build_deep_branches},
};

/* Steps of a plan for such a core (NULL: the one here); what it computes goes to `out`. */
static int run_on(const struct nv_core *core, const struct cg_graph *graph, const struct cg_weights *weights,
                  const struct cg_setting *setting, const float *in, float *out)
{
    const struct cg_engine *native = cg_engine_find("native");
    struct cg_error err = {0};
    struct cg_plan *plan = NULL;
    const enum cg_status status = core ? nv_compile(graph, weights, setting, core, &plan, &err)
                                       : cg_plan_create(native, graph, weights, setting, &plan, &err);
    cr_assert(status == CG_OK, "%s", err.text);
    native->set_input(plan, in);
    for (int run = 0; run < 2; run++) /* rings hold the last run's rows when the second begins */
        cr_assert(native->run(plan, &err) == CG_OK, "%s", err.text);
    native->get_output(plan, out);
    const int steps = native->n_steps(plan);
    cg_plan_destroy(&plan);
    return steps;
}

/* The same with whole pipes and this cache (0: the core here). */
static int run_with_cache(const struct cg_graph *graph, const struct cg_weights *weights,
                          const struct cg_setting *setting, int64_t l2_bytes, const float *in, float *out)
{
    const struct nv_core core = {CG_PIPES_WHOLE, l2_bytes};
    return run_on(l2_bytes ? &core : NULL, graph, weights, setting, in, out);
}

/* What is planned for either kind runs on any machine, tiles and columns of threads included. */
Test(native_bands, plans_for_both_kinds_of_pipes_agree, .timeout = 280)
{
    for (int b = 0; b < n_blocks; b++) {
        struct cg_graph *graph = cg_graph_create();
        struct cg_error err = {0};
        blocks[b].build(graph, 1);
        struct cg_weights *weights = cg_weights_create(graph, CG_DEFAULT_SEED, &err);
        cr_assert_not_null(weights, "%s", err.text);
        const int64_t n_out = cg_shape_elements(graph->nodes[graph->output].shape);
        float *in = cg_input_create(graph, 3, &err), *out[CG_PIPES_COUNT];
        struct cg_setting setting = {.isa = cg_isa_best(), .fusion = CG_FUSION_FULL};
        for (setting.threads = 1; setting.threads <= 2; setting.threads++) {
            for (int kind = 0; kind < CG_PIPES_COUNT; kind++) {
                const struct nv_core core = {(enum cg_pipes)kind, 1 << 20};
                out[kind] = floats(n_out);
                run_on(&core, graph, weights, &setting, in, out[kind]);
                const double error = relative_error(out[kind], out[0], n_out);
                cr_expect(error < 1e-6, "%s, %d threads: error %g", blocks[b].name, setting.threads, error);
            }
            for (int kind = 0; kind < CG_PIPES_COUNT; kind++)
                free(out[kind]);
        }
        free(in);
        cg_weights_destroy(&weights);
        cg_graph_destroy(&graph);
    }
}

Test(native_bands, run_groups_of_layers_depth_first, .timeout = 280)
{
    static const int64_t caches[] = {8 << 10, 20 << 10, 48 << 10, 96 << 10, 160 << 10};
    for (size_t i = 0; i < sizeof deep_blocks / sizeof deep_blocks[0]; i++) {
        int groups = 0;
        for (int batch = 1; batch <= 4; batch += 3) {
            struct cg_graph *graph = cg_graph_create();
            struct cg_error err = {0};
            deep_blocks[i].build(graph, batch);
            struct cg_weights *weights = cg_weights_create(graph, CG_DEFAULT_SEED, &err);
            cr_assert_not_null(weights, "%s", err.text);
            const int64_t n_out = cg_shape_elements(graph->nodes[graph->output].shape);
            float *in = cg_input_create(graph, 3, &err);
            float *apart = floats(n_out), *together = floats(n_out);
            struct cg_setting setting = {.threads = 1, .isa = cg_isa_best(), .fusion = CG_FUSION_LAYERS};
            const int steps = run_with_cache(graph, weights, &setting, 0, in, apart);
            setting.fusion = CG_FUSION_FULL;
            for (setting.threads = 1; setting.threads <= 3; setting.threads++)
                for (size_t c = 0; c < sizeof caches / sizeof caches[0]; c++) {
                    groups += run_with_cache(graph, weights, &setting, caches[c], in, together) < steps;
                    const double error = relative_error(together, apart, n_out);
                    cr_expect(error < 1e-6, "%s, batch %d, %d threads, cache of %d bytes: error %g",
                              deep_blocks[i].name, batch, setting.threads, (int)caches[c], error);
                }
            free(in);
            free(apart);
            free(together);
            cg_weights_destroy(&weights);
            cg_graph_destroy(&graph);
        }
        cr_expect(groups >= 3, "%s: only %d of 30 plans have a group", deep_blocks[i].name, groups);
    }
}

/* With cores of boundless caches nothing is gained by bands. */
Test(native_bands, run_layers_one_by_one_where_the_cache_holds_them)
{
    struct cg_graph *graph = cg_graph_create();
    struct cg_error err = {0};
    build_deep_mobile(graph, 1);
    struct cg_weights *weights = cg_weights_create(graph, CG_DEFAULT_SEED, &err);
    cr_assert_not_null(weights, "%s", err.text);
    float *in = floats(cg_shape_elements(graph->nodes[graph->input].shape));
    float *out = floats(cg_shape_elements(graph->nodes[graph->output].shape));
    struct cg_setting setting = {.threads = 1, .isa = cg_isa_best(), .fusion = CG_FUSION_FULL};
    const int64_t boundless = (int64_t)1 << 30;
    const int full = run_with_cache(graph, weights, &setting, boundless, in, out);
    setting.fusion = CG_FUSION_LAYERS;
    cr_expect_eq(full, run_with_cache(graph, weights, &setting, boundless, in, out));
    setting.fusion = CG_FUSION_NONE;
    cr_expect_gt(run_with_cache(graph, weights, &setting, 0, in, out), full, "a sum is a step of its own");
    free(in);
    free(out);
    cg_weights_destroy(&weights);
    cg_graph_destroy(&graph);
}

/* 1x1 convolutions alone take longer in bands, however small the cache. */
Test(native_bands, run_1x1_layers_alone_one_by_one)
{
    struct cg_graph *graph = cg_graph_create();
    struct cg_error err = {0};
    int x = input(graph, 1, 24, 56, 64);
    for (int layer = 0; layer < 4; layer++)
        x = conv(graph, x, 64, 1, 1, 4, CG_ACT_RELU);
    struct cg_weights *weights = cg_weights_create(graph, CG_DEFAULT_SEED, &err);
    cr_assert_not_null(weights, "%s", err.text);
    float *in = floats(cg_shape_elements(graph->nodes[graph->input].shape));
    float *out = floats(cg_shape_elements(graph->nodes[graph->output].shape));
    const struct cg_setting setting = {.threads = 1, .isa = cg_isa_best(), .fusion = CG_FUSION_FULL};
    for (int kind = 0; kind < CG_PIPES_COUNT; kind++)
        for (int64_t cache = 128 << 10; cache <= 512 << 10; cache *= 2) {
            const struct nv_core core = {(enum cg_pipes)kind, cache};
            cr_expect_eq(run_on(&core, graph, weights, &setting, in, out), 4);
        }
    free(in);
    free(out);
    cg_weights_destroy(&weights);
    cg_graph_destroy(&graph);
}
