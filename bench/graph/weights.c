#include "bench/graph/weights.h"

#include "base/random.h"
#include "bench/graph/cost.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* Uniform in [-limit, limit), on a grid of 2^-23 of the limit, so never a denormal. */
static float uniform(uint64_t *state, double limit)
{
    const double unit = (double)(cg_random_next(state) >> 40) / (double)(1 << 23) - 1.0;
    return (float)(unit * limit);
}

/* The state of a stream of its own for each parameter set. */
static uint64_t stream(uint64_t seed, uint64_t ordinal)
{
    uint64_t state = seed * 0x2545f4914f6cdd1du + ordinal;
    cg_random_next(&state);
    return state;
}

static bool alloc_params(struct cg_params *p, const struct cg_graph *graph, int id)
{
    const struct cg_node *node = &graph->nodes[id];
    const size_t out = (size_t)node->shape.c;
    const bool apart = !cg_op_has(node->op, CG_HAS_WEIGHTS); /* scale and shift are all there is */
    p->out = node->shape.c;
    p->n_weight = (size_t)cg_node_weights(graph, id);
    if (p->n_weight > 0 && !(p->weight = calloc(p->n_weight, sizeof(float))))
        return false;
    if (node->bias && !apart && !(p->bias = calloc(out, sizeof(float))))
        return false;
    if (node->norm || apart)
        p->scale = calloc(out, sizeof(float));
    if ((node->norm || apart) && node->op != CG_PRELU)
        p->shift = calloc(out, sizeof(float));
    return (p->scale || !(node->norm || apart)) && (p->shift || !p->scale || node->op == CG_PRELU);
}

struct cg_weights *cg_weights_alloc(const struct cg_graph *graph, struct cg_error *err)
{
    struct cg_weights *weights = calloc(1, sizeof *weights);
    bool ok = weights != NULL;
    if (ok) {
        weights->n_params = graph->n_params;
        weights->params = calloc((size_t)(graph->n_params ? graph->n_params : 1), sizeof *weights->params);
        ok = weights->params != NULL;
    }
    for (int id = 0; ok && id < graph->n_nodes; id++)
        if (graph->nodes[id].params >= 0 && weights->params[graph->nodes[id].params].out == 0)
            ok = alloc_params(&weights->params[graph->nodes[id].params], graph, id);
    if (!ok) {
        cg_fail(err, CG_NO_MEMORY, "no memory for the weights of %d layers", graph->n_params);
        cg_weights_destroy(&weights);
    }
    return weights;
}

static void free_array(const struct cg_weights *weights, float *array)
{
    const uintptr_t first = (uintptr_t)weights->mapping, at = (uintptr_t)array;
    if (at < first || at - first >= weights->mapping_bytes)
        free(array);
}

void cg_weights_destroy(struct cg_weights **weights)
{
    struct cg_weights *const w = *weights;
    if (!w)
        return;
    for (int i = 0; w->params && i < w->n_params; i++) {
        free_array(w, w->params[i].weight);
        free_array(w, w->params[i].bias);
        free_array(w, w->params[i].scale);
        free_array(w, w->params[i].shift);
    }
    if (w->mapping)
        munmap(w->mapping, w->mapping_bytes);
    free(w->params);
    free(w);
    *weights = NULL;
}

/* Second moment of a tensor, in two parts: of values that are never negative, which a rectifier lets through,
 * and of values that are negative as often as not, of which it takes half. Without the distinction every
 * short-cut around a rectified sum would be thought half of what it is, and activations would double from
 * block to block. */
struct moment {
    double positive, balanced;
};

static double total(struct moment m)
{
    return m.positive + m.balanced;
}

/* After an activation. The gates are taken as those of a normal with second moment 1. */
static struct moment act_moment(const struct cg_node *node, struct moment m)
{
    const double alpha = (double)node->alpha, beta = (double)node->beta;
    switch (node->act) {
    case CG_ACT_RELU:
        return (struct moment){m.positive + 0.5 * m.balanced, 0};
    case CG_ACT_RELU6:
        return (struct moment){fmin(m.positive + 0.5 * m.balanced, 36), 0};
    case CG_ACT_HARD_SWISH:
        return (struct moment){m.positive, 0.35 * m.balanced};
    case CG_ACT_SIGMOID:
    case CG_ACT_HARD_SIGMOID:
        return (struct moment){0.25 + 0.05 * fmin(total(m), 1.0), 0};
    case CG_ACT_CLIP:
        return (struct moment){fmin(m.positive, beta * beta),
                               fmin(m.balanced, fmax(alpha * alpha, beta * beta))};
    case CG_ACT_CLIPPED_LINE:
        return (struct moment){fmin(alpha * alpha * total(m) + beta * beta, 1), 0};
    case CG_ACT_LEAKY_RELU:
    case CG_ACT_ELU:
        return (struct moment){m.positive, 0.5 * (1 + fmin(alpha * alpha, 1.0)) * m.balanced};
    case CG_ACT_GELU:
    case CG_ACT_GELU_TANH:
    case CG_ACT_SWISH:
    case CG_ACT_MISH:
        return (struct moment){m.positive, 0.4 * m.balanced};
    case CG_ACT_TANH:
    case CG_ACT_ERF:
        return (struct moment){0, fmin(total(m), 1)};
    case CG_ACT_SOFTPLUS:
        return (struct moment){m.positive + 0.5 * m.balanced + 0.5, 0};
    default:
        return m;
    }
}

static struct moment scaled(struct moment m, double factor)
{
    return (struct moment){factor * m.positive, factor * m.balanced};
}

/* Of a sum; of inputs that stand side by side, each by its share of the channels. */
static struct moment mixed(const struct cg_graph *graph, int id, const struct moment *moments)
{
    const struct cg_node *node = &graph->nodes[id];
    struct moment sum = {0, 0};
    for (int k = 0; k < node->n_inputs; k++) {
        const double share =
            node->op == CG_CONCAT ? (double)cg_input_shape(graph, id, k).c / node->shape.c : 1.0;
        const struct moment m = scaled(moments[node->inputs[k]], share);
        sum.positive += m.positive;
        sum.balanced += m.balanced;
    }
    return sum;
}

/* Of a node's output from those of its inputs. Parametered nodes come out at 1 by choice of their weights. An
 * estimate: what matters is that no path grows or shrinks without bound. */
static struct moment output_moment(const struct cg_graph *graph, int id, const struct moment *moments)
{
    const struct cg_node *node = &graph->nodes[id];
    struct moment m = {0, 1};
    switch (node->op) {
    case CG_INPUT:
    case CG_CONV:
    case CG_FC:
    case CG_AFFINE:
    case CG_LAYER_NORM:
    case CG_GROUP_NORM:
        break;
    case CG_SOFTMAX: /* the classes are nearly alike */
        m = (struct moment){node->log ? log(node->shape.c) * log(node->shape.c) + 1
                                      : 1.0 / ((double)node->shape.c * node->shape.c),
                            0};
        break;
    case CG_PRELU:
        m = (struct moment){moments[node->inputs[0]].positive, 0.53 * moments[node->inputs[0]].balanced};
        break;
    case CG_ADD:
    case CG_CONCAT:
        m = mixed(graph, id, moments);
        break;
    case CG_MUL:
        m = scaled(moments[node->inputs[0]], total(moments[node->inputs[1]]));
        break;
    default:
        m = moments[node->inputs[0]];
        break;
    }
    return act_moment(node, m);
}

static void draw_params(struct cg_params *p, const struct cg_node *node, double input_moment, uint64_t seed)
{
    uint64_t state = stream(seed, (uint64_t)node->params);
    const size_t fan_in = p->n_weight / (size_t)p->out;
    /* Uniform on [-a, a] has variance a^2 / 3. */
    const double limit = fan_in ? sqrt(3.0 / ((double)fan_in * fmax(input_moment, 1e-6))) : 0.0;
    for (size_t i = 0; i < p->n_weight; i++)
        p->weight[i] = uniform(&state, limit);
    for (int i = 0; p->bias && i < p->out; i++)
        p->bias[i] = uniform(&state, 0.1);
    const double gain = node->op == CG_AFFINE  ? 1.0 / sqrt(fmax(input_moment, 1e-6))
                        : node->op == CG_PRELU ? 0.25
                                               : 1.0;
    for (int i = 0; p->scale && i < p->out; i++) {
        p->scale[i] = (float)gain * (1.0f + uniform(&state, 0.2));
        if (p->shift)
            p->shift[i] = uniform(&state, 0.1);
    }
}

struct cg_weights *cg_weights_create(const struct cg_graph *graph, uint64_t seed, struct cg_error *err)
{
    struct moment *moments = malloc((size_t)(graph->n_nodes ? graph->n_nodes : 1) * sizeof *moments);
    if (!moments) {
        cg_fail(err, CG_NO_MEMORY, "no memory to scale the weights");
        return NULL;
    }
    struct cg_weights *weights = cg_weights_alloc(graph, err);
    for (int id = 0; weights && id < graph->n_nodes; id++) {
        const struct cg_node *node = &graph->nodes[id];
        if (node->params >= 0)
            draw_params(&weights->params[node->params], node, total(moments[node->inputs[0]]), seed);
        moments[id] = output_moment(graph, id, moments);
    }
    free(moments);
    return weights;
}

void cg_weights_fold_output(const struct cg_graph *graph, const struct cg_weights *weights, int id, int o,
                            float *weight, float *bias)
{
    const struct cg_params *p = &weights->params[graph->nodes[id].params];
    const size_t fan_in = p->n_weight / (size_t)p->out;
    const double scale = p->scale ? p->scale[o] : 1.0;
    const double before = p->bias ? p->bias[o] : 0.0;
    for (size_t i = 0; i < fan_in; i++)
        weight[i] = (float)(p->weight[(size_t)o * fan_in + i] * scale);
    *bias = (float)(before * scale + (p->shift ? p->shift[o] : 0.0));
}

void cg_weights_fold(const struct cg_graph *graph, const struct cg_weights *weights, int id, float *weight,
                     float *bias)
{
    const struct cg_params *p = &weights->params[graph->nodes[id].params];
    if (!p->weight) {
        for (int o = 0; o < p->out; o++) {
            weight[o] = p->scale[o];
            bias[o] = p->shift ? p->shift[o] : 0.0f;
        }
        return;
    }
    for (int o = 0; o < p->out; o++)
        cg_weights_fold_output(graph, weights, id, o, weight + (size_t)o * (p->n_weight / (size_t)p->out),
                               &bias[o]);
}

float *cg_input_create(const struct cg_graph *graph, uint64_t seed, struct cg_error *err)
{
    const int64_t n = cg_shape_elements(graph->nodes[graph->input].shape);
    float *nhwc = malloc((size_t)n * sizeof *nhwc);
    uint64_t state = stream(seed, UINT64_MAX);
    if (!nhwc)
        cg_fail(err, CG_NO_MEMORY, "no memory for an input");
    for (int64_t i = 0; nhwc && i < n; i++)
        nhwc[i] = uniform(&state, sqrt(3.0));
    return nhwc;
}
