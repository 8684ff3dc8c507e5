/* Shapes, axes, ranges and windows that do not fit the values they are asked of. */
#include "tests/onnx_contradictions.h"

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

static const struct contradiction models[] = {
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
};

const struct contradictions contradictory_shapes = {models, sizeof models / sizeof models[0]};
