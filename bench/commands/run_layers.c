#include "bench/commands/profile_print.h"
#include "bench/commands/run_parts.h"
#include "bench/scheduler/profile.h"

#include <math.h>
#include <stdio.h>

/* Of a process of a profile beside its seconds: start, weights, plan, warm-up. 0.04 on average over the
 * networks of a full run. */
#define PREPARE_S 0.05

static int processes_of(const struct cg_run *run)
{
    return run->request.quick ? 3 : 5;
}

static double seconds_of(const struct cg_run *run)
{
    return run->request.quick ? 0.5 : 1;
}

bool cg_run_layers_wanted(const struct cg_run *run, int job)
{
    const struct cg_run_plan *plan = run->plan;
    if (plan->jobs[job].job.setting.cache != CG_CACHE_HOT)
        return false;
    for (const struct cg_planned_case *c = plan->cases; c < plan->cases + plan->n_cases; c++) {
        if (c->suite->kind != CG_KIND_BREAKDOWN && !(run->request.layers && c->suite->whole_networks))
            continue;
        for (int k = 0; k < c->n_jobs; k++)
            if (c->jobs[k] == job)
                return true;
    }
    return false;
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

double cg_run_layers_expected_s(const struct cg_run *run, int index)
{
    const struct cg_planned_schedule *schedule = &run->plan->schedules[index];
    int wanted = 0;
    for (int k = 0; k < schedule->n_jobs; k++)
        wanted += cg_run_layers_wanted(run, schedule->jobs[k]);
    return wanted * processes_of(run) * (seconds_of(run) + PREPARE_S);
}

enum cg_status cg_run_add_layers(struct cg_run *run, int index, double budget_s, struct cg_error *err)
{
    const struct cg_planned_schedule *schedule = &run->plan->schedules[index];
    struct cg_profile_options options = {processes_of(run), seconds_of(run), NULL};
    enum cg_status status = CG_OK;
    if (budget_s > 0)
        options.seconds = fmin(options.seconds, fmax(0.1, 0.2 * budget_s / options.processes));
    for (int k = 0; k < schedule->n_jobs && status == CG_OK && !cg_run_is_over(run); k++) {
        const struct cg_planned_job *planned = &run->plan->jobs[schedule->jobs[k]];
        const struct cg_setting *setting = &planned->job.setting;
        struct cg_record *record = planned->record;
        if (!record || record->samples.n == 0 || !cg_run_layers_wanted(run, schedule->jobs[k]))
            continue;
        struct cg_roofline roofline;
        struct cg_profile profile = {0};
        struct cg_error profile_err = {0};
        const bool known =
            cg_device_roofline(&run->device, setting->isa, run->request.cores, setting->threads, &roofline);
        options.roofline = known ? &roofline : NULL;
        const enum cg_status profiled =
            cg_profile_measure(run->session, &planned->job, &options, &profile, &profile_err);
        if (profiled == CG_OK)
            status = fill_layers(record, &profile, run->results, err);
        else if (profiled == CG_INTERRUPTED || profiled == CG_NO_MEMORY)
            status = cg_fail(err, profiled, "%s", profile_err.text);
        else
            fprintf(stderr, "convgauge: the layers of %s on engine %s were not timed: %s\n",
                    record->case_name, record->setting.engine, profile_err.text);
        cg_profile_free(&profile);
    }
    return status;
}
