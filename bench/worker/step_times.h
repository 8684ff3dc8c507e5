/* Per-step times of a plan, in a worker. */
#ifndef CONVGAUGE_BENCH_WORKER_STEP_TIMES_H
#define CONVGAUGE_BENCH_WORKER_STEP_TIMES_H

#include "bench/worker/bench_case.h"

/* Alternates whole runs and runs with a clock after every step, `pairs` times (which of the two comes first
 * alternates too), so that the sum of the steps and the end-to-end time see the same machine. Puts into
 * `out`: steps; for each its category, implementation and nodes; the clock's overhead in ns; then for each
 * pair the end-to-end ns and every step's ns, overhead not yet removed. */
enum cg_status cg_step_times(struct cg_bench_case *bench_case, int pairs, struct cg_wire *out,
                             struct cg_error *err);

#endif
