/* The cases of `convgauge verify`: the sweep of shapes and whole networks, each under many variants. */
#ifndef CONVGAUGE_BENCH_VERIFICATION_VERIFICATION_H
#define CONVGAUGE_BENCH_VERIFICATION_VERIFICATION_H

#include "bench/verification/expected_file.h"
#include "bench/verification/left_out.h"
#include "bench/verification/tally.h"

#define CG_VARIANTS_MAX 512

/* A verification: what is asked of it, and what has been found. Zero-initialise. */
struct cg_verification {
    struct cg_variant variants[CG_VARIANTS_MAX];
    int n_variants;
    bool quick;  /* only the smallest variant of each family of networks, at a small input if it is large */
    int limit_s; /* a case that takes longer hangs */
    bool (*wanted)(const char *name, void *context);                 /* of families and networks; NULL: all */
    void (*show)(const char *kind, const char *what, void *context); /* NULL, or what is being done */
    void *context;
    struct cg_expected_file given; /* expected outputs come from there, if it is open */
    struct cg_new_file kept;       /* and go to here, if it is open */
    struct cg_tally tally;
};

/* Whole variants that an engine refuses (an instruction set that it cannot be held to, a number of threads)
 * are found on a graph that every engine runs, told and left out. CG_UNSUPPORTED when none is left. */
enum cg_status cg_verification_drop_refused(struct cg_verification *v, cg_left_out_tell tell,
                                            struct cg_error *err);

/* The sweep of shapes, in all variants. */
enum cg_status cg_verification_sweep(struct cg_verification *v, struct cg_error *err);

/* A network (name, .lua or .onnx) in all variants. */
enum cg_status cg_verification_network(struct cg_verification *v, const char *ref, struct cg_error *err);

/* All listed networks, or, if quick, the smallest of each family: in every way on an engine's first
 * instruction set, and in the first way on the others. Kernels are compared at every shape by the sweep, and
 * plain C is slow. */
enum cg_status cg_verification_networks(struct cg_verification *v, struct cg_error *err);

/* A network with an input and the output that belongs to it from .npy files: the relative L2 error may be
 * 1e-4. */
enum cg_status cg_verification_load_given(const struct cg_verification *v, const char *ref, const char *input,
                                          const char *expect, struct cg_subject *subject,
                                          struct cg_error *err);

/* The subjects in all variants; their verdicts are counted. */
enum cg_status cg_verification_run(struct cg_verification *v, const struct cg_subject *subjects, int n,
                                   struct cg_error *err);

#endif
