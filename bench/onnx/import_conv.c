/* Convolutions, the padding before them and the normalisation behind them. */
#include "bench/onnx/import_window.h"
#include "bench/onnx/operators.h"

#include <math.h>

/* [out][in / groups][h][w] to [out][h][w][in / groups]. */
static float *to_ohwi(struct cg_onnx_importer *im, const struct cg_onnx_constant *w, struct cg_error *err)
{
    float *ohwi = cg_onnx_alloc(im, (size_t)w->count, sizeof *ohwi, err);
    const size_t out = (size_t)w->dims[0], in = (size_t)w->dims[1], taps = (size_t)(w->dims[2] * w->dims[3]);
    for (size_t o = 0; ohwi && o < out; o++)
        for (size_t c = 0; c < in; c++)
            for (size_t t = 0; t < taps; t++)
                ohwi[(o * taps + t) * in + c] = w->f[(o * in + c) * taps + t];
    return ohwi;
}

/* Weights that fit the input: `node` gets its channels and groups. */
static enum cg_status read_weights(struct cg_onnx_importer *im, int in_channels, struct cg_node *node,
                                   const struct cg_onnx_constant **weights, struct cg_error *err)
{
    int64_t groups;
    enum cg_status status = cg_onnx_constant_input(im, 1, "weight", weights, err);
    if (status == CG_OK)
        status = cg_onnx_attribute_int(im->node, "group", 1, &groups, err);
    if (status != CG_OK)
        return status;
    const struct cg_onnx_constant *w = *weights;
    if (!w || !w->f)
        return cg_fail(err, CG_INVALID, "its weight is %s", w ? "not of floats" : "missing");
    if (w->rank != 4)
        return cg_fail(err, CG_UNSUPPORTED, "its weight has %d dimensions, not 4", w->rank);
    if (w->count == 0 || groups < 1 || groups > in_channels || w->dims[1] * groups != in_channels)
        return cg_fail(err, CG_INVALID,
                       "its weight is for %lld input channels in %lld groups, its input has %d",
                       (long long)w->dims[1], (long long)groups, in_channels);
    node->groups = (int)groups;
    node->shape.c = (int)w->dims[0];
    return CG_OK;
}

enum cg_status cg_onnx_read_conv(struct cg_onnx_importer *im, struct cg_error *err)
{
    int input;
    const struct cg_onnx_constant *w;
    struct cg_node node = cg_node_of(CG_CONV);
    enum cg_status status = cg_onnx_map_input(im, 0, 4, &input, NULL, err);
    if (status == CG_OK)
        status = read_weights(im, im->graph->nodes[input].shape.c, &node, &w, err);
    if (status != CG_OK)
        return status;
    const int kernel[2] = {(int)w->dims[2], (int)w->dims[3]};
    status = cg_onnx_window(im, im->graph->nodes[input].shape, kernel, &node.window, err);
    if (status != CG_OK)
        return status;
    if (cg_onnx_take_pad(im, input, &node.window))
        input = im->graph->nodes[input].inputs[0];
    struct cg_onnx_params params = {0};
    node.bias = cg_onnx_input(im, 2) != NULL;
    if (node.bias)
        status = cg_onnx_floats_input(im, 2, "bias", node.shape.c, &params.bias, err);
    if (status != CG_OK)
        return status;
    params.weight = to_ohwi(im, w, err);
    if (!params.weight)
        return err->status;
    node.inputs = &input;
    node.n_inputs = 1;
    const int id = cg_onnx_add(im, &node, err);
    if (id < 0)
        return err->status;
    *cg_onnx_params_of(im, id) = params;
    const struct cg_onnx_view view = cg_onnx_view_of(id, im->graph->nodes[id].shape, 4);
    cg_onnx_output_node(im, 0, &view);
    return CG_OK;
}

/* ---- BatchNormalization: (x - mean) / sqrt(var + epsilon) * gamma + beta, as x * scale + shift ---- */

static enum cg_status read_norm(struct cg_onnx_importer *im, int channels, struct cg_onnx_params *params,
                                struct cg_error *err)
{
    static const char *const names[] = {"scale", "shift", "mean", "variance"};
    const float *values[4];
    float epsilon;
    enum cg_status status = cg_onnx_attribute_float(im->node, "epsilon", 1e-5f, &epsilon, err);
    for (size_t i = 0; i < 4 && status == CG_OK; i++)
        status = cg_onnx_floats_input(im, i + 1, names[i], channels, &values[i], err);
    if (status != CG_OK)
        return status;
    float *scale = cg_onnx_alloc(im, (size_t)channels, sizeof *scale, err);
    float *shift = scale ? cg_onnx_alloc(im, (size_t)channels, sizeof *shift, err) : NULL;
    if (!shift)
        return err->status;
    for (int c = 0; c < channels; c++) {
        const double variance = (double)values[3][c] + (double)epsilon;
        if (!(variance > 0.0))
            return cg_fail(err, CG_INVALID, "its variance + epsilon is %g in channel %d", variance, c);
        const double factor = (double)values[0][c] / sqrt(variance);
        scale[c] = (float)factor;
        shift[c] = (float)((double)values[1][c] - (double)values[2][c] * factor);
    }
    params->scale = scale;
    params->shift = shift;
    return CG_OK;
}

static enum cg_status refuse_training(struct cg_onnx_importer *im, struct cg_error *err)
{
    int64_t training, spatial;
    enum cg_status status = cg_onnx_attribute_int(im->node, "training_mode", 0, &training, err);
    if (status == CG_OK)
        status = cg_onnx_attribute_int(im->node, "spatial", 1, &spatial, err);
    if (status != CG_OK)
        return status;
    if (training != 0)
        return cg_fail(err, CG_UNSUPPORTED, "training mode; export the model in eval mode");
    return spatial == 1 ? CG_OK : cg_fail(err, CG_UNSUPPORTED, "statistics for each pixel");
}

enum cg_status cg_onnx_read_batch_norm(struct cg_onnx_importer *im, struct cg_error *err)
{
    int input, rank;
    struct cg_onnx_params params = {0};
    enum cg_status status = refuse_training(im, err);
    if (status == CG_OK)
        status = cg_onnx_map_input(im, 0, 0, &input, &rank, err);
    if (status == CG_OK)
        status = read_norm(im, im->graph->nodes[input].shape.c, &params, err);
    if (status != CG_OK)
        return status;
    struct cg_node *before = &im->graph->nodes[input];
    struct cg_onnx_view view = cg_onnx_view_of(input, before->shape, rank);
    if ((before->op == CG_CONV || before->op == CG_FC) && !before->norm && cg_onnx_is_read_once(im, input)) {
        before->norm = true;
        cg_onnx_params_of(im, input)->scale = params.scale;
        cg_onnx_params_of(im, input)->shift = params.shift;
        cg_onnx_output_alias(im, 0, &view);
        return CG_OK;
    }
    struct cg_node node = cg_node_of(CG_AFFINE);
    node.inputs = &input;
    node.n_inputs = 1;
    view.node = cg_onnx_add(im, &node, err);
    if (view.node < 0)
        return err->status;
    *cg_onnx_params_of(im, view.node) = params;
    cg_onnx_output_node(im, 0, &view);
    return CG_OK;
}
