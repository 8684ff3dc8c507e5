/* Operators over constants that pick or order elements. */
#include "bench/onnx/import_slice.h"
#include "bench/onnx/new_dims.h"
#include "bench/onnx/operators.h"

#include <string.h>

enum cg_status cg_onnx_fold_reshape(struct cg_onnx_importer *im, struct cg_error *err)
{
    const struct cg_onnx_constant *from;
    struct cg_onnx_dims old, dims = {0};
    enum cg_status status = cg_onnx_constant_input(im, 0, "input", &from, err);
    if (status != CG_OK)
        return status;
    if (from->count == 0)
        return cg_fail(err, CG_UNSUPPORTED, "its constant is empty");
    old.rank = from->rank;
    memcpy(old.extent, from->dims, sizeof old.extent);
    status = cg_onnx_new_dims(im, &old, &dims, err);
    if (status != CG_OK)
        return status;
    struct cg_onnx_constant c = *from;
    c.rank = dims.rank;
    memcpy(c.dims, dims.extent, sizeof c.dims);
    cg_onnx_output_constant(im, 0, &c);
    return CG_OK;
}

/* The elements of `from` at start[dim] + k[dim] * step[dim], for all k below c's dimensions, as output 0.
 * Steps are of the flat index. */
static enum cg_status output_picked(struct cg_onnx_importer *im, const struct cg_onnx_constant *from,
                                    int64_t start, const int64_t *step, struct cg_onnx_constant *c,
                                    struct cg_error *err)
{
    const enum cg_status status = cg_onnx_constant_count(c, err);
    if (status != CG_OK)
        return status;
    float *f = from->f ? cg_onnx_alloc(im, (size_t)c->count, sizeof *f, err) : NULL;
    int64_t *i = from->f ? NULL : cg_onnx_alloc(im, (size_t)c->count, sizeof *i, err);
    if (!f && !i)
        return err->status;
    for (int64_t k = 0; k < c->count; k++) {
        int64_t at = start, rest = k;
        for (int dim = c->rank - 1; dim >= 0; dim--) {
            at += rest % c->dims[dim] * step[dim];
            rest /= c->dims[dim];
        }
        if (f)
            f[k] = from->f[at];
        else
            i[k] = from->i[at];
    }
    c->f = f;
    c->i = i;
    cg_onnx_output_constant(im, 0, c);
    return CG_OK;
}

/* How far apart neighbours along each dimension lie. */
static void flat_steps(const struct cg_onnx_constant *c, int64_t *steps)
{
    int64_t step = 1;
    for (int dim = c->rank - 1; dim >= 0; dim--) {
        steps[dim] = step;
        step *= c->dims[dim];
    }
}

enum cg_status cg_onnx_fold_transpose(struct cg_onnx_importer *im, struct cg_error *err)
{
    const struct cg_onnx_constant *from;
    int order[CG_ONNX_RANK_MAX];
    int64_t steps[CG_ONNX_RANK_MAX], ordered[CG_ONNX_RANK_MAX];
    enum cg_status status = cg_onnx_constant_input(im, 0, "input", &from, err);
    if (status == CG_OK)
        status = cg_onnx_order(im, from->rank, order, err);
    if (status != CG_OK)
        return status;
    struct cg_onnx_constant c = {.rank = from->rank};
    flat_steps(from, steps);
    for (int dim = 0; dim < c.rank; dim++) {
        c.dims[dim] = from->dims[order[dim]];
        ordered[dim] = steps[order[dim]];
    }
    return output_picked(im, from, 0, ordered, &c, err);
}

enum cg_status cg_onnx_fold_slice(struct cg_onnx_importer *im, struct cg_error *err)
{
    const struct cg_onnx_constant *from;
    struct cg_onnx_slice slices[CG_ONNX_RANK_MAX];
    int64_t steps[CG_ONNX_RANK_MAX], start = 0;
    enum cg_status status = cg_onnx_constant_input(im, 0, "input", &from, err);
    if (status == CG_OK)
        status = cg_onnx_slices(im, from->rank, from->dims, slices, err);
    if (status != CG_OK)
        return status;
    struct cg_onnx_constant c = {.rank = from->rank};
    flat_steps(from, steps);
    for (int dim = 0; dim < c.rank; dim++) {
        c.dims[dim] = slices[dim].count;
        start += slices[dim].start * steps[dim];
        steps[dim] *= slices[dim].count > 1 ? slices[dim].step : 0;
    }
    return output_picked(im, from, start, steps, &c, err);
}

/* Indices may be a scalar or a list: the axis disappears or takes the list's length. */
enum cg_status cg_onnx_fold_gather(struct cg_onnx_importer *im, struct cg_error *err)
{
    const struct cg_onnx_constant *from, *indices;
    int64_t given;
    int axis = 0;
    enum cg_status status = cg_onnx_constant_input(im, 0, "input", &from, err);
    if (status == CG_OK)
        status = cg_onnx_constant_input(im, 1, "list of indices", &indices, err);
    if (status == CG_OK)
        status = cg_onnx_attribute_int(im->node, "axis", 0, &given, err);
    if (status == CG_OK)
        status = cg_onnx_axis_of(given, from->rank, &axis, err);
    if (status != CG_OK)
        return status;
    if (!indices->i || indices->rank > 1 || from->rank != 1)
        return cg_fail(err, CG_UNSUPPORTED, "only single elements or lists are picked from lists");
    struct cg_onnx_constant c = {.rank = indices->rank, .dims = {indices->count}};
    status = cg_onnx_constant_count(&c, err);
    if (status != CG_OK)
        return status;
    float *f = from->f ? cg_onnx_alloc(im, (size_t)c.count, sizeof *f, err) : NULL;
    int64_t *i = from->f ? NULL : cg_onnx_alloc(im, (size_t)c.count, sizeof *i, err);
    if (!f && !i)
        return err->status;
    for (int64_t k = 0; k < c.count; k++) {
        const int64_t at = indices->i[k];
        if (at < -from->count || at >= from->count)
            return cg_fail(err, CG_INVALID, "it picks element %lld of %lld", (long long)at,
                           (long long)from->count);
        const int64_t place = at < 0 ? at + from->count : at;
        if (f)
            f[k] = from->f[place];
        else
            i[k] = from->i[place];
    }
    c.f = f;
    c.i = i;
    cg_onnx_output_constant(im, 0, &c);
    return CG_OK;
}

/* Lists, one behind the other. */
enum cg_status cg_onnx_fold_concat(struct cg_onnx_importer *im, struct cg_error *err)
{
    const struct cg_onnx_constant *part;
    struct cg_onnx_constant c = {.rank = 1};
    bool floats = false;
    for (size_t k = 0; k < im->node->n_input; k++) {
        const enum cg_status status = cg_onnx_constant_input(im, k, "input", &part, err);
        if (status != CG_OK)
            return status;
        if (!part || part->rank != 1 || (k > 0 && floats != (part->f != NULL)))
            return cg_fail(err, CG_UNSUPPORTED, "only lists of one type are joined");
        floats = part->f != NULL;
        c.dims[0] += part->count;
    }
    enum cg_status status = cg_onnx_constant_count(&c, err);
    char *data = status == CG_OK ? cg_onnx_alloc(im, (size_t)c.count, sizeof(int64_t), err) : NULL;
    if (!data)
        return err->status;
    const size_t size = floats ? sizeof(float) : sizeof(int64_t);
    char *at = data;
    for (size_t k = 0; k < im->node->n_input; k++) {
        status = cg_onnx_constant_input(im, k, "input", &part, err);
        if (status != CG_OK)
            return status;
        memcpy(at, floats ? (const void *)part->f : (const void *)part->i, (size_t)part->count * size);
        at += (size_t)part->count * size;
    }
    if (floats)
        c.f = (const float *)(const void *)data;
    else
        c.i = (const int64_t *)(const void *)data;
    cg_onnx_output_constant(im, 0, &c);
    return CG_OK;
}
