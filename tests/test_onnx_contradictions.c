/* ONNX models that are well-formed and contradict themselves or ask for the impossible: none is believed. */
#include "tests/onnx_models.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

struct hostile {
    const char *name;
    void (*write)(struct cg_onnx_builder *b); /* output "y" */
    const char *says;                         /* part of the refusal */
};

static Onnx__TensorProto *last_tensor(struct cg_onnx_builder *b)
{
    return b->graph.initializer[b->graph.n_initializer - 1];
}

static void conv_with(struct cg_onnx_builder *b, const char *attribute, int64_t first, int64_t second)
{
    MODEL_FLOATS(b, "w", 0.0f, 4, 4, 3, 3);
    Onnx__NodeProto *node = model_op(b, "Conv", "input w", "y");
    int64_t *values = cg_onnx_build_alloc(b, 4, sizeof *values);
    for (int i = 0; i < 4; i++)
        values[i] = i % 2 ? second : first;
    cg_onnx_build_ints(b, node, attribute, values, strcmp(attribute, "pads") == 0 ? 4 : 2);
}

static void stride_0(struct cg_onnx_builder *b)
{
    conv_with(b, "strides", 0, 1);
}

static void stride_below_0(struct cg_onnx_builder *b)
{
    conv_with(b, "strides", 1, -1);
}

static void dilation_huge(struct cg_onnx_builder *b)
{
    conv_with(b, "dilations", INT64_MAX, 1);
}

static void dilation_0(struct cg_onnx_builder *b)
{
    conv_with(b, "dilations", 1, 0);
}

static void pads_huge(struct cg_onnx_builder *b)
{
    conv_with(b, "pads", INT64_MAX, INT64_MAX);
}

static void pads_that_leave_nothing(struct cg_onnx_builder *b)
{
    conv_with(b, "pads", -5, 0);
}

static void kernel_of_another_shape(struct cg_onnx_builder *b)
{
    conv_with(b, "kernel_shape", 3, 5);
}

static void groups_of(struct cg_onnx_builder *b, int64_t groups)
{
    MODEL_FLOATS(b, "w", 0.0f, 4, 4, 1, 1);
    cg_onnx_build_int(b, model_op(b, "Conv", "input w", "y"), "group", groups);
}

static void groups_0(struct cg_onnx_builder *b)
{
    groups_of(b, 0);
}

static void groups_below_0(struct cg_onnx_builder *b)
{
    groups_of(b, INT64_MIN);
}

static void groups_huge(struct cg_onnx_builder *b)
{
    groups_of(b, INT64_C(1) << 62);
}

static void weight_dims(struct cg_onnx_builder *b, int64_t out, int64_t in)
{
    MODEL_FLOATS(b, "w", 0.0f, 1, 1, 1, 1);
    int64_t *dims = last_tensor(b)->dims;
    dims[0] = out;
    dims[1] = in;
    model_op(b, "Conv", "input w", "y");
}

static void weight_larger_than_its_data(struct cg_onnx_builder *b)
{
    weight_dims(b, 1000, 4);
}

static void weight_of_2_to_the_80(struct cg_onnx_builder *b)
{
    weight_dims(b, INT64_C(1) << 40, INT64_C(1) << 40);
}

static void weight_below_0(struct cg_onnx_builder *b)
{
    weight_dims(b, -4, 4);
}

static void weight_empty(struct cg_onnx_builder *b)
{
    weight_dims(b, 0, 4);
}

static void weight_type(struct cg_onnx_builder *b, int type)
{
    MODEL_FLOATS(b, "w", 0.0f, 4, 4, 1, 1);
    last_tensor(b)->data_type = type;
    model_op(b, "Conv", "input w", "y");
}

static void weight_of_strings(struct cg_onnx_builder *b)
{
    weight_type(b, ONNX__TENSOR_PROTO__DATA_TYPE__STRING);
}

static void weight_of_an_unknown_type(struct cg_onnx_builder *b)
{
    weight_type(b, 12345);
}

static void weight_of_halves(struct cg_onnx_builder *b)
{
    weight_type(b, ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT16);
}

static void weight_of_integers(struct cg_onnx_builder *b)
{
    MODEL_INTS(b, "w", 1, 2, 3, 4);
    model_op(b, "Conv", "input w", "y");
}

static void weight_in_another_file(struct cg_onnx_builder *b)
{
    static Onnx__StringStringEntryProto entry = ONNX__STRING_STRING_ENTRY_PROTO__INIT, *entries[] = {&entry};
    MODEL_FLOATS(b, "w", 0.0f, 4, 4, 1, 1);
    entry.key = (char *)"location";
    entry.value = (char *)"../../../etc/passwd";
    last_tensor(b)->n_external_data = 1;
    last_tensor(b)->external_data = entries;
    model_op(b, "Conv", "input w", "y");
}

static void weight_that_is_computed(struct cg_onnx_builder *b)
{
    model_op(b, "Conv", "input input", "y");
}

static void node_that_reads_itself(struct cg_onnx_builder *b)
{
    model_op(b, "Add", "input y", "y");
}

static void circle(struct cg_onnx_builder *b)
{
    model_op(b, "Add", "input b", "a");
    model_op(b, "Relu", "a", "b");
    model_op(b, "Relu", "b", "y");
}

static void two_that_produce_one(struct cg_onnx_builder *b)
{
    model_op(b, "Relu", "input", "y");
    model_op(b, "Sigmoid", "input", "y");
}

static void input_produced_again(struct cg_onnx_builder *b)
{
    model_op(b, "Relu", "input", "input");
    model_op(b, "Relu", "input", "y");
}

static void reads_what_nobody_produces(struct cg_onnx_builder *b)
{
    model_op(b, "Relu", "ghost", "y");
}

static void output_that_nobody_produces(struct cg_onnx_builder *b)
{
    model_op(b, "Relu", "input", "z");
}

static void output_is_the_input(struct cg_onnx_builder *b)
{
    model_op(b, "Identity", "input", "y");
}

static void no_inputs(struct cg_onnx_builder *b)
{
    model_op(b, "Add", "", "y");
}

static void second_input_left_out(struct cg_onnx_builder *b)
{
    model_op(b, "Sub", "input -", "y");
}

static void second_constant_left_out(struct cg_onnx_builder *b)
{
    MODEL_INTS(b, "k", 1, 120);
    model_op(b, "Add", "k -", "dims");
    model_op(b, "Reshape", "input dims", "y");
}

static void too_many_inputs(struct cg_onnx_builder *b)
{
    model_op(b, "Relu", "input input input", "y");
}

static void reshape_to(struct cg_onnx_builder *b, int64_t one, int64_t two)
{
    const int64_t dims[] = {one, two};
    cg_onnx_build_integers(b, "dims", dims, 2);
    model_op(b, "Reshape", "input dims", "y");
}

static void reshape_twice_unknown(struct cg_onnx_builder *b)
{
    reshape_to(b, -1, -1);
}

static void reshape_to_another_size(struct cg_onnx_builder *b)
{
    reshape_to(b, 7, 17);
}

static void reshape_to_too_much(struct cg_onnx_builder *b)
{
    reshape_to(b, INT64_C(1) << 40, INT64_C(1) << 40);
}

static void reshape_below_minus_1(struct cg_onnx_builder *b)
{
    reshape_to(b, -2, -60);
}

static void transpose_twice_the_same(struct cg_onnx_builder *b)
{
    cg_onnx_build_ints(b, model_op(b, "Transpose", "input", "y"), "perm", (const int64_t[]){0, 1, 1, 3}, 4);
}

static void transpose_too_far(struct cg_onnx_builder *b)
{
    cg_onnx_build_ints(b, model_op(b, "Transpose", "input", "y"), "perm", (const int64_t[]){0, 1, 2, 4}, 4);
}

static void concat_along_axis_9(struct cg_onnx_builder *b)
{
    cg_onnx_build_int(b, model_op(b, "Concat", "input input", "y"), "axis", 9);
}

static void concat_of_different_maps(struct cg_onnx_builder *b)
{
    cg_onnx_build_ints(b, model_op(b, "MaxPool", "input", "p"), "kernel_shape", (const int64_t[]){2, 2}, 2);
    cg_onnx_build_int(b, model_op(b, "Concat", "input p", "y"), "axis", 1);
}

static void split_of_other_sizes(struct cg_onnx_builder *b)
{
    MODEL_INTS(b, "sizes", 3, 3);
    cg_onnx_build_int(b, model_op(b, "Split", "input sizes", "y z"), "axis", 1);
}

static void split_below_0(struct cg_onnx_builder *b)
{
    MODEL_INTS(b, "sizes", 5, -1);
    cg_onnx_build_int(b, model_op(b, "Split", "input sizes", "y z"), "axis", 1);
}

static void slice_in_steps_of_0(struct cg_onnx_builder *b)
{
    MODEL_INTS(b, "from", 0);
    MODEL_INTS(b, "to", 3);
    MODEL_INTS(b, "axis", 1);
    model_op(b, "Slice", "input from to axis from", "y");
}

static void slice_of_nothing(struct cg_onnx_builder *b)
{
    MODEL_INTS(b, "from", 3);
    MODEL_INTS(b, "to", 1);
    MODEL_INTS(b, "axis", 1);
    model_op(b, "Slice", "input from to axis", "y");
}

static void gather_outside(struct cg_onnx_builder *b)
{
    MODEL_INTS(b, "index", 0, 4);
    cg_onnx_build_int(b, model_op(b, "Gather", "input index", "y"), "axis", 1);
}

static void pool_larger_than_the_map(struct cg_onnx_builder *b)
{
    cg_onnx_build_ints(b, model_op(b, "MaxPool", "input", "y"), "kernel_shape", (const int64_t[]){9, 9}, 2);
}

static void pool_of_0(struct cg_onnx_builder *b)
{
    cg_onnx_build_ints(b, model_op(b, "AveragePool", "input", "y"), "kernel_shape", (const int64_t[]){0, 2},
                       2);
}

static void pool_without_kernel(struct cg_onnx_builder *b)
{
    model_op(b, "MaxPool", "input", "y");
}

static void pad_to_terabytes(struct cg_onnx_builder *b)
{
    MODEL_INTS(b, "pads", 0, 0, 2000000000, 2000000000, 0, 0, 2000000000, 2000000000);
    model_op(b, "Pad", "input pads", "y");
}

static void constant_of_terabytes(struct cg_onnx_builder *b)
{
    MODEL_INTS(b, "dims", 30000, 30000);
    model_op(b, "ConstantOfShape", "dims", "k");
    model_op(b, "Add", "input k", "y");
}

static void norm_of_negative_variance(struct cg_onnx_builder *b)
{
    MODEL_FLOATS(b, "v", -3.0f, 4);
    model_op(b, "BatchNormalization", "input v v v v", "y");
}

static void norm_of_another_width(struct cg_onnx_builder *b)
{
    MODEL_FLOATS(b, "v", 1.0f, 5);
    model_op(b, "BatchNormalization", "input v v v v", "y");
}

static void attribute_of_another_type(struct cg_onnx_builder *b)
{
    MODEL_FLOATS(b, "w", 0.0f, 4, 4, 1, 1);
    cg_onnx_build_float(b, model_op(b, "Conv", "input w", "y"), "group", 1.0f);
}

static void loop(struct cg_onnx_builder *b)
{
    model_op(b, "Loop", "input", "y");
}

static const struct hostile models[] = {
    {"stride 0", stride_0, "stride"},
    {"stride -1", stride_below_0, "stride"},
    {"dilation 2^63 - 1", dilation_huge, "dilation"},
    {"dilation 0", dilation_0, "dilation"},
    {"padding of 2^63 - 1", pads_huge, "pad"},
    {"padding that leaves nothing", pads_that_leave_nothing, ""},
    {"kernel of another shape", kernel_of_another_shape, "kernel"},
    {"0 groups", groups_0, "groups"},
    {"-2^63 groups", groups_below_0, "groups"},
    {"2^62 groups", groups_huge, "groups"},
    {"weight larger than its data", weight_larger_than_its_data, "tensor 'w': 4000 elements are declared"},
    {"weight of 2^80 elements", weight_of_2_to_the_80, "2^31 elements or more"},
    {"weight of -4 channels", weight_below_0, "dimension 0 of a tensor is -4"},
    {"empty weight", weight_empty, "tensor 'w'"},
    {"weight of strings", weight_of_strings, "elements of type"},
    {"weight of an unknown type", weight_of_an_unknown_type, "12345"},
    {"weight of 16-bit floats", weight_of_halves, "FLOAT16"},
    {"weight of integers", weight_of_integers, "not of floats"},
    {"weight in another file", weight_in_another_file, "keeps its data in another file"},
    {"weight that is computed", weight_that_is_computed, "weight"},
    {"node that reads itself", node_that_reads_itself, "before that is produced"},
    {"circle", circle, "reads 'b' before that is produced"},
    {"one name, two producers", two_that_produce_one, "'y' is produced twice"},
    {"input produced again", input_produced_again, "'input' is produced twice"},
    {"unknown input", reads_what_nobody_produces, "reads 'ghost', which nothing produces"},
    {"unknown output", output_that_nobody_produces, "nothing produces the output 'y'"},
    {"output is the input", output_is_the_input, "does not depend on the input"},
    {"no inputs", no_inputs, "0 inputs"},
    {"second input left out", second_input_left_out, "its input 1 is missing"},
    {"second constant left out", second_constant_left_out, "its input 1 is missing"},
    {"too many inputs", too_many_inputs, "3 inputs"},
    {"two unknown dimensions", reshape_twice_unknown, ""},
    {"reshape to another size", reshape_to_another_size, ""},
    {"reshape to 2^80 elements", reshape_to_too_much, ""},
    {"reshape to -2", reshape_below_minus_1, ""},
    {"transpose of an axis twice", transpose_twice_the_same, "perm"},
    {"transpose of axis 4", transpose_too_far, "perm"},
    {"concat along axis 9", concat_along_axis_9, "axis 9 of a value of 4 dimensions"},
    {"concat of different maps", concat_of_different_maps, ""},
    {"split into 6 of 4 channels", split_of_other_sizes, ""},
    {"split into -1", split_below_0, ""},
    {"slice in steps of 0", slice_in_steps_of_0, "step"},
    {"slice of nothing", slice_of_nothing, ""},
    {"gather of channel 4 of 4", gather_outside, ""},
    {"pool larger than the map", pool_larger_than_the_map, ""},
    {"pool of 0", pool_of_0, "kernel"},
    {"pool without kernel", pool_without_kernel, "kernel"},
    {"pad to 10^19 pixels", pad_to_terabytes, "pads"},
    {"constant of 3.6 GB", constant_of_terabytes, "more memory than its size allows"},
    {"negative variance", norm_of_negative_variance, "variance + epsilon is -2.9"},
    {"norm of another width", norm_of_another_width, ""},
    {"attribute of another type", attribute_of_another_type, "group"},
    {"operator with a graph inside", loop, "Loop"},
};

Test(onnx_contradictions, models_that_cannot_be_are_refused)
{
    for (size_t i = 0; i < sizeof models / sizeof models[0]; i++) {
        struct cg_onnx_builder *b = model_start(4, 6, 5);
        struct cg_error err;
        size_t size;
        models[i].write(b);
        unsigned char *bytes = model_end(b, "y", 13, &size);
        const enum cg_status status = model_status(bytes, size, &err);
        cr_expect(status == CG_INVALID || status == CG_UNSUPPORTED, "%s: %s %s", models[i].name,
                  cg_status_name(status), err.text);
        cr_expect(strstr(err.text, models[i].says), "%s: wanted \"%s\", got: %s", models[i].name,
                  models[i].says, err.text);
        free(bytes);
    }
}
