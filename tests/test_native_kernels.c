/* Every micro-kernel of every instruction set that this processor has, against plain loops, over swept
 * shapes, with guard words around the outputs. */
#include "kernels/native/microkernel.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define GUARD      -12345.5f
#define GUARD_SIZE 64

static unsigned state = 1;

static float next_value(void)
{
    state = state * 1664525u + 1013904223u;
    return (float)(state >> 8) / 8388608.0f - 1.0f;
}

static float *make(size_t n)
{
    float *p =
        aligned_alloc(CG_NATIVE_ALIGN, (n * sizeof *p + CG_NATIVE_ALIGN) / CG_NATIVE_ALIGN * CG_NATIVE_ALIGN);
    cr_assert(p);
    for (size_t i = 0; i < n; i++)
        p[i] = next_value();
    return p;
}

/* An exactly sized block, so that the address sanitizer sees reads beyond it. */
static float *make_exact(size_t n)
{
    float *p = malloc(n * sizeof *p);
    cr_assert(p);
    for (size_t i = 0; i < n; i++)
        p[i] = next_value();
    return p;
}

static float *make_guarded(size_t n)
{
    float *p = malloc((n + 2 * GUARD_SIZE) * sizeof *p);
    cr_assert(p);
    for (size_t i = 0; i < n + 2 * GUARD_SIZE; i++)
        p[i] = GUARD;
    return p + GUARD_SIZE;
}

static void free_guarded(float *p)
{
    free(p - GUARD_SIZE);
}

static float clampf(double x, float lo, float hi)
{
    return (float)(x < lo ? lo : x > hi ? hi : x);
}

/* Counts values that differ from `expected` by more than the tolerance, and guards that were written.
 * `expected` has GUARD wherever nothing may be written. */
static int differences(const float *got, const float *expected, size_t n, double tolerance)
{
    int bad = 0;
    for (size_t i = 0; i < n; i++)
        bad += expected[i] == GUARD
                   ? got[i] != GUARD
                   : !(fabs((double)got[i] - expected[i]) <= tolerance * (1 + fabs(expected[i])));
    for (int i = 1; i <= GUARD_SIZE; i++)
        bad += (got[-i] != GUARD) + (got[n + (size_t)i - 1] != GUARD);
    return bad;
}

static void check_gemm(const struct cg_gemm_kernel *kernel, int m, int n, int k, int n_segments,
                       bool residual)
{
    const int gap = 3, stride = k + gap, c_stride = n + gap, r_stride = n + 1;
    float *a = make_exact((size_t)m * stride - gap), *b = make((size_t)k * kernel->tile_n),
          *bias = make((size_t)kernel->tile_n), *r = make_exact((size_t)m * r_stride - 1);
    for (int i = 0; i < k; i++)
        for (int j = n; j < kernel->tile_n; j++)
            b[i * kernel->tile_n + j] = 0;
    const size_t size = (size_t)m * c_stride - gap;
    float *c = make_guarded(size), *expected = make_guarded(size);

    /* The parts of k are taken from the end of the row backwards: order must not matter. */
    struct cg_gemm_segment segments[8];
    for (int s = 0; s < n_segments; s++) {
        const int from = k - k * (s + 1) / n_segments, to = k - k * s / n_segments;
        segments[s] = (struct cg_gemm_segment){a + from, stride, to - from, from};
    }
    const struct cg_gemm_args args = {.m = m,
                                      .n = n,
                                      .n_segments = n_segments,
                                      .segments = segments,
                                      .b = b,
                                      .bias = bias,
                                      .residual = residual ? r : NULL,
                                      .residual_stride = r_stride,
                                      .c = c,
                                      .c_stride = c_stride,
                                      .lo = residual ? -INFINITY : 0,
                                      .hi = residual ? INFINITY : 1.5f};
    kernel->run(&args);
    for (int i = 0; i < m; i++)
        for (int j = 0; j < n; j++) {
            double sum = bias[j] + (residual ? (double)r[i * r_stride + j] : 0);
            for (int l = 0; l < k; l++)
                sum += (double)a[i * stride + l] * b[l * kernel->tile_n + j];
            expected[i * c_stride + j] = clampf(sum, args.lo, args.hi);
        }
    cr_expect(differences(c, expected, size, 1e-5) == 0, "%s m=%d n=%d k=%d segments=%d residual=%d",
              kernel->name, m, n, k, n_segments, residual);
    free(a);
    free(b);
    free(bias);
    free(r);
    free_guarded(c);
    free_guarded(expected);
}

Test(native_kernels, gemm)
{
    for (int i = 0; cg_native_isas[i]; i++) {
        const struct cg_native_kernels *isa = cg_native_isas[i];
        if (!cg_isa_available(isa->isa))
            continue;
        for (int row = 0; row < isa->n_gemm * (isa->gemm_in_order ? 2 : 1); row++) {
            const struct cg_gemm_kernel *kernel =
                row < isa->n_gemm ? &isa->gemm[row] : &isa->gemm_in_order[row - isa->n_gemm];
            for (int m = 1; m <= 2 * kernel->tile_m + 1; m++)
                check_gemm(kernel, m, kernel->tile_n, 7 + m % 5, 1 + m % 3, m % 2);
            for (int n = 1; n <= kernel->tile_n; n++)
                check_gemm(kernel, kernel->tile_m + 1, n, 9, 1 + n % 3, n % 2);
            check_gemm(kernel, 1, 1, 1, 1, false);
            check_gemm(kernel, 30, kernel->tile_n, 200, 8, true);
        }
    }
}

/* Where the accumulators' lanes go, as microkernel.h has it: one column after the other. */
static double group_sum(const double *acc, int lanes, unsigned sum_lanes, int outputs, int column)
{
    int levels = 0;
    unsigned told = 0;
    for (unsigned bit = 1; bit < (unsigned)lanes && 1 << levels < outputs; bit <<= 1)
        if (sum_lanes & bit) {
            told |= bit;
            levels++;
        }
    for (int v = 0; v < outputs >> levels; v++)
        for (int l = 0; l < lanes; l++) {
            if (((unsigned)l & sum_lanes & ~told) || column-- > 0)
                continue;
            int a = v << levels, level = 0;
            for (unsigned bit = 1; bit < (unsigned)lanes; bit <<= 1)
                if (told & bit)
                    a |= ((unsigned)l & bit ? 1 : 0) << level++;
            double sum = 0;
            for (int m = 0; m < lanes; m++)
                if (((unsigned)m | sum_lanes) == ((unsigned)l | sum_lanes))
                    sum += acc[a * lanes + m];
            return sum;
        }
    return NAN;
}

static void check_group(const struct cg_group_kernel *kernel, int lanes, unsigned sum_lanes, int m,
                        int n_segments, bool residual)
{
    const int outputs = kernel->outputs, vectors = n_segments * (n_segments + 1) / 2, gap = 3;
    int n = outputs * lanes; /* columns: what is left when lanes are summed */
    for (unsigned bit = 1; bit < (unsigned)lanes; bit <<= 1)
        n /= sum_lanes & bit ? 2 : 1;
    const int stride = vectors * lanes + gap, c_stride = n + gap, r_stride = n + 1;
    float *a = make_exact((size_t)m * stride - gap), *b = make((size_t)vectors * outputs * lanes),
          *bias = make((size_t)outputs * lanes), *r = make_exact((size_t)m * r_stride - 1);
    const size_t size = (size_t)m * c_stride - gap;
    float *c = make_guarded(size), *expected = make_guarded(size);

    struct cg_gemm_segment segments[4];
    for (int s = 0, v = 0; s < n_segments; v += ++s)
        segments[n_segments - 1 - s] =
            (struct cg_gemm_segment){a + v * lanes, stride, (s + 1) * lanes, v * lanes};
    const struct cg_gemm_args args = {.m = m,
                                      .n = n,
                                      .n_segments = n_segments,
                                      .segments = segments,
                                      .b = b,
                                      .bias = bias,
                                      .residual = residual ? r : NULL,
                                      .residual_stride = r_stride,
                                      .c = c,
                                      .c_stride = c_stride,
                                      .lo = residual ? -INFINITY : 0,
                                      .hi = residual ? INFINITY : 1.5f,
                                      .sum_lanes = sum_lanes};
    kernel->run(&args);
    for (int i = 0; i < m; i++) {
        double acc[8 * 64] = {0};
        for (int v = 0; v < vectors; v++)
            for (int o = 0; o < outputs; o++)
                for (int l = 0; l < lanes; l++)
                    acc[o * lanes + l] +=
                        (double)a[i * stride + v * lanes + l] * b[(v * outputs + o) * lanes + l];
        for (int j = 0; j < n; j++)
            expected[i * c_stride + j] = clampf(group_sum(acc, lanes, sum_lanes, outputs, j) + bias[j] +
                                                    (residual ? (double)r[i * r_stride + j] : 0),
                                                args.lo, args.hi);
    }
    cr_expect(differences(c, expected, size, 1e-5) == 0, "%s m=%d sum_lanes=%x segments=%d residual=%d",
              kernel->name, m, sum_lanes, n_segments, residual);
    free(a);
    free(b);
    free(bias);
    free(r);
    free_guarded(c);
    free_guarded(expected);
}

Test(native_kernels, group)
{
    for (int i = 0; cg_native_isas[i]; i++) {
        const struct cg_native_kernels *isa = cg_native_isas[i];
        if (!cg_isa_available(isa->isa))
            continue;
        for (int row = 0; row < isa->n_group; row++) {
            const struct cg_group_kernel *kernel = &isa->group[row];
            for (unsigned sum_lanes = 0; sum_lanes < (unsigned)isa->lanes; sum_lanes++)
                for (int m = 1; m <= 2 * kernel->tile_m + 1; m++)
                    check_group(kernel, isa->lanes, sum_lanes, m, 1 + m % 3, (m + row) % 2);
            cr_expect(row == 0 || isa->group[row - 1].outputs > kernel->outputs);
        }
        cr_expect(isa->n_group == 0 || isa->group[isa->n_group - 1].outputs == 1);
    }
}

struct window_case {
    int h, w, channels, kernel_h, kernel_w, stride_h, stride_w, dilation_h, dilation_w;
    int top, left, bottom, right;
};

static int out_size(int size, int kernel, int stride, int dilation, int before, int after)
{
    return (size + before + after - dilation * (kernel - 1) - 1) / stride + 1;
}

enum window_op { DEPTHWISE, MAX_POOL, AVG_POOL };

static void check_window(const struct cg_window_kernel *kernel, enum window_op op,
                         const struct window_case *w, bool count_padding)
{
    const int out_h = out_size(w->h, w->kernel_h, w->stride_h, w->dilation_h, w->top, w->bottom);
    const int out_w = out_size(w->w, w->kernel_w, w->stride_w, w->dilation_w, w->left, w->right);
    const int taps = w->kernel_h * w->kernel_w, in_stride = w->channels + 2, out_stride = w->channels + 1;
    const int blocks = (w->channels + kernel->lanes - 1) / kernel->lanes;
    float *in = make_exact((size_t)w->h * w->w * in_stride - 2);
    float *weights = make((size_t)blocks * kernel->lanes * taps),
          *bias = make((size_t)blocks * kernel->lanes);
    const int n_rows = (out_h - 1) * w->stride_h + (w->kernel_h - 1) * w->dilation_h + 1;
    const float **rows = malloc((size_t)n_rows * sizeof *rows);
    cr_assert(rows);
    for (int r = 0; r < n_rows; r++)
        rows[r] = r >= w->top && r - w->top < w->h ? in + (size_t)(r - w->top) * w->w * in_stride : NULL;
    const size_t out_row = (size_t)out_w * out_stride + 5, size = (size_t)out_h * out_row;
    float *out = make_guarded(size), *expected = make_guarded(size);
    const struct cg_window_args args = {.out_rows = out_h,
                                        .out_w = out_w,
                                        .in_w = w->w,
                                        .channels = w->channels,
                                        .kernel_h = w->kernel_h,
                                        .kernel_w = w->kernel_w,
                                        .stride_h = w->stride_h,
                                        .stride_w = w->stride_w,
                                        .dilation_h = w->dilation_h,
                                        .dilation_w = w->dilation_w,
                                        .pad_left = w->left,
                                        .rows = rows,
                                        .in_stride = in_stride,
                                        .out = out,
                                        .out_stride = out_stride,
                                        .out_row_stride = (ptrdiff_t)out_row,
                                        .weights = weights,
                                        .bias = bias,
                                        .lo = -0.75f,
                                        .hi = 6,
                                        .count_padding = count_padding};
    kernel->run(&args);
    for (int y = 0; y < out_h; y++)
        for (int x = 0; x < out_w; x++)
            for (int c = 0; c < w->channels; c++) {
                double sum = 0, max = -INFINITY;
                int inside = 0;
                for (int i = 0; i < w->kernel_h; i++)
                    for (int j = 0; j < w->kernel_w; j++) {
                        const int iy = y * w->stride_h + i * w->dilation_h - w->top;
                        const int ix = x * w->stride_w + j * w->dilation_w - w->left;
                        if (iy < 0 || iy >= w->h || ix < 0 || ix >= w->w)
                            continue;
                        const double v = in[((size_t)iy * w->w + ix) * in_stride + c];
                        inside++;
                        max = v > max ? v : max;
                        sum += op == DEPTHWISE
                                   ? v * weights[(c / kernel->lanes * taps + i * w->kernel_w + j) *
                                                     kernel->lanes +
                                                 c % kernel->lanes]
                                   : v;
                    }
                expected[y * out_row + (size_t)x * out_stride + c] =
                    op == DEPTHWISE  ? clampf(sum + bias[c], args.lo, args.hi)
                    : op == MAX_POOL ? (float)max
                                     : (float)(sum / (count_padding ? taps : inside));
            }
    cr_expect(differences(out, expected, size, 1e-5) == 0,
              "%s %dx%dx%d kernel %dx%d stride %dx%d dilation %dx%d pads %d %d %d %d", kernel->name, w->h,
              w->w, w->channels, w->kernel_h, w->kernel_w, w->stride_h, w->stride_w, w->dilation_h,
              w->dilation_w, w->top, w->left, w->bottom, w->right);
    free(in);
    free(weights);
    free(bias);
    free(rows);
    free_guarded(out);
    free_guarded(expected);
}

/* The kernel that the engine would pick, and every row that takes any window. */
static void check_window_rows(const struct cg_window_kernel *rows, int n_rows, enum window_op op,
                              const struct window_case *w)
{
    const struct cg_window_kernel *picked =
        cg_window_kernel_for(rows, n_rows, w->kernel_h, w->kernel_w, w->stride_h, w->stride_w, w->dilation_h,
                             w->dilation_w, w->left);
    check_window(picked, op, w, false);
    if (picked->run_in_order) {
        struct cg_window_kernel in_order = *picked;
        in_order.run = picked->run_in_order;
        check_window(&in_order, op, w, false);
    }
    check_window(picked, op, w, true);
    if (picked != &rows[n_rows - 1])
        check_window(&rows[n_rows - 1], op, w, true);
}

Test(native_kernels, windows)
{
    static const struct window_case more[] = {
        {9, 11, 20, 5, 5, 1, 1, 1, 1, 2, 2, 2, 2}, {9, 11, 20, 5, 5, 2, 2, 1, 1, 2, 2, 2, 2},
        {8, 8, 7, 5, 5, 2, 2, 1, 1, 1, 1, 2, 2},   {7, 7, 33, 7, 7, 1, 1, 1, 1, 3, 3, 3, 3},
        {7, 7, 33, 7, 7, 1, 1, 1, 1, 0, 0, 0, 0},  {10, 9, 5, 3, 3, 1, 1, 2, 2, 2, 2, 2, 2},
        {10, 9, 5, 1, 7, 1, 1, 1, 1, 0, 3, 0, 3},  {10, 9, 17, 7, 1, 1, 1, 1, 1, 3, 0, 3, 0},
        {10, 9, 17, 2, 2, 2, 2, 1, 1, 0, 0, 0, 0}, {10, 9, 17, 3, 3, 1, 2, 1, 1, 1, 1, 1, 1},
        {10, 9, 17, 3, 3, 2, 1, 1, 1, 1, 1, 1, 1}, {1, 1, 24, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1},
        {2, 2, 24, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1},  {70, 3, 3, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1},
        {140, 3, 3, 3, 3, 2, 2, 1, 1, 1, 1, 1, 1}, {6, 6, 3, 3, 3, 1, 1, 1, 1, 2, 2, 2, 2},
        {6, 6, 3, 3, 3, 2, 2, 1, 1, 2, 2, 2, 2},   {6, 6, 19, 3, 3, 2, 2, 1, 1, 0, 0, 1, 1},
        {7, 7, 19, 3, 3, 3, 3, 1, 1, 0, 0, 0, 0},  {5, 1, 9, 3, 3, 1, 1, 1, 1, 0, 1, 0, 1},
        {5, 2, 9, 3, 3, 2, 2, 1, 1, 0, 0, 1, 1},
    };
    for (int i = 0; cg_native_isas[i]; i++) {
        const struct cg_native_kernels *isa = cg_native_isas[i];
        if (!cg_isa_available(isa->isa))
            continue;
        for (int stride = 1; stride <= 2; stride++)
            for (int h = 3; h <= 9; h++)
                for (int w = 1; w <= 8; w++)
                    for (int pad = 0; pad <= 1; pad++) {
                        if (w + 2 * pad < 3)
                            continue;
                        const struct window_case c = {
                            h, w, 1 + (h * 7 + w * 5) % 40, 3, 3, stride, stride, 1, 1, pad, pad, pad, pad};
                        check_window_rows(isa->depthwise, isa->n_depthwise, DEPTHWISE, &c);
                        check_window_rows(isa->max_pool, isa->n_max_pool, MAX_POOL, &c);
                        check_window_rows(isa->avg_pool, isa->n_avg_pool, AVG_POOL, &c);
                    }
        for (int channels = 1; channels <= 50; channels++)
            for (int stride = 1; stride <= 2; stride++) {
                const struct window_case c = {7, 7, channels, 3, 3, stride, stride, 1, 1, 1, 1, 1, 1};
                check_window_rows(isa->depthwise, isa->n_depthwise, DEPTHWISE, &c);
            }
        for (size_t n = 0; n < sizeof more / sizeof *more; n++) {
            check_window_rows(isa->depthwise, isa->n_depthwise, DEPTHWISE, &more[n]);
            if (more[n].top < more[n].kernel_h && more[n].left < more[n].kernel_w) {
                check_window_rows(isa->max_pool, isa->n_max_pool, MAX_POOL, &more[n]);
                check_window_rows(isa->avg_pool, isa->n_avg_pool, AVG_POOL, &more[n]);
            }
        }
    }
}

static double pass_expected(enum cg_pass pass, const struct cg_pass_args *p, int i, int j)
{
    const double x = pass == CG_PASS_GATHER ? 0 : (double)p->a[i * p->a_stride + j];
    const double y = p->b ? (double)p->b[i * p->b_stride + j] : 0;
    const double hard = x / 6 + 0.5 < 0 ? 0 : x / 6 + 0.5 > 1 ? 1 : x / 6 + 0.5;
    double sum = 0;
    switch (pass) {
    case CG_PASS_COPY:
        return x;
    case CG_PASS_GATHER:
        return p->sources[j].a[i * p->sources[j].stride];
    case CG_PASS_CLAMP:
        return clampf(x, p->lo, p->hi);
    case CG_PASS_ADD:
        return clampf(x + y, p->lo, p->hi);
    case CG_PASS_MUL:
        return clampf(x * y, p->lo, p->hi);
    case CG_PASS_AFFINE:
        return clampf((p->sources ? (double)p->sources[j].a[i * p->sources[j].stride] : x) * p->scale[j] +
                          p->shift[j],
                      p->lo, p->hi);
    case CG_PASS_SIGMOID:
        return 1 / (1 + exp(-x));
    case CG_PASS_HARD_SIGMOID:
        return hard;
    case CG_PASS_HARD_SWISH:
        return x * hard;
    case CG_PASS_MEAN:
        for (int l = 0; l < p->m; l++)
            sum += p->a[l * p->a_stride + j];
        return sum * p->lo;
    default:
        return NAN;
    }
}

/* `broadcast`: of b; an affine pass gathers with it. */
static void check_pass(const struct cg_native_kernels *isa, enum cg_pass pass, int m, int channels, int gap,
                       bool broadcast)
{
    const bool binary = pass == CG_PASS_ADD || pass == CG_PASS_MUL;
    float *a = make_exact((size_t)m * (channels + gap) - gap),
          *b = make_exact((size_t)m * (channels + gap) - gap);
    for (int i = 0; i < m * (channels + gap) - gap; i++)
        a[i] *= 8;
    float *scale = make_exact((size_t)channels), *shift = make_exact((size_t)channels);
    struct cg_pass_source *sources = malloc((size_t)channels * sizeof *sources);
    cr_assert(sources);
    for (int j = 0; j < channels; j++) /* from one of two maps */
        sources[j] = (struct cg_pass_source){(j % 3 ? a : b) + (j * 7 + 3) % channels, channels + gap};
    const int out_m = pass == CG_PASS_MEAN ? 1 : m;
    const size_t size = (size_t)out_m * (channels + gap) - gap;
    float *out = make_guarded(size), *expected = make_guarded(size);
    const struct cg_pass_args args = {
        .m = m,
        .channels = channels,
        .a = a,
        .b = binary ? b : NULL,
        .a_stride = channels + gap,
        .b_stride = broadcast ? 0 : channels + gap,
        .out = out,
        .out_stride = channels + gap,
        .scale = scale,
        .shift = shift,
        .sources = pass == CG_PASS_GATHER || (pass == CG_PASS_AFFINE && broadcast) ? sources : NULL,
        .lo = pass == CG_PASS_MEAN ? 1.0f / (float)m : -1,
        .hi = 3};
    isa->pass[pass].run(&args);
    for (int i = 0; i < out_m; i++)
        for (int j = 0; j < channels; j++)
            expected[i * (channels + gap) + j] = (float)pass_expected(pass, &args, i, j);
    cr_expect(differences(out, expected, size, 2e-6) == 0, "%s m=%d channels=%d gap=%d broadcast=%d",
              isa->pass[pass].name, m, channels, gap, broadcast);
    free(a);
    free(b);
    free(scale);
    free(shift);
    free(sources);
    free_guarded(out);
    free_guarded(expected);
}

Test(native_kernels, passes)
{
    for (int i = 0; cg_native_isas[i]; i++) {
        const struct cg_native_kernels *isa = cg_native_isas[i];
        if (!cg_isa_available(isa->isa))
            continue;
        for (int pass = 0; pass < CG_PASS_COUNT; pass++)
            for (int channels = 1; channels <= 40; channels++)
                for (int gap = 0; gap <= 3; gap += 3) {
                    check_pass(isa, (enum cg_pass)pass, 1 + channels % 7, channels, gap, false);
                    check_pass(isa, (enum cg_pass)pass, channels % 2 ? 5 : 37, channels, gap, true);
                }
    }
}

/* More channels than are gathered at once, more pixels than stay in the cache. */
Test(native_kernels, many_gathered_channels)
{
    for (int i = 0; cg_native_isas[i]; i++)
        if (cg_isa_available(cg_native_isas[i]->isa))
            check_pass(cg_native_isas[i], CG_PASS_AFFINE, 21, 523, 2, true);
}

Test(native_kernels, sigmoid_at_the_ends)
{
    for (int i = 0; cg_native_isas[i]; i++) {
        const struct cg_native_kernels *isa = cg_native_isas[i];
        if (!cg_isa_available(isa->isa))
            continue;
        const float in[4] = {-1000, 1000, 0, -20};
        float out[4];
        isa->pass[CG_PASS_SIGMOID].run(&(struct cg_pass_args){
            .m = 1, .channels = 4, .a = in, .a_stride = 4, .out = out, .out_stride = 4});
        cr_expect(out[0] >= 0 && out[0] < 1e-30f && out[1] == 1 && out[2] == 0.5f, "%s",
                  isa->pass[CG_PASS_SIGMOID].name);
        cr_expect(fabs(out[3] / (1 / (1 + exp(20.0))) - 1) < 1e-6);
    }
}

Test(native_kernels, table_has_everything)
{
    cr_assert(cg_native_isas[0] && cg_native_isas[0]->isa == CG_ISA_SCALAR);
    for (int i = 0; cg_native_isas[i]; i++) {
        const struct cg_native_kernels *isa = cg_native_isas[i];
        cr_expect(cg_native_kernels_for(isa->isa) == isa);
        for (int row = 0; isa->gemm_in_order && row < isa->n_gemm; row++)
            cr_expect(isa->gemm_in_order[row].tile_n == isa->gemm[row].tile_n, "the same packed weights");
        cr_expect(isa->n_gemm > 0 && isa->n_depthwise > 0 && isa->n_max_pool > 0 && isa->n_avg_pool > 0);
        for (int pass = 0; pass < CG_PASS_COUNT; pass++)
            cr_expect(isa->pass[pass].run && isa->pass[pass].name);
        cr_expect(isa->depthwise[isa->n_depthwise - 1].kernel_h == 0, "the last row takes any window");
    }
}
