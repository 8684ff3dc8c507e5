#include "bench/onnx/import_prepare.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* ---- values ---- */

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct cg_onnx_value *)a)->name, ((const struct cg_onnx_value *)b)->name);
}

static void append_value(struct cg_onnx_importer *im, const char *name, const Onnx__TensorProto *stored,
                         size_t producer)
{
    if (name && name[0])
        im->values[im->n_values++] = (struct cg_onnx_value){.name = name,
                                                            .kind = stored ? CG_ONNX_STORED : CG_ONNX_MISSING,
                                                            .stored = stored,
                                                            .producer = producer};
}

static enum cg_status refuse_equal_names(struct cg_onnx_importer *im)
{
    for (size_t i = 1; i < im->n_values; i++)
        if (strcmp(im->values[i - 1].name, im->values[i].name) == 0)
            return cg_onnx_fail(im, CG_INVALID, "'%.100s' is produced twice", im->values[i].name);
    return CG_OK;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool is_among(const char *name, const char *const *sorted, size_t n)
{
    return bsearch(&name, sorted, n, sizeof *sorted, by_text) != NULL;
}

/* The inputs that are not initialisers (until format version 3 those are listed as inputs too); there must be
 * one. */
static enum cg_status append_inputs(struct cg_onnx_importer *im, const Onnx__ValueInfoProto **input)
{
    const Onnx__GraphProto *file = im->file;
    const char **names = cg_onnx_alloc(im, file->n_initializer, sizeof *names);
    if (!names)
        return im->error.status;
    size_t n = 0, found = 0;
    for (size_t i = 0; i < file->n_initializer; i++)
        if (file->initializer[i]->name)
            names[n++] = file->initializer[i]->name;
    qsort(names, n, sizeof *names, by_text);
    for (size_t i = 0; i < file->n_input; i++) {
        const char *name = file->input[i]->name;
        if (!name || !name[0])
            return cg_onnx_fail(im, CG_INVALID, "input %zu has no name", i);
        if (is_among(name, names, n))
            continue;
        *input = file->input[i];
        append_value(im, name, NULL, CG_ONNX_NO_NODE);
        found++;
    }
    return found == 1
               ? CG_OK
               : cg_onnx_fail(im, CG_UNSUPPORTED, "the graph has %zu inputs; one image input is read", found);
}

enum cg_status cg_onnx_collect_values(struct cg_onnx_importer *im, const Onnx__ValueInfoProto **input)
{
    const Onnx__GraphProto *file = im->file;
    size_t n = file->n_initializer + file->n_input;
    for (size_t i = 0; i < file->n_node; i++)
        n += file->node[i]->n_output;
    im->values = cg_onnx_alloc(im, n, sizeof *im->values);
    if (!im->values)
        return im->error.status;
    for (size_t i = 0; i < file->n_initializer; i++)
        append_value(im, file->initializer[i]->name, file->initializer[i], CG_ONNX_NO_NODE);
    const enum cg_status status = append_inputs(im, input);
    if (status != CG_OK)
        return status;
    for (size_t i = 0; i < file->n_node; i++)
        for (size_t o = 0; o < file->node[i]->n_output; o++)
            append_value(im, file->node[i]->output[o], NULL, i);
    qsort(im->values, im->n_values, sizeof *im->values, by_name);
    return refuse_equal_names(im);
}

/* ---- order ---- */

/* A node on the way down to what it reads. */
struct visit {
    size_t node, next; /* input to look at next */
};

/* The node that must be read before the one on top of the way goes on; CG_ONNX_NO_NODE: nothing is left. */
static size_t next_producer(struct cg_onnx_importer *im, struct visit *top)
{
    const Onnx__NodeProto *node = im->file->node[top->node];
    while (top->next < node->n_input) {
        const struct cg_onnx_value *value = cg_onnx_find(im, node->input[top->next++]);
        if (value && value->producer != CG_ONNX_NO_NODE)
            return value->producer;
    }
    return CG_ONNX_NO_NODE;
}

enum cg_status cg_onnx_sort(struct cg_onnx_importer *im)
{
    enum { NEW, ON_THE_WAY, PLACED };
    const size_t n = im->file->n_node;
    size_t depth = 0, placed = 0;
    unsigned char *state = cg_onnx_alloc(im, n, sizeof *state);
    struct visit *way = cg_onnx_alloc(im, n, sizeof *way);
    im->order = cg_onnx_alloc(im, n, sizeof *im->order);
    for (size_t i = 0; !cg_onnx_failed(im) && placed < n;) {
        if (depth == 0 && state[i] != NEW) {
            i++;
            continue;
        }
        if (depth == 0) {
            state[i] = ON_THE_WAY;
            way[depth++] = (struct visit){i, 0};
        }
        const size_t here = way[depth - 1].node, before = next_producer(im, &way[depth - 1]);
        if (before == CG_ONNX_NO_NODE) {
            state[here] = PLACED;
            im->order[placed++] = here;
            depth--;
        } else if (state[before] == NEW) {
            state[before] = ON_THE_WAY;
            way[depth++] = (struct visit){before, 0};
        } else if (state[before] == ON_THE_WAY) {
            cg_onnx_fail(im, CG_INVALID, "node %zu reads '%.100s', which is made from its own output", here,
                         im->file->node[here]->input[way[depth - 1].next - 1]);
        }
    }
    return im->error.status;
}

/* ---- the output ---- */

/* Whether a value is declared as [n, c] or [n, c, 1, 1]. */
static bool has_class_shape(const Onnx__ValueInfoProto *info)
{
    const Onnx__TensorShapeProto *shape =
        info->type && info->type->value_case == ONNX__TYPE_PROTO__VALUE_TENSOR_TYPE && info->type->tensor_type
            ? info->type->tensor_type->shape
            : NULL;
    bool pixel = shape && (shape->n_dim == 2 || shape->n_dim == 4);
    for (size_t dim = 2; pixel && dim < shape->n_dim; dim++)
        pixel = shape->dim[dim]->value_case == ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_VALUE &&
                shape->dim[dim]->dim_value == 1;
    return pixel;
}

static const char *name_of(const Onnx__ValueInfoProto *info)
{
    return info->name ? info->name : "";
}

static void refuse_outputs(struct cg_onnx_importer *im)
{
    const Onnx__GraphProto *file = im->file;
    char names[400] = "";
    for (size_t i = 0; i < file->n_output && i < 8; i++)
        cg_append(names, sizeof names, "%s'%.40s'", i ? ", " : "", name_of(file->output[i]));
    if (file->n_output > 8)
        cg_append(names, sizeof names, " and %zu more", file->n_output - 8);
    if (im->wanted.output)
        cg_onnx_fail(im, CG_INVALID, "the graph has no output '%.60s', but %s", im->wanted.output, names);
    else
        cg_onnx_fail(im, CG_UNSUPPORTED,
                     "the graph has %zu outputs; name one behind a colon, as in NET.onnx:NAME: %s",
                     file->n_output, names);
}

/* The name of the output to read; NULL after a failure. */
static const char *choose_output(struct cg_onnx_importer *im)
{
    const Onnx__GraphProto *file = im->file;
    const char *wanted = im->wanted.output, *found = NULL;
    size_t n = 0;
    if (file->n_output == 0)
        cg_onnx_fail(im, CG_INVALID, "the graph has no output");
    for (size_t i = 0; i < file->n_output; i++)
        if (wanted ? strcmp(name_of(file->output[i]), wanted) == 0
                   : file->n_output == 1 || has_class_shape(file->output[i])) {
            found = name_of(file->output[i]);
            n++;
        }
    if (n != 1)
        refuse_outputs(im);
    return cg_onnx_failed(im) ? NULL : found;
}

/* ---- what the output needs ---- */

static bool is_needed(struct cg_onnx_importer *im, const Onnx__NodeProto *node)
{
    im->node = node;
    for (size_t o = 0; o < node->n_output; o++)
        if (cg_onnx_output_is_needed(im, o))
            return true;
    return false;
}

/* Marks backwards. */
enum cg_status cg_onnx_mark_needed(struct cg_onnx_importer *im, bool *live)
{
    const Onnx__GraphProto *file = im->file;
    const char *name = choose_output(im);
    if (!name)
        return im->error.status;
    im->output = name[0] ? cg_onnx_find(im, name) : NULL;
    if (!im->output)
        return cg_onnx_fail(im, CG_INVALID, "nothing produces the output '%.100s'", name);
    im->output->needed = true;
    im->output->reads = 1;
    for (size_t k = file->n_node; k-- > 0;) {
        const size_t i = im->order[k];
        const Onnx__NodeProto *node = file->node[i];
        live[i] = is_needed(im, node);
        const bool data = node->op_type && strcmp(node->op_type, "Shape") != 0;
        for (size_t in = 0; live[i] && in < node->n_input; in++) {
            if (!node->input[in][0])
                continue;
            struct cg_onnx_value *value = cg_onnx_find(im, node->input[in]);
            if (!value)
                return cg_onnx_fail(im, CG_INVALID, "node %zu reads '%.100s', which nothing produces", i,
                                    node->input[in]);
            value->needed = true;
            value->reads += data;
        }
    }
    return CG_OK;
}

enum cg_status cg_onnx_mark_named(struct cg_onnx_importer *im, bool *named)
{
    const Onnx__GraphProto *file = im->file;
    const char **names = cg_onnx_alloc(im, file->n_node, sizeof *names);
    if (!names)
        return im->error.status;
    size_t n = 0;
    for (size_t i = 0; i < file->n_node; i++)
        if (file->node[i]->name && file->node[i]->name[0])
            names[n++] = file->node[i]->name;
    qsort(names, n, sizeof *names, by_text);
    size_t kept = 0; /* names that occur once */
    for (size_t i = 0; i < n;) {
        size_t end = i + 1;
        while (end < n && strcmp(names[i], names[end]) == 0)
            end++;
        if (end == i + 1)
            names[kept++] = names[i];
        i = end;
    }
    for (size_t i = 0; i < file->n_node; i++)
        named[i] = file->node[i]->name && is_among(file->node[i]->name, names, kept);
    return CG_OK;
}
