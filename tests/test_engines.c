/* The engines against engine reference: every sample node, and the building blocks of the networks, at odd
 * channel counts, batches 1 and 3, one and two threads, every fusion mode. */
#include "bench/graph/rewrite.h"
#include "kernels/support_table.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Kernels sum in other orders than the reference: a few roundings of 2^-24 a layer. */
#define LARGEST_ERROR 5e-6

static int node(struct cg_graph *graph, struct cg_node prototype, const int *inputs, int n_inputs)
{
    struct cg_error err = {0};
    prototype.inputs = inputs;
    prototype.n_inputs = n_inputs;
    const int id = cg_graph_add(graph, &prototype, &err);
    cr_assert(id >= 0, "%s", err.text);
    return id;
}

static int one(struct cg_graph *graph, struct cg_node prototype, int input)
{
    return node(graph, prototype, &input, 1);
}

static int input(struct cg_graph *graph, int n, int h, int w, int c)
{
    struct cg_node in = cg_node_of(CG_INPUT);
    in.shape = (struct cg_shape){n, h, w, c};
    return node(graph, in, NULL, 0);
}

static int conv(struct cg_graph *graph, int from, int c, int kernel, int stride, int groups, enum cg_act act)
{
    struct cg_node n = cg_node_of(CG_CONV);
    n.shape.c = c;
    n.groups = groups;
    n.window.kernel_h = n.window.kernel_w = kernel;
    n.window.stride_h = n.window.stride_w = stride;
    n.window.pad_top = n.window.pad_left = n.window.pad_bottom = n.window.pad_right = kernel / 2;
    n.norm = true;
    n.act = act;
    return one(graph, n, from);
}

static int depthwise(struct cg_graph *graph, int from, int kernel, int stride, enum cg_act act)
{
    const int c = graph->nodes[from].shape.c;
    return conv(graph, from, c, kernel, stride, c, act);
}

static int split(struct cg_graph *graph, int from, int offset, int c)
{
    struct cg_node n = cg_node_of(CG_SPLIT);
    n.offset = offset;
    n.shape.c = c;
    return one(graph, n, from);
}

static int join(struct cg_graph *graph, enum cg_op op, enum cg_act act, int n_inputs, const int *inputs)
{
    struct cg_node n = cg_node_of(op);
    n.act = act;
    return node(graph, n, inputs, n_inputs);
}

#define JOIN(graph, op, act, ...)                                                                            \
    join(graph, op, act, (int)(sizeof((int[]){__VA_ARGS__}) / sizeof(int)), (const int[]){__VA_ARGS__})

static int shuffle(struct cg_graph *graph, int from, int groups)
{
    struct cg_node n = cg_node_of(CG_SHUFFLE);
    n.groups = groups;
    return one(graph, n, from);
}

static int pool(struct cg_graph *graph, enum cg_op op, int from, int kernel, int stride)
{
    struct cg_node n = cg_node_of(op);
    n.window.kernel_h = n.window.kernel_w = kernel;
    n.window.stride_h = n.window.stride_w = stride;
    n.window.pad_top = n.window.pad_left = n.window.pad_bottom = n.window.pad_right = kernel / 2;
    return one(graph, n, from);
}

static int shuffle_v2_basic(struct cg_graph *g, int x, int groups)
{
    const int half = g->nodes[x].shape.c / 2;
    const int keep = split(g, x, 0, half), work = split(g, x, half, half);
    int y = conv(g, work, half, 1, 1, 1, CG_ACT_RELU);
    y = depthwise(g, y, 3, 1, CG_ACT_NONE);
    y = conv(g, y, half, 1, 1, 1, CG_ACT_RELU);
    return shuffle(g, JOIN(g, CG_CONCAT, CG_ACT_NONE, keep, y), groups);
}

static int shuffle_v2_down(struct cg_graph *g, int x, int c)
{
    const int left = conv(g, depthwise(g, x, 3, 2, CG_ACT_NONE), c / 2, 1, 1, 1, CG_ACT_RELU);
    int y = conv(g, x, c / 2, 1, 1, 1, CG_ACT_RELU);
    y = conv(g, depthwise(g, y, 3, 2, CG_ACT_NONE), c / 2, 1, 1, 1, CG_ACT_RELU);
    return shuffle(g, JOIN(g, CG_CONCAT, CG_ACT_NONE, left, y), 2);
}

static void build_shuffle_v2(struct cg_graph *g, int batch)
{
    int x = input(g, batch, 14, 14, 24);
    x = shuffle_v2_down(g, x, 58);
    x = shuffle_v2_basic(g, x, 2);
    shuffle_v2_basic(g, x, 2);
}

static void build_shuffle_v2_wide(struct cg_graph *g, int batch)
{
    int x = input(g, batch, 10, 10, 64);
    x = shuffle_v2_basic(g, x, 2);
    x = shuffle_v2_down(g, x, 128);
    shuffle_v2_basic(g, x, 2);
}

static void build_shuffle_v1(struct cg_graph *g, int batch)
{
    const int x = input(g, batch, 12, 12, 48);
    int y = conv(g, x, 24, 1, 1, 3, CG_ACT_RELU);
    y = depthwise(g, shuffle(g, y, 3), 3, 1, CG_ACT_NONE);
    y = conv(g, y, 48, 1, 1, 3, CG_ACT_NONE);
    const int sum = JOIN(g, CG_ADD, CG_ACT_RELU, x, y);
    int z = conv(g, sum, 24, 1, 1, 3, CG_ACT_RELU);
    z = depthwise(g, shuffle(g, z, 3), 3, 2, CG_ACT_NONE);
    z = conv(g, z, 60, 1, 1, 3, CG_ACT_NONE);
    const int down = JOIN(g, CG_CONCAT, CG_ACT_NONE, pool(g, CG_AVG_POOL, sum, 3, 2), z);
    one(g, (struct cg_node){.op = CG_ACT, .act = CG_ACT_RELU, .params = -1, .block = -1}, down);
}

static void build_residual(struct cg_graph *g, int batch)
{
    const int x = conv(g, input(g, batch, 11, 9, 20), 32, 3, 1, 1, CG_ACT_RELU);
    int y = conv(g, x, 16, 1, 1, 1, CG_ACT_RELU);
    y = conv(g, y, 16, 3, 1, 1, CG_ACT_RELU);
    y = conv(g, y, 32, 1, 1, 1, CG_ACT_NONE);
    const int sum = JOIN(g, CG_ADD, CG_ACT_RELU, y, x);
    y = conv(g, sum, 32, 3, 1, 1, CG_ACT_RELU);
    y = conv(g, y, 32, 3, 1, 1, CG_ACT_NONE);
    JOIN(g, CG_ADD, CG_ACT_RELU, sum, y); /* the other order */
}

/* The sum's other input has a use after the sum: it must not be overwritten. */
static void build_residual_kept(struct cg_graph *g, int batch)
{
    const int x = conv(g, input(g, batch, 8, 8, 16), 32, 1, 1, 1, CG_ACT_NONE);
    const int y = conv(g, x, 32, 3, 1, 1, CG_ACT_NONE);
    const int sum = JOIN(g, CG_ADD, CG_ACT_NONE, x, y);
    JOIN(g, CG_CONCAT, CG_ACT_NONE, x, sum, y);
}

/* The input itself is the short-cut, and both sides of a sum are one tensor. */
static void build_residual_input(struct cg_graph *g, int batch)
{
    const int x = input(g, batch, 8, 8, 32);
    const int y = conv(g, x, 32, 3, 1, 1, CG_ACT_NONE);
    const int sum = JOIN(g, CG_ADD, CG_ACT_RELU6, y, x);
    JOIN(g, CG_ADD, CG_ACT_NONE, sum, sum);
}

static void build_inverted_residual(struct cg_graph *g, int batch)
{
    const int x = conv(g, input(g, batch, 16, 16, 3), 24, 3, 2, 1, CG_ACT_RELU6);
    int y = conv(g, x, 144, 1, 1, 1, CG_ACT_RELU6);
    y = depthwise(g, y, 3, 1, CG_ACT_RELU6);
    y = conv(g, y, 24, 1, 1, 1, CG_ACT_NONE);
    JOIN(g, CG_ADD, CG_ACT_NONE, x, y);
}

static void build_squeeze_excite(struct cg_graph *g, int batch)
{
    const int x = conv(g, input(g, batch, 9, 9, 10), 40, 1, 1, 1, CG_ACT_HARD_SWISH);
    const int mean = one(g, cg_node_of(CG_GLOBAL_POOL), x);
    struct cg_node fc = cg_node_of(CG_FC);
    fc.bias = true;
    fc.shape.c = 10;
    fc.act = CG_ACT_RELU;
    const int squeezed = one(g, fc, mean);
    fc.shape.c = 40;
    fc.act = CG_ACT_HARD_SIGMOID;
    const int scale = one(g, fc, squeezed);
    const int scaled = JOIN(g, CG_MUL, CG_ACT_NONE, x, scale);
    const int linear = conv(g, scaled, 16, 1, 1, 1, CG_ACT_NONE);
    const int c1 = conv(g, one(g, cg_node_of(CG_GLOBAL_POOL), linear), 16, 1, 1, 1, CG_ACT_SIGMOID);
    JOIN(g, CG_MUL, CG_ACT_NONE, linear, c1);
}

static void build_dense(struct cg_graph *g, int batch)
{
    int x = conv(g, input(g, batch, 8, 8, 3), 20, 3, 1, 1, CG_ACT_NONE);
    for (int layer = 0; layer < 4; layer++) {
        struct cg_node norm = cg_node_of(CG_AFFINE);
        norm.act = CG_ACT_RELU;
        int y = conv(g, one(g, norm, x), 24, 1, 1, 1, CG_ACT_RELU);
        y = conv(g, y, 12, 3, 1, 1, CG_ACT_NONE);
        x = JOIN(g, CG_CONCAT, CG_ACT_NONE, x, y);
    }
    pool(g, CG_AVG_POOL, x, 2, 2);
}

static void build_dense_aligned(struct cg_graph *g, int batch)
{
    int x = conv(g, input(g, batch, 8, 8, 3), 32, 3, 1, 1, CG_ACT_NONE);
    for (int layer = 0; layer < 3; layer++)
        x = JOIN(g, CG_CONCAT, CG_ACT_NONE, x, conv(g, x, 32, 3, 1, 1, CG_ACT_RELU));
}

static void build_inception(struct cg_graph *g, int batch)
{
    const int x = input(g, batch, 9, 9, 22);
    const int a = conv(g, x, 17, 1, 1, 1, CG_ACT_RELU);
    const int b = conv(g, conv(g, x, 9, 1, 1, 1, CG_ACT_RELU), 15, 3, 1, 1, CG_ACT_RELU);
    const int c = pool(g, CG_MAX_POOL, x, 3, 1);
    const int inner = JOIN(g, CG_CONCAT, CG_ACT_NONE, a, b);
    const int all = JOIN(g, CG_CONCAT, CG_ACT_NONE, inner, c, a, x, inner);
    conv(g, all, 13, 1, 1, 1, CG_ACT_NONE);
}

/* Sums of pools and convolutions, crops, 1x1 pools: what NASNet's cells are made of. */
static void build_nas_cell(struct cg_graph *g, int batch)
{
    const int x = conv(g, input(g, batch, 12, 12, 8), 22, 1, 1, 1, CG_ACT_RELU);
    struct cg_node crop = cg_node_of(CG_PAD);
    crop.window.pad_top = crop.window.pad_left = -1;
    crop.window.pad_bottom = crop.window.pad_right = 1;
    struct cg_node pick = cg_node_of(CG_AVG_POOL);
    pick.window.stride_h = pick.window.stride_w = 2;
    const int p1 = conv(g, one(g, pick, x), 11, 1, 1, 1, CG_ACT_NONE);
    const int p2 = conv(g, one(g, pick, one(g, crop, x)), 11, 1, 1, 1, CG_ACT_NONE);
    const int reduced = JOIN(g, CG_CONCAT, CG_ACT_NONE, p1, p2);
    const int s1 = JOIN(g, CG_ADD, CG_ACT_NONE, depthwise(g, reduced, 5, 1, CG_ACT_NONE), reduced);
    const int s2 = JOIN(g, CG_ADD, CG_ACT_NONE, pool(g, CG_AVG_POOL, reduced, 3, 1), s1);
    const int s3 = JOIN(g, CG_ADD, CG_ACT_RELU, pool(g, CG_MAX_POOL, s1, 3, 1), s2, reduced);
    JOIN(g, CG_CONCAT, CG_ACT_NONE, s1, s2, s3, reduced);
}

/* Splits of splits, a split that is added, one that is the output's part twice. */
static void build_splits(struct cg_graph *g, int batch)
{
    const int x = conv(g, input(g, batch, 6, 6, 12), 48, 1, 1, 1, CG_ACT_NONE);
    const int a = split(g, x, 0, 32), b = split(g, x, 32, 16);
    const int c = split(g, a, 3, 16), d = split(g, a, 16, 16);
    const int sum = JOIN(g, CG_ADD, CG_ACT_NONE, b, c);
    const int deep = conv(g, d, 16, 3, 1, 1, CG_ACT_RELU);
    JOIN(g, CG_CONCAT, CG_ACT_NONE, d, sum, deep, d, c);
}

/* A pool, a shuffle or an activation reads the input first: nobody has chosen a layout yet. */
static void build_no_conv_first(struct cg_graph *g, int batch)
{
    const int x = input(g, batch, 6, 6, 24);
    const int y = shuffle(g, x, 3);
    const int z = pool(g, CG_MAX_POOL, y, 3, 2);
    one(g, (struct cg_node){.op = CG_ACT, .act = CG_ACT_HARD_SWISH, .params = -1, .block = -1}, z);
}

static void build_output_in_the_middle(struct cg_graph *g, int batch)
{
    const int x = conv(g, input(g, batch, 6, 6, 5), 32, 1, 1, 1, CG_ACT_NONE);
    split(g, x, 8, 8);
}

static void build_classifier(struct cg_graph *g, int batch)
{
    int x = conv(g, input(g, batch, 17, 17, 3), 16, 3, 2, 1, CG_ACT_RELU);
    x = pool(g, CG_MAX_POOL, x, 3, 2);
    x = one(g, cg_node_of(CG_GLOBAL_POOL), conv(g, x, 70, 1, 1, 1, CG_ACT_RELU));
    struct cg_node fc = cg_node_of(CG_FC);
    fc.bias = true;
    fc.shape.c = 101;
    one(g, fc, x);
}

static const struct block {
    const char *name;
    void (*build)(struct cg_graph *graph, int batch);
} blocks[] = {
    {"shuffle_v2", build_shuffle_v2},
    {"shuffle_v2_wide", build_shuffle_v2_wide},
    {"shuffle_v1", build_shuffle_v1},
    {"residual", build_residual},
    {"residual_kept", build_residual_kept},
    {"residual_input", build_residual_input},
    {"inverted_residual", build_inverted_residual},
    {"squeeze_excite", build_squeeze_excite},
    {"dense", build_dense},
    {"dense_aligned", build_dense_aligned},
    {"inception", build_inception},
    {"nas_cell", build_nas_cell},
    {"splits", build_splits},
    {"no_conv_first", build_no_conv_first},
    {"output_in_the_middle", build_output_in_the_middle},
    {"classifier", build_classifier},
};

static float *floats(int64_t n)
{
    float *values = calloc((size_t)n, sizeof *values);
    cr_assert_not_null(values);
    return values;
}

/* Runs a plan twice on `in`, after a run on zeros, so that nothing may be left over from an earlier run. */
static enum cg_status run_engine(const struct cg_engine *engine, const struct cg_graph *graph,
                                 const struct cg_weights *weights, const struct cg_compile_options *options,
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

static double relative_error(const float *got, const float *expected, int64_t n)
{
    double difference = 0, norm = 0;
    for (int64_t i = 0; i < n; i++) {
        const double d = (double)got[i] - (double)expected[i];
        difference += d * d;
        norm += (double)expected[i] * (double)expected[i];
    }
    return norm > 0 ? sqrt(difference / norm) : sqrt(difference);
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
    float *in = floats(cg_shape_elements(graph->nodes[graph->input].shape));
    float *expected = floats(n_out), *got = floats(n_out);
    cg_input_fill(graph, 3, in);
    const struct cg_compile_options plain = {.threads = 1, .isa = cg_isa_best(), .fusion = CG_FUSION_FULL};
    cr_assert(run_engine(cg_engine_find("reference"), graph, weights, &plain, in, expected, &err) == CG_OK,
              "%s", err.text);
    int compared = 0;
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
        const struct setting *s = &settings[i];
        if (s->fusion == CG_FUSION_LAYERS && !engine->joins_layers)
            continue; /* the same plans as full */
        const struct cg_compile_options options = {
            .threads = s->threads, .isa = cg_isa_best(), .fusion = s->fusion, .edges = s->edges};
        const enum cg_status status = run_engine(engine, graph, weights, &options, in, got, &err);
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
    engine->probe(&info);
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

Test(engines, run_every_building_block_as_the_reference, .timeout = 280)
{
    for (int e = 0; cg_engines[e]; e++) {
        const struct cg_engine *engine = cg_engines[e];
        if (is_oracle(engine) || !available(engine))
            continue;
        for (size_t i = 0; i < 2 * sizeof blocks / sizeof blocks[0]; i++) {
            struct cg_graph *graph = cg_graph_create();
            char name[128];
            blocks[i / 2].build(graph, i % 2 ? 3 : 1);
            snprintf(name, sizeof name, "%s, batch %d", blocks[i / 2].name, i % 2 ? 3 : 1);
            compare_all(engine, name, graph);
            cg_graph_destroy(&graph);
        }
    }
}

Test(engines, fusion_modes_are_known_by_name)
{
    for (int i = 0; i < CG_FUSION_COUNT; i++) {
        cr_expect_eq(cg_fusion_from_name(cg_fusion_name((enum cg_fusion)i)), i);
        cr_expect_not_null(strstr(cg_fusion_names(), cg_fusion_name((enum cg_fusion)i)));
    }
    cr_expect_eq(cg_fusion_from_name("some"), -1);
    cr_expect_eq(cg_fusion_names()[0], 'n', "%s", cg_fusion_names());
}

/* ---- groups that engine native runs depth-first, over bands of rows ---- */

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

/* Sums whose both sides lie in rings, read by windows of different reach. */
static void build_deep_residual(struct cg_graph *g, int batch)
{
    int x = conv(g, input(g, batch, 43, 21, 8), 24, 3, 1, 1, CG_ACT_RELU);
    for (int unit = 0; unit < 2; unit++) {
        int y = conv(g, x, 24, 3, 1, 1, CG_ACT_RELU);
        y = conv(g, y, 24, 3, 1, 1, CG_ACT_NONE);
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
    {"mobile", build_deep_mobile},
    {"stem_pool", build_deep_stem_pool},
    {"residual", build_deep_residual},
    {"branches", build_deep_branches},
};

/* Steps of a plan; what it computes goes to `out`. */
static int run_with_cache(const struct cg_graph *graph, const struct cg_weights *weights,
                          const struct cg_compile_options *options, const float *in, float *out)
{
    const struct cg_engine *native = cg_engine_find("native");
    struct cg_error err = {0};
    struct cg_plan *plan = NULL;
    cr_assert(cg_plan_create(native, graph, weights, options, &plan, &err) == CG_OK, "%s", err.text);
    native->set_input(plan, in);
    for (int run = 0; run < 2; run++) /* rings hold the last run's rows when the second begins */
        cr_assert(native->run(plan, &err) == CG_OK, "%s", err.text);
    native->get_output(plan, out);
    const int steps = native->n_steps(plan);
    cg_plan_destroy(&plan);
    return steps;
}

Test(engines, run_groups_of_layers_depth_first, .timeout = 280)
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
            float *in = floats(cg_shape_elements(graph->nodes[graph->input].shape));
            float *apart = floats(n_out), *together = floats(n_out);
            cg_input_fill(graph, 3, in);
            struct cg_compile_options options = {
                .threads = 1, .isa = cg_isa_best(), .fusion = CG_FUSION_LAYERS};
            const int steps = run_with_cache(graph, weights, &options, in, apart);
            options.fusion = CG_FUSION_FULL;
            for (options.threads = 1; options.threads <= 3; options.threads++)
                for (size_t c = 0; c < sizeof caches / sizeof caches[0]; c++) {
                    options.l2_bytes = caches[c];
                    groups += run_with_cache(graph, weights, &options, in, together) < steps;
                    const double error = relative_error(together, apart, n_out);
                    cr_expect(error < 1e-6, "%s, batch %d, %d threads, cache of %d bytes: error %g",
                              deep_blocks[i].name, batch, options.threads, (int)caches[c], error);
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
Test(engines, run_layers_one_by_one_where_the_cache_holds_them)
{
    struct cg_graph *graph = cg_graph_create();
    struct cg_error err = {0};
    build_deep_mobile(graph, 1);
    struct cg_weights *weights = cg_weights_create(graph, CG_DEFAULT_SEED, &err);
    cr_assert_not_null(weights, "%s", err.text);
    float *in = floats(cg_shape_elements(graph->nodes[graph->input].shape));
    float *out = floats(cg_shape_elements(graph->nodes[graph->output].shape));
    struct cg_compile_options options = {
        .threads = 1, .isa = cg_isa_best(), .fusion = CG_FUSION_FULL, .l2_bytes = (int64_t)1 << 30};
    const int full = run_with_cache(graph, weights, &options, in, out);
    options.fusion = CG_FUSION_LAYERS;
    cr_expect_eq(full, run_with_cache(graph, weights, &options, in, out));
    options.fusion = CG_FUSION_NONE;
    cr_expect_gt(run_with_cache(graph, weights, &options, in, out), full, "a sum is a step of its own");
    free(in);
    free(out);
    cg_weights_destroy(&weights);
    cg_graph_destroy(&graph);
}
