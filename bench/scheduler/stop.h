/* When a group has been measured enough: arithmetic over rounds, processes and budgets. */
#ifndef CONVGAUGE_BENCH_SCHEDULER_STOP_H
#define CONVGAUGE_BENCH_SCHEDULER_STOP_H

#include "bench/job/protocol.h"

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

#endif
