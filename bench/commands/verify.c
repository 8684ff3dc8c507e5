#include "bench/commands/engine_arg.h"
#include "bench/commands/network_arg.h"
#include "bench/commands/options.h"
#include "bench/commands/verify_tally.h"
#include "bench/graph/cost.h"
#include "bench/device/timer.h"
#include "bench/measure/expected_file.h"
#include "bench/measure/sweep.h"
#include "bench/measure/verification.h"
#include "bench/onnx/tensor.h"

#include <errno.h>
#include <math.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* --expect: relative L2 error of a whole output against a given one. */
#define GIVEN_LIMIT 1e-4

/* --quick: a network of more multiply-adds than this is taken at a small input instead. */
#define QUICK_MADDS 1000000000
#define QUICK_SIZE  "@64"

#define EXPECTED_NAME "expected.bin"

#define MOST_VARIANTS 512

/* Everything that a run of the command holds. */
struct verify {
    /* options */
    struct cg_list engines, isas, fusions;
    struct cg_ints threads;
    const char *input, *expect, *save_expected, *given_expected, *filter;
    bool quick, json;
    int limit_s;
    /* state */
    struct cg_variant variants[MOST_VARIANTS];
    int n_variants;
    regex_t regex; /* of filter */
    bool has_regex;
    struct cg_expected_writer *writer;
    struct cg_expected_file *file;
    struct cg_tally tally;
    bool terminal;
    const struct cg_subject *subjects; /* being verified */
    int n_subjects;
};

/* ---- progress ---- */

static void clear_line(const struct verify *v)
{
    if (v->terminal)
        fprintf(stderr, "\r\033[K");
}

static void show(const struct verify *v, const char *kind, const char *what)
{
    if (v->terminal)
        fprintf(stderr, "\r\033[K%.40s: %.70s", kind, what);
}

static void progress(int subject, int variant, void *context)
{
    const struct verify *v = context;
    char text[128], line[160];
    cg_variant_text(&v->variants[variant], text, sizeof text);
    snprintf(line, sizeof line, "%d of %d, %.110s", subject + 1, v->n_subjects, text);
    show(v, v->subjects[subject].kind, line);
}

/* ---- variants ---- */

static enum cg_status parse_engines(const struct verify *v, const struct cg_engine **engines, int *n,
                                    struct cg_error *err)
{
    *n = 0;
    for (int i = 0; v->engines.n == 0 && cg_engines[i]; i++) {
        struct cg_engine_info info = {0};
        if (strcmp(cg_engines[i]->name, "reference") == 0)
            continue; /* what the others are compared with */
        cg_engines[i]->probe(&info);
        if (info.available)
            engines[(*n)++] = cg_engines[i];
        else
            fprintf(stderr, "convgauge: engine %s is left out: %s\n", cg_engines[i]->name, info.why_not);
    }
    for (int i = 0; i < v->engines.n; i++) {
        const struct cg_engine *engine = cg_engine_arg(v->engines.words[i], err);
        if (!engine)
            return err->status;
        engines[(*n)++] = engine;
    }
    return *n > 0 ? CG_OK : cg_fail(err, CG_UNAVAILABLE, "there is no engine to verify in this build");
}

static enum cg_status parse_isas(const struct verify *v, enum cg_isa *isas, int *n, struct cg_error *err)
{
    *n = 0;
    for (int i = 0; v->isas.n == 0 && i < CG_ISA_COUNT; i++)
        if (cg_isa_available((enum cg_isa)i))
            isas[(*n)++] = (enum cg_isa)i;
    for (int i = 0; i < v->isas.n; i++) {
        const int isa = cg_isa_from_name(v->isas.words[i]);
        if (isa < 0)
            return cg_fail(err, CG_INVALID, "unknown instruction set '%s'", v->isas.words[i]);
        if (!cg_isa_available((enum cg_isa)isa))
            return cg_fail(err, CG_UNAVAILABLE, "this processor has no %s", v->isas.words[i]);
        isas[(*n)++] = (enum cg_isa)isa;
    }
    return CG_OK;
}

static enum cg_status parse_fusions(const struct verify *v, enum cg_fusion *fusions, int *n,
                                    struct cg_error *err)
{
    *n = 0;
    for (int i = 0; v->fusions.n == 0 && i < CG_FUSION_COUNT; i++)
        fusions[(*n)++] = (enum cg_fusion)(CG_FUSION_COUNT - 1 - i); /* full first */
    for (int i = 0; i < v->fusions.n; i++) {
        const int fusion = cg_fusion_from_name(v->fusions.words[i]);
        if (fusion < 0)
            return cg_fail(err, CG_INVALID, "unknown fusion '%s'; there are %s", v->fusions.words[i],
                           cg_fusion_names());
        fusions[(*n)++] = (enum cg_fusion)fusion;
    }
    return CG_OK;
}

static enum cg_status make_variants(struct verify *v, struct cg_error *err)
{
    const struct cg_engine *engines[CG_LIST_MAX];
    enum cg_isa isas[CG_LIST_MAX];
    enum cg_fusion fusions[CG_LIST_MAX];
    int n_engines, n_isas, n_fusions;
    enum cg_status status = parse_engines(v, engines, &n_engines, err);
    if (status == CG_OK)
        status = parse_isas(v, isas, &n_isas, err);
    if (status == CG_OK)
        status = parse_fusions(v, fusions, &n_fusions, err);
    if (status != CG_OK)
        return status;
    if (v->threads.n == 0)
        v->threads = (struct cg_ints){.n = 2, .values = {1, 2}};
    for (int e = 0; e < n_engines; e++)
        for (int i = n_isas - 1; i >= 0; i--) /* the best first */
            for (int t = 0; t < v->threads.n; t++)
                for (int f = 0; f < n_fusions; f++) {
                    if (v->fusions.n == 0 && fusions[f] == CG_FUSION_LAYERS && !engines[e]->joins_layers)
                        continue; /* the same plans as full */
                    if (v->n_variants == MOST_VARIANTS)
                        return cg_fail(err, CG_INVALID, "more than %d ways to run a graph", MOST_VARIANTS);
                    v->variants[v->n_variants++] =
                        (struct cg_variant){engines[e], isas[i], v->threads.values[t], fusions[f]};
                }
    return CG_OK;
}

/* ---- expected outputs ---- */

static enum cg_status find_expected(struct verify *v, struct cg_subject *subject, struct cg_error *err)
{
    enum cg_status status;
    const uint64_t key =
        v->file || v->writer ? cg_expected_key(subject->graph, subject->weights, subject->input) : 0;
    if (v->file) {
        const struct cg_shape shape = subject->graph->nodes[subject->graph->output].shape;
        status = cg_expected_file_find(v->file, key, shape, &subject->expected, err);
    } else {
        status = cg_expected_create(subject->graph, subject->weights, subject->input, NULL, 0,
                                    &subject->expected, err);
    }
    if (status == CG_OK && v->writer)
        status = cg_expected_writer_add(v->writer, key, subject->expected, err);
    return status == CG_OK ? CG_OK : cg_context(err, "%s", subject->name);
}

static enum cg_status expected_path(const char *directory, char *path, size_t size, struct cg_error *err)
{
    const int length = snprintf(path, size, "%s/%s", directory, EXPECTED_NAME);
    if (length < 0 || (size_t)length >= size)
        return cg_fail(err, CG_INVALID, "the path of the expected outputs is too long");
    return CG_OK;
}

static enum cg_status open_expected(struct verify *v, struct cg_error *err)
{
    char path[4096];
    enum cg_status status = CG_OK;
    if (v->given_expected) {
        status = expected_path(v->given_expected, path, sizeof path, err);
        if (status == CG_OK)
            status = cg_expected_file_open(path, &v->file, err);
    }
    if (status == CG_OK && v->save_expected) {
        status = expected_path(v->save_expected, path, sizeof path, err);
        if (status == CG_OK && mkdir(v->save_expected, 0777) != 0 && errno != EEXIST)
            status =
                cg_fail(err, CG_INVALID, "cannot make the folder %s: %s", v->save_expected, strerror(errno));
        if (status == CG_OK)
            status = cg_expected_writer_open(path, &v->writer, err);
    }
    return status;
}

/* ---- running ---- */

/* Networks are run in every way on the best instruction set, and in the first way on the others: kernels are
 * compared at every shape by the sweep, and plain C is slow. */
static bool worth_a_network(const struct verify *v, int i)
{
    const struct cg_variant *variant = &v->variants[i], *first = variant;
    for (int k = i; k >= 0 && v->variants[k].engine == variant->engine; k--)
        first = &v->variants[k];
    return variant->isa == first->isa ||
           (variant->threads == first->threads && variant->fusion == first->fusion);
}

static enum cg_status verify_subjects(struct verify *v, const struct cg_subject *subjects, int n,
                                      const struct cg_variant *variants, int n_variants, struct cg_error *err)
{
    struct cg_verdict *verdicts = calloc((size_t)n * (size_t)n_variants, sizeof *verdicts);
    if (!verdicts)
        return cg_fail(err, CG_NO_MEMORY, "no memory for the results of %d cases", n * n_variants);
    v->subjects = subjects;
    v->n_subjects = n;
    enum cg_status status = cg_verify_all(subjects, n, variants, n_variants, v->limit_s,
                                          v->terminal ? progress : NULL, v, verdicts, err);
    for (int i = 0; status == CG_OK && i < n * n_variants; i++)
        status =
            cg_tally_add(&v->tally, &subjects[i / n_variants], &variants[i % n_variants], &verdicts[i], err);
    free(verdicts);
    return status;
}

/* Whole variants that an engine refuses (an instruction set that it cannot be held to, a number of threads)
 * are found on a graph that every engine runs; they are named once and left out. */
static enum cg_status drop_refused(struct verify *v, struct cg_error *err)
{
    struct cg_verdict verdicts[MOST_VARIANTS];
    struct cg_subject subject;
    const struct cg_sweep_family *family = cg_sweep_family(0);
    struct cg_graph *graph = family->make(0, err);
    if (!graph)
        return err->status;
    enum cg_status status = cg_subject_create(graph, NULL, &subject, err);
    if (status != CG_OK)
        return status;
    status =
        cg_expected_create(subject.graph, subject.weights, subject.input, NULL, 0, &subject.expected, err);
    if (status == CG_OK)
        status =
            cg_verify_all(&subject, 1, v->variants, v->n_variants, v->limit_s, NULL, NULL, verdicts, err);
    int kept = 0;
    for (int i = 0; status == CG_OK && i < v->n_variants; i++) {
        if (verdicts[i].status != CG_UNSUPPORTED && verdicts[i].status != CG_UNAVAILABLE) {
            v->variants[kept++] = v->variants[i];
            continue;
        }
        if (i > 0 && strcmp(verdicts[i].reason, verdicts[i - 1].reason) == 0)
            continue; /* the same for every number of threads and fusion */
        fprintf(stderr, "convgauge: engine %s is left out at %s: %s\n", v->variants[i].engine->name,
                cg_isa_name(v->variants[i].isa), verdicts[i].reason);
    }
    cg_subject_free(&subject);
    if (status != CG_OK)
        return status;
    v->n_variants = kept;
    return kept > 0 ? CG_OK
                    : cg_fail(err, CG_UNSUPPORTED, "no engine runs with these instruction sets and threads");
}

static bool wanted(const struct verify *v, const char *name)
{
    return !v->has_regex || regexec(&v->regex, name, 0, NULL, 0) == 0;
}

static enum cg_status verify_family(struct verify *v, const struct cg_sweep_family *family,
                                    struct cg_error *err)
{
    struct cg_subject *subjects = calloc((size_t)family->n_cases, sizeof *subjects);
    if (!subjects)
        return cg_fail(err, CG_NO_MEMORY, "no memory for the sweep");
    enum cg_status status = CG_OK;
    for (int i = 0; status == CG_OK && i < family->n_cases; i++) {
        struct cg_graph *graph = family->make(i, err);
        status = graph ? cg_subject_create(graph, NULL, &subjects[i], err) : err->status;
        if (status != CG_OK)
            break;
        char text[100];
        cg_sweep_describe(subjects[i].graph, text, sizeof text);
        snprintf(subjects[i].kind, sizeof subjects[i].kind, "%s", family->name);
        snprintf(subjects[i].name, sizeof subjects[i].name, "%.20s %d: %.99s", family->name, i, text);
        subjects[i].thorough = true;
        show(v, family->name, "reference");
        status = find_expected(v, &subjects[i], err);
    }
    if (status == CG_OK)
        status = verify_subjects(v, subjects, family->n_cases, v->variants, v->n_variants, err);
    for (int i = 0; i < family->n_cases; i++)
        cg_subject_free(&subjects[i]);
    free(subjects);
    return status;
}

static enum cg_status verify_sweep(struct verify *v, struct cg_error *err)
{
    enum cg_status status = CG_OK;
    const struct cg_sweep_family *family;
    for (int i = 0; status == CG_OK && (family = cg_sweep_family(i)); i++)
        if (wanted(v, family->name))
            status = verify_family(v, family, err);
    return status;
}

static enum cg_status load_subject(const char *ref, bool quick, struct cg_subject *subject,
                                   struct cg_error *err)
{
    struct cg_network *network = cg_network_arg(ref, 1, err);
    if (network && quick && cg_graph_cost(network->graph).madds > QUICK_MADDS) {
        char small[256];
        snprintf(small, sizeof small, "%.200s" QUICK_SIZE, ref);
        cg_network_destroy(&network);
        network = cg_network_arg(small, 1, err);
    }
    if (!network)
        return err->status;
    struct cg_graph *graph = network->graph;
    struct cg_weights *weights = network->weights;
    network->graph = NULL;
    network->weights = NULL;
    const enum cg_status status = cg_subject_create(graph, weights, subject, err);
    snprintf(subject->name, sizeof subject->name, "%s", network->name);
    snprintf(subject->kind, sizeof subject->kind, "network: %.50s", network->family);
    cg_network_destroy(&network);
    return status;
}

static enum cg_status verify_network(struct verify *v, const char *ref, bool all_variants,
                                     struct cg_error *err)
{
    struct cg_variant variants[MOST_VARIANTS];
    struct cg_subject subject;
    int n = 0;
    for (int i = 0; i < v->n_variants; i++)
        if (all_variants || worth_a_network(v, i))
            variants[n++] = v->variants[i];
    show(v, ref, "reference");
    enum cg_status status = load_subject(ref, v->quick, &subject, err);
    if (status != CG_OK)
        return status;
    status = find_expected(v, &subject, err);
    if (status == CG_OK)
        status = verify_subjects(v, &subject, 1, variants, n, err);
    cg_subject_free(&subject);
    return status;
}

/* Multiply-adds of each listed network, counted: published figures need not lie beside the program. */
static enum cg_status count_networks(const struct cg_config *config, const struct cg_network_row *rows, int n,
                                     double *madds, struct cg_error *err)
{
    for (int i = 0; i < n; i++) {
        struct cg_network *network = cg_config_load_network(config, rows[i].name, NULL, err);
        if (!network)
            return err->status;
        madds[i] = (double)cg_graph_cost(network->graph).madds;
        cg_network_destroy(&network);
    }
    return CG_OK;
}

/* Whether row i is the cheapest of its family, the first of equals. */
static bool is_smallest(const struct cg_network_row *rows, const double *madds, int n, int i)
{
    for (int k = 0; k < n; k++)
        if (strcmp(rows[k].family, rows[i].family) == 0 &&
            (madds[k] < madds[i] || (k < i && !(madds[i] < madds[k]))))
            return false;
    return true;
}

static enum cg_status verify_networks(struct verify *v, struct cg_error *err)
{
    struct cg_config *config = cg_config_open(err);
    struct cg_network_row *rows = NULL;
    double *madds = NULL;
    int n = 0;
    if (!config)
        return err->status;
    enum cg_status status = cg_config_list_networks(config, &rows, &n, err);
    if (status == CG_OK && v->quick) {
        madds = calloc((size_t)n + 1, sizeof *madds);
        status = madds ? count_networks(config, rows, n, madds, err)
                       : cg_fail(err, CG_NO_MEMORY, "no memory to list the networks");
    }
    for (int i = 0; status == CG_OK && i < n; i++)
        if ((!v->quick || is_smallest(rows, madds, n, i)) && wanted(v, rows[i].name))
            status = verify_network(v, rows[i].name, false, err);
    free(madds);
    free(rows);
    cg_config_close(&config);
    return status;
}

/* ---- given tensors ---- */

static enum cg_status read_tensor(const char *path, struct cg_shape shape, float *nhwc, struct cg_error *err)
{
    struct cg_tensor tensor = {0};
    enum cg_status status = cg_npy_read(path, &tensor, err);
    if (status == CG_OK)
        status = cg_tensor_to_nhwc(&tensor, shape, nhwc, err);
    cg_tensor_free(&tensor);
    return status == CG_OK ? CG_OK : cg_context(err, "%s", path);
}

static enum cg_status verify_given(struct verify *v, const char *ref, struct cg_error *err)
{
    struct cg_subject subject;
    enum cg_status status = load_subject(ref, v->quick, &subject, err);
    if (status != CG_OK)
        return status;
    const struct cg_graph *graph = subject.graph;
    const struct cg_shape out = graph->nodes[graph->output].shape;
    subject.error_limit = GIVEN_LIMIT;
    subject.expected = cg_expected_alloc(out, (int64_t)out.n * out.h * out.w);
    if (!subject.expected)
        status = cg_fail(err, CG_NO_MEMORY, "no memory for an expected output");
    if (status == CG_OK) {
        cg_expected_all_positions(subject.expected);
        status = read_tensor(v->input, graph->nodes[graph->input].shape, subject.input, err);
    }
    if (status == CG_OK)
        status = read_tensor(v->expect, out, subject.expected->values, err);
    if (status == CG_OK)
        status = verify_subjects(v, &subject, 1, v->variants, v->n_variants, err);
    cg_subject_free(&subject);
    return status;
}

/* ---- the command ---- */

static enum cg_status check_options(const struct verify *v, int n_networks, struct cg_error *err)
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

static enum cg_status compile_filter(struct verify *v, struct cg_error *err)
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

static enum cg_status run(struct verify *v, char **networks, int n_networks, struct cg_error *err)
{
    enum cg_status status = check_options(v, n_networks, err);
    if (status == CG_OK)
        status = compile_filter(v, err);
    if (status == CG_OK)
        status = make_variants(v, err);
    if (status == CG_OK)
        status = open_expected(v, err);
    if (status == CG_OK)
        status = drop_refused(v, err);
    if (status == CG_OK && v->input)
        return verify_given(v, networks[0], err);
    for (int i = 0; status == CG_OK && i < n_networks; i++)
        status = verify_network(v, networks[i], true, err);
    if (status == CG_OK && n_networks == 0)
        status = verify_sweep(v, err);
    if (status == CG_OK && n_networks == 0)
        status = verify_networks(v, err);
    if (status == CG_OK && v->tally.n_rows == 0)
        status = cg_fail(err, CG_INVALID, "--filter '%s' matches no case", v->filter ? v->filter : "");
    return status;
}

static enum cg_status conclude(const struct verify *v, double seconds, struct cg_error *err)
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
    struct verify *v = calloc(1, sizeof *v);
    if (!v)
        return cg_fail(err, CG_NO_MEMORY, "no memory");
    v->limit_s = 120;
    bool done;
    int first;
    char fusion_help[64];
    snprintf(fusion_help, sizeof fusion_help, "%s (all)", cg_fusion_names());
    const struct cg_option options[] = {
        {"engine", 'e', CG_OPTION_LIST, "E,...", "engines (all that are available, but reference)",
         &v->engines, 0, 0, 0},
        {"isa", 0, CG_OPTION_LIST, "ISA,...", "instruction sets (all that the processor has)", &v->isas, 0, 0,
         0},
        {"threads", 't', CG_OPTION_INTS, "N,...", "threads (1,2)", &v->threads, 1, 1024, 0},
        {"fusion", 0, CG_OPTION_LIST, "F,...", fusion_help, &v->fusions, 0, 0, 0},
        {"quick", 'q', CG_OPTION_FLAG, NULL,
         "the sweep of shapes and the smallest variant of each family\n(at 64x64 pixels if it is large)",
         &v->quick, 0, 0, 0},
        {"filter", 0, CG_OPTION_STRING, "REGEX", "kinds of the sweep and networks whose name matches",
         &v->filter, 0, 0, 0},
        {"input", 0, CG_OPTION_STRING, "X.npy", "an input for NET (n, c, h, w; f32)", &v->input, 0, 0, 0},
        {"expect", 0, CG_OPTION_STRING, "Y.npy",
         "the output that belongs to it: relative L2 error at most 1e-4", &v->expect, 0, 0, 0},
        {"save-expected", 0, CG_OPTION_STRING, "DIR", "keep the reference's outputs in DIR",
         &v->save_expected, 0, 0, 0},
        {"expected", 0, CG_OPTION_STRING, "DIR",
         "take the reference's outputs from DIR instead of computing them", &v->given_expected, 0, 0, 0},
        {"limit", 0, CG_OPTION_INT, "S", "a case hangs after S seconds (120)", &v->limit_s, 1, 86400, 0},
        {"json", 0, CG_OPTION_FLAG, NULL, "JSON instead of text", &v->json, 0, 0, 0},
    };
    const int64_t start = cg_now_ns();
    enum cg_status status = cg_options_parse("verify", options, (int)(sizeof options / sizeof options[0]),
                                             argc, argv, 0, -1, &first, &done, err);
    if (status == CG_OK && !done) {
        v->terminal = isatty(STDERR_FILENO);
        status = run(v, argv + first, argc - first, err);
        clear_line(v);
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
