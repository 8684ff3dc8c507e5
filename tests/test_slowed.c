/* Whether a known difference is found, by the rules that a run prints its verdicts by: an engine around
 * native that takes 5 % (3 %) longer, beside one that takes nothing. Timing, so apart from the unit tests,
 * alone on the machine. */
#include "bench/device/pin.h"
#include "bench/measure/measure.h"
#include "bench/measure/stop.h"
#include "bench/stats/verdict.h"
#include "tests/layers.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

struct found {
    struct cg_estimate log_ratio;
    enum cg_verdict verdict;
    int processes;
};

static struct cg_session *open_session(void)
{
    struct cg_session *session = NULL;
    struct cg_error err = {0};
    const struct cg_session_options options = {.program = CG_TEST_WORKER, .no_disk_cache = true};
    cr_assert_eq(cg_session_create(&options, &session, &err), CG_OK, "%s", err.text);
    return session;
}

static void estimate(const struct cg_measurement *m, double delta, struct found *found)
{
    const struct cg_samples *base = &m->jobs[0].samples, *slow = &m->jobs[1].samples;
    double *values = calloc(4 * (size_t)slow->n + 1, sizeof *values);
    int64_t *process = calloc((size_t)slow->n + 1, sizeof *process);
    cr_assert(values && process);
    const int n = cg_round_log_ratios(slow, base, -1, values, process);
    found->log_ratio = cg_estimate_over_processes(values, process, (size_t)n, values + n);
    cr_assert(cg_verdicts(&found->log_ratio, 1, delta, &found->verdict));
    free(values);
    free(process);
}

static struct found compare(const char *engine, double precision, double *floor)
{
    struct cg_session *session = open_session();
    struct cg_graph *graph = layer_graph(64, 64, 3);
    struct cg_protocol protocol = cg_protocol_default(false);
    struct cg_measurement measurement;
    struct cg_noise_floors floors;
    struct cg_error err = {0};
    struct found found = {0};
    int cpu = 0;
    cg_affinity(0, &cpu, 1);
    struct cg_job jobs[2];
    for (int i = 0; i < 2; i++)
        jobs[i] = (struct cg_job){.label = i ? engine : "around-native",
                                  .engine = i ? engine : "around-native",
                                  .graph = graph,
                                  .threads = 1,
                                  .cpus = &cpu,
                                  .isa = cg_isa_best(),
                                  .fusion = CG_FUSION_FULL,
                                  .edges = CG_EDGES_PLAN};
    cr_assert_eq(cg_noise_floors_measure(session, "around-native", cg_isa_best(), &cpu, &floors, &err), CG_OK,
                 "%s", err.text);
    *floor = floors.paired;
    protocol.precision = precision;
    cr_assert_eq(cg_measure(session, jobs, 2, 0, &protocol, &measurement, &err), CG_OK, "%s", err.text);
    cr_assert(measurement.jobs[1].state == CG_JOB_MEASURED, "%s", measurement.jobs[1].reason);
    found.processes = measurement.n_processes;
    estimate(&measurement, cg_delta(floors.paired), &found);
    const struct cg_interval ratio = cg_ratio_of(found.log_ratio);
    fprintf(stderr, "%s: ratio %.4f [%.4f, %.4f] over %d processes in %.1f s, floor %.2f %%: %s\n", engine,
            ratio.value, ratio.low, ratio.high, found.processes, measurement.elapsed_s, 100 * *floor,
            cg_verdict_name(found.verdict));
    cg_measurement_free(&measurement);
    cg_session_destroy(&session);
    cg_graph_destroy(&graph);
    return found;
}

/* A 95 % interval misses the truth once in twenty times; a test may not, so half as much again is allowed. */
static void expect_truth(const struct found *found, double truth)
{
    const double half = 0.5 * (found->log_ratio.high - found->log_ratio.low);
    cr_expect(fabs(found->log_ratio.mean - log(truth)) <= 1.5 * half, "%g +- %g, and the truth is %g",
              found->log_ratio.mean, half, log(truth));
}

Test(slowed, five_percent_by_default)
{
    double floor;
    const struct found found = compare("slow5", cg_protocol_default(false).precision, &floor);
    expect_truth(&found, 1.05);
    if (floor < 0.04)
        cr_expect_eq(found.verdict, CG_SLOWER, "%s", cg_verdict_name(found.verdict));
}

Test(slowed, three_percent_at_half_a_percent)
{
    double floor;
    const struct found found = compare("slow3", 0.005, &floor);
    expect_truth(&found, 1.03);
    if (floor < 0.02)
        cr_expect_eq(found.verdict, CG_SLOWER, "%s", cg_verdict_name(found.verdict));
}
