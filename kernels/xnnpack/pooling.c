/* Pooling by XNNPACK's operators, and by others of its own where it has none. */
#include "kernels/xnnpack/builder.h"

/* Pooling of 1x1 windows picks pixels: one copy an output row. */
static void build_pick(struct cg_xnn_builder *b)
{
    const struct cg_window *w = &b->node->window;
    const struct cg_xnn_view in = cg_xnn_input_of(b, 0), out = cg_xnn_output_of(b);
    cg_xnn_name_step(b, "copy of every %d. row and %d. column", w->stride_h, w->stride_w);
    for (int n = 0; n < out.shape.n; n++)
        for (int y = 0; y < out.shape.h; y++) {
            const struct cg_xnn_view from =
                cg_xnn_moved(in, 0, ((int64_t)n * in.shape.h + y * w->stride_h) * in.shape.w);
            const struct cg_xnn_view to = cg_xnn_moved(out, 0, ((int64_t)n * out.shape.h + y) * out.shape.w);
            cg_xnn_emit_copy(b, (struct cg_xnn_runs){from.data, from.stride * (size_t)w->stride_w, to.data,
                                                     to.stride, (size_t)in.shape.c, (size_t)out.shape.w});
        }
}

void cg_xnn_build_max_pool(struct cg_xnn_builder *b)
{
    if (cg_xnn_recipe(b->graph, b->id) == CG_XNN_COPY) {
        build_pick(b);
        return;
    }
    cg_xnn_name_step(b, "max_pooling2d");
    cg_xnn_emit_max_pool(b, cg_xnn_input_of(b, 0), cg_xnn_output_of(b), &b->node->window);
}

/* The sum over a window times `factor`, as a depthwise convolution. */
static void emit_sum_conv(struct cg_xnn_builder *b, float factor)
{
    const struct cg_window *w = &b->node->window;
    const struct cg_xnn_view in = cg_xnn_input_of(b, 0), out = cg_xnn_output_of(b);
    const size_t n_weight = (size_t)(w->kernel_h * w->kernel_w) * (size_t)in.shape.c;
    float *weight = cg_xnn_constants(b, n_weight);
    for (size_t i = 0; weight && i < n_weight; i++)
        weight[i] = factor;
    const struct cg_xnn_conv conv = {w, in.shape.c, weight, NULL, cg_xnn_unbounded};
    if (weight)
        cg_xnn_emit_conv(b, in, out, &conv);
}

/* The mean over a window where zeros around the map are not counted: sums, then 1 / count at each pixel. */
static void build_sum_scale(struct cg_xnn_builder *b)
{
    const struct cg_window *w = &b->node->window;
    const struct cg_xnn_view in = cg_xnn_input_of(b, 0), out = cg_xnn_output_of(b);
    const struct cg_xnn_view scale = cg_xnn_scratch_of(b);
    for (int y = 0; y < out.shape.h; y++) {
        const int64_t rows =
            cg_taps_inside(in.shape.h, 1, w->kernel_h, 1, w->dilation_h, w->pad_top - y * w->stride_h);
        for (int x = 0; x < out.shape.w; x++) {
            const int64_t taps = rows * cg_taps_inside(in.shape.w, 1, w->kernel_w, 1, w->dilation_w,
                                                       w->pad_left - x * w->stride_w);
            scale.data[y * out.shape.w + x] = taps ? 1.0f / (float)taps : 0.0f;
        }
    }
    cg_xnn_name_step(b, "convolution2d %s by 1, multiply by 1/count",
                     cg_xnn_conv_kernel(w, in.shape.c, in.shape.c, in.shape.c));
    emit_sum_conv(b, 1.0f);
    cg_xnn_emit_binary(b, CG_MUL, out, scale, out, cg_xnn_unbounded);
}

/* The mean over a window, zeros around the map counted, as a depthwise convolution by 1 / taps. */
static void build_mean_conv(struct cg_xnn_builder *b)
{
    const struct cg_window *w = &b->node->window;
    const int c = cg_xnn_input_of(b, 0).shape.c, taps = w->kernel_h * w->kernel_w;
    cg_xnn_name_step(b, "convolution2d %s by 1/%d", cg_xnn_conv_kernel(w, c, c, c), taps);
    emit_sum_conv(b, 1.0f / (float)taps);
}

static void build_pad_pool(struct cg_xnn_builder *b)
{
    const struct cg_xnn_view padded = cg_xnn_scratch_of(b);
    struct cg_window bare = b->node->window;
    cg_xnn_emit_pad(b, cg_xnn_input_of(b, 0), padded, &bare);
    bare.pad_top = bare.pad_left = bare.pad_bottom = bare.pad_right = 0;
    cg_xnn_emit_avg_pool(b, padded, cg_xnn_output_of(b), &bare);
}

void cg_xnn_build_avg_pool(struct cg_xnn_builder *b)
{
    switch (cg_xnn_recipe(b->graph, b->id)) {
    case CG_XNN_COPY:
        build_pick(b);
        break;
    case CG_XNN_MEAN_CONV:
        build_mean_conv(b);
        break;
    case CG_XNN_SUM_SCALE:
        build_sum_scale(b);
        break;
    case CG_XNN_PAD_POOL:
        build_pad_pool(b);
        break;
    default:
        cg_xnn_emit_avg_pool(b, cg_xnn_input_of(b, 0), cg_xnn_output_of(b), &b->node->window);
    }
}

void cg_xnn_build_global_pool(struct cg_xnn_builder *b)
{
    cg_xnn_emit_global_pool(b, cg_xnn_input_of(b, 0), cg_xnn_output_of(b));
}
