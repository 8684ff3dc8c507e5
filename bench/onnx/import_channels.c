/* Concatenating, splitting and picking channels. */
#include "bench/onnx/import_slice.h"
#include "bench/onnx/operators.h"

#include <limits.h>

static enum cg_status read_axis(struct cg_onnx_importer *im, int64_t fallback, int rank, int *axis,
                                struct cg_error *err)
{
    int64_t given;
    const enum cg_status status = cg_onnx_attribute_int(im->node, "axis", fallback, &given, err);
    return status == CG_OK ? cg_onnx_axis_of(given, rank, axis, err) : status;
}

/* Adds a node over the map `input` of `rank` and makes it output o. */
static enum cg_status add_over(struct cg_onnx_importer *im, const struct cg_node *prototype, int input,
                               int rank, size_t o, struct cg_error *err)
{
    struct cg_node node = *prototype;
    node.inputs = &input;
    node.n_inputs = 1;
    const int id = cg_onnx_add(im, &node, err);
    if (id < 0)
        return err->status;
    const struct cg_onnx_view view = cg_onnx_view_of(id, im->graph->nodes[id].shape, rank);
    cg_onnx_output_node(im, o, &view);
    return CG_OK;
}

enum cg_status cg_onnx_read_concat(struct cg_onnx_importer *im, struct cg_error *err)
{
    const size_t n = im->node->n_input;
    int rank = 0, axis = 0;
    int *inputs = cg_onnx_alloc(im, n, sizeof *inputs, err);
    if (!inputs)
        return err->status;
    if (!cg_onnx_attribute(im->node, "axis"))
        return cg_fail(err, CG_INVALID, "it has no axis");
    for (size_t i = 0; i < n; i++) {
        int found;
        enum cg_status status = cg_onnx_map_input(im, i, 0, &inputs[i], &found, err);
        if (status == CG_OK && i > 0 && found != rank)
            return cg_fail(err, CG_INVALID, "its inputs have %d and %d dimensions", rank, found);
        rank = found;
        if (status == CG_OK)
            status = read_axis(im, 1, rank, &axis, err);
        if (status != CG_OK)
            return status;
    }
    if (axis != CG_ONNX_C)
        return cg_fail(err, CG_UNSUPPORTED, "it joins along axis %d; only channels (axis 1) are joined",
                       axis);
    if (n == 1) {
        const struct cg_onnx_view view = cg_onnx_view_of(inputs[0], im->graph->nodes[inputs[0]].shape, rank);
        cg_onnx_output_alias(im, 0, &view);
        return CG_OK;
    }
    struct cg_node node = cg_node_of(CG_CONCAT);
    node.inputs = inputs;
    node.n_inputs = (int)n;
    const int id = cg_onnx_add(im, &node, err);
    if (id < 0)
        return err->status;
    const struct cg_onnx_view view = cg_onnx_view_of(id, im->graph->nodes[id].shape, rank);
    cg_onnx_output_node(im, 0, &view);
    return CG_OK;
}

/* ---- Split ---- */

/* Channels of part o. Without a list the parts are equal, the last one smaller where they cannot be. */
static int64_t part_size(const int64_t *sizes, size_t n_parts, size_t o, int channels)
{
    if (sizes)
        return sizes[o];
    const int64_t size = (channels + (int64_t)n_parts - 1) / (int64_t)n_parts;
    const int64_t rest = channels - size * (int64_t)o;
    return rest < size ? rest : size;
}

enum cg_status cg_onnx_read_split(struct cg_onnx_importer *im, struct cg_error *err)
{
    int input, rank, axis = 0;
    const int64_t *sizes;
    size_t n_sizes;
    const size_t n_parts = im->node->n_output;
    enum cg_status status = cg_onnx_map_input(im, 0, 0, &input, &rank, err);
    if (status == CG_OK)
        status = read_axis(im, 0, rank, &axis, err);
    if (status == CG_OK)
        status = cg_onnx_integers(im, 1, "split", &sizes, &n_sizes, err);
    if (status != CG_OK)
        return status;
    if (axis != CG_ONNX_C)
        return cg_fail(err, CG_UNSUPPORTED, "it splits axis %d; only channels (axis 1) are split", axis);
    const int channels = im->graph->nodes[input].shape.c;
    if (n_parts == 0 || (sizes && n_sizes != n_parts))
        return cg_fail(err, CG_INVALID, "it has %zu outputs and %zu sizes", n_parts, n_sizes);
    int64_t offset = 0;
    for (size_t o = 0; o < n_parts; o++) {
        const int64_t size = part_size(sizes, n_parts, o, channels);
        if (size < 0 || size > channels - offset)
            return cg_fail(err, CG_INVALID, "its parts do not make up %d channels", channels);
        struct cg_node node = cg_node_of(CG_SPLIT);
        node.offset = (int)offset;
        node.shape.c = (int)size;
        offset += size;
        if (cg_onnx_output_is_needed(im, o))
            status = add_over(im, &node, input, rank, o, err);
        if (status != CG_OK)
            return status;
    }
    return offset == channels ? CG_OK
                              : cg_fail(err, CG_INVALID, "its parts do not make up %d channels", channels);
}

/* ---- Slice and Gather ---- */

/* Channels start, start + step ... as a permutation. */
static enum cg_status add_strided(struct cg_onnx_importer *im, const struct cg_onnx_slice *slice, int input,
                                  int rank, struct cg_error *err)
{
    struct cg_node node = cg_node_of(CG_PERMUTE);
    int *index = cg_onnx_alloc(im, (size_t)slice->count, sizeof *index, err);
    if (!index)
        return err->status;
    for (int64_t k = 0; k < slice->count; k++)
        index[k] = (int)(slice->start + k * slice->step);
    node.index = index;
    node.shape.c = (int)slice->count;
    return add_over(im, &node, input, rank, 0, err);
}

/* Rows or columns cut off: a negative padding. */
static enum cg_status add_crop(struct cg_onnx_importer *im, const struct cg_onnx_slice slices[], int input,
                               struct cg_error *err)
{
    const struct cg_shape in = im->graph->nodes[input].shape;
    const struct cg_onnx_slice *h = &slices[CG_ONNX_H], *w = &slices[CG_ONNX_W];
    struct cg_node node = cg_node_of(CG_PAD);
    if (h->step != 1 || w->step != 1)
        return cg_fail(err, CG_UNSUPPORTED, "it takes every %lld. row and %lld. column", (long long)h->step,
                       (long long)w->step);
    node.window.pad_top = -(int)h->start;
    node.window.pad_left = -(int)w->start;
    node.window.pad_bottom = -(int)(in.h - h->start - h->count);
    node.window.pad_right = -(int)(in.w - w->start - w->count);
    return add_over(im, &node, input, 4, 0, err);
}

enum cg_status cg_onnx_read_slice(struct cg_onnx_importer *im, struct cg_error *err)
{
    int input, rank;
    struct cg_onnx_slice slices[CG_ONNX_RANK_MAX];
    enum cg_status status = cg_onnx_map_input(im, 0, 0, &input, &rank, err);
    if (status != CG_OK)
        return status;
    const struct cg_onnx_view view = cg_onnx_view_of(input, im->graph->nodes[input].shape, rank);
    status = cg_onnx_slices(im, rank, view.dims, slices, err);
    if (status != CG_OK)
        return status;
    bool cut[4] = {false};
    for (int dim = 0; dim < rank; dim++) {
        cut[dim] = slices[dim].start != 0 || slices[dim].step != 1 || slices[dim].count != view.dims[dim];
        if (slices[dim].count < 1)
            return cg_fail(err, CG_INVALID, "it leaves nothing of axis %d", dim);
    }
    if (cut[CG_ONNX_N] || (cut[CG_ONNX_C] && (cut[CG_ONNX_H] || cut[CG_ONNX_W])))
        return cg_fail(err, CG_UNSUPPORTED, "it cuts images, or channels and pixels at once");
    if (cut[CG_ONNX_H] || cut[CG_ONNX_W])
        return add_crop(im, slices, input, err);
    if (!cut[CG_ONNX_C]) {
        cg_onnx_output_alias(im, 0, &view);
        return CG_OK;
    }
    const struct cg_onnx_slice *channels = &slices[CG_ONNX_C];
    if (channels->step != 1)
        return add_strided(im, channels, input, rank, err);
    struct cg_node node = cg_node_of(CG_SPLIT);
    node.offset = (int)channels->start;
    node.shape.c = (int)channels->count;
    return add_over(im, &node, input, rank, 0, err);
}

enum cg_status cg_onnx_read_gather(struct cg_onnx_importer *im, struct cg_error *err)
{
    int input, rank, axis = 0;
    const struct cg_onnx_constant *indices;
    enum cg_status status = cg_onnx_map_input(im, 0, 0, &input, &rank, err);
    if (status == CG_OK)
        status = read_axis(im, 0, rank, &axis, err);
    if (status == CG_OK)
        status = cg_onnx_constant_input(im, 1, "list of indices", &indices, err);
    if (status != CG_OK)
        return status;
    if (!indices || !indices->i)
        return cg_fail(err, CG_INVALID, "its indices are not integers");
    if (axis != CG_ONNX_C || indices->rank != 1)
        return cg_fail(err, CG_UNSUPPORTED, "only lists of channels are picked");
    const int channels = im->graph->nodes[input].shape.c;
    struct cg_node node = cg_node_of(CG_PERMUTE);
    int *index = cg_onnx_alloc(im, (size_t)indices->count, sizeof *index, err);
    if (!index)
        return err->status;
    for (int64_t k = 0; k < indices->count; k++) {
        const int64_t c = indices->i[k];
        if (c < -channels || c >= channels)
            return cg_fail(err, CG_INVALID, "it picks channel %lld of %d", (long long)c, channels);
        index[k] = (int)(c < 0 ? c + channels : c);
    }
    node.index = index;
    node.shape.c = (int)indices->count;
    return add_over(im, &node, input, rank, 0, err);
}
