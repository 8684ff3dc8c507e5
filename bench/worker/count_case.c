#include "bench/worker/bench_case.h"

#include <math.h>

/* Long beside the microseconds that starting and stopping cost, and beside the steps of energy counters. */
#define PASS_NS  50000000
#define RUNS_MAX 100000
#define COLD_MAX 8 /* evicting takes its time */

static enum cg_status count_pass(struct cg_bench_case *bench_case, struct cg_counter_set *set, int pass,
                                 int runs, double *values, struct cg_error *err)
{
    int64_t ns;
    cg_bench_case_evict(bench_case);
    enum cg_status status = cg_counters_start(set, pass, err);
    if (status != CG_OK)
        return status;
    status = cg_bench_case_time(bench_case, runs, &ns, err);
    const enum cg_status stopped = cg_counters_stop(set, values, status == CG_OK ? err : NULL);
    return status == CG_OK ? stopped : status;
}

enum cg_status cg_count_case(struct cg_bench_case *bench_case, struct cg_counter_set *set, double *values,
                             struct cg_error *err)
{
    const bool hot = bench_case->job.setting.cache == CG_CACHE_HOT;
    const int n = cg_counters_count(set);
    const double wanted = fmin(fmax(ceil(PASS_NS / fmax(bench_case->run_ns, 1)), 1), RUNS_MAX);
    const int runs = hot ? (int)wanted : 1, repeats = hot ? 1 : (int)fmin(wanted, COLD_MAX);
    double once[CG_COUNTERS_MAX];
    int64_t ns;
    if (bench_case->job.setting.cache == CG_CACHE_REPLAY)
        return cg_fail(err, CG_UNSUPPORTED, "a single layer is not counted apart from its predecessors");
    enum cg_status status = cg_bench_case_bind(bench_case, err);
    if (status == CG_OK)
        status = cg_bench_case_time(bench_case, 1, &ns, err); /* as before a sample: the case's own state */
    for (int i = 0; i < n; i++)
        values[i] = 0;
    for (int repeat = 0; repeat < repeats; repeat++) {
        for (int i = 0; i < n; i++)
            once[i] = NAN;
        for (int pass = 0; pass < cg_counters_passes(set) && status == CG_OK; pass++)
            status = count_pass(bench_case, set, pass, runs, once, err);
        for (int i = 0; i < n; i++)
            values[i] += once[i] / ((double)runs * repeats);
    }
    return status;
}
