/* Reading a model: the operators that its output needs, in file order, then the graph and the weights. */
#include "bench/onnx/arguments.h"
#include "bench/onnx/external.h"
#include "bench/onnx/inline.h"
#include "bench/onnx/maps.h"
#include "bench/onnx/message.h"
#include "bench/onnx/onnx.h"
#include "bench/onnx/parameters.h"
#include "bench/onnx/readers.h"
#include "bench/onnx/tensor.h"

#include "bench/graph/rewrite.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define OPSET_MIN 6
#define OPSET_MAX 28

/* ---- operators ---- */

static const char *label_of(const Onnx__NodeProto *node)
{
    if (node->name && node->name[0])
        return node->name;
    return node->n_output > 0 && node->output[0][0] ? node->output[0] : "unnamed";
}

/* Whether a domain is that of the standard. */
static bool is_standard(const char *domain)
{
    return !domain || !domain[0] || strcmp(domain, "ai.onnx") == 0;
}

static void break_outputs(struct cg_onnx_importer *im)
{
    for (size_t o = 0; o < im->node->n_output; o++) {
        struct cg_onnx_value *value = im->node->output[o][0] ? cg_onnx_find(im, im->node->output[o]) : NULL;
        if (value)
            value->kind = CG_ONNX_BROKEN;
    }
}

/* What stands in front of an operator: are its inputs there, are all constant, is one broken? */
static void look_at_inputs(struct cg_onnx_importer *im, bool *constant, bool *broken)
{
    *constant = true;
    *broken = false;
    for (size_t i = 0; i < im->node->n_input; i++) {
        const struct cg_onnx_value *value = cg_onnx_input(im, i);
        if (!value)
            continue;
        if (value->kind == CG_ONNX_MISSING)
            cg_onnx_fail(im, CG_INVALID, "it reads '%.100s' before that is produced", value->name);
        *broken |= value->kind == CG_ONNX_BROKEN;
        *constant &= value->kind == CG_ONNX_CONSTANT || value->kind == CG_ONNX_STORED;
    }
}

static enum cg_status read_operator(struct cg_onnx_importer *im)
{
    const Onnx__NodeProto *node = im->node;
    bool constant, broken;
    look_at_inputs(im, &constant, &broken);
    if (broken && !cg_onnx_failed(im))
        break_outputs(im);
    if (broken || cg_onnx_failed(im))
        return im->error.status;
    const char *type = node->op_type ? node->op_type : "";
    const struct cg_onnx_operator *op = cg_onnx_operator_find(type);
    if (!op || !is_standard(node->domain))
        return cg_onnx_fail(im, CG_UNSUPPORTED, "%s",
                            op ? "of another operator set" : cg_onnx_refusal_of(type));
    if (cg_onnx_check_attributes(im, op->attributes) != CG_OK)
        return im->error.status;
    if (node->n_input < op->least_inputs || node->n_input > op->most_inputs)
        return cg_onnx_fail(im, CG_INVALID, "it has %zu inputs; it takes %zu to %zu", node->n_input,
                            op->least_inputs, op->most_inputs);
    for (size_t i = 0; i < op->least_inputs; i++)
        if (!cg_onnx_input(im, i))
            return cg_onnx_fail(im, CG_INVALID, "its input %zu is missing", i);
    im->variant = op->variant;
    if (constant && op->fold)
        return op->fold(im);
    return op->read ? op->read(im) : cg_onnx_fail(im, CG_UNSUPPORTED, "of a computed value");
}

/* Outputs that something needs and that the operator did not give. */
static const struct cg_onnx_value *find_unset(struct cg_onnx_importer *im)
{
    for (size_t o = 0; o < im->node->n_output; o++)
        if (cg_onnx_output_is_needed(im, o)) {
            const struct cg_onnx_value *value = cg_onnx_find(im, im->node->output[o]);
            if (value->kind == CG_ONNX_MISSING)
                return value;
        }
    return NULL;
}

static enum cg_status read_operators(struct cg_onnx_importer *im)
{
    for (size_t k = 0; k < im->file->n_node; k++) {
        const size_t i = im->order[k];
        if (!im->live[i])
            continue;
        im->node = im->file->node[i];
        im->node_index = i;
        im->node_is_named = im->named[i];
        if (read_operator(im) == CG_OK && find_unset(im))
            cg_onnx_fail(im, CG_UNSUPPORTED, "its output '%.60s' is used", find_unset(im)->name);
        if (im->error.status == CG_UNSUPPORTED) {
            cg_refusals_add(&im->refusals, im->node->op_type ? im->node->op_type : "(no operator)",
                            im->error.text, label_of(im->node));
            break_outputs(im);
            im->error = (struct cg_error){0};
        } else if (cg_onnx_failed(im)) {
            return cg_context(&im->error, "node %zu '%.60s' (%.40s)", i, label_of(im->node),
                              im->node->op_type ? im->node->op_type : "");
        }
    }
    im->node = NULL;
    return CG_OK;
}

/* ---- the graph ---- */

/* Extent of one axis of the input, as asked for or as its dimension in the file has it; an unknown batch
 * is 1.
 */
static int input_extent(struct cg_onnx_importer *im, const Onnx__TensorShapeProto__Dimension *d, int axis)
{
    static const char *const names[] = {"batch", "number of channels", "height", "width"};
    const int wanted[] = {0, 0, im->wanted.height, im->wanted.width};
    if (wanted[axis] > 0)
        return wanted[axis];
    const int64_t value =
        d->value_case == ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_VALUE ? d->dim_value : 0;
    if (value > INT32_MAX || (value < 0 && axis > 0))
        cg_onnx_fail(im, CG_INVALID, "the input's %s is %lld", names[axis], (long long)value);
    else if (value < 1 && axis > 0)
        cg_onnx_fail(im, CG_UNSUPPORTED, "the input's %s is not fixed%s", names[axis],
                     axis > 1 ? "; say at which size to read it, as in NET.onnx@224" : "");
    return value < 1 || cg_onnx_failed(im) ? 1 : (int)value;
}

/* Whether the input's elements are floats; of other widths than 32 bits is noted that they are not computed
 * in them. */
static bool takes_floats(struct cg_onnx_importer *im, const Onnx__TypeProto__Tensor *tensor)
{
    const int type = tensor && tensor->has_elem_type ? tensor->elem_type : 0;
    const char *name = type == ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT16    ? "16-bit floats"
                       : type == ONNX__TENSOR_PROTO__DATA_TYPE__BFLOAT16 ? "bfloat16"
                       : type == ONNX__TENSOR_PROTO__DATA_TYPE__DOUBLE   ? "64-bit floats"
                                                                         : NULL;
    if (name)
        cg_onnx_note(im, "The file is of %s; all is computed in 32-bit floats", name);
    return name || type == ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT;
}

static enum cg_status add_input(struct cg_onnx_importer *im, const Onnx__ValueInfoProto *info)
{
    static const int orders[2][4] = {{CG_ONNX_N, CG_ONNX_C, CG_ONNX_H, CG_ONNX_W},
                                     {CG_ONNX_N, CG_ONNX_H, CG_ONNX_W, CG_ONNX_C}};
    const Onnx__TypeProto__Tensor *tensor =
        info->type && info->type->value_case == ONNX__TYPE_PROTO__VALUE_TENSOR_TYPE ? info->type->tensor_type
                                                                                    : NULL;
    if (!takes_floats(im, tensor))
        return cg_onnx_fail(im, CG_UNSUPPORTED, "the input '%.60s' is not a tensor of FLOAT", info->name);
    if (!tensor->shape || tensor->shape->n_dim != 4)
        return cg_onnx_fail(im, CG_UNSUPPORTED, "the input '%.60s' has %zu dimensions, not 4", info->name,
                            tensor->shape ? tensor->shape->n_dim : 0);
    const int *order = orders[cg_onnx_is_channels_last(im, info->name)];
    struct cg_node node = cg_node_of(CG_INPUT);
    int *extents[] = {&node.shape.n, &node.shape.c, &node.shape.h, &node.shape.w};
    for (size_t dim = 0; dim < 4; dim++)
        *extents[order[dim]] = input_extent(im, tensor->shape->dim[dim], order[dim]);
    const int id = cg_onnx_add(im, &node, NULL);
    if (id < 0)
        return im->error.status;
    struct cg_onnx_value *value = cg_onnx_find(im, info->name);
    value->kind = CG_ONNX_FEATURE;
    value->view = cg_onnx_view_of(id, cg_onnx_shape(im, id), 4);
    cg_onnx_view_transpose(&value->view, order);
    im->reads[id] = value->reads;
    return CG_OK;
}

/* The output as the graph gives it: a map, also with its channels last, or its elements in the same order
 * under other dimensions. */
static enum cg_status set_output(struct cg_onnx_importer *im)
{
    struct cg_onnx_value *value = im->output;
    const struct cg_onnx_view *view = &value->view;
    if (value->kind == CG_ONNX_ROOT || value->kind == CG_ONNX_QUOTIENT)
        return cg_onnx_fail(im, CG_UNSUPPORTED, "the output '%.60s' is a square root, or divided by one",
                            value->name);
    if (value->kind != CG_ONNX_FEATURE)
        return cg_onnx_fail(im, CG_INVALID, "the output '%.60s' does not depend on the input", value->name);
    if (view->node == im->graph->input)
        return cg_onnx_fail(
            im, CG_INVALID,
            "the output '%.60s' is the input, at most under other dimensions: there is nothing "
            "to compute",
            value->name);
    if (cg_onnx_settle(im, value) != CG_OK)
        return im->error.status;
    static const int channels_last[] = {CG_ONNX_N, CG_ONNX_H, CG_ONNX_W, CG_ONNX_C};
    const struct cg_shape shape = cg_onnx_shape(im, view->node);
    struct cg_onnx_view map = cg_onnx_view_of(view->node, shape, 4);
    const bool last = view->rank == 4 && cg_onnx_view_is_in_order(view, shape, channels_last);
    if (!last && (!cg_onnx_view_reshape(&map, view->rank, view->dims) || !cg_onnx_view_alike(&map, view)))
        return cg_onnx_fail(im, CG_UNSUPPORTED, "the output '%.60s' is a map with its axes in another order",
                            value->name);
    return cg_graph_set_output(im->graph, view->node, &im->error);
}

static enum cg_status check_model(struct cg_onnx_importer *im, const Onnx__ModelProto *model)
{
    int64_t opset = 0;
    int n_sets = 0;
    if (!model->graph || model->graph->n_node == 0)
        return cg_onnx_fail(im, CG_INVALID, "not an ONNX model: it holds no graph");
    for (size_t i = 0; i < model->n_opset_import; i++) {
        const Onnx__OperatorSetIdProto *set = model->opset_import[i];
        if (!is_standard(set->domain))
            continue;
        opset = set->has_version ? set->version : 0;
        n_sets++;
    }
    if (n_sets > 1)
        return cg_onnx_fail(im, CG_INVALID, "the model is of %d operator sets at once", n_sets);
    if (opset < OPSET_MIN || opset > OPSET_MAX)
        return cg_onnx_fail(im, CG_UNSUPPORTED, "operator set %lld; %d to %d are read", (long long)opset,
                            OPSET_MIN, OPSET_MAX);
    if (model->graph->n_node > CG_ONNX_NODES_MAX)
        return cg_onnx_fail(im, CG_UNSUPPORTED, "the graph has %zu nodes; at most %d are read",
                            model->graph->n_node, CG_ONNX_NODES_MAX);
    im->file = model->graph;
    im->opset = (int)opset;
    im->own = model->producer_name && strcmp(model->producer_name, CG_ONNX_PRODUCER) == 0;
    return model->n_functions > 0 ? cg_onnx_inline(im, model) : CG_OK;
}

static enum cg_status read_graph(struct cg_onnx_importer *im)
{
    const Onnx__ValueInfoProto *input = NULL;
    im->reads = cg_onnx_alloc(im, CG_ONNX_NODES_MAX, sizeof *im->reads);
    im->params = cg_onnx_alloc(im, CG_ONNX_NODES_MAX, sizeof *im->params);
    im->graph = cg_graph_create();
    if (!im->graph)
        cg_onnx_fail(im, CG_NO_MEMORY, "no memory for a graph");
    if (cg_onnx_failed(im) || cg_onnx_prepare(im, &input) != CG_OK || add_input(im, input) != CG_OK ||
        read_operators(im) != CG_OK)
        return im->error.status;
    if (im->refusals.n > 0)
        return cg_refusals_fail(&im->refusals, "operators", &im->error);
    return set_output(im) == CG_OK ? cg_onnx_settle_params(im) : im->error.status;
}

/* Names of the file may hold what a terminal obeys. */
static void make_printable(char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < ' ' || *text == 0x7f)
            *text = '?';
}

static enum cg_status import_model(const Onnx__ModelProto *model, size_t size,
                                   const struct cg_import_request *request, struct cg_graph **graph,
                                   struct cg_weights **weights, struct cg_error *err)
{
    struct cg_onnx_importer *im = calloc(1, sizeof *im);
    if (!im)
        return cg_fail(err, CG_NO_MEMORY, "no memory to read a model");
    im->wanted = request ? *request : (struct cg_import_request){0};
    im->folder = im->wanted.folder ? open(im->wanted.folder, O_PATH | O_DIRECTORY | O_CLOEXEC) : -1;
    im->arena = cg_arena_create(cg_onnx_budget(size + cg_onnx_external_size(im->folder, model)));
    if (!im->arena)
        cg_onnx_fail(im, CG_NO_MEMORY, "no memory to read a model");
    else if (check_model(im, model) == CG_OK && read_graph(im) == CG_OK) {
        *graph = cg_graph_fuse(im->graph, &im->error);
        *weights = *graph ? cg_onnx_copy_weights(im, *graph) : NULL;
    }
    make_printable(im->error.text);
    *err = im->error;
    if (!*weights)
        cg_graph_destroy(graph);
    cg_graph_destroy(&im->graph);
    cg_arena_destroy(&im->arena);
    if (im->folder >= 0)
        close(im->folder);
    free(im);
    return err->status;
}

enum cg_status cg_onnx_import_memory(const void *bytes, size_t size, const struct cg_import_request *request,
                                     struct cg_graph **graph, struct cg_weights **weights,
                                     struct cg_error *err)
{
    struct cg_error local = {0};
    struct cg_arena *arena;
    *graph = NULL;
    *weights = NULL;
    if (!err)
        err = &local;
    const Onnx__ModelProto *model = cg_onnx_unpack(bytes, size, &arena, err);
    if (model)
        import_model(model, size, request, graph, weights, err);
    cg_arena_destroy(&arena);
    return err->status;
}

enum cg_status cg_onnx_import(const char *path, const struct cg_import_request *request,
                              struct cg_graph **graph, struct cg_weights **weights, struct cg_error *err)
{
    char *bytes;
    size_t size;
    *graph = NULL;
    *weights = NULL;
    enum cg_status status = cg_onnx_file_read(path, &bytes, &size, err);
    if (status != CG_OK)
        return status;
    const char *slash = strrchr(path, '/');
    char *folder = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
    struct cg_import_request here = request ? *request : (struct cg_import_request){0};
    here.folder = folder;
    status = folder ? cg_onnx_import_memory(bytes, size, &here, graph, weights, err)
                    : cg_fail(err, CG_NO_MEMORY, "no memory to read a model");
    free(folder);
    free(bytes);
    return status == CG_OK ? CG_OK : cg_context(err, "%s", path);
}
