#include "bench/scheduler/latency.h"

#include "bench/scheduler/prepare.h"

#include <math.h>
#include <stdlib.h>

#define RUNS_MAX 1000 /* a process, where fewer are enough for what is asked */

static struct cg_protocol protocol_of_pass(void)
{
    struct cg_protocol protocol = cg_protocol_default(true);
    protocol.check = false;
    return protocol;
}

/* Prepares the scheduler's one job in a fresh process; fails where it cannot be run. */
static enum cg_status prepare_alone(struct cg_scheduler *scheduler, struct cg_error *err)
{
    const enum cg_status status = cg_prepare_jobs(scheduler, err);
    const struct cg_job_result *result = scheduler->jobs[0].result;
    if (status == CG_OK && !scheduler->jobs[0].active)
        return cg_fail(err, result->skip_status, "%s", result->reason);
    return status;
}

/* ---- single runs ---- */

static int runs_of(double run_ns, const struct cg_latency_options *options)
{
    const double least = ceil((double)options->least_runs / options->processes);
    const double wanted = fmin(options->seconds * 1e9 / run_ns, fmax(RUNS_MAX, least));
    return (int)ceil(fmin(fmax(wanted, least), fmax(1, options->limit_s * 1e9 / run_ns)));
}

static enum cg_status read_runs(struct cg_wire *in, int most, struct cg_latency_process *process,
                                struct cg_error *err)
{
    cg_wire_get(in, &process->head, sizeof process->head);
    const int n = process->head.n;
    if (in->failed || n < 1 || n > most)
        return cg_answer_damaged(err);
    process->runs = calloc((size_t)n, sizeof *process->runs);
    if (!process->runs)
        return cg_fail(err, CG_NO_MEMORY, "no memory for %d runs", n);
    for (int i = 0; i < n; i++)
        cg_wire_get(in, &process->runs[i], sizeof process->runs[i]);
    return in->failed ? cg_answer_damaged(err) : CG_OK;
}

static enum cg_status run_process(struct cg_scheduler *scheduler, const struct cg_latency_options *options,
                                  struct cg_latency *latency, struct cg_error *err)
{
    cg_scheduler_progress(scheduler, "latency", scheduler->jobs[0].job->label, 0);
    enum cg_status status = prepare_alone(scheduler, err);
    if (status != CG_OK)
        return status;
    const double run_ns = scheduler->jobs[0].run_ns;
    const int runs = runs_of(run_ns, options);
    struct cg_wire *message = cg_scheduler_message(scheduler, 0), *answer;
    cg_wire_put_i32(message, runs);
    cg_wire_put_i64(message, (int64_t)(1e9 * fmax(options->seconds, options->limit_s)));
    status = cg_scheduler_ask(scheduler, 0, CG_MSG_LATENCY,
                              scheduler->protocol->hang_s + 20e-9 * runs * run_ns, &answer, err);
    return status ?: read_runs(answer, runs, &latency->processes[latency->n++], err);
}

enum cg_status cg_latency_measure(struct cg_session *session, const struct cg_job *job,
                                  const struct cg_latency_options *options, struct cg_latency *latency,
                                  struct cg_error *err)
{
    const struct cg_protocol protocol = protocol_of_pass();
    struct cg_measurement measurement;
    struct cg_scheduler scheduler;
    *latency =
        (struct cg_latency){.processes = calloc((size_t)options->processes, sizeof *latency->processes)};
    enum cg_status status = cg_scheduler_open(&scheduler, session, (struct cg_job_group){job, 1, -1},
                                              &protocol, &measurement, err);
    if (status == CG_OK && !latency->processes)
        status = cg_fail(err, CG_NO_MEMORY, "no memory for latencies");
    for (int i = 0; i < options->processes && status == CG_OK; i++) {
        status = run_process(&scheduler, options, latency, err);
        cg_scheduler_stop_workers(&scheduler);
    }
    cg_scheduler_close(&scheduler);
    cg_measurement_free(&measurement);
    return status;
}

void cg_latency_free(struct cg_latency *latency)
{
    for (int i = 0; i < latency->n; i++)
        free(latency->processes[i].runs);
    free(latency->processes);
    *latency = (struct cg_latency){0};
}
