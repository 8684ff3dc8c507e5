/* How long a group will take. */
#include "bench/verification/checker.h"
#include "bench/scheduler/group_time.h"
#include "bench/scheduler/overhead.h"
#include "bench/scheduler/measure.h"
#include "bench/scheduler/session.h"
#include "bench/scheduler/time_model.h"

#include "bench/graph/cost.h"
#include "bench/stats/stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What preparing costs, as seen on machines of today: only sums over many cases matter here. */
#define START_S               0.03  /* a worker: start, timer, yardstick */
#define PREPARE_CASE_S        0.008 /* messages, text of a graph, plan, check */
#define NS_PER_PARAMETER      10.0  /* weights drawn, packed */
#define WARMUP_RUNS           8.0   /* of a case, each at least the discarded length */
#define REFERENCE_NS_PER_MADD 1.2
#define SAMPLE_MARGIN         1.25 /* as bench_case.c has it */
/* Processes are for the noisiest of a group's cases: so much more than two equal ones show. The pilots'
 * rounds were not seen to be: noise that lasts falls on whole processes. */
#define NOISIEST 1.4
/* One group sees more noise, the other less: a time is the mean over these multiples. */
static const double spread[] = {0.5, 1, 2, 4};
/* Groups that have to have been measured before their noise tells more than a look of a second. */
#define SEEN_LEAST 6
/* What a group itself showed before counts so much more than all others together. */
#define OWN_WEIGHT 3

/* Whether a group that was measured on this device tells how long one on so many threads will take. */
static bool tells(const struct cg_group_seen *seen, const struct cg_protocol *protocol, int threads)
{
    const int most = protocol->max_processes;
    return seen->threads == threads && !isnan(seen->rounds) &&
           (most == cg_stop_first_look(most) || !isnan(seen->processes));
}

static bool seen_enough(const struct cg_groups_seen *seen, const struct cg_protocol *protocol, int threads)
{
    int n = 0;
    for (int i = 0; seen && i < seen->n; i++)
        n += tells(&seen->groups[i], protocol, threads);
    return n >= SEEN_LEAST;
}

static struct cg_known_model *model_for(struct cg_session *session, const struct cg_job *job,
                                        const struct cg_protocol *protocol, struct cg_error *err)
{
    const uint64_t key = cg_engine_key(job);
    for (int i = 0; i < session->n_models; i++)
        if (session->models[i].key == key)
            return &session->models[i];
    struct cg_known_model *models =
        realloc(session->models, (size_t)(session->n_models + 1) * sizeof *models);
    if (!models) {
        cg_fail(err, CG_NO_MEMORY, "no memory to estimate a time");
        return NULL;
    }
    session->models = models;
    struct cg_known_model *model = &models[session->n_models];
    model->key = key;
    if (cg_time_model_measure(session, job, !seen_enough(session->options.seen, protocol, job->threads),
                              &model->model, err) != CG_OK)
        return NULL;
    session->n_models++;
    return model;
}

/* *noise is raised to the model's, where a model was needed and its is larger. */
static enum cg_status predict_run_ns(struct cg_session *session, const struct cg_job *job,
                                     const struct cg_protocol *protocol, double *run_ns,
                                     struct cg_noise *noise, struct cg_error *err)
{
    *run_ns = cg_session_time(session, job);
    if (*run_ns > 0)
        return CG_OK;
    const struct cg_known_model *model = model_for(session, job, protocol, err);
    if (!model)
        return err->status;
    /* of a number and NAN the number */
    noise->rounds = fmax(noise->rounds, model->model.noise.rounds);
    noise->processes = fmax(noise->processes, model->model.noise.processes);
    *run_ns = cg_time_model_run_ns(&model->model, job->graph);
    return CG_OK;
}

/* Seconds that the reference takes for the values that a check looks at. */
static double reference_s(const struct cg_graph *graph)
{
    struct cg_position positions[CG_CHECK_POSITIONS];
    const int n =
        cg_check_positions(graph->nodes[graph->output].shape, CG_DEFAULT_SEED, CG_CHECK_POSITIONS, positions);
    const int64_t whole = cg_graph_cost(graph).madds, cone = cg_cone_madds(graph, positions, n);
    return 1e-9 * REFERENCE_NS_PER_MADD * (double)(cone < 0 || cone > whole ? whole : cone);
}

/* The round as it will be: lengthened where it is short, and with what it costs beside samples. */
static void add_overhead(const struct cg_protocol *protocol, struct cg_round_work *work,
                         struct cg_group_time *time)
{
    work->least_ns = 1e9 * time->round_s;
    if (protocol->overhead > 0)
        time->round_s = fmax(time->round_s, fmin(1e-9 * cg_overhead_round_ns(work, protocol->overhead),
                                                 time->longest_round_s));
    time->round_s += 1e-9 * cg_overhead_expected_ns(work, 1e9 * time->round_s);
}

/* Whether no job before `index` has its engine, so a worker starts for it. */
static bool is_first_of_worker(const struct cg_job *jobs, int index)
{
    for (int i = 0; i < index; i++)
        if (strcmp(jobs[i].engine, jobs[index].engine) == 0)
            return false;
    return true;
}

/* Mean over the noise of the groups that tell; NAN: there are none. `group` 0: any. */
static double as_seen(const struct cg_groups_seen *seen, const struct cg_protocol *protocol,
                      const struct cg_group_time *time, int threads, uint64_t group, int *n)
{
    double sum = 0;
    *n = 0;
    for (int i = 0; i < seen->n; i++) {
        const struct cg_group_seen *other = &seen->groups[i];
        if (!tells(other, protocol, threads) || (group && other->group != group))
            continue;
        sum += cg_group_seconds(protocol, time, &(struct cg_noise){other->rounds, other->processes});
        ++*n;
    }
    return *n ? sum / *n : NAN;
}

/* By the noise of groups that were measured on this device on as many threads, most of all that of this
 * group; before there are any, by that of two equal jobs in front of the run. */
static double over_noises(const struct cg_groups_seen *seen, const struct cg_protocol *protocol,
                          const struct cg_group_time *time, const struct cg_noise *of_equal_jobs, int threads,
                          uint64_t group)
{
    if (seen_enough(seen, protocol, threads)) {
        int n_own, n;
        const double by_own = as_seen(seen, protocol, time, threads, group, &n_own),
                     by_all = as_seen(seen, protocol, time, threads, 0, &n);
        return n_own ? (OWN_WEIGHT * n_own * by_own + by_all) / (OWN_WEIGHT * n_own + 1) : by_all;
    }
    double sum = 0;
    for (size_t i = 0; i < sizeof spread / sizeof *spread; i++) {
        const struct cg_noise noise = {spread[i] * of_equal_jobs->rounds,
                                       NOISIEST * spread[i] * of_equal_jobs->processes};
        sum += cg_group_seconds(protocol, time, &noise);
    }
    return sum / (double)(sizeof spread / sizeof *spread);
}

enum cg_status cg_measure_predict(struct cg_session *session, const struct cg_job *jobs, int n_jobs,
                                  const struct cg_protocol *protocol, double *seconds, struct cg_error *err)
{
    struct cg_group_time time = {.prepare_s = START_S};
    struct cg_noise noise = {NAN, NAN};
    int threads = 1;
    struct cg_round_work work = {0};
    *seconds = NAN;
    for (int i = 0; i < n_jobs; i++) {
        if (!protocol->keep_duplicates && cg_job_same_as(jobs, i) >= 0)
            continue;
        double run_ns = 0;
        const enum cg_status status = predict_run_ns(session, &jobs[i], protocol, &run_ns, &noise, err);
        if (status == CG_UNSUPPORTED || status == CG_UNAVAILABLE)
            continue; /* will be skipped */
        if (status != CG_OK)
            return status;
        const struct cg_cost cost = cg_graph_cost(jobs[i].graph);
        const double discard_s = 1e-9 * fmax(run_ns, (double)protocol->discard_min_ns);
        time.prepare_s +=
            PREPARE_CASE_S + 1e-9 * NS_PER_PARAMETER * (double)cost.params + WARMUP_RUNS * discard_s;
        const double sample_s = 1e-9 * SAMPLE_MARGIN * (double)protocol->sample_min_ns, run_s = 1e-9 * run_ns;
        const bool hot = jobs[i].cache == CG_CACHE_HOT;
        time.round_s += discard_s + (hot ? fmax(run_s, sample_s) : run_s);
        time.longest_round_s += discard_s + (hot ? fmax(run_s, CG_SAMPLE_LENGTHENED_MOST * sample_s) : run_s);
        work.n_workers += is_first_of_worker(jobs, i);
        work.n_cases++;
        work.n_threaded += jobs[i].threads > 1;
        if (protocol->check && !cg_session_reference(session, &jobs[i]))
            time.first_s += reference_s(jobs[i].graph);
        time.different++;
        threads = jobs[i].threads > threads ? jobs[i].threads : threads;
    }
    if (protocol->piece_s > 0 && time.different > 0) {
        *seconds = protocol->budget_s;
        return CG_OK;
    }
    add_overhead(protocol, &work, &time);
    *seconds = time.different == 0 ? 0
                                   : over_noises(session->options.seen, protocol, &time, &noise, threads,
                                                 cg_group_key(jobs, n_jobs));
    return CG_OK;
}
