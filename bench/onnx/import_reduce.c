/* Sums, means and maxima of maps over whole axes. */
#include "bench/onnx/maps.h"
#include "bench/onnx/readers.h"

/* The elements of one kind over the marked dimensions, by axis: 1, or the axis's whole extent; false for
 * other. */
static bool whole_axes(const struct cg_onnx_view *view, struct cg_shape in, const bool *over,
                       int extents[CG_ONNX_AXES])
{
    const int whole[] = {in.n, in.c, in.h, in.w};
    for (int axis = 0; axis < CG_ONNX_AXES; axis++)
        extents[axis] = 1;
    for (int dim = 0, k = 0; dim < view->rank; dim++)
        for (int i = 0; i < view->n_factors[dim]; i++, k++)
            extents[view->factors[k].axis] *= over[dim] ? view->factors[k].extent : 1;
    for (int axis = 0; axis < CG_ONNX_AXES; axis++)
        if (extents[axis] != 1 && extents[axis] != whole[axis])
            return false;
    return extents[CG_ONNX_N] == 1;
}

/* Before the mean over the other axis of a map: the map whose mean over one axis `id` is, read by this mean
 * alone. */
static int before_one_axis(const struct cg_onnx_importer *im, int id)
{
    const struct cg_node *node = &im->graph->nodes[id];
    const struct cg_shape in = node->n_inputs ? cg_onnx_shape(im, node->inputs[0]) : node->shape;
    const bool rows = node->shape.h == 1 && node->shape.w == in.w,
               columns = node->shape.w == 1 && node->shape.h == in.h;
    const bool mean =
        node->op == CG_AVG_POOL && node->window.kernel_h * node->window.kernel_w == (rows ? in.h : in.w);
    return mean && (rows || columns) && !im->own && cg_onnx_is_read_once(im, id) ? node->inputs[0] : id;
}

static int pool_over(struct cg_onnx_importer *im, int id, const int extents[CG_ONNX_AXES], bool maximum)
{
    const int from = maximum ? id : before_one_axis(im, id);
    const struct cg_shape in = cg_onnx_shape(im, id);
    const bool all = extents[CG_ONNX_H] == in.h && extents[CG_ONNX_W] == in.w;
    struct cg_node node = cg_onnx_over(maximum ? CG_MAX_POOL
                                       : all   ? CG_GLOBAL_POOL
                                               : CG_AVG_POOL,
                                       all ? &from : &id);
    if (node.op != CG_GLOBAL_POOL) {
        node.window.kernel_h = extents[CG_ONNX_H];
        node.window.kernel_w = extents[CG_ONNX_W];
    }
    return cg_onnx_add(im, &node, NULL);
}

/* The mean over channels: a convolution. */
static int channel_mean(struct cg_onnx_importer *im, int id)
{
    const int channels = cg_onnx_shape(im, id).c;
    const struct cg_onnx_params params = {.weight = cg_onnx_filled(im, channels, 1.0f / (float)channels)};
    struct cg_node node = cg_onnx_over(CG_CONV, &id);
    node.shape.c = 1;
    return cg_onnx_add(im, &node, &params);
}

/* The maximum over channels, halving them: max(a, b) = a + relu(b - a). The halves of an odd number share
 * one. */
static int channel_max(struct cg_onnx_importer *im, int id)
{
    while (id >= 0 && cg_onnx_shape(im, id).c > 1) {
        const int channels = cg_onnx_shape(im, id).c, half = (channels + 1) / 2;
        const int a = cg_onnx_add_part(im, id, 0, half), b = cg_onnx_add_part(im, id, channels - half, half);
        const int minus = b < 0 ? -1 : cg_onnx_add_scaled(im, a, -1.0f, 0.0f);
        const int more = minus < 0 ? -1 : cg_onnx_add_pair(im, CG_ADD, b, minus);
        const int rest = more < 0 ? -1 : cg_onnx_add_act(im, more, CG_ACT_RELU);
        id = rest < 0 ? -1 : cg_onnx_add_pair(im, CG_ADD, a, rest);
    }
    return id;
}

/* The sum ('+'), mean ('m') or maximum ('>') over the dimensions marked in `over`. */
static enum cg_status reduce(struct cg_onnx_importer *im, struct cg_onnx_view view, const bool *over,
                             bool keep, int kind)
{
    struct cg_shape in = cg_onnx_shape(im, view.node);
    int extents[CG_ONNX_AXES];
    if (!whole_axes(&view, in, over, extents)) { /* pixels made of channels become a map first */
        if (cg_onnx_settle(im, cg_onnx_input(im, 0)) != CG_OK)
            return im->error.status;
        view = cg_onnx_input(im, 0)->view;
        in = cg_onnx_shape(im, view.node);
    }
    if (!whole_axes(&view, in, over, extents))
        return cg_onnx_fail(im, CG_UNSUPPORTED, "over parts of axes, or over images");
    int id = view.node;
    const bool channels = extents[CG_ONNX_C] > 1, pixels = extents[CG_ONNX_H] > 1 || extents[CG_ONNX_W] > 1;
    const bool one_pixel = in.h == 1 && in.w == 1;
    if (pixels || (one_pixel && !channels))
        id = pool_over(im, id, extents, kind == '>');
    if (channels && id >= 0)
        id = kind == '>' ? channel_max(im, id) : channel_mean(im, id);
    const int64_t n = (int64_t)extents[CG_ONNX_C] * extents[CG_ONNX_H] * extents[CG_ONNX_W];
    if (kind == '+' && n > 1 && id >= 0)
        id = cg_onnx_add_scaled(im, id, (float)n, 0.0f);
    const bool is_new = id != view.node;
    cg_onnx_view_reduce(&view, over, keep);
    return is_new ? cg_onnx_output_like(im, id, &view) : cg_onnx_output_alias(im, &view);
}

enum cg_status cg_onnx_read_global_average_pool(struct cg_onnx_importer *im)
{
    bool over[CG_ONNX_RANK_MAX];
    const struct cg_onnx_view view = cg_onnx_view_input(im, 0);
    if (view.rank < 3)
        return cg_onnx_fail(im, CG_INVALID, "its input has %d dimensions", view.rank);
    for (int dim = 0; dim < view.rank; dim++)
        over[dim] = dim >= 2;
    return reduce(im, view, over, true, 'm');
}

enum cg_status cg_onnx_read_reduce(struct cg_onnx_importer *im)
{
    bool over[CG_ONNX_RANK_MAX];
    const struct cg_onnx_view view = cg_onnx_view_input(im, 0);
    const bool keep = cg_onnx_reduced(im, view.rank, over);
    return cg_onnx_failed(im) ? im->error.status : reduce(im, view, over, keep, im->variant);
}
