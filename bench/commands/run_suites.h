/* A plan's suites into a results file in memory. */
#ifndef CONVGAUGE_BENCH_COMMANDS_RUN_SUITES_H
#define CONVGAUGE_BENCH_COMMANDS_RUN_SUITES_H

#include "bench/commands/run_plan.h"
#include "bench/record/record.h"

/* Adds the suites of the plan (titles, groups, planned cases, published figures): everything that their
 * tables need besides the measurements. CG_NO_MEMORY or CG_OK. */
enum cg_status cg_run_add_suites(const struct cg_run_plan *plan, struct cg_results *results,
                                 struct cg_error *err);

#endif
