#include "bench/graph/shape.h"

#include <stdarg.h>
#include <stdio.h>

#define MAX_EXTENT   65536     /* kernel, stride, dilation, pad: anything larger is a slip of the pen */
#define MAX_ELEMENTS INT32_MAX /* per tensor: kernels index with int */

/* "node NAME (KIND) at ORIGIN: sentence". */
static enum cg_status misfit(struct cg_error *err, const struct cg_node *node, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static enum cg_status misfit(struct cg_error *err, const struct cg_node *node, const char *format, ...)
{
    char reason[512];
    va_list args;
    va_start(args, format);
    vsnprintf(reason, sizeof reason, format, args);
    va_end(args);
    return cg_fail(err, CG_INVALID, "%s%slayer %s (%s): %s", node->origin, node->origin[0] ? ": " : "",
                   node->name, cg_op_name(node->op), reason);
}

static struct cg_shape shape_of(const struct cg_node *nodes, const struct cg_node *node, int i)
{
    return nodes[node->inputs[i]].shape;
}

/* Output length of a sliding window along one axis, or 0 when it does not fit (see struct cg_window). */
static int window_output(int length, int pad_before, int pad_after, int kernel, int stride, int dilation)
{
    const int64_t room = (int64_t)length + pad_before + pad_after - (int64_t)dilation * (kernel - 1) - 1;
    return room < 0 ? 0 : (int)(room / stride + 1);
}

int cg_same_padding(int length, int kernel, int stride, int dilation)
{
    const int64_t output = ((int64_t)length + stride - 1) / stride, most = 4 * MAX_EXTENT;
    const int64_t total = (output - 1) * stride + (int64_t)dilation * (kernel - 1) + 1 - length;
    return (int)(total < 0 ? 0 : total < most ? total : most);
}

static bool in_extent(int value, int least)
{
    return value >= least && value <= MAX_EXTENT;
}

static enum cg_status check_window(const struct cg_node *node, struct cg_error *err)
{
    const struct cg_window *w = &node->window;
    if (!in_extent(w->kernel_h, 1) || !in_extent(w->kernel_w, 1))
        return misfit(err, node, "the kernel is %dx%d; both sides must be 1 to %d", w->kernel_h, w->kernel_w,
                      MAX_EXTENT);
    if (!in_extent(w->stride_h, 1) || !in_extent(w->stride_w, 1))
        return misfit(err, node, "the stride is %dx%d; both must be 1 to %d", w->stride_h, w->stride_w,
                      MAX_EXTENT);
    if (!in_extent(w->dilation_h, 1) || !in_extent(w->dilation_w, 1))
        return misfit(err, node, "the dilation is %dx%d; both must be 1 to %d", w->dilation_h, w->dilation_w,
                      MAX_EXTENT);
    if (!in_extent(w->pad_top, 0) || !in_extent(w->pad_left, 0) || !in_extent(w->pad_bottom, 0) ||
        !in_extent(w->pad_right, 0))
        return misfit(err, node,
                      "the pads are %d, %d, %d, %d (top, left, bottom, right); each must be 0 to %d",
                      w->pad_top, w->pad_left, w->pad_bottom, w->pad_right, MAX_EXTENT);
    return CG_OK;
}

static enum cg_status infer_window(const struct cg_node *nodes, struct cg_node *node, struct cg_error *err)
{
    const enum cg_status status = check_window(node, err);
    if (status != CG_OK)
        return status;
    const struct cg_shape in = shape_of(nodes, node, 0);
    const struct cg_window *w = &node->window;
    node->shape.n = in.n;
    node->shape.h = window_output(in.h, w->pad_top, w->pad_bottom, w->kernel_h, w->stride_h, w->dilation_h);
    node->shape.w = window_output(in.w, w->pad_left, w->pad_right, w->kernel_w, w->stride_w, w->dilation_w);
    if (node->shape.h < 1 || node->shape.w < 1)
        return misfit(err, node, "a %dx%d window does not fit a map of %dx%d", w->kernel_h, w->kernel_w, in.h,
                      in.w);
    return CG_OK;
}

static enum cg_status infer_input(const struct cg_node *nodes, struct cg_node *node, struct cg_error *err)
{
    const struct cg_shape s = node->shape;
    if (s.n < 1 || s.h < 1 || s.w < 1 || s.c < 1)
        return misfit(err, node, "the shape is %d x %dx%d x %d; every extent must be at least 1", s.n, s.h,
                      s.w, s.c);
    return CG_OK;
}

static enum cg_status infer_conv(const struct cg_node *nodes, struct cg_node *node, struct cg_error *err)
{
    const int in_c = shape_of(nodes, node, 0).c;
    if (node->shape.c < 1)
        return misfit(err, node, "%d output channels; there must be at least 1", node->shape.c);
    if (node->groups < 1)
        return misfit(err, node, "%d groups; there must be at least 1", node->groups);
    if (in_c % node->groups != 0 || node->shape.c % node->groups != 0)
        return misfit(err, node, "%d groups do not divide %d input and %d output channels", node->groups,
                      in_c, node->shape.c);
    return infer_window(nodes, node, err);
}

static enum cg_status infer_fc(const struct cg_node *nodes, struct cg_node *node, struct cg_error *err)
{
    const struct cg_shape in = shape_of(nodes, node, 0);
    if (in.h != 1 || in.w != 1)
        return misfit(err, node, "it needs a 1x1 map, not %dx%d; put a global pool before it", in.h, in.w);
    if (node->shape.c < 1)
        return misfit(err, node, "%d output channels; there must be at least 1", node->shape.c);
    node->shape = (struct cg_shape){in.n, 1, 1, node->shape.c};
    return CG_OK;
}

static enum cg_status infer_pool(const struct cg_node *nodes, struct cg_node *node, struct cg_error *err)
{
    node->shape.c = shape_of(nodes, node, 0).c;
    const enum cg_status status = infer_window(nodes, node, err);
    if (status != CG_OK)
        return status;
    /* A window that lies in the padding altogether has no maximum and no valid part. */
    const struct cg_window *w = &node->window;
    const struct cg_shape in = shape_of(nodes, node, 0);
    const int64_t reach_h = (int64_t)w->dilation_h * (w->kernel_h - 1) + 1;
    const int64_t reach_w = (int64_t)w->dilation_w * (w->kernel_w - 1) + 1;
    const int64_t last_h = (int64_t)(node->shape.h - 1) * w->stride_h - w->pad_top;
    const int64_t last_w = (int64_t)(node->shape.w - 1) * w->stride_w - w->pad_left;
    if (w->pad_top >= reach_h || w->pad_left >= reach_w || last_h >= in.h || last_w >= in.w)
        return misfit(err, node, "pads of %d, %d, %d, %d leave a %dx%d window wholly in the padding",
                      w->pad_top, w->pad_left, w->pad_bottom, w->pad_right, w->kernel_h, w->kernel_w);
    return CG_OK;
}

static enum cg_status infer_global_pool(const struct cg_node *nodes, struct cg_node *node,
                                        struct cg_error *err)
{
    const struct cg_shape in = shape_of(nodes, node, 0);
    node->shape = (struct cg_shape){in.n, 1, 1, in.c};
    return CG_OK;
}

static enum cg_status infer_same(const struct cg_node *nodes, struct cg_node *node, struct cg_error *err)
{
    node->shape = shape_of(nodes, node, 0);
    return CG_OK;
}

static enum cg_status infer_add(const struct cg_node *nodes, struct cg_node *node, struct cg_error *err)
{
    node->shape = shape_of(nodes, node, 0);
    for (int i = 1; i < node->n_inputs; i++) {
        const struct cg_shape s = shape_of(nodes, node, i);
        if (!cg_shape_equal(node->shape, s))
            return misfit(err, node,
                          "the shapes differ: %dx%dx%d (%s) and %dx%dx%d (%s), height x width x channels",
                          node->shape.h, node->shape.w, node->shape.c, nodes[node->inputs[0]].name, s.h, s.w,
                          s.c, nodes[node->inputs[i]].name);
    }
    return CG_OK;
}

static enum cg_status infer_mul(const struct cg_node *nodes, struct cg_node *node, struct cg_error *err)
{
    node->shape = shape_of(nodes, node, 0);
    const struct cg_shape s = shape_of(nodes, node, 1);
    const struct cg_shape per_channel = {node->shape.n, 1, 1, node->shape.c};
    if (!cg_shape_equal(node->shape, s) && !cg_shape_equal(per_channel, s))
        return misfit(err, node, "%dx%dx%d cannot scale %dx%dx%d: it must have the same shape or be 1x1x%d",
                      s.h, s.w, s.c, node->shape.h, node->shape.w, node->shape.c, node->shape.c);
    return CG_OK;
}

static enum cg_status infer_concat(const struct cg_node *nodes, struct cg_node *node, struct cg_error *err)
{
    node->shape = shape_of(nodes, node, 0);
    int64_t channels = node->shape.c;
    for (int i = 1; i < node->n_inputs; i++) {
        const struct cg_shape s = shape_of(nodes, node, i);
        if (s.n != node->shape.n || s.h != node->shape.h || s.w != node->shape.w)
            return misfit(err, node, "the maps differ: %dx%d (%s) and %dx%d (%s)", node->shape.h,
                          node->shape.w, nodes[node->inputs[0]].name, s.h, s.w, nodes[node->inputs[i]].name);
        channels += s.c;
    }
    if (channels > INT32_MAX)
        return misfit(err, node, "the channels do not fit an int");
    node->shape.c = (int)channels;
    return CG_OK;
}

static enum cg_status infer_split(const struct cg_node *nodes, struct cg_node *node, struct cg_error *err)
{
    const struct cg_shape in = shape_of(nodes, node, 0);
    if (node->offset < 0 || node->shape.c < 1 || node->offset > in.c - node->shape.c)
        return misfit(err, node, "channels %d to %lld of %d do not exist", node->offset,
                      (long long)node->offset + node->shape.c - 1, in.c);
    node->shape = (struct cg_shape){in.n, in.h, in.w, node->shape.c};
    return CG_OK;
}

static enum cg_status infer_shuffle(const struct cg_node *nodes, struct cg_node *node, struct cg_error *err)
{
    node->shape = shape_of(nodes, node, 0);
    if (node->groups < 1 || node->shape.c % node->groups != 0)
        return misfit(err, node, "%d groups do not divide %d channels", node->groups, node->shape.c);
    return CG_OK;
}

static enum cg_status infer_permute(const struct cg_node *nodes, struct cg_node *node, struct cg_error *err)
{
    const struct cg_shape in = shape_of(nodes, node, 0);
    if (node->shape.c < 1 || !node->index)
        return misfit(err, node, "it has no list of channels");
    for (int i = 0; i < node->shape.c; i++)
        if (node->index[i] < 0 || node->index[i] >= in.c)
            return misfit(err, node, "channel %d of %d does not exist", node->index[i], in.c);
    node->shape = (struct cg_shape){in.n, in.h, in.w, node->shape.c};
    return CG_OK;
}

static enum cg_status infer_pad(const struct cg_node *nodes, struct cg_node *node, struct cg_error *err)
{
    const struct cg_shape in = shape_of(nodes, node, 0);
    const struct cg_window *w = &node->window;
    const int64_t h = (int64_t)in.h + w->pad_top + w->pad_bottom;
    const int64_t width = (int64_t)in.w + w->pad_left + w->pad_right;
    if (h < 1 || width < 1 || h > INT32_MAX || width > INT32_MAX || -(int64_t)w->pad_top >= in.h ||
        -(int64_t)w->pad_bottom >= in.h || -(int64_t)w->pad_left >= in.w || -(int64_t)w->pad_right >= in.w)
        return misfit(err, node, "pads of %d, %d, %d, %d leave nothing of a %dx%d map", w->pad_top,
                      w->pad_left, w->pad_bottom, w->pad_right, in.h, in.w);
    node->shape = (struct cg_shape){in.n, (int)h, (int)width, in.c};
    return CG_OK;
}

typedef enum cg_status shape_rule(const struct cg_node *nodes, struct cg_node *node, struct cg_error *err);

static shape_rule *const rules[CG_OP_COUNT] = {
#define CG_OP_RULE(id, name, least, most, has, category, rule) [id] = infer_##rule,
    CG_OPS(CG_OP_RULE)
#undef CG_OP_RULE
};

static enum cg_status check_inputs(const struct cg_node *nodes, int n_nodes, const struct cg_node *node,
                                   struct cg_error *err)
{
    const struct cg_op_facts *facts = cg_op_facts(node->op);
    if (node->n_inputs < facts->least_inputs || node->n_inputs > facts->most_inputs)
        return misfit(err, node, "it has %d inputs; it takes %s%d", node->n_inputs,
                      facts->most_inputs == CG_MANY_INPUTS ? "at least " : "", facts->least_inputs);
    for (int i = 0; i < node->n_inputs; i++)
        if (node->inputs[i] < 0 || node->inputs[i] >= n_nodes)
            return misfit(err, node, "its input %d is node %d, which is not there yet", i, node->inputs[i]);
    for (int i = 0; node->op == CG_INPUT && i < n_nodes; i++)
        if (nodes[i].op == CG_INPUT)
            return misfit(err, node, "the graph has an input already (%s)", nodes[i].name);
    return CG_OK;
}

enum cg_status cg_shape_infer(const struct cg_node *nodes, int n_nodes, struct cg_node *node,
                              struct cg_error *err)
{
    if ((unsigned)node->op >= CG_OP_COUNT)
        return cg_fail(err, CG_INVALID, "%s%snode %s has an unknown kind %d", node->origin,
                       node->origin[0] ? ": " : "", node->name, (int)node->op);
    enum cg_status status = check_inputs(nodes, n_nodes, node, err);
    if (status != CG_OK)
        return status;
    if ((unsigned)node->act >= CG_ACT_COUNT)
        return misfit(err, node, "unknown activation %d", (int)node->act);
    if (node->act != CG_ACT_NONE && !cg_op_has(node->op, CG_HAS_ACT))
        return misfit(err, node, "it cannot carry an activation; add one after it");
    status = rules[node->op](nodes, node, err);
    if (status != CG_OK)
        return status;
    int64_t elements = 1;
    const int extents[] = {node->shape.n, node->shape.h, node->shape.w, node->shape.c};
    for (int i = 0; i < 4; i++) {
        elements *= extents[i]; /* each factor is below 2^31 and the product so far too: no overflow */
        if (elements > MAX_ELEMENTS)
            return misfit(err, node, "its output of %d x %dx%dx%d has more than 2^31 - 1 elements",
                          node->shape.n, node->shape.h, node->shape.w, node->shape.c);
    }
    return CG_OK;
}
