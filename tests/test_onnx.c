/* Export and import: graphs come back as they were; operators of other exporters become what they compute. */
#include "bench/config/config.h"
#include "bench/graph/rewrite.h"
#include "bench/graph/text.h"
#include "bench/onnx/onnx.h"
#include "bench/onnx/tensor.h"
#include "kernels/reference/cone.h"
#include "tests/onnx_models.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64];

static void make_folder(void)
{
    snprintf(folder, sizeof folder, "/tmp/cg_onnx_XXXXXX");
    cr_assert(mkdtemp(folder));
}

static void remove_folder(void)
{
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    cr_expect_eq(system(command), 0);
}

static const char *in_folder(const char *name)
{
    static char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

TestSuite(onnx, .init = make_folder, .fini = remove_folder);

/* ---- there and back ---- */

static void expect_equal_graphs(const struct cg_graph *a, const struct cg_graph *b, const char *name)
{
    char *x = cg_graph_to_text(a, true), *y = cg_graph_to_text(b, true);
    const struct cg_cost p = cg_graph_cost(a), q = cg_graph_cost(b);
    cr_expect_str_eq(x, y, "%s: written\n%s\nread\n%s", name, x, y);
    cr_expect_eq(cg_graph_hash(a), cg_graph_hash(b), "%s", name);
    cr_expect(p.madds == q.madds && p.params == q.params && p.mem_access == q.mem_access &&
                  p.mem_access_all == q.mem_access_all,
              "%s: other costs", name);
    free(x);
    free(y);
}

static bool equal_floats(const float *a, const float *b, size_t n)
{
    return (!a && !b) || (a && b && memcmp(a, b, n * sizeof *a) == 0);
}

static void expect_equal_weights(const struct cg_weights *a, const struct cg_weights *b, const char *name)
{
    cr_assert_eq(a->n_params, b->n_params, "%s", name);
    for (int i = 0; i < a->n_params; i++) {
        const struct cg_params *p = &a->params[i], *q = &b->params[i];
        const size_t out = (size_t)p->out;
        cr_expect(p->out == q->out && p->n_weight == q->n_weight &&
                      equal_floats(p->weight, q->weight, p->n_weight) &&
                      equal_floats(p->bias, q->bias, out) && equal_floats(p->scale, q->scale, out) &&
                      equal_floats(p->shift, q->shift, out),
                  "%s: parameter set %d came back changed", name, i);
    }
}

static void expect_round_trip(const struct cg_graph *graph, const char *name)
{
    struct cg_error err = {0};
    const struct cg_onnx_export_options options = {.fold = false};
    struct cg_graph *fused = cg_graph_fuse(graph, &err), *read = NULL;
    struct cg_weights *weights = cg_weights_create(fused, 7, &err), *read_weights = NULL;
    cr_assert(fused && weights, "%s: %s", name, err.text);
    cr_expect_eq(cg_onnx_export(fused, weights, in_folder("g.onnx"), &options, &err), CG_OK, "%s: %s", name,
                 err.text);
    cr_expect_eq(cg_onnx_import(in_folder("g.onnx"), &read, &read_weights, &err), CG_OK, "%s: %s", name,
                 err.text);
    if (read) {
        expect_equal_graphs(fused, read, name);
        expect_equal_weights(weights, read_weights, name);
    }
    cg_graph_destroy(&fused);
    cg_graph_destroy(&read);
    cg_weights_destroy(&weights);
    cg_weights_destroy(&read_weights);
}

Test(onnx, every_node_kind_comes_back_as_it_was)
{
    struct cg_graph *graph = every_kind_graph();
    expect_round_trip(graph, "every kind");
    cg_graph_destroy(&graph);
}

Test(onnx, every_network_comes_back_as_it_was)
{
    struct cg_error err = {0};
    struct cg_config *config = cg_config_open(&err);
    struct cg_network_row *rows = NULL;
    int n = 0;
    cr_assert(config, "%s", err.text);
    cr_assert_eq(cg_config_list_networks(config, &rows, &n, &err), CG_OK, "%s", err.text);
    cr_expect(n >= 40);
    for (int i = 0; i < n; i++) {
        struct cg_network *network = cg_config_load_network(config, rows[i].name, NULL, &err);
        cr_assert(network, "%s", err.text);
        expect_round_trip(network->graph, rows[i].name);
        cg_network_destroy(&network);
    }
    free(rows);
    cg_config_close(&config);
}

static struct cg_expected *expected_of(const struct cg_graph *graph, const struct cg_weights *weights)
{
    struct cg_error err = {0};
    struct cg_expected *expected = NULL;
    float *input = malloc((size_t)cg_shape_elements(graph->nodes[graph->input].shape) * sizeof *input);
    cg_input_fill(graph, 3, input);
    cr_assert_eq(cg_expected_create(graph, weights, input, NULL, 0, &expected, &err), CG_OK, "%s", err.text);
    free(input);
    return expected;
}

static double relative_error(const struct cg_expected *a, const struct cg_expected *b)
{
    double difference = 0, norm = 0;
    for (int64_t i = 0; i < cg_shape_elements(a->shape); i++) {
        difference += pow((double)a->values[i] - (double)b->values[i], 2);
        norm += pow((double)a->values[i], 2);
    }
    return sqrt(difference / norm);
}

static bool has_norm(const struct cg_graph *graph)
{
    for (int id = 0; id < graph->n_nodes; id++)
        if (graph->nodes[id].norm)
            return true;
    return false;
}

Test(onnx, folded_and_plain_files_compute_the_same)
{
    struct cg_error err = {0};
    struct cg_graph *graph = every_kind_graph();
    struct cg_weights *weights = cg_weights_create(graph, 7, &err);
    struct cg_expected *original = expected_of(graph, weights);
    for (int fold = 0; fold < 2; fold++) {
        const struct cg_onnx_export_options options = {.fold = fold};
        struct cg_graph *read;
        struct cg_weights *read_weights;
        cr_assert_eq(cg_onnx_export(graph, weights, in_folder("g.onnx"), &options, &err), CG_OK, "%s",
                     err.text);
        cr_assert_eq(cg_onnx_import(in_folder("g.onnx"), &read, &read_weights, &err), CG_OK, "%s", err.text);
        struct cg_expected *again = expected_of(read, read_weights);
        const double error = relative_error(original, again);
        cr_expect(fold ? error < 1e-6 : error == 0.0, "fold %d: relative error %g", fold, error);
        cr_expect_eq(has_norm(read), !fold);
        cr_expect_eq(cg_graph_cost(graph).madds, cg_graph_cost(read).madds);
        cg_expected_destroy(&again);
        cg_graph_destroy(&read);
        cg_weights_destroy(&read_weights);
    }
    cg_expected_destroy(&original);
    cg_weights_destroy(&weights);
    cg_graph_destroy(&graph);
}

Test(onnx, what_onnx_cannot_hold_is_refused_and_leaves_no_file)
{
    struct cg_error err = {0};
    struct cg_graph *graph = cg_graph_create();
    struct cg_node input = cg_node_of(CG_INPUT), pool = cg_node_of(CG_AVG_POOL);
    const int from = 0;
    input.shape = (struct cg_shape){1, 9, 9, 4};
    pool.n_inputs = 1;
    pool.inputs = &from;
    pool.window.kernel_h = pool.window.kernel_w = pool.window.dilation_h = 2;
    cg_graph_add(graph, &input, &err);
    cr_assert_geq(cg_graph_add(graph, &pool, &err), 0, "%s", err.text);
    struct cg_weights *weights = cg_weights_create(graph, 1, &err);
    cr_expect_eq(cg_onnx_export(graph, weights, in_folder("no.onnx"), NULL, &err), CG_UNSUPPORTED);
    cr_expect_neq(access(in_folder("no.onnx"), F_OK), 0);
    cr_expect_eq(cg_onnx_export(graph, weights, "/nowhere/at/all.onnx", NULL, &err), CG_UNSUPPORTED);
    graph->nodes[1].window.dilation_h = 1;
    cr_expect_eq(cg_onnx_export(graph, weights, "/nowhere/at/all.onnx", NULL, &err), CG_IO);
    cg_weights_destroy(&weights);
    cg_graph_destroy(&graph);
}

/* ---- files of other programs ---- */

/* Reads a model and frees its bytes; returns its text, or the error's with the status before it. */
static char *read_text(unsigned char *bytes, size_t size, struct cg_weights **weights)
{
    struct cg_error err = {0};
    struct cg_graph *graph;
    char *text = NULL;
    const enum cg_status status = cg_onnx_import_memory(bytes, size, &graph, weights, &err);
    free(bytes);
    if (status == CG_OK)
        text = cg_graph_to_text(graph, true);
    else
        cr_assert_gt(asprintf(&text, "%s: %s", cg_status_name(status), err.text), 0);
    cg_graph_destroy(&graph);
    return text;
}

static void expect_reads_as(struct cg_onnx_builder *b, const char *output, int opset, const char *wanted)
{
    size_t size;
    struct cg_weights *weights;
    unsigned char *bytes = model_end(b, output, opset, &size);
    char *text = read_text(bytes, size, &weights);
    cr_expect(strstr(text, wanted), "wanted\n%s\ngot\n%s", wanted, text);
    free(text);
    cg_weights_destroy(&weights);
}

Test(onnx, automatic_padding_is_resolved)
{
    static const struct {
        const char *mode, *wanted;
    } rows[] = {
        {"SAME_UPPER", "conv in=0 shape=1,5,4,2 kernel=3,4 stride=2,2 pad=1,1,1,2 dilation=1,1"},
        {"SAME_LOWER", "conv in=0 shape=1,5,4,2 kernel=3,4 stride=2,2 pad=1,2,1,1 dilation=1,1"},
        {"VALID", "conv in=0 shape=1,4,2,2 kernel=3,4 stride=2,2 pad=0,0,0,0 dilation=1,1"},
        {"NOTSET", "conv in=0 shape=1,4,2,2 kernel=3,4 stride=2,2 pad=0,0,0,0 dilation=1,1"},
        {"BOTH", "invalid: "},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct cg_onnx_builder *b = model_start(3, 9, 7);
        MODEL_FLOATS(b, "w", -1.0f, 2, 3, 3, 4);
        Onnx__NodeProto *node = model_op(b, "Conv", "input w", "y");
        Onnx__AttributeProto pad = ONNX__ATTRIBUTE_PROTO__INIT;
        pad.name = (char *)"auto_pad";
        pad.has_s = 1;
        pad.s = (ProtobufCBinaryData){strlen(rows[i].mode), (uint8_t *)rows[i].mode};
        node->attribute[node->n_attribute++] = &pad;
        cg_onnx_build_ints(b, node, "strides", (const int64_t[]){2, 2}, 2);
        expect_reads_as(b, "y", 11, rows[i].wanted);
    }
}

Test(onnx, a_norm_belongs_to_the_layer_that_it_alone_reads)
{
    for (int shared = 0; shared < 2; shared++) {
        struct cg_onnx_builder *b = model_start(3, 5, 5);
        MODEL_FLOATS(b, "w", 0.0f, 4, 3, 1, 1);
        MODEL_FLOATS(b, "v", 1.0f, 4);
        model_op(b, "Identity", "v", "same");
        model_op(b, "Conv", "input w", "c");
        model_op(b, "Identity", "c", "d");
        model_op(b, "BatchNormalization", "d v same v v", "n");
        model_op(b, "Relu", "n", "r");
        model_op(b, "Add", shared ? "r c" : "r r", "y");
        expect_reads_as(b, "y", 13,
                        shared ? "act=relu params=1\nadd in=2,1" : "act=relu norm=1 params=0\nadd in=1,1");
    }
}

Test(onnx, norms_are_computed_in_double_precision)
{
    struct cg_onnx_builder *b = model_start(2, 3, 3);
    struct cg_weights *weights;
    size_t size;
    MODEL_FLOATS(b, "gamma", 3.0f, 2);
    MODEL_FLOATS(b, "beta", -1.0f, 2);
    MODEL_FLOATS(b, "mean", 0.5f, 2);
    MODEL_FLOATS(b, "var", 2.0f, 2);
    cg_onnx_build_float(b, model_op(b, "BatchNormalization", "input gamma beta mean var", "y"), "epsilon",
                        0.25f);
    unsigned char *bytes = model_end(b, "y", 9, &size);
    char *text = read_text(bytes, size, &weights);
    cr_assert(weights, "%s", text);
    cr_expect_float_eq(weights->params[0].scale[0], (float)(3.0 / sqrt(2.25)), 0);
    cr_expect_float_eq(weights->params[0].shift[0], (float)(-1.0 - 0.5 * 3.0 / sqrt(2.25)), 0);
    cr_expect_float_eq(weights->params[0].scale[1], (float)(3.125 / sqrt(2.375)), 0);
    cr_expect_float_eq(weights->params[0].shift[1], (float)(-0.875 - 0.625 * 3.125 / sqrt(2.375)), 0);
    free(text);
    cg_weights_destroy(&weights);
}

Test(onnx, shuffles_are_seen_through_computed_shapes)
{
    struct cg_onnx_builder *b = model_start(12, 4, 6);
    MODEL_INTS(b, "one", 1);
    MODEL_INTS(b, "two", 2);
    MODEL_INTS(b, "three", 3);
    MODEL_INTS(b, "minus", -1);
    model_op(b, "Shape", "input", "shape");
    model_op(b, "Gather", "shape one", "c");
    model_op(b, "Div", "c three", "per");
    model_op(b, "Gather", "shape two", "h");
    model_op(b, "Slice", "shape minus shape", "nothing"); /* not needed: never read */
    cg_onnx_build_int(b, model_op(b, "Concat", "one three per h minus", "apart"), "axis", 0);
    cg_onnx_build_int(b, model_op(b, "Concat", "one minus h two", "wrong"), "axis", 0);
    model_op(b, "Reshape", "input apart", "five");
    cg_onnx_build_ints(b, model_op(b, "Transpose", "five", "turned"), "perm",
                       (const int64_t[]){0, 2, 1, 3, 4}, 5);
    model_op(b, "Reshape", "turned shape", "y");
    expect_reads_as(b, "y", 13, "shuffle in=0 shape=1,4,6,12 groups=3\n");
}

Test(onnx, other_orders_of_channels_become_permutations)
{
    struct cg_onnx_builder *b = model_start(8, 1, 1);
    MODEL_INTS(b, "apart", 1, 2, 2, 2, 1, 1);
    MODEL_INTS(b, "map", 1, 8, 1, 1);
    model_op(b, "Reshape", "input apart", "six");
    cg_onnx_build_ints(b, model_op(b, "Transpose", "six", "turned"), "perm",
                       (const int64_t[]){0, 3, 2, 1, 4, 5}, 6);
    model_op(b, "Reshape", "turned map", "p");
    model_op(b, "Relu", "p", "y");
    expect_reads_as(b, "y", 13, "permute in=0 shape=1,1,1,8 index=0,4,2,6,1,5,3,7\nact in=1");
}

Test(onnx, layers_over_flattened_maps_find_their_weights)
{
    /* y = sum over features k of x[k] * w[k]; the features in the order of a map with channels last. */
    struct cg_onnx_builder *b = model_start(2, 2, 3);
    struct cg_weights *weights;
    size_t size;
    MODEL_FLOATS(b, "w", 0.0f, 12, 1);
    MODEL_FLOATS(b, "bias", 9.0f, 1);
    cg_onnx_build_ints(b, model_op(b, "Transpose", "input", "last"), "perm", (const int64_t[]){0, 2, 3, 1},
                       4);
    model_op(b, "Flatten", "last", "flat");
    model_op(b, "MatMul", "flat w", "m");
    model_op(b, "Add", "bias m", "y");
    unsigned char *bytes = model_end(b, "y", 13, &size);
    char *text = read_text(bytes, size, &weights);
    cr_expect(strstr(text, "conv in=0 shape=1,1,1,1 kernel=2,3 "), "%s", text);
    cr_expect(strstr(text, " bias=1 params=0"), "%s", text);
    cr_assert(weights);
    for (int k = 0; k < 12; k++) /* weights stand in [h][w][c] as the features did */
        cr_expect_eq(weights->params[0].weight[k], 0.125f * (float)k);
    cr_expect_eq(weights->params[0].bias[0], 9.0f);
    free(text);
    cg_weights_destroy(&weights);
}

/* One operator over a map of 4 channels and 6 x 5 pixels, what stands before it, and what it becomes. */
struct one_operator {
    const char *name;
    void (*write)(struct cg_onnx_builder *b);
    const char *wanted;
};

static void write_ceil_max_pool(struct cg_onnx_builder *b)
{
    Onnx__NodeProto *node = model_op(b, "MaxPool", "input", "y");
    cg_onnx_build_ints(b, node, "kernel_shape", (const int64_t[]){3, 3}, 2);
    cg_onnx_build_ints(b, node, "strides", (const int64_t[]){2, 2}, 2);
    cg_onnx_build_int(b, node, "ceil_mode", 1);
}

static void write_ceil_average_pool(struct cg_onnx_builder *b)
{
    Onnx__NodeProto *node = model_op(b, "AveragePool", "input", "y");
    cg_onnx_build_ints(b, node, "kernel_shape", (const int64_t[]){3, 3}, 2);
    cg_onnx_build_ints(b, node, "strides", (const int64_t[]){2, 2}, 2);
    cg_onnx_build_ints(b, node, "pads", (const int64_t[]){1, 1, 0, 0}, 4);
    cg_onnx_build_int(b, node, "ceil_mode", 1);
    cg_onnx_build_int(b, node, "count_include_pad", 1);
}

static void write_pad(struct cg_onnx_builder *b, const char *input)
{
    MODEL_INTS(b, "pads", 0, 0, 1, 1, 0, 0, 1, 1);
    char inputs[32];
    snprintf(inputs, sizeof inputs, "%s pads", input);
    model_op(b, "Pad", inputs, "padded");
}

static void write_padded_average_pool(struct cg_onnx_builder *b)
{
    write_pad(b, "input");
    cg_onnx_build_ints(b, model_op(b, "AveragePool", "padded", "y"), "kernel_shape", (const int64_t[]){3, 3},
                       2);
}

static void write_padded_max_pool(struct cg_onnx_builder *b)
{
    write_pad(b, "input");
    cg_onnx_build_ints(b, model_op(b, "MaxPool", "padded", "y"), "kernel_shape", (const int64_t[]){3, 3}, 2);
}

static void write_padded_max_pool_of_relu(struct cg_onnx_builder *b)
{
    model_op(b, "Relu", "input", "r");
    write_pad(b, "r");
    cg_onnx_build_ints(b, model_op(b, "MaxPool", "padded", "y"), "kernel_shape", (const int64_t[]){3, 3}, 2);
}

static void write_wide_padded_pool(struct cg_onnx_builder *b)
{
    write_pad(b, "input");
    cg_onnx_build_ints(b, model_op(b, "AveragePool", "padded", "y"), "kernel_shape", (const int64_t[]){1, 1},
                       2);
}

static void write_padded_conv(struct cg_onnx_builder *b)
{
    write_pad(b, "input");
    MODEL_FLOATS(b, "w", 0.0f, 4, 1, 3, 3);
    cg_onnx_build_int(b, model_op(b, "Conv", "padded w", "y"), "group", 4);
}

static void write_pad_read_twice(struct cg_onnx_builder *b)
{
    write_padded_conv(b);
    b->graph.node[1]->output[0] = (char *)"c";
    cg_onnx_build_ints(b, model_op(b, "MaxPool", "padded", "p"), "kernel_shape", (const int64_t[]){3, 3}, 2);
    model_op(b, "Add", "c p", "y");
}

static void write_hard_swish(struct cg_onnx_builder *b)
{
    Onnx__NodeProto *gate = model_op(b, "HardSigmoid", "input", "g");
    cg_onnx_build_float(b, gate, "alpha", 0.16666667f);
    model_op(b, "Mul", "input g", "y");
}

static void write_swish(struct cg_onnx_builder *b)
{
    model_op(b, "Sigmoid", "input", "g");
    model_op(b, "Mul", "g input", "y");
}

static void write_scale(struct cg_onnx_builder *b)
{
    model_op(b, "GlobalAveragePool", "input", "g");
    model_op(b, "Sigmoid", "g", "s");
    model_op(b, "Mul", "s input", "y");
}

static void write_affine(struct cg_onnx_builder *b)
{
    MODEL_FLOATS(b, "k", 1.0f, 4, 1, 1);
    MODEL_FLOATS(b, "half", 0.5f, 1);
    model_op(b, "Div", "input half", "m");
    model_op(b, "Add", "k m", "a");
    model_op(b, "Clip", "a", "y");
    cg_onnx_build_float(b, b->graph.node[2], "min", 0.0f);
    cg_onnx_build_float(b, b->graph.node[2], "max", 6.0f);
}

static void write_relu6(struct cg_onnx_builder *b)
{
    model_op(b, "Relu", "input", "r");
    cg_onnx_build_float(b, model_op(b, "Clip", "r", "y"), "max", 6.0f);
}

static void write_relu6_of_one_that_two_read(struct cg_onnx_builder *b)
{
    model_op(b, "Relu", "input", "r");
    cg_onnx_build_float(b, model_op(b, "Clip", "r", "c"), "max", 6.0f);
    model_op(b, "Add", "r c", "y");
}

static void write_linear_at_each_pixel(struct cg_onnx_builder *b)
{
    cg_onnx_build_ints(b, model_op(b, "Transpose", "input", "last"), "perm", (const int64_t[]){0, 2, 3, 1},
                       4);
    MODEL_FLOATS(b, "w", 0.0f, 4, 2);
    MODEL_FLOATS(b, "k", 1.0f, 2);
    model_op(b, "MatMul", "last w", "m");
    model_op(b, "Add", "k m", "s");
    cg_onnx_build_ints(b, model_op(b, "Transpose", "s", "y"), "perm", (const int64_t[]){0, 3, 1, 2}, 4);
}

static void write_gemm_over_pixels(struct cg_onnx_builder *b)
{
    cg_onnx_build_ints(b, model_op(b, "Transpose", "input", "last"), "perm", (const int64_t[]){0, 2, 3, 1},
                       4);
    MODEL_INTS(b, "rows", -1, 4);
    MODEL_INTS(b, "map", 1, 6, 5, 1);
    MODEL_FLOATS(b, "w", 0.0f, 4, 1);
    model_op(b, "Reshape", "last rows", "flat");
    model_op(b, "Gemm", "flat w", "g");
    model_op(b, "Reshape", "g map", "back");
    cg_onnx_build_ints(b, model_op(b, "Transpose", "back", "t"), "perm", (const int64_t[]){0, 3, 1, 2}, 4);
    model_op(b, "Sigmoid", "t", "y");
}

static void write_slices(struct cg_onnx_builder *b)
{
    MODEL_INTS(b, "zero", 0);
    MODEL_INTS(b, "minus", -3);
    MODEL_INTS(b, "end", INT64_MAX);
    MODEL_INTS(b, "one", 1);
    model_op(b, "Slice", "input minus end one", "tail");
    MODEL_INTS(b, "from", 1, 0);
    MODEL_INTS(b, "to", -1, 3);
    MODEL_INTS(b, "axes", 2, 3);
    model_op(b, "Slice", "tail from to axes", "y");
}

static void write_strided_slice(struct cg_onnx_builder *b)
{
    MODEL_INTS(b, "from", -1);
    MODEL_INTS(b, "to", INT64_MIN);
    MODEL_INTS(b, "axes", 1);
    MODEL_INTS(b, "steps", -2);
    model_op(b, "Slice", "input from to axes steps", "y");
}

static void write_split(struct cg_onnx_builder *b)
{
    MODEL_INTS(b, "sizes", 1, 3);
    cg_onnx_build_int(b, model_op(b, "Split", "input sizes", "unused y"), "axis", 1);
}

static void write_mean(struct cg_onnx_builder *b)
{
    cg_onnx_build_ints(b, model_op(b, "Transpose", "input", "last"), "perm", (const int64_t[]){0, 2, 3, 1},
                       4);
    Onnx__NodeProto *mean = model_op(b, "ReduceMean", "last", "m");
    cg_onnx_build_ints(b, mean, "axes", (const int64_t[]){1, -2}, 2);
    cg_onnx_build_int(b, mean, "keepdims", 0);
    MODEL_FLOATS(b, "w", 0.0f, 4, 2);
    model_op(b, "Gemm", "m w", "y");
}

static void write_sum(struct cg_onnx_builder *b)
{
    model_op(b, "Sum", "input input input", "s");
    model_op(b, "Dropout", "s", "y mask");
}

static void write_squeezes(struct cg_onnx_builder *b)
{
    model_op(b, "GlobalMaxPool", "input", "m");
    cg_onnx_build_ints(b, model_op(b, "Squeeze", "m", "s"), "axes", (const int64_t[]){2, 3}, 2);
    cg_onnx_build_ints(b, model_op(b, "Unsqueeze", "s", "u"), "axes", (const int64_t[]){3, 2}, 2);
    MODEL_FLOATS(b, "w", 0.0f, 4, 4, 1, 1);
    model_op(b, "Conv", "u w", "y");
}

static const struct one_operator operators[] = {
    {"pool with ceil mode", write_ceil_max_pool,
     "max_pool in=0 shape=1,3,2,4 kernel=3,3 stride=2,2 pad=0,0,1,0"},
    {"average pool with two kinds of padding", write_ceil_average_pool,
     "pad in=0 shape=1,7,6,4 kernel=1,1 stride=1,1 pad=1,1,0,0 dilation=1,1\n"
     "avg_pool in=1 shape=1,3,3,4 kernel=3,3 stride=2,2 pad=0,0,0,1 dilation=1,1\n"},
    {"pad before an average pool", write_padded_average_pool,
     "avg_pool in=0 shape=1,6,5,4 kernel=3,3 stride=1,1 pad=1,1,1,1 dilation=1,1 count_padding=1\n"},
    {"pad before a maximum of anything", write_padded_max_pool,
     "max_pool in=1 shape=1,6,5,4 kernel=3,3 stride=1,1 pad=0"},
    {"pad before a maximum of what is not negative", write_padded_max_pool_of_relu,
     "max_pool in=1 shape=1,6,5,4 kernel=3,3 stride=1,1 pad=1,1,1,1"},
    {"pad wider than the window", write_wide_padded_pool,
     "avg_pool in=1 shape=1,8,7,4 kernel=1,1 stride=1,1 pad=0,0,0,0"},
    {"pad before a convolution", write_padded_conv,
     "conv in=0 shape=1,6,5,4 kernel=3,3 stride=1,1 pad=1,1,1,1"},
    {"pad that two read", write_pad_read_twice, "conv in=1 shape=1,6,5,4 kernel=3,3 stride=1,1 pad=0,0,0,0"},
    {"hard swish in two operators", write_hard_swish,
     "input shape=1,6,5,4\nact in=0 shape=1,6,5,4 act=hard_swish\n"},
    {"product with a gate", write_swish, "mul in=1,0 shape=1,6,5,4"},
    {"scale of channels", write_scale, "mul in=0,2 shape=1,6,5,4"},
    {"constants for channels", write_affine,
     "input shape=1,6,5,4\naffine in=0 shape=1,6,5,4 act=relu6 params=0\n"},
    {"relu6 in two operators", write_relu6, "input shape=1,6,5,4\nact in=0 shape=1,6,5,4 act=relu6\n"},
    {"relu6 of a relu that is read elsewhere", write_relu6_of_one_that_two_read,
     "act in=0 shape=1,6,5,4 act=relu\nact in=1 shape=1,6,5,4 act=relu6\nadd in=1,2"},
    {"linear at each pixel", write_linear_at_each_pixel,
     "input shape=1,6,5,4\nconv in=0 shape=1,6,5,2 kernel=1,1 stride=1,1 pad=0,0,0,0 dilation=1,1 groups=1 "
     "bias=1"},
    {"rows of pixels", write_gemm_over_pixels, "conv in=0 shape=1,6,5,1 kernel=1,1"},
    {"slices", write_slices,
     "split in=0 shape=1,6,5,3 offset=1\npad in=1 shape=1,4,3,3 kernel=1,1 stride=1,1 pad=-1,0,-1,-2"},
    {"every other channel backwards", write_strided_slice, "permute in=0 shape=1,6,5,2 index=3,1\n"},
    {"the second part", write_split, "input shape=1,6,5,4\nsplit in=0 shape=1,6,5,3 offset=1\n"},
    {"mean with channels last", write_mean,
     "global_pool in=0 shape=1,1,1,4\nfc in=1 shape=1,1,1,2 params=0\n"},
    {"sum of three", write_sum, "add in=0,0,0 shape=1,6,5,4\n"},
    {"axes dropped and put back", write_squeezes,
     "max_pool in=0 shape=1,1,1,4 kernel=6,5 stride=1,1 pad=0,0,0,0 dilation=1,1\nconv in=1"},
};

Test(onnx, operators_become_what_they_compute)
{
    for (size_t i = 0; i < sizeof operators / sizeof operators[0]; i++) {
        struct cg_onnx_builder *b = model_start(4, 6, 5);
        size_t size;
        struct cg_weights *weights;
        operators[i].write(b);
        unsigned char *bytes = model_end(b, "y", 12, &size);
        char *text = read_text(bytes, size, &weights);
        cr_expect(strstr(text, operators[i].wanted), "%s: wanted\n%s\ngot\n%s", operators[i].name,
                  operators[i].wanted, text);
        free(text);
        cg_weights_destroy(&weights);
    }
}

Test(onnx, all_operators_that_are_not_read_are_named_at_once)
{
    struct cg_onnx_builder *b = model_start(4, 6, 5);
    struct cg_weights *weights;
    size_t size;
    model_op(b, "Softplus", "input", "a");
    model_op(b, "Relu", "a", "b"); /* reads what is not known: not a fault of its own */
    model_op(b, "LRN", "input", "c");
    model_op(b, "LRN", "input", "d");
    cg_onnx_build_float(b, model_op(b, "HardSigmoid", "input", "e"), "alpha", 0.2f);
    model_op(b, "Add", "b c", "f");
    model_op(b, "Add", "d e", "g");
    model_op(b, "Softmax", "input", "unused");
    model_op(b, "Add", "f g", "y");
    unsigned char *bytes = model_end(b, "y", 13, &size);
    char *text = read_text(bytes, size, &weights);
    cr_expect(strstr(text, "unsupported: "), "%s", text);
    cr_expect(strstr(text, "Softplus ('Softplus_0')"), "%s", text);
    cr_expect(strstr(text, "LRN (2 nodes: 'LRN_2', 'LRN_3')"), "%s", text);
    cr_expect(strstr(text, "HardSigmoid: alpha 0.2 and beta 0.5"), "%s", text);
    cr_expect(!strstr(text, "Relu") && !strstr(text, "Softmax"), "%s", text);
    free(text);
}
