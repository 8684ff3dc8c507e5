/* One micro-kernel at one shape: operands, the call, what plain loops make of the same operands. */
#ifndef CONVGAUGE_BENCH_MICROKERNELS_CALL_H
#define CONVGAUGE_BENCH_MICROKERNELS_CALL_H

#include "bench/microkernels/shapes.h"

#include <stdint.h>

/* How many kernels of a set take shapes of `kind`: gemm all of them; groups those of no more outputs, where
 * the channels fill whole vectors and a vector has room for all groups; windows the rows of the table that
 * take the shape's window; passes one. kernel ordinals run from 0. */
int cg_kernel_count(const struct cg_native_kernels *isa, const struct cg_kernel_shape *shape);
const char *cg_kernel_name(const struct cg_native_kernels *isa, const struct cg_kernel_shape *shape,
                           int kernel);

struct cg_kernel_call;

/* Allocates and fills the operands. NULL with `err` set when there is no memory. */
struct cg_kernel_call *cg_kernel_call_create(const struct cg_native_kernels *isa,
                                             const struct cg_kernel_shape *shape, int kernel,
                                             struct cg_error *err);
void cg_kernel_call_destroy(struct cg_kernel_call **call);

void cg_kernel_call_run(struct cg_kernel_call *call);

/* Runs once and compares with plain loops in double: the largest |difference| / (1 + |expected|) over the
 * outputs (of gemm: a sample of rows). */
double cg_kernel_call_error(struct cg_kernel_call *call);

/* What a call does: multiply-adds of useful columns and taps inside the map; bytes read and written once. */
struct cg_kernel_work {
    int64_t madds, read_bytes, write_bytes;
};

struct cg_kernel_work cg_kernel_call_work(const struct cg_kernel_call *call);

#endif
