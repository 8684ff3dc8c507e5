#include "kernels/reference/error_model.h"

#include "kernels/reference/node.h"

#include <math.h>

/* The variance of one rounding of a value with second moment 1: half a unit in the last place, uniform. */
static const double rounding = 0x1p-48 / 3;

/* Roundings besides those of the sum: folding of norm, bias, shift, and the activation. */
static const double constant_roundings = 4;

struct slope {
    double steepest;  /* of the activation */
    double roundings; /* of its value: gates are approximated by polynomials in engines */
};

static struct slope slope_of(const struct cg_node *spec)
{
    static const struct slope slopes[CG_ACT_COUNT] = {
        [CG_ACT_NONE] = {1, 0},
        [CG_ACT_RELU] = {1, 0},
        [CG_ACT_RELU6] = {1, 0},
        [CG_ACT_SIGMOID] = {0.25, 48},
        [CG_ACT_HARD_SIGMOID] = {1.0 / 6, 8},
        [CG_ACT_HARD_SWISH] = {1.5, 8},
        [CG_ACT_CLIP] = {1, 0},
        [CG_ACT_CLIPPED_LINE] = {0, 8},
        [CG_ACT_LEAKY_RELU] = {1, 1},
        [CG_ACT_ELU] = {1, 48},
        [CG_ACT_GELU] = {1.13, 48},
        [CG_ACT_GELU_TANH] = {1.13, 48},
        [CG_ACT_SWISH] = {1.1, 48},
        [CG_ACT_MISH] = {1.09, 48},
        [CG_ACT_TANH] = {1, 48},
        [CG_ACT_ERF] = {1.13, 48},
        [CG_ACT_SOFTPLUS] = {1, 48},
    };
    struct slope slope = slopes[spec->act];
    if (spec->act == CG_ACT_CLIPPED_LINE || spec->act == CG_ACT_LEAKY_RELU || spec->act == CG_ACT_ELU)
        slope.steepest = fmax(slope.steepest, fabs((double)spec->alpha));
    return slope;
}

void cg_error_bounds(const struct cg_node *spec, double bounds[2])
{
    const enum cg_act act = spec->act;
    const bool line = act == CG_ACT_HARD_SIGMOID || act == CG_ACT_CLIPPED_LINE;
    bounds[0] = act == CG_ACT_CLIP                                  ? (double)spec->alpha
                : line || act == CG_ACT_RELU || act == CG_ACT_RELU6 ? 0
                                                                    : -INFINITY;
    bounds[1] = act == CG_ACT_CLIP ? (double)spec->beta : act == CG_ACT_RELU6 ? 6 : line ? 1 : INFINITY;
}

/* From the variance before the activation, whose values had this second moment, to that after it. */
static void activate(const struct cg_node *spec, double variance, double moment, struct cg_channel_error *out)
{
    double bounds[2];
    cg_error_bounds(spec, bounds);
    const struct slope slope = slope_of(spec);
    const double steepest = slope.steepest * slope.steepest;
    const double of_pixels = isinf(bounds[0]) && isinf(bounds[1]) ? 0 : out->active * steepest;
    const double passed = moment > 0 ? fmin(steepest, fmax(of_pixels, out->moment / moment)) : steepest;
    const double own = rounding * slope.roundings * out->moment;
    out->variance = variance * (spec->act == CG_ACT_NONE ? 1 : passed) + own;
    out->peak = variance * steepest + own;
}

/* sums[0] = sum(w^2 moment), sums[1] = sum(w^2 variance) over the products of output channel o. */
static void products(const struct cg_graph *graph, const struct cg_params *params, int id,
                     const struct cg_channel_error *in, int o, double sums[2])
{
    const struct cg_node *spec = &graph->nodes[id];
    const int n_taps = spec->window.kernel_h * spec->window.kernel_w;
    const int group_in = cg_input_shape(graph, id, 0).c / spec->groups;
    const int group_out = spec->shape.c / spec->groups;
    const float *weight = params->weight + (size_t)o * n_taps * group_in;

    in += (size_t)(o / group_out) * group_in;
    sums[0] = sums[1] = 0;
    for (int tap = 0; tap < n_taps; tap++)
        for (int i = 0; i < group_in; i++) {
            const double w2 =
                (double)weight[i + (size_t)tap * group_in] * (double)weight[i + (size_t)tap * group_in];
            sums[0] += w2 * in[i].moment;
            sums[1] += w2 * in[i].variance;
        }
}

static double square(double x)
{
    return x * x;
}

static void conv(const struct cg_graph *graph, const struct cg_weights *weights, int id,
                 const struct cg_channel_error *in, struct cg_channel_error *out)
{
    const struct cg_node *spec = &graph->nodes[id];
    const struct cg_params *params = &weights->params[spec->params];
    const double length =
        (double)spec->window.kernel_h * spec->window.kernel_w * cg_input_shape(graph, id, 0).c / spec->groups;
    for (int o = 0; o < spec->shape.c; o++) {
        const double scale = params->scale ? (double)params->scale[o] : 1;
        const double shift = params->shift ? (double)params->shift[o] : 0;
        const double bias = params->bias ? (double)params->bias[o] : 0;
        double sums[2];
        products(graph, params, id, in, o, sums);
        const double moment = square(scale) * sums[0] + square(scale * bias) + square(shift);
        const double variance =
            square(scale) * sums[1] + rounding * (length / 2 + constant_roundings) * (moment + out[o].moment);
        activate(spec, variance, moment, &out[o]);
    }
}

static void affine(const struct cg_node *spec, const struct cg_params *params,
                   const struct cg_channel_error *in, struct cg_channel_error *out)
{
    for (int c = 0; c < spec->shape.c; c++) {
        const double scale2 = square((double)params->scale[c]), shift2 = square((double)params->shift[c]);
        const double moment = scale2 * in[c].moment + shift2;
        activate(spec, scale2 * in[c].variance + rounding * 2 * moment, moment, &out[c]);
    }
}

static void add(const struct cg_node *spec, struct cg_channel_error *const *errors,
                struct cg_channel_error *out)
{
    for (int c = 0; c < spec->shape.c; c++) {
        double variance = 0, moment = 0;
        for (int i = 0; i < spec->n_inputs; i++) {
            variance += errors[spec->inputs[i]][c].variance;
            moment += errors[spec->inputs[i]][c].moment;
        }
        variance += rounding * (spec->n_inputs - 1) * (moment + out[c].moment);
        activate(spec, variance, moment, &out[c]);
    }
}

static void mul(const struct cg_node *spec, struct cg_channel_error *const *errors,
                struct cg_channel_error *out)
{
    const struct cg_channel_error *a = errors[spec->inputs[0]], *b = errors[spec->inputs[1]];
    for (int c = 0; c < spec->shape.c; c++) {
        const double moment = a[c].moment * b[c].moment;
        const double variance =
            a[c].variance * b[c].moment + b[c].variance * a[c].moment + rounding * out[c].moment;
        activate(spec, variance, moment, &out[c]);
    }
}

static void average(const struct cg_graph *graph, int id, const struct cg_channel_error *in,
                    struct cg_channel_error *out)
{
    const struct cg_node *spec = &graph->nodes[id];
    const struct cg_shape map = cg_input_shape(graph, id, 0);
    const double length = spec->op == CG_GLOBAL_POOL ? (double)map.h * map.w
                                                     : (double)spec->window.kernel_h * spec->window.kernel_w;
    const bool whole = spec->op == CG_GLOBAL_POOL; /* each window holds the share of pixels with an error */
    for (int c = 0; c < spec->shape.c; c++) {
        const double share = whole ? fmin(1, spec->shape.n * in[c].active) : 1;
        /* partial sums of values of one sign grow in a line, not like a random walk: length / 3, and 2 for
         * the division */
        const double own = rounding * (length / 3 + 2) * in[c].moment;
        out[c].variance = share * in[c].variance + own;
        out[c].peak = (whole ? share * in[c].variance : in[c].peak) + own;
    }
}

/* What a normalisation of `length` values makes of the channels' errors and of its own: the mean is a sum of
 * rounded values, the differences to it are as wrong as their operands. */
static void norm(const struct cg_graph *graph, const struct cg_weights *weights, int id,
                 const struct cg_norm_gains *gains, const struct cg_channel_error *in,
                 struct cg_channel_error *out)
{
    const struct cg_node *spec = &graph->nodes[id];
    const struct cg_params *params = &weights->params[spec->params];
    const int channels = spec->shape.c / spec->groups;
    const double length =
        spec->op == CG_GROUP_NORM ? (double)spec->shape.h * spec->shape.w * channels : (double)channels;
    const double mean_gain = gains->n > 0 ? gains->sum / (double)gains->n : 0;
    for (int first = 0; first < spec->shape.c; first += channels) {
        double variance = 0, moment = 0;
        for (int c = first; c < first + channels; c++) {
            variance += in[c].variance / channels;
            moment += in[c].moment / channels;
        }
        variance += rounding * (length / 3 + constant_roundings) * moment;
        for (int c = first; c < first + channels; c++) {
            const double before =
                square((double)params->scale[c]) * (variance + in[c].variance + rounding * in[c].moment);
            const double own =
                rounding * (length / 3 + 4) * (out[c].moment + square((double)params->shift[c]));
            out[c].variance = before * mean_gain + own;
            out[c].peak = before * gains->most + own;
        }
    }
}

/* The slope differs by channel. */
static void prelu(const struct cg_node *spec, const struct cg_params *params,
                  const struct cg_channel_error *in, struct cg_channel_error *out)
{
    for (int c = 0; c < spec->shape.c; c++) {
        const double steepest = fmax(1, square((double)params->scale[c]));
        const double own = rounding * out[c].moment;
        const double passed = in[c].moment > 0 ? fmin(steepest, out[c].moment / in[c].moment) : steepest;
        out[c].variance = in[c].variance * passed + own;
        out[c].peak = in[c].variance * steepest + own;
    }
}

/* Relative errors: of the channel, and 2 beta times the largest of those around it; the power's own. */
static void lrn(const struct cg_node *spec, const struct cg_channel_error *in, struct cg_channel_error *out)
{
    for (int c = 0; c < spec->shape.c; c++) {
        double most = 0;
        for (int i = c - (spec->size - 1) / 2; i <= c + spec->size / 2; i++)
            if (i >= 0 && i < spec->shape.c && in[i].moment > 0)
                most = fmax(most, in[i].variance / in[i].moment);
        const double own = in[c].moment > 0 ? in[c].variance / in[c].moment : 0;
        out[c].variance = out[c].peak =
            out[c].moment * (own + square(2 * (double)spec->beta) * most + rounding * (spec->size + 48));
    }
}

/* The sum's error is that of the largest channel at most; a value far below the largest has the rounding of
 * that distance in its exponent. */
static void softmax(const struct cg_node *spec, const struct cg_channel_error *in,
                    struct cg_channel_error *out)
{
    double most = 0, moment = 0;
    for (int c = 0; c < spec->shape.c; c++) {
        most = fmax(most, in[c].variance);
        moment = fmax(moment, in[c].moment);
    }
    const double relative = 2 * most + rounding * (4 * moment + spec->shape.c / 3.0 + 48);
    for (int c = 0; c < spec->shape.c; c++)
        out[c].variance = out[c].peak =
            spec->log ? relative + rounding * out[c].moment : out[c].moment * relative;
}

static void copy(const struct cg_channel_error *from, struct cg_channel_error *to)
{
    to->variance = from->variance;
    to->peak = from->peak;
}

static void concat(const struct cg_graph *graph, int id, struct cg_channel_error *const *errors,
                   struct cg_channel_error *out)
{
    const struct cg_node *spec = &graph->nodes[id];
    for (int i = 0; i < spec->n_inputs; i++)
        for (int c = 0; c < cg_input_shape(graph, id, i).c; c++)
            copy(&errors[spec->inputs[i]][c], out++);
}

/* Each channel holds pixels of as many as a block has. */
static void depth_to_space(const struct cg_node *spec, int channels, const struct cg_channel_error *in,
                           struct cg_channel_error *out)
{
    const int parts = channels / spec->shape.c;
    for (int c = 0; c < spec->shape.c; c++) {
        out[c].variance = out[c].peak = 0;
        for (int k = 0; k < parts; k++) {
            out[c].variance += in[k * spec->shape.c + c].variance / parts;
            out[c].peak = fmax(out[c].peak, in[k * spec->shape.c + c].peak);
        }
    }
}

/* Nodes of one input that take their channels as they are, but for the activation. */
static void one_by_one(const struct cg_node *spec, const struct cg_channel_error *in,
                       struct cg_channel_error *out)
{
    const bool moves = cg_op_has(spec->op, CG_MOVES_ONLY);
    for (int c = 0; c < spec->shape.c; c++) {
        copy(&in[moves ? cg_reference_source(spec, c) : c], &out[c]);
        if (spec->op == CG_MAX_POOL) /* the largest are the active ones */
            out[c].variance = in[c].peak;
        if (spec->op == CG_ACT)
            activate(spec, in[c].variance, in[c].moment, &out[c]);
    }
}

void cg_error_model(const struct cg_graph *graph, const struct cg_weights *weights, int id,
                    const struct cg_norm_gains *gains, struct cg_channel_error *const *errors)
{
    const struct cg_node *spec = &graph->nodes[id];
    const struct cg_channel_error *in = spec->n_inputs ? errors[spec->inputs[0]] : NULL;
    struct cg_channel_error *out = errors[id];
    switch (spec->op) {
    case CG_INPUT: /* exact, as the arrays begin */
        break;
    case CG_CONV:
    case CG_FC:
        conv(graph, weights, id, in, out);
        break;
    case CG_AFFINE:
        affine(spec, &weights->params[spec->params], in, out);
        break;
    case CG_ADD:
        add(spec, errors, out);
        break;
    case CG_MUL:
        mul(spec, errors, out);
        break;
    case CG_AVG_POOL:
    case CG_GLOBAL_POOL:
        average(graph, id, in, out);
        break;
    case CG_LAYER_NORM:
    case CG_GROUP_NORM:
        norm(graph, weights, id, gains, in, out);
        break;
    case CG_PRELU:
        prelu(spec, &weights->params[spec->params], in, out);
        break;
    case CG_LRN:
        lrn(spec, in, out);
        break;
    case CG_SOFTMAX:
        softmax(spec, in, out);
        break;
    case CG_DEPTH_TO_SPACE:
        depth_to_space(spec, cg_input_shape(graph, id, 0).c, in, out);
        break;
    case CG_CONCAT:
        concat(graph, id, errors, out);
        break;
    default:
        one_by_one(spec, in, out);
    }
}
