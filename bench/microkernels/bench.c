#include "bench/microkernels/bench.h"

#include <time.h>

static int64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int64_t sample(struct cg_kernel_call *call, int64_t iterations)
{
    const int64_t start = now_ns();
    for (int64_t i = 0; i < iterations; i++)
        cg_kernel_call_run(call);
    return now_ns() - start;
}

enum cg_status cg_kernel_measure(const struct cg_native_kernels *isa, const struct cg_kernel_shape *shape,
                                 int kernel, int samples, int64_t sample_ns, struct cg_kernel_times *times,
                                 struct cg_kernel_work *work, struct cg_error *err)
{
    struct cg_kernel_call *call = cg_kernel_call_create(isa, shape, kernel, err);
    if (!call)
        return err->status;
    *times = (struct cg_kernel_times){.error = cg_kernel_call_error(call), .iterations = 1};
    *work = cg_kernel_call_work(call);
    if (times->error <= CG_KERNEL_TOLERANCE && samples > 0) {
        /* The last of these warms caches and predictors up as well. */
        while (sample(call, times->iterations) < sample_ns)
            times->iterations *= 2;
        for (; times->n < samples; times->n++)
            times->ns[times->n] = sample(call, times->iterations);
    }
    cg_kernel_call_destroy(&call);
    return CG_OK;
}
