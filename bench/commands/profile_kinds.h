/* The time of a profile by kind of layer, and what bounds it. */
#ifndef CONVGAUGE_BENCH_COMMANDS_PROFILE_KINDS_H
#define CONVGAUGE_BENCH_COMMANDS_PROFILE_KINDS_H

#include "bench/scheduler/profile.h"
#include "report/format.h"

/* "conv+depthwise" of a step whose layers with multiply-adds are of several kinds; else `kind`. */
struct cg_phrase cg_kind_of_step(const struct cg_profile *profile, const struct cg_profile_row *row,
                                 const char *kind);

/* The steps of one kind, or of some that ran together: sums of their medians and bounds (NAN unknown; a step
 * without a bound adds none). */
struct cg_kind_row {
    struct cg_phrase name;
    int category; /* -1: several */
    double ns, peak_ns, bound_ns, lanes_ns;
};

#define CG_KIND_ROWS (1u << CG_CATEGORY_COUNT)

/* Each kind, and then what ran together. Returns how many rows. */
int cg_profile_kinds(const struct cg_profile *profile, struct cg_kind_row rows[CG_KIND_ROWS]);

/* All steps. */
struct cg_kind_row cg_profile_all(const struct cg_profile *profile);

#endif
