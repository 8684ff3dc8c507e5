/* From a plan and its measurements to a results file in memory. */
#ifndef CONVGAUGE_BENCH_COMMANDS_RUN_RESULTS_H
#define CONVGAUGE_BENCH_COMMANDS_RUN_RESULTS_H

#include "bench/commands/run_plan.h"
#include "bench/device/device.h"
#include "bench/record/record.h"

/* Adds the suites of the plan (titles, groups, planned cases, published figures): everything that their
 * tables need besides the measurements. CG_NO_MEMORY or CG_OK. */
enum cg_status cg_run_add_suites(const struct cg_run_plan *plan, struct cg_results *results,
                                 struct cg_error *err);

/* Adds what schedule `index` of the plan measured: a record for every job that was timed or checked, a
 * skipped row for every one that was not, the schedule with its rounds. `device` gives the roofline on the
 * cores of `cores` (--cores, or NULL). */
enum cg_status cg_run_add_measurement(const struct cg_run_plan *plan, int index,
                                      const struct cg_measurement *measurement,
                                      const struct cg_device *device, const char *cores,
                                      struct cg_results *results, struct cg_error *err);

#endif
