/* Concatenating, splitting and picking channels; cutting off rows and columns. */
#include "bench/onnx/arguments.h"
#include "bench/onnx/readers.h"

enum cg_status cg_onnx_read_concat(struct cg_onnx_importer *im)
{
    const size_t n = im->node->n_input;
    struct cg_onnx_view map = {0};
    int axis = 0;
    if (!cg_onnx_attribute(im->node, "axis"))
        return cg_onnx_fail(im, CG_INVALID, "it has no axis");
    int *inputs = cg_onnx_alloc(im, n, sizeof *inputs);
    for (size_t i = 0; i < n && !cg_onnx_failed(im); i++) {
        const int rank = map.rank;
        map = cg_onnx_map_input(im, i, 0);
        if (i > 0 && map.rank != rank)
            cg_onnx_fail(im, CG_INVALID, "its inputs have %d and %d dimensions", rank, map.rank);
        inputs[i] = map.node;
        axis = cg_onnx_axis(im, 1, map.rank);
    }
    if (axis != CG_ONNX_C)
        return cg_onnx_fail(im, CG_UNSUPPORTED, "it joins along axis %d; only channels (axis 1) are joined",
                            axis);
    if (n == 1)
        return cg_onnx_output_alias(im, &map);
    struct cg_node node = cg_onnx_over(CG_CONCAT, inputs);
    node.n_inputs = (int)n;
    return cg_onnx_output_map(im, 0, cg_onnx_add(im, &node, NULL), map.rank);
}

/* Channels [first, first + n) of the map as output o. */
static enum cg_status output_part(struct cg_onnx_importer *im, size_t o, const struct cg_onnx_view *map,
                                  int64_t first, int64_t n)
{
    struct cg_node node = cg_onnx_over(CG_SPLIT, &map->node);
    node.offset = (int)first;
    node.shape.c = (int)n;
    return cg_onnx_output_map(im, o, cg_onnx_add(im, &node, NULL), map->rank);
}

/* ---- Split ---- */

/* Whether the number of parts is told once and in one way; before operator set 18 it divides the channels. */
static bool parts_are_told(struct cg_onnx_importer *im, const int64_t *sizes, size_t n_sizes, int channels)
{
    const size_t n_parts = im->node->n_output;
    const bool numbered = cg_onnx_attribute(im->node, "num_outputs") != NULL;
    const int64_t number = cg_onnx_int(im, "num_outputs", (int64_t)n_parts);
    if (n_parts == 0 || number != (int64_t)n_parts)
        return false;
    if (sizes)
        return n_sizes == n_parts && !numbered;
    return im->opset >= 18 || channels % (int64_t)n_parts == 0;
}

/* Channels of part o. Without a list the parts are equal, the last one smaller where they cannot be. */
static int64_t part_size(const int64_t *sizes, size_t n_parts, size_t o, int channels)
{
    if (sizes)
        return sizes[o];
    const int64_t size = (channels + (int64_t)n_parts - 1) / (int64_t)n_parts;
    const int64_t rest = channels - size * (int64_t)o;
    return rest < size ? rest : size;
}

enum cg_status cg_onnx_read_split(struct cg_onnx_importer *im)
{
    size_t n_sizes;
    const size_t n_parts = im->node->n_output;
    const struct cg_onnx_view map = cg_onnx_map_input(im, 0, 0);
    const int channels = cg_onnx_shape(im, map.node).c, axis = cg_onnx_axis(im, 0, map.rank);
    const int64_t *sizes = cg_onnx_integers(im, 1, "split", &n_sizes);
    if (axis != CG_ONNX_C)
        return cg_onnx_fail(im, CG_UNSUPPORTED, "it splits axis %d; only channels (axis 1) are split", axis);
    if (!parts_are_told(im, sizes, n_sizes, channels))
        return cg_onnx_fail(im, CG_INVALID,
                            "its %zu outputs, %zu sizes and %d channels do not fit each other", n_parts,
                            n_sizes, channels);
    int64_t offset = 0;
    for (size_t o = 0; o < n_parts && !cg_onnx_failed(im); o++) {
        const int64_t size = part_size(sizes, n_parts, o, channels);
        if (size < 0 || size > channels - offset)
            return cg_onnx_fail(im, CG_INVALID, "its parts do not make up %d channels", channels);
        if (cg_onnx_output_is_needed(im, o))
            output_part(im, o, &map, offset, size);
        offset += size;
    }
    return offset == channels
               ? im->error.status
               : cg_onnx_fail(im, CG_INVALID, "its parts do not make up %d channels", channels);
}

/* ---- Slice and Gather ---- */

/* Channels in the order of `index` (n of them, NULL after a failure) as output 0. */
static enum cg_status output_order(struct cg_onnx_importer *im, const struct cg_onnx_view *map,
                                   const int *index, int64_t n)
{
    struct cg_node node = cg_onnx_over(CG_PERMUTE, &map->node);
    node.index = index;
    node.shape.c = (int)n;
    return cg_onnx_output_map(im, 0, cg_onnx_add(im, &node, NULL), map->rank);
}

/* Channels start, start + step ... as a permutation. */
static enum cg_status output_strided(struct cg_onnx_importer *im, const struct cg_onnx_slice *slice,
                                     const struct cg_onnx_view *map)
{
    int *index = cg_onnx_alloc(im, (size_t)slice->count, sizeof *index);
    for (int64_t k = 0; index && k < slice->count; k++)
        index[k] = (int)(slice->start + k * slice->step);
    return output_order(im, map, index, slice->count);
}

/* Rows and columns: cut off by a negative padding, then each so many by a pool of single pixels. Returns as
 * cg_onnx_add(). */
static int add_crop(struct cg_onnx_importer *im, const struct cg_onnx_slice slices[], int input)
{
    const struct cg_shape in = cg_onnx_shape(im, input);
    const struct cg_onnx_slice *h = &slices[CG_ONNX_H], *w = &slices[CG_ONNX_W];
    const int64_t bottom = in.h - h->start - (h->count - 1) * h->step - 1;
    const int64_t right = in.w - w->start - (w->count - 1) * w->step - 1;
    const int pads[4] = {-(int)h->start, -(int)w->start, -(int)bottom, -(int)right};
    struct cg_node crop = cg_onnx_over(CG_PAD, &input);
    cg_window_set_pads(&crop.window, pads);
    const int id = pads[0] || pads[1] || pads[2] || pads[3] ? cg_onnx_add(im, &crop, NULL) : input;
    if (id < 0 || (h->step == 1 && w->step == 1))
        return id;
    struct cg_node pick = cg_onnx_over(CG_MAX_POOL, &id);
    pick.window.stride_h = (int)(h->count > 1 ? h->step : 1);
    pick.window.stride_w = (int)(w->count > 1 ? w->step : 1);
    return cg_onnx_add(im, &pick, NULL);
}

enum cg_status cg_onnx_read_slice(struct cg_onnx_importer *im)
{
    struct cg_onnx_slice slices[CG_ONNX_RANK_MAX];
    struct cg_onnx_view map = cg_onnx_map_input(im, 0, 0);
    cg_onnx_slices(im, map.rank, map.dims, slices);
    if (cg_onnx_failed(im))
        return im->error.status;
    bool cut[4] = {false};
    for (int dim = 0; dim < map.rank; dim++) {
        cut[dim] = slices[dim].start != 0 || slices[dim].step != 1 || slices[dim].count != map.dims[dim];
        if (slices[dim].count < 1)
            return cg_onnx_fail(im, CG_INVALID, "it leaves nothing of axis %d", dim);
        if (cut[dim] && (dim == CG_ONNX_N || (dim != CG_ONNX_C && slices[dim].step < 1)))
            return cg_onnx_fail(im, CG_UNSUPPORTED, "it cuts images, or turns rows or columns round");
    }
    const struct cg_onnx_slice *channels = &slices[CG_ONNX_C];
    if (cut[CG_ONNX_H] || cut[CG_ONNX_W]) {
        const int id = add_crop(im, slices, map.node);
        if (id < 0 || !cut[CG_ONNX_C])
            return cg_onnx_output_map(im, 0, id, 4);
        map = cg_onnx_view_of(id, cg_onnx_shape(im, id), 4);
    }
    return !cut[CG_ONNX_C]       ? cg_onnx_output_alias(im, &map)
           : channels->step != 1 ? output_strided(im, channels, &map)
                                 : output_part(im, 0, &map, channels->start, channels->count);
}

enum cg_status cg_onnx_read_gather(struct cg_onnx_importer *im)
{
    const struct cg_onnx_view map = cg_onnx_map_input(im, 0, 0);
    const int channels = cg_onnx_shape(im, map.node).c, axis = cg_onnx_axis(im, 0, map.rank);
    const struct cg_onnx_constant *indices = cg_onnx_constant_input(im, 1, "list of indices");
    if (!indices || !indices->i)
        return cg_onnx_fail(im, CG_INVALID, "its indices are not integers");
    if (axis != CG_ONNX_C || indices->rank != 1)
        return cg_onnx_fail(im, CG_UNSUPPORTED, "only lists of channels are picked");
    int *index = cg_onnx_alloc(im, (size_t)indices->count, sizeof *index);
    for (int64_t k = 0; index && k < indices->count; k++) {
        const int64_t c = indices->i[k];
        if (c < -channels || c >= channels)
            return cg_onnx_fail(im, CG_INVALID, "it picks channel %lld of %d", (long long)c, channels);
        index[k] = (int)(c < 0 ? c + channels : c);
    }
    return output_order(im, &map, index, indices->count);
}
