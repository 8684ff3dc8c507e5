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

/* A group that is measured a process at a time, so that the processes of other groups can lie between: what
 * changes on the machine over the length of a run then shows between the processes of each group, as it must
 * for their intervals to hold. */
struct cg_measuring;

/* Begins to measure the jobs of a group together; no process is started yet. The session, the jobs and
 * *measurement are borrowed until cg_measuring_end(), which is needed after a failure, too; the protocol is
 * copied. The measurement is the caller's: cg_measurement_free() (takes a zeroed one; also needed after a
 * failure). */
enum cg_status cg_measuring_begin(struct cg_session *session, struct cg_job_group group,
                                  const struct cg_protocol *protocol, struct cg_measurement *measurement,
                                  struct cg_measuring **measuring, struct cg_error *err);

/* Runs one more process, and sets *done where there is no other to come. A job that cannot run, fails its
 * check, crashes or hangs is skipped with its reason; the call fails only if nothing can be measured at all
 * for a reason outside the jobs (no process can be started, out of memory), or with CG_INTERRUPTED. */
enum cg_status cg_measuring_go_on(struct cg_measuring *measuring, bool *done, struct cg_error *err);

/* The rounds of the next process end with the one that runs at that time of cg_now_ns(), so that others get
 * their turn; 0: they do not. */
void cg_measuring_cut_process(struct cg_measuring *measuring, int64_t end_ns);

/* Seconds until done, as it looks now; NAN unknown. Those that it took so far, others' processes apart. Both
 * 0 of NULL. */
double cg_measuring_left_s(const struct cg_measuring *measuring);
double cg_measuring_elapsed_s(const struct cg_measuring *measuring);

/* What the measurement would be if it ended here, in memory that `so_far` borrows of it but for its jobs:
 * free() those. False without memory, or before the first process. */
bool cg_measuring_so_far(const struct cg_measuring *measuring, struct cg_measurement *so_far);

/* Ends it: the measurement is valid with what was measured. Events are counted where that is asked for and
 * all processes were run. Takes NULL. CG_NO_MEMORY, or what counting gives. */
enum cg_status cg_measuring_end(struct cg_measuring **measuring, struct cg_error *err);

/* All of that at once. After an interruption the measurement is valid with what was measured and the status
 * is CG_INTERRUPTED. */
enum cg_status cg_measure(struct cg_session *session, struct cg_job_group group,
                          const struct cg_protocol *protocol, struct cg_measurement *measurement,
                          struct cg_error *err);

#endif
