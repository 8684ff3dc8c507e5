/* The suite of micro-kernels: shapes gathered from a graph, every kernel right at them, a wrong one found. */
#include "bench/microkernels/bench.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static int add(struct cg_graph *graph, struct cg_node node, const int *inputs, int n_inputs)
{
    struct cg_error err = {0};
    node.inputs = inputs;
    node.n_inputs = n_inputs;
    const int id = cg_graph_add(graph, &node, &err);
    cr_assert(id >= 0, "%s", err.text);
    return id;
}

/* conv 3x3 s2, twice the same 1x1, depthwise, max pool, shuffle, mean, FC. */
static struct cg_graph *make_graph(void)
{
    struct cg_graph *graph = cg_graph_create();
    cr_assert(graph);
    struct cg_node n = cg_node_of(CG_INPUT);
    n.shape = (struct cg_shape){1, 12, 10, 3};
    int x = add(graph, n, NULL, 0);
    n = cg_node_of(CG_CONV);
    n.shape.c = 20;
    n.window.kernel_h = n.window.kernel_w = 3;
    n.window.stride_h = n.window.stride_w = 2;
    n.window.pad_top = n.window.pad_left = n.window.pad_bottom = n.window.pad_right = 1;
    x = add(graph, n, &x, 1);
    for (int i = 0; i < 2; i++) {
        n = cg_node_of(CG_CONV);
        n.shape.c = 20;
        x = add(graph, n, &x, 1);
    }
    n = cg_node_of(CG_CONV);
    n.shape.c = n.groups = 20;
    n.window.kernel_h = n.window.kernel_w = 3;
    n.window.pad_top = n.window.pad_left = n.window.pad_bottom = n.window.pad_right = 1;
    x = add(graph, n, &x, 1);
    n = cg_node_of(CG_MAX_POOL);
    n.window.kernel_h = n.window.kernel_w = 3;
    n.window.stride_h = n.window.stride_w = 2;
    n.window.pad_top = n.window.pad_left = 1;
    x = add(graph, n, &x, 1);
    n = cg_node_of(CG_SHUFFLE);
    n.groups = 2;
    x = add(graph, n, &x, 1);
    x = add(graph, cg_node_of(CG_GLOBAL_POOL), &x, 1);
    n = cg_node_of(CG_FC);
    n.shape.c = 7;
    add(graph, n, &x, 1);
    return graph;
}

static struct cg_kernel_shapes gather(void)
{
    struct cg_kernel_shapes shapes = {0};
    struct cg_error err = {0};
    struct cg_graph *graph = make_graph();
    cr_assert(cg_kernel_shapes_add(&shapes, graph, &err) == CG_OK);
    const int n = shapes.n;
    cr_assert(cg_kernel_shapes_add(&shapes, graph, &err) == CG_OK);
    cr_expect(shapes.n == n, "a graph adds nothing the second time");
    cg_graph_destroy(&graph);
    return shapes;
}

Test(microkernels, shapes_of_a_graph)
{
    struct cg_kernel_shapes shapes = gather();
    static const char *const expected[] = {
        "m=5 n=20 k=3x9 row=6",
        "m=30 n=20 k=1x20 row=20",
        "6x5x20/20 3x3 s1x1 d1x1 p1,1,1,1",
        "6x5x20/20 3x3 s2x2 d1x1 p1,1,0,0",
        "6 pixels of 20",
        "6 pixels of 20",
        "m=1 n=7 k=1x20 row=20",
    };
    cr_assert(shapes.n == (int)(sizeof expected / sizeof *expected), "%d", shapes.n);
    for (int i = 0; i < shapes.n; i++) {
        char text[CG_KERNEL_SHAPE_TEXT];
        cg_kernel_shape_text(&shapes.at[i], text);
        cr_expect_str_eq(text, expected[i]);
    }
    cr_expect(shapes.at[4].pass == CG_PASS_GATHER && shapes.at[5].pass == CG_PASS_MEAN);
    free(shapes.at);
}

Test(microkernels, every_kernel_is_right_and_timed)
{
    struct cg_kernel_shapes shapes = gather();
    for (int i = 0; cg_native_isas[i]; i++) {
        const struct cg_native_kernels *isa = cg_native_isas[i];
        if (!cg_isa_available(isa->isa))
            continue;
        for (int s = 0; s < shapes.n; s++)
            for (int k = 0; k < cg_kernel_count(isa, &shapes.at[s]); k++) {
                struct cg_kernel_times times;
                struct cg_kernel_work work;
                struct cg_error err = {0};
                cr_assert(cg_kernel_measure(isa, &shapes.at[s], k, 3, 1000, &times, &work, &err) == CG_OK);
                cr_expect(times.error <= 1e-5, "%s: %g", cg_kernel_name(isa, &shapes.at[s], k), times.error);
                cr_expect(times.n == 3 && times.ns[0] > 0 && times.iterations > 0);
                cr_expect(work.read_bytes > 0 && work.write_bytes > 0);
            }
        cr_expect(cg_kernel_count(isa, &shapes.at[0]) == isa->n_gemm);
    }
    free(shapes.at);
}

/* 3x3 layers of groups whose channels take turns, as CondenseNet's do: every kernel of every set that takes
 * them is right, sets of fewer lanes than groups take none, and more columns than a kernel has outputs are
 * none of its business. */
Test(microkernels, narrow_groups)
{
    struct cg_graph *graph = cg_graph_create();
    cr_assert(graph);
    struct cg_node n = cg_node_of(CG_INPUT);
    n.shape = (struct cg_shape){1, 9, 23, 64};
    int x = add(graph, n, NULL, 0);
    for (int groups = 2; groups <= 16; groups *= 2) {
        n = cg_node_of(CG_CONV);
        n.shape.c = 4 * groups;
        n.groups = groups;
        n.window.kernel_h = n.window.kernel_w = 3;
        n.window.pad_top = n.window.pad_left = n.window.pad_bottom = n.window.pad_right = 1;
        add(graph, n, &x, 1);
    }
    struct cg_kernel_shapes shapes = {0};
    struct cg_error err = {0};
    cr_assert(cg_kernel_shapes_add(&shapes, graph, &err) == CG_OK);
    int taken = 0;
    for (int i = 0; cg_native_isas[i]; i++) {
        const struct cg_native_kernels *isa = cg_native_isas[i];
        if (!cg_isa_available(isa->isa))
            continue;
        for (int s = 0; s < shapes.n; s++) {
            const struct cg_kernel_shape *shape = &shapes.at[s];
            if (shape->kind != CG_KERNEL_GROUP)
                continue;
            const int kernels = cg_kernel_count(isa, shape);
            cr_expect(shape->groups <= isa->lanes || kernels == 0);
            for (int k = 0; k < kernels; k++, taken++) {
                struct cg_kernel_times times;
                struct cg_kernel_work work;
                cr_assert(cg_kernel_measure(isa, shape, k, 0, 0, &times, &work, &err) == CG_OK);
                cr_expect(times.error <= 1e-5, "%s, %d groups: %g", cg_kernel_name(isa, shape, k),
                          shape->groups, times.error);
                cr_expect(work.madds > 0 && work.madds % (23 * 9 * 64) == 0,
                          "each channel counts once an output");
            }
        }
    }
    cr_expect(taken > 0 || !cg_isa_available(CG_ISA_AVX2));
    free(shapes.at);
    cg_graph_destroy(&graph);
}

static void forgets_the_bias(const struct cg_gemm_args *args)
{
    struct cg_gemm_args wrong = *args;
    static const float none[64];
    wrong.bias = none;
    cg_native_isas[0]->gemm[0].run(&wrong);
}

Test(microkernels, wrong_kernel_is_found_and_not_timed)
{
    struct cg_kernel_shapes shapes = gather();
    struct cg_gemm_kernel gemm = cg_native_isas[0]->gemm[0];
    struct cg_native_kernels isa = *cg_native_isas[0];
    gemm.run = forgets_the_bias;
    isa.gemm = &gemm;
    isa.n_gemm = 1;
    struct cg_kernel_times times;
    struct cg_kernel_work work;
    struct cg_error err = {0};
    cr_assert(cg_kernel_measure(&isa, &shapes.at[1], 0, 3, 1000, &times, &work, &err) == CG_OK);
    cr_expect(times.error > CG_KERNEL_TOLERANCE && times.n == 0);
    cr_expect(work.madds == 30 * 20 * 4, "of the columns of one panel: %lld", (long long)work.madds);
    free(shapes.at);
}
