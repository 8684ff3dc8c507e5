/* Several bound threads that do the same kind of work at the same time, and how fast they were together.
 * Internal to bench/device. */
#ifndef CONVGAUGE_BENCH_DEVICE_TEAM_H
#define CONVGAUGE_BENCH_DEVICE_TEAM_H

#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

struct cg_team_job {
    /* On the bound thread, before anything is timed: what work() gets, NULL when there is no memory. */
    void *(*prepare)(const void *context);
    /* `turns` turns of the work. */
    void (*work)(void *local, int64_t turns);
    void (*release)(void *local);
    const void *context;
    double units_per_turn; /* of each thread: madds, bytes */
};

struct cg_team_result {
    double units_per_s;  /* of all threads together, in the best of several repetitions */
    double frequency_hz; /* effective, of the first thread's cpu, read between the repetitions */
};

/* Runs the job on new threads, one bound to each of cpus[], for about budget_ns. Each thread finds out how
 * many turns fill a repetition, so that fast and slow cores work equally long. CG_UNAVAILABLE when a thread
 * cannot be bound, and under emulation. */
enum cg_status cg_team_measure(const struct cg_team_job *job, const int *cpus, int threads, int64_t budget_ns,
                               struct cg_team_result *result, struct cg_error *err);

#endif
