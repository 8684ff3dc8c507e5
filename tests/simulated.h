/* A simulated sampler with process effects, drift of the machine and noise with outliers, and measurements of
 * it under the stop rule: what intervals cover where the truth is known. */
#ifndef CONVGAUGE_TESTS_SIMULATED_H
#define CONVGAUGE_TESTS_SIMULATED_H

#include "bench/stats/stats.h"

#define SIMULATED_PROCESSES 24 /* of one measurement, at most */

struct simulated_world {
    double true_ratio;
    double process_sd; /* of the log-ratio: another layout, another alignment */
    double noise_sd;   /* of one sample */
    double outliers;   /* share of samples that take up to twice as long */
    double drift;      /* of the machine over a process, common to both cases */
};

#define SIMULATED_WORLDS 6
extern const struct simulated_world simulated_worlds[SIMULATED_WORLDS];

/* Standard normal. */
double simulated_normal(uint64_t *random);

/* One measurement of a log-ratio under the stop rule: of at most `max_processes` until the half width is at
 * most `precision`. *used: how many there were. */
struct cg_estimate simulated_measure(const struct simulated_world *world, int max_processes, double precision,
                                     uint64_t *random, int *used);

/* The share of so many measurements whose 95 % interval holds the true ratio; the same at every call. */
double simulated_coverage(const struct simulated_world *world, int max_processes, double precision,
                          int trials, double *mean_processes);

#endif
