#include "kernels/openvino/plan.h"
#include "kernels/openvino/threads.h"

#include <stdio.h>

/* One stream runs one image at a time; its threads are bound by who runs the plan, as the library would
 * divide the machine among all models of a process. */
static int compile_model(const struct ov_plan *plan, bool counters, const struct ov_model *model,
                         struct ov_compiled_model **compiled)
{
    char threads[16];
    snprintf(threads, sizeof threads, "%d", plan->head.base.setting.threads);
    const char *const counted = counters ? "YES" : "NO";
    return plan->ov->core_compile_model(plan->ov->core, model, "CPU", 14, compiled, "PERFORMANCE_HINT",
                                        "LATENCY", "NUM_STREAMS", "1", "INFERENCE_NUM_THREADS", threads,
                                        "ENABLE_CPU_PINNING", "NO", "ENABLE_HYPER_THREADING", "YES",
                                        "INFERENCE_PRECISION_HINT", "f32", "PERF_COUNT", counted);
}

enum cg_status ov_run_open(const struct ov_plan *plan, bool counters, struct ov_run *run,
                           struct cg_error *err)
{
    const struct ov_api *ov = plan->ov;
    struct ov_model *model = NULL;
    *run = (struct ov_run){NULL, NULL};
    int made = ov->core_read_model_from_memory_buffer(ov->core, plan->head.model, plan->head.model_bytes,
                                                      NULL, &model);
    made = made ?: compile_model(plan, counters, model, &run->model);
    made = made ?: ov->compiled_model_create_infer_request(run->model, &run->request);
    const enum cg_status status = cg_model_judge(&plan->head, ov_check(ov, made, err), err);
    if (model)
        ov->model_free(model);
    return status;
}

enum cg_status ov_plan_take_threads(const struct ov_plan *plan, struct cg_error *err)
{
    return ov_threads_take(plan, plan->cpus, plan->head.base.setting.threads, err);
}

void ov_run_close(const struct ov_plan *plan, struct ov_run *run)
{
    if (run->request)
        plan->ov->infer_request_free(run->request);
    if (run->model)
        plan->ov->compiled_model_free(run->model);
    *run = (struct ov_run){NULL, NULL};
}

enum cg_status ov_run_memory(const struct ov_plan *plan, const struct ov_run *run, bool input, size_t bytes,
                             float **memory, struct cg_error *err)
{
    const struct ov_api *ov = plan->ov;
    struct ov_tensor *tensor = NULL;
    void *data = NULL;
    size_t size = 0;
    int got = input ? ov->infer_request_get_input_tensor(run->request, &tensor)
                    : ov->infer_request_get_output_tensor(run->request, &tensor);
    got = got ?: ov->tensor_get_byte_size(tensor, &size);
    got = got ?: ov->tensor_data(tensor, &data);
    if (tensor)
        ov->tensor_free(tensor);
    *memory = data;
    const enum cg_status status = ov_check(ov, got, err);
    if (status == CG_OK && size != bytes)
        return cg_fail(err, CG_FAILED, "OpenVINO's %s has %zu bytes, not %zu", input ? "input" : "output",
                       size, bytes);
    return status;
}
