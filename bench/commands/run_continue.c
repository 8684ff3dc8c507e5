/* Going on with a run that was interrupted: what its file lacks is measured and joined with it. */
#include "bench/commands/run_parts.h"

#include "base/text.h"
#include "bench/record/join.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* cg_schedule.stop */
#define INTERRUPTED "interrupted"
#define BUDGET      "budget"

/* ---- its command ---- */

/* Splits a command as cg_results_command() writes it, in place, into at most `room` words; -1 where it is of
 * several runs. */
static int split(char *text, char **words, int room)
{
    int n = 0;
    char *to = text;
    for (const char *c = text; *c && n < room;) {
        bool quoted = false;
        words[n++] = to;
        for (; *c && (quoted || *c != ' '); c++) {
            if (*c == '\'')
                quoted = !quoted;
            else if (*c == ';' && !quoted)
                return -1;
            else
                *to++ = *c == '\\' && !quoted && c[1] ? *++c : *c;
        }
        c += *c == ' ';
        *to++ = '\0';
    }
    return n;
}

/* The options of the file's command, and behind them those of this one. */
static enum cg_status read_command(struct cg_run *run, int argc, char **argv, struct cg_error *err)
{
    struct cg_run_request *r = &run->request;
    const char *file = r->continued, *command = run->before->run.command;
    const int room = command ? (int)strlen(command) + 2 : 0;
    char *text = command ? cg_results_array(run->before, (size_t)room, 1) : NULL;
    char **words = cg_results_array(run->before, (size_t)room + (size_t)argc + 3, sizeof *words);
    if (!command)
        return cg_fail(err, CG_INVALID, "%s does not say what it measures: name that beside --continue",
                       file);
    if (!text || !words)
        return cg_fail(err, CG_NO_MEMORY, "no memory for the command of %s", file);
    int n = split(strcpy(text, command), words, room);
    if (n < 1)
        return cg_fail(err, CG_INVALID,
                       "%s was joined of several runs: go on with each of these, then merge them", file);
    static char output[] = "--output";
    words[n++] = output;
    words[n++] = (char *)file;
    for (int i = 1; i < argc; i++)
        words[n++] = argv[i];
    cg_filter_free(&r->filter);
    *r = (struct cg_run_request){0};
    if (cg_run_options_read(n, words, run->device.topology.n_allowed, r, err) != CG_OK)
        return cg_context(err, "the command of %s was '%s'", file, command);
    return CG_OK;
}

enum cg_status cg_run_continue_read(struct cg_run *run, int argc, char **argv, struct cg_error *err)
{
    struct cg_run_request *r = &run->request;
    enum cg_status status = cg_results_load(r->continued, &run->before, err);
    if (status == CG_OK && !r->suites_named)
        status = read_command(run, argc, argv, err);
    if (status == CG_OK && !r->output)
        r->output = r->continued;
    if (status == CG_OK && (r->sustained_min > 0 || r->check_only))
        return cg_fail(err, CG_INVALID,
                       "--continue goes on with what was timed: not with --sustained or --check-only");
    return status;
}

/* ---- what is missing ---- */

/* What the file has of a planned job: a record, or the row of one that was skipped; neither: nothing. */
struct row {
    const struct cg_record *record;
    const struct cg_skipped *skipped;
};

static struct row row_of(const struct cg_run *run, int job)
{
    const struct cg_planned_job *planned = &run->plan->jobs[job];
    char graph[17];
    snprintf(graph, sizeof graph, "%016" PRIx64, planned->graph);
    const struct cg_row_key key = {planned->first->suite->name, planned->first->group->name,
                                   planned->first->of->name, graph, &planned->job.setting};
    return (struct row){cg_results_record_of(run->before, &key), cg_results_skipped_of(run->before, &key)};
}

static enum cg_status refuse_other(const struct cg_run *run, const char *what, struct cg_error *err)
{
    return cg_fail(err, CG_INVALID, "%s holds another run: %s; it was 'convgauge %s'", run->request.continued,
                   what, run->before->run.command ? run->before->run.command : "?");
}

/* The file's rows are those of this plan: of each group all, or none. */
static enum cg_status check_rows(const struct cg_run *run, struct cg_error *err)
{
    const struct cg_run_plan *plan = run->plan;
    int rows = 0;
    for (int s = 0; s < plan->n_schedules; s++) {
        int known = 0;
        for (int k = 0; k < plan->schedules[s].n_jobs; k++) {
            const int job = plan->schedules[s].jobs[k];
            const struct row row = row_of(run, job);
            char cores[256];
            known += row.record || row.skipped;
            rows += (row.record != NULL) + (row.skipped != NULL);
            if (row.record && row.record->cores &&
                cg_cpu_list_format(plan->jobs[job].job.setting.cpus, plan->jobs[job].job.setting.threads,
                                   cores, sizeof cores) < (int)sizeof cores &&
                strcmp(cores, row.record->cores) != 0)
                return refuse_other(run, "on other cores", err);
        }
        if (known != 0 && known != plan->schedules[s].n_jobs)
            return refuse_other(run, "other cases or settings", err);
    }
    return rows == run->before->n_records + run->before->n_skipped
               ? CG_OK
               : refuse_other(run, "it has cases or settings that are not asked for", err);
}

/* Whether a pass behind the rounds is missing of a record of a schedule. Of a run that came to its end none
 * is: what it lacks could not be measured. */
static bool lacks_passes(const struct cg_run *run, int index)
{
    const struct cg_planned_schedule *schedule = &run->plan->schedules[index];
    bool lacks = false;
    for (int k = 0; run->before->run.complete != 1 && k < schedule->n_jobs; k++) {
        const int job = schedule->jobs[k];
        const struct cg_record *record = row_of(run, job).record;
        if (record && record->samples.n > 0)
            lacks = lacks || (record->n_layers == 0 && cg_run_layers_wanted(run, job)) ||
                    (record->latency.n_processes == 0 && cg_run_latency_wanted(run, job)) ||
                    record->instances.n < cg_run_instances_wanted(run, job) ||
                    (record->n_counters == 0 && run->request.counters);
    }
    return lacks;
}

/* Whether something of a schedule is missing; *had: the processes that there are. */
static bool is_missing(const struct cg_run *run, int index, int *had)
{
    const struct cg_planned_schedule *schedule = &run->plan->schedules[index];
    bool missing = lacks_passes(run, index);
    *had = 0;
    for (int k = 0; k < schedule->n_jobs; k++) {
        const struct row row = row_of(run, schedule->jobs[k]);
        const struct cg_schedule *of =
            row.record ? cg_results_schedule_of(run->before, row.record->schedule) : NULL;
        missing = missing || (!row.record && !row.skipped) || (of && cg_same_text(of->stop, INTERRUPTED)) ||
                  (!row.record && row.skipped && cg_same_text(row.skipped->reason, CG_NOT_REACHED));
        *had = of && of->processes > *had ? of->processes : *had;
    }
    return missing;
}

enum cg_status cg_run_continue_plan(struct cg_run *run, struct cg_error *err)
{
    struct cg_run_plan *plan = run->plan;
    const double gone_s = run->before->run.seconds;
    int n = 0;
    enum cg_status status = cg_results_same_source(run->before, run->results, err);
    status = status ?: check_rows(run, err);
    for (int i = 0; status == CG_OK && i < plan->n_schedules; i++) {
        struct cg_planned_schedule schedule = plan->schedules[i];
        const bool missing = is_missing(run, i, &schedule.had);
        for (int k = 0; k < schedule.n_jobs; k++)
            plan->jobs[schedule.jobs[k]].schedule = missing ? n : -1;
        if (missing)
            plan->schedules[n++] = schedule;
    }
    if (status != CG_OK)
        return status;
    plan->n_schedules = n;
    if (n == 0)
        return cg_fail(err, CG_INVALID, "nothing is missing in %s", run->request.continued);
    if (run->request.budget_s > 0 && run->request.budget_s - gone_s < 1)
        return cg_fail(err, CG_INVALID, "the budget of %s is used up: give a larger one by --budget",
                       run->request.continued);
    if (run->request.budget_s > 0)
        run->request.budget_s -= gone_s;
    return CG_OK;
}

/* ---- the whole ---- */

enum cg_status cg_run_continue_join(const struct cg_run *run, const struct cg_results *part,
                                    struct cg_results **whole, struct cg_error *err)
{
    *whole = cg_results_create();
    enum cg_status status = *whole ? CG_OK : cg_fail(err, CG_NO_MEMORY, "no memory to join results");
    status = status ?: cg_results_join(*whole, run->before, err);
    status = status ?: cg_results_join(*whole, part, err);
    if (status != CG_OK)
        cg_results_destroy(whole);
    else if (part->run.complete != 1)
        (*whole)->run.complete = 0;
    return status;
}

/* ---- what an interruption leaves ---- */

/* "g1 arm/x1, g1 arm/x4": groups that were begun and are not done, or not begun. */
static void say_groups(const struct cg_run *run, bool begun, const char *what)
{
    const char *separator = what;
    for (int i = 0; i < run->plan->n_schedules; i++) {
        const struct cg_schedule *schedule = cg_results_schedule_of(run->results, i);
        const bool done = schedule && !cg_same_text(schedule->stop, INTERRUPTED) &&
                          (schedule->processes > 0 || !cg_same_text(schedule->stop, BUDGET));
        if (done || (schedule && schedule->processes > 0) != begun)
            continue;
        fprintf(stderr, "%s%s", separator, run->plan->schedules[i].label);
        separator = ", ";
    }
    if (separator != what)
        fputs("\n", stderr);
}

bool cg_run_has_missing(const struct cg_run *run)
{
    for (int i = 0; i < run->results->n_skipped; i++)
        if (cg_same_text(run->results->skipped[i]->reason, CG_NOT_REACHED))
            return true;
    return false;
}

void cg_run_say_missing(const struct cg_run *run)
{
    say_groups(run, true, "convgauge: measured in part: ");
    say_groups(run, false, "convgauge: not begun: ");
}
