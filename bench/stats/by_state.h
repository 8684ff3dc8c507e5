/* Whether a ratio depends on the state of the machine: what rounds give that were quiet, and what those give
 * in which the processor or memory was slow, time was stolen or other work interrupted. What slows all cases
 * alike leaves a ratio alone; slow memory does not slow a case that computes as it slows one that reads. Pure
 * functions. */
#ifndef CONVGAUGE_BENCH_STATS_BY_STATE_H
#define CONVGAUGE_BENCH_STATS_BY_STATE_H

#include "bench/stats/stats.h"

/* Rounds of each kind that a process must have to take part: a median of fewer follows single outliers, and
 * those of one side more than those of the other. */
#define CG_STATE_ROUNDS_MIN 3

/* Processes that must take part: two are alike now and then by chance, and the spread of two says so little
 * that a table of many rows has one that seems to be sure. */
#define CG_STATE_PROCESSES_MIN 3

/* All zero: not known. */
struct cg_by_state {
    struct cg_estimate quiet, others; /* logs, over the processes that have enough rounds of both kinds */
    struct cg_estimate change;        /* others - quiet, paired over these processes; df 0: too few */
};

/* The medians of one process's n values in its quiet rounds and in its others; NAN where it has fewer than
 * CG_STATE_ROUNDS_MIN of a kind. `scratch` has room for n. */
void cg_medians_by_state(const double *values, const bool *quiet, size_t n, double *scratch,
                         double *quiet_median, double *others_median);

/* From such medians, one a process; processes with a NAN are left out. `scratch` has room for 3 n. */
struct cg_by_state cg_by_state_of(const double *quiet, const double *others, size_t n, double *scratch);

/* b - a of two independent ones (two files): Welch's t in all three. */
struct cg_by_state cg_by_state_change(const struct cg_by_state *a, const struct cg_by_state *b);

/* A known factor on both ratios: a constant added to their logs. */
void cg_by_state_shift(struct cg_by_state *state, double by);

#endif
