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

/* Blocks of pixels as channels, in the view's order. */
static int add_blocks(struct cg_onnx_importer *im, const struct cg_onnx_view *view)
{
    const struct cg_shape in = cg_onnx_shape(im, view->node);
    const int channels = (int)view->dims[CG_ONNX_C], rows = in.h / (int)view->dims[CG_ONNX_H];
    const int columns = in.w / (int)view->dims[CG_ONNX_W];
    int *index = cg_onnx_alloc(im, (size_t)channels, sizeof *index);
    bool ascend = true;
    for (int c = 0; index && c < channels; c++) {
        int place[CG_ONNX_AXES];
        cg_onnx_view_locate(view, CG_ONNX_C, c, place);
        index[c] = (place[CG_ONNX_H] * columns + place[CG_ONNX_W]) * in.c + place[CG_ONNX_C];
        ascend &= index[c] == c;
    }
    const int id = cg_onnx_add_space_to_depth(im, view->node, rows, columns);
    struct cg_node node = cg_onnx_over(CG_PERMUTE, &id);
    node.shape.c = channels;
    node.index = index;
    return ascend ? id : cg_onnx_add(im, &node, NULL);
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
    const int id =
        form == CG_ONNX_FORM_BLOCKS ? add_blocks(im, &value->view) : add_order(im, &value->view, groups);
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

const int *cg_onnx_ordered_inputs(struct cg_onnx_importer *im, size_t n, struct cg_onnx_view *views)
{
    static const int orders[][4] = {{CG_ONNX_N, CG_ONNX_C, CG_ONNX_H, CG_ONNX_W},
                                    {CG_ONNX_N, CG_ONNX_H, CG_ONNX_W, CG_ONNX_C},
                                    {CG_ONNX_N, CG_ONNX_C, CG_ONNX_W, CG_ONNX_H},
                                    {CG_ONNX_N, CG_ONNX_W, CG_ONNX_H, CG_ONNX_C}};
    for (size_t i = 0; i < n && !cg_onnx_failed(im); i++) {
        struct cg_onnx_value *value = cg_onnx_input(im, i);
        if (!value || value->kind != CG_ONNX_FEATURE) {
            views[i] = (struct cg_onnx_view){0};
            continue;
        }
        cg_onnx_settle(im, value);
        views[i] = value->view;
    }
    for (size_t k = 0; k < sizeof orders / sizeof orders[0] && !cg_onnx_failed(im); k++) {
        bool fits = true;
        for (size_t i = 0; fits && i < n; i++)
            fits = views[i].rank == 0 ||
                   (cg_onnx_view_is_ordered(&views[i], cg_onnx_shape(im, views[i].node), orders[k]) &&
                    (views[i].rank == 4 || k == 0));
        if (fits)
            return orders[k];
    }
    cg_onnx_fail(im, CG_UNSUPPORTED,
                 "its inputs are not maps of [images, channels, height, width], of [images, height, width, "
                 "channels], or of [images, channels]");
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
