/* Numbers computed from constants: elementwise with NumPy's broadcasting, reduced over axes, dequantised.
 * Floats are computed in double precision, integers exactly or not at all. */
#include "bench/onnx/fold.h"

#include "bench/onnx/arguments.h"
#include "bench/onnx/readers.h"

#include <math.h>
#include <string.h>

/* ---- elementwise ---- */

enum { INPUTS_MAX = 8 };

/* What an operator works on: its inputs and the step of each one's index along the dimensions of the
 * result, 0 where it is repeated. */
struct operands {
    size_t n;
    bool integers; /* all of them */
    const struct cg_onnx_constant *in[INPUTS_MAX];
    int64_t steps[INPUTS_MAX][CG_ONNX_RANK_MAX];
};

/* Takes input s into the dimensions of a result that has the rank of the largest; false where they do not
 * fit. */
static bool broadcast(struct operands *o, size_t s, struct cg_onnx_constant *out)
{
    const struct cg_onnx_constant *in = o->in[s];
    int64_t step = 1;
    for (int dim = out->rank - 1; dim >= 0; dim--) {
        const int own = dim - (out->rank - in->rank);
        const int64_t extent = own >= 0 ? in->dims[own] : 1;
        o->steps[s][dim] = extent == 1 ? 0 : step;
        step *= extent;
        if (out->dims[dim] == 1)
            out->dims[dim] = extent;
        else if (extent != 1 && extent != out->dims[dim])
            return false;
    }
    return true;
}

static bool read_operands(struct cg_onnx_importer *im, struct operands *o, struct cg_onnx_constant *out)
{
    *o = (struct operands){.n = im->node->n_input, .integers = true};
    *out = (struct cg_onnx_constant){0};
    if (o->n > INPUTS_MAX)
        cg_onnx_fail(im, CG_UNSUPPORTED, "%zu constants; at most %d are combined", o->n, INPUTS_MAX);
    for (size_t s = 0; s < o->n && !cg_onnx_failed(im); s++) {
        o->in[s] = cg_onnx_constant_input(im, s, "input");
        if (!o->in[s])
            cg_onnx_fail(im, CG_INVALID, "its input %zu is missing", s);
        else if (o->in[s]->rank > out->rank)
            out->rank = o->in[s]->rank;
        o->integers &= o->in[s] && o->in[s]->i;
    }
    for (int dim = 0; dim < out->rank; dim++)
        out->dims[dim] = 1;
    for (size_t s = 0; s < o->n && !cg_onnx_failed(im); s++)
        if (!broadcast(o, s, out))
            cg_onnx_fail(im, CG_INVALID, "its constants do not fit each other");
    return !cg_onnx_failed(im);
}

static double element(const struct cg_onnx_constant *c, int64_t k)
{
    return c->f ? (double)c->f[k] : (double)c->i[k];
}

/* Operators by their codes in operators.c, activations by their own; those of one input ignore the second. */
static double of_one(int op, double x)
{
    switch (op) {
    case 'n':
        return -x;
    case 'a':
        return fabs(x);
    case 'c':
        return ceil(x);
    case 'f':
        return floor(x);
    case 'r':
        return nearbyint(x); /* halves to even, as the standard says */
    case 's':
        return sqrt(x);
    case 'e':
        return exp(x);
    case 'o':
        return log(x);
    case 'i':
        return 1.0 / x;
    case CG_ACT_TANH:
        return tanh(x);
    case CG_ACT_ERF:
        return erf(x);
    case 'S':
        return sin(x);
    case 'C':
        return cos(x);
    case '!':
        return x == 0;
    default:
        return (x > 0) - (x < 0); /* 'z': Sign */
    }
}

static double of_two(int op, double a, double b)
{
    switch (op) {
    case '+':
        return a + b;
    case '-':
        return a - b;
    case '*':
        return a * b;
    case '/':
        return a / b;
    case '<':
        return fmin(a, b);
    case '>':
        return fmax(a, b);
    case '^':
        return pow(a, b);
    case '%':
        return fmod(a, b);
    case '=':
        return a == b;
    case 'l':
        return a < b;
    case 'g':
        return a > b;
    case 'L':
        return a <= b;
    case 'G':
        return a >= b;
    case '&':
        return a != 0 && b != 0;
    case '|':
        return a != 0 || b != 0;
    default:
        return of_one(op, a);
    }
}

/* Of integers; false where the result is none that is known exactly. */
static bool of_integers(int op, int64_t a, int64_t b, int64_t *result)
{
    if (op == '+' || op == '-' || op == '*')
        return op == '+'   ? !__builtin_add_overflow(a, b, result)
               : op == '-' ? !__builtin_sub_overflow(a, b, result)
                           : !__builtin_mul_overflow(a, b, result);
    if (op == '/' || op == '%') {
        if (b == 0 || (a == INT64_MIN && b == -1))
            return false;
        *result = op == '/' ? a / b : a % b + ((a % b < 0) != (b < 0) && a % b != 0 ? b : 0);
        return true;
    }
    const double exact = of_two(op, (double)a, (double)b);
    *result = fabs(exact) < 0x1p53 ? (int64_t)exact : 0;
    return fabs(exact) < 0x1p53;
}

/* What an operator makes of its inputs at one place of the result. */
static bool set_result(const struct operands *o, int op, const struct cg_onnx_constant *out, int64_t k)
{
    int64_t at[INPUTS_MAX] = {0};
    for (size_t s = 0; s < o->n; s++)
        at[s] = cg_onnx_flat_index(out, k, o->steps[s]);
    if (o->integers) {
        int64_t value = o->in[0]->i[at[0]];
        for (size_t s = 1; s < (o->n > 1 ? o->n : 2); s++)
            if (!of_integers(op, value, s < o->n ? o->in[s]->i[at[s]] : 0, &value))
                return false;
        cg_onnx_integers_of(out)[k] = value;
        return true;
    }
    double value = element(o->in[0], at[0]);
    for (size_t s = 1; s < (o->n > 1 ? o->n : 2); s++)
        value = of_two(op, value, s < o->n ? element(o->in[s], at[s]) : 0.0);
    if (out->f)
        cg_onnx_floats_of(out)[k] = (float)value;
    else
        cg_onnx_integers_of(out)[k] = (int64_t)value;
    return true;
}

enum cg_status cg_onnx_fold_arithmetic(struct cg_onnx_importer *im)
{
    struct operands o;
    struct cg_onnx_constant c;
    const int op = im->variant;
    if (cg_onnx_attribute(im->node, "axis") || cg_onnx_attribute(im->node, "broadcast"))
        return cg_onnx_fail(im, CG_UNSUPPORTED, "of constants along an axis");
    if (im->node->n_input == 1 && strchr("+<>", op))
        return cg_onnx_fold_same(im);
    if (!read_operands(im, &o, &c))
        return im->error.status;
    /* Of floats fmod is C's; of integers only Python's is read. */
    if (op == '%' && o.integers != (cg_onnx_int(im, "fmod", 0) == 0))
        return cg_onnx_fail(im, CG_UNSUPPORTED, "fmod of these types");
    const bool truth = strchr("=lgLG&|!", op) != NULL;
    const bool made = cg_onnx_make(im, !o.integers && !truth, &c);
    for (int64_t k = 0; made && k < c.count; k++)
        if (!set_result(&o, op, &c, k))
            return cg_onnx_fail(im, CG_INVALID, "its result does not fit an integer");
    return cg_onnx_output_constant(im, &c);
}

/* Chooses between its second and third input. */
enum cg_status cg_onnx_fold_where(struct cg_onnx_importer *im)
{
    struct operands o;
    struct cg_onnx_constant c;
    if (!read_operands(im, &o, &c))
        return im->error.status;
    if (!o.in[0]->i || (o.in[1]->f != NULL) != (o.in[2]->f != NULL))
        return cg_onnx_fail(im, CG_INVALID, "its constants do not fit each other");
    const bool made = cg_onnx_make(im, o.in[1]->f != NULL, &c);
    for (int64_t k = 0; made && k < c.count; k++) {
        const int s = o.in[0]->i[cg_onnx_flat_index(&c, k, o.steps[0])] ? 1 : 2;
        cg_onnx_set_element(&c, k, o.in[s], cg_onnx_flat_index(&c, k, o.steps[s]));
    }
    return cg_onnx_output_constant(im, &c);
}

/* Bounds are inputs, or attributes before operator set 11; a missing one bounds nothing. */
enum cg_status cg_onnx_fold_clip(struct cg_onnx_importer *im)
{
    struct cg_onnx_constant c;
    const struct cg_onnx_constant *from = cg_onnx_constant_input(im, 0, "input");
    const struct cg_onnx_constant *least = cg_onnx_constant_input(im, 1, "min");
    const struct cg_onnx_constant *most = cg_onnx_constant_input(im, 2, "max");
    const float low = cg_onnx_float(im, "min", -INFINITY), high = cg_onnx_float(im, "max", INFINITY);
    if (cg_onnx_failed(im))
        return im->error.status;
    if ((least && least->count != 1) || (most && most->count != 1))
        return cg_onnx_fail(im, CG_INVALID, "its bounds are not numbers");
    c = *from;
    const bool made = cg_onnx_make(im, from->f != NULL, &c);
    for (int64_t k = 0; made && k < c.count; k++) {
        const double value =
            fmin(fmax(element(from, k), least ? element(least, 0) : low), most ? element(most, 0) : high);
        if (c.f)
            cg_onnx_floats_of(&c)[k] = (float)value;
        else
            cg_onnx_integers_of(&c)[k] = (int64_t)value;
    }
    return cg_onnx_output_constant(im, &c);
}

/* ---- reductions ---- */

/* Sum, product, least or greatest over axes, by the codes of the operators that combine two; 'm': the mean.
 */
enum cg_status cg_onnx_fold_reduce(struct cg_onnx_importer *im)
{
    bool over[CG_ONNX_RANK_MAX];
    int64_t steps[CG_ONNX_RANK_MAX], step = 1;
    const struct cg_onnx_constant *from = cg_onnx_constant_input(im, 0, "input");
    const bool keep = cg_onnx_reduced(im, from ? from->rank : 0, over);
    if (cg_onnx_failed(im))
        return im->error.status;
    struct cg_onnx_constant c = {0};
    for (int dim = from->rank - 1; dim >= 0; dim--) { /* in the result, by dimension of the input */
        steps[dim] = over[dim] ? 0 : step;
        step *= over[dim] ? 1 : from->dims[dim];
    }
    for (int dim = 0; dim < from->rank; dim++)
        if (!over[dim] || keep)
            c.dims[c.rank++] = over[dim] ? 1 : from->dims[dim];
    const int op = im->variant == 'm' ? '+' : im->variant;
    const bool made = from->count > 0 && cg_onnx_make(im, true, &c);
    double *values = cg_onnx_alloc(im, (size_t)c.count, sizeof *values);
    if (!made || !values)
        return cg_onnx_fail(im, CG_UNSUPPORTED, "its constant is empty");
    bool *seen = cg_onnx_alloc(im, (size_t)c.count, sizeof *seen);
    for (int64_t k = 0; seen && k < from->count; k++) {
        const int64_t at = cg_onnx_flat_index(from, k, steps);
        values[at] = seen[at] ? of_two(op, values[at], element(from, k)) : element(from, k);
        seen[at] = true;
    }
    const double share = im->variant == 'm' ? (double)c.count / (double)from->count : 1.0;
    if (from->i && !cg_onnx_make(im, false, &c))
        return im->error.status;
    for (int64_t k = 0; seen && k < c.count; k++) {
        if (from->i && fabs(values[k]) >= 0x1p53)
            return cg_onnx_fail(im, CG_INVALID, "its result does not fit an integer");
        if (from->i)
            cg_onnx_integers_of(&c)[k] = (int64_t)(values[k] * share);
        else
            cg_onnx_floats_of(&c)[k] = (float)(values[k] * share);
    }
    return cg_onnx_output_constant(im, &c);
}

/* ---- BatchNormalization, DequantizeLinear ---- */

/* The index along `axis` of element k. */
static int64_t index_of(const struct cg_onnx_constant *c, int axis, int64_t k)
{
    int64_t steps[CG_ONNX_RANK_MAX] = {0};
    steps[axis] = 1;
    return cg_onnx_flat_index(c, k, steps);
}

/* What QuantizeLinear and DequantizeLinear share. */
struct scales {
    const struct cg_onnx_constant *from, *scale, *zero; /* zero may be NULL */
    bool one;                                           /* for all; else one each along `axis` */
    int axis;
};

static bool read_scales(struct cg_onnx_importer *im, struct scales *s)
{
    s->from = cg_onnx_constant_input(im, 0, "input");
    s->scale = cg_onnx_constant_input(im, 1, "scale");
    s->zero = cg_onnx_constant_input(im, 2, "zero point");
    if (cg_onnx_int(im, "block_size", 0) != 0)
        cg_onnx_fail(im, CG_UNSUPPORTED, "scales of blocks");
    if (cg_onnx_failed(im))
        return false;
    s->one = s->scale->count == 1;
    s->axis = s->one ? 0 : cg_onnx_axis(im, 1, s->from->rank);
    if (!s->scale->f || (s->zero && (!s->zero->i || s->zero->count != s->scale->count)) ||
        (!s->one && (cg_onnx_failed(im) || s->scale->count != s->from->dims[s->axis])))
        cg_onnx_fail(im, CG_INVALID, "its scale or zero point does not fit");
    return !cg_onnx_failed(im);
}

enum cg_status cg_onnx_refuse_quantised(struct cg_onnx_importer *im)
{
    return cg_onnx_fail(im, CG_UNSUPPORTED,
                        "of a map, which is computed in 32-bit floats here; export the "
                        "model before it is quantised, or with weights quantised alone");
}

/* The element type of the zero point, where the file tells; uint8 when there is none. */
static int zero_point_type(struct cg_onnx_importer *im)
{
    const struct cg_onnx_value *zero = cg_onnx_input(im, 2);
    return !zero ? ONNX__TENSOR_PROTO__DATA_TYPE__UINT8 : zero->stored ? zero->stored->data_type : 0;
}

/* x / scale rounded to even, plus the zero point, within the limits of 8 bits; one scale for all or for each
 * index of an axis. */
enum cg_status cg_onnx_fold_quantize(struct cg_onnx_importer *im)
{
    struct scales s;
    if (!read_scales(im, &s))
        return im->error.status;
    const int type = zero_point_type(im);
    const bool is_signed = type == ONNX__TENSOR_PROTO__DATA_TYPE__INT8;
    if (!s.from->f || (!is_signed && type != ONNX__TENSOR_PROTO__DATA_TYPE__UINT8) ||
        cg_onnx_int(im, "output_dtype", type) != type || cg_onnx_int(im, "precision", 0) != 0)
        return cg_onnx_fail(im, CG_UNSUPPORTED, "a constant to elements of other types than int8 and uint8");
    struct cg_onnx_constant c = *s.from;
    const bool made = cg_onnx_make(im, false, &c);
    for (int64_t k = 0; made && k < c.count; k++) {
        const int64_t at = s.one ? 0 : index_of(s.from, s.axis, k);
        const double value =
            (double)rintf(s.from->f[k] / s.scale->f[at]) + (double)(s.zero ? s.zero->i[at] : 0);
        if (isnan(value))
            return cg_onnx_fail(im, CG_INVALID, "element %lld is not a number", (long long)k);
        cg_onnx_integers_of(&c)[k] = (int64_t)fmin(fmax(value, is_signed ? -128 : 0), is_signed ? 127 : 255);
    }
    return cg_onnx_output_constant(im, &c);
}

/* (x - zero point) * scale, one of each for all or for each index of an axis. */
enum cg_status cg_onnx_fold_dequantize(struct cg_onnx_importer *im)
{
    struct scales s;
    if (!read_scales(im, &s))
        return im->error.status;
    if (!s.from->i || cg_onnx_int(im, "output_dtype", ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT) !=
                          ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT)
        return cg_onnx_fail(im, CG_UNSUPPORTED, "a constant of or to other types");
    struct cg_onnx_constant c = *s.from;
    const bool made = cg_onnx_make(im, true, &c);
    for (int64_t k = 0; made && k < c.count; k++) {
        const int64_t at = s.one ? 0 : index_of(s.from, s.axis, k);
        cg_onnx_floats_of(&c)[k] = (float)(s.from->i[k] - (s.zero ? s.zero->i[at] : 0)) * s.scale->f[at];
    }
    return cg_onnx_output_constant(im, &c);
}

/* Means and variances of the channels (dimension 1). */
static void batch_moments(const struct cg_onnx_constant *x, double *mean, double *variance)
{
    const double n = (double)(x->count / x->dims[1]);
    for (int64_t k = 0; k < x->count; k++)
        mean[index_of(x, 1, k)] += (double)x->f[k] / n;
    for (int64_t k = 0; k < x->count; k++) {
        const int64_t c = index_of(x, 1, k);
        variance[c] += pow((double)x->f[k] - mean[c], 2) / n;
    }
}

/* Of constants, as weight standardisation is written: in training mode by their own mean and variance. */
enum cg_status cg_onnx_fold_batch_norm(struct cg_onnx_importer *im)
{
    const struct cg_onnx_constant *x = cg_onnx_constant_input(im, 0, "input");
    const bool training = cg_onnx_int(im, "training_mode", 0) != 0;
    const double epsilon = (double)cg_onnx_float(im, "epsilon", 1e-5f);
    if (!cg_onnx_failed(im) && (!x->f || x->rank < 2 || x->count == 0))
        cg_onnx_fail(im, CG_INVALID, "its constant has no channels");
    const int64_t n = cg_onnx_failed(im) ? 0 : x->dims[1];
    const float *in[4];
    for (size_t i = 0; i < 4; i++)
        in[i] = cg_onnx_floats_input(im, i + 1, "list of channels", n);
    double *moments = cg_onnx_alloc(im, 2 * (size_t)n, sizeof *moments);
    if (cg_onnx_failed(im))
        return im->error.status;
    for (int64_t k = 0; k < 2 * n && !training; k++)
        moments[k] = k < n ? (double)in[2][k] : (double)in[3][k - n];
    if (training)
        batch_moments(x, moments, moments + n);
    struct cg_onnx_constant c = *x;
    const bool made = cg_onnx_make(im, true, &c);
    for (int64_t k = 0; made && k < c.count; k++) {
        const int64_t at = index_of(x, 1, k);
        const double normal = ((double)x->f[k] - moments[at]) / sqrt(moments[n + at] + epsilon);
        cg_onnx_floats_of(&c)[k] = (float)(normal * (double)in[0][at] + (double)in[1][at]);
    }
    return cg_onnx_output_constant(im, &c);
}
