/* How noisy a measured group was, for predictions of later ones. */
#include "bench/scheduler/group_time.h"
#include "bench/scheduler/stop.h"

#include "bench/stats/stats.h"

#include <math.h>
#include <stdlib.h>

#define PROCESSES_LEAST 5

/* Standard deviation of one job's values over its processes; NAN: too few, or no memory. */
static double sd_of(const struct cg_samples *samples, const struct cg_samples *base, int n_processes)
{
    double *medians = calloc((size_t)n_processes + 1, sizeof *medians);
    double *values = calloc((size_t)samples->n + 1, sizeof *values);
    size_t n_medians = 0;
    const int last = samples->n > 0 ? samples->process[samples->n - 1] : -1;
    for (int p = 0; medians && values && p <= last && n_medians < (size_t)n_processes; p++) {
        const int n = cg_round_log_ratios(samples, base, p, values, NULL);
        if (n > 0)
            medians[n_medians++] = cg_median(values, (size_t)n);
    }
    const double sd = n_medians < PROCESSES_LEAST ? NAN : cg_sd(medians, n_medians);
    free(medians);
    free(values);
    return sd;
}

double cg_noise_between_processes(const struct cg_measurement *measurement)
{
    if (measurement->n_processes < PROCESSES_LEAST)
        return NAN;
    const int baseline = measurement->baseline;
    const struct cg_samples *base = baseline >= 0 ? &measurement->jobs[baseline].samples : NULL;
    double largest = NAN;
    for (int i = 0; i < measurement->n_jobs; i++)
        if (i != baseline && measurement->jobs[i].same_as < 0 && measurement->jobs[i].samples.n > 0)
            largest = fmax(largest, sd_of(&measurement->jobs[i].samples, base, measurement->n_processes));
    const double rounds = (double)measurement->n_rounds / measurement->n_processes;
    const double by_rounds = cg_process_sd(measurement->noise.rounds, 0, rounds);
    return largest > by_rounds ? sqrt(largest * largest - by_rounds * by_rounds) : largest >= 0 ? 0 : NAN;
}
