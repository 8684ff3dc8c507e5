#include "bench/job/samples.h"

#include "base/array.h"

#include <math.h>
#include <stdlib.h>

bool cg_samples_reserve(struct cg_samples *samples, int more)
{
    return cg_array_fit(samples->all, samples->capacity, samples->n + more);
}

bool cg_samples_add(struct cg_samples *samples, struct cg_timed_sample sample)
{
    if (!cg_samples_reserve(samples, 1))
        return false;
    samples->all[samples->n++] = sample;
    return true;
}

void cg_samples_free(struct cg_samples *samples)
{
    free(samples->all);
    *samples = (struct cg_samples){0};
}

static double log_time(const struct cg_timed_sample *sample)
{
    return log((double)sample->ns / sample->iterations);
}

static int order_of(const struct cg_timed_sample *a, const struct cg_timed_sample *b)
{
    return a->process != b->process ? a->process - b->process : a->round - b->round;
}

int cg_samples_log_ratios(const struct cg_samples *samples, const struct cg_samples *baseline, int process,
                          double *ratios, int64_t *process_of)
{
    int n = 0, b = 0;
    for (int i = 0; i < samples->n; i++) {
        const struct cg_timed_sample *sample = &samples->all[i];
        if (process >= 0 && sample->process != process)
            continue;
        while (baseline && b < baseline->n && order_of(&baseline->all[b], sample) < 0)
            b++;
        if (baseline && (b == baseline->n || order_of(&baseline->all[b], sample) != 0))
            continue;
        if (process_of)
            process_of[n] = sample->process;
        ratios[n++] = log_time(sample) - (baseline ? log_time(&baseline->all[b]) : 0);
    }
    return n;
}

double cg_samples_time(const struct cg_samples *samples, int process)
{
    double *logs = calloc((size_t)samples->n + 1, sizeof *logs);
    const int n = logs ? cg_samples_log_ratios(samples, NULL, process, logs, NULL) : 0;
    const double ns = n > 0 ? exp(cg_median(logs, (size_t)n)) : 0;
    free(logs);
    return ns;
}

/* Log-ratios of all processes, with room behind them. */
struct ratios {
    double *values; /* 4 times as many as samples; NULL without memory, as `process` */
    int64_t *process;
    size_t n;
};

static struct ratios ratios_of(const struct cg_samples *samples, const struct cg_samples *baseline)
{
    struct ratios r = {calloc(4 * (size_t)samples->n + 1, sizeof *r.values),
                       calloc((size_t)samples->n + 1, sizeof *r.process), 0};
    if (r.values && r.process)
        r.n = (size_t)cg_samples_log_ratios(samples, baseline, -1, r.values, r.process);
    return r;
}

static void free_ratios(struct ratios *ratios)
{
    free(ratios->values);
    free(ratios->process);
}

struct cg_estimate cg_samples_estimate(const struct cg_samples *samples, const struct cg_samples *baseline)
{
    struct ratios r = ratios_of(samples, baseline);
    const struct cg_estimate estimate = cg_estimate_over_processes(r.values, r.process, r.n, r.values + r.n);
    free_ratios(&r);
    return estimate;
}

double cg_samples_half_width(const struct cg_samples *samples, const struct cg_samples *baseline)
{
    const struct cg_estimate estimate = cg_samples_estimate(samples, baseline);
    return estimate.processes < 2 ? NAN : cg_half_width(estimate);
}
