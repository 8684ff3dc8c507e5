/* Operators of other exporters become what they compute, one by one. */
#include "tests/onnx_models.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

static void write_relu6_by_max_and_min(struct cg_onnx_builder *b)
{
    MODEL_FLOATS(b, "zero", 0.0f, 1);
    MODEL_FLOATS(b, "six", 6.0f, 1, 1);
    model_op(b, "Max", "zero input", "r");
    model_op(b, "Min", "r six", "c");
    model_op(b, "Clip", "c", "y"); /* without bounds */
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
    {"relu6 by a maximum and a minimum", write_relu6_by_max_and_min,
     "input shape=1,6,5,4\nact in=0 shape=1,6,5,4 act=relu6\n"},
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

Test(onnx_operators, operators_become_what_they_compute)
{
    for (size_t i = 0; i < sizeof operators / sizeof operators[0]; i++) {
        struct cg_onnx_builder *b = model_start(4, 6, 5);
        size_t size;
        struct cg_weights *weights;
        operators[i].write(b);
        unsigned char *bytes = model_end(b, "y", 12, &size);
        char *text = model_text(bytes, size, &weights);
        cr_expect(strstr(text, operators[i].wanted), "%s: wanted\n%s\ngot\n%s", operators[i].name,
                  operators[i].wanted, text);
        free(text);
        cg_weights_destroy(&weights);
    }
}
