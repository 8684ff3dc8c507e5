/* The state of one cg_measure() call: its jobs, its workers, what has been decided. Preparing workers,
 * running rounds and deciding when to stop lie above it. */
#ifndef CONVGAUGE_BENCH_SCHEDULER_SCHEDULER_H
#define CONVGAUGE_BENCH_SCHEDULER_SCHEDULER_H

#include "bench/worker/child.h"
#include "bench/job/measurement.h"
#include "bench/job/protocol.h"
#include "bench/scheduler/session.h"

#include "bench/device/state.h"

/* Rounds of one message: a message costs about 0.3 ms, which is much of a short round. */
#define CG_BATCH_ROUNDS_MAX 32

/* A worker of this process (draw), for one engine. */
struct cg_slot_worker {
    const char *engine;
    struct cg_child child;
};

/* How far a job has come in this process. */
enum cg_prepared { CG_PREPARED_NOT, CG_PREPARED_COMPILED, CG_PREPARED_CHECKED, CG_PREPARED_WARM };

struct cg_scheduled {
    const struct cg_job *job;
    struct cg_job_result *result;
    bool active; /* to be measured: not skipped, not the same as an earlier one */
    int worker;
    enum cg_prepared prepared; /* in that worker, if it is alive */
    char *graph_text;
    double run_ns;     /* as last seen; 0 unknown */
    double settled_ns; /* hot: the middle of the earlier processes' median times of a run; 0 unknown */
    int preempted, n_samples;
};

/* Samples of rounds that are not yet known to be undisturbed. */
struct cg_pending_sample {
    int scheduled, round;
    struct cg_round_sample sample;
};

struct cg_scheduler {
    struct cg_session *session;
    const struct cg_protocol *protocol;
    struct cg_measurement *measurement;
    int n_jobs;
    struct cg_scheduled *jobs;
    int n_workers;
    struct cg_slot_worker *workers;

    int64_t start_ns;
    int64_t pause_ns;  /* since when it has been paused; 0: it is not */
    int64_t paused_ns; /* all pauses before */
    double budget_s;
    int64_t process_end_ns; /* of this process's rounds; 0: as many as there are */
    int process;
    int max_processes;     /* the protocol's, or as many as the pilot planned */
    int n_rounds;          /* of each process, as the pilot planned it; 0: not yet */
    double prepare_s;      /* of the last process */
    double round_s;        /* of the last rounds, mean */
    double half_width;     /* so far */
    int64_t sample_min_ns; /* of a hot sample: the protocol's, or longer as the pilot found */
    int64_t order_round;   /* counts on over processes */
    int64_t last_progress_ns;

    /* Of the process that runs. All room is made before its rounds begin. */
    int last_worker;      /* that computed; -1 none */
    const char *counters; /* NULL, or what fresh workers open to be counted */
    bool samples_follow;  /* what is prepared is then sampled in rounds */
    bool single;          /* one case a message: after a fault, to see whose it is */
    int *order, *scratch;
    int n_pending, pending_capacity;
    struct cg_pending_sample *pending;
    int first_pending_round; /* index into measurement->rounds */
    int rounds_capacity;
    int64_t fma_iterations, l2_passes; /* the yardstick's work, of the first process */
    int64_t best_fma_ns;
};

/* Checks the arguments and makes everything ready for the first process; no worker is started yet. Zeroes and
 * fills `scheduler` and `measurement`; cg_scheduler_close() is needed after a failure too. The other pointers
 * are borrowed until then. */
enum cg_status cg_scheduler_open(struct cg_scheduler *scheduler, struct cg_session *session,
                                 struct cg_job_group group, const struct cg_protocol *protocol,
                                 struct cg_measurement *measurement, struct cg_error *err);

/* Stops workers and frees all but the measurement. */
void cg_scheduler_close(struct cg_scheduler *scheduler);
void cg_scheduler_stop_workers(struct cg_scheduler *scheduler);

/* Seconds that it took so far, without those in which it was paused. */
double cg_scheduler_elapsed_s(const struct cg_scheduler *scheduler);
void cg_scheduler_pause(struct cg_scheduler *scheduler);
void cg_scheduler_resume(struct cg_scheduler *scheduler);

/* Those that the processes to come will take and, of the one that runs, the rounds from this one on; NAN
 * unknown. */
double cg_scheduler_left_s(const struct cg_scheduler *scheduler, int round);

/* Tells the caller's progress function, at most ten times a second. */
void cg_scheduler_progress(struct cg_scheduler *scheduler, const char *phase, const char *label, int round);

/* Notes that a job cannot be measured. */
void cg_scheduler_skip(struct cg_scheduler *scheduler, int job, const struct cg_error *why);

/* Whether the protocol's end has come. */
bool cg_scheduler_is_over(const struct cg_scheduler *scheduler);

/* How many jobs are active. */
int cg_scheduler_active(const struct cg_scheduler *scheduler);

/* The samples that ratios are formed to: of the baseline, or of what is measured in its place; NULL: of none.
 */
const struct cg_samples *cg_scheduler_base_samples(const struct cg_scheduler *scheduler);

/* Whether the job is active and not what the others are compared with. */
bool cg_scheduler_is_compared(const struct cg_scheduler *scheduler, int job);

/* The message to the worker of `job`, emptied but for the job's number: what more is to be sent is put behind
 * it. */
struct cg_wire *cg_scheduler_message(struct cg_scheduler *scheduler, int job);

/* Sends that message; the answer is in *answer. As cg_child_ask(). */
enum cg_status cg_scheduler_ask(struct cg_scheduler *scheduler, int job, enum cg_message type,
                                double timeout_s, struct cg_wire **answer, struct cg_error *err);

#endif
