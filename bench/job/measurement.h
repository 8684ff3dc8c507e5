/* What a measurement gives: samples by process and round, and what became of each job. */
#ifndef CONVGAUGE_BENCH_JOB_MEASUREMENT_H
#define CONVGAUGE_BENCH_JOB_MEASUREMENT_H

#include "base/error.h"
#include "base/names.h"
#include "bench/device/sensors.h"
#include "bench/job/flags.h"
#include "bench/job/placement.h"
#include "bench/job/samples.h"

#include <stdbool.h>
#include <stdint.h>

/* What became of a job. */
enum cg_job_state {
    CG_JOB_PENDING,  /* not reached: the run was interrupted */
    CG_JOB_MEASURED, /* has samples */
    CG_JOB_CHECKED,  /* compiled and checked; not timed, as was asked */
    CG_JOB_SKIPPED,  /* `reason` says why */
};

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
    double siblings_fraction; /* how busy siblings of the jobs' cpus were that are not theirs; -1 unknown,
                                 none */
    int64_t throttled;        /* times that the cgroup's quota stopped threads in the stretch; -1 unknown */
    int involuntary_switches; /* of the workers' main threads inside samples */
    int64_t wall_ns;
    int64_t overhead_ns;  /* of it: neither sample nor discarded run */
    int64_t start_ns;     /* since the call began */
    double temperature_c; /* hottest sensor of the processor at the end of the stretch that it was judged in;
                             NAN unknown */
    int32_t zone_mc[CG_ZONES_MAX]; /* then, too, of cg_measurement.zones; CG_ZONE_UNKNOWN */
    bool disturbed;                /* its samples are in `rerun` */
    unsigned flags;                /* why, as CG_FLAG_BIT()s */
};

/* Workers that ended in one way while they ran one case. */
struct cg_lost_workers {
    int job;       /* whose it was */
    bool alone;    /* false: it ran several in turn, of which that is one; nobody knows in which it ended */
    char how[192]; /* "while measuring: the worker crashed: Segmentation fault" */
    int times;
};

/* Why a group ended (X: identifier, name): the asked precision was reached, all processes of the protocol
 * were run, the time budget was used up, the user interrupted it, no job was left to time. */
#define CG_STOPS(X)                                                                                          \
    X(CG_STOP_PRECISION, "precision")                                                                        \
    X(CG_STOP_PROCESSES, "processes")                                                                        \
    X(CG_STOP_BUDGET, "budget")                                                                              \
    X(CG_STOP_INTERRUPTED, "interrupted")                                                                    \
    X(CG_STOP_NOTHING, "nothing")

CG_ENUM(cg_stop, CG_STOPS, CG_STOP_COUNT)

CG_NAMES_DECLARE(cg_stop)

/* What is done in each process before its rounds (X: identifier, name). */
#define CG_STAGES(X)                                                                                         \
    X(CG_STAGE_START, "start")                                                                               \
    X(CG_STAGE_COMPILE, "compile")                                                                           \
    X(CG_STAGE_CHECK, "check")                                                                               \
    X(CG_STAGE_WARM_UP, "warm-up")

CG_ENUM(cg_stage, CG_STAGES, CG_STAGE_COUNT)

CG_NAMES_DECLARE(cg_stage)

struct cg_measurement {
    int n_jobs;
    struct cg_job_result *jobs; /* in the order of the jobs given */
    int n_rounds;
    struct cg_round *rounds;
    int n_zones;
    int zones[CG_ZONES_MAX]; /* numbers of the thermal zones: bench/device/sensors.h */
    int baseline;            /* as given */
    enum cg_stop stop;
    double reached_precision; /* largest relative half-width of the ratios' 95 % intervals; NAN: fewer than 2
                                 processes */
    int n_processes;          /* draws that gave at least one whole round */
    int n_reruns;             /* rounds that were disturbed and run again */
    int n_lost, lost_capacity;
    struct cg_lost_workers *lost; /* workers that crashed, hung, were killed or broke the protocol */
    double elapsed_s;             /* of the whole call */
    double prepare_s;             /* of it: the stages below, and stopping workers */
    double stage_s[CG_STAGE_COUNT];
    double sampled_s;   /* inside samples */
    double discarded_s; /* inside the discarded runs before samples */
    int64_t yardstick_fma_turns, yardstick_l2_bytes, yardstick_far_bytes; /* its work; 0: never run */
    double yardstick_s;       /* inside the yardstick and the frequency loop */
    double rounds_s;          /* of all rounds, first to last */
    double overhead_fraction; /* of the rounds' time: neither sample nor discarded run; the yardstick too */
};

/* ---- storage while it grows ---- */

/* Zeroes `measurement` and makes n pending results. */
enum cg_status cg_measurement_init(struct cg_measurement *measurement, int n_jobs, int baseline,
                                   struct cg_error *err);

/* Makes a result skipped: its samples go, the reason stays (the first one, if it is skipped already). */
void cg_result_skip(struct cg_job_result *result, const struct cg_error *why);

/* Notes that the worker of a job ended, as `doing` ("while measuring: " or "") and `why` together say;
 * `alone`: as in cg_lost_workers. CG_NO_MEMORY. */
enum cg_status cg_measurement_lose(struct cg_measurement *measurement, int job, bool alone, const char *doing,
                                   const char *why, struct cg_error *err);

/* Takes a zeroed one, too. */
void cg_measurement_free(struct cg_measurement *measurement);

#endif
