#include "bench/commands/command.h"
#include "bench/record/json.h"
#include "bench/commands/options.h"
#include "bench/commands/progress.h"
#include "bench/device/timer.h"
#include "bench/onnx/network_arg.h"
#include "bench/verification/verification.h"

#include "base/folder.h"
#include "base/text.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPECTED_NAME "expected.bin"

struct verify_options {
    struct cg_asked asked;
    struct cg_filter filter;
    const char *input, *expect, *save_expected, *given_expected;
    bool json;
};

struct verify_state {
    struct verify_options options;
    struct cg_verification verification;
    struct cg_progress_line line;
};

static bool is_wanted(const char *name, void *context)
{
    const struct verify_state *state = context;
    return cg_filter_matches(&state->options.filter, name);
}

static void show(const char *kind, const char *what, void *context)
{
    struct verify_state *state = context;
    cg_progress_show(&state->line, "%.40s: %.70s", kind, what);
}

/* ---- what is asked for ---- */

static enum cg_status check_options(const struct verify_options *o, bool quick, int n_networks,
                                    struct cg_error *err)
{
    if ((o->input != NULL) != (o->expect != NULL))
        return cg_fail(err, CG_INVALID, "--input and --expect belong together");
    if (o->input && n_networks != 1)
        return cg_fail(err, CG_INVALID, "--input and --expect are for one network, not %d", n_networks);
    if (o->input && (o->save_expected || o->given_expected))
        return cg_fail(err, CG_INVALID, "--expect already gives the expected output");
    if (n_networks > 0 && (quick || o->filter.text))
        return cg_fail(err, CG_INVALID,
                       "--quick and --filter choose among all cases; a network is already named");
    return CG_OK;
}

/* Whether each of the named networks can be loaded: told before anything is run. */
static enum cg_status check_networks(char **refs, int n, struct cg_error *err)
{
    for (int i = 0; i < n; i++) {
        struct cg_network *network = cg_network_arg(refs[i], 0, err);
        if (!network)
            return err->status;
        cg_network_destroy(&network);
    }
    return CG_OK;
}

static void ask(struct cg_asked *asked, enum cg_setting_place at, struct cg_setting_value value)
{
    asked->of[at].values[asked->of[at].n++] = value;
}

/* Those of which no library is there are told in one sentence. */
static void ask_for_all_engines(struct cg_asked *asked)
{
    char missing[128] = "";
    for (int i = 0; cg_engines[i]; i++) {
        struct cg_engine_info info = {0};
        if (strcmp(cg_engines[i]->name, "reference") == 0)
            continue;
        cg_engines[i]->probe(cg_engines[i], &info);
        if (info.available)
            ask(asked, CG_AT_ENGINE, (struct cg_setting_value){.text = cg_engines[i]->name});
        else if (info.missing)
            cg_append(missing, sizeof missing, "%s%s", missing[0] ? ", " : "", cg_engines[i]->name);
        else
            fprintf(stderr, "convgauge: engine %s is left out: %s\n", cg_engines[i]->name, info.why_not);
    }
    if (missing[0])
        fprintf(stderr, "convgauge: not installed: engines %s; 'bench/engines.sh NAME' gets one\n", missing);
}

/* Those that can run here, the highest value first. */
static void ask_for_all(struct cg_asked *asked, enum cg_setting_place at)
{
    for (int i = (int)cg_setting_options[at].names->n - 1; i >= 0; i--)
        if (at != CG_AT_ISA || cg_isa_available((enum cg_isa)i))
            ask(asked, at, (struct cg_setting_value){.number = i});
}

/* What was not named: all engines that are available but reference, which the others are compared with; all
 * instruction sets, the best first; 1 and 2 threads; all of every enum, full fusion first. Named instruction
 * sets are taken from the last to the first. */
static void fill_axes(struct cg_asked *asked)
{
    struct cg_asked_values *isas = &asked->of[CG_AT_ISA];
    for (int i = 0; i < isas->n / 2; i++) {
        const struct cg_setting_value other = isas->values[isas->n - 1 - i];
        isas->values[isas->n - 1 - i] = isas->values[i];
        isas->values[i] = other;
    }
    for (enum cg_setting_place at = 0; at < CG_SETTING_N; at++)
        if (asked->of[at].n == 0 && !(asked->without & 1u << at) &&
            cg_setting_options[at].type == CG_SETTING_NAME)
            ask_for_all(asked, at);
    for (int threads = 1, none = asked->of[CG_AT_THREADS].n == 0; none && threads <= 2; threads++)
        ask(asked, CG_AT_THREADS, (struct cg_setting_value){.number = threads});
    if (asked->of[CG_AT_ENGINE].n == 0)
        ask_for_all_engines(asked);
}

/* Every combination that the options ask for, engine by engine; engines that are not available are named and
 * left out. */
static enum cg_status make_variants(struct verify_options *o, struct cg_verification *v, struct cg_error *err)
{
    const bool all_fusions = o->asked.of[CG_AT_FUSION].n == 0;
    fill_axes(&o->asked);
    const struct cg_asked_values engines = o->asked.of[CG_AT_ENGINE];
    struct cg_asked one = o->asked;
    one.of[CG_AT_ENGINE].n = 1;
    for (int e = 0; e < engines.n; e++) {
        const struct cg_engine *engine = cg_engine_find(engines.values[e].text);
        one.of[CG_AT_ENGINE].values[0] = engines.values[e];
        for (int k = 0; k < cg_asked_count(&one); k++) {
            const struct cg_setting setting = cg_asked_setting(&one, k);
            if (all_fusions && setting.fusion == CG_FUSION_LAYERS && !engine->joins_layers)
                continue; /* the same plans as full */
            if (v->n_variants == CG_VARIANTS_MAX)
                return cg_fail(err, CG_INVALID, "more than %d ways to run a graph", CG_VARIANTS_MAX);
            v->variants[v->n_variants++] = (struct cg_variant){engine, setting};
        }
    }
    return engines.n > 0 ? CG_OK : cg_fail(err, CG_UNAVAILABLE, "there is no engine to verify in this build");
}

static void say_left_out(const char *engines, bool several, const char *where, const char *reason)
{
    fprintf(stderr, "convgauge: engine%s %s %s left out%s: %s\n", several ? "s" : "", engines,
            several ? "are" : "is", where, reason);
}

/* ---- expected outputs ---- */

static enum cg_status expected_path(const char *directory, char path[PATH_MAX], struct cg_error *err)
{
    const int length = snprintf(path, PATH_MAX, "%s/" EXPECTED_NAME, directory);
    return length < PATH_MAX ? CG_OK
                             : cg_fail(err, CG_INVALID, "the path of the expected outputs is too long");
}

/* Opens the files that --expected and --save-expected name; `given` is borrowed by the verification. */
static enum cg_status open_expected(const struct verify_options *o, struct cg_verification *v,
                                    char given[PATH_MAX], struct cg_error *err)
{
    char kept[PATH_MAX];
    enum cg_status status = o->given_expected ? expected_path(o->given_expected, given, err) : CG_OK;
    if (status == CG_OK && o->given_expected)
        status = cg_expected_file_open(given, &v->given, err);
    if (status != CG_OK || !o->save_expected)
        return status;
    status = expected_path(o->save_expected, kept, err);
    if (status == CG_OK && cg_folder_make(o->save_expected, 0777, err) != CG_OK)
        status = err->status = CG_INVALID;
    return status ?: cg_expected_file_begin(kept, &v->kept, err);
}

/* ---- the command ---- */

static enum cg_status run_cases(struct cg_verification *v, char **networks, int n_networks,
                                struct cg_error *err)
{
    enum cg_status status = CG_OK;
    if (n_networks == 0)
        return cg_verification_sweep(v, err) ?: cg_verification_networks(v, err);
    for (int i = 0; status == CG_OK && i < n_networks; i++)
        status = cg_verification_network(v, networks[i], err);
    return status;
}

/* What is wrong with the input is told before anything is run. */
static enum cg_status run(struct verify_state *state, char **networks, int n_networks, struct cg_error *err)
{
    struct verify_options *o = &state->options;
    struct cg_verification *v = &state->verification;
    struct cg_subject given = {0};
    char given_path[PATH_MAX];
    enum cg_status status = check_options(o, v->quick, n_networks, err);
    status = status
                 ?: o->input ? cg_verification_load_given(v, networks[0], o->input, o->expect, &given, err)
                             : check_networks(networks, n_networks, err);
    status = status ?: make_variants(o, v, err);
    status = status ?: open_expected(o, v, given_path, err);
    status = status ?: cg_verification_drop_refused(v, say_left_out, err);
    status = status
                 ?: o->input ? cg_verification_run(v, &given, 1, err)
                             : run_cases(v, networks, n_networks, err);
    if (status == CG_OK && v->tally.n_rows == 0)
        status =
            cg_fail(err, CG_INVALID, "--filter '%s' matches no case", o->filter.text ? o->filter.text : "");
    if (status == CG_OK && o->save_expected)
        status = cg_new_file_keep(&v->kept, false, err);
    cg_new_file_drop(&v->kept);
    cg_expected_file_close(&v->given);
    cg_subject_free(&given);
    return status;
}

static enum cg_status conclude(const struct verify_state *state, double seconds, struct cg_error *err)
{
    const struct cg_verification *v = &state->verification;
    const struct cg_tally_row all = cg_tally_total(&v->tally, NULL);
    const int broken = all.wrong + all.failed;
    if (state->options.json &&
        cg_json_print(cg_tally_json(&v->tally, v->variants, v->n_variants), stdout, err) != CG_OK)
        return err->status;
    if (!state->options.json) {
        cg_tally_print(&v->tally, v->variants, v->n_variants);
        printf("%d of %d cases held, %d refused, %d broken (%.0f s)\n", all.cases - all.refused - broken,
               all.cases, all.refused, broken, seconds);
    }
    if (broken > 0)
        return cg_fail(err, CG_CHECK_FAILED, "%d of %d cases did not hold", broken, all.cases);
    if (all.cases == all.refused)
        return cg_fail(err, CG_CHECK_FAILED, "every case was refused: nothing was verified");
    return CG_OK;
}

enum cg_status cg_command_verify(int argc, char **argv, struct cg_error *err)
{
    struct verify_state *state = calloc(1, sizeof *state);
    if (!state)
        return cg_fail(err, CG_NO_MEMORY, "no memory");
    struct verify_options *o = &state->options;
    struct cg_verification *v = &state->verification;
    v->limit_s = 120;
    o->asked.every = true;
    o->asked.without = ~CG_VERIFIED_OPTIONS & ~(unsigned)CG_FIELD_ENGINE;
    struct cg_words words = {0, -1};
    const struct cg_option options[] = {
        {.kind = CG_OPTION_SETTING, .target = &o->asked},
        {"quick", 'q', CG_OPTION_FLAG, NULL,
         "the sweep of shapes and the smallest variant of each family\n(at 64x64 pixels if it is large)",
         &v->quick},
        {"filter", 0, CG_OPTION_FILTER, "REGEX", "kinds of the sweep and networks whose name matches",
         &o->filter},
        {"input", 0, CG_OPTION_STRING, "X.npy", "an input for NET (n, c, h, w; f32)", &o->input},
        {"expect", 0, CG_OPTION_STRING, "Y.npy",
         "the output that belongs to it: relative L2 error at most 1e-4", &o->expect},
        {"save-expected", 0, CG_OPTION_STRING, "DIR", "keep the reference's outputs in DIR",
         &o->save_expected},
        {"expected", 0, CG_OPTION_STRING, "DIR",
         "take the reference's outputs from DIR instead of computing them", &o->given_expected},
        {"limit", 0, CG_OPTION_INT, "S",
         "a case hangs after S seconds; a pause of all processes does\nnot count (120)", &v->limit_s, 1,
         86400},
        {"json", 0, CG_OPTION_FLAG, NULL, "JSON instead of text", &o->json},
    };
    const int64_t start = cg_now_ns();
    enum cg_status status = cg_options_parse(argc, argv, CG_ROWS(options), &words, err);
    if (status == CG_OK && words.first >= 0) {
        state->line = cg_progress_start();
        v->wanted = is_wanted;
        v->show = state->line.terminal ? show : NULL;
        v->context = state;
        status = run(state, argv + words.first, argc - words.first, err);
        cg_progress_clear(&state->line);
        status = status ?: conclude(state, 1e-9 * (double)(cg_now_ns() - start), err);
        cg_tally_free(&v->tally);
    }
    cg_filter_free(&o->filter);
    free(state);
    return status;
}
