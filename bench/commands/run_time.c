#include "bench/commands/run_time.h"

#include "base/clock.h"
#include "base/hash.h"

#include <math.h>
#include <stdlib.h>

static double now_s(void)
{
    return 1e-9 * (double)cg_now_ns();
}

static double allowed_s(const struct cg_run_time *time, int first, int end)
{
    double sum = 0;
    for (int i = first; i < end; i++)
        sum += time->allowed_s[i];
    return sum;
}

enum cg_status cg_run_time_make(const struct cg_run_plan *plan, const struct cg_protocol *protocol,
                                const struct cg_run_layers_options *layers, const struct cg_device *device,
                                struct cg_run_time *time, struct cg_error *err)
{
    const int n = plan->n_schedules;
    uint64_t key = cg_protocol_hash(CG_HASH_START, protocol);
    time->n_schedules = n;
    time->allowed_s = calloc((size_t)n + 1, sizeof *time->allowed_s);
    if (!time->allowed_s)
        return cg_fail(err, CG_NO_MEMORY, "no memory for the run");
    for (int i = 0; i < n; i++) {
        const struct cg_planned_schedule *schedule = &plan->schedules[i];
        const double layers_s = cg_run_layers_expected_s(plan, i, layers);
        key = cg_hash_u64(key, (uint64_t)layers_s);
        for (int k = 0; k < schedule->n_jobs; k++)
            key = cg_jobs_hash(key, &plan->jobs[schedule->jobs[k]].job, 1);
        time->allowed_s[i] =
            protocol->time ? cg_protocol_allows_s(protocol, schedule->n_jobs) + layers_s : NAN;
    }
    double sum = allowed_s(time, 0, n);
    if (time->budget_s > 0)
        sum = fmin(sum, time->budget_s);
    time->key = cg_hash_u64(key, (uint64_t)time->budget_s);
    time->expected = cg_expected_time(device, time->key, sum);
    return CG_OK;
}

void cg_run_time_start(struct cg_run_time *time)
{
    time->started_s = now_s();
}

double cg_run_time_gone_s(const struct cg_run_time *time)
{
    return now_s() - time->started_s;
}

double cg_run_time_left_s(const struct cg_run_time *time, int current, const struct cg_progress *progress)
{
    const int n = time->n_schedules, next = current + 1;
    const double here =
        isnan(progress->left_s) ? fmax(0, time->allowed_s[current] - progress->elapsed_s) : progress->left_s;
    const bool measured = current > 0 || !isnan(progress->left_s);
    const double pace = measured ? (cg_run_time_gone_s(time) + here) / allowed_s(time, 0, next)
                                 : time->expected.seconds / allowed_s(time, 0, n);
    return here + pace * allowed_s(time, next, n);
}

double cg_run_time_share_s(const struct cg_run_time *time, int schedule)
{
    if (!(time->budget_s > 0))
        return 0;
    const double left = time->budget_s - cg_run_time_gone_s(time);
    return fmax(0.5, left * time->allowed_s[schedule] / allowed_s(time, schedule, time->n_schedules));
}
