#include "bench/onnx/arguments.h"
#include "bench/onnx/readers.h"

#include <string.h>

#define MANY 65536

#define BROADCAST            "axis broadcast" /* before operator set 7 */
#define REDUCTION_ATTRIBUTES "axes keepdims noop_with_empty_axes"
#define RESIZE_ATTRIBUTES                                                                                    \
    "antialias axes coordinate_transformation_mode cubic_coeff_a exclude_outside extrapolation_value "       \
    "keep_aspect_ratio_policy mode nearest_mode"
#define POOL_ATTRIBUTES "auto_pad ceil_mode dilations kernel_shape pads strides "

static const struct cg_onnx_operator operators[] = {
    {"Conv", 2, 3, "auto_pad dilations group kernel_shape pads strides", cg_onnx_read_conv, NULL, 0},
    {"BatchNormalization", 5, 5, "epsilon is_test momentum spatial training_mode", cg_onnx_read_batch_norm,
     cg_onnx_fold_batch_norm, 0},
    {"Gemm", 2, 3, "alpha beta broadcast transA transB", cg_onnx_read_gemm, NULL, 0},
    {"MatMul", 2, 2, "", cg_onnx_read_matmul, NULL, 0},
    {"MaxPool", 1, 1, POOL_ATTRIBUTES "storage_order", cg_onnx_read_max_pool, NULL, 0},
    {"AveragePool", 1, 1, POOL_ATTRIBUTES "count_include_pad", cg_onnx_read_average_pool, NULL, 0},
    {"GlobalAveragePool", 1, 1, "", cg_onnx_read_global_average_pool, NULL, 0},
    {"GlobalMaxPool", 1, 1, "", cg_onnx_read_global_max_pool, NULL, 0},
    {"ReduceMean", 1, 2, REDUCTION_ATTRIBUTES, cg_onnx_read_reduce, cg_onnx_fold_reduce, 'm'},
    {"ReduceSum", 1, 2, REDUCTION_ATTRIBUTES, cg_onnx_read_reduce, cg_onnx_fold_reduce, '+'},
    {"ReduceProd", 1, 2, REDUCTION_ATTRIBUTES, NULL, cg_onnx_fold_reduce, '*'},
    {"ReduceMin", 1, 2, REDUCTION_ATTRIBUTES, NULL, cg_onnx_fold_reduce, '<'},
    {"ReduceMax", 1, 2, REDUCTION_ATTRIBUTES, cg_onnx_read_reduce, cg_onnx_fold_reduce, '>'},
    {"Pad", 1, 4, "mode pads value", cg_onnx_read_pad, NULL, 0},
    {"Relu", 1, 1, "", cg_onnx_read_act, NULL, CG_ACT_RELU},
    {"Sigmoid", 1, 1, "", cg_onnx_read_act, NULL, CG_ACT_SIGMOID},
    {"HardSwish", 1, 1, "", cg_onnx_read_act, NULL, CG_ACT_HARD_SWISH},
    {"Mish", 1, 1, "", cg_onnx_read_act, NULL, CG_ACT_MISH},
    {"Tanh", 1, 1, "", cg_onnx_read_act, cg_onnx_fold_arithmetic, CG_ACT_TANH},
    {"Erf", 1, 1, "", cg_onnx_read_act, cg_onnx_fold_arithmetic, CG_ACT_ERF},
    {"Softplus", 1, 1, "", cg_onnx_read_act, NULL, CG_ACT_SOFTPLUS},
    {"Swish", 1, 1, "alpha", cg_onnx_read_alpha_act, NULL, CG_ACT_SWISH},
    {"LeakyRelu", 1, 1, "alpha", cg_onnx_read_alpha_act, NULL, CG_ACT_LEAKY_RELU},
    {"Elu", 1, 1, "alpha", cg_onnx_read_alpha_act, NULL, CG_ACT_ELU},
    {"Gelu", 1, 1, "approximate", cg_onnx_read_gelu, NULL, 0},
    {"PRelu", 2, 2, "", cg_onnx_read_prelu, NULL, 0},
    {"LayerNormalization", 2, 3, "axis epsilon stash_type", cg_onnx_read_layer_norm, NULL, 0},
    {"InstanceNormalization", 3, 3, "epsilon", cg_onnx_read_instance_norm, NULL, 0},
    {"GroupNormalization", 3, 3, "epsilon num_groups stash_type", cg_onnx_read_group_norm, NULL, 0},
    {"LRN", 1, 1, "alpha beta bias size", cg_onnx_read_lrn, NULL, 0},
    {"Softmax", 1, 1, "axis", cg_onnx_read_softmax, NULL, false},
    {"LogSoftmax", 1, 1, "axis", cg_onnx_read_softmax, NULL, true},
    {"HardSigmoid", 1, 1, "alpha beta", cg_onnx_read_hard_sigmoid, NULL, 0},
    {"Clip", 1, 3, "max min", cg_onnx_read_clip, cg_onnx_fold_clip, 0},
    {"Min", 1, MANY, "", cg_onnx_read_min_max, cg_onnx_fold_arithmetic, '<'},
    {"Max", 1, MANY, "", cg_onnx_read_min_max, cg_onnx_fold_arithmetic, '>'},
    {"Add", 2, 2, BROADCAST, cg_onnx_read_add, cg_onnx_fold_arithmetic, '+'},
    {"Sub", 2, 2, BROADCAST, cg_onnx_read_sub, cg_onnx_fold_arithmetic, '-'},
    {"Mul", 2, 2, BROADCAST, cg_onnx_read_mul, cg_onnx_fold_arithmetic, '*'},
    {"Div", 2, 2, BROADCAST, cg_onnx_read_div, cg_onnx_fold_arithmetic, '/'},
    {"Sum", 1, MANY, "", cg_onnx_read_sum, cg_onnx_fold_arithmetic, '+'},
    {"Mean", 1, MANY, "", cg_onnx_read_sum, NULL, 'm'},
    {"Concat", 1, MANY, "axis", cg_onnx_read_concat, cg_onnx_fold_concat, 0},
    {"Split", 1, 2, "axis num_outputs split", cg_onnx_read_split, cg_onnx_fold_split, 0},
    {"Slice", 1, 5, "axes ends starts", cg_onnx_read_slice, cg_onnx_fold_slice, 0},
    {"Gather", 2, 2, "axis", cg_onnx_read_gather, cg_onnx_fold_gather, 0},
    {"Resize", 1, 4, RESIZE_ATTRIBUTES, cg_onnx_read_resize, NULL, false},
    {"Upsample", 2, 2, "mode", cg_onnx_read_resize, NULL, true},
    {"SpaceToDepth", 1, 1, "blocksize", cg_onnx_read_space_to_depth, NULL, 0},
    {"DepthToSpace", 1, 1, "blocksize mode", cg_onnx_read_depth_to_space, NULL, 0},
    {"Reshape", 1, 2, "allowzero shape", cg_onnx_read_reshape, cg_onnx_fold_reshape, CG_ONNX_RESHAPE},
    {"Flatten", 1, 1, "axis", cg_onnx_read_reshape, cg_onnx_fold_reshape, CG_ONNX_FLATTEN},
    {"Squeeze", 1, 2, "axes", cg_onnx_read_reshape, cg_onnx_fold_reshape, CG_ONNX_SQUEEZE},
    {"Unsqueeze", 1, 2, "axes", cg_onnx_read_reshape, cg_onnx_fold_reshape, CG_ONNX_UNSQUEEZE},
    {"Transpose", 1, 1, "perm", cg_onnx_read_transpose, cg_onnx_fold_transpose, 0},
    {"QuantizeLinear", 2, 3, "axis block_size output_dtype precision saturate", cg_onnx_refuse_quantised,
     cg_onnx_fold_quantize, 0},
    {"DequantizeLinear", 2, 3, "axis block_size output_dtype", cg_onnx_refuse_quantised,
     cg_onnx_fold_dequantize, 0},
    {"Where", 3, 3, "", NULL, cg_onnx_fold_where, 0},
    {"Range", 3, 3, "", NULL, cg_onnx_fold_range, 0},
    {"Tile", 2, 2, "", NULL, cg_onnx_fold_tile, 0},
    {"Expand", 2, 2, "", cg_onnx_read_expand, cg_onnx_fold_expand, 0},
    {"Pow", 2, 2, "", cg_onnx_read_pow, cg_onnx_fold_arithmetic, '^'},
    {"Equal", 2, 2, "", NULL, cg_onnx_fold_arithmetic, '='},
    {"Less", 2, 2, "", NULL, cg_onnx_fold_arithmetic, 'l'},
    {"Greater", 2, 2, "", NULL, cg_onnx_fold_arithmetic, 'g'},
    {"LessOrEqual", 2, 2, "", NULL, cg_onnx_fold_arithmetic, 'L'},
    {"GreaterOrEqual", 2, 2, "", NULL, cg_onnx_fold_arithmetic, 'G'},
    {"And", 2, 2, "", NULL, cg_onnx_fold_arithmetic, '&'},
    {"Or", 2, 2, "", NULL, cg_onnx_fold_arithmetic, '|'},
    {"Not", 1, 1, "", NULL, cg_onnx_fold_arithmetic, '!'},
    {"Neg", 1, 1, "", cg_onnx_read_neg, cg_onnx_fold_arithmetic, 'n'},
    {"Abs", 1, 1, "", NULL, cg_onnx_fold_arithmetic, 'a'},
    {"Ceil", 1, 1, "", NULL, cg_onnx_fold_arithmetic, 'c'},
    {"Floor", 1, 1, "", NULL, cg_onnx_fold_arithmetic, 'f'},
    {"Round", 1, 1, "", NULL, cg_onnx_fold_arithmetic, 'r'},
    {"Sqrt", 1, 1, "", cg_onnx_read_sqrt, cg_onnx_fold_arithmetic, 's'},
    {"Exp", 1, 1, "", NULL, cg_onnx_fold_arithmetic, 'e'},
    {"Log", 1, 1, "", NULL, cg_onnx_fold_arithmetic, 'o'},
    {"Reciprocal", 1, 1, "", cg_onnx_read_reciprocal, cg_onnx_fold_arithmetic, 'i'},
    {"CumSum", 2, 2, "exclusive reverse", NULL, cg_onnx_fold_cumulate, 0},
    {"Sin", 1, 1, "", NULL, cg_onnx_fold_arithmetic, 'S'},
    {"Cos", 1, 1, "", NULL, cg_onnx_fold_arithmetic, 'C'},
    {"Sign", 1, 1, "", NULL, cg_onnx_fold_arithmetic, 'z'},
    {"Mod", 2, 2, "fmod", NULL, cg_onnx_fold_arithmetic, '%'},
    {"Identity", 1, 1, "", cg_onnx_read_same, cg_onnx_fold_same, 0},
    {"Dropout", 1, 3, "is_test ratio seed", cg_onnx_read_dropout, cg_onnx_fold_same, 0},
    {"Cast", 1, 1, "saturate to", cg_onnx_read_cast, cg_onnx_fold_cast, 0},
    {"Shape", 1, 1, "end start", cg_onnx_read_shape, cg_onnx_fold_shape, 0},
    {"Constant", 0, 0, "sparse_value value value_float value_floats value_int value_ints", NULL,
     cg_onnx_fold_constant, 0},
    {"ConstantOfShape", 1, 1, "value", NULL, cg_onnx_fold_constant_of_shape, 0},
};

const struct cg_onnx_operator *cg_onnx_operator_find(const char *name)
{
    for (size_t i = 0; i < sizeof operators / sizeof operators[0]; i++)
        if (strcmp(operators[i].name, name) == 0)
            return &operators[i];
    return NULL;
}

/* Operators that networks contain and that the graph has no node for. */
static const struct {
    const char *name, *reason;
} known_to_be_refused[] = {
    {"ConvTranspose", "maps become larger by repeated or shuffled pixels only"},
    {"QLinearConv", "computed in integers; export the model before it is quantised"},
    {"QLinearMatMul", "computed in integers; export the model before it is quantised"},
    {"ConvInteger", "computed in integers; export the model before it is quantised"},
    {"MatMulInteger", "computed in integers; export the model before it is quantised"},
    {"DynamicQuantizeLinear", "computed in integers; export the model before it is quantised"},
    {"If", "branches; export the model in eval mode with a fixed size"},
    {"Loop", "loops; export the model in eval mode with a fixed size"},
    {"Scan", "loops; export the model in eval mode with a fixed size"},
};

const char *cg_onnx_refusal_of(const char *name)
{
    for (size_t i = 0; i < sizeof known_to_be_refused / sizeof known_to_be_refused[0]; i++)
        if (strcmp(known_to_be_refused[i].name, name) == 0)
            return known_to_be_refused[i].reason;
    return "";
}
