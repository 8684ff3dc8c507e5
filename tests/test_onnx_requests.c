/* What is asked of a file: its input's size, one of several outputs, images a run. */
#include "base/file.h"
#include "bench/onnx/network_arg.h"
#include "bench/onnx/onnx.h"
#include "bench/graph/node.h"
#include "bench/graph/text.h"
#include "tests/onnx_models.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The model's graph as it is asked for, or the refusal; the caller frees it. */
static char *text_at(const unsigned char *bytes, size_t size, int height, int width, const char *output)
{
    const struct cg_import_request options = {.height = height, .width = width, .output = output};
    struct cg_error err = {0};
    struct cg_graph *graph;
    struct cg_weights *weights;
    char *text = NULL;
    if (cg_onnx_import_memory(bytes, size, &options, &graph, &weights, &err) == CG_OK)
        text = cg_graph_to_text(graph, true);
    else
        cr_assert_gt(asprintf(&text, "%s: %s", cg_status_name(err.status), err.text), 0);
    cg_graph_destroy(&graph);
    cg_weights_destroy(&weights);
    return text;
}

static Onnx__AttributeProto *text_attribute(struct cg_onnx_builder *b, Onnx__NodeProto *node,
                                            const char *name, const char *text)
{
    cg_onnx_build_int(b, node, name, 0);
    Onnx__AttributeProto *a = node->attribute[node->n_attribute - 1];
    a->has_i = 0;
    a->type = ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__STRING;
    a->has_s = 1;
    a->s = (ProtobufCBinaryData){strlen(text), (uint8_t *)text};
    return a;
}

/* ---- sizes ---- */

static void convolve(struct cg_onnx_builder *b)
{
    MODEL_FLOATS(b, "w", 0.0f, 4, 4, 3, 3);
}

static void same_padding(struct cg_onnx_builder *b)
{
    convolve(b);
    Onnx__NodeProto *node = model_op(b, "Conv", "input w", "y");
    cg_onnx_build_ints(b, node, "strides", (const int64_t[]){2, 2}, 2);
    text_attribute(b, node, "auto_pad", "SAME_UPPER");
}

static void rounded_up(struct cg_onnx_builder *b)
{
    Onnx__NodeProto *node = model_op(b, "MaxPool", "input", "y");
    cg_onnx_build_ints(b, node, "kernel_shape", (const int64_t[]){3, 3}, 2);
    cg_onnx_build_ints(b, node, "strides", (const int64_t[]){2, 2}, 2);
    cg_onnx_build_int(b, node, "ceil_mode", 1);
}

static void whole_map(struct cg_onnx_builder *b)
{
    model_op(b, "GlobalMaxPool", "input", "m");
    model_op(b, "GlobalAveragePool", "input", "a");
    model_op(b, "Add", "m a", "y");
}

static void cut_off(struct cg_onnx_builder *b)
{
    MODEL_INTS(b, "starts", 1, -3);
    MODEL_INTS(b, "ends", INT64_MAX, INT64_MAX);
    MODEL_INTS(b, "axes", 2, 3);
    model_op(b, "Slice", "input starts ends axes", "y");
}

static void computed_shape(struct cg_onnx_builder *b)
{
    MODEL_INTS(b, "pair", 0, 2, 2, -1);
    model_op(b, "Shape", "input", "shape");
    model_op(b, "Reshape", "input pair", "apart");
    cg_onnx_build_ints(b, model_op(b, "Transpose", "apart", "turned"), "perm", (const int64_t[]){0, 2, 1, 3},
                       4);
    model_op(b, "Reshape", "turned shape", "y");
}

static void pooled_then_layer(struct cg_onnx_builder *b)
{
    MODEL_FLOATS(b, "w", 0.0f, 4, 5);
    model_op(b, "GlobalAveragePool", "input", "p");
    model_op(b, "Flatten", "p", "f");
    model_op(b, "Gemm", "f w", "y");
}

static void (*const holds_at_any_size[])(struct cg_onnx_builder *) = {
    same_padding, rounded_up, whole_map, cut_off, computed_shape, pooled_then_layer,
};

Test(onnx_requests, shapes_are_derived_again_from_the_file)
{
    for (size_t i = 0; i < sizeof holds_at_any_size / sizeof holds_at_any_size[0]; i++)
        for (int side = 6; side < 14; side++) {
            size_t size, size_own;
            struct cg_onnx_builder *other = model_start(4, 8, 11), *own = model_start(4, side, side + 1);
            holds_at_any_size[i](other);
            holds_at_any_size[i](own);
            unsigned char *bytes = model_end(other, "y", 13, &size),
                          *bytes_own = model_end(own, "y", 13, &size_own);
            char *text = text_at(bytes, size, side, side + 1, NULL),
                 *wanted = text_at(bytes_own, size_own, 0, 0, NULL);
            cr_expect_str_eq(text, wanted, "%zu at %d", i, side);
            cr_expect_not(strstr(text, "invalid"), "%s", text);
            free(text), free(wanted), free(bytes), free(bytes_own);
        }
}

static void flattened_then_layer(struct cg_onnx_builder *b)
{
    MODEL_FLOATS(b, "w", 0.0f, 4 * 8 * 8, 5);
    model_op(b, "Flatten", "input", "f");
    model_op(b, "Gemm", "f w", "y");
}

static void fixed_shape(struct cg_onnx_builder *b)
{
    MODEL_INTS(b, "shape", 1, 256);
    model_op(b, "Relu", "input", "r");
    model_op(b, "Reshape", "r shape", "y");
}

static void pool_of_fixed_window(struct cg_onnx_builder *b)
{
    MODEL_FLOATS(b, "w", 0.0f, 4, 5);
    cg_onnx_build_ints(b, model_op(b, "AveragePool", "input", "p"), "kernel_shape", (const int64_t[]){8, 8},
                       2);
    model_op(b, "Flatten", "p", "f");
    model_op(b, "Gemm", "f w", "y");
}

Test(onnx_requests, what_does_not_hold_at_a_size_is_refused_by_its_node)
{
    static const struct {
        void (*write)(struct cg_onnx_builder *b);
        int side;
        const char *says;
    } rows[] = {
        {flattened_then_layer, 8, "conv in=0"},
        {flattened_then_layer, 16,
         "node 1 'Gemm_1' (Gemm): its weight is for 256 features, its input has 1024"},
        {flattened_then_layer, 7, "its input has 196"},
        {fixed_shape, 9, "node 1 'Reshape_1' (Reshape): its shape does not hold 324 elements"},
        {pool_of_fixed_window, 9, "its weight is for 4 features, its input has 16"},
        {pool_of_fixed_window, 7, "node 0"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct cg_onnx_builder *b = model_start(4, 8, 8);
        size_t size;
        rows[i].write(b);
        unsigned char *bytes = model_end(b, "y", 13, &size);
        char *text = text_at(bytes, size, rows[i].side, rows[i].side, NULL);
        cr_expect(strstr(text, rows[i].says), "wanted %s, got %s", rows[i].says, text);
        free(text);
        free(bytes);
    }
}

Test(onnx_requests, an_open_height_and_width_take_the_size_that_is_given)
{
    struct cg_onnx_builder *b = model_start(4, 8, 8);
    Onnx__TensorShapeProto *shape = b->graph.input[0]->type->tensor_type->shape;
    size_t size;
    for (int dim = 2; dim < 4; dim++) {
        shape->dim[dim]->value_case = ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_PARAM;
        shape->dim[dim]->dim_param = (char *)"side";
    }
    same_padding(b);
    unsigned char *bytes = model_end(b, "y", 13, &size);
    char *text = text_at(bytes, size, 0, 0, NULL);
    cr_expect(strstr(text, "the input's height is not fixed; say at which size"), "%s", text);
    free(text);
    text = text_at(bytes, size, 9, 6, NULL);
    cr_expect(strstr(text, "shape=1,5,3,4"), "%s", text);
    free(text);
    free(bytes);
}

/* ---- outputs ---- */

#define MOST_OUTPUTS 12

struct outputs {
    const char *names[MOST_OUTPUTS];
    int ranks[MOST_OUTPUTS];
    size_t n;
};

/* The same model with these outputs. */
static unsigned char *with_outputs(unsigned char *bytes, size_t *size, const struct outputs *outputs)
{
    struct value {
        Onnx__ValueInfoProto info;
        Onnx__TypeProto type;
        Onnx__TypeProto__Tensor tensor;
        Onnx__TensorShapeProto shape;
        Onnx__TensorShapeProto__Dimension dims[4], *list[4];
    } values[MOST_OUTPUTS];
    Onnx__ValueInfoProto *list[MOST_OUTPUTS];
    Onnx__ModelProto *model = onnx__model_proto__unpack(NULL, *size, bytes);
    cr_assert(model);
    for (size_t i = 0; i < outputs->n; i++) {
        struct value *v = &values[i];
        onnx__value_info_proto__init(&v->info);
        onnx__type_proto__init(&v->type);
        onnx__type_proto__tensor__init(&v->tensor);
        onnx__tensor_shape_proto__init(&v->shape);
        for (int dim = 0; dim < 4; dim++) {
            onnx__tensor_shape_proto__dimension__init(&v->dims[dim]);
            v->dims[dim].value_case = ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_VALUE;
            v->dims[dim].dim_value = dim < 2 ? 4 : 1;
            v->list[dim] = &v->dims[dim];
        }
        v->shape.n_dim = (size_t)outputs->ranks[i];
        v->shape.dim = v->list;
        v->tensor.shape = &v->shape;
        v->type.value_case = ONNX__TYPE_PROTO__VALUE_TENSOR_TYPE;
        v->type.tensor_type = &v->tensor;
        v->info.name = (char *)outputs->names[i];
        v->info.type = outputs->ranks[i] ? &v->type : NULL;
        list[i] = &v->info;
    }
    Onnx__ValueInfoProto **kept = model->graph->output;
    const size_t n_kept = model->graph->n_output;
    model->graph->output = list;
    model->graph->n_output = outputs->n;
    free(bytes);
    *size = onnx__model_proto__get_packed_size(model);
    bytes = malloc(*size);
    cr_assert(bytes);
    onnx__model_proto__pack(model, bytes);
    model->graph->output = kept;
    model->graph->n_output = n_kept;
    onnx__model_proto__free_unpacked(model, NULL);
    return bytes;
}

/* relu -> "map"; sigmoid -> "gate"; both pooled and flattened: "classes", "aux". */
static unsigned char *two_heads(const struct outputs *outputs, size_t *size)
{
    struct cg_onnx_builder *b = model_start(4, 8, 8);
    model_op(b, "Relu", "input", "map");
    model_op(b, "Sigmoid", "input", "gate");
    model_op(b, "GlobalAveragePool", "map", "p");
    model_op(b, "GlobalMaxPool", "gate", "q");
    model_op(b, "Flatten", "p", "classes");
    model_op(b, "Flatten", "q", "aux");
    unsigned char *bytes = model_end(b, "map", 13, size);
    return with_outputs(bytes, size, outputs);
}

Test(onnx_requests, one_of_several_outputs_is_taken)
{
    static const struct {
        struct outputs outputs;
        const char *asked, *says;
    } rows[] = {
        {{{"gate", "p"}, {3, 4}, 2}, NULL, "global_pool"}, /* [n, c, 1, 1] */
        {{{"map", "classes", "gate"}, {3, 2, 3}, 3}, NULL, "global_pool"},
        {{{"map", "classes"}, {3, 2}, 2}, "map", "act=relu"},
        {{{"map", "gate"}, {3, 3}, 2}, "gate", "act=sigmoid"},
        {{{"map"}, {0}, 1}, "map", "act=relu"},
        {{{"map", "gate"}, {3, 0}, 2},
         NULL,
         "unsupported: the graph has 2 outputs; name one behind a colon, as in NET.onnx:NAME: 'map', 'gate'"},
        {{{"map", "classes", "aux"}, {3, 2, 2}, 3}, NULL, "'map', 'classes', 'aux'"},
        {{{"map", "gate"}, {3, 3}, 2}, "ghost", "has no output 'ghost', but 'map', 'gate'"},
        {{{"map"}, {3}, 1}, "ghost", "has no output 'ghost', but 'map'"},
        {{{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"}, {3, 3, 3, 3, 3, 3, 3, 3, 3, 3}, 10},
         NULL,
         "'h' and 2 more"},
        {{{NULL}, {0}, 0}, NULL, "the graph has no output"},
        {{{NULL}, {0}, 0}, "map", "the graph has no output"},
        {{{""}, {2}, 1}, NULL, "nothing produces the output ''"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        size_t size;
        unsigned char *bytes = two_heads(&rows[i].outputs, &size);
        char *text = text_at(bytes, size, 0, 0, rows[i].asked);
        cr_expect(strstr(text, rows[i].says), "%zu: wanted %s, got %s", i, rows[i].says, text);
        free(text);
        free(bytes);
    }
}

/* ---- the order of nodes ---- */

Test(onnx_requests, nodes_are_read_in_the_order_in_which_they_depend)
{
    struct cg_onnx_builder *b = model_start(4, 8, 8), *sorted = model_start(4, 8, 8);
    size_t size, size_sorted;
    model_op(b, "Add", "c d", "y");
    model_op(b, "Sigmoid", "a", "d");
    model_op(b, "Relu", "a", "c");
    model_op(b, "HardSwish", "input", "a");
    model_op(sorted, "HardSwish", "input", "a");
    model_op(sorted, "Relu", "a", "c");
    model_op(sorted, "Sigmoid", "a", "d");
    model_op(sorted, "Add", "c d", "y");
    unsigned char *bytes = model_end(b, "y", 14, &size),
                  *bytes_sorted = model_end(sorted, "y", 14, &size_sorted);
    char *text = text_at(bytes, size, 0, 0, NULL), *wanted = text_at(bytes_sorted, size_sorted, 0, 0, NULL);
    cr_expect_str_eq(text, wanted);
    free(text), free(wanted), free(bytes), free(bytes_sorted);
}

/* A chain written from its end: as deep as there are nodes. */
Test(onnx_requests, a_long_chain_may_stand_backwards)
{
    enum { LENGTH = 10000 };
    struct cg_onnx_builder *b = model_start(1, 1, 1);
    size_t size;
    for (int i = LENGTH; i > 0; i--) {
        char in[16], out[16];
        snprintf(in, sizeof in, i > 1 ? "v%d" : "input", i - 1);
        snprintf(out, sizeof out, "v%d", i);
        model_op(b, "Sigmoid", in, out);
    }
    unsigned char *bytes = model_end(b, "v10000", 13, &size);
    char *text = text_at(bytes, size, 0, 0, NULL);
    cr_expect(strstr(text, "act in=9999"), "%.200s", text);
    free(text);
    free(bytes);
}

/* ---- what is said ---- */

Test(onnx_requests, names_that_a_terminal_would_obey_are_told_without_that)
{
    struct cg_onnx_builder *b = model_start(4, 8, 8);
    size_t size;
    model_op(b, "Soft\x1b[2J\n\rplus", "input", "y")->name = (char *)"a\x7f\tb";
    unsigned char *bytes = model_end(b, "y", 13, &size);
    char *text = text_at(bytes, size, 0, 0, NULL);
    cr_expect_str_eq(text, "unsupported: operators that are not read: Soft?[2J??plus ('a??b')");
    free(text);
    free(bytes);
}

/* ---- the words of a command ---- */

Test(onnx_requests, a_reference_names_output_and_size_and_a_batch_is_what_the_file_says)
{
    static const struct {
        const char *suffix;
        int batch;
        struct cg_shape input; /* n 0: refused */
        const char *name;
    } rows[] = {
        {":map", 0, {2, 8, 8, 4}, "net:map@8"},
        {":map", 1, {1, 8, 8, 4}, "net:map@8"},
        {":gate@8", 0, {2, 8, 8, 4}, "net:gate@8"},
        {":gate@9x6", 3, {3, 6, 9, 4}, "net:gate@9x6"},
        {":gate@x", 0, {0}, "has no output 'gate@x', but 'map', 'gate'"},
        {"@9", 0, {0}, "the graph has 2 outputs"},
        {":", 0, {0}, "what follows ':' is not the name of an output"},
    };
    static const struct outputs both = {{"map", "gate"}, {3, 3}, 2};
    char top[] = "/tmp/cg_requests_XXXXXX", path[64], ref[100];
    struct cg_error err = {0};
    struct cg_onnx_builder *b = model_start(4, 8, 8);
    size_t size;
    b->graph.input[0]->type->tensor_type->shape->dim[0]->dim_value = 2;
    model_op(b, "Relu", "input", "map");
    model_op(b, "Sigmoid", "input", "gate");
    unsigned char *bytes = with_outputs(model_end(b, "map", 13, &size), &size, &both);
    cr_assert(mkdtemp(top));
    snprintf(path, sizeof path, "%s/net.onnx", top);
    cr_assert_eq(cg_file_write(path, (const char *)bytes, size, false, &err), CG_OK, "%s", err.text);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        err = (struct cg_error){0};
        snprintf(ref, sizeof ref, "%s%s", path, rows[i].suffix);
        struct cg_network *network = cg_network_arg(ref, rows[i].batch, &err);
        if (!network || rows[i].input.n == 0) {
            cr_expect(!network && strstr(err.text, rows[i].name), "%s: %s", ref, err.text);
        } else {
            const struct cg_shape shape = network->graph->nodes[network->graph->input].shape;
            cr_expect(cg_shape_equal(shape, rows[i].input), "%s", ref);
            cr_expect_str_eq(network->name, rows[i].name);
        }
        cg_network_destroy(&network);
    }
    unlink(path);
    rmdir(top);
    free(bytes);
}
