#include "bench/graph/memory_plan.h"
#include "bench/graph/cost.h"
#include "bench/graph/graph.h"
#include "bench/graph/rewrite.h"
#include "bench/graph/text.h"
#include "bench/graph/weights.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int add_node(struct cg_graph *graph, struct cg_node node, int n_inputs, const int *inputs)
{
    struct cg_error err = {0};
    node.n_inputs = n_inputs;
    node.inputs = inputs;
    const int id = cg_graph_add(graph, &node, &err);
    cr_assert(id >= 0, "%s", err.text);
    return id;
}

static int add_input(struct cg_graph *graph, int n, int h, int w, int c)
{
    struct cg_node node = cg_node_of(CG_INPUT);
    node.shape = (struct cg_shape){n, h, w, c};
    return add_node(graph, node, 0, NULL);
}

static struct cg_node conv_of(int out, int kernel, int stride, int pad, int groups, enum cg_act act)
{
    struct cg_node node = cg_node_of(CG_CONV);
    node.shape.c = out;
    node.window.kernel_h = node.window.kernel_w = kernel;
    node.window.stride_h = node.window.stride_w = stride;
    node.window.pad_top = node.window.pad_left = node.window.pad_bottom = node.window.pad_right = pad;
    node.groups = groups;
    node.act = act;
    node.norm = true;
    return node;
}

static int add_conv(struct cg_graph *graph, int x, int out, int kernel, int stride, int pad, int groups)
{
    return add_node(graph, conv_of(out, kernel, stride, pad, groups, CG_ACT_RELU), 1, &x);
}

/* A ShuffleNet V2 unit with stride 1 (Fig. 3(c)) on c channels. */
static struct cg_graph *shuffle_unit(int c)
{
    struct cg_graph *graph = cg_graph_create();
    cr_assert_not_null(graph);
    const int x = add_input(graph, 1, 28, 28, c);
    const int y = add_conv(graph, x, c, 1, 1, 0, 1);
    struct cg_node half = cg_node_of(CG_SPLIT);
    half.shape.c = c / 2;
    const int keep = add_node(graph, half, 1, &y);
    half.offset = c / 2;
    int work = add_node(graph, half, 1, &y);
    work = add_conv(graph, work, c / 2, 1, 1, 0, 1);
    work = add_conv(graph, work, c / 2, 3, 1, 1, c / 2);
    work = add_conv(graph, work, c / 2, 1, 1, 0, 1);
    const int both[] = {keep, work};
    const int joined = add_node(graph, cg_node_of(CG_CONCAT), 2, both);
    struct cg_node shuffle = cg_node_of(CG_SHUFFLE);
    shuffle.groups = 2;
    add_node(graph, shuffle, 1, &joined);
    return graph;
}

Test(graph, infers_shapes_of_windows)
{
    struct cg_graph *graph = cg_graph_create();
    const int x = add_input(graph, 2, 224, 112, 3);
    const int y = add_conv(graph, x, 24, 3, 2, 1, 1);
    cr_expect(cg_shape_equal(graph->nodes[y].shape, (struct cg_shape){2, 112, 56, 24}));
    struct cg_node dilated = conv_of(8, 3, 1, 0, 1, CG_ACT_NONE);
    dilated.window.dilation_h = 2;
    dilated.window.kernel_w = 1;
    const int z = add_node(graph, dilated, 1, &y);
    cr_expect(cg_shape_equal(graph->nodes[z].shape, (struct cg_shape){2, 108, 56, 8}));
    cg_graph_destroy(&graph);
    cr_expect_null(graph);
}

Test(graph, refuses_what_does_not_fit_and_stays_unchanged)
{
    struct cg_graph *graph = cg_graph_create();
    const int x = add_input(graph, 1, 8, 8, 10);
    struct cg_error err = {0};
    struct cg_node node = conv_of(9, 1, 1, 0, 4, CG_ACT_NONE);
    node.n_inputs = 1;
    node.inputs = &x;
    snprintf(node.origin, sizeof node.origin, "net.lua:7");
    cr_expect_eq(cg_graph_add(graph, &node, &err), -1);
    cr_expect_eq(err.status, CG_INVALID);
    cr_expect(strstr(err.text, "net.lua:7") && strstr(err.text, "4 groups"), "%s", err.text);
    node = conv_of(4, 9, 1, 0, 1, CG_ACT_NONE);
    node.n_inputs = 1;
    node.inputs = &x;
    cr_expect_eq(cg_graph_add(graph, &node, &err), -1);
    cr_expect(strstr(err.text, "9x9") && strstr(err.text, "8x8"), "%s", err.text);
    const int missing = 5;
    node = conv_of(4, 1, 1, 0, 1, CG_ACT_NONE);
    node.n_inputs = 1;
    node.inputs = &missing;
    cr_expect_eq(cg_graph_add(graph, &node, &err), -1);
    node = cg_node_of(CG_CONCAT);
    cr_expect_eq(cg_graph_add(graph, &node, &err), -1);
    node = cg_node_of(CG_INPUT);
    node.shape = (struct cg_shape){1, 65536, 65536, 1};
    cr_expect_eq(cg_graph_add(graph, &node, &err), -1);
    node = conv_of(1, 65536, 1, 65535, 1, CG_ACT_NONE);
    node.n_inputs = 1;
    node.inputs = &x;
    cr_expect_eq(cg_graph_add(graph, &node, &err), -1);
    cr_expect(strstr(err.text, "65536x65536") && strstr(err.text, "2^31 - 1 taps"), "%s", err.text);
    node = conv_of(40000000, 8, 1, 0, 10, CG_ACT_NONE);
    node.n_inputs = 1;
    node.inputs = &x;
    cr_expect_eq(cg_graph_add(graph, &node, &err), -1);
    cr_expect(strstr(err.text, "2^31 - 1 weights"), "%s", err.text);
    cr_expect_eq(graph->n_nodes, 1);
    cr_expect_eq(graph->output, x);
    cg_graph_destroy(&graph);
}

Test(graph, costs_of_a_grouped_convolution_by_hand)
{
    struct cg_graph *graph = cg_graph_create();
    const int x = add_input(graph, 1, 56, 56, 64);
    const int y = add_conv(graph, x, 128, 1, 1, 0, 4);
    const struct cg_cost cost = cg_node_cost(graph, y);
    cr_expect_eq(cost.madds, 56 * 56 * 64 * 128 / 4);
    cr_expect_eq(cost.params, 64 * 128 / 4 + 2 * 128);
    cr_expect_eq(cost.mem_access, 56 * 56 * (64 + 128) + 64 * 128 / 4);
    cg_graph_destroy(&graph);
}

Test(graph, memory_access_bound_is_reached_at_equal_widths)
{
    const double madds = 56.0 * 56 * 128 * 128;
    const double exact = 56.0 * 56 * 256 + 128 * 128;
    cr_expect_float_eq(cg_mem_access_lower_bound(56, 56, madds), exact, 1e-6 * exact);
}

Test(graph, text_round_trip_keeps_everything)
{
    struct cg_graph *graph = shuffle_unit(116);
    cr_expect(cg_graph_add_block(graph, "a block, 100 %") == 0);
    graph->nodes[3].block = 0;
    struct cg_node permute = cg_node_of(CG_PERMUTE);
    const int index[] = {5, 0, 5, 115};
    permute.index = index;
    permute.shape.c = 4;
    int last = graph->output;
    last = add_node(graph, permute, 1, &last);
    struct cg_node clip = cg_node_of(CG_ACT);
    clip.act = CG_ACT_CLIP;
    clip.alpha = -0.1f;
    clip.beta = INFINITY;
    add_node(graph, clip, 1, &last);
    struct cg_error err = {0};
    char *text = cg_graph_to_text(graph, false);
    struct cg_graph *again = cg_graph_from_text(text, &err);
    cr_assert_not_null(again, "%s", err.text);
    char *text_again = cg_graph_to_text(again, false);
    cr_expect_str_eq(text, text_again);
    cr_expect_eq(cg_graph_hash(graph), cg_graph_hash(again));
    snprintf(again->nodes[2].name, CG_NAME_MAX, "other");
    cr_expect_eq(cg_graph_hash(graph), cg_graph_hash(again), "names are no part of the identity");
    again->nodes[4].groups = 2;
    cr_expect_neq(cg_graph_hash(graph), cg_graph_hash(again));
    free(text);
    free(text_again);
    cg_graph_destroy(&graph);
    cg_graph_destroy(&again);
}

Test(graph, text_that_is_broken_is_refused_with_its_line)
{
    static const char *const broken[] = {
        "",
        "nonsense",
        "convgauge-graph 1 output=0\n",
        "convgauge-graph 1 output=3\ninput shape=1,8,8,3\n",
        "convgauge-graph 1 output=0\ninput shape=1,8,8\n",
        "convgauge-graph 1 output=0\ninput shape=1,8,8,99999999999999999999\n",
        "convgauge-graph 1 output=1\ninput shape=1,8,8,3\nwarp in=0 shape=1,8,8,3\n",
        "convgauge-graph 1 output=1\ninput shape=1,8,8,3\nact in=4 shape=1,8,8,3\n",
        "convgauge-graph 1 output=1\ninput shape=1,8,8,3\nact in=0 shape=1,9,8,3\n",
        "convgauge-graph 1 output=1\ninput shape=1,8,8,3\nact in=0, shape=1,8,8,3\n",
        "convgauge-graph 1 output=1\ninput shape=1,8,8,3\npermute in=0 shape=1,8,8,2 index=0\n",
        "convgauge-graph 1 output=1\ninput shape=1,8,8,3\npermute index=0 in=0 shape=1,8,8,1\n",
        "convgauge-graph 1 output=1\ninput shape=1,8,8,3\nact in=0 shape=1,8,8,3 name=%zz\n",
    };
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        struct cg_error err = {0};
        struct cg_graph *graph = cg_graph_from_text(broken[i], &err);
        cr_expect_null(graph, "text %zu was accepted", i);
        cr_expect_eq(err.status, CG_INVALID, "text %zu: %s", i, err.text);
    }
}

Test(graph, rewrites_keep_parameters_and_cost)
{
    struct cg_graph *graph = shuffle_unit(58 * 2);
    struct cg_error err = {0};
    struct cg_graph *apart = cg_graph_unfuse(graph, &err);
    cr_assert_not_null(apart);
    cr_expect_eq(apart->n_nodes, graph->n_nodes + 4);
    cr_expect_eq(apart->n_params, graph->n_params);
    cr_expect_eq(cg_graph_cost(apart).madds, cg_graph_cost(graph).madds);
    cr_expect_gt(cg_graph_cost(apart).mem_access_all, cg_graph_cost(graph).mem_access_all);
    struct cg_graph *fused = cg_graph_fuse(apart, &err);
    cr_expect_eq(cg_graph_hash(fused), cg_graph_hash(graph));
    struct cg_graph *larger = cg_graph_with_input(graph, (struct cg_shape){3, 14, 21, 0}, &err);
    cr_assert_not_null(larger, "%s", err.text);
    cr_expect(cg_shape_equal(larger->nodes[larger->output].shape, (struct cg_shape){3, 14, 21, 116}));
    cg_graph_destroy(&graph);
    cg_graph_destroy(&apart);
    cg_graph_destroy(&fused);
    cg_graph_destroy(&larger);
}

Test(graph, activations_that_are_never_fused_stay_nodes)
{
    struct cg_graph *graph = cg_graph_create();
    struct cg_error err = {0};
    int x = add_input(graph, 1, 5, 5, 8);
    x = add_conv(graph, x, 8, 1, 1, 0, 1);
    graph->nodes[x].act = CG_ACT_NONE;
    struct cg_node gelu = cg_node_of(CG_ACT);
    gelu.act = CG_ACT_GELU;
    gelu.alpha = 3; /* which it does not take */
    const int y = add_node(graph, gelu, 1, &x);
    cr_expect(!(graph->nodes[y].alpha > 0));
    struct cg_graph *fused = cg_graph_fuse(graph, &err);
    cr_expect_eq(cg_graph_hash(fused), cg_graph_hash(graph));
    struct cg_node carrying = conv_of(8, 1, 1, 0, 1, CG_ACT_GELU), endless = cg_node_of(CG_ACT);
    carrying.n_inputs = endless.n_inputs = 1;
    carrying.inputs = endless.inputs = &x;
    cr_expect_eq(cg_graph_add(graph, &carrying, &err), -1);
    cr_expect(strstr(err.text, "cannot carry the activation gelu"), "%s", err.text);
    endless.act = CG_ACT_ELU;
    endless.alpha = INFINITY;
    cr_expect_eq(cg_graph_add(graph, &endless, &err), -1);
    cr_expect(strstr(err.text, "finite"), "%s", err.text);
    cg_graph_destroy(&graph);
    cg_graph_destroy(&fused);
}

Test(graph, maps_become_larger_only)
{
    struct cg_graph *graph = cg_graph_create();
    struct cg_error err = {0};
    const int x = add_input(graph, 2, 7, 7, 3);
    struct cg_node larger = cg_node_of(CG_UPSAMPLE);
    larger.shape = (struct cg_shape){0, 15, 7, 0};
    const int y = add_node(graph, larger, 1, &x);
    cr_expect(cg_shape_equal(graph->nodes[y].shape, (struct cg_shape){2, 15, 7, 3}));
    larger.shape.w = 6;
    larger.n_inputs = 1;
    larger.inputs = &x;
    cr_expect_eq(cg_graph_add(graph, &larger, &err), -1);
    cr_expect(strstr(err.text, "7x7 cannot become one of 15x6"), "%s", err.text);
    larger.op = CG_DEPTH_TO_SPACE;
    larger.shape.w = 14;
    cr_expect_eq(cg_graph_add(graph, &larger, &err), -1);
    cr_expect(strstr(err.text, "3 channels of a map of 7x7 do not make up the pixels of one of 15x14"), "%s",
              err.text);
    cg_graph_destroy(&graph);
}

Test(graph, an_add_of_four_becomes_a_chain)
{
    struct cg_graph *graph = cg_graph_create();
    const int x = add_input(graph, 1, 4, 4, 8);
    int parts[4];
    for (int i = 0; i < 4; i++)
        parts[i] = add_conv(graph, x, 8, 1, 1, 0, 1);
    struct cg_node add = cg_node_of(CG_ADD);
    add.act = CG_ACT_RELU;
    add_node(graph, add, 4, parts);
    struct cg_error err = {0};
    struct cg_graph *apart = cg_graph_unfuse(graph, &err);
    int adds = 0, acts = 0;
    for (int i = 0; i < apart->n_nodes; i++) {
        adds += apart->nodes[i].op == CG_ADD;
        acts += apart->nodes[i].op == CG_ACT;
        cr_expect(apart->nodes[i].op != CG_ADD || apart->nodes[i].n_inputs == 2);
    }
    cr_expect_eq(adds, 3);
    cr_expect_eq(acts, 5);
    cg_graph_destroy(&graph);
    cg_graph_destroy(&apart);
}

Test(graph, set_output_prunes)
{
    struct cg_graph *graph = shuffle_unit(16);
    struct cg_error err = {0};
    cr_expect_eq(cg_graph_set_output(graph, 4, &err), CG_OK);
    cr_expect_eq(graph->n_nodes, 4); /* input, conv, work half, conv */
    cr_expect_eq(graph->output, 3);
    add_conv(graph, graph->output, 4, 1, 1, 0, 1);
    cr_expect_eq(graph->n_nodes, 5);
    cr_expect_neq(cg_graph_set_output(graph, 99, &err), CG_OK);
    cg_graph_destroy(&graph);
}

Test(graph, weights_are_seeded_by_ordinal_and_fold)
{
    struct cg_graph *graph = shuffle_unit(16);
    struct cg_error err = {0};
    struct cg_graph *apart = cg_graph_unfuse(graph, &err);
    struct cg_weights *a = cg_weights_create(graph, CG_DEFAULT_SEED, &err);
    struct cg_weights *b = cg_weights_create(apart, CG_DEFAULT_SEED, &err);
    struct cg_weights *c = cg_weights_create(graph, CG_DEFAULT_SEED + 1, &err);
    for (int i = 0; i < graph->n_params; i++) {
        cr_expect_arr_eq(a->params[i].weight, b->params[i].weight, a->params[i].n_weight * sizeof(float));
        cr_expect_neq(a->params[i].weight[0], c->params[i].weight[0]);
    }
    float weight[16 * 16], bias[16];
    cg_weights_fold(graph, a, 1, weight, bias);
    cr_expect_float_eq(weight[17], a->params[0].weight[17] * a->params[0].scale[1], 1e-6);
    cr_expect_float_eq(bias[3], a->params[0].shift[3], 0.0);
    cg_weights_destroy(&a);
    cg_weights_destroy(&b);
    cg_weights_destroy(&c);
    cg_graph_destroy(&graph);
    cg_graph_destroy(&apart);
}

Test(graph, arena_blocks_alive_together_do_not_overlap)
{
    struct cg_memory_block blocks[60];
    unsigned state = 7;
    for (int i = 0; i < 60; i++) {
        state = state * 1664525u + 1013904223u;
        const int first = (int)(state >> 8) % 40;
        blocks[i] = (struct cg_memory_block){1 + (int64_t)(state >> 16) % 5000, first,
                                             first + (int)(state >> 4) % 9, -1};
    }
    const int64_t total = cg_memory_plan(blocks, 60);
    for (int i = 0; i < 60; i++) {
        cr_expect_eq(blocks[i].offset % CG_MEMORY_ALIGNMENT, 0);
        cr_expect_leq(blocks[i].offset + blocks[i].bytes, total);
        for (int j = 0; j < i; j++) {
            const bool together = blocks[i].first <= blocks[j].last && blocks[j].first <= blocks[i].last;
            const bool overlap = blocks[i].offset < blocks[j].offset + blocks[j].bytes &&
                                 blocks[j].offset < blocks[i].offset + blocks[i].bytes;
            cr_expect(!(together && overlap), "blocks %d and %d", i, j);
        }
    }
}

Test(graph, peak_memory_of_two_convolutions_by_hand)
{
    struct cg_graph *graph = cg_graph_create();
    const int x = add_input(graph, 1, 16, 16, 4);
    const int y = add_conv(graph, x, 8, 1, 1, 0, 1);
    const int z = add_conv(graph, y, 8, 3, 1, 1, 1);
    (void)z;
    const int64_t floats = 16 * 16 * 4 + 16 * 16 * 8 + 16 * 16 * 8 + (4 * 8 + 8) + (9 * 8 * 8 + 8);
    cr_expect_eq(cg_graph_peak_memory(graph), 4 * floats);
    cg_graph_destroy(&graph);
}

/* Every small window against its taps one by one. */
Test(graph, taps_inside_the_map)
{
    for (int i = 0; i < 6 * 6 * 5 * 4 * 4 * 5; i++) {
        const int in = 1 + i % 6, out = 1 + i / 6 % 6, kernel = 1 + i / 36 % 5, stride = 1 + i / 180 % 4,
                  dilation = 1 + i / 720 % 4, pad = i / 2880;
        int64_t inside = 0;
        for (int o = 0; o < out; o++)
            for (int tap = 0; tap < kernel; tap++) {
                const int at = o * stride - pad + tap * dilation;
                inside += at >= 0 && at < in;
            }
        cr_expect_eq(cg_taps_inside(in, out, kernel, stride, dilation, pad), inside,
                     "%d to %d, window %d, stride %d, dilation %d, pad %d", in, out, kernel, stride, dilation,
                     pad);
    }
    cr_expect_eq(cg_taps_inside(INT32_MAX, INT32_MAX, 1, 1, 1, 0), INT32_MAX);
}

/* A window of 3 on 7 columns with padding: 19 taps inside of 21; with stride 2, at -1, 1, 3, 5: 2 + 3 + 3
 * + 2.
 */
Test(graph, multiply_adds_inside_the_map_and_in_lanes_by_hand)
{
    struct cg_graph *graph = cg_graph_create();
    const int x = add_input(graph, 2, 7, 7, 6), dense = add_conv(graph, x, 20, 3, 1, 1, 1),
              depthwise = add_conv(graph, dense, 20, 3, 2, 1, 20),
              groups = add_conv(graph, dense, 60, 1, 1, 0, 5),
              narrow = add_conv(graph, dense, 20, 1, 1, 0, 10);
    struct cg_node fc = cg_node_of(CG_FC);
    fc.shape.c = 10;
    const int pool = add_node(graph, cg_node_of(CG_GLOBAL_POOL), 1, &depthwise),
              last = add_node(graph, fc, 1, &pool);
    const struct {
        int id;
        int64_t inside, in_8;
    } rows[] = {
        {x, 0, 0},
        {dense, 2 * 19 * 19 * 6 * 20, 2 * 19 * 19 * 6 * 24},
        {depthwise, 2 * 10 * 10 * 20, 2 * 10 * 10 * 24},
        {groups, 2 * 49 * 4 * 60, 2 * 49 * 4 * 5 * 16},
        {narrow, 2 * 49 * 2 * 20, 2 * 49 * 2 * 24}, /* groups of 2 share vectors */
        {last, 2 * 20 * 10, 2 * 20 * 16},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        cr_expect_eq(cg_node_madds_inside(graph, rows[i].id), rows[i].inside, "row %zu: %lld", i,
                     (long long)cg_node_madds_inside(graph, rows[i].id));
        cr_expect_eq(cg_node_madds_in_lanes(graph, rows[i].id, 8), rows[i].in_8, "row %zu: %lld", i,
                     (long long)cg_node_madds_in_lanes(graph, rows[i].id, 8));
        cr_expect_eq(cg_node_madds_in_lanes(graph, rows[i].id, 1), rows[i].inside, "row %zu", i);
    }
    cg_graph_destroy(&graph);
}
