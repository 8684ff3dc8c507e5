/* The tables that make up the sweep; readers use bench/verification/sweep.h. */
#ifndef CONVGAUGE_BENCH_VERIFICATION_SWEEP_FAMILIES_H
#define CONVGAUGE_BENCH_VERIFICATION_SWEEP_FAMILIES_H

#include "bench/graph/graph.h"

/* Cases of one kind, and what makes them. */
struct cg_sweep_family {
    const char *name; /* "conv 1x1", "depthwise", "unit: NASNet", ... */
    int n_cases;
    struct cg_graph *(*make)(int i, struct cg_error *err); /* case i, the caller's; NULL with `err` set */
};

/* Each ended by a row whose name is NULL: nodes by themselves, and graphs of several. */
extern const struct cg_sweep_family cg_sweep_layers[];
extern const struct cg_sweep_family cg_sweep_units[];

#endif
