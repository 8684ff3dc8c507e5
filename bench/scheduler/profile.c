#include "bench/scheduler/profile.h"

#include "bench/scheduler/prepare.h"

#include "bench/device/cpu_id.h"
#include "bench/graph/rewrite.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PAIRS_MIN 7
#define PAIRS_MAX 400

enum { SUM, END_TO_END, RESIDUAL, TOTALS }; /* stand behind the steps */

/* One median a process, of every step and of the totals. */
struct medians {
    int n_steps, n_processes, room; /* processes */
    double *all;                    /* [step or n_steps + total][process] */
};

static double *medians_of(const struct medians *medians, int row)
{
    return medians->all + (size_t)row * (size_t)medians->room;
}

static enum cg_status no_memory(struct cg_error *err)
{
    return cg_fail(err, CG_NO_MEMORY, "no memory for a profile");
}

/* ---- the answer of a worker ---- */

static enum cg_status read_step(struct cg_wire *in, int n_nodes, struct cg_profile_row *row,
                                struct cg_error *err)
{
    size_t size;
    row->category = (enum cg_category)cg_wire_get_i32(in);
    cg_wire_get_text_into(in, row->implementation, sizeof row->implementation);
    const void *nodes = cg_wire_get_bytes(in, &size);
    if (in->failed || (int)row->category < 0 || row->category >= CG_CATEGORY_COUNT ||
        size > (size_t)n_nodes * sizeof *row->nodes)
        return cg_answer_damaged(err);
    row->nodes = malloc(size + 1);
    if (!row->nodes)
        return no_memory(err);
    memcpy(row->nodes, nodes, size);
    row->n_nodes = (int)(size / sizeof *row->nodes);
    for (int k = 0; k < row->n_nodes; k++)
        if (row->nodes[k] < 0 || row->nodes[k] >= n_nodes)
            return cg_answer_damaged(err);
    return CG_OK;
}

/* What the steps are; the same in every process. */
static enum cg_status read_steps(struct cg_wire *in, struct cg_profile *profile, struct cg_error *err)
{
    const int n = cg_wire_get_i32(in);
    const bool first = profile->rows == NULL;
    if (in->failed || n < 1 || (!first && n != profile->n_rows))
        return cg_answer_damaged(err);
    if (first) {
        profile->rows = calloc((size_t)n, sizeof *profile->rows);
        profile->n_rows = profile->rows ? n : 0;
    }
    enum cg_status status = profile->rows ? CG_OK : no_memory(err);
    for (int i = 0; i < n && status == CG_OK; i++) {
        struct cg_profile_row again = {0};
        status = read_step(in, profile->graph->n_nodes, first ? &profile->rows[i] : &again, err);
        free(again.nodes);
    }
    return status;
}

static enum cg_status alloc_medians(struct medians *medians, int n_steps, int processes, struct cg_error *err)
{
    if (medians->all)
        return CG_OK;
    *medians = (struct medians){.n_steps = n_steps, .room = processes};
    medians->all = calloc(((size_t)n_steps + TOTALS) * (size_t)processes, sizeof *medians->all);
    return medians->all ? CG_OK : no_memory(err);
}

/* The times of one process. */
static enum cg_status read_times(struct cg_wire *in, int pairs, double overhead_ns, struct medians *medians,
                                 struct cg_error *err)
{
    const int n = medians->n_steps;
    double *values = calloc(((size_t)n + TOTALS) * (size_t)pairs, sizeof *values); /* [row][pair] */
    if (!values)
        return no_memory(err);
    double *totals = values + (size_t)n * (size_t)pairs;
    for (int pair = 0; pair < pairs; pair++) {
        const double whole = (double)cg_wire_get_i64(in);
        double sum = 0;
        for (int i = 0; i < n; i++) {
            const double ns = (double)cg_wire_get_i64(in) - overhead_ns;
            values[(size_t)i * (size_t)pairs + (size_t)pair] = ns > 0 ? ns : 0;
            sum += ns;
        }
        totals[SUM * pairs + pair] = sum;
        totals[END_TO_END * pairs + pair] = whole;
        totals[RESIDUAL * pairs + pair] = (whole - sum) / whole;
    }
    for (int i = 0; i < n + TOTALS && !in->failed; i++)
        medians_of(medians, i)[medians->n_processes] =
            cg_median(values + (size_t)i * (size_t)pairs, (size_t)pairs);
    free(values);
    if (in->failed)
        return cg_answer_damaged(err);
    medians->n_processes++;
    return CG_OK;
}

static int pairs_for(double seconds, double run_ns)
{
    const double pairs = seconds * 1e9 / (2 * fmax(run_ns, 1));
    return pairs < PAIRS_MIN ? PAIRS_MIN : pairs > PAIRS_MAX ? PAIRS_MAX : (int)pairs;
}

static enum cg_status run_process(struct cg_scheduler *scheduler, const struct cg_profile_options *options,
                                  struct cg_profile *profile, struct medians *medians, struct cg_error *err)
{
    enum cg_status status = cg_prepare_jobs(scheduler, err);
    if (status != CG_OK)
        return status;
    const struct cg_job_result *result = scheduler->jobs[0].result;
    if (!scheduler->jobs[0].active)
        return cg_fail(err, result->skip_status, "%s", result->reason);
    if (profile->n_pairs == 0)
        profile->n_pairs = pairs_for(options->seconds, scheduler->jobs[0].run_ns);
    const int pairs = profile->n_pairs;
    struct cg_wire *answer;
    cg_wire_put_i32(cg_scheduler_message(scheduler, 0), pairs);
    const double expected_s = 2 * pairs * scheduler->jobs[0].run_ns * 1e-9;
    status = cg_scheduler_ask(scheduler, 0, CG_MSG_STEPS, scheduler->protocol->hang_s + 20 * expected_s,
                              &answer, err);
    if (status == CG_OK)
        status = read_steps(answer, profile, err);
    if (status == CG_OK)
        status = alloc_medians(medians, profile->n_rows, options->processes, err);
    if (status != CG_OK)
        return status;
    profile->clock_overhead_ns = cg_wire_get_f64(answer);
    return read_times(answer, pairs, profile->clock_overhead_ns, medians, err);
}

/* ---- what a step costs by counting ---- */

static bool holds(const struct cg_profile_row *row, int id)
{
    for (int k = 0; k < row->n_nodes; k++)
        if (row->nodes[k] == id)
            return true;
    return false;
}

/* Read by a node outside the step, or the graph's output. */
static bool leaves(const struct cg_graph *graph, const struct cg_profile_row *row, int id)
{
    for (int reader = id + 1; reader < graph->n_nodes; reader++)
        for (int i = 0; i < graph->nodes[reader].n_inputs; i++)
            if (graph->nodes[reader].inputs[i] == id && !holds(row, reader))
                return true;
    return id == graph->output;
}

static void count_step(const struct cg_graph *graph, struct cg_profile_row *row)
{
    int64_t most = 0; /* multiply-adds of a layer: of several that ran together the heaviest names the kind */
    for (int k = 0; k < row->n_nodes; k++) {
        const int id = row->nodes[k];
        const struct cg_node *node = &graph->nodes[id];
        const struct cg_cost cost = cg_node_cost(graph, id);
        if (cost.madds > most)
            row->category = cg_node_category(graph, id);
        most = cost.madds > most ? cost.madds : most;
        row->madds += cost.madds;
        row->read_bytes += 4 * cost.params;
        for (int i = 0; i < node->n_inputs; i++)
            if (!holds(row, node->inputs[i]))
                row->read_bytes += node->op == CG_SPLIT ? 4 * cg_shape_elements(node->shape)
                                                        : 4 * cg_shape_elements(cg_input_shape(graph, id, i));
        if (leaves(graph, row, id))
            row->write_bytes += 4 * cg_shape_elements(node->shape);
    }
}

/* A reorder, whose tensors the graph does not show, has no bound. */
static void find_bound(const struct cg_graph *graph, const struct cg_roofline *roofline, int lanes,
                       struct cg_profile_row *row)
{
    int64_t inside = 0, in_lanes = 0;
    row->bound = (struct cg_bound){.ns = NAN, .limit = "unknown"};
    row->bound_percent = row->peak_ns = row->lanes_ns = NAN;
    if (!roofline || row->n_nodes == 0)
        return;
    for (int k = 0; k < row->n_nodes; k++) {
        inside += cg_node_madds_inside(graph, row->nodes[k]);
        in_lanes += cg_node_madds_in_lanes(graph, row->nodes[k], lanes);
    }
    row->bound = cg_roofline_work(roofline, inside, row->read_bytes, row->write_bytes,
                                  row->read_bytes + row->write_bytes, false);
    row->bound_percent = cg_bound_percent(&row->bound, row->ns.value);
    row->peak_ns = 1e9 * (double)row->madds / roofline->madds_per_s;
    row->lanes_ns = fmax(row->bound.ns, 1e9 * (double)in_lanes / roofline->madds_per_s);
}

/* ---- results ---- */

static struct cg_interval over_processes(const struct medians *medians, int row)
{
    return cg_t_interval(medians_of(medians, row), (size_t)medians->n_processes, CG_CONFIDENCE);
}

static void summarise(struct cg_profile *profile, const struct medians *medians,
                      const struct cg_roofline *roofline)
{
    const int n_steps = medians->n_steps;
    double sum = 0;
    if (roofline)
        profile->lanes = cg_isa_lanes(roofline->isa == CG_ISA_AVX512 ? CG_ISA_AVX2 : roofline->isa);
    for (int i = 0; i < n_steps; i++) {
        struct cg_profile_row *row = &profile->rows[i];
        row->ns = over_processes(medians, i);
        sum += row->ns.value;
        count_step(profile->graph, row);
        find_bound(profile->graph, roofline, profile->lanes, row);
    }
    for (int i = 0; i < n_steps; i++) {
        profile->rows[i].share = sum > 0 ? profile->rows[i].ns.value / sum : 0;
        profile->category_share[profile->rows[i].category] += profile->rows[i].share;
    }
    profile->sum_ns = over_processes(medians, n_steps + SUM);
    profile->end_to_end_ns = over_processes(medians, n_steps + END_TO_END);
    profile->residual = over_processes(medians, n_steps + RESIDUAL);
    profile->n_processes = medians->n_processes;
}

void cg_profile_free(struct cg_profile *profile)
{
    for (int i = 0; i < profile->n_rows; i++)
        free(profile->rows[i].nodes);
    free(profile->rows);
    cg_graph_destroy(&profile->graph);
    *profile = (struct cg_profile){0};
}

enum cg_status cg_profile_measure(struct cg_session *session, const struct cg_job *job,
                                  const struct cg_profile_options *options, struct cg_profile *profile,
                                  struct cg_error *err)
{
    const struct cg_protocol protocol = cg_protocol_default(true);
    *profile = (struct cg_profile){.memory_bytes = -1, .error_vs_reference = NAN};
    if (options->processes < 1 || job->setting.cache != CG_CACHE_HOT)
        return cg_fail(err, CG_INVALID, "a profile is taken hot, over at least one process");
    profile->graph =
        job->setting.fusion == CG_FUSION_NONE ? cg_graph_unfuse(job->graph, err) : cg_graph_copy(job->graph);
    if (!profile->graph)
        return no_memory(err);
    struct cg_measurement measurement;
    struct cg_scheduler scheduler;
    struct medians medians = {0};
    enum cg_status status = cg_scheduler_open(&scheduler, session, (struct cg_job_group){job, 1, -1},
                                              &protocol, &measurement, err);
    for (; status == CG_OK && scheduler.process < options->processes; scheduler.process++) {
        status = run_process(&scheduler, options, profile, &medians, err);
        cg_scheduler_stop_workers(&scheduler);
    }
    profile->complete = status == CG_OK;
    if ((status == CG_OK || status == CG_INTERRUPTED) && medians.n_processes > 0)
        summarise(profile, &medians, options->roofline);
    if (measurement.n_jobs > 0) {
        profile->error_vs_reference = measurement.jobs[0].error_vs_reference;
        profile->memory_bytes = measurement.jobs[0].memory_bytes;
        profile->flags = measurement.jobs[0].flags;
        memcpy(profile->engine_version, measurement.jobs[0].engine_version, sizeof profile->engine_version);
    }
    cg_scheduler_close(&scheduler);
    cg_measurement_free(&measurement);
    free(medians.all);
    return status;
}
