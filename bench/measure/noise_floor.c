/* The noise floors of this device: differences that are measured where there are none. */
#include "bench/measure/measure.h"
#include "bench/measure/stop.h"

#include "bench/stats/stats.h"

#include <math.h>
#include <stdlib.h>

/* As many processes and rounds as a run gives its cases: a floor is no verdict's if it is measured in less.
 */
#define PAIRED_PROCESSES 8
#define STARTS           5
#define START_PROCESSES  4
#define ROUNDS           24

/* A small network of what the suites are made of, 28 x 28 x 96, some 40 Mmadds: two separable blocks with
 * their 1x1, their depthwise layer, an addition. */
static struct cg_graph *floor_graph(struct cg_error *err)
{
    struct cg_graph *graph = cg_graph_create();
    if (!graph) {
        cg_fail(err, CG_NO_MEMORY, "no memory for a graph");
        return NULL;
    }
    struct cg_node node = cg_node_of(CG_INPUT);
    node.shape = (struct cg_shape){1, 28, 28, 96};
    int last = cg_graph_add(graph, &node, err);
    for (int block = 0; block < 2 && last >= 0; block++) {
        const int from = last;
        for (int layer = 0; layer < 3 && last >= 0; layer++) {
            node = cg_node_of(CG_CONV);
            node.act = layer == 2 ? CG_ACT_NONE : CG_ACT_RELU;
            node.shape.c = layer == 2 ? 96 : 192;
            node.n_inputs = 1;
            node.inputs = &last;
            node.bias = true;
            if (layer == 1) {
                node.groups = 192;
                node.window.kernel_h = node.window.kernel_w = 3;
                node.window.pad_top = node.window.pad_left = node.window.pad_bottom = node.window.pad_right =
                    1;
            }
            last = cg_graph_add(graph, &node, err);
        }
        if (last < 0)
            break;
        const int inputs[] = {from, last};
        node = cg_node_of(CG_ADD);
        node.n_inputs = 2;
        node.inputs = inputs;
        last = cg_graph_add(graph, &node, err);
    }
    if (last < 0)
        cg_graph_destroy(&graph);
    return graph;
}

/* What must have gone well for a floor to be a figure. */
static enum cg_status all_measured(const struct cg_measurement *measurement, struct cg_error *err)
{
    for (int i = 0; i < measurement->n_jobs; i++)
        if (measurement->jobs[i].state != CG_JOB_MEASURED)
            return cg_fail(err,
                           measurement->jobs[i].skip_status ? measurement->jobs[i].skip_status : CG_FAILED,
                           "the noise floor could not be measured: %s", measurement->jobs[i].reason);
    return CG_OK;
}

/* The largest relative difference that the 95 % interval of an A/A ratio still holds. */
static enum cg_status measure_paired(struct cg_session *session, const struct cg_job *job,
                                     const struct cg_protocol *protocol, double *floor_of,
                                     struct cg_error *err)
{
    const struct cg_job jobs[2] = {*job, *job};
    struct cg_measurement measurement;
    enum cg_status status = cg_measure(session, jobs, 2, 0, protocol, &measurement, err);
    if (status == CG_OK)
        status = all_measured(&measurement, err);
    if (status == CG_OK) {
        const struct cg_samples *a = &measurement.jobs[0].samples, *b = &measurement.jobs[1].samples;
        double *values = calloc(4 * (size_t)b->n + 1, sizeof *values);
        int64_t *process = calloc((size_t)b->n + 1, sizeof *process);
        if (values && process) {
            const int n = cg_round_log_ratios(b, a, -1, values, process);
            const struct cg_estimate estimate =
                cg_estimate_over_processes(values, process, (size_t)n, values + n);
            *floor_of = exp(fmax(fabs(estimate.low), fabs(estimate.high))) - 1;
        } else {
            status = cg_fail(err, CG_NO_MEMORY, "no memory for the noise floor");
        }
        free(values);
        free(process);
    }
    cg_measurement_free(&measurement);
    return status;
}

/* Median of log time over the samples of one start. */
static enum cg_status measure_start(struct cg_session *session, const struct cg_job *job,
                                    const struct cg_protocol *protocol, double *log_time,
                                    struct cg_error *err)
{
    struct cg_measurement measurement;
    enum cg_status status = cg_measure(session, job, 1, -1, protocol, &measurement, err);
    if (status == CG_OK)
        status = all_measured(&measurement, err);
    if (status == CG_OK) {
        const struct cg_samples *samples = &measurement.jobs[0].samples;
        double *values = calloc((size_t)samples->n + 1, sizeof *values);
        if (values) {
            const int n = cg_round_log_ratios(samples, NULL, -1, values, NULL);
            *log_time = cg_median(values, (size_t)n);
        } else {
            status = cg_fail(err, CG_NO_MEMORY, "no memory for the noise floor");
        }
        free(values);
    }
    cg_measurement_free(&measurement);
    return status;
}

enum cg_status cg_noise_floors_measure(struct cg_session *session, const char *engine, enum cg_isa isa,
                                       const int *cpus, struct cg_noise_floors *floors, struct cg_error *err)
{
    *floors = (struct cg_noise_floors){NAN, NAN};
    struct cg_graph *graph = floor_graph(err);
    if (!graph)
        return err->status;
    const struct cg_job job = {.label = "noise floor",
                               .engine = engine,
                               .graph = graph,
                               .threads = 1,
                               .cpus = cpus,
                               .isa = isa,
                               .fusion = CG_FUSION_FULL,
                               .edges = CG_EDGES_PLAN};
    struct cg_protocol protocol = cg_protocol_default(true);
    protocol.keep_duplicates = true;
    protocol.min_rounds = protocol.max_rounds = ROUNDS;
    protocol.max_processes = PAIRED_PROCESSES;
    protocol.precision = 1e-6; /* never reached: all processes are run */
    protocol.budget_s = 60;
    double paired = NAN, least = INFINITY, most = -INFINITY;
    enum cg_status status = measure_paired(session, &job, &protocol, &paired, err);
    protocol.max_processes = START_PROCESSES;
    for (int start = 0; start < STARTS && status == CG_OK; start++) {
        double log_time = NAN;
        status = measure_start(session, &job, &protocol, &log_time, err);
        least = fmin(least, log_time);
        most = fmax(most, log_time);
    }
    if (status == CG_OK)
        *floors = (struct cg_noise_floors){paired, exp(most - least) - 1};
    cg_graph_destroy(&graph);
    return status;
}
