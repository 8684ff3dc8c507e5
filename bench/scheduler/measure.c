#include "bench/scheduler/measure.h"

#include "bench/device/timer.h"
#include "bench/scheduler/case_flags.h"
#include "bench/scheduler/counting.h"
#include "bench/scheduler/prepare.h"
#include "bench/scheduler/rounds.h"
#include "bench/scheduler/scheduler.h"
#include "bench/stats/stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PREEMPTED_SHARE 0.05 /* of a job's samples */

struct cg_measuring {
    struct cg_scheduler scheduler;
    struct cg_job_group group;
    struct cg_protocol protocol;
    bool done;
};

/* ---- deciding ---- */

/* Looks at the intervals after a whole process: sets the precision reached, and tells whether it is enough.
 */
static bool is_enough(struct cg_scheduler *scheduler)
{
    const struct cg_protocol *protocol = scheduler->protocol;
    struct cg_measurement *measurement = scheduler->measurement;
    const struct cg_samples *base = cg_scheduler_base_samples(scheduler);
    double worst = NAN;
    bool first = true;
    for (int i = 0; i < scheduler->n_jobs; i++) {
        if (!cg_scheduler_is_compared(scheduler, i))
            continue;
        const double half_width = cg_samples_half_width(&measurement->jobs[i].samples, base);
        worst = first || isnan(half_width) || half_width > worst ? half_width : worst;
        first = false;
    }
    measurement->reached_precision = scheduler->half_width = worst;
    return !first && !(protocol->piece_s > 0) && measurement->n_processes < scheduler->max_processes &&
           cg_stop_reached(&worst, 1, measurement->n_processes, scheduler->max_processes,
                           protocol->precision);
}

/* Whether another process of the same length would end beyond the budget. */
static bool next_is_too_long(const struct cg_scheduler *scheduler)
{
    if (scheduler->protocol->piece_s > 0) /* cut where the time is over */
        return cg_scheduler_elapsed_s(scheduler) > scheduler->budget_s;
    const double next_s = scheduler->prepare_s + scheduler->n_rounds * scheduler->round_s;
    return cg_scheduler_elapsed_s(scheduler) + next_s > CG_BUDGET_SLACK * scheduler->budget_s;
}

/* The middle one of the last processes' times. */
static double settled_ns(const struct cg_samples *samples, int process)
{
    enum { MOST = 15 };
    double times[MOST];
    int n = 0;
    for (int p = process; p >= 0 && n < MOST; p--) {
        const double ns = cg_samples_time(samples, p);
        if (ns > 0)
            times[n++] = ns;
    }
    return n > 0 ? cg_median(times, (size_t)n) : 0;
}

/* Warm-ups run hot: what other samples take says nothing of their times. */
static void note_settled(struct cg_scheduler *scheduler)
{
    for (int i = 0; i < scheduler->n_jobs; i++) {
        struct cg_scheduled *scheduled = &scheduler->jobs[i];
        if (scheduled->active && scheduled->job->setting.cache == CG_CACHE_HOT)
            scheduled->settled_ns = settled_ns(&scheduled->result->samples, scheduler->process);
    }
}

static enum cg_status run_process(struct cg_scheduler *scheduler, struct cg_error *err)
{
    struct cg_measurement *measurement = scheduler->measurement;
    const int rounds_before = measurement->n_rounds;
    const int64_t start_ns = cg_now_ns();
    enum cg_status status = cg_prepare_jobs(scheduler, err);
    scheduler->prepare_s = (double)(cg_now_ns() - start_ns) * 1e-9;
    if (status == CG_OK && scheduler->protocol->time && cg_scheduler_active(scheduler) > 0 &&
        !cg_scheduler_is_over(scheduler)) /* else not all are prepared */
        status = cg_rounds_run(scheduler, err);
    note_settled(scheduler);
    const int64_t stop_ns = cg_now_ns();
    cg_scheduler_stop_workers(scheduler);
    scheduler->prepare_s += (double)(cg_now_ns() - stop_ns) * 1e-9;
    measurement->prepare_s += scheduler->prepare_s;
    measurement->n_processes += measurement->n_rounds > rounds_before;
    return status;
}

/* ---- results ---- */

static void finish_job(const struct cg_scheduler *scheduler, int index,
                       const struct cg_measurement *measurement, unsigned flags)
{
    const struct cg_scheduled *scheduled = &scheduler->jobs[index];
    const struct cg_protocol *protocol = scheduler->protocol;
    struct cg_job_result *result = &measurement->jobs[index];
    if (!scheduled->active)
        return;
    if (result->samples.n > 0)
        result->state = CG_JOB_MEASURED;
    else if (!protocol->time && measurement->stop != CG_STOP_INTERRUPTED)
        result->state = CG_JOB_CHECKED;
    if (result->state != CG_JOB_MEASURED)
        return;
    const bool sustained = protocol->piece_s > 0; /* no precision was asked for */
    if (measurement->stop == CG_STOP_INTERRUPTED)
        flags |= CG_FLAG_BIT(CG_FLAG_PARTIAL);
    if (measurement->stop == CG_STOP_BUDGET && !sustained)
        flags |= CG_FLAG_BIT(CG_FLAG_BUDGET);
    if (!sustained && !(measurement->reached_precision <= protocol->precision))
        flags |= CG_FLAG_BIT(CG_FLAG_PRECISION);
    if (scheduled->preempted > PREEMPTED_SHARE * scheduled->n_samples)
        flags |= CG_FLAG_BIT(CG_FLAG_PREEMPTED);
    result->flags |= flags;
}

/* Sets what became of the jobs that were scheduled, in `measurement`: the scheduler's, or a copy. */
static void finish_jobs(const struct cg_scheduler *scheduler, const struct cg_measurement *measurement)
{
    const unsigned flags = cg_case_flags_of_rounds(measurement->rounds, measurement->n_rounds);
    for (int i = 0; i < scheduler->n_jobs; i++)
        finish_job(scheduler, i, measurement, flags);
}

/* Gives samples that another result owns copies of their own. */
static bool own_samples(struct cg_samples *samples)
{
    const struct cg_samples from = *samples;
    *samples = (struct cg_samples){0};
    for (int i = 0; i < from.n; i++)
        if (!cg_samples_add(samples, from.all[i]))
            return false;
    return true;
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
        const bool samples = own_samples(&result->samples), rerun = own_samples(&result->rerun);
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

/* ---- process by process ---- */

enum cg_status cg_measuring_begin(struct cg_session *session, struct cg_job_group group,
                                  const struct cg_protocol *protocol, struct cg_measurement *measurement,
                                  struct cg_measuring **measuring, struct cg_error *err)
{
    *measurement = (struct cg_measurement){0};
    struct cg_measuring *m = *measuring = calloc(1, sizeof *m);
    if (!m)
        return cg_fail(err, CG_NO_MEMORY, "no memory to measure %d jobs", group.n);
    m->group = group;
    m->protocol = *protocol;
    const enum cg_status status =
        cg_scheduler_open(&m->scheduler, session, group, &m->protocol, measurement, err);
    m->scheduler.samples_follow = true;
    cg_scheduler_pause(&m->scheduler);
    return status;
}

/* Why there is no process to come after this one, or CG_STOP_PROCESSES with *last unset. */
static enum cg_stop stop_after(struct cg_scheduler *scheduler, bool *last)
{
    const bool enough = is_enough(scheduler);
    *last = scheduler->process + 1 >= scheduler->max_processes;
    if (enough)
        return CG_STOP_PRECISION;
    if (cg_scheduler_is_over(scheduler))
        return CG_STOP_BUDGET;
    return !*last && scheduler->measurement->n_processes >= 2 && next_is_too_long(scheduler)
               ? CG_STOP_BUDGET
               : CG_STOP_PROCESSES;
}

enum cg_status cg_measuring_go_on(struct cg_measuring *measuring, bool *done, struct cg_error *err)
{
    struct cg_scheduler *scheduler = &measuring->scheduler;
    struct cg_measurement *measurement = scheduler->measurement;
    bool last = true;
    if (cg_scheduler_is_over(scheduler)) {
        measurement->stop = CG_STOP_BUDGET;
        *done = measuring->done = true;
        return CG_OK;
    }
    cg_scheduler_resume(scheduler);
    const enum cg_status status = run_process(scheduler, err);
    if (status == CG_INTERRUPTED)
        measurement->stop = CG_STOP_INTERRUPTED;
    else if (status == CG_OK && (cg_scheduler_active(scheduler) == 0 || !scheduler->protocol->time))
        measurement->stop = CG_STOP_NOTHING;
    else if (status == CG_OK)
        measurement->stop = stop_after(scheduler, &last);
    cg_scheduler_pause(scheduler);
    scheduler->process++;
    *done = measuring->done = status == CG_OK && (last || measurement->stop != CG_STOP_PROCESSES);
    return status;
}

void cg_measuring_cut_process(struct cg_measuring *measuring, int64_t end_ns)
{
    measuring->scheduler.process_end_ns = end_ns;
}

double cg_measuring_left_s(const struct cg_measuring *measuring)
{
    return !measuring || measuring->done ? 0 : cg_scheduler_left_s(&measuring->scheduler, 0);
}

double cg_measuring_elapsed_s(const struct cg_measuring *measuring)
{
    return measuring ? cg_scheduler_elapsed_s(&measuring->scheduler) : 0;
}

bool cg_measuring_so_far(const struct cg_measuring *measuring, struct cg_measurement *so_far)
{
    const struct cg_scheduler *scheduler = &measuring->scheduler;
    *so_far = *scheduler->measurement;
    if (scheduler->process == 0 || !(so_far->jobs = calloc((size_t)so_far->n_jobs, sizeof *so_far->jobs)))
        return false;
    memcpy(so_far->jobs, scheduler->measurement->jobs, (size_t)so_far->n_jobs * sizeof *so_far->jobs);
    if (!measuring->done)
        so_far->stop = CG_STOP_INTERRUPTED;
    so_far->elapsed_s = cg_scheduler_elapsed_s(scheduler);
    finish_jobs(scheduler, so_far);
    for (int i = 0; i < so_far->n_jobs; i++) {
        const int same_as = so_far->jobs[i].same_as;
        if (same_as < 0)
            continue;
        so_far->jobs[i] = so_far->jobs[same_as];
        so_far->jobs[i].same_as = same_as;
    }
    return true;
}

static bool is_too_late(const struct cg_protocol *protocol)
{
    return protocol->over_ns > 0 && cg_now_ns() > protocol->over_ns;
}

enum cg_status cg_measuring_end(struct cg_measuring **measuring, struct cg_error *err)
{
    struct cg_measuring *m = *measuring;
    struct cg_error ignored;
    if (!m)
        return CG_OK;
    err = err ? err : &ignored;
    struct cg_scheduler *scheduler = &m->scheduler;
    struct cg_measurement *measurement = scheduler->measurement;
    enum cg_status status = CG_OK;
    if (!m->done)
        measurement->stop = CG_STOP_INTERRUPTED;
    finish_jobs(scheduler, measurement);
    cg_scheduler_resume(scheduler);
    cg_scheduler_close(scheduler);
    m->protocol.end_ns = 0; /* counting is not cut off */
    if (m->done && m->protocol.time && m->protocol.counters && !is_too_late(&m->protocol))
        status = cg_count_jobs(scheduler->session, m->group, &m->protocol, measurement, err);
    if (copy_same(measurement, err) != CG_OK && status == CG_OK)
        status = CG_NO_MEMORY;
    measurement->elapsed_s = cg_scheduler_elapsed_s(scheduler);
    if (measurement->rounds_s > 0)
        measurement->overhead_fraction =
            1 - (measurement->sampled_s + measurement->discarded_s) / measurement->rounds_s;
    free(m);
    *measuring = NULL;
    return status;
}

enum cg_status cg_measure(struct cg_session *session, struct cg_job_group group,
                          const struct cg_protocol *protocol, struct cg_measurement *measurement,
                          struct cg_error *err)
{
    struct cg_measuring *measuring;
    bool done = false;
    enum cg_status status = cg_measuring_begin(session, group, protocol, measurement, &measuring, err);
    while (status == CG_OK && !done)
        status = cg_measuring_go_on(measuring, &done, err);
    const enum cg_status ended = cg_measuring_end(&measuring, status == CG_OK ? err : NULL);
    return status ?: ended;
}
