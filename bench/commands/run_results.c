#include "bench/commands/run_parts.h"

#include "base/arena.h"
#include "bench/graph/cost.h"
#include "bench/record/join.h"
#include "bench/scheduler/case_flags.h"
#include "kernels/engine.h"
#include "report/summary.h"

#include <inttypes.h>
#include <math.h>

/* Flag names of the bits that are set. */
static bool add_flags(struct cg_results *results, unsigned bits, const char ***flags, int *n_flags)
{
    *flags = bits ? cg_results_array(results, CG_FLAG_COUNT, sizeof **flags) : NULL;
    for (int f = 0; *flags && f < CG_FLAG_COUNT; f++)
        if (bits & CG_FLAG_BIT(f))
            (*flags)[(*n_flags)++] = cg_flag_name((enum cg_flag)f);
    return bits == 0 || *flags;
}

static const char *cpu_list(struct cg_results *results, const struct cg_setting *setting)
{
    char text[256];
    if (!setting->cpus ||
        cg_cpu_list_format(setting->cpus, setting->threads, text, sizeof text) >= (int)sizeof text)
        return NULL;
    return cg_results_text(results, text);
}

/* The first node that is timed: the graph's, or the layer that is replayed. */
static int first_timed(const struct cg_job *job)
{
    return job->setting.cache == CG_CACHE_REPLAY ? job->replay_from : 0;
}

/* Times that the roofline allows: of the layers, each at its own bound, and what must come from memory when
 * the caches are cold. NAN when peaks are unknown. */
struct bounds {
    double ns, cold_ns;
};

static struct bounds bounds_of(const struct cg_run *run, const struct cg_job *job)
{
    const struct cg_setting *setting = &job->setting;
    struct cg_roofline roofline;
    if (!cg_device_roofline(&run->device, setting->isa, run->request.cores, setting->threads, &roofline))
        return (struct bounds){NAN, NAN};
    struct bounds bounds = {.cold_ns = cg_roofline_cold_ns(&roofline, job->graph)};
    for (int id = first_timed(job); id < job->graph->n_nodes; id++)
        if (job->graph->nodes[id].op != CG_INPUT)
            bounds.ns += cg_roofline_node(&roofline, job->graph, id, setting->cache == CG_CACHE_COLD).ns;
    return bounds;
}

double cg_run_bound_ns(const struct cg_run *run, const struct cg_job *job)
{
    return bounds_of(run, job).ns;
}

static void count_graph(const struct cg_job *job, struct cg_results *results, struct cg_record *record)
{
    const bool replay = job->setting.cache == CG_CACHE_REPLAY;
    const struct cg_shape in =
        replay ? cg_input_shape(job->graph, job->replay_from, 0) : job->graph->nodes[job->graph->input].shape;
    struct cg_cost sum = {0};
    for (int id = first_timed(job); id < job->graph->n_nodes; id++) {
        const struct cg_cost cost = cg_node_cost(job->graph, id);
        sum.madds += cost.madds;
        sum.params += cost.params;
        sum.mem_access += cost.mem_access;
        sum.mem_access_all += cost.mem_access_all;
        sum.activations += cost.activations;
    }
    record->input = cg_results_format(results, "%dx%dx%dx%d", in.n, in.h, in.w, in.c);
    record->madds = sum.madds;
    record->params = sum.params;
    record->mem_access_elements = sum.mem_access;
    record->mem_access_bytes = 4 * sum.mem_access;
    record->mem_access_all_elements = sum.mem_access_all;
    record->activations = sum.activations;
    record->peak_memory_bytes = cg_graph_peak_memory(job->graph);
    record->layer_count = job->graph->n_nodes - (replay ? job->replay_from : 1);
}

static void copy_samples(struct cg_sample_arrays *to, const struct cg_samples *from)
{
    for (int i = 0; i < from->n; i++) {
        const struct cg_timed_sample *sample = &from->all[i];
        to->process[i] = sample->process;
        to->round[i] = sample->round;
        to->ns[i] = sample->ns;
        to->iterations[i] = sample->iterations;
        to->cpu[i] = sample->cpu < 0 ? CG_UNKNOWN : sample->cpu;
        if (to->placement)
            to->placement[i] = sample->placement < 0 ? CG_UNKNOWN : sample->placement;
    }
}

/* Where other threads ran. */
static bool add_placements(const struct cg_placements *placements, struct cg_results *results,
                           struct cg_record *record)
{
    record->placements = cg_results_array(results, (size_t)placements->n, sizeof *record->placements);
    for (int i = 0; record->placements && i < placements->n; i++)
        record->placements[record->n_placements++] = cg_results_text(results, placements->texts[i]);
    return record->placements;
}

/* The samples, those of disturbed rounds, and their summary; nothing when nothing was timed. */
static bool add_samples(const struct cg_job_result *result, struct cg_results *results,
                        struct cg_record *record)
{
    if (result->samples.n == 0)
        return true;
    const bool others = record->setting.threads > 1;
    if (!cg_record_alloc_samples(results, &record->samples, result->samples.n, others) ||
        !cg_record_alloc_samples(results, &record->disturbed_samples, result->rerun.n, others) ||
        (others && !add_placements(&result->placements, results, record)))
        return false;
    copy_samples(&record->samples, &result->samples);
    copy_samples(&record->disturbed_samples, &result->rerun);
    return cg_record_summarise(record, NULL) == CG_OK;
}

static bool add_counters(const struct cg_job_result *result, struct cg_results *results,
                         struct cg_record *record)
{
    record->counters = cg_results_array(results, (size_t)result->n_counters, sizeof *record->counters);
    for (int i = 0; record->counters && i < result->n_counters; i++) {
        const struct cg_job_counter *c = &result->counters[i];
        record->counters[record->n_counters++] =
            (struct cg_counter_record){.name = cg_results_text(results, c->name),
                                       .unit = cg_results_text(results, c->unit),
                                       .value = c->value,
                                       .relative_error = c->relative_error};
    }
    return record->counters;
}

/* NULL without memory. */
static struct cg_record *add_record(struct cg_planned_job *planned, const struct cg_job_result *result,
                                    struct cg_results *results)
{
    const struct cg_planned_case *first = planned->first;
    const struct cg_network *network = first->of->network;
    struct cg_record *record = planned->record = cg_results_add_record(results);
    if (!record)
        return NULL;
    record->suite = cg_results_text(results, first->suite->name);
    record->group = cg_results_text(results, first->group->name);
    record->case_name = cg_results_text(results, first->of->name);
    record->graph = cg_results_format(results, "%016" PRIx64, planned->graph);
    record->network = network ? cg_results_text(results, network->family) : NULL;
    record->variant = network ? cg_results_text(results, network->variant) : NULL;
    record->setting = planned->job.setting;
    record->setting.cpus = NULL;
    record->engine_version = cg_results_text(results, result->engine_version);
    record->implementation = cg_results_text(results, result->implementation);
    const struct cg_engine *engine = cg_engine_find(record->setting.engine);
    record->layout = engine ? cg_results_text(results, engine->layout) : NULL;
    record->cores = cpu_list(results, &planned->job.setting);
    count_graph(&planned->job, results, record);
    record->plan_memory_bytes = result->memory_bytes < 0 ? CG_UNKNOWN : result->memory_bytes;
    record->error_vs_reference = result->error_vs_reference;
    record->schedule = planned->schedule;
    return add_samples(result, results, record) && add_counters(result, results, record) ? record : NULL;
}

static bool add_skipped(const struct cg_planned_job *planned, const struct cg_job_result *result,
                        struct cg_results *results)
{
    const struct cg_planned_case *first = planned->first;
    struct cg_skipped *skipped = cg_results_add_skipped(results);
    if (!skipped)
        return false;
    skipped->suite = cg_results_text(results, first->suite->name);
    skipped->group = cg_results_text(results, first->group->name);
    skipped->case_name = cg_results_text(results, first->of->name);
    skipped->graph = cg_results_format(results, "%016" PRIx64, planned->graph);
    skipped->setting = planned->job.setting;
    skipped->setting.cpus = NULL;
    skipped->reason =
        cg_results_text(results, result->state == CG_JOB_PENDING ? CG_NOT_REACHED : result->reason);
    return true;
}

static bool add_zones(const struct cg_measurement *m, struct cg_results *results,
                      struct cg_schedule *schedule)
{
    if (!cg_schedule_alloc_zones(results, schedule, m->n_zones))
        return false;
    for (int z = 0; z < schedule->n_zones; z++) {
        schedule->zones[z].zone = m->zones[z];
        for (int i = 0; i < m->n_rounds; i++) {
            const int32_t mc = m->rounds[i].zone_mc[z];
            schedule->zones[z].mc[i] = mc == CG_ZONE_UNKNOWN ? CG_UNKNOWN_SIGNED : mc;
        }
    }
    return true;
}

static int64_t above_0(int64_t count)
{
    return count > 0 ? count : CG_UNKNOWN;
}

/* `scale` times a value from 0, as a whole number. */
static int64_t scaled(double value, double scale)
{
    return value >= 0 ? (int64_t)llround(scale * value) : CG_UNKNOWN;
}

static bool add_rounds(const struct cg_measurement *m, struct cg_results *results,
                       struct cg_schedule *schedule)
{
    if (!cg_schedule_alloc_rounds(results, schedule, m->n_rounds))
        return false;
    for (int i = 0; i < m->n_rounds; i++) {
        const struct cg_round *r = &m->rounds[i];
        schedule->process[i] = r->process;
        schedule->round[i] = r->round;
        schedule->yardstick_fma_ns[i] = r->yardstick_fma_ns;
        schedule->yardstick_l2_ns[i] = r->yardstick_l2_ns;
        schedule->yardstick_far_ns[i] = r->yardstick_far_ns;
        schedule->frequency_hz[i] = above_0((int64_t)r->frequency_hz);
        schedule->wall_ns[i] = r->wall_ns;
        schedule->start_us[i] = r->start_ns / 1000;
        schedule->temperature_mc[i] = scaled(r->temperature_c, 1e3);
        schedule->steal_ppm[i] = scaled(r->steal_fraction, 1e6);
        schedule->switches[i] = r->involuntary_switches;
        schedule->siblings_ppm[i] = scaled(r->siblings_fraction, 1e6);
        schedule->throttled[i] = r->throttled;
        schedule->round_flags[i] = r->flags;
        schedule->disturbed[i] = r->disturbed;
    }
    return add_zones(m, results, schedule);
}

/* Which workers ended before their time, in the words of the plan. */
static bool add_lost(const struct cg_run *run, int index, const struct cg_measurement *m,
                     struct cg_schedule *schedule)
{
    const struct cg_run_plan *plan = run->plan;
    schedule->worker_restarts = 0;
    schedule->lost_workers =
        cg_results_array(run->results, (size_t)m->n_lost, sizeof *schedule->lost_workers);
    for (int i = 0; schedule->lost_workers && i < m->n_lost; i++) {
        const struct cg_lost_workers *lost = &m->lost[i];
        const struct cg_planned_job *planned = &plan->jobs[plan->schedules[index].jobs[lost->job]];
        const struct cg_setting *setting = &planned->job.setting;
        schedule->lost_workers[schedule->n_lost_workers++] = (struct cg_lost_record){
            .suite = cg_results_text(run->results, planned->first->suite->name),
            .case_name = lost->alone ? cg_results_text(run->results, planned->first->of->name) : NULL,
            .setting = {.engine = setting->engine, .threads = lost->alone ? setting->threads : CG_UNKNOWN},
            .how = cg_results_text(run->results, lost->how),
            .times = lost->times};
        schedule->worker_restarts += lost->times;
    }
    return schedule->lost_workers;
}

static bool add_schedule(const struct cg_run *run, int index, const struct cg_measurement *m)
{
    struct cg_results *results = run->results;
    struct cg_schedule *schedule = cg_results_add_schedule(results);
    if (!schedule)
        return false;
    schedule->id = index;
    schedule->stop = cg_stop_name(m->stop);
    schedule->processes = m->n_processes;
    schedule->reached_precision = m->reached_precision;
    schedule->reruns = m->n_reruns;
    schedule->elapsed_s = m->elapsed_s;
    schedule->overhead_fraction = m->overhead_fraction;
    schedule->yardstick_fma_turns = above_0(m->yardstick_fma_turns);
    schedule->yardstick_l2_bytes = above_0(m->yardstick_l2_bytes);
    schedule->yardstick_far_bytes = above_0(m->yardstick_far_bytes);
    return add_flags(results, (1u << CG_FLAG_COUNT) - 1, &schedule->flag_names, &schedule->n_flags) &&
           add_lost(run, index, m, schedule) && add_rounds(m, results, schedule);
}

/* The flags of job `k` of its schedule: a cold one is looked at beside its hot twin. */
static unsigned flags_of(const struct cg_run_plan *plan, const struct cg_planned_schedule *schedule, int k,
                         const struct cg_job_result *results, const struct bounds *bounds, double median_ns)
{
    const struct cg_job *job = &plan->jobs[schedule->jobs[k]].job;
    const struct cg_samples *hot = NULL;
    if (job->setting.cache != CG_CACHE_COLD)
        return results[k].flags;
    struct cg_job pair[2] = {*job};
    pair[0].setting.cache = CG_CACHE_HOT;
    for (int i = 0; i < schedule->n_jobs; i++) {
        pair[1] = plan->jobs[schedule->jobs[i]].job;
        if (results[i].state == CG_JOB_MEASURED && cg_job_same_as(pair, 1) == 0)
            hot = &results[i].samples;
    }
    return results[k].flags | cg_case_flags_of_cold(median_ns, bounds->cold_ns, &results[k].samples, hot);
}

/* What became of job `k` of the schedule. */
static bool add_job(struct cg_run *run, const struct cg_planned_schedule *schedule, int k,
                    const struct cg_job_result *results)
{
    struct cg_planned_job *planned = &run->plan->jobs[schedule->jobs[k]];
    const bool done = results[k].state == CG_JOB_MEASURED || results[k].state == CG_JOB_CHECKED;
    planned->record = NULL; /* of what was saved so far, and is gone */
    run->n_done += done;
    run->n_wrong += results[k].state == CG_JOB_SKIPPED && results[k].skip_status == CG_CHECK_FAILED;
    if (!done)
        return add_skipped(planned, &results[k], run->results);
    const struct bounds bounds = bounds_of(run, &planned->job);
    struct cg_record *record = add_record(planned, &results[k], run->results);
    if (!record)
        return false;
    record->roofline_ns = bounds.ns;
    return add_flags(run->results, flags_of(run->plan, schedule, k, results, &bounds, record->time.median),
                     &record->flags, &record->n_flags);
}

enum cg_status cg_run_outcome(const struct cg_run *run, struct cg_error *err)
{
    const struct cg_results *results = run->results;
    const char *reason = results->n_skipped > 0 ? results->skipped[0]->reason : "there was no case";
    if (run->n_wrong > 0)
        return cg_fail(err, CG_CHECK_FAILED, "%d case(s) gave another output than the reference",
                       run->n_wrong);
    if (run->n_done == 0)
        return cg_fail(err, CG_FAILED, "nothing could be %s: %s",
                       run->request.check_only ? "checked" : "measured", reason);
    return CG_OK;
}

enum cg_status cg_run_add_measurement(struct cg_run *run, int index, const struct cg_measurement *measurement,
                                      struct cg_error *err)
{
    bool good = add_schedule(run, index, measurement);
    for (int k = 0; good && k < measurement->n_jobs; k++)
        good = add_job(run, &run->plan->schedules[index], k, measurement->jobs);
    return good ? CG_OK : cg_fail(err, CG_NO_MEMORY, "no memory for the results");
}
