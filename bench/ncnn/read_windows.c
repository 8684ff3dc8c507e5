/* Convolutions, fully connected layers, pools, pads. */
#include "bench/ncnn/readers.h"

#include <math.h>

#define SAME_UPPER (-233)
#define SAME_LOWER (-234)

/* Parameter `id`, which is of columns, and id + 10, of rows, by default the same. */
static void read_pair(struct cg_ncnn_reader *r, int id, int fallback, int *rows, int *columns)
{
    *columns = cg_ncnn_int(r, id, fallback);
    *rows = cg_ncnn_int(r, id + 10, *columns);
}

/* Left, top, right and bottom, each by default as the one before it on its axis. */
static void read_pads(struct cg_ncnn_reader *r, int id, struct cg_window *w)
{
    w->pad_left = cg_ncnn_int(r, id, 0);
    w->pad_top = cg_ncnn_int(r, id + 10, w->pad_left);
    w->pad_right = cg_ncnn_int(r, id + 11, w->pad_left);
    w->pad_bottom = cg_ncnn_int(r, id + 12, w->pad_top);
}

static bool is_padded_alike(const struct cg_window *w, int pad)
{
    return w->pad_left == pad && w->pad_top == pad && w->pad_right == pad && w->pad_bottom == pad;
}

/* An output of a strideth of the input; the odd pixel lies behind the map, or before it. */
static void pad_same(struct cg_window *w, struct cg_shape in, bool lower)
{
    const int rows = cg_same_padding(in.h, w->kernel_h, w->stride_h, w->dilation_h);
    const int columns = cg_same_padding(in.w, w->kernel_w, w->stride_w, w->dilation_w);
    const int top = lower ? rows - rows / 2 : rows / 2, left = lower ? columns - columns / 2 : columns / 2;
    cg_window_set_pads(w, (const int[]){top, left, rows - top, columns - left});
}

static bool has_extents(struct cg_ncnn_reader *r, const struct cg_window *w)
{
    if (w->kernel_h < 1 || w->kernel_w < 1 || w->stride_h < 1 || w->stride_w < 1 || w->dilation_h < 1 ||
        w->dilation_w < 1)
        cg_ncnn_fail(r, CG_INVALID, "its window of %dx%d, stride %dx%d, dilation %dx%d is none", w->kernel_h,
                     w->kernel_w, w->stride_h, w->stride_w, w->dilation_h, w->dilation_w);
    return !cg_ncnn_failed(r);
}

/* What the layer computes after its sum, by parameter 9 with the numbers 10. */
static void give_activated(struct cg_ncnn_reader *r, int node)
{
    enum { NONE, RELU, LEAKY, CLIP, SIGMOID, MISH, HARD_SWISH };
    const int type = cg_ncnn_int(r, 9, NONE);
    const float a = cg_ncnn_float(r, 10, 0, 0), b = cg_ncnn_float(r, 10, 1, 0);
    const int wanted = type == LEAKY ? 1 : type == CLIP || type == HARD_SWISH ? 2 : 0;
    if (r->layer->params[10].n < wanted)
        cg_ncnn_fail(r, CG_INVALID, "its activation %d takes %d numbers in parameter 10", type, wanted);
    switch (type) {
    case NONE:
        break;
    case RELU:
        node = cg_ncnn_add_act(r, node, CG_ACT_RELU, 0, 0);
        break;
    case LEAKY:
        node = cg_ncnn_add_act(r, node, CG_ACT_LEAKY_RELU, a, 0);
        break;
    case CLIP:
        node = cg_ncnn_add_clip(r, node, a, b);
        break;
    case SIGMOID:
        node = cg_ncnn_add_act(r, node, CG_ACT_SIGMOID, 0, 0);
        break;
    case MISH:
        node = cg_ncnn_add_act(r, node, CG_ACT_MISH, 0, 0);
        break;
    case HARD_SWISH:
        node = cg_ncnn_add_hard_swish(r, node, a, b);
        break;
    default:
        cg_ncnn_fail(r, CG_UNSUPPORTED, "its activation %d", type);
    }
    cg_ncnn_give(r, 0, node, CG_NCNN_MAP);
}

void cg_ncnn_read_conv(struct cg_ncnn_reader *r)
{
    const int input = cg_ncnn_map(r, 0);
    struct cg_node node = cg_ncnn_over(CG_CONV, &input);
    struct cg_window *w = &node.window;
    node.shape.c = cg_ncnn_int(r, 0, 0);
    read_pair(r, 1, 0, &w->kernel_h, &w->kernel_w);
    read_pair(r, 2, 1, &w->dilation_h, &w->dilation_w);
    read_pair(r, 3, 1, &w->stride_h, &w->stride_w);
    read_pads(r, 4, w);
    node.bias = cg_ncnn_int(r, 5, 0) != 0;
    node.groups = cg_ncnn_int(r, 7, 1);
    cg_ncnn_require(r, 8, 0, "its weights are integers");
    cg_ncnn_require(r, 19, 0, "its weights are computed");
    if (cg_ncnn_float(r, 18, 0, 0) != 0.0f)
        cg_ncnn_fail(r, CG_UNSUPPORTED, "it pads with another number than 0");
    if (!has_extents(r, w))
        return;
    if (is_padded_alike(w, SAME_UPPER) || is_padded_alike(w, SAME_LOWER))
        pad_same(w, cg_ncnn_shape(r, input), w->pad_left == SAME_LOWER);
    const int id = cg_ncnn_add(r, &node);
    cg_ncnn_read_weights(r, id, cg_ncnn_int(r, 6, 0));
    give_activated(r, id);
}

/* Over more than one pixel it is a convolution with a window of the whole map. */
void cg_ncnn_read_inner_product(struct cg_ncnn_reader *r)
{
    const struct cg_ncnn_value *value = cg_ncnn_bottom(r, 0);
    const int input = value->form == CG_NCNN_FLAT ? value->node : cg_ncnn_map(r, 0);
    const struct cg_shape in = cg_ncnn_shape(r, input);
    struct cg_node node = cg_ncnn_over(in.h == 1 && in.w == 1 ? CG_FC : CG_CONV, &input);
    node.window.kernel_h = in.h;
    node.window.kernel_w = in.w;
    node.shape.c = cg_ncnn_int(r, 0, 0);
    node.bias = cg_ncnn_int(r, 1, 0) != 0;
    cg_ncnn_require(r, 8, 0, "its weights are integers");
    const int id = cg_ncnn_add(r, &node);
    cg_ncnn_read_weights(r, id, cg_ncnn_int(r, 2, 0));
    give_activated(r, id);
}

/* ---- pools ---- */

/* Padding behind a map for the last, partly filled window. */
static int tail(int length, int kernel, int stride)
{
    const int rest = length < kernel ? 0 : (length - kernel) % stride;
    return rest ? stride - rest : 0;
}

static void set_pads(struct cg_ncnn_reader *r, struct cg_window *w, struct cg_shape in)
{
    enum { FULL, VALID, UPPER, LOWER };
    const int mode = cg_ncnn_int(r, 5, FULL);
    const int most = 65536; /* what the graph takes */
    read_pads(r, 3, w);
    if (mode < FULL || mode > LOWER)
        cg_ncnn_fail(r, CG_UNSUPPORTED, "its padding mode is %d", mode);
    else if (mode >= UPPER)
        pad_same(w, in, mode == LOWER);
    else if (w->pad_left < 0 || w->pad_top < 0 || w->pad_right < 0 || w->pad_bottom < 0 ||
             w->pad_left > most || w->pad_top > most || w->pad_right > most || w->pad_bottom > most ||
             in.h > INT32_MAX / 2 || in.w > INT32_MAX / 2)
        cg_ncnn_fail(r, CG_INVALID, "its pads are %d, %d, %d, %d (left, top, right, bottom)", w->pad_left,
                     w->pad_top, w->pad_right, w->pad_bottom);
    else if (mode == FULL) {
        w->pad_right += tail(in.w + w->pad_left + w->pad_right, w->kernel_w, w->stride_w);
        w->pad_bottom += tail(in.h + w->pad_top + w->pad_bottom, w->kernel_h, w->stride_h);
    }
}

/* Windows that part the map evenly: the pool gives `rows` x `columns`. */
static void set_adaptive(struct cg_ncnn_reader *r, struct cg_window *w, struct cg_shape in)
{
    int rows, columns;
    read_pair(r, 8, 0, &rows, &columns);
    rows = rows == -233 ? in.h : rows;
    columns = columns == -233 ? in.w : columns;
    if (rows < 1 || columns < 1 || in.h % rows || in.w % columns) {
        cg_ncnn_fail(r, CG_UNSUPPORTED, "it adapts a map of %dx%d to %dx%d", in.h, in.w, rows, columns);
        return;
    }
    w->kernel_h = w->stride_h = in.h / rows;
    w->kernel_w = w->stride_w = in.w / columns;
}

void cg_ncnn_read_pooling(struct cg_ncnn_reader *r)
{
    const int input = cg_ncnn_map(r, 0);
    const struct cg_shape in = cg_ncnn_shape(r, input);
    const int type = cg_ncnn_int(r, 0, 0);
    const bool global = cg_ncnn_int(r, 4, 0) != 0, adaptive = cg_ncnn_int(r, 7, 0) != 0;
    struct cg_node node = cg_ncnn_over(type ? CG_AVG_POOL : CG_MAX_POOL, &input);
    struct cg_window *w = &node.window;
    if (type != 0 && type != 1)
        cg_ncnn_fail(r, CG_UNSUPPORTED, "its kind of pool is %d", type);
    if (global) {
        w->kernel_h = in.h;
        w->kernel_w = in.w;
    } else if (adaptive) {
        set_adaptive(r, w, in);
    } else {
        read_pair(r, 1, 0, &w->kernel_h, &w->kernel_w);
        read_pair(r, 2, 1, &w->stride_h, &w->stride_w);
        node.count_padding = type == 1 && cg_ncnn_int(r, 6, 0) != 0;
        if (has_extents(r, w))
            set_pads(r, w, in);
    }
    if (type == 1 && (global || adaptive) && w->kernel_h == in.h && w->kernel_w == in.w)
        node = cg_ncnn_over(CG_GLOBAL_POOL, &input);
    cg_ncnn_give(r, 0, cg_ncnn_add(r, &node), CG_NCNN_MAP);
}

/* The mean of rows and columns. */
void cg_ncnn_read_reduction(struct cg_ncnn_reader *r)
{
    int n;
    const int input = cg_ncnn_map(r, 0), *axes = cg_ncnn_ints(r, 3, &n);
    const bool both = n == 2 && ((axes[0] == 1 && axes[1] == 2) || (axes[0] == 2 && axes[1] == 1) ||
                                 (axes[0] == -2 && axes[1] == -1) || (axes[0] == -1 && axes[1] == -2));
    if (cg_ncnn_int(r, 0, 0) != 3 || cg_ncnn_int(r, 1, 1) != 0 || !both || cg_ncnn_float(r, 2, 0, 1) != 1.0f)
        cg_ncnn_fail(r, CG_UNSUPPORTED, "other than the mean of a map");
    const struct cg_node node = cg_ncnn_over(CG_GLOBAL_POOL, &input);
    cg_ncnn_give(r, 0, cg_ncnn_add(r, &node), CG_NCNN_MAP);
}

void cg_ncnn_read_padding(struct cg_ncnn_reader *r)
{
    const int input = cg_ncnn_map(r, 0);
    struct cg_node node = cg_ncnn_over(CG_PAD, &input);
    const int pads[4] = {cg_ncnn_int(r, 0, 0), cg_ncnn_int(r, 2, 0), cg_ncnn_int(r, 1, 0),
                         cg_ncnn_int(r, 3, 0)};
    for (int side = 0; side < 4; side++)
        if (pads[side] < 0)
            cg_ncnn_fail(r, CG_UNSUPPORTED, "a pad of %d", pads[side]);
    cg_ncnn_require(r, 4, 0, "it pads with what stands in the map");
    cg_ncnn_require(r, 6, 0, "it pads each channel with another number");
    cg_ncnn_require(r, 7, 0, "it pads channels");
    cg_ncnn_require(r, 8, 0, "it pads channels");
    if (cg_ncnn_float(r, 5, 0, 0) != 0.0f)
        cg_ncnn_fail(r, CG_UNSUPPORTED, "it pads with another number than 0");
    cg_window_set_pads(&node.window, pads);
    cg_ncnn_give(r, 0, cg_ncnn_add(r, &node), CG_NCNN_MAP);
}

/* Of the nearest pixels, to a size or by a factor. */
void cg_ncnn_read_interp(struct cg_ncnn_reader *r)
{
    const int input = cg_ncnn_map(r, 0), height = cg_ncnn_int(r, 3, 0), width = cg_ncnn_int(r, 4, 0);
    const struct cg_shape in = cg_ncnn_shape(r, input);
    const float rows = (float)in.h * cg_ncnn_float(r, 1, 0, 1),
                columns = (float)in.w * cg_ncnn_float(r, 2, 0, 1);
    struct cg_node node = cg_ncnn_over(CG_UPSAMPLE, &input);
    if (cg_ncnn_int(r, 0, 0) != 1)
        cg_ncnn_fail(r, CG_UNSUPPORTED, "other than of the nearest pixels");
    cg_ncnn_require(r, 5, 0, "to a size that another blob has");
    const bool sized = height > 0 && width > 0;
    if (!sized && (!(rows >= 1 && rows <= 65536) || !(columns >= 1 && columns <= 65536)))
        cg_ncnn_fail(r, CG_INVALID, "to %g rows and %g columns", (double)rows, (double)columns);
    if (height > 65536 || width > 65536)
        cg_ncnn_fail(r, CG_INVALID, "to %d rows and %d columns", height, width);
    if (cg_ncnn_failed(r))
        return;
    node.shape.h = sized ? height : (int)rows;
    node.shape.w = sized ? width : (int)columns;
    if (!sized && ((float)node.shape.h != rows || (float)node.shape.w != columns))
        cg_ncnn_fail(r, CG_UNSUPPORTED, "by a factor that gives no whole size");
    else if (node.shape.h < in.h || node.shape.w < in.w)
        cg_ncnn_fail(r, CG_UNSUPPORTED, "to a smaller map");
    else if (!cg_ncnn_repeats_alike(in.h, node.shape.h) || !cg_ncnn_repeats_alike(in.w, node.shape.w))
        cg_ncnn_fail(r, CG_UNSUPPORTED, "to a size where it repeats pixels unevenly");
    cg_ncnn_give(r, 0, cg_ncnn_add(r, &node), CG_NCNN_MAP);
}

/* The channels are a block's pixels of the first channel, then of the next, or (mode 1) those of its first
 * pixel, then of the next. */
void cg_ncnn_read_pixel_shuffle(struct cg_ncnn_reader *r)
{
    const int input = cg_ncnn_map(r, 0), factor = cg_ncnn_int(r, 0, 1), mode = cg_ncnn_int(r, 1, 0);
    const struct cg_shape in = cg_ncnn_shape(r, input);
    if (factor < 1 || factor > 256 || in.c % (factor * factor) != 0)
        cg_ncnn_fail(r, CG_INVALID, "%d channels do not make up blocks of %dx%d pixels", in.c, factor,
                     factor);
    if (cg_ncnn_failed(r))
        return;
    struct cg_node turned = cg_ncnn_over(CG_SHUFFLE, &input);
    turned.groups = in.c / (factor * factor);
    const int ordered = mode == 0 ? cg_ncnn_add(r, &turned) : input;
    struct cg_node node = cg_ncnn_over(CG_DEPTH_TO_SPACE, &ordered);
    node.shape.h = in.h * factor;
    node.shape.w = in.w * factor;
    cg_ncnn_give(r, 0, cg_ncnn_add(r, &node), CG_NCNN_MAP);
}
