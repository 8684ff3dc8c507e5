/* When a group has been measured enough: pure functions over its samples. */
#ifndef CONVGAUGE_BENCH_SCHEDULER_STOP_H
#define CONVGAUGE_BENCH_SCHEDULER_STOP_H

#include "bench/job/measurement.h"
#include "bench/job/protocol.h"

/* Log of (time of one run of `samples` / of `baseline`) in the rounds of `process` (-1: of all processes)
 * that both have; baseline NULL: log of the time itself. Both in the order in which they were taken. ratios[]
 * (and process_of[], which may be NULL) have room for samples->n. Returns how many there are. */
int cg_round_log_ratios(const struct cg_samples *samples, const struct cg_samples *baseline, int process,
                        double *ratios, int64_t *process_of);

/* Rounds a process needs so that noise between rounds, with spread `mad` (median absolute deviation of the
 * log-ratios in the pilot), takes at most 0.7 of the asked half-width after `processes` processes: the median
 * of R rounds has the standard error 1.2533 sd / sqrt(R). Within [min_rounds, max_rounds]. */
int cg_rounds_needed(double mad, double precision, int processes, int min_rounds, int max_rounds);

/* A group may run over its budget by so much. */
#define CG_BUDGET_SLACK 1.05

/* Rounds that a process has whatever its budget. */
int cg_rounds_least(const struct cg_protocol *protocol);

/* Seconds that the planned processes take with the least rounds each; a process is prepared for prepare_s, a
 * round takes round_s. */
double cg_budget_least_s(const struct cg_protocol *protocol, double prepare_s, double round_s);

/* As many of the `wanted` rounds a process as the planned processes have time for in budget_s. */
int cg_rounds_within(const struct cg_protocol *protocol, int wanted, double budget_s, double prepare_s,
                     double round_s);

/* Half-width of the 95 % interval over the processes so far, relative; NAN with fewer than two. `scratch` has
 * room for 4 * samples->n, process_scratch for samples->n. */
double cg_samples_half_width(const struct cg_samples *samples, const struct cg_samples *baseline,
                             double *scratch, int64_t *process_scratch);

#endif
