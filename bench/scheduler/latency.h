/* What users wait for and what servers serve, in passes of their own after the rounds: a worker of these
 * holds many plans, and measures samples of many runs. */
#ifndef CONVGAUGE_BENCH_SCHEDULER_LATENCY_H
#define CONVGAUGE_BENCH_SCHEDULER_LATENCY_H

#include "bench/scheduler/session.h"
#include "bench/worker/messages.h"

/* What one process gives. */
struct cg_latency_process {
    struct cg_latency_head head;
    struct cg_latency_run *runs; /* head.n */
};

struct cg_latency {
    int n;
    struct cg_latency_process *processes;
};

struct cg_latency_options {
    int processes;
    int least_runs;          /* of all processes together, where limit_s is enough for them */
    double seconds, limit_s; /* of a process: its runs; what they may take to become least_runs */
};

/* Makes the plan of a job alone in each of several processes, runs it for the first time, warms it up and
 * times single runs. Checks nothing: that was done before. Errors: why the job cannot be run, CG_INTERRUPTED,
 * CG_NO_MEMORY; cg_latency_free() in each case. */
enum cg_status cg_latency_measure(struct cg_session *session, const struct cg_job *job,
                                  const struct cg_latency_options *options, struct cg_latency *latency,
                                  struct cg_error *err);
void cg_latency_free(struct cg_latency *latency);

struct cg_instances_options {
    int plans;       /* at once, each with the job's threads */
    const int *cpus; /* plans times threads */
    bool one_first;  /* the one plan comes before the others: in turns */
    double seconds;  /* of each measurement */
};

/* Images a second of all plans together; of one plan that has the threads of all, on the same cpus. */
struct cg_instances {
    double plans, one;
};

/* Measures both, one after the other, in fresh processes, a plan each. Hot jobs. Errors as above. */
enum cg_status cg_instances_measure(struct cg_session *session, const struct cg_job *job,
                                    const struct cg_instances_options *options, struct cg_instances *found,
                                    struct cg_error *err);

#endif
