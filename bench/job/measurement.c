#include "bench/job/measurement.h"

#include "base/array.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

CG_NAMES_DEFINE(cg_stop, CG_STOPS)
CG_NAMES_DEFINE(cg_stage, CG_STAGES)

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
    free(measurement->lost);
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

enum cg_status cg_measurement_lose(struct cg_measurement *measurement, int job, bool alone, const char *doing,
                                   const char *why, struct cg_error *err)
{
    struct cg_lost_workers lost = {.job = job, .alone = alone, .times = 1};
    snprintf(lost.how, sizeof lost.how, "%s%.*s", doing, (int)sizeof lost.how - 1, why);
    for (int i = 0; i < measurement->n_lost; i++) {
        struct cg_lost_workers *before = &measurement->lost[i];
        if (before->job == job && before->alone == alone && strcmp(before->how, lost.how) == 0) {
            before->times++;
            return CG_OK;
        }
    }
    if (!cg_array_fit(measurement->lost, measurement->lost_capacity, measurement->n_lost + 1))
        return cg_fail(err, CG_NO_MEMORY, "no memory to note which worker ended");
    measurement->lost[measurement->n_lost++] = lost;
    return CG_OK;
}
