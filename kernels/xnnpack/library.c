/* XNNPACK's operators in the two forms of its interface: that of 2022, where setting an operator up takes the
 * shapes, and that of 2024 with a step between, reshape. Everything that differs stands here. */
#include "kernels/xnnpack/builder.h"

#include <string.h>

/* What an argument list of the library's holds, without its parentheses. */
#define LIST(...) __VA_ARGS__

#if XNNPACK_INTERFACE == 2024

/* Creates, shapes, sets up and takes an operator: `kind` (max_pooling2d_nhwc_f32) names its three functions,
 * the others are their arguments in parentheses. */
#define EMIT(b, kind, created, shaped, set_up)                                                               \
    do {                                                                                                     \
        xnn_operator_t made = NULL;                                                                          \
        enum xnn_status status = xnn_create_##kind(LIST created, &made);                                     \
        if (status == xnn_status_success)                                                                    \
            status = xnn_reshape_##kind(made, LIST shaped, (b)->pool);                                       \
        if (status == xnn_status_success)                                                                    \
            status = xnn_setup_##kind(made, LIST set_up);                                                    \
        cg_xnn_take(b, made, status, #kind);                                                                 \
    } while (0)

static bool is_bounded(struct cg_xnn_range range)
{
    return range.min > -INFINITY || range.max < INFINITY;
}

/* Memory of the plan's that an operator or its run needs; NULL for 0 bytes, or with the error set. */
static void *plan_memory(struct cg_xnn_builder *b, size_t bytes, size_t alignment)
{
    void *memory = bytes ? cg_xnn_memory_take(bytes, alignment) : NULL;
    if (bytes && !memory)
        cg_fail(&b->error, CG_NO_MEMORY, "node %s: no memory", b->node->name);
    return memory;
}

bool cg_xnn_wants_dense(enum cg_op op)
{
    return op == CG_ADD || op == CG_MUL || op == CG_PAD || op == CG_PRELU;
}

bool cg_xnn_has_depthwise_kernel(const struct cg_window *w)
{
    return w->kernel_h * w->kernel_w <= 25; /* by the smallest that is large enough */
}

void cg_xnn_emit_conv(struct cg_xnn_builder *b, struct cg_xnn_view in, struct cg_xnn_view out,
                      const struct cg_xnn_conv *conv)
{
    const struct cg_window *w = conv->window;
    size_t bytes = 0, alignment = 1, rows, columns;
    EMIT(b, convolution2d_nhwc_f32,
         (CG_XNN_WINDOW(w), (uint32_t)w->dilation_h, (uint32_t)w->dilation_w, (uint32_t)conv->groups,
          (size_t)(in.shape.c / conv->groups), (size_t)(out.shape.c / conv->groups), in.stride, out.stride,
          conv->weight, conv->bias, conv->clamp.min, conv->clamp.max, 0, NULL, NULL),
         (CG_XNN_MAPS(in), &bytes, &alignment, &rows, &columns),
         (plan_memory(b, bytes, alignment), in.data, out.data));
}

void cg_xnn_emit_fc(struct cg_xnn_builder *b, struct cg_xnn_view in, struct cg_xnn_view out,
                    const struct cg_xnn_conv *fc)
{
    EMIT(b, fully_connected_nc_f32,
         ((size_t)in.shape.c, (size_t)out.shape.c, in.stride, out.stride, fc->weight, fc->bias, fc->clamp.min,
          fc->clamp.max, 0, NULL, NULL),
         ((size_t)in.shape.n), (in.data, out.data));
}

void cg_xnn_emit_unary(struct cg_xnn_builder *b, struct cg_xnn_view in, struct cg_xnn_view out,
                       enum cg_xnn_unary kind, struct cg_xnn_range numbers)
{
    static const enum xnn_unary_operator kinds[] = {[CG_XNN_CLAMP] = xnn_unary_clamp,
                                                    [CG_XNN_SIGMOID] = xnn_unary_sigmoid,
                                                    [CG_XNN_HARDSWISH] = xnn_unary_hardswish,
                                                    [CG_XNN_LEAKY_RELU] = xnn_unary_leaky_relu,
                                                    [CG_XNN_ELU] = xnn_unary_elu};
    union xnn_unary_params params = {.clamp = {numbers.min, numbers.max}};
    if (kind == CG_XNN_LEAKY_RELU)
        params.leaky_relu.negative_slope = numbers.min;
    if (kind == CG_XNN_ELU)
        params.elu.alpha = numbers.min;
    EMIT(b, unary_elementwise_nc, (kinds[kind], xnn_datatype_fp32, xnn_datatype_fp32, &params, NULL, NULL, 0),
         (cg_xnn_pixels(in.shape), (size_t)in.shape.c, in.stride, out.stride), (in.data, out.data));
}

static void emit_binary(struct cg_xnn_builder *b, enum xnn_binary_operator kind, struct cg_xnn_view x,
                        struct cg_xnn_view y, struct cg_xnn_view out)
{
    EMIT(b, binary_elementwise_nd, (kind, xnn_datatype_fp32, NULL, NULL, NULL, 0),
         (4, CG_XNN_DIMS(x), 4, CG_XNN_DIMS(y)), (x.data, y.data, out.data));
}

/* The operators have no bounds of their own: a pass more. */
void cg_xnn_emit_binary(struct cg_xnn_builder *b, enum cg_op op, struct cg_xnn_view x, struct cg_xnn_view y,
                        struct cg_xnn_view out, struct cg_xnn_range clamp)
{
    emit_binary(b, op == CG_ADD ? xnn_binary_add : xnn_binary_multiply, x, y, out);
    if (!is_bounded(clamp))
        return;
    cg_xnn_name_step(b, "clamp");
    cg_xnn_emit_unary(b, out, out, CG_XNN_CLAMP, clamp);
}

/* The slopes are read in each run. */
void cg_xnn_emit_prelu(struct cg_xnn_builder *b, struct cg_xnn_view in, struct cg_xnn_view out,
                       const float *slopes)
{
    const size_t bytes = (size_t)in.shape.c * sizeof *slopes;
    const struct cg_xnn_view kept = {plan_memory(b, bytes + XNN_EXTRA_BYTES, CG_MEMORY_ALIGNMENT),
                                     (size_t)in.shape.c,
                                     {1, 1, 1, in.shape.c}};
    if (!kept.data)
        return;
    memcpy(kept.data, slopes, bytes);
    emit_binary(b, xnn_binary_prelu, in, kept, out);
}

void cg_xnn_emit_max_pool(struct cg_xnn_builder *b, struct cg_xnn_view in, struct cg_xnn_view out,
                          const struct cg_window *w)
{
    size_t rows, columns;
    EMIT(b, max_pooling2d_nhwc_f32,
         (CG_XNN_WINDOW(w), (uint32_t)w->dilation_h, (uint32_t)w->dilation_w, -INFINITY, INFINITY, 0),
         (CG_XNN_MAPS(in), (size_t)in.shape.c, in.stride, out.stride, &rows, &columns), (in.data, out.data));
}

void cg_xnn_emit_avg_pool(struct cg_xnn_builder *b, struct cg_xnn_view in, struct cg_xnn_view out,
                          const struct cg_window *w)
{
    size_t bytes = 0, alignment = 1, rows, columns;
    cg_xnn_name_step(b, "average_pooling2d");
    EMIT(b, average_pooling2d_nhwc_f32, (CG_XNN_WINDOW(w), -INFINITY, INFINITY, 0),
         (CG_XNN_MAPS(in), (size_t)in.shape.c, in.stride, out.stride, &bytes, &alignment, &rows, &columns),
         (plan_memory(b, bytes, alignment), in.data, out.data));
}

/* The operator of that name is gone, and the reduction that should do instead jumps to NULL for floats. Of
 * one pixel there is no pooling. */
void cg_xnn_emit_global_pool(struct cg_xnn_builder *b, struct cg_xnn_view in, struct cg_xnn_view out)
{
    struct cg_window whole = cg_node_of(CG_GLOBAL_POOL).window;
    whole.kernel_h = in.shape.h;
    whole.kernel_w = in.shape.w;
    if (in.shape.h * in.shape.w > 1) {
        cg_xnn_emit_avg_pool(b, in, out, &whole);
        return;
    }
    cg_xnn_name_step(b, "copy");
    cg_xnn_emit_copy(b, (struct cg_xnn_runs){in.data, in.stride, out.data, out.stride, (size_t)in.shape.c,
                                             (size_t)in.shape.n});
}

void cg_xnn_emit_copy(struct cg_xnn_builder *b, struct cg_xnn_runs runs)
{
    EMIT(b, copy_nc_x32, (0), (runs.rows, runs.width, runs.from_stride, runs.to_stride),
         (runs.from, runs.to));
}

void cg_xnn_emit_shuffle(struct cg_xnn_builder *b, struct cg_xnn_view in, struct cg_xnn_view out, int groups)
{
    EMIT(b, channel_shuffle_nc_x32, ((size_t)groups, (size_t)(in.shape.c / groups), in.stride, out.stride, 0),
         (cg_xnn_pixels(in.shape)), (in.data, out.data));
}

void cg_xnn_emit_constant_pad(struct cg_xnn_builder *b, struct cg_xnn_view in, struct cg_xnn_view out,
                              const size_t before[4], const size_t after[4])
{
    const float zero = 0.0f;
    EMIT(b, constant_pad_nd_x32, (&zero, 0), (4, CG_XNN_DIMS(in), before, after), (in.data, out.data));
}

void cg_xnn_emit_softmax(struct cg_xnn_builder *b, struct cg_xnn_view in, struct cg_xnn_view out)
{
    EMIT(b, softmax_nc_f32, (0), ((size_t)in.shape.c, in.stride, out.stride, cg_xnn_pixels(in.shape)),
         (in.data, out.data));
}

#else /* the interface of 2022 */

/* Creates, sets up and takes an operator: `kind` (max_pooling2d_nhwc_f32) names its two functions, of which
 * `created` and `set_up` are the arguments, in parentheses. */
#define EMIT(b, kind, created, set_up)                                                                       \
    do {                                                                                                     \
        xnn_operator_t made = NULL;                                                                          \
        enum xnn_status status = xnn_create_##kind(LIST created, 0, &made);                                  \
        if (status == xnn_status_success)                                                                    \
            status = xnn_setup_##kind(made, LIST set_up, (b)->pool);                                         \
        cg_xnn_take(b, made, status, #kind);                                                                 \
    } while (0)

bool cg_xnn_wants_dense(enum cg_op op)
{
    return op == CG_ADD || op == CG_MUL || op == CG_PAD;
}

bool cg_xnn_has_depthwise_kernel(const struct cg_window *w)
{
    const int taps = w->kernel_h * w->kernel_w;
    return taps == 3 || taps == 4 || taps == 9 || taps == 25;
}

void cg_xnn_emit_conv(struct cg_xnn_builder *b, struct cg_xnn_view in, struct cg_xnn_view out,
                      const struct cg_xnn_conv *conv)
{
    const struct cg_window *w = conv->window;
    EMIT(b, convolution2d_nhwc_f32,
         (CG_XNN_WINDOW(w), (uint32_t)w->dilation_h, (uint32_t)w->dilation_w, (uint32_t)conv->groups,
          (size_t)(in.shape.c / conv->groups), (size_t)(out.shape.c / conv->groups), in.stride, out.stride,
          conv->weight, conv->bias, conv->clamp.min, conv->clamp.max),
         (CG_XNN_MAPS(in), in.data, out.data));
}

void cg_xnn_emit_fc(struct cg_xnn_builder *b, struct cg_xnn_view in, struct cg_xnn_view out,
                    const struct cg_xnn_conv *fc)
{
    EMIT(b, fully_connected_nc_f32,
         ((size_t)in.shape.c, (size_t)out.shape.c, in.stride, out.stride, fc->weight, fc->bias, fc->clamp.min,
          fc->clamp.max),
         ((size_t)in.shape.n, in.data, out.data));
}

void cg_xnn_emit_unary(struct cg_xnn_builder *b, struct cg_xnn_view in, struct cg_xnn_view out,
                       enum cg_xnn_unary kind, struct cg_xnn_range numbers)
{
    const size_t c = (size_t)in.shape.c, pixels = cg_xnn_pixels(in.shape);
    switch (kind) {
    case CG_XNN_CLAMP:
        EMIT(b, clamp_nc_f32, (c, in.stride, out.stride, numbers.min, numbers.max),
             (pixels, in.data, out.data));
        break;
    case CG_XNN_SIGMOID:
        EMIT(b, sigmoid_nc_f32, (c, in.stride, out.stride), (pixels, in.data, out.data));
        break;
    case CG_XNN_HARDSWISH:
        EMIT(b, hardswish_nc_f32, (c, in.stride, out.stride), (pixels, in.data, out.data));
        break;
    case CG_XNN_LEAKY_RELU:
        EMIT(b, leaky_relu_nc_f32, (c, in.stride, out.stride, numbers.min), (pixels, in.data, out.data));
        break;
    case CG_XNN_ELU:
        EMIT(b, elu_nc_f32, (c, in.stride, out.stride, numbers.min), (pixels, in.data, out.data));
        break;
    }
}

void cg_xnn_emit_binary(struct cg_xnn_builder *b, enum cg_op op, struct cg_xnn_view x, struct cg_xnn_view y,
                        struct cg_xnn_view out, struct cg_xnn_range clamp)
{
    if (op == CG_ADD)
        EMIT(b, add_nd_f32, (clamp.min, clamp.max),
             (4, CG_XNN_DIMS(x), 4, CG_XNN_DIMS(y), x.data, y.data, out.data));
    else
        EMIT(b, multiply_nd_f32, (clamp.min, clamp.max),
             (4, CG_XNN_DIMS(x), 4, CG_XNN_DIMS(y), x.data, y.data, out.data));
}

/* The operator copies the slopes. */
void cg_xnn_emit_prelu(struct cg_xnn_builder *b, struct cg_xnn_view in, struct cg_xnn_view out,
                       const float *slopes)
{
    EMIT(b, prelu_nc_f32, ((size_t)in.shape.c, in.stride, out.stride, slopes),
         (cg_xnn_pixels(in.shape), in.data, out.data));
}

void cg_xnn_emit_max_pool(struct cg_xnn_builder *b, struct cg_xnn_view in, struct cg_xnn_view out,
                          const struct cg_window *w)
{
    EMIT(b, max_pooling2d_nhwc_f32,
         (CG_XNN_WINDOW(w), (uint32_t)w->dilation_h, (uint32_t)w->dilation_w, (size_t)in.shape.c, in.stride,
          out.stride, -INFINITY, INFINITY),
         (CG_XNN_MAPS(in), in.data, out.data));
}

void cg_xnn_emit_avg_pool(struct cg_xnn_builder *b, struct cg_xnn_view in, struct cg_xnn_view out,
                          const struct cg_window *w)
{
    cg_xnn_name_step(b, "average_pooling2d");
    EMIT(b, average_pooling2d_nhwc_f32,
         (CG_XNN_WINDOW(w), (size_t)in.shape.c, in.stride, out.stride, -INFINITY, INFINITY),
         (CG_XNN_MAPS(in), in.data, out.data));
}

void cg_xnn_emit_global_pool(struct cg_xnn_builder *b, struct cg_xnn_view in, struct cg_xnn_view out)
{
    cg_xnn_name_step(b, "global_average_pooling");
    EMIT(b, global_average_pooling_nwc_f32, ((size_t)in.shape.c, in.stride, out.stride, -INFINITY, INFINITY),
         ((size_t)in.shape.n, (size_t)in.shape.h * (size_t)in.shape.w, in.data, out.data));
}

void cg_xnn_emit_copy(struct cg_xnn_builder *b, struct cg_xnn_runs runs)
{
    EMIT(b, copy_nc_x32, (runs.width, runs.from_stride, runs.to_stride), (runs.rows, runs.from, runs.to));
}

void cg_xnn_emit_shuffle(struct cg_xnn_builder *b, struct cg_xnn_view in, struct cg_xnn_view out, int groups)
{
    EMIT(b, channel_shuffle_nc_x32, ((size_t)groups, (size_t)(in.shape.c / groups), in.stride, out.stride),
         (cg_xnn_pixels(in.shape), in.data, out.data));
}

void cg_xnn_emit_constant_pad(struct cg_xnn_builder *b, struct cg_xnn_view in, struct cg_xnn_view out,
                              const size_t before[4], const size_t after[4])
{
    const float zero = 0.0f;
    EMIT(b, constant_pad_nd_x32, (&zero), (4, CG_XNN_DIMS(in), before, after, in.data, out.data));
}

void cg_xnn_emit_softmax(struct cg_xnn_builder *b, struct cg_xnn_view in, struct cg_xnn_view out)
{
    EMIT(b, softmax_nc_f32, ((size_t)in.shape.c, in.stride, out.stride),
         (cg_xnn_pixels(in.shape), in.data, out.data));
}

#endif
