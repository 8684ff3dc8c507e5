#include "kernels/native/running.h"

/* The input rows under `n` output rows from `row` on, all of one image; NULL beyond the map. */
static const float **rows_under(const struct nv_call *call, int row, int n, const struct nv_run *run)
{
    const struct nv_op *op = call->op;
    const struct cg_window *w = &op->window;
    const int image = row / op->out_h, top = row % op->out_h * w->stride_h - w->pad_top;
    const int n_rows = (n - 1) * w->stride_h + (w->kernel_h - 1) * w->dilation_h + 1;
    const float **rows = call->plan->workers[call->thread].rows;
    for (int i = 0; i < n_rows; i++) {
        const int64_t pixel = ((int64_t)image * op->in_h + top + i) * op->in_w;
        rows[i] = top + i < 0 || top + i >= op->in_h
                      ? NULL
                      : nv_pixel(call->plan, call->thread, run->buffer, pixel) + run->column;
    }
    return rows;
}

/* Rows row ... row + n - 1 of one image, of one run of channels. */
static void run_block(const struct nv_call *call, int row, int n, const struct nv_run *run)
{
    const struct nv_op *op = call->op;
    const struct cg_window *w = &op->window;
    const struct nv_buffer *out = &call->plan->buffers[op->out];
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
        .rows = rows_under(call, row, n, run),
        .in_stride = call->plan->buffers[run->buffer].ld,
        .out = nv_pixel(call->plan, call->thread, op->out, (int64_t)row * out->w) + run->position,
        .out_stride = out->ld,
        .out_row_stride = (ptrdiff_t)out->w * out->ld,
        .weights = op->params ? op->params + run->params * w->kernel_h * w->kernel_w : NULL,
        .bias = op->params ? op->params + op->bias + run->params : NULL,
        .lo = op->lo,
        .hi = op->hi,
        .count_padding = op->sliding.count_padding,
    };
    const struct cg_window_kernel *kernel = op->sliding.kernel;
    const bool in_order = call->plan->workers[call->thread].in_order && kernel->run_in_order;
    (in_order ? kernel->run_in_order : kernel->run)(&args);
    for (int y = 0; y < n; y++)
        nv_run_post(call, args.out_w, args.channels, args.out + y * args.out_row_stride, args.out_stride);
}

void nv_run_window(const struct nv_call *call, struct nv_range range)
{
    const struct nv_op *op = call->op;
    const int out_w = call->plan->buffers[op->out].w;
    for (int row = range.r0, n; row < range.r1; row += n) {
        n = (int)nv_smaller(range.r1 - row, op->out_h - row % op->out_h);
        n = (int)nv_smaller(n, nv_contiguous(call->plan, op->out, (int64_t)row * out_w) / out_w);
        for (int p = range.p0; p < range.p1; p++)
            run_block(call, row, n, &op->runs[p]);
    }
}
