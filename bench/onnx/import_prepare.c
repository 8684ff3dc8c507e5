#include "bench/onnx/import_prepare.h"

#include <stdlib.h>
#include <string.h>

/* ---- values ---- */

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct cg_onnx_value *)a)->name, ((const struct cg_onnx_value *)b)->name);
}

static void append_value(struct cg_onnx_importer *im, const char *name, const Onnx__TensorProto *stored)
{
    if (name && name[0])
        im->values[im->n_values++] = (struct cg_onnx_value){
            .name = name, .kind = stored ? CG_ONNX_STORED : CG_ONNX_MISSING, .stored = stored};
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
        append_value(im, name, NULL);
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
        append_value(im, file->initializer[i]->name, file->initializer[i]);
    const enum cg_status status = append_inputs(im, input);
    if (status != CG_OK)
        return status;
    for (size_t i = 0; i < file->n_node; i++)
        for (size_t o = 0; o < file->node[i]->n_output; o++)
            append_value(im, file->node[i]->output[o], NULL);
    qsort(im->values, im->n_values, sizeof *im->values, by_name);
    return refuse_equal_names(im);
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
    if (file->n_output != 1)
        return cg_onnx_fail(im, CG_UNSUPPORTED, "the graph has %zu outputs; one is read", file->n_output);
    const char *name = file->output[0]->name;
    struct cg_onnx_value *out = name && name[0] ? cg_onnx_find(im, name) : NULL;
    if (!out)
        return cg_onnx_fail(im, CG_INVALID, "nothing produces the output '%.100s'", name ? name : "");
    out->needed = true;
    out->reads = 1;
    for (size_t i = file->n_node; i-- > 0;) {
        const Onnx__NodeProto *node = file->node[i];
        live[i] = is_needed(im, node);
        const bool data = node->op_type && strcmp(node->op_type, "Shape") != 0;
        for (size_t k = 0; live[i] && k < node->n_input; k++) {
            if (!node->input[k][0])
                continue;
            struct cg_onnx_value *value = cg_onnx_find(im, node->input[k]);
            if (!value)
                return cg_onnx_fail(im, CG_INVALID, "node %zu reads '%.100s', which nothing produces", i,
                                    node->input[k]);
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
