/* The graph of a CNN at inference: nodes in execution order, each producing one tensor. Built through one
 * call, which infers shapes and refuses what does not fit. Layout-free: a shape says how many, not where;
 * engines choose their own layouts. */
#ifndef CONVGAUGE_BENCH_GRAPH_GRAPH_H
#define CONVGAUGE_BENCH_GRAPH_GRAPH_H

#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

/* Node kinds (X: identifier, name in tables and in the text form). */
#define CG_OPS(X)                                                                                            \
    X(CG_INPUT, "input")                                                                                     \
    X(CG_CONV, "conv")         /* groups, rectangular kernel, strides, pads, dilation; bias; norm; act */    \
    X(CG_FC, "fc")             /* on a 1x1 map: [n,1,1,c] -> [n,1,1,out] */                                  \
    X(CG_MAX_POOL, "max_pool") /* padding never wins */                                                      \
    X(CG_AVG_POOL, "avg_pool") /* count_padding: divide by the whole window, else by its valid part */       \
    X(CG_GLOBAL_POOL, "global_pool") /* average over the map -> [n,1,1,c] */                                 \
    X(CG_ADD, "add")                 /* two or more inputs of one shape; act */                              \
    X(CG_MUL, "mul")         /* two inputs; the second may be [n,1,1,c] (squeeze-and-excite scale) */        \
    X(CG_CONCAT, "concat")   /* channels */                                                                  \
    X(CG_SPLIT, "split")     /* channels [offset, offset + shape.c) of the input: one part of a split */     \
    X(CG_SHUFFLE, "shuffle") /* out[j * groups + i] = in[i * c / groups + j] */                              \
    X(CG_PERMUTE, "permute") /* out[i] = in[index[i]], channels; may repeat or leave out */                  \
    X(CG_ACT, "act")         /* an activation by itself */                                                   \
    X(CG_AFFINE, "affine")   /* x * scale[c] + shift[c]: batch normalisation by itself; act */               \
    X(CG_PAD, "pad")         /* zeros around the map; negative pads crop */

enum cg_op {
#define CG_OP_ENUM(id, name) id,
    CG_OPS(CG_OP_ENUM)
#undef CG_OP_ENUM
        CG_OP_COUNT
};

/* Activations (X: identifier, name). hard_sigmoid = clamp(x / 6 + 1/2, 0, 1); hard_swish = x *
 * hard_sigmoid(x). */
#define CG_ACTS(X)                                                                                           \
    X(CG_ACT_NONE, "none")                                                                                   \
    X(CG_ACT_RELU, "relu")                                                                                   \
    X(CG_ACT_RELU6, "relu6")                                                                                 \
    X(CG_ACT_SIGMOID, "sigmoid")                                                                             \
    X(CG_ACT_HARD_SIGMOID, "hard_sigmoid")                                                                   \
    X(CG_ACT_HARD_SWISH, "hard_swish")

enum cg_act {
#define CG_ACT_ENUM(id, name) id,
    CG_ACTS(CG_ACT_ENUM)
#undef CG_ACT_ENUM
        CG_ACT_COUNT
};

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
 * whole; CG_CONV, CG_FC and CG_SPLIT give shape.c, the output channels), `params` is assigned, arrays and
 * names are copied. Start from cg_node_of(). */
struct cg_node {
    enum cg_op op;
    enum cg_act act;       /* CG_ACT: the activation itself; CONV, FC, ADD, MUL, AFFINE: fused after it */
    struct cg_shape shape; /* of the output */
    int n_inputs;
    const int *inputs;       /* node ids, each smaller than the node's own; owned by the graph */
    struct cg_window window; /* CONV, MAX_POOL, AVG_POOL, PAD */
    int groups;              /* CONV, SHUFFLE */
    bool bias;               /* CONV, FC: shape.c further parameters */
    bool norm; /* CONV, FC: batch normalisation after it, 2 * shape.c parameters, folded by engines */
    bool count_padding;       /* AVG_POOL */
    int offset;               /* SPLIT: first channel */
    const int *index;         /* PERMUTE: shape.c channel numbers; owned by the graph */
    int params;               /* ordinal of its parameter set (CONV, FC, AFFINE), else -1; kept by rewrites */
    int block;                /* index into graph->blocks, or -1: the building block it belongs to */
    char name[CG_NAME_MAX];   /* unique in the graph; made up from the kind when empty */
    char origin[CG_NAME_MAX]; /* where it was written ("shufflenet_v2.lua:14"), or empty */
};

struct cg_graph {
    int n_nodes;
    struct cg_node *nodes;
    int input;    /* the one CG_INPUT node, or -1 while there is none */
    int output;   /* the last node, unless set with cg_graph_set_output */
    int n_params; /* parameter sets */
    int n_blocks;
    char (*blocks)[CG_NAME_MAX];
};

/* The name of an op or activation, never NULL; and back: the enum's value, or -1 if there is none so named.
 */
const char *cg_op_name(enum cg_op op);
const char *cg_act_name(enum cg_act act);
int cg_op_from_name(const char *name);
int cg_act_from_name(const char *name);

/* A prototype with the defaults: kernel, stride, dilation and groups 1, no pads, params and block -1. */
struct cg_node cg_node_of(enum cg_op op);

/* An empty graph, or NULL when there is no memory. Destroy takes NULL and clears the caller's pointer. */
struct cg_graph *cg_graph_create(void);
void cg_graph_destroy(struct cg_graph **graph);
struct cg_graph *cg_graph_copy(const struct cg_graph *graph);

/* Adds a node: checks its inputs and attributes, infers its shape, and makes it the graph's output. Returns
 * its id, or -1 with `err` set: CG_INVALID names the node, its origin and the shapes that do not fit. The
 * graph is unchanged on failure. Tensors of 2^31 elements or more are refused. */
int cg_graph_add(struct cg_graph *graph, const struct cg_node *prototype, struct cg_error *err);

/* Adds a block name and returns its index for node.block, or -1 when there is no memory. */
int cg_graph_add_block(struct cg_graph *graph, const char *name);

/* Makes `id` the output and drops every node that the output does not need (ids change; the input stays). */
enum cg_status cg_graph_set_output(struct cg_graph *graph, int id, struct cg_error *err);

/* Elements of a shape. */
int64_t cg_shape_elements(struct cg_shape shape);
bool cg_shape_equal(struct cg_shape a, struct cg_shape b);

/* A depthwise convolution: groups = input channels = output channels (multiplier 1), more than one channel.
 */
bool cg_node_is_depthwise(const struct cg_graph *graph, int id);

/* The shape of a node's i-th input. */
struct cg_shape cg_input_shape(const struct cg_graph *graph, int id, int i);

/* Fills uses[id] = how often node id is read (the output counts once more). `uses` has n_nodes entries. */
void cg_graph_uses(const struct cg_graph *graph, int *uses);

#endif
