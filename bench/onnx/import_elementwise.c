/* Arithmetic between maps, or between a map and constants (a scale and shift for each channel). */
#include "bench/onnx/maps.h"
#include "bench/onnx/readers.h"

/* ---- a map and constants ---- */

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
    if (!o->map_is_first && cg_onnx_attribute(im->node, "axis"))
        cg_onnx_fail(im, CG_UNSUPPORTED, "a map along an axis of a constant");
    o->channels = cg_onnx_shape(im, o->view.node).c;
    o->values = cg_onnx_by_channel(im, &o->view, c);
    return true;
}

/* Makes scale and shift (NULL: none) of each channel part of norm `id`, when it is one that only the operator
 * being read reads. */
static bool scale_norm(struct cg_onnx_importer *im, int id, const float *scale, const float *shift)
{
    const struct cg_node *node = &im->graph->nodes[id];
    if (im->own || (node->op != CG_LAYER_NORM && node->op != CG_GROUP_NORM) || !cg_onnx_is_read_once(im, id))
        return false;
    struct cg_onnx_params *params = cg_onnx_params_of(im, id);
    float *scales = cg_onnx_filled(im, node->shape.c, 1.0f),
          *shifts = cg_onnx_filled(im, node->shape.c, 0.0f);
    for (int c = 0; scales && shifts && c < node->shape.c; c++) {
        scales[c] = params->scale[c] * (scale ? scale[c] : 1.0f);
        shifts[c] = params->shift[c] * (scale ? scale[c] : 1.0f) + (shift ? shift[c] : 0.0f);
    }
    params->scale = scales;
    params->shift = shifts;
    return !cg_onnx_failed(im);
}

/* x * scale + shift; NULL stands for ones or zeros. */
static enum cg_status add_affine(struct cg_onnx_importer *im, const struct operands *o, const float *scale,
                                 const float *shift)
{
    if (!cg_onnx_failed(im) && scale_norm(im, o->view.node, scale, shift))
        return cg_onnx_output_alias(im, &o->view);
    const struct cg_onnx_params params = {.scale = scale ? scale : cg_onnx_filled(im, o->channels, 1.0f),
                                          .shift = shift ? shift : cg_onnx_filled(im, o->channels, 0.0f),
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

/* The node of `small` as one that can be combined with `big`'s, by the standard's broadcasting: of the same
 * shape, or, when `scales`, [n, 1, 1, c]. -1 after a failure. */
static int broadcast(struct cg_onnx_importer *im, const struct cg_onnx_view *big, struct cg_onnx_view small,
                     bool scales)
{
    const int behind = cg_onnx_first_dim(im, big->rank, small.rank);
    if (behind >= 0) /* ones behind, so that they end together */
        for (const int last = big->rank - behind; small.rank < last;)
            small.dims[small.rank++] = 1;
    const struct cg_shape m = cg_onnx_shape(im, big->node), s = cg_onnx_shape(im, small.node);
    const bool pixel = s.h == 1 && s.w == 1 && (m.h > 1 || m.w > 1);
    int node = small.node;
    if (cg_onnx_failed(im) || same_map(im, big, &small))
        return cg_onnx_failed(im) ? -1 : node;
    if (!cg_onnx_view_broadcasts(big, &small) || s.n != m.n || (s.c != 1 && s.c != m.c) ||
        (s.h != 1 && s.h != m.h) || (s.w != 1 && s.w != m.w)) {
        cg_onnx_fail(im, CG_UNSUPPORTED,
                     "its inputs are neither of one shape, nor has one 1 row, column or channel where the "
                     "other has more");
        return -1;
    }
    if (s.c != m.c) {
        struct cg_node repeated = cg_onnx_over(CG_PERMUTE, &small.node);
        repeated.index = cg_onnx_alloc(im, (size_t)m.c, sizeof(int)); /* its one channel each time */
        repeated.shape.c = m.c;
        node = cg_onnx_add(im, &repeated, NULL);
    }
    if (!pixel && !(s.h == m.h && s.w == m.w)) {
        struct cg_node larger = cg_onnx_over(CG_UPSAMPLE, &node);
        larger.shape.h = m.h;
        larger.shape.w = m.w;
        return cg_onnx_add(im, &larger, NULL);
    }
    /* A sum of maps needs each pixel: once for all. */
    return pixel && !scales
               ? cg_onnx_add_pair(im, CG_MUL, cg_onnx_add_scaled(im, big->node, 0.0f, 1.0f), node)
               : node;
}

static bool is_constant(struct cg_onnx_importer *im, size_t i)
{
    const struct cg_onnx_value *value = cg_onnx_input(im, i);
    return value && value->kind != CG_ONNX_FEATURE;
}

/* The map that the other inputs are brought to the shape of. */
static size_t largest_input(struct cg_onnx_importer *im)
{
    size_t largest = 0;
    int64_t most = 0;
    for (size_t i = 0; i < im->node->n_input && !cg_onnx_failed(im); i++) {
        if (is_constant(im, i))
            continue;
        const struct cg_onnx_view view = cg_onnx_view_input(im, i);
        const int64_t elements = cg_onnx_failed(im) ? 0 : cg_shape_elements(cg_onnx_shape(im, view.node));
        if (elements > most) {
            largest = i;
            most = elements;
        }
    }
    return largest;
}

enum cg_status cg_onnx_read_neg(struct cg_onnx_importer *im)
{
    const struct cg_onnx_view view = cg_onnx_view_input(im, 0);
    return cg_onnx_failed(im)
               ? im->error.status
               : cg_onnx_output_like(im, cg_onnx_add_scaled(im, view.node, -1.0f, 0.0f), &view);
}

/* Adds the constants among the inputs to the sum's node and multiplies by `factor`. Returns as cg_onnx_add().
 */
static int add_constants(struct cg_onnx_importer *im, const struct cg_onnx_view *sum, float factor)
{
    const int channels = cg_onnx_shape(im, sum->node).c;
    float *shift = cg_onnx_filled(im, channels, 0.0f);
    for (size_t i = 0; i < im->node->n_input && !cg_onnx_failed(im); i++) {
        const float *values =
            is_constant(im, i) ? cg_onnx_by_channel(im, sum, cg_onnx_constant_input(im, i, "input")) : NULL;
        for (int c = 0; values && c < channels; c++)
            shift[c] += factor * values[c];
    }
    const struct cg_onnx_params params = {.scale = cg_onnx_filled(im, channels, factor), .shift = shift};
    const struct cg_node node = cg_onnx_over(CG_AFFINE, &sum->node);
    return cg_onnx_add(im, &node, &params);
}

/* All inputs as one sum, or their mean ('m'). */
enum cg_status cg_onnx_read_sum(struct cg_onnx_importer *im)
{
    const size_t n = im->node->n_input;
    const bool mean = im->variant == 'm';
    struct cg_onnx_view big = cg_onnx_view_input(im, largest_input(im));
    int *inputs = cg_onnx_alloc(im, n, sizeof *inputs), n_maps = 0;
    for (size_t i = 0; i < n && !cg_onnx_failed(im); i++)
        if (!is_constant(im, i))
            inputs[n_maps++] = broadcast(im, &big, cg_onnx_view_input(im, i), false);
    if (n == 1)
        return cg_onnx_output_alias(im, &big);
    struct cg_node node = cg_onnx_over(CG_ADD, inputs);
    node.n_inputs = n_maps;
    int id = n_maps == 1 ? big.node : cg_onnx_add(im, &node, NULL);
    if (id >= 0 && ((size_t)n_maps < n || mean)) {
        big.node = id;
        id = add_constants(im, &big, mean ? 1.0f / (float)n : 1.0f);
    }
    return cg_onnx_output_like(im, id, &big);
}

/* x + shift of each channel. Returns as cg_onnx_add(). */
static int add_shifted(struct cg_onnx_importer *im, int input, const float *shift)
{
    const int channels = cg_onnx_failed(im) ? 0 : cg_onnx_shape(im, input).c;
    const struct cg_onnx_params params = {.scale = cg_onnx_filled(im, channels, 1.0f), .shift = shift};
    const struct cg_node node = cg_onnx_over(CG_AFFINE, &input);
    return cg_onnx_add(im, &node, &params);
}

/* The greater of two nodes' elements: x + relu(other - x). -1 after a failure. */
static int add_greater(struct cg_onnx_importer *im, int x, int other)
{
    const int minus = cg_onnx_failed(im) ? -1 : cg_onnx_add_scaled(im, x, -1.0f, 0.0f);
    const int more = minus < 0 ? -1 : cg_onnx_add_pair(im, CG_ADD, other, minus);
    const int rest = more < 0 ? -1 : cg_onnx_add_act(im, more, CG_ACT_RELU);
    return rest < 0 ? -1 : cg_onnx_add_pair(im, CG_ADD, x, rest);
}

/* The greater of a node's elements, of which `like` is the view, and a constant's times `sign`:
 * relu(x - bound) + bound. -1 after a failure. */
static int add_bound(struct cg_onnx_importer *im, struct cg_onnx_view like, int id, size_t i, float sign)
{
    const int channels = cg_onnx_failed(im) ? 0 : cg_onnx_shape(im, id).c;
    like.node = id;
    float *there = cg_onnx_by_channel(im, &like, cg_onnx_constant_input(im, i, "input"));
    float *back = cg_onnx_filled(im, channels, 0.0f);
    for (int c = 0; there && back && c < channels; c++) {
        back[c] = sign * there[c];
        there[c] = -back[c];
    }
    const int moved = add_shifted(im, id, there);
    const int cut = moved < 0 ? -1 : cg_onnx_add_act(im, moved, CG_ACT_RELU);
    return cut < 0 ? -1 : add_shifted(im, cut, back);
}

/* The least is the greatest with all signs turned. */
enum cg_status cg_onnx_read_greatest(struct cg_onnx_importer *im)
{
    const float sign = im->variant == '<' ? -1.0f : 1.0f;
    const struct cg_onnx_view big = cg_onnx_view_input(im, largest_input(im));
    int id = -1;
    for (size_t i = 0; i < im->node->n_input && !cg_onnx_failed(im); i++) {
        if (is_constant(im, i))
            continue;
        const int node = broadcast(im, &big, cg_onnx_view_input(im, i), false);
        const int turned = node < 0 || sign > 0 ? node : cg_onnx_add_scaled(im, node, sign, 0.0f);
        id = id < 0 || turned < 0 ? turned : add_greater(im, id, turned);
    }
    for (size_t i = 0; i < im->node->n_input && !cg_onnx_failed(im); i++)
        if (is_constant(im, i))
            id = add_bound(im, big, id, i, sign);
    if (sign < 0 && !cg_onnx_failed(im))
        id = cg_onnx_add_scaled(im, id, sign, 0.0f);
    return cg_onnx_output_like(im, id, &big);
}

static bool has_quotient(struct cg_onnx_importer *im)
{
    bool found = false;
    for (size_t i = 0; i < im->node->n_input; i++) {
        const struct cg_onnx_value *value = cg_onnx_input(im, i);
        found |= value && (value->kind == CG_ONNX_ROOT || value->kind == CG_ONNX_QUOTIENT);
    }
    return found;
}

enum cg_status cg_onnx_read_add(struct cg_onnx_importer *im)
{
    struct operands o;
    if (has_quotient(im))
        return cg_onnx_read_quotient(im);
    return read_with_constant(im, &o) ? add_shift(im, &o) : cg_onnx_read_sum(im);
}

static enum cg_status read_difference(struct cg_onnx_importer *im)
{
    const struct cg_onnx_view big = cg_onnx_view_input(im, largest_input(im));
    const int a = broadcast(im, &big, cg_onnx_view_input(im, 0), false);
    const int b = broadcast(im, &big, cg_onnx_view_input(im, 1), false);
    const int minus = cg_onnx_failed(im) ? -1 : cg_onnx_add_scaled(im, b, -1.0f, 0.0f);
    return cg_onnx_output_like(im, cg_onnx_add_pair(im, CG_ADD, a, minus), &big);
}

enum cg_status cg_onnx_read_sub(struct cg_onnx_importer *im)
{
    struct operands o;
    if (has_quotient(im))
        return cg_onnx_read_quotient(im);
    if (!read_with_constant(im, &o))
        return read_difference(im);
    if (!o.map_is_first)
        return add_affine(im, &o, cg_onnx_filled(im, o.channels, -1.0f), o.values);
    for (int c = 0; o.values && c < o.channels; c++)
        o.values[c] = -o.values[c];
    return add_shift(im, &o);
}

/* The pixel that a map repeats: what a product needs of it. */
static int before_repeats(const struct cg_onnx_importer *im, int id)
{
    const struct cg_node *node = &im->graph->nodes[id];
    const struct cg_shape in = node->n_inputs ? cg_onnx_shape(im, node->inputs[0]) : node->shape;
    return node->op == CG_UPSAMPLE && in.h == 1 && in.w == 1 && !im->own ? node->inputs[0] : id;
}

static enum cg_status read_product(struct cg_onnx_importer *im)
{
    struct cg_onnx_view views[2] = {cg_onnx_view_input(im, 0), cg_onnx_view_input(im, 1)};
    if (cg_onnx_failed(im))
        return im->error.status;
    const size_t big = largest_input(im);
    const int small = broadcast(im, &views[big], views[1 - big], true);
    const int factor = small < 0 ? -1 : before_repeats(im, small);
    return cg_onnx_output_like(im, cg_onnx_add_pair(im, CG_MUL, views[big].node, factor), &views[big]);
}

enum cg_status cg_onnx_read_mul(struct cg_onnx_importer *im)
{
    struct operands o;
    if (has_quotient(im))
        return cg_onnx_read_quotient(im);
    const enum cg_status status =
        read_with_constant(im, &o) ? add_affine(im, &o, o.values, NULL) : read_product(im);
    return status == CG_OK ? cg_onnx_see_act(im) : status;
}

enum cg_status cg_onnx_read_div(struct cg_onnx_importer *im)
{
    struct operands o;
    if (has_quotient(im))
        return cg_onnx_read_quotient(im);
    if (!read_with_constant(im, &o) || !o.map_is_first)
        return cg_onnx_fail(im, CG_UNSUPPORTED, "a division by a computed value");
    for (int c = 0; o.values && c < o.channels; c++)
        o.values[c] = 1.0f / o.values[c];
    const enum cg_status status = add_affine(im, &o, o.values, NULL);
    return status == CG_OK ? cg_onnx_see_act(im) : status;
}
