/* What a run is going to measure: the cases of its suites crossed with the asked options, equal computations
 * joined, and everything that must be interleaved gathered in one schedule. */
#ifndef CONVGAUGE_BENCH_COMMANDS_PLANNED_H
#define CONVGAUGE_BENCH_COMMANDS_PLANNED_H

#include "bench/commands/options.h"
#include "bench/config/config.h"
#include "bench/device/topology.h"
#include "bench/record/record.h"
#include "bench/scheduler/measure.h"
#include "report/table.h"

#include <stdint.h>

#define CG_PLAN_SUITES 256 /* times batches */

#define CG_ALL_GUIDELINES "guidelines" /* among the suites of a request: all that make a claim */

/* What `run` was asked for. Texts are borrowed. */
struct cg_run_request {
    int n_suites;
    const char *const *suites; /* names or paths, also of networks, which become one suite together */
    const char *against;       /* the one of these that they are compared with, or NULL */
    bool named;                /* on the command line: a filter must leave something of each */
    /* One of `suites` that stood behind `--counters`, where a list of counters may have been meant, or NULL.
     */
    const char *behind_counters;
    /* What multiplies cases; where engines, fusions or batches are not asked for, each suite's own default
     * holds. */
    struct cg_asked asked;
    struct cg_filter filter; /* on a case's name, label or network */
    const char *cores;       /* --cores, or NULL */
    const char *output, *counters;
    const char *continued;      /* results file of a run that is gone on with, or NULL */
    bool suites_named;          /* on the command line, 'guidelines', too */
    double precision, budget_s; /* 0: as the protocol has it; none */
    double sustained_min;       /* 0; else everything is interleaved in one schedule: for speed over time */
    int processes;              /* 0: as the protocol has it */
    bool quick, layers, latency, check_only, dry_run, tables;
    int instances; /* plans at once, beside one with the threads of all; 0: not asked for */
    enum cg_format format;
};

/* A case of a suite that was asked for: which job measures it under each combination of the axes. */
struct cg_planned_case {
    struct cg_suite *suite; /* of plan->suites */
    const struct cg_group *group;
    const struct cg_case *of;
    uint64_t graph; /* identity */
    int n_jobs;     /* 0: computed, not timed (feature reuse) */
    int *jobs;      /* into plan->jobs */
};

struct cg_planned_job {
    struct cg_job job; /* label, graph and weights point into the plan's suites; cpus into plan->cpus */
    uint64_t graph;
    const struct cg_planned_case *first; /* that needs it, of plan->cases */
    int schedule;                        /* -1: the file that is gone on with has it */
    struct cg_record *record;            /* of what was measured; NULL: not yet, or skipped */
};

/* Jobs whose ratios are formed: measured interleaved by one cg_measure(). */
struct cg_planned_schedule {
    int n_jobs;
    int *jobs;    /* into plan->jobs */
    int baseline; /* index into `jobs`, or -1 */
    int had;      /* processes that the file has which is gone on with */
    char label[96];
};

struct cg_run_plan {
    int n_suites;
    struct cg_suite *suites[CG_PLAN_SUITES]; /* owned; one for each suite and batch */
    int suite_batch[CG_PLAN_SUITES];
    bool beside[CG_PLAN_SUITES]; /* it was not asked for: another one names it */
    int n_cases, cases_capacity;
    struct cg_planned_case *cases;
    int n_jobs, jobs_capacity;
    struct cg_planned_job *jobs;
    int n_schedules;
    struct cg_planned_schedule *schedules;
    int *cpus[CG_LIST_MAX]; /* by the threads of request->asked; those of all instances, one after another */
    struct cg_arena *arena; /* of lists of jobs, schedules and cpus */
};

#endif
