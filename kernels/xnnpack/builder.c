#include "kernels/xnnpack/builder.h"

#include "base/array.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const status_texts[] = {
    [xnn_status_success] = "success",
    [xnn_status_uninitialized] = "not initialised",
    [xnn_status_invalid_parameter] = "invalid parameter",
    [xnn_status_invalid_state] = "invalid state",
    [xnn_status_unsupported_parameter] = "unsupported parameter",
    [xnn_status_unsupported_hardware] = "unsupported hardware",
    [xnn_status_out_of_memory] = "out of memory",
};

static enum cg_status refuse(const struct cg_xnn_builder *b, const char *operator_name,
                             enum xnn_status status)
{
    const enum cg_status kind = status == xnn_status_out_of_memory ? CG_NO_MEMORY : CG_UNSUPPORTED;
    return cg_fail(b->err, kind, "node %s (%s): XNNPACK refuses %s: %s", b->node->name,
                   cg_op_name(b->node->op), operator_name,
                   (size_t)status < sizeof status_texts / sizeof status_texts[0] ? status_texts[status]
                                                                                 : "?");
}

enum cg_status cg_xnn_no_memory(const struct cg_xnn_builder *b)
{
    return cg_fail(b->err, CG_NO_MEMORY, "node %s: no memory", b->node->name);
}

int64_t cg_xnn_pixels(struct cg_shape shape)
{
    return (int64_t)shape.n * shape.h * shape.w;
}

static struct cg_xnn_view view_at(const struct cg_xnn_builder *b, const struct cg_xnn_slot *slot,
                                  struct cg_shape shape)
{
    char *buffer = b->plan->head.arena + b->plan->layout.buffers[slot->buffer].offset;
    return (struct cg_xnn_view){(float *)buffer + slot->offset, (size_t)slot->stride, shape};
}

static struct cg_xnn_view view_of(const struct cg_xnn_builder *b, int id)
{
    return view_at(b, &b->plan->layout.slots[id], b->graph->nodes[id].shape);
}

struct cg_xnn_view cg_xnn_input_of(const struct cg_xnn_builder *b, int i)
{
    return view_of(b, b->node->inputs[i]);
}

struct cg_xnn_view cg_xnn_output_of(const struct cg_xnn_builder *b)
{
    return view_of(b, b->id);
}

struct cg_xnn_view cg_xnn_moved(struct cg_xnn_view v, int64_t channels, int64_t pixel)
{
    v.data += channels + pixel * (int64_t)v.stride;
    return v;
}

enum cg_status cg_xnn_take(struct cg_xnn_builder *b, xnn_operator_t operator, enum xnn_status status,
                           const char *name)
{
    struct cg_xnn_plan *plan = b->plan;
    if (status != xnn_status_success) {
        if (operator)
            xnn_delete_operator(operator);
        return refuse(b, name, status);
    }
    if (!cg_array_fit(plan->operators, plan->room_operators, plan->head.n_calls + 1)) {
        xnn_delete_operator(operator);
        return cg_xnn_no_memory(b);
    }
    plan->operators[plan->head.n_calls++] = operator;
    plan->head.steps[plan->head.n_steps - 1].n++;
    return CG_OK;
}

void cg_xnn_name_step(struct cg_xnn_builder *b, const char *format, ...)
{
    struct cg_plan_step *step = &b->plan->head.steps[b->plan->head.n_steps - 1];
    char *text = step->implementation;
    const size_t size = sizeof step->implementation;
    size_t used = strlen(text);
    if (used && used + 4 < size)
        used += (size_t)snprintf(text + used, size - used, " + ");
    va_list args;
    va_start(args, format);
    vsnprintf(text + used, size - used, format, args);
    va_end(args);
}

struct cg_xnn_range cg_xnn_clamp_of(enum cg_act act)
{
    return (struct cg_xnn_range){act == CG_ACT_RELU || act == CG_ACT_RELU6 ? 0.0f : -INFINITY,
                                 act == CG_ACT_RELU6 ? 6.0f : INFINITY};
}

static bool is_clamp(enum cg_act act)
{
    return act == CG_ACT_NONE || act == CG_ACT_RELU || act == CG_ACT_RELU6;
}

enum cg_status cg_xnn_emit_conv(struct cg_xnn_builder *b, struct cg_xnn_view in, struct cg_xnn_view out,
                                const struct cg_xnn_conv *conv)
{
    const struct cg_window *w = conv->window;
    xnn_operator_t operator= NULL;
    enum xnn_status status = xnn_create_convolution2d_nhwc_f32(
        CG_XNN_WINDOW(w), (uint32_t)w->dilation_h, (uint32_t)w->dilation_w, (uint32_t)conv->groups,
        (size_t)(in.shape.c / conv->groups), (size_t)(out.shape.c / conv->groups), in.stride, out.stride,
        conv->weight, conv->bias, conv->clamp.min, conv->clamp.max, 0, &operator);
    if (status == xnn_status_success)
        status = xnn_setup_convolution2d_nhwc_f32(operator,(size_t) in.shape.n, (size_t)in.shape.h,
                                                  (size_t)in.shape.w, in.data, out.data, b->pool);
    return cg_xnn_take(b, operator, status, "convolution2d_nhwc_f32");
}

/* x * scale[c] + shift[c] as a 1x1 depthwise convolution of one row of pixels, for which XNNPACK has kernels
 * of its own (vmulcaddc). */
enum cg_status cg_xnn_emit_affine(struct cg_xnn_builder *b, struct cg_xnn_view in, struct cg_xnn_view out,
                                  const float *scale, const float *shift, struct cg_xnn_range clamp)
{
    const struct cg_window point = cg_node_of(CG_CONV).window;
    const struct cg_xnn_conv conv = {&point, in.shape.c, scale, shift, clamp};
    in.shape = (struct cg_shape){1, 1, (int)cg_xnn_pixels(in.shape), in.shape.c};
    cg_xnn_name_step(b, "convolution2d vmulcaddc");
    return cg_xnn_emit_conv(b, in, out, &conv);
}

static enum cg_status emit_hard_sigmoid(struct cg_xnn_builder *b, struct cg_xnn_view in,
                                        struct cg_xnn_view out)
{
    const size_t c = (size_t)in.shape.c;
    float *both = malloc(2 * c * sizeof *both);
    if (!both)
        return cg_xnn_no_memory(b);
    for (size_t i = 0; i < c; i++) {
        both[i] = 1.0f / 6.0f;
        both[c + i] = 0.5f;
    }
    const enum cg_status status =
        cg_xnn_emit_affine(b, in, out, both, both + c, (struct cg_xnn_range){0.0f, 1.0f});
    free(both);
    return status;
}

typedef enum xnn_status create_unary(size_t, size_t, size_t, uint32_t, xnn_operator_t *);
typedef enum xnn_status setup_unary(xnn_operator_t, size_t, const float *, float *, pthreadpool_t);

static enum cg_status emit_unary(struct cg_xnn_builder *b, struct cg_xnn_view in, struct cg_xnn_view out,
                                 create_unary *create, setup_unary *setup, const char *name)
{
    xnn_operator_t operator= NULL;
    enum xnn_status status = create((size_t)in.shape.c, in.stride, out.stride, 0, &operator);
    if (status == xnn_status_success)
        status = setup(operator,(size_t) cg_xnn_pixels(in.shape), in.data, out.data, b->pool);
    cg_xnn_name_step(b, "%s", name);
    return cg_xnn_take(b, operator, status, name);
}

static enum cg_status emit_clamp(struct cg_xnn_builder *b, struct cg_xnn_view in, struct cg_xnn_view out,
                                 struct cg_xnn_range range)
{
    xnn_operator_t operator= NULL;
    enum xnn_status status = xnn_create_clamp_nc_f32((size_t)in.shape.c, in.stride, out.stride, range.min,
                                                     range.max, 0, &operator);
    if (status == xnn_status_success)
        status =
            xnn_setup_clamp_nc_f32(operator,(size_t) cg_xnn_pixels(in.shape), in.data, out.data, b->pool);
    cg_xnn_name_step(b, "clamp");
    return cg_xnn_take(b, operator, status, "clamp_nc_f32");
}

enum cg_status cg_xnn_emit_act(struct cg_xnn_builder *b, enum cg_act act, struct cg_xnn_view in,
                               struct cg_xnn_view out)
{
    switch (act) {
    case CG_ACT_SIGMOID:
        return emit_unary(b, in, out, xnn_create_sigmoid_nc_f32, xnn_setup_sigmoid_nc_f32, "sigmoid");
    case CG_ACT_HARD_SWISH:
        return emit_unary(b, in, out, xnn_create_hardswish_nc_f32, xnn_setup_hardswish_nc_f32, "hardswish");
    case CG_ACT_HARD_SIGMOID:
        return emit_hard_sigmoid(b, in, out);
    default:
        return emit_clamp(b, in, out, cg_xnn_clamp_of(act));
    }
}

enum cg_status cg_xnn_emit_rest_of_act(struct cg_xnn_builder *b, enum cg_status status)
{
    const enum cg_act act = b->node->act;
    if (status != CG_OK || is_clamp(act))
        return status;
    return cg_xnn_emit_act(b, act, cg_xnn_output_of(b), cg_xnn_output_of(b));
}

enum cg_status cg_xnn_emit_copy(struct cg_xnn_builder *b, struct cg_xnn_runs runs)
{
    xnn_operator_t operator= NULL;
    enum xnn_status status =
        xnn_create_copy_nc_x32(runs.width, runs.from_stride, runs.to_stride, 0, &operator);
    if (status == xnn_status_success)
        status = xnn_setup_copy_nc_x32(operator, runs.rows, runs.from, runs.to, b->pool);
    return cg_xnn_take(b, operator, status, "copy_nc_x32");
}

enum cg_status cg_xnn_emit_copy_view(struct cg_xnn_builder *b, struct cg_xnn_view in, struct cg_xnn_view out)
{
    cg_xnn_name_step(b, "copy");
    return cg_xnn_emit_copy(b, (struct cg_xnn_runs){in.data, in.stride, out.data, out.stride,
                                                    (size_t)in.shape.c, (size_t)cg_xnn_pixels(in.shape)});
}

const char *cg_xnn_conv_kernel(const struct cg_window *w, int groups, int c_in, int c_out)
{
    const int taps = w->kernel_h * w->kernel_w;
    const bool plain = taps == 1 && w->stride_h == 1 && w->stride_w == 1 && !w->pad_top && !w->pad_left &&
                       !w->pad_bottom && !w->pad_right;
    if (groups == c_in && groups == c_out) {
        if (plain)
            return "vmulcaddc";
        if (cg_xnn_has_depthwise_kernel(w))
            return "dwconv";
    }
    return plain ? "gemm" : "igemm";
}

static void dims_of(struct cg_shape shape, size_t dims[4])
{
    dims[0] = (size_t)shape.n;
    dims[1] = (size_t)shape.h;
    dims[2] = (size_t)shape.w;
    dims[3] = (size_t)shape.c;
}

enum cg_status cg_xnn_emit_pad(struct cg_xnn_builder *b, struct cg_xnn_view in, struct cg_xnn_view out,
                               const struct cg_window *w)
{
    const float zero = 0.0f;
    size_t shape[4];
    dims_of(in.shape, shape);
    const size_t before[4] = {0, w->pad_top > 0 ? (size_t)w->pad_top : 0,
                              w->pad_left > 0 ? (size_t)w->pad_left : 0, 0};
    const size_t after[4] = {0, w->pad_bottom > 0 ? (size_t)w->pad_bottom : 0,
                             w->pad_right > 0 ? (size_t)w->pad_right : 0, 0};
    xnn_operator_t operator= NULL;
    enum xnn_status status = xnn_create_constant_pad_nd_x32(&zero, 0, &operator);
    if (status == xnn_status_success)
        status = xnn_setup_constant_pad_nd_x32(operator, 4, shape, before, after, in.data, out.data, b->pool);
    cg_xnn_name_step(b, "constant_pad");
    return cg_xnn_take(b, operator, status, "constant_pad_nd_x32");
}

enum cg_status cg_xnn_emit_crop(struct cg_xnn_builder *b, struct cg_xnn_view in, struct cg_xnn_view out,
                                const struct cg_window *w)
{
    const int top = w->pad_top < 0 ? -w->pad_top : 0, left = w->pad_left < 0 ? -w->pad_left : 0;
    enum cg_status status = CG_OK;
    cg_xnn_name_step(b, "copy of rows");
    for (int n = 0; n < in.shape.n && status == CG_OK; n++) {
        const struct cg_xnn_view from =
            cg_xnn_moved(in, 0, ((int64_t)n * in.shape.h + top) * in.shape.w + left);
        const struct cg_xnn_view to = cg_xnn_moved(out, 0, (int64_t)n * out.shape.h * out.shape.w);
        status = cg_xnn_emit_copy(b, (struct cg_xnn_runs){from.data, from.stride * (size_t)in.shape.w,
                                                          to.data, to.stride * (size_t)out.shape.w,
                                                          (size_t)(out.shape.w * out.shape.c),
                                                          (size_t)out.shape.h});
    }
    return status;
}

struct cg_xnn_view cg_xnn_scratch_of(const struct cg_xnn_builder *b)
{
    return view_at(b, &b->plan->layout.scratch[b->id], cg_xnn_scratch_shape(b->graph, b->id));
}

struct cg_xnn_binary {
    const char *name;
    enum xnn_status (*create)(float, float, uint32_t, xnn_operator_t *);
    enum xnn_status (*setup)(xnn_operator_t, size_t, const size_t *, size_t, const size_t *, const float *,
                             const float *, float *, pthreadpool_t);
};

const struct cg_xnn_binary cg_xnn_add = {"add_nd_f32", xnn_create_add_nd_f32, xnn_setup_add_nd_f32};
const struct cg_xnn_binary cg_xnn_multiply = {"multiply_nd_f32", xnn_create_multiply_nd_f32,
                                              xnn_setup_multiply_nd_f32};

enum cg_status cg_xnn_emit_binary(struct cg_xnn_builder *b, const struct cg_xnn_binary *binary,
                                  const struct cg_xnn_view operands[2], struct cg_xnn_view out,
                                  struct cg_xnn_range clamp)
{
    size_t x[4], y[4];
    dims_of(operands[0].shape, x);
    dims_of(operands[1].shape, y);
    xnn_operator_t operator= NULL;
    enum xnn_status status = binary->create(clamp.min, clamp.max, 0, &operator);
    if (status == xnn_status_success)
        status = binary->setup(operator, 4, x, 4, y, operands[0].data, operands[1].data, out.data, b->pool);
    return cg_xnn_take(b, operator, status, binary->name);
}
