/* Micro-kernels of engine native by themselves: each at every shape that networks have for it, checked, then
 * timed with its operands in the caches. */
#ifndef CONVGAUGE_BENCH_MICROKERNELS_BENCH_H
#define CONVGAUGE_BENCH_MICROKERNELS_BENCH_H

#include "bench/microkernels/call.h"

#define CG_KERNEL_SAMPLES 15

/* The largest error that a kernel may have, by cg_kernel_call_error. */
#define CG_KERNEL_TOLERANCE 1e-4

struct cg_kernel_times {
    double error;
    int n;              /* samples; 0: not timed, because it was wrong or timing was not asked for */
    int64_t iterations; /* calls in a sample */
    int64_t ns[CG_KERNEL_SAMPLES];
};

/* Checks one kernel at one shape and, with `samples` > 0 (at most CG_KERNEL_SAMPLES), times it on the cpu
 * that the caller runs on: each sample lasts at least `sample_ns`. CG_NO_MEMORY or CG_OK; a wrong result is
 * no failure of this function. */
enum cg_status cg_kernel_measure(const struct cg_native_kernels *isa, const struct cg_kernel_shape *shape,
                                 int kernel, int samples, int64_t sample_ns, struct cg_kernel_times *times,
                                 struct cg_kernel_work *work, struct cg_error *err);

#endif
