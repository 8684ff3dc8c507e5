/* The engine openvino, inside. */
#ifndef CONVGAUGE_KERNELS_OPENVINO_PLAN_H
#define CONVGAUGE_KERNELS_OPENVINO_PLAN_H

#include "kernels/model_plan.h"
#include "kernels/openvino/api.h"

/* A compiled model with its one request, whose tensors are the library's. */
struct ov_run {
    struct ov_compiled_model *model;
    struct ov_infer_request *request;
};

struct ov_plan {
    struct cg_model_plan head;
    const struct ov_api *ov;
    int *cpus;                  /* of the setting, or NULL */
    struct ov_run run, counted; /* the latter, with counters of performance, is made when it is asked for */
    float *input, *output;      /* the request's */
};

/* Compiles the plan's model, with or without counters of performance. What was made is to be closed after a
 * failure, too. */
enum cg_status ov_run_open(const struct ov_plan *plan, bool counters, struct ov_run *run,
                           struct cg_error *err);
void ov_run_close(const struct ov_plan *plan, struct ov_run *run);

/* The memory of the request's input or output, of `bytes`. */
enum cg_status ov_run_memory(const struct ov_plan *plan, const struct ov_run *run, bool input, size_t bytes,
                             float **memory, struct cg_error *err);

/* Binds the process's threads for the plan, where they do not stand so already. */
enum cg_status ov_plan_take_threads(const struct ov_plan *plan, struct cg_error *err);

/* What the library's counters say of one run of a model compiled with them: cg_model_plan.trace. */
enum cg_status ov_trace(struct cg_model_plan *plan, struct cg_model_trace *trace, struct cg_error *err);

#endif
