/* From nodes to XNNPACK's operators. Everything is NHWC; a view is where a tensor starts and how far apart
 * its pixels are. */
#include "kernels/channel_permutation.h"
#include "kernels/xnnpack/plan.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct view {
    float *data;
    size_t stride; /* floats between pixels */
    struct cg_shape shape;
};

struct build {
    struct cg_xnn_plan *plan;
    const struct cg_graph *graph;
    const struct cg_weights *weights;
    int id; /* the node at hand */
    pthreadpool_t pool;
    struct cg_error *err;
};

static const char *const status_texts[] = {
    [xnn_status_success] = "success",
    [xnn_status_uninitialized] = "not initialised",
    [xnn_status_invalid_parameter] = "invalid parameter",
    [xnn_status_invalid_state] = "invalid state",
    [xnn_status_unsupported_parameter] = "unsupported parameter",
    [xnn_status_unsupported_hardware] = "unsupported hardware",
    [xnn_status_out_of_memory] = "out of memory",
};

static enum cg_status refuse(const struct build *b, const char *operator_name, enum xnn_status status)
{
    const struct cg_node *node = &b->graph->nodes[b->id];
    const enum cg_status kind = status == xnn_status_out_of_memory ? CG_NO_MEMORY : CG_UNSUPPORTED;
    return cg_fail(
        b->err, kind, "node %s (%s): XNNPACK refuses %s: %s", node->name, cg_op_name(node->op), operator_name,
        (size_t)status < sizeof status_texts / sizeof status_texts[0] ? status_texts[status] : "?");
}

static enum cg_status no_memory(const struct build *b)
{
    return cg_fail(b->err, CG_NO_MEMORY, "node %s: no memory", b->graph->nodes[b->id].name);
}

static int64_t pixels(struct cg_shape shape)
{
    return (int64_t)shape.n * shape.h * shape.w;
}

static struct view view_at(const struct build *b, const struct cg_xnn_slot *slot, struct cg_shape shape)
{
    char *buffer = b->plan->arena + b->plan->layout.buffers[slot->buffer].offset;
    return (struct view){(float *)buffer + slot->offset, (size_t)slot->stride, shape};
}

static struct view view_of(const struct build *b, int id)
{
    return view_at(b, &b->plan->layout.slots[id], b->graph->nodes[id].shape);
}

static struct view input_of(const struct build *b, int i)
{
    return view_of(b, b->graph->nodes[b->id].inputs[i]);
}

static struct view output_of(const struct build *b)
{
    return view_of(b, b->id);
}

/* The part of a tensor that begins `channels` channels and `pixel` pixels further on. */
static struct view moved(struct view v, int64_t channels, int64_t pixel)
{
    v.data += channels + pixel * (int64_t)v.stride;
    return v;
}

/* Takes a created and set-up operator into the plan, as a part of the node's step; `name` joins the step's.
 */
static enum cg_status take(struct build *b, xnn_operator_t operator, enum xnn_status status, const char *name)
{
    struct cg_xnn_plan *plan = b->plan;
    if (status != xnn_status_success) {
        if (operator)
            xnn_delete_operator(operator);
        return refuse(b, name, status);
    }
    if (plan->n_operators == plan->capacity) {
        const int capacity = plan->capacity ? 2 * plan->capacity : 64;
        xnn_operator_t *grown = realloc(plan->operators, (size_t)capacity * sizeof *grown);
        if (!grown) {
            xnn_delete_operator(operator);
            return no_memory(b);
        }
        plan->operators = grown;
        plan->capacity = capacity;
    }
    plan->operators[plan->n_operators++] = operator;
    plan->steps[plan->n_steps].n_operators++;
    return CG_OK;
}

/* Names what the node's step runs. */
static void name_step(struct build *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void name_step(struct build *b, const char *format, ...)
{
    char *text = b->plan->steps[b->plan->n_steps].implementation;
    const size_t size = sizeof b->plan->steps[0].implementation;
    size_t used = strlen(text);
    if (used && used + 4 < size)
        used += (size_t)snprintf(text + used, size - used, " + ");
    va_list args;
    va_start(args, format);
    vsnprintf(text + used, size - used, format, args);
    va_end(args);
}

struct range {
    float min, max;
};

/* What an operator's own clamp does for an activation; the others need a pass of their own. */
static struct range clamp_of(enum cg_act act)
{
    switch (act) {
    case CG_ACT_RELU:
        return (struct range){0.0f, INFINITY};
    case CG_ACT_RELU6:
        return (struct range){0.0f, 6.0f};
    default:
        return (struct range){-INFINITY, INFINITY};
    }
}

static bool is_clamp(enum cg_act act)
{
    return act == CG_ACT_NONE || act == CG_ACT_RELU || act == CG_ACT_RELU6;
}

/* x * scale[c] + shift[c] as a 1x1 depthwise convolution, for which XNNPACK has kernels of its own
 * (vmulcaddc). */
static enum cg_status emit_affine(struct build *b, struct view in, struct view out, const float *scale,
                                  const float *shift, struct range clamp)
{
    xnn_operator_t operator= NULL;
    enum xnn_status status =
        xnn_create_convolution2d_nhwc_f32(0, 0, 0, 0, 1, 1, 1, 1, 1, 1, (uint32_t)in.shape.c, 1, 1, in.stride,
                                          out.stride, scale, shift, clamp.min, clamp.max, 0, &operator);
    if (status == xnn_status_success)
        status = xnn_setup_convolution2d_nhwc_f32(operator, 1, 1, (size_t)pixels(in.shape), in.data, out.data,
                                                  b->pool);
    name_step(b, "convolution2d vmulcaddc");
    return take(b, operator, status, "convolution2d_nhwc_f32");
}

static enum cg_status emit_hard_sigmoid(struct build *b, struct view in, struct view out)
{
    const size_t c = (size_t)in.shape.c;
    float *both = malloc(2 * c * sizeof *both);
    if (!both)
        return no_memory(b);
    for (size_t i = 0; i < c; i++) {
        both[i] = 1.0f / 6.0f;
        both[c + i] = 0.5f;
    }
    const enum cg_status status = emit_affine(b, in, out, both, both + c, (struct range){0.0f, 1.0f});
    free(both);
    return status;
}

typedef enum xnn_status create_unary(size_t, size_t, size_t, uint32_t, xnn_operator_t *);
typedef enum xnn_status setup_unary(xnn_operator_t, size_t, const float *, float *, pthreadpool_t);

static enum cg_status emit_unary(struct build *b, struct view in, struct view out, create_unary *create,
                                 setup_unary *setup, const char *name)
{
    xnn_operator_t operator= NULL;
    enum xnn_status status = create((size_t)in.shape.c, in.stride, out.stride, 0, &operator);
    if (status == xnn_status_success)
        status = setup(operator,(size_t) pixels(in.shape), in.data, out.data, b->pool);
    name_step(b, "%s", name);
    return take(b, operator, status, name);
}

static enum cg_status emit_clamp(struct build *b, struct view in, struct view out, struct range range)
{
    xnn_operator_t operator= NULL;
    enum xnn_status status = xnn_create_clamp_nc_f32((size_t)in.shape.c, in.stride, out.stride, range.min,
                                                     range.max, 0, &operator);
    if (status == xnn_status_success)
        status = xnn_setup_clamp_nc_f32(operator,(size_t) pixels(in.shape), in.data, out.data, b->pool);
    name_step(b, "clamp");
    return take(b, operator, status, "clamp_nc_f32");
}

static enum cg_status emit_act(struct build *b, enum cg_act act, struct view in, struct view out)
{
    switch (act) {
    case CG_ACT_SIGMOID:
        return emit_unary(b, in, out, xnn_create_sigmoid_nc_f32, xnn_setup_sigmoid_nc_f32, "sigmoid");
    case CG_ACT_HARD_SWISH:
        return emit_unary(b, in, out, xnn_create_hardswish_nc_f32, xnn_setup_hardswish_nc_f32, "hardswish");
    case CG_ACT_HARD_SIGMOID:
        return emit_hard_sigmoid(b, in, out);
    default:
        return emit_clamp(b, in, out, clamp_of(act));
    }
}

/* The activation of a node that is not a clamp: a pass over its output, in place. */
static enum cg_status emit_rest_of_act(struct build *b, enum cg_status status)
{
    const enum cg_act act = b->graph->nodes[b->id].act;
    if (status != CG_OK || is_clamp(act))
        return status;
    return emit_act(b, act, output_of(b), output_of(b));
}

/* `rows` runs of `width` floats, `from_stride` and `to_stride` floats apart. */
static enum cg_status emit_copy(struct build *b, const float *from, size_t from_stride, float *to,
                                size_t to_stride, size_t width, size_t rows)
{
    xnn_operator_t operator= NULL;
    enum xnn_status status = xnn_create_copy_nc_x32(width, from_stride, to_stride, 0, &operator);
    if (status == xnn_status_success)
        status = xnn_setup_copy_nc_x32(operator, rows, from, to, b->pool);
    return take(b, operator, status, "copy_nc_x32");
}

static enum cg_status emit_copy_view(struct build *b, struct view in, struct view out)
{
    name_step(b, "copy");
    return emit_copy(b, in.data, in.stride, out.data, out.stride, (size_t)in.shape.c,
                     (size_t)pixels(in.shape));
}

static enum cg_status emit_conv(struct build *b, struct view in, struct view out, const struct cg_window *w,
                                int groups, const float *weight, const float *bias, struct range clamp)
{
    xnn_operator_t operator= NULL;
    enum xnn_status status = xnn_create_convolution2d_nhwc_f32(
        (uint32_t)w->pad_top, (uint32_t)w->pad_right, (uint32_t)w->pad_bottom, (uint32_t)w->pad_left,
        (uint32_t)w->kernel_h, (uint32_t)w->kernel_w, (uint32_t)w->stride_h, (uint32_t)w->stride_w,
        (uint32_t)w->dilation_h, (uint32_t)w->dilation_w, (uint32_t)groups, (size_t)(in.shape.c / groups),
        (size_t)(out.shape.c / groups), in.stride, out.stride, weight, bias, clamp.min, clamp.max, 0,
        &operator);
    if (status == xnn_status_success)
        status = xnn_setup_convolution2d_nhwc_f32(operator,(size_t) in.shape.n, (size_t)in.shape.h,
                                                  (size_t)in.shape.w, in.data, out.data, b->pool);
    return take(b, operator, status, "convolution2d_nhwc_f32");
}

/* The kind of micro-kernel that XNNPACK picks for a convolution, by its own rule. */
static const char *conv_kernel(const struct cg_window *w, int groups, int c_in, int c_out)
{
    const int taps = w->kernel_h * w->kernel_w;
    const bool plain = taps == 1 && w->stride_h == 1 && w->stride_w == 1 && !w->pad_top && !w->pad_left &&
                       !w->pad_bottom && !w->pad_right;
    if (groups == c_in && groups == c_out) {
        if (plain)
            return "vmulcaddc";
        if (taps == 3 || taps == 4 || taps == 9 || taps == 25)
            return "dwconv";
    }
    return plain ? "gemm" : "igemm";
}

static enum cg_status build_conv(struct build *b)
{
    const struct cg_node *node = &b->graph->nodes[b->id];
    const struct view in = input_of(b, 0), out = output_of(b);
    const size_t n_weight = b->weights->params[node->params].n_weight;
    float *weight = malloc((n_weight + (size_t)out.shape.c) * sizeof *weight);
    if (!weight)
        return no_memory(b);
    cg_weights_fold(b->graph, b->weights, b->id, weight, weight + n_weight);
    name_step(b, "convolution2d %s", conv_kernel(&node->window, node->groups, in.shape.c, out.shape.c));
    const enum cg_status status =
        emit_conv(b, in, out, &node->window, node->groups, weight, weight + n_weight, clamp_of(node->act));
    free(weight);
    return emit_rest_of_act(b, status);
}

static enum cg_status build_fc(struct build *b)
{
    const struct cg_node *node = &b->graph->nodes[b->id];
    const struct view in = input_of(b, 0), out = output_of(b);
    const size_t n_weight = b->weights->params[node->params].n_weight;
    float *weight = malloc((n_weight + (size_t)out.shape.c) * sizeof *weight);
    if (!weight)
        return no_memory(b);
    cg_weights_fold(b->graph, b->weights, b->id, weight, weight + n_weight);
    const struct range clamp = clamp_of(node->act);
    xnn_operator_t operator= NULL;
    enum xnn_status status =
        xnn_create_fully_connected_nc_f32((size_t)in.shape.c, (size_t)out.shape.c, in.stride, out.stride,
                                          weight, weight + n_weight, clamp.min, clamp.max, 0, &operator);
    free(weight);
    if (status == xnn_status_success)
        status = xnn_setup_fully_connected_nc_f32(operator,(size_t) in.shape.n, in.data, out.data, b->pool);
    name_step(b, "fully_connected gemm");
    return emit_rest_of_act(b, take(b, operator, status, "fully_connected_nc_f32"));
}

static enum cg_status build_affine(struct build *b)
{
    const struct cg_node *node = &b->graph->nodes[b->id];
    const size_t c = (size_t)node->shape.c;
    float *both = malloc(2 * c * sizeof *both);
    if (!both)
        return no_memory(b);
    cg_weights_fold(b->graph, b->weights, b->id, both, both + c);
    const enum cg_status status =
        emit_affine(b, input_of(b, 0), output_of(b), both, both + c, clamp_of(node->act));
    free(both);
    return emit_rest_of_act(b, status);
}

static enum cg_status build_act(struct build *b)
{
    return emit_act(b, b->graph->nodes[b->id].act, input_of(b, 0), output_of(b));
}

/* Pooling of 1x1 windows picks pixels: one copy an output row. */
static enum cg_status build_pick(struct build *b)
{
    const struct cg_window *w = &b->graph->nodes[b->id].window;
    const struct view in = input_of(b, 0), out = output_of(b);
    enum cg_status status = CG_OK;
    name_step(b, "copy of every %d. row and %d. column", w->stride_h, w->stride_w);
    for (int n = 0; n < out.shape.n && status == CG_OK; n++)
        for (int y = 0; y < out.shape.h && status == CG_OK; y++) {
            const struct view from = moved(in, 0, ((int64_t)n * in.shape.h + y * w->stride_h) * in.shape.w);
            const struct view to = moved(out, 0, ((int64_t)n * out.shape.h + y) * out.shape.w);
            status = emit_copy(b, from.data, from.stride * (size_t)w->stride_w, to.data, to.stride,
                               (size_t)in.shape.c, (size_t)out.shape.w);
        }
    return status;
}

static enum cg_status build_max_pool(struct build *b)
{
    const struct cg_window *w = &b->graph->nodes[b->id].window;
    const struct view in = input_of(b, 0), out = output_of(b);
    if (cg_xnn_recipe(b->graph, b->id) == CG_XNN_COPY)
        return build_pick(b);
    xnn_operator_t operator= NULL;
    enum xnn_status status = xnn_create_max_pooling2d_nhwc_f32(
        (uint32_t)w->pad_top, (uint32_t)w->pad_right, (uint32_t)w->pad_bottom, (uint32_t)w->pad_left,
        (uint32_t)w->kernel_h, (uint32_t)w->kernel_w, (uint32_t)w->stride_h, (uint32_t)w->stride_w,
        (uint32_t)w->dilation_h, (uint32_t)w->dilation_w, (size_t)in.shape.c, in.stride, out.stride,
        -INFINITY, INFINITY, 0, &operator);
    if (status == xnn_status_success)
        status = xnn_setup_max_pooling2d_nhwc_f32(operator,(size_t) in.shape.n, (size_t)in.shape.h,
                                                  (size_t)in.shape.w, in.data, out.data, b->pool);
    name_step(b, "max_pooling2d");
    return take(b, operator, status, "max_pooling2d_nhwc_f32");
}

/* Pads must be given as those of XNNPACK: with any of them it divides by the valid part of the window. */
static enum cg_status emit_avg_pool(struct build *b, struct view in, struct view out,
                                    const struct cg_window *w)
{
    xnn_operator_t operator= NULL;
    enum xnn_status status = xnn_create_average_pooling2d_nhwc_f32(
        (uint32_t)w->pad_top, (uint32_t)w->pad_right, (uint32_t)w->pad_bottom, (uint32_t)w->pad_left,
        (uint32_t)w->kernel_h, (uint32_t)w->kernel_w, (uint32_t)w->stride_h, (uint32_t)w->stride_w,
        (size_t)in.shape.c, in.stride, out.stride, -INFINITY, INFINITY, 0, &operator);
    if (status == xnn_status_success)
        status = xnn_setup_average_pooling2d_nhwc_f32(operator,(size_t) in.shape.n, (size_t)in.shape.h,
                                                      (size_t)in.shape.w, in.data, out.data, b->pool);
    name_step(b, "average_pooling2d");
    return take(b, operator, status, "average_pooling2d_nhwc_f32");
}

static enum cg_status emit_pad(struct build *b, struct view in, struct view out, const struct cg_window *w)
{
    const float zero = 0.0f;
    const size_t shape[4] = {(size_t)in.shape.n, (size_t)in.shape.h, (size_t)in.shape.w, (size_t)in.shape.c};
    const size_t before[4] = {0, w->pad_top > 0 ? (size_t)w->pad_top : 0,
                              w->pad_left > 0 ? (size_t)w->pad_left : 0, 0};
    const size_t after[4] = {0, w->pad_bottom > 0 ? (size_t)w->pad_bottom : 0,
                             w->pad_right > 0 ? (size_t)w->pad_right : 0, 0};
    xnn_operator_t operator= NULL;
    enum xnn_status status = xnn_create_constant_pad_nd_x32(&zero, 0, &operator);
    if (status == xnn_status_success)
        status = xnn_setup_constant_pad_nd_x32(operator, 4, shape, before, after, in.data, out.data, b->pool);
    name_step(b, "constant_pad");
    return take(b, operator, status, "constant_pad_nd_x32");
}

/* Rows of pixels copied out of the middle of each image. */
static enum cg_status emit_crop(struct build *b, struct view in, struct view out, const struct cg_window *w)
{
    const int top = w->pad_top < 0 ? -w->pad_top : 0, left = w->pad_left < 0 ? -w->pad_left : 0;
    enum cg_status status = CG_OK;
    name_step(b, "copy of rows");
    for (int n = 0; n < in.shape.n && status == CG_OK; n++) {
        const struct view from = moved(in, 0, ((int64_t)n * in.shape.h + top) * in.shape.w + left);
        const struct view to = moved(out, 0, (int64_t)n * out.shape.h * out.shape.w);
        status = emit_copy(b, from.data, from.stride * (size_t)in.shape.w, to.data,
                           to.stride * (size_t)out.shape.w, (size_t)(out.shape.w * out.shape.c),
                           (size_t)out.shape.h);
    }
    return status;
}

static struct view scratch_of(const struct build *b, int h, int w)
{
    struct cg_shape shape = cg_input_shape(b->graph, b->id, 0);
    shape.h = h;
    shape.w = w;
    return view_at(b, &b->plan->layout.scratch[b->id], shape);
}

static enum cg_status build_pad(struct build *b)
{
    const struct cg_window *w = &b->graph->nodes[b->id].window;
    const struct view in = input_of(b, 0), out = output_of(b);
    switch (cg_xnn_recipe(b->graph, b->id)) {
    case CG_XNN_CROP:
        return emit_crop(b, in, out, w);
    case CG_XNN_CROP_PAD: {
        const int h =
            in.shape.h + (w->pad_top < 0 ? w->pad_top : 0) + (w->pad_bottom < 0 ? w->pad_bottom : 0);
        const int width =
            in.shape.w + (w->pad_left < 0 ? w->pad_left : 0) + (w->pad_right < 0 ? w->pad_right : 0);
        const struct view cropped = scratch_of(b, h, width);
        const enum cg_status status = emit_crop(b, in, cropped, w);
        return status == CG_OK ? emit_pad(b, cropped, out, w) : status;
    }
    default:
        return emit_pad(b, in, out, w);
    }
}

/* The mean over a window, zeros around the map counted, as a depthwise convolution by 1 / taps. */
static enum cg_status build_mean_conv(struct build *b)
{
    const struct cg_window *w = &b->graph->nodes[b->id].window;
    const struct view in = input_of(b, 0), out = output_of(b);
    const int taps = w->kernel_h * w->kernel_w;
    const size_t n_weight = (size_t)taps * (size_t)in.shape.c;
    float *weight = malloc(n_weight * sizeof *weight);
    if (!weight)
        return no_memory(b);
    for (size_t i = 0; i < n_weight; i++)
        weight[i] = 1.0f / (float)taps;
    name_step(b, "convolution2d %s by 1/%d", conv_kernel(w, in.shape.c, in.shape.c, in.shape.c), taps);
    const enum cg_status status =
        emit_conv(b, in, out, w, in.shape.c, weight, NULL, (struct range){-INFINITY, INFINITY});
    free(weight);
    return status;
}

static enum cg_status build_avg_pool(struct build *b)
{
    const struct cg_window *w = &b->graph->nodes[b->id].window;
    const struct view in = input_of(b, 0), out = output_of(b);
    switch (cg_xnn_recipe(b->graph, b->id)) {
    case CG_XNN_COPY:
        return build_pick(b);
    case CG_XNN_MEAN_CONV:
        return build_mean_conv(b);
    case CG_XNN_PAD_POOL: {
        const struct view padded =
            scratch_of(b, in.shape.h + w->pad_top + w->pad_bottom, in.shape.w + w->pad_left + w->pad_right);
        struct cg_window bare = *w;
        bare.pad_top = bare.pad_left = bare.pad_bottom = bare.pad_right = 0;
        const enum cg_status status = emit_pad(b, in, padded, w);
        return status == CG_OK ? emit_avg_pool(b, padded, out, &bare) : status;
    }
    default:
        return emit_avg_pool(b, in, out, w);
    }
}

static enum cg_status build_global_pool(struct build *b)
{
    const struct view in = input_of(b, 0), out = output_of(b);
    xnn_operator_t operator= NULL;
    enum xnn_status status = xnn_create_global_average_pooling_nwc_f32(
        (size_t)in.shape.c, in.stride, out.stride, -INFINITY, INFINITY, 0, &operator);
    if (status == xnn_status_success)
        status = xnn_setup_global_average_pooling_nwc_f32(operator,(size_t) in.shape.n,
                                                          (size_t)in.shape.h * (size_t)in.shape.w, in.data,
                                                          out.data, b->pool);
    name_step(b, "global_average_pooling");
    return take(b, operator, status, "global_average_pooling_nwc_f32");
}

static void dims_of(struct cg_shape shape, size_t dims[4])
{
    dims[0] = (size_t)shape.n;
    dims[1] = (size_t)shape.h;
    dims[2] = (size_t)shape.w;
    dims[3] = (size_t)shape.c;
}

static enum cg_status emit_add(struct build *b, struct view x, struct view y, struct view out,
                               struct range clamp)
{
    size_t xs[4], ys[4];
    dims_of(x.shape, xs);
    dims_of(y.shape, ys);
    xnn_operator_t operator= NULL;
    enum xnn_status status = xnn_create_add_nd_f32(clamp.min, clamp.max, 0, &operator);
    if (status == xnn_status_success)
        status = xnn_setup_add_nd_f32(operator, 4, xs, 4, ys, x.data, y.data, out.data, b->pool);
    return take(b, operator, status, "add_nd_f32");
}

static enum cg_status build_add(struct build *b)
{
    const struct cg_node *node = &b->graph->nodes[b->id];
    const struct view out = output_of(b);
    enum cg_status status = CG_OK;
    name_step(b, "add");
    if (node->n_inputs > 2)
        name_step(b, "%d further", node->n_inputs - 2);
    for (int i = 1; i < node->n_inputs && status == CG_OK; i++) {
        const struct range clamp = clamp_of(i == node->n_inputs - 1 ? node->act : CG_ACT_NONE);
        status = emit_add(b, i == 1 ? input_of(b, 0) : out, input_of(b, i), out, clamp);
    }
    return emit_rest_of_act(b, status);
}

static enum cg_status build_mul(struct build *b)
{
    const struct view x = input_of(b, 0), y = input_of(b, 1), out = output_of(b);
    const struct range clamp = clamp_of(b->graph->nodes[b->id].act);
    size_t xs[4], ys[4];
    dims_of(x.shape, xs);
    dims_of(y.shape, ys);
    xnn_operator_t operator= NULL;
    enum xnn_status status = xnn_create_multiply_nd_f32(clamp.min, clamp.max, 0, &operator);
    if (status == xnn_status_success)
        status = xnn_setup_multiply_nd_f32(operator, 4, xs, 4, ys, x.data, y.data, out.data, b->pool);
    name_step(b, "multiply");
    return emit_rest_of_act(b, take(b, operator, status, "multiply_nd_f32"));
}

/* Copies of those inputs that do not stand in the concat's buffer already. */
static enum cg_status build_concat(struct build *b)
{
    const struct cg_node *node = &b->graph->nodes[b->id];
    const struct cg_xnn_slot *slots = b->plan->layout.slots;
    const struct cg_xnn_slot *own = &slots[b->id];
    enum cg_status status = CG_OK;
    int64_t at = 0;
    int copies = 0;
    for (int i = 0; i < node->n_inputs && status == CG_OK; i++) {
        const struct cg_xnn_slot *slot = &slots[node->inputs[i]];
        const struct view from = input_of(b, i), to = moved(output_of(b), at, 0);
        if (slot->buffer != own->buffer || slot->offset != own->offset + at) {
            status = emit_copy(b, from.data, from.stride, to.data, to.stride, (size_t)from.shape.c,
                               (size_t)pixels(from.shape));
            copies++;
        }
        at += from.shape.c;
    }
    name_step(b, "copy x %d", copies);
    return status;
}

static enum cg_status build_split(struct build *b)
{
    if (b->plan->layout.slots[b->id].in_place)
        return CG_OK;
    struct view from = moved(input_of(b, 0), b->graph->nodes[b->id].offset, 0);
    from.shape.c = b->graph->nodes[b->id].shape.c;
    return emit_copy_view(b, from, output_of(b));
}

static enum cg_status emit_shuffle(struct build *b, int groups)
{
    const struct view in = input_of(b, 0), out = output_of(b);
    xnn_operator_t operator= NULL;
    enum xnn_status status = xnn_create_channel_shuffle_nc_x32((size_t)groups, (size_t)(in.shape.c / groups),
                                                               in.stride, out.stride, 0, &operator);
    if (status == xnn_status_success)
        status =
            xnn_setup_channel_shuffle_nc_x32(operator,(size_t) pixels(in.shape), in.data, out.data, b->pool);
    name_step(b, "channel_shuffle");
    return take(b, operator, status, "channel_shuffle_nc_x32");
}

static enum cg_status build_shuffle(struct build *b)
{
    if (cg_xnn_recipe(b->graph, b->id) == CG_XNN_COPY)
        return emit_copy_view(b, input_of(b, 0), output_of(b));
    return emit_shuffle(b, b->graph->nodes[b->id].groups);
}

static enum cg_status build_permute_runs(struct build *b)
{
    const struct cg_node *node = &b->graph->nodes[b->id];
    const struct view in = input_of(b, 0), out = output_of(b);
    enum cg_status status = CG_OK;
    name_step(b, "copy x %d", cg_permutation_runs(node));
    for (int first = 0, end; first < node->shape.c && status == CG_OK; first = end) {
        for (end = first + 1; end < node->shape.c && node->index[end] == node->index[end - 1] + 1;)
            end++;
        status = emit_copy(b, in.data + node->index[first], in.stride, out.data + first, out.stride,
                           (size_t)(end - first), (size_t)pixels(in.shape));
    }
    return status;
}

static enum cg_status build_permute_conv(struct build *b)
{
    const struct cg_node *node = &b->graph->nodes[b->id];
    const struct view in = input_of(b, 0), out = output_of(b);
    const size_t c_in = (size_t)in.shape.c;
    float *matrix = calloc((size_t)node->shape.c * c_in, sizeof *matrix);
    if (!matrix)
        return no_memory(b);
    for (int i = 0; i < node->shape.c; i++)
        matrix[(size_t)i * c_in + (size_t)node->index[i]] = 1.0f;
    const struct cg_window point = {
        .kernel_h = 1, .kernel_w = 1, .stride_h = 1, .stride_w = 1, .dilation_h = 1, .dilation_w = 1};
    name_step(b, "convolution2d gemm by a 0/1 matrix");
    const enum cg_status status =
        emit_conv(b, in, out, &point, 1, matrix, NULL, (struct range){-INFINITY, INFINITY});
    free(matrix);
    return status;
}

static enum cg_status build_permute(struct build *b)
{
    switch (cg_xnn_recipe(b->graph, b->id)) {
    case CG_XNN_SHUFFLE:
        return emit_shuffle(b, cg_permutation_groups(b->graph, b->id));
    case CG_XNN_PERMUTE_CONV:
        return build_permute_conv(b);
    default:
        return build_permute_runs(b);
    }
}

static enum cg_status build_input(struct build *b)
{
    return CG_OK;
}

static enum cg_status (*const builders[CG_OP_COUNT])(struct build *) = {
    [CG_INPUT] = build_input,       [CG_CONV] = build_conv,         [CG_FC] = build_fc,
    [CG_MAX_POOL] = build_max_pool, [CG_AVG_POOL] = build_avg_pool, [CG_GLOBAL_POOL] = build_global_pool,
    [CG_ADD] = build_add,           [CG_MUL] = build_mul,           [CG_CONCAT] = build_concat,
    [CG_SPLIT] = build_split,       [CG_SHUFFLE] = build_shuffle,   [CG_PERMUTE] = build_permute,
    [CG_ACT] = build_act,           [CG_AFFINE] = build_affine,     [CG_PAD] = build_pad,
};

enum cg_status cg_xnn_build(struct cg_xnn_plan *plan, const struct cg_weights *weights, struct cg_error *err)
{
    struct build b = {.plan = plan,
                      .graph = plan->base.graph,
                      .weights = weights,
                      .pool = cg_xnn_pool_handle(plan->pool),
                      .err = err};
    plan->steps = calloc((size_t)b.graph->n_nodes, sizeof *plan->steps);
    if (!plan->steps)
        return cg_fail(err, CG_NO_MEMORY, "no memory for the plan's steps");
    enum cg_status status = CG_OK;
    for (b.id = 0; b.id < b.graph->n_nodes && status == CG_OK; b.id++) {
        struct cg_xnn_step *step = &plan->steps[plan->n_steps];
        *step = (struct cg_xnn_step){.node = b.id, .first_operator = plan->n_operators};
        status = builders[b.graph->nodes[b.id].op](&b);
        if (step->n_operators > 0) /* views need nothing */
            plan->n_steps++;
    }
    return status;
}
