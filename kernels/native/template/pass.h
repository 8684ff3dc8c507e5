/* Passes over pixels: copies, element-wise operators, activations, the mean. Included after vec.h. */
#ifndef CONVGAUGE_KERNELS_NATIVE_TEMPLATE_PASS_H
#define CONVGAUGE_KERNELS_NATIVE_TEMPLATE_PASS_H

#include "kernels/native/microkernel.h"

#include <math.h>
#include <stdbool.h>

/* Before loops over whole vectors; vec.h may define it to unroll them, where the compiler does not by itself
 * and the loop's own instructions count. */
#ifndef PASS_UNROLL
#define PASS_UNROLL
#endif

/* Calls `vector(load, store)` code for whole vectors and the tail of each pixel. A map whose rows are dense
 * is one long row, so that narrow maps do not pay a tail a pixel. */
#define PASS_ROWS(a, flat)                                                                                   \
    int m = (a)->m;                                                                                          \
    ptrdiff_t n = (a)->channels;                                                                             \
    if (flat) {                                                                                              \
        n *= m;                                                                                              \
        m = 1;                                                                                               \
    }

#define DENSE(a, stride) ((a)->stride == (a)->channels)

/* A pass of one operand or of `both`: EXPR of x (from a) and y (from b). */
#define PASS_FN(name, both, EXPR)                                                                            \
    static void name(const struct cg_pass_args *args)                                                        \
    {                                                                                                        \
        const vf lo = v_set1(args->lo), hi = v_set1(args->hi);                                               \
        (void)lo, (void)hi;                                                                                  \
        PASS_ROWS(args,                                                                                      \
                  DENSE(args, a_stride) && (!(both) || DENSE(args, b_stride)) && DENSE(args, out_stride))    \
        for (int i = 0; i < m; i++) {                                                                        \
            const float *a = args->a + i * args->a_stride,                                                   \
                        *b = (both) ? args->b + i * args->b_stride : NULL;                                   \
            float *out = args->out + i * args->out_stride;                                                   \
            ptrdiff_t j = 0;                                                                                 \
            PASS_UNROLL                                                                                      \
            for (; j + VL <= n; j += VL) {                                                                   \
                const vf x = v_load(a + j), y = (both) ? v_load(b + j) : x;                                  \
                (void)y;                                                                                     \
                v_store(out + j, EXPR);                                                                      \
            }                                                                                                \
            if (j < n) {                                                                                     \
                const vtail tail = v_tail((int)(n - j));                                                     \
                const vf x = v_load_tail(a + j, tail), y = (both) ? v_load_tail(b + j, tail) : x;            \
                (void)y;                                                                                     \
                v_store_tail(out + j, EXPR, tail);                                                           \
            }                                                                                                \
        }                                                                                                    \
    }

#define CLAMPED(v) v_min(v_max(v, lo), hi)

#ifndef v_exp
/* exp(x) = 2^n * exp(r), r = x - n ln 2: the usual polynomial of degree 6 on [-ln 2 / 2, ln 2 / 2]. */
VEC_INLINE vf v_exp(vf x)
{
    const vf n = v_round(v_mul(x, v_set1(1.44269504088896341f)));
    const vf r = v_fnma(n, v_set1(-2.12194440e-4f), v_fnma(n, v_set1(0.693359375f), x));
    static const float factors[] = {1.0f / 120, 1.0f / 24, 1.0f / 6, 0.5f, 1.0f, 1.0f};
    vf p = v_set1(1.0f / 720);
    for (int i = 0; i < 6; i++)
        p = v_fma(p, r, v_set1(factors[i]));
    return v_scale(p, n);
}
#endif

VEC_INLINE vf act_hard_sigmoid(vf x)
{
    const vf y = v_fma(x, v_set1(1.0f / 6), v_set1(0.5f));
    return v_min(v_max(y, v_zero()), v_set1(1.0f));
}

VEC_INLINE vf act_sigmoid(vf x)
{
    const vf one = v_set1(1.0f);
    const vf minus = v_mul(v_min(v_max(x, v_set1(-87.0f)), v_set1(87.0f)), v_set1(-1.0f));
    return v_div(one, v_add(one, v_exp(minus)));
}

VEC_INLINE vf act_gelu_tanh(vf x)
{
    const vf cubic = v_fma(v_mul(v_mul(x, x), x), v_set1(0.044715f), x);
    return v_mul(x, act_sigmoid(v_mul(cubic, v_set1(1.59576912f))));
}

/* exp(-v^2 / 2) = 2^n * 2^-u, |u| <= 1/2: a polynomial by the algorithm of Remez, 7.5e-8 of 2^-u at most. */
VEC_INLINE vf gauss(vf v)
{
#ifdef v_exp
    return v_exp(v_mul(v_mul(v, v), v_set1(-0.5f)));
#else
    static const float factors[] = {0.00967565564f, -0.0555071448f, 0.240221176f, -0.693146966f, 1.00000007f};
    const float half_log2_e = 0.72134752f;
    const vf square = v_mul(v, v), n = v_round(v_mul(square, v_set1(-half_log2_e)));
    const vf u = v_fma(square, v_set1(half_log2_e), n);
    vf p = v_set1(-0.00132763601f);
    for (int i = 0; i < 5; i++)
        p = v_fma(p, u, v_set1(factors[i]));
    return v_scale(p, n);
#endif
}

/* max(x, 0) - |x| Q(|x|), Q the tail of the normal distribution: so small values below 0 keep their digits.
 * Q(v) = exp(-v^2 / 2) * a(v) / b(v), of degrees 4 and 5 by the algorithm of Remez on [0, 13], in 40
 * digits: 4.8e-9 of Q at most. All factors are positive, so nothing cancels; at 12.9 Q is still a normal
 * number. With what rounding adds: 1e-7 of max(|x|, 1) at most, and Q as if v were wrong by half a unit in
 * the last place. */
VEC_INLINE vf act_gelu(vf x)
{
    static const float above[] = {3.97602747f, 18.0563847f, 43.4446776f, 49.9391878f};
    static const float below[] = {46.2436920f, 119.085436f, 166.580803f, 99.8783752f};
    const vf v = v_min(v_abs(x), v_set1(12.9f));
    vf a = v_set1(0.398948265f), b = v_add(v, v_set1(9.96718713f));
    for (int i = 0; i < 4; i++) {
        a = v_fma(a, v, v_set1(above[i]));
        b = v_fma(b, v, v_set1(below[i]));
    }
    return v_fnma(v, v_mul(v_div(a, b), gauss(v)), v_max(v_zero(), x));
}

PASS_FN(pass_copy, 0, x)
PASS_FN(pass_clamp, 0, CLAMPED(x))
PASS_FN(pass_sigmoid, 0, act_sigmoid(x))
PASS_FN(pass_hard_sigmoid, 0, act_hard_sigmoid(x))
PASS_FN(pass_hard_swish, 0, v_mul(x, act_hard_sigmoid(x)))
PASS_FN(pass_swish, 0, v_mul(x, act_sigmoid(x)))
PASS_FN(pass_gelu, 0, act_gelu(x))
PASS_FN(pass_gelu_tanh, 0, act_gelu_tanh(x))
PASS_FN(pass_add, 1, CLAMPED(v_add(x, y)))
PASS_FN(pass_mul, 1, CLAMPED(v_mul(x, y)))

static void affine_rows(const struct cg_pass_args *args)
{
    const vf lo = v_set1(args->lo), hi = v_set1(args->hi);
    for (int i = 0; i < args->m; i++) {
        const float *a = args->a + i * args->a_stride;
        float *out = args->out + i * args->out_stride;
        int j = 0;
        PASS_UNROLL
        for (; j + VL <= args->channels; j += VL) {
            const vf y = v_fma(v_load(a + j), v_load(args->scale + j), v_load(args->shift + j));
            v_store(out + j, CLAMPED(y));
        }
        if (j < args->channels) {
            const vtail tail = v_tail(args->channels - j);
            const vf y = v_fma(v_load_tail(a + j, tail), v_load_tail(args->scale + j, tail),
                               v_load_tail(args->shift + j, tail));
            v_store_tail(out + j, CLAMPED(y), tail);
        }
    }
}

/* Four neighbouring floats that come from anywhere, stored at once. */
typedef float four __attribute__((vector_size(16)));
typedef float four_unaligned __attribute__((vector_size(16), aligned(4), may_alias));

/* Maps are gathered in blocks, which stay in the first-level cache until all is done with them. */
#define GATHERED_PIXELS   16
#define GATHERED_CHANNELS 256

/* `n` channels from `channel` on of `m` pixels from `pixel` on. Channel by channel, four together: addresses
 * stay in registers from pixel to pixel. */
static void gather_block(const struct cg_pass_args *args, int pixel, int m, int channel, int n)
{
    const struct cg_pass_source *from = args->sources + channel;
    const ptrdiff_t out_stride = args->out_stride;
    float *first = args->out + pixel * out_stride + channel;
    int j = 0;
    for (; j + 4 <= n; j += 4, from += 4) {
        const ptrdiff_t a_stride = from[0].stride, b_stride = from[1].stride, c_stride = from[2].stride,
                        d_stride = from[3].stride;
        const float *a = from[0].a + pixel * a_stride, *b = from[1].a + pixel * b_stride,
                    *c = from[2].a + pixel * c_stride, *d = from[3].a + pixel * d_stride;
        float *out = first + j;
        for (int i = 0; i < m; i++) {
            *(four_unaligned *)(void *)out = (four){*a, *b, *c, *d};
            a += a_stride;
            b += b_stride;
            c += c_stride;
            d += d_stride;
            out += out_stride;
        }
    }
    for (; j < n; j++, from++)
        for (int i = 0; i < m; i++)
            first[i * out_stride + j] = from->a[(pixel + i) * from->stride];
}

static void gather(const struct cg_pass_args *args, bool affine)
{
    struct cg_pass_args part = *args;
    for (int i = 0; i < args->m; i += part.m) {
        part.m = args->m - i < GATHERED_PIXELS ? args->m - i : GATHERED_PIXELS;
        for (int j = 0; j < args->channels; j += part.channels) {
            part.channels = args->channels - j < GATHERED_CHANNELS ? args->channels - j : GATHERED_CHANNELS;
            gather_block(args, i, part.m, j, part.channels);
            if (!affine)
                continue;
            part.a = part.out = args->out + i * args->out_stride + j;
            part.a_stride = args->out_stride;
            part.scale = args->scale + j;
            part.shift = args->shift + j;
            affine_rows(&part);
        }
    }
}

static void pass_gather(const struct cg_pass_args *args)
{
    gather(args, false);
}

static void pass_affine(const struct cg_pass_args *args)
{
    if (args->sources)
        gather(args, true);
    else
        affine_rows(args);
}

/* The sum over all pixels by four running sums a block, so that additions do not wait for each other. */
static void pass_mean(const struct cg_pass_args *args)
{
    const vf factor = v_set1(args->lo);
    const ptrdiff_t stride = args->a_stride;
    for (int j = 0; j < args->channels; j += VL) {
        const int left = args->channels - j;
        const vtail tail = v_tail(left < VL ? left : VL);
        const float *a = args->a + j;
        vf sum[4] = {v_zero(), v_zero(), v_zero(), v_zero()};
        int i = 0;
        for (; i + 4 <= args->m; i += 4, a += 4 * stride)
            for (int s = 0; s < 4; s++)
                sum[s] = v_add(sum[s], v_load_tail(a + s * stride, tail));
        for (; i < args->m; i++, a += stride)
            sum[0] = v_add(sum[0], v_load_tail(a, tail));
        const vf total = v_add(v_add(sum[0], sum[1]), v_add(sum[2], sum[3]));
        v_store_tail(args->out + j, v_mul(total, factor), tail);
    }
}

/* The sum of a pixel's values less `mean`, or of their squares. */
VEC_INLINE float sum_apart(const float *a, int n, float mean, bool squares)
{
    vf sums[2] = {v_zero(), v_zero()};
    float lanes[VL], total = 0;
    int j = 0;
    for (int s = 0; j + VL <= n; j += VL, s ^= 1) {
        const vf apart = v_add(v_load(a + j), v_set1(-mean));
        sums[s] = squares ? v_fma(apart, apart, sums[s]) : v_add(sums[s], apart);
    }
    for (; j < n; j++)
        total += squares ? (a[j] - mean) * (a[j] - mean) : a[j] - mean;
    v_store(lanes, v_add(sums[0], sums[1]));
    for (int l = 0; l < VL; l++)
        total += lanes[l];
    return total;
}

static void pass_layer_norm(const struct cg_pass_args *args)
{
    const int n = args->channels;
    for (int i = 0; i < args->m; i++) {
        const float *a = args->a + i * args->a_stride;
        float *out = args->out + i * args->out_stride;
        const float mean = sum_apart(a, n, 0, false) / (float)n;
        const float inverse = 1 / sqrtf(sum_apart(a, n, mean, true) / (float)n + args->lo);
        int j = 0;
        for (; j + VL <= n; j += VL) {
            const vf apart = v_add(v_load(a + j), v_set1(-mean));
            v_store(out + j,
                    v_fma(v_mul(apart, v_set1(inverse)), v_load(args->scale + j), v_load(args->shift + j)));
        }
        for (; j < n; j++)
            out[j] = (a[j] - mean) * inverse * args->scale[j] + args->shift[j];
    }
}

/* A row of the `pass` member of an instruction set's table. */
#define PASS_ROW(id, name) [id] = {#name "_f32__" ISA_NAME, pass_##name},

#endif
