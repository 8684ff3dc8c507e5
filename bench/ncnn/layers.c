#include "bench/ncnn/readers.h"

#include <string.h>

#define B(id)  (1u << (id))
#define TO(id) (B((id) + 1) - 1) /* 0 to id */
#define MANY   65536
#define CONV   (TO(10) | B(11) | B(12) | B(13) | B(14) | B(15) | B(16) | B(18) | B(19))

static const struct cg_ncnn_type types[] = {
    {"Input", 0, 0, 1, TO(2) | B(11), cg_ncnn_read_input, 0},
    {"MemoryData", 0, 0, 1, TO(2) | B(11) | B(21), cg_ncnn_read_memory, 0},
    {"Convolution", 1, 1, 1, CONV & ~B(7), cg_ncnn_read_conv, 0},
    {"ConvolutionDepthWise", 1, 1, 1, CONV, cg_ncnn_read_conv, 0},
    {"InnerProduct", 1, 1, 1, TO(2) | B(8) | B(9) | B(10), cg_ncnn_read_inner_product, 0},
    {"Pooling", 1, 1, 1, TO(8) | B(11) | B(12) | B(13) | B(14) | B(15) | B(18), cg_ncnn_read_pooling, 0},
    {"Reduction", 1, 1, 1, TO(5), cg_ncnn_read_reduction, 0},
    {"Padding", 1, 1, 1, TO(8), cg_ncnn_read_padding, 0},
    {"Interp", 1, 1, 1, TO(6), cg_ncnn_read_interp, 0},
    {"PixelShuffle", 1, 1, 1, TO(1), cg_ncnn_read_pixel_shuffle, 0},
    {"BinaryOp", 1, 2, 1, TO(2), cg_ncnn_read_binary, 0},
    {"Eltwise", 2, MANY, 1, TO(1), cg_ncnn_read_eltwise, 0},
    {"UnaryOp", 1, 1, 1, B(0), cg_ncnn_read_unary, 0},
    {"Concat", 1, MANY, 1, B(0), cg_ncnn_read_concat, 0},
    {"Slice", 1, 1, MANY, TO(2), cg_ncnn_read_slice, 0},
    {"Crop", 1, 1, 1, TO(11) | B(13) | B(14) | B(15), cg_ncnn_read_crop, 0},
    {"ShuffleChannel", 1, 1, 1, TO(1), cg_ncnn_read_shuffle, 0},
    {"ReLU", 1, 1, 1, B(0), cg_ncnn_read_relu, 0},
    {"Clip", 1, 1, 1, TO(1), cg_ncnn_read_clip, 0},
    {"Sigmoid", 1, 1, 1, 0, cg_ncnn_read_plain_act, CG_ACT_SIGMOID},
    {"Swish", 1, 1, 1, 0, cg_ncnn_read_plain_act, CG_ACT_SWISH},
    {"Mish", 1, 1, 1, 0, cg_ncnn_read_plain_act, CG_ACT_MISH},
    {"TanH", 1, 1, 1, 0, cg_ncnn_read_plain_act, CG_ACT_TANH},
    {"Erf", 1, 1, 1, 0, cg_ncnn_read_plain_act, CG_ACT_ERF},
    {"Softplus", 1, 1, 1, 0, cg_ncnn_read_plain_act, CG_ACT_SOFTPLUS},
    {"HardSigmoid", 1, 1, 1, TO(1), cg_ncnn_read_line, CG_ACT_HARD_SIGMOID},
    {"HardSwish", 1, 1, 1, TO(1), cg_ncnn_read_line, CG_ACT_HARD_SWISH},
    {"ELU", 1, 1, 1, B(0), cg_ncnn_read_elu, 0},
    {"GELU", 1, 1, 1, B(0), cg_ncnn_read_gelu, 0},
    {"BatchNorm", 1, 1, 1, TO(1), cg_ncnn_read_batch_norm, 0},
    {"Scale", 1, 1, 1, TO(1), cg_ncnn_read_scale, 0},
    {"PReLU", 1, 1, 1, B(0), cg_ncnn_read_prelu, 0},
    {"LayerNorm", 1, 1, 1, TO(2), cg_ncnn_read_layer_norm, 0},
    {"GroupNorm", 1, 1, 1, TO(3), cg_ncnn_read_group_norm, 0},
    {"InstanceNorm", 1, 1, 1, TO(2), cg_ncnn_read_group_norm, 1},
    {"LRN", 1, 1, 1, TO(4), cg_ncnn_read_lrn, 0},
    {"Softmax", 1, 1, 1, TO(1), cg_ncnn_read_softmax, 0},
    {"Reshape", 1, 1, 1, TO(2) | B(11), cg_ncnn_read_reshape, 0},
    {"Flatten", 1, 1, 1, 0, cg_ncnn_read_flatten, 0},
    {"Permute", 1, 1, 1, B(0), cg_ncnn_read_permute, 0},
    {"Split", 1, 1, MANY, 0, cg_ncnn_read_split, 0},
    {"Dropout", 1, 1, 1, B(0), cg_ncnn_read_dropout, 0},
    {"Noop", 1, 1, 1, 0, cg_ncnn_read_same, 0},
};

const struct cg_ncnn_type *cg_ncnn_type_find(const char *name)
{
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (strcmp(types[i].name, name) == 0)
            return &types[i];
    return NULL;
}

/* Layers that networks contain and that the graph has no node for. */
static const struct {
    const char *name, *reason;
} known_to_be_refused[] = {
    {"Deconvolution", "maps become larger by repeated pixels only"},
    {"DeconvolutionDepthWise", "maps become larger by repeated pixels only"},
    {"PriorBox", "not a layer of a network; name a blob before it, as in NET.param:BLOB"},
    {"DetectionOutput", "not a layer of a network; name the blob before it, as in NET.param:BLOB"},
    {"YoloDetectionOutput", "not a layer of a network; name the blob before it, as in NET.param:BLOB"},
    {"Yolov3DetectionOutput", "not a layer of a network; name the blob before it, as in NET.param:BLOB"},
    {"Quantize", "computed in integers"},
    {"Dequantize", "computed in integers"},
    {"Requantize", "computed in integers"},
};

const char *cg_ncnn_refusal_of(const char *name)
{
    for (size_t i = 0; i < sizeof known_to_be_refused / sizeof known_to_be_refused[0]; i++)
        if (strcmp(known_to_be_refused[i].name, name) == 0)
            return known_to_be_refused[i].reason;
    return "";
}
