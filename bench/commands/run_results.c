#include "bench/commands/run_results.h"

#include "bench/commands/run_samples.h"

#include "bench/graph/cost.h"
#include "bench/scheduler/case_flags.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

static enum cg_status no_memory(struct cg_error *err)
{
    return cg_fail(err, CG_NO_MEMORY, "no memory for the results");
}

static const char *text_or_null(struct cg_results *results, const char *text)
{
    return text && text[0] ? cg_results_text(results, text) : NULL;
}

static const char *hash_text(struct cg_results *results, uint64_t hash)
{
    return cg_results_format(results, "%016" PRIx64, hash);
}

/* ---- suites ---- */

/* One note for each text that is there. False without memory. */
static bool add_notes(struct cg_results *results, const char ***notes, int *n_notes, const char *const *texts,
                      int n)
{
    *notes = cg_results_array(results, (size_t)n, sizeof **notes);
    if (!*notes)
        return false;
    for (int i = 0; i < n; i++)
        if (texts[i] && texts[i][0])
            (*notes)[(*n_notes)++] = cg_results_text(results, texts[i]);
    return true;
}

static bool add_paper_figures(struct cg_results *results, struct cg_case_record *record,
                              const struct cg_case *c)
{
    record->paper = cg_results_array(results, CG_PAPER_DEVICE_COUNT, sizeof *record->paper);
    if (!record->paper)
        return false;
    for (int d = 0; d < CG_PAPER_DEVICE_COUNT; d++)
        if (!isnan(c->paper[d].value))
            record->paper[record->n_paper++] = (struct cg_paper_value){
                .device = cg_paper_device_name((enum cg_paper_device)d),
                .value = c->paper[d].value,
                .unit = cg_paper_devices[d].unit,
                .batch = c->paper[d].batch,
            };
    record->shares =
        cg_results_array(results, (size_t)CG_PAPER_DEVICE_COUNT * CG_CATEGORY_COUNT, sizeof *record->shares);
    if (!record->shares)
        return false;
    for (int d = 0; d < CG_PAPER_DEVICE_COUNT; d++)
        for (int k = 0; k < CG_CATEGORY_COUNT; k++)
            if (!isnan(c->paper_share_percent[d][k]))
                record->shares[record->n_shares++] = (struct cg_paper_share){
                    .device = cg_paper_device_name((enum cg_paper_device)d),
                    .category = cg_category_name((enum cg_category)k),
                    .percent = c->paper_share_percent[d][k],
                };
    return true;
}

/* Sum of eq. (1)'s lower bounds over the convolutions, where the equation speaks of them: dense and 1x1. */
static double memory_bound(const struct cg_graph *graph)
{
    double sum = 0;
    for (int id = 0; id < graph->n_nodes; id++) {
        const struct cg_node *node = &graph->nodes[id];
        if (node->op != CG_CONV)
            continue;
        if (node->groups != 1 || node->window.kernel_h != 1 || node->window.kernel_w != 1 ||
            node->shape.n != 1)
            return NAN;
        sum += cg_mem_access_lower_bound(node->shape.h, node->shape.w, (double)cg_node_cost(graph, id).madds);
    }
    return sum;
}

static bool fill_case(struct cg_results *results, struct cg_case_record *record, const struct cg_suite *suite,
                      const struct cg_case *c, uint64_t graph)
{
    const struct cg_network *network = c->network;
    record->name = cg_results_text(results, c->name);
    record->label = cg_results_text(results, c->label[0] ? c->label : c->name);
    record->series = text_or_null(results, c->series);
    record->widths = text_or_null(results, c->widths);
    record->inferred = c->inferred;
    record->graph = hash_text(results, graph);
    record->step = c->step;
    if (suite->kind == CG_KIND_FACTORIAL)
        for (int i = 0; i < CG_FACTORS; i++)
            record->levels[i] = c->factors[i];
    if (network) {
        record->network = cg_results_text(results, network->family);
        record->variant = text_or_null(results, network->variant);
        record->title = text_or_null(results, network->title);
        record->reconstruction = network->reconstruction;
        record->published_madds = !isnan(c->paper_madds) ? c->paper_madds : network->published.madds;
    }
    record->published_top1_error = c->paper_top1_error_percent;
    if (strncmp(suite->name, "g1", 2) == 0)
        record->mem_access_bound = memory_bound(c->graph);
    const char *const notes[] = {
        c->note,
        network && network->reconstruction ? network->derivation : NULL,
    };
    return record->name && record->label && record->graph && add_paper_figures(results, record, c) &&
           add_notes(results, &record->notes, &record->n_notes, notes, sizeof notes / sizeof notes[0]);
}

/* The planned cases of a group; none: no group. */
static bool add_group(const struct cg_run_plan *plan, int suite_index, int group_index,
                      struct cg_results *results, struct cg_suite_record *suite_record)
{
    const struct cg_suite *suite = plan->suites[suite_index];
    const struct cg_group *group = &suite->groups[group_index];
    const bool has_baseline = suite->kind != CG_KIND_RANKING && suite->kind != CG_KIND_BREAKDOWN;
    struct cg_group_record *record = NULL;
    for (int i = 0; i < plan->n_cases; i++) {
        const struct cg_planned_case *planned = &plan->cases[i];
        if (planned->suite != suite_index || planned->group != group_index)
            continue;
        if (!record) {
            record = cg_suite_add_group(results, suite_record);
            if (!record)
                return false;
            record->name = cg_results_text(results, group->name);
            record->title = cg_results_text(results, group->title);
            record->set = text_or_null(results, group->set);
            record->scale = group->scale;
            record->level = group->level > 0 ? group->level : CG_UNKNOWN;
        }
        struct cg_case_record *case_record = cg_group_add_case(results, record);
        if (!case_record ||
            !fill_case(results, case_record, suite, &group->cases[planned->index], planned->graph))
            return false;
        if (has_baseline && planned->index == group->baseline)
            record->baseline = record->n_cases - 1;
    }
    return true;
}

static bool add_suite(const struct cg_run_plan *plan, int index, struct cg_results *results)
{
    const struct cg_suite *suite = plan->suites[index];
    struct cg_suite_record *record = cg_results_add_suite(results);
    if (!record)
        return false;
    record->name = cg_results_text(results, suite->name);
    record->title = plan->suite_batch[index] > 1
                        ? cg_results_format(results, "%s, batch %d", suite->title, plan->suite_batch[index])
                        : cg_results_text(results, suite->title);
    record->source = text_or_null(results, suite->source);
    record->kind = suite->kind;
    record->axis = text_or_null(results, suite->axis);
    record->whole_networks = suite->whole_networks;
    for (int i = 0; i < CG_FACTORS && suite->kind == CG_KIND_FACTORIAL; i++)
        record->factors[i] = cg_results_text(results, suite->factor_names[i]);
    const char *const notes[] = {suite->note};
    if (!add_notes(results, &record->notes, &record->n_notes, notes, 1))
        return false;
    bool ok = true;
    for (int g = 0; ok && g < suite->n_groups; g++)
        ok = add_group(plan, index, g, results, record);
    return ok;
}

enum cg_status cg_run_add_suites(const struct cg_run_plan *plan, struct cg_results *results,
                                 struct cg_error *err)
{
    for (int i = 0; i < plan->n_suites; i++)
        if (plan->suites[i]->kind != CG_KIND_REUSE && !add_suite(plan, i, results))
            return no_memory(err);
    return CG_OK;
}

/* ---- measurements ---- */

/* Flag names of the bits that are set. */
static bool add_flags(struct cg_results *results, unsigned bits, const char ***flags, int *n_flags)
{
    if (bits == 0)
        return true;
    *flags = cg_results_array(results, CG_FLAG_COUNT, sizeof **flags);
    if (!*flags)
        return false;
    for (int f = 0; f < CG_FLAG_COUNT; f++)
        if (bits & CG_FLAG_BIT(f))
            (*flags)[(*n_flags)++] = cg_flag_name((enum cg_flag)f);
    return true;
}

static const char *cpu_list(struct cg_results *results, const struct cg_job *job)
{
    char text[256];
    if (!job->setting.cpus ||
        cg_cpu_list_format(job->setting.cpus, job->setting.threads, text, sizeof text) >= (int)sizeof text)
        return NULL;
    return cg_results_text(results, text);
}

static int first_timed(const struct cg_job *job)
{
    return job->setting.cache == CG_CACHE_REPLAY ? job->replay_from : 0;
}

/* Times that the roofline allows: of the layers, each at its own bound, and what must come from memory when
 * the caches are cold. NAN when peaks are unknown. */
struct bounds {
    double ns, cold_ns;
};

static struct bounds bounds_of(const struct cg_device *device, const struct cg_job *job, const char *cores)
{
    struct cg_roofline roofline;
    if (!cg_device_roofline(device, job->setting.isa, cores, job->setting.threads, &roofline))
        return (struct bounds){NAN, NAN};
    struct bounds bounds = {.cold_ns = cg_roofline_cold_ns(&roofline, job->graph)};
    for (int id = first_timed(job); id < job->graph->n_nodes; id++)
        if (job->graph->nodes[id].op != CG_INPUT)
            bounds.ns += cg_roofline_node(&roofline, job->graph, id, job->setting.cache == CG_CACHE_COLD).ns;
    return bounds;
}

/* What is timed: the graph, or the layer that is replayed. */
static struct cg_cost cost_of(const struct cg_job *job)
{
    if (job->setting.cache != CG_CACHE_REPLAY)
        return cg_graph_cost(job->graph);
    struct cg_cost sum = {0};
    for (int id = job->replay_from; id < job->graph->n_nodes; id++) {
        const struct cg_cost cost = cg_node_cost(job->graph, id);
        sum.madds += cost.madds;
        sum.params += cost.params;
        sum.mem_access += cost.mem_access;
        sum.mem_access_all += cost.mem_access_all;
    }
    return sum;
}

static bool add_counters(struct cg_results *results, struct cg_record *record,
                         const struct cg_job_result *result)
{
    if (result->n_counters == 0)
        return true;
    record->counters = cg_results_array(results, (size_t)result->n_counters, sizeof *record->counters);
    if (!record->counters)
        return false;
    record->n_counters = result->n_counters;
    for (int i = 0; i < result->n_counters; i++) {
        const struct cg_job_counter *c = &result->counters[i];
        record->counters[i] = (struct cg_counter_record){.name = cg_results_text(results, c->name),
                                                         .unit = text_or_null(results, c->unit),
                                                         .value = c->value,
                                                         .relative_error = c->relative_error};
    }
    return true;
}

static void fill_place(const struct cg_run_plan *plan, const struct cg_planned_job *planned,
                       struct cg_results *results, const char **suite, const char **group,
                       const char **case_name)
{
    const struct cg_planned_case *first = &plan->cases[planned->first_case];
    const struct cg_suite *s = plan->suites[first->suite];
    *suite = cg_results_text(results, s->name);
    *group = cg_results_text(results, s->groups[first->group].name);
    *case_name = cg_results_text(results, s->groups[first->group].cases[first->index].name);
}

static enum cg_status add_record(const struct cg_run_plan *plan, const struct cg_planned_job *planned,
                                 const struct cg_job_result *result, int schedule,
                                 const struct bounds *bounds, struct cg_results *results,
                                 struct cg_error *err)
{
    const struct cg_job *job = &planned->job;
    const struct cg_planned_case *first = &plan->cases[planned->first_case];
    const struct cg_network *network =
        plan->suites[first->suite]->groups[first->group].cases[first->index].network;
    const struct cg_shape in = job->setting.cache == CG_CACHE_REPLAY
                                   ? cg_input_shape(job->graph, job->replay_from, 0)
                                   : job->graph->nodes[job->graph->input].shape;
    const struct cg_cost cost = cost_of(job);
    struct cg_record *record = cg_results_add_record(results);
    if (!record)
        return no_memory(err);
    fill_place(plan, planned, results, &record->suite, &record->group, &record->case_name);
    record->graph = hash_text(results, planned->graph);
    record->network = network ? cg_results_text(results, network->family) : NULL;
    record->variant = network ? text_or_null(results, network->variant) : NULL;
    record->setting = job->setting;
    record->setting.cpus = NULL;
    record->engine_version = text_or_null(results, result->engine_version);
    record->implementation = text_or_null(results, result->implementation);
    record->cores = cpu_list(results, job);
    record->input = cg_results_format(results, "%dx%dx%dx%d", in.n, in.h, in.w, in.c);
    record->madds = cost.madds;
    record->params = cost.params;
    record->mem_access_elements = cost.mem_access;
    record->mem_access_bytes = 4 * cost.mem_access;
    record->mem_access_all_elements = cost.mem_access_all;
    record->peak_memory_bytes = cg_graph_peak_memory(job->graph);
    record->plan_memory_bytes = result->memory_bytes < 0 ? CG_UNKNOWN : result->memory_bytes;
    record->layer_count =
        job->graph->n_nodes - (job->setting.cache == CG_CACHE_REPLAY ? job->replay_from : 1);
    record->roofline_ns = bounds->ns;
    record->error_vs_reference = result->error_vs_reference;
    record->schedule = schedule;
    const enum cg_status status = cg_run_add_samples(results, record, result, err);
    if (status != CG_OK)
        return status;
    return add_counters(results, record, result) ? CG_OK : no_memory(err);
}

static enum cg_status add_skipped(const struct cg_run_plan *plan, const struct cg_planned_job *planned,
                                  const struct cg_job_result *result, struct cg_results *results,
                                  struct cg_error *err)
{
    struct cg_skipped *skipped = cg_results_add_skipped(results);
    if (!skipped)
        return no_memory(err);
    fill_place(plan, planned, results, &skipped->suite, &skipped->group, &skipped->case_name);
    skipped->graph = hash_text(results, planned->graph);
    skipped->setting.engine = planned->job.setting.engine;
    skipped->setting.threads = planned->job.setting.threads;
    skipped->setting.fusion = planned->job.setting.fusion;
    skipped->reason = cg_results_text(
        results, result->state == CG_JOB_PENDING ? "not reached: the run was interrupted" : result->reason);
    return CG_OK;
}

static enum cg_status add_zones(const struct cg_measurement *m, struct cg_results *results,
                                struct cg_schedule *schedule, struct cg_error *err)
{
    const enum cg_status status = cg_schedule_alloc_zones(results, schedule, m->n_zones, err);
    for (int z = 0; status == CG_OK && z < schedule->n_zones; z++) {
        schedule->zones[z].zone = m->zones[z];
        for (int i = 0; i < m->n_rounds; i++) {
            const int32_t mc = m->zone_mc[(size_t)i * (size_t)m->n_zones + (size_t)z];
            schedule->zones[z].mc[i] = mc == CG_ZONE_UNKNOWN ? CG_UNKNOWN_SIGNED : mc;
        }
    }
    return status;
}

static enum cg_status add_schedule(const struct cg_measurement *m, int id, struct cg_results *results,
                                   struct cg_error *err)
{
    struct cg_schedule *schedule = cg_results_add_schedule(results);
    if (!schedule)
        return no_memory(err);
    schedule->id = id;
    schedule->stop = cg_stop_name(m->stop);
    schedule->processes = m->n_processes;
    schedule->reached_precision = m->reached_precision;
    schedule->reruns = m->n_reruns;
    schedule->worker_restarts = m->n_worker_restarts;
    schedule->elapsed_s = m->elapsed_s;
    schedule->overhead_fraction = m->overhead_fraction;
    schedule->yardstick_fma_turns = m->yardstick_fma_turns > 0 ? m->yardstick_fma_turns : CG_UNKNOWN;
    schedule->yardstick_l2_bytes = m->yardstick_l2_bytes > 0 ? m->yardstick_l2_bytes : CG_UNKNOWN;
    schedule->yardstick_far_bytes = m->yardstick_far_bytes > 0 ? m->yardstick_far_bytes : CG_UNKNOWN;
    if (!add_flags(results, (1u << CG_FLAG_COUNT) - 1, &schedule->flag_names, &schedule->n_flags))
        return no_memory(err);
    if (m->n_rounds == 0)
        return CG_OK;
    const enum cg_status status = cg_schedule_alloc_rounds(results, schedule, m->n_rounds, err);
    for (int i = 0; status == CG_OK && i < m->n_rounds; i++) {
        const struct cg_round *r = &m->rounds[i];
        schedule->process[i] = r->process;
        schedule->round[i] = r->round;
        schedule->yardstick_fma_ns[i] = r->yardstick_fma_ns;
        schedule->yardstick_l2_ns[i] = r->yardstick_l2_ns;
        schedule->yardstick_far_ns[i] = r->yardstick_far_ns;
        schedule->frequency_hz[i] = r->frequency_hz > 0 ? (int64_t)r->frequency_hz : CG_UNKNOWN;
        schedule->wall_ns[i] = r->wall_ns;
        schedule->start_us[i] = r->start_ns / 1000;
        schedule->temperature_mc[i] =
            r->temperature_c >= 0 ? (int64_t)llround(1e3 * r->temperature_c) : CG_UNKNOWN;
        schedule->steal_ppm[i] =
            r->steal_fraction >= 0 ? (int64_t)llround(1e6 * r->steal_fraction) : CG_UNKNOWN;
        schedule->switches[i] = r->involuntary_switches;
        schedule->round_flags[i] = r->flags;
        schedule->disturbed[i] = r->disturbed;
    }
    return status == CG_OK ? add_zones(m, results, schedule, err) : status;
}

/* The flags of a record, once all records of its schedule are there: a cold one is looked at beside its hot
 * twin. */
static unsigned flags_of(const struct cg_run_plan *plan, const struct cg_planned_schedule *schedule, int k,
                         const struct cg_measurement *measurement, const struct cg_record *record,
                         double fetch_ns)
{
    const struct cg_job_result *jobs = measurement->jobs;
    const struct cg_job *job = &plan->jobs[schedule->jobs[k]].job;
    const struct cg_samples *hot = NULL;
    if (job->setting.cache != CG_CACHE_COLD)
        return jobs[k].flags;
    struct cg_job pair[2] = {*job};
    pair[0].setting.cache = CG_CACHE_HOT;
    for (int i = 0; i < schedule->n_jobs && i < measurement->n_jobs; i++) {
        pair[1] = plan->jobs[schedule->jobs[i]].job;
        if (jobs[i].state == CG_JOB_MEASURED && cg_job_same_as(pair, 1) == 0)
            hot = &jobs[i].samples;
    }
    return jobs[k].flags | cg_cold_flags(record->time.median, fetch_ns, &jobs[k].samples, hot);
}

enum cg_status cg_run_add_measurement(const struct cg_run_plan *plan, int index,
                                      const struct cg_measurement *measurement,
                                      const struct cg_device *device, const char *cores,
                                      struct cg_results *results, struct cg_error *err)
{
    const struct cg_planned_schedule *schedule = &plan->schedules[index];
    enum cg_status status = add_schedule(measurement, index, results, err);
    struct cg_record **records = cg_results_array(results, (size_t)schedule->n_jobs, sizeof *records);
    double *fetch_ns = cg_results_array(results, (size_t)schedule->n_jobs, sizeof *fetch_ns);
    if (status == CG_OK && (!records || !fetch_ns))
        status = no_memory(err);
    for (int k = 0; status == CG_OK && k < schedule->n_jobs && k < measurement->n_jobs; k++) {
        const struct cg_planned_job *planned = &plan->jobs[schedule->jobs[k]];
        const struct cg_job_result *result = &measurement->jobs[k];
        const bool measured = result->state == CG_JOB_MEASURED || result->state == CG_JOB_CHECKED;
        const struct bounds bounds = bounds_of(device, &planned->job, cores);
        status = measured ? add_record(plan, planned, result, index, &bounds, results, err)
                          : add_skipped(plan, planned, result, results, err);
        fetch_ns[k] = bounds.cold_ns;
        if (measured && status == CG_OK)
            records[k] = results->records[results->n_records - 1];
    }
    for (int k = 0; status == CG_OK && k < schedule->n_jobs && k < measurement->n_jobs; k++)
        if (records[k] &&
            !add_flags(results, flags_of(plan, schedule, k, measurement, records[k], fetch_ns[k]),
                       &records[k]->flags, &records[k]->n_flags))
            status = no_memory(err);
    return status;
}
