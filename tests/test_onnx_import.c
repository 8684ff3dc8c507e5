/* Files of other programs: what several operators together become, and what is not read. */
#include "tests/onnx_models.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static void expect_reads_as(struct cg_onnx_builder *b, const char *output, int opset, const char *wanted)
{
    size_t size;
    struct cg_weights *weights;
    unsigned char *bytes = model_end(b, output, opset, &size);
    char *text = model_text(bytes, size, &weights);
    cr_expect(strstr(text, wanted), "wanted\n%s\ngot\n%s", wanted, text);
    free(text);
    cg_weights_destroy(&weights);
}

Test(onnx_import, automatic_padding_is_resolved)
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

Test(onnx_import, a_norm_belongs_to_the_layer_that_it_alone_reads)
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

Test(onnx_import, norms_are_computed_in_double_precision)
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
    char *text = model_text(bytes, size, &weights);
    cr_assert(weights, "%s", text);
    cr_expect_float_eq(weights->params[0].scale[0], (float)(3.0 / sqrt(2.25)), 0);
    cr_expect_float_eq(weights->params[0].shift[0], (float)(-1.0 - 0.5 * 3.0 / sqrt(2.25)), 0);
    cr_expect_float_eq(weights->params[0].scale[1], (float)(3.125 / sqrt(2.375)), 0);
    cr_expect_float_eq(weights->params[0].shift[1], (float)(-0.875 - 0.625 * 3.125 / sqrt(2.375)), 0);
    free(text);
    cg_weights_destroy(&weights);
}

Test(onnx_import, shuffles_are_seen_through_computed_shapes)
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

Test(onnx_import, other_orders_of_channels_become_permutations)
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

Test(onnx_import, layers_over_flattened_maps_find_their_weights)
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
    char *text = model_text(bytes, size, &weights);
    cr_expect(strstr(text, "conv in=0 shape=1,1,1,1 kernel=2,3 "), "%s", text);
    cr_expect(strstr(text, " bias=1 params=0"), "%s", text);
    cr_assert(weights);
    for (int k = 0; k < 12; k++) /* weights stand in [h][w][c] as the features did */
        cr_expect_eq(weights->params[0].weight[k], 0.125f * (float)k);
    cr_expect_eq(weights->params[0].bias[0], 9.0f);
    free(text);
    cg_weights_destroy(&weights);
}

Test(onnx_import, all_operators_that_are_not_read_are_named_at_once)
{
    struct cg_onnx_builder *b = model_start(4, 6, 5);
    struct cg_weights *weights;
    size_t size;
    model_op(b, "Softsign", "input", "a");
    model_op(b, "Relu", "a", "b"); /* reads what is not known: not a fault of its own */
    model_op(b, "Hardmax", "input", "c");
    model_op(b, "Hardmax", "input", "d");
    cg_onnx_build_int(b, model_op(b, "Cast", "input", "e"), "to", ONNX__TENSOR_PROTO__DATA_TYPE__INT64);
    model_op(b, "Add", "b c", "f");
    model_op(b, "Add", "d e", "g");
    model_op(b, "Softmax", "input", "unused");
    model_op(b, "Add", "f g", "y");
    unsigned char *bytes = model_end(b, "y", 13, &size);
    char *text = model_text(bytes, size, &weights);
    cr_expect(strstr(text, "unsupported: "), "%s", text);
    cr_expect(strstr(text, "Softsign ('Softsign_0')"), "%s", text);
    cr_expect(strstr(text, "Hardmax (2 of them: 'Hardmax_2', 'Hardmax_3')"), "%s", text);
    cr_expect(strstr(text, "Cast: a map of elements other than floats"), "%s", text);
    cr_expect(!strstr(text, "Relu") && !strstr(text, "Softmax"), "%s", text);
    free(text);
}
