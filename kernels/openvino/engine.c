/* Engine openvino: a graph as an ONNX model compiled by OpenVINO for the processor, whose library is loaded
 * when it is used. */
#include "kernels/library.h"
#include "kernels/model_steps.h"
#include "kernels/openvino/plan.h"
#include "kernels/openvino/threads.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_RUNS 4 /* in which the library makes its threads */

static const struct cg_engine_option options[] = {{NULL, ""}};

static void probe(const struct cg_engine *engine, struct cg_engine_info *info)
{
    cg_library_probe(&ov_library, engine, info);
}

static void destroy(struct cg_plan *base)
{
    struct ov_plan *plan = (struct ov_plan *)base;
    if (plan->ov) {
        ov_run_close(plan, &plan->run);
        ov_run_close(plan, &plan->counted);
    }
    ov_threads_drop(plan);
    free(plan->cpus);
    cg_model_plan_free(&plan->head);
}

static enum cg_status run(struct cg_plan *base, struct cg_error *err)
{
    const struct ov_plan *plan = (const struct ov_plan *)base;
    const enum cg_status status = ov_plan_take_threads(plan, err);
    return status ?: ov_check(plan->ov, plan->ov->infer_request_infer(plan->run.request), err);
}

static size_t bytes_of(const struct cg_graph *graph, int id)
{
    return (size_t)cg_shape_elements(graph->nodes[id].shape) * sizeof(float);
}

static enum cg_status compile_and_try(struct ov_plan *plan, struct cg_error *err)
{
    const struct cg_graph *graph = plan->head.graph;
    enum cg_status status = ov_run_open(plan, false, &plan->run, err);
    status =
        status ?: ov_run_memory(plan, &plan->run, true, bytes_of(graph, graph->input), &plan->input, err);
    status =
        status ?: ov_run_memory(plan, &plan->run, false, bytes_of(graph, graph->output), &plan->output, err);
    if (status == CG_OK)
        memset(plan->input, 0, bytes_of(graph, graph->input));
    for (int i = 0; i < FIRST_RUNS && status == CG_OK; i++)
        status = ov_check(plan->ov, plan->ov->infer_request_infer(plan->run.request), err);
    return status;
}

static enum cg_status prepare(struct ov_plan *plan, const struct cg_setting *setting, struct cg_error *err)
{
    const size_t bytes = (size_t)setting->threads * sizeof *setting->cpus;
    plan->head.trace = ov_trace;
    plan->cpus = setting->cpus ? malloc(bytes) : NULL;
    if (setting->cpus && !plan->cpus)
        return cg_fail(err, CG_NO_MEMORY, "no memory for a plan");
    if (setting->cpus) {
        memcpy(plan->cpus, setting->cpus, bytes);
        ov_threads_free();
    }
    ov_threads_begin();
    plan->ov = ov_open(setting->engine, err);
    if (!plan->ov)
        return CG_UNAVAILABLE;
    return compile_and_try(plan, err) ?: ov_plan_take_threads(plan, err);
}

static enum cg_status compile(const struct cg_graph *graph, const struct cg_weights *weights,
                              const struct cg_setting *setting, struct cg_plan **result, struct cg_error *err)
{
    *result = NULL;
    if (setting->isa != cg_isa_best())
        return cg_fail(err, CG_UNSUPPORTED,
                       "OpenVINO picks its kernels by the processor (%s here) and cannot be held at others",
                       cg_isa_name(cg_isa_best()));
    if (setting->fusion == CG_FUSION_NONE)
        return cg_fail(err, CG_UNSUPPORTED, "OpenVINO merges layers and cannot be told not to");
    struct cg_error why = {0};
    struct ov_plan *plan = cg_model_plan_create(sizeof *plan, graph, weights, setting, &why);
    const enum cg_status status = plan ? prepare(plan, setting, &why) : why.status;
    if (status == CG_OK)
        *result = &plan->head.base;
    else if (plan)
        destroy(&plan->head.base);
    return status == CG_OK ? status : cg_fail(err, why.status, "%s", why.text);
}

static void set_input(struct cg_plan *base, const float *nhwc)
{
    struct ov_plan *plan = (struct ov_plan *)base;
    cg_model_set_input(base, nhwc);
    memcpy(plan->input, plan->head.input, bytes_of(base->graph, base->graph->input));
}

static void get_output(const struct cg_plan *base, float *nhwc)
{
    const struct ov_plan *plan = (const struct ov_plan *)base;
    memcpy(plan->head.output, plan->output, bytes_of(base->graph, base->graph->output));
    cg_model_get_output(base, nhwc);
}

static void implementation(const struct cg_plan *base, char *text, size_t size)
{
    snprintf(text, size, "CPU, f32");
}

static int thread_ids(const struct cg_plan *base, int *tids, int max)
{
    return ov_threads_list(tids, max);
}

const struct cg_engine cg_engine_openvino = {
    .name = "openvino",
    .summary = "OpenVINO: the model as ONNX, compiled for the processor; a library that is loaded when used",
    .options = options,
    .probe = probe,
    .supports = cg_model_supports,
    .compile = compile,
    .set_input = set_input,
    .get_output = get_output,
    .run = run,
    .run_timed = cg_model_run_timed,
    .n_steps = cg_model_n_steps,
    .step = cg_model_step,
    .memory_bytes = cg_model_memory_bytes,
    .implementation = implementation,
    .thread_ids = thread_ids,
    .destroy = destroy,
};
