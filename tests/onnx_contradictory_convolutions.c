/* Convolutions with attributes that cannot be: strides, dilations, padding, kernels, groups. */
#include "tests/onnx_contradictions.h"

#include <string.h>

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

static void attribute_of_another_type(struct cg_onnx_builder *b)
{
    MODEL_FLOATS(b, "w", 0.0f, 4, 4, 1, 1);
    cg_onnx_build_float(b, model_op(b, "Conv", "input w", "y"), "group", 1.0f);
}

static const struct contradiction models[] = {
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
    {"attribute of another type", attribute_of_another_type, "group"},
};

const struct contradictions contradictory_convolutions = {models, sizeof models / sizeof models[0]};
