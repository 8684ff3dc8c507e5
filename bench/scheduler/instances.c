/* Several plans at once, each in a process and on cpus of its own. */
#include "bench/scheduler/latency.h"

#include "bench/device/timer.h"
#include "bench/scheduler/prepare.h"

#include <math.h>
#include <stdlib.h>

#define LEAD_NS      30000000 /* from the message until all plans run */
#define LEAD_MOST_NS 10000000000
#define RUNS_MIN     4

/* The processes that compute together: a scheduler with one job each. */
struct crew {
    struct cg_session *session;
    const struct cg_job *job;
    const struct cg_instances_options *options;
    struct cg_protocol protocol;
    int n;
    struct cg_job *jobs;
    struct cg_scheduler *schedulers;
    struct cg_measurement *measurements;
};

/* Makes all plans, one after another, so that none is warmed up beside the compilation of another. */
static enum cg_status prepare(struct crew *crew, int plans, int threads, struct cg_error *err)
{
    enum cg_status status = CG_OK;
    for (crew->n = 0; crew->n < plans && status == CG_OK; crew->n++) {
        struct cg_scheduler *scheduler = &crew->schedulers[crew->n];
        struct cg_job *own = &crew->jobs[crew->n];
        *own = *crew->job;
        own->setting.threads = threads;
        own->setting.cpus = crew->options->cpus + crew->n * threads;
        status = cg_scheduler_open(scheduler, crew->session, (struct cg_job_group){own, 1, -1},
                                   &crew->protocol, &crew->measurements[crew->n], err);
        cg_scheduler_progress(scheduler, "instances", own->label, 0);
        status = status ?: cg_prepare_jobs(scheduler, err);
        if (status == CG_OK && !scheduler->jobs[0].active)
            status =
                cg_fail(err, scheduler->jobs[0].result->skip_status, "%s", scheduler->jobs[0].result->reason);
    }
    return status;
}

/* All run at once, from `lead_ns` after the messages on; *images receives what they did in a second of the
 * time in which all did, *late whether one of them began behind its start: then not all of it counts. */
static enum cg_status load(struct crew *crew, int64_t lead_ns, double *images, bool *late,
                           struct cg_error *err)
{
    double seconds = crew->options->seconds;
    enum cg_status status = CG_OK;
    for (int i = 0; i < crew->n; i++)
        seconds = fmax(seconds, 1e-9 * RUNS_MIN * crew->schedulers[i].jobs[0].run_ns);
    const int64_t from_ns = cg_now_ns() + lead_ns, until_ns = from_ns + (int64_t)(1e9 * seconds);
    for (int i = 0; i < crew->n && status == CG_OK; i++) {
        struct cg_wire *message = cg_scheduler_message(&crew->schedulers[i], 0);
        cg_wire_put_i64(message, from_ns);
        cg_wire_put_i64(message, until_ns);
        status = cg_child_send(&crew->schedulers[i].workers[0].child, CG_MSG_LOAD, err);
    }
    *images = 0;
    *late = false;
    for (int i = 0; i < crew->n && status == CG_OK; i++) {
        struct cg_child *child = &crew->schedulers[i].workers[0].child;
        status = cg_child_receive(child, CG_MSG_LOAD, crew->protocol.hang_s + 20 * seconds,
                                  crew->session->options.interrupted, err);
        if (status != CG_OK)
            continue;
        *images += crew->jobs[i].graph->nodes[crew->jobs[i].graph->input].shape.n *
                   cg_wire_get_f64(&child->in) / seconds;
        *late = cg_wire_get_i64(&child->in) > from_ns || *late;
        if (child->in.failed)
            status = cg_answer_damaged(err);
    }
    return status;
}

/* The same, again with more time to start where a plan was late: beside it the others ran alone. */
static enum cg_status load_together(struct crew *crew, double *images, struct cg_error *err)
{
    bool late = true;
    enum cg_status status = CG_OK;
    for (int64_t lead_ns = LEAD_NS; late && status == CG_OK; lead_ns *= 4) {
        if (lead_ns > LEAD_MOST_NS)
            return cg_fail(err, CG_FAILED, "the plans did not start together within %.0f s",
                           1e-9 * LEAD_MOST_NS);
        status = load(crew, lead_ns, images, &late, err);
    }
    return status;
}

static enum cg_status run_crew(struct crew *crew, int plans, int threads, double *images,
                               struct cg_error *err)
{
    enum cg_status status = prepare(crew, plans, threads, err);
    if (status == CG_OK)
        status = load_together(crew, images, err);
    for (int i = 0; i < crew->n; i++) {
        cg_scheduler_close(&crew->schedulers[i]);
        cg_measurement_free(&crew->measurements[i]);
    }
    return status;
}

enum cg_status cg_instances_measure(struct cg_session *session, const struct cg_job *job,
                                    const struct cg_instances_options *options, struct cg_instances *found,
                                    struct cg_error *err)
{
    const size_t n = (size_t)options->plans;
    const int threads = job->setting.threads, all = options->plans * threads;
    struct crew crew = {
        .session = session, .job = job, .options = options, .protocol = cg_protocol_default(true)};
    crew.protocol.check = false; /* it was checked before it was timed */
    crew.jobs = calloc(n, sizeof *crew.jobs);
    crew.schedulers = calloc(n, sizeof *crew.schedulers);
    crew.measurements = calloc(n, sizeof *crew.measurements);
    enum cg_status status = crew.jobs && crew.schedulers && crew.measurements
                                ? CG_OK
                                : cg_fail(err, CG_NO_MEMORY, "no memory for %d plans", options->plans);
    for (int turn = 0; turn < 2 && status == CG_OK; turn++)
        status = turn == options->one_first ? run_crew(&crew, options->plans, threads, &found->plans, err)
                                            : run_crew(&crew, 1, all, &found->one, err);
    free(crew.jobs);
    free(crew.schedulers);
    free(crew.measurements);
    return status;
}
