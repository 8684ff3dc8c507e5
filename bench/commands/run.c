#include "bench/commands/command.h"
#include "bench/commands/measuring.h"
#include "bench/commands/build_record.h"
#include "bench/commands/noise.h"
#include "bench/commands/progress.h"
#include "bench/commands/reuse_table.h"
#include "bench/commands/results_path.h"
#include "bench/commands/run_dry.h"
#include "bench/commands/run_options.h"
#include "bench/commands/run_results.h"
#include "bench/commands/run_suites.h"
#include "bench/commands/run_time.h"
#include "bench/commands/sustained.h"
#include "bench/device/device_record.h"
#include "bench/device/device.h"
#include "bench/scheduler/measure.h"
#include "bench/record/record.h"
#include "report/report.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Everything that a run holds; released in one place. */
struct run_state {
    struct cg_run_options options;
    struct cg_device device;
    struct cg_run_plan *plan;
    struct cg_session *session;
    struct cg_results *results;
    struct cg_protocol protocol;
    struct cg_progress_line line;
    struct cg_run_time time;
    int n_intervals, n_precise; /* schedules with intervals; those within the asked precision */
    double precise_s;           /* that the schedules would have taken to get there */
    int current;                /* schedule */
    char path[512];
};

/* Of a sustained load: seconds of a process, so that its start is a small part; and bounds on memory. */
#define PIECE_S          10.0
#define PIECES_MAX       10000
#define PIECE_ROUNDS_MAX 1000

/* ---- progress ---- */

/* How many times as long a measurement takes until its interval is as narrow as was asked: a width falls with
 * the root of the time. */
static double seconds_factor(double half_width, double asked)
{
    return half_width > asked ? half_width / asked * (half_width / asked) : 1;
}

static void show_progress(const struct cg_progress *p, void *context)
{
    struct run_state *run = context;
    char elapsed[24], left[24], rounds[64] = "";
    if (run->time.started_s == 0) /* the noise floors, of which the line tells */
        return;
    cg_duration_text(cg_run_time_gone_s(&run->time), elapsed);
    cg_duration_text(cg_run_time_left_s(&run->time, run->current, p), left);
    if (p->round > 0)
        snprintf(rounds, sizeof rounds, p->n_rounds > 0 ? " round %d/%d" : " round %d", p->round,
                 p->n_rounds);
    char width[96] = "", there[24];
    const double wanted = run->protocol.precision;
    if (!isnan(p->half_width)) {
        cg_duration_text(p->elapsed_s * seconds_factor(p->half_width, wanted) - p->elapsed_s, there);
        snprintf(width, sizeof width, ", +-%.2f %% so far, +-%g %% in %s", 100 * p->half_width, 100 * wanted,
                 there);
    }
    cg_progress_show(&run->line, "[%d/%d] %s: process %d/%d %s%s%s; %s gone, %s left", run->current + 1,
                     run->plan->n_schedules, run->plan->schedules[run->current].label, p->process + 1,
                     p->max_processes, p->phase, rounds, width, elapsed, left);
}

/* ---- measuring ---- */

static void schedule_jobs(const struct cg_run_plan *plan, int index, struct cg_job *jobs)
{
    const struct cg_planned_schedule *schedule = &plan->schedules[index];
    for (int k = 0; k < schedule->n_jobs; k++)
        jobs[k] = plan->jobs[schedule->jobs[k]].job;
}

static struct cg_run_layers_options layers_options(const struct run_state *run)
{
    return (struct cg_run_layers_options){.all_networks = run->options.layers,
                                          .processes = run->options.quick ? 3 : 5,
                                          .seconds = run->options.quick ? 0.5 : 1,
                                          .device = &run->device,
                                          .cores = run->options.cores};
}

/* Where the time of whole networks goes, where it was asked for: at most a fifth of the schedule's share of a
 * budget. */
static enum cg_status profile_layers(struct run_state *run, int index, double budget_s, struct cg_error *err)
{
    struct cg_run_layers_options options = layers_options(run);
    if (run->options.budget_s > 0)
        options.seconds = fmin(options.seconds, fmax(0.1, 0.2 * budget_s / options.processes));
    return cg_run_add_layers(run->plan, index, run->session, &options, run->results, err);
}

/* Prints the suites whose last schedule has just ended. */
static bool is_finished(const struct cg_run_plan *plan, int suite, int schedules_done)
{
    for (int c = 0; c < plan->n_cases; c++)
        for (int k = 0; strcmp(plan->suites[plan->cases[c].suite]->name, plan->suites[suite]->name) == 0 &&
                        k < plan->cases[c].n_jobs;
             k++)
            if (plan->jobs[plan->cases[c].jobs[k]].schedule >= schedules_done)
                return false;
    return true;
}

static enum cg_status print_suite(struct run_state *run, int suite, struct cg_error *err)
{
    for (int i = 0; i < suite; i++) /* a suite at several batches is printed as one */
        if (strcmp(run->plan->suites[i]->name, run->plan->suites[suite]->name) == 0)
            return CG_OK;
    if (run->options.format == CG_FORMAT_JSON || run->plan->suites[suite]->kind == CG_KIND_REUSE)
        return CG_OK;
    cg_progress_clear(&run->line);
    const enum cg_status status =
        cg_report_print(run->results, run->plan->suites[suite]->name, run->options.format, stdout, err);
    fflush(stdout);
    return status;
}

static enum cg_status measure_schedule(struct run_state *run, int index, struct cg_job *jobs,
                                       struct cg_error *err)
{
    const struct cg_planned_schedule *schedule = &run->plan->schedules[index];
    struct cg_measurement measurement = {0};
    struct cg_protocol protocol = run->protocol;
    run->current = index;
    if (run->options.budget_s > 0)
        protocol.budget_s = cg_run_time_share_s(&run->time, index);
    schedule_jobs(run->plan, index, jobs);
    struct cg_error measure_err = {0};
    const enum cg_status measured =
        cg_measure(run->session, (struct cg_job_group){jobs, schedule->n_jobs, schedule->baseline}, &protocol,
                   &measurement, &measure_err);
    enum cg_status status = CG_OK;
    if (measured == CG_OK || measured == CG_INTERRUPTED)
        status = cg_run_add_measurement(
            &(struct cg_run_measured){run->plan, index, &measurement, &run->device, run->options.cores},
            run->results, err);
    if (!isnan(measurement.reached_precision) && !(protocol.piece_s > 0)) {
        run->n_intervals++;
        run->n_precise += measurement.reached_precision <= run->protocol.precision;
        run->precise_s +=
            measurement.elapsed_s * seconds_factor(measurement.reached_precision, run->protocol.precision);
    }
    cg_measurement_free(&measurement);
    if (status == CG_OK && measured == CG_OK && protocol.time)
        status = profile_layers(run, index, protocol.budget_s, err);
    run->results->run.seconds = cg_run_time_gone_s(&run->time);
    if (status == CG_OK)
        status = cg_results_save(run->results, run->path, err);
    if (status == CG_OK && measured != CG_OK) {
        *err = measure_err;
        status = measured;
    }
    return status;
}

static enum cg_status measure_all(struct run_state *run, struct cg_job *jobs, struct cg_error *err)
{
    int printed = 0;
    enum cg_status status = CG_OK;
    cg_run_time_start(&run->time);
    for (int i = 0; status == CG_OK && i < run->plan->n_schedules; i++) {
        status = measure_schedule(run, i, jobs, err);
        while (status == CG_OK && printed < run->plan->n_suites && is_finished(run->plan, printed, i + 1))
            status = print_suite(run, printed++, err);
    }
    cg_progress_clear(&run->line);
    run->results->run.complete = status == CG_OK;
    run->results->run.seconds = cg_run_time_gone_s(&run->time);
    if (status == CG_OK && run->protocol.time)
        cg_expected_time_keep(&run->device, run->time.key, run->results->run.seconds);
    struct cg_error save_err = {0};
    const enum cg_status saved = cg_results_save(run->results, run->path, &save_err);
    if (status == CG_INTERRUPTED) {
        for (struct cg_error ignored; printed < run->plan->n_suites; printed++)
            print_suite(run, printed, &ignored);
        if (run->options.sustained_min > 0 && run->options.format != CG_FORMAT_JSON)
            cg_sustained_print(run->results, run->options.format, stdout, NULL);
        cg_fail(err, CG_INTERRUPTED, "interrupted; what was measured is in %s", run->path);
    }
    if (status == CG_OK && run->options.sustained_min > 0 && run->options.format != CG_FORMAT_JSON)
        status = cg_sustained_print(run->results, run->options.format, stdout, err);
    if (status == CG_OK && saved != CG_OK) {
        *err = save_err;
        status = saved;
    }
    return status;
}

static enum cg_status print_json(const struct cg_results *results, struct cg_error *err)
{
    size_t size;
    char *json = cg_results_to_json(results, &size);
    if (!json)
        return cg_fail(err, CG_NO_MEMORY, "no memory to print the results as JSON");
    const bool written = fwrite(json, 1, size, stdout) == size;
    free(json);
    return written ? CG_OK : cg_fail(err, CG_IO, "cannot write the output");
}

/* ---- the command ---- */

static enum cg_status fill_run_record(struct run_state *run, int argc, char **argv, struct cg_error *err)
{
    struct cg_run_record *r = &run->results->run;
    const time_t now = time(NULL);
    struct tm utc;
    char stamp[32];
    gmtime_r(&now, &utc);
    strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%SZ", &utc);
    r->command = cg_results_command(run->results, argc, argv);
    r->start = cg_results_text(run->results, stamp);
    r->seed = (int64_t)run->protocol.seed;
    r->processes = run->protocol.max_processes;
    r->precision = run->protocol.precision;
    r->budget_s = run->options.budget_s > 0 ? run->options.budget_s : NAN;
    r->quick = run->options.quick;
    r->complete = 0;
    enum cg_status status = cg_build_record_fill(run->results, err);
    if (status == CG_OK)
        status = cg_device_record_fill(&run->device, run->results, err);
    return status;
}

static void fill_protocol(struct run_state *run)
{
    const struct cg_run_options *o = &run->options;
    run->protocol = cg_protocol_default(o->quick);
    if (o->processes > 0)
        run->protocol.max_processes = o->processes;
    if (o->precision > 0)
        run->protocol.precision = o->precision;
    run->protocol.time = !o->check_only;
    run->protocol.counters = o->counters;
    if (o->sustained_min > 0) {
        run->protocol.budget_s = 60 * o->sustained_min;
        run->protocol.piece_s = fmin(PIECE_S, run->protocol.budget_s / 6);
        run->protocol.max_processes = PIECES_MAX;
        run->protocol.min_rounds = 1;
        run->protocol.max_rounds = PIECE_ROUNDS_MAX;
    }
}

/* Peaks for the roofline and the A/A floors, once a device: from the cache, else measured now. */
static enum cg_status prepare_device(struct run_state *run, const struct cg_run_axes *axes,
                                     struct cg_error *err)
{
    for (int i = 0; i < axes->n_isas; i++)
        for (int t = 0; t < axes->n_threads; t++) {
            cg_progress_show(&run->line, "measuring the peak of this machine (%s, %d thread%s)",
                             cg_isa_name(axes->isas[i]), axes->threads[t], axes->threads[t] > 1 ? "s" : "");
            const enum cg_status status =
                cg_device_ensure(&run->device, axes->isas[i], run->options.cores, axes->threads[t], err);
            if (status != CG_OK)
                return status;
        }
    return cg_noise_floors_ensure(run->session, run->plan->cpus[0][0], &run->line, &run->device, err);
}

/* The result of --check-only, in a sentence. */
static void say_what_was_checked(const struct cg_results *results)
{
    double largest = 0;
    int n = 0;
    for (int i = 0; i < results->n_records; i++)
        if (!isnan(results->records[i]->error_vs_reference)) {
            largest = fmax(largest, results->records[i]->error_vs_reference);
            n++;
        }
    printf("%d of %d graphs checked against the reference: largest relative error %.2g; %d skipped; nothing "
           "was timed\n",
           n, results->n_records + results->n_skipped, largest, results->n_skipped);
}

/* Where the results are, how long they took, and how long the asked precision would take. */
static void say_what_was_reached(const struct run_state *run)
{
    char took[24], expected[96], precise[24];
    cg_duration_text(run->results->run.seconds, took);
    cg_expected_time_text(run->time.expected, expected);
    cg_duration_text(run->precise_s, precise);
    fprintf(stderr, "results written to %s\n", run->path);
    if (run->n_intervals == 0)
        return;
    fprintf(stderr, "measured in %s (expected: %s); %d of %d groups are within +-%g %%", took, expected,
            run->n_precise, run->n_intervals, 100 * run->protocol.precision);
    if (run->n_precise < run->n_intervals)
        fprintf(stderr, "; all would be after about %s", precise);
    fputc('\n', stderr);
}

static enum cg_status run_planned(struct run_state *run, const struct cg_run_axes *axes, int argc,
                                  char **argv, struct cg_error *err)
{
    struct cg_job *jobs = calloc((size_t)run->plan->n_jobs, sizeof *jobs);
    run->results = cg_results_create();
    if (!jobs || !run->results) {
        free(jobs);
        return cg_fail(err, CG_NO_MEMORY, "no memory for the run");
    }
    enum cg_status status = fill_run_record(run, argc, argv, err);
    if (status == CG_OK && !run->options.dry_run)
        status = cg_results_path(run->options.output, run->results->device.name, run->options.quick,
                                 run->path, sizeof run->path, err);
    if (status == CG_OK && !run->options.dry_run && !run->options.check_only)
        status =
            cg_refuse_emulated(&run->device, "'convgauge run --check-only' does everything but time", err);
    const struct cg_run_layers_options layers = layers_options(run);
    run->time.budget_s = run->options.budget_s;
    if (status == CG_OK)
        status = cg_run_time_make(run->plan, &run->protocol, &layers, &run->device, &run->time, err);
    if (status == CG_OK && run->options.dry_run) {
        status = cg_run_dry(run->plan, run->time.allowed_s, run->time.expected,
                            run->options.format == CG_FORMAT_JSON, err);
    } else if (status == CG_OK) {
        if (!run->options.check_only)
            status = prepare_device(run, axes, err);
        if (status == CG_OK)
            status = cg_device_record_probe(&run->device, run->options.cores, err);
        if (status == CG_OK)
            status = cg_device_record_fill(&run->device, run->results, err);
        if (status == CG_OK)
            status = cg_run_add_suites(run->plan, run->results, err);
        if (status == CG_OK)
            status = measure_all(run, jobs, err);
        if (status == CG_OK && run->options.format == CG_FORMAT_JSON)
            status = print_json(run->results, err);
        cg_progress_clear(&run->line);
        if (status == CG_OK && run->options.check_only && run->options.format != CG_FORMAT_JSON)
            say_what_was_checked(run->results);
        if (status == CG_OK)
            say_what_was_reached(run);
    }
    cg_progress_clear(&run->line);
    free(jobs);
    return status;
}

/* Suites that are computed from graphs: printed at once, whatever else is asked. */
static enum cg_status print_computed(const struct run_state *run, struct cg_error *err)
{
    enum cg_status status = CG_OK;
    for (int s = 0; status == CG_OK && s < run->plan->n_suites; s++) {
        struct cg_table *table;
        if (run->plan->suites[s]->kind != CG_KIND_REUSE)
            continue;
        if (run->options.format == CG_FORMAT_JSON && run->plan->n_jobs > 0)
            return cg_fail(
                err, CG_INVALID,
                "suite %s is computed and not part of a results file: ask for it by itself with --json",
                run->plan->suites[s]->name);
        if (run->options.output && run->plan->n_jobs == 0)
            return cg_fail(
                err, CG_INVALID,
                "suite %s is computed, nothing is measured: there is no results file to write with -o",
                run->plan->suites[s]->name);
        status = cg_reuse_table(run->plan, s, &table, err);
        if (status == CG_OK)
            status = cg_table_print(table, run->options.format, cg_report_width(stdout), stdout, err);
        cg_table_destroy(&table);
    }
    return status;
}

static enum cg_status start_session(struct run_state *run, struct cg_error *err)
{
    const struct cg_session_options options = {
        .progress = run->line.terminal ? show_progress : NULL,
        .progress_context = run,
        .interrupted = &cg_interrupted,
    };
    return cg_session_create(&options, &run->session, err);
}

static enum cg_status plan_and_run(struct run_state *run, const struct cg_run_request *request, int argc,
                                   char **argv, struct cg_error *err)
{
    enum cg_status status = cg_run_plan_make(request, &run->device.topology, &run->plan, err);
    if (status == CG_OK)
        status = print_computed(run, err);
    if (status != CG_OK || run->plan->n_jobs == 0)
        return status;
    cg_cores_say(&run->device.topology, run->options.cores);
    fill_protocol(run);
    cg_catch_interrupts();
    status = start_session(run, err);
    return status == CG_OK ? run_planned(run, &request->axes, argc, argv, err) : status;
}

enum cg_status cg_command_run(int argc, char **argv, struct cg_error *err)
{
    struct run_state run = {.line = cg_progress_start()};
    struct cg_run_request request = {0};
    enum cg_status status = cg_device_read(NULL, &run.device, err);
    if (status != CG_OK)
        return status;
    status = cg_run_options_read(argc, argv, &run.device, &run.options, &request, err);
    if (status == CG_OK && request.n_suites > 0)
        status = plan_and_run(&run, &request, argc, argv, err);
    cg_session_destroy(&run.session);
    cg_results_destroy(&run.results);
    cg_run_plan_destroy(&run.plan);
    cg_device_destroy(&run.device);
    free(run.time.allowed_s);
    return status;
}
