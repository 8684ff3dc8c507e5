#include "bench/scheduler/measure.h"

#include "bench/scheduler/batch.h"
#include "bench/scheduler/counting.h"
#include "bench/job/measurement.h"
#include "bench/scheduler/round_flags.h"
#include "bench/scheduler/scheduler.h"
#include "bench/scheduler/stop.h"
#include "bench/worker/weights_file.h"

#include "bench/device/emulation.h"
#include "bench/device/timer.h"
#include "bench/graph/cost.h"
#include "bench/graph/text.h"
#include "bench/stats/stats.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PROGRESS_EVERY_NS 100000000

double cg_scheduler_elapsed_s(const struct cg_scheduler *scheduler)
{
    return (double)(cg_now_ns() - scheduler->start_ns) * 1e-9;
}

/* As many as the interval so far asks for (its width falls with their root), at least the one that runs. */
static int expected_processes(const struct cg_scheduler *scheduler)
{
    const int most = scheduler->protocol->max_processes, now = scheduler->process + 1;
    const double too_wide = scheduler->half_width / scheduler->protocol->precision;
    const double wanted = scheduler->measurement->n_processes * too_wide * too_wide;
    const double n = fmax(cg_stop_first_look(most), isnan(wanted) ? 0 : ceil(wanted));
    return (int)fmin(fmax(n, now), most);
}

/* Of this call: what the processes that are left will take. */
static double left_s(const struct cg_scheduler *scheduler, int round)
{
    if (scheduler->protocol->piece_s > 0)
        return scheduler->budget_s - cg_scheduler_elapsed_s(scheduler);
    if (scheduler->n_rounds == 0 || !(scheduler->round_s > 0))
        return NAN;
    const int later = expected_processes(scheduler) - scheduler->process - 1;
    const double process_s = scheduler->prepare_s + scheduler->n_rounds * scheduler->round_s;
    const double left = later * process_s + (scheduler->n_rounds - round) * scheduler->round_s;
    return fmin(left, fmax(0, CG_BUDGET_SLACK * scheduler->budget_s - cg_scheduler_elapsed_s(scheduler)));
}

void cg_scheduler_progress(struct cg_scheduler *scheduler, const char *phase, const char *label, int round,
                           bool always)
{
    const struct cg_session_options *options = &scheduler->session->options;
    const int64_t now_ns = cg_now_ns();
    if (!options->progress || (!always && now_ns - scheduler->last_progress_ns < PROGRESS_EVERY_NS))
        return;
    scheduler->last_progress_ns = now_ns;
    const struct cg_progress progress = {.phase = phase,
                                         .label = label ? label : "",
                                         .process = scheduler->process,
                                         .max_processes = scheduler->protocol->max_processes,
                                         .round = round,
                                         .n_rounds = scheduler->n_rounds,
                                         .elapsed_s = cg_scheduler_elapsed_s(scheduler),
                                         .left_s = left_s(scheduler, round),
                                         .half_width = scheduler->half_width};
    options->progress(&progress, options->progress_context);
}

/* ---- before and after ---- */

static enum cg_status check_arguments(const struct cg_job *jobs, int n_jobs, int baseline,
                                      const struct cg_protocol *protocol, struct cg_error *err)
{
    if (n_jobs < 1 || baseline >= n_jobs)
        return cg_fail(err, CG_INVALID, "%d jobs with baseline %d cannot be measured", n_jobs, baseline);
    if (protocol->max_processes < 1 || protocol->min_rounds < 1 ||
        protocol->max_rounds < protocol->min_rounds || !(protocol->precision > 0))
        return cg_fail(err, CG_INVALID, "the protocol asks for %d processes, %d to %d rounds, precision %g",
                       protocol->max_processes, protocol->min_rounds, protocol->max_rounds,
                       protocol->precision);
    for (int i = 0; i < n_jobs; i++)
        if (jobs[i].setting.threads < 1 || jobs[i].setting.threads > CG_THREADS_MAX)
            return cg_fail(err, CG_INVALID, "%s: threads must be 1 to %d, not %d", jobs[i].label,
                           CG_THREADS_MAX, jobs[i].setting.threads);
    struct cg_emulation emulation;
    cg_emulation_detect(NULL, &emulation);
    if (protocol->time && emulation.emulated)
        return cg_fail(err, CG_UNAVAILABLE, "nothing is timed under emulation (%s); use --check-only",
                       emulation.emulator);
    return CG_OK;
}

static int worker_of(struct cg_scheduler *scheduler, const char *engine)
{
    for (int i = 0; i < scheduler->n_workers; i++)
        if (strcmp(scheduler->workers[i].engine, engine) == 0)
            return i;
    scheduler->workers[scheduler->n_workers] = (struct cg_slot_worker){.engine = engine, .child = {.fd = -1}};
    return scheduler->n_workers++;
}

static enum cg_status schedule_job(struct cg_scheduler *scheduler, const struct cg_job *jobs, int index,
                                   struct cg_error *err)
{
    struct cg_scheduled *scheduled = &scheduler->jobs[index];
    const struct cg_job *job = &jobs[index];
    scheduled->job = job;
    scheduled->result = &scheduler->measurement->jobs[index];
    scheduled->worker = worker_of(scheduler, job->setting.engine);
    scheduled->result->peak_memory_bytes = cg_graph_peak_memory(job->graph);
    scheduled->result->same_as = scheduler->protocol->keep_duplicates ? -1 : cg_job_same_as(jobs, index);
    scheduled->active = scheduled->result->same_as < 0;
    if (!scheduled->active)
        return CG_OK;
    scheduled->graph_text = cg_graph_to_text(job->graph, false);
    if (!scheduled->graph_text)
        return cg_fail(err, CG_NO_MEMORY, "no memory for a graph's text");
    if (!job->weights)
        return CG_OK;
    const enum cg_status status = cg_weights_to_memory_file(job->weights, &scheduled->weights_fd, err);
    if (status == CG_OK)
        snprintf(scheduled->weights_path, sizeof scheduled->weights_path, "/proc/%d/fd/%d", (int)getpid(),
                 scheduled->weights_fd);
    return status;
}

enum cg_status cg_scheduler_open(struct cg_scheduler *scheduler, struct cg_session *session,
                                 const struct cg_protocol *protocol, const struct cg_job *jobs, int n_jobs,
                                 int baseline, struct cg_measurement *measurement, struct cg_error *err)
{
    enum cg_status status = check_arguments(jobs, n_jobs, baseline, protocol, err);
    *measurement = (struct cg_measurement){0};
    *scheduler = (struct cg_scheduler){.session = session,
                                       .protocol = protocol,
                                       .measurement = measurement,
                                       .start_ns = cg_now_ns(),
                                       .half_width = NAN,
                                       .sample_min_ns = protocol->sample_min_ns,
                                       .last_worker = -1};
    if (status == CG_OK)
        status = cg_measurement_init(measurement, n_jobs, baseline, err);
    if (status != CG_OK)
        return status;
    scheduler->jobs = calloc((size_t)n_jobs, sizeof *scheduler->jobs);
    scheduler->workers = calloc((size_t)n_jobs, sizeof *scheduler->workers);
    scheduler->order = calloc((size_t)n_jobs * CG_BATCH_ROUNDS_MAX, sizeof *scheduler->order);
    scheduler->scratch = calloc(8 * (size_t)n_jobs, sizeof *scheduler->scratch);
    if (!scheduler->jobs || !scheduler->workers || !scheduler->order || !scheduler->scratch)
        return cg_fail(err, CG_NO_MEMORY, "no memory to schedule %d jobs", n_jobs);
    scheduler->n_jobs = n_jobs;
    for (int i = 0; i < n_jobs; i++)
        scheduler->jobs[i].weights_fd = -1;
    for (int i = 0; i < n_jobs && status == CG_OK; i++)
        status = schedule_job(scheduler, jobs, i, err);
    scheduler->budget_s = protocol->budget_s > 0
                              ? protocol->budget_s
                              : protocol->budget_per_job_s * cg_scheduler_active(scheduler);
    if (!(scheduler->budget_s > 0))
        scheduler->budget_s = INFINITY;
    return status;
}

void cg_scheduler_close(struct cg_scheduler *scheduler)
{
    cg_scheduler_stop_workers(scheduler);
    for (int i = 0; i < scheduler->n_jobs; i++) {
        free(scheduler->jobs[i].graph_text);
        if (scheduler->jobs[i].weights_fd >= 0)
            close(scheduler->jobs[i].weights_fd);
    }
    free(scheduler->jobs);
    free(scheduler->workers);
    free(scheduler->order);
    free(scheduler->scratch);
    free(scheduler->pending);
}

/* ---- deciding ---- */

/* Looks at the intervals after a whole process: sets the precision reached, and whether it is enough. */
static enum cg_status look(struct cg_scheduler *scheduler, bool *enough, struct cg_error *err)
{
    struct cg_measurement *measurement = scheduler->measurement;
    const int baseline = cg_scheduler_baseline(scheduler);
    const struct cg_samples *base = baseline >= 0 ? &measurement->jobs[baseline].samples : NULL;
    double *half_widths = calloc((size_t)scheduler->n_jobs + 1, sizeof *half_widths);
    size_t n = 0;
    double worst = 0;
    for (int i = 0; i < scheduler->n_jobs && half_widths; i++) {
        if (!scheduler->jobs[i].active || (base && i == baseline))
            continue;
        const struct cg_samples *samples = &measurement->jobs[i].samples;
        double *scratch = calloc(4 * (size_t)samples->n + 1, sizeof *scratch);
        int64_t *process = calloc((size_t)samples->n + 1, sizeof *process);
        half_widths[n] = scratch && process ? cg_samples_half_width(samples, base, scratch, process) : NAN;
        worst = isnan(half_widths[n]) || isnan(worst) ? NAN : fmax(worst, half_widths[n]);
        n++;
        free(scratch);
        free(process);
    }
    if (!half_widths)
        return cg_fail(err, CG_NO_MEMORY, "no memory to look at intervals");
    measurement->reached_precision = scheduler->half_width = n ? worst : NAN;
    *enough = n > 0 && !(scheduler->protocol->piece_s > 0) &&
              measurement->n_processes < scheduler->protocol->max_processes &&
              cg_stop_reached(half_widths, n, measurement->n_processes, scheduler->protocol->max_processes,
                              scheduler->protocol->precision);
    free(half_widths);
    return CG_OK;
}

/* Whether another process of the same length would end beyond the budget. */
static bool next_is_too_long(const struct cg_scheduler *scheduler)
{
    if (scheduler->protocol->piece_s > 0) /* cut where the time is over */
        return cg_scheduler_elapsed_s(scheduler) > scheduler->budget_s;
    const double next_s = scheduler->prepare_s + scheduler->n_rounds * scheduler->round_s;
    return cg_scheduler_elapsed_s(scheduler) + next_s > CG_BUDGET_SLACK * scheduler->budget_s;
}

static enum cg_status run_process(struct cg_scheduler *scheduler, struct cg_error *err)
{
    struct cg_measurement *measurement = scheduler->measurement;
    const int rounds_before = measurement->n_rounds;
    const int64_t start_ns = cg_now_ns();
    enum cg_status status = cg_scheduler_prepare(scheduler, err);
    scheduler->prepare_s = (double)(cg_now_ns() - start_ns) * 1e-9;
    if (status == CG_OK && scheduler->protocol->time && cg_scheduler_active(scheduler) > 0)
        status = cg_scheduler_rounds(scheduler, err);
    const int64_t stop_ns = cg_now_ns();
    cg_scheduler_stop_workers(scheduler);
    const double stopping_s = (double)(cg_now_ns() - stop_ns) * 1e-9;
    measurement->prepare_s += scheduler->prepare_s + stopping_s;
    scheduler->prepare_s += stopping_s;
    if (measurement->n_rounds > rounds_before)
        measurement->n_processes++;
    return status;
}

static enum cg_status run_processes(struct cg_scheduler *scheduler, struct cg_error *err)
{
    const struct cg_protocol *protocol = scheduler->protocol;
    struct cg_measurement *measurement = scheduler->measurement;
    const int processes = protocol->time ? protocol->max_processes : 1;
    for (scheduler->process = 0; scheduler->process < processes; scheduler->process++) {
        enum cg_status status = run_process(scheduler, err);
        if (status == CG_INTERRUPTED)
            measurement->stop = CG_STOP_INTERRUPTED;
        if (status != CG_OK)
            return status;
        if (cg_scheduler_active(scheduler) == 0 || !protocol->time) {
            measurement->stop = CG_STOP_NOTHING;
            return CG_OK;
        }
        bool enough = false;
        status = look(scheduler, &enough, err);
        if (status != CG_OK)
            return status;
        measurement->stop = enough ? CG_STOP_PRECISION : CG_STOP_PROCESSES;
        if (enough)
            return CG_OK;
        if (scheduler->process + 1 < processes && measurement->n_processes >= 2 &&
            next_is_too_long(scheduler)) {
            measurement->stop = CG_STOP_BUDGET;
            return CG_OK;
        }
    }
    return CG_OK;
}

/* ---- results ---- */

static enum cg_status flag_rounds(struct cg_measurement *measurement, unsigned *flags, struct cg_error *err)
{
    double *scratch = calloc((size_t)measurement->n_rounds + 1, sizeof *scratch);
    if (!scratch)
        return cg_fail(err, CG_NO_MEMORY, "no memory to judge the rounds");
    *flags = cg_flags_of_rounds(measurement->rounds, measurement->n_rounds, scratch);
    free(scratch);
    return CG_OK;
}

static void finish_job(struct cg_scheduler *scheduler, int index, unsigned round_flags)
{
    struct cg_scheduled *scheduled = &scheduler->jobs[index];
    struct cg_job_result *result = scheduled->result;
    const struct cg_measurement *measurement = scheduler->measurement;
    if (!scheduled->active)
        return;
    if (result->samples.n > 0)
        result->state = CG_JOB_MEASURED;
    else if (!scheduler->protocol->time && measurement->stop != CG_STOP_INTERRUPTED)
        result->state = CG_JOB_CHECKED;
    if (result->state != CG_JOB_MEASURED)
        return;
    result->flags |= round_flags;
    if (measurement->stop == CG_STOP_INTERRUPTED)
        result->flags |= CG_FLAG_BIT(CG_FLAG_PARTIAL);
    const bool sustained = scheduler->protocol->piece_s > 0; /* no precision was asked for */
    if (measurement->stop == CG_STOP_BUDGET && !sustained)
        result->flags |= CG_FLAG_BIT(CG_FLAG_BUDGET);
    if (!sustained && !(measurement->reached_precision <= scheduler->protocol->precision))
        result->flags |= CG_FLAG_BIT(CG_FLAG_PRECISION);
    if (scheduled->preempted > 0.05 * scheduled->n_samples)
        result->flags |= CG_FLAG_BIT(CG_FLAG_PREEMPTED);
}

/* A job that is the same as an earlier one gets copies of its data. */
static enum cg_status copy_same(struct cg_measurement *measurement, struct cg_error *err)
{
    for (int i = 0; i < measurement->n_jobs; i++) {
        struct cg_job_result *result = &measurement->jobs[i];
        const int same_as = result->same_as;
        if (same_as < 0)
            continue;
        *result = measurement->jobs[same_as];
        result->same_as = same_as;
        const bool samples = cg_samples_copy(&result->samples, &measurement->jobs[same_as].samples);
        const bool rerun = cg_samples_copy(&result->rerun, &measurement->jobs[same_as].rerun);
        result->counters = calloc((size_t)result->n_counters + 1, sizeof *result->counters);
        for (int k = 0; result->counters && k < result->n_counters; k++)
            result->counters[k] = measurement->jobs[same_as].counters[k];
        if (!samples || !rerun || !result->counters) {
            cg_fail(err, CG_NO_MEMORY, "no memory for a copy of samples");
            cg_result_skip(result, err);
            return CG_NO_MEMORY;
        }
    }
    return CG_OK;
}

enum cg_status cg_measure(struct cg_session *session, const struct cg_job *jobs, int n_jobs, int baseline,
                          const struct cg_protocol *protocol, struct cg_measurement *measurement,
                          struct cg_error *err)
{
    struct cg_scheduler scheduler;
    enum cg_status status =
        cg_scheduler_open(&scheduler, session, protocol, jobs, n_jobs, baseline, measurement, err);
    if (status == CG_OK)
        status = run_processes(&scheduler, err);
    unsigned round_flags = 0;
    const enum cg_status flagged = flag_rounds(measurement, &round_flags, status == CG_OK ? err : NULL);
    status = status == CG_OK ? flagged : status;
    for (int i = 0; i < scheduler.n_jobs; i++)
        finish_job(&scheduler, i, round_flags);
    cg_scheduler_close(&scheduler);
    if (status == CG_OK && protocol->time && protocol->counters)
        status = cg_count_jobs(session, jobs, n_jobs, protocol, measurement, err);
    if (copy_same(measurement, err) != CG_OK && status == CG_OK)
        status = CG_NO_MEMORY;
    measurement->elapsed_s = cg_scheduler_elapsed_s(&scheduler);
    if (measurement->rounds_s > 0)
        measurement->overhead_fraction =
            1 - (measurement->sampled_s + measurement->discarded_s) / measurement->rounds_s;
    return status;
}
