#include "bench/onnx/importer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int compare_name(const void *key, const void *value)
{
    return strcmp(key, ((const struct cg_onnx_value *)value)->name);
}

struct cg_onnx_value *cg_onnx_find(struct cg_onnx_importer *im, const char *name)
{
    return bsearch(name, im->values, im->n_values, sizeof *im->values, compare_name);
}

struct cg_onnx_value *cg_onnx_input(struct cg_onnx_importer *im, size_t i)
{
    if (i >= im->node->n_input || !im->node->input[i][0])
        return NULL;
    return cg_onnx_find(im, im->node->input[i]);
}

void *cg_onnx_alloc(struct cg_onnx_importer *im, size_t count, size_t size, struct cg_error *err)
{
    void *memory = cg_onnx_arena_alloc(&im->arena, count, size);
    if (!memory)
        cg_fail(err, CG_INVALID, "the file asks for more memory than its size allows (%zu elements at once)",
                count);
    return memory;
}

/* ---- inputs ---- */

static enum cg_status load_constant(struct cg_onnx_importer *im, struct cg_onnx_value *value,
                                    struct cg_error *err)
{
    if (value->kind != CG_ONNX_STORED)
        return CG_OK;
    const enum cg_status status = cg_onnx_constant_read(value->stored, &im->arena, &value->constant, err);
    if (status == CG_OK)
        value->kind = CG_ONNX_CONSTANT;
    return status;
}

enum cg_status cg_onnx_constant_input(struct cg_onnx_importer *im, size_t i, const char *what,
                                      const struct cg_onnx_constant **constant, struct cg_error *err)
{
    struct cg_onnx_value *value = cg_onnx_input(im, i);
    *constant = NULL;
    if (!value)
        return CG_OK;
    const enum cg_status status = load_constant(im, value, err);
    if (status != CG_OK)
        return status;
    if (value->kind != CG_ONNX_CONSTANT)
        return cg_fail(err, CG_UNSUPPORTED, "its %s is computed, not constant", what);
    *constant = &value->constant;
    return CG_OK;
}

enum cg_status cg_onnx_floats_input(struct cg_onnx_importer *im, size_t i, const char *what, int64_t n,
                                    const float **values, struct cg_error *err)
{
    const struct cg_onnx_constant *constant;
    const enum cg_status status = cg_onnx_constant_input(im, i, what, &constant, err);
    if (status != CG_OK)
        return status;
    if (!constant || !constant->f)
        return cg_fail(err, CG_INVALID, "its %s is %s", what, constant ? "not of floats" : "missing");
    if (n >= 0 && constant->count != n)
        return cg_fail(err, CG_INVALID, "its %s has %lld elements; there must be %lld", what,
                       (long long)constant->count, (long long)n);
    *values = constant->f;
    return CG_OK;
}

enum cg_status cg_onnx_feature_input(struct cg_onnx_importer *im, size_t i, struct cg_onnx_view *view,
                                     struct cg_error *err)
{
    const struct cg_onnx_value *value = cg_onnx_input(im, i);
    if (!value)
        return cg_fail(err, CG_INVALID, "its input %zu is missing", i);
    if (value->kind != CG_ONNX_FEATURE)
        return cg_fail(err, CG_UNSUPPORTED, "its input %zu is constant", i);
    *view = value->view;
    return CG_OK;
}

/* A shuffle or permutation that a view holds, as a node. */
static enum cg_status add_channel_order(struct cg_onnx_importer *im, struct cg_onnx_value *value,
                                        enum cg_onnx_form form, int groups, struct cg_error *err)
{
    const struct cg_shape shape = im->graph->nodes[value->view.node].shape;
    struct cg_node node = cg_node_of(form == CG_ONNX_FORM_SHUFFLE ? CG_SHUFFLE : CG_PERMUTE);
    node.inputs = &value->view.node;
    node.n_inputs = 1;
    node.groups = form == CG_ONNX_FORM_SHUFFLE ? groups : 1;
    if (form == CG_ONNX_FORM_PERMUTED) {
        int *index = cg_onnx_alloc(im, (size_t)shape.c, sizeof *index, err);
        if (!index)
            return err->status;
        for (int c = 0; c < shape.c; c++) {
            int place[CG_ONNX_AXES];
            cg_onnx_view_locate(&value->view, CG_ONNX_C, c, place);
            index[c] = place[CG_ONNX_C];
        }
        node.index = index;
        node.shape.c = shape.c;
    }
    const bool named = im->node_is_named;
    im->node_is_named = false; /* the name is for what reads it */
    const int id = cg_onnx_add(im, &node, err);
    im->node_is_named = named;
    if (id < 0)
        return err->status;
    im->reads[value->view.node] += 1 - value->reads;
    im->reads[id] = value->reads;
    value->view = cg_onnx_view_of(id, shape, value->view.rank);
    return CG_OK;
}

enum cg_status cg_onnx_settle(struct cg_onnx_importer *im, struct cg_onnx_value *value, struct cg_error *err)
{
    int groups;
    const struct cg_shape shape = im->graph->nodes[value->view.node].shape;
    const enum cg_onnx_form form = cg_onnx_view_form(&value->view, shape, &groups);
    if (form == CG_ONNX_FORM_SHUFFLE || form == CG_ONNX_FORM_PERMUTED)
        return add_channel_order(im, value, form, groups, err);
    return CG_OK;
}

enum cg_status cg_onnx_map_input(struct cg_onnx_importer *im, size_t i, int rank, int *node, int *rank_found,
                                 struct cg_error *err)
{
    struct cg_onnx_view view;
    int groups;
    enum cg_status status = cg_onnx_feature_input(im, i, &view, err);
    if (status != CG_OK)
        return status;
    struct cg_onnx_value *value = cg_onnx_input(im, i);
    status = cg_onnx_settle(im, value, err);
    if (status != CG_OK)
        return status;
    const struct cg_onnx_view *found = &value->view;
    if (cg_onnx_view_form(found, im->graph->nodes[found->node].shape, &groups) != CG_ONNX_FORM_MAP ||
        (rank && found->rank != rank))
        return cg_fail(err, CG_UNSUPPORTED,
                       "its input %zu is not a map of [images, channels, height, width]%s", i,
                       rank == 4 ? "" : " or [images, channels]");
    *node = found->node;
    if (rank_found)
        *rank_found = found->rank;
    return CG_OK;
}

/* ---- nodes ---- */

/* Names that people know: the operator's own where it is short, plain and its alone, for the first node made
 * of it. '#' keeps the others apart from all of those. */
static void set_names(struct cg_onnx_importer *im, struct cg_node *node)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./:-";
    const char *name = im->node && im->node->name ? im->node->name : "";
    const size_t length = strlen(name);
    const bool usable =
        im->node_is_named && length > 0 && length < CG_NAME_MAX && strspn(name, plain) == length;
    im->node_is_named = false;
    if (usable)
        memcpy(node->name, name, length + 1);
    else
        snprintf(node->name, sizeof node->name, "%s#%d", cg_op_name(node->op), im->graph->n_nodes);
    if (im->node)
        snprintf(node->origin, sizeof node->origin, "onnx node %zu", im->node_index);
}

int cg_onnx_add(struct cg_onnx_importer *im, const struct cg_node *prototype, struct cg_error *err)
{
    struct cg_node node = *prototype;
    if (im->graph->n_nodes >= CG_ONNX_NODES_MAX) {
        cg_fail(err, CG_INVALID, "the graph has more than %d nodes", CG_ONNX_NODES_MAX);
        return -1;
    }
    if (node.op != CG_INPUT)
        set_names(im, &node);
    const int id = cg_graph_add(im->graph, &node, err);
    if (id < 0)
        return -1;
    im->reads[id] = 1;
    return id;
}

struct cg_onnx_params *cg_onnx_params_of(struct cg_onnx_importer *im, int id)
{
    return &im->params[im->graph->nodes[id].params];
}

bool cg_onnx_is_read_once(const struct cg_onnx_importer *im, int id)
{
    return im->reads[id] == 1;
}

bool cg_onnx_is_not_negative(const struct cg_graph *graph, int id)
{
    const struct cg_node *node = &graph->nodes[id];
    if (node->op == CG_MAX_POOL)
        return cg_onnx_is_not_negative(graph, node->inputs[0]);
    return node->op == CG_ACT && (node->act == CG_ACT_RELU || node->act == CG_ACT_RELU6 ||
                                  node->act == CG_ACT_SIGMOID || node->act == CG_ACT_HARD_SIGMOID);
}

/* ---- outputs ---- */

static struct cg_onnx_value *output(struct cg_onnx_importer *im, size_t o)
{
    if (o >= im->node->n_output || !im->node->output[o][0])
        return NULL;
    return cg_onnx_find(im, im->node->output[o]);
}

bool cg_onnx_output_is_needed(const struct cg_onnx_importer *im, size_t o)
{
    const struct cg_onnx_value *value = output((struct cg_onnx_importer *)im, o);
    return value && value->needed;
}

void cg_onnx_output_node(struct cg_onnx_importer *im, size_t o, const struct cg_onnx_view *view)
{
    struct cg_onnx_value *value = output(im, o);
    if (!value)
        return;
    value->kind = CG_ONNX_FEATURE;
    value->view = *view;
    im->reads[view->node] = value->reads;
}

void cg_onnx_output_alias(struct cg_onnx_importer *im, size_t o, const struct cg_onnx_view *view)
{
    struct cg_onnx_value *value = output(im, o);
    if (!value)
        return;
    value->kind = CG_ONNX_FEATURE;
    value->view = *view;
    im->reads[view->node] += value->reads - 1;
}

void cg_onnx_output_constant(struct cg_onnx_importer *im, size_t o, const struct cg_onnx_constant *constant)
{
    struct cg_onnx_value *value = output(im, o);
    if (!value)
        return;
    value->kind = CG_ONNX_CONSTANT;
    value->constant = *constant;
}

/* ---- arguments ---- */

enum cg_status cg_onnx_axis_of(int64_t axis, int rank, int *normal, struct cg_error *err)
{
    if (axis < -rank || axis >= rank)
        return cg_fail(err, CG_INVALID, "axis %lld of a value of %d dimensions", (long long)axis, rank);
    *normal = (int)(axis < 0 ? axis + rank : axis);
    return CG_OK;
}

enum cg_status cg_onnx_integers(struct cg_onnx_importer *im, size_t i, const char *name,
                                const int64_t **values, size_t *n, struct cg_error *err)
{
    const struct cg_onnx_constant *constant;
    const Onnx__AttributeProto *attribute = cg_onnx_attribute(im->node, name);
    *values = NULL;
    *n = 0;
    if (attribute) {
        static const int64_t nothing = 0;
        *values = attribute->n_ints ? attribute->ints : &nothing;
        *n = attribute->n_ints;
        return CG_OK;
    }
    const enum cg_status status = cg_onnx_constant_input(im, i, name, &constant, err);
    if (status != CG_OK || !constant)
        return status;
    if (!constant->i || constant->rank > 1)
        return cg_fail(err, CG_INVALID, "its %s are not a list of integers", name);
    *values = constant->i;
    *n = (size_t)constant->count;
    return CG_OK;
}
