/* The steps of plans of whole models: the operations that the library's profiler names, put back to the nodes
 * of the graph by the names that the model has ("$ID..."). A node that none is named after was merged into
 * another: it counts to the step that made its latest input. Steps stand in the graph's order: a library may
 * run parallel branches in another order in each session. */
#ifndef CONVGAUGE_KERNELS_MODEL_STEPS_H
#define CONVGAUGE_KERNELS_MODEL_STEPS_H

#include "kernels/model_plan.h"

/* One operation more, its texts cut where they are too long; false without memory. */
bool cg_model_trace_add(struct cg_model_trace *trace, const char *name, const char *kind, int64_t ns);

/* Functions of struct cg_engine. The profiler's own costs are in the times. */
enum cg_status cg_model_run_timed(struct cg_plan *plan, int64_t *step_ns, struct cg_error *err);
int cg_model_n_steps(const struct cg_plan *plan);
void cg_model_step(const struct cg_plan *plan, int i, struct cg_step *out);

#endif
