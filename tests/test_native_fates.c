/* What of a graph runs in the operations before it, in engine native: how many passes are left. That the
 * values stay is for the sweep ("unit: MixNet") to see. */
#include "kernels/engine.h"
#include "kernels/native/plan.h"
#include "tests/nodes.h"

#include <criterion/criterion.h>

static int norm(struct cg_graph *g, int from)
{
    return one(g, cg_node_of(CG_AFFINE), from);
}

static int activation(struct cg_graph *g, int from, enum cg_act kind)
{
    struct cg_node act = cg_node_of(CG_ACT);
    act.act = kind;
    act.alpha = kind == CG_ACT_SWISH;
    return one(g, act, from);
}

/* Depthwise layers of two sizes over halves of the channels, side by side. */
static int mixed(struct cg_graph *g, int x)
{
    return JOIN(g, CG_CONCAT, CG_ACT_NONE, depthwise(g, split(g, x, 0, 12), 3, 1, CG_ACT_NONE),
                depthwise(g, split(g, x, 12, 12), 5, 1, CG_ACT_NONE));
}

static int last(struct cg_graph *g, int x)
{
    return conv(g, x, 8, 1, 1, 1, CG_ACT_NONE);
}

static void build_mixed(struct cg_graph *g)
{
    last(g, activation(g, norm(g, mixed(g, input(g, 1, 9, 8, 24))), CG_ACT_SWISH));
}

static void build_one_layer(struct cg_graph *g)
{
    last(g, activation(g, norm(g, conv(g, input(g, 1, 9, 8, 24), 12, 1, 1, 1, CG_ACT_NONE)), CG_ACT_GELU));
}

/* Batch normalisation behind an activation stays, and what follows it. */
static void build_active_before(struct cg_graph *g)
{
    last(g, activation(g, norm(g, conv(g, input(g, 1, 9, 8, 24), 12, 1, 1, 1, CG_ACT_RELU)), CG_ACT_SWISH));
}

static void build_read_twice(struct cg_graph *g)
{
    const int both = mixed(g, input(g, 1, 9, 8, 24));
    last(g, JOIN(g, CG_CONCAT, CG_ACT_NONE, norm(g, both), both));
}

static void build_clamp_with_pool(struct cg_graph *g)
{
    const int x = input(g, 1, 9, 8, 24), a = conv(g, x, 12, 1, 1, 1, CG_ACT_NONE);
    last(g, activation(g, JOIN(g, CG_CONCAT, CG_ACT_NONE, a, pool(g, CG_MAX_POOL, x, 3, 1)), CG_ACT_RELU6));
}

static void build_swish_with_pool(struct cg_graph *g)
{
    const int x = input(g, 1, 9, 8, 24), a = conv(g, x, 12, 1, 1, 1, CG_ACT_NONE);
    last(g, activation(g, JOIN(g, CG_CONCAT, CG_ACT_NONE, a, pool(g, CG_MAX_POOL, x, 3, 1)), CG_ACT_SWISH));
}

/* The mean and the product are passes. */
static void build_squeeze(struct cg_graph *g)
{
    const int x = activation(g, depthwise(g, input(g, 1, 9, 8, 24), 5, 1, CG_ACT_NONE), CG_ACT_SWISH);
    const int squeezed = conv(g, one(g, cg_node_of(CG_GLOBAL_POOL), x), 6, 1, 1, 1, CG_ACT_NONE);
    const int gate = conv(g, activation(g, squeezed, CG_ACT_SWISH), 24, 1, 1, 1, CG_ACT_SIGMOID);
    last(g, JOIN(g, CG_MUL, CG_ACT_NONE, x, gate));
}

static const struct {
    const char *name;
    void (*build)(struct cg_graph *graph);
    int passes; /* with layers joined */
} cases[] = {
    {"mixed", build_mixed, 0},
    {"one layer", build_one_layer, 0},
    {"active before", build_active_before, 2},
    {"read twice", build_read_twice, 1},
    {"clamp with pool", build_clamp_with_pool, 0},
    {"swish with pool", build_swish_with_pool, 1},
    {"squeeze", build_squeeze, 2},
};

Test(native_fates, passes_that_are_left)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct cg_graph *graph = cg_graph_create();
        struct cg_error err = {0};
        cases[i].build(graph);
        struct cg_weights *weights = cg_weights_create(graph, CG_DEFAULT_SEED, &err);
        cr_assert_not_null(weights, "%s", err.text);
        const struct cg_setting setting = {.threads = 1, .isa = cg_isa_best(), .fusion = CG_FUSION_LAYERS};
        struct cg_plan *base = NULL;
        cr_assert_eq(cg_plan_create(cg_engine_find("native"), graph, weights, &setting, &base, &err), CG_OK,
                     "%s", err.text);
        const struct nv_plan *plan = (const struct nv_plan *)base;
        int passes = 0;
        for (int o = 0; o < plan->n_ops; o++)
            passes += plan->ops[o].kind == NV_PASS;
        cr_expect_eq(passes, cases[i].passes, "%s: %d passes", cases[i].name, passes);
        cg_plan_destroy(&base);
        cg_weights_destroy(&weights);
        cg_graph_destroy(&graph);
    }
}
