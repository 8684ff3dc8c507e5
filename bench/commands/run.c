#include "base/arena.h"
#include "bench/commands/command.h"
#include "bench/commands/measuring.h"
#include "bench/commands/run_parts.h"
#include "report/answers.h"
#include "report/report.h"
#include "report/summary.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of a sustained load: seconds of a process, so that its start is a small part; and bounds on memory. */
#define PIECE_S          10.0
#define PIECES_MAX       10000
#define PIECE_ROUNDS_MAX 1000

/* A longer time until all intervals are as narrow as asked is not said: nobody will wait a week for it. */
#define SAID_S 604800.0

/* ---- progress ---- */

static void show_progress(const struct cg_progress *p, void *context)
{
    struct cg_run *run = context;
    struct cg_phrase left = {""}, so_far = {""}, width = {""};
    if (run->started_s == 0) /* the noise floors, of which the line tells */
        return;
    const double left_s = cg_run_time_left_s(run, p);
    if (left_s < SAID_S)
        left = cg_phrase("%s left; ", cg_duration(left_s).text);
    if (run->so_far.text[0])
        so_far = cg_phrase("%s so far; ", run->so_far.text);
    if (!isnan(p->half_width))
        width = cg_phrase("+-%.2g %% (asked: %g %%); ", 100 * p->half_width, 100 * run->protocol.precision);
    cg_progress_show(&run->line, "[%d/%d] %s: %s%s%sprocess %d/%d, %s", run->current + 1,
                     run->plan->n_schedules, run->plan->schedules[run->current].label, left.text, so_far.text,
                     width.text, p->process + 1, p->max_processes, p->phase);
}

/* ---- measuring ---- */

/* Nothing where the suite is not to be printed, or is already. */
static enum cg_status print_suite(struct cg_run *run, int suite, struct cg_error *err)
{
    for (int i = 0; i < suite; i++) /* a suite at several batches is printed as one */
        if (strcmp(run->plan->suites[i]->name, run->plan->suites[suite]->name) == 0)
            return CG_OK;
    if (run->request.format == CG_FORMAT_JSON || run->plan->suites[suite]->kind == CG_KIND_REUSE ||
        (run->request.format == CG_FORMAT_TEXT && !run->request.tables))
        return CG_OK;
    cg_progress_clear(&run->line);
    const enum cg_status status =
        cg_report_print(run->results, run->plan->suites[suite]->name, run->request.format, stdout, err);
    fflush(stdout);
    return status;
}

/* What all of it answers, last; with the tables that words cannot replace, unless they were printed. */
static enum cg_status print_summary(const struct cg_run *run, bool tables, struct cg_error *err)
{
    const bool timed = run->protocol.time && run->request.format == CG_FORMAT_TEXT;
    return timed ? cg_summary_print(run->results, run->path, cg_program_word(), tables, stdout, err) : CG_OK;
}

static enum cg_status print_suites(struct cg_run *run, struct cg_error *err)
{
    enum cg_status status = CG_OK;
    for (int i = 0; status == CG_OK && i < run->plan->n_suites; i++)
        status = print_suite(run, i, err);
    if (status == CG_OK && run->request.format != CG_FORMAT_JSON &&
        (run->request.format != CG_FORMAT_TEXT || run->request.tables))
        status = cg_report_print_left_out(run->results, run->request.format, stdout, err);
    return status;
}

/* From now on the results are those of the file that is gone on with, too. */
static enum cg_status join_before(struct cg_run *run, struct cg_error *err)
{
    struct cg_results *whole;
    const enum cg_status status = cg_run_continue_join(run, run->results, &whole, err);
    if (status != CG_OK)
        return status;
    run->part = run->results;
    run->results = whole;
    return CG_OK;
}

/* What was found in files of other programs (no weights, numbers of other kinds), once a file. */
static void say_imported(const struct cg_run_plan *plan)
{
    const struct cg_network *last = NULL;
    for (int c = 0; c < plan->n_cases; c++) {
        const struct cg_network *network = plan->cases[c].of->network;
        if (network && network != last && network->imported && network->note[0])
            fprintf(stderr, "convgauge: %s: %s\n", network->name, network->note);
        last = network;
    }
}

/* Measures all, saves, and prints what there is. */
static enum cg_status measure_all(struct cg_run *run, struct cg_error *err)
{
    const bool over_time = run->request.sustained_min > 0 && run->request.format != CG_FORMAT_JSON;
    cg_run_time_start(run);
    say_imported(run->plan);
    if (run->protocol.time && !run->line.terminal) /* which would show how far it is */
        fprintf(stderr, "measuring %d group%s: %s\n", run->plan->n_schedules,
                run->plan->n_schedules == 1 ? "" : "s", cg_expected_time_text(run->expected).text);
    enum cg_status status = cg_run_measure(run, err);
    cg_progress_clear(&run->line);
    run->results->run.complete = status == CG_OK && run->n_done > 0 && !cg_run_has_missing(run);
    run->results->run.seconds = cg_run_time_gone_s(run);
    if (status == CG_OK && run->protocol.time)
        cg_expected_time_keep(&run->device, run->key, run->results->run.seconds);
    struct cg_error save_err = {0}, ignored;
    const enum cg_status saved = cg_run_save(run, run->results, &save_err);
    if (!over_time && (status == CG_INTERRUPTED || cg_run_has_missing(run)))
        cg_run_say_missing(run);
    if (run->before && (status == CG_OK || status == CG_INTERRUPTED)) {
        const enum cg_status joined = join_before(run, status == CG_OK ? err : &ignored);
        status = status ?: joined;
    }
    if (status == CG_INTERRUPTED) {
        print_suites(run, &ignored);
        if (over_time)
            cg_sustained_print(run, &ignored);
        print_summary(run, true, &ignored);
        return saved == CG_OK
                   ? cg_fail(err, CG_INTERRUPTED, "interrupted; what was measured is in %s%s", run->path,
                             over_time ? ""
                                       : ", and 'convgauge run --continue' with that file measures the rest")
                   : cg_fail(err, CG_INTERRUPTED, "interrupted; what was measured is lost: %s",
                             save_err.text);
    }
    status = status ?: print_suites(run, err);
    if (status == CG_OK && over_time)
        status = cg_sustained_print(run, err);
    else if (status == CG_OK && run->request.format != CG_FORMAT_JSON &&
             (run->request.format != CG_FORMAT_TEXT || run->request.tables))
        status = cg_report_print_answers(run->results, run->request.format, stdout, err);
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

static void fill_protocol(struct cg_run *run)
{
    const struct cg_run_request *r = &run->request;
    run->protocol = cg_protocol_default(r->quick);
    if (r->processes > 0)
        run->protocol.max_processes = r->processes;
    if (r->precision > 0)
        run->protocol.precision = r->precision;
    run->protocol.time = !r->check_only;
    run->protocol.counters = r->counters;
    if (r->sustained_min > 0) {
        run->protocol.budget_s = 60 * r->sustained_min;
        run->protocol.piece_s = fmin(PIECE_S, run->protocol.budget_s / 6);
        run->protocol.max_processes = PIECES_MAX;
        run->protocol.min_rounds = 1;
        run->protocol.max_rounds = PIECE_ROUNDS_MAX;
    }
}

/* Peaks for the roofline and the A/A floors, once a device: from the cache, else measured now. */
static enum cg_status prepare_device(struct cg_run *run, struct cg_error *err)
{
    const struct cg_run_request *r = &run->request;
    for (int i = 0; i < cg_asked_n(&r->asked, CG_AT_ISA); i++)
        for (int t = 0; t < cg_asked_n(&r->asked, CG_AT_THREADS); t++) {
            const enum cg_isa isa = (enum cg_isa)cg_asked_value(&r->asked, CG_AT_ISA, i).number;
            const int threads = cg_asked_value(&r->asked, CG_AT_THREADS, t).number;
            cg_progress_show(&run->line, "measuring the peak of this machine (%s, %d thread%s)",
                             cg_isa_name(isa), threads, threads > 1 ? "s" : "");
            const enum cg_status status = cg_device_ensure(&run->device, isa, r->cores, threads, err);
            if (status != CG_OK)
                return status;
        }
    return cg_noise_floors_ensure(run->session, run->plan->cpus[0][0], r->budget_s, &run->line, &run->device,
                                  err);
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
static void say_what_was_reached(const struct cg_run *run)
{
    const struct cg_phrase use = cg_time_use_text(&run->used);
    fprintf(stderr, "results written to %s\n", run->path);
    if (use.text[0])
        fprintf(stderr, "of the time: %s\n", use.text);
    if (run->n_intervals == 0)
        return;
    struct cg_verdict_count verdicts;
    fprintf(stderr, "measured in %s (expected: %s)", cg_duration(run->results->run.seconds).text,
            cg_expected_time_text(run->expected).text);
    if (cg_count_verdicts(run->results, &verdicts) && verdicts.all > 0)
        fprintf(stderr, "; of %d verdict%s %d %s undecided", verdicts.all, verdicts.all == 1 ? "" : "s",
                verdicts.undecided, verdicts.undecided == 1 ? "is" : "are");
    if (run->n_precise < run->n_intervals && run->precise_s < SAID_S)
        fprintf(stderr, "; every interval would be within +-%g %% after about %s",
                100 * run->protocol.precision, cg_duration(run->precise_s).text);
    fputc('\n', stderr);
}

/* The status of what comes before the first case. */
static enum cg_status said_early(enum cg_status status, struct cg_error *err)
{
    return status == CG_INTERRUPTED
               ? cg_fail(err, status, "interrupted before the first case: nothing was written")
               : status;
}

static enum cg_status prepare_and_measure(struct cg_run *run, struct cg_error *err)
{
    cg_run_time_begin(run);
    enum cg_status status = run->request.check_only ? CG_OK : said_early(prepare_device(run, err), err);
    if (status == CG_INTERRUPTED)
        return status;
    status = status ?: cg_device_record_probe(&run->device, run->request.cores, err);
    status = status ?: cg_device_record_fill(&run->device, run->results, err);
    status = status ?: cg_run_add_suites(run, err);
    status = status ?: measure_all(run, err);
    if (status == CG_OK && run->request.format == CG_FORMAT_JSON)
        status = print_json(run->results, err);
    cg_progress_clear(&run->line);
    if (status == CG_OK && run->request.check_only && run->request.format != CG_FORMAT_JSON)
        say_what_was_checked(run->results);
    if (status == CG_OK) {
        say_what_was_reached(run);
        status = print_summary(run, !run->request.tables || run->request.sustained_min > 0, err);
    }
    return status ?: cg_run_outcome(run, err);
}

/* What is wrong with the command is told before anything is measured. */
static enum cg_status run_planned(struct cg_run *run, int argc, char **argv, struct cg_error *err)
{
    const struct cg_session_options options = {
        .progress = run->line.terminal ? show_progress : NULL,
        .context = run,
        .interrupted = &cg_interrupted,
    };
    const bool dry = run->request.dry_run;
    cg_cores_say(&run->device.topology, run->request.cores);
    fill_protocol(run);
    cg_catch_interrupts();
    enum cg_status status = cg_session_create(&options, &run->session, err);
    status = status ?: cg_run_begin_record(run, argc, argv, err);
    if (status == CG_OK && run->before)
        status = cg_run_continue_plan(run, err);
    if (status == CG_OK && !dry)
        status = cg_run_choose_path(run, err);
    if (status == CG_OK && !dry && !run->request.check_only)
        status =
            cg_refuse_emulated(&run->device, "'convgauge run --check-only' does everything but time", err);
    status = status ?: cg_run_time_make(run, err);
    if (status != CG_OK)
        return said_early(status, err);
    return dry ? cg_run_dry(run, err) : prepare_and_measure(run, err);
}

enum cg_status cg_command_run(int argc, char **argv, struct cg_error *err)
{
    struct cg_run run = {.line = cg_progress_start()};
    enum cg_status status = cg_device_read(NULL, &run.device, err);
    if (status != CG_OK)
        return status;
    status = cg_run_options_read(argc, argv, run.device.topology.n_allowed, &run.request, err);
    if (status == CG_OK && run.request.continued && run.request.n_suites > 0) /* none behind --help */
        status = cg_run_continue_read(&run, argc, argv, err);
    if (status == CG_OK && run.request.n_suites > 0) {
        status = cg_run_plan_make(&run.request, &run.device.topology, &run.plan, err);
        status = status ?: cg_run_print_computed(&run, err);
        if (status == CG_OK && run.plan->n_jobs > 0)
            status = run_planned(&run, argc, argv, err);
    }
    cg_progress_clear(&run.line);
    cg_session_destroy(&run.session);
    cg_results_destroy(&run.results);
    cg_results_destroy(&run.part);
    cg_results_destroy(&run.before);
    cg_run_plan_destroy(&run.plan);
    cg_device_destroy(&run.device);
    cg_filter_free(&run.request.filter);
    return status;
}
