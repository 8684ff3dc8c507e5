#include "bench/scheduler/rounds.h"

#include "bench/scheduler/batch.h"
#include "bench/scheduler/machine_watch.h"
#include "bench/scheduler/overhead.h"
#include "bench/scheduler/prepare.h"

#include "base/array.h"
#include "bench/device/timer.h"
#include "bench/stats/stats.h"

#include <math.h>
#include <stdlib.h>

#define SD_OF_MAD 1.4826

/* A ratio's variance between processes over that between rounds, as ratios of most groups have it. */
#define USUAL_PROCESS_SHARE 0.1

/* Room for everything that the rounds of this process store. */
static enum cg_status reserve(struct cg_scheduler *scheduler, int max_rounds, struct cg_error *err)
{
    struct cg_measurement *measurement = scheduler->measurement;
    bool ok = true;
    for (int i = 0; i < scheduler->n_jobs && ok; i++)
        if (scheduler->jobs[i].active)
            ok = cg_samples_reserve(&scheduler->jobs[i].result->samples, max_rounds) &&
                 cg_samples_reserve(&scheduler->jobs[i].result->rerun, max_rounds);
    ok = ok &&
         cg_array_fit(measurement->rounds, scheduler->rounds_capacity, measurement->n_rounds + max_rounds) &&
         cg_array_fit(scheduler->pending, scheduler->pending_capacity, max_rounds * scheduler->n_jobs);
    return ok ? CG_OK : cg_fail(err, CG_NO_MEMORY, "no memory for samples");
}

/* Spread of the log-ratios of the noisiest job, in the pilot. */
static double pilot_mad(struct cg_scheduler *scheduler)
{
    const struct cg_measurement *measurement = scheduler->measurement;
    const struct cg_samples *base = cg_scheduler_base_samples(scheduler);
    double worst = 0;
    for (int i = 0; i < scheduler->n_jobs; i++) {
        if (!cg_scheduler_is_compared(scheduler, i))
            continue;
        const struct cg_samples *samples = &measurement->jobs[i].samples;
        double *values = calloc(2 * (size_t)samples->n + 2, sizeof *values);
        if (!values)
            return worst;
        const int n = cg_samples_log_ratios(samples, base, scheduler->process, values, NULL);
        if (n > 1)
            worst = fmax(worst, cg_summarise(values, (size_t)n, values + n).mad);
        free(values);
    }
    return worst;
}

/* Seconds that a process takes to be prepared once the reference's values are known: this one may have
 * computed them. */
static double prepare_again_s(const struct cg_scheduler *scheduler)
{
    double check_ns = 0;
    for (int i = 0; i < scheduler->n_jobs; i++)
        check_ns += scheduler->jobs[i].active ? scheduler->jobs[i].run_ns : 0;
    return scheduler->prepare_s - fmax(0, scheduler->measurement->stage_s[CG_STAGE_CHECK] - 1e-9 * check_ns);
}

/* How many rounds each process gets, and how many processes there are to be: what tells most in the time. */
static void plan_by_pilot(struct cg_scheduler *scheduler)
{
    const struct cg_protocol *protocol = scheduler->protocol;
    if (protocol->piece_s > 0) {
        const double fit = scheduler->round_s > 0 ? protocol->piece_s / scheduler->round_s : 0;
        scheduler->n_rounds = (int)fmin(fmax(fit, protocol->min_rounds), protocol->max_rounds);
        return;
    }
    const double prepare_s = prepare_again_s(scheduler);
    const struct cg_spread spread = {.round_sd = SD_OF_MAD * pilot_mad(scheduler),
                                     .process_share = USUAL_PROCESS_SHARE};
    if (!(protocol->budget_s > 0))
        scheduler->budget_s = fmax(scheduler->budget_s,
                                   cg_protocol_least_s(protocol, scheduler->prepare_s, scheduler->round_s));
    const struct cg_design design = cg_protocol_design(protocol, &spread, cg_scheduler_active(scheduler),
                                                       scheduler->budget_s, prepare_s, scheduler->round_s);
    scheduler->n_rounds = design.rounds;
    if (protocol->as_planned)
        scheduler->max_processes = design.processes;
}

/* What the inside of a round of this process cost beside samples and discarded runs: the middle one, since
 * another program may come between in some rounds. */
static double overhead_inside_ns(const struct cg_scheduler *scheduler)
{
    const struct cg_measurement *measurement = scheduler->measurement;
    enum { MOST = 64 };
    double inside[MOST];
    int n = 0;
    for (int i = measurement->n_rounds - 1; i >= 0 && n < MOST; i--)
        if (measurement->rounds[i].process == scheduler->process)
            inside[n++] = (double)measurement->rounds[i].overhead_ns;
    return n == 0 ? 0 : cg_median(inside, (size_t)n);
}

/* Longer samples until a round's samples and discarded runs are expected to take `wanted_ns`. */
static void lengthen_samples(struct cg_scheduler *scheduler, double wanted_ns)
{
    const int64_t least_ns = scheduler->protocol->sample_min_ns;
    while (cg_batch_round_ns(scheduler) < wanted_ns &&
           scheduler->sample_min_ns < CG_SAMPLE_LENGTHENED_MOST * least_ns)
        scheduler->sample_min_ns += least_ns / 8 + 1;
}

/* By what rounds like these usually cost: the pilot's are to be cheap enough, too. */
static void lengthen_as_expected(struct cg_scheduler *scheduler)
{
    struct cg_round_work work = {.least_ns = cg_batch_round_ns(scheduler)};
    for (int i = 0; i < scheduler->n_jobs; i++) {
        if (!scheduler->jobs[i].active)
            continue;
        int first = 0;
        while (!scheduler->jobs[first].active || scheduler->jobs[first].worker != scheduler->jobs[i].worker)
            first++;
        work.n_workers += first == i;
        work.n_cases++;
        work.n_threaded += scheduler->jobs[i].job->setting.threads > 1;
    }
    lengthen_samples(scheduler, cg_overhead_round_ns(&work, scheduler->protocol->overhead));
}

/* By what the pilot's rounds did cost. */
static void lengthen_as_seen(struct cg_scheduler *scheduler)
{
    const double before_ns = cg_batch_round_ns(scheduler);
    lengthen_samples(scheduler, cg_overhead_round_as_seen_ns(overhead_inside_ns(scheduler),
                                                             scheduler->protocol->overhead));
    scheduler->round_s += 1e-9 * (cg_batch_round_ns(scheduler) - before_ns);
}

/* Whether the process has to end before its rounds are done. */
static bool over_budget(const struct cg_scheduler *scheduler, int done)
{
    return (done >= cg_protocol_rounds_least(scheduler->protocol) &&
            cg_scheduler_elapsed_s(scheduler) > scheduler->budget_s) ||
           (done > 0 && (cg_scheduler_is_over(scheduler) ||
                         (scheduler->process_end_ns > 0 && cg_now_ns() > scheduler->process_end_ns)));
}

/* Until the watched stretch of rounds is to end, or this process. */
static double stretch_left_ns(const struct cg_scheduler *scheduler, const struct cg_watch *watch,
                              int64_t now_ns)
{
    const double left_ns = (double)(CG_WATCH_WINDOW_NS - (now_ns - watch->before_ns));
    return scheduler->process_end_ns > 0 ? fmin(left_ns, (double)(scheduler->process_end_ns - now_ns))
                                         : left_ns;
}

enum cg_status cg_rounds_run(struct cg_scheduler *scheduler, struct cg_error *err)
{
    const struct cg_protocol *protocol = scheduler->protocol;
    struct cg_measurement *measurement = scheduler->measurement;
    const bool pilot = scheduler->n_rounds == 0;
    int target = pilot ? protocol->min_rounds : scheduler->n_rounds;
    const int most = pilot ? protocol->max_rounds : scheduler->n_rounds;
    enum cg_status status = reserve(scheduler, 2 * most, err);
    status = status ?: cg_batch_prepare(scheduler, err);
    if (status != CG_OK)
        return status;
    if (scheduler->process == 0 && protocol->overhead > 0)
        lengthen_as_expected(scheduler);
    struct cg_watch watch = {.max_reruns = most};
    cg_watch_open(scheduler, &watch, 0);
    scheduler->first_pending_round = measurement->n_rounds;
    double wall_s = 0;
    int done = 0, number = 0, crashes = 0;
    while (done < target && status == CG_OK) {
        const int64_t start_ns = cg_now_ns();
        const double warmed_s = measurement->stage_s[CG_STAGE_WARM_UP];
        const double left_ns = stretch_left_ns(scheduler, &watch, start_ns);
        int n = 0;
        status = cg_batch_run(scheduler, number, target - done, left_ns, &n, err);
        if (status == CG_UNAVAILABLE) {
            /* Crashed: what is left is prepared again; the state reader watches processes that are gone. */
            cg_state_close(&watch.reader);
            status = crashes++ > 2 * scheduler->n_jobs + 4
                         ? cg_fail(err, CG_FAILED, "the workers keep on crashing")
                         : cg_prepare_jobs(scheduler, err);
            if (cg_scheduler_active(scheduler) == 0 || cg_scheduler_is_over(scheduler))
                break;
            cg_watch_open(scheduler, &watch, 0);
            continue;
        }
        if (status != CG_OK)
            break;
        number += n;
        done += n;
        if (cg_now_ns() - watch.before_ns >= CG_WATCH_WINDOW_NS || done == target)
            done -= cg_watch_close_window(scheduler, &watch);
        cg_scheduler_progress(scheduler, pilot && scheduler->n_rounds == 0 ? "pilot" : "rounds", "", done);
        const double warm_up_s = measurement->stage_s[CG_STAGE_WARM_UP] - warmed_s;
        scheduler->prepare_s += warm_up_s;
        wall_s += (double)(cg_now_ns() - start_ns) * 1e-9 - warm_up_s;
        scheduler->round_s = wall_s / number;
        if (done == target && pilot && scheduler->n_rounds == 0) {
            if (protocol->overhead > 0)
                lengthen_as_seen(scheduler);
            plan_by_pilot(scheduler);
            target = scheduler->n_rounds;
        }
        if (over_budget(scheduler, done))
            break;
    }
    cg_watch_close_window(scheduler, &watch);
    cg_state_close(&watch.reader);
    measurement->rounds_s += wall_s;
    return status;
}
