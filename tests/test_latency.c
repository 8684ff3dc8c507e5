/* The passes for single runs and for several plans at once: what they give, not how long it takes. */
#include "bench/scheduler/latency.h"
#include "bench/device/pin.h"
#include "tests/layers.h"
#include "tests/measuring.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

static const struct cg_latency_options few_runs = {
    .processes = 2, .least_runs = 20, .seconds = 0.001, .limit_s = 20};

Test(latency, single_runs_of_fresh_processes)
{
    struct cg_graph *graph = layer_graph(8, 8, 3);
    struct cg_session *session = open_session();
    const struct cg_job job = job_of(graph, "plain");
    struct cg_latency latency;
    struct cg_error err = {0};
    cr_assert(cg_latency_measure(session, &job, &few_runs, &latency, &err) == CG_OK, "%s", err.text);
    cr_expect_eq(latency.n, 2);
    for (int p = 0; p < latency.n; p++) {
        const struct cg_latency_head *head = &latency.processes[p].head;
        cr_expect(head->plan_ns > 0 && head->first_run_ns > 0 && head->peak_memory_bytes >= -1);
        cr_expect_geq(head->n, 10);
        for (int i = 0; i < head->n; i++)
            cr_expect(latency.processes[p].runs[i].ns > 0 && latency.processes[p].runs[i].switches >= 0);
    }
    cr_expect_eq(count_children(), 0);
    cg_latency_free(&latency);
    cg_session_destroy(&session);
    cg_graph_destroy(&graph);
}

static void expect_failure(const char *engine, const char *sentence)
{
    struct cg_graph *graph = layer_graph(8, 8, 3);
    struct cg_session *session = open_session();
    const struct cg_job job = job_of(graph, engine);
    const int cpus[2] = {0};
    const struct cg_instances_options two = {.plans = 2, .cpus = cpus, .seconds = 0.01};
    struct cg_instances found;
    struct cg_latency latency;
    struct cg_error err = {0};
    cr_expect_neq(cg_latency_measure(session, &job, &few_runs, &latency, &err), CG_OK);
    cr_expect(strstr(err.text, sentence), "%s", err.text);
    cg_latency_free(&latency);
    err = (struct cg_error){0};
    cr_expect_neq(cg_instances_measure(session, &job, &two, &found, &err), CG_OK);
    cr_expect(strstr(err.text, sentence), "%s", err.text);
    cr_expect_eq(count_children(), 0);
    cg_session_destroy(&session);
    cg_graph_destroy(&graph);
}

Test(latency, what_cannot_be_run_is_an_error)
{
    expect_failure("hungry", "memory");
    expect_failure("abort-run", "Aborted");
}

/* Each plan on a cpu of its own, where there are two. */
Test(latency, several_plans_at_once)
{
    struct cg_graph *graph = layer_graph(8, 8, 3);
    struct cg_session *session = open_session();
    const struct cg_job job = job_of(graph, "around-native");
    struct cg_error err = {0};
    int cpus[1024];
    const int n = cg_affinity(0, cpus, 1024);
    cr_assert(n > 0);
    if (n == 1)
        cpus[1] = cpus[0];
    for (int turn = 0; turn < 2; turn++) {
        const struct cg_instances_options two = {
            .plans = 2, .cpus = cpus, .one_first = turn == 1, .seconds = 0.25};
        struct cg_instances found = {0};
        cr_assert(cg_instances_measure(session, &job, &two, &found, &err) == CG_OK, "%s", err.text);
        cr_expect(found.plans > 0 && isfinite(found.plans) && found.one > 0 && isfinite(found.one),
                  "%g and %g images a second", found.plans, found.one);
    }
    cr_expect_eq(count_children(), 0);
    cg_session_destroy(&session);
    cg_graph_destroy(&graph);
}
