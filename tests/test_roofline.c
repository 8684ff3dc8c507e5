#include "bench/device/roofline.h"

#include <criterion/criterion.h>
#include <math.h>

static const struct cg_roofline roofline = {
    .madds_per_s = 50e9,
    .n_levels = 3,
    .levels = {{"L1", 32 << 10, {200e9, 100e9, 200e9}},
               {"L2", 1 << 20, {100e9, 100e9, 100e9}},
               {"DRAM", INT64_MAX, {20e9, 10e9, 15e9}}},
};

Test(roofline, levels_and_limits)
{
    static const struct {
        int64_t madds, read, written, set;
        bool cold;
        int level;
        double ns;
        const char *limit;
    } rows[] = {
        {1000000, 8192, 8192, 16384, false, 0, 20000, "compute"},
        {0, 8192, 8192, 16384, false, 0, 81.92, "L1"},
        {0, 16384, 0, 16384, false, 0, 81.92, "L1"},
        {1000, 400000, 400000, 800000, false, 1, 8000 * (1 - 32768 / 800e3), "L2"},
        {1000, 20000000, 20000000, 40000000, false, 2, (40e6 - 1081344) / 15, "DRAM"},
        /* Two bytes more than L1 holds do not cost the time of all from L2. */
        {0, 32770, 0, 32770, false, 0, 32770 / 200.0, "L1"},
        /* A little beyond L2: what comes from L2 takes longer than what must come from DRAM. */
        {0, 1100000, 0, 1100000, false, 1, (1100000 - 32768) / 100.0, "L2"},
        {0, 200, 8192, 16384, true, 2, 819.2, "DRAM"},
        {0, 0, 0, 0, false, 0, 0, "compute"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct cg_bound b = cg_roofline_work(&roofline, rows[i].madds, rows[i].read, rows[i].written,
                                                   rows[i].set, rows[i].cold);
        cr_expect_eq(b.level, rows[i].level, "row %zu: level %d", i, b.level);
        cr_expect_float_eq(b.ns, rows[i].ns, 1e-6 * (1 + rows[i].ns), "row %zu: %g ns", i, b.ns);
        cr_expect_str_eq(b.limit, rows[i].limit, "row %zu", i);
    }
}

Test(roofline, unknown_figures)
{
    struct cg_roofline unknown = roofline;
    unknown.madds_per_s = NAN;
    const struct cg_bound b = cg_roofline_work(&unknown, 1000, 1000, 1000, 3000, false);
    cr_expect(isnan(b.ns));
    cr_expect_str_eq(b.limit, "unknown");
    cr_expect(isnan(cg_bound_percent(&b, 100)));
    unknown.n_levels = 0;
    cr_expect(isnan(cg_roofline_work(&unknown, 0, 1000, 1000, 3000, false).ns));
    const struct cg_bound good = cg_roofline_work(&roofline, 1000000, 0, 0, 0, false);
    cr_expect_float_eq(cg_bound_percent(&good, 40000), 50, 1e-9);
    cr_expect(isnan(cg_bound_percent(&good, 0)));
    cr_expect(isnan(cg_bound_percent(&good, NAN)));
}

Test(roofline, nodes)
{
    struct cg_graph *graph = cg_graph_create();
    struct cg_error err = {0};
    struct cg_node input = cg_node_of(CG_INPUT);
    input.shape = (struct cg_shape){1, 4, 4, 8};
    const int in = cg_graph_add(graph, &input, &err);
    struct cg_node conv = cg_node_of(CG_CONV);
    conv.inputs = &in;
    conv.n_inputs = 1;
    conv.shape.c = 16;
    conv.norm = true;
    const int c = cg_graph_add(graph, &conv, &err);
    cr_assert_geq(c, 0, "%s", err.text);
    struct cg_node split = cg_node_of(CG_SPLIT);
    split.inputs = &c;
    split.n_inputs = 1;
    split.shape.c = 4;
    const int s = cg_graph_add(graph, &split, &err);
    cr_assert_geq(s, 0, "%s", err.text);
    struct cg_bound b = cg_roofline_node(&roofline, graph, c, false);
    cr_expect_eq(b.madds, 4 * 4 * 8 * 16);
    cr_expect_eq(b.read_bytes, 4 * (4 * 4 * 8 + 8 * 16 + 16), "input, weights and the folded bias: %d",
                 (int)b.read_bytes);
    cr_expect_eq(b.write_bytes, 4 * 4 * 4 * 16);
    cr_expect_eq(b.working_set_bytes, b.read_bytes + b.write_bytes);
    /* Cold: the input and what is folded of the weights from DRAM at 20 GB/s. */
    cr_expect_float_eq(cg_roofline_cold_ns(&roofline, graph), 4 * (4 * 4 * 8 + 8 * 16 + 16) / 20.0, 1e-9);
    cr_expect(isnan(cg_roofline_cold_ns(&(struct cg_roofline){.n_levels = 0}, graph)));
    /* A window of 3 at 4 columns has 10 taps inside, which take longer than its bytes; a fully connected
     * layer waits for its weights. */
    struct cg_node window = cg_node_of(CG_CONV);
    window.inputs = &c;
    window.n_inputs = 1;
    window.shape.c = window.groups = 16;
    window.window.kernel_h = window.window.kernel_w = 3;
    window.window.pad_top = window.window.pad_left = window.window.pad_bottom = window.window.pad_right = 1;
    const int w = cg_graph_add(graph, &window, &err);
    cr_assert_geq(w, 0, "%s", err.text);
    b = cg_roofline_node(&roofline, graph, w, false);
    cr_expect_eq(b.madds, 10 * 10 * 16);
    cr_expect_float_eq(b.ns, 10 * 10 * 16 / 50.0, 1e-9);
    struct cg_node pool = cg_node_of(CG_GLOBAL_POOL);
    pool.inputs = &c;
    pool.n_inputs = 1;
    const int p = cg_graph_add(graph, &pool, &err);
    struct cg_node fc = cg_node_of(CG_FC);
    fc.inputs = &p;
    fc.n_inputs = 1;
    fc.shape.c = 10000;
    const int f = cg_graph_add(graph, &fc, &err);
    cr_assert_geq(f, 0, "%s", err.text);
    b = cg_roofline_node(&roofline, graph, f, false);
    cr_expect_eq(b.madds, 160000);
    cr_expect_eq(b.read_bytes, 4 * (16 + 160000));
    cr_expect_str_eq(b.limit, "L2", "%s", b.limit);
    cr_expect_float_eq(b.ns, 4 * (16 + 160000) * (1 - 32768 / (4.0 * (16 + 160000 + 10000))) / 100.0, 1e-6);
    b = cg_roofline_node(&roofline, graph, s, false);
    cr_expect_eq(b.read_bytes, 4 * 4 * 4 * 4, "a split reads what it hands on");
    cr_expect_eq(b.madds, 0);
    b = cg_roofline_node(&roofline, graph, in, false);
    cr_expect_eq(b.read_bytes + b.write_bytes, 0);
    cg_graph_destroy(&graph);
}
