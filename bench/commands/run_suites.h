/* The suites of a run, loaded: those that were named, that of the networks named, those that a suite wants
 * beside it. */
#ifndef CONVGAUGE_BENCH_COMMANDS_RUN_SUITES_H
#define CONVGAUGE_BENCH_COMMANDS_RUN_SUITES_H

#include "bench/commands/planned.h"

/* Into plan->suites, at every batch that is asked for; the plan's arena is there. Errors: as loading a suite;
 * CG_INVALID with the nearest names for a word that is neither a suite's nor a network's. */
enum cg_status cg_run_load_suites(struct cg_run_plan *plan, const struct cg_run_request *request,
                                  struct cg_error *err);

#endif
