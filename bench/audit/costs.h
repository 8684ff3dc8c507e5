/* What the breaches of an audit cost on an engine: each place and its replacement timed in the same rounds.
 */
#ifndef CONVGAUGE_BENCH_AUDIT_COSTS_H
#define CONVGAUGE_BENCH_AUDIT_COSTS_H

#include "base/arena.h"
#include "bench/audit/audit.h"
#include "bench/job/job.h"
#include "bench/job/measurement.h"
#include "bench/stats/verdict.h"

/* What there is to time: the whole network first, then the pieces, equal ones once. */
struct cg_audit_jobs {
    int n_jobs;
    struct cg_job *jobs;
    char (*labels)[CG_NAME_MAX + 32]; /* what the jobs' labels point to */
    int *original, *replacement;      /* by breach: index into jobs, -1 where there is no replacement */
    struct cg_arena *arena;           /* of all that */
};

/* `network` is the whole network as a job; engine, threads, cpus, ISA, fusion and cache state of the pieces
 * are its own, their data stand in the plan's own layout. The graphs stay the audit's, which must outlive the
 * jobs. CG_NO_MEMORY. Release also after a failure. */
enum cg_status cg_audit_jobs_make(const struct cg_audit *audit, const struct cg_job *network,
                                  struct cg_audit_jobs *jobs, struct cg_error *err);
void cg_audit_jobs_release(struct cg_audit_jobs *jobs);

/* The cost of some places together. All are sums over the places that were timed, formed inside each round;
 * one median a process, Student's t over processes (of ratios with the noise floor). Times in ns of one run.
 */
struct cg_audit_cost {
    int places;   /* asked for */
    int measured; /* of them: in the figures below */
    int64_t original_madds, replacement_madds;
    struct cg_interval original_ns, replacement_ns;
    struct cg_interval cost_ns; /* original - replacement at the original's multiply-adds */
    struct cg_estimate ratio;   /* log of (time per madd of the original / of the replacement) */
    enum cg_verdict verdict;    /* SLOWER: breaking the guideline costs time */
};

struct cg_audit_costs {
    struct cg_audit_cost *breaches;                      /* in the audit's order */
    struct cg_audit_cost guidelines[CG_GUIDELINE_COUNT]; /* the whole network */
    int n_blocks;                                        /* that break something, in order */
    struct cg_audit_cost (*blocks)[CG_GUIDELINE_COUNT];  /* by block and guideline */
    const char **block_names;                            /* into the audit */
    struct cg_interval network_ns;                       /* one run of the whole network */
    int processes;
    double delta;           /* margin of the verdicts */
    struct cg_arena *arena; /* of the lists */
};

/* Forms the costs from a measurement of the jobs (cg_measure() with baseline -1). Verdicts of places are Holm
 * corrected over all places, those of blocks over all blocks and guidelines, those of the whole over the
 * guidelines; noise_floor as in cg_delta(). A pure function. CG_NO_MEMORY. The result is the caller's, also
 * after a failure. */
enum cg_status cg_audit_costs_make(const struct cg_audit *audit, const struct cg_audit_jobs *jobs,
                                   const struct cg_measurement *measurement, double noise_floor,
                                   struct cg_audit_costs *costs, struct cg_error *err);
void cg_audit_costs_release(struct cg_audit_costs *costs);

/* How many places break it. */
int cg_audit_places(const struct cg_audit *audit, enum cg_guideline guideline);

/* What the audit says of a guideline in words, no more than the interval supports: "G1 (equal channel widths)
 * is broken at 32 places in 16 blocks; that costs 0.35 [0.31, 0.39] ms here, 7.6 % of the network's time:
 * ...". `costs` NULL: found only, nothing timed. Behaves like snprintf. */
int cg_audit_say(const struct cg_audit *audit, const struct cg_audit_costs *costs,
                 enum cg_guideline guideline, char *text, size_t size);

#endif
