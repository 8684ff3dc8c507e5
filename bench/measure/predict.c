/* How long a group will take. */
#include "bench/measure/checker.h"
#include "bench/measure/overhead.h"
#include "bench/measure/session.h"
#include "bench/measure/stop.h"
#include "bench/measure/time_model.h"

#include "bench/graph/cost.h"
#include "bench/stats/stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What preparing costs, as seen on machines of today: only sums over many cases matter here. */
#define START_S               0.03  /* a worker: start, timer, yardstick */
#define PREPARE_CASE_S        0.015 /* messages, text of a graph, plan, check */
#define NS_PER_PARAMETER      12.0  /* weights drawn, packed */
#define WARMUP_RUNS           10.5  /* of a case, each at least the discarded length */
#define REFERENCE_NS_PER_MADD 1.2
#define SAMPLE_MARGIN         1.25 /* as bench_case.c has it */
#define RERUNS                1.05 /* rounds that are disturbed and run again */
/* Processes are for the noisiest of a group's cases: so much more than two equal ones show. The pilots'
 * rounds were not seen to be: noise that lasts falls on whole processes. */
#define NOISIEST 1.4

static struct cg_known_model *model_for(struct cg_session *session, const struct cg_job *job,
                                        struct cg_error *err)
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
    if (cg_time_model_measure(session, job, &model->model, err) != CG_OK)
        return NULL;
    session->n_models++;
    return model;
}

/* *noise is raised to the model's, where a model was needed and its is larger. */
static enum cg_status predict_run_ns(struct cg_session *session, const struct cg_job *job, double *run_ns,
                                     struct cg_noise *noise, struct cg_error *err)
{
    *run_ns = cg_session_time(session, job);
    if (*run_ns > 0)
        return CG_OK;
    const struct cg_known_model *model = model_for(session, job, err);
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

/* What a group of jobs costs: once, and then by process and by round. */
struct group_time {
    double first_s, prepare_s, round_s;
    double longest_round_s; /* with samples as long as they may become */
    struct cg_noise noise;  /* of the noisiest engine; NAN unknown */
    int different;
};

/* The round as it will be: lengthened where it is short, and with what it costs beside samples. */
static void add_overhead(const struct cg_protocol *protocol, struct cg_round_work *work,
                         struct group_time *time)
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

/* Rounds that the pilot will ask for. */
static double rounds_of(const struct cg_protocol *protocol, const struct group_time *time, double budget_s)
{
    const int wanted = isnan(time->noise.rounds)
                           ? protocol->max_rounds
                           : cg_rounds_needed(time->noise.rounds, protocol->precision,
                                              cg_planned_processes(protocol->max_processes),
                                              protocol->min_rounds, protocol->max_rounds);
    return budget_s > 0 ? cg_rounds_within(protocol, wanted, budget_s, time->prepare_s, time->round_s)
                        : wanted;
}

/* Processes after which the precision will be reached. */
static int processes_of(const struct cg_protocol *protocol, const struct group_time *time, double rounds)
{
    const int most = protocol->max_processes;
    const double sd = cg_process_sd(time->noise.rounds, time->noise.processes, rounds);
    int n = cg_stop_first_look(most);
    while (n < most && !(NOISIEST * sd * cg_student_quantile(0.975, n - 1) <= protocol->precision * sqrt(n)))
        n++;
    return n;
}

/* The budget as the scheduler will have it; 0: none. */
static double budget_of(const struct cg_protocol *protocol, const struct group_time *time)
{
    if (protocol->budget_s > 0)
        return protocol->budget_s;
    return fmax(protocol->budget_per_job_s * time->different,
                cg_budget_least_s(protocol, time->prepare_s, time->round_s));
}

/* How many of the processes fit into the budget: at least two are run, and the next one is begun as long as
 * it would end within it. */
static double processes_s(const struct cg_protocol *protocol, const struct group_time *time)
{
    if (!protocol->time)
        return time->prepare_s;
    const double budget_s = budget_of(protocol, time), rounds = rounds_of(protocol, time, budget_s);
    const int wanted = processes_of(protocol, time, rounds);
    const double process_s = time->prepare_s + RERUNS * rounds * time->round_s;
    const double pilot_s = fmax(0, protocol->min_rounds - rounds) * time->round_s; /* in the first one */
    int n = wanted < 2 ? wanted : 2;
    while (n < wanted &&
           (budget_s <= 0 || time->first_s + pilot_s + (n + 1) * process_s <= CG_BUDGET_SLACK * budget_s))
        n++;
    return pilot_s + n * process_s;
}

enum cg_status cg_measure_predict(struct cg_session *session, const struct cg_job *jobs, int n_jobs,
                                  const struct cg_protocol *protocol, double *seconds, struct cg_error *err)
{
    struct group_time time = {.prepare_s = START_S, .noise = {NAN, NAN}};
    struct cg_round_work work = {0};
    *seconds = NAN;
    for (int i = 0; i < n_jobs; i++) {
        if (!protocol->keep_duplicates && cg_job_same_as(jobs, i) >= 0)
            continue;
        double run_ns = 0;
        const enum cg_status status = predict_run_ns(session, &jobs[i], &run_ns, &time.noise, err);
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
    }
    if (protocol->piece_s > 0 && time.different > 0) {
        *seconds = protocol->budget_s;
        return CG_OK;
    }
    add_overhead(protocol, &work, &time);
    *seconds = time.different == 0 ? 0 : time.first_s + processes_s(protocol, &time);
    return CG_OK;
}
