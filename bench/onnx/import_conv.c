/* Convolutions and the normalisation behind them. */
#include "bench/onnx/maps.h"
#include "bench/onnx/readers.h"
#include "bench/onnx/tensor.h"

#include <math.h>
#include <string.h>

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

/* ---- along channels ---- */

/* A window that slides along the channels of [n, 1, c], as efficient channel attention has it. */
struct sliding {
    struct cg_onnx_view view;
    const float *weight, *bias; /* bias: one number, or NULL */
    int kernel, before, dilation;
};

/* The two numbers of a list, or `fallback` twice. */
static void read_pair(struct cg_onnx_importer *im, const char *name, int64_t fallback, int64_t pair[2])
{
    size_t n;
    const int64_t *list = cg_onnx_integers(im, im->node->n_input, name, &n);
    for (size_t i = 0; i < 2; i++)
        pair[i] = list && n > 0 ? list[i < n ? i : 0] : fallback;
}

static bool slides_along_channels(struct cg_onnx_importer *im, const struct cg_onnx_constant *w,
                                  struct sliding *s)
{
    char mode[16];
    int64_t pads[2], strides[2], dilations[2];
    s->view = cg_onnx_view_input(im, 0);
    cg_onnx_text(im, "auto_pad", mode, sizeof mode);
    read_pair(im, "pads", 0, pads);
    read_pair(im, "strides", 1, strides);
    read_pair(im, "dilations", 1, dilations);
    if (cg_onnx_failed(im))
        return false;
    const struct cg_onnx_view *view = &s->view;
    const struct cg_shape in = cg_onnx_shape(im, view->node);
    const bool places = view->rank == 3 && in.h == 1 && in.w == 1 && view->n_factors[2] <= 1 &&
                        cg_onnx_view_covers(view, 0, CG_ONNX_N, in.n) &&
                        cg_onnx_view_covers(view, 2, CG_ONNX_C, in.c);
    if (!places || !w->f || w->dims[0] != 1 || w->dims[1] != 1 || w->dims[2] < 1 || w->dims[2] > in.c ||
        w->dims[2] > INT32_MAX / in.c || cg_onnx_int(im, "group", 1) != 1 ||
        (mode[0] && strcmp(mode, "NOTSET") != 0) || strides[0] != 1 || dilations[0] < 1 ||
        dilations[0] > in.c || pads[0] < 0 || pads[1] < 0 || pads[0] > INT32_MAX ||
        pads[0] + pads[1] != dilations[0] * (w->dims[2] - 1))
        return false;
    s->weight = w->f;
    s->kernel = (int)w->dims[2];
    s->before = (int)pads[0];
    s->dilation = (int)dilations[0];
    s->bias = cg_onnx_input(im, 2) ? cg_onnx_floats_input(im, 2, "bias", 1) : NULL;
    return !cg_onnx_failed(im);
}

/* The channels under each place of the window, one behind the other, then a group of a convolution for each
 * place. */
static enum cg_status read_conv_along_channels(struct cg_onnx_importer *im, const struct cg_onnx_constant *w)
{
    struct sliding s = {0};
    if (!slides_along_channels(im, w, &s))
        return cg_onnx_fail(
            im, CG_UNSUPPORTED,
            "its weight has 3 dimensions, and it does not slide along the channels of [n, 1, c]");
    const int n = cg_onnx_shape(im, s.view.node).c, taps = n * s.kernel;
    struct cg_node gather = cg_onnx_over(CG_PERMUTE, &s.view.node);
    int *index = cg_onnx_alloc(im, (size_t)taps, sizeof *index);
    float *weight = cg_onnx_filled(im, taps, 0.0f);
    const struct cg_onnx_params params = {.weight = weight,
                                          .bias = s.bias ? cg_onnx_filled(im, n, s.bias[0]) : NULL};
    for (int i = 0; index && weight && i < taps; i++) {
        const int64_t from = (int64_t)(i / s.kernel) + (int64_t)(i % s.kernel) * s.dilation - s.before;
        if (from >= 0 && from < n) {
            index[i] = (int)from;
            weight[i] = s.weight[i % s.kernel];
        }
    }
    gather.index = index;
    gather.shape.c = taps;
    const int gathered = cg_onnx_add(im, &gather, NULL);
    struct cg_node node = cg_onnx_over(CG_CONV, &gathered);
    node.groups = node.shape.c = n;
    node.bias = params.bias != NULL;
    return cg_onnx_output_like(im, cg_onnx_add(im, &node, &params), &s.view);
}

/* ---- over maps ---- */

static enum cg_status read_conv(struct cg_onnx_importer *im)
{
    int input = cg_onnx_map_input(im, 0, 4).node;
    const struct cg_shape in = cg_onnx_shape(im, input);
    struct cg_node node = cg_onnx_over(CG_CONV, &input);
    const struct cg_onnx_constant *w = read_weight(im, in.c, &node);
    if (!w)
        return im->error.status;
    const int kernel[2] = {(int)w->dims[2], (int)w->dims[3]};
    node.window = cg_onnx_window(im, in, 2, kernel);
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
    params.source = w->f;
    return cg_onnx_output_map(im, 0, cg_onnx_add(im, &node, &params), 4);
}

enum cg_status cg_onnx_read_conv(struct cg_onnx_importer *im)
{
    const struct cg_onnx_value *input = cg_onnx_input(im, 0);
    if (input->kind == CG_ONNX_CONSTANT || input->kind == CG_ONNX_STORED)
        return cg_onnx_fail(im, CG_UNSUPPORTED,
                            "of a constant, as position encodings are made: a value of its own for each "
                            "pixel, which the graph does not add");
    const struct cg_onnx_constant *w = cg_onnx_constant_input(im, 1, "weight");
    return w && w->rank == 3 ? read_conv_along_channels(im, w) : read_conv(im);
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
    return (struct cg_onnx_params){.scale = scale, .shift = shift, .source = values[0]};
}

/* Training is an attribute since operator set 14, and before 7 what happens without its opposite (is_test);
 * between them the further outputs, means and variances of the batch, tell. */
static bool is_training(struct cg_onnx_importer *im)
{
    bool further_outputs = false;
    for (size_t o = 1; o < im->node->n_output; o++)
        further_outputs |= im->node->output[o][0] != '\0';
    return cg_onnx_int(im, "training_mode", 0) != 0 || cg_onnx_int(im, "is_test", im->opset >= 7) == 0 ||
           further_outputs;
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
