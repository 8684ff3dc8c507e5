/* What is measured: a graph under a setting. */
#ifndef CONVGAUGE_BENCH_JOB_JOB_H
#define CONVGAUGE_BENCH_JOB_JOB_H

#include "bench/graph/graph.h"
#include "bench/graph/weights.h"
#include "kernels/engine.h"

#include <stdint.h>

/* One graph under one setting. All pointers are borrowed until the measuring call
 * returns. */
struct cg_job {
    const char *label;                /* for progress and messages, e.g. "g1 arm x1 1:1" */
    struct cg_setting setting;        /* threads: 1 .. CG_THREADS_MAX */
    const struct cg_graph *graph;     /* batch and input size are its input's shape */
    const struct cg_weights *weights; /* NULL: drawn from weight_seed */
    uint64_t weight_seed;             /* 0: CG_DEFAULT_SEED */
    int replay_from; /* CG_CACHE_REPLAY: the graph holds a layer behind its real predecessors; only steps
                        whose nodes are all >= replay_from count (ids of the graph given here). 0: there is
                        no such layer, and the job is skipped with a reason */
};

/* Jobs that are measured together, interleaved. `baseline` is the index of the job that ratios are formed to,
 * or -1 (then the precision is asked of the times themselves). */
struct cg_job_group {
    const struct cg_job *jobs;
    int n, baseline;
};

/* Key of what a job's output should be: graph, weights, input; within one process. */
uint64_t cg_reference_key(const struct cg_job *job);

/* The job before `index` that computes the same (graph identity, engine, options), or -1. */
int cg_job_same_as(const struct cg_job *jobs, int index);

/* `hash` chained with what the jobs' times depend on: graphs, engines, options; the same in every process. */
uint64_t cg_jobs_hash(uint64_t hash, const struct cg_job *jobs, int n_jobs);

#endif
