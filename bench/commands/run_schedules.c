/* All schedules of a run, measured a process of each in turn, and what that gives in the results. */
#include "bench/commands/run_parts.h"

#include "base/arena.h"
#include "bench/scheduler/measure.h"
#include "report/summary.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define SAVED_EVERY_S 5
#define SAVED_SHARE   0.02 /* of the time, at most, goes into saving what there is so far */

struct cg_run_schedule {
    struct cg_measuring *measuring; /* NULL: not begun, or ended */
    struct cg_measurement measurement;
    double budget_s;         /* its share; 0: none */
    struct cg_phrase so_far; /* the verdict on its group by what there is, "" */
    bool done;               /* all its processes were run */
    bool passed;             /* so were its passes */
};

/* How many times as long a measurement takes until its interval is as narrow as was asked: a width falls with
 * the root of the time. */
static double seconds_factor(double half_width, double asked)
{
    return half_width > asked ? half_width / asked * (half_width / asked) : 1;
}

/* Notes how near to the asked precision a schedule came. */
static void note_precision(struct cg_run *run, const struct cg_measurement *measurement)
{
    const double reached = measurement->reached_precision, asked = run->protocol.precision;
    if (isnan(reached) || run->protocol.piece_s > 0)
        return;
    run->n_intervals++;
    run->n_precise += reached <= asked;
    run->precise_s += measurement->elapsed_s * seconds_factor(reached, asked);
}

/* ---- saved on the way ---- */

/* What has been measured of a schedule, in the results. Nothing is added of one without a process. */
static enum cg_status add_so_far(struct cg_run *run, int index)
{
    struct cg_measurement so_far;
    if (!cg_measuring_so_far(run->schedules[index].measuring, &so_far))
        return CG_OK;
    const enum cg_status status = cg_run_add_measurement(run, index, &so_far, NULL);
    free(so_far.jobs);
    return status;
}

/* The results with what has been measured of schedules `from` to `end` - 1; what is added to them goes with
 * their arena, which the caller destroys. False without memory. */
static bool collect(const struct cg_run *run, int from, int end, struct cg_results *results)
{
    struct cg_run part = *run;
    enum cg_status status = CG_OK;
    *results = *run->results;
    part.results = results;
    results->arena = cg_arena_create(0);
    for (int i = from; results->arena && status == CG_OK && i < end; i++)
        status = add_so_far(&part, i);
    return results->arena && status == CG_OK;
}

/* For the line that shows the progress. */
static void note_verdict(const struct cg_run *run, int index)
{
    const struct cg_planned_case *first = run->plan->jobs[run->plan->schedules[index].jobs[0]].first;
    struct cg_results results;
    if (!run->line.terminal || run->protocol.piece_s > 0)
        return;
    if (collect(run, index, index + 1, &results))
        run->schedules[index].so_far = cg_say_so_far(&results, first->suite->name, first->group->name);
    cg_arena_destroy(&results.arena);
}

/* Saves the results with all that has been measured, unless that was done a short while ago. What fails is
 * told at the end, when all is saved. */
static void save_so_far(struct cg_run *run)
{
    const double begun_s = cg_run_time_gone_s(run);
    if (begun_s - run->saved_s < fmax(SAVED_EVERY_S, run->saving_s / SAVED_SHARE))
        return;
    struct cg_results results;
    if (collect(run, 0, run->plan->n_schedules, &results)) {
        results.run.seconds = begun_s;
        cg_run_save(run, &results, NULL);
    }
    cg_arena_destroy(&results.arena);
    run->saving_s = cg_run_time_gone_s(run) - begun_s;
}

/* ---- measuring ---- */

/* Of a sweep of widths one sawtooth is told over all of them: each takes less time than what stands alone,
 * and the quick sweep 20 s. */
#define WIDTHS_SHARE 0.32

/* Of a group that the file has processes of, which is gone on with, those that are left. */
static void leave_out(struct cg_protocol *protocol, int had)
{
    const int least = protocol->min_processes - had, most = protocol->max_processes - had;
    const double share = fmax(1, most) / protocol->max_processes;
    protocol->min_processes = least > 1 ? least : 1;
    protocol->max_processes = most > 1 ? most : 1;
    protocol->aim_per_job_s *= share;
    protocol->budget_per_job_s *= share;
    protocol->seed += (uint64_t)had; /* other orders than those of the first processes */
}

static enum cg_status begin(struct cg_run *run, int index, struct cg_error *err)
{
    const struct cg_planned_schedule *planned = &run->plan->schedules[index];
    struct cg_run_schedule *schedule = &run->schedules[index];
    struct cg_protocol protocol = run->protocol;
    struct cg_job *jobs = cg_arena_array(run->plan->arena, (size_t)planned->n_jobs, sizeof *jobs);
    if (!jobs)
        return cg_fail(err, CG_NO_MEMORY, "no memory for the run");
    for (int k = 0; k < planned->n_jobs; k++)
        jobs[k] = run->plan->jobs[planned->jobs[k]].job;
    if (run->plan->jobs[planned->jobs[0]].first->suite->kind == CG_KIND_WIDTHS)
        protocol.aim_per_job_s *= WIDTHS_SHARE;
    if (planned->had > 0)
        leave_out(&protocol, planned->had);
    schedule->budget_s = cg_run_time_share_s(run, index);
    if (schedule->budget_s > 0)
        protocol.budget_s = schedule->budget_s;
    protocol.end_ns = run->end_ns;
    protocol.over_ns = run->over_ns;
    const struct cg_job_group group = {jobs, planned->n_jobs, planned->baseline};
    return cg_measuring_begin(run->session, group, &protocol, &schedule->measurement, &schedule->measuring,
                              err);
}

/* Of a budget a process may use twice its share of what is left, so that each schedule gets its turn. */
static void cut_process(const struct cg_run *run, int index)
{
    const int64_t now_ns = cg_now_ns();
    int left = 0;
    for (int i = index; i < run->plan->n_schedules; i++)
        left += !run->schedules[i].done;
    if (run->end_ns > now_ns)
        cg_measuring_cut_process(run->schedules[index].measuring, now_ns + 2 * (run->end_ns - now_ns) / left);
}

/* A process of each schedule that is not done; *left: some are not. */
static enum cg_status go_round(struct cg_run *run, bool *left, struct cg_error *err)
{
    enum cg_status status = CG_OK;
    *left = false;
    for (int i = 0; status == CG_OK && i < run->plan->n_schedules; i++) {
        struct cg_run_schedule *schedule = &run->schedules[i];
        if (schedule->done)
            continue;
        run->current = i;
        run->so_far = schedule->so_far;
        cut_process(run, i);
        status = cg_measuring_go_on(schedule->measuring, &schedule->done, err);
        *left = *left || !schedule->done;
        if (status != CG_OK)
            continue;
        note_verdict(run, i);
        save_so_far(run);
    }
    return status;
}

/* Ends a schedule, whatever became of it, and adds it to the results. */
static enum cg_status end(struct cg_run *run, int index, struct cg_error *err)
{
    struct cg_run_schedule *schedule = &run->schedules[index];
    struct cg_measurement *measurement = &schedule->measurement;
    if (!schedule->measuring)
        return CG_OK;
    const enum cg_status ended = cg_measuring_end(&schedule->measuring, err);
    const enum cg_status added = cg_run_add_measurement(run, index, measurement, ended == CG_OK ? err : NULL);
    note_precision(run, measurement);
    cg_run_time_use(run, measurement);
    cg_measurement_free(measurement);
    return ended ?: added;
}

/* The passes of their own, once all is measured. */
static enum cg_status add_passes(struct cg_run *run, struct cg_error *err)
{
    const bool latency = run->request.latency || run->request.instances > 0;
    enum cg_status status = CG_OK;
    int left_out = 0;
    for (int i = 0; status == CG_OK && run->protocol.time && i < run->plan->n_schedules; i++) {
        const double budget_s = run->schedules[i].budget_s;
        run->current = i;
        run->so_far = run->schedules[i].so_far;
        if (cg_run_is_over(run)) {
            left_out += latency || cg_run_layers_expected_s(run, i) > 0;
            continue;
        }
        status = cg_run_add_layers(run, i, budget_s, err);
        status = status ?: cg_run_add_latency(run, i, budget_s, err);
        run->schedules[i].passed = true;
    }
    if (left_out > 0)
        fprintf(
            stderr,
            "convgauge: the budget is used up: of %d of %d groups neither layers nor single runs nor several "
            "plans at once were measured\n",
            left_out, run->plan->n_schedules);
    return status;
}

double cg_run_time_left_s(const struct cg_run *run, const struct cg_progress *progress)
{
    double left_s = 0, known_s = 0, allowed_s = 0, unknown_s = 0, all_s = 0;
    for (int i = 0; i < run->plan->n_schedules; i++) {
        const struct cg_run_schedule *schedule = &run->schedules[i];
        const struct cg_measuring *measuring = schedule->measuring;
        const bool here = i == run->current && !schedule->done;
        const double left = here ? progress->left_s : cg_measuring_left_s(measuring),
                     passes = schedule->passed
                                  ? 0
                                  : cg_run_layers_expected_s(run, i) + cg_run_latency_expected_s(run, i),
                     allowed = run->allowed_s[i] - passes;
        left_s += passes + (isnan(left) ? 0 : left);
        all_s += run->allowed_s[i];
        if (isnan(left)) {
            unknown_s += allowed;
        } else {
            known_s += left + (here ? progress->elapsed_s : cg_measuring_elapsed_s(measuring));
            allowed_s += allowed;
        }
    }
    const double pace = allowed_s > 0 ? known_s / allowed_s : run->expected.seconds / all_s;
    return unknown_s > 0 ? left_s + pace * unknown_s : left_s;
}

enum cg_status cg_run_measure(struct cg_run *run, struct cg_error *err)
{
    const int n = run->plan->n_schedules;
    bool left = true;
    enum cg_status status = CG_OK;
    run->schedules = cg_arena_array(run->plan->arena, (size_t)n, sizeof *run->schedules);
    if (!run->schedules)
        return cg_fail(err, CG_NO_MEMORY, "no memory for the run");
    for (int i = 0; status == CG_OK && i < n; i++)
        status = begin(run, i, err);
    while (status == CG_OK && left)
        status = go_round(run, &left, err);
    for (int i = 0; i < n; i++) {
        struct cg_error end_err = {0};
        const enum cg_status ended = end(run, i, &end_err);
        if (status == CG_OK && ended != CG_OK) {
            status = ended;
            *err = end_err;
        }
    }
    if (status == CG_OK && run->request.counters && cg_run_is_over(run))
        fputs("convgauge: the budget is used up: events were not counted in all groups\n", stderr);
    run->results->run.seconds = cg_run_time_gone_s(run);
    if (status == CG_OK) /* else all is saved at once; what fails is told then, behind the tables */
        cg_run_save(run, run->results, NULL);
    return status ?: add_passes(run, err);
}
