#include "bench/onnx/arguments.h"

#include <stdio.h>
#include <string.h>

const Onnx__AttributeProto *cg_onnx_attribute(const Onnx__NodeProto *node, const char *name)
{
    for (size_t i = 0; i < node->n_attribute; i++)
        if (node->attribute[i]->name && strcmp(node->attribute[i]->name, name) == 0)
            return node->attribute[i];
    return NULL;
}

static bool is_among(const char *name, const char *known)
{
    const size_t length = strlen(name);
    for (const char *at = known; *at;) {
        const size_t word = strcspn(at, " ");
        if (word == length && memcmp(at, name, length) == 0)
            return true;
        at += word + (at[word] == ' ');
    }
    return false;
}

enum cg_status cg_onnx_check_attributes(struct cg_onnx_importer *im, const char *known)
{
    const Onnx__NodeProto *node = im->node;
    for (size_t i = 0; i < node->n_attribute; i++) {
        const Onnx__AttributeProto *a = node->attribute[i];
        if (!a->name || !is_among(a->name, known))
            return cg_onnx_fail(im, CG_UNSUPPORTED, "attribute '%.40s'", a->name ? a->name : "");
        if (cg_onnx_attribute(node, a->name) != a)
            return cg_onnx_fail(im, CG_INVALID, "attribute '%s' is given twice", a->name);
        if (a->ref_attr_name && a->ref_attr_name[0])
            return cg_onnx_fail(im, CG_INVALID, "attribute '%s' refers to '%.40s' of a function", a->name,
                                a->ref_attr_name);
    }
    return CG_OK;
}

/* Some writers leave out what is zero or empty: then the type alone says what it is. */
static bool is_of_type(const Onnx__AttributeProto *a, bool has_value,
                       Onnx__AttributeProto__AttributeType type)
{
    return has_value || (a->has_type && a->type == type);
}

int64_t cg_onnx_int(struct cg_onnx_importer *im, const char *name, int64_t fallback)
{
    const Onnx__AttributeProto *a = cg_onnx_attribute(im->node, name);
    const bool given = a && is_of_type(a, a->has_i, ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INT);
    if (a && !given)
        cg_onnx_fail(im, CG_INVALID, "attribute '%s' is not an integer", name);
    return given ? a->i : fallback;
}

float cg_onnx_float(struct cg_onnx_importer *im, const char *name, float fallback)
{
    const Onnx__AttributeProto *a = cg_onnx_attribute(im->node, name);
    const bool given = a && is_of_type(a, a->has_f, ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__FLOAT);
    if (a && !given)
        cg_onnx_fail(im, CG_INVALID, "attribute '%s' is not a number", name);
    return given ? a->f : fallback;
}

void cg_onnx_text(struct cg_onnx_importer *im, const char *name, char *text, size_t size)
{
    const Onnx__AttributeProto *a = cg_onnx_attribute(im->node, name);
    text[0] = '\0';
    if (a && !is_of_type(a, a->has_s, ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__STRING))
        cg_onnx_fail(im, CG_INVALID, "attribute '%s' is not a text", name);
    else if (a && a->s.len)
        snprintf(text, size, "%.*s", (int)(a->s.len < size ? a->s.len : size), (const char *)a->s.data);
}

void cg_onnx_refuse_both(struct cg_onnx_importer *im, size_t i, const char *name)
{
    if (cg_onnx_attribute(im->node, name) && cg_onnx_input(im, i))
        cg_onnx_fail(im, CG_INVALID, "its %s is given as an attribute and as input %zu", name, i);
}

const int64_t *cg_onnx_integers(struct cg_onnx_importer *im, size_t i, const char *name, size_t *n)
{
    static const int64_t nothing = 0;
    const Onnx__AttributeProto *a = cg_onnx_attribute(im->node, name);
    *n = 0;
    cg_onnx_refuse_both(im, i, name);
    if (a && !is_of_type(a, a->n_ints > 0, ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INTS))
        cg_onnx_fail(im, CG_INVALID, "attribute '%s' is not a list of integers", name);
    if (cg_onnx_failed(im))
        return NULL;
    if (a) {
        *n = a->n_ints;
        return a->n_ints ? a->ints : &nothing;
    }
    const struct cg_onnx_constant *constant = cg_onnx_constant_input(im, i, name);
    if (constant && (!constant->i || constant->rank > 1))
        cg_onnx_fail(im, CG_INVALID, "its %s are not a list of integers", name);
    if (!constant || cg_onnx_failed(im))
        return NULL;
    *n = (size_t)constant->count;
    return constant->i;
}

int cg_onnx_axis_of(struct cg_onnx_importer *im, int64_t axis, int rank)
{
    if (axis < -rank || axis >= rank) {
        cg_onnx_fail(im, CG_INVALID, "axis %lld of a value of %d dimensions", (long long)axis, rank);
        return 0;
    }
    return (int)(axis < 0 ? axis + rank : axis);
}

int cg_onnx_axis(struct cg_onnx_importer *im, int64_t fallback, int rank)
{
    return cg_onnx_axis_of(im, cg_onnx_int(im, "axis", fallback), rank);
}

/* ---- sliding windows ---- */

_Static_assert(sizeof(struct cg_window) == 10 * sizeof(int), "windows are read as arrays of int");

/* Exactly n integers, each from `least` to CG_ONNX_EXTENT_MAX; untouched when missing. */
static void read_extents(struct cg_onnx_importer *im, const char *name, int n, int least, int *values)
{
    const Onnx__AttributeProto *a = cg_onnx_attribute(im->node, name);
    if (a && a->n_ints != (size_t)n)
        cg_onnx_fail(im, CG_INVALID, "attribute '%s' has %zu integers, not %d", name, a->n_ints, n);
    for (int i = 0; a && i < n && !cg_onnx_failed(im); i++) {
        if (a->ints[i] < least || a->ints[i] > CG_ONNX_EXTENT_MAX)
            cg_onnx_fail(im, CG_INVALID, "attribute '%s' holds %lld; it must be %d to %d", name,
                         (long long)a->ints[i], least, CG_ONNX_EXTENT_MAX);
        else
            values[i] = (int)a->ints[i];
    }
}

static void read_pads(struct cg_onnx_importer *im, struct cg_shape in, int n, struct cg_window *w)
{
    char mode[16];
    int sides[4] = {0}; /* before the map along each axis, then behind it */
    cg_onnx_text(im, "auto_pad", mode, sizeof mode);
    read_extents(im, "pads", 2 * n, 0, sides);
    cg_window_set_pads(w, n == 2 ? sides : (const int[]){0, sides[0], 0, sides[1]});
    if (mode[0] == '\0' || strcmp(mode, "NOTSET") == 0)
        return;
    if (w->pad_top || w->pad_left || w->pad_bottom || w->pad_right)
        cg_onnx_fail(im, CG_INVALID, "it has pads and auto_pad '%s'", mode);
    const bool lower = strcmp(mode, "SAME_LOWER") == 0; /* the odd one before the map */
    if (!lower && strcmp(mode, "SAME_UPPER") != 0) {
        if (strcmp(mode, "VALID") != 0)
            cg_onnx_fail(im, CG_INVALID, "auto_pad is '%s'", mode);
        return;
    }
    const int height = cg_same_padding(in.h, w->kernel_h, w->stride_h, w->dilation_h);
    const int width = cg_same_padding(in.w, w->kernel_w, w->stride_w, w->dilation_w);
    w->pad_top = (height + lower) / 2;
    w->pad_left = (width + lower) / 2;
    w->pad_bottom = height - w->pad_top;
    w->pad_right = width - w->pad_left;
}

struct cg_window cg_onnx_window(struct cg_onnx_importer *im, struct cg_shape in, int n, const int *kernel)
{
    const int first = 2 - n;
    struct cg_window w = cg_node_of(CG_CONV).window;
    if (kernel)
        memcpy(&w.kernel_h, kernel, 2 * sizeof *kernel);
    else if (!cg_onnx_attribute(im->node, "kernel_shape"))
        cg_onnx_fail(im, CG_INVALID, "it has no kernel_shape");
    read_extents(im, "kernel_shape", n, 1, &w.kernel_h + first);
    read_extents(im, "strides", n, 1, &w.stride_h + first);
    read_extents(im, "dilations", n, 1, &w.dilation_h + first);
    if (kernel && (w.kernel_h != kernel[0] || w.kernel_w != kernel[1]))
        cg_onnx_fail(im, CG_INVALID, "kernel_shape is %dx%d, the weight %dx%d", w.kernel_h, w.kernel_w,
                     kernel[0], kernel[1]);
    read_pads(im, in, n, &w);
    return w;
}
