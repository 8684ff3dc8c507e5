#include "kernels/reference/norms.h"

#include <math.h>

/* Of `channels` channels of `pixels` pixels, `stride` apart. */
static void statistics(struct cg_reference_node *node, const float *in, int64_t pixels, int channels,
                       int stride, double epsilon, double *mean, double *inverse)
{
    const double n = (double)pixels * channels;
    double sum = 0, squares = 0;
    for (int64_t i = 0; i < pixels; i++)
        for (int c = 0; c < channels; c++)
            sum += (double)in[i * stride + c];
    *mean = sum / n;
    for (int64_t i = 0; i < pixels; i++)
        for (int c = 0; c < channels; c++) {
            const double apart = (double)in[i * stride + c] - *mean;
            squares += apart * apart;
        }
    const double gain = 1 / (squares / n + epsilon);
    *inverse = sqrt(gain);
    node->gains.sum += gain;
    node->gains.most = fmax(node->gains.most, gain);
    node->gains.n++;
}

void cg_reference_layer_norm(struct cg_reference_node *node, const struct cg_node *spec, const float *in,
                             float *out)
{
    double mean, inverse;
    statistics(node, in, 1, spec->shape.c, spec->shape.c, (double)spec->epsilon, &mean, &inverse);
    for (int c = 0; c < spec->shape.c; c++)
        out[c] = (float)(((double)in[c] - mean) * inverse * (double)node->scale[c] + (double)node->shift[c]);
}

void cg_reference_group_statistics(struct cg_reference_node *node, const struct cg_node *spec,
                                   const float *image)
{
    const int channels = spec->shape.c / spec->groups;
    for (int g = 0; g < spec->groups; g++)
        statistics(node, image + (int64_t)g * channels, (int64_t)spec->shape.h * spec->shape.w, channels,
                   spec->shape.c, (double)spec->epsilon, &node->means[g], &node->inverses[g]);
}

void cg_reference_group_norm(const struct cg_reference_node *node, const struct cg_node *spec,
                             const float *in, float *out)
{
    const int channels = spec->shape.c / spec->groups;
    for (int c = 0; c < spec->shape.c; c++) {
        const int g = c / channels;
        out[c] = (float)(((double)in[c] - node->means[g]) * node->inverses[g] * (double)node->scale[c] +
                         (double)node->shift[c]);
    }
}

void cg_reference_lrn(const struct cg_node *spec, const float *in, float *out)
{
    const int before = (spec->size - 1) / 2, behind = spec->size / 2;
    for (int c = 0; c < spec->shape.c; c++) {
        double squares = 0;
        for (int i = c - before; i <= c + behind; i++)
            if (i >= 0 && i < spec->shape.c)
                squares += (double)in[i] * (double)in[i];
        out[c] = (float)((double)in[c] * pow((double)spec->k + (double)spec->alpha / spec->size * squares,
                                             -(double)spec->beta));
    }
}

void cg_reference_softmax(const struct cg_node *spec, const float *in, float *out)
{
    double most = (double)in[0], sum = 0;
    for (int c = 1; c < spec->shape.c; c++)
        if ((double)in[c] > most) /* with fmax() gcc 12 for AArch64 breaks off here */
            most = (double)in[c];
    for (int c = 0; c < spec->shape.c; c++)
        sum += exp((double)in[c] - most);
    for (int c = 0; c < spec->shape.c; c++)
        out[c] = (float)(spec->log ? (double)in[c] - most - log(sum) : exp((double)in[c] - most) / sum);
}
