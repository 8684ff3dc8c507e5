#include "bench/scheduler/prepare.h"

#include "bench/device/cgroup.h"
#include "bench/device/sysfile.h"
#include "bench/device/timer.h"
#include "bench/graph/cost.h"
#include "bench/scheduler/drawn_weights.h"
#include "bench/worker/weights_file.h"
#include "kernels/engine.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Slowest speeds that are still believed, for time limits only. */
#define SLOW_MADDS_PER_S      2e7 /* of an engine in a build with sanitizers, under load */
#define REFERENCE_MADDS_PER_S 2e7
#define PREPARE_BASE_S        60.0
/* Engines may need more for tensors than the smallest arena; and what else the process takes. */
#define ARENA_FACTOR 1.5
#define MEMORY_BASE  ((int64_t)48 << 20)

static double limit_s(const struct cg_scheduler *scheduler, const struct cg_scheduled *scheduled)
{
    const double madds = (double)cg_graph_cost(scheduled->job->graph).madds;
    const double base =
        scheduler->protocol->hang_s < PREPARE_BASE_S ? scheduler->protocol->hang_s : PREPARE_BASE_S;
    return base + 20 * madds / SLOW_MADDS_PER_S;
}

static bool has_worker(const struct cg_scheduler *scheduler, int job)
{
    return scheduler->workers[scheduler->jobs[job].worker].child.alive;
}

/* The container's limit less what the plans that stand already hold, or -1. */
static int64_t memory_left_in_container(const struct cg_scheduler *scheduler)
{
    struct cg_limits limits;
    cg_limits_read(NULL, &limits);
    if (limits.memory_bytes < 0)
        return -1;
    int64_t left = limits.memory_bytes;
    for (int i = 0; i < scheduler->n_jobs; i++) {
        const struct cg_job_result *result = scheduler->jobs[i].result;
        if (scheduler->jobs[i].prepared != CG_PREPARED_NOT && has_worker(scheduler, i))
            left -= result->memory_bytes > 0 ? result->memory_bytes : result->peak_memory_bytes;
    }
    return left > 0 ? left : 0;
}

double cg_memory_needed(const struct cg_job *job)
{
    const struct cg_engine *engine = cg_engine_find(job->setting.engine);
    const int64_t given = 4 * cg_graph_cost(job->graph).params, peak = cg_graph_peak_memory(job->graph);
    int64_t packed = engine && engine->weight_bytes ? engine->weight_bytes(job->graph, &job->setting) : -1;
    if (packed < 0)
        packed = given;
    return (double)(given + packed + MEMORY_BASE) + ARENA_FACTOR * (double)(peak > given ? peak - given : 0);
}

static enum cg_status check_memory(const struct cg_scheduler *scheduler, const struct cg_scheduled *scheduled,
                                   struct cg_error *err)
{
    const int64_t left = memory_left_in_container(scheduler);
    int64_t available = cg_sys_read_kib(NULL, "MemAvailable", "/proc/meminfo");
    if (left >= 0 && (available < 0 || left < available))
        available = left;
    const double needed = cg_memory_needed(scheduled->job);
    if (available < 0 || needed <= (double)available)
        return CG_OK;
    return cg_fail(err, CG_UNAVAILABLE,
                   "too large for the memory there is: it needs about %.0f MiB and %.0f MiB are available",
                   needed / 0x1p20, (double)available / 0x1p20);
}

/* Copies a text that may lack its end. */
static void cut_text(char *to, size_t size, const char *from)
{
    snprintf(to, size, "%.*s", (int)size - 1, from);
}

/* Sends a job, whose weights stand in `weights_path` unless that is "", and waits for its plan. */
static enum cg_status ask_for_plan(struct cg_scheduler *scheduler, int slot, const char *weights_path,
                                   struct cg_wire **answer, struct cg_error *err)
{
    const struct cg_scheduled *scheduled = &scheduler->jobs[slot];
    const struct cg_job *job = scheduled->job;
    const struct cg_protocol *protocol = scheduler->protocol;
    const struct cg_job_message message = {.setting = job->setting,
                                           .graph_text = scheduled->graph_text,
                                           .weights_path = weights_path,
                                           .weight_seed = job->weight_seed,
                                           .replay_from = job->replay_from,
                                           .sample_min_ns = protocol->sample_min_ns,
                                           .discard_min_ns = protocol->discard_min_ns,
                                           .warmup_cap_ns = protocol->warmup_cap_ns};
    cg_put_job(cg_scheduler_message(scheduler, slot), &message);
    return cg_scheduler_ask(scheduler, slot, CG_MSG_COMPILE, limit_s(scheduler, scheduled), answer, err);
}

/* Weights of a file are in a memory file only while the worker makes its plan: held longer, those of every
 * group of a run would be in memory twice. */
static enum cg_status hand_on(struct cg_scheduler *scheduler, int slot, struct cg_wire **answer,
                              struct cg_error *err)
{
    const struct cg_job *job = scheduler->jobs[slot].job;
    const bool drawn = !job->weights && scheduler->samples_follow && scheduler->protocol->time &&
                       scheduler->max_processes > 1;
    char path[64] = "";
    int fd = drawn ? cg_session_drawn_weights(scheduler->session, job) : -1;
    enum cg_status status = job->weights ? cg_weights_to_memory_file(job->weights, &fd, err) : CG_OK;
    if (status != CG_OK)
        return status;
    if (fd >= 0)
        snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)getpid(), fd);
    status = ask_for_plan(scheduler, slot, path, answer, err);
    if (job->weights)
        close(fd);
    return status;
}

static enum cg_status compile(struct cg_scheduler *scheduler, int slot, struct cg_error *err)
{
    struct cg_scheduled *scheduled = &scheduler->jobs[slot];
    struct cg_wire *answer;
    enum cg_status status = check_memory(scheduler, scheduled, err);
    status = status ?: hand_on(scheduler, slot, &answer, err);
    if (status != CG_OK)
        return status;
    struct cg_compiled compiled;
    if (!cg_wire_get(answer, &compiled, sizeof compiled))
        return cg_answer_damaged(err);
    struct cg_job_result *result = scheduled->result;
    cut_text(result->implementation, sizeof result->implementation, compiled.implementation);
    cut_text(result->engine_version, sizeof result->engine_version, compiled.version);
    result->memory_bytes = compiled.memory_bytes;
    if (result->compile_ns < 0)
        result->compile_ns = compiled.compile_ns;
    return CG_OK;
}

static enum cg_status check(struct cg_scheduler *scheduler, int slot, struct cg_error *err)
{
    struct cg_scheduled *scheduled = &scheduler->jobs[slot];
    if (!scheduler->protocol->check) {
        scheduled->result->flags |= CG_FLAG_BIT(CG_FLAG_UNCHECKED);
        return CG_OK;
    }
    const struct cg_known_reference *known = cg_session_reference(scheduler->session, scheduled->job);
    cg_wire_put_bytes(cg_scheduler_message(scheduler, slot), known ? known->data : NULL,
                      known ? known->size : 0);
    const double reference_s = (double)cg_graph_cost(scheduled->job->graph).madds / REFERENCE_MADDS_PER_S;
    struct cg_wire *answer;
    const enum cg_status status = cg_scheduler_ask(scheduler, slot, CG_MSG_CHECK,
                                                   limit_s(scheduler, scheduled) + reference_s, &answer, err);
    if (status != CG_OK)
        return status;
    scheduled->result->error_vs_reference = cg_wire_get_f64(answer);
    size_t size;
    const void *reference = cg_wire_get_bytes(answer, &size);
    if (answer->failed)
        return cg_answer_damaged(err);
    if (!known)
        cg_session_keep_reference(scheduler->session, scheduled->job, reference, size);
    return CG_OK;
}

static enum cg_status warm_up(struct cg_scheduler *scheduler, int slot, struct cg_error *err)
{
    struct cg_scheduled *scheduled = &scheduler->jobs[slot];
    const double capped_s = 2 * (double)scheduler->protocol->warmup_cap_ns * 1e-9;
    struct cg_wire *answer;
    struct cg_wire *out = cg_scheduler_message(scheduler, slot);
    cg_wire_put_i32(out, scheduler->samples_follow);
    cg_wire_put_f64(out, scheduled->settled_ns);
    const enum cg_status status = cg_scheduler_ask(scheduler, slot, CG_MSG_WARM_UP,
                                                   capped_s + limit_s(scheduler, scheduled), &answer, err);
    if (status != CG_OK)
        return status;
    struct cg_warmed warmed;
    if (!cg_wire_get(answer, &warmed, sizeof warmed) || !(warmed.run_ns > 0))
        return cg_answer_damaged(err);
    scheduled->run_ns = warmed.run_ns;
    if (!warmed.settled && !scheduler->samples_follow)
        scheduled->result->flags |= CG_FLAG_BIT(CG_FLAG_NOT_SETTLED);
    return CG_OK;
}

/* Adds the time since start_ns to what the stage takes in all processes. */
static void add_time(struct cg_scheduler *scheduler, enum cg_stage stage, int64_t start_ns)
{
    scheduler->measurement->stage_s[stage] += (double)(cg_now_ns() - start_ns) * 1e-9;
}

typedef enum cg_status stage_function(struct cg_scheduler *scheduler, int slot, struct cg_error *err);

/* In this order; all jobs pass one stage before the first enters the next, so that a job's check cannot
 * disturb another's warm-up. */
static const struct {
    enum cg_stage stage;
    const char *doing;
    stage_function *run;
    enum cg_prepared after;
} stages[] = {
    {CG_STAGE_COMPILE, "while compiling: ", compile, CG_PREPARED_COMPILED},
    {CG_STAGE_CHECK, "", check, CG_PREPARED_CHECKED},
    {CG_STAGE_WARM_UP, "while warming up: ", warm_up, CG_PREPARED_WARM},
};

/* What was prepared in a worker that is gone is prepared no more. */
static enum cg_status start_worker(struct cg_scheduler *scheduler, int index, struct cg_error *err)
{
    struct cg_slot_worker *worker = &scheduler->workers[index];
    if (worker->child.alive)
        return CG_OK;
    for (int i = 0; i < scheduler->n_jobs; i++)
        if (scheduler->jobs[i].worker == index)
            scheduler->jobs[i].prepared = CG_PREPARED_NOT;
    cg_child_kill(&worker->child);
    if (scheduler->last_worker == index)
        scheduler->last_worker = -1;
    const int64_t start_ns = cg_now_ns();
    enum cg_status status = cg_child_start(&worker->child, scheduler->session->options.program, err);
    add_time(scheduler, CG_STAGE_START, start_ns);
    if (status != CG_OK || !scheduler->counters)
        return status;
    /* Before anything is compiled: what a counter inherits are the threads made after it was opened. */
    cg_wire_clear(&worker->child.out);
    cg_wire_put_text(&worker->child.out, scheduler->counters);
    return cg_child_ask(&worker->child, CG_MSG_COUNTERS, PREPARE_BASE_S,
                        scheduler->session->options.interrupted, err);
}

/* One job through one stage. Its own failures end in a skip and CG_OK. */
static enum cg_status pass_stage(struct cg_scheduler *scheduler, int job, size_t stage, struct cg_error *err)
{
    struct cg_scheduled *scheduled = &scheduler->jobs[job];
    struct cg_slot_worker *worker = &scheduler->workers[scheduled->worker];
    struct cg_error local = {0};
    cg_scheduler_progress(scheduler, cg_stage_name(stages[stage].stage), scheduled->job->label, 0);
    const int64_t start_ns = cg_now_ns();
    const enum cg_status status = stages[stage].run(scheduler, job, &local);
    add_time(scheduler, stages[stage].stage, start_ns);
    if (status == CG_OK) {
        scheduled->prepared = stages[stage].after;
        return CG_OK;
    }
    if (status == CG_INTERRUPTED)
        return cg_fail(err, CG_INTERRUPTED, "interrupted");
    enum cg_status noted = CG_OK;
    if (!worker->child.alive) {
        noted = cg_measurement_lose(scheduler->measurement, job, true, stages[stage].doing, local.text, err);
        cg_context(&local, "%s%s", stages[stage].doing, scheduled->job->setting.engine);
    }
    cg_scheduler_skip(scheduler, job, &local);
    return noted;
}

enum cg_status cg_prepare_jobs(struct cg_scheduler *scheduler, struct cg_error *err)
{
    const size_t n_stages = scheduler->protocol->time ? 3 : 2;
    size_t stage = 0;
    while (stage < n_stages) {
        for (int i = 0; i < scheduler->n_jobs; i++) {
            if (!scheduler->jobs[i].active)
                continue;
            const enum cg_status status = start_worker(scheduler, scheduler->jobs[i].worker, err);
            if (status != CG_OK)
                return status;
        }
        for (int i = 0; i < scheduler->n_jobs; i++) {
            struct cg_scheduled *scheduled = &scheduler->jobs[i];
            if (!scheduled->active || scheduled->prepared >= stages[stage].after || !has_worker(scheduler, i))
                continue;
            if (cg_scheduler_is_over(scheduler))
                return CG_OK;
            const enum cg_status status = pass_stage(scheduler, i, stage, err);
            if (status != CG_OK)
                return status;
        }
        /* A worker lost on the way takes all its jobs back to the start. */
        stage++;
        for (int i = 0; i < scheduler->n_jobs; i++)
            if (scheduler->jobs[i].active && !has_worker(scheduler, i))
                stage = 0;
    }
    for (int i = 0; i < scheduler->n_workers; i++)
        if (scheduler->workers[i].child.alive)
            cg_thread_watch_open(&scheduler->workers[i].child.threads, scheduler->workers[i].child.pid);
    return CG_OK;
}
