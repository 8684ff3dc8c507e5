/* What gives an operator another meaning is refused, not passed over: a network read as another one is worse
 * than one that is not read. */
#include "tests/onnx_models.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static Onnx__NodeProto *norm(struct cg_onnx_builder *b, const char *outputs)
{
    MODEL_FLOATS(b, "v", 1.0f, 4);
    return model_op(b, "BatchNormalization", "input v v v v", outputs);
}

static void norm_with_statistics(struct cg_onnx_builder *b)
{
    norm(b, "y mean var");
}

static void norm_with_saved_statistics(struct cg_onnx_builder *b)
{
    norm(b, "y - - m v2");
}

static void norm_in_training(struct cg_onnx_builder *b)
{
    cg_onnx_build_int(b, norm(b, "y"), "training_mode", 1);
}

static void norm_not_in_test(struct cg_onnx_builder *b)
{
    cg_onnx_build_int(b, norm(b, "y"), "is_test", 0);
}

static void dropout_not_in_test(struct cg_onnx_builder *b)
{
    model_op(b, "Relu", "input", "r");
    cg_onnx_build_int(b, model_op(b, "Dropout", "r", "y"), "is_test", 0);
}

static Onnx__NodeProto *split(struct cg_onnx_builder *b, const char *inputs, const char *outputs)
{
    Onnx__NodeProto *node = model_op(b, "Split", inputs, outputs);
    cg_onnx_build_int(b, node, "axis", 1);
    model_op(b, "Relu", "first", "y");
    return node;
}

static void split_into_another_number(struct cg_onnx_builder *b)
{
    cg_onnx_build_int(b, split(b, "input", "first second"), "num_outputs", 3);
}

static void split_told_twice(struct cg_onnx_builder *b)
{
    MODEL_INTS(b, "sizes", 1, 3);
    cg_onnx_build_int(b, split(b, "input sizes", "first second"), "num_outputs", 2);
}

static void uneven_split(struct cg_onnx_builder *b)
{
    split(b, "input", "first second third");
}

static void shape_told_twice(struct cg_onnx_builder *b)
{
    MODEL_INTS(b, "shape", 1, 120);
    model_op(b, "Relu", "input", "r");
    cg_onnx_build_ints(b, model_op(b, "Reshape", "r shape", "y"), "shape", (const int64_t[]){1, 4, 30}, 3);
}

static void bound_told_twice(struct cg_onnx_builder *b)
{
    MODEL_FLOATS(b, "six", 6.0f, 1);
    MODEL_FLOATS(b, "zero", 0.0f, 1);
    cg_onnx_build_float(b, model_op(b, "Clip", "input zero six", "y"), "max", 3.0f);
}

static void fill_told_twice(struct cg_onnx_builder *b)
{
    MODEL_FLOATS(b, "zero", 0.0f, 1);
    MODEL_INTS(b, "pads", 0, 0, 1, 1, 0, 0, 1, 1);
    cg_onnx_build_float(b, model_op(b, "Pad", "input pads zero", "y"), "value", 3.0f);
}

static void list_that_is_a_number(struct cg_onnx_builder *b)
{
    model_op(b, "GlobalAveragePool", "input", "p");
    cg_onnx_build_int(b, model_op(b, "Squeeze", "p", "y"), "axes", 3);
}

static void attribute_twice(struct cg_onnx_builder *b)
{
    Onnx__NodeProto *node = model_op(b, "Flatten", "input", "f");
    cg_onnx_build_int(b, node, "axis", 1);
    cg_onnx_build_int(b, node, "axis", 2);
    model_op(b, "Relu", "f", "y");
}

static void attribute_of_a_function(struct cg_onnx_builder *b)
{
    Onnx__NodeProto *node = model_op(b, "Flatten", "input", "f");
    cg_onnx_build_int(b, node, "axis", 1);
    node->attribute[0]->ref_attr_name = (char *)"outer";
    model_op(b, "Relu", "f", "y");
}

static void axis_cut_twice(struct cg_onnx_builder *b)
{
    MODEL_INTS(b, "starts", 1, 0);
    MODEL_INTS(b, "ends", 3, 2);
    MODEL_INTS(b, "axes", 2, -2);
    model_op(b, "Slice", "input starts ends axes", "y");
}

static void axis_padded_twice(struct cg_onnx_builder *b)
{
    MODEL_INTS(b, "pads", 1, 2, 1, 2);
    MODEL_INTS(b, "axes", 2, -2);
    model_op(b, "Pad", "input pads - axes", "y");
}

static void set_auto_pad(struct cg_onnx_builder *b, Onnx__NodeProto *node, const char *mode)
{
    cg_onnx_build_int(b, node, "auto_pad", 0);
    Onnx__AttributeProto *a = node->attribute[node->n_attribute - 1];
    a->has_i = 0;
    a->type = ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__STRING;
    a->has_s = 1;
    a->s = (ProtobufCBinaryData){strlen(mode), (uint8_t *)mode};
}

static void pads_beside_auto_pad(struct cg_onnx_builder *b)
{
    Onnx__NodeProto *node = model_op(b, "MaxPool", "input", "y");
    cg_onnx_build_ints(b, node, "kernel_shape", (const int64_t[]){3, 3}, 2);
    cg_onnx_build_ints(b, node, "pads", (const int64_t[]){1, 1, 1, 1}, 4);
    set_auto_pad(b, node, "VALID");
}

static void pool_with_dilation_and_same(struct cg_onnx_builder *b)
{
    Onnx__NodeProto *node = model_op(b, "MaxPool", "input", "y");
    cg_onnx_build_ints(b, node, "kernel_shape", (const int64_t[]){3, 2}, 2);
    cg_onnx_build_ints(b, node, "dilations", (const int64_t[]){1, 2}, 2);
    set_auto_pad(b, node, "SAME_LOWER");
}

static void filling_that_is_no_tensor(struct cg_onnx_builder *b)
{
    MODEL_INTS(b, "dims", 4, 1, 1);
    cg_onnx_build_int(b, model_op(b, "ConstantOfShape", "dims", "c"), "value", 3);
    model_op(b, "Add", "input c", "y");
}

static void lists_joined_along_another_axis(struct cg_onnx_builder *b)
{
    MODEL_INTS(b, "half", 1, 4);
    cg_onnx_build_int(b, model_op(b, "Concat", "half half", "shape"), "axis", 1);
    model_op(b, "Reshape", "input shape", "y");
}

static void cast_that_cuts_off(struct cg_onnx_builder *b)
{
    MODEL_INTS(b, "shape", 1, (INT64_C(1) << 32) + 120);
    cg_onnx_build_int(b, model_op(b, "Cast", "shape", "s"), "to", ONNX__TENSOR_PROTO__DATA_TYPE__INT32);
    model_op(b, "Reshape", "input s", "y");
}

Test(onnx_meanings, what_changes_the_meaning_is_refused)
{
    static const struct {
        void (*write)(struct cg_onnx_builder *b);
        int opset;
        const char *says;
    } rows[] = {
        {norm_with_statistics, 9, "training mode"},
        {norm_with_saved_statistics, 13, "training mode"},
        {norm_with_statistics, 15, "training mode"},
        {norm_in_training, 14, "training mode"},
        {norm_not_in_test, 6, "training mode"},
        {dropout_not_in_test, 6, "training mode"},
        {split_into_another_number, 18, "its 2 outputs"},
        {split_told_twice, 18, "its 2 outputs, 2 sizes"},
        {uneven_split, 13, "3 outputs, 0 sizes and an extent of 4"},
        {shape_told_twice, 13, "its shape is given as an attribute and as input 1"},
        {bound_told_twice, 13, "its max is given as an attribute and as input 2"},
        {fill_told_twice, 13, "its value is given as an attribute and as input 2"},
        {list_that_is_a_number, 11, "'axes' is not a list of integers"},
        {attribute_twice, 13, "'axis' is given twice"},
        {attribute_of_a_function, 13, "'axis' refers to 'outer' of a function"},
        {axis_cut_twice, 13, "it cuts axis 2 twice"},
        {axis_padded_twice, 18, "it pads axis 2 twice"},
        {pads_beside_auto_pad, 13, "it has pads and auto_pad 'VALID'"},
        {pool_with_dilation_and_same, 13, "dilations with auto_pad SAME_LOWER"},
        {filling_that_is_no_tensor, 13, "its value is not a tensor"},
        {lists_joined_along_another_axis, 13, "axis 1 of a value of 1 dimensions"},
        {cast_that_cuts_off, 13, "does not fit the element type"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct cg_onnx_builder *b = model_start(4, 6, 5);
        struct cg_error err;
        size_t size;
        rows[i].write(b);
        unsigned char *bytes = model_end(b, "y", rows[i].opset, &size);
        cr_expect_neq(model_status(bytes, size, &err), CG_OK, "%s", rows[i].says);
        cr_expect(strstr(err.text, rows[i].says), "%zu: wanted \"%s\", got: %s", i, rows[i].says, err.text);
        free(bytes);
    }
}

/* What looks alike and keeps the meaning is read. */
Test(onnx_meanings, outputs_without_a_name_are_none)
{
    struct cg_onnx_builder *b = model_start(4, 6, 5);
    struct cg_error err;
    size_t size;
    cg_onnx_build_int(b, norm(b, "y -"), "is_test", 1);
    unsigned char *bytes = model_end(b, "y", 6, &size);
    cr_expect_eq(model_status(bytes, size, &err), CG_OK, "%s", err.text);
    free(bytes);
}

/* As writers of proto3 have it. */
Test(onnx_meanings, an_integer_that_is_left_out_is_zero)
{
    struct cg_onnx_builder *b = model_start(4, 6, 5);
    struct cg_weights *weights;
    size_t size;
    Onnx__NodeProto *node = model_op(b, "Flatten", "input", "f");
    cg_onnx_build_int(b, node, "axis", 0);
    node->attribute[0]->has_i = 0;
    MODEL_INTS(b, "map", 1, 4, 6, 5);
    model_op(b, "Reshape", "f map", "m");
    model_op(b, "Relu", "m", "y");
    unsigned char *bytes = model_end(b, "y", 13, &size);
    char *text = model_text(bytes, size, &weights);
    cr_expect(strstr(text, "act in=0"), "%s", text);
    free(text);
    cg_weights_destroy(&weights);
}

static char *text_of(Onnx__ModelProto *model)
{
    struct cg_weights *weights;
    const size_t size = onnx__model_proto__get_packed_size(model);
    unsigned char *bytes = malloc(size);
    cr_assert(bytes);
    onnx__model_proto__pack(model, bytes);
    char *text = model_text(bytes, size, &weights);
    cg_weights_destroy(&weights);
    return text;
}

Test(onnx_meanings, functions_and_operator_sets_may_not_be_ambiguous)
{
    struct cg_onnx_builder *b = model_start(4, 6, 5);
    size_t size;
    model_op(b, "Relu", "input", "y");
    unsigned char *bytes = model_end(b, "y", 13, &size);
    Onnx__ModelProto *model = onnx__model_proto__unpack(NULL, size, bytes);
    Onnx__OperatorSetIdProto other = ONNX__OPERATOR_SET_ID_PROTO__INIT, *own = model->opset_import[0];
    Onnx__OperatorSetIdProto *sets[] = {own, &other}, **kept = model->opset_import;
    Onnx__FunctionProto function = ONNX__FUNCTION_PROTO__INIT, *functions[] = {&function};
    other.domain = (char *)"ai.onnx";
    other.has_version = 1;
    other.version = 6;
    model->opset_import = sets;
    model->n_opset_import = 2;
    char *text = text_of(model);
    cr_expect(strstr(text, "of 2 operator sets at once"), "%s", text);
    free(text);
    model->opset_import = kept;
    model->n_opset_import = 1;
    function.name = (char *)"Relu";
    model->functions = functions;
    model->n_functions = 1;
    text = text_of(model);
    cr_expect(strstr(text, "gives 'Relu' another meaning"), "%s", text);
    free(text);
    model->functions = NULL;
    model->n_functions = 0;
    onnx__model_proto__free_unpacked(model, NULL);
    free(bytes);
}
