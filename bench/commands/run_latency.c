#include "bench/commands/run_parts.h"
#include "bench/scheduler/latency.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Of a process beside its seconds: start, weights, plan, warm-up. */
#define PREPARE_S 0.1

/* How both passes measure: processes or repetitions, and the seconds of each. */
struct effort {
    int times;
    double seconds, limit_s;
};

/* A run with a budget spends on it a fifth of the job's share at most. */
static struct effort effort_of(const struct cg_run *run, double budget_s, int n_jobs)
{
    const bool quick = run->request.quick;
    struct effort effort = {.times = quick ? 3 : 5, .seconds = quick ? 0.3 : 1, .limit_s = quick ? 3 : 10};
    if (budget_s > 0) {
        const double share_s = fmax(0.05, 0.2 * budget_s / n_jobs / effort.times);
        effort.seconds = fmin(effort.seconds, share_s);
        effort.limit_s = fmin(effort.limit_s, share_s);
    }
    return effort;
}

static bool was_timed(const struct cg_planned_job *planned)
{
    return planned->record && planned->record->samples.n > 0;
}

bool cg_run_latency_wanted(const struct cg_run *run, int job)
{
    return run->request.latency && run->plan->jobs[job].job.setting.cache != CG_CACHE_REPLAY;
}

int cg_run_instances_wanted(const struct cg_run *run, int job)
{
    const bool hot = run->plan->jobs[job].job.setting.cache == CG_CACHE_HOT;
    return run->request.instances > 0 && hot ? effort_of(run, 0, 1).times : 0;
}

static bool take_process(const struct cg_latency_process *from, struct cg_results *results,
                         struct cg_latency_process_record *to)
{
    const size_t n = (size_t)from->head.n;
    *to = (struct cg_latency_process_record){
        .plan_ns = from->head.plan_ns,
        .first_run_ns = from->head.first_run_ns,
        .peak_memory_bytes = from->head.peak_memory_bytes < 0 ? CG_UNKNOWN : from->head.peak_memory_bytes,
        .n = from->head.n,
        .ns = cg_results_array(results, n, sizeof *to->ns),
        .switches = cg_results_array(results, n, sizeof *to->switches),
        .stolen = cg_results_array(results, n, sizeof *to->stolen),
    };
    for (size_t i = 0; i < n && to->ns && to->switches && to->stolen; i++) {
        to->ns[i] = from->runs[i].ns;
        to->switches[i] = from->runs[i].switches;
        to->stolen[i] = from->runs[i].stolen;
    }
    return to->ns && to->switches && to->stolen;
}

static enum cg_status take_latency(const struct cg_latency *from, struct cg_results *results,
                                   struct cg_latency_record *to, struct cg_error *err)
{
    to->processes = cg_results_array(results, (size_t)from->n, sizeof *to->processes);
    bool enough = to->processes;
    for (; enough && to->n_processes < from->n; to->n_processes++)
        enough = take_process(&from->processes[to->n_processes], results, &to->processes[to->n_processes]);
    return enough ? cg_latency_summarise(to, err) : cg_fail(err, CG_NO_MEMORY, "no memory for latencies");
}

static enum cg_status add_latency(struct cg_run *run, struct cg_planned_job *planned,
                                  const struct effort *effort, struct cg_error *err)
{
    const struct cg_latency_options options = {.processes = effort->times,
                                               .least_runs = CG_P99_RUNS,
                                               .seconds = effort->seconds,
                                               .limit_s = effort->limit_s};
    struct cg_latency latency;
    enum cg_status status = cg_latency_measure(run->session, &planned->job, &options, &latency, err);
    if (status == CG_OK)
        status = take_latency(&latency, run->results, &planned->record->latency, err);
    cg_latency_free(&latency);
    return status;
}

/* One repetition; none any more after one that failed. */
static enum cg_status add_instances(struct cg_run *run, struct cg_planned_job *planned,
                                    const struct effort *effort, int turn, struct cg_error *err)
{
    struct cg_instances_record *to = &planned->record->instances;
    struct cg_instances found;
    const struct cg_instances_options options = {.plans = run->request.instances,
                                                 .cpus = planned->job.setting.cpus,
                                                 .one_first = turn % 2 == 1,
                                                 .seconds = effort->seconds};
    if (to->n != turn)
        return CG_OK;
    const enum cg_status status = cg_instances_measure(run->session, &planned->job, &options, &found, err);
    if (status != CG_OK)
        return status;
    if (turn == 0)
        to->repeats = cg_results_array(run->results, (size_t)effort->times, sizeof *to->repeats);
    if (!to->repeats)
        return cg_fail(err, CG_NO_MEMORY, "no memory for several plans at once");
    to->repeats[to->n++] = (struct cg_instances_repeat){options.plans, found.plans, found.one};
    return CG_OK;
}

double cg_run_latency_expected_s(const struct cg_run *run, int index)
{
    const struct cg_run_request *r = &run->request;
    const struct effort effort = effort_of(run, 0, 1);
    const double one_s = effort.times * (effort.seconds + PREPARE_S),
                 crews_s = effort.times * (2 * effort.seconds + (r->instances + 1) * PREPARE_S);
    return run->plan->schedules[index].n_jobs * ((r->latency ? one_s : 0) + (r->instances > 0 ? crews_s : 0));
}

/* What fails and is no reason to end the run is told. */
static enum cg_status tell(const struct cg_record *record, const char *what, enum cg_status status,
                           const struct cg_error *why, struct cg_error *err)
{
    if (status == CG_INTERRUPTED || status == CG_NO_MEMORY)
        return cg_fail(err, status, "%s", why->text);
    if (status != CG_OK)
        fprintf(stderr, "convgauge: %s of %s on engine %s was not measured: %s\n", what, record->case_name,
                record->setting.engine, why->text);
    return CG_OK;
}

/* A repetition of all jobs after the other, so that what changes on the machine shows between repetitions,
 * and the ratio of two jobs is formed inside each. */
static enum cg_status add_all_instances(struct cg_run *run, const struct cg_planned_schedule *schedule,
                                        const struct effort *effort, struct cg_error *err)
{
    enum cg_status status = CG_OK;
    for (int turn = 0; turn < effort->times && !cg_run_is_over(run); turn++)
        for (int k = 0; k < schedule->n_jobs && status == CG_OK; k++) {
            struct cg_planned_job *planned = &run->plan->jobs[schedule->jobs[k]];
            struct cg_error why = {0};
            if (was_timed(planned) && cg_run_instances_wanted(run, schedule->jobs[k]))
                status = tell(planned->record, "several plans at once",
                              add_instances(run, planned, effort, turn, &why), &why, err);
        }
    return status;
}

enum cg_status cg_run_add_latency(struct cg_run *run, int index, double budget_s, struct cg_error *err)
{
    const struct cg_planned_schedule *schedule = &run->plan->schedules[index];
    const struct effort effort = effort_of(run, budget_s, schedule->n_jobs);
    enum cg_status status = CG_OK;
    for (int k = 0; k < schedule->n_jobs && status == CG_OK && !cg_run_is_over(run); k++) {
        struct cg_planned_job *planned = &run->plan->jobs[schedule->jobs[k]];
        struct cg_error why = {0};
        if (was_timed(planned) && cg_run_latency_wanted(run, schedule->jobs[k]))
            status =
                tell(planned->record, "the latency", add_latency(run, planned, &effort, &why), &why, err);
    }
    if (status == CG_OK && run->request.instances > 0)
        status = add_all_instances(run, schedule, &effort, err);
    return status;
}
