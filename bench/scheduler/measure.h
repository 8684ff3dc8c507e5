/* Measures groups of graphs on engines: one scheduler (the caller's process) and one worker process an
 * engine. Levels: process > round > sample. A fresh set of workers is a new draw of address layout and
 * alignment; within a process the jobs of a group run interleaved, round by round, in balanced random order,
 * so that a ratio formed inside a round is free of the machine's drift. A crash or a hang costs its job,
 * never the run. */
#ifndef CONVGAUGE_BENCH_SCHEDULER_MEASURE_H
#define CONVGAUGE_BENCH_SCHEDULER_MEASURE_H

#include "bench/job/measurement.h"
#include "bench/job/protocol.h"
#include "bench/scheduler/session.h"

/* Measures the jobs of a group together. A job that cannot run, fails its check, crashes
 * or hangs is skipped with its reason; the call fails only if nothing can be measured at all for a reason
 * outside the jobs (no process can be started, out of memory). After an interruption the measurement is valid
 * with what was measured and the status is CG_INTERRUPTED. The result is the caller's: cg_measurement_free()
 * (takes a zeroed one; also needed after a failure). */
enum cg_status cg_measure(struct cg_session *session, struct cg_job_group group,
                          const struct cg_protocol *protocol, struct cg_measurement *measurement,
                          struct cg_error *err);

#endif
