/* The engine onnxruntime, inside. */
#ifndef CONVGAUGE_KERNELS_ONNXRUNTIME_PLAN_H
#define CONVGAUGE_KERNELS_ONNXRUNTIME_PLAN_H

#include "kernels/model_plan.h"
#include "kernels/onnxruntime/api.h"

/* A session with the plan's input and output bound to it. */
struct ort_run {
    struct ort_session *session;
    struct ort_binding *binding;
};

struct ort_plan {
    struct cg_model_plan head;
    const struct ort_api *ort;
    char
        affinities[6 * CG_THREADS_MAX]; /* cpus of the pool's threads, "2;3", counted from 1; "": not bound */
    bool spin;
    struct ort_value *input, *output;
    struct ort_run run;
};

/* Makes a session from the plan's model; it writes a profile to files that begin with `profile`, unless that
 * is NULL. What was made is to be closed after a failure, too. */
enum cg_status ort_run_open(const struct ort_plan *plan, const char *profile, struct ort_run *run,
                            struct cg_error *err);
void ort_run_close(const struct ort_plan *plan, struct ort_run *run);

/* One inference. */
enum cg_status ort_run_once(const struct ort_plan *plan, const struct ort_run *run, struct cg_error *err);

/* What the library's profiler says of one run in a session of its own: cg_model_plan.trace. */
enum cg_status ort_trace(struct cg_model_plan *plan, struct cg_model_trace *trace, struct cg_error *err);

#endif
