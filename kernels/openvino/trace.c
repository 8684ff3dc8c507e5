/* Steps by the library's counters of performance, which a model is compiled with. */
#include "base/clock.h"
#include "kernels/model_steps.h"
#include "kernels/openvino/plan.h"
#include "kernels/openvino/threads.h"

#include <string.h>

#define FIRST_RUNS 2

/* In the order in which the library runs its operations. */
static enum cg_status read_counters(const struct ov_plan *plan, const struct ov_run *run,
                                    struct cg_model_trace *trace, struct cg_error *err)
{
    struct ov_profiling_list list = {NULL, 0};
    enum cg_status status =
        ov_check(plan->ov, plan->ov->infer_request_get_profiling_info(run->request, &list), err);
    for (size_t i = 0; status == CG_OK && i < list.size; i++) {
        const struct ov_profiling_info *info = &list.infos[i];
        const bool edge = strcmp(info->node_type, "Parameter") == 0 || strcmp(info->node_type, "Result") == 0;
        if (info->status == OV_EXECUTED && !edge &&
            !cg_model_trace_add(trace, info->node_name, info->exec_type, 1000 * info->real_us))
            status = cg_fail(err, CG_NO_MEMORY, "no memory for a profile");
    }
    if (list.infos)
        plan->ov->profiling_info_list_free(&list);
    return status;
}

/* The model with counters, after the runs that find caches and memory cold. */
static enum cg_status open_counted(struct ov_plan *plan, struct cg_error *err)
{
    if (plan->cpus)
        ov_threads_free();
    enum cg_status status = ov_run_open(plan, true, &plan->counted, err);
    for (int i = 0; i < FIRST_RUNS && status == CG_OK; i++)
        status = ov_check(plan->ov, plan->ov->infer_request_infer(plan->counted.request), err);
    if (status != CG_OK)
        ov_run_close(plan, &plan->counted);
    return status;
}

enum cg_status ov_trace(struct cg_model_plan *base, struct cg_model_trace *trace, struct cg_error *err)
{
    struct ov_plan *plan = (struct ov_plan *)base;
    enum cg_status status = plan->counted.request ? CG_OK : open_counted(plan, err);
    status = status ?: ov_plan_take_threads(plan, err);
    const int64_t start_ns = cg_now_ns();
    status = status ?: ov_check(plan->ov, plan->ov->infer_request_infer(plan->counted.request), err);
    const int64_t run_ns = cg_now_ns() - start_ns;
    status = status ?: read_counters(plan, &plan->counted, trace, err);
    /* All that is done may be done on the way in or out: then the run is one step. */
    if (status == CG_OK && trace->n == 0 && !cg_model_trace_add(trace, "output", "whole run", run_ns))
        status = cg_fail(err, CG_NO_MEMORY, "no memory for a profile");
    return status;
}
