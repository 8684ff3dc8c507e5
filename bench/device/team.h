/* Several bound threads that run the same loop at the same time, and how fast they were together. Internal to
 * bench/device. */
#ifndef CONVGAUGE_BENCH_DEVICE_TEAM_H
#define CONVGAUGE_BENCH_DEVICE_TEAM_H

#include "base/error.h"
#include "bench/device/loops/loops.h"

enum cg_motion { CG_MADDS, CG_READ, CG_WRITE, CG_WRITE_STREAM, CG_COPY, CG_COPY_STREAM, CG_MOTIONS };

struct cg_team_job {
    const struct cg_loops *loops; /* has the motion */
    enum cg_motion motion;
    size_t bytes; /* working set of each thread, memory of its own; copies split it in halves. CG_MADDS: 0 */
};

struct cg_team_result {
    double units_per_s;  /* madds or bytes, of all threads together, in the best of several repetitions */
    double frequency_hz; /* effective, of the first thread's cpu, read between the repetitions */
};

/* Runs the job on new threads, one bound to each of cpus[], for about budget_ns. Each thread finds out how
 * many turns fill a repetition, so that fast and slow cores work equally long. CG_UNAVAILABLE when a thread
 * cannot be bound, and under emulation. */
enum cg_status cg_team_measure(const struct cg_team_job *job, const int *cpus, int threads, int64_t budget_ns,
                               struct cg_team_result *result, struct cg_error *err);

#endif
