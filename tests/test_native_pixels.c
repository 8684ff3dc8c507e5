/* How far apart pixels of a map lie: where a depthwise convolution of stride 2 reads them none of its vectors
 * lies in two lines, and the plan computes the same. */
#include "kernels/engine.h"
#include "kernels/native/microkernel.h"
#include "kernels/native/plan.h"
#include "tests/nodes.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

#define SIZE 9

/* A convolution to `c` channels, a depthwise one, and, as what is read last lies densely, another. */
static struct cg_graph *build(int c, int stride)
{
    struct cg_graph *g = cg_graph_create();
    cr_assert_not_null(g);
    const int wide = conv(g, input(g, 2, SIZE, SIZE, 20), c, 1, 1, 1, CG_ACT_RELU);
    conv(g, depthwise(g, wide, 3, stride, CG_ACT_NONE), 12, 1, 1, 1, CG_ACT_NONE);
    return g;
}

/* What the plan's depthwise convolution reads. */
static const struct nv_buffer *read_by_window(const struct nv_plan *plan)
{
    const struct nv_op *window = NULL;
    for (int o = 0; o < plan->n_ops; o++)
        if (plan->ops[o].kind == NV_WINDOW)
            window = &plan->ops[o];
    cr_assert_not_null(window);
    return &plan->buffers[window->runs->buffer];
}

static void run(struct cg_plan *plan, const float *in, float *out)
{
    struct cg_error err = {0};
    plan->engine->set_input(plan, in);
    cr_assert_eq(plan->engine->run(plan, &err), CG_OK, "%s", err.text);
    plan->engine->get_output(plan, out);
}

/* With the first of the instruction sets, whose vectors lie in no two lines, for comparison. */
static void check(int c, int stride)
{
    struct cg_graph *g = build(c, stride);
    struct cg_error err = {0};
    struct cg_weights *weights = cg_weights_create(g, CG_DEFAULT_SEED, &err);
    cr_assert_not_null(weights, "%s", err.text);
    const struct cg_shape shape = g->nodes[g->output].shape;
    const int n_out = shape.n * shape.h * shape.w * shape.c;
    float *in = malloc(2 * SIZE * SIZE * 20 * sizeof *in), *expected = malloc(n_out * sizeof *expected),
          *out = malloc(n_out * sizeof *out);
    cr_assert(in && expected && out);
    for (int i = 0; i < 2 * SIZE * SIZE * 20; i++)
        in[i] = (float)(i * 7 % 23) / 23 - 0.4f;
    for (int i = 0; cg_native_isas[i]; i++) {
        const struct cg_native_kernels *isa = cg_native_isas[i];
        const struct cg_setting setting = {.threads = 1, .isa = isa->isa, .fusion = CG_FUSION_FULL};
        struct cg_plan *plan = NULL;
        if (!cg_isa_available(isa->isa))
            continue;
        cr_assert_eq(cg_plan_create(cg_engine_find("native"), g, weights, &setting, &plan, &err), CG_OK, "%s",
                     err.text);
        const struct nv_buffer *read = read_by_window((const struct nv_plan *)plan);
        if (stride == 2 && isa->lanes >= 8 && c > 32 && c % isa->lanes)
            cr_expect(read->ld >= c && read->ld % 32 == 16, "%d channels, %d lanes: %d floats apart", c,
                      isa->lanes, read->ld);
        else
            cr_expect_eq(read->ld, c, "%d channels, %d lanes: %d floats apart", c, isa->lanes, read->ld);
        run(plan, in, i ? out : expected);
        for (int k = 0; i && k < n_out; k++)
            cr_assert_float_eq(out[k], expected[k], 1e-5f * (1 + fabsf(expected[k])),
                               "%d channels, output %d", c, k);
        cg_plan_destroy(&plan);
    }
    free(in);
    free(expected);
    free(out);
    cg_weights_destroy(&weights);
    cg_graph_destroy(&g);
}

Test(native_pixels, of_what_depthwise_convolutions_read)
{
    static const int channels[] = {24, 30, 33, 40, 58, 60, 64, 72, 96, 116, 120, 232};
    for (size_t i = 0; i < sizeof channels / sizeof *channels; i++)
        for (int stride = 1; stride <= 2; stride++)
            check(channels[i], stride);
}
