/* Engine onnxruntime: a graph as an ONNX model in a session of ONNX Runtime, whose library is loaded when it
 * is used. */
#include "base/text.h"
#include "kernels/engine_name.h"
#include "kernels/library.h"
#include "kernels/model_steps.h"
#include "kernels/onnxruntime/plan.h"
#include "kernels/plan_parts.h"

#include <stdio.h>

static const struct cg_engine_option options[] = {{"spin", "10"}, {NULL, ""}};

static void probe(const struct cg_engine *engine, struct cg_engine_info *info)
{
    cg_library_probe(&ort_library, engine, info);
}

static void destroy(struct cg_plan *base)
{
    struct ort_plan *plan = (struct ort_plan *)base;
    if (plan->ort) {
        ort_run_close(plan, &plan->run);
        if (plan->input)
            plan->ort->release_value(plan->input);
        if (plan->output)
            plan->ort->release_value(plan->output);
    }
    cg_model_plan_free(&plan->head);
}

/* Tensors over the plan's own memory. */
static enum cg_status make_tensors(struct ort_plan *plan, struct cg_error *err)
{
    const struct ort_api *ort = plan->ort;
    const struct cg_graph *graph = plan->head.graph;
    struct ort_memory *memory = NULL;
    enum cg_status status = ort_check(ort, ort->create_memory(0, 0, &memory), err);
    for (int i = 0; i < 2 && status == CG_OK; i++) {
        int64_t dims[4];
        const int rank = cg_model_dims(&plan->head, i == 0, dims);
        const size_t bytes =
            (size_t)cg_shape_elements(graph->nodes[i ? graph->output : graph->input].shape) * sizeof(float);
        status = ort_check(ort,
                           ort->create_tensor(memory, i ? plan->head.output : plan->head.input, bytes, dims,
                                              (size_t)rank, ORT_FLOAT, i ? &plan->output : &plan->input),
                           err);
    }
    if (memory)
        ort->release_memory(memory);
    return status;
}

/* The caller is the first thread; the library counts cpus from 1. */
static void set_affinities(struct ort_plan *plan, const int *cpus)
{
    for (int i = 1; cpus && i < plan->head.base.setting.threads; i++)
        cg_append(plan->affinities, sizeof plan->affinities, "%s%d", i > 1 ? ";" : "", cpus[i] + 1);
}

static enum cg_status prepare(struct ort_plan *plan, const struct cg_setting *setting, struct cg_error *err)
{
    int before[CG_THREAD_LIST_MAX];
    plan->head.trace = ort_trace;
    plan->ort = ort_open(setting->engine, err);
    if (!plan->ort)
        return CG_UNAVAILABLE;
    if (setting->cpus && !cg_bind_thread(setting->cpus[0]))
        return cg_fail(err, CG_UNAVAILABLE, "this thread could not be bound to cpu %d", setting->cpus[0]);
    plan->spin = cg_engine_name_value(setting->engine, &options[0]) == '1';
    set_affinities(plan, setting->cpus);
    const int n_before = cg_thread_list(before, CG_THREAD_LIST_MAX);
    enum cg_status status = make_tensors(plan, err);
    status = status ?: ort_run_open(plan, NULL, &plan->run, err);
    return status ?: cg_model_keep_threads(&plan->head, before, n_before, err);
}

static enum cg_status compile(const struct cg_graph *graph, const struct cg_weights *weights,
                              const struct cg_setting *setting, struct cg_plan **result, struct cg_error *err)
{
    *result = NULL;
    if (setting->isa != cg_isa_best())
        return cg_fail(
            err, CG_UNSUPPORTED,
            "ONNX Runtime picks its kernels by the processor (%s here) and cannot be held at others",
            cg_isa_name(cg_isa_best()));
    struct cg_error why = {0};
    struct ort_plan *plan = cg_model_plan_create(sizeof *plan, graph, weights, setting, &why);
    const enum cg_status status = plan ? prepare(plan, setting, &why) : why.status;
    if (status == CG_OK)
        *result = &plan->head.base;
    else if (plan)
        destroy(&plan->head.base);
    return status == CG_OK ? status : cg_fail(err, why.status, "%s", why.text);
}

static enum cg_status run(struct cg_plan *base, struct cg_error *err)
{
    const struct ort_plan *plan = (const struct ort_plan *)base;
    return ort_run_once(plan, &plan->run, err);
}

static void implementation(const struct cg_plan *base, char *text, size_t size)
{
    snprintf(text, size, "%s",
             base->setting.fusion == CG_FUSION_NONE ? "graph optimisations off" : "all graph optimisations");
}

const struct cg_engine cg_engine_onnxruntime = {
    .name = "onnxruntime",
    .summary = "ONNX Runtime: the model as ONNX, on its own thread pool; a library that is loaded when used",
    .options = options,
    .probe = probe,
    .supports = cg_model_supports,
    .compile = compile,
    .set_input = cg_model_set_input,
    .get_output = cg_model_get_output,
    .run = run,
    .run_timed = cg_model_run_timed,
    .n_steps = cg_model_n_steps,
    .step = cg_model_step,
    .memory_bytes = cg_model_memory_bytes,
    .implementation = implementation,
    .thread_ids = cg_model_thread_ids,
    .destroy = destroy,
};
