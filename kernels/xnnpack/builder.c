#include "kernels/xnnpack/builder.h"

#include "base/array.h"

#include <stdarg.h>
#include <stdio.h>
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

static void refuse(struct cg_xnn_builder *b, const char *operator_name, enum xnn_status status)
{
    const enum cg_status kind = status == xnn_status_out_of_memory ? CG_NO_MEMORY : CG_UNSUPPORTED;
    if (b->error.status == CG_OK)
        cg_fail(&b->error, kind, "node %s (%s): XNNPACK refuses %s: %s", b->node->name,
                cg_op_name(b->node->op), operator_name,
                cg_name_at(status_texts, sizeof status_texts / sizeof status_texts[0], (long)status));
}

float *cg_xnn_constants(struct cg_xnn_builder *b, size_t n)
{
    if (n < INT_MAX && cg_array_fit(b->constants, b->room_constants, (int)n))
        return b->constants;
    cg_fail(&b->error, CG_NO_MEMORY, "node %s: no memory", b->node->name);
    return NULL;
}

size_t cg_xnn_pixels(struct cg_shape shape)
{
    return (size_t)shape.n * (size_t)shape.h * (size_t)shape.w;
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

struct cg_xnn_view cg_xnn_scratch_of(const struct cg_xnn_builder *b)
{
    return view_at(b, &b->plan->layout.scratch[b->id], cg_xnn_scratch_shape(b->graph, b->id));
}

struct cg_xnn_view cg_xnn_moved(struct cg_xnn_view v, int64_t channels, int64_t pixel)
{
    v.data += channels + pixel * (int64_t)v.stride;
    return v;
}

void cg_xnn_take(struct cg_xnn_builder *b, xnn_operator_t taken, enum xnn_status status, const char *name)
{
    struct cg_xnn_plan *plan = b->plan;
    if (status == xnn_status_success &&
        !cg_array_fit(plan->operators, plan->room_operators, plan->head.n_calls + 1))
        status = xnn_status_out_of_memory;
    if (status == xnn_status_success) {
        plan->operators[plan->head.n_calls++] = taken;
        plan->head.steps[plan->head.n_steps - 1].n++;
        return;
    }
    if (taken)
        xnn_delete_operator(taken);
    refuse(b, name, status);
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

void cg_xnn_emit_conv(struct cg_xnn_builder *b, struct cg_xnn_view in, struct cg_xnn_view out,
                      const struct cg_xnn_conv *conv)
{
    const struct cg_window *w = conv->window;
    CG_XNN_EMIT(b, convolution2d_nhwc_f32,
                (CG_XNN_WINDOW(w), (uint32_t)w->dilation_h, (uint32_t)w->dilation_w, (uint32_t)conv->groups,
                 (size_t)(in.shape.c / conv->groups), (size_t)(out.shape.c / conv->groups), in.stride,
                 out.stride, conv->weight, conv->bias, conv->clamp.min, conv->clamp.max),
                (CG_XNN_MAPS(in), in.data, out.data));
}

/* x * scale[c] + shift[c] as a 1x1 depthwise convolution of one row of pixels, for which XNNPACK has kernels
 * of its own (vmulcaddc). */
void cg_xnn_emit_affine(struct cg_xnn_builder *b, struct cg_xnn_view in, struct cg_xnn_view out,
                        const float *scale, const float *shift, struct cg_xnn_range clamp)
{
    const struct cg_window point = cg_node_of(CG_CONV).window;
    const struct cg_xnn_conv conv = {&point, in.shape.c, scale, shift, clamp};
    in.shape = (struct cg_shape){1, 1, (int)cg_xnn_pixels(in.shape), in.shape.c};
    cg_xnn_name_step(b, "convolution2d vmulcaddc");
    cg_xnn_emit_conv(b, in, out, &conv);
}

/* clamp(slope * x + shift, 0, 1) */
static void emit_clipped_line(struct cg_xnn_builder *b, struct cg_xnn_view in, struct cg_xnn_view out,
                              float slope, float shift)
{
    const size_t c = (size_t)in.shape.c;
    float *both = cg_xnn_constants(b, 2 * c);
    if (!both)
        return;
    for (size_t i = 0; i < c; i++) {
        both[i] = slope;
        both[c + i] = shift;
    }
    cg_xnn_emit_affine(b, in, out, both, both + c, (struct cg_xnn_range){0.0f, 1.0f});
}

static void emit_clamp(struct cg_xnn_builder *b, struct cg_xnn_view in, struct cg_xnn_view out,
                       struct cg_xnn_range range)
{
    cg_xnn_name_step(b, "clamp");
    CG_XNN_EMIT(b, clamp_nc_f32, ((size_t)in.shape.c, in.stride, out.stride, range.min, range.max),
                (cg_xnn_pixels(in.shape), in.data, out.data));
}

void cg_xnn_emit_act(struct cg_xnn_builder *b, struct cg_xnn_view in, struct cg_xnn_view out)
{
    const struct cg_node *node = b->node;
    const size_t c = (size_t)in.shape.c, pixels = cg_xnn_pixels(in.shape);
    switch (node->act) {
    case CG_ACT_SIGMOID:
        cg_xnn_name_step(b, "sigmoid");
        CG_XNN_EMIT(b, sigmoid_nc_f32, (c, in.stride, out.stride), (pixels, in.data, out.data));
        break;
    case CG_ACT_HARD_SWISH:
        cg_xnn_name_step(b, "hardswish");
        CG_XNN_EMIT(b, hardswish_nc_f32, (c, in.stride, out.stride), (pixels, in.data, out.data));
        break;
    case CG_ACT_HARD_SIGMOID:
        emit_clipped_line(b, in, out, 1.0f / 6.0f, 0.5f);
        break;
    case CG_ACT_CLIPPED_LINE:
        emit_clipped_line(b, in, out, node->alpha, node->beta);
        break;
    case CG_ACT_CLIP:
        emit_clamp(b, in, out, (struct cg_xnn_range){node->alpha, node->beta});
        break;
    case CG_ACT_LEAKY_RELU:
        cg_xnn_name_step(b, "leaky_relu");
        CG_XNN_EMIT(b, leaky_relu_nc_f32, (c, in.stride, out.stride, node->alpha),
                    (pixels, in.data, out.data));
        break;
    case CG_ACT_ELU:
        cg_xnn_name_step(b, "elu");
        CG_XNN_EMIT(b, elu_nc_f32, (c, in.stride, out.stride, node->alpha), (pixels, in.data, out.data));
        break;
    default:
        emit_clamp(b, in, out, cg_xnn_clamp_of(node->act));
    }
}

void cg_xnn_emit_rest_of_act(struct cg_xnn_builder *b)
{
    if (!is_clamp(b->node->act))
        cg_xnn_emit_act(b, cg_xnn_output_of(b), cg_xnn_output_of(b));
}

void cg_xnn_emit_copy(struct cg_xnn_builder *b, struct cg_xnn_runs runs)
{
    CG_XNN_EMIT(b, copy_nc_x32, (runs.width, runs.from_stride, runs.to_stride),
                (runs.rows, runs.from, runs.to));
}

void cg_xnn_emit_copy_view(struct cg_xnn_builder *b, struct cg_xnn_view in, struct cg_xnn_view out)
{
    cg_xnn_name_step(b, "copy");
    cg_xnn_emit_copy(b, (struct cg_xnn_runs){in.data, in.stride, out.data, out.stride, (size_t)in.shape.c,
                                             cg_xnn_pixels(in.shape)});
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

void cg_xnn_emit_pad(struct cg_xnn_builder *b, struct cg_xnn_view in, struct cg_xnn_view out,
                     const struct cg_window *w)
{
    const float zero = 0.0f;
    const size_t before[4] = {0, w->pad_top > 0 ? (size_t)w->pad_top : 0,
                              w->pad_left > 0 ? (size_t)w->pad_left : 0, 0};
    const size_t after[4] = {0, w->pad_bottom > 0 ? (size_t)w->pad_bottom : 0,
                             w->pad_right > 0 ? (size_t)w->pad_right : 0, 0};
    cg_xnn_name_step(b, "constant_pad");
    CG_XNN_EMIT(b, constant_pad_nd_x32, (&zero), (4, CG_XNN_DIMS(in), before, after, in.data, out.data));
}

void cg_xnn_emit_crop(struct cg_xnn_builder *b, struct cg_xnn_view in, struct cg_xnn_view out,
                      const struct cg_window *w)
{
    const int top = w->pad_top < 0 ? -w->pad_top : 0, left = w->pad_left < 0 ? -w->pad_left : 0;
    cg_xnn_name_step(b, "copy of rows");
    for (int n = 0; n < in.shape.n; n++) {
        const struct cg_xnn_view from =
            cg_xnn_moved(in, 0, ((int64_t)n * in.shape.h + top) * in.shape.w + left);
        const struct cg_xnn_view to = cg_xnn_moved(out, 0, (int64_t)n * out.shape.h * out.shape.w);
        cg_xnn_emit_copy(b, (struct cg_xnn_runs){from.data, from.stride * (size_t)in.shape.w, to.data,
                                                 to.stride * (size_t)out.shape.w,
                                                 (size_t)(out.shape.w * out.shape.c), (size_t)out.shape.h});
    }
}
