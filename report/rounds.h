/* Records round by round: log-ratios of two inside the rounds in which both were measured, and which of these
 * rounds were quiet. */
#ifndef CONVGAUGE_REPORT_ROUNDS_H
#define CONVGAUGE_REPORT_ROUNDS_H

#include "bench/record/record.h"
#include "bench/stats/by_state.h"

/* In the order of process and round; room for 4 logs a round, what is behind n is scratch. */
struct cg_round_logs {
    size_t n;
    double *logs;
    int64_t *processes, *rounds;
};

/* Of the rounds that both have, log time(a) / time(b); with b NULL the log times of a (of one run,
 * nanoseconds). False without memory. In each case the caller frees them. */
bool cg_round_logs_of(const struct cg_record *a, const struct cg_record *b, struct cg_round_logs *logs);
void cg_round_logs_free(struct cg_round_logs *logs);

/* The schedule in which a record was measured; NULL: the file does not have it. */
const struct cg_schedule *cg_schedule_of(const struct cg_results *results, const struct cg_record *record);

/* For each of the processes 0 to n - 1 the medians of these logs over quiet rounds (without any flag) and
 * over the others (cg_medians_by_state()). NAN where the file does not tell of the rounds. False without
 * memory. */
bool cg_record_medians_by_state(const struct cg_results *results, const struct cg_record *a,
                                const struct cg_record *b, int n, double *quiet, double *others);

/* From such medians of all processes; all zero where the two were not interleaved (b NULL: of one record's
 * times). False without memory. */
bool cg_record_by_state(const struct cg_results *results, const struct cg_record *a,
                        const struct cg_record *b, struct cg_by_state *state);

/* log time(a) / time(b) of two files' records by quiet rounds alone, over the processes that have enough of
 * them: Welch's t. NAN with fewer than CG_STATE_PROCESSES_MIN such processes on a side. False without memory.
 */
bool cg_quiet_log_ratio(const struct cg_results *results_a, const struct cg_record *a,
                        const struct cg_results *results_b, const struct cg_record *b,
                        struct cg_estimate *ratio);

/* One more than the largest number of a process of a record's samples: those from CG_PROCESSES_MAX on, which
 * no run has, have no part in what is worked out by process. */
#define CG_PROCESSES_MAX 4096
int cg_record_processes(const struct cg_record *record);

#endif
