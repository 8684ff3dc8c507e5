/* Fully connected layers: Gemm, and MatMul (an Add behind it gives the bias). */
#include "bench/onnx/operators.h"

struct layer {
    struct cg_onnx_view view; /* [n, in], where `in` may run over a whole map, or [..., channels] */
    bool at_each_pixel;       /* the latter: a 1x1 convolution */
    const struct cg_onnx_constant *weight;
    bool transposed; /* the weight is [out, in], not [in, out] */
    float alpha;
    int in, out;
};

static enum cg_status read_layer(struct cg_onnx_importer *im, struct layer *layer, struct cg_error *err)
{
    enum cg_status status = cg_onnx_feature_input(im, 0, &layer->view, err);
    if (status == CG_OK)
        status = cg_onnx_constant_input(im, 1, "weight", &layer->weight, err);
    if (status != CG_OK)
        return status;
    const struct cg_onnx_view *view = &layer->view;
    const struct cg_onnx_constant *w = layer->weight;
    const struct cg_shape in = im->graph->nodes[view->node].shape;
    const bool each_image = view->rank == 2 && cg_onnx_view_covers(view, 0, CG_ONNX_N, in.n);
    layer->at_each_pixel =
        !each_image && view->rank > 1 && cg_onnx_view_covers(view, view->rank - 1, CG_ONNX_C, in.c);
    if (!each_image && !layer->at_each_pixel)
        return cg_fail(err, CG_UNSUPPORTED, "its input is not [images, features], nor channels last");
    if (!w || !w->f || w->rank != 2 || w->count == 0)
        return cg_fail(err, CG_INVALID, "its weight is not a matrix of floats");
    layer->in = (int)w->dims[layer->transposed ? 1 : 0];
    layer->out = (int)w->dims[layer->transposed ? 0 : 1];
    if (layer->in != view->dims[view->rank - 1])
        return cg_fail(err, CG_INVALID, "its weight is for %d features, its input has %lld", layer->in,
                       (long long)view->dims[view->rank - 1]);
    return CG_OK;
}

/* Weights in the order of the map's elements (h, w, c), whatever order the features stand in. */
static float *order_weights(struct cg_onnx_importer *im, const struct layer *layer, struct cg_error *err)
{
    const struct cg_shape map = im->graph->nodes[layer->view.node].shape;
    const size_t in = (size_t)layer->in, out = (size_t)layer->out;
    float *ordered = cg_onnx_alloc(im, in * out, sizeof *ordered, err);
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
static enum cg_status add_layer(struct cg_onnx_importer *im, const struct layer *layer, const float *bias,
                                struct cg_error *err)
{
    const struct cg_shape map = im->graph->nodes[layer->view.node].shape;
    struct cg_node node = cg_node_of(map.h == 1 && map.w == 1 ? CG_FC : CG_CONV);
    node.inputs = &layer->view.node;
    node.n_inputs = 1;
    node.shape.c = layer->out;
    node.bias = bias != NULL;
    node.window.kernel_h = layer->at_each_pixel ? 1 : map.h;
    node.window.kernel_w = layer->at_each_pixel ? 1 : map.w;
    struct cg_onnx_params params = {.weight = order_weights(im, layer, err), .bias = bias};
    if (!params.weight)
        return err->status;
    const int id = cg_onnx_add(im, &node, err);
    if (id < 0)
        return err->status;
    *cg_onnx_params_of(im, id) = params;
    struct cg_onnx_view view = cg_onnx_view_of(id, im->graph->nodes[id].shape, 2);
    if (layer->at_each_pixel) {
        view = layer->view;
        view.node = id;
        if (!cg_onnx_view_set_channels(&view, view.rank - 1, layer->out))
            return cg_fail(err, CG_UNSUPPORTED, "its input is cut into too many parts");
    }
    cg_onnx_output_node(im, 0, &view);
    return CG_OK;
}

enum cg_status cg_onnx_read_matmul(struct cg_onnx_importer *im, struct cg_error *err)
{
    struct layer layer = {.alpha = 1.0f};
    const enum cg_status status = read_layer(im, &layer, err);
    return status == CG_OK ? add_layer(im, &layer, NULL, err) : status;
}

/* beta * C, as one value an output: C may be [out], [1, out], a single number, or missing. */
static enum cg_status read_bias(struct cg_onnx_importer *im, int out, float beta, const float **bias,
                                struct cg_error *err)
{
    const struct cg_onnx_constant *c;
    *bias = NULL;
    const enum cg_status status = cg_onnx_constant_input(im, 2, "bias", &c, err);
    if (status != CG_OK || !c)
        return status;
    const bool one_row = c->rank == 0 || c->dims[c->rank - 1] == c->count;
    if (!c->f || !one_row || (c->count != out && c->count != 1))
        return cg_fail(err, CG_UNSUPPORTED, "its bias is not one value for each of %d outputs", out);
    float *values = cg_onnx_alloc(im, (size_t)out, sizeof *values, err);
    if (!values)
        return err->status;
    for (int o = 0; o < out; o++)
        values[o] = beta * c->f[c->count == 1 ? 0 : o];
    *bias = values;
    return CG_OK;
}

enum cg_status cg_onnx_read_gemm(struct cg_onnx_importer *im, struct cg_error *err)
{
    struct layer layer = {0};
    int64_t trans_a, trans_b;
    float beta;
    const float *bias;
    enum cg_status status = cg_onnx_attribute_int(im->node, "transA", 0, &trans_a, err);
    if (status == CG_OK)
        status = cg_onnx_attribute_int(im->node, "transB", 0, &trans_b, err);
    if (status == CG_OK)
        status = cg_onnx_attribute_float(im->node, "alpha", 1.0f, &layer.alpha, err);
    if (status == CG_OK)
        status = cg_onnx_attribute_float(im->node, "beta", 1.0f, &beta, err);
    if (status == CG_OK && trans_a)
        return cg_fail(err, CG_UNSUPPORTED, "its input is transposed");
    layer.transposed = trans_b != 0;
    if (status == CG_OK)
        status = read_layer(im, &layer, err);
    if (status == CG_OK)
        status = read_bias(im, layer.out, beta, &bias, err);
    return status == CG_OK ? add_layer(im, &layer, bias, err) : status;
}
