/* How long a run takes: what its schedules are allowed, what is expected of all, what is left. */
#ifndef CONVGAUGE_BENCH_COMMANDS_RUN_TIME_H
#define CONVGAUGE_BENCH_COMMANDS_RUN_TIME_H

#include "bench/commands/expected_time.h"
#include "bench/commands/run_layers.h"
#include "bench/commands/run_plan.h"
#include "bench/job/protocol.h"
#include "bench/scheduler/measure.h"

/* Seconds, all of it. */
struct cg_run_time {
    int n_schedules;
    double *allowed_s; /* of each schedule, owned; NAN: nothing is timed */
    double budget_s;   /* of the whole run; 0: none */
    struct cg_expected_time expected;
    uint64_t key; /* of what is measured, for cg_expected_time() */
    double started_s;
};

/* Fills *time, whose budget_s is set. CG_NO_MEMORY, or CG_OK: then the caller frees allowed_s. */
enum cg_status cg_run_time_make(const struct cg_run_plan *plan, const struct cg_protocol *protocol,
                                const struct cg_run_layers_options *layers, const struct cg_device *device,
                                struct cg_run_time *time, struct cg_error *err);

/* Measuring starts now; the seconds since then. */
void cg_run_time_start(struct cg_run_time *time);
double cg_run_time_gone_s(const struct cg_run_time *time);

/* Of the current schedule and those behind it, by the pace of what has been measured so far. */
double cg_run_time_left_s(const struct cg_run_time *time, int current, const struct cg_progress *progress);

/* What is left of the budget, by what the schedules are allowed without one; 0 without a budget. */
double cg_run_time_share_s(const struct cg_run_time *time, int schedule);

#endif
