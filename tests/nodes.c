#include "tests/nodes.h"

#include <criterion/criterion.h>

int node(struct cg_graph *graph, struct cg_node prototype, const int *inputs, int n_inputs)
{
    struct cg_error err = {0};
    prototype.inputs = inputs;
    prototype.n_inputs = n_inputs;
    const int id = cg_graph_add(graph, &prototype, &err);
    cr_assert(id >= 0, "%s", err.text);
    return id;
}

int one(struct cg_graph *graph, struct cg_node prototype, int input)
{
    return node(graph, prototype, &input, 1);
}

int input(struct cg_graph *graph, int n, int h, int w, int c)
{
    struct cg_node in = cg_node_of(CG_INPUT);
    in.shape = (struct cg_shape){n, h, w, c};
    return node(graph, in, NULL, 0);
}

int conv(struct cg_graph *graph, int from, int c, int kernel, int stride, int groups, enum cg_act act)
{
    struct cg_node n = cg_node_of(CG_CONV);
    n.shape.c = c;
    n.groups = groups;
    n.window.kernel_h = n.window.kernel_w = kernel;
    n.window.stride_h = n.window.stride_w = stride;
    n.window.pad_top = n.window.pad_left = n.window.pad_bottom = n.window.pad_right = kernel / 2;
    n.norm = true;
    n.act = act;
    return one(graph, n, from);
}

int depthwise(struct cg_graph *graph, int from, int kernel, int stride, enum cg_act act)
{
    const int c = graph->nodes[from].shape.c;
    return conv(graph, from, c, kernel, stride, c, act);
}

int split(struct cg_graph *graph, int from, int offset, int c)
{
    struct cg_node n = cg_node_of(CG_SPLIT);
    n.offset = offset;
    n.shape.c = c;
    return one(graph, n, from);
}

int join(struct cg_graph *graph, enum cg_op op, enum cg_act act, int n_inputs, const int *inputs)
{
    struct cg_node n = cg_node_of(op);
    n.act = act;
    return node(graph, n, inputs, n_inputs);
}

int shuffle(struct cg_graph *graph, int from, int groups)
{
    struct cg_node n = cg_node_of(CG_SHUFFLE);
    n.groups = groups;
    return one(graph, n, from);
}

int pool(struct cg_graph *graph, enum cg_op op, int from, int kernel, int stride)
{
    struct cg_node n = cg_node_of(op);
    n.window.kernel_h = n.window.kernel_w = kernel;
    n.window.stride_h = n.window.stride_w = stride;
    n.window.pad_top = n.window.pad_left = n.window.pad_bottom = n.window.pad_right = kernel / 2;
    return one(graph, n, from);
}

int shuffle_v2_basic(struct cg_graph *g, int x, int groups)
{
    const int half = g->nodes[x].shape.c / 2;
    const int keep = split(g, x, 0, half), work = split(g, x, half, half);
    int y = conv(g, work, half, 1, 1, 1, CG_ACT_RELU);
    y = depthwise(g, y, 3, 1, CG_ACT_NONE);
    y = conv(g, y, half, 1, 1, 1, CG_ACT_RELU);
    return shuffle(g, JOIN(g, CG_CONCAT, CG_ACT_NONE, keep, y), groups);
}

int shuffle_v2_down(struct cg_graph *g, int x, int c)
{
    const int left = conv(g, depthwise(g, x, 3, 2, CG_ACT_NONE), c / 2, 1, 1, 1, CG_ACT_RELU);
    int y = conv(g, x, c / 2, 1, 1, 1, CG_ACT_RELU);
    y = conv(g, depthwise(g, y, 3, 2, CG_ACT_NONE), c / 2, 1, 1, 1, CG_ACT_RELU);
    return shuffle(g, JOIN(g, CG_CONCAT, CG_ACT_NONE, left, y), 2);
}
