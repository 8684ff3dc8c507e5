/* Weights and norms' parameters of a size, a type or a value that cannot be. */
#include "tests/onnx_contradictions.h"

static Onnx__TensorProto *last_tensor(struct cg_onnx_builder *b)
{
    return b->graph.initializer[b->graph.n_initializer - 1];
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

static const struct contradiction models[] = {
    {"weight larger than its data", weight_larger_than_its_data, "tensor 'w': 4000 elements are declared"},
    {"weight of 2^80 elements", weight_of_2_to_the_80, "2^31 elements or more"},
    {"weight of -4 channels", weight_below_0, "dimension 0 of a tensor is -4"},
    {"empty weight", weight_empty, "tensor 'w'"},
    {"weight of strings", weight_of_strings, "elements of type"},
    {"weight of an unknown type", weight_of_an_unknown_type, "12345"},
    {"weight of 16-bit floats", weight_of_halves, "16 elements are declared, but there are 64 bytes"},
    {"weight of integers", weight_of_integers, "not of floats"},
    {"weight in another file", weight_in_another_file, "are inside and in"},
    {"weight that is computed", weight_that_is_computed, "weight"},
    {"negative variance", norm_of_negative_variance, "variance + epsilon is -2.9"},
    {"norm of another width", norm_of_another_width, ""},
};

const struct contradictions contradictory_weights = {models, sizeof models / sizeof models[0]};
