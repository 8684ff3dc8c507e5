/* Brings jobs to where they can be timed. */
#ifndef CONVGAUGE_BENCH_SCHEDULER_PREPARE_H
#define CONVGAUGE_BENCH_SCHEDULER_PREPARE_H

#include "bench/scheduler/scheduler.h"

/* Starts workers and brings every active job to CG_PREPARED_WARM (CHECKED when nothing is timed), or skips
 * it. Called at the start of a process and again after a worker was lost. CG_INTERRUPTED, or CG_FAILED when
 * workers cannot be started at all. */
enum cg_status cg_prepare_jobs(struct cg_scheduler *scheduler, struct cg_error *err);

/* Bytes that a process takes at most that makes and runs the job's plan, as far as can be told before: the
 * weights as given and, beside them, as packed, the tensors, and something for the process itself. */
double cg_memory_needed(const struct cg_job *job);

#endif
