/* Measurements of a plan into a results file in memory. */
#ifndef CONVGAUGE_BENCH_COMMANDS_RUN_RESULTS_H
#define CONVGAUGE_BENCH_COMMANDS_RUN_RESULTS_H

#include "bench/commands/run_plan.h"
#include "bench/device/device.h"
#include "bench/record/record.h"

/* One schedule of a plan, measured. */
struct cg_run_measured {
    const struct cg_run_plan *plan;
    int schedule; /* into plan->schedules */
    const struct cg_measurement *measurement;
    const struct cg_device *device; /* gives the roofline ... */
    const char *cores;              /* ... on these: --cores, or NULL */
};

/* Adds a record for every job that was timed or checked, a skipped row for every one that was not, and the
 * schedule with its rounds. CG_NO_MEMORY or CG_OK. */
enum cg_status cg_run_add_measurement(const struct cg_run_measured *from, struct cg_results *results,
                                      struct cg_error *err);

#endif
