/* Running a plan: where maps lie, which kernels a thread takes, and what runs an operation. */
#ifndef CONVGAUGE_KERNELS_NATIVE_RUNNING_H
#define CONVGAUGE_KERNELS_NATIVE_RUNNING_H

#include "kernels/native/plan.h"

/* An operation on its way through thread `thread`, 0 ... threads - 1. */
struct nv_call {
    const struct nv_plan *plan;
    const struct nv_op *op;
    int thread;
};

/* First float of pixel `pixel` (row * w + x, images following each other) of a buffer. */
static inline float *nv_pixel(const struct nv_plan *plan, int thread, int buffer, int64_t pixel)
{
    const struct nv_buffer *b = &plan->buffers[buffer];
    if (!b->ring)
        return (float *)(void *)(plan->arena + b->offset) + pixel * b->ld;
    const int64_t row = pixel / b->w;
    const int64_t place = (row + b->shift) % b->ring * b->w + pixel % b->w;
    return (float *)(void *)(plan->workers[thread].ring + b->offset) + place * b->ld;
}

/* How many pixels from `pixel` on lie one after the other. */
static inline int64_t nv_contiguous(const struct nv_plan *plan, int buffer, int64_t pixel)
{
    const struct nv_buffer *b = &plan->buffers[buffer];
    if (!b->ring)
        return INT64_MAX;
    const int64_t place = pixel + (int64_t)b->shift * b->w, size = (int64_t)b->ring * b->w;
    return size - place % size;
}

/* The kernel that the thread runs in the place of the panel's. */
static inline const struct cg_gemm_kernel *
nv_gemm_kernel(const struct nv_plan *plan, int thread, const struct nv_op *op, const struct nv_panel *panel)
{
    return op->gemm.by_groups || op->gemm.winograd.lines
               ? panel->kernel
               : plan->workers[thread].gemm + (panel->kernel - plan->kernels->gemm);
}

/* The activation that a store does not do, in place over what was written: m pixels of `channels` at `out`.
 */
static inline void nv_run_post(const struct nv_call *call, int m, int channels, float *out, ptrdiff_t stride)
{
    const struct nv_op *op = call->op;
    if (op->post != CG_PASS_COPY)
        call->plan->kernels->pass[op->post].run(&(struct cg_pass_args){.m = m,
                                                                       .channels = channels,
                                                                       .a = out,
                                                                       .a_stride = stride,
                                                                       .out = out,
                                                                       .out_stride = stride,
                                                                       .lo = op->lo,
                                                                       .hi = op->hi});
}

/* Convolutions and fully connected layers: 1x1 over chunks of pixels, windows over rows cut into the interior
 * and the columns where the window hangs over an edge (there the segments are shorter: padding costs
 * nothing).
 */
void nv_run_gemm(const struct nv_call *call, const struct nv_task *task);

/* 3x3 convolutions by Winograd's algorithm, block by block of tiles: the inputs at all points stay in the
 * second-level cache while all panels pass over them. */
void nv_run_winograd(const struct nv_call *call, struct nv_range range);

/* Depthwise convolutions, pools and paddings: the row pointers of the micro-kernels, with NULL for padding.
 */
void nv_run_window(const struct nv_call *call, struct nv_range range);

/* Passes, piece by piece over pixels that lie together. */
void nv_run_pass(const struct nv_call *call, struct nv_range range);

#endif
