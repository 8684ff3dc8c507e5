#include "tests/every_kind.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static int add(struct cg_graph *graph, struct cg_node node, int n_inputs, const int *inputs)
{
    struct cg_error err = {0};
    node.n_inputs = n_inputs;
    node.inputs = inputs;
    const int id = cg_graph_add(graph, &node, &err);
    if (id < 0) {
        fprintf(stderr, "%s\n", err.text);
        abort();
    }
    return id;
}

static int add_to(struct cg_graph *graph, struct cg_node node, int input)
{
    return add(graph, node, 1, &input);
}

static struct cg_node conv(int out, int kernel_h, int kernel_w, int stride, int groups, bool norm,
                           enum cg_act act)
{
    struct cg_node node = cg_node_of(CG_CONV);
    node.shape.c = out;
    node.window.kernel_h = kernel_h;
    node.window.kernel_w = kernel_w;
    node.window.stride_h = node.window.stride_w = stride;
    node.window.pad_top = node.window.pad_bottom = kernel_h / 2;
    node.window.pad_left = node.window.pad_right = kernel_w / 2;
    node.groups = groups;
    node.norm = norm;
    node.bias = !norm;
    node.act = act;
    return node;
}

static struct cg_node split(int offset, int channels)
{
    struct cg_node node = cg_node_of(CG_SPLIT);
    node.offset = offset;
    node.shape.c = channels;
    return node;
}

static struct cg_node act(enum cg_act which)
{
    struct cg_node node = cg_node_of(CG_ACT);
    node.act = which;
    return node;
}

static struct cg_node pool(enum cg_op op, int kernel, int stride, int before, int after, bool count)
{
    struct cg_node node = cg_node_of(op);
    node.window.kernel_h = node.window.kernel_w = kernel;
    node.window.stride_h = node.window.stride_w = stride;
    node.window.pad_top = node.window.pad_left = before;
    node.window.pad_bottom = node.window.pad_right = after;
    node.count_padding = count;
    return node;
}

static struct cg_node fc(int out, bool norm, enum cg_act which)
{
    struct cg_node node = cg_node_of(CG_FC);
    node.shape.c = out;
    node.bias = true;
    node.norm = norm;
    node.act = which;
    return node;
}

/* Convolutions of all sorts, and channels taken apart and together again. */
static int channel_part(struct cg_graph *g, int x)
{
    static const int index[] = {2, 0, 1, 1, 15, 7};
    x = add_to(g, conv(16, 3, 3, 2, 1, true, CG_ACT_RELU), x);
    const int a = add_to(g, split(0, 6), x), b = add_to(g, split(6, 10), x);
    const int middle = add_to(g, split(3, 8), x); /* a part by itself */
    struct cg_node permute = cg_node_of(CG_PERMUTE);
    permute.shape.c = 6;
    permute.index = index;
    const int picked = add_to(g, permute, x);
    const int sum = add(g, cg_node_of(CG_ADD), 3, (const int[]){a, picked, a});
    const int wide = add_to(g, conv(8, 1, 7, 1, 2, false, CG_ACT_HARD_SWISH), b);
    const int deep = add_to(g, conv(8, 3, 3, 1, 8, true, CG_ACT_RELU6), middle);
    struct cg_node product = cg_node_of(CG_MUL);
    product.act = CG_ACT_HARD_SIGMOID;
    const int mixed = add(g, product, 2, (const int[]){wide, deep});
    const int joined = add(g, cg_node_of(CG_CONCAT), 3, (const int[]){sum, mixed, add_to(g, split(0, 2), x)});
    struct cg_node shuffle = cg_node_of(CG_SHUFFLE);
    shuffle.groups = 4;
    return add_to(g, shuffle, joined);
}

/* Squeeze and excitation with FC layers, so both ranks meet. */
static int gate_part(struct cg_graph *g, int x)
{
    int s = add_to(g, cg_node_of(CG_GLOBAL_POOL), x);
    s = add_to(g, fc(4, false, CG_ACT_RELU), s);
    s = add_to(g, fc(16, false, CG_ACT_HARD_SIGMOID), s);
    return add(g, cg_node_of(CG_MUL), 2, (const int[]){x, s});
}

/* Affines where a reader must not take them for a layer's norm, pads that stay apart, pools. */
static int space_part(struct cg_graph *g, int x)
{
    struct cg_node affine = cg_node_of(CG_AFFINE), pad = cg_node_of(CG_PAD),
                   plain = conv(16, 1, 1, 1, 1, false, 0);
    affine.act = CG_ACT_RELU;
    x = add_to(g, affine, x);
    plain.bias = false;
    x = add_to(g, plain, x);
    affine.act = CG_ACT_NONE;
    x = add_to(g, affine, x); /* behind a convolution alone */
    pad.window.pad_top = pad.window.pad_left = -1;
    pad.window.pad_bottom = pad.window.pad_right = 1;
    x = add_to(g, pad, x);
    x = add_to(g, act(CG_ACT_SIGMOID), x);
    pad.window.pad_top = pad.window.pad_left = 1;
    x = add_to(g, pad, x); /* could go into the pool, but was written apart */
    x = add_to(g, pool(CG_MAX_POOL, 3, 2, 0, 1, false), x);
    x = add_to(g, pool(CG_AVG_POOL, 3, 1, 1, 1, true), x);
    return add_to(g, pool(CG_AVG_POOL, 2, 2, 0, 1, false), x);
}

/* Activations that are never fused. */
static int lone_acts(struct cg_graph *g, int x)
{
    static const struct {
        enum cg_act act;
        float alpha, beta;
    } acts[] = {{CG_ACT_LEAKY_RELU, 0.1f, 0},
                {CG_ACT_ELU, 0.7f, 0},
                {CG_ACT_GELU, 0, 0},
                {CG_ACT_GELU_TANH, 0, 0},
                {CG_ACT_SWISH, 1.5f, 0},
                {CG_ACT_MISH, 0, 0},
                {CG_ACT_TANH, 0, 0},
                {CG_ACT_ERF, 0, 0},
                {CG_ACT_SOFTPLUS, 0, 0},
                {CG_ACT_CLIP, -1, 2.5f},
                {CG_ACT_CLIP, -INFINITY, 2},
                {CG_ACT_CLIP, -0.5f, INFINITY},
                {CG_ACT_CLIPPED_LINE, 0.25f, 0.375f}};
    for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++) {
        struct cg_node node = cg_node_of(CG_ACT);
        node.act = acts[i].act;
        node.alpha = acts[i].alpha;
        node.beta = acts[i].beta;
        x = add_to(g, node, x);
    }
    return x;
}

static int norms(struct cg_graph *g, int x)
{
    struct cg_node layer = cg_node_of(CG_LAYER_NORM), groups = cg_node_of(CG_GROUP_NORM),
                   each = cg_node_of(CG_GROUP_NORM), lrn = cg_node_of(CG_LRN);
    layer.epsilon = groups.epsilon = each.epsilon = 1e-3f;
    groups.groups = 2;
    each.groups = g->nodes[x].shape.c;
    lrn.size = 3;
    lrn.alpha = 0.5f;
    lrn.beta = 0.75f;
    lrn.k = 2;
    struct cg_node larger = cg_node_of(CG_UPSAMPLE);
    larger.shape.h = 2 * g->nodes[x].shape.h + 1;
    larger.shape.w = g->nodes[x].shape.w;
    x = add_to(g, larger, x);
    x = add_to(g, cg_node_of(CG_PRELU), add_to(g, layer, x));
    x = add_to(g, lrn, add_to(g, each, add_to(g, groups, x)));
    struct cg_node blocks = cg_node_of(CG_DEPTH_TO_SPACE);
    blocks.shape.h = 2 * g->nodes[x].shape.h;
    blocks.shape.w = 2 * g->nodes[x].shape.w;
    return add_to(g, blocks, x);
}

struct cg_graph *every_kind_graph(void)
{
    struct cg_graph *g = cg_graph_create();
    struct cg_node input = cg_node_of(CG_INPUT);
    if (!g)
        abort();
    input.shape = (struct cg_shape){2, 24, 20, 3};
    int x = channel_part(g, add(g, input, 0, NULL));
    x = norms(g, lone_acts(g, space_part(g, gate_part(g, x))));
    x = add_to(g, cg_node_of(CG_GLOBAL_POOL), x);
    const int a = add_to(g, fc(12, true, CG_ACT_NONE), x), b = add_to(g, fc(12, false, CG_ACT_RELU6), x);
    const int c = add(g, cg_node_of(CG_ADD), 2, (const int[]){a, b});
    const int d = add(g, cg_node_of(CG_CONCAT), 2, (const int[]){c, b});
    const int e = add_to(g, fc(10, false, CG_ACT_NONE), add_to(g, cg_node_of(CG_AFFINE), d));
    struct cg_node log_softmax = cg_node_of(CG_SOFTMAX);
    log_softmax.log = true;
    add_to(g, log_softmax, add_to(g, cg_node_of(CG_SOFTMAX), add_to(g, cg_node_of(CG_PRELU), e)));
    return g;
}
