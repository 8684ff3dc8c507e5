#include "bench/commands/verify_state.h"
#include "bench/device/timer.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static enum cg_status check_options(const struct cg_verify *v, int n_networks, struct cg_error *err)
{
    if ((v->input != NULL) != (v->expect != NULL))
        return cg_fail(err, CG_INVALID, "--input and --expect belong together");
    if (v->input && n_networks != 1)
        return cg_fail(err, CG_INVALID, "--input and --expect are for one network, not %d", n_networks);
    if (v->input && (v->save_expected || v->given_expected))
        return cg_fail(err, CG_INVALID, "--expect already gives the expected output");
    if (n_networks > 0 && (v->quick || v->filter))
        return cg_fail(err, CG_INVALID,
                       "--quick and --filter choose among all cases; a network is already named");
    return CG_OK;
}

static enum cg_status compile_filter(struct cg_verify *v, struct cg_error *err)
{
    if (!v->filter)
        return CG_OK;
    const int code = regcomp(&v->regex, v->filter, REG_EXTENDED | REG_NOSUB);
    if (code != 0) {
        char text[128];
        regerror(code, &v->regex, text, sizeof text);
        return cg_fail(err, CG_INVALID, "--filter '%s' is not a regular expression: %s", v->filter, text);
    }
    v->has_regex = true;
    return CG_OK;
}

/* What is wrong with the input is told before anything is run. */
static enum cg_status run(struct cg_verify *v, char **networks, int n_networks, struct cg_error *err)
{
    struct cg_subject given = {0};
    enum cg_status status = check_options(v, n_networks, err);
    if (status == CG_OK)
        status = compile_filter(v, err);
    if (status == CG_OK)
        status = v->input ? cg_verify_load_given(v, networks[0], &given, err)
                          : cg_verify_check_networks(networks, n_networks, err);
    if (status == CG_OK)
        status = cg_verify_make_variants(v, err);
    if (status == CG_OK)
        status = cg_verify_open_expected(v, err);
    if (status == CG_OK)
        status = cg_verify_drop_refused(v, err);
    if (status == CG_OK && v->input)
        status = cg_verify_subjects(v, &given, 1, v->variants, v->n_variants, err);
    for (int i = 0; status == CG_OK && !v->input && i < n_networks; i++)
        status = cg_verify_network(v, networks[i], true, err);
    if (status == CG_OK && n_networks == 0)
        status = cg_verify_sweep(v, err);
    if (status == CG_OK && n_networks == 0)
        status = cg_verify_networks(v, err);
    if (status == CG_OK && v->tally.n_rows == 0)
        status = cg_fail(err, CG_INVALID, "--filter '%s' matches no case", v->filter ? v->filter : "");
    cg_subject_free(&given);
    return status;
}

static enum cg_status conclude(const struct cg_verify *v, double seconds, struct cg_error *err)
{
    int cases = 0, refused = 0;
    for (int i = 0; i < v->tally.n_rows; i++) {
        cases += v->tally.rows[i].cases;
        refused += v->tally.rows[i].refused;
    }
    const int broken = cg_tally_broken(&v->tally);
    if (v->json) {
        json_t *json = cg_tally_json(&v->tally, v->variants, v->n_variants);
        const int failed = !json || json_dumpf(json, stdout, JSON_INDENT(2)) != 0;
        json_decref(json);
        putchar('\n');
        if (failed)
            return cg_fail(err, CG_IO, "cannot write the output as JSON");
    } else {
        cg_tally_print(&v->tally, v->variants, v->n_variants);
        printf("%d of %d cases held, %d refused, %d broken (%.0f s)\n", cases - refused - broken, cases,
               refused, broken, seconds);
    }
    if (broken > 0)
        return cg_fail(err, CG_CHECK_FAILED, "%d of %d cases did not hold", broken, cases);
    if (cases == refused)
        return cg_fail(err, CG_CHECK_FAILED, "every case was refused: nothing was verified");
    return CG_OK;
}

enum cg_status cg_command_verify(int argc, char **argv, struct cg_error *err)
{
    struct cg_verify *v = calloc(1, sizeof *v);
    if (!v)
        return cg_fail(err, CG_NO_MEMORY, "no memory");
    v->limit_s = 120;
    struct cg_words words = {0, -1};
    const struct cg_option options[] = {
        {"engine", 'e', CG_OPTION_LIST, "E,...", "engines (all that are available, but reference)",
         &v->engines},
        {"isa", 0, CG_OPTION_LIST, "ISA,...", "instruction sets (all that the processor has)", &v->isas},
        {"threads", 't', CG_OPTION_INTS, "N,...", "threads (1,2)", &v->threads, 1, 1024, 0},
        {"fusion", 0, CG_OPTION_LIST, "F,...", CG_FUSION_WORDS " (all)", &v->fusions},
        {"quick", 'q', CG_OPTION_FLAG, NULL,
         "the sweep of shapes and the smallest variant of each family\n(at 64x64 pixels if it is large)",
         &v->quick},
        {"filter", 0, CG_OPTION_STRING, "REGEX", "kinds of the sweep and networks whose name matches",
         &v->filter},
        {"input", 0, CG_OPTION_STRING, "X.npy", "an input for NET (n, c, h, w; f32)", &v->input},
        {"expect", 0, CG_OPTION_STRING, "Y.npy",
         "the output that belongs to it: relative L2 error at most 1e-4", &v->expect},
        {"save-expected", 0, CG_OPTION_STRING, "DIR", "keep the reference's outputs in DIR",
         &v->save_expected},
        {"expected", 0, CG_OPTION_STRING, "DIR",
         "take the reference's outputs from DIR instead of computing them", &v->given_expected},
        {"limit", 0, CG_OPTION_INT, "S", "a case hangs after S seconds (120)", &v->limit_s, 1, 86400, 0},
        {"json", 0, CG_OPTION_FLAG, NULL, "JSON instead of text", &v->json},
    };
    const int64_t start = cg_now_ns();
    enum cg_status status = cg_options_parse(argc, argv, CG_ROWS(options), &words, err);
    if (status == CG_OK && words.first >= 0) {
        v->terminal = isatty(STDERR_FILENO);
        status = run(v, argv + words.first, argc - words.first, err);
        cg_verify_clear_line(v);
        const bool complete = status == CG_OK;
        if (cg_expected_writer_close(&v->writer, complete, complete ? err : NULL) != CG_OK && complete)
            status = err->status;
        if (status == CG_OK)
            status = conclude(v, 1e-9 * (double)(cg_now_ns() - start), err);
        cg_expected_file_close(&v->file);
        if (v->has_regex)
            regfree(&v->regex);
        cg_tally_free(&v->tally);
    }
    free(v);
    return status;
}
