/* Operators over constants: the values of Constant, arithmetic (exporters compute the shapes of Reshape so),
 * and what picks or orders elements. */
#include "bench/onnx/arguments.h"
#include "bench/onnx/readers.h"

#include <math.h>
#include <string.h>

/* Counts the elements of a constant whose dimensions are set, and makes room for them; false after a failure.
 */
static bool make(struct cg_onnx_importer *im, bool floats, struct cg_onnx_constant *c)
{
    if (cg_onnx_failed(im) || cg_onnx_constant_count(c, &im->error) != CG_OK)
        return false;
    const void *memory = cg_onnx_alloc(im, (size_t)c->count, floats ? sizeof *c->f : sizeof *c->i);
    c->f = floats ? memory : NULL;
    c->i = floats ? NULL : memory;
    return memory != NULL;
}

/* Elements of a constant made here. */
static float *floats_of(const struct cg_onnx_constant *c)
{
    return (float *)c->f;
}

static int64_t *integers_of(const struct cg_onnx_constant *c)
{
    return (int64_t *)c->i;
}

/* Element k of a constant made here becomes element `at` of another of its type. */
static void set_element(const struct cg_onnx_constant *c, int64_t k, const struct cg_onnx_constant *from,
                        int64_t at)
{
    if (from->f)
        floats_of(c)[k] = from->f[at];
    else
        integers_of(c)[k] = from->i[at];
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

/* Where element k of a value of c's dimensions lies when its neighbours are `steps` apart. */
static int64_t flat_index(const struct cg_onnx_constant *c, int64_t k, const int64_t *steps)
{
    int64_t at = 0;
    for (int dim = c->rank - 1; dim >= 0; dim--) {
        at += k % c->dims[dim] * steps[dim];
        k /= c->dims[dim];
    }
    return at;
}

/* The elements of `from` from flat index `start` on, `steps` apart along c's dimensions, as output 0. */
static enum cg_status output_picked(struct cg_onnx_importer *im, const struct cg_onnx_constant *from,
                                    int64_t start, const int64_t *steps, struct cg_onnx_constant *c)
{
    const bool made = make(im, from->f != NULL, c);
    for (int64_t k = 0; made && k < c->count; k++)
        set_element(c, k, from, start + flat_index(c, k, steps));
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

/* Integers as output 0, which must fit 32 bits: others would be cut off. */
static enum cg_status output_if_narrow(struct cg_onnx_importer *im, const struct cg_onnx_constant *from)
{
    for (int64_t k = 0; k < from->count; k++)
        if (from->i[k] < INT32_MIN || from->i[k] > INT32_MAX)
            return cg_onnx_fail(im, CG_INVALID, "%lld does not fit 32 bits", (long long)from->i[k]);
    return cg_onnx_output_constant(im, from);
}

enum cg_status cg_onnx_fold_cast(struct cg_onnx_importer *im)
{
    const struct cg_onnx_constant *from = cg_onnx_constant_input(im, 0, "input");
    const int64_t to = cg_onnx_int(im, "to", 0);
    if (cg_onnx_failed(im))
        return im->error.status;
    const bool floats =
        to == ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT || to == ONNX__TENSOR_PROTO__DATA_TYPE__DOUBLE;
    if (!floats && to != ONNX__TENSOR_PROTO__DATA_TYPE__INT64 && to != ONNX__TENSOR_PROTO__DATA_TYPE__INT32)
        return cg_onnx_fail(im, CG_UNSUPPORTED, "a constant cast to element type %lld", (long long)to);
    if (to == ONNX__TENSOR_PROTO__DATA_TYPE__INT32 && from->i)
        return output_if_narrow(im, from);
    const float most = to == ONNX__TENSOR_PROTO__DATA_TYPE__INT32 ? 2147483648.0f : 9.0e18f;
    struct cg_onnx_constant c = *from;
    const bool made = floats != (from->f != NULL) && make(im, floats, &c);
    for (int64_t k = 0; made && k < c.count; k++) {
        if (floats)
            floats_of(&c)[k] = (float)from->i[k];
        else if (fabsf(from->f[k]) < most)
            integers_of(&c)[k] = (int64_t)from->f[k];
        else
            return cg_onnx_fail(im, CG_INVALID, "%g does not fit an integer", (double)from->f[k]);
    }
    return cg_onnx_output_constant(im, &c);
}

/* ---- arithmetic with NumPy's broadcasting ---- */

static bool compute_int(char op, int64_t a, int64_t b, int64_t *result)
{
    switch (op) {
    case '+':
        return !__builtin_add_overflow(a, b, result);
    case '-':
        return !__builtin_sub_overflow(a, b, result);
    case '*':
        return !__builtin_mul_overflow(a, b, result);
    default:
        if (b == 0 || (a == INT64_MIN && b == -1))
            return false;
        *result = a / b;
        return true;
    }
}

static float compute_float(char op, float a, float b)
{
    return op == '+' ? a + b : op == '-' ? a - b : op == '*' ? a * b : a / b;
}

/* The dimensions of a result, and for each input the step of its index along them (0 where it is repeated).
 */
static bool broadcast(const struct cg_onnx_constant *const in[2], struct cg_onnx_constant *out,
                      int64_t steps[2][CG_ONNX_RANK_MAX])
{
    out->rank = in[0]->rank > in[1]->rank ? in[0]->rank : in[1]->rank;
    for (int s = 0; s < 2; s++) {
        int64_t step = 1;
        for (int dim = out->rank - 1; dim >= 0; dim--) {
            const int own = dim - (out->rank - in[s]->rank);
            const int64_t extent = own >= 0 ? in[s]->dims[own] : 1;
            steps[s][dim] = extent == 1 ? 0 : step;
            step *= extent;
            if (s == 0 || out->dims[dim] == 1)
                out->dims[dim] = extent;
            else if (extent != 1 && extent != out->dims[dim])
                return false;
        }
    }
    return true;
}

enum cg_status cg_onnx_fold_arithmetic(struct cg_onnx_importer *im)
{
    const struct cg_onnx_constant *const in[2] = {cg_onnx_constant_input(im, 0, "input"),
                                                  cg_onnx_constant_input(im, 1, "input")};
    struct cg_onnx_constant c = {0};
    int64_t steps[2][CG_ONNX_RANK_MAX];
    const char op = (char)im->variant;
    if (cg_onnx_failed(im))
        return im->error.status;
    if ((in[0]->f != NULL) != (in[1]->f != NULL) || !broadcast(in, &c, steps))
        return cg_onnx_fail(im, CG_INVALID, "its constants do not fit each other");
    const bool made = make(im, in[0]->f != NULL, &c);
    for (int64_t k = 0; made && k < c.count; k++) {
        const int64_t a = flat_index(&c, k, steps[0]), b = flat_index(&c, k, steps[1]);
        if (c.f)
            floats_of(&c)[k] = compute_float(op, in[0]->f[a], in[1]->f[b]);
        else if (!compute_int(op, in[0]->i[a], in[1]->i[b], &integers_of(&c)[k]))
            return cg_onnx_fail(im, CG_INVALID, "its result does not fit an integer");
    }
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

/* Indices may be a scalar or a list: the axis disappears or takes the list's length. */
enum cg_status cg_onnx_fold_gather(struct cg_onnx_importer *im)
{
    const struct cg_onnx_constant *from = cg_onnx_constant_input(im, 0, "input");
    const struct cg_onnx_constant *indices = cg_onnx_constant_input(im, 1, "list of indices");
    cg_onnx_axis(im, 0, from ? from->rank : 0);
    if (cg_onnx_failed(im))
        return im->error.status;
    if (!indices->i || indices->rank > 1 || from->rank != 1)
        return cg_onnx_fail(im, CG_UNSUPPORTED, "only single elements or lists are picked from lists");
    struct cg_onnx_constant c = {.rank = indices->rank, .dims = {indices->count}};
    const bool made = make(im, from->f != NULL, &c);
    for (int64_t k = 0; made && k < c.count; k++) {
        const int64_t at = indices->i[k];
        if (at < -from->count || at >= from->count)
            return cg_onnx_fail(im, CG_INVALID, "it picks element %lld of %lld", (long long)at,
                                (long long)from->count);
        set_element(&c, k, from, at < 0 ? at + from->count : at);
    }
    return cg_onnx_output_constant(im, &c);
}

/* Lists, one behind the other. */
enum cg_status cg_onnx_fold_concat(struct cg_onnx_importer *im)
{
    struct cg_onnx_constant c = {.rank = 1};
    const struct cg_onnx_constant *first = cg_onnx_constant_input(im, 0, "input");
    for (size_t k = 0; k < im->node->n_input; k++) {
        const struct cg_onnx_constant *part = cg_onnx_constant_input(im, k, "input");
        if (!part || part->rank != 1 || (first->f != NULL) != (part->f != NULL))
            return cg_onnx_fail(im, CG_UNSUPPORTED, "only lists of one type are joined");
        if (!cg_onnx_attribute(im->node, "axis"))
            return cg_onnx_fail(im, CG_INVALID, "it has no axis");
        cg_onnx_axis(im, 0, 1);
        c.dims[0] += part->count;
    }
    int64_t at = 0;
    const bool made = make(im, first->f != NULL, &c);
    for (size_t k = 0; made && k < im->node->n_input; k++) {
        const struct cg_onnx_constant *part = cg_onnx_constant_input(im, k, "input");
        for (int64_t i = 0; i < part->count; i++)
            set_element(&c, at++, part, i);
    }
    return cg_onnx_output_constant(im, &c);
}
