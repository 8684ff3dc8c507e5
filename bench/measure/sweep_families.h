/* The tables that make up the sweep; readers use bench/measure/sweep.h. */
#ifndef CONVGAUGE_BENCH_MEASURE_SWEEP_FAMILIES_H
#define CONVGAUGE_BENCH_MEASURE_SWEEP_FAMILIES_H

#include "bench/measure/sweep.h"

/* Each ended by a row whose name is NULL: nodes by themselves, and graphs of several. */
extern const struct cg_sweep_family cg_sweep_layers[];
extern const struct cg_sweep_family cg_sweep_units[];

#endif
