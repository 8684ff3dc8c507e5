/* What exporters write out in simpler operators: activations, seen by their values, and layer normalisation,
 * seen by its form. */
#include "bench/onnx/maps.h"
#include "bench/onnx/readers.h"

#include <math.h>
#include <string.h>

/* ---- what nodes are ---- */

static const struct cg_node *node_at(const struct cg_onnx_importer *im, int id)
{
    return &im->graph->nodes[id];
}

static bool all_are(const float *values, int64_t n, float value)
{
    for (int64_t i = 0; i < n; i++)
        if (values[i] < value || values[i] > value)
            return false;
    return true;
}

/* Whether `id` is x * scale + shift with the same numbers for all channels. */
static bool is_scaled(struct cg_onnx_importer *im, int id, double *scale, double *shift)
{
    if (node_at(im, id)->op != CG_AFFINE)
        return false;
    const struct cg_onnx_params *p = cg_onnx_params_of(im, id);
    *scale = (double)p->scale[0];
    *shift = (double)p->shift[0];
    return all_are(p->scale, node_at(im, id)->shape.c, p->scale[0]) &&
           all_are(p->shift, node_at(im, id)->shape.c, p->shift[0]);
}

/* ---- activations ---- */

#define STEPS  12
#define POINTS 97

/* The nodes between the end of a chain and `base`, which all its ways come from; each before those that it
 * reads. */
struct chain {
    int ids[STEPS], n, base;
};

/* From far below 0 to far above, closest around it. */
static double point(int k)
{
    return sinh((k - POINTS / 2) / 7.0);
}

static double node_value(struct cg_onnx_importer *im, int id, const double *inputs)
{
    double value = inputs[0];
    const struct cg_node *node = node_at(im, id);
    if (node->op == CG_AFFINE)
        return value * (double)cg_onnx_params_of(im, id)->scale[0] +
               (double)cg_onnx_params_of(im, id)->shift[0];
    for (int i = 1; i < node->n_inputs; i++)
        value = node->op == CG_ADD ? value + inputs[i] : value * inputs[i];
    return cg_act_value(node, value);
}

/* What the chain makes of x. */
static double chain_value(struct cg_onnx_importer *im, const struct chain *chain, double x)
{
    double values[STEPS], inputs[STEPS];
    for (int i = chain->n - 1; i >= 0; i--) {
        const struct cg_node *node = node_at(im, chain->ids[i]);
        for (int k = 0; k < node->n_inputs; k++) {
            inputs[k] = x;
            for (int j = i + 1; j < chain->n; j++)
                if (chain->ids[j] == node->inputs[k])
                    inputs[k] = values[j];
        }
        values[i] = node_value(im, chain->ids[i], inputs);
    }
    return values[0];
}

/* The activation that the chain is, as far as numbers of 32 bits tell; CG_ACT_NONE: none that is looked for.
 */
static enum cg_act meaning_of(struct cg_onnx_importer *im, const struct chain *chain)
{
    static const enum cg_act known[] = {CG_ACT_GELU, CG_ACT_GELU_TANH, CG_ACT_MISH, CG_ACT_HARD_SWISH};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        const struct cg_node act = {.op = CG_ACT, .act = known[i]};
        int k = 0;
        while (k < POINTS && fabs(chain_value(im, chain, point(k)) - cg_act_value(&act, point(k))) <=
                                 1e-6 * (1 + fabs(point(k))))
            k++;
        if (k == POINTS)
            return known[i];
    }
    return CG_ACT_NONE;
}

/* Whether each element of the node depends on the same element of its inputs, whichever it is. */
static bool is_elementwise(struct cg_onnx_importer *im, int id)
{
    double scale, shift;
    const struct cg_node *node = node_at(im, id);
    return node->n_inputs < STEPS &&
           (node->op == CG_ACT || node->op == CG_ADD || is_scaled(im, id, &scale, &shift) ||
            (node->op == CG_MUL && cg_shape_equal(cg_onnx_shape(im, node->inputs[1]), node->shape)));
}

/* Puts the inputs of a node among those that are still to be looked at; false when there are too many. */
static bool open_inputs(const struct cg_node *node, int *open, int *n)
{
    for (int k = 0; k < node->n_inputs; k++) {
        int i = 0;
        while (i < *n && open[i] != node->inputs[k])
            i++;
        if (i == STEPS)
            return false;
        open[i] = node->inputs[k];
        *n += i == *n;
    }
    return true;
}

/* The activation that node `id` completes, and the node that it is of; CG_ACT_NONE: none. */
static enum cg_act find_act(struct cg_onnx_importer *im, int id, int *base)
{
    int open[STEPS] = {id}, n_open = 1;
    bool curved = false; /* one of the operators that only activations have */
    struct chain chain = {.n = 0};
    while (chain.n < STEPS) {
        int last = 0;
        for (int i = 1; i < n_open; i++)
            last = open[i] > open[last] ? i : last;
        chain.base = open[last];
        const enum cg_act act = n_open == 1 && curved ? meaning_of(im, &chain) : CG_ACT_NONE;
        *base = chain.base;
        if (act != CG_ACT_NONE || !is_elementwise(im, chain.base))
            return act;
        const struct cg_node *node = node_at(im, chain.base);
        curved |= node->act == CG_ACT_ERF || node->act == CG_ACT_TANH || node->act == CG_ACT_HARD_SIGMOID;
        chain.ids[chain.n++] = chain.base;
        open[last] = open[--n_open];
        if (!open_inputs(node, open, &n_open))
            return CG_ACT_NONE;
    }
    return CG_ACT_NONE;
}

/* The activation takes the name of the operator, too. */
enum cg_status cg_onnx_see_act(struct cg_onnx_importer *im)
{
    struct cg_onnx_value *value = cg_onnx_find(im, im->node->output[0]);
    int base;
    if (cg_onnx_failed(im) || im->own || !value)
        return im->error.status;
    const int before = value->view.node;
    const enum cg_act act = find_act(im, before, &base);
    const int id = act == CG_ACT_NONE ? -1 : cg_onnx_add_act(im, base, act);
    if (id < 0)
        return im->error.status;
    char name[CG_NAME_MAX];
    memcpy(name, node_at(im, id)->name, sizeof name);
    memcpy(im->graph->nodes[id].name, node_at(im, before)->name, sizeof name);
    memcpy(im->graph->nodes[before].name, name, sizeof name);
    const struct cg_onnx_view view = value->view;
    return cg_onnx_output_like(im, id, &view);
}

/* ---- powers ---- */

/* What is divided by a map's square root has no node of its own: it is kept until it is seen what for. */
static enum cg_status output_quotient(struct cg_onnx_importer *im, const struct cg_onnx_view *view,
                                      enum cg_onnx_value_kind kind, struct cg_onnx_quotient quotient)
{
    struct cg_onnx_value *value = cg_onnx_find(im, im->node->output[0]);
    if (cg_onnx_output_alias(im, view) == CG_OK && value) {
        value->kind = kind;
        value->quotient = quotient;
    }
    return im->error.status;
}

static enum cg_status output_root(struct cg_onnx_importer *im, const struct cg_onnx_view *view)
{
    return output_quotient(im, view, CG_ONNX_ROOT,
                           (struct cg_onnx_quotient){.over = -1, .under = view->node});
}

enum cg_status cg_onnx_read_sqrt(struct cg_onnx_importer *im)
{
    const struct cg_onnx_view view = cg_onnx_view_input(im, 0);
    return cg_onnx_failed(im) ? im->error.status : output_root(im, &view);
}

enum cg_status cg_onnx_read_reciprocal(struct cg_onnx_importer *im)
{
    const struct cg_onnx_value *value = cg_onnx_input(im, 0);
    if (value->kind != CG_ONNX_ROOT)
        return cg_onnx_fail(im, CG_UNSUPPORTED, "a division by a computed value");
    const struct cg_onnx_view view = value->view;
    return output_quotient(im, &view, CG_ONNX_QUOTIENT, value->quotient);
}

enum cg_status cg_onnx_read_pow(struct cg_onnx_importer *im)
{
    const struct cg_onnx_view view = cg_onnx_view_input(im, 0);
    const struct cg_onnx_constant *exponent = cg_onnx_constant_input(im, 1, "exponent");
    if (cg_onnx_failed(im))
        return im->error.status;
    const double power = exponent->count != 1 || exponent->rank > view.rank ? 0.0
                         : exponent->f                                      ? (double)exponent->f[0]
                                                                            : (double)exponent->i[0];
    if (fabs(power - 0.5) <= 0.0)
        return output_root(im, &view);
    int id = view.node;
    for (double k = 1; k < power && power <= 3.0 && floor(power) >= power && id >= 0; k++)
        id = cg_onnx_add_pair(im, CG_MUL, id, view.node);
    return id == view.node ? cg_onnx_fail(im, CG_UNSUPPORTED, "a power other than 0.5, 2 and 3")
                           : cg_onnx_output_like(im, id, &view);
}

/* ---- layer normalisation ---- */

/* The map whose mean over channels, plus *shift, node `id` is; -1: it is none. */
static int mean_of(struct cg_onnx_importer *im, int id, float *shift)
{
    const struct cg_node *node = node_at(im, id);
    if (node->op != CG_CONV || node->norm || node->window.kernel_h != 1 || node->window.kernel_w != 1)
        return -1;
    const struct cg_shape in = cg_onnx_shape(im, node->inputs[0]);
    const struct cg_onnx_params *p = cg_onnx_params_of(im, id);
    *shift = node->bias ? p->bias[0] : 0.0f;
    return cg_shape_equal(node->shape, (struct cg_shape){in.n, in.h, in.w, 1}) &&
                   all_are(p->weight, in.c, 1.0f / (float)in.c)
               ? node->inputs[0]
               : -1;
}

/* The map whose mean, times -1 or as it is, node `id` is; -1: it is none. */
static int mean_with_sign(struct cg_onnx_importer *im, int id, bool minus)
{
    double scale = 1, shift = 0;
    float more = 0;
    if (minus &&
        (!is_scaled(im, id, &scale, &shift) || scale > -1.0 || scale < -1.0 || shift < 0.0 || shift > 0.0))
        return -1;
    const int mean = minus ? node_at(im, id)->inputs[0] : id;
    const int repeated = node_at(im, mean)->op == CG_PERMUTE ? node_at(im, mean)->inputs[0] : mean;
    const int from = mean_of(im, repeated, &more);
    return more < 0.0f || more > 0.0f ? -1 : from;
}

/* The map that node `id` is without its mean over channels; -1: it is none. */
static int centred_of(struct cg_onnx_importer *im, int id)
{
    const struct cg_node *sum = node_at(im, id);
    return sum->op == CG_ADD && sum->n_inputs == 2 &&
                   mean_with_sign(im, sum->inputs[1], true) == sum->inputs[0]
               ? sum->inputs[0]
               : -1;
}

/* The map whose variance over channels, plus *epsilon, node `id` is; -1: it is none. */
static int variance_of(struct cg_onnx_importer *im, int id, float *epsilon)
{
    const int squares = mean_of(im, id, epsilon);
    const struct cg_node *square = squares < 0 ? NULL : node_at(im, squares);
    return square && square->op == CG_MUL && square->inputs[0] == square->inputs[1] && *epsilon >= 0.0f
               ? centred_of(im, square->inputs[0])
               : -1;
}

static enum cg_status refuse_quotient(struct cg_onnx_importer *im)
{
    return cg_onnx_fail(im, CG_UNSUPPORTED,
                        "a division by a computed value that is not the deviation of a layer normalisation");
}

/* The layer normalisation of node `over`, of which `q` is what is left to be done with it without its mean.
 */
static enum cg_status output_norm(struct cg_onnx_importer *im, const struct cg_onnx_view *view, int over,
                                  const struct cg_onnx_quotient *q)
{
    struct cg_onnx_params params = {0};
    struct cg_node node = cg_onnx_over(CG_LAYER_NORM, &over);
    if (variance_of(im, q->under, &node.epsilon) != over)
        return refuse_quotient(im);
    const int channels = cg_onnx_shape(im, over).c;
    params.scale = q->scale ? cg_onnx_by_channel(im, view, q->scale) : cg_onnx_filled(im, channels, 1.0f);
    params.shift = q->shift ? cg_onnx_by_channel(im, view, q->shift) : cg_onnx_filled(im, channels, 0.0f);
    return cg_onnx_output_like(im, cg_onnx_add(im, &node, &params), view);
}

/* A map over a quotient's root, whose view must be the map's but for the channels. */
static enum cg_status divide(struct cg_onnx_importer *im, const struct cg_onnx_value *map,
                             const struct cg_onnx_value *by)
{
    struct cg_onnx_quotient q = by->quotient;
    const struct cg_onnx_view view = map->view;
    if (map->kind != CG_ONNX_FEATURE || q.over >= 0 || !cg_onnx_view_broadcasts(&view, &by->view))
        return refuse_quotient(im);
    q.over = view.node;
    const int centred = centred_of(im, q.over);
    return centred >= 0 ? output_norm(im, &view, centred, &q)
                        : output_quotient(im, &view, CG_ONNX_QUOTIENT, q);
}

/* As Keras has it: x * factor + (shift - mean * factor), where factor = scale / root. */
static enum cg_status add_quotients(struct cg_onnx_importer *im, const struct cg_onnx_value *a,
                                    const struct cg_onnx_value *b)
{
    const struct cg_onnx_quotient *p = &a->quotient, *r = &b->quotient;
    const struct cg_onnx_view view = a->view;
    const int x = p->over, mean = r->over < 0 ? -1 : mean_with_sign(im, r->over, !r->minus);
    if (x < 0 || x != mean || p->under != r->under || p->scale != r->scale || p->shift || p->minus)
        return refuse_quotient(im);
    return output_norm(im, &view, x, r);
}

enum cg_status cg_onnx_read_quotient(struct cg_onnx_importer *im)
{
    const struct cg_onnx_value *in[2] = {cg_onnx_input(im, 0), cg_onnx_input(im, 1)};
    const int first = in[0]->kind == CG_ONNX_QUOTIENT ? 0 : 1;
    const struct cg_onnx_value *one = in[first], *other = in[1 - first];
    if (im->variant == '/' && in[1]->kind == CG_ONNX_ROOT)
        return divide(im, in[0], in[1]);
    if (one->kind != CG_ONNX_QUOTIENT)
        return refuse_quotient(im);
    if (im->variant == '*' && other->kind == CG_ONNX_FEATURE)
        return divide(im, other, one);
    if (im->variant == '+' && other->kind == CG_ONNX_QUOTIENT)
        return mean_with_sign(im, one->quotient.over < 0 ? 0 : one->quotient.over, !one->quotient.minus) < 0
                   ? add_quotients(im, one, other)
                   : add_quotients(im, other, one);
    const struct cg_onnx_constant *constant = cg_onnx_constant_input(im, (size_t)(1 - first), "other input");
    struct cg_onnx_quotient q = one->quotient;
    const struct cg_onnx_view view = one->view;
    if (!constant)
        return im->error.status;
    const bool scales = im->variant == '*' && !q.scale && !q.shift;
    const bool shifts = (im->variant == '+' || (im->variant == '-' && first == 1)) && q.over >= 0 && !q.shift;
    if (!scales && !shifts)
        return refuse_quotient(im);
    q.minus = im->variant == '-';
    if (scales)
        q.scale = constant;
    else
        q.shift = constant;
    return output_quotient(im, &view, CG_ONNX_QUOTIENT, q);
}
