/* Activations, affine maps, copies, pads: made of the library's operators. */
#include "kernels/xnnpack/builder.h"

struct cg_xnn_view cg_xnn_scratch_of(const struct cg_xnn_builder *b)
{
    return cg_xnn_view_at(b, &b->plan->layout.scratch[b->id], cg_xnn_scratch_shape(b->graph, b->id));
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
    cg_xnn_emit_unary(b, in, out, CG_XNN_CLAMP, range);
}

void cg_xnn_emit_act(struct cg_xnn_builder *b, struct cg_xnn_view in, struct cg_xnn_view out)
{
    const struct cg_node *node = b->node;
    const struct cg_xnn_range numbers = {node->alpha, node->beta};
    switch (node->act) {
    case CG_ACT_SIGMOID:
        cg_xnn_name_step(b, "sigmoid");
        cg_xnn_emit_unary(b, in, out, CG_XNN_SIGMOID, numbers);
        break;
    case CG_ACT_SWISH: /* its slope is 1; both maps are dense, and two */
        cg_xnn_name_step(b, "sigmoid");
        cg_xnn_emit_unary(b, in, out, CG_XNN_SIGMOID, numbers);
        cg_xnn_name_step(b, "multiply");
        cg_xnn_emit_binary(b, CG_MUL, in, out, out, cg_xnn_unbounded);
        break;
    case CG_ACT_HARD_SWISH:
        cg_xnn_name_step(b, "hardswish");
        cg_xnn_emit_unary(b, in, out, CG_XNN_HARDSWISH, numbers);
        break;
    case CG_ACT_HARD_SIGMOID:
        emit_clipped_line(b, in, out, 1.0f / 6.0f, 0.5f);
        break;
    case CG_ACT_CLIPPED_LINE:
        emit_clipped_line(b, in, out, node->alpha, node->beta);
        break;
    case CG_ACT_CLIP:
        emit_clamp(b, in, out, numbers);
        break;
    case CG_ACT_LEAKY_RELU:
        cg_xnn_name_step(b, "leaky_relu");
        cg_xnn_emit_unary(b, in, out, CG_XNN_LEAKY_RELU, numbers);
        break;
    case CG_ACT_ELU:
        cg_xnn_name_step(b, "elu");
        cg_xnn_emit_unary(b, in, out, CG_XNN_ELU, numbers);
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
    const size_t before[4] = {0, w->pad_top > 0 ? (size_t)w->pad_top : 0,
                              w->pad_left > 0 ? (size_t)w->pad_left : 0, 0};
    const size_t after[4] = {0, w->pad_bottom > 0 ? (size_t)w->pad_bottom : 0,
                             w->pad_right > 0 ? (size_t)w->pad_right : 0, 0};
    cg_xnn_name_step(b, "constant_pad");
    cg_xnn_emit_constant_pad(b, in, out, before, after);
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
