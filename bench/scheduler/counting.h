/* Counting events of jobs that were timed (rule 11: in passes of their own). */
#ifndef CONVGAUGE_BENCH_SCHEDULER_COUNTING_H
#define CONVGAUGE_BENCH_SCHEDULER_COUNTING_H

#include "bench/scheduler/scheduler.h"

/* Starts fresh workers that count protocol->counters, and puts what they count into the results of the jobs
 * that were measured (identical jobs and replayed layers apart). Jobs that crash here have no counters. */
enum cg_status cg_count_jobs(struct cg_session *session, struct cg_job_group group,
                             const struct cg_protocol *protocol, struct cg_measurement *measurement,
                             struct cg_error *err);

#endif
