#include "bench/verification/graph_build.h"

#include <stddef.h>

int cg_build_input(struct cg_build *build, struct cg_shape shape)
{
    struct cg_node node = cg_node_of(CG_INPUT);
    node.shape = shape;
    return cg_build_node(build, node, NULL, 0);
}

int cg_build_node(struct cg_build *build, struct cg_node node, const int *xs, int n)
{
    if (!build->graph)
        return -1;
    node.inputs = xs;
    node.n_inputs = n;
    const int id = cg_graph_add(build->graph, &node, build->err);
    if (id < 0)
        cg_graph_destroy(&build->graph);
    return id;
}

int cg_build_channels(const struct cg_build *build, int x)
{
    return build->graph ? build->graph->nodes[x].shape.c : 1;
}

static int or_one(int value)
{
    return value > 0 ? value : 1;
}

int cg_build_conv(struct cg_build *build, int x, struct cg_conv_spec spec)
{
    struct cg_node node = cg_node_of(CG_CONV);
    struct cg_window *w = &node.window;
    node.shape.c = spec.out;
    node.groups = or_one(spec.groups);
    node.act = spec.act;
    node.bias = spec.bias;
    node.norm = spec.norm;
    w->kernel_h = or_one(spec.kernel.h);
    w->kernel_w = or_one(spec.kernel.w);
    w->stride_h = w->stride_w = or_one(spec.kernel.stride);
    w->dilation_h = w->dilation_w = or_one(spec.kernel.dilation);
    const int reach_h = (w->kernel_h - 1) * w->dilation_h, reach_w = (w->kernel_w - 1) * w->dilation_w;
    if (spec.pads == CG_SAME) {
        w->pad_top = reach_h / 2;
        w->pad_left = reach_w / 2;
    }
    if (spec.pads != CG_VALID) {
        w->pad_bottom = reach_h - w->pad_top;
        w->pad_right = reach_w - w->pad_left;
    }
    return cg_build_node(build, node, &x, 1);
}

int cg_build_point(struct cg_build *build, int x, int out, enum cg_act act)
{
    return cg_build_conv(build, x, (struct cg_conv_spec){.out = out, .act = act, .norm = true});
}

int cg_build_depthwise(struct cg_build *build, int x, int kernel, int stride, enum cg_act act)
{
    const int channels = cg_build_channels(build, x);
    return cg_build_conv(build, x,
                         (struct cg_conv_spec){.out = channels,
                                               .groups = channels,
                                               .kernel = {kernel, kernel, stride},
                                               .act = act,
                                               .norm = true});
}

int cg_build_pool(struct cg_build *build, int x, enum cg_op op, int kernel, int stride, bool count_padding)
{
    struct cg_node node = cg_node_of(op);
    struct cg_window *w = &node.window;
    w->kernel_h = w->kernel_w = kernel;
    w->stride_h = w->stride_w = stride;
    w->pad_top = w->pad_left = (kernel - 1) / 2;
    w->pad_bottom = w->pad_right = kernel / 2;
    node.count_padding = count_padding;
    return cg_build_node(build, node, &x, 1);
}

int cg_build_split(struct cg_build *build, int x, int offset, int channels)
{
    struct cg_node node = cg_node_of(CG_SPLIT);
    node.offset = offset;
    node.shape.c = channels;
    return cg_build_node(build, node, &x, 1);
}

int cg_build_shuffle(struct cg_build *build, int x, int groups)
{
    struct cg_node node = cg_node_of(CG_SHUFFLE);
    node.groups = groups;
    return cg_build_node(build, node, &x, 1);
}

int cg_build_act(struct cg_build *build, int x, enum cg_act act)
{
    struct cg_node node = cg_node_of(CG_ACT);
    node.act = act;
    return cg_build_node(build, node, &x, 1);
}

int cg_build_concat(struct cg_build *build, int a, int b)
{
    return cg_build_node(build, cg_node_of(CG_CONCAT), (const int[]){a, b}, 2);
}

int cg_build_add(struct cg_build *build, int a, int b, enum cg_act act)
{
    struct cg_node node = cg_node_of(CG_ADD);
    node.act = act;
    return cg_build_node(build, node, (const int[]){a, b}, 2);
}

int cg_build_mul(struct cg_build *build, int a, int b)
{
    return cg_build_node(build, cg_node_of(CG_MUL), (const int[]){a, b}, 2);
}
