/* Columns of threads kept apart, and what goes with it: the plan computes the same, threads' columns do not
 * come near each other, and the lines that are taken back early belong to a map that nobody needs yet. */
#include "kernels/engine.h"
#include "kernels/native/microkernel.h"
#include "kernels/native/plan.h"
#include "tests/nodes.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

struct apart_case {
    const char *name;
    int size, narrow, wide, groups, kernel, stride;
    bool apart; /* columns are kept apart with two threads */
};

static const struct apart_case cases[] = {
    {"inverted residual 14x14", 14, 64, 384, 1, 3, 1, true},
    {"a cut inside a panel", 14, 96, 552, 1, 3, 1, true},
    {"stride 2", 14, 96, 576, 1, 3, 2, true},
    {"7x7", 7, 160, 960, 1, 3, 1, true},
    {"5x5 windows", 14, 64, 336, 1, 5, 1, true},
    {"groups and a shuffle", 7, 480, 240, 3, 3, 1, true},
    {"wide input: rows are cheaper", 14, 480, 120, 1, 3, 1, false},
    {"one pixel", 1, 64, 384, 1, 1, 1, false},
};

static struct cg_graph *build(const struct apart_case *c, int batch)
{
    struct cg_graph *g = cg_graph_create();
    cr_assert_not_null(g);
    int x = conv(g, input(g, batch, c->size, c->size, 24), c->narrow, 1, 1, 1, CG_ACT_RELU);
    for (int i = 0; i < 2; i++) {
        x = conv(g, x, c->wide, 1, 1, c->groups, CG_ACT_RELU6);
        if (c->groups > 1) {
            struct cg_node shuffle = cg_node_of(CG_SHUFFLE);
            shuffle.groups = c->groups;
            x = one(g, shuffle, x);
        }
        x = conv(g, depthwise(g, x, c->kernel, i ? 1 : c->stride, CG_ACT_NONE), c->narrow, 1, 1, c->groups,
                 CG_ACT_NONE);
    }
    return g;
}

static struct cg_plan *make(const struct apart_case *c, struct cg_graph *g, struct cg_weights *weights,
                            int threads, enum cg_isa isa)
{
    struct cg_error err = {0};
    struct cg_plan *plan = NULL;
    const struct cg_setting options = {.threads = threads, .isa = isa, .fusion = CG_FUSION_LAYERS};
    cr_assert_eq(cg_plan_create(cg_engine_find("native"), g, weights, &options, &plan, &err), CG_OK, "%s: %s",
                 c->name, err.text);
    return plan;
}

static void run(struct cg_plan *plan, const float *in, float *out)
{
    struct cg_error err = {0};
    for (int i = 0; i < 2; i++) { /* the second finds what the first left behind */
        plan->engine->set_input(plan, in);
        cr_assert_eq(plan->engine->run(plan, &err), CG_OK, "%s", err.text);
    }
    plan->engine->get_output(plan, out);
}

static void check_columns(const struct apart_case *c, const struct nv_plan *plan)
{
    int n = 0;
    for (int o = 0; o < plan->n_ops; o++) {
        const struct nv_op *op = &plan->ops[o];
        const struct nv_buffer *out = &plan->buffers[op->out];
        if (op->kind != NV_GEMM || !out->cuts)
            continue;
        n++;
        int end = 0, gaps = 0;
        for (int p = 0; p < op->parts; end = op->gemm.panels[p].column + op->gemm.panels[p].n, p++)
            if (op->gemm.panels[p].column != end) {
                gaps++;
                cr_expect(op->gemm.panels[p].column % 16 == 0 && op->gemm.panels[p].column >= end + 80,
                          "%s: threads' columns are %d floats apart", c->name,
                          op->gemm.panels[p].column - end);
            }
        cr_expect(gaps == 1 || gaps == 2, "%s: %d gaps with two threads", c->name, gaps);
        cr_expect(end + 80 <= out->ld, "%s: the next pixel is near", c->name);
    }
    cr_expect_eq(n, c->apart ? 2 : 0, "%s: the columns of %d layers are kept apart", c->name, n);
}

/* Lines that a step takes back are those of a map that no operation before the next step reads or writes. */
static int check_taken(const struct apart_case *c, const struct nv_plan *plan)
{
    int n = 0;
    for (int s = 0; s < plan->n_steps; s++) {
        const struct nv_op *op = &plan->ops[plan->steps[s].first_op];
        const int taken = op->kind == NV_GEMM ? op->gemm.written_next : -1;
        if (taken < 0)
            continue;
        n++;
        const struct nv_buffer *map = &plan->buffers[taken];
        const int64_t bytes = (int64_t)map->rows * map->w * map->ld * 4;
        for (int b = 0; b < plan->n_buffers; b++) {
            const struct nv_buffer *other = &plan->buffers[b];
            const int64_t size = (int64_t)other->rows * other->w * other->ld * 4;
            const bool alive = other->first >= 0 && other->first <= s && other->last >= s && !other->ring;
            cr_expect(b == taken || !alive || other->offset + size <= map->offset ||
                          map->offset + bytes <= other->offset,
                      "%s: step %d takes lines from buffer %d", c->name, s, b);
        }
    }
    return n;
}

static void check_case(const struct apart_case *c, int batch, enum cg_isa isa)
{
    struct cg_graph *g = build(c, batch);
    struct cg_error err = {0};
    struct cg_weights *weights = cg_weights_create(g, CG_DEFAULT_SEED, &err);
    cr_assert_not_null(weights, "%s", err.text);
    const struct cg_shape in_shape = g->nodes[0].shape, out_shape = g->nodes[g->output].shape;
    const size_t n_in = (size_t)in_shape.n * in_shape.h * in_shape.w * in_shape.c,
                 n_out = (size_t)out_shape.n * out_shape.h * out_shape.w * out_shape.c;
    float *in = malloc(n_in * sizeof *in), *expected = malloc(n_out * sizeof *expected),
          *out = malloc(n_out * sizeof *out);
    cr_assert(in && expected && out);
    for (size_t i = 0; i < n_in; i++)
        in[i] = (float)(i * 7 % 23) / 23 - 0.4f;
    for (int threads = 1; threads <= 5; threads++) {
        struct cg_plan *plan = make(c, g, weights, threads, isa);
        run(plan, in, threads == 1 ? expected : out);
        double off = 0, norm = 0;
        for (size_t i = 0; threads > 1 && i < n_out; i++) {
            off += pow((double)out[i] - (double)expected[i], 2);
            norm += pow((double)expected[i], 2);
        }
        cr_expect(threads == 1 || (norm > 0 && sqrt(off / norm) < 1e-6), "%s, batch %d, %d threads: error %g",
                  c->name, batch, threads, sqrt(off / norm));
        const int taken = check_taken(c, (const struct nv_plan *)plan);
        if (threads == 1)
            cr_expect_eq(taken, 0, "%s: one thread takes nothing back", c->name);
        if (threads == 2 && batch == 1 && isa == CG_ISA_AVX512) {
            check_columns(c, (const struct nv_plan *)plan);
            cr_expect(!c->apart || taken >= 1, "%s: nothing is taken back", c->name);
        }
        cg_plan_destroy(&plan);
    }
    free(in);
    free(expected);
    free(out);
    cg_weights_destroy(&weights);
    cg_graph_destroy(&g);
}

Test(native_apart, plans)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int batch = 1; batch <= 2; batch++)
            for (int isa = 0; cg_native_isas[isa]; isa++)
                if (cg_isa_available(cg_native_isas[isa]->isa))
                    check_case(&cases[i], batch, cg_native_isas[isa]->isa);
}
