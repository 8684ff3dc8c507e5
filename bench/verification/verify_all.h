/* Verification in processes of its own, so that a crash or a hang costs one case. */
#ifndef CONVGAUGE_BENCH_VERIFICATION_VERIFY_ALL_H
#define CONVGAUGE_BENCH_VERIFICATION_VERIFY_ALL_H

#include "bench/verification/verify.h"

/* All variants on all subjects. */
struct cg_verify_cases {
    const struct cg_subject *subjects;
    int n_subjects;
    const struct cg_variant *variants;
    int n_variants;
    int limit_s; /* a case that takes longer counts as hung; a pause of all processes does not count */
    void (*progress)(int subject, int variant, void *context); /* NULL: none; called in this process */
    void *context;
};

/* verdicts[subject * n_variants + variant]. The cases of one engine at one instruction set run in a process
 * of their own; one that dies is replaced, and its case is CG_FAILED with the signal. Under a leak sanitizer
 * cases that lose memory are CG_FAILED, too. Fails only when processes cannot be made. */
enum cg_status cg_verify_all(const struct cg_verify_cases *cases, struct cg_verdict *verdicts,
                             struct cg_error *err);

#endif
