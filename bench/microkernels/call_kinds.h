/* What calls of each kind of micro-kernel do in their own way; call.c picks by kind. */
#ifndef CONVGAUGE_BENCH_MICROKERNELS_CALL_KINDS_H
#define CONVGAUGE_BENCH_MICROKERNELS_CALL_KINDS_H

#include "bench/microkernels/call.h"

struct cg_kernel_call {
    struct cg_kernel_shape shape;
    const struct cg_native_kernels *isa;
    const struct cg_gemm_kernel *gemm_kernel;
    const struct cg_group_kernel *group_kernel;
    const struct cg_window_kernel *window_kernel;
    struct cg_gemm_args gemm;
    struct cg_window_args window;
    struct cg_pass_args pass;
    struct cg_gemm_segment *segments;
    const float **rows;
    struct cg_pass_source *sources;
    int out_h, out_w;
    float *a, *b, *weights, *bias, *out; /* first operand, second or shift, ... */
};

/* The functions of cg_kernel_call with their kind's meaning. make: false without memory. */
struct cg_call_kind {
    int (*count)(const struct cg_native_kernels *isa, const struct cg_kernel_shape *shape);
    const char *(*name)(const struct cg_native_kernels *isa, const struct cg_kernel_shape *shape, int kernel);
    bool (*make)(struct cg_kernel_call *call, int kernel);
    void (*run)(struct cg_kernel_call *call);
    double (*error)(const struct cg_kernel_call *call);
    struct cg_kernel_work (*work)(const struct cg_kernel_call *call);
};

extern const struct cg_call_kind cg_call_gemm, cg_call_group, cg_call_window, cg_call_pass;

/* `n` floats of seeded values in [-1, 1), aligned as plans align; NULL without memory. */
float *cg_call_operand(size_t n);

/* The larger of `error` and that of one output; NAN counts. */
double cg_call_worse(double error, double got, double expected);

#endif
