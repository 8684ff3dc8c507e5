/* What a file holds that is not read: kept while reading goes on, so that one sentence tells it all. */
#ifndef CONVGAUGE_BASE_REFUSALS_H
#define CONVGAUGE_BASE_REFUSALS_H

#include "base/error.h"

#define CG_REFUSALS_MAX 12

/* Zero-initialise. */
struct cg_refusals {
    struct cg_refusal {
        char reason[200];
        char names[120]; /* the first few that share it */
        int count;
    } list[CG_REFUSALS_MAX];
    int n, n_further; /* reasons kept, and refusals whose reason was not */
};

/* Keeps that `name`, of a kind, is refused for that reason ("": the kind says all). */
void cg_refusals_add(struct cg_refusals *refusals, const char *kind, const char *reason, const char *name);

/* Fails with CG_UNSUPPORTED and all that was kept: "`what` that are not read: ...". */
enum cg_status cg_refusals_fail(const struct cg_refusals *refusals, const char *what, struct cg_error *err);

#endif
