#include "bench/onnx/importer.h"

#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum cg_status cg_onnx_fail(struct cg_onnx_importer *im, enum cg_status status, const char *format, ...)
{
    char text[sizeof im->error.text];
    if (cg_onnx_failed(im))
        return im->error.status;
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return cg_fail(&im->error, status, "%s", text);
}

bool cg_onnx_failed(const struct cg_onnx_importer *im)
{
    return im->error.status != CG_OK;
}

void cg_onnx_note(struct cg_onnx_importer *im, const char *format, ...)
{
    char text[200];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (im->wanted.note)
        cg_append(im->wanted.note, im->wanted.note_size, "%s%s.", im->wanted.note[0] ? " " : "", text);
}

void *cg_onnx_alloc(struct cg_onnx_importer *im, size_t count, size_t size)
{
    void *memory = cg_onnx_failed(im) ? NULL : cg_arena_array(im->arena, count, size);
    if (!memory)
        cg_onnx_fail(im, CG_INVALID,
                     "the file asks for more memory than its size allows (%zu elements at once)", count);
    return memory;
}

static int compare_name(const void *key, const void *value)
{
    return strcmp(key, ((const struct cg_onnx_value *)value)->name);
}

struct cg_onnx_value *cg_onnx_find(struct cg_onnx_importer *im, const char *name)
{
    return bsearch(name, im->values, im->n_values, sizeof *im->values, compare_name);
}

/* ---- inputs ---- */

struct cg_onnx_value *cg_onnx_input(struct cg_onnx_importer *im, size_t i)
{
    if (i >= im->node->n_input || !im->node->input[i][0])
        return NULL;
    return cg_onnx_find(im, im->node->input[i]);
}

const struct cg_onnx_constant *cg_onnx_constant_input(struct cg_onnx_importer *im, size_t i, const char *what)
{
    struct cg_onnx_value *value = cg_onnx_input(im, i);
    if (!value || cg_onnx_failed(im))
        return NULL;
    if (value->kind == CG_ONNX_STORED && value->sparse)
        cg_onnx_constant_read_sparse(value->sparse, im->folder, im->arena, &value->constant, &im->error);
    else if (value->kind == CG_ONNX_STORED)
        cg_onnx_constant_read(value->stored, im->folder, im->arena, &value->constant, &im->error);
    if (value->kind == CG_ONNX_STORED && !cg_onnx_failed(im))
        value->kind = CG_ONNX_CONSTANT;
    if (value->kind != CG_ONNX_CONSTANT)
        cg_onnx_fail(im, CG_UNSUPPORTED, "its %s is computed, not constant", what);
    return cg_onnx_failed(im) ? NULL : &value->constant;
}

const float *cg_onnx_floats_input(struct cg_onnx_importer *im, size_t i, const char *what, int64_t n)
{
    const struct cg_onnx_constant *constant = cg_onnx_constant_input(im, i, what);
    if (!constant || !constant->f)
        cg_onnx_fail(im, CG_INVALID, "its %s is %s", what, constant ? "not of floats" : "missing");
    else if (constant->count != n)
        cg_onnx_fail(im, CG_INVALID, "its %s has %lld elements; there must be %lld", what,
                     (long long)constant->count, (long long)n);
    return cg_onnx_failed(im) ? NULL : constant->f;
}

struct cg_onnx_view cg_onnx_view_input(struct cg_onnx_importer *im, size_t i)
{
    const struct cg_onnx_value *value = cg_onnx_input(im, i);
    if (!value)
        cg_onnx_fail(im, CG_INVALID, "its input %zu is missing", i);
    else if (value->kind != CG_ONNX_FEATURE)
        cg_onnx_fail(im, CG_UNSUPPORTED, "its input %zu is %s", i,
                     value->kind == CG_ONNX_ROOT || value->kind == CG_ONNX_QUOTIENT
                         ? "divided by a square root, which is read in layer normalisation only"
                         : "constant");
    return cg_onnx_failed(im) ? (struct cg_onnx_view){0} : value->view;
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

struct cg_node cg_onnx_over(enum cg_op op, const int *input)
{
    struct cg_node node = cg_node_of(op);
    node.inputs = input;
    node.n_inputs = 1;
    return node;
}

int cg_onnx_add(struct cg_onnx_importer *im, const struct cg_node *prototype,
                const struct cg_onnx_params *params)
{
    struct cg_node node = *prototype;
    if (im->graph->n_nodes >= CG_ONNX_NODES_MAX)
        cg_onnx_fail(im, CG_INVALID, "the graph has more than %d nodes", CG_ONNX_NODES_MAX);
    if (cg_onnx_failed(im))
        return -1;
    if (node.op != CG_INPUT)
        set_names(im, &node);
    const int id = cg_graph_add(im->graph, &node, &im->error);
    if (id < 0)
        return -1;
    im->reads[id] = 1;
    if (params)
        *cg_onnx_params_of(im, id) = *params;
    return id;
}

float *cg_onnx_filled(struct cg_onnx_importer *im, int n, float value)
{
    float *values = cg_onnx_alloc(im, (size_t)n, sizeof *values);
    for (int i = 0; values && i < n; i++)
        values[i] = value;
    return values;
}

int cg_onnx_add_scaled(struct cg_onnx_importer *im, int input, float scale, float shift)
{
    const int channels = cg_onnx_failed(im) ? 0 : cg_onnx_shape(im, input).c;
    const struct cg_onnx_params params = {.scale = cg_onnx_filled(im, channels, scale),
                                          .shift = cg_onnx_filled(im, channels, shift)};
    const struct cg_node node = cg_onnx_over(CG_AFFINE, &input);
    return cg_onnx_add(im, &node, &params);
}

int cg_onnx_add_act(struct cg_onnx_importer *im, int input, enum cg_act act)
{
    struct cg_node node = cg_onnx_over(CG_ACT, &input);
    node.act = act;
    return cg_onnx_add(im, &node, NULL);
}

int cg_onnx_add_pair(struct cg_onnx_importer *im, enum cg_op op, int a, int b)
{
    const int inputs[] = {a, b};
    struct cg_node node = cg_onnx_over(op, inputs);
    node.n_inputs = 2;
    return cg_onnx_add(im, &node, NULL);
}

struct cg_onnx_params *cg_onnx_params_of(struct cg_onnx_importer *im, int id)
{
    return &im->params[im->graph->nodes[id].params];
}

struct cg_shape cg_onnx_shape(const struct cg_onnx_importer *im, int id)
{
    return im->graph->nodes[id].shape;
}

/* ---- what may be merged ---- */

bool cg_onnx_is_read_once(const struct cg_onnx_importer *im, int id)
{
    return im->reads[id] == 1;
}

bool cg_onnx_is_open_layer(const struct cg_onnx_importer *im, int id)
{
    const struct cg_node *node = &im->graph->nodes[id];
    return cg_op_has(node->op, CG_HAS_WEIGHTS) && !node->norm && cg_onnx_is_read_once(im, id);
}

bool cg_onnx_is_not_negative(const struct cg_graph *graph, int id)
{
    const struct cg_node *node = &graph->nodes[id];
    while (node->op == CG_MAX_POOL)
        node = &graph->nodes[node->inputs[0]];
    return node->op == CG_ACT && (node->act == CG_ACT_RELU || node->act == CG_ACT_RELU6 ||
                                  node->act == CG_ACT_SIGMOID || node->act == CG_ACT_HARD_SIGMOID);
}

bool cg_onnx_take_pad(const struct cg_onnx_importer *im, int id, struct cg_window *window)
{
    const struct cg_node *node = &im->graph->nodes[id];
    const struct cg_window *pad = &node->window;
    if (node->op != CG_PAD || im->own || !cg_onnx_is_read_once(im, id) || pad->pad_top < 0 ||
        pad->pad_left < 0 || pad->pad_bottom < 0 || pad->pad_right < 0)
        return false;
    window->pad_top += pad->pad_top;
    window->pad_left += pad->pad_left;
    window->pad_bottom += pad->pad_bottom;
    window->pad_right += pad->pad_right;
    return true;
}

/* ---- outputs ---- */

/* NULL where there is none, or after a failure. */
static struct cg_onnx_value *output(struct cg_onnx_importer *im, size_t o)
{
    if (cg_onnx_failed(im) || o >= im->node->n_output || !im->node->output[o][0])
        return NULL;
    return cg_onnx_find(im, im->node->output[o]);
}

bool cg_onnx_output_is_needed(struct cg_onnx_importer *im, size_t o)
{
    const struct cg_onnx_value *value = output(im, o);
    return value && value->needed;
}

static enum cg_status set_view(struct cg_onnx_importer *im, size_t o, const struct cg_onnx_view *view,
                               bool is_new)
{
    struct cg_onnx_value *value = output(im, o);
    if (value) {
        value->kind = CG_ONNX_FEATURE;
        value->view = *view;
        im->reads[view->node] = value->reads + (is_new ? 0 : im->reads[view->node] - 1);
    }
    return im->error.status;
}

enum cg_status cg_onnx_output_map(struct cg_onnx_importer *im, size_t o, int id, int rank)
{
    if (cg_onnx_failed(im))
        return im->error.status;
    const struct cg_onnx_view view = cg_onnx_view_of(id, cg_onnx_shape(im, id), rank);
    return set_view(im, o, &view, true);
}

enum cg_status cg_onnx_output_ordered(struct cg_onnx_importer *im, size_t o, int id, int rank,
                                      const int *order)
{
    if (cg_onnx_failed(im))
        return im->error.status;
    const struct cg_onnx_view view = cg_onnx_view_in_order(id, cg_onnx_shape(im, id), rank, order);
    return set_view(im, o, &view, true);
}

enum cg_status cg_onnx_output_like(struct cg_onnx_importer *im, int id, const struct cg_onnx_view *view)
{
    struct cg_onnx_view own = *view;
    own.node = id;
    return set_view(im, 0, &own, true);
}

enum cg_status cg_onnx_output_alias(struct cg_onnx_importer *im, const struct cg_onnx_view *view)
{
    return set_view(im, 0, view, false);
}

enum cg_status cg_onnx_output_constant(struct cg_onnx_importer *im, const struct cg_onnx_constant *constant)
{
    return cg_onnx_output_constant_at(im, 0, constant);
}

enum cg_status cg_onnx_output_constant_at(struct cg_onnx_importer *im, size_t o,
                                          const struct cg_onnx_constant *constant)
{
    struct cg_onnx_value *value = output(im, o);
    if (value) {
        value->kind = CG_ONNX_CONSTANT;
        value->constant = *constant;
    }
    return im->error.status;
}
