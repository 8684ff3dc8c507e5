#include "bench/graph/node.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

#define MAX_EXTENT   65536     /* kernel, stride, dilation, pad: anything larger is a slip of the pen */
#define MAX_ELEMENTS INT32_MAX /* per tensor: kernels index with int */

/* A node whose shape is to be found: at first that of its first input, if it has one. */
struct inference {
    const struct cg_node *nodes;
    struct cg_node *node;
    struct cg_shape in; /* of the first input */
    int channels, h, w; /* that the prototype asks for */
    struct cg_error *err;
};

/* "node NAME (KIND) at ORIGIN: sentence". */
__attribute__((format(printf, 2, 3))) static enum cg_status misfit(const struct inference *i,
                                                                   const char *format, ...)
{
    char reason[512];
    va_list args;
    va_start(args, format);
    vsnprintf(reason, sizeof reason, format, args);
    va_end(args);
    return cg_fail(i->err, CG_INVALID, "%s%slayer %s (%s): %s", i->node->origin,
                   i->node->origin[0] ? ": " : "", i->node->name, cg_op_name(i->node->op), reason);
}

static struct cg_shape shape_of(const struct inference *i, int input)
{
    return i->nodes[i->node->inputs[input]].shape;
}

/* Output length of a sliding window along one axis, or 0 when it does not fit (see struct cg_window). */
static int window_output(int length, int pad_before, int pad_after, int kernel, int stride, int dilation)
{
    const int64_t room = (int64_t)length + pad_before + pad_after - (int64_t)dilation * (kernel - 1) - 1;
    return room < 0 ? 0 : (int)(room / stride + 1);
}

int cg_repeated(int at, int in, int out)
{
    return (int)((int64_t)at * in / out);
}

int cg_same_padding(int length, int kernel, int stride, int dilation)
{
    const int64_t output = ((int64_t)length + stride - 1) / stride, most = 4 * MAX_EXTENT;
    const int64_t total = (output - 1) * stride + (int64_t)dilation * (kernel - 1) + 1 - length;
    return (int)(total < 0 ? 0 : total < most ? total : most);
}

int cg_ceil_padding(int length, int before, int after, int kernel, int stride, int dilation)
{
    const int64_t reach = (int64_t)dilation * (kernel - 1) + 1;
    const int64_t room = (int64_t)length + before + after - reach;
    if (room <= -stride)
        return 0;                                /* not even one */
    int64_t last = (room + stride - 1) / stride; /* index of the last window */
    if (last * stride >= (int64_t)length + before)
        last--;
    const int64_t needed = last * stride + reach - length - before;
    return needed > after ? (int)(needed - after) : 0;
}

static bool in_extent(int value, int least)
{
    return value >= least && value <= MAX_EXTENT;
}

static enum cg_status check_window(const struct inference *i)
{
    const struct cg_window *w = &i->node->window;
    const struct {
        const char *name, *both;
        int h, w;
    } extents[] = {{"kernel", "both sides", w->kernel_h, w->kernel_w},
                   {"stride", "both", w->stride_h, w->stride_w},
                   {"dilation", "both", w->dilation_h, w->dilation_w}};
    for (int k = 0; k < 3; k++)
        if (!in_extent(extents[k].h, 1) || !in_extent(extents[k].w, 1))
            return misfit(i, "the %s is %dx%d; %s must be 1 to %d", extents[k].name, extents[k].h,
                          extents[k].w, extents[k].both, MAX_EXTENT);
    if ((int64_t)w->kernel_h * w->kernel_w > MAX_ELEMENTS)
        return misfit(i, "a kernel of %dx%d has more than 2^31 - 1 taps", w->kernel_h, w->kernel_w);
    if (!in_extent(w->pad_top, 0) || !in_extent(w->pad_left, 0) || !in_extent(w->pad_bottom, 0) ||
        !in_extent(w->pad_right, 0))
        return misfit(i, "the pads are %d, %d, %d, %d (top, left, bottom, right); each must be 0 to %d",
                      w->pad_top, w->pad_left, w->pad_bottom, w->pad_right, MAX_EXTENT);
    return CG_OK;
}

/* Height and width of what a sliding window gives. */
static enum cg_status infer_window(const struct inference *i)
{
    const struct cg_window *w = &i->node->window;
    struct cg_shape *out = &i->node->shape;
    const enum cg_status status = check_window(i);
    if (status != CG_OK)
        return status;
    out->h = window_output(i->in.h, w->pad_top, w->pad_bottom, w->kernel_h, w->stride_h, w->dilation_h);
    out->w = window_output(i->in.w, w->pad_left, w->pad_right, w->kernel_w, w->stride_w, w->dilation_w);
    if (out->h < 1 || out->w < 1)
        return misfit(i, "a %dx%d window does not fit a map of %dx%d", w->kernel_h, w->kernel_w, i->in.h,
                      i->in.w);
    return CG_OK;
}

static enum cg_status infer_input(const struct inference *i)
{
    const struct cg_shape s = i->node->shape;
    if (s.n < 1 || s.h < 1 || s.w < 1 || s.c < 1)
        return misfit(i, "the shape is %d x %dx%d x %d; every extent must be at least 1", s.n, s.h, s.w, s.c);
    return CG_OK;
}

/* The channels that a layer asks for. */
static enum cg_status infer_channels(const struct inference *i)
{
    if (i->channels < 1)
        return misfit(i, "%d output channels; there must be at least 1", i->channels);
    i->node->shape.c = i->channels;
    return CG_OK;
}

static enum cg_status infer_conv(const struct inference *i)
{
    const int groups = i->node->groups;
    const enum cg_status status = infer_channels(i);
    if (status != CG_OK)
        return status;
    if (groups < 1)
        return misfit(i, "%d groups; there must be at least 1", groups);
    if (i->in.c % groups != 0 || i->channels % groups != 0)
        return misfit(i, "%d groups do not divide %d input and %d output channels", groups, i->in.c,
                      i->channels);
    return infer_window(i);
}

static enum cg_status infer_fc(const struct inference *i)
{
    if (i->in.h != 1 || i->in.w != 1)
        return misfit(i, "it needs a 1x1 map, not %dx%d; put a global pool before it", i->in.h, i->in.w);
    return infer_channels(i);
}

static enum cg_status infer_pool(const struct inference *i)
{
    const struct cg_window *w = &i->node->window;
    const struct cg_shape *out = &i->node->shape;
    const enum cg_status status = infer_window(i);
    if (status != CG_OK)
        return status;
    /* A window that lies in the padding altogether has no maximum and no valid part. */
    const int64_t reach_h = (int64_t)w->dilation_h * (w->kernel_h - 1) + 1;
    const int64_t reach_w = (int64_t)w->dilation_w * (w->kernel_w - 1) + 1;
    const int64_t last_h = (int64_t)(out->h - 1) * w->stride_h - w->pad_top;
    const int64_t last_w = (int64_t)(out->w - 1) * w->stride_w - w->pad_left;
    if (w->pad_top >= reach_h || w->pad_left >= reach_w || last_h >= i->in.h || last_w >= i->in.w)
        return misfit(i, "pads of %d, %d, %d, %d leave a %dx%d window wholly in the padding", w->pad_top,
                      w->pad_left, w->pad_bottom, w->pad_right, w->kernel_h, w->kernel_w);
    return CG_OK;
}

static enum cg_status infer_global_pool(const struct inference *i)
{
    i->node->shape.h = i->node->shape.w = 1;
    return CG_OK;
}

static enum cg_status infer_same(const struct inference *i)
{
    return CG_OK;
}

static enum cg_status infer_add(const struct inference *i)
{
    for (int k = 1; k < i->node->n_inputs; k++) {
        const struct cg_shape s = shape_of(i, k);
        if (!cg_shape_equal(i->in, s))
            return misfit(i, "the shapes differ: %dx%dx%d (%s) and %dx%dx%d (%s), height x width x channels",
                          i->in.h, i->in.w, i->in.c, i->nodes[i->node->inputs[0]].name, s.h, s.w, s.c,
                          i->nodes[i->node->inputs[k]].name);
    }
    return CG_OK;
}

static enum cg_status infer_mul(const struct inference *i)
{
    const struct cg_shape s = shape_of(i, 1), per_channel = {i->in.n, 1, 1, i->in.c};
    if (!cg_shape_equal(i->in, s) && !cg_shape_equal(per_channel, s))
        return misfit(i, "%dx%dx%d cannot scale %dx%dx%d: it must have the same shape or be 1x1x%d", s.h, s.w,
                      s.c, i->in.h, i->in.w, i->in.c, i->in.c);
    return CG_OK;
}

static enum cg_status infer_concat(const struct inference *i)
{
    int64_t channels = i->in.c;
    for (int k = 1; k < i->node->n_inputs; k++) {
        const struct cg_shape s = shape_of(i, k);
        if (s.n != i->in.n || s.h != i->in.h || s.w != i->in.w)
            return misfit(i, "the maps differ: %dx%d (%s) and %dx%d (%s)", i->in.h, i->in.w,
                          i->nodes[i->node->inputs[0]].name, s.h, s.w, i->nodes[i->node->inputs[k]].name);
        channels += s.c;
    }
    if (channels > INT32_MAX)
        return misfit(i, "the channels do not fit an int");
    i->node->shape.c = (int)channels;
    return CG_OK;
}

static enum cg_status infer_split(const struct inference *i)
{
    const int offset = i->node->offset, channels = i->channels;
    if (offset < 0 || channels < 1 || offset > i->in.c - channels)
        return misfit(i, "channels %d to %lld of %d do not exist", offset, (long long)offset + channels - 1,
                      i->in.c);
    i->node->shape.c = channels;
    return CG_OK;
}

static enum cg_status infer_shuffle(const struct inference *i)
{
    if (i->node->groups < 1 || i->in.c % i->node->groups != 0)
        return misfit(i, "%d groups do not divide %d channels", i->node->groups, i->in.c);
    return CG_OK;
}

static enum cg_status infer_permute(const struct inference *i)
{
    const int *index = i->node->index;
    if (i->channels < 1 || !index)
        return misfit(i, "it has no list of channels");
    for (int k = 0; k < i->channels; k++)
        if (index[k] < 0 || index[k] >= i->in.c)
            return misfit(i, "channel %d of %d does not exist", index[k], i->in.c);
    i->node->shape.c = i->channels;
    return CG_OK;
}

static enum cg_status infer_pad(const struct inference *i)
{
    const struct cg_window *w = &i->node->window;
    const int64_t h = (int64_t)i->in.h + w->pad_top + w->pad_bottom;
    const int64_t width = (int64_t)i->in.w + w->pad_left + w->pad_right;
    if (h < 1 || width < 1 || h > INT32_MAX || width > INT32_MAX || -(int64_t)w->pad_top >= i->in.h ||
        -(int64_t)w->pad_bottom >= i->in.h || -(int64_t)w->pad_left >= i->in.w ||
        -(int64_t)w->pad_right >= i->in.w)
        return misfit(i, "pads of %d, %d, %d, %d leave nothing of a %dx%d map", w->pad_top, w->pad_left,
                      w->pad_bottom, w->pad_right, i->in.h, i->in.w);
    i->node->shape.h = (int)h;
    i->node->shape.w = (int)width;
    return CG_OK;
}

static enum cg_status infer_upsample(const struct inference *i)
{
    if (i->h < i->in.h || i->w < i->in.w)
        return misfit(i, "a map of %dx%d cannot become one of %dx%d: it only becomes larger", i->in.h,
                      i->in.w, i->h, i->w);
    i->node->shape.h = i->h;
    i->node->shape.w = i->w;
    return CG_OK;
}

static enum cg_status infer_depth_to_space(const struct inference *i)
{
    const bool whole = i->h >= i->in.h && i->w >= i->in.w && i->h % i->in.h == 0 && i->w % i->in.w == 0;
    const int64_t block = whole ? (int64_t)(i->h / i->in.h) * (i->w / i->in.w) : 0;
    if (!whole || i->in.c % block != 0)
        return misfit(i, "%d channels of a map of %dx%d do not make up the pixels of one of %dx%d", i->in.c,
                      i->in.h, i->in.w, i->h, i->w);
    i->node->shape = (struct cg_shape){i->in.n, i->h, i->w, (int)(i->in.c / block)};
    return CG_OK;
}

static enum cg_status infer_norm(const struct inference *i)
{
    const struct cg_node *node = i->node;
    if (node->groups < 1 || i->in.c % node->groups != 0)
        return misfit(i, "%d groups do not divide %d channels", node->groups, i->in.c);
    if (!(node->epsilon >= 0) || isinf(node->epsilon))
        return misfit(i, "its epsilon is %g; it must be a finite number of at least 0",
                      (double)node->epsilon);
    return CG_OK;
}

static enum cg_status infer_lrn(const struct inference *i)
{
    const struct cg_node *node = i->node;
    if (!in_extent(node->size, 1))
        return misfit(i, "its size is %d; it must be 1 to %d", node->size, MAX_EXTENT);
    if (!(node->alpha >= 0) || !(node->k > 0) || isinf(node->alpha) || isinf(node->k) || isinf(node->beta))
        return misfit(i,
                      "alpha, beta and k are %g, %g and %g; alpha must be at least 0, k above 0, all finite",
                      (double)node->alpha, (double)node->beta, (double)node->k);
    return CG_OK;
}

static enum cg_status (*const rules[CG_OP_COUNT])(const struct inference *) = {
#define CG_OP_RULE(id, name, least, most, has, category, rule) [id] = infer_##rule,
    CG_OPS(CG_OP_RULE)
#undef CG_OP_RULE
};

static enum cg_status check_inputs(const struct inference *i, int n_nodes)
{
    const struct cg_node *node = i->node;
    const struct cg_op_facts *facts = cg_op_facts(node->op);
    if (node->n_inputs < facts->least_inputs || node->n_inputs > facts->most_inputs)
        return misfit(i, "it has %d inputs; it takes %s%d", node->n_inputs,
                      facts->most_inputs == CG_MANY_INPUTS ? "at least " : "", facts->least_inputs);
    for (int k = 0; k < node->n_inputs; k++)
        if (node->inputs[k] < 0 || node->inputs[k] >= n_nodes)
            return misfit(i, "its input %d is node %d, which is not there yet", k, node->inputs[k]);
    for (int k = 0; node->op == CG_INPUT && k < n_nodes; k++)
        if (i->nodes[k].op == CG_INPUT)
            return misfit(i, "the graph has an input already (%s)", i->nodes[k].name);
    return CG_OK;
}

/* Numbers that the activation does not take are made 0. */
static enum cg_status check_act(const struct inference *i)
{
    struct cg_node *node = i->node;
    if ((unsigned)node->act >= CG_ACT_COUNT)
        return misfit(i, "unknown activation %d", (int)node->act);
    if (node->act != CG_ACT_NONE && !cg_op_has(node->op, CG_HAS_ACT))
        return misfit(i, "it cannot carry an activation; add one after it");
    if (node->op != CG_ACT && !cg_act_fuses(node->act))
        return misfit(i, "it cannot carry the activation %s; add it after it", cg_act_name(node->act));
    const int numbers = cg_act_numbers(node->act);
    if (numbers < 1 && node->op != CG_LRN)
        node->alpha = 0;
    if (numbers < 2 && node->op != CG_LRN)
        node->beta = 0;
    const bool bounds = node->act == CG_ACT_CLIP; /* which may be infinite */
    if (isnan(node->alpha) || isnan(node->beta) || (!bounds && (isinf(node->alpha) || isinf(node->beta))))
        return misfit(i, "%s takes finite numbers, not %g and %g", cg_act_name(node->act),
                      (double)node->alpha, (double)node->beta);
    return CG_OK;
}

/* Whether it has no more weights than kernels can index, once its shape is known. */
static bool fits_weights(const struct inference *i)
{
    const struct cg_node *node = i->node;
    if (!cg_op_has(node->op, CG_HAS_WEIGHTS))
        return true;
    const struct cg_window *w = &node->window;
    const bool is_fc = node->op == CG_FC;
    const int64_t fan_in = i->in.c / (is_fc ? 1 : node->groups), most = MAX_ELEMENTS / node->shape.c / fan_in;
    return (is_fc ? 1 : (int64_t)w->kernel_h * w->kernel_w) <= most;
}

enum cg_status cg_shape_infer(const struct cg_node *nodes, int n_nodes, struct cg_node *node,
                              struct cg_error *err)
{
    struct inference i = {.nodes = nodes,
                          .node = node,
                          .channels = node->shape.c,
                          .h = node->shape.h,
                          .w = node->shape.w,
                          .err = err};
    if ((unsigned)node->op >= CG_OP_COUNT)
        return cg_fail(err, CG_INVALID, "%s%snode %s has an unknown kind %d", node->origin,
                       node->origin[0] ? ": " : "", node->name, (int)node->op);
    enum cg_status status = check_inputs(&i, n_nodes);
    if (status != CG_OK)
        return status;
    status = check_act(&i);
    if (status != CG_OK)
        return status;
    if (node->n_inputs > 0)
        node->shape = i.in = shape_of(&i, 0);
    status = rules[node->op](&i);
    if (status != CG_OK)
        return status;
    /* Each factor is below 2^31 and the product so far too: no overflow. */
    const struct cg_shape s = node->shape;
    if ((int64_t)s.n * s.h > MAX_ELEMENTS || (int64_t)s.n * s.h * s.w > MAX_ELEMENTS ||
        cg_shape_elements(s) > MAX_ELEMENTS)
        return misfit(&i, "its output of %d x %dx%dx%d has more than 2^31 - 1 elements", s.n, s.h, s.w, s.c);
    if (!fits_weights(&i))
        return misfit(&i, "it has more than 2^31 - 1 weights");
    return CG_OK;
}
