/* Pools, and padding by itself. */
#include "bench/onnx/maps.h"
#include "bench/onnx/readers.h"

#include <string.h>

struct pool {
    int input;
    int rank; /* 4, or 3: along columns alone */
    const int *order;
    struct cg_node node;
    bool ceil_mode;
    int extra_h, extra_w; /* of ceil_mode; not yet part of the window */
};

/* Whether SAME padding covers a window's reach or its kernel alone: the standard's formula says the former,
 * ONNX Runtime does the latter, the standard's own evaluator a third. */
static void refuse_same_with_dilation(struct cg_onnx_importer *im, const struct cg_window *w)
{
    char mode[16];
    cg_onnx_text(im, "auto_pad", mode, sizeof mode);
    const bool dilated = (w->dilation_h > 1 && w->kernel_h > 1) || (w->dilation_w > 1 && w->kernel_w > 1);
    if (dilated && strncmp(mode, "SAME_", 5) == 0)
        cg_onnx_fail(im, CG_UNSUPPORTED,
                     "dilations with auto_pad %s, which runtimes compute differently; write "
                     "its pads out",
                     mode);
}

static const int map_order[] = {CG_ONNX_N, CG_ONNX_C, CG_ONNX_H, CG_ONNX_W};

static struct pool read_pool(struct cg_onnx_importer *im, enum cg_op op)
{
    struct pool pool = {.rank = 4, .order = map_order, .node = cg_node_of(op)};
    struct cg_onnx_view view = cg_onnx_view_input(im, 0);
    if (view.rank == 3) {
        pool.rank = 3;
        pool.order = cg_onnx_ordered_inputs(im, 1, &view);
        if (pool.order && pool.order[2] != CG_ONNX_W)
            cg_onnx_fail(im, CG_UNSUPPORTED,
                         "its input has 3 dimensions, of which the last is not the width");
    } else {
        view = cg_onnx_map_input(im, 0, 4);
    }
    pool.input = view.node;
    const struct cg_shape in = cg_onnx_shape(im, pool.input);
    pool.ceil_mode = cg_onnx_int(im, "ceil_mode", 0) != 0;
    pool.node.window = cg_onnx_window(im, in, pool.rank - 2, NULL);
    const struct cg_window *w = &pool.node.window;
    refuse_same_with_dilation(im, w);
    if (pool.ceil_mode) {
        pool.extra_h =
            cg_ceil_padding(in.h, w->pad_top, w->pad_bottom, w->kernel_h, w->stride_h, w->dilation_h);
        pool.extra_w =
            cg_ceil_padding(in.w, w->pad_left, w->pad_right, w->kernel_w, w->stride_w, w->dilation_w);
    }
    return pool;
}

static bool is_padded(const struct cg_window *w)
{
    return w->pad_top || w->pad_left || w->pad_bottom || w->pad_right;
}

static enum cg_status add_pool(struct cg_onnx_importer *im, const struct pool *pool)
{
    struct cg_node node = pool->node;
    node.ceil = pool->ceil_mode && !is_padded(&node.window) && node.op == CG_MAX_POOL;
    node.inputs = &pool->input;
    node.n_inputs = 1;
    node.window.pad_bottom += pool->extra_h;
    node.window.pad_right += pool->extra_w;
    return cg_onnx_output_ordered(im, 0, cg_onnx_add(im, &node, NULL), pool->rank, pool->order);
}

/* Tries the pool with the pads of the node before it; false when there are none, or when the pool would have
 * windows wholly in the padding. */
static bool add_pool_with_pad(struct cg_onnx_importer *im, const struct pool *pool)
{
    struct pool merged = *pool;
    if (cg_onnx_failed(im) || !cg_onnx_take_pad(im, pool->input, &merged.node.window))
        return false;
    merged.input = im->graph->nodes[pool->input].inputs[0];
    merged.node.count_padding = merged.node.op == CG_AVG_POOL;
    const bool added = add_pool(im, &merged) == CG_OK;
    if (!added)
        im->error = (struct cg_error){0};
    return added;
}

enum cg_status cg_onnx_read_max_pool(struct cg_onnx_importer *im)
{
    if (cg_onnx_output_is_needed(im, 1))
        return cg_onnx_fail(im, CG_UNSUPPORTED, "its indices are used");
    const struct pool pool = read_pool(im, CG_MAX_POOL);
    /* A padded zero never wins against what is not negative, just as the pool's own padding. */
    const struct cg_node *before = &im->graph->nodes[pool.input];
    if (before->op == CG_PAD && cg_onnx_is_not_negative(im->graph, before->inputs[0]) &&
        add_pool_with_pad(im, &pool))
        return CG_OK;
    return add_pool(im, &pool);
}

/* Both kinds of padding in one pool: explicit pads that count, and behind them the extra ones of ceil_mode,
 * that do not. The former become a node of their own. */
static void move_pads_out(struct cg_onnx_importer *im, struct pool *pool)
{
    struct cg_window *w = &pool->node.window;
    const int none[4] = {0}, pads[4] = {w->pad_top, w->pad_left, w->pad_bottom, w->pad_right};
    cg_window_set_pads(w, none);
    pool->input = cg_onnx_add_pads(im, pool->input, pads);
}

enum cg_status cg_onnx_read_average_pool(struct cg_onnx_importer *im)
{
    struct pool pool = read_pool(im, CG_AVG_POOL);
    const bool include = cg_onnx_int(im, "count_include_pad", 0) != 0;
    const bool padded = is_padded(&pool.node.window);
    const bool extra = pool.extra_h || pool.extra_w;
    pool.node.count_padding = include && !extra;
    if (include && extra && padded)
        move_pads_out(im, &pool);
    else if (!extra && (include || !padded) && add_pool_with_pad(im, &pool))
        return CG_OK;
    return add_pool(im, &pool);
}

enum cg_status cg_onnx_read_global_max_pool(struct cg_onnx_importer *im)
{
    struct pool pool = {.input = cg_onnx_map_input(im, 0, 4).node,
                        .rank = 4,
                        .order = map_order,
                        .node = cg_node_of(CG_MAX_POOL)};
    pool.node.window.kernel_h = cg_onnx_shape(im, pool.input).h;
    pool.node.window.kernel_w = cg_onnx_shape(im, pool.input).w;
    return add_pool(im, &pool);
}

/* ---- Pad ---- */

/* What stands around the map when it is none of its own rows and columns: NULL. */
static cg_onnx_outside *padding_rule(struct cg_onnx_importer *im)
{
    char mode[16];
    cg_onnx_text(im, "mode", mode, sizeof mode);
    if (strcmp(mode, "reflect") == 0)
        return cg_onnx_reflected;
    if (strcmp(mode, "edge") == 0)
        return cg_onnx_nearest;
    if (strcmp(mode, "wrap") == 0)
        return cg_onnx_wrapped;
    if (mode[0] && strcmp(mode, "constant") != 0)
        cg_onnx_fail(im, CG_UNSUPPORTED, "padding of mode '%s'", mode);
    return NULL;
}

/* The number that stands around the map. */
static float padding_value(struct cg_onnx_importer *im)
{
    cg_onnx_refuse_both(im, 2, "value");
    const float value = cg_onnx_float(im, "value", 0.0f);
    const struct cg_onnx_constant *fill = cg_onnx_constant_input(im, 2, "padding value");
    if (fill && (!fill->f || fill->count != 1))
        cg_onnx_fail(im, CG_UNSUPPORTED, "padding by other values than one number");
    return fill && !cg_onnx_failed(im) ? fill->f[0] : value;
}

/* The padding of each axis of a map, whose `rank` dimensions are these: begins, then ends. */
static void read_amounts(struct cg_onnx_importer *im, int rank, const int *order, int amounts[8])
{
    size_t n;
    bool taken[4] = {false};
    const int64_t *pads = cg_onnx_integers(im, 1, "pads", &n);
    const struct cg_onnx_constant *axes = cg_onnx_constant_input(im, 3, "axes");
    const size_t n_axes = axes ? (size_t)axes->count : (size_t)rank;
    if (!pads || n != 2 * n_axes || n_axes > (size_t)rank || (axes && !axes->i))
        cg_onnx_fail(im, CG_INVALID, "its pads do not fit a map");
    for (size_t i = 0; i < n_axes && !cg_onnx_failed(im); i++) {
        const int axis = axes ? cg_onnx_axis_of(im, axes->i[i], rank) : (int)i;
        const int64_t begin = pads[i], end = pads[i + n_axes];
        if (begin < -CG_ONNX_EXTENT_MAX || begin > CG_ONNX_EXTENT_MAX || end < -CG_ONNX_EXTENT_MAX ||
            end > CG_ONNX_EXTENT_MAX)
            cg_onnx_fail(im, CG_INVALID, "its pads are %lld and %lld", (long long)begin, (long long)end);
        if (taken[axis])
            cg_onnx_fail(im, CG_INVALID, "it pads axis %d twice", axis);
        taken[axis] = true;
        amounts[order[axis]] = (int)begin;
        amounts[order[axis] + 4] = (int)end;
    }
}

/* Rows and columns of zeros. Where more is cut off on one side than the map has, what stands on the other
 * side is cut, too: then it must be there first. */
static int pad_pixels(struct cg_onnx_importer *im, int input, const int pads[4])
{
    const struct cg_shape in = cg_onnx_shape(im, input);
    int added[4], cut[4];
    bool deep = false;
    for (int i = 0; i < 4; i++) {
        added[i] = pads[i] > 0 ? pads[i] : 0;
        cut[i] = pads[i] < 0 ? pads[i] : 0;
        deep |= -pads[i] >= (i % 2 ? in.w : in.h);
    }
    return deep ? cg_onnx_add_pads(im, cg_onnx_add_pads(im, input, added), cut)
                : cg_onnx_add_pads(im, input, pads);
}

/* Channels of `value` before and behind those of the map: any of its channels, times 0. */
static int pad_channels(struct cg_onnx_importer *im, int input, int before, int behind, float value)
{
    const int channels = cg_onnx_shape(im, input).c, n = channels + before + behind;
    if (n < 1 || n > CG_ONNX_EXTENT_MAX || before < 0 || behind < 0) {
        cg_onnx_fail(im, CG_UNSUPPORTED, "it pads %d channels to %d", channels, n);
        return -1;
    }
    struct cg_onnx_channels wider = cg_onnx_channels_of(im, n);
    for (int c = 0; c < wider.n; c++) {
        const bool inside = c >= before && c < before + channels;
        wider.index[c] = inside ? c - before : 0;
        wider.scale[c] = inside ? 1.0f : 0.0f;
        wider.shift[c] = inside ? 0.0f : value;
    }
    return cg_onnx_add_channels(im, input, &wider);
}

/* Rows and columns of `value`: zeros are what is padded, so the map is moved there and back. */
static int pad_by(struct cg_onnx_importer *im, int id, const int pads[4], float value)
{
    if (value != 0.0f && id >= 0)
        id = cg_onnx_add_scaled(im, id, 1.0f, -value);
    if (id >= 0)
        id = pad_pixels(im, id, pads);
    return value != 0.0f && id >= 0 ? cg_onnx_add_scaled(im, id, 1.0f, value) : id;
}

enum cg_status cg_onnx_read_pad(struct cg_onnx_importer *im)
{
    int amounts[8] = {0};
    struct cg_onnx_view map = {0};
    cg_onnx_outside *rule = padding_rule(im);
    const float value = padding_value(im);
    const int *order = cg_onnx_ordered_inputs(im, 1, &map);
    if (!cg_onnx_failed(im))
        read_amounts(im, map.rank, order, amounts);
    if (amounts[0] || amounts[4])
        return cg_onnx_fail(im, CG_UNSUPPORTED, "padding of images");
    const int pads[4] = {amounts[2], amounts[3], amounts[6], amounts[7]};
    const bool channels = amounts[1] || amounts[5], pixels = pads[0] || pads[1] || pads[2] || pads[3];
    if (cg_onnx_failed(im) || (!channels && !pixels && !im->own))
        return cg_onnx_output_alias(im, &map);
    int id = map.node;
    if (rule && channels)
        return cg_onnx_fail(im, CG_UNSUPPORTED, "padding of channels by others");
    if (channels)
        id = pad_channels(im, id, amounts[1], amounts[5], value);
    if (rule && pixels)
        id = cg_onnx_add_outside(im, id, pads, rule);
    else if (pixels || !channels)
        id = pad_by(im, id, pads, value);
    return cg_onnx_output_ordered(im, 0, id, map.rank, order);
}
