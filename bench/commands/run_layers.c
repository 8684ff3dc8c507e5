#include "bench/commands/run_layers.h"

#include "bench/commands/profile_print.h"
#include "bench/scheduler/profile.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Of a process of a profile beside its seconds: start, weights, plan, warm-up. 0.04 on average over the
 * networks of a full run. */
#define PREPARE_S 0.05

static bool is_wanted(const struct cg_run_plan *plan, int job, bool all_networks)
{
    if (plan->jobs[job].job.setting.cache != CG_CACHE_HOT)
        return false;
    for (int c = 0; c < plan->n_cases; c++) {
        const struct cg_planned_case *planned = &plan->cases[c];
        const struct cg_suite *suite = plan->suites[planned->suite];
        if (suite->kind != CG_KIND_BREAKDOWN && !(all_networks && suite->whole_networks))
            continue;
        for (int k = 0; k < planned->n_jobs; k++)
            if (planned->jobs[k] == job)
                return true;
    }
    return false;
}

/* The timed record of a job in its schedule; NULL when it was skipped or not timed. */
static struct cg_record *record_of(struct cg_results *results, int schedule,
                                   const struct cg_planned_job *planned)
{
    char graph[24];
    snprintf(graph, sizeof graph, "%016" PRIx64, planned->graph);
    for (int r = 0; r < results->n_records; r++) {
        struct cg_record *record = results->records[r];
        if (record->schedule == schedule && record->samples.n > 0 && strcmp(record->graph, graph) == 0 &&
            cg_setting_equal(&record->setting, &planned->job.setting))
            return record;
    }
    return NULL;
}

static enum cg_status fill_layers(struct cg_record *record, const struct cg_profile *profile,
                                  struct cg_results *results, struct cg_error *err)
{
    struct cg_layer_record *layers = cg_results_array(results, (size_t)profile->n_rows, sizeof *layers);
    if (!layers)
        return cg_fail(err, CG_NO_MEMORY, "no memory for the layers");
    for (int i = 0; i < profile->n_rows; i++) {
        const struct cg_profile_row *row = &profile->rows[i];
        const struct cg_step_words words = cg_step_words_of(profile, row);
        const int64_t bytes = row->read_bytes + row->write_bytes;
        layers[i] = (struct cg_layer_record){
            .name = cg_results_text(results, words.name),
            .op = words.kind,
            .category = cg_category_name(row->category),
            .shape = words.out.c
                         ? cg_results_format(results, "%dx%dx%d", words.out.h, words.out.w, words.out.c)
                         : NULL,
            .implementation = cg_results_text(results, row->implementation),
            .madds = row->madds,
            .bytes = bytes > 0 ? bytes : CG_UNKNOWN,
            .time_ns = row->ns.value,
            .ci_low = row->ns.low,
            .ci_high = row->ns.high,
            .bound_ns = row->bound.ns,
        };
    }
    record->layers = layers;
    record->n_layers = profile->n_rows;
    record->residual_ns = profile->end_to_end_ns.value - profile->sum_ns.value;
    return CG_OK;
}

double cg_run_layers_expected_s(const struct cg_run_plan *plan, int index,
                                const struct cg_run_layers_options *options)
{
    const struct cg_planned_schedule *schedule = &plan->schedules[index];
    int wanted = 0;
    for (int k = 0; k < schedule->n_jobs; k++)
        wanted += is_wanted(plan, schedule->jobs[k], options->all_networks);
    return wanted * options->processes * (options->seconds + PREPARE_S);
}

enum cg_status cg_run_add_layers(const struct cg_run_plan *plan, int index, struct cg_session *session,
                                 const struct cg_run_layers_options *options, struct cg_results *results,
                                 struct cg_error *err)
{
    const struct cg_planned_schedule *schedule = &plan->schedules[index];
    enum cg_status status = CG_OK;
    for (int k = 0; k < schedule->n_jobs && status == CG_OK; k++) {
        const struct cg_planned_job *planned = &plan->jobs[schedule->jobs[k]];
        struct cg_record *record = record_of(results, index, planned);
        if (!record || !is_wanted(plan, schedule->jobs[k], options->all_networks))
            continue;
        struct cg_roofline roofline;
        struct cg_profile profile = {0};
        struct cg_error profile_err = {0};
        const bool known = cg_device_roofline(options->device, planned->job.setting.isa, options->cores,
                                              planned->job.setting.threads, &roofline);
        const enum cg_status profiled = cg_profile_measure(
            session, &planned->job,
            &(struct cg_profile_options){options->processes, options->seconds, known ? &roofline : NULL},
            &profile, &profile_err);
        if (profiled == CG_OK)
            status = fill_layers(record, &profile, results, err);
        else if (profiled == CG_INTERRUPTED || profiled == CG_NO_MEMORY)
            status = cg_fail(err, profiled, "%s", profile_err.text);
        else
            fprintf(stderr, "convgauge: the layers of %s on engine %s were not timed: %s\n",
                    record->case_name, record->setting.engine, profile_err.text);
        cg_profile_free(&profile);
    }
    return status;
}
