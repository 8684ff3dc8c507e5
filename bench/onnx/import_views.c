/* Operators that move no data: other dimensions over the same map. */
#include "bench/onnx/maps.h"
#include "bench/onnx/readers.h"

/* The view as output 0; a shuffle that it completes becomes a node here, where it stands in the file. Pixels
 * made of channels wait for a reader: the next operator may take them apart again. */
static enum cg_status output_view(struct cg_onnx_importer *im, const struct cg_onnx_view *view)
{
    if (cg_onnx_output_alias(im, view) != CG_OK)
        return im->error.status;
    int groups;
    struct cg_onnx_value *value = cg_onnx_find(im, im->node->output[0]);
    if (!value || cg_onnx_view_form(view, cg_onnx_shape(im, view->node), &groups) == CG_ONNX_FORM_PIXELS)
        return CG_OK;
    return cg_onnx_settle(im, value);
}

enum cg_status cg_onnx_read_reshape(struct cg_onnx_importer *im)
{
    struct cg_onnx_view view = cg_onnx_view_input(im, 0);
    const struct cg_onnx_dims dims = cg_onnx_new_dims(im, view.rank, view.dims);
    if (!cg_onnx_failed(im) && !cg_onnx_view_reshape(&view, dims.rank, dims.extent))
        cg_onnx_fail(im, CG_UNSUPPORTED, "its dimensions cut across the axes of the map");
    return output_view(im, &view);
}

enum cg_status cg_onnx_read_transpose(struct cg_onnx_importer *im)
{
    int order[CG_ONNX_RANK_MAX];
    struct cg_onnx_view view = cg_onnx_view_input(im, 0);
    cg_onnx_order(im, view.rank, order);
    if (!cg_onnx_failed(im))
        cg_onnx_view_transpose(&view, order);
    return output_view(im, &view);
}

enum cg_status cg_onnx_read_same(struct cg_onnx_importer *im)
{
    const struct cg_onnx_view view = cg_onnx_view_input(im, 0);
    return cg_onnx_output_alias(im, &view);
}

enum cg_status cg_onnx_read_dropout(struct cg_onnx_importer *im)
{
    if (cg_onnx_output_is_needed(im, 1))
        return cg_onnx_fail(im, CG_UNSUPPORTED, "its mask is used");
    const struct cg_onnx_constant *training = cg_onnx_constant_input(im, 2, "training mode");
    const bool off = !training || (training->i && training->count == 1 && training->i[0] == 0);
    if (!off || cg_onnx_int(im, "is_test", im->opset >= 7) == 0)
        return cg_onnx_fail(im, CG_UNSUPPORTED, "training mode; export the model in eval mode");
    return cg_onnx_read_same(im);
}

/* Floats of other widths are computed in 32 bits. */
enum cg_status cg_onnx_read_cast(struct cg_onnx_importer *im)
{
    static const int floats[] = {ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT, ONNX__TENSOR_PROTO__DATA_TYPE__DOUBLE,
                                 ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT16,
                                 ONNX__TENSOR_PROTO__DATA_TYPE__BFLOAT16};
    const int64_t to = cg_onnx_int(im, "to", 0);
    for (size_t i = 0; i < sizeof floats / sizeof floats[0]; i++)
        if (floats[i] == to)
            return cg_onnx_read_same(im);
    return cg_onnx_fail(im, CG_UNSUPPORTED, "a map of elements other than floats");
}

/* ---- Shape ---- */

/* The dimensions from `start` to `end` of a value, as a constant. */
static enum cg_status output_shape(struct cg_onnx_importer *im, int rank, const int64_t *dims)
{
    int64_t start = cg_onnx_int(im, "start", 0), end = cg_onnx_int(im, "end", rank);
    if (start < -rank || start > rank || end < -rank || end > rank)
        return cg_onnx_fail(im, CG_INVALID, "dimensions %lld to %lld of %d", (long long)start, (long long)end,
                            rank);
    start += start < 0 ? rank : 0;
    end += end < 0 ? rank : 0;
    const int64_t n = end > start ? end - start : 0;
    int64_t *values = cg_onnx_alloc(im, (size_t)n, sizeof *values);
    for (int64_t k = 0; values && k < n; k++)
        values[k] = dims[start + k];
    const struct cg_onnx_constant shape = {.rank = 1, .dims = {n}, .count = n, .i = values};
    return cg_onnx_output_constant(im, &shape);
}

enum cg_status cg_onnx_read_shape(struct cg_onnx_importer *im)
{
    const struct cg_onnx_view view = cg_onnx_view_input(im, 0);
    return output_shape(im, view.rank, view.dims);
}

enum cg_status cg_onnx_fold_shape(struct cg_onnx_importer *im)
{
    const struct cg_onnx_constant *value = cg_onnx_constant_input(im, 0, "input");
    return value ? output_shape(im, value->rank, value->dims) : im->error.status;
}
