/* Pools, means over space, and padding by itself. */
#include "bench/onnx/import_window.h"
#include "bench/onnx/operators.h"

#include <string.h>

#define MAX_EXTENT 65536

/* Padding that ceil_mode adds behind the map: enough for one more window, unless that would start in the
 * padding. */
static int ceil_padding(int length, int before, int after, int kernel, int stride, int dilation)
{
    const int64_t reach = (int64_t)dilation * (kernel - 1) + 1;
    const int64_t room = (int64_t)length + before + after - reach;
    if (room < 0)
        return 0;
    int64_t last = (room + stride - 1) / stride; /* index of the last window */
    if (last * stride >= (int64_t)length + before)
        last--;
    const int64_t needed = last * stride + reach - length - before;
    return needed > after ? (int)(needed - after) : 0;
}

struct pool {
    int input;
    struct cg_node node;
    int extra_h, extra_w; /* of ceil_mode; not yet part of the window */
};

static enum cg_status read_pool(struct cg_onnx_importer *im, enum cg_op op, struct pool *pool,
                                struct cg_error *err)
{
    int kernel[2];
    int64_t ceil_mode;
    pool->node = cg_node_of(op);
    enum cg_status status = cg_onnx_map_input(im, 0, 4, &pool->input, NULL, err);
    if (status == CG_OK && !cg_onnx_attribute(im->node, "kernel_shape"))
        return cg_fail(err, CG_INVALID, "it has no kernel_shape");
    if (status == CG_OK)
        status = cg_onnx_attribute_ints(im->node, "kernel_shape", 2, 1, MAX_EXTENT, 1, kernel, err);
    if (status == CG_OK)
        status = cg_onnx_attribute_int(im->node, "ceil_mode", 0, &ceil_mode, err);
    struct cg_window *w = &pool->node.window;
    if (status == CG_OK)
        status = cg_onnx_window(im, im->graph->nodes[pool->input].shape, kernel, w, err);
    if (status != CG_OK)
        return status;
    const struct cg_shape in = im->graph->nodes[pool->input].shape;
    pool->extra_h = pool->extra_w = 0;
    if (ceil_mode) {
        pool->extra_h =
            ceil_padding(in.h, w->pad_top, w->pad_bottom, w->kernel_h, w->stride_h, w->dilation_h);
        pool->extra_w =
            ceil_padding(in.w, w->pad_left, w->pad_right, w->kernel_w, w->stride_w, w->dilation_w);
    }
    return CG_OK;
}

static enum cg_status add_pool(struct cg_onnx_importer *im, struct pool *pool, struct cg_error *err)
{
    pool->node.window.pad_bottom += pool->extra_h;
    pool->node.window.pad_right += pool->extra_w;
    pool->node.inputs = &pool->input;
    pool->node.n_inputs = 1;
    const int id = cg_onnx_add(im, &pool->node, err);
    if (id < 0)
        return err->status;
    const struct cg_onnx_view view = cg_onnx_view_of(id, im->graph->nodes[id].shape, 4);
    cg_onnx_output_node(im, 0, &view);
    return CG_OK;
}

/* Tries the pool with the pads of the node before it; a pool that would have windows wholly in the padding
 * stays as it is. */
static enum cg_status add_pool_with_pad(struct cg_onnx_importer *im, const struct pool *pool,
                                        struct cg_error *err)
{
    struct pool merged = *pool;
    struct cg_error ignored = {0};
    if (!cg_onnx_take_pad(im, pool->input, &merged.node.window))
        return CG_UNSUPPORTED;
    merged.input = im->graph->nodes[pool->input].inputs[0];
    if (merged.node.op == CG_AVG_POOL)
        merged.node.count_padding = true;
    return add_pool(im, &merged, &ignored);
}

enum cg_status cg_onnx_read_max_pool(struct cg_onnx_importer *im, struct cg_error *err)
{
    struct pool pool;
    if (cg_onnx_output_is_needed(im, 1))
        return cg_fail(err, CG_UNSUPPORTED, "its indices are used");
    const enum cg_status status = read_pool(im, CG_MAX_POOL, &pool, err);
    if (status != CG_OK)
        return status;
    /* A padded zero never wins against what is not negative, just as the pool's own padding. */
    const struct cg_node *before = &im->graph->nodes[pool.input];
    if (before->op == CG_PAD && cg_onnx_is_not_negative(im->graph, before->inputs[0]) &&
        add_pool_with_pad(im, &pool, err) == CG_OK)
        return CG_OK;
    return add_pool(im, &pool, err);
}

/* Both kinds of padding in one pool: explicit pads that count, and behind them the extra ones of ceil_mode,
 * that do not. The former become a node of their own. */
static enum cg_status move_pads_out(struct cg_onnx_importer *im, struct pool *pool, struct cg_error *err)
{
    struct cg_window *w = &pool->node.window;
    struct cg_node pad = cg_node_of(CG_PAD);
    pad.inputs = &pool->input;
    pad.n_inputs = 1;
    pad.window.pad_top = w->pad_top, pad.window.pad_left = w->pad_left;
    pad.window.pad_bottom = w->pad_bottom, pad.window.pad_right = w->pad_right;
    w->pad_top = w->pad_left = w->pad_bottom = w->pad_right = 0;
    const int id = cg_onnx_add(im, &pad, err);
    if (id < 0)
        return err->status;
    pool->input = id;
    return CG_OK;
}

enum cg_status cg_onnx_read_average_pool(struct cg_onnx_importer *im, struct cg_error *err)
{
    struct pool pool;
    int64_t include;
    enum cg_status status = read_pool(im, CG_AVG_POOL, &pool, err);
    if (status == CG_OK)
        status = cg_onnx_attribute_int(im->node, "count_include_pad", 0, &include, err);
    if (status != CG_OK)
        return status;
    const struct cg_window *w = &pool.node.window;
    const bool padded = w->pad_top || w->pad_left || w->pad_bottom || w->pad_right;
    const bool extra = pool.extra_h || pool.extra_w;
    pool.node.count_padding = include && !extra;
    if (include && extra && padded)
        status = move_pads_out(im, &pool, err);
    else if (!extra && (include || !padded) && add_pool_with_pad(im, &pool, err) == CG_OK)
        return CG_OK;
    return status == CG_OK ? add_pool(im, &pool, err) : status;
}

enum cg_status cg_onnx_read_global_max_pool(struct cg_onnx_importer *im, struct cg_error *err)
{
    struct pool pool = {.node = cg_node_of(CG_MAX_POOL)};
    const enum cg_status status = cg_onnx_map_input(im, 0, 4, &pool.input, NULL, err);
    if (status != CG_OK)
        return status;
    pool.node.window.kernel_h = im->graph->nodes[pool.input].shape.h;
    pool.node.window.kernel_w = im->graph->nodes[pool.input].shape.w;
    return add_pool(im, &pool, err);
}

/* The mean over the dimensions marked in `over`, which must be the whole height and width and nothing else.
 */
static enum cg_status add_mean(struct cg_onnx_importer *im, const bool *over, bool keep, struct cg_error *err)
{
    struct cg_onnx_view view;
    const enum cg_status status = cg_onnx_feature_input(im, 0, &view, err);
    if (status != CG_OK)
        return status;
    const struct cg_shape in = im->graph->nodes[view.node].shape;
    int64_t pixels = 1;
    bool other_axis = false;
    for (int dim = 0, k = 0; dim < view.rank; dim++) {
        pixels *= over[dim] ? view.dims[dim] : 1;
        for (int i = 0; i < view.n_factors[dim]; i++, k++)
            other_axis |= over[dim] && view.factors[k].axis != CG_ONNX_H && view.factors[k].axis != CG_ONNX_W;
    }
    if (other_axis || pixels != (int64_t)in.h * in.w)
        return cg_fail(err, CG_UNSUPPORTED, "a mean over other axes than height and width");
    struct cg_node node = cg_node_of(CG_GLOBAL_POOL);
    node.inputs = &view.node;
    node.n_inputs = 1;
    const int id = cg_onnx_add(im, &node, err);
    if (id < 0)
        return err->status;
    cg_onnx_view_reduce(&view, over, keep);
    view.node = id;
    cg_onnx_output_node(im, 0, &view);
    return CG_OK;
}

enum cg_status cg_onnx_read_global_average_pool(struct cg_onnx_importer *im, struct cg_error *err)
{
    bool over[CG_ONNX_RANK_MAX] = {false, false, true, true};
    struct cg_onnx_view view;
    const enum cg_status status = cg_onnx_feature_input(im, 0, &view, err);
    if (status != CG_OK)
        return status;
    if (view.rank < 3)
        return cg_fail(err, CG_INVALID, "its input has %d dimensions", view.rank);
    for (int dim = 2; dim < view.rank; dim++)
        over[dim] = true;
    return add_mean(im, over, true, err);
}

enum cg_status cg_onnx_read_reduce_mean(struct cg_onnx_importer *im, struct cg_error *err)
{
    struct cg_onnx_view view;
    const int64_t *axes;
    size_t n;
    int64_t keep;
    bool over[CG_ONNX_RANK_MAX] = {false};
    enum cg_status status = cg_onnx_feature_input(im, 0, &view, err);
    if (status == CG_OK)
        status = cg_onnx_integers(im, 1, "axes", &axes, &n, err);
    if (status == CG_OK)
        status = cg_onnx_attribute_int(im->node, "keepdims", 1, &keep, err);
    if (status == CG_OK && n == 0)
        return cg_fail(err, CG_UNSUPPORTED, "a mean over all axes");
    for (size_t i = 0; status == CG_OK && i < n; i++) {
        int axis = 0;
        status = cg_onnx_axis_of(axes[i], view.rank, &axis, err);
        over[axis] = true;
    }
    return status == CG_OK ? add_mean(im, over, keep != 0, err) : status;
}

/* ---- Pad ---- */

static enum cg_status refuse_other_padding(struct cg_onnx_importer *im, struct cg_error *err)
{
    char mode[16];
    float value;
    const struct cg_onnx_constant *fill;
    enum cg_status status = cg_onnx_attribute_text(im->node, "mode", mode, sizeof mode, err);
    if (status == CG_OK)
        status = cg_onnx_attribute_float(im->node, "value", 0.0f, &value, err);
    if (status == CG_OK)
        status = cg_onnx_constant_input(im, 2, "padding value", &fill, err);
    if (status != CG_OK)
        return status;
    if (mode[0] && strcmp(mode, "constant") != 0)
        return cg_fail(err, CG_UNSUPPORTED, "padding of mode '%s'", mode);
    if (fill && fill->f && fill->count == 1)
        value = fill->f[0];
    if (value != 0.0f || (fill && (!fill->f || fill->count != 1)))
        return cg_fail(err, CG_UNSUPPORTED, "padding by other values than 0");
    return CG_OK;
}

/* The padding of each axis of a map: begins, then ends. */
static enum cg_status read_amounts(struct cg_onnx_importer *im, int amounts[8], struct cg_error *err)
{
    const int64_t *pads;
    const struct cg_onnx_constant *axes;
    size_t n;
    enum cg_status status = cg_onnx_integers(im, 1, "pads", &pads, &n, err);
    if (status == CG_OK)
        status = cg_onnx_constant_input(im, 3, "axes", &axes, err);
    if (status != CG_OK)
        return status;
    const size_t n_axes = axes ? (size_t)axes->count : 4;
    if (!pads || n != 2 * n_axes || n_axes > 4 || (axes && !axes->i))
        return cg_fail(err, CG_INVALID, "its pads do not fit a map");
    memset(amounts, 0, 8 * sizeof amounts[0]);
    for (size_t i = 0; i < n_axes; i++) {
        int axis = (int)i;
        if (axes)
            status = cg_onnx_axis_of(axes->i[i], 4, &axis, err);
        if (status != CG_OK)
            return status;
        if (pads[i] < -MAX_EXTENT || pads[i] > MAX_EXTENT || pads[i + n_axes] < -MAX_EXTENT ||
            pads[i + n_axes] > MAX_EXTENT)
            return cg_fail(err, CG_INVALID, "its pads are %lld and %lld", (long long)pads[i],
                           (long long)pads[i + n_axes]);
        amounts[axis] = (int)pads[i];
        amounts[axis + 4] = (int)pads[i + n_axes];
    }
    return CG_OK;
}

enum cg_status cg_onnx_read_pad(struct cg_onnx_importer *im, struct cg_error *err)
{
    int input, amounts[8];
    enum cg_status status = refuse_other_padding(im, err);
    if (status == CG_OK)
        status = cg_onnx_map_input(im, 0, 4, &input, NULL, err);
    if (status == CG_OK)
        status = read_amounts(im, amounts, err);
    if (status != CG_OK)
        return status;
    if (amounts[0] || amounts[1] || amounts[4] || amounts[5])
        return cg_fail(err, CG_UNSUPPORTED, "padding of other axes than height and width");
    struct cg_onnx_view view = cg_onnx_view_of(input, im->graph->nodes[input].shape, 4);
    if (!im->own && !amounts[2] && !amounts[3] && !amounts[6] && !amounts[7]) {
        cg_onnx_output_alias(im, 0, &view);
        return CG_OK;
    }
    struct cg_node node = cg_node_of(CG_PAD);
    node.inputs = &input;
    node.n_inputs = 1;
    node.window.pad_top = amounts[2], node.window.pad_left = amounts[3];
    node.window.pad_bottom = amounts[6], node.window.pad_right = amounts[7];
    const int id = cg_onnx_add(im, &node, err);
    if (id < 0)
        return err->status;
    view = cg_onnx_view_of(id, im->graph->nodes[id].shape, 4);
    cg_onnx_output_node(im, 0, &view);
    return CG_OK;
}
