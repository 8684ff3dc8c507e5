#include "bench/scheduler/scheduler.h"

#include "bench/device/emulation.h"
#include "bench/device/timer.h"
#include "bench/graph/cost.h"
#include "bench/graph/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PROGRESS_EVERY_NS 100000000

void cg_scheduler_skip(struct cg_scheduler *scheduler, int job, const struct cg_error *why)
{
    cg_result_skip(scheduler->jobs[job].result, why);
    scheduler->jobs[job].active = false;
}

bool cg_scheduler_is_over(const struct cg_scheduler *scheduler)
{
    return scheduler->protocol->end_ns > 0 && cg_now_ns() > scheduler->protocol->end_ns;
}

int cg_scheduler_active(const struct cg_scheduler *scheduler)
{
    int n = 0;
    for (int i = 0; i < scheduler->n_jobs; i++)
        n += scheduler->jobs[i].active;
    return n;
}

/* -1: there is none, or it is not measured; also before all jobs are scheduled. */
static int baseline_of(const struct cg_scheduler *scheduler)
{
    int baseline = scheduler->n_jobs > 0 ? scheduler->measurement->baseline : -1;
    const struct cg_job_result *result = baseline >= 0 ? scheduler->jobs[baseline].result : NULL;
    if (result && result->same_as >= 0)
        baseline = result->same_as;
    return result && scheduler->jobs[baseline].active ? baseline : -1;
}

const struct cg_samples *cg_scheduler_base_samples(const struct cg_scheduler *scheduler)
{
    const int baseline = baseline_of(scheduler);
    return baseline >= 0 ? &scheduler->measurement->jobs[baseline].samples : NULL;
}

bool cg_scheduler_is_compared(const struct cg_scheduler *scheduler, int job)
{
    return scheduler->jobs[job].active && job != baseline_of(scheduler);
}

struct cg_wire *cg_scheduler_message(struct cg_scheduler *scheduler, int job)
{
    struct cg_wire *out = &scheduler->workers[scheduler->jobs[job].worker].child.out;
    cg_wire_clear(out);
    cg_wire_put_i32(out, job);
    return out;
}

enum cg_status cg_scheduler_ask(struct cg_scheduler *scheduler, int job, enum cg_message type,
                                double timeout_s, struct cg_wire **answer, struct cg_error *err)
{
    struct cg_child *child = &scheduler->workers[scheduler->jobs[job].worker].child;
    *answer = &child->in;
    return cg_child_ask(child, type, timeout_s, scheduler->session->options.interrupted, err);
}

/* ---- progress ---- */

double cg_scheduler_elapsed_s(const struct cg_scheduler *scheduler)
{
    const int64_t end_ns = scheduler->pause_ns ? scheduler->pause_ns : cg_now_ns();
    return (double)(end_ns - scheduler->start_ns - scheduler->paused_ns) * 1e-9;
}

void cg_scheduler_pause(struct cg_scheduler *scheduler)
{
    scheduler->pause_ns = cg_now_ns();
}

void cg_scheduler_resume(struct cg_scheduler *scheduler)
{
    scheduler->paused_ns += cg_now_ns() - scheduler->pause_ns;
    scheduler->pause_ns = 0;
}

/* As many as the interval so far asks for (its width falls with their root), at least the one that runs. */
static int expected_processes(const struct cg_scheduler *scheduler)
{
    const int most = scheduler->max_processes, now = scheduler->process + 1;
    const double too_wide = scheduler->half_width / scheduler->protocol->precision;
    const double wanted = scheduler->measurement->n_processes * too_wide * too_wide;
    const double n = fmax(cg_stop_first_look(most), isnan(wanted) ? 0 : ceil(wanted));
    return (int)fmin(fmax(n, now), most);
}

double cg_scheduler_left_s(const struct cg_scheduler *scheduler, int round)
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

void cg_scheduler_progress(struct cg_scheduler *scheduler, const char *phase, const char *label, int round)
{
    const struct cg_session_options *options = &scheduler->session->options;
    const int64_t now_ns = cg_now_ns();
    if (!options->progress || now_ns - scheduler->last_progress_ns < PROGRESS_EVERY_NS)
        return;
    scheduler->last_progress_ns = now_ns;
    const struct cg_progress progress = {.phase = phase,
                                         .label = label,
                                         .process = scheduler->process,
                                         .max_processes = scheduler->max_processes,
                                         .round = round,
                                         .n_rounds = scheduler->n_rounds,
                                         .elapsed_s = cg_scheduler_elapsed_s(scheduler),
                                         .left_s = cg_scheduler_left_s(scheduler, round),
                                         .half_width = scheduler->half_width};
    options->progress(&progress, options->context);
}

/* ---- before and after ---- */

static enum cg_status check_arguments(struct cg_job_group group, const struct cg_protocol *protocol,
                                      struct cg_error *err)
{
    if (group.n < 1 || group.baseline >= group.n)
        return cg_fail(err, CG_INVALID, "%d jobs with baseline %d cannot be measured", group.n,
                       group.baseline);
    if (protocol->max_processes < 1 || protocol->min_rounds < 1 ||
        protocol->max_rounds < protocol->min_rounds || !(protocol->precision > 0))
        return cg_fail(err, CG_INVALID, "the protocol asks for %d processes, %d to %d rounds, precision %g",
                       protocol->max_processes, protocol->min_rounds, protocol->max_rounds,
                       protocol->precision);
    for (int i = 0; i < group.n; i++)
        if (group.jobs[i].setting.threads < 1 || group.jobs[i].setting.threads > CG_THREADS_MAX)
            return cg_fail(err, CG_INVALID, "%s: threads must be 1 to %d, not %d", group.jobs[i].label,
                           CG_THREADS_MAX, group.jobs[i].setting.threads);
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
    return scheduled->graph_text ? CG_OK : cg_fail(err, CG_NO_MEMORY, "no memory for a graph's text");
}

enum cg_status cg_scheduler_open(struct cg_scheduler *scheduler, struct cg_session *session,
                                 struct cg_job_group group, const struct cg_protocol *protocol,
                                 struct cg_measurement *measurement, struct cg_error *err)
{
    const size_t n = (size_t)group.n;
    enum cg_status status = check_arguments(group, protocol, err);
    *measurement = (struct cg_measurement){0};
    *scheduler = (struct cg_scheduler){.session = session,
                                       .protocol = protocol,
                                       .measurement = measurement,
                                       .start_ns = cg_now_ns(),
                                       .half_width = NAN,
                                       .max_processes = protocol->max_processes,
                                       .sample_min_ns = protocol->sample_min_ns,
                                       .last_worker = -1};
    if (status == CG_OK)
        status = cg_measurement_init(measurement, group.n, group.baseline, err);
    if (status != CG_OK)
        return status;
    scheduler->jobs = calloc(n, sizeof *scheduler->jobs);
    scheduler->workers = calloc(n, sizeof *scheduler->workers);
    scheduler->order = calloc(n * CG_BATCH_ROUNDS_MAX, sizeof *scheduler->order);
    scheduler->scratch = calloc(8 * n, sizeof *scheduler->scratch);
    if (!scheduler->jobs || !scheduler->workers || !scheduler->order || !scheduler->scratch)
        return cg_fail(err, CG_NO_MEMORY, "no memory to schedule %d jobs", group.n);
    scheduler->n_jobs = group.n;
    for (int i = 0; i < group.n && status == CG_OK; i++)
        status = schedule_job(scheduler, group.jobs, i, err);
    scheduler->budget_s = cg_protocol_allows_s(protocol, cg_scheduler_active(scheduler));
    if (!(scheduler->budget_s > 0))
        scheduler->budget_s = INFINITY;
    return status;
}

void cg_scheduler_stop_workers(struct cg_scheduler *scheduler)
{
    for (int i = 0; i < scheduler->n_workers; i++)
        cg_child_stop(&scheduler->workers[i].child);
    scheduler->last_worker = -1;
}

void cg_scheduler_close(struct cg_scheduler *scheduler)
{
    cg_scheduler_stop_workers(scheduler);
    for (int i = 0; i < scheduler->n_jobs; i++)
        free(scheduler->jobs[i].graph_text);
    free(scheduler->jobs);
    free(scheduler->workers);
    free(scheduler->order);
    free(scheduler->scratch);
    free(scheduler->pending);
}
