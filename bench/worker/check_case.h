/* The check before the timing: a worker's plan against `reference`. */
#ifndef CONVGAUGE_BENCH_WORKER_CHECK_CASE_H
#define CONVGAUGE_BENCH_WORKER_CHECK_CASE_H

#include "bench/worker/bench_case.h"

/* Runs the plan once on the case's input and compares it with the reference values handed in (`reference`,
 * `size`: from an earlier check of the same graph, weights and input; size 0: computed now). Puts the error
 * (f64) and the reference values (bytes) into `out`. CG_CHECK_FAILED says where it differs. */
enum cg_status cg_check_case(struct cg_bench_case *bench_case, const void *reference, size_t size,
                             struct cg_wire *out, struct cg_error *err);

#endif
