/* The nodes of a graph: their kinds, in one table that says what each takes and has; activations, shapes,
 * windows. */
#ifndef CONVGAUGE_BENCH_GRAPH_NODE_H
#define CONVGAUGE_BENCH_GRAPH_NODE_H

#include "base/error.h"
#include "base/names.h"

#include <stdbool.h>
#include <stdint.h>

/* Where time is booked, as in the paper's Figure 2, with depthwise apart (X: identifier, name). */
#define CG_CATEGORIES(X)                                                                                     \
    X(CG_CAT_CONV, "conv")                                                                                   \
    X(CG_CAT_DEPTHWISE, "depthwise")                                                                         \
    X(CG_CAT_SHUFFLE, "shuffle")         /* shuffle, permute */                                              \
    X(CG_CAT_ELEMENTWISE, "elementwise") /* add, mul, activation, affine, norms */                           \
    X(CG_CAT_DATA, "data")               /* concat, split, pad, reorders */                                  \
    X(CG_CAT_OTHER, "other")             /* pools, FC */
CG_ENUM(cg_category, CG_CATEGORIES, CG_CATEGORY_COUNT)

/* What a kind of node has, beside inputs and a shape. */
enum cg_op_has {
    CG_HAS_ACT = 1,    /* may carry an activation */
    CG_HAS_WINDOW = 2, /* kernel, stride, pads, dilation */
    CG_HAS_GROUPS = 4,
    CG_HAS_OFFSET = 8,   /* of its first channel in the input */
    CG_HAS_INDEX = 16,   /* a list of channels */
    CG_HAS_PARAMS = 32,  /* a parameter set */
    CG_HAS_WEIGHTS = 64, /* weights among them, so multiply-adds */
    CG_HAS_SIZE = 256,   /* how many channels it looks at */
    CG_MOVES_ONLY = 128, /* no values of its own: it takes channels as they are */
    CG_HAS_LAYER = CG_HAS_PARAMS | CG_HAS_WEIGHTS | CG_HAS_ACT,
};

#define CG_MANY_INPUTS INT32_MAX

/* Node kinds (X: identifier, name in tables and in the text form, least and most inputs, what it has, where
 * its time is booked, its rule in shape.c). */
#define CG_OPS(X)                                                                                            \
    X(CG_INPUT, "input", 0, 0, 0, CG_CAT_DATA, input)                                                        \
    X(CG_CONV, "conv", 1, 1, CG_HAS_LAYER | CG_HAS_WINDOW | CG_HAS_GROUPS, CG_CAT_CONV, conv)                \
    /* on a 1x1 map: [n,1,1,c] -> [n,1,1,out] */                                                             \
    X(CG_FC, "fc", 1, 1, CG_HAS_LAYER, CG_CAT_OTHER, fc)                                                     \
    /* padding never wins */                                                                                 \
    X(CG_MAX_POOL, "max_pool", 1, 1, CG_HAS_WINDOW, CG_CAT_OTHER, pool)                                      \
    /* count_padding: divide by the whole window, else by its valid part */                                  \
    X(CG_AVG_POOL, "avg_pool", 1, 1, CG_HAS_WINDOW, CG_CAT_OTHER, pool)                                      \
    /* average over the map -> [n,1,1,c] */                                                                  \
    X(CG_GLOBAL_POOL, "global_pool", 1, 1, 0, CG_CAT_OTHER, global_pool)                                     \
    /* inputs of one shape */                                                                                \
    X(CG_ADD, "add", 2, CG_MANY_INPUTS, CG_HAS_ACT, CG_CAT_ELEMENTWISE, add)                                 \
    /* the second input may be [n,1,1,c] (squeeze-and-excite scale) */                                       \
    X(CG_MUL, "mul", 2, 2, CG_HAS_ACT, CG_CAT_ELEMENTWISE, mul)                                              \
    /* of channels */                                                                                        \
    X(CG_CONCAT, "concat", 1, CG_MANY_INPUTS, CG_MOVES_ONLY, CG_CAT_DATA, concat)                            \
    /* channels [offset, offset + shape.c) of the input: one part of a split */                              \
    X(CG_SPLIT, "split", 1, 1, CG_HAS_OFFSET | CG_MOVES_ONLY, CG_CAT_DATA, split)                            \
    /* out[j * groups + i] = in[i * c / groups + j] */                                                       \
    X(CG_SHUFFLE, "shuffle", 1, 1, CG_HAS_GROUPS | CG_MOVES_ONLY, CG_CAT_SHUFFLE, shuffle)                   \
    /* out[i] = in[index[i]], channels; may repeat or leave out */                                           \
    X(CG_PERMUTE, "permute", 1, 1, CG_HAS_INDEX | CG_MOVES_ONLY, CG_CAT_SHUFFLE, permute)                    \
    /* an activation by itself */                                                                            \
    X(CG_ACT, "act", 1, 1, CG_HAS_ACT, CG_CAT_ELEMENTWISE, same)                                             \
    /* x * scale[c] + shift[c]: batch normalisation by itself */                                             \
    X(CG_AFFINE, "affine", 1, 1, CG_HAS_PARAMS | CG_HAS_ACT, CG_CAT_ELEMENTWISE, same)                       \
    /* zeros around the map; negative pads crop */                                                           \
    X(CG_PAD, "pad", 1, 1, CG_HAS_WINDOW, CG_CAT_DATA, pad)                                                  \
    /* to a larger map, shape.h x shape.w: out[y][x] = in[y * in.h / shape.h][x * in.w / shape.w] */         \
    X(CG_UPSAMPLE, "upsample", 1, 1, 0, CG_CAT_DATA, upsample)                                               \
    /* to shape.h x shape.w, whole multiples: each pixel becomes a block of them, its channels the block's,  \
     * row by row; of b columns, out[y][x][i] = in[..][..][(row in block * b + column in block) * c + i] */  \
    X(CG_DEPTH_TO_SPACE, "depth_to_space", 1, 1, 0, CG_CAT_DATA, depth_to_space)                             \
    /* x < 0 ? scale[c] * x : x */                                                                           \
    X(CG_PRELU, "prelu", 1, 1, CG_HAS_PARAMS, CG_CAT_ELEMENTWISE, same)                                      \
    /* (x - mean) / sqrt(variance + epsilon) * scale[c] + shift[c], of the channels of each pixel */         \
    X(CG_LAYER_NORM, "layer_norm", 1, 1, CG_HAS_PARAMS, CG_CAT_ELEMENTWISE, norm)                            \
    /* the same of each group of channels over the map; one channel a group: instance norm */                \
    X(CG_GROUP_NORM, "group_norm", 1, 1, CG_HAS_PARAMS | CG_HAS_GROUPS, CG_CAT_ELEMENTWISE, norm)            \
    /* x / (k + alpha / size * sum of the squares of `size` channels around it)^beta; of an even number one  \
     * more behind it than before it */                                                                      \
    X(CG_LRN, "lrn", 1, 1, CG_HAS_SIZE, CG_CAT_ELEMENTWISE, lrn)                                             \
    /* of the channels of each pixel; log: its logarithm */                                                  \
    X(CG_SOFTMAX, "softmax", 1, 1, 0, CG_CAT_OTHER, same)
CG_ENUM(cg_op, CG_OPS, CG_OP_COUNT)

/* Activations (X: identifier, name, how many of the node's numbers alpha and beta it takes). hard_sigmoid =
 * clamp(x / 6 + 1/2, 0, 1); hard_swish = x * hard_sigmoid(x). Those from CG_ACT_CLIP on are nodes by
 * themselves (CG_ACT), never fused. */
#define CG_ACTS(X)                                                                                           \
    X(CG_ACT_NONE, "none", 0)                                                                                \
    X(CG_ACT_RELU, "relu", 0)                                                                                \
    X(CG_ACT_RELU6, "relu6", 0)                                                                              \
    X(CG_ACT_SIGMOID, "sigmoid", 0)                                                                          \
    X(CG_ACT_HARD_SIGMOID, "hard_sigmoid", 0)                                                                \
    X(CG_ACT_HARD_SWISH, "hard_swish", 0)                                                                    \
    X(CG_ACT_CLIP, "clip", 2)                 /* min(max(x, alpha), beta): beta where alpha is above it */   \
    X(CG_ACT_CLIPPED_LINE, "clipped_line", 2) /* clamp(alpha * x + beta, 0, 1): any hard sigmoid */          \
    X(CG_ACT_LEAKY_RELU, "leaky_relu", 1)     /* x < 0 ? alpha * x : x */                                    \
    X(CG_ACT_ELU, "elu", 1)                   /* x < 0 ? alpha * (exp(x) - 1) : x */                         \
    X(CG_ACT_GELU, "gelu", 0)                 /* x / 2 * (1 + erf(x / sqrt(2))) */                           \
    X(CG_ACT_GELU_TANH, "gelu_tanh", 0)       /* x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 x^3))) */    \
    X(CG_ACT_SWISH, "swish", 1)               /* x * sigmoid(alpha * x) */                                   \
    X(CG_ACT_MISH, "mish", 0)                 /* x * tanh(log(1 + exp(x))) */                                \
    X(CG_ACT_TANH, "tanh", 0)                                                                                \
    X(CG_ACT_ERF, "erf", 0)                                                                                  \
    X(CG_ACT_SOFTPLUS, "softplus", 0) /* log(1 + exp(x)) */
CG_ENUM(cg_act, CG_ACTS, CG_ACT_COUNT)

/* Names, never NULL, and back (-1 if there is none so named): cg_op_name(), cg_op_from_name() ... */
CG_NAMES_DECLARE(cg_category)
CG_NAMES_DECLARE(cg_op)
CG_NAMES_DECLARE(cg_act)

/* A row of CG_OPS. */
struct cg_op_facts {
    int least_inputs, most_inputs;
    unsigned has; /* of enum cg_op_has */
    enum cg_category category;
};

/* `op` must be one of the list. */
const struct cg_op_facts *cg_op_facts(enum cg_op op);
bool cg_op_has(enum cg_op op, unsigned what);

/* Whether other nodes may carry the activation; if not, it stands in a CG_ACT. */
bool cg_act_fuses(enum cg_act act);

/* How many numbers it takes: alpha, then beta. */
int cg_act_numbers(enum cg_act act);

struct cg_node;

/* The node's activation of x, with its numbers; x itself where it has none. */
double cg_act_value(const struct cg_node *node, double x);

/* n images of h x w pixels with c channels. */
struct cg_shape {
    int n, h, w, c;
};

/* Sliding window of convolutions and pools; CG_PAD uses the pads only. Output height is
 * floor((h + top + bottom - dilation_h * (kernel_h - 1) - 1) / stride_h) + 1, width alike. Pads may differ by
 * side ("same" padding with stride 2, ceil mode) and be negative (crop) in CG_PAD only. */
struct cg_window {
    int kernel_h, kernel_w;
    int stride_h, stride_w;
    int pad_top, pad_left, pad_bottom, pad_right;
    int dilation_h, dilation_w;
};

#define CG_NAME_MAX 64

/* One node. As the argument of cg_graph_add it is a prototype: `shape` is inferred (only CG_INPUT gives it
 * whole; CG_CONV, CG_FC and CG_SPLIT give shape.c, the output channels, CG_UPSAMPLE and
 * CG_DEPTH_TO_SPACE shape.h and shape.w),
 * `params` is assigned, arrays and names are copied. Start from cg_node_of(). */
struct cg_node {
    enum cg_op op;
    enum cg_act act;       /* CG_ACT: the activation itself; CONV, FC, ADD, MUL, AFFINE: fused after it */
    struct cg_shape shape; /* of the output */
    int n_inputs;
    const int *inputs;       /* node ids, each smaller than the node's own; owned by the graph */
    struct cg_window window; /* CONV, MAX_POOL, AVG_POOL, PAD */
    int groups;              /* CONV, SHUFFLE, GROUP_NORM */
    bool bias;               /* CONV, FC: shape.c further parameters */
    bool norm; /* CONV, FC: batch normalisation after it, 2 * shape.c parameters, folded by engines */
    bool count_padding; /* AVG_POOL */
    bool ceil;         /* MAX_POOL: its pads are cg_ceil_padding() of an unpadded map. Files say so, that they
                          hold at other sizes; it computes nothing and is no part of a graph's text */
    float alpha, beta; /* of the activation, as far as it takes them, and LRN; else 0 */
    float k;           /* LRN */
    float epsilon;     /* LAYER_NORM, GROUP_NORM */
    int size;          /* LRN */
    bool log;          /* SOFTMAX */
    int offset;        /* SPLIT: first channel */
    const int *index;  /* PERMUTE: shape.c channel numbers; owned by the graph */
    int params;        /* ordinal of its parameter set (what has CG_HAS_PARAMS), else -1; kept by rewrites */
    int block;         /* index into graph->blocks, or -1: the building block it belongs to */
    char name[CG_NAME_MAX];   /* unique in the graph; made up from the kind when empty */
    char origin[CG_NAME_MAX]; /* where it was written ("shufflenet_v2.lua:14"), or empty */
};

/* A prototype with the defaults: kernel, stride, dilation and groups 1, no pads, params and block -1. */
struct cg_node cg_node_of(enum cg_op op);

/* Sets the pads: top, left, bottom, right. */
void cg_window_set_pads(struct cg_window *window, const int pads[4]);

/* Elements of a shape. */
int64_t cg_shape_elements(struct cg_shape shape);
bool cg_shape_equal(struct cg_shape a, struct cg_shape b);

/* ---- shapes that follow (shape.c) ---- */

/* Checks the inputs and attributes of `node`, which is to follow the `n_nodes` nodes of a graph, and fills
 * node->shape. CG_INVALID names node, origin and the shapes that do not fit. */
enum cg_status cg_shape_infer(const struct cg_node *nodes, int n_nodes, struct cg_node *node,
                              struct cg_error *err);

/* Which of `in` rows or columns CG_UPSAMPLE repeats, or CG_DEPTH_TO_SPACE takes apart, at `at` of `out`. */
int cg_repeated(int at, int in, int out);

/* Padding of both sides together for an output of ceil(length / stride), TensorFlow's "same"; too large a one
 * is given as one that the checks refuse. */
int cg_same_padding(int length, int kernel, int stride, int dilation);

/* Padding that ceil mode adds behind a map with `before` and `after`: enough for one more window, also the
 * first, unless that would start in the padding. */
int cg_ceil_padding(int length, int before, int after, int kernel, int stride, int dilation);

#endif
