/* Operators over constants: the values of Constant, and what picks, orders or converts elements. */
#include "bench/onnx/fold.h"

#include "bench/onnx/arguments.h"
#include "bench/onnx/readers.h"

#include <math.h>
#include <string.h>

bool cg_onnx_make(struct cg_onnx_importer *im, bool floats, struct cg_onnx_constant *c)
{
    if (cg_onnx_failed(im) || cg_onnx_constant_count(c, &im->error) != CG_OK)
        return false;
    const void *memory = cg_onnx_alloc(im, (size_t)c->count, floats ? sizeof *c->f : sizeof *c->i);
    c->f = floats ? memory : NULL;
    c->i = floats ? NULL : memory;
    return memory != NULL;
}

void cg_onnx_set_element(const struct cg_onnx_constant *c, int64_t k, const struct cg_onnx_constant *from,
                         int64_t at)
{
    if (from->f)
        cg_onnx_floats_of(c)[k] = from->f[at];
    else
        cg_onnx_integers_of(c)[k] = from->i[at];
}

/* ---- flat indices ---- */

/* How far apart neighbours along each dimension lie. */
static void flat_steps(const struct cg_onnx_constant *c, int64_t *steps)
{
    int64_t step = 1;
    for (int dim = c->rank - 1; dim >= 0; dim--) {
        steps[dim] = step;
        step *= c->dims[dim];
    }
}

int64_t cg_onnx_flat_index(const struct cg_onnx_constant *c, int64_t k, const int64_t *steps)
{
    int64_t at = 0;
    for (int dim = c->rank - 1; dim >= 0; dim--) {
        at += k % c->dims[dim] * steps[dim];
        k /= c->dims[dim];
    }
    return at;
}

/* Sets c to the elements of `from` from flat index `start` on, `steps` apart along c's dimensions. */
static void pick(struct cg_onnx_importer *im, const struct cg_onnx_constant *from, int64_t start,
                 const int64_t *steps, struct cg_onnx_constant *c)
{
    const bool made = cg_onnx_make(im, from->f != NULL, c);
    for (int64_t k = 0; made && k < c->count; k++)
        cg_onnx_set_element(c, k, from, start + cg_onnx_flat_index(c, k, steps));
}

/* The same as output 0. */
static enum cg_status output_picked(struct cg_onnx_importer *im, const struct cg_onnx_constant *from,
                                    int64_t start, const int64_t *steps, struct cg_onnx_constant *c)
{
    pick(im, from, start, steps, c);
    return cg_onnx_output_constant(im, c);
}

/* ---- constants that stand in the file ---- */

/* A list of an attribute: one of the two pointers is set. */
static struct cg_onnx_constant list_of(size_t n, const float *f, const int64_t *i)
{
    return (struct cg_onnx_constant){.rank = 1, .dims = {(int64_t)n}, .count = (int64_t)n, .f = f, .i = i};
}

enum cg_status cg_onnx_fold_constant(struct cg_onnx_importer *im)
{
    const Onnx__AttributeProto *a = im->node->n_attribute == 1 ? im->node->attribute[0] : NULL;
    const char *name = a ? a->name : "";
    static const int64_t nothing = 0;
    struct cg_onnx_constant c = {.count = 1};
    if (strcmp(name, "value") == 0 && a->t)
        cg_onnx_constant_read(a->t, im->folder, im->arena, &c, &im->error);
    else if (strcmp(name, "sparse_value") == 0 && a->sparse_tensor)
        cg_onnx_constant_read_sparse(a->sparse_tensor, im->folder, im->arena, &c, &im->error);
    else if (strcmp(name, "value_float") == 0 && a->has_f)
        c.f = &a->f;
    else if (strcmp(name, "value_int") == 0 && a->has_i)
        c.i = &a->i;
    else if (strcmp(name, "value_floats") == 0 && a->n_floats < INT32_MAX)
        c = list_of(a->n_floats, a->n_floats ? a->floats : (const float *)(const void *)&nothing, NULL);
    else if (strcmp(name, "value_ints") == 0 && a->n_ints < INT32_MAX)
        c = list_of(a->n_ints, NULL, a->n_ints ? a->ints : &nothing);
    else
        cg_onnx_fail(im, CG_INVALID, "it has no single value");
    return cg_onnx_output_constant(im, &c);
}

enum cg_status cg_onnx_fold_constant_of_shape(struct cg_onnx_importer *im)
{
    static const float zero = 0.0f;
    const struct cg_onnx_constant *shape = cg_onnx_constant_input(im, 0, "shape");
    struct cg_onnx_constant value = {.count = 1, .f = &zero}, c = {0};
    const Onnx__AttributeProto *a = cg_onnx_attribute(im->node, "value");
    if (a && !a->t)
        cg_onnx_fail(im, CG_INVALID, "its value is not a tensor");
    if (shape && a && a->t)
        cg_onnx_constant_read(a->t, im->folder, im->arena, &value, &im->error);
    if (cg_onnx_failed(im))
        return im->error.status;
    if (!shape->i || shape->rank > 1 || shape->count > CG_ONNX_RANK_MAX || value.count != 1)
        return cg_onnx_fail(im, CG_INVALID, "its shape or value does not fit");
    c.rank = (int)shape->count;
    for (int k = 0; k < c.rank; k++)
        c.dims[k] = shape->i[k];
    return output_picked(im, &value, 0, (const int64_t[CG_ONNX_RANK_MAX]){0}, &c);
}

enum cg_status cg_onnx_fold_same(struct cg_onnx_importer *im)
{
    const struct cg_onnx_constant *value = cg_onnx_constant_input(im, 0, "input");
    return value ? cg_onnx_output_constant(im, value) : im->error.status;
}

/* What a constant may be cast to: floats of any width stay as they are, all integers are kept as 64 bits. */
static const struct {
    int type;
    double least, most; /* 0, 0: floats */
} casts[] = {
    {ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT, 0, 0},
    {ONNX__TENSOR_PROTO__DATA_TYPE__DOUBLE, 0, 0},
    {ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT16, 0, 0},
    {ONNX__TENSOR_PROTO__DATA_TYPE__BFLOAT16, 0, 0},
    {ONNX__TENSOR_PROTO__DATA_TYPE__INT64, -0x1p63, 0x1p63},
    {ONNX__TENSOR_PROTO__DATA_TYPE__INT32, INT32_MIN, INT32_MAX},
    {ONNX__TENSOR_PROTO__DATA_TYPE__INT16, INT16_MIN, INT16_MAX},
    {ONNX__TENSOR_PROTO__DATA_TYPE__INT8, INT8_MIN, INT8_MAX},
    {ONNX__TENSOR_PROTO__DATA_TYPE__UINT8, 0, UINT8_MAX},
    {ONNX__TENSOR_PROTO__DATA_TYPE__UINT16, 0, UINT16_MAX},
    {ONNX__TENSOR_PROTO__DATA_TYPE__BOOL, 0, 1},
};

/* Element k of `from` as an integer, cut towards 0; false where it does not fit. */
static bool set_integer(const struct cg_onnx_constant *c, int64_t k, const struct cg_onnx_constant *from,
                        double least, double most)
{
    const double value = from->f ? trunc((double)from->f[k]) : (double)from->i[k];
    if (!(value >= least && value <= most) || (from->f && value >= 0x1p63))
        return false;
    cg_onnx_integers_of(c)[k] = from->f ? (int64_t)value : from->i[k];
    return true;
}

enum cg_status cg_onnx_fold_cast(struct cg_onnx_importer *im)
{
    const struct cg_onnx_constant *from = cg_onnx_constant_input(im, 0, "input");
    const int64_t to = cg_onnx_int(im, "to", 0);
    size_t row = 0, n = sizeof casts / sizeof casts[0];
    while (row < n && casts[row].type != to)
        row++;
    if (cg_onnx_failed(im))
        return im->error.status;
    if (row == n)
        return cg_onnx_fail(im, CG_UNSUPPORTED, "a constant cast to element type %lld", (long long)to);
    const bool floats = casts[row].least == casts[row].most, truth = casts[row].most == 1;
    if (floats && from->f)
        return cg_onnx_output_constant(im, from);
    struct cg_onnx_constant c = *from;
    const bool made = cg_onnx_make(im, floats, &c);
    for (int64_t k = 0; made && k < c.count; k++) {
        if (floats)
            cg_onnx_floats_of(&c)[k] = (float)from->i[k];
        else if (truth)
            cg_onnx_integers_of(&c)[k] = from->f ? from->f[k] != 0.0f : from->i[k] != 0;
        else if (!set_integer(&c, k, from, casts[row].least, casts[row].most))
            return cg_onnx_fail(im, CG_INVALID, "%g does not fit the element type it is cast to",
                                from->f ? (double)from->f[k] : (double)from->i[k]);
    }
    return cg_onnx_output_constant(im, &c);
}

/* start, start + step ... before `limit` */
enum cg_status cg_onnx_fold_range(struct cg_onnx_importer *im)
{
    const struct cg_onnx_constant *in[3];
    for (size_t i = 0; i < 3; i++)
        in[i] = cg_onnx_constant_input(im, i, "input");
    if (cg_onnx_failed(im))
        return im->error.status;
    for (size_t i = 0; i < 3; i++)
        if (!in[i]->i || in[i]->count != 1)
            return cg_onnx_fail(im, CG_UNSUPPORTED, "its start, limit and step are not integers");
    const double start = (double)in[0]->i[0], step = (double)in[2]->i[0];
    const double n = step == 0 ? -1 : ceil(((double)in[1]->i[0] - start) / step);
    if (step == 0 || n > INT32_MAX || fabs(start) > INT32_MAX)
        return cg_onnx_fail(im, CG_INVALID, "its step is %lld", (long long)in[2]->i[0]);
    struct cg_onnx_constant c = {.rank = 1, .dims = {n > 0 ? (int64_t)n : 0}};
    const bool made = cg_onnx_make(im, false, &c);
    for (int64_t k = 0; made && k < c.count; k++)
        cg_onnx_integers_of(&c)[k] = in[0]->i[0] + k * in[2]->i[0];
    return cg_onnx_output_constant(im, &c);
}

/* ---- elements picked and ordered ---- */

enum cg_status cg_onnx_fold_reshape(struct cg_onnx_importer *im)
{
    const struct cg_onnx_constant *from = cg_onnx_constant_input(im, 0, "input");
    if (!from)
        return im->error.status;
    if (from->count == 0)
        return cg_onnx_fail(im, CG_UNSUPPORTED, "its constant is empty");
    const struct cg_onnx_dims dims = cg_onnx_new_dims(im, from->rank, from->dims);
    struct cg_onnx_constant c = *from;
    c.rank = dims.rank;
    memcpy(c.dims, dims.extent, sizeof c.dims);
    return cg_onnx_output_constant(im, &c);
}

enum cg_status cg_onnx_fold_transpose(struct cg_onnx_importer *im)
{
    int order[CG_ONNX_RANK_MAX];
    int64_t steps[CG_ONNX_RANK_MAX], ordered[CG_ONNX_RANK_MAX];
    const struct cg_onnx_constant *from = cg_onnx_constant_input(im, 0, "input");
    cg_onnx_order(im, from ? from->rank : 0, order);
    if (cg_onnx_failed(im))
        return im->error.status;
    struct cg_onnx_constant c = {.rank = from->rank};
    flat_steps(from, steps);
    for (int dim = 0; dim < c.rank; dim++) {
        c.dims[dim] = from->dims[order[dim]];
        ordered[dim] = steps[order[dim]];
    }
    return output_picked(im, from, 0, ordered, &c);
}

enum cg_status cg_onnx_fold_slice(struct cg_onnx_importer *im)
{
    struct cg_onnx_slice slices[CG_ONNX_RANK_MAX];
    int64_t steps[CG_ONNX_RANK_MAX], start = 0;
    const struct cg_onnx_constant *from = cg_onnx_constant_input(im, 0, "input");
    if (!from)
        return im->error.status;
    cg_onnx_slices(im, from->rank, from->dims, slices);
    struct cg_onnx_constant c = {.rank = from->rank};
    flat_steps(from, steps);
    for (int dim = 0; dim < c.rank; dim++) {
        c.dims[dim] = slices[dim].count;
        start += slices[dim].start * steps[dim];
        steps[dim] *= slices[dim].count > 1 ? slices[dim].step : 0;
    }
    return output_picked(im, from, start, steps, &c);
}

/* How many elements lie behind one index of a dimension. */
static int64_t elements_behind(const struct cg_onnx_constant *c, int axis)
{
    int64_t steps[CG_ONNX_RANK_MAX];
    flat_steps(c, steps);
    return steps[axis];
}

/* The axis is replaced by the dimensions of the indices. */
enum cg_status cg_onnx_fold_gather(struct cg_onnx_importer *im)
{
    const struct cg_onnx_constant *from = cg_onnx_constant_input(im, 0, "input");
    const struct cg_onnx_constant *indices = cg_onnx_constant_input(im, 1, "list of indices");
    const int axis = cg_onnx_axis(im, 0, from ? from->rank : 0);
    if (cg_onnx_failed(im))
        return im->error.status;
    struct cg_onnx_constant c = {.rank = from->rank - 1 + indices->rank};
    if (!indices->i || c.rank > CG_ONNX_RANK_MAX)
        return cg_onnx_fail(im, CG_UNSUPPORTED, "its indices are no integers, or have too many dimensions");
    for (int dim = 0; dim < c.rank; dim++)
        c.dims[dim] = dim < axis                   ? from->dims[dim]
                      : dim < axis + indices->rank ? indices->dims[dim - axis]
                                                   : from->dims[dim - indices->rank + 1];
    const int64_t extent = from->dims[axis], behind = elements_behind(from, axis);
    const bool made = cg_onnx_make(im, from->f != NULL, &c);
    for (int64_t k = 0; made && k < c.count; k++) {
        const int64_t at = indices->i[k / behind % indices->count];
        if (at < -extent || at >= extent)
            return cg_onnx_fail(im, CG_INVALID, "it picks element %lld of %lld", (long long)at,
                                (long long)extent);
        const int64_t before = k / behind / indices->count * extent;
        cg_onnx_set_element(&c, k, from, (before + at + (at < 0 ? extent : 0)) * behind + k % behind);
    }
    return cg_onnx_output_constant(im, &c);
}

/* Adds the extent of a part to that of the whole; they must be alike but for this axis. */
static void join(struct cg_onnx_importer *im, struct cg_onnx_constant *whole, int axis,
                 const struct cg_onnx_constant *part)
{
    bool fits = part && part->rank == whole->rank && (part->f != NULL) == (whole->f != NULL);
    for (int dim = 0; fits && dim < whole->rank; dim++)
        fits = dim == axis || part->dims[dim] == whole->dims[dim];
    if (!fits)
        cg_onnx_fail(im, CG_INVALID, "its constants do not fit each other");
    else if (__builtin_add_overflow(whole->dims[axis], part->dims[axis], &whole->dims[axis]))
        cg_onnx_fail(im, CG_INVALID, "its constants are too large");
}

enum cg_status cg_onnx_fold_concat(struct cg_onnx_importer *im)
{
    const struct cg_onnx_constant *part = cg_onnx_constant_input(im, 0, "input");
    if (!cg_onnx_attribute(im->node, "axis"))
        return cg_onnx_fail(im, CG_INVALID, "it has no axis");
    const int axis = cg_onnx_axis(im, 0, part ? part->rank : 0);
    if (cg_onnx_failed(im))
        return im->error.status;
    struct cg_onnx_constant c = *part;
    for (size_t i = 1; i < im->node->n_input; i++)
        join(im, &c, axis, cg_onnx_constant_input(im, i, "input"));
    const bool made = cg_onnx_make(im, part->f != NULL, &c);
    int64_t offset = 0;
    for (size_t i = 0; made && i < im->node->n_input; i++) {
        part = cg_onnx_constant_input(im, i, "input");
        const int64_t behind = elements_behind(part, axis), run = part->dims[axis] * behind;
        for (int64_t k = 0; k < part->count; k++)
            cg_onnx_set_element(&c, k / run * c.dims[axis] * behind + offset + k % run, part, k);
        offset += run;
    }
    return cg_onnx_output_constant(im, &c);
}

/* To the dimensions of its second input, by NumPy's broadcasting. */
enum cg_status cg_onnx_fold_expand(struct cg_onnx_importer *im)
{
    size_t n;
    int64_t steps[CG_ONNX_RANK_MAX] = {0}, own[CG_ONNX_RANK_MAX];
    const struct cg_onnx_constant *from = cg_onnx_constant_input(im, 0, "input");
    const int64_t *shape = cg_onnx_integers(im, 1, "shape", &n);
    if (!cg_onnx_failed(im) && (!shape || n > CG_ONNX_RANK_MAX))
        cg_onnx_fail(im, CG_INVALID, "its shape is %s", shape ? "too long" : "missing");
    if (cg_onnx_failed(im))
        return im->error.status;
    struct cg_onnx_constant c = {.rank = from->rank > (int)n ? from->rank : (int)n};
    flat_steps(from, own);
    for (int dim = 0; dim < c.rank; dim++) {
        const int a = dim - (c.rank - from->rank), b = dim - (c.rank - (int)n);
        const int64_t is = a >= 0 ? from->dims[a] : 1, wanted = b >= 0 ? shape[b] : 1;
        if (is != 1 && wanted != 1 && is != wanted)
            return cg_onnx_fail(im, CG_INVALID, "its constant does not fit the shape");
        c.dims[dim] = is == 1 ? wanted : is;
        steps[dim] = is == 1 ? 0 : own[a];
    }
    return output_picked(im, from, 0, steps, &c);
}

enum cg_status cg_onnx_fold_split(struct cg_onnx_importer *im)
{
    int64_t steps[CG_ONNX_RANK_MAX], start = 0;
    const struct cg_onnx_constant *from = cg_onnx_constant_input(im, 0, "input");
    const int axis = cg_onnx_axis(im, 0, from ? from->rank : 0);
    const int64_t *parts = cg_onnx_failed(im) ? NULL : cg_onnx_parts(im, from->dims[axis]);
    if (!parts)
        return im->error.status;
    flat_steps(from, steps);
    for (size_t o = 0; o < im->node->n_output; start += parts[o++]) {
        struct cg_onnx_constant c = *from;
        c.dims[axis] = parts[o];
        pick(im, from, start * steps[axis], steps, &c);
        cg_onnx_output_constant_at(im, o, &c);
    }
    return im->error.status;
}

/* Repeated so many times along each dimension. */
enum cg_status cg_onnx_fold_tile(struct cg_onnx_importer *im)
{
    size_t n;
    const struct cg_onnx_constant *from = cg_onnx_constant_input(im, 0, "input");
    const int64_t *repeats = cg_onnx_integers(im, 1, "repeats", &n);
    if (cg_onnx_failed(im))
        return im->error.status;
    struct cg_onnx_constant c = *from;
    bool fits = repeats && n == (size_t)from->rank;
    for (int dim = 0; fits && dim < c.rank; dim++)
        fits = repeats[dim] >= 0 && !__builtin_mul_overflow(c.dims[dim], repeats[dim], &c.dims[dim]);
    if (!fits)
        return cg_onnx_fail(im, CG_INVALID, "its repeats do not fit its constant");
    const bool made = cg_onnx_make(im, from->f != NULL, &c);
    for (int64_t k = 0; made && k < c.count; k++) {
        int64_t at = 0, step = 1, rest = k;
        for (int dim = c.rank - 1; dim >= 0; dim--) {
            at += rest % c.dims[dim] % from->dims[dim] * step;
            rest /= c.dims[dim];
            step *= from->dims[dim];
        }
        cg_onnx_set_element(&c, k, from, at);
    }
    return cg_onnx_output_constant(im, &c);
}

/* ---- sums ---- */

/* Sums of the elements so far along an axis: without the own (exclusive), from the end (reverse). */
enum cg_status cg_onnx_fold_cumulate(struct cg_onnx_importer *im)
{
    const struct cg_onnx_constant *from = cg_onnx_constant_input(im, 0, "input");
    const struct cg_onnx_constant *axis = cg_onnx_constant_input(im, 1, "axis");
    const bool exclusive = cg_onnx_int(im, "exclusive", 0) != 0, back = cg_onnx_int(im, "reverse", 0) != 0;
    if (!cg_onnx_failed(im) && (!axis->i || axis->count != 1))
        cg_onnx_fail(im, CG_INVALID, "its axis is not an integer");
    const int along = cg_onnx_failed(im) ? 0 : cg_onnx_axis_of(im, axis->i[0], from->rank);
    if (cg_onnx_failed(im))
        return im->error.status;
    struct cg_onnx_constant c = *from;
    const bool made = cg_onnx_make(im, from->f != NULL, &c);
    int64_t step = 1;
    for (int dim = along + 1; dim < c.rank; dim++)
        step *= c.dims[dim];
    for (int64_t k = 0; made && k < c.count; k++) {
        const int64_t at = back ? c.count - 1 - k : k, before = back ? at + step : at - step;
        const bool first = at / step % c.dims[along] == (back ? c.dims[along] - 1 : 0);
        const int64_t added = exclusive ? before : at;
        const bool nothing = first && exclusive;
        if (c.f)
            cg_onnx_floats_of(&c)[at] = (first ? 0 : c.f[before]) + (nothing ? 0 : from->f[added]);
        else if (__builtin_add_overflow(first ? 0 : c.i[before], nothing ? 0 : from->i[added],
                                        &cg_onnx_integers_of(&c)[at]))
            return cg_onnx_fail(im, CG_INVALID, "its result does not fit an integer");
    }
    return cg_onnx_output_constant(im, &c);
}
