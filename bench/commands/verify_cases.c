#include "bench/commands/verify_state.h"
#include "bench/verification/sweep.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define EXPECTED_NAME "expected.bin"

void cg_verify_clear_line(const struct cg_verify *v)
{
    if (v->terminal)
        fprintf(stderr, "\r\033[K");
}

void cg_verify_show(const struct cg_verify *v, const char *kind, const char *what)
{
    if (v->terminal)
        fprintf(stderr, "\r\033[K%.40s: %.70s", kind, what);
}

static void progress(int subject, int variant, void *context)
{
    const struct cg_verify *v = context;
    char text[128], line[160];
    cg_variant_text(&v->variants[variant], text, sizeof text);
    snprintf(line, sizeof line, "%d of %d, %.110s", subject + 1, v->n_subjects, text);
    cg_verify_show(v, v->subjects[subject].kind, line);
}

/* ---- expected outputs ---- */

enum cg_status cg_verify_find_expected(struct cg_verify *v, struct cg_subject *subject, struct cg_error *err)
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

enum cg_status cg_verify_open_expected(struct cg_verify *v, struct cg_error *err)
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

enum cg_status cg_verify_subjects(struct cg_verify *v, const struct cg_subject *subjects, int n,
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

bool cg_verify_wanted(const struct cg_verify *v, const char *name)
{
    return !v->has_regex || regexec(&v->regex, name, 0, NULL, 0) == 0;
}

static enum cg_status verify_family(struct cg_verify *v, const struct cg_sweep_family *family,
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
        cg_verify_show(v, family->name, "reference");
        status = cg_verify_find_expected(v, &subjects[i], err);
    }
    if (status == CG_OK)
        status = cg_verify_subjects(v, subjects, family->n_cases, v->variants, v->n_variants, err);
    for (int i = 0; i < family->n_cases; i++)
        cg_subject_free(&subjects[i]);
    free(subjects);
    return status;
}

enum cg_status cg_verify_sweep(struct cg_verify *v, struct cg_error *err)
{
    enum cg_status status = CG_OK;
    const struct cg_sweep_family *family;
    for (int i = 0; status == CG_OK && (family = cg_sweep_family(i)); i++)
        if (cg_verify_wanted(v, family->name))
            status = verify_family(v, family, err);
    return status;
}
