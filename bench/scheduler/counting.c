/* The counting process: after the timed ones, fresh workers in which events are counted and nothing is
 * timed. What goes wrong here costs counters, never a time. */
#include "bench/scheduler/counting.h"

#include "bench/device/counters.h"
#include "bench/scheduler/prepare.h"

#include <stdlib.h>

#define COUNT_LIMIT_S 30

static enum cg_status read_counts(struct cg_wire *in, struct cg_job_result *result, struct cg_error *err)
{
    const int n = cg_wire_get_i32(in);
    if (in->failed || n < 0 || n > CG_COUNTERS_MAX)
        return cg_answer_damaged(err);
    struct cg_job_counter *counters = calloc((size_t)n + 1, sizeof *counters);
    if (!counters)
        return cg_fail(err, CG_NO_MEMORY, "no memory for counters");
    for (int i = 0; i < n; i++) {
        cg_wire_get(in, &counters[i], sizeof counters[i]);
        counters[i].name[sizeof counters[i].name - 1] = counters[i].unit[sizeof counters[i].unit - 1] = 0;
    }
    if (in->failed) {
        free(counters);
        return cg_answer_damaged(err);
    }
    free(result->counters);
    result->counters = counters;
    result->n_counters = n;
    return CG_OK;
}

/* Counts what the scheduler has prepared. A case that cannot be counted keeps none. */
static enum cg_status count_all(struct cg_scheduler *scheduler, struct cg_job_result *const *results,
                                struct cg_error *err)
{
    for (int i = 0; i < scheduler->n_jobs; i++) {
        if (!scheduler->jobs[i].active)
            continue;
        struct cg_error local = {0};
        if (!scheduler->workers[scheduler->jobs[i].worker].child.alive)
            continue;
        cg_scheduler_progress(scheduler, "counting", scheduler->jobs[i].job->label, 0);
        cg_scheduler_message(scheduler, i);
        struct cg_wire *answer;
        enum cg_status status = cg_scheduler_ask(
            scheduler, i, CG_MSG_COUNT, scheduler->protocol->hang_s + COUNT_LIMIT_S, &answer, &local);
        if (status == CG_OK)
            status = read_counts(answer, results[i], &local);
        if (status == CG_INTERRUPTED || status == CG_NO_MEMORY) {
            *err = local;
            return status;
        }
        if (!scheduler->workers[scheduler->jobs[i].worker].child.alive)
            status = cg_measurement_lose(scheduler->measurement, i, true, "", local.text, err);
        if (status == CG_NO_MEMORY)
            return status;
    }
    return CG_OK;
}

/* Workers that ended while they counted are noted with those that ended before. */
static enum cg_status take_lost(const struct cg_measurement *aside, struct cg_job_result *const *results,
                                struct cg_measurement *measurement, struct cg_error *err)
{
    enum cg_status status = CG_OK;
    for (int i = 0; i < aside->n_lost && status == CG_OK; i++)
        for (int k = 0; k < aside->lost[i].times && status == CG_OK; k++)
            status = cg_measurement_lose(measurement, (int)(results[aside->lost[i].job] - measurement->jobs),
                                         aside->lost[i].alone, "while counting: ", aside->lost[i].how, err);
    return status;
}

enum cg_status cg_count_jobs(struct cg_session *session, struct cg_job_group group,
                             const struct cg_protocol *protocol, struct cg_measurement *measurement,
                             struct cg_error *err)
{
    struct cg_protocol counting = *protocol;
    counting.check = false; /* what is counted here was checked before it was timed */
    counting.warmup_cap_ns = counting.warmup_cap_ns < 20000000 ? counting.warmup_cap_ns : 20000000;
    counting.keep_duplicates = true;
    struct cg_job *counted = calloc((size_t)group.n, sizeof *counted);
    struct cg_job_result **results = calloc((size_t)group.n, sizeof *results);
    int n = 0;
    enum cg_status status =
        counted && results ? CG_OK : cg_fail(err, CG_NO_MEMORY, "no memory to count events");
    for (int i = 0; i < group.n && status == CG_OK; i++) {
        struct cg_job_result *result = &measurement->jobs[i];
        if (result->state != CG_JOB_MEASURED || result->same_as >= 0 ||
            group.jobs[i].setting.cache == CG_CACHE_REPLAY)
            continue;
        counted[n] = group.jobs[i];
        results[n++] = result;
    }
    if (status == CG_OK && n > 0) {
        struct cg_measurement aside;
        struct cg_scheduler scheduler;
        status = cg_scheduler_open(&scheduler, session, (struct cg_job_group){counted, n, -1}, &counting,
                                   &aside, err);
        scheduler.counters = protocol->counters;
        if (status == CG_OK)
            status = cg_prepare_jobs(&scheduler, err);
        if (status == CG_OK)
            status = count_all(&scheduler, results, err);
        if (status == CG_OK)
            status = take_lost(&aside, results, measurement, err);
        cg_scheduler_close(&scheduler);
        cg_measurement_free(&aside);
    }
    free(counted);
    free(results);
    return status;
}
