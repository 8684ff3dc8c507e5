/* Activations and arithmetic: between maps, or between a map and constants (a scale and shift for each
 * channel). */
#include "bench/onnx/arguments.h"
#include "bench/onnx/readers.h"

#include <float.h>
#include <math.h>

/* ---- activations ---- */

static enum cg_status add_act(struct cg_onnx_importer *im, const struct cg_onnx_view *view, enum cg_act act)
{
    struct cg_node node = cg_onnx_over(CG_ACT, &view->node);
    node.act = act;
    return cg_onnx_output_like(im, cg_onnx_add(im, &node, NULL), view);
}

enum cg_status cg_onnx_read_act(struct cg_onnx_importer *im)
{
    const struct cg_onnx_view view = cg_onnx_view_input(im, 0);
    return add_act(im, &view, (enum cg_act)im->variant);
}

static bool is_near(float value, double wanted)
{
    return fabs((double)value - wanted) <= 1e-6 * fabs(wanted);
}

enum cg_status cg_onnx_read_hard_sigmoid(struct cg_onnx_importer *im)
{
    const float alpha = cg_onnx_float(im, "alpha", 0.2f), beta = cg_onnx_float(im, "beta", 0.5f);
    if (!is_near(alpha, 1.0 / 6.0) || !is_near(beta, 0.5))
        return cg_onnx_fail(im, CG_UNSUPPORTED, "alpha %g and beta %g; only 1/6 and 1/2 are read",
                            (double)alpha, (double)beta);
    const struct cg_onnx_view view = cg_onnx_view_input(im, 0);
    return add_act(im, &view, CG_ACT_HARD_SIGMOID);
}

/* One bound of a Clip: an input since operator set 11, an attribute before. */
static float read_bound(struct cg_onnx_importer *im, size_t i, const char *name, float fallback)
{
    cg_onnx_refuse_both(im, i, name);
    const float bound = cg_onnx_float(im, name, fallback);
    const struct cg_onnx_constant *constant = cg_onnx_constant_input(im, i, name);
    if (constant && (!constant->f || constant->count != 1)) {
        cg_onnx_fail(im, CG_INVALID, "its %s is not one number", name);
        return fallback;
    }
    return constant ? constant->f[0] : bound;
}

/* Behind a ReLU that nothing else reads it takes the ReLU's place: PyTorch writes relu6 as the two. */
static enum cg_status read_relu6(struct cg_onnx_importer *im, const struct cg_onnx_view *view)
{
    struct cg_node *before = &im->graph->nodes[view->node];
    if (im->own || before->op != CG_ACT || before->act != CG_ACT_RELU ||
        !cg_onnx_is_read_once(im, view->node))
        return add_act(im, view, CG_ACT_RELU6);
    before->act = CG_ACT_RELU6;
    return cg_onnx_output_alias(im, view);
}

/* The values of the view, none below `least` nor above `most`. */
static enum cg_status clip(struct cg_onnx_importer *im, const struct cg_onnx_view *view, float least,
                           float most)
{
    if (cg_onnx_failed(im))
        return im->error.status;
    if (least <= -FLT_MAX && most >= FLT_MAX)
        return cg_onnx_output_alias(im, view);
    if (least < 0.0f && cg_onnx_is_not_negative(im->graph, view->node))
        least = 0.0f;
    if (least == 0.0f && most == 6.0f)
        return read_relu6(im, view);
    if (least == 0.0f && most >= FLT_MAX)
        return add_act(im, view, CG_ACT_RELU);
    return cg_onnx_fail(im, CG_UNSUPPORTED, "bounds %g and %g; only 0 and 6, or 0 and none, are read",
                        (double)least, (double)most);
}

enum cg_status cg_onnx_read_clip(struct cg_onnx_importer *im)
{
    const float least = read_bound(im, 1, "min", -FLT_MAX), most = read_bound(im, 2, "max", FLT_MAX);
    const struct cg_onnx_view view = cg_onnx_view_input(im, 0);
    return clip(im, &view, least, most);
}

/* Of a map and one number, as Clip with one bound. */
enum cg_status cg_onnx_read_min_max(struct cg_onnx_importer *im)
{
    if (im->node->n_input != 2)
        return cg_onnx_fail(im, CG_UNSUPPORTED, "of %zu inputs, of which some are maps", im->node->n_input);
    const struct cg_onnx_value *first = cg_onnx_input(im, 0);
    const size_t map = first && first->kind == CG_ONNX_FEATURE ? 0 : 1, other = 1 - map;
    const struct cg_onnx_view view = cg_onnx_view_input(im, map);
    const struct cg_onnx_constant *bound = cg_onnx_constant_input(im, other, "other input");
    if (bound && (!bound->f || bound->count != 1 || bound->rank > view.rank))
        cg_onnx_fail(im, CG_UNSUPPORTED, "its constant is not one number");
    if (cg_onnx_failed(im))
        return im->error.status;
    const bool at_most = im->variant == '<';
    return clip(im, &view, at_most ? -FLT_MAX : bound->f[0], at_most ? bound->f[0] : FLT_MAX);
}

/* ---- a map and constants ---- */

/* The constant as one value for each channel of the map, or NULL after a failure. */
static float *by_channel(struct cg_onnx_importer *im, const struct cg_onnx_view *view,
                         const struct cg_onnx_constant *constant)
{
    const int channels = cg_onnx_shape(im, view->node).c;
    int dim = -1; /* of the view: the one along which the constant changes */
    const int behind = view->rank - constant->rank;
    bool fits = constant->f && behind >= 0 && constant->count > 0;
    for (int i = 0; fits && i < constant->rank; i++)
        if (constant->dims[i] != 1) {
            fits = dim < 0 && constant->dims[i] == view->dims[i + behind];
            dim = i + behind;
        }
    if (!fits || (dim >= 0 && !cg_onnx_view_covers(view, dim, CG_ONNX_C, channels)))
        cg_onnx_fail(im, CG_UNSUPPORTED, "its constant is not one number, nor one for each channel");
    float *values = cg_onnx_alloc(im, (size_t)channels, sizeof *values);
    for (int k = 0; values && k < channels; k++) {
        int place[CG_ONNX_AXES] = {0};
        place[CG_ONNX_C] = k;
        if (dim >= 0)
            cg_onnx_view_locate(view, dim, k, place);
        values[place[CG_ONNX_C]] = constant->f[dim >= 0 ? k : 0];
    }
    return values;
}

/* The map and the constant that an operator combines. */
struct operands {
    struct cg_onnx_view view;
    float *values; /* of the constant, one for each channel */
    int channels;
    bool map_is_first;
};

/* Whether one input is a map and the other constant: then `o` receives them. */
static bool read_with_constant(struct cg_onnx_importer *im, struct operands *o)
{
    const struct cg_onnx_value *a = cg_onnx_input(im, 0), *b = cg_onnx_input(im, 1);
    *o = (struct operands){.map_is_first = a && a->kind == CG_ONNX_FEATURE};
    if (o->map_is_first == (b && b->kind == CG_ONNX_FEATURE))
        return false;
    const struct cg_onnx_constant *c = cg_onnx_constant_input(im, o->map_is_first ? 1 : 0, "constant");
    o->view = cg_onnx_view_input(im, o->map_is_first ? 0 : 1);
    o->channels = cg_onnx_shape(im, o->view.node).c;
    if (c)
        o->values = by_channel(im, &o->view, c);
    return true;
}

static float *filled(struct cg_onnx_importer *im, int n, float value)
{
    float *values = cg_onnx_alloc(im, (size_t)n, sizeof *values);
    for (int i = 0; values && i < n; i++)
        values[i] = value;
    return values;
}

/* x * scale + shift; NULL stands for ones or zeros. */
static enum cg_status add_affine(struct cg_onnx_importer *im, const struct operands *o, const float *scale,
                                 const float *shift)
{
    const struct cg_onnx_params params = {.scale = scale ? scale : filled(im, o->channels, 1.0f),
                                          .shift = shift ? shift : filled(im, o->channels, 0.0f),
                                          .shift_is_open = shift == NULL};
    const struct cg_node node = cg_onnx_over(CG_AFFINE, &o->view.node);
    return cg_onnx_output_like(im, cg_onnx_add(im, &node, &params), &o->view);
}

/* x + shift: the bias of a layer without one, the shift of a scale just before, or an affine. */
static enum cg_status add_shift(struct cg_onnx_importer *im, const struct operands *o)
{
    if (cg_onnx_failed(im))
        return im->error.status;
    const int id = o->view.node;
    struct cg_node *before = &im->graph->nodes[id];
    if (cg_onnx_is_open_layer(im, id) && !before->bias) {
        before->bias = true;
        cg_onnx_params_of(im, id)->bias = o->values;
    } else if (cg_onnx_is_read_once(im, id) && before->op == CG_AFFINE &&
               cg_onnx_params_of(im, id)->shift_is_open) {
        cg_onnx_params_of(im, id)->shift = o->values;
        cg_onnx_params_of(im, id)->shift_is_open = false;
    } else {
        return add_affine(im, o, NULL, o->values);
    }
    return cg_onnx_output_alias(im, &o->view);
}

/* ---- maps and maps ---- */

static bool same_map(const struct cg_onnx_importer *im, const struct cg_onnx_view *a,
                     const struct cg_onnx_view *b)
{
    return cg_onnx_view_alike(a, b) && cg_shape_equal(cg_onnx_shape(im, a->node), cg_onnx_shape(im, b->node));
}

/* All inputs, maps of one shape, as one sum. */
enum cg_status cg_onnx_read_sum(struct cg_onnx_importer *im)
{
    const size_t n = im->node->n_input;
    const struct cg_onnx_view first = cg_onnx_view_input(im, 0);
    int *inputs = cg_onnx_alloc(im, n, sizeof *inputs);
    for (size_t i = 0; i < n && !cg_onnx_failed(im); i++) {
        const struct cg_onnx_view view = cg_onnx_view_input(im, i);
        if (!cg_onnx_failed(im) && !same_map(im, &first, &view))
            cg_onnx_fail(im, CG_UNSUPPORTED, "its inputs have different shapes");
        inputs[i] = view.node;
    }
    if (n == 1)
        return cg_onnx_output_alias(im, &first);
    struct cg_node node = cg_onnx_over(CG_ADD, inputs);
    node.n_inputs = (int)n;
    return cg_onnx_output_like(im, cg_onnx_add(im, &node, NULL), &first);
}

enum cg_status cg_onnx_read_add(struct cg_onnx_importer *im)
{
    struct operands o;
    return read_with_constant(im, &o) ? add_shift(im, &o) : cg_onnx_read_sum(im);
}

enum cg_status cg_onnx_read_sub(struct cg_onnx_importer *im)
{
    struct operands o;
    if (!read_with_constant(im, &o))
        return cg_onnx_fail(im, CG_UNSUPPORTED, "a difference of two computed values");
    if (!o.map_is_first)
        return add_affine(im, &o, filled(im, o.channels, -1.0f), o.values);
    for (int c = 0; o.values && c < o.channels; c++)
        o.values[c] = -o.values[c];
    return add_shift(im, &o);
}

/* x * hard_sigmoid(x), as exporters without HardSwish write it: returns the node of x, or -1. */
static int hard_swish_of(const struct cg_onnx_importer *im, const struct cg_onnx_view views[2])
{
    if (im->own || !same_map(im, &views[0], &views[1]))
        return -1;
    for (int i = 0; i < 2; i++) {
        const struct cg_node *gate = &im->graph->nodes[views[i].node];
        if (gate->op == CG_ACT && gate->act == CG_ACT_HARD_SIGMOID && gate->inputs[0] == views[1 - i].node &&
            cg_onnx_is_read_once(im, views[i].node))
            return gate->inputs[0];
    }
    return -1;
}

/* Whether view `small` is [n, c, 1, 1] for a map [n, c, h, w]. */
static bool scales_channels(const struct cg_onnx_importer *im, const struct cg_onnx_view *map,
                            const struct cg_onnx_view *small)
{
    int groups;
    const struct cg_shape m = cg_onnx_shape(im, map->node), s = cg_onnx_shape(im, small->node);
    return map->rank == 4 && small->rank == 4 && s.h == 1 && s.w == 1 && s.n == m.n && s.c == m.c &&
           cg_onnx_view_form(map, m, &groups) == CG_ONNX_FORM_MAP &&
           cg_onnx_view_form(small, s, &groups) == CG_ONNX_FORM_MAP;
}

static enum cg_status read_product(struct cg_onnx_importer *im)
{
    struct cg_onnx_view views[2] = {cg_onnx_view_input(im, 0), cg_onnx_view_input(im, 1)};
    if (cg_onnx_failed(im))
        return im->error.status;
    const int source = hard_swish_of(im, views);
    if (source >= 0) {
        views[0].node = source;
        im->reads[source]--; /* the gate and the product read it: now one activation does */
        return add_act(im, &views[0], CG_ACT_HARD_SWISH);
    }
    const bool same = same_map(im, &views[0], &views[1]);
    const bool swapped = !same && scales_channels(im, &views[1], &views[0]);
    if (!same && !swapped && !scales_channels(im, &views[0], &views[1]))
        return cg_onnx_fail(im, CG_UNSUPPORTED,
                            "its inputs are neither of one shape nor a map and [n, c, 1, 1]");
    const int pair[2] = {views[swapped].node, views[!swapped].node};
    struct cg_node node = cg_onnx_over(CG_MUL, pair);
    node.n_inputs = 2;
    return cg_onnx_output_like(im, cg_onnx_add(im, &node, NULL), &views[swapped]);
}

enum cg_status cg_onnx_read_mul(struct cg_onnx_importer *im)
{
    struct operands o;
    return read_with_constant(im, &o) ? add_affine(im, &o, o.values, NULL) : read_product(im);
}

enum cg_status cg_onnx_read_div(struct cg_onnx_importer *im)
{
    struct operands o;
    if (!read_with_constant(im, &o) || !o.map_is_first)
        return cg_onnx_fail(im, CG_UNSUPPORTED, "a division by a computed value");
    for (int c = 0; o.values && c < o.channels; c++)
        o.values[c] = 1.0f / o.values[c];
    return add_affine(im, &o, o.values, NULL);
}
