/* Engine onednn: Intel's oneDNN through its C interface, each tensor in the layout that the library
 * chooses. */
#include "kernels/onednn/plan.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

#define CACHED_PRIMITIVES 1024 /* the library's own default */

static const char *isa_here(void)
{
#if defined(__x86_64__)
    /* Not asked of the library: its answer would fix the ISA before a plan can cap it. */
    return cg_isa_available(CG_ISA_AVX512) ? "avx512_core" : cg_isa_available(CG_ISA_AVX2) ? "avx2" : "sse41";
#else
    return cg_isa_name(cg_isa_best());
#endif
}

static void probe(const struct cg_engine *engine, struct cg_engine_info *info)
{
    memset(info, 0, sizeof *info);
    const dnnl_version_t *version = dnnl_version();
    snprintf(info->version, sizeof info->version, "%d.%d.%d", version->major, version->minor, version->patch);
    if (version->cpu_runtime != DNNL_RUNTIME_OMP && version->cpu_runtime != DNNL_RUNTIME_SEQ) {
        snprintf(info->why_not, sizeof info->why_not,
                 "this oneDNN has another thread runtime than OpenMP, so threads cannot be set and bound");
        return;
    }
    info->available = true;
    snprintf(info->isa, sizeof info->isa, "%s", isa_here());
}

/* Whether the library makes code for vectors of 512 bits on AArch64. Its version 2.6 then takes hard swish
 * for an activation that this code can do, and computes something else (mended in 2.7: oneDNN pull request
 * 1382).
 */
static bool has_wide_sve(void)
{
#if defined(__aarch64__) && defined(PR_SVE_GET_VL)
    const int length = prctl(PR_SVE_GET_VL);
    return length >= 0 && (length & PR_SVE_VL_LEN_MASK) >= 64;
#else
    return false;
#endif
}

/* Every kind of node that has a builder but that, and bounds that cross. What the library refuses after all,
 * by an attribute, compile() names. */
static bool supports(const struct cg_graph *graph, int id, char *why, size_t why_size)
{
    const dnnl_version_t *version = dnnl_version();
    const struct cg_node *node = &graph->nodes[id];
    if (!cg_dnnl_has_builder(node->op)) {
        snprintf(why, why_size, "engine onednn has no %s", cg_op_name(node->op));
        return false;
    }
    if (node->act == CG_ACT_ERF) {
        snprintf(why, why_size, "oneDNN has no erf");
        return false;
    }
    if (node->act == CG_ACT_CLIP && node->alpha > node->beta) {
        snprintf(why, why_size, "oneDNN has no clip whose lower bound, %g, is above the upper, %g",
                 (double)node->alpha, (double)node->beta);
        return false;
    }
    if (node->act != CG_ACT_HARD_SWISH || !has_wide_sve() || version->major > 2 ||
        (version->major == 2 && version->minor > 6))
        return true;
    snprintf(why, why_size, "oneDNN %d.%d computes hard_swish wrongly where SVE has 512 bits", version->major,
             version->minor);
    return false;
}

/* The cap holds for the whole process and must come before the library's first use: the level that was
 * settled. */
static enum cg_status cap_isa(enum cg_isa isa, struct cg_error *err)
{
    static atomic_int settled = -1;
    const int before = atomic_load(&settled);
    if (before == (int)isa)
        return CG_OK;
    if (before >= 0)
        return cg_fail(
            err, CG_UNAVAILABLE,
            "oneDNN's instruction set is %s for this whole process already: %s needs a process of its own",
            cg_isa_name((enum cg_isa)before), cg_isa_name(isa));
    if (isa != cg_isa_best()) {
        if (isa != CG_ISA_AVX2 && isa != CG_ISA_AVX512)
            return cg_fail(err, CG_UNSUPPORTED, "oneDNN cannot be held at %s", cg_isa_name(isa));
        const dnnl_cpu_isa_t cap = isa == CG_ISA_AVX2 ? dnnl_cpu_isa_avx2 : dnnl_cpu_isa_avx512_core;
        if (dnnl_set_max_cpu_isa(cap) != dnnl_success)
            return cg_fail(err, CG_UNAVAILABLE, "oneDNN was used before its instruction set was held at %s",
                           cg_isa_name(isa));
    }
    atomic_store(&settled, (int)isa);
    return CG_OK;
}

static void destroy(struct cg_plan *base)
{
    struct cg_dnnl_plan *plan = (struct cg_dnnl_plan *)base;
    for (int i = 0; i < plan->head.n_calls; i++) {
        dnnl_primitive_destroy(plan->calls[i].primitive);
        dnnl_memory_destroy(plan->calls[i].scratchpad);
    }
    for (int i = 0; i < plan->n_forms; i++)
        dnnl_memory_destroy(plan->forms[i].memory);
    for (int i = 0; i < plan->n_storages; i++)
        if (plan->storages[i].own)
            free(plan->storages[i].address);
    dnnl_primitive_destroy(plan->input.reorder);
    dnnl_primitive_destroy(plan->output.reorder);
    dnnl_stream_destroy(plan->stream);
    dnnl_engine_destroy(plan->engine);
    cg_dnnl_descs_free(&plan->descs);
    free(plan->storages);
    free(plan->forms);
    free(plan->calls);
    free(plan->args);
    free(plan->exec);
    free(plan->scratchpad);
    free(plan->cpus);
    free(plan->tids);
    cg_stepped_plan_free(&plan->head);
}

extern const struct cg_engine cg_engine_onednn;

static enum cg_status run_calls(struct cg_stepped_plan *head, int first, int n, struct cg_error *err)
{
    struct cg_dnnl_plan *plan = (struct cg_dnnl_plan *)head;
    for (int i = first; i < first + n; i++) {
        const struct cg_dnnl_call *call = &plan->calls[i];
        if (dnnl_primitive_execute(call->primitive, plan->stream, call->n_args + (call->scratchpad != NULL),
                                   plan->exec + call->first_arg + i))
            return cg_fail(err, CG_FAILED, "oneDNN failed in primitive %d", i);
    }
    return CG_OK;
}

/* The plan's team of threads, before anything of the plan runs. */
static enum cg_status call_threads(const struct cg_dnnl_plan *plan, struct cg_error *err)
{
    return cg_dnnl_threads(plan->head.base.setting.threads, plan->cpus, plan->tids, err);
}

static enum cg_status prepare(struct cg_dnnl_plan *plan, const int *cpus, const struct cg_weights *weights,
                              struct cg_error *err)
{
    const size_t threads = (size_t)plan->head.base.setting.threads;
    plan->tids = calloc(threads, sizeof *plan->tids);
    plan->cpus = cpus ? malloc(threads * sizeof *plan->cpus) : NULL;
    if (!plan->tids || (cpus && !plan->cpus))
        return cg_fail(err, CG_NO_MEMORY, "no memory for a plan");
    if (cpus)
        memcpy(plan->cpus, cpus, threads * sizeof *plan->cpus);
    plan->head.base.setting.cpus = plan->cpus; /* the caller's is borrowed */
    if (dnnl_version()->cpu_runtime == DNNL_RUNTIME_SEQ && threads > 1)
        return cg_fail(err, CG_UNAVAILABLE, "this oneDNN was built without threads");
    /* Primitives are made for the number of threads that is set while they are created. */
    enum cg_status status = call_threads(plan, err);
    plan->n_tids = (int)threads - 1;
    /* Primitives that another plan has made already come from the library's cache, whatever the environment.
     */
    if (status == CG_OK && dnnl_set_primitive_cache_capacity(CACHED_PRIMITIVES))
        status = cg_fail(err, CG_FAILED, "oneDNN keeps no cache of primitives");
    if (status == CG_OK && (dnnl_engine_create(&plan->engine, dnnl_cpu, 0) ||
                            dnnl_stream_create(&plan->stream, plan->engine, dnnl_stream_in_order)))
        status = cg_fail(err, CG_FAILED, "oneDNN could not start its CPU engine");
    return status == CG_OK ? cg_dnnl_build(plan, weights, err) : status;
}

static enum cg_status compile(const struct cg_graph *graph, const struct cg_weights *weights,
                              const struct cg_setting *setting, struct cg_plan **result, struct cg_error *err)
{
    const enum cg_status status = cap_isa(setting->isa, err);
    struct cg_dnnl_plan *plan =
        status == CG_OK ? cg_stepped_plan_create(sizeof *plan, &cg_engine_onednn, graph, setting, err) : NULL;
    if (!plan)
        return status == CG_OK ? CG_NO_MEMORY : status;
    plan->head.run_calls = run_calls;
    return cg_stepped_plan_finish(&plan->head, prepare(plan, setting->cpus, weights, err), result);
}

/* Between the caller's NHWC floats and one of the plan's forms. */
static void move_edge(const struct cg_dnnl_plan *plan, const struct cg_dnnl_edge *edge, void *nhwc, bool in)
{
    dnnl_memory_t user = NULL;
    if (dnnl_memory_create(&user, edge->nhwc, plan->engine, nhwc))
        return;
    const dnnl_memory_t inner = plan->forms[edge->form].memory;
    cg_dnnl_move(plan, edge->reorder, in ? user : inner, in ? inner : user);
    dnnl_memory_destroy(user);
}

static void set_input(struct cg_plan *base, const float *nhwc)
{
    const struct cg_dnnl_plan *plan = (const struct cg_dnnl_plan *)base;
    call_threads(plan, NULL);
    move_edge(plan, &plan->input, (void *)nhwc, true);
}

static void get_output(const struct cg_plan *base, float *nhwc)
{
    const struct cg_dnnl_plan *plan = (const struct cg_dnnl_plan *)base;
    call_threads(plan, NULL);
    move_edge(plan, &plan->output, nhwc, false);
}

static enum cg_status run(struct cg_plan *base, struct cg_error *err)
{
    const enum cg_status status = call_threads((struct cg_dnnl_plan *)base, err);
    return status == CG_OK ? cg_stepped_plan_run(base, err) : status;
}

static enum cg_status run_timed(struct cg_plan *base, int64_t *step_ns, struct cg_error *err)
{
    const enum cg_status status = call_threads((struct cg_dnnl_plan *)base, err);
    return status == CG_OK ? cg_stepped_plan_run_timed(base, step_ns, err) : status;
}

static int64_t memory_bytes(const struct cg_plan *base)
{
    const struct cg_dnnl_plan *plan = (const struct cg_dnnl_plan *)base;
    return plan->weight_bytes + plan->head.arena_bytes + plan->scratchpad_bytes;
}

static void implementation(const struct cg_plan *base, char *text, size_t size)
{
    snprintf(text, size, "%s", cg_stepped_plan_heaviest((const struct cg_stepped_plan *)base));
}

static void buffers(const struct cg_plan *base, void (*visit)(void *, size_t, void *), void *context)
{
    const struct cg_dnnl_plan *plan = (const struct cg_dnnl_plan *)base;
    visit(plan->head.arena, (size_t)plan->head.arena_bytes, context);
    if (plan->scratchpad)
        visit(plan->scratchpad, (size_t)plan->scratchpad_bytes, context);
    for (int i = 0; i < plan->n_storages; i++)
        if (plan->storages[i].own)
            visit(plan->storages[i].address, (size_t)plan->storages[i].bytes, context);
}

static int thread_ids(const struct cg_plan *base, int *tids, int max)
{
    const struct cg_dnnl_plan *plan = (const struct cg_dnnl_plan *)base;
    for (int i = 0; i < plan->n_tids && i < max; i++)
        tids[i] = plan->tids[i];
    return plan->n_tids;
}

static void settle(struct cg_plan *base)
{
    if (base->setting.threads > 1)
        cg_dnnl_settle();
}

/* libgomp reads these while it is loaded. Threads spin between the primitives of a run, which follow each
 * other within microseconds, then sleep: said here so that no setting of the user's changes what is measured.
 */
static const char *const environment[] = {
    "OMP_WAIT_POLICY=active", "GOMP_SPINCOUNT=100000", "OMP_DYNAMIC=false",
    "OMP_PROC_BIND=false",    "OMP_THREAD_LIMIT=1024", NULL,
};

const struct cg_engine cg_engine_onednn = {
    .name = "onednn",
    .summary = "Intel's oneDNN: primitives with post-ops, layouts chosen by the library, OpenMP",
    .environment = environment,
    .probe = probe,
    .supports = supports,
    .compile = compile,
    .set_input = set_input,
    .get_output = get_output,
    .run = run,
    .run_timed = run_timed,
    .n_steps = cg_stepped_plan_n_steps,
    .step = cg_stepped_plan_step,
    .memory_bytes = memory_bytes,
    .implementation = implementation,
    .buffers = buffers,
    .thread_ids = thread_ids,
    .settle = settle,
    .destroy = destroy,
};
