/* Engine xnnpack: the operators of Google's XNNPACK. The operator interface is used, not the subgraph one: it
 * is what the subgraph runtime calls, it has the channel shuffle and strides between pixels (so splits and
 * concats can be free), and each operator can be timed. */
#include "kernels/xnnpack/plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct level {
    enum cg_isa needed; /* the cap at which XNNPACK's own choice is allowed */
    const char *name;
};

/* What XNNPACK uses here: it asks the processor, and nothing can tell it otherwise. */
static struct level level_here(void)
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f"))
        return (struct level){CG_ISA_AVX512, "avx512f"};
    if (__builtin_cpu_supports("fma"))
        return (struct level){CG_ISA_AVX2, "fma3"};
    if (__builtin_cpu_supports("avx"))
        return (struct level){CG_ISA_AVX2, "avx"};
    return (struct level){CG_ISA_SCALAR, "sse2"}; /* part of every x86-64 processor, as for compiled C */
#elif defined(__aarch64__)
    return (struct level){CG_ISA_NEON, "neon"};
#else
    return (struct level){CG_ISA_SCALAR, "scalar"};
#endif
}

static void probe(const struct cg_engine *engine, struct cg_engine_info *info)
{
    memset(info, 0, sizeof *info);
    snprintf(info->version, sizeof info->version, "%s", XNNPACK_VERSION);
    struct cg_error err = {0};
    if (cg_xnn_initialize(&err) != CG_OK) {
        snprintf(info->why_not, sizeof info->why_not, "%.255s", err.text);
        return;
    }
    info->available = true;
    snprintf(info->isa, sizeof info->isa, "%s", level_here().name);
}

static void destroy(struct cg_plan *base)
{
    struct cg_xnn_plan *plan = (struct cg_xnn_plan *)base;
    for (int i = 0; i < plan->head.n_calls; i++)
        xnn_delete_operator(plan->operators[i]);
    cg_xnn_memory_free(&plan->memory);
    if (plan->pool)
        cg_xnn_pool_settle(plan->pool);
    cg_xnn_layout_free(&plan->layout);
    free(plan->operators);
    cg_stepped_plan_free(&plan->head);
}

static enum cg_status run_calls(struct cg_stepped_plan *head, int first, int n, struct cg_error *err)
{
    const struct cg_xnn_plan *plan = (const struct cg_xnn_plan *)head;
    const pthreadpool_t pool = cg_xnn_pool_handle(plan->pool);
    for (int i = first; i < first + n; i++)
        if (xnn_run_operator(plan->operators[i], pool) != xnn_status_success)
            return cg_fail(err, CG_FAILED, "XNNPACK failed in operator %d", i);
    return CG_OK;
}

static enum cg_status prepare(struct cg_xnn_plan *plan, const int *cpus, const struct cg_weights *weights,
                              struct cg_error *err)
{
    const struct cg_plan *base = &plan->head.base;
    enum cg_status status = cg_xnn_initialize(err);
    if (status == CG_OK)
        status = cg_xnn_pool_get(base->setting.threads, cpus, &plan->pool, err);
    if (status == CG_OK)
        status = cg_xnn_layout_plan(&plan->layout, base->graph, base->setting.fusion, err);
    /* Operators may read up to XNN_EXTRA_BYTES past a tensor; each buffer has them, and so has the whole. */
    if (status == CG_OK)
        status = cg_stepped_plan_place(&plan->head, plan->layout.buffers, plan->layout.n_buffers,
                                       CG_MEMORY_ALIGNMENT, err);
    if (status != CG_OK)
        return status;
    cg_xnn_memory_current(&plan->memory);
    status = cg_xnn_build(plan, weights, err);
    cg_xnn_memory_current(NULL);
    return status;
}

extern const struct cg_engine cg_engine_xnnpack;

static enum cg_status compile(const struct cg_graph *graph, const struct cg_weights *weights,
                              const struct cg_setting *setting, struct cg_plan **result, struct cg_error *err)
{
    const struct level level = level_here();
    if (setting->isa < level.needed)
        return cg_fail(err, CG_UNSUPPORTED,
                       "XNNPACK picks its kernels by the processor (%s here) and cannot be held at others",
                       level.name);
    struct cg_xnn_plan *plan = cg_stepped_plan_create(sizeof *plan, &cg_engine_xnnpack, graph, setting, err);
    if (!plan)
        return CG_NO_MEMORY;
    plan->head.run_calls = run_calls;
    return cg_stepped_plan_finish(&plan->head, prepare(plan, setting->cpus, weights, err), result);
}

static float *edge(const struct cg_xnn_plan *plan, int id, size_t *bytes)
{
    const struct cg_xnn_slot *slot = &plan->layout.slots[id];
    *bytes = (size_t)cg_shape_elements(plan->head.base.graph->nodes[id].shape) * sizeof(float);
    return (float *)(plan->head.arena + plan->layout.buffers[slot->buffer].offset);
}

static void set_input(struct cg_plan *base, const float *nhwc)
{
    size_t bytes;
    float *to = edge((const struct cg_xnn_plan *)base, base->graph->input, &bytes);
    memcpy(to, nhwc, bytes);
}

static void get_output(const struct cg_plan *base, float *nhwc)
{
    size_t bytes;
    const float *from = edge((const struct cg_xnn_plan *)base, base->graph->output, &bytes);
    memcpy(nhwc, from, bytes);
}

static int64_t memory_bytes(const struct cg_plan *base)
{
    const struct cg_xnn_plan *plan = (const struct cg_xnn_plan *)base;
    return plan->head.arena_bytes + plan->memory.bytes;
}

static void implementation(const struct cg_plan *base, char *text, size_t size)
{
    snprintf(text, size, "%s %s", cg_stepped_plan_heaviest((const struct cg_stepped_plan *)base),
             level_here().name);
}

static void buffers(const struct cg_plan *base, void (*visit)(void *, size_t, void *), void *context)
{
    const struct cg_xnn_plan *plan = (const struct cg_xnn_plan *)base;
    visit(plan->head.arena, (size_t)plan->head.arena_bytes, context);
    cg_xnn_memory_visit(&plan->memory, visit, context);
}

static int thread_ids(const struct cg_plan *base, int *tids, int max)
{
    return cg_xnn_pool_tids(((const struct cg_xnn_plan *)base)->pool, tids, max);
}

static void settle(struct cg_plan *base)
{
    cg_xnn_pool_settle(((struct cg_xnn_plan *)base)->pool);
}

const struct cg_engine cg_engine_xnnpack = {
    .name = "xnnpack",
    .summary = "Google's XNNPACK: NHWC, direct and indirect GEMM, pthreadpool",
    .layout = "NHWC",
    .probe = probe,
    .supports = cg_xnn_supports,
    .compile = compile,
    .set_input = set_input,
    .get_output = get_output,
    .run = cg_stepped_plan_run,
    .run_timed = cg_stepped_plan_run_timed,
    .n_steps = cg_stepped_plan_n_steps,
    .step = cg_stepped_plan_step,
    .memory_bytes = memory_bytes,
    .implementation = implementation,
    .buffers = buffers,
    .thread_ids = thread_ids,
    .settle = settle,
    .destroy = destroy,
};
