/* The depthwise and pooling kernels of every instruction set that this processor has, against plain loops. */
#include "bench/microkernels/plain.h"
#include "tests/guarded.h"

#include <criterion/criterion.h>
#include <stdlib.h>

struct window_case {
    int h, w, channels, kernel_h, kernel_w, stride_h, stride_w, dilation_h, dilation_w;
    int top, left, bottom, right;
};

static int out_size(int size, int kernel, int stride, int dilation, int before, int after)
{
    return (size + before + after - dilation * (kernel - 1) - 1) / stride + 1;
}

static void check_window(const struct cg_window_kernel *kernel, enum cg_kernel_kind kind,
                         const struct window_case *w, bool count_padding)
{
    const int out_h = out_size(w->h, w->kernel_h, w->stride_h, w->dilation_h, w->top, w->bottom);
    const int out_w = out_size(w->w, w->kernel_w, w->stride_w, w->dilation_w, w->left, w->right);
    const int taps = w->kernel_h * w->kernel_w, in_stride = w->channels + 2, out_stride = w->channels + 1;
    const int blocks = (w->channels + kernel->lanes - 1) / kernel->lanes;
    float *in = make_exact((size_t)w->h * w->w * in_stride - 2);
    float *weights = make_packed((size_t)blocks * kernel->lanes * taps),
          *bias = make_packed((size_t)blocks * kernel->lanes);
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
    int inside;
    for (int y = 0; y < out_h; y++)
        for (int x = 0; x < out_w; x++)
            for (int c = 0; c < w->channels; c++)
                expected[y * out_row + (size_t)x * out_stride + c] =
                    (float)cg_plain_window(&args, kind, kernel->lanes, y, x, c, &inside);
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
static void check_window_rows(const struct cg_window_kernel *rows, int n_rows, enum cg_kernel_kind kind,
                              const struct window_case *w)
{
    const struct cg_window_kernel *picked =
        cg_window_kernel_for(rows, n_rows, w->kernel_h, w->kernel_w, w->stride_h, w->stride_w, w->dilation_h,
                             w->dilation_w, w->left);
    check_window(picked, kind, w, false);
    if (picked->run_in_order) {
        struct cg_window_kernel in_order = *picked;
        in_order.run = picked->run_in_order;
        check_window(&in_order, kind, w, false);
    }
    check_window(picked, kind, w, true);
    if (picked != &rows[n_rows - 1])
        check_window(&rows[n_rows - 1], kind, w, true);
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
                        check_window_rows(isa->depthwise, isa->n_depthwise, CG_KERNEL_DEPTHWISE, &c);
                        check_window_rows(isa->max_pool, isa->n_max_pool, CG_KERNEL_MAX_POOL, &c);
                        check_window_rows(isa->avg_pool, isa->n_avg_pool, CG_KERNEL_AVG_POOL, &c);
                    }
        for (int channels = 1; channels <= 50; channels++)
            for (int stride = 1; stride <= 2; stride++) {
                const struct window_case c = {7, 7, channels, 3, 3, stride, stride, 1, 1, 1, 1, 1, 1};
                check_window_rows(isa->depthwise, isa->n_depthwise, CG_KERNEL_DEPTHWISE, &c);
            }
        for (size_t n = 0; n < sizeof more / sizeof *more; n++) {
            check_window_rows(isa->depthwise, isa->n_depthwise, CG_KERNEL_DEPTHWISE, &more[n]);
            if (more[n].top < more[n].kernel_h && more[n].left < more[n].kernel_w) {
                check_window_rows(isa->max_pool, isa->n_max_pool, CG_KERNEL_MAX_POOL, &more[n]);
                check_window_rows(isa->avg_pool, isa->n_avg_pool, CG_KERNEL_AVG_POOL, &more[n]);
            }
        }
    }
}
