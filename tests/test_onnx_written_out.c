/* Activations and layer normalisation that exporters write out in simpler operators, and maps made larger. */
#include "tests/onnx_models.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static void number(struct cg_onnx_builder *b, const char *name, double value)
{
    MODEL_FLOATS(b, name, (float)value, 1);
}

/* As PyTorch writes it. */
static void gelu(struct cg_onnx_builder *b)
{
    number(b, "root", sqrt(2));
    number(b, "one", 1);
    number(b, "half", 0.5);
    model_op(b, "Div", "input root", "d");
    model_op(b, "Erf", "d", "e");
    model_op(b, "Add", "e one", "a");
    model_op(b, "Mul", "input a", "m");
    model_op(b, "Mul", "m half", "y");
}

/* As TensorFlow does, of a sum that two read. */
static void gelu_of_a_sum(struct cg_onnx_builder *b)
{
    number(b, "root", sqrt(0.5));
    number(b, "one", 1);
    number(b, "half", 0.5);
    model_op(b, "Relu", "input", "r");
    model_op(b, "Add", "input r", "s");
    model_op(b, "Mul", "s root", "d");
    model_op(b, "Erf", "d", "e");
    model_op(b, "Add", "one e", "a");
    model_op(b, "Mul", "half s", "h");
    model_op(b, "Mul", "a h", "g");
    model_op(b, "Add", "g s", "y");
}

static void another_erf(struct cg_onnx_builder *b)
{
    number(b, "one", 1);
    model_op(b, "Erf", "input", "e");
    model_op(b, "Add", "e one", "a");
    model_op(b, "Mul", "input a", "y");
}

static void gelu_by_tanh(struct cg_onnx_builder *b)
{
    number(b, "three", 3);
    number(b, "share", 0.044715);
    number(b, "factor", sqrt(2 / 3.14159265358979));
    number(b, "one", 1);
    number(b, "half", 0.5);
    model_op(b, "Pow", "input three", "cube");
    model_op(b, "Mul", "cube share", "c");
    model_op(b, "Add", "input c", "s");
    model_op(b, "Mul", "s factor", "u");
    model_op(b, "Tanh", "u", "t");
    model_op(b, "Add", "t one", "a");
    model_op(b, "Mul", "input half", "h");
    model_op(b, "Mul", "h a", "y");
}

static void mish(struct cg_onnx_builder *b)
{
    model_op(b, "Softplus", "input", "s");
    model_op(b, "Tanh", "s", "t");
    model_op(b, "Mul", "input t", "y");
}

/* x - mean, and the mean of its squares plus 1/8; over the dimension `axis` of `map`. */
static void deviations(struct cg_onnx_builder *b, const char *map, int64_t axis)
{
    char inputs[32];
    cg_onnx_build_ints(b, model_op(b, "ReduceMean", map, "mean"), "axes", &axis, 1);
    strcpy(inputs, map);
    strcat(inputs, " mean");
    model_op(b, "Sub", inputs, "d");
    number(b, "two", 2);
    number(b, "epsilon", 0.125);
    model_op(b, "Pow", "d two", "squares");
    cg_onnx_build_ints(b, model_op(b, "ReduceMean", "squares", "variance"), "axes", &axis, 1);
    model_op(b, "Add", "variance epsilon", "v");
    model_op(b, "Sqrt", "v", "root");
}

static void layer_norm(struct cg_onnx_builder *b)
{
    deviations(b, "input", 1);
    MODEL_FLOATS(b, "scale", 1, 4, 1, 1);
    MODEL_FLOATS(b, "shift", 2, 4, 1, 1);
    model_op(b, "Div", "d root", "n");
    model_op(b, "Mul", "n scale", "m");
    model_op(b, "Add", "m shift", "y");
}

static void layer_norm_by_an_inverse_of_channels_last(struct cg_onnx_builder *b)
{
    cg_onnx_build_ints(b, model_op(b, "Transpose", "input", "last"), "perm", (const int64_t[]){0, 2, 3, 1},
                       4);
    deviations(b, "last", 3);
    model_op(b, "Reciprocal", "root", "inverse");
    model_op(b, "Mul", "inverse d", "n");
    cg_onnx_build_ints(b, model_op(b, "Transpose", "n", "y"), "perm", (const int64_t[]){0, 3, 1, 2}, 4);
}

/* As Keras does: x * f + (shift - mean * f). */
static void layer_norm_by_parts(struct cg_onnx_builder *b)
{
    deviations(b, "input", 1);
    MODEL_FLOATS(b, "scale", 1, 4, 1, 1);
    MODEL_FLOATS(b, "shift", 2, 4, 1, 1);
    model_op(b, "Reciprocal", "root", "inverse");
    model_op(b, "Mul", "inverse scale", "f");
    model_op(b, "Neg", "mean", "minus");
    model_op(b, "Mul", "minus f", "p");
    model_op(b, "Add", "p shift", "q");
    model_op(b, "Mul", "input f", "x");
    model_op(b, "Add", "x q", "y");
}

static void parts_of_two_scales(struct cg_onnx_builder *b)
{
    layer_norm_by_parts(b);
    MODEL_FLOATS(b, "other", 2, 4, 1, 1);
    model_op(b, "Mul", "inverse other", "g");
    Onnx__NodeProto **nodes = b->graph.node;
    nodes[b->graph.n_node - 3]->input[1] = (char *)"g"; /* input * g */
}

static void division_by_another_root(struct cg_onnx_builder *b)
{
    deviations(b, "input", 1);
    model_op(b, "Div", "input root", "q"); /* which is not centred */
    model_op(b, "Relu", "q", "y");
}

static void root_that_is_added(struct cg_onnx_builder *b)
{
    deviations(b, "input", 1);
    model_op(b, "Add", "input root", "y");
}

static void root_as_output(struct cg_onnx_builder *b)
{
    deviations(b, "input", 1);
    model_op(b, "Identity", "d", "z");
    b->graph.node[b->graph.n_node - 2]->output[0] = (char *)"y";
}

static void text(struct cg_onnx_builder *b, Onnx__NodeProto *node, const char *name, const char *value)
{
    cg_onnx_build_text(b, node, name, value);
}

static Onnx__NodeProto *resize(struct cg_onnx_builder *b, const char *position, const char *nearest)
{
    Onnx__NodeProto *node = model_op(b, "Resize", "input - - sizes", "y");
    text(b, node, "mode", "nearest");
    text(b, node, "coordinate_transformation_mode", position);
    text(b, node, "nearest_mode", nearest);
    return node;
}

static void nearest(struct cg_onnx_builder *b)
{
    MODEL_INTS(b, "sizes", 1, 4, 13, 10);
    resize(b, "asymmetric", "floor");
}

static void nearest_by_centres(struct cg_onnx_builder *b)
{
    MODEL_INTS(b, "sizes", 1, 4, 12, 15);
    resize(b, "half_pixel", "round_prefer_floor");
}

static void upsample(struct cg_onnx_builder *b)
{
    static const float two[] = {1, 1, 2, 3};
    const int64_t n = 4;
    cg_onnx_build_floats(b, "scales", &n, 1, two);
    model_op(b, "Upsample", "input scales", "y");
}

static void resize_to_its_own_size(struct cg_onnx_builder *b)
{
    MODEL_INTS(b, "sizes", 1, 4, 6, 5);
    resize(b, "asymmetric", "floor");
    b->graph.node[0]->output[0] = (char *)"same";
    model_op(b, "Relu", "same", "y");
}

static void nearest_by_other_rounding(struct cg_onnx_builder *b)
{
    MODEL_INTS(b, "sizes", 1, 4, 12, 10);
    resize(b, "asymmetric", "ceil");
}

static void resize_to_fewer(struct cg_onnx_builder *b)
{
    MODEL_INTS(b, "sizes", 1, 4, 3, 5);
    resize(b, "asymmetric", "floor");
}

/* As squeeze-and-excitation of one convolution over channels has it. */
static void expanded_gate(struct cg_onnx_builder *b)
{
    model_op(b, "GlobalAveragePool", "input", "p");
    model_op(b, "Sigmoid", "p", "s");
    model_op(b, "Shape", "input", "shape");
    model_op(b, "Expand", "s shape", "e");
    model_op(b, "Mul", "input e", "y");
}

static void expanded_channel(struct cg_onnx_builder *b)
{
    MODEL_INTS(b, "shape", 1, 4, 6, 5);
    cg_onnx_build_ints(b, model_op(b, "ReduceMean", "input", "m"), "axes", (const int64_t[]){1}, 1);
    model_op(b, "Expand", "m shape", "y");
}

static void expanded_images(struct cg_onnx_builder *b)
{
    MODEL_INTS(b, "shape", 2, 4, 6, 5);
    model_op(b, "Expand", "input shape", "y");
}

/* As PyTorch writes a view with other strides: elements of what is flattened, in the indices' dimensions. */
static void picked_in_four_dimensions(struct cg_onnx_builder *b)
{
    MODEL_INTS(b, "all", -1);
    MODEL_INTS(b, "order", 0, 1, 2, 3);
    MODEL_INTS(b, "dims", 1, 4, 1, 1);
    model_op(b, "GlobalAveragePool", "input", "p");
    model_op(b, "Reshape", "p all", "flat");
    model_op(b, "Reshape", "order dims", "indices");
    model_op(b, "Gather", "flat indices", "g");
    model_op(b, "Mul", "input g", "y");
}

static void smoothed(struct cg_onnx_builder *b)
{
    MODEL_INTS(b, "sizes", 1, 4, 12, 10);
    cg_onnx_build_int(b, resize(b, "asymmetric", "floor"), "antialias", 1);
}

static void linear(struct cg_onnx_builder *b)
{
    MODEL_INTS(b, "sizes", 1, 4, 12, 10);
    text(b, model_op(b, "Resize", "input - - sizes", "y"), "mode", "linear");
}

static void resize_of_channels(struct cg_onnx_builder *b)
{
    MODEL_INTS(b, "sizes", 1, 8, 12, 10);
    resize(b, "asymmetric", "floor");
}

static void constants_split_and_tiled(struct cg_onnx_builder *b)
{
    MODEL_FLOATS(b, "pair", 1, 4); /* 1, 1.125, 1.25, 1.375 */
    MODEL_INTS(b, "sizes", 1, 3);
    MODEL_INTS(b, "one", 1);
    MODEL_INTS(b, "four", 4);
    MODEL_INTS(b, "channels", 4, 1, 1);
    cg_onnx_build_int(b, model_op(b, "Split", "pair sizes", "first rest"), "axis", 0);
    model_op(b, "Tile", "first four", "scale");
    model_op(b, "Concat", "first rest", "shift");
    cg_onnx_build_int(b, b->graph.node[2], "axis", 0);
    model_op(b, "Reshape", "scale channels", "s");
    model_op(b, "Reshape", "shift channels", "t");
    model_op(b, "Relu", "input", "r");
    model_op(b, "Mul", "r s", "m");
    model_op(b, "Add", "m t", "y");
}

static const struct {
    const char *name;
    void (*write)(struct cg_onnx_builder *b);
    const char *wanted;
} rows[] = {
    {"gelu", gelu, "input shape=1,6,5,4\nact in=0 shape=1,6,5,4 act=gelu\n"},
    {"gelu of a sum", gelu_of_a_sum,
     "add in=0,1 shape=1,6,5,4\nact in=2 shape=1,6,5,4 act=gelu\nadd in=3,2 shape=1,6,5,4\n"},
    {"what is no gelu", another_erf, "act in=0 shape=1,6,5,4 act=erf\naffine in=1"},
    {"gelu by tanh", gelu_by_tanh, "input shape=1,6,5,4\nact in=0 shape=1,6,5,4 act=gelu_tanh\n"},
    {"mish", mish, "input shape=1,6,5,4\nact in=0 shape=1,6,5,4 act=mish\n"},
    {"layer norm", layer_norm, "input shape=1,6,5,4\nlayer_norm in=0 shape=1,6,5,4 epsilon=0.125 params="},
    {"layer norm of channels last", layer_norm_by_an_inverse_of_channels_last,
     "input shape=1,6,5,4\nlayer_norm in=0 shape=1,6,5,4 epsilon=0.125 params="},
    {"layer norm by parts", layer_norm_by_parts,
     "input shape=1,6,5,4\nlayer_norm in=0 shape=1,6,5,4 epsilon=0.125 params="},
    {"parts of two scales", parts_of_two_scales, "a division by a computed value that is not the deviation"},
    {"another root", division_by_another_root, "Relu: its input 0 is divided by a square root"},
    {"a root that is added", root_that_is_added, "unsupported: "},
    {"a root as output", root_as_output, "the output 'y' is a square root, or divided by one"},
    {"nearest", nearest, "input shape=1,6,5,4\nupsample in=0 shape=1,13,10,4\n"},
    {"nearest by centres", nearest_by_centres, "upsample in=0 shape=1,12,15,4\n"},
    {"Upsample", upsample, "upsample in=0 shape=1,12,15,4\n"},
    {"its own size", resize_to_its_own_size, "input shape=1,6,5,4\nact in=0 shape=1,6,5,4 act=relu\n"},
    {"other rounding", nearest_by_other_rounding, "Resize: 'asymmetric' and 'ceil' of 6 to 12"},
    {"fewer rows", resize_to_fewer, "Resize: 6 rows, columns or channels become 3; maps only become larger"},
    {"expanded gate", expanded_gate, "mul in=0,2 shape=1,6,5,4\n"},
    {"expanded channel", expanded_channel, "permute in=1 shape=1,6,5,4 index=0,0,0,0\n"},
    {"expanded images", expanded_images, "dimension 0 of 1 cannot become 2"},
    {"picked in four dimensions", picked_in_four_dimensions,
     "global_pool in=0 shape=1,1,1,4\nmul in=0,1 shape=1,6,5,4\n"},
    {"smoothed", smoothed, "Resize: aspect ratio '', or smoothed"},
    {"linear", linear, "Resize: mode 'linear'"},
    {"channels", resize_of_channels, "Resize: 'asymmetric' and 'floor' of 4 to 8"},
    {"constants split and tiled", constants_split_and_tiled, "affine in=1 shape=1,6,5,4 params=0\n"},
};

Test(onnx_written_out, becomes_the_nodes_that_it_stands_for)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct cg_onnx_builder *b = model_start(4, 6, 5);
        struct cg_weights *weights;
        size_t size;
        rows[i].write(b);
        unsigned char *bytes = model_end(b, "y", 13, &size);
        char *text_form = model_text(bytes, size, &weights);
        cr_expect(strstr(text_form, rows[i].wanted), "%s: wanted\n%s\ngot\n%s", rows[i].name, rows[i].wanted,
                  text_form);
        free(text_form);
        cg_weights_destroy(&weights);
    }
}

/* Those of the network's one node that has any. */
static const struct cg_params *only_params(const struct cg_weights *weights)
{
    const struct cg_params *only = NULL;
    for (int i = 0; i < weights->n_params; i++)
        only = weights->params[i].scale ? &weights->params[i] : only;
    cr_assert(only);
    return only;
}

static struct cg_weights *weights_of(void (*write)(struct cg_onnx_builder *b))
{
    struct cg_onnx_builder *b = model_start(4, 6, 5);
    struct cg_weights *weights;
    size_t size;
    write(b);
    unsigned char *bytes = model_end(b, "y", 13, &size);
    free(model_text(bytes, size, &weights));
    cr_assert(weights);
    return weights;
}

Test(onnx_written_out, parameters_are_those_of_the_file)
{
    static const struct {
        void (*write)(struct cg_onnx_builder *b);
        float scale, step, shift;
    } wanted[] = {{layer_norm, 1, 0.125f, 2},
                  {layer_norm_by_parts, 1, 0.125f, 2},
                  {constants_split_and_tiled, 1, 0, 1}};
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        struct cg_weights *weights = weights_of(wanted[i].write);
        const struct cg_params *params = only_params(weights);
        for (int c = 0; c < 4; c++) {
            cr_expect_eq(params->scale[c], wanted[i].scale + wanted[i].step * (float)c);
            cr_expect_eq(params->shift[c], wanted[i].shift + 0.125f * (float)c);
        }
        cg_weights_destroy(&weights);
    }
}
