/* Counts events of one case in passes of their own, apart from every timed run. */
#ifndef CONVGAUGE_BENCH_WORKER_COUNT_CASE_H
#define CONVGAUGE_BENCH_WORKER_COUNT_CASE_H

#include "bench/device/counters.h"
#include "bench/worker/bench_case.h"

/* Fills values[] (cg_counters_count() entries, of one run; NAN what cannot be counted). A warmed-up case,
 * hot or cold. Hot: the mean of runs in a row; cold: the caches are evicted before each run, uncounted. */
enum cg_status cg_count_case(struct cg_bench_case *bench_case, struct cg_counter_set *set, double *values,
                             struct cg_error *err);

#endif
