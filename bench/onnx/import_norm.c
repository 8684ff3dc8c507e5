/* What normalises over several values: over channels, over maps. */
#include "bench/onnx/arguments.h"
#include "bench/onnx/maps.h"
#include "bench/onnx/readers.h"

enum cg_status cg_onnx_read_prelu(struct cg_onnx_importer *im)
{
    const struct cg_onnx_view view = cg_onnx_view_input(im, 0);
    const struct cg_onnx_constant *slopes = cg_onnx_constant_input(im, 1, "slope");
    const struct cg_onnx_params params = {.scale = cg_onnx_by_channel(im, &view, slopes)};
    if (cg_onnx_failed(im))
        return im->error.status;
    struct cg_node node = cg_onnx_over(CG_PRELU, &view.node);
    if (slopes->count > 1 || im->own)
        return cg_onnx_output_like(im, cg_onnx_add(im, &node, &params), &view);
    node.op = CG_ACT; /* one slope for all channels is no parameter of each */
    node.act = CG_ACT_LEAKY_RELU;
    node.alpha = slopes->f[0];
    return cg_onnx_output_like(im, cg_onnx_add(im, &node, NULL), &view);
}

/* What is asked for beside the first output exists in training only. */
static void refuse_statistics(struct cg_onnx_importer *im)
{
    for (size_t o = 1; o < im->node->n_output; o++)
        if (cg_onnx_output_is_needed(im, o))
            cg_onnx_fail(im, CG_UNSUPPORTED, "its mean and deviation as outputs");
}

/* Over the last dimension, which must be the channels. */
enum cg_status cg_onnx_read_layer_norm(struct cg_onnx_importer *im)
{
    const struct cg_onnx_view view = cg_onnx_view_input(im, 0);
    const int channels = cg_onnx_shape(im, view.node).c, last = view.rank - 1;
    const int axis = cg_onnx_axis(im, -1, view.rank);
    refuse_statistics(im);
    if (cg_onnx_failed(im))
        return im->error.status;
    if (axis != last || view.dims[last] != channels ||
        (channels > 1 && !cg_onnx_view_is_of_channels(&view, last)))
        return cg_onnx_fail(im, CG_UNSUPPORTED, "over more than the channels, or not over all of them");
    const float *scale = cg_onnx_floats_input(im, 1, "scale", channels);
    const float *shift = cg_onnx_input(im, 2) ? cg_onnx_floats_input(im, 2, "bias", channels)
                                              : cg_onnx_filled(im, channels, 0.0f);
    float *by_channel[2] = {cg_onnx_filled(im, channels, 0.0f), cg_onnx_filled(im, channels, 0.0f)};
    if (cg_onnx_failed(im))
        return im->error.status;
    for (int c = 0; c < channels; c++) {
        const int64_t at = channels > 1 ? cg_onnx_view_index_of_channel(&view, last, c) : 0;
        by_channel[0][c] = scale[at];
        by_channel[1][c] = shift[at];
    }
    struct cg_node node = cg_onnx_over(CG_LAYER_NORM, &view.node);
    node.epsilon = cg_onnx_float(im, "epsilon", 1e-5f);
    const struct cg_onnx_params params = {.scale = by_channel[0], .shift = by_channel[1]};
    return cg_onnx_output_like(im, cg_onnx_failed(im) ? -1 : cg_onnx_add(im, &node, &params), &view);
}

/* `groups` of channels over the map; scale and bias are given for each of `n`, groups or channels. */
static enum cg_status add_group_norm(struct cg_onnx_importer *im, const struct cg_onnx_view *view, int groups,
                                     int n)
{
    const int channels = cg_onnx_shape(im, view->node).c;
    const float *scale = cg_onnx_floats_input(im, 1, "scale", n),
                *shift = cg_onnx_floats_input(im, 2, "bias", n);
    float *scales = cg_onnx_filled(im, channels, 0.0f), *shifts = cg_onnx_filled(im, channels, 0.0f);
    struct cg_node node = cg_onnx_over(CG_GROUP_NORM, &view->node);
    node.groups = groups;
    node.epsilon = cg_onnx_float(im, "epsilon", 1e-5f);
    if (cg_onnx_failed(im))
        return im->error.status;
    for (int c = 0; c < channels; c++) {
        scales[c] = scale[c / (channels / n)];
        shifts[c] = shift[c / (channels / n)];
    }
    const struct cg_onnx_params params = {.scale = scales, .shift = shifts};
    return cg_onnx_output_like(im, cg_onnx_add(im, &node, &params), view);
}

/* Whether dimension 1 is of groups of neighbouring channels, and what follows the rest of them and the map.
 */
static bool is_of_groups(const struct cg_onnx_view *view, struct cg_shape shape)
{
    if (view->rank < 3 || view->dims[0] != shape.n || view->dims[1] < 1 || shape.c % view->dims[1] != 0 ||
        view->n_factors[0] > 1 || view->n_factors[1] > 1)
        return false;
    const struct cg_onnx_factor *groups = &view->factors[view->n_factors[0]];
    return view->n_factors[1] == 0 || (groups->axis == CG_ONNX_C && groups->extent == view->dims[1] &&
                                       groups->stride == shape.c / view->dims[1]);
}

/* Of maps, or as group norms are written: over [n, groups, the rest], reshaped. */
enum cg_status cg_onnx_read_instance_norm(struct cg_onnx_importer *im)
{
    const struct cg_onnx_view view = cg_onnx_view_input(im, 0);
    if (cg_onnx_failed(im))
        return im->error.status;
    if (!is_of_groups(&view, cg_onnx_shape(im, view.node)))
        return cg_onnx_fail(im, CG_UNSUPPORTED, "over values that are no groups of channels of a map");
    return add_group_norm(im, &view, (int)view.dims[1], (int)view.dims[1]);
}

/* Scale and bias are of each channel since operator set 21, of each group before. */
enum cg_status cg_onnx_read_group_norm(struct cg_onnx_importer *im)
{
    const struct cg_onnx_view view = cg_onnx_map_input(im, 0, 4);
    const int channels = cg_onnx_shape(im, view.node).c;
    const int64_t groups = cg_onnx_int(im, "num_groups", 0);
    if (!cg_onnx_failed(im) && (groups < 1 || channels % groups != 0))
        cg_onnx_fail(im, CG_INVALID, "%lld groups of %d channels", (long long)groups, channels);
    if (cg_onnx_failed(im))
        return im->error.status;
    return add_group_norm(im, &view, (int)groups, im->opset < 21 ? (int)groups : channels);
}

enum cg_status cg_onnx_read_lrn(struct cg_onnx_importer *im)
{
    const struct cg_onnx_view view = cg_onnx_map_input(im, 0, 4);
    struct cg_node node = cg_onnx_over(CG_LRN, &view.node);
    const int64_t size = cg_onnx_int(im, "size", 0);
    node.alpha = cg_onnx_float(im, "alpha", 1e-4f);
    node.beta = cg_onnx_float(im, "beta", 0.75f);
    node.k = cg_onnx_float(im, "bias", 1.0f);
    node.size = size >= 1 && size <= CG_ONNX_EXTENT_MAX ? (int)size : 0; /* the graph's check says it */
    return cg_onnx_output_like(im, cg_onnx_failed(im) ? -1 : cg_onnx_add(im, &node, NULL), &view);
}

/* Over one dimension, the last unless said; before operator set 13 over all from one on, the second. It must
 * be the channels. */
enum cg_status cg_onnx_read_softmax(struct cg_onnx_importer *im)
{
    const struct cg_onnx_view view = cg_onnx_view_input(im, 0);
    const bool from_on = im->opset < 13;
    const int axis = cg_onnx_axis(im, from_on ? 1 : -1, view.rank);
    const int channels = cg_onnx_failed(im) ? 0 : cg_onnx_shape(im, view.node).c;
    int64_t values = 1;
    bool fits = true;
    for (int i = axis; !cg_onnx_failed(im) && i < (from_on ? view.rank : axis + 1); i++) {
        fits &= view.dims[i] == 1 || cg_onnx_view_is_of_channels(&view, i);
        values *= view.dims[i];
    }
    if (!cg_onnx_failed(im) && (!fits || values != channels))
        return cg_onnx_fail(im, CG_UNSUPPORTED, "over other values than all channels of each pixel");
    struct cg_node node = cg_onnx_over(CG_SOFTMAX, &view.node);
    node.log = im->variant;
    return cg_onnx_output_like(im, cg_onnx_failed(im) ? -1 : cg_onnx_add(im, &node, NULL), &view);
}
