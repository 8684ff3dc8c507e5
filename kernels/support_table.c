#include "kernels/support_table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Kernel, stride, pads (all four alike), dilation. */
#define SQUARE(k, s, p, d)                                                                                   \
    {                                                                                                        \
        k, k, s, s, p, p, p, p, d, d                                                                         \
    }
#define SAME                                                                                                 \
    {                                                                                                        \
        3, 3, 2, 2, 0, 0, 1, 1, 1, 1                                                                         \
    } /* as frameworks pad to 'same' at stride 2 */

/* What the node is called beside its kind, its input map, its kind, the fields that matter; 1x1 windows, one
 * group where nothing is said. */
#define ROW(text, size, channels, kind, ...)                                                                 \
    {                                                                                                        \
        .variant = text, .input = {1, size, size, channels}, .node = {.op = kind, __VA_ARGS__ }              \
    }
#define JOIN(text, kind, from, activation)                                                                   \
    {                                                                                                        \
        .variant = text, .input = {1, 7, 7, 19}, .inputs = from, .node = {.op = kind, .act = activation }    \
    }
#define CONV(text, channels, out, g, ...)                                                                    \
    ROW(text, 9, channels, CG_CONV, .shape.c = out, .groups = g, .bias = true, .window = __VA_ARGS__)
#define CONV_ACT(text, activation)   ROW(text, 9, 16, CG_CONV, .shape.c = 24, .norm = true, .act = activation)
#define FC(text, ...)                ROW(text, 1, 70, CG_FC, .shape.c = 45, __VA_ARGS__)
#define POOL(text, kind, count, ...) ROW(text, 9, 21, kind, .count_padding = count, .window = __VA_ARGS__)
#define SPLIT(text, channels, first, count)                                                                  \
    ROW(text, 7, channels, CG_SPLIT, .offset = first, .shape.c = count)
#define PERMUTE(text, how, count)                                                                            \
    {                                                                                                        \
        .variant = text, .input = {1, 7, 7, 18}, .node = {.op = CG_PERMUTE, .shape.c = count},               \
        .permute = how                                                                                       \
    }
#define PAD(text, top, left, bottom, right)                                                                  \
    ROW(text, 7, 10, CG_PAD, .window = {1, 1, 1, 1, top, left, bottom, right, 1, 1})

const struct cg_sample cg_samples[] = {
    CONV("1x1", 17, 33, 1, SQUARE(1, 1, 0, 1)),
    CONV("1x1 stride 2", 17, 33, 1, SQUARE(1, 2, 0, 1)),
    CONV("3x3", 16, 32, 1, SQUARE(3, 1, 1, 1)),
    CONV("3x3 stride 2, 3 channels", 3, 24, 1, SQUARE(3, 2, 1, 1)),
    CONV("3x3 padded as 'same' (0,0,1,1)", 8, 12, 1, SAME),
    CONV("1x7", 10, 14, 1, {1, 7, 1, 1, 0, 3, 0, 3, 1, 1}),
    CONV("7x1", 10, 14, 1, {7, 1, 1, 1, 3, 0, 3, 0, 1, 1}),
    CONV("3x3 dilated by 2", 16, 16, 1, SQUARE(3, 1, 2, 2)),
    CONV("1x1 in 3 groups", 24, 48, 3, SQUARE(1, 1, 0, 1)),
    CONV("1x1 in 3 groups of odd size", 15, 21, 3, SQUARE(1, 1, 0, 1)),
    CONV("3x3 in 4 groups", 32, 32, 4, SQUARE(3, 1, 1, 1)),
    CONV("depthwise 3x3", 21, 21, 21, SQUARE(3, 1, 1, 1)),
    CONV("depthwise 3x3 stride 2", 32, 32, 32, SQUARE(3, 2, 1, 1)),
    CONV("depthwise 5x5", 24, 24, 24, SQUARE(5, 1, 2, 1)),
    CONV("depthwise 7x7", 16, 16, 16, SQUARE(7, 1, 3, 1)),
    CONV("depthwise 13x13", 16, 16, 16, SQUARE(13, 1, 6, 1)),
    CONV("depthwise 31x31", 16, 16, 16, SQUARE(31, 1, 15, 1)),
    CONV("depthwise 1x11", 16, 16, 16, {1, 11, 1, 1, 0, 5, 0, 5, 1, 1}),
    CONV("depthwise 3x3 dilated by 2", 16, 16, 16, SQUARE(3, 1, 2, 2)),
    CONV("depthwise 3x3 padded as 'same'", 20, 20, 20, SAME),
    CONV("depthwise 3x3, multiplier 2", 12, 24, 12, SQUARE(3, 1, 1, 1)),
    CONV_ACT("1x1 norm relu", CG_ACT_RELU),
    CONV_ACT("1x1 norm relu6", CG_ACT_RELU6),
    CONV_ACT("1x1 norm sigmoid", CG_ACT_SIGMOID),
    CONV_ACT("1x1 norm hard_sigmoid", CG_ACT_HARD_SIGMOID),
    CONV_ACT("1x1 norm hard_swish", CG_ACT_HARD_SWISH),
    FC("", .bias = true),
    FC("relu, norm", .act = CG_ACT_RELU, .norm = true),
    FC("hard_sigmoid", .act = CG_ACT_HARD_SIGMOID, .bias = true),
    POOL("3x3 stride 2", CG_MAX_POOL, false, SQUARE(3, 2, 1, 1)),
    POOL("2x2 stride 2", CG_MAX_POOL, false, SQUARE(2, 2, 0, 1)),
    POOL("3x3 stride 2 in ceil mode (0,0,1,1)", CG_MAX_POOL, false, SAME),
    POOL("3x3 dilated by 2", CG_MAX_POOL, false, SQUARE(3, 1, 2, 2)),
    POOL("1x1 stride 2", CG_MAX_POOL, false, SQUARE(1, 2, 0, 1)),
    POOL("2x2 stride 2", CG_AVG_POOL, false, SQUARE(2, 2, 0, 1)),
    POOL("3x3 stride 2, padding not counted", CG_AVG_POOL, false, SQUARE(3, 2, 1, 1)),
    POOL("3x3 stride 2, padding counted", CG_AVG_POOL, true, SQUARE(3, 2, 1, 1)),
    POOL("7x7, padding counted", CG_AVG_POOL, true, SQUARE(7, 1, 3, 1)),
    POOL("3x3 in ceil mode (0,0,1,1)", CG_AVG_POOL, false, SAME),
    POOL("1x1 stride 2", CG_AVG_POOL, false, SQUARE(1, 2, 0, 1)),
    POOL("3x3 dilated by 2, padding counted", CG_AVG_POOL, true, SQUARE(3, 1, 2, 2)),
    POOL("3x3 dilated by 2, padding not counted", CG_AVG_POOL, false, SQUARE(3, 1, 2, 2)),
    ROW("", 9, 21, CG_GLOBAL_POOL, .count_padding = false),
    JOIN("two", CG_ADD, CG_SAMPLE_TWO, CG_ACT_NONE),
    JOIN("two, relu", CG_ADD, CG_SAMPLE_TWO, CG_ACT_RELU),
    JOIN("three, hard_swish", CG_ADD, CG_SAMPLE_THREE, CG_ACT_HARD_SWISH),
    JOIN("same shape", CG_MUL, CG_SAMPLE_TWO, CG_ACT_NONE),
    JOIN("by a channel's scale", CG_MUL, CG_SAMPLE_SCALE, CG_ACT_NONE),
    JOIN("by a channel's scale, relu", CG_MUL, CG_SAMPLE_SCALE, CG_ACT_RELU),
    JOIN("two", CG_CONCAT, CG_SAMPLE_TWO, CG_ACT_NONE),
    JOIN("three", CG_CONCAT, CG_SAMPLE_THREE, CG_ACT_NONE),
    SPLIT("half of 64 channels", 64, 32, 32),
    SPLIT("part of an odd number", 43, 5, 31),
    ROW("2 groups", 7, 116, CG_SHUFFLE, .groups = 2),
    ROW("3 groups", 7, 48, CG_SHUFFLE, .groups = 3),
    ROW("8 groups", 7, 40, CG_SHUFFLE, .groups = 8),
    PERMUTE("reversed", 0, 18),
    PERMUTE("a shuffle in 3 groups", 1, 18),
    PERMUTE("some left out, some twice", 2, 13),
    ROW("relu", 7, 21, CG_ACT, .act = CG_ACT_RELU),
    ROW("relu6", 7, 21, CG_ACT, .act = CG_ACT_RELU6),
    ROW("sigmoid", 7, 21, CG_ACT, .act = CG_ACT_SIGMOID),
    ROW("hard_sigmoid", 7, 21, CG_ACT, .act = CG_ACT_HARD_SIGMOID),
    ROW("hard_swish", 7, 21, CG_ACT, .act = CG_ACT_HARD_SWISH),
    ROW("clip", 7, 21, CG_ACT, .act = CG_ACT_CLIP, .alpha = -0.5f, .beta = 1.25f),
    ROW("clip from below", 7, 21, CG_ACT, .act = CG_ACT_CLIP, .alpha = -0.5f, .beta = INFINITY),
    ROW("clipped_line", 7, 21, CG_ACT, .act = CG_ACT_CLIPPED_LINE, .alpha = 0.2f, .beta = 0.5f),
    ROW("leaky_relu", 7, 21, CG_ACT, .act = CG_ACT_LEAKY_RELU, .alpha = 0.1f),
    ROW("elu", 7, 21, CG_ACT, .act = CG_ACT_ELU, .alpha = 1),
    ROW("gelu", 7, 21, CG_ACT, .act = CG_ACT_GELU),
    ROW("gelu_tanh", 7, 21, CG_ACT, .act = CG_ACT_GELU_TANH),
    ROW("swish", 7, 21, CG_ACT, .act = CG_ACT_SWISH, .alpha = 1),
    ROW("mish", 7, 21, CG_ACT, .act = CG_ACT_MISH),
    ROW("tanh", 7, 21, CG_ACT, .act = CG_ACT_TANH),
    ROW("erf", 7, 21, CG_ACT, .act = CG_ACT_ERF),
    ROW("softplus", 7, 21, CG_ACT, .act = CG_ACT_SOFTPLUS),
    ROW("", 7, 21, CG_AFFINE, .act = CG_ACT_NONE),
    ROW("relu", 7, 21, CG_AFFINE, .act = CG_ACT_RELU),
    ROW("hard_swish", 7, 21, CG_AFFINE, .act = CG_ACT_HARD_SWISH),
    PAD("around", 1, 2, 3, 1),
    PAD("crop", -1, -1, 0, -2),
    PAD("crop and pad", -1, -1, 1, 1),
    ROW("twice as large", 7, 21, CG_UPSAMPLE, .shape.h = 14, .shape.w = 14),
    ROW("7x7 to 16x10", 7, 21, CG_UPSAMPLE, .shape.h = 16, .shape.w = 10),
    ROW("blocks of 2x2", 7, 24, CG_DEPTH_TO_SPACE, .shape.h = 14, .shape.w = 14),
    ROW("blocks of 1x3", 7, 24, CG_DEPTH_TO_SPACE, .shape.h = 7, .shape.w = 21),
    ROW("", 7, 21, CG_PRELU, .act = CG_ACT_NONE),
    ROW("", 7, 21, CG_LAYER_NORM, .epsilon = 1e-6f),
    ROW("3 groups", 7, 21, CG_GROUP_NORM, .groups = 3, .epsilon = 1e-5f),
    ROW("a channel a group", 7, 21, CG_GROUP_NORM, .groups = 21, .epsilon = 1e-5f),
    ROW("5 channels", 7, 21, CG_LRN, .size = 5, .alpha = 0.5f, .beta = 0.75f, .k = 1),
    ROW("4 channels", 7, 21, CG_LRN, .size = 4, .alpha = 0.5f, .beta = 0.75f, .k = 2),
    ROW("", 1, 70, CG_SOFTMAX, .log = false),
    ROW("log", 1, 70, CG_SOFTMAX, .log = true),
};

const int cg_n_samples = (int)(sizeof cg_samples / sizeof cg_samples[0]);

static int add(struct cg_graph *graph, struct cg_node node, const int *inputs, int n_inputs,
               struct cg_error *err)
{
    node.inputs = inputs;
    node.n_inputs = n_inputs;
    node.params = node.block = -1;
    if (!node.window.kernel_h) /* a row without a window */
        node.window = cg_node_of(node.op).window;
    if (!node.groups)
        node.groups = 1;
    return cg_graph_add(graph, &node, err);
}

static int add_point_conv(struct cg_graph *graph, int channels, struct cg_error *err)
{
    struct cg_node node = cg_node_of(CG_CONV);
    node.shape.c = channels;
    return add(graph, node, &graph->input, 1, err);
}

/* The sample's inputs, made from the graph's one; returns how many, or -1. */
static int add_inputs(struct cg_graph *graph, const struct cg_sample *sample, int inputs[3],
                      struct cg_error *err)
{
    int n = 1;
    inputs[0] = graph->input;
    if (sample->inputs == CG_SAMPLE_SCALE)
        inputs[n++] = add(graph, cg_node_of(CG_GLOBAL_POOL), &graph->input, 1, err);
    if (sample->inputs == CG_SAMPLE_TWO || sample->inputs == CG_SAMPLE_THREE)
        inputs[n++] = add_point_conv(graph, sample->input.c, err);
    if (sample->inputs == CG_SAMPLE_THREE)
        inputs[n++] = add_point_conv(graph, sample->input.c, err);
    for (int i = 0; i < n; i++)
        if (inputs[i] < 0)
            return -1;
    return n;
}

static int *make_index(const struct cg_sample *sample)
{
    const int n = sample->node.shape.c, c = sample->input.c;
    int *index = malloc((size_t)n * sizeof *index);
    for (int i = 0; index && i < n; i++)
        index[i] = sample->permute == 0   ? c - 1 - i
                   : sample->permute == 1 ? i % 3 * (c / 3) + i / 3
                                          : i * 7 % c / 2 * 2;
    return index;
}

struct cg_graph *cg_sample_graph(const struct cg_sample *sample, int batch, int *id, struct cg_error *err)
{
    struct cg_graph *graph = cg_graph_create();
    if (!graph) {
        cg_fail(err, CG_NO_MEMORY, "no memory for a graph");
        return NULL;
    }
    struct cg_node input = cg_node_of(CG_INPUT);
    input.shape = sample->input;
    input.shape.n = batch;
    struct cg_node node = sample->node;
    int *index = node.op == CG_PERMUTE ? make_index(sample) : NULL;
    int inputs[3];
    *id = -1;
    if (node.op == CG_PERMUTE && !index) {
        cg_fail(err, CG_NO_MEMORY, "no memory for a permutation");
    } else if (add(graph, input, NULL, 0, err) >= 0) {
        const int n = add_inputs(graph, sample, inputs, err);
        node.index = index;
        if (n > 0)
            *id = add(graph, node, inputs, n, err);
    }
    free(index);
    if (*id < 0)
        cg_graph_destroy(&graph);
    return graph;
}

bool cg_sample_supported(const struct cg_engine *engine, const struct cg_sample *sample, char *why,
                         size_t why_size)
{
    struct cg_error err = {0};
    int id;
    struct cg_graph *graph = cg_sample_graph(sample, 1, &id, &err);
    if (!graph) {
        snprintf(why, why_size, "%s", err.text);
        return false;
    }
    const bool supported = engine->supports(graph, id, why, why_size);
    cg_graph_destroy(&graph);
    return supported;
}
