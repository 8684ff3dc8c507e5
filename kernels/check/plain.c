#include "kernels/check/plain.h"

#include <math.h>

static double clamp(double x, double lo, double hi)
{
    return x < lo ? lo : x > hi ? hi : x;
}

/* What is added to the sum of products, and the clamp behind it. */
static double finish(const struct cg_gemm_args *args, double sum, int row, int column)
{
    if (args->residual)
        sum += (double)args->residual[row * args->residual_stride + column];
    return clamp(sum + (double)args->bias[column], args->lo, args->hi);
}

double ck_plain_gemm(const struct cg_gemm_args *args, ptrdiff_t k_step, ptrdiff_t column_step, int row,
                     int column)
{
    double sum = 0;
    for (int s = 0; s < args->n_segments; s++) {
        const struct cg_gemm_segment *seg = &args->segments[s];
        for (int l = 0; l < seg->len; l++)
            sum +=
                (double)seg->a[row * seg->stride + l] * args->b[(seg->k + l) * k_step + column * column_step];
    }
    return finish(args, sum, row, column);
}

/* Which accumulator's sum column `column` of a group kernel is, and the first of the lanes that are summed.
 */
static void group_column(unsigned lanes, unsigned sum_lanes, int outputs, int column, int *accumulator,
                         unsigned *lane)
{
    unsigned told = 0;
    int levels = 0;
    for (unsigned bit = 1; bit < lanes && 1 << levels < outputs; bit <<= 1)
        if (sum_lanes & bit) {
            told |= bit;
            levels++;
        }
    for (int v = 0; v < outputs >> levels; v++)
        for (unsigned l = 0; l < lanes; l++) {
            if ((l & sum_lanes & ~told) || column-- > 0)
                continue;
            int level = 0;
            *accumulator = v << levels;
            for (unsigned bit = 1; bit < lanes; bit <<= 1)
                if (told & bit)
                    *accumulator |= (l & bit ? 1 : 0) << level++;
            *lane = l & ~sum_lanes;
            return;
        }
}

double ck_plain_group(const struct cg_gemm_args *args, int lanes, int outputs, int row, int column)
{
    int accumulator = 0;
    unsigned first = 0;
    double sum = 0;
    group_column((unsigned)lanes, args->sum_lanes, outputs, column, &accumulator, &first);
    for (int s = 0; s < args->n_segments; s++) {
        const struct cg_gemm_segment *seg = &args->segments[s];
        for (int l = 0; l < seg->len; l++) {
            const ptrdiff_t k = seg->k + l;
            if (((unsigned)(k % lanes) & ~args->sum_lanes) == first)
                sum += (double)seg->a[row * seg->stride + l] *
                       args->b[(k / lanes * outputs + accumulator) * lanes + k % lanes];
        }
    }
    return finish(args, sum, row, column);
}

double ck_plain_window(const struct cg_window_args *args, enum ck_reduction reduction, int lanes, int y,
                       int x, int channel)
{
    const int taps = args->kernel_h * args->kernel_w;
    double sum = 0, most = -INFINITY;
    int inside = 0;
    for (int i = 0; i < args->kernel_h; i++)
        for (int j = 0; j < args->kernel_w; j++) {
            const float *row = args->rows[y * args->stride_h + i * args->dilation_h];
            const int at = x * args->stride_w + j * args->dilation_w - args->pad_left;
            if (!row || at < 0 || at >= args->in_w)
                continue;
            const double v = row[at * args->in_stride + channel];
            const int tap = i * args->kernel_w + j;
            inside++;
            most = v > most ? v : most;
            sum += reduction == CK_SUM
                       ? v * args->weights[(channel / lanes * taps + tap) * lanes + channel % lanes]
                       : v;
        }
    return reduction == CK_LARGEST ? most
           : reduction == CK_MEAN  ? sum / (args->count_padding ? taps : inside)
                                   : clamp(sum + args->bias[channel], args->lo, args->hi);
}

static double layer_norm(const struct cg_pass_args *args, int pixel, int channel)
{
    const float *a = args->a + pixel * args->a_stride;
    double sum = 0, squares = 0;
    for (int j = 0; j < args->channels; j++)
        sum += (double)a[j];
    const double mean = sum / args->channels;
    for (int j = 0; j < args->channels; j++)
        squares += ((double)a[j] - mean) * ((double)a[j] - mean);
    return ((double)a[channel] - mean) / sqrt(squares / args->channels + (double)args->lo) *
               (double)args->scale[channel] +
           (double)args->shift[channel];
}

double ck_plain_pass(const struct cg_pass_args *args, enum cg_pass pass, int pixel, int channel)
{
    const bool gathers = args->sources && (pass == CG_PASS_GATHER || pass == CG_PASS_AFFINE);
    const double x = gathers ? (double)args->sources[channel].a[pixel * args->sources[channel].stride]
                             : (double)args->a[pixel * args->a_stride + channel];
    const double y = args->b ? (double)args->b[pixel * args->b_stride + channel] : 0;
    const double hard = clamp(x / 6 + 0.5, 0, 1);
    double sum = 0;
    switch (pass) {
    case CG_PASS_COPY:
    case CG_PASS_GATHER:
        return x;
    case CG_PASS_CLAMP:
        return clamp(x, args->lo, args->hi);
    case CG_PASS_ADD:
        return clamp(x + y, args->lo, args->hi);
    case CG_PASS_MUL:
        return clamp(x * y, args->lo, args->hi);
    case CG_PASS_AFFINE:
        return clamp(x * args->scale[channel] + args->shift[channel], args->lo, args->hi);
    case CG_PASS_SIGMOID:
        return 1 / (1 + exp(-x));
    case CG_PASS_HARD_SIGMOID:
        return hard;
    case CG_PASS_HARD_SWISH:
        return x * hard;
    case CG_PASS_SWISH:
        return x / (1 + exp(-x));
    case CG_PASS_GELU:
        return 0.5 * x * erfc(-x * M_SQRT1_2);
    case CG_PASS_GELU_TANH:
        return x / (1 + exp(-sqrt(8 / M_PI) * (x + 0.044715 * x * x * x)));
    case CG_PASS_LAYER_NORM:
        return layer_norm(args, pixel, channel);
    case CG_PASS_MEAN:
        for (int i = 0; i < args->m; i++)
            sum += args->a[i * args->a_stride + channel];
        return sum * args->lo;
    case CG_PASS_COUNT:
        break;
    }
    return NAN;
}
