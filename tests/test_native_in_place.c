/* Outputs of engine native that take an operand's memory over: where they may, where they must not, and that
 * nothing else changes. */
#include "kernels/engine.h"
#include "kernels/native/plan.h"
#include "tests/nodes.h"
#include "tests/relative.h"

#include <criterion/criterion.h>
#include <stdlib.h>

/* Units with a short-cut: each sum may lie where its unit's input lies, but for the first, whose is the
 * plan's. */
static void build_short_cuts(struct cg_graph *g)
{
    int x = input(g, 2, 13, 11, 24);
    for (int unit = 0; unit < 3; unit++) {
        const int y = conv(g, conv(g, x, 40, 3, 1, 1, CG_ACT_RELU), 24, 1, 1, 1, CG_ACT_NONE);
        x = JOIN(g, CG_ADD, CG_ACT_RELU, y, x);
    }
    conv(g, x, 7, 1, 1, 1, CG_ACT_NONE);
}

/* The operand of the sum is read again afterwards. */
static void build_read_later(struct cg_graph *g)
{
    const int a = conv(g, input(g, 1, 13, 11, 24), 24, 3, 1, 1, CG_ACT_RELU);
    const int sum = JOIN(g, CG_ADD, CG_ACT_NONE, conv(g, a, 24, 3, 1, 1, CG_ACT_NONE), a);
    const int c = conv(g, sum, 24, 3, 2, 1, CG_ACT_NONE);
    JOIN(g, CG_CONCAT, CG_ACT_NONE, c, conv(g, a, 9, 3, 2, 1, CG_ACT_NONE));
}

/* The convolution that adds the map also reads it, at other pixels and at other channels. */
static void build_read_by_the_convolution(struct cg_graph *g)
{
    const int a = conv(g, input(g, 1, 13, 11, 24), 24, 3, 1, 1, CG_ACT_RELU);
    const int b = JOIN(g, CG_ADD, CG_ACT_NONE, conv(g, a, 24, 3, 1, 1, CG_ACT_NONE), a);
    const int c = JOIN(g, CG_ADD, CG_ACT_NONE, conv(g, b, 24, 1, 1, 1, CG_ACT_NONE), b);
    conv(g, c, 8, 1, 1, 1, CG_ACT_NONE);
}

/* The operand's channels lie in another order than the output's, or in part of a wider map. */
static void build_other_columns(struct cg_graph *g)
{
    const int a = conv(g, input(g, 1, 13, 11, 24), 48, 3, 1, 1, CG_ACT_RELU);
    const int part = split(g, a, 24, 24);
    const int b = JOIN(g, CG_ADD, CG_ACT_NONE, conv(g, split(g, a, 0, 24), 24, 1, 1, 1, CG_ACT_NONE), part);
    const int c = shuffle(g, conv(g, b, 24, 3, 1, 1, CG_ACT_RELU), 4);
    const int d = conv(g, b, 24, 3, 1, 1, CG_ACT_RELU);
    JOIN(g, CG_ADD, CG_ACT_NONE, conv(g, JOIN(g, CG_CONCAT, CG_ACT_NONE, c, d), 24, 1, 1, 1, CG_ACT_NONE), c);
}

/* The plan's output is a view of a map that the last operation reads, for the part that nobody wants. */
static void build_output_read_last(struct cg_graph *g)
{
    const int a = conv(g, input(g, 1, 13, 11, 24), 24, 3, 1, 1, CG_ACT_RELU);
    struct cg_node act = cg_node_of(CG_ACT);
    act.act = CG_ACT_HARD_SWISH;
    split(g, JOIN(g, CG_CONCAT, CG_ACT_NONE, a, one(g, act, a)), 0, 24);
}

/* What is added is a pool and a convolution side by side, of which the convolution may be read by itself,
 * too. */
static void side_by_side(struct cg_graph *g, bool alone)
{
    const int a = conv(g, input(g, 2, 13, 11, 8), 24, 3, 1, 1, CG_ACT_RELU);
    const int pooled = pool(g, CG_AVG_POOL, a, 3, 2), b = conv(g, a, 40, 3, 2, 1, CG_ACT_RELU);
    const int c = JOIN(g, CG_CONCAT, CG_ACT_NONE, pooled, b);
    const int d = conv(g, alone ? b : c, 16, 3, 1, 1, CG_ACT_RELU);
    conv(g, JOIN(g, CG_ADD, CG_ACT_RELU, conv(g, d, 64, 1, 1, 1, CG_ACT_NONE), c), 7, 1, 1, 1, CG_ACT_NONE);
}

/* For that both lie in one map. */
static void build_side_by_side(struct cg_graph *g)
{
    side_by_side(g, false);
}

/* The convolution stays where it is. */
static void build_side_by_side_and_alone(struct cg_graph *g)
{
    side_by_side(g, true);
}

static const struct in_place_case {
    const char *name;
    void (*build)(struct cg_graph *graph);
    int least, most; /* outputs that take a place over, every layer by itself or the sums joined */
} cases[] = {
    {"short_cuts", build_short_cuts, 1, 9},
    {"read_later", build_read_later, 0, 3},
    {"read_by_the_convolution", build_read_by_the_convolution, 0, 4},
    {"other_columns", build_other_columns, 0, 8},
    {"output_read_last", build_output_read_last, 0, 1},
    {"side_by_side", build_side_by_side, 0, 9},
    {"side_by_side_and_alone", build_side_by_side_and_alone, 0, 9},
};

static int taken(const struct cg_plan *base)
{
    const struct nv_plan *plan = (const struct nv_plan *)base;
    int n = 0;
    for (int b = 0; b < plan->n_buffers; b++) {
        const struct nv_buffer *buffer = &plan->buffers[b];
        if (buffer->in_place_of < 0)
            continue;
        cr_expect_neq(buffer->in_place_of, plan->input, "the plan's input survives a run");
        cr_expect_eq(buffer->offset, plan->buffers[buffer->in_place_of].offset);
        n++;
    }
    return n;
}

static void check(const struct in_place_case *c, enum cg_fusion fusion, int threads)
{
    const struct cg_engine *native = cg_engine_find("native"), *reference = cg_engine_find("reference");
    struct cg_graph *graph = cg_graph_create();
    struct cg_error err = {0};
    c->build(graph);
    struct cg_weights *weights = cg_weights_create(graph, CG_DEFAULT_SEED, &err);
    cr_assert_not_null(weights, "%s", err.text);
    const int64_t n_out = cg_shape_elements(graph->nodes[graph->output].shape);
    float *in = cg_input_create(graph, 5, &err);
    float *out = calloc((size_t)n_out, sizeof *out), *expected = calloc((size_t)n_out, sizeof *expected);
    cr_assert(in && out && expected);
    struct cg_setting options = {.threads = 1, .isa = CG_ISA_SCALAR, .fusion = CG_FUSION_NONE};
    struct cg_plan *plan = NULL;
    cr_assert(cg_plan_create(reference, graph, weights, &options, &plan, &err) == CG_OK, "%s", err.text);
    reference->set_input(plan, in);
    cr_assert(reference->run(plan, &err) == CG_OK);
    reference->get_output(plan, expected);
    cg_plan_destroy(&plan);

    options = (struct cg_setting){.threads = threads, .isa = cg_isa_best(), .fusion = fusion};
    cr_assert(cg_plan_create(native, graph, weights, &options, &plan, &err) == CG_OK, "%s", err.text);
    native->set_input(plan, in);
    for (int run = 0; run < 3; run++) { /* the input is still there the second time */
        cr_assert(native->run(plan, &err) == CG_OK, "%s", err.text);
        native->get_output(plan, out);
        const double error = relative_error(out, expected, n_out);
        cr_expect(error < 1e-5, "%s, fusion %d, %d threads, run %d: error %g", c->name, (int)fusion, threads,
                  run, error);
    }
    const int n = taken(plan);
    cr_expect(n >= c->least && n <= c->most, "%s, fusion %d: %d outputs took a place over, not %d to %d",
              c->name, (int)fusion, n, c->least, c->most);
    cg_plan_destroy(&plan);
    free(in);
    free(out);
    free(expected);
    cg_weights_destroy(&weights);
    cg_graph_destroy(&graph);
}

Test(native_in_place, takes_places_over_where_nobody_notices, .timeout = 120)
{
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        for (int threads = 1; threads <= 3; threads++) {
            check(&cases[i], CG_FUSION_NONE, threads);
            check(&cases[i], CG_FUSION_LAYERS, threads);
            check(&cases[i], CG_FUSION_FULL, threads);
        }
}

/* With the sums joined to the convolutions, which of the cases may do it is known. */
Test(native_in_place, takes_no_place_that_is_read_elsewhere)
{
    static const int joined[] = {2, 0, 0, 0, 0, 1, 0};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct in_place_case c = cases[i];
        c.least = c.most = joined[i];
        check(&c, CG_FUSION_LAYERS, 1);
    }
}
