/* Winograd's algorithm in engine native against the reference: tails of channels and of tiles, every padding,
 * several images, sums and activations in the last transform, threads and bands. */
#include "kernels/native/stages.h"
#include "kernels/native/winograd.h"
#include "tests/nodes.h"
#include "tests/relative.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Measured: 1.6e-6 at most; what is promised is 1e-4. */
#define LARGEST_ERROR 1e-5

static int strided_groups(struct cg_graph *g, int from, int c, int groups, int stride, int pad,
                          enum cg_act act)
{
    struct cg_node n = cg_node_of(CG_CONV);
    n.shape.c = c;
    n.groups = groups;
    n.window.kernel_h = n.window.kernel_w = 3;
    n.window.stride_h = n.window.stride_w = stride;
    n.window.pad_top = n.window.pad_left = n.window.pad_bottom = n.window.pad_right = pad;
    n.norm = true;
    if (act != CG_ACT_SWISH && act != CG_ACT_GELU) {
        n.act = act;
        return one(g, n, from);
    }
    struct cg_node behind = cg_node_of(CG_ACT); /* it runs over what the convolution has written */
    behind.act = act;
    behind.alpha = act == CG_ACT_SWISH;
    return one(g, behind, one(g, n, from));
}

static int padded_groups(struct cg_graph *g, int from, int c, int groups, int pad, enum cg_act act)
{
    return strided_groups(g, from, c, groups, 1, pad, act);
}

static int padded(struct cg_graph *g, int from, int c, int pad, enum cg_act act)
{
    return padded_groups(g, from, c, 1, pad, act);
}

/* One convolution; 0 groups, stride 0: one. */
struct shape {
    int n, h, w, in, out, pad;
    enum cg_act act;
    int groups, stride;
};

static const struct shape shapes[] = {
    {1, 8, 8, 16, 16, 1, CG_ACT_NONE},      {1, 7, 7, 24, 40, 1, CG_ACT_RELU},
    {2, 7, 7, 33, 17, 1, CG_ACT_RELU6},     {1, 1, 1, 8, 8, 1, CG_ACT_NONE},
    {1, 3, 3, 5, 7, 0, CG_ACT_NONE},        {1, 2, 9, 1, 1, 1, CG_ACT_RELU},
    {3, 5, 6, 13, 29, 0, CG_ACT_RELU},      {1, 9, 5, 48, 64, 2, CG_ACT_HARD_SWISH},
    {1, 1, 3, 2, 3, 2, CG_ACT_NONE},        {2, 14, 13, 65, 58, 2, CG_ACT_RELU},
    {1, 15, 17, 31, 130, 1, CG_ACT_SWISH},  {1, 30, 31, 19, 47, 1, CG_ACT_RELU},
    {1, 56, 10, 64, 32, 1, CG_ACT_RELU},    {4, 6, 4, 256, 24, 1, CG_ACT_NONE},
    {1, 7, 7, 128, 257, 1, CG_ACT_RELU},    {1, 4, 4, 3, 512, 1, CG_ACT_GELU},
    {1, 9, 10, 64, 64, 1, CG_ACT_RELU, 4},  {2, 7, 5, 6, 9, 1, CG_ACT_NONE, 3},
    {1, 14, 6, 72, 48, 0, CG_ACT_RELU6, 2}, {1, 5, 13, 132, 264, 1, CG_ACT_SWISH, 4},
    {1, 6, 6, 16, 48, 1, CG_ACT_RELU},      {2, 10, 5, 24, 17, 1, CG_ACT_NONE},
    {1, 14, 18, 40, 41, 1, CG_ACT_RELU},    {1, 14, 14, 256, 32, 1, CG_ACT_RELU},
    {1, 7, 7, 259, 48, 1, CG_ACT_RELU6},    {2, 4, 5, 512, 32, 0, CG_ACT_NONE, 2},
};

/* Two rows and columns a step. */
static const struct shape strided[] = {
    {1, 16, 16, 16, 16, 1, CG_ACT_NONE, 1, 2},  {1, 14, 14, 24, 40, 1, CG_ACT_RELU, 1, 2},
    {2, 13, 13, 33, 17, 1, CG_ACT_RELU6, 1, 2}, {1, 1, 1, 8, 8, 1, CG_ACT_NONE, 1, 2},
    {1, 3, 3, 5, 7, 0, CG_ACT_NONE, 1, 2},      {1, 2, 9, 1, 1, 1, CG_ACT_RELU, 1, 2},
    {3, 10, 11, 13, 29, 0, CG_ACT_RELU, 1, 2},  {1, 9, 5, 48, 64, 2, CG_ACT_HARD_SWISH, 1, 2},
    {2, 28, 25, 65, 58, 2, CG_ACT_RELU, 1, 2},  {1, 31, 34, 31, 130, 1, CG_ACT_SWISH, 1, 2},
    {1, 112, 20, 64, 32, 1, CG_ACT_RELU, 1, 2}, {4, 12, 7, 256, 24, 1, CG_ACT_NONE, 1, 2},
    {1, 19, 20, 64, 64, 1, CG_ACT_RELU, 4, 2},  {2, 14, 10, 6, 9, 1, CG_ACT_NONE, 3, 2},
    {1, 14, 13, 256, 48, 1, CG_ACT_RELU, 1, 2},
};

/* The sum lies where its operand lies, and is read by another sum. */
static void build_sums(struct cg_graph *g)
{
    int x = conv(g, input(g, 2, 13, 11, 8), 40, 1, 1, 1, CG_ACT_RELU);
    for (int unit = 0; unit < 2; unit++)
        x = JOIN(g, CG_ADD, CG_ACT_RELU, padded(g, padded(g, x, 24, 1, CG_ACT_RELU), 40, 1, CG_ACT_NONE), x);
}

/* Inputs in several places, out of order, and a sum whose operand is a part of a map. */
static void build_views(struct cg_graph *g)
{
    const int a = conv(g, input(g, 1, 12, 10, 8), 48, 1, 1, 1, CG_ACT_RELU);
    const int b = padded(g, shuffle(g, split(g, a, 8, 40), 4), 24, 1, CG_ACT_RELU);
    const int both = JOIN(g, CG_CONCAT, CG_ACT_NONE, split(g, a, 0, 8), b, split(g, a, 40, 8));
    JOIN(g, CG_ADD, CG_ACT_RELU6, padded(g, both, 24, 1, CG_ACT_NONE), split(g, a, 24, 24));
}

/* Groups whose channels lie in several places, out of order, and a sum whose operand is a part of a map. */
static void build_groups(struct cg_graph *g)
{
    const int a = conv(g, input(g, 2, 11, 9, 8), 48, 1, 1, 1, CG_ACT_RELU);
    const int b = padded_groups(g, shuffle(g, split(g, a, 8, 40), 4), 32, 4, 1, CG_ACT_RELU);
    const int both = JOIN(g, CG_CONCAT, CG_ACT_NONE, split(g, a, 0, 8), b, split(g, a, 40, 8));
    JOIN(g, CG_ADD, CG_ACT_RELU6, padded_groups(g, both, 24, 3, 1, CG_ACT_NONE), split(g, a, 24, 24));
}

/* Few tiles of many channels, and a sum whose operand lies in two parts: panels that are not filled. */
static void build_lines(struct cg_graph *g)
{
    const int a = conv(g, input(g, 1, 7, 8, 8), 288, 1, 1, 1, CG_ACT_RELU);
    const int b = padded(g, split(g, a, 0, 256), 32, 1, CG_ACT_NONE);
    JOIN(g, CG_ADD, CG_ACT_RELU, b,
         JOIN(g, CG_CONCAT, CG_ACT_NONE, split(g, a, 264, 24), split(g, a, 256, 8)));
}

/* Layers that run together over bands, of rows that are no whole tiles. */
static void build_bands(struct cg_graph *g)
{
    int x = padded(g, input(g, 2, 37, 23, 6), 24, 1, CG_ACT_RELU);
    x = padded(g, depthwise(g, x, 3, 1, CG_ACT_RELU), 24, 2, CG_ACT_NONE);
    x = JOIN(g, CG_ADD, CG_ACT_RELU, padded(g, padded(g, x, 40, 1, CG_ACT_RELU), 24, 1, CG_ACT_NONE), x);
    conv(g, x, 16, 5, 2, 1, CG_ACT_NONE);
}

/* The same at stride 2: the bands of one layer need those of the next, one row more. */
static void build_strided_bands(struct cg_graph *g)
{
    int x = strided_groups(g, input(g, 2, 75, 46, 6), 24, 1, 2, 1, CG_ACT_RELU);
    x = strided_groups(g, depthwise(g, x, 3, 1, CG_ACT_RELU), 40, 1, 2, 1, CG_ACT_NONE);
    x = JOIN(g, CG_ADD, CG_ACT_RELU, padded(g, padded(g, x, 24, 1, CG_ACT_RELU), 40, 1, CG_ACT_NONE), x);
    strided_groups(g, shuffle(g, x, 4), 16, 1, 2, 0, CG_ACT_NONE);
}

/* A graph with its weights, an input and the output that it should have. */
struct scene {
    struct cg_graph *graph;
    struct cg_weights *weights;
    float *in, *expected, *out;
    int64_t n_out;
};

/* Without input and output: to be compiled only. */
static struct scene make_graph(const struct shape *s, void (*build)(struct cg_graph *))
{
    struct cg_error err = {0};
    struct scene scene = {.graph = cg_graph_create()};
    if (s)
        strided_groups(scene.graph, input(scene.graph, s->n, s->h, s->w, s->in), s->out,
                       s->groups ? s->groups : 1, s->stride ? s->stride : 1, s->pad, s->act);
    else
        build(scene.graph);
    scene.weights = cg_weights_create(scene.graph, CG_DEFAULT_SEED, &err);
    cr_assert_not_null(scene.weights, "%s", err.text);
    return scene;
}

static struct scene make_scene(const struct shape *s, void (*build)(struct cg_graph *))
{
    struct cg_error err = {0};
    struct scene scene = make_graph(s, build);
    scene.n_out = cg_shape_elements(scene.graph->nodes[scene.graph->output].shape);
    scene.in = cg_input_create(scene.graph, 5, &err);
    scene.expected = calloc((size_t)scene.n_out, sizeof *scene.expected);
    scene.out = calloc((size_t)scene.n_out, sizeof *scene.out);
    cr_assert(scene.in && scene.expected && scene.out);
    const struct cg_engine *reference = cg_engine_find("reference");
    const struct cg_setting setting = {.threads = 1, .isa = CG_ISA_SCALAR};
    struct cg_plan *plan = NULL;
    cr_assert(cg_plan_create(reference, scene.graph, scene.weights, &setting, &plan, &err) == CG_OK, "%s",
              err.text);
    reference->set_input(plan, scene.in);
    cr_assert(reference->run(plan, &err) == CG_OK, "%s", err.text);
    reference->get_output(plan, scene.expected);
    cg_plan_destroy(&plan);
    return scene;
}

static void drop(struct scene *scene)
{
    free(scene->in);
    free(scene->expected);
    free(scene->out);
    cg_weights_destroy(&scene->weights);
    cg_graph_destroy(&scene->graph);
}

static struct cg_plan *compile(const struct scene *scene, const struct cg_setting *setting,
                               const struct nv_core *core)
{
    struct cg_error err = {0};
    struct cg_plan *plan = NULL;
    cr_assert(nv_compile(scene->graph, scene->weights, setting, core, &plan, &err) == CG_OK, "%s", err.text);
    return plan;
}

/* Operations of a plan that run by Winograd's algorithm. */
static int winograds(const struct cg_plan *base)
{
    const struct nv_plan *plan = (const struct nv_plan *)base;
    int n = 0;
    for (int o = 0; o < plan->n_ops; o++)
        n += plan->ops[o].kind == NV_GEMM && plan->ops[o].gemm.winograd.edge;
    return n;
}

/* The relative error of the second run; how many operations ran by the algorithm goes to *n. */
static double error_of(const struct scene *scene, const struct cg_setting *setting,
                       const struct nv_core *core, int *n)
{
    struct cg_error err = {0};
    struct cg_plan *plan = compile(scene, setting, core);
    *n = winograds(plan);
    plan->engine->set_input(plan, scene->in);
    for (int run = 0; run < 2; run++)
        cr_assert(plan->engine->run(plan, &err) == CG_OK, "%s", err.text);
    plan->engine->get_output(plan, scene->out);
    cg_plan_destroy(&plan);
    return relative_error(scene->out, scene->expected, scene->n_out);
}

static bool has_kernels(enum cg_isa isa)
{
    return cg_isa_available(isa) && cg_native_kernels_for(isa)->isa == isa;
}

/* Every instruction set, tiles up to 2x2 or 4x4, with caches that hold everything or only a few tiles. */
static void check_shape(const struct scene *scene, const char *name, int at_least, int most_threads,
                        enum nv_winograd_use most)
{
    static const int64_t caches[] = {20 << 10, 160 << 10, 1 << 20};
    for (int isa = 0; isa < CG_ISA_COUNT; isa++)
        for (int use = NV_WINOGRAD_ALL_2; has_kernels((enum cg_isa)isa) && use <= (int)most; use += 2)
            for (int threads = 1; threads <= most_threads; threads++)
                for (size_t c = 0; c < sizeof caches / sizeof *caches; c++) {
                    const struct cg_setting setting = {
                        .threads = threads, .isa = (enum cg_isa)isa, .fusion = CG_FUSION_FULL};
                    const struct nv_core core = {(enum cg_pipes)((threads + (int)c) % CG_PIPES_COUNT),
                                                 caches[c], (enum nv_winograd_use)use};
                    int n = 0;
                    const double error = error_of(scene, &setting, &core, &n);
                    cr_expect(n >= at_least, "%s: %d operations run by it", name, n);
                    cr_expect(error < LARGEST_ERROR,
                              "%s, %s, F(%dx%d), %d threads, cache of %d KiB: error %g", name,
                              cg_isa_name((enum cg_isa)isa), use, use, threads, (int)(caches[c] >> 10),
                              error);
                }
}

static void check_shapes(const struct shape *all, size_t n, enum nv_winograd_use most)
{
    for (size_t i = 0; i < n; i++) {
        const struct shape *s = &all[i];
        char name[96];
        snprintf(name, sizeof name, "%dx%dx%dx%d to %d in %d groups, pad %d", s->n, s->h, s->w, s->in, s->out,
                 s->groups, s->pad);
        struct scene scene = make_scene(s, NULL);
        check_shape(&scene, name, 1, 2, most);
        drop(&scene);
    }
}

Test(native_winograd, agrees_with_the_reference_at_every_tail, .timeout = 280)
{
    check_shapes(shapes, sizeof shapes / sizeof *shapes, NV_WINOGRAD_ALL_4);
}

Test(native_winograd, agrees_with_the_reference_at_stride_2, .timeout = 280)
{
    check_shapes(strided, sizeof strided / sizeof *strided, NV_WINOGRAD_ALL_2);
}

Test(native_winograd, agrees_within_sums_views_and_bands, .timeout = 280)
{
    static const struct {
        const char *name;
        void (*build)(struct cg_graph *);
        int winograds;
    } cases[] = {{"sums", build_sums, 4},     {"views", build_views, 2},
                 {"groups", build_groups, 2}, {"lines", build_lines, 1},
                 {"bands", build_bands, 4},   {"bands at stride 2", build_strided_bands, 2}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct scene scene = make_scene(NULL, cases[i].build);
        check_shape(&scene, cases[i].name, cases[i].winograds, 3, NV_WINOGRAD_ALL_4);
        drop(&scene);
    }
}

/* Where it pays it runs, is named and counted; elsewhere, and where it is switched off, all is as without it.
 */
Test(native_winograd, runs_where_it_pays_and_says_so)
{
    static const struct shape pays = {1, 28, 28, 64, 64, 1, CG_ACT_RELU},
                              few = {1, 28, 28, 3, 8, 1, CG_ACT_RELU},
                              grouped = {1, 28, 28, 256, 256, 1, CG_ACT_RELU, 16},
                              halves = {1, 56, 56, 64, 64, 1, CG_ACT_RELU, 1, 2};
    struct scene wide = make_scene(&pays, NULL), narrow = make_scene(&few, NULL),
                 by_groups = make_scene(&grouped, NULL), by_two = make_scene(&halves, NULL);
    const struct cg_setting setting = {.threads = 1, .isa = cg_isa_best(), .fusion = CG_FUSION_FULL};
    const struct nv_core on = {CG_PIPES_WHOLE, 1 << 20, NV_WINOGRAD_PAYING},
                         off = {CG_PIPES_WHOLE, 1 << 20, 0};
    struct cg_plan *plans[] = {compile(&wide, &setting, &on), compile(&wide, &setting, &off),
                               compile(&narrow, &setting, &on), compile(&by_groups, &setting, &on),
                               compile(&by_two, &setting, &on)};
    char text[96];
    plans[0]->engine->implementation(plans[0], text, sizeof text);
    cr_expect(strncmp(text, "winograd_4x4_gemm_", 18) == 0, "%s", text);
    plans[1]->engine->implementation(plans[1], text, sizeof text);
    cr_expect(strncmp(text, "gemm_", 5) == 0, "%s", text);
    cr_expect_eq(winograds(plans[0]), 1);
    cr_expect_eq(winograds(plans[1]), 0);
    if (cg_native_kernels_for(setting.isa)->lanes > 1) /* one lane's multiply-adds are dear enough */
        cr_expect_eq(winograds(plans[2]), 0, "3 channels are transformed for too few multiply-adds");
    cr_expect_eq(winograds(plans[3]), 1, "groups of 16 channels");
    cr_expect_eq(winograds(plans[4]), 1, "stride 2");
    plans[4]->engine->implementation(plans[4], text, sizeof text);
    cr_expect(strncmp(text, "winograd_2x2_gemm_", 18) == 0, "%s", text);
    const int64_t more = plans[0]->engine->memory_bytes(plans[0]) - plans[1]->engine->memory_bytes(plans[1]);
    cr_expect(more >= (36 - 9) * 64 * 64 * 4, "the weights at the points are counted: %d bytes more",
              (int)more);
    for (int i = 0; i < 5; i++)
        cg_plan_destroy(&plans[i]);
    drop(&by_two);
    drop(&by_groups);
    drop(&wide);
    drop(&narrow);
}

/* Blocks of as many tiles as the second-level cache holds; of more, where that brings fewer bytes from beyond
 * it: all of few tiles of many channels, a part of many. Weights lie as they are read: point by point of the
 * panels that run together, several where their inputs would not stay in that cache, or nothing comes again;
 * or line by line. */
static void check_layout(const struct cg_plan *base, int tiles, int together, bool lines)
{
    const struct nv_plan *plan = (const struct nv_plan *)base;
    const struct nv_op *op = plan->ops;
    const struct nv_winograd *winograd = &op->gemm.winograd;
    int64_t at = 0;
    int most = 0;
    for (int p = 0, end; p < op->parts; p = end) {
        end = nv_winograd_set_end(op, p, op->parts);
        most = end - p > most ? end - p : most;
        for (int slice = 0; slice < nv_winograd_slices(winograd); slice++)
            for (int q = p; q < end; q++) {
                const struct nv_panel *panel = &op->gemm.panels[q];
                cr_expect_eq(panel->weights + slice * panel->slice_step, at, "panel %d, slice %d", q, slice);
                at += (int64_t)op->gemm.group_k * nv_winograd_slice_values(winograd) * panel->kernel->tile_n;
            }
        cr_expect_eq(op->gemm.panels[p].bias, at);
        at = end < op->parts ? op->gemm.panels[end].weights : at;
    }
    const int tile_n = op->gemm.panels[0].kernel->tile_n;
    cr_expect(abs(winograd->tiles - tiles) < plan->kernels->gemm->tile_m, "blocks of %d tiles, not %d",
              winograd->tiles, tiles);
    cr_expect_eq(winograd->lines, lines && plan->kernels->line && plan->core.pipes == CG_PIPES_HALF);
    cr_expect(together == 1 ? most == 1 : most * tile_n >= (together - 2) * 16, "%d panels of %d together",
              most, tile_n);
}

Test(native_winograd, takes_blocks_that_read_least_and_lays_weights_in_the_order_of_reading)
{
    static const struct {
        struct shape shape;
        int tiles, together; /* of a block; panels of 16 columns, at least */
        bool lines;          /* where there are kernels for it */
    } cases[] = {{{1, 14, 14, 256, 256, 1, CG_ACT_RELU}, 16, 10, true},
                 {{1, 56, 56, 64, 64, 1, CG_ACT_RELU}, 42, 1},
                 {{1, 28, 28, 128, 128, 1, CG_ACT_RELU}, 28, 1},
                 {{1, 14, 14, 512, 128, 1, CG_ACT_RELU}, 16, 8, true},
                 {{1, 28, 28, 256, 128, 1, CG_ACT_RELU}, 49, 3},
                 {{1, 28, 28, 256, 512, 1, CG_ACT_RELU}, 49, 3},
                 {{8, 14, 14, 256, 128, 1, CG_ACT_RELU}, 42, 4},
                 {{1, 14, 14, 192, 192, 1, CG_ACT_RELU}, 16, 10}};
    const struct cg_setting setting = {.threads = 1, .isa = cg_isa_best(), .fusion = CG_FUSION_FULL};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct scene scene = make_graph(&cases[i].shape, NULL);
        for (int pipes = 0; pipes < CG_PIPES_COUNT; pipes++) {
            const struct nv_core core = {(enum cg_pipes)pipes, 1 << 20, NV_WINOGRAD_ALL_4};
            struct cg_plan *base = compile(&scene, &setting, &core);
            check_layout(base, cases[i].tiles, cases[i].together, cases[i].lines);
            cg_plan_destroy(&base);
        }
        drop(&scene);
    }
}

/* The engine's option. */
Test(native_winograd, is_switched_by_the_engines_name)
{
    struct cg_error err = {0};
    static const struct shape pays = {1, 28, 28, 64, 64, 1, CG_ACT_RELU};
    struct scene scene = make_scene(&pays, NULL);
    const struct cg_setting setting = {.threads = 1, .isa = cg_isa_best(), .fusion = CG_FUSION_FULL};
    for (int on = 0; on < 2; on++) {
        const struct cg_engine *engine =
            cg_engine_named(on ? "native:winograd=1" : "native:winograd=0", &err);
        cr_assert_not_null(engine, "%s", err.text);
        struct cg_plan *plan = NULL;
        cr_assert(cg_plan_create(engine, scene.graph, scene.weights, &setting, &plan, &err) == CG_OK, "%s",
                  err.text);
        cr_expect_eq(winograds(plan), on);
        cg_plan_destroy(&plan);
    }
    drop(&scene);
    cr_expect_null(cg_engine_named("native@1.2", &err));
    cr_expect(strstr(err.text, "has one version"), "%s", err.text);
}
