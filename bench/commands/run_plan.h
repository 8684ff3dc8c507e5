/* What a run is going to measure: the cases of its suites crossed with the asked options, equal computations
 * joined, and everything that must be interleaved gathered in one schedule. */
#ifndef CONVGAUGE_BENCH_COMMANDS_RUN_PLAN_H
#define CONVGAUGE_BENCH_COMMANDS_RUN_PLAN_H

#include "bench/config/config.h"
#include "bench/device/topology.h"
#include "bench/scheduler/measure.h"

#include <stdint.h>

#define CG_AXIS_MAX    16
#define CG_PLAN_SUITES 256 /* times batches */

/* The options that multiply cases. Every axis has at least one value, but fusions may be empty: then each
 * suite's own default holds. */
struct cg_run_axes {
    int n_engines;
    bool suite_engines; /* none was asked for: a suite that names engines has its own measured */
    const struct cg_engine *engines[CG_AXIS_MAX];
    int n_threads;
    int threads[CG_AXIS_MAX];
    int n_isas;
    enum cg_isa isas[CG_ISA_COUNT];
    int n_batches;
    int batches[CG_AXIS_MAX]; /* 0: the suite's defaults */
    int n_fusions;
    enum cg_fusion fusions[CG_FUSION_COUNT];
    int n_caches;
    enum cg_cache_state caches[CG_CACHE_STATE_COUNT];
};

/* A case of a suite that was asked for: which job measures it under each combination of the axes. */
struct cg_planned_case {
    int suite, group, index; /* into plan->suites, its groups, its cases */
    uint64_t graph;          /* identity */
    int n_jobs;              /* 0: computed, not timed (feature reuse) */
    int *jobs;               /* into plan->jobs */
};

struct cg_planned_job {
    struct cg_job job; /* label, graph and weights point into the plan's suites; cpus into plan->cpus */
    uint64_t graph;
    int first_case; /* into plan->cases: the first that needs it */
    int schedule;
};

/* Jobs whose ratios are formed: measured interleaved by one cg_measure(). */
struct cg_planned_schedule {
    int n_jobs;
    int *jobs;    /* into plan->jobs */
    int baseline; /* index into `jobs`, or -1 */
    char label[96];
};

struct cg_run_plan {
    int n_suites;
    struct cg_suite *suites[CG_PLAN_SUITES]; /* owned; one for each suite and batch */
    int suite_batch[CG_PLAN_SUITES];
    int n_cases, cases_capacity;
    struct cg_planned_case *cases;
    int n_jobs, jobs_capacity;
    struct cg_planned_job *jobs;
    int n_schedules;
    struct cg_planned_schedule *schedules;
    int *cpus[CG_AXIS_MAX]; /* by axes.threads */
    struct cg_arena *arena; /* of lists of jobs, schedules and cpus */
};

struct cg_run_request {
    int n_suites;
    const char *const *suites; /* names or paths */
    bool quick;
    const char *filter; /* POSIX extended regular expression on a case's name, label or network; NULL: all */
    const char *cores;  /* --cores, or NULL */
    /* One of `suites` that stood behind `--counters`, where a list of counters may have been meant, or NULL.
     */
    const char *behind_counters;
    bool one_schedule; /* interleave everything: for speed over time */
    struct cg_run_axes axes;
};

/* Makes the plan. Errors: as loading a suite; CG_INVALID for a bad regular expression, a filter that nothing
 * matches, more threads than cpus. On CG_OK the plan is the caller's. */
enum cg_status cg_run_plan_make(const struct cg_run_request *request, const struct cg_topology *topology,
                                struct cg_run_plan **plan, struct cg_error *err);
void cg_run_plan_destroy(struct cg_run_plan **plan);

#endif
