#include "bench/onnx/maps.h"

/* The channels that a view takes, in its order. */
static int *channel_order(struct cg_onnx_importer *im, const struct cg_onnx_view *view, int channels)
{
    int *index = cg_onnx_alloc(im, (size_t)channels, sizeof *index);
    for (int c = 0; index && c < channels; c++) {
        int place[CG_ONNX_AXES];
        cg_onnx_view_locate(view, CG_ONNX_C, c, place);
        index[c] = place[CG_ONNX_C];
    }
    return index;
}

/* Its channels shuffled by groups, or in another order. */
static int add_order(struct cg_onnx_importer *im, const struct cg_onnx_view *view, int groups)
{
    const int channels = cg_onnx_shape(im, view->node).c;
    struct cg_node node = cg_onnx_over(groups > 1 ? CG_SHUFFLE : CG_PERMUTE, &view->node);
    if (groups > 1) {
        node.groups = groups;
    } else {
        node.shape.c = channels;
        node.index = channel_order(im, view, channels);
    }
    return cg_onnx_add(im, &node, NULL);
}

/* Channels in that order, where it is another than their own. */
static int add_index(struct cg_onnx_importer *im, int input, const int *index, int channels)
{
    bool ascend = true;
    for (int c = 0; index && c < channels; c++)
        ascend &= index[c] == c;
    struct cg_node node = cg_onnx_over(CG_PERMUTE, &input);
    node.shape.c = channels;
    node.index = index;
    return ascend ? input : cg_onnx_add(im, &node, NULL);
}

/* Blocks of pixels made of channels, in the view's order. */
static int add_pixels(struct cg_onnx_importer *im, const struct cg_onnx_view *view)
{
    const struct cg_shape in = cg_onnx_shape(im, view->node);
    const int channels = (int)view->dims[CG_ONNX_C], rows = (int)view->dims[CG_ONNX_H] / in.h;
    const int columns = (int)view->dims[CG_ONNX_W] / in.w;
    int *index = cg_onnx_alloc(im, (size_t)in.c, sizeof *index);
    for (int k = 0; index && k < in.c; k++) {
        int row[CG_ONNX_AXES], column[CG_ONNX_AXES], channel[CG_ONNX_AXES];
        cg_onnx_view_locate(view, CG_ONNX_H, k / channels / columns, row);
        cg_onnx_view_locate(view, CG_ONNX_W, k / channels % columns, column);
        cg_onnx_view_locate(view, CG_ONNX_C, k % channels, channel);
        index[k] = row[CG_ONNX_C] + column[CG_ONNX_C] + channel[CG_ONNX_C];
    }
    return cg_onnx_add_depth_to_space(im, add_index(im, view->node, index, in.c), rows, columns);
}

/* Blocks of pixels as channels, in the view's order. */
static int add_blocks(struct cg_onnx_importer *im, const struct cg_onnx_view *view)
{
    const struct cg_shape in = cg_onnx_shape(im, view->node);
    const int channels = (int)view->dims[CG_ONNX_C], rows = in.h / (int)view->dims[CG_ONNX_H];
    const int columns = in.w / (int)view->dims[CG_ONNX_W];
    int *index = cg_onnx_alloc(im, (size_t)channels, sizeof *index);
    for (int c = 0; index && c < channels; c++) {
        int place[CG_ONNX_AXES];
        cg_onnx_view_locate(view, CG_ONNX_C, c, place);
        index[c] = (place[CG_ONNX_H] * columns + place[CG_ONNX_W]) * in.c + place[CG_ONNX_C];
    }
    return add_index(im, cg_onnx_add_space_to_depth(im, view->node, rows, columns), index, channels);
}

enum cg_status cg_onnx_settle(struct cg_onnx_importer *im, struct cg_onnx_value *value)
{
    int groups;
    const int source = value->view.node, rank = value->view.rank, before = im->graph->n_nodes;
    const enum cg_onnx_form form = cg_onnx_view_form(&value->view, cg_onnx_shape(im, source), &groups);
    if (cg_onnx_failed(im) || form == CG_ONNX_FORM_MAP || form == CG_ONNX_FORM_OTHER)
        return im->error.status;
    const bool named = im->node_is_named;
    im->node_is_named = false; /* the name is for what reads it */
    const int id = form == CG_ONNX_FORM_BLOCKS   ? add_blocks(im, &value->view)
                   : form == CG_ONNX_FORM_PIXELS ? add_pixels(im, &value->view)
                                                 : add_order(im, &value->view, groups);
    im->node_is_named = named;
    if (id < 0)
        return im->error.status;
    int added = 0; /* readers of the source */
    for (int i = before; i < im->graph->n_nodes; i++)
        added += im->graph->nodes[i].inputs[0] == source;
    im->reads[source] += added - value->reads;
    im->reads[id] = value->reads;
    value->view = cg_onnx_view_of(id, cg_onnx_shape(im, id), rank);
    return CG_OK;
}

/* The rank of the views, of which constants have none; 0 where they differ. */
static int rank_of(const struct cg_onnx_view *views, size_t n)
{
    int rank = 0;
    for (size_t i = 0; i < n; i++) {
        if (rank && views[i].rank && views[i].rank != rank)
            return 0;
        rank = views[i].rank ? views[i].rank : rank;
    }
    return rank;
}

const int *cg_onnx_ordered_inputs(struct cg_onnx_importer *im, size_t n, struct cg_onnx_view *views)
{
    enum { N = CG_ONNX_N, C = CG_ONNX_C, H = CG_ONNX_H, W = CG_ONNX_W };
    static const struct {
        int rank, order[4];
    } rows[] = {{4, {N, C, H, W}}, {4, {N, H, W, C}}, {4, {N, C, W, H}}, {4, {N, W, H, C}}, {3, {C, H, W}},
                {3, {N, C, W}},    {3, {N, C, H}},    {3, {N, W, C}},    {3, {N, H, C}},    {3, {H, W, C}},
                {2, {N, C}},       {2, {H, W}},       {2, {C, W}},       {2, {C, H}},       {1, {C}},
                {1, {W}},          {1, {H}}};
    for (size_t i = 0; i < n && !cg_onnx_failed(im); i++) {
        struct cg_onnx_value *value = cg_onnx_input(im, i);
        const bool computed = value && value->kind == CG_ONNX_FEATURE;
        if (computed)
            cg_onnx_settle(im, value);
        views[i] = computed ? value->view : (struct cg_onnx_view){0};
    }
    const int rank = cg_onnx_failed(im) ? 0 : rank_of(views, n);
    for (size_t k = 0; rank && k < sizeof rows / sizeof rows[0]; k++) {
        bool fits = rows[k].rank == rank;
        for (size_t i = 0; fits && i < n; i++)
            fits = views[i].rank == 0 ||
                   cg_onnx_view_is_in_order(&views[i], cg_onnx_shape(im, views[i].node), rows[k].order);
        if (fits)
            return rows[k].order;
    }
    cg_onnx_fail(im, CG_UNSUPPORTED,
                 "its inputs are not maps of one rank, [images, channels, height, width] or "
                 "[images, height, width, channels]");
    return NULL;
}

struct cg_onnx_view cg_onnx_map_input(struct cg_onnx_importer *im, size_t i, int rank)
{
    int groups;
    struct cg_onnx_view view = cg_onnx_view_input(im, i);
    if (!cg_onnx_failed(im) && cg_onnx_settle(im, cg_onnx_input(im, i)) == CG_OK)
        view = cg_onnx_input(im, i)->view;
    if (cg_onnx_view_form(&view, cg_onnx_shape(im, view.node), &groups) != CG_ONNX_FORM_MAP ||
        (rank && view.rank != rank))
        cg_onnx_fail(im, CG_UNSUPPORTED, "its input %zu is not a map of [images, channels, height, width]%s",
                     i, rank == 4 ? "" : " or [images, channels]");
    return cg_onnx_failed(im) ? (struct cg_onnx_view){0} : view;
}

/* ---- dimensions that belong together ---- */

int cg_onnx_first_dim(struct cg_onnx_importer *im, int big, int small)
{
    const bool told = cg_onnx_attribute(im->node, "axis") || cg_onnx_attribute(im->node, "broadcast");
    const int64_t behind = big - small, axis = cg_onnx_int(im, "axis", behind);
    if (told && im->opset >= 7)
        cg_onnx_fail(im, CG_INVALID, "attributes axis and broadcast are of operator sets before 7");
    else if (axis != behind && (cg_onnx_int(im, "broadcast", 0) == 0 || axis < 0 || axis > behind))
        cg_onnx_fail(im, CG_INVALID, "its axis %lld does not fit inputs of %d and %d dimensions",
                     (long long)axis, big, small);
    return cg_onnx_failed(im) ? -1 : (int)axis;
}

float *cg_onnx_by_channel(struct cg_onnx_importer *im, const struct cg_onnx_view *view,
                          const struct cg_onnx_constant *constant)
{
    if (!constant || cg_onnx_failed(im))
        return NULL;
    const int channels = cg_onnx_shape(im, view->node).c;
    const int behind = cg_onnx_first_dim(im, view->rank, constant->rank);
    bool fits = constant->f && behind >= 0 && constant->count > 0;
    for (int i = 0; fits && i < constant->rank; i++)
        fits = constant->dims[i] == 1 ||
               (constant->dims[i] == view->dims[i + behind] && cg_onnx_view_is_of_channels(view, i + behind));
    if (!fits)
        cg_onnx_fail(im, CG_UNSUPPORTED, "its constant is not one number, nor one for each channel");
    float *values = cg_onnx_alloc(im, (size_t)channels, sizeof *values);
    for (int c = 0; values && c < channels; c++) {
        int64_t at = 0;
        for (int i = 0; i < constant->rank; i++)
            if (constant->dims[i] != 1)
                at = at * constant->dims[i] + cg_onnx_view_index_of_channel(view, i + behind, c);
        values[c] = constant->f[at];
    }
    return values;
}
