/* Channels that become pixels, windows along a line, and what position encodings and attention are made of:
 * the nodes that they become, or the reason why they are refused. Operator sets up to the newest. */
#include "tests/onnx_models.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static void depth_to_space(struct cg_onnx_builder *b)
{
    cg_onnx_build_int(b, model_op(b, "DepthToSpace", "input", "y"), "blocksize", 2);
}

/* Eight channels, of which "both" is made. */
static void join(struct cg_onnx_builder *b)
{
    cg_onnx_build_int(b, model_op(b, "Concat", "input input", "both"), "axis", 1);
}

static void depth_to_space_by_columns(struct cg_onnx_builder *b)
{
    join(b);
    Onnx__NodeProto *node = model_op(b, "DepthToSpace", "both", "y");
    cg_onnx_build_int(b, node, "blocksize", 2);
    cg_onnx_build_text(b, node, "mode", "CRD");
}

static void depth_to_space_of_too_few(struct cg_onnx_builder *b)
{
    cg_onnx_build_int(b, model_op(b, "DepthToSpace", "input", "y"), "blocksize", 3);
}

/* What is joined in `apart` dimensions, turned to `order`, as `back`. */
static void pixels_by_transpose(struct cg_onnx_builder *b, const int64_t *apart, const int64_t *order,
                                size_t n, const int64_t back[4])
{
    join(b);
    cg_onnx_build_integers(b, "apart", apart, n);
    cg_onnx_build_integers(b, "back", back, 4);
    model_op(b, "Reshape", "both apart", "a");
    cg_onnx_build_ints(b, model_op(b, "Transpose", "a", "t"), "perm", order, n);
    model_op(b, "Reshape", "t back", "p");
}

static void pixel_shuffle(struct cg_onnx_builder *b)
{
    static const int64_t apart[] = {1, 2, 2, 2, 6, 5}, order[] = {0, 1, 4, 2, 5, 3}, back[] = {1, 2, 12, 10};
    pixels_by_transpose(b, apart, order, 6, back);
    model_op(b, "Relu", "p", "y");
}

static void pixel_shuffle_as_output(struct cg_onnx_builder *b)
{
    static const int64_t apart[] = {1, 2, 2, 2, 6, 5}, order[] = {0, 3, 4, 1, 5, 2}, back[] = {1, 2, 12, 10};
    pixels_by_transpose(b, apart, order, 6, back);
    model_op(b, "Identity", "p", "y");
}

static void mean_of_a_pixel_shuffle(struct cg_onnx_builder *b)
{
    static const int64_t apart[] = {1, 4, 2, 6, 5}, order[] = {0, 1, 3, 4, 2}, back[] = {1, 4, 6, 10};
    pixels_by_transpose(b, apart, order, 5, back);
    model_op(b, "GlobalAveragePool", "p", "y");
}

/* A pool of 3 columns of [1, 4, 5], the map's first row. */
static void pool_of_a_line(struct cg_onnx_builder *b)
{
    MODEL_INTS(b, "start", 0);
    MODEL_INTS(b, "end", 1);
    MODEL_INTS(b, "axis", 2);
    model_op(b, "Slice", "input start end axis", "row");
    model_op(b, "Squeeze", "row axis", "line");
    Onnx__NodeProto *node = model_op(b, "MaxPool", "line", "y");
    cg_onnx_build_ints(b, node, "kernel_shape", (const int64_t[]){3}, 1);
    cg_onnx_build_ints(b, node, "strides", (const int64_t[]){2}, 1);
    cg_onnx_build_ints(b, node, "pads", (const int64_t[]){1, 0}, 2);
}

/* The windows are larger than the map by less than a stride: there is one, cut off. */
static void pool_beyond_the_map(struct cg_onnx_builder *b)
{
    Onnx__NodeProto *node = model_op(b, "MaxPool", "input", "y");
    cg_onnx_build_ints(b, node, "kernel_shape", (const int64_t[]){7, 6}, 2);
    cg_onnx_build_ints(b, node, "strides", (const int64_t[]){2, 2}, 2);
    cg_onnx_build_int(b, node, "ceil_mode", 1);
}

/* As coordinate attention has it. */
static void scaled_by_columns(struct cg_onnx_builder *b)
{
    cg_onnx_build_ints(b, model_op(b, "ReduceMax", "input", "m"), "axes", (const int64_t[]){2}, 1);
    model_op(b, "Mul", "input m", "y");
}

static void pixels_of_a_vector(struct cg_onnx_builder *b)
{
    MODEL_INTS(b, "dims", 1, 1, 2, 2);
    model_op(b, "GlobalAveragePool", "input", "p");
    model_op(b, "Reshape", "p dims", "y");
}

/* Rows counted in the file, made channels, added to the map. */
static void position_encoding(struct cg_onnx_builder *b)
{
    MODEL_FLOATS(b, "row", 1, 1, 1, 6, 1);
    MODEL_FLOATS(b, "w", 1, 4, 1, 1, 1);
    MODEL_INTS(b, "rows", 2);
    model_op(b, "CumSum", "row rows", "count");
    model_op(b, "Conv", "count w", "position");
    model_op(b, "Add", "input position", "y");
}

/* The channels in the order of sums of these integers. */
static void cumulated(struct cg_onnx_builder *b, const int64_t values[4], const char *option)
{
    cg_onnx_build_integers(b, "values", values, 4);
    MODEL_INTS(b, "axis", 0);
    Onnx__NodeProto *node = model_op(b, "CumSum", "values axis", "order");
    if (option)
        cg_onnx_build_int(b, node, option, 1);
    cg_onnx_build_int(b, model_op(b, "Gather", "input order", "g"), "axis", 1);
    model_op(b, "Relu", "g", "y");
}

static void sums_so_far(struct cg_onnx_builder *b)
{
    cumulated(b, (const int64_t[]){0, 1, 1, 1}, NULL);
}

static void sums_before(struct cg_onnx_builder *b)
{
    cumulated(b, (const int64_t[]){1, 1, 1, 5}, "exclusive");
}

static void sums_from_the_end(struct cg_onnx_builder *b)
{
    cumulated(b, (const int64_t[]){1, 1, 1, 0}, "reverse");
}

static void attention(struct cg_onnx_builder *b)
{
    MODEL_INTS(b, "dims", 1, 4, 30);
    model_op(b, "Reshape", "input dims", "q");
    cg_onnx_build_ints(b, model_op(b, "Transpose", "q", "k"), "perm", (const int64_t[]){0, 2, 1}, 3);
    model_op(b, "MatMul", "q k", "y");
}

static const struct {
    const char *name;
    void (*write)(struct cg_onnx_builder *b);
    const char *wanted;
} rows[] = {
    {"depth to space", depth_to_space, "input shape=1,6,5,4\ndepth_to_space in=0 shape=1,12,10,1\n"},
    {"depth to space by columns", depth_to_space_by_columns,
     "shuffle in=1 shape=1,6,5,8 groups=2\ndepth_to_space in=2 shape=1,12,10,2\n"},
    {"too few channels", depth_to_space_of_too_few, "4 channels do not make up blocks of 3x3 pixels"},
    {"pixel shuffle", pixel_shuffle,
     "permute in=2 shape=1,6,5,8 index=0,4,1,5,2,6,3,7\ndepth_to_space in=3 shape=1,12,10,2\n"},
    {"pixel shuffle as output", pixel_shuffle_as_output,
     "concat in=0,0 shape=1,6,5,8\ndepth_to_space in=1 shape=1,12,10,2\n"},
    {"mean of a pixel shuffle", mean_of_a_pixel_shuffle,
     "permute in=1 shape=1,6,5,8 index=0,2,4,6,1,3,5,7\ndepth_to_space in=2 shape=1,6,10,4\nglobal_pool in=3 "
     "shape=1,1,1,4\n"},
    {"pool of a line", pool_of_a_line,
     "max_pool in=1 shape=1,1,2,4 kernel=1,3 stride=1,2 pad=0,1,0,0 dilation=1,1\n"},
    {"pool beyond the map", pool_beyond_the_map,
     "max_pool in=0 shape=1,1,1,4 kernel=7,6 stride=2,2 pad=0,0,1,1"},
    {"scaled by columns", scaled_by_columns, "upsample in=1 shape=1,6,5,4\nmul in=0,2 shape=1,6,5,4\n"},
    {"pixels of a vector", pixels_of_a_vector,
     "global_pool in=0 shape=1,1,1,4\ndepth_to_space in=1 shape=1,2,2,1\n"},
    {"position encoding", position_encoding, "Conv: of a constant, as position encodings are made"},
    {"sums so far", sums_so_far, "act in=0 shape=1,6,5,4 act=relu\n"},
    {"sums before", sums_before, "act in=0 shape=1,6,5,4 act=relu\n"},
    {"sums from the end", sums_from_the_end, "permute in=0 shape=1,6,5,4 index=3,2,1,0\n"},
    {"attention", attention, "MatMul: of two computed values, as in attention"},
};

/* The text of the model that `write` makes of [1, 4, 6, 5] holds `wanted`. */
static void expect(const char *name, void (*write)(struct cg_onnx_builder *b), int opset, const char *wanted)
{
    struct cg_onnx_builder *b = model_start(4, 6, 5);
    struct cg_weights *weights;
    size_t size;
    write(b);
    unsigned char *bytes = model_end(b, "y", opset, &size);
    char *text = model_text(bytes, size, &weights);
    cr_expect(strstr(text, wanted), "%s: wanted\n%s\ngot\n%s", name, wanted, text);
    free(text);
    cg_weights_destroy(&weights);
}

Test(onnx_pixels, become_the_nodes_that_they_stand_for)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        expect(rows[i].name, rows[i].write, 13, rows[i].wanted);
}

/* Of what is read, sets 26 to 28 change nothing. */
static void of_many_operators(struct cg_onnx_builder *b)
{
    MODEL_FLOATS(b, "w", -1.0f, 8, 4, 3, 3);
    MODEL_FLOATS(b, "v", 1.0f, 8);
    model_op(b, "Conv", "input w", "c");
    model_op(b, "BatchNormalization", "c v v v v", "n");
    model_op(b, "Swish", "n", "s");
    cg_onnx_build_int(b, model_op(b, "DepthToSpace", "s", "d"), "blocksize", 2);
    model_op(b, "Gelu", "d", "g");
    model_op(b, "GlobalAveragePool", "g", "p");
    model_op(b, "Flatten", "p", "f");
    model_op(b, "Softmax", "f", "y");
}

Test(onnx_pixels, operator_sets_up_to_the_newest_are_read)
{
    for (int opset = 24; opset <= 28; opset++)
        expect(
            "a newer set", of_many_operators, opset,
            "norm=1 params=0\nact in=1 shape=1,4,3,8 act=swish alpha=1\ndepth_to_space in=2 shape=1,8,6,2\n"
            "act in=3 shape=1,8,6,2 act=gelu\nglobal_pool in=4 shape=1,1,1,2\nsoftmax in=5 shape=1,1,1,2\n");
    expect("one to come", of_many_operators, 29, "operator set 29; 6 to 28 are read");
}
