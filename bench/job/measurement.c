#include "bench/job/measurement.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

CG_NAMES_DEFINE(cg_job_state, CG_JOB_STATES)
CG_NAMES_DEFINE(cg_stop, CG_STOPS)

static bool grow(void *array, size_t element, int capacity)
{
    void **at = array;
    void *larger = realloc(*at, (size_t)capacity * element);
    if (larger)
        *at = larger;
    return larger != NULL;
}

bool cg_samples_reserve(struct cg_samples *samples, int more)
{
    const int capacity = samples->n + more;
    if (capacity <= samples->capacity)
        return true;
    if (!grow(&samples->process, sizeof *samples->process, capacity) ||
        !grow(&samples->round, sizeof *samples->round, capacity) ||
        !grow(&samples->iterations, sizeof *samples->iterations, capacity) ||
        !grow(&samples->cpu, sizeof *samples->cpu, capacity) ||
        !grow(&samples->placement, sizeof *samples->placement, capacity) ||
        !grow(&samples->ns, sizeof *samples->ns, capacity))
        return false;
    samples->capacity = capacity;
    return true;
}

bool cg_samples_add(struct cg_samples *samples, int process, int round, int64_t ns, int iterations, int cpu,
                    int placement)
{
    if (samples->n >= samples->capacity)
        return false;
    const int i = samples->n++;
    samples->process[i] = process;
    samples->round[i] = round;
    samples->ns[i] = ns;
    samples->iterations[i] = iterations;
    samples->cpu[i] = cpu;
    samples->placement[i] = placement;
    return true;
}

bool cg_samples_copy(struct cg_samples *to, const struct cg_samples *from)
{
    *to = (struct cg_samples){0};
    if (from->n == 0)
        return true;
    if (!cg_samples_reserve(to, from->n))
        return false;
    const size_t n = (size_t)from->n;
    memcpy(to->process, from->process, n * sizeof *to->process);
    memcpy(to->round, from->round, n * sizeof *to->round);
    memcpy(to->iterations, from->iterations, n * sizeof *to->iterations);
    memcpy(to->cpu, from->cpu, n * sizeof *to->cpu);
    memcpy(to->placement, from->placement, n * sizeof *to->placement);
    memcpy(to->ns, from->ns, n * sizeof *to->ns);
    to->n = from->n;
    return true;
}

void cg_samples_free(struct cg_samples *samples)
{
    free(samples->process);
    free(samples->round);
    free(samples->iterations);
    free(samples->cpu);
    free(samples->placement);
    free(samples->ns);
    *samples = (struct cg_samples){0};
}

enum cg_status cg_measurement_init(struct cg_measurement *measurement, int n_jobs, int baseline,
                                   struct cg_error *err)
{
    *measurement = (struct cg_measurement){
        .n_jobs = n_jobs, .baseline = baseline, .stop = CG_STOP_NOTHING, .reached_precision = NAN};
    measurement->jobs = calloc((size_t)n_jobs + 1, sizeof *measurement->jobs);
    if (!measurement->jobs) {
        measurement->n_jobs = 0;
        return cg_fail(err, CG_NO_MEMORY, "no memory for the results of %d jobs", n_jobs);
    }
    for (int i = 0; i < n_jobs; i++) {
        struct cg_job_result *result = &measurement->jobs[i];
        result->same_as = -1;
        result->error_vs_reference = NAN;
        result->memory_bytes = result->peak_memory_bytes = result->compile_ns = -1;
    }
    return CG_OK;
}

void cg_measurement_free(struct cg_measurement *measurement)
{
    for (int i = 0; i < measurement->n_jobs; i++) {
        cg_samples_free(&measurement->jobs[i].samples);
        cg_samples_free(&measurement->jobs[i].rerun);
        free(measurement->jobs[i].counters);
    }
    free(measurement->jobs);
    free(measurement->rounds);
    free(measurement->zone_mc);
    *measurement = (struct cg_measurement){0};
}

void cg_result_skip(struct cg_job_result *result, const struct cg_error *why)
{
    if (result->state == CG_JOB_SKIPPED)
        return;
    result->state = CG_JOB_SKIPPED;
    result->skip_status = why->status;
    snprintf(result->reason, sizeof result->reason, "%.*s", (int)sizeof result->reason - 1, why->text);
    cg_samples_free(&result->samples);
    cg_samples_free(&result->rerun);
}
