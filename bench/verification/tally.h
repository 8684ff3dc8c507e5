/* What `convgauge verify` counts and prints: one row for each engine and kind of case. */
#ifndef CONVGAUGE_BENCH_VERIFICATION_TALLY_H
#define CONVGAUGE_BENCH_VERIFICATION_TALLY_H

#include "bench/verification/verify.h"

#include <jansson.h>

/* Cases of one engine and one kind over all its variants. */
struct cg_tally_row {
    const struct cg_engine *engine;
    char kind[64];
    int cases, wrong, failed, refused;
    double error, worst; /* largest of the cases that ran; 0 while none has */
};

/* A reason why cases were refused, once for each engine and kind. */
struct cg_refusal {
    const struct cg_engine *engine;
    char kind[64];
    char reason[300];
    int cases;
};

struct cg_failure {
    struct cg_variant variant;
    char subject[192];
    struct cg_verdict verdict;
};

/* Zero-initialise it. */
struct cg_tally {
    int n_rows, n_refusals, n_failures;
    int rows_capacity, refusals_capacity, failures_capacity;
    struct cg_tally_row *rows;
    struct cg_refusal *refusals;
    struct cg_failure *failures; /* wrong or failed */
};

/* Counts one verdict. CG_NO_MEMORY when it cannot. */
enum cg_status cg_tally_add(struct cg_tally *tally, const struct cg_subject *subject,
                            const struct cg_variant *variant, const struct cg_verdict *verdict,
                            struct cg_error *err);
void cg_tally_free(struct cg_tally *tally);

/* The sums over all rows of `engine`, or over all (NULL); named "all". */
struct cg_tally_row cg_tally_total(const struct cg_tally *tally, const struct cg_engine *engine);

/* The tables on stdout: one an engine, then what was refused and why, then what is broken. */
void cg_tally_print(const struct cg_tally *tally, const struct cg_variant *variants, int n_variants);

/* {"engines": [{"engine", "version", "threads": [...] and the other options, "kinds": [{"kind",
 * "cases", "wrong", "failed", "refused", "max_error", "max_tolerances"}]}], "refused": [...], "broken":
 * [...], "held": bool}; the caller's. */
json_t *cg_tally_json(const struct cg_tally *tally, const struct cg_variant *variants, int n_variants);

#endif
