#include "bench/onnx/importer.h"

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

/* Named as its elements. */
static void append_sparse(struct cg_onnx_importer *im, const Onnx__SparseTensorProto *sparse)
{
    const size_t before = im->n_values;
    if (sparse->values)
        append_value(im, sparse->values->name, sparse->values, CG_ONNX_NO_NODE);
    if (im->n_values > before)
        im->values[before].sparse = sparse;
}

/* The one input that is not among the values yet: until format version 3 initialisers are listed as inputs,
 * too. */
static enum cg_status find_input(struct cg_onnx_importer *im, const Onnx__ValueInfoProto **input)
{
    size_t found = 0;
    for (size_t i = 0; i < im->file->n_input; i++) {
        const char *name = im->file->input[i]->name;
        if (!name || !name[0])
            return cg_onnx_fail(im, CG_INVALID, "input %zu has no name", i);
        if (cg_onnx_find(im, name))
            continue;
        *input = im->file->input[i];
        found++;
    }
    return found == 1
               ? CG_OK
               : cg_onnx_fail(im, CG_UNSUPPORTED, "the graph has %zu inputs; one image input is read", found);
}

/* Every name of the file that stands for a value, sorted. */
static enum cg_status collect_values(struct cg_onnx_importer *im, const Onnx__ValueInfoProto **input)
{
    const Onnx__GraphProto *file = im->file;
    size_t n = file->n_initializer + file->n_sparse_initializer + 1;
    for (size_t i = 0; i < file->n_node; i++)
        n += file->node[i]->n_output;
    im->values = cg_onnx_alloc(im, n, sizeof *im->values);
    if (cg_onnx_failed(im))
        return im->error.status;
    for (size_t i = 0; i < file->n_initializer; i++)
        append_value(im, file->initializer[i]->name, file->initializer[i], CG_ONNX_NO_NODE);
    for (size_t i = 0; i < file->n_sparse_initializer; i++)
        append_sparse(im, file->sparse_initializer[i]);
    qsort(im->values, im->n_values, sizeof *im->values, by_name);
    if (find_input(im, input) != CG_OK)
        return im->error.status;
    append_value(im, (*input)->name, NULL, CG_ONNX_NO_NODE);
    for (size_t i = 0; i < file->n_node; i++)
        for (size_t o = 0; o < file->node[i]->n_output; o++)
            append_value(im, file->node[i]->output[o], NULL, i);
    qsort(im->values, im->n_values, sizeof *im->values, by_name);
    for (size_t i = 1; i < im->n_values; i++)
        if (strcmp(im->values[i - 1].name, im->values[i].name) == 0)
            return cg_onnx_fail(im, CG_INVALID, "'%.100s' is produced twice", im->values[i].name);
    return CG_OK;
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

/* Sets im->order: the file's, but for nodes that stand before what they read. */
static enum cg_status sort(struct cg_onnx_importer *im)
{
    enum { NEW, ON_THE_WAY, PLACED };
    const size_t n = im->file->n_node;
    size_t depth = 0, placed = 0;
    unsigned char *state = cg_onnx_alloc(im, n, sizeof *state);
    struct visit *way = cg_onnx_alloc(im, n, sizeof *way);
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

/* Marks the values and nodes that the output needs, backwards, and counts how often each value is read. */
static enum cg_status mark_needed(struct cg_onnx_importer *im, const char *name)
{
    const Onnx__GraphProto *file = im->file;
    im->output = name && name[0] ? cg_onnx_find(im, name) : NULL;
    if (!im->output)
        return cg_onnx_fail(im, CG_INVALID, "nothing produces the output '%.100s'", name ? name : "");
    im->output->needed = true;
    im->output->reads = 1;
    for (size_t k = file->n_node; k-- > 0;) {
        const size_t i = im->order[k];
        const Onnx__NodeProto *node = file->node[i];
        im->live[i] = is_needed(im, node);
        const bool data = node->op_type && strcmp(node->op_type, "Shape") != 0;
        for (size_t in = 0; im->live[i] && in < node->n_input; in++) {
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
    im->node = NULL;
    return CG_OK;
}

/* ---- the order of the input's axes ---- */

static bool is_transposed_to_channels_first(const Onnx__NodeProto *node)
{
    static const int64_t to_first[] = {0, 3, 1, 2};
    for (size_t i = 0; i < node->n_attribute; i++) {
        const Onnx__AttributeProto *a = node->attribute[i];
        if (a->name && strcmp(a->name, "perm") == 0)
            return a->n_ints == 4 && memcmp(a->ints, to_first, sizeof to_first) == 0;
    }
    return false;
}

bool cg_onnx_is_channels_last(struct cg_onnx_importer *im, const char *input)
{
    static const char keeps[] = " Add Sub Mul Div Cast Identity Pad Clip Relu ";
    bool *carries = cg_onnx_alloc(im, im->n_values, sizeof *carries), found = false; /* the input's layout */
    if (!carries)
        return false;
    carries[cg_onnx_find(im, input) - im->values] = true;
    for (size_t k = 0; k < im->file->n_node; k++) {
        const Onnx__NodeProto *node = im->file->node[im->order[k]];
        char type[40] = "";
        bool reads = false;
        for (size_t i = 0; im->live[im->order[k]] && i < node->n_input; i++) {
            const struct cg_onnx_value *value = node->input[i][0] ? cg_onnx_find(im, node->input[i]) : NULL;
            reads |= value && carries[value - im->values];
        }
        if (!reads)
            continue;
        cg_append(type, sizeof type, " %.30s ", node->op_type ? node->op_type : "");
        const bool transposes = strcmp(type, " Transpose ") == 0 && is_transposed_to_channels_first(node);
        found |= transposes;
        const struct cg_onnx_value *value =
            strstr(keeps, type) && node->n_output > 0 ? cg_onnx_find(im, node->output[0]) : NULL;
        if (value)
            carries[value - im->values] = true;
        else if (!transposes && strcmp(type, " Shape ") != 0)
            return false;
    }
    return found;
}

/* ---- names ---- */

struct named_node {
    const char *name;
    size_t node;
};

static int by_node_name(const void *a, const void *b)
{
    return strcmp(((const struct named_node *)a)->name, ((const struct named_node *)b)->name);
}

/* Marks the nodes of the file whose name is theirs alone: that has other neighbours when sorted. */
static enum cg_status mark_named(struct cg_onnx_importer *im)
{
    const size_t n = im->file->n_node;
    struct named_node *nodes = cg_onnx_alloc(im, n, sizeof *nodes);
    for (size_t i = 0; nodes && i < n; i++)
        nodes[i] = (struct named_node){im->file->node[i]->name ? im->file->node[i]->name : "", i};
    if (nodes)
        qsort(nodes, n, sizeof *nodes, by_node_name);
    for (size_t i = 0; nodes && i < n; i++)
        im->named[nodes[i].node] = nodes[i].name[0] && (i == 0 || by_node_name(&nodes[i - 1], &nodes[i])) &&
                                   (i + 1 == n || by_node_name(&nodes[i], &nodes[i + 1]));
    return im->error.status;
}

enum cg_status cg_onnx_prepare(struct cg_onnx_importer *im, const Onnx__ValueInfoProto **input)
{
    const size_t n = im->file->n_node;
    im->order = cg_onnx_alloc(im, n, sizeof *im->order);
    im->live = cg_onnx_alloc(im, n, sizeof *im->live);
    im->named = cg_onnx_alloc(im, n, sizeof *im->named);
    if (cg_onnx_failed(im) || collect_values(im, input) != CG_OK || sort(im) != CG_OK)
        return im->error.status;
    const char *output = choose_output(im);
    if (cg_onnx_failed(im) || mark_needed(im, output) != CG_OK)
        return im->error.status;
    return mark_named(im);
}
