/* Concatenating, splitting and picking channels; cutting off rows and columns. */
#include "bench/onnx/maps.h"
#include "bench/onnx/readers.h"

#include <string.h>

/* A constant beside maps, of one value for each channel: a node of the size of the map `like`. -1 after a
 * failure. */
static int add_constant(struct cg_onnx_importer *im, size_t i, const struct cg_onnx_view *like,
                        const int *order)
{
    const struct cg_onnx_constant *c = cg_onnx_constant_input(im, i, "input");
    bool fits = c && c->f && c->rank == like->rank && c->count > 0;
    int dim = 0;
    for (int k = 0; fits && k < c->rank; k++) {
        fits = order[k] == CG_ONNX_C || c->dims[k] == like->dims[k];
        dim = order[k] == CG_ONNX_C ? k : dim;
    }
    int64_t behind = 1;
    for (int k = dim + 1; fits && k < c->rank; k++)
        behind *= c->dims[k];
    struct cg_onnx_channels channels = cg_onnx_channels_of(im, fits ? (int)c->dims[dim] : 0);
    for (int64_t k = 0; fits && channels.n && k < c->count; k++) {
        float *value = &channels.shift[k / behind % channels.n];
        fits = k / behind < channels.n && k % behind == 0 ? true : *value == c->f[k];
        *value = c->f[k];
    }
    if (!fits)
        cg_onnx_fail(im, CG_UNSUPPORTED, "its constant is not one number for each channel");
    return cg_onnx_failed(im) ? -1 : cg_onnx_add_channels(im, like->node, &channels);
}

enum cg_status cg_onnx_read_concat(struct cg_onnx_importer *im)
{
    const size_t n = im->node->n_input;
    if (!cg_onnx_attribute(im->node, "axis"))
        return cg_onnx_fail(im, CG_INVALID, "it has no axis");
    int *inputs = cg_onnx_alloc(im, n, sizeof *inputs);
    struct cg_onnx_view *views = cg_onnx_alloc(im, n, sizeof *views), *map = views;
    const int *order = cg_onnx_failed(im) ? NULL : cg_onnx_ordered_inputs(im, n, views);
    if (!order)
        return im->error.status;
    while (map->rank == 0)
        map++; /* one is no constant, or they would be joined as such */
    const int axis = cg_onnx_axis(im, 1, map->rank);
    for (size_t i = 0; i < n && !cg_onnx_failed(im); i++) {
        inputs[i] = views[i].rank == 0 ? add_constant(im, i, map, order) : views[i].node;
    }
    if (!cg_onnx_failed(im) && order[axis] != CG_ONNX_C)
        return cg_onnx_fail(im, CG_UNSUPPORTED, "it joins along axis %d; only channels are joined", axis);
    if (n == 1)
        return cg_onnx_output_alias(im, map);
    struct cg_node node = cg_onnx_over(CG_CONCAT, inputs);
    node.n_inputs = (int)n;
    return cg_onnx_output_ordered(im, 0, cg_onnx_add(im, &node, NULL), map->rank, order);
}

/* ---- Split ---- */

enum cg_status cg_onnx_read_split(struct cg_onnx_importer *im)
{
    struct cg_onnx_view map = {0};
    const int *order = cg_onnx_ordered_inputs(im, 1, &map);
    const int axis = cg_onnx_axis(im, 0, map.rank);
    if (!cg_onnx_failed(im) && order[axis] != CG_ONNX_C)
        return cg_onnx_fail(im, CG_UNSUPPORTED, "it splits axis %d; only channels are split", axis);
    const int64_t *parts = cg_onnx_parts(im, cg_onnx_shape(im, map.node).c);
    int64_t offset = 0;
    for (size_t o = 0; o < im->node->n_output && !cg_onnx_failed(im); offset += parts[o++])
        if (cg_onnx_output_is_needed(im, o))
            cg_onnx_output_ordered(im, o, cg_onnx_add_part(im, map.node, (int)offset, (int)parts[o]),
                                   map.rank, order);
    return im->error.status;
}

/* ---- Slice and Gather ---- */

/* Channels in the order of `index`, n of them. */
static int add_order(struct cg_onnx_importer *im, int input, const int *index, int64_t n)
{
    struct cg_node node = cg_onnx_over(CG_PERMUTE, &input);
    node.index = index;
    node.shape.c = (int)n;
    return cg_onnx_add(im, &node, NULL);
}

/* Channels start, start + step ... */
static int add_slice(struct cg_onnx_importer *im, const struct cg_onnx_slice *slice, int input)
{
    if (slice->step == 1)
        return cg_onnx_add_part(im, input, (int)slice->start, (int)slice->count);
    int *index = cg_onnx_alloc(im, (size_t)slice->count, sizeof *index);
    for (int64_t k = 0; index && k < slice->count; k++)
        index[k] = (int)(slice->start + k * slice->step);
    return add_order(im, input, index, slice->count);
}

enum cg_status cg_onnx_read_slice(struct cg_onnx_importer *im)
{
    struct cg_onnx_slice slices[CG_ONNX_RANK_MAX], by_axis[4] = {{0, 1, 1}, {0, 1, 1}, {0, 1, 1}, {0, 1, 1}};
    struct cg_onnx_view map = {0};
    const int *order = cg_onnx_ordered_inputs(im, 1, &map);
    cg_onnx_slices(im, map.rank, map.dims, slices);
    if (cg_onnx_failed(im))
        return im->error.status;
    bool cut[4] = {false};
    for (int dim = 0; dim < map.rank; dim++) {
        const int axis = order[dim];
        by_axis[axis] = slices[dim];
        cut[axis] = slices[dim].start != 0 || slices[dim].step != 1 || slices[dim].count != map.dims[dim];
        if (slices[dim].count < 1)
            return cg_onnx_fail(im, CG_INVALID, "it leaves nothing of axis %d", dim);
        if (cut[axis] && (axis == CG_ONNX_N || (axis != CG_ONNX_C && slices[dim].step < 1)))
            return cg_onnx_fail(im, CG_UNSUPPORTED, "it cuts images, or turns rows or columns round");
    }
    int id = map.node;
    if (cut[CG_ONNX_H] || cut[CG_ONNX_W])
        id = cg_onnx_add_picked(im, id, &by_axis[CG_ONNX_H], &by_axis[CG_ONNX_W]);
    if (cut[CG_ONNX_C] && id >= 0)
        id = add_slice(im, &by_axis[CG_ONNX_C], id);
    return id == map.node ? cg_onnx_output_alias(im, &map)
                          : cg_onnx_output_ordered(im, 0, id, map.rank, order);
}

/* The channels that are picked, checked and counted from 0; NULL after a failure. */
static int *picked_channels(struct cg_onnx_importer *im, const struct cg_onnx_constant *indices, int channels)
{
    int *index = cg_onnx_alloc(im, (size_t)indices->count, sizeof *index);
    for (int64_t k = 0; index && k < indices->count; k++) {
        const int64_t c = indices->i[k];
        if (c < -channels || c >= channels) {
            cg_onnx_fail(im, CG_INVALID, "it picks channel %lld of %d", (long long)c, channels);
            return NULL;
        }
        index[k] = (int)(c < 0 ? c + channels : c);
    }
    return index;
}

/* Those channels; the node itself where they are all of its own in order. */
static int add_picked(struct cg_onnx_importer *im, int input, const int *index, int64_t n)
{
    int64_t same = 0;
    while (same < n && index[same] == same)
        same++;
    if (n == 1)
        return cg_onnx_add_part(im, input, index[0], 1);
    return same == cg_onnx_shape(im, input).c && same == n && !im->own ? input
                                                                       : add_order(im, input, index, n);
}

/* The axis of channels becomes the dimensions of the indices. */
enum cg_status cg_onnx_read_gather(struct cg_onnx_importer *im)
{
    struct cg_onnx_view map = {0};
    const int *order = cg_onnx_ordered_inputs(im, 1, &map);
    const int axis = cg_onnx_axis(im, 0, map.rank);
    const struct cg_onnx_constant *indices = cg_onnx_constant_input(im, 1, "list of indices");
    if (!indices || !indices->i)
        return cg_onnx_fail(im, CG_INVALID, "its indices are not integers");
    const int rank = map.rank - 1 + indices->rank;
    if (!order || order[axis] != CG_ONNX_C || indices->count < 1 || rank > CG_ONNX_RANK_MAX)
        return cg_onnx_fail(im, CG_UNSUPPORTED, "only channels are picked");
    const int *index = picked_channels(im, indices, cg_onnx_shape(im, map.node).c);
    const int id = index ? add_picked(im, map.node, index, indices->count) : -1;
    if (id < 0)
        return im->error.status;
    struct cg_onnx_view view = cg_onnx_view_in_order(id, cg_onnx_shape(im, id), map.rank, order);
    int64_t dims[CG_ONNX_RANK_MAX];
    for (int i = 0; i < rank; i++)
        dims[i] = i < axis                   ? map.dims[i]
                  : i < axis + indices->rank ? indices->dims[i - axis]
                                             : map.dims[i - indices->rank + 1];
    if (!cg_onnx_view_reshape(&view, rank, dims))
        return cg_onnx_fail(im, CG_UNSUPPORTED, "its indices cut across the axes of the map");
    return id == map.node ? cg_onnx_output_alias(im, &view) : cg_onnx_output_like(im, id, &view);
}

enum cg_status cg_onnx_read_space_to_depth(struct cg_onnx_importer *im)
{
    const struct cg_onnx_view map = cg_onnx_map_input(im, 0, 4);
    const int64_t block = cg_onnx_int(im, "blocksize", 0);
    const struct cg_shape in = cg_onnx_shape(im, map.node);
    if (cg_onnx_failed(im))
        return im->error.status;
    if (block < 1 || block > CG_ONNX_EXTENT_MAX || in.h % block != 0 || in.w % block != 0)
        return cg_onnx_fail(im, CG_INVALID, "blocks of %lld pixels do not fill a %dx%d map", (long long)block,
                            in.h, in.w);
    return cg_onnx_output_map(im, 0, cg_onnx_add_space_to_depth(im, map.node, (int)block, (int)block), 4);
}

/* The channels are those of the block's first pixel, then of the next (DCR), or its pixels of the first
 * channel, then of the next (CRD): a shuffle before. */
enum cg_status cg_onnx_read_depth_to_space(struct cg_onnx_importer *im)
{
    char mode[8];
    const struct cg_onnx_view map = cg_onnx_map_input(im, 0, 4);
    const int64_t block = cg_onnx_int(im, "blocksize", 0);
    const struct cg_shape in = cg_onnx_shape(im, map.node);
    cg_onnx_text(im, "mode", mode, sizeof mode);
    if (!cg_onnx_failed(im) && (block < 1 || block > CG_ONNX_EXTENT_MAX || in.c % (block * block) != 0))
        cg_onnx_fail(im, CG_INVALID, "%d channels do not make up blocks of %lldx%lld pixels", in.c,
                     (long long)block, (long long)block);
    else if (mode[0] && strcmp(mode, "DCR") != 0 && strcmp(mode, "CRD") != 0)
        cg_onnx_fail(im, CG_INVALID, "its mode is '%s'; there are DCR and CRD", mode);
    if (cg_onnx_failed(im))
        return im->error.status;
    struct cg_node turned = cg_onnx_over(CG_SHUFFLE, &map.node);
    turned.groups = in.c / (int)(block * block);
    const bool shuffled = strcmp(mode, "CRD") == 0 && turned.groups > 1 && block > 1;
    const int id = shuffled ? cg_onnx_add(im, &turned, NULL) : map.node;
    return cg_onnx_output_map(im, 0, cg_onnx_add_depth_to_space(im, id, (int)block, (int)block), 4);
}
