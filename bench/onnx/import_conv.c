/* Convolutions and the normalisation behind them. */
#include "bench/onnx/arguments.h"
#include "bench/onnx/readers.h"
#include "bench/onnx/tensor.h"

#include <math.h>

/* The weight, when it fits the input: `node` gets its channels and groups. NULL after a failure. */
static const struct cg_onnx_constant *read_weight(struct cg_onnx_importer *im, int in_channels,
                                                  struct cg_node *node)
{
    const struct cg_onnx_constant *w = cg_onnx_constant_input(im, 1, "weight");
    const int64_t groups = cg_onnx_int(im, "group", 1);
    if (!w || !w->f)
        cg_onnx_fail(im, CG_INVALID, "its weight is %s", w ? "not of floats" : "missing");
    else if (w->rank != 4)
        cg_onnx_fail(im, CG_UNSUPPORTED, "its weight has %d dimensions, not 4", w->rank);
    else if (w->count == 0 || groups < 1 || groups > in_channels || w->dims[1] * groups != in_channels)
        cg_onnx_fail(im, CG_INVALID, "its weight is for %lld input channels in %lld groups, its input has %d",
                     (long long)w->dims[1], (long long)groups, in_channels);
    if (cg_onnx_failed(im))
        return NULL;
    node->groups = (int)groups;
    node->shape.c = (int)w->dims[0];
    return w;
}

enum cg_status cg_onnx_read_conv(struct cg_onnx_importer *im)
{
    int input = cg_onnx_map_input(im, 0, 4).node;
    const struct cg_shape in = cg_onnx_shape(im, input);
    struct cg_node node = cg_onnx_over(CG_CONV, &input);
    const struct cg_onnx_constant *w = read_weight(im, in.c, &node);
    if (!w)
        return im->error.status;
    const int kernel[2] = {(int)w->dims[2], (int)w->dims[3]};
    node.window = cg_onnx_window(im, in, kernel);
    if (!cg_onnx_failed(im) && cg_onnx_take_pad(im, input, &node.window))
        input = im->graph->nodes[input].inputs[0];
    struct cg_onnx_params params = {0};
    node.bias = cg_onnx_input(im, 2) != NULL;
    if (node.bias)
        params.bias = cg_onnx_floats_input(im, 2, "bias", node.shape.c);
    float *ohwi = cg_onnx_alloc(im, (size_t)w->count, sizeof *ohwi);
    if (ohwi) /* from [out][in / groups][h][w] */
        cg_transpose(w->f, ohwi, (size_t)w->dims[0], (size_t)w->dims[1], (size_t)(w->dims[2] * w->dims[3]));
    params.weight = ohwi;
    return cg_onnx_output_map(im, 0, cg_onnx_add(im, &node, &params), 4);
}

/* ---- BatchNormalization: (x - mean) / sqrt(var + epsilon) * gamma + beta, as x * scale + shift ---- */

static struct cg_onnx_params read_norm(struct cg_onnx_importer *im, int channels)
{
    static const char *const names[] = {"scale", "shift", "mean", "variance"};
    const float *values[4];
    const float epsilon = cg_onnx_float(im, "epsilon", 1e-5f);
    for (size_t i = 0; i < 4; i++)
        values[i] = cg_onnx_floats_input(im, i + 1, names[i], channels);
    float *scale = cg_onnx_alloc(im, (size_t)channels, sizeof *scale);
    float *shift = cg_onnx_alloc(im, (size_t)channels, sizeof *shift);
    for (int c = 0; c < channels && !cg_onnx_failed(im); c++) {
        const double variance = (double)values[3][c] + (double)epsilon;
        if (!(variance > 0.0))
            cg_onnx_fail(im, CG_INVALID, "its variance + epsilon is %g in channel %d", variance, c);
        const double factor = (double)values[0][c] / sqrt(variance);
        scale[c] = (float)factor;
        shift[c] = (float)((double)values[1][c] - (double)values[2][c] * factor);
    }
    return (struct cg_onnx_params){.scale = scale, .shift = shift};
}

/* Training is an attribute since operator set 14, and before 7 its opposite (is_test); between them the
 * further outputs, means and variances of the batch, tell. */
static bool is_training(struct cg_onnx_importer *im)
{
    bool further_outputs = false;
    for (size_t o = 1; o < im->node->n_output; o++)
        further_outputs |= im->node->output[o][0] != '\0';
    return cg_onnx_int(im, "training_mode", 0) != 0 || cg_onnx_int(im, "is_test", 1) == 0 || further_outputs;
}

enum cg_status cg_onnx_read_batch_norm(struct cg_onnx_importer *im)
{
    const bool training = is_training(im);
    const bool spatial = cg_onnx_int(im, "spatial", 1) == 1;
    if (training)
        cg_onnx_fail(im, CG_UNSUPPORTED, "training mode; export the model in eval mode");
    else if (!spatial)
        cg_onnx_fail(im, CG_UNSUPPORTED, "statistics for each pixel");
    const struct cg_onnx_view map = cg_onnx_map_input(im, 0, 0);
    const struct cg_onnx_params params = read_norm(im, cg_onnx_shape(im, map.node).c);
    if (cg_onnx_failed(im))
        return im->error.status;
    if (cg_onnx_is_open_layer(im, map.node)) {
        im->graph->nodes[map.node].norm = true;
        cg_onnx_params_of(im, map.node)->scale = params.scale;
        cg_onnx_params_of(im, map.node)->shift = params.shift;
        return cg_onnx_output_alias(im, &map);
    }
    const struct cg_node node = cg_onnx_over(CG_AFFINE, &map.node);
    return cg_onnx_output_like(im, cg_onnx_add(im, &node, &params), &map);
}
