/* The rounds of one process: how many there are, and which count. */
#ifndef CONVGAUGE_BENCH_SCHEDULER_ROUNDS_H
#define CONVGAUGE_BENCH_SCHEDULER_ROUNDS_H

#include "bench/scheduler/scheduler.h"

/* Runs the rounds of the current process. CG_INTERRUPTED keeps the whole rounds. */
enum cg_status cg_rounds_run(struct cg_scheduler *scheduler, struct cg_error *err);

#endif
