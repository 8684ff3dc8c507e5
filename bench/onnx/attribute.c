#include "bench/onnx/attribute.h"

#include <stdio.h>
#include <string.h>

const Onnx__AttributeProto *cg_onnx_attribute(const Onnx__NodeProto *node, const char *name)
{
    for (size_t i = 0; i < node->n_attribute; i++)
        if (node->attribute[i]->name && strcmp(node->attribute[i]->name, name) == 0)
            return node->attribute[i];
    return NULL;
}

static enum cg_status wrong_type(const char *name, const char *wanted, struct cg_error *err)
{
    return cg_fail(err, CG_INVALID, "attribute '%s' is not %s", name, wanted);
}

enum cg_status cg_onnx_attribute_int(const Onnx__NodeProto *node, const char *name, int64_t fallback,
                                     int64_t *value, struct cg_error *err)
{
    const Onnx__AttributeProto *attribute = cg_onnx_attribute(node, name);
    *value = fallback;
    if (!attribute)
        return CG_OK;
    if (!attribute->has_i)
        return wrong_type(name, "an integer", err);
    *value = attribute->i;
    return CG_OK;
}

enum cg_status cg_onnx_attribute_float(const Onnx__NodeProto *node, const char *name, float fallback,
                                       float *value, struct cg_error *err)
{
    const Onnx__AttributeProto *attribute = cg_onnx_attribute(node, name);
    *value = fallback;
    if (!attribute)
        return CG_OK;
    if (!attribute->has_f)
        return wrong_type(name, "a number", err);
    *value = attribute->f;
    return CG_OK;
}

enum cg_status cg_onnx_attribute_text(const Onnx__NodeProto *node, const char *name, char *text, size_t size,
                                      struct cg_error *err)
{
    const Onnx__AttributeProto *attribute = cg_onnx_attribute(node, name);
    text[0] = '\0';
    if (!attribute)
        return CG_OK;
    if (!attribute->has_s)
        return wrong_type(name, "a text", err);
    snprintf(text, size, "%.*s", (int)(attribute->s.len < size ? attribute->s.len : size),
             attribute->s.len ? (const char *)attribute->s.data : "");
    return CG_OK;
}

enum cg_status cg_onnx_attribute_ints(const Onnx__NodeProto *node, const char *name, int n, int least,
                                      int most, int fallback, int *values, struct cg_error *err)
{
    const Onnx__AttributeProto *attribute = cg_onnx_attribute(node, name);
    for (int i = 0; i < n; i++)
        values[i] = fallback;
    if (!attribute)
        return CG_OK;
    if (attribute->n_ints != (size_t)n)
        return cg_fail(err, CG_INVALID, "attribute '%s' has %zu integers, not %d", name, attribute->n_ints,
                       n);
    for (int i = 0; i < n; i++) {
        const int64_t value = attribute->ints[i];
        if (value < least || value > most)
            return cg_fail(err, CG_INVALID, "attribute '%s' holds %lld; it must be %d to %d", name,
                           (long long)value, least, most);
        values[i] = (int)value;
    }
    return CG_OK;
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
