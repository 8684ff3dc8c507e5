#include "bench/onnx/new_dims.h"

#include <limits.h>
#include <string.h>

static int64_t product(const int64_t *extents, int n)
{
    int64_t result = 1;
    for (int i = 0; i < n; i++)
        result *= extents[i]; /* below 2^31 for every value that exists */
    return result;
}

static enum cg_status reshape(struct cg_onnx_importer *im, const struct cg_onnx_dims *old,
                              struct cg_onnx_dims *dims, struct cg_error *err)
{
    const int64_t *shape;
    size_t n;
    int64_t keep_zero, known = 1;
    int open = -1; /* the dimension that takes what is left */
    enum cg_status status = cg_onnx_integers(im, 1, "shape", &shape, &n, err);
    if (status == CG_OK)
        status = cg_onnx_attribute_int(im->node, "allowzero", 0, &keep_zero, err);
    if (status != CG_OK)
        return status;
    if (!shape || n > CG_ONNX_RANK_MAX)
        return cg_fail(err, CG_INVALID, "its shape is %s", shape ? "too long" : "missing");
    dims->rank = (int)n;
    for (int i = 0; i < dims->rank; i++) {
        dims->extent[i] = shape[i] == 0 && !keep_zero && i < old->rank ? old->extent[i] : shape[i];
        if (shape[i] == -1 && open < 0) {
            open = i;
            continue;
        }
        if (dims->extent[i] < 1 || __builtin_mul_overflow(known, dims->extent[i], &known) ||
            known > INT32_MAX)
            return cg_fail(err, CG_INVALID, "dimension %d of its shape is %lld", i, (long long)shape[i]);
    }
    const int64_t whole = product(old->extent, old->rank);
    if (open >= 0)
        dims->extent[open] = whole / known;
    if (open < 0 ? known != whole : whole % known != 0 || whole == 0)
        return cg_fail(err, CG_INVALID, "its shape does not hold %lld elements", (long long)whole);
    return CG_OK;
}

static enum cg_status flatten(struct cg_onnx_importer *im, const struct cg_onnx_dims *old,
                              struct cg_onnx_dims *dims, struct cg_error *err)
{
    int64_t axis;
    const enum cg_status status = cg_onnx_attribute_int(im->node, "axis", 1, &axis, err);
    if (status != CG_OK)
        return status;
    if (axis < -old->rank || axis > old->rank)
        return cg_fail(err, CG_INVALID, "axis %lld of a value of %d dimensions", (long long)axis, old->rank);
    const int at = (int)(axis < 0 ? axis + old->rank : axis);
    dims->rank = 2;
    dims->extent[0] = product(old->extent, at);
    dims->extent[1] = product(old->extent + at, old->rank - at);
    return CG_OK;
}

/* Marks the axes given, out of `rank`. */
static enum cg_status mark_axes(const int64_t *axes, size_t n, int rank, bool *marked, struct cg_error *err)
{
    for (size_t k = 0; k < n; k++) {
        int axis = 0;
        const enum cg_status status = cg_onnx_axis_of(axes[k], rank, &axis, err);
        if (status != CG_OK)
            return status;
        if (marked[axis])
            return cg_fail(err, CG_INVALID, "axis %d is given twice", axis);
        marked[axis] = true;
    }
    return CG_OK;
}

static enum cg_status squeeze(struct cg_onnx_importer *im, const struct cg_onnx_dims *old,
                              struct cg_onnx_dims *dims, struct cg_error *err)
{
    const int64_t *axes;
    size_t n;
    bool marked[CG_ONNX_RANK_MAX] = {false};
    enum cg_status status = cg_onnx_integers(im, 1, "axes", &axes, &n, err);
    if (status == CG_OK && axes)
        status = mark_axes(axes, n, old->rank, marked, err);
    if (status != CG_OK)
        return status;
    dims->rank = 0;
    for (int i = 0; i < old->rank; i++) {
        if (marked[i] && old->extent[i] != 1)
            return cg_fail(err, CG_INVALID, "it drops axis %d of extent %lld", i, (long long)old->extent[i]);
        if (axes ? !marked[i] : old->extent[i] != 1)
            dims->extent[dims->rank++] = old->extent[i];
    }
    return CG_OK;
}

static enum cg_status unsqueeze(struct cg_onnx_importer *im, const struct cg_onnx_dims *old,
                                struct cg_onnx_dims *dims, struct cg_error *err)
{
    const int64_t *axes;
    size_t n;
    bool marked[CG_ONNX_RANK_MAX] = {false};
    enum cg_status status = cg_onnx_integers(im, 1, "axes", &axes, &n, err);
    if (status != CG_OK)
        return status;
    if (!axes || n + (size_t)old->rank > CG_ONNX_RANK_MAX)
        return cg_fail(err, CG_INVALID, "its axes are %s", axes ? "too many" : "missing");
    dims->rank = old->rank + (int)n;
    status = mark_axes(axes, n, dims->rank, marked, err);
    if (status != CG_OK)
        return status;
    for (int i = 0, from = 0; i < dims->rank; i++)
        dims->extent[i] = marked[i] ? 1 : old->extent[from++];
    return CG_OK;
}

enum cg_status cg_onnx_new_dims(struct cg_onnx_importer *im, const struct cg_onnx_dims *old,
                                struct cg_onnx_dims *dims, struct cg_error *err)
{
    static const struct {
        const char *name;
        enum cg_status (*rule)(struct cg_onnx_importer *, const struct cg_onnx_dims *, struct cg_onnx_dims *,
                               struct cg_error *);
    } rules[] = {{"Reshape", reshape}, {"Flatten", flatten}, {"Squeeze", squeeze}, {"Unsqueeze", unsqueeze}};
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
        if (strcmp(rules[i].name, im->node->op_type) == 0)
            return rules[i].rule(im, old, dims, err);
    return cg_fail(err, CG_UNSUPPORTED, "it has no rule for dimensions");
}

enum cg_status cg_onnx_order(struct cg_onnx_importer *im, int rank, int *order, struct cg_error *err)
{
    const Onnx__AttributeProto *perm = cg_onnx_attribute(im->node, "perm");
    bool taken[CG_ONNX_RANK_MAX] = {false};
    if (perm && perm->n_ints != (size_t)rank)
        return cg_fail(err, CG_INVALID, "it orders %zu dimensions of %d", perm->n_ints, rank);
    for (int i = 0; i < rank; i++) {
        const int64_t from = perm ? perm->ints[i] : rank - 1 - i;
        if (from < 0 || from >= rank || taken[from])
            return cg_fail(err, CG_INVALID, "its order of dimensions is no permutation");
        taken[from] = true;
        order[i] = (int)from;
    }
    return CG_OK;
}
