/* What scheduler and worker say to each other. Every message of the scheduler gets one answer of the same
 * type, which begins with a status and a sentence. */
#ifndef CONVGAUGE_BENCH_WORKER_MESSAGES_H
#define CONVGAUGE_BENCH_WORKER_MESSAGES_H

#include "bench/job/job.h"
#include "bench/job/placement.h"
#include "bench/worker/wire.h"

/* X: identifier, name, what is asked -> what is answered after the status. */
#define CG_MESSAGES(X)                                                                                                         \
    X(CG_MSG_HELLO, "hello")     /* nothing -> pid */                                                                          \
    X(CG_MSG_COMPILE, "compile") /* slot, job, protocol -> what cg_compiled holds */                                           \
    X(CG_MSG_CHECK, "check")     /* slot, remembered reference values -> error, reference values */                            \
    X(CG_MSG_WARM_UP,                                                                                                          \
      "warm-up") /* slot, whether samples follow, what it settles at -> what cg_warmed holds */                                \
    X(CG_MSG_ROUND,                                                                                                            \
      "round")                       /* rounds, n, least length of a sample, yardstick or slot -1, n slots a                   \
                                        round -> for each round its start, the yardstick where asked, n samples, its length */ \
    X(CG_MSG_YARDSTICK, "yardstick") /* slot, work, ns -> what cg_yard holds */                                                \
    X(CG_MSG_STEPS, "steps")         /* slot, pairs -> what profile.c unpacks */                                               \
    X(CG_MSG_COUNTERS, "counters")   /* list -> nothing; before anything is compiled */                                        \
    X(CG_MSG_COUNT, "count")         /* slot -> n times name, unit, count of a run, error on a known loop */                   \
    X(CG_MSG_LATENCY, "latency")     /* slot, runs, limit in ns -> cg_latency_head, its runs */                                \
    X(CG_MSG_LOAD,                                                                                                             \
      "load") /* slot, from, until (cg_now_ns()) -> runs between both, with fractions; since when it ran */                    \
    X(CG_MSG_QUIT, "quit") /* nothing -> nothing; the worker then ends */

CG_ENUM(cg_message, CG_MESSAGES, CG_MESSAGE_COUNT)

CG_NAMES_DECLARE(cg_message)

/* A job as it travels. Texts point into the message; cpus are copied. */
struct cg_job_message {
    struct cg_setting setting;             /* cpus: to read, NULL or `cpus` below */
    const char *graph_text, *weights_path; /* weights_path "": seeded */
    uint64_t weight_seed;
    int cpus[CG_THREADS_MAX];
    int replay_from;
    int64_t sample_min_ns, discard_min_ns, warmup_cap_ns;
};

void cg_put_job(struct cg_wire *wire, const struct cg_job_message *job);

/* False when the message is damaged or a value is out of its range. */
bool cg_get_job(struct cg_wire *wire, struct cg_job_message *job);

/* These travel as they are: cg_wire_put(). */
struct cg_compiled {
    char implementation[96];
    char version[64];
    int64_t memory_bytes, compile_ns;
};

struct cg_warmed {
    double run_ns;
    bool settled;
};

/* One sample of a round. */
struct cg_round_sample {
    int64_t ns, discarded_ns;
    int64_t warm_up_ns; /* of the rest of the warm-up, before what is always discarded */
    int iterations, cpu;
    int involuntary_switches;
    bool migrated, awake;
    bool settled;                      /* when it was taken, the times of runs fell no longer */
    bool placed;                       /* where the other threads ran was read back: */
    char placement[CG_PLACEMENT_TEXT]; /* their cpus */
};

struct cg_yard_order {
    int slot; /* of the case on whose cpu the yardstick runs; -1: it is not asked for */
    int64_t fma_iterations, l2_passes, part_ns;
};

struct cg_rounds_order {
    int n_rounds, n; /* slots a round, which follow, round by round */
    int64_t sample_min_ns;
    struct cg_yard_order yard;
};

struct cg_yard {
    int64_t fma_ns, l2_ns, far_ns;
    int64_t all_ns;                    /* that it took in all */
    int64_t fma_iterations, l2_passes; /* the work that was done, to be repeated by other workers */
    int64_t l2_pass_bytes, far_bytes;  /* that a pass and the read beyond L2 take */
    double frequency_hz;               /* 0: unknown */
};

/* Of a plan that nothing else has run in the process, and of its single runs, which follow. */
struct cg_latency_head {
    int64_t plan_ns, first_run_ns;
    int64_t
        peak_memory_bytes; /* what the process grew by at most, from before the plan was made; -1 unknown */
    int n;
};

struct cg_latency_run {
    int64_t ns;
    int switches; /* involuntary, of all threads of the process, meanwhile */
    bool stolen;  /* within the 10 ms or more around it the hypervisor took time from the plan's cpus */
};

/* The head of an answer. */
void cg_put_status(struct cg_wire *wire, const struct cg_error *err);
enum cg_status cg_get_status(struct cg_wire *wire, struct cg_error *err);

/* CG_FAILED with a sentence: an answer is not what was asked for. */
enum cg_status cg_answer_damaged(struct cg_error *err);

#endif
