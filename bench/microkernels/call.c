#include "bench/microkernels/call.h"

#include "bench/microkernels/call_kinds.h"

#include <math.h>
#include <stdlib.h>

static const struct cg_call_kind *const kinds[CG_KERNEL_KIND_COUNT] = {
    [CG_KERNEL_GEMM] = &cg_call_gemm,        [CG_KERNEL_GROUP] = &cg_call_group,
    [CG_KERNEL_DEPTHWISE] = &cg_call_window, [CG_KERNEL_MAX_POOL] = &cg_call_window,
    [CG_KERNEL_AVG_POOL] = &cg_call_window,  [CG_KERNEL_PASS] = &cg_call_pass,
};

float *cg_call_operand(size_t n)
{
    const size_t bytes = (n * sizeof(float) / CG_NATIVE_ALIGN + 1) * CG_NATIVE_ALIGN;
    float *p = aligned_alloc(CG_NATIVE_ALIGN, bytes);
    uint32_t state = 1807;
    for (size_t i = 0; p && i < bytes / sizeof(float); i++) {
        state = state * 1664525u + 1013904223u;
        p[i] = (float)(state >> 8) / 8388608.0f - 1.0f;
    }
    return p;
}

double cg_call_worse(double error, double got, double expected)
{
    const double e = fabs(got - expected) / (1 + fabs(expected));
    return e <= error ? error : e; /* NAN counts */
}

int cg_kernel_count(const struct cg_native_kernels *isa, const struct cg_kernel_shape *shape)
{
    return kinds[shape->kind]->count(isa, shape);
}

const char *cg_kernel_name(const struct cg_native_kernels *isa, const struct cg_kernel_shape *shape,
                           int kernel)
{
    return kinds[shape->kind]->name(isa, shape, kernel);
}

struct cg_kernel_call *cg_kernel_call_create(const struct cg_native_kernels *isa,
                                             const struct cg_kernel_shape *shape, int kernel,
                                             struct cg_error *err)
{
    struct cg_kernel_call *call = calloc(1, sizeof *call);
    bool made = false;
    if (call) {
        call->shape = *shape;
        call->isa = isa;
        made = kinds[shape->kind]->make(call, kernel);
    }
    if (!made) {
        cg_kernel_call_destroy(&call);
        cg_fail(err, CG_NO_MEMORY, "no memory for the operands of a micro-kernel");
    }
    return call;
}

void cg_kernel_call_destroy(struct cg_kernel_call **call)
{
    struct cg_kernel_call *c = *call;
    *call = NULL;
    if (!c)
        return;
    free(c->a);
    free(c->b);
    free(c->weights);
    free(c->bias);
    free(c->out);
    free(c->segments);
    free(c->rows);
    free(c->sources);
    free(c);
}

void cg_kernel_call_run(struct cg_kernel_call *call)
{
    kinds[call->shape.kind]->run(call);
}

double cg_kernel_call_error(struct cg_kernel_call *call)
{
    cg_kernel_call_run(call);
    return kinds[call->shape.kind]->error(call);
}

struct cg_kernel_work cg_kernel_call_work(const struct cg_kernel_call *call)
{
    return kinds[call->shape.kind]->work(call);
}
