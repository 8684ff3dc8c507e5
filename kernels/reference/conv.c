#include "kernels/reference/node.h"

enum { PIXELS = CG_REFERENCE_PIXELS, LANES = CG_REFERENCE_LANES };

/* Bias, norm and activation of one sum, rounded to the f32 that the next node reads. */
static float finish(const struct cg_reference_node *node, enum cg_act act, int channel, double sum)
{
    if (node->bias)
        sum += (double)node->bias[channel];
    if (node->scale)
        sum = sum * (double)node->scale[channel] + (double)node->shift[channel];
    return (float)cg_reference_act(act, sum);
}

/* Fills taps[0 .. kernel_h * kernel_w) with the input pixels under the window of output pixel (n, y, x). */
static void point_at_window(const struct cg_reference_node *node, const struct cg_window *window,
                            struct cg_shape in, const float *input, int n, int y, int x, const float **taps)
{
    for (int i = 0; i < window->kernel_h; i++) {
        const int in_y = y * window->stride_h - window->pad_top + i * window->dilation_h;
        for (int j = 0; j < window->kernel_w; j++) {
            const int in_x = x * window->stride_w - window->pad_left + j * window->dilation_w;
            const bool inside = in_y >= 0 && in_y < in.h && in_x >= 0 && in_x < in.w;
            *taps++ = inside ? input + (((int64_t)n * in.h + in_y) * in.w + in_x) * in.c : node->zeros;
        }
    }
}

/* sum[pixel][lane] over all taps and `channels` input channels from `first` on. A product of two f32 is exact
 * in double, so the only roundings are those of the additions. */
static void accumulate(const float *const *taps, int n_taps, int first, int channels, const float *weight,
                       double sum[PIXELS][LANES])
{
    for (int p = 0; p < PIXELS; p++)
        for (int l = 0; l < LANES; l++)
            sum[p][l] = 0;
    for (int tap = 0; tap < n_taps; tap++) {
        const float *x[PIXELS];
        for (int p = 0; p < PIXELS; p++)
            x[p] = taps[p * n_taps + tap] + first;
        for (int k = 0; k < channels; k++, weight += LANES)
            for (int p = 0; p < PIXELS; p++)
                for (int l = 0; l < LANES; l++)
                    sum[p][l] += (double)x[p][k] * (double)weight[l];
    }
}

/* All channels of the output pixels pixel[0 .. count), whose windows stand in node->taps. */
static void compute_pixels(struct cg_reference_node *node, const struct cg_graph *graph, int id,
                           const int64_t *pixel, int count, float *output)
{
    const struct cg_node *spec = &graph->nodes[id];
    const struct cg_shape out = spec->shape, in = cg_input_shape(graph, id, 0);
    const int n_taps = spec->window.kernel_h * spec->window.kernel_w;
    const int group_in = in.c / spec->groups, group_out = out.c / spec->groups;
    const float *weight = node->weight;

    for (int g = 0; g < spec->groups; g++) {
        for (int o = 0; o < group_out; o += LANES, weight += (size_t)n_taps * group_in * LANES) {
            double sum[PIXELS][LANES];
            accumulate(node->taps, n_taps, g * group_in, group_in, weight, sum);
            for (int p = 0; p < count; p++)
                for (int l = 0; l < LANES && o + l < group_out; l++) {
                    const int channel = g * group_out + o + l;
                    output[pixel[p] * out.c + channel] = finish(node, spec->act, channel, sum[p][l]);
                }
        }
    }
}

void cg_reference_conv(struct cg_reference_node *node, const struct cg_graph *graph, int id,
                       const float *input, const uint8_t *wanted, float *output)
{
    const struct cg_node *spec = &graph->nodes[id];
    const struct cg_shape out = spec->shape, in = cg_input_shape(graph, id, 0);
    const int n_taps = spec->window.kernel_h * spec->window.kernel_w;
    int64_t pixel[PIXELS], at = 0;
    int count = 0;

    for (int i = 0; i < PIXELS * n_taps; i++)
        node->taps[i] = node->zeros;
    for (int n = 0; n < out.n; n++)
        for (int y = 0; y < out.h; y++)
            for (int x = 0; x < out.w; x++, at++) {
                if (wanted && !wanted[at])
                    continue;
                point_at_window(node, &spec->window, in, input, n, y, x, node->taps + (size_t)count * n_taps);
                pixel[count++] = at;
                if (count == PIXELS) {
                    compute_pixels(node, graph, id, pixel, count, output);
                    count = 0;
                }
            }
    if (count > 0)
        compute_pixels(node, graph, id, pixel, count, output);
}

void cg_reference_depthwise(struct cg_reference_node *node, const struct cg_graph *graph, int id,
                            const float *input, const uint8_t *wanted, float *output)
{
    const struct cg_node *spec = &graph->nodes[id];
    const struct cg_shape out = spec->shape, in = cg_input_shape(graph, id, 0);
    const int n_taps = spec->window.kernel_h * spec->window.kernel_w;
    int64_t at = 0;

    for (int n = 0; n < out.n; n++)
        for (int y = 0; y < out.h; y++)
            for (int x = 0; x < out.w; x++, at++) {
                if (wanted && !wanted[at])
                    continue;
                point_at_window(node, &spec->window, in, input, n, y, x, node->taps);
                for (int c = 0; c < out.c; c += LANES) {
                    const int lanes = out.c - c < LANES ? out.c - c : LANES;
                    double sum[LANES] = {0};
                    for (int tap = 0; tap < n_taps; tap++) {
                        const float *value = node->taps[tap] + c;
                        const float *weight = node->weight + (size_t)tap * out.c + c;
                        for (int l = 0; l < lanes; l++)
                            sum[l] += (double)value[l] * (double)weight[l];
                    }
                    for (int l = 0; l < lanes; l++)
                        output[at * out.c + c + l] = finish(node, spec->act, c + l, sum[l]);
                }
            }
}
