/* Fully connected layers: Gemm, and MatMul (an Add behind it gives the bias). */
#include "bench/onnx/arguments.h"
#include "bench/onnx/readers.h"

struct layer {
    struct cg_onnx_view view; /* [n, in], where `in` may run over a whole map, or [..., channels] */
    bool at_each_pixel;       /* the latter: a 1x1 convolution */
    const struct cg_onnx_constant *weight;
    bool transposed;      /* the weight is [out, in], not [in, out] */
    bool weight_is_first; /* W X, of which the transposed is X' W' */
    float alpha;
    int in, out;
};

static const int turned[] = {1, 0};

static enum cg_status read_layer(struct cg_onnx_importer *im, struct layer *layer)
{
    layer->view = cg_onnx_view_input(im, layer->weight_is_first ? 1 : 0);
    layer->weight = cg_onnx_constant_input(im, layer->weight_is_first ? 0 : 1, "weight");
    if (!cg_onnx_failed(im) && layer->weight_is_first && layer->view.rank != 2)
        cg_onnx_fail(im, CG_UNSUPPORTED, "a constant times a value of %d dimensions", layer->view.rank);
    if (cg_onnx_failed(im))
        return im->error.status;
    if (layer->weight_is_first)
        cg_onnx_view_transpose(&layer->view, turned);
    const struct cg_onnx_view *view = &layer->view;
    const struct cg_onnx_constant *w = layer->weight;
    const struct cg_shape in = cg_onnx_shape(im, view->node);
    const bool each_image = view->rank == 2 && cg_onnx_view_covers(view, 0, CG_ONNX_N, in.n);
    layer->at_each_pixel =
        !each_image && view->rank > 1 && cg_onnx_view_covers(view, view->rank - 1, CG_ONNX_C, in.c);
    if (!each_image && !layer->at_each_pixel)
        return cg_onnx_fail(im, CG_UNSUPPORTED, "its input is not [images, features], nor channels last");
    if (!w || !w->f || w->rank != 2 || w->count == 0)
        return cg_onnx_fail(im, CG_INVALID, "its weight is not a matrix of floats");
    layer->in = (int)w->dims[layer->transposed ? 1 : 0];
    layer->out = (int)w->dims[layer->transposed ? 0 : 1];
    if (layer->in != view->dims[view->rank - 1])
        return cg_onnx_fail(im, CG_INVALID, "its weight is for %d features, its input has %lld", layer->in,
                            (long long)view->dims[view->rank - 1]);
    return CG_OK;
}

/* Weights in the order of the map's elements (h, w, c), whatever order the features stand in. */
static float *order_weights(struct cg_onnx_importer *im, const struct layer *layer)
{
    const struct cg_shape map = cg_onnx_shape(im, layer->view.node);
    const size_t in = (size_t)layer->in, out = (size_t)layer->out;
    float *ordered = cg_onnx_alloc(im, in * out, sizeof *ordered);
    for (size_t k = 0; ordered && k < in; k++) {
        int place[CG_ONNX_AXES];
        cg_onnx_view_locate(&layer->view, layer->view.rank - 1, (int64_t)k, place);
        const size_t pixel = (size_t)place[CG_ONNX_H] * (size_t)map.w + (size_t)place[CG_ONNX_W];
        const size_t target = pixel * (size_t)map.c + (size_t)place[CG_ONNX_C];
        for (size_t o = 0; o < out; o++)
            ordered[o * in + target] =
                layer->alpha * layer->weight->f[layer->transposed ? o * in + k : k * out + o];
    }
    return ordered;
}

/* On a map of more than one pixel the layer is a convolution, whose window is the map or a pixel. */
static enum cg_status add_layer(struct cg_onnx_importer *im, const struct layer *layer, const float *bias)
{
    const struct cg_shape map = cg_onnx_shape(im, layer->view.node);
    struct cg_node node = cg_onnx_over(map.h == 1 && map.w == 1 ? CG_FC : CG_CONV, &layer->view.node);
    node.shape.c = layer->out;
    node.bias = bias != NULL;
    node.window.kernel_h = layer->at_each_pixel ? 1 : map.h;
    node.window.kernel_w = layer->at_each_pixel ? 1 : map.w;
    const struct cg_onnx_params params = {
        .weight = order_weights(im, layer), .bias = bias, .source = layer->weight->f};
    const int id = cg_onnx_add(im, &node, &params);
    if (layer->weight_is_first && id >= 0 && !layer->at_each_pixel) {
        struct cg_onnx_view back = cg_onnx_view_of(id, cg_onnx_shape(im, id), 2);
        cg_onnx_view_transpose(&back, turned);
        return cg_onnx_output_like(im, id, &back);
    }
    if (!layer->at_each_pixel)
        return cg_onnx_output_map(im, 0, id, 2);
    struct cg_onnx_view view = layer->view;
    cg_onnx_view_set_channels(&view, view.rank - 1, layer->out);
    return cg_onnx_output_like(im, id, &view);
}

enum cg_status cg_onnx_read_matmul(struct cg_onnx_importer *im)
{
    const struct cg_onnx_value *first = cg_onnx_input(im, 0), *second = cg_onnx_input(im, 1);
    const bool left = first->kind != CG_ONNX_FEATURE;
    if (!left && second->kind == CG_ONNX_FEATURE)
        return cg_onnx_fail(im, CG_UNSUPPORTED,
                            "of two computed values, as in attention, which the graph has no layer for");
    struct layer layer = {.alpha = 1.0f, .transposed = left, .weight_is_first = left};
    if (read_layer(im, &layer) == CG_OK && left && layer.at_each_pixel)
        cg_onnx_fail(im, CG_UNSUPPORTED, "a constant times the channels of many pixels");
    return cg_onnx_failed(im) ? im->error.status : add_layer(im, &layer, NULL);
}

/* beta * C, as one value an output: C may be [out], [1, out], a single number, or missing (NULL). */
static const float *read_bias(struct cg_onnx_importer *im, int out, float beta)
{
    const struct cg_onnx_constant *c = cg_onnx_constant_input(im, 2, "bias");
    if (!c)
        return NULL;
    const bool one_row = c->rank == 0 || c->dims[c->rank - 1] == c->count;
    if (!c->f || !one_row || (c->count != out && c->count != 1)) {
        cg_onnx_fail(im, CG_UNSUPPORTED, "its bias is not one value for each of %d outputs", out);
        return NULL;
    }
    float *values = cg_onnx_alloc(im, (size_t)out, sizeof *values);
    for (int o = 0; values && o < out; o++)
        values[o] = beta * c->f[c->count == 1 ? 0 : o];
    return values;
}

enum cg_status cg_onnx_read_gemm(struct cg_onnx_importer *im)
{
    const bool trans_a = cg_onnx_int(im, "transA", 0) != 0;
    struct layer layer = {.transposed = cg_onnx_int(im, "transB", 0) != 0,
                          .alpha = cg_onnx_float(im, "alpha", 1.0f)};
    const float beta = cg_onnx_float(im, "beta", 1.0f);
    if (cg_onnx_attribute(im->node, "broadcast") && im->opset >= 7)
        cg_onnx_fail(im, CG_INVALID, "attribute broadcast is of operator sets before 7");
    if (trans_a)
        cg_onnx_fail(im, CG_UNSUPPORTED, "its input is transposed");
    if (read_layer(im, &layer) != CG_OK)
        return im->error.status;
    return add_layer(im, &layer, read_bias(im, layer.out, beta));
}
