/* Sliding windows: depthwise convolutions and pools. */
#include "bench/graph/cost.h"
#include "kernels/check/check.h"
#include "kernels/check/plain.h"

#include <stdio.h>

static int out_size(int size, int kernel, int stride, int dilation, int before, int after)
{
    return (size + before + after - dilation * (kernel - 1) - 1) / stride + 1;
}

static int out_h(const struct ck_shape *s)
{
    const struct cg_window *w = &s->window;
    return out_size(s->h, w->kernel_h, w->stride_h, w->dilation_h, w->pad_top, w->pad_bottom);
}

static int out_w(const struct ck_shape *s)
{
    const struct cg_window *w = &s->window;
    return out_size(s->w, w->kernel_w, w->stride_w, w->dilation_w, w->pad_left, w->pad_right);
}

/* ---- shapes ---- */

static bool takes(const struct ck_kernel *kernel, const struct cg_window *w)
{
    const struct cg_window_kernel *row = kernel->window;
    if (kernel->kind != &ck_depthwise && (w->pad_top >= w->kernel_h || w->pad_left >= w->kernel_w))
        return false; /* pools have no windows without a pixel */
    return kernel->any_window || (row->kernel_h == w->kernel_h && row->kernel_w == w->kernel_w &&
                                  row->stride_h == w->stride_h && row->stride_w == w->stride_w &&
                                  w->dilation_h == 1 && w->dilation_w == 1 && w->pad_left < w->kernel_w);
}

static void visit_if_taken(const struct ck_kernel *kernel, struct ck_shape shape, ck_visit *visit,
                           void *context)
{
    if (out_h(&shape) < 1 || out_w(&shape) < 1 || !takes(kernel, &shape.window))
        return;
    shape.gap = 2;
    visit(&shape, context);
    shape.specials = CK_MASK(CK_COUNT_PADDING);
    if (kernel->kind == &ck_avg_pool)
        visit(&shape, context);
}

static struct cg_window square(int size, int stride, int pad)
{
    return (struct cg_window){size, size, stride, stride, pad, pad, pad, pad, 1, 1};
}

/* Height, width, channels, and the window: {kernel, stride, pads, dilation}. */
static const struct {
    int h, w, channels;
    struct cg_window window;
} more[] = {
    {9, 11, 20, {5, 5, 1, 1, 2, 2, 2, 2, 1, 1}},       {9, 11, 20, {5, 5, 2, 2, 2, 2, 2, 2, 1, 1}},
    {8, 8, 7, {5, 5, 2, 2, 1, 1, 2, 2, 1, 1}},         {7, 7, 33, {7, 7, 1, 1, 3, 3, 3, 3, 1, 1}},
    {7, 7, 33, {7, 7, 1, 1, 0, 0, 0, 0, 1, 1}},        {10, 9, 5, {3, 3, 1, 1, 2, 2, 2, 2, 2, 2}},
    {10, 9, 5, {1, 7, 1, 1, 0, 3, 0, 3, 1, 1}},        {10, 9, 17, {7, 1, 1, 1, 3, 0, 3, 0, 1, 1}},
    {10, 9, 17, {2, 2, 2, 2, 0, 0, 0, 0, 1, 1}},       {10, 9, 17, {3, 3, 1, 2, 1, 1, 1, 1, 1, 1}},
    {10, 9, 17, {3, 3, 2, 1, 1, 1, 1, 1, 1, 1}},       {1, 1, 24, {3, 3, 1, 1, 1, 1, 1, 1, 1, 1}},
    {2, 2, 24, {3, 3, 1, 1, 1, 1, 1, 1, 1, 1}},        {70, 3, 3, {3, 3, 1, 1, 1, 1, 1, 1, 1, 1}},
    {140, 3, 3, {3, 3, 2, 2, 1, 1, 1, 1, 1, 1}},       {6, 6, 3, {3, 3, 1, 1, 2, 2, 2, 2, 1, 1}},
    {6, 6, 3, {3, 3, 2, 2, 2, 2, 2, 2, 1, 1}},         {6, 6, 19, {3, 3, 2, 2, 0, 0, 1, 1, 1, 1}},
    {7, 7, 19, {3, 3, 3, 3, 0, 0, 0, 0, 1, 1}},        {5, 1, 9, {3, 3, 1, 1, 0, 1, 0, 1, 1, 1}},
    {5, 2, 9, {3, 3, 2, 2, 0, 0, 1, 1, 1, 1}},         {15, 16, 20, {9, 9, 1, 1, 4, 4, 4, 4, 1, 1}},
    {14, 14, 9, {13, 13, 1, 1, 6, 6, 6, 6, 1, 1}},     {16, 22, 24, {7, 7, 2, 2, 3, 3, 3, 3, 1, 1}},
    {12, 9, 17, {31, 31, 1, 1, 15, 15, 15, 15, 1, 1}}, {11, 23, 19, {2, 2, 3, 3, 0, 0, 0, 0, 1, 1}},
    {13, 30, 21, {4, 5, 3, 1, 1, 2, 2, 2, 1, 1}},      {12, 27, 18, {5, 5, 1, 1, 4, 4, 4, 4, 1, 2}},
    {9, 12, 24, {3, 3, 2, 2, 1, 1, 1, 1, 1, 1}},       {11, 13, 24, {3, 3, 2, 2, 0, 0, 0, 0, 1, 1}},
    {8, 8, 24, {3, 3, 2, 2, 2, 2, 2, 2, 1, 1}},        {13, 2, 24, {3, 3, 2, 2, 1, 1, 1, 1, 1, 1}},
};

static void sweep(const struct ck_kernel *kernel, ck_visit *visit, void *context)
{
    for (int stride = 1; stride <= 2; stride++)
        for (int h = 3; h <= 9; h++)
            for (int w = 1; w <= 8; w++)
                for (int pad = 0; pad <= 1; pad++)
                    visit_if_taken(kernel,
                                   (struct ck_shape){.h = h,
                                                     .w = w,
                                                     .channels = 1 + (h * 7 + w * 5) % 40,
                                                     .window = square(3, stride, pad)},
                                   visit, context);
    for (int channels = 1; channels <= 3 * kernel->window->lanes + 2; channels++)
        for (int stride = 1; stride <= 2; stride++)
            visit_if_taken(
                kernel,
                (struct ck_shape){.h = 7, .w = 7, .channels = channels, .window = square(3, stride, 1)},
                visit, context);
    for (int w = 1; w <= 23; w++)
        for (int stride = 1; stride <= 2; stride++)
            visit_if_taken(kernel,
                           (struct ck_shape){.h = 1 + w * 3 % 11,
                                             .w = w,
                                             .channels = 1 + w * 5 % 37,
                                             .window = square(w % 2 ? 5 : 7, stride, w % 2 ? 2 : 3)},
                           visit, context);
    for (size_t i = 0; i < sizeof more / sizeof *more; i++)
        visit_if_taken(
            kernel,
            (struct ck_shape){
                .h = more[i].h, .w = more[i].w, .channels = more[i].channels, .window = more[i].window},
            visit, context);
}

/* Large windows are depthwise layers'. */
static bool benched(const struct ck_kernel *kernel, const struct cg_window *w)
{
    return takes(kernel, w) && (kernel->kind == &ck_depthwise || w->kernel_h <= 5);
}

static void bench(const struct ck_kernel *kernel, ck_visit *visit, void *context)
{
    static const struct {
        int size, channels;
    } maps[] = {{7, 64}, {14, 64}, {28, 58}, {56, 32}};
    const struct cg_window windows[] = {square(3, 1, 1),  square(3, 2, 1),  square(5, 1, 2),
                                        square(5, 2, 2),  square(7, 1, 3),  square(7, 2, 3),
                                        square(13, 1, 6), square(31, 1, 15)};
    for (size_t i = 0; i < sizeof windows / sizeof *windows; i++)
        for (size_t map = 0; map < sizeof maps / sizeof *maps && benched(kernel, &windows[i]); map++)
            visit(&(struct ck_shape){.h = maps[map].size,
                                     .w = maps[map].size,
                                     .channels = maps[map].channels,
                                     .window = windows[i]},
                  context);
}

static void describe(const struct ck_shape *s, char *text, size_t size)
{
    const struct cg_window *w = &s->window;
    snprintf(text, size, "%dx%dx%d %dx%d s%dx%d d%dx%d p%d.%d.%d.%d", s->h, s->w, s->channels, w->kernel_h,
             w->kernel_w, w->stride_h, w->stride_w, w->dilation_h, w->dilation_w, w->pad_top, w->pad_left,
             w->pad_bottom, w->pad_right);
}

/* ---- calls ---- */

static const float *const *make_rows(const struct ck_call *call, struct ck_memory *memory)
{
    const struct ck_shape *s = &call->shape;
    const struct cg_window *w = &s->window;
    const int in_stride = s->channels + s->gap;
    const int n_rows = (out_h(s) - 1) * w->stride_h + (w->kernel_h - 1) * w->dilation_h + 1;
    const float *in = ck_input(memory, (size_t)(s->h * s->w * in_stride - s->gap));
    const float **rows = ck_list(memory, (size_t)n_rows * sizeof *rows);
    for (int r = 0; r < n_rows; r++)
        if (r >= w->pad_top && r - w->pad_top < s->h)
            rows[r] = in + (r - w->pad_top) * s->w * in_stride;
    return rows;
}

static void make(struct ck_call *call, struct ck_memory *memory)
{
    const struct ck_shape *s = &call->shape;
    const struct cg_window *w = &s->window;
    const int lanes = call->kernel->window->lanes, blocks = (s->channels + lanes - 1) / lanes;
    const int out_stride = s->channels + s->gap / 2, out_row = out_w(s) * out_stride + s->gap;
    call->out_size = (size_t)(out_h(s) * out_row);
    call->out = ck_output(memory, call->out_size);
    call->expected = ck_output(memory, call->out_size);
    call->window = (struct cg_window_args){
        .out_rows = out_h(s),
        .out_w = out_w(s),
        .in_w = s->w,
        .channels = s->channels,
        .kernel_h = w->kernel_h,
        .kernel_w = w->kernel_w,
        .stride_h = w->stride_h,
        .stride_w = w->stride_w,
        .dilation_h = w->dilation_h,
        .dilation_w = w->dilation_w,
        .pad_left = w->pad_left,
        .rows = make_rows(call, memory),
        .in_stride = s->channels + s->gap,
        .out = call->out,
        .out_stride = out_stride,
        .out_row_stride = out_row,
        .weights = ck_packed(memory, (size_t)(blocks * lanes * w->kernel_h * w->kernel_w)),
        .bias = ck_packed(memory, (size_t)(blocks * lanes)),
        .lo = -0.75f,
        .hi = 6,
        .count_padding = s->specials & CK_MASK(CK_COUNT_PADDING)};
}

static void expect(struct ck_call *call)
{
    const struct cg_window_args *w = &call->window;
    const enum ck_reduction reduction = call->kernel->kind == &ck_max_pool   ? CK_LARGEST
                                        : call->kernel->kind == &ck_avg_pool ? CK_MEAN
                                                                             : CK_SUM;
    for (int y = 0; y < w->out_rows; y++)
        for (int x = 0; x < w->out_w; x++)
            for (int c = 0; c < w->channels; c++)
                call->expected[y * w->out_row_stride + x * w->out_stride + c] =
                    (float)ck_plain_window(w, reduction, call->kernel->window->lanes, y, x, c);
}

static void run(const struct ck_call *call)
{
    call->kernel->window_fn(&call->window);
}

static struct ck_work work(const struct ck_call *call)
{
    const struct ck_shape *s = &call->shape;
    const struct cg_window *w = &s->window;
    const int64_t size = (int64_t)sizeof(float) * s->channels;
    const int64_t inside =
        cg_taps_inside(s->h, out_h(s), w->kernel_h, w->stride_h, w->dilation_h, w->pad_top) *
        cg_taps_inside(s->w, out_w(s), w->kernel_w, w->stride_w, w->dilation_w, w->pad_left);
    return (struct ck_work){call->kernel->kind == &ck_depthwise ? inside * s->channels : 0,
                            s->h * s->w * size, (int64_t)out_h(s) * out_w(s) * size};
}

const struct ck_kind ck_depthwise = {"depthwise", 1e-5, sweep, bench, make, expect, run, work, describe};
const struct ck_kind ck_max_pool = {"max_pool", 1e-5, sweep, bench, make, expect, run, work, describe};
const struct ck_kind ck_avg_pool = {"avg_pool", 1e-5, sweep, bench, make, expect, run, work, describe};
