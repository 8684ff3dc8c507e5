/* Engine xnnpack: the operators of Google's XNNPACK. The operator interface is used, not the subgraph one: it
 * is what the subgraph runtime calls, it has the channel shuffle and strides between pixels (so splits and
 * concats can be free), and each operator can be timed. */
#include "kernels/xnnpack/plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

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

static void probe(struct cg_engine_info *info)
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
    for (int i = 0; i < plan->n_operators; i++)
        xnn_delete_operator(plan->operators[i]);
    cg_xnn_pool_put(&plan->pool);
    cg_xnn_layout_free(&plan->layout);
    free(plan->arena);
    free(plan->operators);
    free(plan->steps);
    struct cg_graph *graph = (struct cg_graph *)plan->base.graph;
    cg_graph_destroy(&graph);
    free(plan);
}

static enum cg_status prepare(struct cg_xnn_plan *plan, const struct cg_weights *weights,
                              struct cg_error *err)
{
    const struct cg_compile_options *options = &plan->base.options;
    enum cg_status status = cg_xnn_initialize(err);
    if (status == CG_OK)
        status = cg_xnn_pool_get(options->threads, options->cpus, &plan->pool, err);
    if (status == CG_OK)
        status = cg_xnn_layout_plan(&plan->layout, plan->base.graph, options->fusion, err);
    if (status != CG_OK)
        return status;
    /* Operators may read up to XNN_EXTRA_BYTES past a tensor; each buffer has them, and so has the whole. */
    plan->layout.arena_bytes += CG_MEMORY_ALIGNMENT;
    void *arena = NULL;
    if (posix_memalign(&arena, CG_MEMORY_ALIGNMENT, (size_t)plan->layout.arena_bytes))
        return cg_fail(err, CG_NO_MEMORY, "no memory for an arena of %lld bytes",
                       (long long)plan->layout.arena_bytes);
    plan->arena = arena;
    memset(arena, 0, (size_t)plan->layout.arena_bytes);
    cg_xnn_memory_current(&plan->memory);
    status = cg_xnn_build(plan, weights, err);
    cg_xnn_memory_current(NULL);
    return status;
}

extern const struct cg_engine cg_engine_xnnpack;

static enum cg_status compile(const struct cg_graph *graph, const struct cg_weights *weights,
                              const struct cg_compile_options *options, struct cg_plan **result,
                              struct cg_error *err)
{
    const struct level level = level_here();
    if (options->isa < level.needed)
        return cg_fail(err, CG_UNSUPPORTED,
                       "XNNPACK picks its kernels by the processor (%s here) and cannot be held at %s",
                       level.name, cg_isa_name(options->isa));
    struct cg_xnn_plan *plan = calloc(1, sizeof *plan);
    if (!plan)
        return cg_fail(err, CG_NO_MEMORY, "no memory for a plan");
    plan->base = (struct cg_plan){&cg_engine_xnnpack, cg_graph_copy(graph), *options};
    enum cg_status status = CG_OK;
    if (!plan->base.graph)
        status = cg_fail(err, CG_NO_MEMORY, "no memory for a plan");
    else
        status = prepare(plan, weights, err);
    plan->base.options.cpus = NULL; /* borrowed until here */
    if (status != CG_OK) {
        destroy(&plan->base);
        return status;
    }
    *result = &plan->base;
    return CG_OK;
}

static float *edge(const struct cg_xnn_plan *plan, int id, size_t *bytes)
{
    const struct cg_xnn_slot *slot = &plan->layout.slots[id];
    *bytes = (size_t)cg_shape_elements(plan->base.graph->nodes[id].shape) * sizeof(float);
    return (float *)(plan->arena + plan->layout.buffers[slot->buffer].offset);
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

static enum cg_status run_operators(struct cg_xnn_plan *plan, int first, int n, struct cg_error *err)
{
    const pthreadpool_t pool = cg_xnn_pool_handle(plan->pool);
    for (int i = first; i < first + n; i++)
        if (xnn_run_operator(plan->operators[i], pool) != xnn_status_success)
            return cg_fail(err, CG_FAILED, "XNNPACK failed in operator %d", i);
    return CG_OK;
}

static enum cg_status run(struct cg_plan *base, struct cg_error *err)
{
    struct cg_xnn_plan *plan = (struct cg_xnn_plan *)base;
    return run_operators(plan, 0, plan->n_operators, err);
}

static int64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static enum cg_status run_timed(struct cg_plan *base, int64_t *step_ns, struct cg_error *err)
{
    struct cg_xnn_plan *plan = (struct cg_xnn_plan *)base;
    int64_t last = now_ns();
    for (int i = 0; i < plan->n_steps; i++) {
        const struct cg_xnn_step *step = &plan->steps[i];
        const enum cg_status status = run_operators(plan, step->first_operator, step->n_operators, err);
        if (status != CG_OK)
            return cg_context(err, "node %s", plan->base.graph->nodes[step->node].name);
        const int64_t now = now_ns();
        step_ns[i] = now - last;
        last = now;
    }
    return CG_OK;
}

static int n_steps(const struct cg_plan *base)
{
    return ((const struct cg_xnn_plan *)base)->n_steps;
}

static void step(const struct cg_plan *base, int i, struct cg_step *out)
{
    const struct cg_xnn_plan *plan = (const struct cg_xnn_plan *)base;
    *out = (struct cg_step){.nodes = &plan->steps[i].node,
                            .n_nodes = 1,
                            .category = cg_node_category(plan->base.graph, plan->steps[i].node)};
    snprintf(out->implementation, sizeof out->implementation, "%s", plan->steps[i].implementation);
}

static int64_t memory_bytes(const struct cg_plan *base)
{
    const struct cg_xnn_plan *plan = (const struct cg_xnn_plan *)base;
    return plan->layout.arena_bytes + plan->memory.bytes;
}

static void implementation(const struct cg_plan *base, char *text, size_t size)
{
    const struct cg_xnn_plan *plan = (const struct cg_xnn_plan *)base;
    int64_t most = -1;
    const char *heaviest = "nothing to run";
    for (int i = 0; i < plan->n_steps; i++) {
        const int64_t madds = cg_node_cost(base->graph, plan->steps[i].node).madds;
        if (madds > most) {
            most = madds;
            heaviest = plan->steps[i].implementation;
        }
    }
    snprintf(text, size, "%s %s", heaviest, level_here().name);
}

static void buffers(const struct cg_plan *base, void (*visit)(void *, size_t, void *), void *context)
{
    const struct cg_xnn_plan *plan = (const struct cg_xnn_plan *)base;
    visit(plan->arena, (size_t)plan->layout.arena_bytes, context);
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
    .probe = probe,
    .supports = cg_xnn_supports,
    .compile = compile,
    .set_input = set_input,
    .get_output = get_output,
    .run = run,
    .run_timed = run_timed,
    .n_steps = n_steps,
    .step = step,
    .memory_bytes = memory_bytes,
    .implementation = implementation,
    .buffers = buffers,
    .thread_ids = thread_ids,
    .settle = settle,
    .destroy = destroy,
};
