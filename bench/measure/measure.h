/* Measures groups of graphs on engines: one scheduler (the caller's process) and one worker process an
 * engine. Levels: process > round > sample. A fresh set of workers is a new draw of address layout and
 * alignment; within a process the jobs of a group run interleaved, round by round, in balanced random order,
 * so that a ratio formed inside a round is free of the machine's drift. A crash or a hang costs its job,
 * never the run. */
#ifndef CONVGAUGE_BENCH_MEASURE_MEASURE_H
#define CONVGAUGE_BENCH_MEASURE_MEASURE_H

#include "bench/device/groups_seen.h"
#include "bench/device/zones.h"
#include "base/error.h"
#include "bench/graph/graph.h"
#include "bench/graph/weights.h"
#include "bench/measure/placement.h"
#include "kernels/engine.h"

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

/* State of the caches when a sample starts (X: identifier, name). */
#define CG_CACHE_STATES(X)                                                                                   \
    X(CG_CACHE_HOT, "hot")       /* as the same job's discarded run left them */                             \
    X(CG_CACHE_COLD, "cold")     /* the plan's own buffers flushed line by line; a sample is one run */      \
    X(CG_CACHE_REPLAY, "replay") /* as the real predecessors left them: see cg_job.replay_from */

enum cg_cache_state {
#define CG_CACHE_ENUM(id, name) id,
    CG_CACHE_STATES(CG_CACHE_ENUM)
#undef CG_CACHE_ENUM
        CG_CACHE_STATE_COUNT
};

/* What makes a measured job less than perfect (X: identifier, name, sentence). Bits of cg_job_result.flags;
 * the bits of what happened in one round are in cg_round.flags. A job carries disturbed, throttled, stolen
 * and preempted of its rounds when at least a tenth of those that count have them; migrated when one has it.
 */
#define CG_FLAGS(X)                                                                                          \
    X(CG_FLAG_NOT_SETTLED, "not_settled", "the warm-up ended at its cap before the times were stable")       \
    X(CG_FLAG_DISTURBED, "disturbed",                                                                        \
      "a tenth of the rounds or more were disturbed beyond limits and kept, the re-runs being used up")      \
    X(CG_FLAG_MIGRATED, "migrated", "in a sample a thread ran on another cpu than its own, or two on one")   \
    X(CG_FLAG_THROTTLED, "throttled",                                                                        \
      "in a tenth of the rounds or more the processor was slow: the yardstick's FMA loop took 5 % more "     \
      "than "                                                                                                \
      "in the best rounds, or its frequency fell")                                                           \
    X(CG_FLAG_STOLEN, "stolen",                                                                              \
      "in a tenth of the rounds or more the hypervisor gave more than 1 % of the time to others")            \
    X(CG_FLAG_PREEMPTED, "preempted",                                                                        \
      "the thread lost its cpu to other tasks during more than 5 % of samples, or in a tenth of the rounds") \
    X(CG_FLAG_AWAKE, "awake", "threads of another engine were still awake when samples began")               \
    X(CG_FLAG_PRECISION, "precision", "the asked precision was not reached")                                 \
    X(CG_FLAG_BUDGET, "budget", "the time budget ended the measurement")                                     \
    X(CG_FLAG_PARTIAL, "partial", "interrupted: fewer processes or rounds than asked")                       \
    X(CG_FLAG_UNCHECKED, "unchecked", "timed without a check against the reference, as was asked")           \
    X(CG_FLAG_NOT_COLD, "not_cold",                                                                          \
      "asked for cold caches, it ran faster than its input and weights come from memory")                    \
    X(CG_FLAG_LIKE_HOT, "like_hot",                                                                          \
      "asked for cold caches, its time cannot be told from that with hot ones: what it fetches is little "   \
      "or hidden behind computing, or the caches were not cold")

enum cg_flag {
#define CG_FLAG_ENUM(id, name, sentence) id,
    CG_FLAGS(CG_FLAG_ENUM)
#undef CG_FLAG_ENUM
        CG_FLAG_COUNT
};

#define CG_FLAG_BIT(flag) (1u << (flag))

const char *cg_cache_state_name(enum cg_cache_state cache);
int cg_cache_state_from_name(const char *name); /* -1 if unknown */
const char *cg_flag_name(enum cg_flag flag);
const char *cg_flag_sentence(enum cg_flag flag);

#define CG_THREADS_MAX 1024

/* One graph on one engine with one set of options. All pointers are borrowed until the measuring call
 * returns. */
struct cg_job {
    const char *label;                /* for progress and messages, e.g. "g1 arm x1 1:1" */
    const char *engine;               /* a name from cg_engines */
    const struct cg_graph *graph;     /* batch and input size are its input's shape */
    const struct cg_weights *weights; /* NULL: drawn from weight_seed */
    uint64_t weight_seed;             /* 0: CG_DEFAULT_SEED */
    int threads;                      /* 1 .. CG_THREADS_MAX */
    const int *cpus;                  /* NULL (not bound), or `threads` OS cpu numbers */
    enum cg_isa isa;
    enum cg_fusion fusion;
    enum cg_edges edges;
    enum cg_cache_state cache;
    int replay_from; /* CG_CACHE_REPLAY: the graph holds a layer behind its real predecessors; only steps
                        whose nodes are all >= replay_from count (ids of the graph given here). 0: there is
                        no such layer, and the job is skipped with a reason */
};

/* How to measure. Start from cg_protocol_default(). */
struct cg_protocol {
    int max_processes; /* draws of workers; the interval's width is looked at only between them, first after
                          cg_stop_first_look() of them (bench/stats) */
    int min_rounds, max_rounds; /* a process; the pilot (the first process's first rounds) picks between */
    double precision; /* asked relative half-width of the 95 % interval of every ratio to the baseline */
    double budget_s;  /* wall-clock seconds for this group; 0: budget_per_job_s times its different jobs, or
                         what the planned processes take at least */
    double budget_per_job_s;
    double piece_s; /* 0; or sustained load: a process is given rounds for this long whatever their noise, and
                       processes follow each other until the budget is used up */
    uint64_t seed;  /* of the order of cases */
    bool check;     /* compare with `reference` before timing (rule 1); off only in tests of the measuring */
    bool time;      /* false: compile and check only (`run --check-only`, emulation) */
    bool keep_duplicates;  /* identical jobs are measured apart (A/A pairs) instead of once */
    const char *counters;  /* NULL: none; or what cg_counters_open() takes: counted in a process of its own */
    int64_t sample_min_ns; /* a hot sample lasts at least this long, and 1000 timer ticks */
    double overhead; /* what rounds may cost beside samples and discarded runs, relative to these: hot samples
                        of short rounds are made longer for it, up to 10 times. 0: they are not */
    int64_t discard_min_ns; /* after each switch the job runs once or this long, discarded */
    int64_t
        warmup_cap_ns; /* a job's warm-up in one process ends here at the latest (after at least 4 runs) */
    double hang_s; /* a command to a worker may take this long plus 20 times what is expected; then SIGKILL */
};

/* quick: 4 processes and about 2.5 s a job; else 8 to 24 processes, as many as the precision takes, and 10 s
 * a job. The budget fixes how many rounds a process has; a group that runs over it all the same ends with the
 * process that it is in, once it has two. Jobs so long that their share would not hold the planned processes
 * (bench/stats) of three rounds each get what these take. */
struct cg_protocol cg_protocol_default(bool quick);

/* Parallel arrays with n entries each: sample i belongs to (process[i], round[i]), took ns[i] for
 * iterations[i] runs, and ended on cpu[i] (-1: unknown); its other threads ran on
 * cg_job_result.placements.texts[placement[i]] (-1: there are none, or unknown). */
struct cg_samples {
    int n, capacity;
    int *process, *round, *iterations, *cpu, *placement;
    int64_t *ns;
};

/* What became of a job (X: identifier, name). */
#define CG_JOB_STATES(X)                                                                                     \
    X(CG_JOB_PENDING, "pending")   /* not reached: the run was interrupted */                                \
    X(CG_JOB_MEASURED, "measured") /* has samples */                                                         \
    X(CG_JOB_CHECKED, "checked")   /* compiled and checked; not timed, as was asked */                       \
    X(CG_JOB_SKIPPED, "skipped")   /* `reason` says why */

enum cg_job_state {
#define CG_JOB_STATE_ENUM(id, name) id,
    CG_JOB_STATES(CG_JOB_STATE_ENUM)
#undef CG_JOB_STATE_ENUM
        CG_JOB_STATE_COUNT
};

const char *cg_job_state_name(enum cg_job_state state);

/* What was counted, a run. */
struct cg_job_counter {
    char name[64], unit[16];
    double value;          /* NAN: not available here */
    double relative_error; /* found on a loop with a known count; NAN: no count is known */
};

struct cg_job_result {
    enum cg_job_state state;
    char reason[512]; /* a sentence, when skipped */
    enum cg_status
        skip_status; /* when skipped: CG_CHECK_FAILED, CG_UNSUPPORTED, CG_NO_MEMORY, CG_FAILED, ... */
    int same_as; /* index of the identical job that was measured in its place (the data here are copies), or
                    -1 */
    struct cg_samples samples; /* of the rounds that count */
    struct cg_samples rerun; /* of rounds that were disturbed and run again: kept for the record, not used */
    struct cg_placements placements; /* cpus that the other threads of samples ran on */
    double error_vs_reference;       /* relative L2; NAN: not checked */
    char implementation[96];
    char engine_version[64];
    int64_t memory_bytes;      /* of the plan, as the engine reports it; -1 unknown */
    int64_t peak_memory_bytes; /* as predicted by cg_graph_peak_memory */
    int n_counters;
    struct cg_job_counter *counters; /* counted after all timing, with protocol.counters */
    int64_t compile_ns;              /* of the first process; -1 unknown */
    unsigned flags;                  /* CG_FLAG_BIT()s */
};

/* One round of one process: the fixed yardstick and the machine's state while it ran. Times that could not be
 * read are -1, frequencies 0. */
struct cg_round {
    int process, round;
    int64_t yardstick_fma_ns; /* a fixed FMA loop in registers, on the cpu of the jobs */
    int64_t yardstick_l2_ns;  /* a fixed read of a block that fits the second-level cache */
    int64_t yardstick_far_ns; /* a fixed read of a block twice its size */
    double frequency_hz;      /* from a loop of dependent adds (one a cycle) */
    double steal_fraction;    /* of the round's wall clock, over all cpus of this machine; -1 unknown */
    int involuntary_switches; /* of the workers' main threads inside samples */
    int64_t wall_ns;
    int64_t overhead_ns;  /* of it: neither sample nor discarded run */
    int64_t start_ns;     /* since the call began */
    double temperature_c; /* hottest sensor of the processor at the end of the stretch that it was judged in;
                             NAN unknown */
    bool disturbed;       /* its samples are in `rerun` */
    unsigned flags;       /* why, as CG_FLAG_BIT()s */
};

/* Of log ratios: what decides how many rounds and processes a group takes. NAN: not known. */
struct cg_noise {
    double rounds;    /* median absolute deviation between the rounds of a process */
    double processes; /* standard deviation between processes, beyond what their rounds explain */
};

/* Why a group ended (X: identifier, name, sentence). */
#define CG_STOPS(X)                                                                                          \
    X(CG_STOP_PRECISION, "precision", "the asked precision was reached")                                     \
    X(CG_STOP_PROCESSES, "processes", "all processes of the protocol were run")                              \
    X(CG_STOP_BUDGET, "budget", "the time budget was used up")                                               \
    X(CG_STOP_INTERRUPTED, "interrupted", "interrupted by the user")                                         \
    X(CG_STOP_NOTHING, "nothing", "no job was left to time")

enum cg_stop {
#define CG_STOP_ENUM(id, name, sentence) id,
    CG_STOPS(CG_STOP_ENUM)
#undef CG_STOP_ENUM
        CG_STOP_COUNT
};

const char *cg_stop_name(enum cg_stop stop);
const char *cg_stop_sentence(enum cg_stop stop);

struct cg_measurement {
    int n_jobs;
    struct cg_job_result *jobs; /* in the order of the jobs given */
    int n_rounds;
    struct cg_round *rounds;
    int n_zones;
    int zones[CG_ZONES_MAX]; /* numbers of the thermal zones: bench/device/zones.h */
    int32_t *zone_mc;        /* n_zones for each round: their temperatures when the round was judged, as
                                cg_round.temperature_c; CG_ZONE_UNKNOWN. NULL without zones */
    int baseline;            /* as given */
    enum cg_stop stop;
    double reached_precision; /* largest relative half-width of the ratios' 95 % intervals; NAN: fewer than 2
                                 processes */
    struct cg_noise noise; /* of its noisiest jobs: between rounds in the pilot, between processes in all */
    int n_processes;       /* draws that gave at least one whole round */
    int n_reruns;          /* rounds that were disturbed and run again */
    int n_worker_restarts; /* workers that crashed, hung or broke the protocol */
    double elapsed_s;      /* of the whole call */
    double prepare_s;      /* of it: starting workers, compiling, checking, warming up */
    double sampled_s;      /* inside samples */
    double discarded_s;    /* inside the discarded runs before samples */
    int64_t yardstick_fma_turns, yardstick_l2_bytes, yardstick_far_bytes; /* its work; 0: never run */
    double yardstick_s;       /* inside the yardstick and the frequency loop */
    double rounds_s;          /* of all rounds, first to last */
    double overhead_fraction; /* of the rounds' time: neither sample nor discarded run; the yardstick too */
};

/* A snapshot for a progress line. */
struct cg_progress {
    const char *phase; /* "compile", "check", "warm-up", "pilot", "rounds" */
    const char *label; /* of the current job, or "" */
    int process, max_processes;
    int round, n_rounds; /* of this process; 0 while unknown */
    double elapsed_s;    /* of this call */
    double left_s;       /* estimate for this call; NAN while unknown */
    double half_width;   /* the precision so far; NAN while unknown */
};

/* What lasts over several calls: the workers' program, what has been checked, reference values, measured
 * times for predictions. Used by one thread. */
struct cg_session;

struct cg_session_options {
    const char *program; /* to execute as worker: NULL is this program itself (/proc/self/exe); called with
                            the arguments "worker VERSION PARENT_PID" */
    void (*progress)(const struct cg_progress *progress,
                     void *context); /* NULL: none; called between rounds */
    void *progress_context;
    const volatile sig_atomic_t
        *interrupted; /* NULL, or set by a signal handler: stop and keep what there is */
    const struct cg_groups_seen
        *seen;          /* NULL, or of earlier runs on this device, borrowed: predictions go by it */
    bool no_disk_cache; /* checks and reference values are not remembered under XDG_CACHE_HOME/convgauge */
};

enum cg_status cg_session_create(const struct cg_session_options *options, struct cg_session **session,
                                 struct cg_error *err);
void cg_session_destroy(struct cg_session **session);

/* Measures the jobs of one group together. `baseline` is the index of the job that ratios are formed to, or
 * -1 (then the precision is asked of the times themselves). A job that cannot run, fails its check, crashes
 * or hangs is skipped with its reason; the call fails only if nothing can be measured at all for a reason
 * outside the jobs (no process can be started, out of memory). After an interruption the measurement is valid
 * with what was measured and the status is CG_INTERRUPTED. The result is the caller's: cg_measurement_free()
 * (takes a zeroed one; also needed after a failure). */
enum cg_status cg_measure(struct cg_session *session, const struct cg_job *jobs, int n_jobs, int baseline,
                          const struct cg_protocol *protocol, struct cg_measurement *measurement,
                          struct cg_error *err);
void cg_measurement_free(struct cg_measurement *measurement);

/* What tells a group from others: its jobs' graphs, engines and options. */
uint64_t cg_group_key(const struct cg_job *jobs, int n_jobs);

/* The job before `index` that computes the same (graph identity, engine, options), or -1. */
int cg_job_same_as(const struct cg_job *jobs, int index);

/* Seconds that cg_measure() is expected to take. Uses the times that this session has measured for equal
 * jobs, else a model of the engine calibrated on a few layers (the first call for an engine takes about a
 * second). */
enum cg_status cg_measure_predict(struct cg_session *session, const struct cg_job *jobs, int n_jobs,
                                  const struct cg_protocol *protocol, double *seconds, struct cg_error *err);

/* Two A/A floors in relative units (0.01 = 1 %): no verdict claims less. NAN: not measured. */
struct cg_noise_floors {
    double paired;       /* the same plan twice, as two cases of one run */
    double between_runs; /* what two of several separate starts may differ by: cg_floor_between_starts() */
    int starts;          /* undisturbed ones, that between_runs comes from */
    int disturbed; /* measurements that were disturbed: starts that do not count, pairs measured again */
    bool sound;    /* both are figures of an undisturbed machine, worth to be kept */
    char why[256]; /* else a sentence */
};

/* Measures both floors with a small network of the engine on one thread: about 12 s. `cpus` as in cg_job. A
 * pair of cases whose rounds were disturbed (by the flags of a run) is measured once more and its floor kept
 * as it is; a start that was disturbed, or ran at a lower frequency than the others, is replaced by another,
 * half as many as there are starts at most; with fewer than CG_FLOOR_STARTS_MIN undisturbed ones between_runs
 * is NAN. The caller keeps them with the device (bench/device/device.h). */
enum cg_status cg_noise_floors_measure(struct cg_session *session, const char *engine, enum cg_isa isa,
                                       const int *cpus, struct cg_noise_floors *floors, struct cg_error *err);

/* The hidden command `worker`: argv as given by the scheduler, argv[0] being "worker". `find` maps engine
 * names (cg_engine_find, or a test's own table). Returns when told to quit, or an error when called by
 * anything else. */
enum cg_status cg_worker_main(int argc, char **argv, const struct cg_engine *(*find)(const char *name),
                              struct cg_error *err);

#endif
