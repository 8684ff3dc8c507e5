/* `run --dry-run`: what would be measured, and how long it would take. */
#ifndef CONVGAUGE_BENCH_COMMANDS_RUN_DRY_H
#define CONVGAUGE_BENCH_COMMANDS_RUN_DRY_H

#include "bench/commands/run_plan.h"

/* Prints the cases and the expected time: of each schedule (expected_s[], JSON only) and of all together. */
enum cg_status cg_run_dry(const struct cg_run_plan *plan, const double *expected_s, double total_s,
                          bool as_json, struct cg_error *err);

#endif
