/* Operators that move no data: other dimensions over the same map. */
#include "bench/onnx/new_dims.h"
#include "bench/onnx/operators.h"

#include <string.h>

/* The view as output 0; a shuffle that it completes becomes a node here, where it stands in the file. */
static enum cg_status output_view(struct cg_onnx_importer *im, const struct cg_onnx_view *view,
                                  struct cg_error *err)
{
    cg_onnx_output_alias(im, 0, view);
    struct cg_onnx_value *value = cg_onnx_find(im, im->node->output[0]);
    return value ? cg_onnx_settle(im, value, err) : CG_OK;
}

enum cg_status cg_onnx_read_reshape(struct cg_onnx_importer *im, struct cg_error *err)
{
    struct cg_onnx_view view;
    struct cg_onnx_dims old, dims = {0};
    enum cg_status status = cg_onnx_feature_input(im, 0, &view, err);
    if (status != CG_OK)
        return status;
    old.rank = view.rank;
    memcpy(old.extent, view.dims, sizeof old.extent);
    status = cg_onnx_new_dims(im, &old, &dims, err);
    if (status != CG_OK)
        return status;
    if (!cg_onnx_view_reshape(&view, dims.rank, dims.extent))
        return cg_fail(err, CG_UNSUPPORTED, "its dimensions cut across the axes of the map");
    return output_view(im, &view, err);
}

enum cg_status cg_onnx_read_transpose(struct cg_onnx_importer *im, struct cg_error *err)
{
    struct cg_onnx_view view;
    int order[CG_ONNX_RANK_MAX];
    enum cg_status status = cg_onnx_feature_input(im, 0, &view, err);
    if (status == CG_OK)
        status = cg_onnx_order(im, view.rank, order, err);
    if (status != CG_OK)
        return status;
    cg_onnx_view_transpose(&view, order);
    return output_view(im, &view, err);
}

enum cg_status cg_onnx_read_same(struct cg_onnx_importer *im, struct cg_error *err)
{
    struct cg_onnx_view view;
    const enum cg_status status = cg_onnx_feature_input(im, 0, &view, err);
    if (status == CG_OK)
        cg_onnx_output_alias(im, 0, &view);
    return status;
}

enum cg_status cg_onnx_read_dropout(struct cg_onnx_importer *im, struct cg_error *err)
{
    const struct cg_onnx_constant *training;
    if (cg_onnx_output_is_needed(im, 1))
        return cg_fail(err, CG_UNSUPPORTED, "its mask is used");
    const enum cg_status status = cg_onnx_constant_input(im, 2, "training mode", &training, err);
    if (status != CG_OK)
        return status;
    if (training && (!training->i || training->count != 1 || training->i[0] != 0))
        return cg_fail(err, CG_UNSUPPORTED, "training mode; export the model in eval mode");
    return cg_onnx_read_same(im, err);
}

enum cg_status cg_onnx_read_cast(struct cg_onnx_importer *im, struct cg_error *err)
{
    int64_t to;
    const enum cg_status status = cg_onnx_attribute_int(im->node, "to", 0, &to, err);
    if (status != CG_OK)
        return status;
    if (to != ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT)
        return cg_fail(err, CG_UNSUPPORTED, "a map of elements other than FLOAT");
    return cg_onnx_read_same(im, err);
}

/* The dimensions from `start` to `end` of a value, as a constant. */
static enum cg_status output_shape(struct cg_onnx_importer *im, int rank, const int64_t *dims,
                                   struct cg_error *err)
{
    int64_t start, end;
    enum cg_status status = cg_onnx_attribute_int(im->node, "start", 0, &start, err);
    if (status == CG_OK)
        status = cg_onnx_attribute_int(im->node, "end", rank, &end, err);
    if (status != CG_OK)
        return status;
    if (start < -rank || start > rank || end < -rank || end > rank)
        return cg_fail(err, CG_INVALID, "dimensions %lld to %lld of %d", (long long)start, (long long)end,
                       rank);
    start += start < 0 ? rank : 0;
    end += end < 0 ? rank : 0;
    const int64_t n = end > start ? end - start : 0;
    int64_t *values = cg_onnx_alloc(im, (size_t)n, sizeof *values, err);
    if (!values)
        return err->status;
    for (int64_t k = 0; k < n; k++)
        values[k] = dims[start + k];
    const struct cg_onnx_constant shape = {.rank = 1, .dims = {n}, .count = n, .i = values};
    cg_onnx_output_constant(im, 0, &shape);
    return CG_OK;
}

enum cg_status cg_onnx_read_shape(struct cg_onnx_importer *im, struct cg_error *err)
{
    struct cg_onnx_view view;
    const enum cg_status status = cg_onnx_feature_input(im, 0, &view, err);
    return status == CG_OK ? output_shape(im, view.rank, view.dims, err) : status;
}

enum cg_status cg_onnx_fold_shape(struct cg_onnx_importer *im, struct cg_error *err)
{
    const struct cg_onnx_constant *value;
    const enum cg_status status = cg_onnx_constant_input(im, 0, "input", &value, err);
    return status == CG_OK ? output_shape(im, value->rank, value->dims, err) : status;
}
