#include "bench/ncnn/reader.h"

#include "base/array.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum cg_status cg_ncnn_fail(struct cg_ncnn_reader *r, enum cg_status status, const char *format, ...)
{
    va_list args;
    if (cg_ncnn_failed(r))
        return r->error.status;
    r->error.status = status;
    va_start(args, format);
    vsnprintf(r->error.text, sizeof r->error.text, format, args);
    va_end(args);
    return status;
}

bool cg_ncnn_failed(const struct cg_ncnn_reader *r)
{
    return r->error.status != CG_OK;
}

/* ---- parameters ---- */

int cg_ncnn_int(struct cg_ncnn_reader *r, int id, int fallback)
{
    const struct cg_ncnn_values *values = &r->layer->params[id];
    int value;
    if (!values->text)
        return fallback;
    if (values->n == 1 && cg_ncnn_value_ints(values, &value))
        return value;
    cg_ncnn_fail(r, CG_INVALID, "parameter %d is '%.40s', no integer", id, values->text);
    return fallback;
}

float cg_ncnn_float(struct cg_ncnn_reader *r, int id, int i, float fallback)
{
    const struct cg_ncnn_values *values = &r->layer->params[id];
    float value;
    if (i >= values->n)
        return fallback;
    if (cg_ncnn_value_float(values, i, &value))
        return value;
    cg_ncnn_fail(r, CG_INVALID,
                 "parameter %d is '%.40s'; ncnn takes a finite number with a point or an exponent there", id,
                 values->text);
    return fallback;
}

const int *cg_ncnn_ints(struct cg_ncnn_reader *r, int id, int *n)
{
    const struct cg_ncnn_values *values = &r->layer->params[id];
    *n = values->n;
    int *numbers = cg_arena_array(r->arena, (size_t)values->n, sizeof *numbers);
    if (values->text && numbers && cg_ncnn_value_ints(values, numbers))
        return numbers;
    if (values->text && numbers)
        cg_ncnn_fail(r, CG_INVALID, "parameter %d is '%.40s', no list of integers", id, values->text);
    else if (!numbers)
        cg_ncnn_fail(r, CG_NO_MEMORY, "no memory for parameter %d", id);
    *n = 0;
    return NULL;
}

void cg_ncnn_require(struct cg_ncnn_reader *r, int id, int value, const char *reason)
{
    if (cg_ncnn_int(r, id, value) != value)
        cg_ncnn_fail(r, CG_UNSUPPORTED, "%s", reason);
}

/* ---- values ---- */

struct cg_ncnn_value *cg_ncnn_bottom(struct cg_ncnn_reader *r, int i)
{
    return &r->values[r->layer->bottoms[i]];
}

struct cg_shape cg_ncnn_shape(const struct cg_ncnn_reader *r, int node)
{
    return cg_ncnn_failed(r) ? (struct cg_shape){1, 1, 1, 1} : r->graph->nodes[node].shape;
}

int cg_ncnn_node(struct cg_ncnn_reader *r, const struct cg_ncnn_value *value)
{
    const struct cg_ncnn_layer *reading = r->layer;
    struct cg_ncnn_part *part = value->part;
    if (!part)
        return value->node;
    if (part->node < 0 && !cg_ncnn_failed(r)) {
        struct cg_node split = cg_ncnn_over(CG_SPLIT, &value->node);
        split.offset = part->offset;
        split.shape.c = part->channels;
        r->layer = part->layer; /* whose name it has */
        part->node = cg_ncnn_add(r, &split);
        r->layer = reading;
    }
    return cg_ncnn_failed(r) ? 0 : part->node;
}

int cg_ncnn_map(struct cg_ncnn_reader *r, int i)
{
    const struct cg_ncnn_value *value = cg_ncnn_bottom(r, i);
    if (value->form == CG_NCNN_CONSTANT) {
        cg_ncnn_fail(r, CG_UNSUPPORTED, "of a constant");
        return 0;
    }
    const int node = cg_ncnn_node(r, value);
    const struct cg_shape shape = cg_ncnn_shape(r, node);
    if (value->form != CG_NCNN_MAP && (shape.h != 1 || shape.w != 1))
        cg_ncnn_fail(r, CG_UNSUPPORTED, "of a map whose elements stand in another order");
    return cg_ncnn_failed(r) ? 0 : node;
}

void cg_ncnn_give_value(struct cg_ncnn_reader *r, int i, struct cg_ncnn_value value)
{
    const int blob = r->layer->first_top + i;
    if (cg_ncnn_failed(r))
        return;
    value.shared |= r->file.blobs[blob].reads > 1 || blob == r->output;
    r->values[blob] = value;
}

void cg_ncnn_give(struct cg_ncnn_reader *r, int i, int node, enum cg_ncnn_form form)
{
    cg_ncnn_give_value(r, i, (struct cg_ncnn_value){.form = form, .node = node});
}

/* ---- nodes ---- */

struct cg_node cg_ncnn_over(enum cg_op op, const int *input)
{
    struct cg_node node = cg_node_of(op);
    node.n_inputs = 1;
    node.inputs = input;
    return node;
}

int cg_ncnn_add(struct cg_ncnn_reader *r, const struct cg_node *prototype)
{
    if (cg_ncnn_failed(r))
        return 0;
    if (r->graph->n_nodes == CG_NCNN_LAYERS_MAX) {
        cg_ncnn_fail(r, CG_UNSUPPORTED, "the graph has more than %d nodes", CG_NCNN_LAYERS_MAX);
        return 0;
    }
    struct cg_node node = *prototype;
    snprintf(node.name, sizeof node.name, "%.63s", r->layer->name);
    const int id = cg_graph_add(r->graph, &node, &r->error);
    if (id < 0)
        return 0;
    const int ordinal = r->graph->nodes[id].params;
    if (ordinal < 0)
        return id;
    if (!cg_array_fit(r->weights->params, r->params_room, ordinal + 1)) {
        cg_ncnn_fail(r, CG_NO_MEMORY, "no memory for its weights");
        return 0;
    }
    r->weights->params[ordinal] = (struct cg_params){.out = r->graph->nodes[id].shape.c};
    r->weights->n_params = r->graph->n_params;
    return id;
}

int cg_ncnn_add_act(struct cg_ncnn_reader *r, int input, enum cg_act act, float alpha, float beta)
{
    struct cg_node node = cg_ncnn_over(CG_ACT, &input);
    node.act = act;
    node.alpha = alpha;
    node.beta = beta;
    return cg_ncnn_add(r, &node);
}
