/* Where a plan's time goes: per-step times taken by a clock inside the run, interleaved with whole runs, so
 * that the sum of the steps, the end-to-end time and their difference come from one and the same measurement.
 */
#ifndef CONVGAUGE_BENCH_SCHEDULER_PROFILE_H
#define CONVGAUGE_BENCH_SCHEDULER_PROFILE_H

#include "bench/device/roofline.h"
#include "bench/graph/cost.h"
#include "bench/job/protocol.h"
#include "bench/scheduler/session.h"
#include "bench/stats/stats.h"

/* One step of the plan. */
struct cg_profile_row {
    int n_nodes;
    int *nodes; /* into profile->graph; empty for a reorder */
    enum cg_category category;
    char implementation[96];
    struct cg_interval
        ns;       /* clock overhead removed; median over the pairs of a process, then over processes */
    double share; /* of the sum of all steps */
    int64_t madds;
    int64_t read_bytes, write_bytes; /* each tensor that enters or leaves the step and its weights, moved
                                        once; 0 for a reorder, whose tensors the graph does not show */
    struct cg_bound bound;           /* ns NAN without a roofline */
    double bound_percent;            /* 100 x bound / time; NAN unknown */
    double peak_ns;                  /* of all multiply-adds at the FMA peak; NAN unknown */
    double lanes_ns;                 /* the bound with channels filled up to cg_profile.lanes; NAN unknown */
};

struct cg_profile {
    struct cg_graph *graph; /* what was compiled: unfused for fusion none */
    int n_rows;
    struct cg_profile_row *rows;              /* in the order of running */
    struct cg_interval sum_ns;                /* of the steps */
    struct cg_interval end_to_end_ns;         /* of whole runs without a clock inside */
    struct cg_interval residual;              /* (end to end - sum) / end to end, of pairs of runs */
    double category_share[CG_CATEGORY_COUNT]; /* of the sum */
    int lanes; /* that channels are filled up to: f32 of a vector, of half a one with AVX-512, whose kernels
                  run tails in halves; 0 without a roofline */
    double clock_overhead_ns; /* of one reading: removed from every step */
    int n_processes, n_pairs; /* pairs of a process */
    double error_vs_reference;
    char engine_version[64];
    int64_t memory_bytes;
    unsigned flags;
    bool complete; /* false: interrupted, fewer processes than asked */
};

struct cg_profile_options {
    int processes;
    double seconds;                     /* of each process, about */
    const struct cg_roofline *roofline; /* NULL: bounds are not known */
};

/* Profiles one job (hot). After an interruption what whole processes gave is kept and the status is
 * CG_INTERRUPTED. The result is the caller's: cg_profile_free() (takes a zeroed one; also needed after a
 * failure). */
enum cg_status cg_profile_measure(struct cg_session *session, const struct cg_job *job,
                                  const struct cg_profile_options *options, struct cg_profile *profile,
                                  struct cg_error *err);
void cg_profile_free(struct cg_profile *profile);

#endif
