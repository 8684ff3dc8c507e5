/* The tables that make up the sweep; readers use bench/verification/sweep.h. */
#ifndef CONVGAUGE_BENCH_VERIFICATION_SWEEP_FAMILIES_H
#define CONVGAUGE_BENCH_VERIFICATION_SWEEP_FAMILIES_H

#include "bench/verification/sweep.h"

/* Each ended by a row whose name is NULL: nodes by themselves, and graphs of several. */
extern const struct cg_sweep_family cg_sweep_layers[];
extern const struct cg_sweep_family cg_sweep_units[];

#endif
