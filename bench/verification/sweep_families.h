/* The tables that make up the sweep; readers use bench/verification/sweep.h. */
#ifndef CONVGAUGE_BENCH_VERIFICATION_SWEEP_FAMILIES_H
#define CONVGAUGE_BENCH_VERIFICATION_SWEEP_FAMILIES_H

#include "bench/verification/graph_build.h"

/* Cases of one kind, and what makes them. */
struct cg_sweep_family {
    const char *name; /* "conv 1x1", "depthwise", "unit: NASNet", ... */
    int n_cases;
    void (*add)(struct cg_build *build, int i); /* the nodes of case i */
};

/* Each ended by a row whose name is NULL: nodes by themselves, and graphs of several. */
extern const struct cg_sweep_family cg_sweep_layers[];
extern const struct cg_sweep_family cg_sweep_units[];

#endif
