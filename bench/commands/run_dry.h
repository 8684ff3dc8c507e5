/* `run --dry-run`: what would be measured, and how long it would take. */
#ifndef CONVGAUGE_BENCH_COMMANDS_RUN_DRY_H
#define CONVGAUGE_BENCH_COMMANDS_RUN_DRY_H

#include "bench/commands/expected_time.h"
#include "bench/commands/run_plan.h"

/* Prints the cases and the expected time; in JSON also what each schedule is allowed (NAN: it is not timed).
 */
enum cg_status cg_run_dry(const struct cg_run_plan *plan, const double *allowed_s,
                          struct cg_expected_time expected, bool as_json, struct cg_error *err);

#endif
