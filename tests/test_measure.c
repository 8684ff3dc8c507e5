/* Measuring with workers that behave. */
#include "bench/scheduler/measure.h"
#include "bench/device/pin.h"
#include "bench/device/timer.h"
#include "tests/layers.h"
#include "tests/measuring.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Between processes the measurement so far is one of an interrupted run. */
static void look_at_what_there_is(const struct cg_measuring *measuring)
{
    struct cg_measurement so_far;
    cr_assert(cg_measuring_so_far(measuring, &so_far));
    cr_expect(so_far.stop == CG_STOP_INTERRUPTED && so_far.n_processes == 1 && so_far.n_jobs == 3);
    for (int i = 0; i < so_far.n_jobs; i++) {
        cr_expect(so_far.jobs[i].state == CG_JOB_MEASURED && so_far.jobs[i].samples.n == 3);
        cr_expect(so_far.jobs[i].flags & CG_FLAG_BIT(CG_FLAG_PARTIAL));
    }
    free(so_far.jobs);
}

Test(measure, samples_of_every_round_and_process)
{
    struct cg_graph *a = layer_graph(8, 8, 3), *b = layer_graph(8, 16, 3);
    struct cg_session *session = open_session_with((struct cg_session_options){0});
    const struct cg_job jobs[] = {job_of(a, "plain"), job_of(b, "plain"), job_of(a, "plain")};
    const struct cg_protocol protocol = short_protocol();
    struct cg_measurement measurement;
    struct cg_error err = {0};
    const int before = count_descriptors();
    struct cg_measuring *measuring;
    bool done = false;
    int processes = 0;
    enum cg_status status = cg_measuring_begin(session, (struct cg_job_group){jobs, 3, 0}, &protocol,
                                               &measurement, &measuring, &err);
    for (; status == CG_OK && !done; processes++) {
        status = cg_measuring_go_on(measuring, &done, &err);
        if (processes == 0)
            look_at_what_there_is(measuring);
    }
    status = status ?: cg_measuring_end(&measuring, &err);
    cr_assert(status == CG_OK, "%s", err.text);
    cr_expect(measuring == NULL && count_descriptors() == before);
    cr_expect(measurement.n_processes == 2 && processes == 2, "%d processes", processes);
    cr_expect(measurement.n_rounds >= 6);
    for (int i = 0; i < 3; i++) {
        const struct cg_job_result *result = &measurement.jobs[i];
        cr_expect(result->state == CG_JOB_MEASURED, "%s", result->reason);
        cr_expect(!(result->flags & CG_FLAG_BIT(CG_FLAG_PARTIAL)));
        cr_expect(result->samples.n == 6, "job %d has %d samples", i, result->samples.n);
        cr_expect(result->error_vs_reference < 1e-5);
        cr_expect(result->same_as == (i == 2 ? 0 : -1));
        for (int s = 0; s < result->samples.n; s++) {
            cr_expect(result->samples.all[s].ns >= protocol.sample_min_ns, "a sample of %lld ns",
                      (long long)result->samples.all[s].ns);
            cr_expect(result->samples.all[s].iterations >= 1);
            cr_expect(s == 0 || result->samples.all[s].process >= result->samples.all[s - 1].process);
        }
    }
    cr_expect(measurement.sampled_s > 0 && measurement.yardstick_s > 0);
    cr_expect(measurement.yardstick_fma_turns > 0 && measurement.yardstick_l2_bytes > 0 &&
              measurement.yardstick_far_bytes > 0);
    cr_expect(measurement.overhead_fraction > 0 && measurement.overhead_fraction < 1);
    /* Rounds share messages; each has its own number, time and yardstick all the same. */
    for (int i = 0; i < measurement.n_rounds; i++) {
        const struct cg_round *round = &measurement.rounds[i], *last = round - (i > 0);
        cr_expect(round->yardstick_fma_ns > 0 && round->yardstick_l2_ns > 0 && round->yardstick_far_ns > 0);
        cr_expect(round->wall_ns >= 2 * (protocol.sample_min_ns + protocol.discard_min_ns));
        cr_expect(i == 0 || round->start_ns >= last->start_ns + last->wall_ns);
        cr_expect(i == 0 || round->process != last->process || round->round == last->round + 1);
    }
    cg_measurement_free(&measurement);
    cg_session_destroy(&session);
    cg_graph_destroy(&a);
    cg_graph_destroy(&b);
}

/* Runs of 2.2 ms are longer than what is discarded at least, but one of them does not bring a job's caches
 * and predictors back. */
Test(measure, short_runs_are_discarded_twice)
{
    struct cg_graph *graph = layer_graph(8, 8, 3);
    struct cg_session *session = open_session_with((struct cg_session_options){0});
    const struct cg_job job = job_of(graph, "lasting");
    struct cg_protocol protocol = short_protocol();
    protocol.overhead = 0; /* samples are not made longer */
    struct cg_measurement measurement;
    struct cg_error err = {0};
    cr_assert(cg_measure(session, (struct cg_job_group){&job, 1, 0}, &protocol, &measurement, &err) == CG_OK,
              "%s", err.text);
    int64_t longest_ns = 0; /* where the machine was busy in the warm-up, runs seemed longer */
    for (int i = 0; i < measurement.n_rounds; i++)
        longest_ns = measurement.rounds[i].wall_ns > longest_ns ? measurement.rounds[i].wall_ns : longest_ns;
    cr_expect(longest_ns >= 3 * 2200000, "a round of %lld ns", (long long)longest_ns);
    cg_measurement_free(&measurement);
    cg_session_destroy(&session);
    cg_graph_destroy(&graph);
}

/* Groups take turns, and weights of files are large: they are handed to a worker and not kept for the next.
 */
Test(measure, weights_are_not_held_between_processes)
{
    struct cg_graph *graphs[] = {layer_graph(8, 8, 3), layer_graph(8, 16, 3)};
    struct cg_session *session = open_session();
    const struct cg_protocol protocol = short_protocol();
    struct cg_weights *weights[2];
    struct cg_job jobs[2];
    struct cg_measurement measurements[2];
    struct cg_measuring *groups[2];
    struct cg_error err = {0};
    bool done[2];
    for (int i = 0; i < 2; i++) {
        weights[i] = cg_weights_create(graphs[i], 5, &err);
        cr_assert(weights[i]);
        jobs[i] = job_of(graphs[i], "plain");
        jobs[i].weights = weights[i];
    }
    const int before = count_descriptors();
    for (int i = 0; i < 2; i++)
        cr_assert(cg_measuring_begin(session, (struct cg_job_group){&jobs[i], 1, 0}, &protocol,
                                     &measurements[i], &groups[i], &err) == CG_OK);
    for (int process = 0; process < 2; process++)
        for (int i = 0; i < 2; i++) {
            cr_expect(count_descriptors() == before, "held in process %d", process);
            cr_assert(cg_measuring_go_on(groups[i], &done[i], &err) == CG_OK, "%s", err.text);
        }
    for (int i = 0; i < 2; i++) {
        cr_assert(cg_measuring_end(&groups[i], &err) == CG_OK);
        cr_expect(measurements[i].jobs[0].state == CG_JOB_MEASURED, "%s", measurements[i].jobs[0].reason);
        cr_expect(measurements[i].n_processes == 2 && measurements[i].jobs[0].error_vs_reference < 1e-5);
        cg_measurement_free(&measurements[i]);
        cg_weights_destroy(&weights[i]);
        cg_graph_destroy(&graphs[i]);
    }
    cg_session_destroy(&session);
}

static int64_t shortest(const struct cg_samples *samples)
{
    int64_t ns = INT64_MAX;
    for (int i = 0; i < samples->n; i++)
        ns = samples->all[i].ns < ns ? samples->all[i].ns : ns;
    return ns;
}

static int64_t shortest_sample(struct cg_session *session, const struct cg_job *jobs, bool lengthened)
{
    struct cg_protocol protocol = short_protocol();
    protocol.overhead = lengthened ? protocol.overhead : 0;
    struct cg_measurement measurement = measured(session, (struct cg_job_group){jobs, 2, 0}, &protocol);
    cr_assert_gt(measurement.jobs[0].samples.n, 0, "%s", measurement.jobs[0].reason);
    const int64_t ns = shortest(&measurement.jobs[0].samples);
    cr_expect_geq(ns, protocol.sample_min_ns);
    cg_measurement_free(&measurement);
    return ns;
}

/* Two short cases: what a round costs beside them would be much of it. Of some attempts one must show it: in
 * others all of the short samples may have been disturbed. */
Test(measure, short_rounds_have_longer_samples)
{
    struct cg_graph *a = layer_graph(8, 8, 3), *b = layer_graph(8, 16, 3);
    struct cg_session *session = open_session();
    const struct cg_job jobs[] = {job_of(a, "around-native"), job_of(b, "around-native")};
    int64_t plain = 1, longer = 0;
    for (int attempt = 0; attempt < 10 && longer < 3 * plain; attempt++) {
        plain = shortest_sample(session, jobs, false);
        longer = shortest_sample(session, jobs, true);
    }
    cr_expect_geq(longer, 3 * plain, "samples of %lld ns, without lengthening %lld ns", (long long)longer,
                  (long long)plain);
    cg_session_destroy(&session);
    cg_graph_destroy(&a);
    cg_graph_destroy(&b);
}

Test(measure, check_only_times_nothing)
{
    struct cg_graph *graph = layer_graph(8, 8, 3);
    struct cg_session *session = open_session();
    const struct cg_job jobs[] = {job_of(graph, "plain"), job_of(graph, "wrong")};
    struct cg_protocol protocol = short_protocol();
    protocol.time = false;
    struct cg_measurement measurement = measured(session, (struct cg_job_group){jobs, 2, 0}, &protocol);
    cr_expect(measurement.jobs[0].state == CG_JOB_CHECKED && measurement.jobs[0].samples.n == 0);
    cr_expect(measurement.jobs[1].state == CG_JOB_SKIPPED && measurement.n_rounds == 0);
    cg_measurement_free(&measurement);
    cg_session_destroy(&session);
    cg_graph_destroy(&graph);
}

Test(measure, threads_that_stay_awake_are_seen)
{
    struct cg_graph *graph = layer_graph(8, 8, 3);
    struct cg_session *session = open_session();
    const struct cg_job jobs[] = {job_of(graph, "plain"), job_of(graph, "restless")};
    struct cg_protocol protocol = short_protocol();
    protocol.max_processes = 1;
    struct cg_measurement measurement = measured(session, (struct cg_job_group){jobs, 2, 0}, &protocol);
    cr_expect(measurement.jobs[0].flags & CG_FLAG_BIT(CG_FLAG_AWAKE));
    cg_measurement_free(&measurement);
    cg_session_destroy(&session);
    cg_graph_destroy(&graph);
}

/* Two threads, each on its cpu: what the second one ran on is kept by sample. */
Test(measure, where_other_threads_ran_is_kept)
{
    int cpus[2] = {-1, -1};
    if (cg_affinity(0, cpus, 2) < 2)
        cr_skip_test("one cpu only");
    struct cg_graph *graph = layer_graph(64, 256, 3);
    struct cg_session *session = open_session();
    struct cg_job jobs[] = {job_of(graph, "native"), job_of(graph, "native")};
    jobs[0].setting.threads = 2;
    jobs[0].setting.cpus = cpus;
    const struct cg_protocol protocol = short_protocol();
    char other[16];
    snprintf(other, sizeof other, "%d", cpus[1]);
    struct cg_measurement measurement = measured(session, (struct cg_job_group){jobs, 2, 0}, &protocol);
    const struct cg_job_result *two = &measurement.jobs[0], *one = &measurement.jobs[1];
    int there = 0;
    cr_assert_gt(two->samples.n, 0, "%s", two->reason);
    for (int i = 0; i < two->samples.n; i++) {
        cr_assert(two->samples.all[i].placement >= 0 && two->samples.all[i].placement < two->placements.n);
        there += strcmp(two->placements.texts[two->samples.all[i].placement], other) == 0;
    }
    cr_expect(there == two->samples.n || (two->flags & CG_FLAG_BIT(CG_FLAG_MIGRATED)),
              "%d of %d samples had the second thread on cpu %s", there, two->samples.n, other);
    for (int i = 0; i < one->samples.n; i++)
        cr_expect_eq(one->samples.all[i].placement, -1, "one thread has no others");
    cg_measurement_free(&measurement);
    cg_session_destroy(&session);
    cg_graph_destroy(&graph);
}

/* Counted after the timing, in workers of their own: software events work everywhere, what does not is NAN.
 */
Test(measure, counters_are_counted_apart)
{
    struct cg_graph *a = layer_graph(8, 8, 3), *b = layer_graph(8, 16, 3);
    struct cg_session *session = open_session();
    const struct cg_job jobs[] = {job_of(a, "plain"), job_of(b, "crash-run"), job_of(b, "plain"),
                                  job_of(a, "plain")};
    struct cg_protocol protocol = short_protocol();
    struct cg_measurement measurement;
    struct cg_error err = {0};
    protocol.counters = "task_clock,cycles";
    cr_assert_eq(cg_measure(session, (struct cg_job_group){jobs, 4, 0}, &protocol, &measurement, &err), CG_OK,
                 "%s", err.text);
    cr_expect_eq(measurement.jobs[1].state, CG_JOB_SKIPPED);
    cr_expect_eq(measurement.jobs[1].n_counters, 0);
    for (int i = 0; i < 4; i += i ? 1 : 2) {
        const struct cg_job_result *result = &measurement.jobs[i];
        cr_assert_eq(result->n_counters, 2, "job %d has %d counters", i, result->n_counters);
        cr_expect_str_eq(result->counters[0].name, "task_clock");
        cr_expect_str_eq(result->counters[1].name, "cycles");
        /* The time that the processor worked for a run is about the time that a run takes: the unit is right.
         * The samples are few and short, and other tests run beside them. */
        double run_ns = INFINITY; /* of the least disturbed sample */
        for (int k = 0; k < result->samples.n; k++)
            run_ns = fmin(run_ns, (double)result->samples.all[k].ns / result->samples.all[k].iterations);
        cr_expect(result->counters[0].value > 0.05 * run_ns && result->counters[0].value < 20 * run_ns,
                  "%g ns counted, %g ns timed", result->counters[0].value, run_ns);
        cr_expect(isnan(result->counters[1].value) || result->counters[1].value > 0);
    }
    cr_expect_eq(count_children(), 0);
    cg_measurement_free(&measurement);
    protocol.counters = "nonsense";
    cr_expect_neq(cg_measure(session, (struct cg_job_group){jobs, 1, 0}, &protocol, &measurement, &err),
                  CG_OK);
    cr_expect(strstr(err.text, "nonsense"), "%s", err.text);
    cg_measurement_free(&measurement);
    cg_session_destroy(&session);
    cg_graph_destroy(&a);
    cg_graph_destroy(&b);
}

/* Sustained load: no precision is asked for, processes follow each other until the time is over, and every
 * round knows when it began. */
Test(measure, a_load_is_sustained_until_its_time_is_over)
{
    struct cg_graph *graph = layer_graph(8, 8, 3);
    struct cg_session *session = open_session();
    const struct cg_job job = job_of(graph, "plain");
    struct cg_protocol protocol = short_protocol();
    struct cg_measurement m;
    protocol.min_rounds = 1;
    protocol.max_rounds = 1000;
    protocol.max_processes = 1000;
    protocol.precision = 0.5;
    protocol.piece_s = 0.3;
    /* Where processes take long to start, two of them need more time. */
    for (protocol.budget_s = 2;; protocol.budget_s *= 2) {
        m = measured(session, (struct cg_job_group){&job, 1, -1}, &protocol);
        if (m.n_processes >= 2 || protocol.budget_s > 30)
            break;
        cg_measurement_free(&m);
    }
    cr_expect_gt(m.elapsed_s, 0.95 * protocol.budget_s, "%g of %g s", m.elapsed_s, protocol.budget_s);
    cr_expect_geq(m.n_processes, 2);
    cr_expect_eq(m.stop, CG_STOP_BUDGET);
    cr_expect(!(m.jobs[0].flags & (CG_FLAG_BIT(CG_FLAG_BUDGET) | CG_FLAG_BIT(CG_FLAG_PRECISION))));
    for (int i = 1; i < m.n_rounds; i++)
        cr_expect_gt(m.rounds[i].start_ns, m.rounds[i - 1].start_ns);
    cg_measurement_free(&m);
    cg_session_destroy(&session);
    cg_graph_destroy(&graph);
}

/* Behind the protocol's end nothing is begun; what runs then ends. */
Test(measure, the_end_of_a_protocol_is_a_limit)
{
    struct cg_graph *graph = layer_graph(8, 8, 3);
    struct cg_session *session = open_session();
    const struct cg_job job = job_of(graph, "plain");
    struct cg_protocol protocol = short_protocol();
    protocol.as_planned = false;
    protocol.max_processes = 100000;
    protocol.precision = 1e-12;
    protocol.budget_s = 1e6;
    protocol.end_ns = 1;
    struct cg_measurement m = measured(session, (struct cg_job_group){&job, 1, -1}, &protocol);
    cr_expect_eq(m.stop, CG_STOP_BUDGET);
    cr_expect(m.n_processes == 0 && m.jobs[0].state == CG_JOB_PENDING);
    cg_measurement_free(&m);
    protocol.end_ns = cg_now_ns() + 500000000;
    m = measured(session, (struct cg_job_group){&job, 1, -1}, &protocol);
    cr_expect_eq(m.stop, CG_STOP_BUDGET);
    cg_measurement_free(&m);
    cg_session_destroy(&session);
    cg_graph_destroy(&graph);
}
