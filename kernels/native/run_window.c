/* Runs depthwise convolutions, pools and paddings: the row pointers of the micro-kernels, with NULL for
 * padding. */
#include "kernels/native/plan.h"

#include <math.h>

static int smaller(int64_t a, int64_t b)
{
    return (int)(a < b ? a : b);
}

/* The activation that the kernel does not do, in place over one run's channels. */
static void post(const struct nv_plan *plan, const struct nv_op *op, const struct cg_window_args *w)
{
    if (op->post == CG_PASS_COPY)
        return;
    for (int y = 0; y < w->out_rows; y++) {
        float *row = w->out + y * w->out_row_stride;
        plan->kernels->pass[op->post].run(&(struct cg_pass_args){.m = w->out_w,
                                                                 .channels = w->channels,
                                                                 .a = row,
                                                                 .a_stride = w->out_stride,
                                                                 .out = row,
                                                                 .out_stride = w->out_stride,
                                                                 .lo = op->lo,
                                                                 .hi = op->hi});
    }
}

/* Rows row ... row + n - 1 of one image, of one run of channels. */
static void run_block(const struct nv_plan *plan, const struct nv_op *op, int thread, int row, int n,
                      const struct nv_run *run)
{
    const struct cg_window *w = &op->window;
    const struct nv_buffer *out = &plan->buffers[op->out];
    const int image = row / op->out_h, y = row % op->out_h;
    const int n_rows = (n - 1) * w->stride_h + (w->kernel_h - 1) * w->dilation_h + 1;
    const float **rows = plan->workers[thread].rows;
    for (int i = 0; i < n_rows; i++) {
        const int in_y = y * w->stride_h - w->pad_top + i;
        rows[i] = in_y < 0 || in_y >= op->in_h
                      ? NULL
                      : nv_pixel(plan, thread, run->buffer, ((int64_t)image * op->in_h + in_y) * op->in_w) +
                            run->column;
    }
    const int taps = w->kernel_h * w->kernel_w;
    const struct cg_window_args args = {
        .out_rows = n,
        .out_w = out->w,
        .in_w = op->in_w,
        .channels = run->len,
        .kernel_h = w->kernel_h,
        .kernel_w = w->kernel_w,
        .stride_h = w->stride_h,
        .stride_w = w->stride_w,
        .dilation_h = w->dilation_h,
        .dilation_w = w->dilation_w,
        .pad_left = w->pad_left,
        .rows = rows,
        .in_stride = plan->buffers[run->buffer].ld,
        .out = nv_pixel(plan, thread, op->out, (int64_t)row * out->w) + run->position,
        .out_stride = out->ld,
        .out_row_stride = (ptrdiff_t)out->w * out->ld,
        .weights = op->params ? op->params + run->params * taps : NULL,
        .bias = op->params ? op->params + op->bias + run->params : NULL,
        .lo = op->lo,
        .hi = op->hi,
        .count_padding = op->count_padding,
    };
    const struct cg_window_kernel *kernel = op->window_kernel;
    const bool in_order = plan->workers[thread].in_order && kernel->run_in_order;
    (in_order ? kernel->run_in_order : kernel->run)(&args);
    post(plan, op, &args);
}

void nv_run_window(const struct nv_plan *plan, const struct nv_op *op, int thread, struct nv_range range)
{
    const int out_w = plan->buffers[op->out].w;
    for (int row = range.r0, n; row < range.r1; row += n) {
        n = smaller(range.r1 - row, op->out_h - row % op->out_h);
        n = smaller(n, nv_contiguous(plan, op->out, (int64_t)row * out_w) / out_w);
        for (int p = range.p0; p < range.p1; p++)
            run_block(plan, op, thread, row, n, &op->runs[p]);
    }
}
