#include "base/hash.h"
#include "bench/commands/command.h"
#include "bench/commands/audit_print.h"
#include "bench/commands/measuring.h"
#include "bench/commands/expected_time.h"
#include "bench/onnx/network_arg.h"
#include "bench/commands/noise.h"
#include "bench/commands/options.h"
#include "bench/commands/progress.h"
#include "bench/commands/setting_arg.h"
#include "bench/device/device.h"
#include "bench/scheduler/measure.h"

#include <math.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>

struct audit_options {
    struct cg_setting_words words;
    const char *filter;
    int processes;
    double budget_s, precision;
    bool dry_run;
    enum cg_format format;
};

/* Everything that an audit holds. */
struct audit_state {
    struct audit_options options;
    struct cg_device device;
    struct cg_session *session;
    struct cg_progress_line line;
    struct cg_network *network;
    struct cg_job job;
    struct cg_audit audit;
    struct cg_audit_jobs jobs;
    int *cpus;
    struct cg_expected_time expected;
    uint64_t key; /* of what is measured, for cg_expected_time() */
};

static void show_progress(const struct cg_progress *p, void *context)
{
    struct audit_state *state = context;
    char elapsed[24], left[24];
    cg_duration_text(p->elapsed_s, elapsed);
    cg_duration_text(isnan(p->left_s) ? fmax(0, state->expected.seconds - p->elapsed_s) : p->left_s, left);
    cg_progress_show(&state->line, "audit: process %d/%d %s %s; %s gone, %s left", p->process + 1,
                     p->max_processes, p->phase, p->label, elapsed, left);
}

static struct cg_protocol protocol_of(const struct audit_options *options)
{
    struct cg_protocol protocol = cg_protocol_default(false);
    protocol.max_processes = options->processes;
    protocol.budget_s = options->budget_s;
    protocol.precision = options->precision;
    return protocol;
}

/* Leaves only the breaches whose block or guideline matches. */
static enum cg_status filter_places(const char *filter, struct cg_audit *audit, struct cg_error *err)
{
    regex_t regex;
    char reason[128];
    const int bad = regcomp(&regex, filter, REG_EXTENDED | REG_NOSUB);
    if (bad) {
        regerror(bad, &regex, reason, sizeof reason);
        return cg_fail(err, CG_INVALID, "--filter '%s' is not a regular expression: %s", filter, reason);
    }
    struct cg_audit all = *audit, kept = {.has_blocks = audit->has_blocks};
    kept.breaches = calloc((size_t)all.n_breaches + 1, sizeof *kept.breaches);
    if (!kept.breaches) {
        regfree(&regex);
        return cg_fail(err, CG_NO_MEMORY, "no memory to filter the places");
    }
    int left = 0;
    for (int i = 0; i < all.n_breaches; i++) {
        const struct cg_breach breach = all.breaches[i];
        if (regexec(&regex, breach.block, 0, NULL, 0) == 0 ||
            regexec(&regex, cg_guideline_name(breach.guideline), 0, NULL, 0) == 0)
            kept.breaches[kept.n_breaches++] = breach;
        else
            all.breaches[left++] = breach;
    }
    regfree(&regex);
    const int n_all = all.n_breaches;
    all.n_breaches = left;
    cg_audit_release(&all);
    *audit = kept;
    return kept.n_breaches > 0 || n_all == 0
               ? CG_OK
               : cg_fail(
                     err, CG_INVALID,
                     "--filter '%s' matches no block and no guideline that is broken; --dry-run lists them",
                     filter);
}

static void expect(struct audit_state *state)
{
    const struct cg_protocol protocol = protocol_of(&state->options);
    const int n = state->jobs.n_jobs;
    state->key = cg_jobs_hash(cg_protocol_hash(CG_HASH_START, &protocol), state->jobs.jobs, n);
    state->expected = cg_expected_time(&state->device, state->key, cg_protocol_allows_s(&protocol, n));
}

static enum cg_status measure(struct audit_state *state, struct cg_measurement *measurement,
                              struct cg_audit_costs *costs, struct cg_error *err)
{
    const struct cg_protocol protocol = protocol_of(&state->options);
    const enum cg_status status =
        cg_noise_floors_ensure(state->session, state->cpus[0], &state->line, &state->device, err);
    if (status != CG_OK)
        return status;
    const enum cg_status measured =
        cg_measure(state->session, (struct cg_job_group){state->jobs.jobs, state->jobs.n_jobs, -1}, &protocol,
                   measurement, err);
    if (measured == CG_OK)
        cg_expected_time_keep(&state->device, state->key, measurement->elapsed_s);
    else if (measured != CG_INTERRUPTED)
        return measured;
    const enum cg_status formed = cg_audit_costs_make(&state->audit, &state->jobs, measurement,
                                                      state->device.record.noise_paired, costs, err);
    return formed == CG_OK ? measured : formed;
}

static enum cg_status measure_and_print(struct audit_state *state, enum cg_format format,
                                        struct cg_error *err)
{
    struct cg_measurement measurement = {0};
    struct cg_audit_costs costs = {0};
    struct cg_error measure_err = {0};
    struct cg_audit_view view = {.network = state->network,
                                 .cpu_model = state->device.record.cpu_model,
                                 .job = &state->job,
                                 .audit = &state->audit,
                                 .jobs = &state->jobs,
                                 .expected = state->expected};
    enum cg_status status = CG_OK;
    if (!state->options.dry_run && state->audit.n_breaches > 0) {
        status = measure(state, &measurement, &costs, &measure_err);
        cg_progress_clear(&state->line);
        view.costs = &costs;
        view.measurement = &measurement;
    }
    if (status == CG_OK || (status == CG_INTERRUPTED && costs.processes > 0)) {
        const enum cg_status printed = cg_audit_print(&view, format, err);
        status = printed == CG_OK ? status : printed;
    }
    if (status == CG_INTERRUPTED)
        cg_fail(err, CG_INTERRUPTED,
                costs.processes > 0 ? "interrupted; the figures are of what was measured until then"
                                    : "interrupted before anything was measured");
    else if (status != CG_OK && measure_err.text[0])
        *err = measure_err;
    cg_audit_costs_release(&costs);
    cg_measurement_free(&measurement);
    return status;
}

static enum cg_status prepare(struct audit_state *state, const char *ref, struct cg_error *err)
{
    const struct audit_options *o = &state->options;
    struct cg_setting setting;
    enum cg_status status = cg_setting_arg(&o->words, &state->device.topology, &setting, &state->cpus, err);
    if (status != CG_OK)
        return status;
    state->network = cg_network_arg(ref, o->words.batch, err);
    if (!state->network)
        return err->status;
    setting.batch = state->network->graph->nodes[state->network->graph->input].shape.n;
    state->job = (struct cg_job){.label = state->network->name,
                                 .setting = setting,
                                 .graph = state->network->graph,
                                 .weights = state->network->weights};
    if (status == CG_OK)
        status = cg_audit_find(state->network->graph, &state->audit, err);
    if (status == CG_OK && o->filter)
        status = filter_places(o->filter, &state->audit, err);
    if (status == CG_OK)
        status = cg_audit_jobs_make(&state->audit, &state->job, &state->jobs, err);
    return status;
}

static enum cg_status start_session(struct audit_state *state, struct cg_error *err)
{
    const struct cg_session_options options = {.progress = state->line.terminal ? show_progress : NULL,
                                               .progress_context = state,
                                               .interrupted = &cg_interrupted};
    return cg_session_create(&options, &state->session, err);
}

static enum cg_status audit(struct audit_state *state, const char *ref, enum cg_format format,
                            struct cg_error *err)
{
    enum cg_status status = cg_device_read(NULL, &state->device, err);
    if (status == CG_OK)
        status = prepare(state, ref, err);
    if (status != CG_OK || state->audit.n_breaches == 0)
        return status == CG_OK ? measure_and_print(state, format, err) : status;
    expect(state);
    if (!state->options.dry_run)
        status = cg_refuse_emulated(&state->device,
                                    "'convgauge audit --dry-run' lists what the network breaks", err);
    if (status != CG_OK)
        return status;
    cg_cores_say(&state->device.topology, state->options.words.cores);
    cg_catch_interrupts();
    status = start_session(state, err);
    return status == CG_OK ? measure_and_print(state, format, err) : status;
}

enum cg_status cg_command_audit(int argc, char **argv, struct cg_error *err)
{
    struct audit_state state = {.line = cg_progress_start(), .expected = {.seconds = NAN}};
    struct audit_options *o = &state.options;
    *o = (struct audit_options){
        .words = CG_SETTING_WORDS_DEFAULT, .processes = 5, .budget_s = 60, .precision = 0.01};
    struct cg_words words = {1, 1};
    const struct cg_option options[] = {
        CG_SETTING_ROWS(&o->words, 0),
        {"filter", 'f', CG_OPTION_STRING, "REGEX", "only places whose block or guideline matches", &o->filter,
         0, 0},
        {"processes", 0, CG_OPTION_INT, "N", "processes, each a new draw of address layout (5)",
         &o->processes, 1, 64},
        {"precision", 'p', CG_OPTION_PERCENT, "P", "stop when every time's interval is within +-P (1%)",
         &o->precision, 0.0005, 0.5},
        {"budget", 0, CG_OPTION_REAL, "SECONDS", "stop after about this time (60)", &o->budget_s, 1, 1e7},
        {"dry-run", 'n', CG_OPTION_FLAG, NULL,
         "list what the network breaks and the expected time, time nothing", &o->dry_run},
        CG_FORMAT_ROWS(&o->format),
    };
    enum cg_status status = cg_options_parse(argc, argv, CG_ROWS(options), &words, err);
    if (status != CG_OK || words.first < 0)
        return status;
    status = audit(&state, argv[words.first], o->format, err);
    cg_progress_clear(&state.line);
    cg_session_destroy(&state.session);
    cg_audit_jobs_release(&state.jobs);
    cg_audit_release(&state.audit);
    cg_network_destroy(&state.network);
    cg_device_destroy(&state.device);
    free(state.cpus);
    return status;
}
