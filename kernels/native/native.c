#include "kernels/native/stages.h"

#include "base/clock.h"
#include "kernels/engine_name.h"
#include "kernels/native/cost.h"
#include "kernels/native/plain.h"
#include "kernels/native/running.h"
#include "kernels/native/threads.h"

#include <stdio.h>
#include <string.h>

extern const struct cg_engine cg_engine_native;

static const struct cg_engine_option options[] = {{"winograd", "10"}, {NULL, ""}};

static void probe(const struct cg_engine *engine, struct cg_engine_info *info)
{
    *info = (struct cg_engine_info){.available = true};
    snprintf(info->version, sizeof info->version, "convgauge %s", CONVGAUGE_VERSION);
    snprintf(info->isa, sizeof info->isa, "%s", cg_isa_name(cg_native_kernels_for(cg_isa_best())->isa));
}

/* Every node of a well-formed graph can run. */
static bool supports(const struct cg_graph *graph, int id, char *why, size_t why_size)
{
    return true;
}

static void destroy(struct cg_plan *base)
{
    struct nv_plan *plan = (struct nv_plan *)base;
    nv_threads_destroy(plan->threads);
    nv_free_memory(plan);
    for (int i = 0; i < plan->n_steps; i++)
        for (int t = 0; plan->steps[i].tasks && t < plan->base.setting.threads; t++)
            free(plan->steps[i].tasks[t].at);
    free(plan->ops);
    free(plan->buffers);
    cg_arena_destroy(&plan->scratch);
    cg_arena_destroy(&plan->kept);
    cg_graph_destroy(&plan->graph);
    free(plan);
}

static void run_task(const struct nv_plan *plan, const struct nv_task *task, int thread)
{
    const struct nv_call call = {plan, &plan->ops[task->op], thread};
    switch (call.op->kind) {
    case NV_GEMM:
        nv_run_gemm(&call, task);
        break;
    case NV_WINDOW:
        nv_run_window(&call, task->range);
        break;
    case NV_PASS:
        nv_run_pass(&call, task->range);
        break;
    }
}

/* What every thread does in a run. Between steps all wait for each other; after the last, nv_threads_run
 * does. */
static void work(void *context, int thread)
{
    const struct nv_plan *plan = context;
    int64_t *step_ns = thread == 0 ? plan->step_ns : NULL;
    int64_t before = step_ns ? cg_now_ns() : 0;
    for (int i = 0; i < plan->n_steps; i++) {
        const struct nv_tasks *tasks = &plan->steps[i].tasks[thread];
        for (int t = 0; t < tasks->n; t++)
            run_task(plan, &tasks->at[t], thread);
        if (i + 1 < plan->n_steps || plan->step_ns)
            nv_threads_barrier(plan->threads);
        if (step_ns) {
            const int64_t after = cg_now_ns();
            step_ns[i] = after - before;
            before = after;
        }
    }
}

static enum cg_status prepare(struct nv_plan *plan, const struct cg_weights *weights, struct cg_error *err)
{
    enum cg_status status = nv_reserve_weights(plan, err);
    if (status == CG_OK)
        status = nv_lower(plan, weights, err);
    if (status == CG_OK) {
        nv_trim_weights(plan);
        status = nv_schedule(plan, err);
    }
    if (status == CG_OK)
        status = nv_allocate(plan, err);
    if (status == CG_OK)
        status = nv_threads_create(plan->base.setting.threads, plan->base.setting.cpus, work, plan,
                                   &plan->threads, err);
    return status;
}

/* A plan with nothing in it; NULL without memory. */
static struct nv_plan *new_plan(const struct cg_graph *graph, const struct cg_setting *setting,
                                const struct nv_core *core)
{
    struct nv_plan *plan = calloc(1, sizeof *plan);
    if (!plan)
        return NULL;
    plan->base = (struct cg_plan){.engine = &cg_engine_native, .setting = *setting};
    plan->kernels = cg_native_kernels_for(setting->isa);
    plan->core = *core;
    plan->graph = cg_graph_copy(graph);
    plan->base.graph = plan->graph;
    plan->kept = cg_arena_create(0);
    if (plan->graph && plan->kept)
        return plan;
    destroy(&plan->base);
    return NULL;
}

enum cg_status nv_compile(const struct cg_graph *graph, const struct cg_weights *weights,
                          const struct cg_setting *setting, const struct nv_core *core, struct cg_plan **out,
                          struct cg_error *err)
{
    struct nv_plan *plan = new_plan(graph, setting, core);
    if (!plan)
        return cg_fail(err, CG_NO_MEMORY, "no memory for a plan of engine native");
    const enum cg_status status = prepare(plan, weights, err);
    cg_arena_destroy(&plan->scratch);
    plan->base.setting.cpus = NULL; /* the caller's, until here */
    if (status != CG_OK) {
        destroy(&plan->base);
        return status;
    }
    *out = &plan->base;
    return CG_OK;
}

static struct nv_core core_for(const struct cg_setting *setting)
{
    struct nv_core core = nv_this_core(cg_native_kernels_for(setting->isa));
    if (cg_engine_name_value(setting->engine, &options[0]) == '1')
        core.winograd = NV_WINOGRAD_PAYING;
    return core;
}

static enum cg_status compile(const struct cg_graph *graph, const struct cg_weights *weights,
                              const struct cg_setting *setting, struct cg_plan **out, struct cg_error *err)
{
    const struct nv_core core = core_for(setting);
    return nv_compile(graph, weights, setting, &core, out, err);
}

/* Those of a plan whose nodes become operations, without its weights. */
static int64_t weight_bytes(const struct cg_graph *graph, const struct cg_setting *setting)
{
    struct cg_error err = {0};
    struct cg_setting layers = *setting;
    layers.fusion = CG_FUSION_LAYERS; /* the graph may be fused */
    const struct nv_core core = core_for(setting);
    struct nv_plan *plan = new_plan(graph, &layers, &core);
    if (!plan)
        return -1;
    const bool known = nv_reserve_weights(plan, &err) == CG_OK && nv_lower(plan, NULL, &err) == CG_OK;
    const int64_t bytes = known ? plan->weights_bytes : -1;
    destroy(&plan->base);
    return bytes;
}

static void set_input(struct cg_plan *base, const float *nhwc)
{
    const struct nv_plan *plan = (const struct nv_plan *)base;
    const struct nv_buffer *b = &plan->buffers[plan->input];
    for (int64_t pixel = 0; pixel < (int64_t)b->rows * b->w; pixel++)
        memcpy(nv_pixel(plan, 0, plan->input, pixel), nhwc + pixel * b->c, (size_t)b->c * sizeof *nhwc);
}

/* The output is dense. */
static void get_output(const struct cg_plan *base, float *nhwc)
{
    const struct nv_plan *plan = (const struct nv_plan *)base;
    const struct nv_buffer *b = &plan->buffers[plan->output];
    memcpy(nhwc, nv_pixel(plan, 0, plan->output, 0), (size_t)b->rows * b->w * b->c * sizeof *nhwc);
}

static enum cg_status run_timed(struct cg_plan *base, int64_t *step_ns, struct cg_error *err)
{
    struct nv_plan *plan = (struct nv_plan *)base;
    plan->step_ns = step_ns;
    nv_threads_run(plan->threads);
    plan->step_ns = NULL;
    return CG_OK;
}

static enum cg_status run(struct cg_plan *base, struct cg_error *err)
{
    return run_timed(base, NULL, err);
}

static int n_steps(const struct cg_plan *base)
{
    return ((const struct nv_plan *)base)->n_steps;
}

/* The kernel of most of a gemm's columns. */
static const char *gemm_implementation(const struct nv_plan *plan, const struct nv_op *op)
{
    const struct nv_panel *panels = op->gemm.panels, *most = panels;
    for (int p = 0, columns = 0; p < op->parts; p++) {
        int sum = 0;
        for (int q = 0; q < op->parts; q++)
            if (panels[q].kernel == panels[p].kernel)
                sum += panels[q].n;
        if (sum > columns) {
            columns = sum;
            most = &panels[p];
        }
    }
    return nv_gemm_kernel(plan, 0, op, most)->name;
}

static void op_implementation(const struct nv_plan *plan, const struct nv_op *op, char *text, size_t size)
{
    const int edge = op->kind == NV_GEMM ? op->gemm.winograd.edge : 0;
    const char *name = op->kind == NV_GEMM     ? gemm_implementation(plan, op)
                       : op->kind == NV_WINDOW ? op->sliding.kernel->name
                       : op->pass.plain        ? nv_plain_name(op->pass.plain)
                                               : plan->kernels->pass[op->pass.pass].name;
    if (edge)
        snprintf(text, size, "winograd_%dx%d_%s", edge, edge, name);
    else
        snprintf(text, size, "%s", name);
}

/* The operation that does most of the work of `n` operations. */
static const struct nv_op *heaviest(const struct nv_op *ops, int n)
{
    const struct nv_op *most = ops;
    for (int o = 1; o < n; o++)
        if (ops[o].cost > most->cost)
            most = &ops[o];
    return most;
}

static void step(const struct cg_plan *base, int i, struct cg_step *out)
{
    const struct nv_plan *plan = (const struct nv_plan *)base;
    const struct nv_step *s = &plan->steps[i];
    const struct nv_op *op = heaviest(&plan->ops[s->first_op], s->n_ops);
    *out =
        (struct cg_step){.nodes = plan->nodes + plan->ops[s->first_op].first_node, .category = op->category};
    for (int o = s->first_op; o < s->first_op + s->n_ops; o++)
        out->n_nodes += plan->ops[o].n_nodes;
    op_implementation(plan, op, out->implementation, sizeof out->implementation);
}

static int64_t memory_bytes(const struct cg_plan *base)
{
    const struct nv_plan *plan = (const struct nv_plan *)base;
    return plan->weights_bytes + plan->arena_bytes + plan->base.setting.threads * plan->ring_bytes;
}

static void implementation(const struct cg_plan *base, char *text, size_t size)
{
    const struct nv_plan *plan = (const struct nv_plan *)base;
    op_implementation(plan, heaviest(plan->ops, plan->n_ops), text, size);
}

static void buffers(const struct cg_plan *base, void (*visit)(void *, size_t, void *), void *context)
{
    const struct nv_plan *plan = (const struct nv_plan *)base;
    if (plan->weights_bytes)
        visit(plan->weights, (size_t)plan->weights_bytes, context);
    visit(plan->arena, (size_t)plan->arena_bytes, context);
    for (int t = 0; plan->ring_bytes && t < plan->base.setting.threads; t++)
        visit(plan->workers[t].ring, (size_t)plan->ring_bytes, context);
}

static int thread_ids(const struct cg_plan *base, int *tids, int max)
{
    return nv_threads_ids(((const struct nv_plan *)base)->threads, tids, max);
}

static void settle(struct cg_plan *base)
{
    nv_threads_settle(((struct nv_plan *)base)->threads);
}

const struct cg_engine cg_engine_native = {
    .name = "native",
    .summary = "convgauge's own kernels: f32, NHWC, scalar, AVX2, AVX-512, NEON",
    .layout = "NHWC",
    .options = options,
    .one_version = true,
    .joins_layers = true,
    .probe = probe,
    .supports = supports,
    .weight_bytes = weight_bytes,
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
