#include "tests/made_up_machine.h"

#include "base/random.h"
#include "bench/commands/run_parts.h"
#include "bench/job/measurement.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

#define PROCESSES 8
#define ROUNDS    6

static const struct cg_bandwidth_record bandwidths[] = {
    {"L1", "read", 24 << 10, 1, 230e9},
    {"L2", "read", 768 << 10, 1, 115e9},
    {"L3", "read", 16 << 20, 1, 100e9},
    {"DRAM", "read", 128 << 20, 1, 20e9},
};

static const struct cg_cache_record caches[] = {
    {1, "data", 32 << 10, 64, 1, 1}, {2, "unified", 1 << 20, 64, 1, 1}, {3, "unified", 32 << 20, 64, 1, 1}};

struct cg_device_record made_up_device(void)
{
    return (struct cg_device_record){.noise_paired = 0.004,
                                     .caches = (struct cg_cache_record *)caches,
                                     .n_caches = sizeof caches / sizeof caches[0],
                                     .bandwidths = (struct cg_bandwidth_record *)bandwidths,
                                     .n_bandwidths = sizeof bandwidths / sizeof bandwidths[0]};
}

static double normal(uint64_t *state)
{
    const double u = 1 - cg_random_uniform(state), v = cg_random_uniform(state);
    return sqrt(-2 * log(u)) * cos(6.283185307179586 * v);
}

static bool is_quiet(const struct states *of, int round)
{
    return !of->others || round % 2 == 0;
}

/* Samples of what the machine needs, with the noise of a quiet machine and a drift that all share. */
static void sample(const struct states *of, const struct cg_job *job, uint64_t *random,
                   struct cg_job_result *result)
{
    const double quiet_ns = of->quiet(job->graph, job->setting.threads),
                 others_ns = of->others ? of->others(job->graph, job->setting.threads) : quiet_ns;
    const int iterations = 1 + (int)(1e7 / quiet_ns);
    double effect = 0;
    result->state = CG_JOB_MEASURED;
    cr_assert(cg_samples_reserve(&result->samples, PROCESSES * ROUNDS));
    for (int i = 0; i < PROCESSES * ROUNDS; i++) {
        if (i % ROUNDS == 0)
            effect = 0.0006 * normal(random);
        const double drift = 0.05 * sin(0.3 * i), ns = is_quiet(of, i % ROUNDS) ? quiet_ns : others_ns;
        cg_samples_add(&result->samples,
                       (struct cg_timed_sample){
                           .process = i / ROUNDS,
                           .round = i % ROUNDS,
                           .ns = (int64_t)(ns * iterations * exp(drift + effect + 0.003 * normal(random))),
                           .iterations = iterations,
                           .placement = -1});
    }
}

/* The rounds of the samples, flagged where the machine was not quiet. */
static void add_rounds(const struct states *of, struct cg_measurement *m)
{
    m->rounds = calloc(PROCESSES * ROUNDS, sizeof *m->rounds);
    cr_assert(m->rounds);
    for (m->n_rounds = 0; m->n_rounds < PROCESSES * ROUNDS; m->n_rounds++)
        m->rounds[m->n_rounds] = (struct cg_round){
            .process = m->n_rounds / ROUNDS,
            .round = m->n_rounds % ROUNDS,
            .flags = is_quiet(of, m->n_rounds % ROUNDS) ? 0 : CG_FLAG_BIT(CG_FLAG_SLOW_MEMORY)};
}

struct cg_results *measured_in(const char *suite, const struct states *of, int most_threads)
{
    struct cg_run run = {.request = {.n_suites = 1, .suites = &suite}, .results = cg_results_create()};
    struct cg_asked_values *asked = &run.request.asked.of[CG_AT_THREADS];
    struct cg_error err = {0};
    uint64_t random = 7 + of->seed;
    for (int threads = 1; threads <= most_threads; threads++)
        asked->values[asked->n++].number = threads;
    cr_assert(run.results);
    cr_assert_eq(cg_topology_read(NULL, &run.device.topology, &err), CG_OK, "%s", err.text);
    cr_assert_eq(cg_run_plan_make(&run.request, &run.device.topology, &run.plan, &err), CG_OK, "%s",
                 err.text);
    cr_assert_eq(cg_run_add_suites(&run, &err), CG_OK, "%s", err.text);
    for (int s = 0; s < run.plan->n_schedules; s++) {
        const struct cg_planned_schedule *schedule = &run.plan->schedules[s];
        struct cg_measurement m;
        cr_assert_eq(cg_measurement_init(&m, schedule->n_jobs, schedule->baseline, &err), CG_OK);
        for (int k = 0; k < m.n_jobs; k++)
            sample(of, &run.plan->jobs[schedule->jobs[k]].job, &random, &m.jobs[k]);
        add_rounds(of, &m);
        cr_assert_eq(cg_run_add_measurement(&run, s, &m, &err), CG_OK, "%s", err.text);
        cg_measurement_free(&m);
    }
    run.results->device = made_up_device();
    cg_run_plan_destroy(&run.plan);
    cg_topology_destroy(&run.device.topology);
    return run.results;
}

struct cg_results *measured(const char *suite, machine *of, int most_threads)
{
    return measured_in(suite, &(struct states){of, NULL, 0}, most_threads);
}

struct cg_answer answer_on(const struct cg_results *results, struct cg_suite_views *views)
{
    struct cg_answer answer;
    struct cg_error err = {0};
    bool failed = false;
    cr_assert_eq(cg_suite_views_create(results, results->suites[0], views, &err), CG_OK, "%s", err.text);
    cr_assert(cg_answer_of(views, &answer, &failed) && !failed);
    cr_assert(answer.aligned);
    return answer;
}
