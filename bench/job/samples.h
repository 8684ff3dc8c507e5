/* The timed samples of a job, and their ratios to those of another job in the same rounds. */
#ifndef CONVGAUGE_BENCH_JOB_SAMPLES_H
#define CONVGAUGE_BENCH_JOB_SAMPLES_H

#include "bench/stats/stats.h"

#include <stdbool.h>
#include <stdint.h>

struct cg_timed_sample {
    int process, round;
    int64_t ns; /* of all its runs together */
    int iterations;
    int cpu;       /* that it ended on; -1 unknown */
    int placement; /* its other threads ran on cg_job_result.placements.texts[placement]; -1: there are none,
                      or unknown */
};

/* In the order in which they were taken. Zero-initialise. */
struct cg_samples {
    int n, capacity;
    struct cg_timed_sample *all;
};

/* Room for `more` further samples, so that cg_samples_add() need not allocate. False when there is no memory.
 */
bool cg_samples_reserve(struct cg_samples *samples, int more);

/* False when there is no memory: the sample is dropped then. */
bool cg_samples_add(struct cg_samples *samples, struct cg_timed_sample sample);
void cg_samples_free(struct cg_samples *samples);

/* Log of (time of one run of `samples` / of `baseline`) in the rounds of `process` (-1: of all processes)
 * that both have; baseline NULL: log of the time itself. ratios[] (and process_of[], which may be NULL) have
 * room for samples->n. Returns how many there are. */
int cg_samples_log_ratios(const struct cg_samples *samples, const struct cg_samples *baseline, int process,
                          double *ratios, int64_t *process_of);

/* Median time of a run in the process, ns; 0: there is none, or no memory. */
double cg_samples_time(const struct cg_samples *samples, int process);

/* The estimate of these log ratios over processes; processes 0: no common rounds, or no memory. */
struct cg_estimate cg_samples_estimate(const struct cg_samples *samples, const struct cg_samples *baseline);

/* Half the width of its 95 % interval, relative; NAN with fewer than two processes. */
double cg_samples_half_width(const struct cg_samples *samples, const struct cg_samples *baseline);

#endif
