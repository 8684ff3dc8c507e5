/* The plan of a run, made from what was asked for. */
#ifndef CONVGAUGE_BENCH_COMMANDS_RUN_PLAN_H
#define CONVGAUGE_BENCH_COMMANDS_RUN_PLAN_H

#include "bench/commands/planned.h"

/* Makes the plan. Errors: as loading a suite; CG_INVALID for a filter that nothing matches, more threads than
 * cpus. On CG_OK the plan is the caller's. */
enum cg_status cg_run_plan_make(const struct cg_run_request *request, const struct cg_topology *topology,
                                struct cg_run_plan **plan, struct cg_error *err);
void cg_run_plan_destroy(struct cg_run_plan **plan);

#endif
