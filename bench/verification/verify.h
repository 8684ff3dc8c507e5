/* An engine held against the reference on a whole output: a subject (a graph with what it should compute)
 * under a variant (an engine with its options). */
#ifndef CONVGAUGE_BENCH_VERIFICATION_VERIFY_H
#define CONVGAUGE_BENCH_VERIFICATION_VERIFY_H

#include "bench/verification/checker.h"
#include "kernels/engine.h"

/* A graph with one input and the output that belongs to it. */
struct cg_subject {
    char name[192]; /* "depthwise 17: conv 3x3 ...", "mobilenet_v2:1.0" */
    char kind[64];  /* the row that it counts in: a family of the sweep, "networks" */
    struct cg_graph *graph;
    struct cg_weights *weights;
    float *input; /* dense NHWC */
    struct cg_expected *expected;
    double error_limit; /* 0: every value within its tolerance; else only the relative L2 error counts */
    bool thorough; /* run on NaN first, so that what is left over in memory shows (sweep); networks are only
                      run */
};

/* Makes a subject of a graph, which it takes (also on failure): seeded weights unless `weights` are given
 * (taken as well) and a seeded input. `expected` is left NULL. */
enum cg_status cg_subject_create(struct cg_graph *graph, struct cg_weights *weights,
                                 struct cg_subject *subject, struct cg_error *err);
void cg_subject_free(struct cg_subject *subject);

/* One way of running a graph. */
struct cg_variant {
    const struct cg_engine *engine;
    struct cg_setting setting; /* its engine's name is not looked at: tests verify engines of their own */
};

/* Options that variants of an engine differ in: bits of enum cg_setting_field. */
#define CG_VERIFIED_OPTIONS (~(unsigned)(CG_FIELD_ENGINE | CG_FIELD_CACHE | CG_FIELD_BATCH))

/* "native (2 threads, avx2, fusion full)" */
void cg_variant_text(const struct cg_variant *variant, char *text, size_t size);

/* What one variant made of one subject. */
struct cg_verdict {
    enum cg_status status; /* CG_OK: held. CG_CHECK_FAILED: wrong. CG_UNSUPPORTED, CG_UNAVAILABLE: refused,
                              not a pass. Else it failed: crashed, hung, out of memory */
    double error;          /* relative L2 error; NAN unless it ran and is finite */
    double worst;          /* largest difference in tolerances; NAN unless it ran */
    char reason[300];      /* a sentence unless CG_OK */
};

bool cg_verdict_is_refusal(const struct cg_verdict *verdict);

/* Runs `variant` on `subject` in this process and compares the whole output. Besides wrong values it finds
 * writes outside of the output that was asked for and into the input (guard bytes), and output that is never
 * written (it starts as NaN). */
void cg_verify(const struct cg_subject *subject, const struct cg_variant *variant,
               struct cg_verdict *verdict);

#endif
