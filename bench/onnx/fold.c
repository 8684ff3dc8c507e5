/* Operators over constants: the values of Constant, and arithmetic (exporters compute the shapes of Reshape
 * so). */
#include "bench/onnx/operators.h"

#include <math.h>
#include <string.h>

enum cg_status cg_onnx_fold_constant(struct cg_onnx_importer *im, struct cg_error *err)
{
    const Onnx__AttributeProto *a = im->node->n_attribute == 1 ? im->node->attribute[0] : NULL;
    const char *name = a ? a->name : "";
    static const int64_t nothing = 0;
    struct cg_onnx_constant c = {0};
    if (strcmp(name, "value") == 0 && a->t) {
        const enum cg_status status = cg_onnx_constant_read(a->t, &im->arena, &c, err);
        if (status != CG_OK)
            return status;
    } else if (strcmp(name, "value_float") == 0 && a->has_f) {
        c = (struct cg_onnx_constant){.count = 1, .f = &a->f};
    } else if (strcmp(name, "value_int") == 0 && a->has_i) {
        c = (struct cg_onnx_constant){.count = 1, .i = &a->i};
    } else if (strcmp(name, "value_floats") == 0 && a->n_floats < INT32_MAX) {
        c = (struct cg_onnx_constant){
            .rank = 1, .dims = {(int64_t)a->n_floats}, .count = (int64_t)a->n_floats};
        c.f = a->n_floats ? a->floats : (const float *)(const void *)&nothing;
    } else if (strcmp(name, "value_ints") == 0 && a->n_ints < INT32_MAX) {
        c = (struct cg_onnx_constant){.rank = 1, .dims = {(int64_t)a->n_ints}, .count = (int64_t)a->n_ints};
        c.i = a->n_ints ? a->ints : &nothing;
    } else {
        return cg_fail(err, CG_INVALID, "it has no single value");
    }
    cg_onnx_output_constant(im, 0, &c);
    return CG_OK;
}

/* Memory for the elements of a constant whose dimensions are set: *f or *i, the other is NULL. */
static enum cg_status make(struct cg_onnx_importer *im, bool floats, struct cg_onnx_constant *c, float **f,
                           int64_t **i, struct cg_error *err)
{
    *f = NULL;
    *i = NULL;
    const enum cg_status status = cg_onnx_constant_count(c, err);
    if (status != CG_OK)
        return status;
    void *memory = cg_onnx_alloc(im, (size_t)c->count, floats ? sizeof(float) : sizeof(int64_t), err);
    if (!memory)
        return err->status;
    if (floats)
        *f = memory;
    else
        *i = memory;
    c->f = *f;
    c->i = *i;
    return CG_OK;
}

enum cg_status cg_onnx_fold_constant_of_shape(struct cg_onnx_importer *im, struct cg_error *err)
{
    const struct cg_onnx_constant *shape;
    struct cg_onnx_constant value = {.count = 1}, c = {0};
    const Onnx__AttributeProto *a = cg_onnx_attribute(im->node, "value");
    float *f, zero = 0.0f;
    int64_t *i;
    enum cg_status status = cg_onnx_constant_input(im, 0, "shape", &shape, err);
    if (status == CG_OK && a && a->t)
        status = cg_onnx_constant_read(a->t, &im->arena, &value, err);
    else
        value.f = &zero;
    if (status != CG_OK)
        return status;
    if (!shape->i || shape->rank > 1 || shape->count > CG_ONNX_RANK_MAX || value.count != 1)
        return cg_fail(err, CG_INVALID, "its shape or value does not fit");
    c.rank = (int)shape->count;
    for (int k = 0; k < c.rank; k++)
        c.dims[k] = shape->i[k];
    status = make(im, value.f != NULL, &c, &f, &i, err);
    for (int64_t k = 0; status == CG_OK && k < c.count; k++) {
        if (f)
            f[k] = value.f[0];
        else
            i[k] = value.i[0];
    }
    if (status == CG_OK)
        cg_onnx_output_constant(im, 0, &c);
    return status;
}

enum cg_status cg_onnx_fold_same(struct cg_onnx_importer *im, struct cg_error *err)
{
    const struct cg_onnx_constant *value;
    const enum cg_status status = cg_onnx_constant_input(im, 0, "input", &value, err);
    if (status == CG_OK)
        cg_onnx_output_constant(im, 0, value);
    return status;
}

enum cg_status cg_onnx_fold_cast(struct cg_onnx_importer *im, struct cg_error *err)
{
    const struct cg_onnx_constant *from;
    float *f;
    int64_t *i, to;
    enum cg_status status = cg_onnx_constant_input(im, 0, "input", &from, err);
    if (status == CG_OK)
        status = cg_onnx_attribute_int(im->node, "to", 0, &to, err);
    if (status != CG_OK)
        return status;
    const bool floats =
        to == ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT || to == ONNX__TENSOR_PROTO__DATA_TYPE__DOUBLE;
    if (!floats && to != ONNX__TENSOR_PROTO__DATA_TYPE__INT64 && to != ONNX__TENSOR_PROTO__DATA_TYPE__INT32)
        return cg_fail(err, CG_UNSUPPORTED, "a constant cast to element type %lld", (long long)to);
    struct cg_onnx_constant c = *from;
    if (floats != (from->f != NULL)) {
        c.f = NULL;
        c.i = NULL;
        status = make(im, floats, &c, &f, &i, err);
        if (status != CG_OK)
            return status;
        for (int64_t k = 0; k < c.count; k++) {
            if (f) {
                f[k] = (float)from->i[k];
            } else {
                if (!(fabsf(from->f[k]) < 9.0e18f))
                    return cg_fail(err, CG_INVALID, "%g does not fit an integer", (double)from->f[k]);
                i[k] = (int64_t)from->f[k];
            }
        }
    }
    cg_onnx_output_constant(im, 0, &c);
    return CG_OK;
}

/* ---- arithmetic with NumPy's broadcasting ---- */

static bool compute_int(char op, int64_t a, int64_t b, int64_t *result)
{
    switch (op) {
    case 'A':
        return !__builtin_add_overflow(a, b, result);
    case 'S':
        return !__builtin_sub_overflow(a, b, result);
    case 'M':
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
    return op == 'A' ? a + b : op == 'S' ? a - b : op == 'M' ? a * b : a / b;
}

/* The dimensions of a result, and for each input the step of its index along them (0 where it is repeated).
 */
static bool broadcast(const struct cg_onnx_constant *in[2], struct cg_onnx_constant *out,
                      int64_t step[2][CG_ONNX_RANK_MAX])
{
    out->rank = in[0]->rank > in[1]->rank ? in[0]->rank : in[1]->rank;
    for (int s = 0; s < 2; s++) {
        int64_t stride = 1;
        for (int dim = out->rank - 1; dim >= 0; dim--) {
            const int own = dim - (out->rank - in[s]->rank);
            const int64_t extent = own >= 0 ? in[s]->dims[own] : 1;
            step[s][dim] = extent == 1 ? 0 : stride;
            stride *= extent;
            if (s == 0 || out->dims[dim] == 1)
                out->dims[dim] = extent;
            else if (extent != 1 && extent != out->dims[dim])
                return false;
        }
    }
    return true;
}

enum cg_status cg_onnx_fold_arithmetic(struct cg_onnx_importer *im, struct cg_error *err)
{
    const struct cg_onnx_constant *in[2];
    struct cg_onnx_constant c = {0};
    int64_t step[2][CG_ONNX_RANK_MAX], *i;
    float *f;
    const char op = im->node->op_type[0];
    enum cg_status status = cg_onnx_constant_input(im, 0, "input", &in[0], err);
    if (status == CG_OK)
        status = cg_onnx_constant_input(im, 1, "input", &in[1], err);
    if (status != CG_OK)
        return status;
    if ((in[0]->f != NULL) != (in[1]->f != NULL) || !broadcast(in, &c, step))
        return cg_fail(err, CG_INVALID, "its constants do not fit each other");
    status = make(im, in[0]->f != NULL, &c, &f, &i, err);
    if (status != CG_OK)
        return status;
    for (int64_t k = 0; k < c.count; k++) {
        int64_t at[2] = {0, 0}, rest = k;
        for (int dim = c.rank - 1; dim >= 0; dim--) {
            at[0] += rest % c.dims[dim] * step[0][dim];
            at[1] += rest % c.dims[dim] * step[1][dim];
            rest /= c.dims[dim];
        }
        if (f)
            f[k] = compute_float(op, in[0]->f[at[0]], in[1]->f[at[1]]);
        else if (!compute_int(op, in[0]->i[at[0]], in[1]->i[at[1]], &i[k]))
            return cg_fail(err, CG_INVALID, "its result does not fit an integer");
    }
    cg_onnx_output_constant(im, 0, &c);
    return CG_OK;
}
