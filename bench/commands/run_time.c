#include "bench/commands/run_parts.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/hash.h"

#include <math.h>

static double now_s(void)
{
    return 1e-9 * (double)cg_now_ns();
}

static double allowed_s(const struct cg_run *run)
{
    double sum = 0;
    for (int i = 0; i < run->plan->n_schedules; i++)
        sum += run->allowed_s[i];
    return sum;
}

static double positive(double value)
{
    return value < 0 ? 0 : value; /* NAN stays */
}

/* What engines make of the bound: 0.6 to 0.95 of it, as results/amd-epyc-zen-4 has them. */
#define OF_BOUND 0.8
/* Runs of a job in the preparation of a process. */
#define RUNS_PREPARED 4

/* Seconds that the fewest rounds of a schedule take; NAN unknown. */
static double least_s(const struct cg_run *run, const struct cg_planned_schedule *schedule)
{
    const struct cg_protocol *protocol = &run->protocol;
    double prepare_ns = 0, round_ns = 0;
    for (int k = 0; k < schedule->n_jobs; k++) {
        const double ns = cg_run_bound_ns(run, &run->plan->jobs[schedule->jobs[k]].job) / OF_BOUND;
        prepare_ns += RUNS_PREPARED * ns;
        round_ns += cg_discard_ns(ns, protocol->discard_min_ns) +
                    fmax(ns, CG_SAMPLE_MARGIN * (double)protocol->sample_min_ns);
    }
    return cg_protocol_least_s(protocol, 1e-9 * prepare_ns, 1e-9 * round_ns);
}

enum cg_status cg_run_time_make(struct cg_run *run, struct cg_error *err)
{
    const int n = run->plan->n_schedules;
    const double budget_s = run->request.budget_s;
    uint64_t key = cg_protocol_hash(CG_HASH_START, &run->protocol);
    run->allowed_s = cg_arena_array(run->plan->arena, (size_t)n, sizeof *run->allowed_s);
    if (!run->allowed_s)
        return cg_fail(err, CG_NO_MEMORY, "no memory for the run");
    for (int i = 0; i < n; i++) {
        const struct cg_planned_schedule *schedule = &run->plan->schedules[i];
        const double layers_s = cg_run_layers_expected_s(run, i) + cg_run_latency_expected_s(run, i);
        key = cg_hash_u64(key, (uint64_t)layers_s);
        if (schedule->had > 0) /* it is gone on with, and takes less */
            key = cg_hash_u64(key, (uint64_t)schedule->had);
        for (int k = 0; k < schedule->n_jobs; k++)
            key = cg_jobs_hash(key, &run->plan->jobs[schedule->jobs[k]].job, 1);
        run->allowed_s[i] =
            run->protocol.time ? cg_protocol_allows_s(&run->protocol, schedule->n_jobs) + layers_s : NAN;
    }
    double sum = allowed_s(run), work_s = 0;
    for (int i = 0; i < n; i++)
        work_s += run->allowed_s[i] + positive(least_s(run, &run->plan->schedules[i]) - run->allowed_s[i]);
    if (budget_s > 0)
        sum = work_s = fmin(sum, budget_s);
    run->key = cg_hash_u64(key, (uint64_t)budget_s);
    run->expected = cg_expected_time(&run->device, run->key, sum, work_s);
    return CG_OK;
}

void cg_run_time_begin(struct cg_run *run)
{
    run->begun_s = now_s();
}

void cg_run_time_start(struct cg_run *run)
{
    double *budget_s = &run->request.budget_s;
    run->started_s = now_s();
    if (!(*budget_s > 0))
        return;
    *budget_s = fmax(1, *budget_s - (run->started_s - run->begun_s));
    run->end_ns = cg_now_ns() + (int64_t)(1e9 * CG_BUDGET_SLACK * *budget_s);
    run->over_ns = cg_now_ns() + (int64_t)(1e9 * 1.2 * *budget_s);
}

double cg_run_time_gone_s(const struct cg_run *run)
{
    return now_s() - run->started_s;
}

void cg_run_time_use(struct cg_run *run, const struct cg_measurement *measurement)
{
    struct cg_time_use *used = &run->used;
    used->all_s += measurement->elapsed_s;
    used->sampled_s += measurement->sampled_s;
    used->discarded_s += measurement->discarded_s;
    used->prepare_s += measurement->prepare_s;
    for (int i = 0; i < CG_STAGE_COUNT; i++)
        used->stage_s[i] += measurement->stage_s[i];
}

struct cg_phrase cg_time_use_text(const struct cg_time_use *used)
{
    const double percent = 100 / used->all_s;
    const double rest_s = used->all_s - used->sampled_s - used->discarded_s - used->prepare_s;
    if (!(used->sampled_s > 0))
        return (struct cg_phrase){""};
    return cg_phrase(
        "%.0f %% samples, %.0f %% discarded runs before them, %.0f %% preparation (%.0f start, %.0f "
        "compile, %.0f check, %.0f warm-up), %.0f %% the rest",
        percent * used->sampled_s, percent * used->discarded_s, percent * used->prepare_s,
        percent * used->stage_s[CG_STAGE_START], percent * used->stage_s[CG_STAGE_COMPILE],
        percent * used->stage_s[CG_STAGE_CHECK], percent * used->stage_s[CG_STAGE_WARM_UP], percent * rest_s);
}

double cg_run_time_share_s(const struct cg_run *run, int schedule)
{
    if (!(run->request.budget_s > 0))
        return 0;
    return fmax(0.5, run->request.budget_s * run->allowed_s[schedule] / allowed_s(run));
}
