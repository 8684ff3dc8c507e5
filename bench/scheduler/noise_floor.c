#include "bench/scheduler/noise_floor.h"

#include "bench/scheduler/measure.h"

#include "bench/graph/text.h"
#include "bench/stats/stats.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* As many processes and rounds as a run gives its cases: a floor is no verdict's if it is measured in less.
 */
#define PAIRED_PROCESSES 8
#define START_PROCESSES  4
#define ROUNDS           24
#define STARTS           10 /* undisturbed ones that are wanted: of five the scale would vary by half */
#define STARTS_MAX       15
#define PAIRED_TRIES     2
#define SLOW_START       0.97 /* of the fastest start's frequency: as between the windows of a run */
#define DISTURBED                                                                                            \
    (CG_FLAG_BIT(CG_FLAG_DISTURBED) | CG_FLAG_BIT(CG_FLAG_MIGRATED) | CG_FLAG_BIT(CG_FLAG_THROTTLED) |       \
     CG_FLAG_BIT(CG_FLAG_STOLEN) | CG_FLAG_BIT(CG_FLAG_QUOTA) | CG_FLAG_BIT(CG_FLAG_PREEMPTED))

/* A small network of what the suites are made of, 56 x 56 x 64, some 110 Mmadds: two separable blocks with
 * their 1x1, their depthwise layer, an addition. Its maps of 0.8 and 1.6 MB go beyond most second-level
 * caches, as those of the suites do: what lies there is shared, and differs most from start to start. */
static const char floor_graph[] =
    "convgauge-graph 1 output=8\n"
    "input shape=1,56,56,64\n"
    "conv in=0 shape=1,56,56,128 act=relu bias=1\n"
    "conv in=1 shape=1,56,56,128 kernel=3,3 pad=1,1,1,1 groups=128 act=relu bias=1\n"
    "conv in=2 shape=1,56,56,64 bias=1\n"
    "add in=0,3 shape=1,56,56,64\n"
    "conv in=4 shape=1,56,56,128 act=relu bias=1\n"
    "conv in=5 shape=1,56,56,128 kernel=3,3 pad=1,1,1,1 groups=128 act=relu bias=1\n"
    "conv in=6 shape=1,56,56,64 bias=1\n"
    "add in=4,7 shape=1,56,56,64\n";

/* What must have gone well for a floor to be a figure. */
static enum cg_status all_measured(const struct cg_measurement *measurement, struct cg_error *err)
{
    for (int i = 0; i < measurement->n_jobs; i++)
        if (measurement->jobs[i].state != CG_JOB_MEASURED)
            return cg_fail(err,
                           measurement->jobs[i].skip_status ? measurement->jobs[i].skip_status : CG_FAILED,
                           "the noise floor could not be measured: %s", measurement->jobs[i].reason);
    return CG_OK;
}

/* NAN without memory. */
static double median_frequency(const struct cg_measurement *measurement)
{
    double *hz = calloc((size_t)measurement->n_rounds + 1, sizeof *hz);
    int n = 0;
    for (int i = 0; hz && i < measurement->n_rounds; i++)
        if (!measurement->rounds[i].disturbed && measurement->rounds[i].frequency_hz > 0)
            hz[n++] = measurement->rounds[i].frequency_hz;
    const double median = hz ? cg_median(hz, (size_t)n) : NAN;
    free(hz);
    return median;
}

/* One start as `compare` sees a file: log time over its processes; of two jobs the log ratio. */
static enum cg_status measure_start(struct cg_session *session, struct cg_job_group group,
                                    const struct cg_protocol *protocol, struct cg_start *start,
                                    double *frequency_hz, struct cg_error *err)
{
    struct cg_measurement measurement;
    enum cg_status status = cg_measure(session, group, protocol, &measurement, err);
    if (status == CG_OK)
        status = all_measured(&measurement, err);
    if (status == CG_OK) {
        const struct cg_job_result *first = &measurement.jobs[0], *last = &measurement.jobs[group.n - 1];
        *frequency_hz = median_frequency(&measurement);
        start->estimate = cg_samples_estimate(&last->samples, group.n > 1 ? &first->samples : NULL);
        start->disturbed = ((first->flags | last->flags) & DISTURBED) != 0;
    }
    cg_measurement_free(&measurement);
    return status;
}

/* The largest relative difference that the 95 % interval of an A/A ratio still holds. */
static enum cg_status measure_paired(struct cg_session *session, const struct cg_job *job,
                                     const struct cg_protocol *protocol, double *floor_of, bool *disturbed,
                                     struct cg_error *err)
{
    const struct cg_job jobs[2] = {*job, *job};
    struct cg_start pair = {.disturbed = true};
    double frequency_hz;
    const enum cg_status status =
        measure_start(session, (struct cg_job_group){jobs, 2, 0}, protocol, &pair, &frequency_hz, err);
    if (status == CG_OK)
        *floor_of = exp(fmax(fabs(pair.estimate.low), fabs(pair.estimate.high))) - 1;
    *disturbed = pair.disturbed;
    return status;
}

static int count_undisturbed(struct cg_start *starts, const double *frequencies_hz, int n)
{
    double fastest_hz = 0;
    int undisturbed = 0;
    for (int i = 0; i < n; i++)
        fastest_hz = fmax(fastest_hz, frequencies_hz[i]);
    for (int i = 0; i < n; i++) {
        starts[i].disturbed = starts[i].disturbed || frequencies_hz[i] < SLOW_START * fastest_hz;
        undisturbed += !starts[i].disturbed;
    }
    return undisturbed;
}

static enum cg_status measure_between(struct cg_session *session, const struct cg_job *job,
                                      const struct cg_protocol *protocol, struct cg_noise_floors *floors,
                                      struct cg_error *err)
{
    struct cg_start starts[STARTS_MAX];
    double frequencies_hz[STARTS_MAX], scratch[STARTS_MAX * (STARTS_MAX + 3) / 2];
    int n = 0;
    while (n < STARTS_MAX && floors->starts < STARTS) {
        const enum cg_status status = measure_start(session, (struct cg_job_group){job, 1, -1}, protocol,
                                                    &starts[n], &frequencies_hz[n], err);
        if (status != CG_OK)
            return status;
        n++;
        floors->starts = count_undisturbed(starts, frequencies_hz, n);
    }
    floors->disturbed += n - floors->starts;
    floors->between_runs = cg_floor_between_starts(starts, (size_t)n, scratch);
    if (!isnan(floors->between_runs))
        return CG_OK;
    floors->sound = false;
    snprintf(floors->why, sizeof floors->why,
             "the floor between runs is not known: other work or a changing frequency disturbed %d of %d "
             "starts; measure it on an idle machine with 'convgauge info --noise'",
             n - floors->starts, n);
    return CG_OK;
}

enum cg_status cg_noise_floors_measure(struct cg_session *session, const char *engine, enum cg_isa isa,
                                       const int *cpus, struct cg_noise_floors *floors, struct cg_error *err)
{
    *floors = (struct cg_noise_floors){.paired = NAN, .between_runs = NAN, .sound = true};
    struct cg_graph *graph = cg_graph_from_text(floor_graph, err);
    if (!graph)
        return err->status;
    struct cg_job job = {.label = "noise floor", .setting = cg_setting_default(), .graph = graph};
    job.setting.engine = engine;
    job.setting.cpus = cpus;
    job.setting.isa = isa;
    job.setting.edges = CG_EDGES_PLAN;
    struct cg_protocol protocol = cg_protocol_default(true);
    protocol.keep_duplicates = true;
    protocol.overhead = 0; /* floors are those of the shortest samples */
    protocol.as_planned = false;
    protocol.min_rounds = protocol.max_rounds = ROUNDS;
    protocol.max_processes = PAIRED_PROCESSES;
    protocol.precision = 1e-6; /* never reached: all processes are run */
    protocol.budget_s = 60;
    enum cg_status status = CG_OK;
    bool disturbed = true;
    for (int i = 0; i < PAIRED_TRIES && disturbed && status == CG_OK; i++) {
        status = measure_paired(session, &job, &protocol, &floors->paired, &disturbed, err);
        floors->disturbed += status == CG_OK && disturbed;
    }
    if (disturbed) {
        floors->sound = false;
        snprintf(floors->why, sizeof floors->why,
                 "the machine was disturbed while the paired floor was measured, so it is used for a "
                 "quarter of an hour only");
    }
    protocol.max_processes = START_PROCESSES;
    if (status == CG_OK)
        status = measure_between(session, &job, &protocol, floors, err);
    cg_graph_destroy(&graph);
    return status;
}
