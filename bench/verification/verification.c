#include "bench/verification/verification.h"

#include "bench/config/config.h"
#include "bench/graph/cost.h"
#include "bench/onnx/network_arg.h"
#include "bench/onnx/tensor.h"
#include "bench/verification/verify_all.h"
#include "bench/verification/sweep.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Relative L2 error of a whole output against a given one. */
#define GIVEN_LIMIT 1e-4

/* Quick: a network of more multiply-adds than this is taken at a small input instead. */
#define QUICK_MADDS 1000000000
#define QUICK_SIZE  "@64"

static void show(const struct cg_verification *v, const char *kind, const char *what)
{
    if (v->show)
        v->show(kind, what, v->context);
}

static bool is_wanted(const struct cg_verification *v, const char *name)
{
    return !v->wanted || v->wanted(name, v->context);
}

/* ---- running ---- */

/* What progress tells of. */
struct shown {
    const struct cg_verification *v;
    const struct cg_verify_cases *cases;
};

static void show_case(int subject, int variant, void *context)
{
    const struct shown *shown = context;
    char text[128], line[160];
    cg_variant_text(&shown->cases->variants[variant], text, sizeof text);
    snprintf(line, sizeof line, "%d of %d, %.110s", subject + 1, shown->cases->n_subjects, text);
    show(shown->v, shown->cases->subjects[subject].kind, line);
}

static enum cg_status run_variants(struct cg_verification *v, const struct cg_verify_cases *asked,
                                   struct cg_error *err)
{
    struct cg_verify_cases cases = *asked;
    struct shown shown = {v, &cases};
    const int n_variants = cases.n_variants, n = cases.n_subjects * n_variants;
    cases.limit_s = v->limit_s;
    cases.progress = v->show ? show_case : NULL;
    cases.context = &shown;
    struct cg_verdict *verdicts = calloc((size_t)n, sizeof *verdicts);
    if (!verdicts)
        return cg_fail(err, CG_NO_MEMORY, "no memory for the results of %d cases", n);
    enum cg_status status = cg_verify_all(&cases, verdicts, err);
    for (int i = 0; status == CG_OK && i < n; i++)
        status = cg_tally_add(&v->tally, &cases.subjects[i / n_variants], &cases.variants[i % n_variants],
                              &verdicts[i], err);
    free(verdicts);
    return status;
}

enum cg_status cg_verification_run(struct cg_verification *v, const struct cg_subject *subjects, int n,
                                   struct cg_error *err)
{
    return run_variants(v, &(struct cg_verify_cases){subjects, n, v->variants, v->n_variants}, err);
}

/* Finds what the reference makes of the subject, or what the given file has of it. */
static enum cg_status find_expected(struct cg_verification *v, struct cg_subject *subject,
                                    struct cg_error *err)
{
    enum cg_status status = CG_OK;
    const bool given = v->given.bytes != NULL, kept = v->kept.stream != NULL;
    const struct cg_shape shape = subject->graph->nodes[subject->graph->output].shape;
    const uint64_t key =
        given || kept ? cg_expected_key(subject->graph, subject->weights, subject->input) : 0;
    if (given)
        status = cg_expected_file_find(&v->given, key, shape, &subject->expected, err);
    else if (!(subject->expected =
                   cg_expected_create(subject->graph, subject->weights, subject->input, NULL, 0, err)))
        status = err->status;
    if (status == CG_OK && kept)
        status = cg_expected_file_add(&v->kept, key, subject->expected, err);
    return status == CG_OK ? CG_OK : cg_context(err, "%s", subject->name);
}

/* ---- the sweep ---- */

static enum cg_status make_case(struct cg_verification *v, const struct cg_sweep *sweep,
                                const struct cg_sweep_family *family, int i, struct cg_subject *subject,
                                struct cg_error *err)
{
    char text[100];
    struct cg_graph *graph = cg_sweep_make(sweep, family, i, err);
    const enum cg_status status = graph ? cg_subject_create(graph, NULL, subject, err) : err->status;
    if (status != CG_OK)
        return status;
    cg_sweep_describe(subject->graph, text, sizeof text);
    snprintf(subject->kind, sizeof subject->kind, "%s", family->name);
    snprintf(subject->name, sizeof subject->name, "%.20s %d: %.99s", family->name, i, text);
    subject->thorough = true;
    return find_expected(v, subject, err);
}

static enum cg_status verify_family(struct cg_verification *v, const struct cg_sweep *sweep,
                                    const struct cg_sweep_family *family, struct cg_error *err)
{
    struct cg_subject *subjects = calloc((size_t)family->n_cases, sizeof *subjects);
    enum cg_status status = subjects ? CG_OK : cg_fail(err, CG_NO_MEMORY, "no memory for the sweep");
    show(v, family->name, "reference");
    for (int i = 0; status == CG_OK && i < family->n_cases; i++)
        status = make_case(v, sweep, family, i, &subjects[i], err);
    if (status == CG_OK)
        status = cg_verification_run(v, subjects, family->n_cases, err);
    for (int i = 0; subjects && i < family->n_cases; i++)
        cg_subject_free(&subjects[i]);
    free(subjects);
    return status;
}

enum cg_status cg_verification_sweep(struct cg_verification *v, struct cg_error *err)
{
    struct cg_sweep sweep = {0};
    enum cg_status status = cg_sweep_open(&sweep, err);
    for (int i = 0; status == CG_OK && i < sweep.n_families; i++)
        if (is_wanted(v, sweep.families[i].name))
            status = verify_family(v, &sweep, &sweep.families[i], err);
    cg_sweep_close(&sweep);
    return status;
}

enum cg_status cg_verification_drop_refused(struct cg_verification *v, cg_left_out_tell tell,
                                            struct cg_error *err)
{
    struct cg_verdict verdicts[CG_VARIANTS_MAX];
    struct cg_subject subject = {0};
    struct cg_verification quiet = {.n_variants = 0};
    const struct cg_verify_cases cases = {&subject, 1, v->variants, v->n_variants, .limit_s = v->limit_s};
    struct cg_sweep sweep = {0};
    enum cg_status status = cg_sweep_open(&sweep, err);
    if (status == CG_OK)
        status = make_case(&quiet, &sweep, &sweep.families[0], 0, &subject, err);
    cg_sweep_close(&sweep);
    if (status == CG_OK)
        status = cg_verify_all(&cases, verdicts, err);
    cg_subject_free(&subject);
    if (status != CG_OK)
        return status;
    cg_left_out(v->variants, verdicts, v->n_variants, tell);
    int kept = 0;
    for (int i = 0; i < v->n_variants; i++)
        if (!cg_verdict_is_refusal(&verdicts[i]))
            v->variants[kept++] = v->variants[i];
    v->n_variants = kept;
    return kept > 0 ? CG_OK
                    : cg_fail(err, CG_UNSUPPORTED, "no engine runs with these instruction sets and threads");
}

/* ---- whole networks ---- */

static enum cg_status load_subject(const char *ref, bool quick, struct cg_subject *subject,
                                   struct cg_error *err)
{
    struct cg_network *network = cg_network_arg(ref, 0, err);
    if (network && quick && cg_graph_cost(network->graph).madds > QUICK_MADDS) {
        char small[256];
        snprintf(small, sizeof small, "%.200s" QUICK_SIZE, ref);
        cg_network_destroy(&network);
        network = cg_network_arg(small, 0, err);
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

static enum cg_status verify_network(struct cg_verification *v, const char *ref,
                                     const struct cg_variant *variants, int n_variants, struct cg_error *err)
{
    struct cg_subject subject = {0};
    show(v, ref, "reference");
    enum cg_status status = load_subject(ref, v->quick, &subject, err);
    if (status == CG_OK)
        status = find_expected(v, &subject, err);
    if (status == CG_OK)
        status = run_variants(v, &(struct cg_verify_cases){&subject, 1, variants, n_variants}, err);
    cg_subject_free(&subject);
    return status;
}

enum cg_status cg_verification_network(struct cg_verification *v, const char *ref, struct cg_error *err)
{
    return verify_network(v, ref, v->variants, v->n_variants, err);
}

/* Those in which each of many networks is run. */
static int variants_for_many(const struct cg_verification *v, struct cg_variant *variants)
{
    int n = 0;
    const struct cg_variant *first = v->variants; /* of the engine */
    for (int i = 0; i < v->n_variants; i++) {
        first = v->variants[i].engine == first->engine ? first : &v->variants[i];
        struct cg_setting on_first = v->variants[i].setting;
        const bool best = on_first.isa == first->setting.isa;
        on_first.isa = first->setting.isa;
        if (best || cg_setting_equal(&on_first, &first->setting))
            variants[n++] = v->variants[i];
    }
    return n;
}

/* Multiply-adds of each listed network, counted: published figures need not lie beside the program. */
static enum cg_status count_networks(const struct cg_config *config, const struct cg_network *rows, int n,
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
static bool is_smallest(const struct cg_network *rows, const double *madds, int n, int i)
{
    for (int k = 0; k < n; k++)
        if (strcmp(rows[k].family, rows[i].family) == 0 &&
            (madds[k] < madds[i] || (k < i && !(madds[i] < madds[k]))))
            return false;
    return true;
}

enum cg_status cg_verification_networks(struct cg_verification *v, struct cg_error *err)
{
    struct cg_variant variants[CG_VARIANTS_MAX];
    struct cg_config *config = cg_config_open(err);
    struct cg_network *rows = NULL;
    double *madds = NULL;
    int n = 0;
    if (!config)
        return err->status;
    const int n_variants = variants_for_many(v, variants);
    enum cg_status status = cg_config_list_networks(config, &rows, &n, err);
    if (status == CG_OK && v->quick) {
        madds = calloc((size_t)n + 1, sizeof *madds);
        status = madds ? count_networks(config, rows, n, madds, err)
                       : cg_fail(err, CG_NO_MEMORY, "no memory to list the networks");
    }
    for (int i = 0; status == CG_OK && i < n; i++)
        if ((!v->quick || is_smallest(rows, madds, n, i)) && is_wanted(v, rows[i].name))
            status = verify_network(v, rows[i].name, variants, n_variants, err);
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
    if (status == CG_OK && cg_tensor_to_nhwc(&tensor, shape, nhwc, err) != CG_OK)
        status = cg_context(err, "%s", path);
    cg_tensor_free(&tensor);
    return status;
}

enum cg_status cg_verification_load_given(const struct cg_verification *v, const char *ref, const char *input,
                                          const char *expect, struct cg_subject *subject,
                                          struct cg_error *err)
{
    enum cg_status status = load_subject(ref, v->quick, subject, err);
    if (status != CG_OK)
        return status;
    const struct cg_graph *graph = subject->graph;
    const struct cg_shape out = graph->nodes[graph->output].shape;
    subject->error_limit = GIVEN_LIMIT;
    subject->expected = cg_expected_alloc(out, (int64_t)out.n * out.h * out.w);
    if (!subject->expected)
        return cg_fail(err, CG_NO_MEMORY, "no memory for an expected output");
    cg_expected_all_positions(subject->expected);
    status = read_tensor(input, graph->nodes[graph->input].shape, subject->input, err);
    return status == CG_OK ? read_tensor(expect, out, subject->expected->values, err) : status;
}
