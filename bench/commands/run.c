#include "bench/commands/device_record.h"
#include "bench/commands/engine_arg.h"
#include "bench/commands/noise.h"
#include "bench/commands/options.h"
#include "bench/commands/progress.h"
#include "bench/commands/run_layers.h"
#include "bench/commands/run_plan.h"
#include "bench/commands/run_results.h"
#include "bench/device/counters.h"
#include "bench/device/device.h"
#include "bench/measure/measure.h"
#include "bench/record/record.h"
#include "report/report.h"

#include <errno.h>
#include <jansson.h>
#include <inttypes.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

/* What the user asked for, as parsed. */
struct run_options {
    struct cg_list engines, isas, fusions, caches;
    struct cg_ints threads, batches;
    const char *cores, *filter, *output, *counters;
    double precision, budget_s;
    int processes;
    bool quick, layers, check_only, dry_run, csv, markdown, json;
};

/* Everything that a run holds; released in one place. */
struct run_state {
    struct run_options options;
    struct cg_device device;
    struct cg_run_plan *plan;
    struct cg_session *session;
    struct cg_results *results;
    struct cg_protocol protocol;
    struct cg_progress_line line;
    double *expected_s;                       /* of each schedule */
    double expected_total_s, expected_left_s; /* of all; of those behind the current one */
    double started_s;
    int current; /* schedule */
    char path[512];
};

static const char *const default_suites[] = {"g1", "g2", "g3", "g4", "networks"};

static volatile sig_atomic_t interrupted;

static void on_signal(int number)
{
    (void)number;
    interrupted = 1;
}

static void catch_signals(void)
{
    struct sigaction action = {.sa_handler = on_signal};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
}

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* ---- the request ---- */

static enum cg_status parse_engines(const struct cg_list *list, struct cg_run_axes *axes,
                                    struct cg_error *err)
{
    for (int i = 0; i < list->n; i++) {
        if (axes->n_engines == CG_AXIS_MAX)
            return cg_fail(err, CG_INVALID, "--engine takes at most %d engines", CG_AXIS_MAX);
        const struct cg_engine *engine = cg_engine_arg(list->words[i], err);
        if (!engine)
            return err->status;
        axes->engines[axes->n_engines++] = engine;
    }
    return CG_OK;
}

static enum cg_status parse_isas(const struct cg_list *list, struct cg_run_axes *axes, struct cg_error *err)
{
    for (int i = 0; i < list->n; i++) {
        const int isa = cg_isa_from_name(list->words[i]);
        if (isa < 0)
            return cg_fail(err, CG_INVALID,
                           "there is no instruction set '%s'; there are scalar, neon, avx2 and avx512",
                           list->words[i]);
        if (!cg_isa_available((enum cg_isa)isa))
            return cg_fail(err, CG_UNAVAILABLE, "this processor has no %s; its best is %s", list->words[i],
                           cg_isa_name(cg_isa_best()));
        axes->isas[axes->n_isas++] = (enum cg_isa)isa;
    }
    return CG_OK;
}

static enum cg_status parse_names(const struct run_options *o, struct cg_run_axes *axes, struct cg_error *err)
{
    for (int i = 0; i < o->fusions.n; i++) {
        const int fusion = cg_fusion_from_name(o->fusions.words[i]);
        if (fusion < 0)
            return cg_fail(err, CG_INVALID, "--fusion takes full and none, not '%s'", o->fusions.words[i]);
        axes->fusions[axes->n_fusions++] = (enum cg_fusion)fusion;
    }
    for (int i = 0; i < o->caches.n; i++) {
        const int cache = cg_cache_state_from_name(o->caches.words[i]);
        if (cache == CG_CACHE_REPLAY)
            return cg_fail(err, CG_UNSUPPORTED,
                           "--cache replay is for single layers: 'convgauge profile NET --cache replay'");
        if (cache < 0)
            return cg_fail(err, CG_INVALID, "--cache takes hot and cold, not '%s'", o->caches.words[i]);
        axes->caches[axes->n_caches++] = (enum cg_cache_state)cache;
    }
    return CG_OK;
}

static enum cg_status fill_axes(const struct run_options *o, struct cg_run_axes *axes, struct cg_error *err)
{
    enum cg_status status = CG_OK;
    struct cg_list default_engine = {1, {"native"}};
    if (o->threads.n > CG_AXIS_MAX || o->batches.n > CG_AXIS_MAX)
        return cg_fail(err, CG_INVALID, "--threads and --batch take at most %d values", CG_AXIS_MAX);
    status = parse_engines(o->engines.n ? &o->engines : &default_engine, axes, err);
    if (status == CG_OK)
        status = parse_isas(&o->isas, axes, err);
    if (status == CG_OK)
        status = parse_names(o, axes, err);
    if (axes->n_isas == 0)
        axes->isas[axes->n_isas++] = cg_isa_best();
    if (axes->n_caches == 0)
        axes->caches[axes->n_caches++] = CG_CACHE_HOT;
    axes->n_threads = o->threads.n ? o->threads.n : 1;
    axes->n_batches = o->batches.n ? o->batches.n : 1;
    axes->threads[0] = 1;
    for (int i = 0; i < o->threads.n; i++)
        axes->threads[i] = o->threads.values[i];
    for (int i = 0; i < o->batches.n; i++)
        axes->batches[i] = o->batches.values[i];
    return status;
}

/* ---- where the results go ---- */

/* mkdir -p for the folders before the file's name. */
static enum cg_status make_folders(char *path, struct cg_error *err)
{
    for (char *p = path + 1; *p; p++) {
        if (*p != '/')
            continue;
        *p = '\0';
        const int failed = mkdir(path, 0777) != 0 && errno != EEXIST;
        const int reason = errno;
        *p = '/';
        if (failed)
            return cg_fail(err, CG_INVALID, "cannot make the folder for '%s': %s; name another file with -o",
                           path, strerror(reason));
    }
    return CG_OK;
}

static enum cg_status choose_path(struct run_state *run, struct cg_error *err)
{
    if (run->options.output) {
        if (strlen(run->options.output) >= sizeof run->path)
            return cg_fail(err, CG_INVALID, "the path given with -o is too long");
        strcpy(run->path, run->options.output);
    } else {
        const time_t now = time(NULL);
        struct tm utc;
        char stamp[32];
        gmtime_r(&now, &utc);
        strftime(stamp, sizeof stamp, "%Y%m%d-%H%M%S", &utc);
        snprintf(run->path, sizeof run->path, "results/%s/%s%s.json", run->results->device.name,
                 run->options.quick ? "quick-" : "", stamp);
        const enum cg_status status = make_folders(run->path, err);
        if (status != CG_OK)
            return status;
    }
    return cg_results_check_path(run->path, err);
}

/* ---- progress ---- */

static void show_progress(const struct cg_progress *p, void *context)
{
    struct run_state *run = context;
    char elapsed[24], left[24], rounds[64] = "";
    const double behind =
        isnan(p->left_s) ? fmax(0.0, run->expected_s[run->current] - p->elapsed_s) : p->left_s;
    cg_duration_text(now_s() - run->started_s, elapsed);
    cg_duration_text(behind + run->expected_left_s, left);
    if (p->round > 0)
        snprintf(rounds, sizeof rounds, " round %d/%d", p->round, p->n_rounds);
    char width[48] = "";
    if (!isnan(p->half_width))
        snprintf(width, sizeof width, ", +-%.2f %% so far", 100 * p->half_width);
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

static enum cg_status predict(struct run_state *run, struct cg_job *jobs, struct cg_error *err)
{
    enum cg_status status = CG_OK;
    run->expected_total_s = 0;
    for (int i = 0; status == CG_OK && i < run->plan->n_schedules; i++) {
        schedule_jobs(run->plan, i, jobs);
        status = cg_measure_predict(run->session, jobs, run->plan->schedules[i].n_jobs, &run->protocol,
                                    &run->expected_s[i], err);
        if (run->options.budget_s > 0)
            run->expected_s[i] = fmin(run->expected_s[i], run->options.budget_s);
        run->expected_total_s += run->expected_s[i];
    }
    if (run->options.budget_s > 0)
        run->expected_total_s = fmin(run->expected_total_s, run->options.budget_s);
    return status;
}

/* The share of what is left of the budget that the schedule's expected time asks for. */
static double budget_share(const struct run_state *run, int index)
{
    double behind = 0;
    for (int i = index; i < run->plan->n_schedules; i++)
        behind += run->expected_s[i];
    const double left = run->options.budget_s - (now_s() - run->started_s);
    return fmax(0.5, left * (behind > 0 ? run->expected_s[index] / behind : 1.0));
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
    if (run->options.json || run->plan->suites[suite]->kind == CG_SUITE_REUSE)
        return CG_OK;
    const enum cg_format format = run->options.csv        ? CG_FORMAT_CSV
                                  : run->options.markdown ? CG_FORMAT_MARKDOWN
                                                          : CG_FORMAT_TEXT;
    cg_progress_clear(&run->line);
    const enum cg_status status =
        cg_report_print(run->results, run->plan->suites[suite]->name, format, stdout, err);
    fflush(stdout);
    return status;
}

/* Where the time of whole networks goes, where it was asked for: at most a fifth of the schedule's share of a
 * budget. */
static enum cg_status profile_layers(struct run_state *run, int index, double budget_s, struct cg_error *err)
{
    struct cg_run_layers_options options = {.all_networks = run->options.layers,
                                            .processes = run->options.quick ? 3 : 5,
                                            .seconds = run->options.quick ? 0.5 : 1,
                                            .cores = run->options.cores};
    if (run->options.budget_s > 0)
        options.seconds = fmin(options.seconds, fmax(0.1, 0.2 * budget_s / options.processes));
    return cg_run_add_layers(run->plan, index, run->session, &run->device, &options, run->results, err);
}

static enum cg_status measure_schedule(struct run_state *run, int index, struct cg_job *jobs,
                                       struct cg_error *err)
{
    const struct cg_planned_schedule *schedule = &run->plan->schedules[index];
    struct cg_measurement measurement = {0};
    struct cg_protocol protocol = run->protocol;
    run->current = index;
    run->expected_left_s = 0;
    for (int i = index + 1; i < run->plan->n_schedules; i++)
        run->expected_left_s += run->expected_s[i];
    if (run->options.budget_s > 0)
        protocol.budget_s = budget_share(run, index);
    schedule_jobs(run->plan, index, jobs);
    struct cg_error measure_err = {0};
    const enum cg_status measured = cg_measure(run->session, jobs, schedule->n_jobs, schedule->baseline,
                                               &protocol, &measurement, &measure_err);
    enum cg_status status = CG_OK;
    if (measured == CG_OK || measured == CG_INTERRUPTED)
        status = cg_run_add_measurement(run->plan, index, &measurement, &run->device, run->options.cores,
                                        run->results, err);
    cg_measurement_free(&measurement);
    if (status == CG_OK && measured == CG_OK && protocol.time)
        status = profile_layers(run, index, protocol.budget_s, err);
    run->results->run.seconds = now_s() - run->started_s;
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
    run->started_s = now_s();
    for (int i = 0; status == CG_OK && i < run->plan->n_schedules; i++) {
        status = measure_schedule(run, i, jobs, err);
        while (status == CG_OK && printed < run->plan->n_suites && is_finished(run->plan, printed, i + 1))
            status = print_suite(run, printed++, err);
    }
    cg_progress_clear(&run->line);
    run->results->run.complete = status == CG_OK;
    run->results->run.seconds = now_s() - run->started_s;
    struct cg_error save_err = {0};
    const enum cg_status saved = cg_results_save(run->results, run->path, &save_err);
    if (status == CG_INTERRUPTED) {
        for (struct cg_error ignored; printed < run->plan->n_suites; printed++)
            print_suite(run, printed, &ignored);
        cg_fail(err, CG_INTERRUPTED, "interrupted; what was measured is in %s", run->path);
    }
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

static enum cg_status dry_run(struct run_state *run, struct cg_error *err)
{
    double madds = 0;
    int rows = 0;
    for (int i = 0; i < run->plan->n_jobs; i++)
        madds += (double)cg_graph_cost(run->plan->jobs[i].job.graph).madds;
    for (int c = 0; c < run->plan->n_cases; c++)
        rows += run->plan->cases[c].n_jobs;
    if (run->options.json) {
        json_t *json = json_pack("{s:i, s:i, s:f, s:f}", "cases", rows, "measurements", run->plan->n_jobs,
                                 "gmadds_per_round", 1e-9 * madds, "expected_seconds", run->expected_total_s);
        const bool written = json && json_dumpf(json, stdout, JSON_INDENT(2)) == 0 && putchar('\n') == '\n';
        json_decref(json);
        return written ? CG_OK : cg_fail(err, CG_IO, "cannot write the output");
    }
    char expected[24];
    cg_duration_text(run->expected_total_s, expected);
    printf("%-44s %-10s %7s %5s %7s %9s\n", "case", "engine", "threads", "batch", "fusion", "Mmadds");
    for (int c = 0; c < run->plan->n_cases; c++) {
        const struct cg_planned_case *planned = &run->plan->cases[c];
        const struct cg_suite *suite = run->plan->suites[planned->suite];
        for (int k = 0; k < planned->n_jobs; k++) {
            const struct cg_planned_job *job = &run->plan->jobs[planned->jobs[k]];
            printf("%-44s %-10s %7d %5d %7s %9.1f%s\n",
                   suite->groups[planned->group].cases[planned->index].name, job->job.engine,
                   job->job.threads, job->batch, cg_fusion_name(job->job.fusion),
                   1e-6 * (double)cg_graph_cost(job->job.graph).madds,
                   job->first_case == c ? "" : "  (measured above)");
        }
    }
    printf("%d cases, %d measurements of different graphs, %.1f Gmadds a round; about %s\n", rows,
           run->plan->n_jobs, 1e-9 * madds, expected);
    return CG_OK;
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

/* A name that is not known is told before anything is measured; what is not available here is null in the
 * record. */
static enum cg_status check_counters(const char *list, struct cg_error *err)
{
    struct cg_counter_set *set = NULL;
    const enum cg_status status = cg_counters_open(list, &set, err);
    cg_counters_close(&set);
    return status;
}

static void fill_protocol(struct run_state *run)
{
    const struct run_options *o = &run->options;
    run->protocol = cg_protocol_default(o->quick);
    if (o->processes > 0)
        run->protocol.max_processes = o->processes;
    if (o->precision > 0)
        run->protocol.precision = o->precision;
    run->protocol.time = !o->check_only;
    run->protocol.counters = o->counters;
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

static enum cg_status run_planned(struct run_state *run, const struct cg_run_axes *axes, int argc,
                                  char **argv, struct cg_error *err)
{
    struct cg_job *jobs = calloc((size_t)run->plan->n_jobs, sizeof *jobs);
    run->expected_s = calloc((size_t)run->plan->n_schedules, sizeof *run->expected_s);
    run->results = cg_results_create();
    if (!jobs || !run->expected_s || !run->results) {
        free(jobs);
        return cg_fail(err, CG_NO_MEMORY, "no memory for the run");
    }
    enum cg_status status = fill_run_record(run, argc, argv, err);
    if (status == CG_OK && !run->options.dry_run)
        status = choose_path(run, err);
    if (status == CG_OK && !run->options.check_only) {
        cg_progress_show(&run->line, "estimating the time");
        status = predict(run, jobs, err);
    }
    if (status == CG_OK && run->options.dry_run) {
        cg_progress_clear(&run->line);
        status = dry_run(run, err);
    } else if (status == CG_OK) {
        if (!run->options.check_only)
            status = prepare_device(run, axes, err);
        if (status == CG_OK)
            status = cg_device_record_fill(&run->device, run->results, err);
        if (status == CG_OK)
            status = cg_device_record_probe(&run->device, run->results, err);
        if (status == CG_OK)
            status = cg_run_add_suites(run->plan, run->results, err);
        if (status == CG_OK)
            status = measure_all(run, jobs, err);
        if (status == CG_OK && run->options.json)
            status = print_json(run->results, err);
        cg_progress_clear(&run->line);
        if (status == CG_OK)
            fprintf(stderr, "results written to %s\n", run->path);
    }
    cg_progress_clear(&run->line);
    free(jobs);
    return status;
}

static enum cg_status start_session(struct run_state *run, struct cg_error *err)
{
    const struct cg_session_options options = {
        .progress = run->line.terminal ? show_progress : NULL,
        .progress_context = run,
        .interrupted = &interrupted,
    };
    return cg_session_create(&options, &run->session, err);
}

enum cg_status cg_command_run(int argc, char **argv, struct cg_error *err)
{
    struct run_state run = {.line = cg_progress_start()};
    struct run_options *o = &run.options;
    bool done;
    int first;
    enum cg_status status = cg_device_read(NULL, &run.device, err);
    if (status != CG_OK)
        return status;
    const double most_threads = CG_THREADS_MAX;
    const struct cg_option options[] = {
        {"quick", 'q', CG_OPTION_FLAG, NULL, "the quick selection of each suite, 4 processes", &o->quick, 0,
         0, 0},
        {"engine", 'e', CG_OPTION_LIST, "A,B", "engines (native; 'convgauge list engines')", &o->engines, 0,
         0, 0},
        {"threads", 't', CG_OPTION_INTS, "N,M", "numbers of threads, 'all' = every core allowed (1)",
         &o->threads, 1, most_threads, run.device.topology.n_allowed},
        {"isa", 0, CG_OPTION_LIST, "ISA", "highest instruction set to use (the best there is)", &o->isas, 0,
         0, 0},
        {"batch", 'b', CG_OPTION_INTS, "N,M", "images a run (1, or as the suite says)", &o->batches, 1, 4096,
         0},
        {"cores", 0, CG_OPTION_STRING, "SPEC", "cores to run on: big, little, all, or a list such as 0,2",
         &o->cores, 0, 0, 0},
        {"fusion", 0, CG_OPTION_LIST, "F,G", "full, none (full; suite g4: both)", &o->fusions, 0, 0, 0},
        {"cache", 0, CG_OPTION_LIST, "C,D", "state of the caches before a sample: hot, cold (hot)",
         &o->caches, 0, 0, 0},
        {"filter", 'f', CG_OPTION_STRING, "REGEX",
         "only cases whose name, label or network matches;\nbaselines stay", &o->filter, 0, 0, 0},
        {"precision", 'p', CG_OPTION_PERCENT, "P", "stop when every interval is within +-P (1%)",
         &o->precision, 0.0005, 0.5, 0},
        {"processes", 0, CG_OPTION_INT, "N", "most processes a case (8; quick 4)", &o->processes, 1, 64, 0},
        {"budget", 0, CG_OPTION_REAL, "SECONDS", "stop after this time at the latest (none)", &o->budget_s, 1,
         1e7, 0},
        {"layers", 0, CG_OPTION_FLAG, NULL,
         "time the layers of whole networks, too (suite breakdown always does):\nthe report's Figure 2, "
         "rooflines, causes of flips",
         &o->layers, 0, 0, 0},
        {"counters", 0, CG_OPTION_OPTIONAL, "LIST",
         "count events of each case in a process of its own, after\nits timing: a list of 'convgauge list "
         "counters', or native\nevents (the default set)",
         &o->counters, 0, 0, 0},
        {"check-only", 0, CG_OPTION_FLAG, NULL, "compile and check every case, time nothing", &o->check_only,
         0, 0, 0},
        {"dry-run", 'n', CG_OPTION_FLAG, NULL, "print the cases and the expected time, measure nothing",
         &o->dry_run, 0, 0, 0},
        {"output", 'o', CG_OPTION_STRING, "FILE", "results file (results/DEVICE/DATE-TIME.json)", &o->output,
         0, 0, 0},
        {"csv", 0, CG_OPTION_FLAG, NULL, "tables as CSV", &o->csv, 0, 0, 0},
        {"markdown", 0, CG_OPTION_FLAG, NULL, "tables as Markdown", &o->markdown, 0, 0, 0},
        {"json", 0, CG_OPTION_FLAG, NULL, "the results file on standard output, no tables", &o->json, 0, 0,
         0},
    };
    status = cg_options_parse("run", options, (int)(sizeof options / sizeof options[0]), argc, argv, 0, -1,
                              &first, &done, err);
    struct cg_run_request request = {.quick = o->quick, .filter = o->filter, .cores = o->cores};
    if (status != CG_OK || done)
        goto out;
    if (o->csv + o->markdown + o->json > 1) {
        status = cg_fail(err, CG_INVALID, "only one of --csv, --markdown and --json can be asked for");
        goto out;
    }
    if (run.device.emulation.emulated && !o->check_only && !o->dry_run) {
        status = cg_fail(
            err, CG_UNAVAILABLE,
            "this processor is emulated (%s), so times would mean nothing; 'convgauge run --check-only' does "
            "everything but time",
            run.device.emulation.evidence);
        goto out;
    }
    if (o->counters && o->check_only) {
        status = cg_fail(err, CG_INVALID, "--check-only counts nothing: leave out --counters");
        goto out;
    }
    if (o->counters && (status = check_counters(o->counters, err)) != CG_OK)
        goto out;
    request.n_suites = argc > first ? argc - first : (int)(sizeof default_suites / sizeof default_suites[0]);
    request.suites = argc > first ? (const char *const *)argv + first : default_suites;
    status = fill_axes(o, &request.axes, err);
    if (status == CG_OK)
        status = cg_run_plan_make(&request, &run.device.topology, &run.plan, err);
    if (status == CG_OK) {
        fill_protocol(&run);
        catch_signals();
        status = start_session(&run, err);
    }
    if (status == CG_OK)
        status = run_planned(&run, &request.axes, argc, argv, err);
out:
    cg_session_destroy(&run.session);
    cg_results_destroy(&run.results);
    cg_run_plan_destroy(&run.plan);
    cg_device_destroy(&run.device);
    free(run.expected_s);
    return status;
}
