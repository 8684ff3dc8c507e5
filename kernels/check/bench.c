#include "kernels/check/bench.h"

#include "bench/device/device.h"
#include "bench/device/pin.h"
#include "bench/device/timer.h"
#include "bench/stats/stats.h"

#include <math.h>
#include <stdlib.h>

#define SAMPLES   21
#define SAMPLE_NS 100000

struct ck_bench {
    struct cg_device device;
    FILE *save;
    const struct ck_kernel *kernel; /* at hand */
    struct ck_memory *memory;
    const struct cg_native_kernels *isa; /* whose bound is known; NULL: none */
    struct cg_roofline roofline;
    enum cg_status status;
    struct cg_error *err;
};

enum cg_status ck_bench_create(struct ck_bench **result, FILE *save, struct cg_error *err)
{
    struct ck_bench *bench = calloc(1, sizeof *bench);
    int cpu;
    if (!bench)
        return cg_fail(err, CG_NO_MEMORY, "no memory to time kernels");
    enum cg_status status = cg_device_read(NULL, &bench->device, err);
    if (status == CG_OK && bench->device.emulation.emulated)
        status =
            cg_fail(err, CG_UNAVAILABLE, "this processor is emulated (%s): kernels are checked, not timed",
                    bench->device.emulation.evidence);
    if (status == CG_OK)
        status = cg_topology_choose(&bench->device.topology, "all", 1, &cpu, err);
    if (status == CG_OK)
        status = cg_pin_self(cpu, err);
    if (status != CG_OK) {
        ck_bench_destroy(&bench);
        return status;
    }
    bench->save = save;
    if (save)
        fprintf(save, "kernel,shape,time_ns,low_ns,high_ns,bound_ns\n");
    *result = bench;
    return CG_OK;
}

void ck_bench_destroy(struct ck_bench **bench)
{
    if (*bench)
        cg_device_destroy(&(*bench)->device);
    free(*bench);
    *bench = NULL;
}

static double sample(const struct ck_call *call, int64_t iterations)
{
    const int64_t start = cg_now_ns();
    for (int64_t i = 0; i < iterations; i++)
        call->kernel->kind->run(call);
    return (double)(cg_now_ns() - start);
}

static struct cg_interval time_of(const struct ck_call *call)
{
    double ns[SAMPLES];
    int64_t iterations = 1;
    while (sample(call, iterations) <
           SAMPLE_NS) /* the last of these warms caches and predictors up as well */
        iterations *= 2;
    for (int i = 0; i < SAMPLES; i++)
        ns[i] = sample(call, iterations) / (double)iterations;
    cg_sort(ns, SAMPLES);
    return cg_median_interval(ns, SAMPLES, CG_CONFIDENCE);
}

/* NAN where nothing is known of the machine. */
static double bound_ns(struct ck_bench *bench, const struct ck_call *call)
{
    const struct cg_native_kernels *isa = bench->kernel->isa;
    if (bench->isa != isa) {
        bench->status = cg_device_ensure(&bench->device, isa->isa, "all", 1, bench->err);
        cg_device_roofline(&bench->device, isa->isa, "all", 1, &bench->roofline);
        bench->isa = isa;
    }
    const struct ck_work work = bench->kernel->kind->work(call);
    return cg_roofline_work(&bench->roofline, work.madds, work.read_bytes, work.write_bytes,
                            work.read_bytes + work.write_bytes, false)
        .ns;
}

static void time_shape(const struct ck_shape *shape, void *context)
{
    struct ck_bench *bench = context;
    const struct ck_kernel *kernel = bench->kernel;
    struct ck_call call;
    char text[160];
    if (bench->status != CG_OK)
        return;
    ck_shape_text(kernel, shape, text, sizeof text);
    ck_call_make(&call, kernel, shape, bench->memory, 1, true);
    const struct ck_result result = ck_call_check(&call, bench->memory);
    if (result.verdict != CK_RIGHT) {
        bench->status = cg_fail(bench->err, CG_CHECK_FAILED, "%s at %s: %s: not timed", kernel->name, text,
                                ck_verdict_name(result.verdict));
        return;
    }
    const double bound = bound_ns(bench, &call);
    const struct cg_interval time = time_of(&call);
    printf("%-36s %-28s %10.1f %11.1f ... %8.1f %6.0f %%\n", kernel->name, text, time.value, time.low,
           time.high, 100 * bound / time.value);
    if (bench->save)
        fprintf(bench->save, "%s,\"%s\",%.9g,%.9g,%.9g,%.9g\n", kernel->name, text, time.value, time.low,
                time.high, bound);
}

enum cg_status ck_kernel_bench(struct ck_bench *bench, const struct ck_kernel *kernel,
                               struct ck_memory *memory, struct cg_error *err)
{
    bench->kernel = kernel;
    bench->memory = memory;
    bench->err = err;
    bench->status = CG_OK;
    kernel->kind->bench(kernel, time_shape, bench);
    return bench->status;
}
