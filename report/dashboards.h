/* Results in the forms that dashboards of benchmarks read, as JSON. One benchmark for each record that was
 * timed; its name is the case and the whole setting, so that it stays the same whatever else a file holds. */
#ifndef CONVGAUGE_REPORT_DASHBOARDS_H
#define CONVGAUGE_REPORT_DASHBOARDS_H

#include "base/names.h"
#include "bench/record/record.h"

#include <stdio.h>

/* google-benchmark: what Google Benchmark writes with --benchmark_format=json (google/benchmark,
 * src/json_reporter.cc):
 *     {"context", "benchmarks"}; one entry of run_type "iteration" for each process, which is a repetition,
 * so that the U test of its tools/compare.py has what it needs, and the aggregates "median" and "stddev" over
 * them. Nanoseconds; cpu_time repeats real_time, since times are taken by the clock alone.
 * github-action-benchmark: the list that this action reads as customSmallerIsBetter (benchmark-action/
 *     github-action-benchmark, src/extract.ts, BenchmarkResult): name, unit (ms), value, range ("+- half the
 * interval's width", the sign as one character), extra. bencher: Bencher Metric Format
 * (https://bencher.dev/bmf.json): latency in nanoseconds and throughput in images a second, each with value,
 * lower_value and upper_value, the ends of the 95 % interval. */
#define CG_DASHBOARDS(X)                                                                                     \
    X(CG_GOOGLE_BENCHMARK, "google-benchmark")                                                               \
    X(CG_GITHUB_ACTION_BENCHMARK, "github-action-benchmark")                                                 \
    X(CG_BENCHER, "bencher")

CG_ENUM(cg_dashboard, CG_DASHBOARDS, CG_DASHBOARD_COUNT)
CG_NAMES_DECLARE(cg_dashboard)

/* Prints `results` so. CG_INVALID where nothing was timed, CG_NO_MEMORY, CG_IO. */
enum cg_status cg_dashboard_print(const struct cg_results *results, enum cg_dashboard form, FILE *out,
                                  struct cg_error *err);

#endif
