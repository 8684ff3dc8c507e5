/* Calls of sliding windows: depthwise convolution and pools. */
#include "bench/microkernels/call_kinds.h"
#include "bench/microkernels/plain.h"

#include <stdlib.h>

static int out_size(int size, int kernel, int stride, int dilation, int before, int after)
{
    return (size + before + after - dilation * (kernel - 1) - 1) / stride + 1;
}

/* The window table of a kind, and its length. */
static const struct cg_window_kernel *window_table(const struct cg_native_kernels *isa,
                                                   enum cg_kernel_kind kind, int *n)
{
    *n = kind == CG_KERNEL_DEPTHWISE  ? isa->n_depthwise
         : kind == CG_KERNEL_MAX_POOL ? isa->n_max_pool
                                      : isa->n_avg_pool;
    return kind == CG_KERNEL_DEPTHWISE  ? isa->depthwise
           : kind == CG_KERNEL_MAX_POOL ? isa->max_pool
                                        : isa->avg_pool;
}

/* The `kernel`-th row that takes the shape's window; NULL behind the last. */
static const struct cg_window_kernel *window_row(const struct cg_native_kernels *isa,
                                                 const struct cg_kernel_shape *s, int kernel)
{
    int n;
    const struct cg_window_kernel *rows = window_table(isa, s->kind, &n);
    const struct cg_window *w = &s->window;
    for (int i = 0; i < n; i++)
        if ((i == n - 1 || /* the last takes any */
             cg_window_kernel_for(&rows[i], 2, w->kernel_h, w->kernel_w, w->stride_h, w->stride_w,
                                  w->dilation_h, w->dilation_w, w->pad_left) == &rows[i]) &&
            kernel-- == 0)
            return &rows[i];
    return NULL;
}

static int count(const struct cg_native_kernels *isa, const struct cg_kernel_shape *shape)
{
    int n = 0;
    while (window_row(isa, shape, n))
        n++;
    return n;
}

static const char *name(const struct cg_native_kernels *isa, const struct cg_kernel_shape *shape, int kernel)
{
    return window_row(isa, shape, kernel)->name;
}

static bool make(struct cg_kernel_call *c, int kernel)
{
    c->window_kernel = window_row(c->isa, &c->shape, kernel);
    const struct cg_kernel_shape *s = &c->shape;
    const struct cg_window *w = &s->window;
    const int lanes = c->window_kernel->lanes, taps = w->kernel_h * w->kernel_w;
    const size_t blocks = ((size_t)s->channels + (size_t)lanes - 1) / (size_t)lanes;
    c->out_h = out_size(s->h, w->kernel_h, w->stride_h, w->dilation_h, w->pad_top, w->pad_bottom);
    c->out_w = out_size(s->w, w->kernel_w, w->stride_w, w->dilation_w, w->pad_left, w->pad_right);
    const int n_rows = (c->out_h - 1) * w->stride_h + (w->kernel_h - 1) * w->dilation_h + 1;
    c->a = cg_call_operand((size_t)s->h * (size_t)s->w * (size_t)s->stride);
    c->weights = cg_call_operand(blocks * (size_t)lanes * (size_t)taps);
    c->bias = cg_call_operand(blocks * (size_t)lanes);
    c->out = cg_call_operand((size_t)c->out_h * (size_t)c->out_w * (size_t)s->stride);
    c->rows = calloc((size_t)n_rows, sizeof *c->rows);
    if (!c->a || !c->weights || !c->bias || !c->out || !c->rows)
        return false;
    for (int r = 0; r < n_rows; r++)
        if (r >= w->pad_top && r - w->pad_top < s->h)
            c->rows[r] = c->a + (size_t)(r - w->pad_top) * (size_t)s->w * (size_t)s->stride;
    c->window = (struct cg_window_args){.out_rows = c->out_h,
                                        .out_w = c->out_w,
                                        .in_w = s->w,
                                        .channels = s->channels,
                                        .kernel_h = w->kernel_h,
                                        .kernel_w = w->kernel_w,
                                        .stride_h = w->stride_h,
                                        .stride_w = w->stride_w,
                                        .dilation_h = w->dilation_h,
                                        .dilation_w = w->dilation_w,
                                        .pad_left = w->pad_left,
                                        .rows = c->rows,
                                        .in_stride = s->stride,
                                        .out = c->out,
                                        .out_stride = s->stride,
                                        .out_row_stride = (ptrdiff_t)c->out_w * s->stride,
                                        .weights = c->weights,
                                        .bias = c->bias,
                                        .lo = 0,
                                        .hi = 6};
    return true;
}

static void run(struct cg_kernel_call *c)
{
    c->window_kernel->run(&c->window);
}

static double expected(const struct cg_kernel_call *c, int y, int x, int channel, int *inside)
{
    return cg_plain_window(&c->window, c->shape.kind, c->window_kernel->lanes, y, x, channel, inside);
}

static double error(const struct cg_kernel_call *c)
{
    const struct cg_window_args *w = &c->window;
    double worst = 0;
    int inside;
    for (int y = 0; y < c->out_h; y++)
        for (int x = 0; x < c->out_w; x++)
            for (int ch = 0; ch < w->channels; ch++) {
                const double value = expected(c, y, x, ch, &inside);
                if (inside > 0)
                    worst =
                        cg_call_worse(worst, w->out[y * w->out_row_stride + x * w->out_stride + ch], value);
            }
    return worst;
}

static struct cg_kernel_work work(const struct cg_kernel_call *c)
{
    const int64_t size = sizeof(float), ch = c->window.channels;
    int64_t inside = 0;
    int one;
    for (int y = 0; y < c->out_h; y++)
        for (int x = 0; x < c->out_w; x++) {
            expected(c, y, x, 0, &one);
            inside += one;
        }
    return (struct cg_kernel_work){c->shape.kind == CG_KERNEL_DEPTHWISE ? inside * ch : 0,
                                   (int64_t)c->shape.h * c->shape.w * ch * size,
                                   (int64_t)c->out_h * c->out_w * ch * size};
}

const struct cg_call_kind cg_call_window = {count, name, make, run, error, work};
