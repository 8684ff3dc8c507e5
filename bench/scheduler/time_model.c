#include "bench/scheduler/time_model.h"
#include "bench/scheduler/measure.h"

#include "bench/graph/cost.h"
#include "bench/graph/rewrite.h"
#include "bench/scheduler/profile.h"
#include "bench/scheduler/stop.h"

#include "bench/stats/stats.h"

#include <math.h>
#include <stdlib.h>

#define NOISE_PROCESSES 5
#define NOISE_ROUNDS    12

/* ---- the layers that are timed ---- */

struct layer {
    enum cg_op op;
    int out, kernel, stride, groups;
};

/* A chain from 112 x 112 x 3: each kind at two widths where its speed depends on it. About 90 Mmadds. */
static const struct layer layers[] = {
    {CG_CONV, 24, 3, 2, 1},    /* spatial, few channels in */
    {CG_CONV, 24, 1, 1, 1},    /* pointwise, narrow */
    {CG_CONV, 96, 1, 1, 1},    /* widened */
    {CG_CONV, 96, 3, 2, 96},   /* depthwise, strided, on a large map */
    {CG_CONV, 96, 1, 1, 1},    /* pointwise, middling */
    {CG_CONV, 96, 3, 1, 1},    /* spatial, wide */
    {CG_ACT, 0, 0, 0, 0},      /* element by element */
    {CG_CONV, 96, 1, 1, 8},    /* grouped, 12 channels each */
    {CG_SHUFFLE, 0, 0, 0, 8},  /* data moved */
    {CG_CONV, 192, 1, 1, 2},   /* grouped, 48 channels each */
    {CG_CONV, 192, 3, 1, 192}, /* depthwise */
    {CG_CONV, 384, 1, 1, 1},   /* pointwise, wide */
    {CG_MAX_POOL, 0, 3, 2, 0}, /* pool */
    {CG_GLOBAL_POOL, 0, 0, 0, 0}, {CG_FC, 1000, 0, 0, 0},
};

static struct cg_graph *model_graph(struct cg_error *err)
{
    struct cg_graph *graph = cg_graph_create();
    if (!graph) {
        cg_fail(err, CG_NO_MEMORY, "no memory for a graph");
        return NULL;
    }
    struct cg_node node = cg_node_of(CG_INPUT);
    node.shape = (struct cg_shape){1, 112, 112, 3};
    int last = cg_graph_add(graph, &node, err);
    for (size_t i = 0; i < sizeof layers / sizeof *layers && last >= 0; i++) {
        const struct layer *layer = &layers[i];
        node = cg_node_of(layer->op);
        node.n_inputs = 1;
        node.inputs = &last;
        node.shape.c = layer->out;
        node.bias = layer->out > 0;
        if (layer->op == CG_ACT)
            node.act = CG_ACT_RELU;
        if (layer->groups)
            node.groups = layer->groups;
        if (layer->kernel) {
            struct cg_window *w = &node.window;
            w->kernel_h = w->kernel_w = layer->kernel;
            w->stride_h = w->stride_w = layer->stride;
            w->pad_top = w->pad_left = w->pad_bottom = w->pad_right = layer->kernel / 2;
        }
        last = cg_graph_add(graph, &node, err);
    }
    if (last < 0)
        cg_graph_destroy(&graph);
    return graph;
}

/* ---- kinds, widths, units ---- */

static enum cg_layer_kind kind_of(const struct cg_graph *graph, int id)
{
    const struct cg_node *node = &graph->nodes[id];
    switch (node->op) {
    case CG_CONV:
        if (cg_node_is_depthwise(graph, id))
            return CG_LAYER_DEPTHWISE;
        if (node->groups > 1)
            return CG_LAYER_GROUPED;
        return node->window.kernel_h * node->window.kernel_w > 1 ? CG_LAYER_SPATIAL : CG_LAYER_POINTWISE;
    case CG_FC:
        return CG_LAYER_FC;
    case CG_MAX_POOL:
    case CG_AVG_POOL:
    case CG_GLOBAL_POOL:
        return CG_LAYER_POOL;
    default:
        return CG_LAYER_MOVE;
    }
}

static double width_of(const struct cg_graph *graph, int id)
{
    const struct cg_node *node = &graph->nodes[id];
    if (node->op != CG_CONV)
        return 1;
    const double in = (double)cg_input_shape(graph, id, 0).c / node->groups,
                 out = (double)node->shape.c / node->groups;
    return fmin(in, out);
}

static double units_of(const struct cg_graph *graph, int id)
{
    const double madds = (double)cg_node_cost(graph, id).madds;
    if (madds > 0)
        return madds;
    return (double)cg_shape_elements(graph->nodes[id].op == CG_GLOBAL_POOL ||
                                             graph->nodes[id].op == CG_MAX_POOL
                                         ? cg_input_shape(graph, id, 0)
                                         : graph->nodes[id].shape);
}

static double ns_per_unit(const struct cg_time_model *model, enum cg_layer_kind kind, double width)
{
    /* Linear between the nearest points in the logarithm of the width, flat beyond them. */
    const int n = model->kinds[kind].n;
    const double *at = model->kinds[kind].width, *ns = model->kinds[kind].ns_per_unit;
    int below = -1, above = -1;
    for (int i = 0; i < n; i++) {
        if (at[i] <= width && (below < 0 || at[i] > at[below]))
            below = i;
        if (at[i] >= width && (above < 0 || at[i] < at[above]))
            above = i;
    }
    if (below < 0 && above < 0)
        return 0;
    if (below < 0 || above < 0 || at[below] == at[above])
        return ns[below < 0 ? above : below];
    const double share = log(width / at[below]) / log(at[above] / at[below]);
    return ns[below] + share * (ns[above] - ns[below]);
}

static void add_point(struct cg_time_model *model, enum cg_layer_kind kind, double width, double ns)
{
    const int n = model->kinds[kind].n;
    for (int i = 0; i < n; i++) {
        if (model->kinds[kind].width[i] == width) { /* a second layer of this width: the mean */
            model->kinds[kind].ns_per_unit[i] = 0.5 * (model->kinds[kind].ns_per_unit[i] + ns);
            return;
        }
    }
    if (n < CG_MODEL_POINTS) {
        model->kinds[kind].width[n] = width;
        model->kinds[kind].ns_per_unit[n] = ns;
        model->kinds[kind].n++;
    }
}

/* A step's time goes to its node with the most work; what an engine merged into it came for nothing. */
static void learn(struct cg_time_model *model, const struct cg_profile *profile)
{
    for (int i = 0; i < profile->n_rows; i++) {
        const struct cg_profile_row *row = &profile->rows[i];
        int heaviest = -1;
        for (int k = 0; k < row->n_nodes; k++)
            if (heaviest < 0 || cg_node_cost(profile->graph, row->nodes[k]).madds >
                                    cg_node_cost(profile->graph, heaviest).madds)
                heaviest = row->nodes[k];
        if (heaviest < 0)
            continue;
        add_point(model, kind_of(profile->graph, heaviest), width_of(profile->graph, heaviest),
                  row->ns.value / units_of(profile->graph, heaviest));
    }
}

/* What `process` of the samples shows: *median of its rounds' log ratios and their deviation. */
static bool noise_of(const struct cg_measurement *measurement, int process, double *median, double *mad)
{
    const struct cg_samples *a = &measurement->jobs[0].samples, *b = &measurement->jobs[1].samples;
    double *values = calloc(2 * (size_t)b->n + 1, sizeof *values);
    if (!values)
        return false;
    const int n = cg_round_log_ratios(b, a, process, values, NULL);
    *mad = cg_summarise(values, (size_t)n, values + n).mad;
    *median = cg_median(values, (size_t)n);
    free(values);
    return true;
}

/* As a run sees it: two equal jobs in a few processes. */
static enum cg_status measure_noise(struct cg_session *session, const struct cg_job *job,
                                    const struct cg_protocol *like, struct cg_noise *noise,
                                    struct cg_error *err)
{
    const struct cg_job jobs[2] = {*job, *job};
    struct cg_protocol protocol = *like;
    protocol.keep_duplicates = true;
    protocol.overhead = cg_protocol_default(true).overhead; /* longer samples, less noise */
    protocol.max_processes = NOISE_PROCESSES;
    protocol.precision = 1e-6; /* never reached: all processes are run */
    protocol.min_rounds = protocol.max_rounds = NOISE_ROUNDS;
    struct cg_measurement measurement;
    enum cg_status status = cg_measure(session, jobs, 2, 0, &protocol, &measurement, err);
    *noise = (struct cg_noise){NAN, NAN};
    if (status == CG_OK && measurement.jobs[1].samples.n > 1 && measurement.n_processes > 1) {
        double medians[NOISE_PROCESSES], mads[NOISE_PROCESSES];
        const size_t n = (size_t)measurement.n_processes;
        for (int p = 0; p < measurement.n_processes && status == CG_OK; p++)
            if (!noise_of(&measurement, p, &medians[p], &mads[p]))
                status = cg_fail(err, CG_NO_MEMORY, "no memory to estimate a time");
        if (status == CG_OK) {
            noise->rounds = cg_median(mads, n);
            const double by_rounds = cg_process_sd(noise->rounds, 0, NOISE_ROUNDS), all = cg_sd(medians, n);
            noise->processes = all > by_rounds ? sqrt(all * all - by_rounds * by_rounds) : 0;
        }
    }
    cg_measurement_free(&measurement);
    return status;
}

enum cg_status cg_time_model_measure(struct cg_session *session, const struct cg_job *job, bool noise,
                                     struct cg_time_model *model, struct cg_error *err)
{
    *model = (struct cg_time_model){.noise = {NAN, NAN}};
    struct cg_graph *graph = model_graph(err);
    if (!graph)
        return err->status;
    struct cg_job timed = *job;
    timed.graph = graph;
    timed.weights = NULL;
    timed.cache = CG_CACHE_HOT;
    timed.label = "estimate";
    struct cg_protocol protocol = cg_protocol_default(true);
    protocol.check = false; /* nothing of this is reported */
    protocol.overhead = 0;
    protocol.warmup_cap_ns = 20000000;
    struct cg_profile profile;
    enum cg_status status = cg_profile_run(session, &timed, &protocol, 1, 0.05, NULL, &profile, err);
    if (status == CG_OK)
        learn(model, &profile);
    if (status == CG_OK && noise)
        status = measure_noise(session, &timed, &protocol, &model->noise, err);
    cg_profile_free(&profile);
    cg_graph_destroy(&graph);
    return status;
}

double cg_time_model_run_ns(const struct cg_time_model *model, const struct cg_graph *graph)
{
    double ns = 0;
    for (int id = 0; id < graph->n_nodes; id++) {
        if (graph->nodes[id].op == CG_INPUT)
            continue;
        const enum cg_layer_kind kind = kind_of(graph, id);
        ns += units_of(graph, id) * ns_per_unit(model, kind, width_of(graph, id));
    }
    return ns;
}
