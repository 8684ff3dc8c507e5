#include "base/clock.h"
#include "base/hash.h"
#include "bench/commands/audit_print.h"
#include "bench/commands/command.h"
#include "bench/commands/measuring.h"
#include "bench/commands/network_job.h"
#include "bench/scheduler/measure.h"

#include <math.h>

/* Of the budget: then what runs is ended. */
#define LATEST 1.15

static void show_progress(const struct cg_progress *p, void *context)
{
    struct cg_audit_state *state = context;
    const double left_s = isnan(p->left_s) ? fmax(0, state->expected.seconds - p->elapsed_s) : p->left_s;
    cg_progress_show(&state->it.line, "audit: process %d/%d %s %s; %s gone, %s left", p->process + 1,
                     p->max_processes, p->phase, p->label, cg_duration(p->elapsed_s).text,
                     cg_duration(left_s).text);
}

/* Leaves only the breaches whose block or guideline matches. */
static enum cg_status filter_places(const struct cg_filter *filter, struct cg_audit *audit,
                                    struct cg_error *err)
{
    const int n = audit->n_breaches;
    audit->n_breaches = 0;
    for (int i = 0; i < n; i++) {
        struct cg_breach *breach = &audit->breaches[i];
        if (cg_filter_matches(filter, breach->block) ||
            cg_filter_matches(filter, cg_guideline_name(breach->guideline)))
            audit->breaches[audit->n_breaches++] = *breach;
        else
            cg_breach_release(breach);
    }
    return audit->n_breaches > 0 || n == 0
               ? CG_OK
               : cg_fail(
                     err, CG_INVALID,
                     "--filter '%s' matches no block and no guideline that is broken; --dry-run lists them",
                     filter->text);
}

static enum cg_status measure(struct cg_audit_state *state, struct cg_error *err)
{
    struct cg_network_job *it = &state->it;
    struct cg_measurement *measurement = &state->measurement;
    const int64_t begun_ns = cg_now_ns(); /* the budget is of all */
    enum cg_status status = cg_noise_floors_ensure(it->session, it->job.setting.cpus[0],
                                                   state->protocol.budget_s, &it->line, &it->device, err);
    if (status != CG_OK)
        return status;
    state->timed = true;
    state->protocol.end_ns = begun_ns + (int64_t)(1e9 * LATEST * state->protocol.budget_s);
    state->protocol.budget_s = fmax(1, state->protocol.budget_s - 1e-9 * (double)(cg_now_ns() - begun_ns));
    status = cg_measure(it->session, (struct cg_job_group){state->jobs.jobs, state->jobs.n_jobs, -1},
                        &state->protocol, measurement, err);
    if (status == CG_OK && measurement->n_rounds == 0 && measurement->stop == CG_STOP_BUDGET)
        return cg_fail(err, CG_FAILED,
                       "the budget was used up before anything was measured: give it more by --budget");
    if (status == CG_OK)
        cg_expected_time_keep(&it->device, state->key, measurement->elapsed_s);
    else if (status != CG_INTERRUPTED)
        return status;
    return cg_audit_costs_make(&state->audit, &state->jobs, measurement, it->device.record.noise_paired,
                               &state->costs, err)
               ?: status;
}

static enum cg_status measure_and_print(struct cg_audit_state *state, struct cg_error *err)
{
    enum cg_status status = CG_OK;
    if (!state->dry_run && state->audit.n_breaches > 0)
        status = measure(state, err);
    cg_progress_clear(&state->it.line);
    if (status == CG_INTERRUPTED)
        cg_fail(err, CG_INTERRUPTED,
                state->costs.processes > 0 ? "interrupted; the figures are of what was measured until then"
                                           : "interrupted before anything was measured");
    struct cg_error print_err = {0};
    if (status != CG_OK && !(status == CG_INTERRUPTED && state->costs.processes > 0))
        return status;
    const enum cg_status printed = cg_audit_print(state, &print_err);
    if (printed != CG_OK)
        *err = print_err;
    return printed ?: status;
}

/* Finds the places and makes the jobs. */
static enum cg_status prepare(struct cg_audit_state *state, const char *ref, struct cg_error *err)
{
    enum cg_status status = cg_network_job_load(&state->it, ref, err);
    status = status ?: cg_audit_find(state->it.job.graph, &state->audit, err);
    status = status ?: filter_places(&state->filter, &state->audit, err);
    status = status ?: cg_audit_jobs_make(&state->audit, &state->it.job, &state->jobs, err);
    return status;
}

static enum cg_status audit(struct cg_audit_state *state, const char *ref, struct cg_error *err)
{
    enum cg_status status = prepare(state, ref, err);
    if (status == CG_OK && state->audit.n_breaches > 0) {
        const int n = state->jobs.n_jobs;
        state->key = cg_jobs_hash(cg_protocol_hash(CG_HASH_START, &state->protocol), state->jobs.jobs, n);
        state->expected =
            cg_expected_time(&state->it.device, state->key, cg_protocol_allows_s(&state->protocol, n), NAN);
        if (!state->dry_run)
            status =
                cg_network_job_start(&state->it, "'convgauge audit --dry-run' lists what the network breaks",
                                     show_progress, state, err);
        cg_catch_interrupts();
    }
    return status ?: measure_and_print(state, err);
}

enum cg_status cg_command_audit(int argc, char **argv, struct cg_error *err)
{
    struct cg_audit_state state = {
        .it = cg_network_job_default(), .protocol = cg_protocol_default(false), .expected = {.seconds = NAN}};
    state.protocol.max_processes = 5;
    state.protocol.budget_s = 60;
    state.protocol.precision = 0.01;
    struct cg_words words = {1, 1};
    const struct cg_option options[] = {
        CG_NETWORK_JOB_ROWS(&state.it),
        {"filter", 'f', CG_OPTION_FILTER, "REGEX", "only places whose block or guideline matches",
         &state.filter},
        {"processes", 0, CG_OPTION_INT, "N", "processes, each a new draw of address layout (5)",
         &state.protocol.max_processes, 1, 64},
        {"precision", 'p', CG_OPTION_PERCENT, "P", "stop when every time's interval is within +-P (1%)",
         &state.protocol.precision, 0.0005, 0.5},
        {"budget", 0, CG_OPTION_REAL, "SECONDS", "stop after this time (60), at the latest a fifth later",
         &state.protocol.budget_s, 1, 1e7},
        {"dry-run", 'n', CG_OPTION_FLAG, NULL,
         "list what the network breaks and the expected time, time nothing", &state.dry_run},
        CG_FORMAT_ROWS(&state.format),
    };
    enum cg_status status = cg_options_parse(argc, argv, CG_ROWS(options), &words, err);
    if (status == CG_OK && words.first >= 0)
        status = audit(&state, argv[words.first], err);
    cg_audit_costs_release(&state.costs);
    cg_measurement_free(&state.measurement);
    cg_audit_jobs_release(&state.jobs);
    cg_audit_release(&state.audit);
    cg_filter_free(&state.filter);
    cg_network_job_free(&state.it);
    return status;
}
