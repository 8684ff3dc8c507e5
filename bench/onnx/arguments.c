#include "bench/onnx/arguments.h"

#include "bench/graph/shape.h"

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

const char *cg_onnx_attribute_unknown(const Onnx__NodeProto *node, const char *known)
{
    for (size_t i = 0; i < node->n_attribute; i++) {
        const char *name = node->attribute[i]->name;
        if (!name || !is_among(name, known))
            return name ? name : "(without a name)";
    }
    return NULL;
}

int64_t cg_onnx_int(struct cg_onnx_importer *im, const char *name, int64_t fallback)
{
    const Onnx__AttributeProto *a = cg_onnx_attribute(im->node, name);
    if (a && !a->has_i)
        cg_onnx_fail(im, CG_INVALID, "attribute '%s' is not an integer", name);
    return a && a->has_i ? a->i : fallback;
}

float cg_onnx_float(struct cg_onnx_importer *im, const char *name, float fallback)
{
    const Onnx__AttributeProto *a = cg_onnx_attribute(im->node, name);
    if (a && !a->has_f)
        cg_onnx_fail(im, CG_INVALID, "attribute '%s' is not a number", name);
    return a && a->has_f ? a->f : fallback;
}

void cg_onnx_text(struct cg_onnx_importer *im, const char *name, char *text, size_t size)
{
    const Onnx__AttributeProto *a = cg_onnx_attribute(im->node, name);
    text[0] = '\0';
    if (a && !a->has_s)
        cg_onnx_fail(im, CG_INVALID, "attribute '%s' is not a text", name);
    else if (a && a->s.len)
        snprintf(text, size, "%.*s", (int)(a->s.len < size ? a->s.len : size), (const char *)a->s.data);
}

const int64_t *cg_onnx_integers(struct cg_onnx_importer *im, size_t i, const char *name, size_t *n)
{
    static const int64_t nothing = 0;
    const Onnx__AttributeProto *a = cg_onnx_attribute(im->node, name);
    *n = 0;
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

static void read_pads(struct cg_onnx_importer *im, struct cg_shape in, struct cg_window *w)
{
    char mode[16];
    int pads[4] = {0};
    cg_onnx_text(im, "auto_pad", mode, sizeof mode);
    read_extents(im, "pads", 4, 0, pads);
    if (mode[0] == '\0' || strcmp(mode, "NOTSET") == 0) {
        cg_window_set_pads(w, pads);
        return;
    }
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

struct cg_window cg_onnx_window(struct cg_onnx_importer *im, struct cg_shape in, const int *kernel)
{
    int shape[2] = {kernel ? kernel[0] : 1, kernel ? kernel[1] : 1}, strides[2] = {1, 1},
        dilations[2] = {1, 1};
    if (!kernel && !cg_onnx_attribute(im->node, "kernel_shape"))
        cg_onnx_fail(im, CG_INVALID, "it has no kernel_shape");
    read_extents(im, "kernel_shape", 2, 1, shape);
    read_extents(im, "strides", 2, 1, strides);
    read_extents(im, "dilations", 2, 1, dilations);
    if (kernel && (shape[0] != kernel[0] || shape[1] != kernel[1]))
        cg_onnx_fail(im, CG_INVALID, "kernel_shape is %dx%d, the weight %dx%d", shape[0], shape[1], kernel[0],
                     kernel[1]);
    struct cg_window window = {.kernel_h = shape[0],
                               .kernel_w = shape[1],
                               .stride_h = strides[0],
                               .stride_w = strides[1],
                               .dilation_h = dilations[0],
                               .dilation_w = dilations[1]};
    read_pads(im, in, &window);
    return window;
}
