/* Whether a known difference is found, by the rules that a run prints its verdicts by: an engine around
 * native that takes 5 % (3 %) longer, beside one that takes nothing. Timing, so apart from the unit tests,
 * alone on the machine. */
#include "bench/device/pin.h"
#include "bench/scheduler/measure.h"
#include "bench/scheduler/noise_floor.h"
#include "bench/stats/verdict.h"
#include "tests/layers.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

struct found {
    struct cg_estimate log_ratio;
    enum cg_verdict verdict;
    int processes;
    double reached; /* relative half width */
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
    found->log_ratio = cg_samples_estimate(slow, base);
    struct cg_judged row = {.ratio = found->log_ratio, .delta = delta};
    cr_assert(cg_judge(&row, 1, CG_DO_THEY_DIFFER));
    found->verdict = row.verdict;
}

/* What a comparison may take where the machine is not quiet: then it reaches less, and less is asked of it.
 * With all tries of all comparisons the tests stay below the limit in meson.build. */
#define BUDGET_S 15

/* From a few microseconds to a millisecond, spatial and pointwise. */
static const struct layer {
    int in, out, kernel;
} layers[] = {{64, 64, 3}, {96, 192, 3}, {128, 256, 1}};

static double paired_floor(struct cg_session *session, const int *cpu)
{
    struct cg_noise_floors floors;
    struct cg_error err = {0};
    cr_assert_eq(cg_noise_floors_measure(session, "around-native", cg_isa_best(), cpu, &floors, &err), CG_OK,
                 "%s", err.text);
    return floors.paired;
}

static struct found compare(struct cg_session *session, const struct layer *layer, const char *engine,
                            double precision, double floor, const int *cpu)
{
    struct cg_graph *graph = layer_graph(layer->in, layer->out, layer->kernel);
    struct cg_protocol protocol = cg_protocol_default(false);
    struct cg_measurement measurement;
    struct cg_error err = {0};
    struct found found = {0};
    struct cg_job jobs[2];
    for (int i = 0; i < 2; i++)
        jobs[i] = (struct cg_job){.label = i ? engine : "around-native",
                                  .setting.engine = i ? engine : "around-native",
                                  .graph = graph,
                                  .setting.threads = 1,
                                  .setting.cpus = cpu,
                                  .setting.isa = cg_isa_best(),
                                  .setting.fusion = CG_FUSION_FULL,
                                  .setting.edges = CG_EDGES_PLAN};
    protocol.precision = precision;
    protocol.budget_s = BUDGET_S;
    cr_assert_eq(cg_measure(session, (struct cg_job_group){jobs, 2, 0}, &protocol, &measurement, &err), CG_OK,
                 "%s", err.text);
    cr_assert(measurement.jobs[1].state == CG_JOB_MEASURED, "%s", measurement.jobs[1].reason);
    found.processes = measurement.n_processes;
    found.reached = measurement.reached_precision;
    estimate(&measurement, cg_delta(floor), &found);
    const struct cg_interval ratio = cg_ratio_of(found.log_ratio);
    fprintf(stderr,
            "%s, %d to %d channels, %d x %d: ratio %.4f [%.4f, %.4f] over %d processes in %.1f s, floor %.2f "
            "%%: %s\n",
            engine, layer->in, layer->out, layer->kernel, layer->kernel, ratio.value, ratio.low, ratio.high,
            found.processes, measurement.elapsed_s, 100 * floor, cg_verdict_name(found.verdict));
    cg_measurement_free(&measurement);
    cg_graph_destroy(&graph);
    return found;
}

/* A 95 % interval misses the truth once in twenty times, and each of these few comparisons may be that one,
 * or meet a guest of the same host: what does not hold is measured again. A rule that is wrong fails every
 * time. */
enum { TRIES = 3 };

/* Half as much again as the interval is allowed. A verdict is asked for where the machine was quiet enough.
 */
static bool holds(const struct found *found, double truth, double precision, bool quiet)
{
    const double half = 0.5 * (found->log_ratio.high - found->log_ratio.low);
    const bool covered = fabs(found->log_ratio.mean - log(truth)) <= 1.5 * half;
    return covered && (!quiet || found->reached > 1.5 * precision || found->verdict == CG_SLOWER);
}

static void expect_slower(const char *engine, double truth, double precision, double floor_limit)
{
    struct cg_session *session = open_session();
    int cpu = 0;
    cg_affinity(0, &cpu, 1);
    const double floor = paired_floor(session, &cpu);
    for (size_t i = 0; i < sizeof layers / sizeof layers[0]; i++) {
        bool held = false;
        for (int try = 0; try < TRIES && !held; try++) {
            const struct found found = compare(session, &layers[i], engine, precision, floor, &cpu);
            held = holds(&found, truth, precision, floor < floor_limit);
        }
        cr_expect(held,
                  "%s, %d to %d channels: not %g and SLOWER in any of %d tries (the figures stand above)",
                  engine, layers[i].in, layers[i].out, truth, (int)TRIES);
    }
    cg_session_destroy(&session);
}

Test(slowed, five_percent_by_default)
{
    expect_slower("slow5", 1.05, cg_protocol_default(false).precision, 0.04);
}

Test(slowed, three_percent_at_half_a_percent)
{
    expect_slower("slow3", 1.03, 0.005, 0.02);
}
