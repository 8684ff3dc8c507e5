#include "bench/worker/bench_case.h"

#include "bench/device/state.h"
#include "bench/device/timer.h"

#include <stdlib.h>
#include <sys/resource.h>

/* The kernel tells stolen time in steps of 10 ms: runs are looked at in stretches at least as long. */
#define STRETCH_NS 10000000

static int switches_so_far(void)
{
    struct rusage usage;
    return getrusage(RUSAGE_SELF, &usage) == 0 ? (int)usage.ru_nivcsw : 0;
}

/* Runs that are timed one by one. */
struct timed_runs {
    struct cg_state_reader *reader;
    struct cg_state before; /* the stretch that goes on */
    int first;              /* run of it */
    int n, most;
    struct cg_latency_run *all;
};

/* What the hypervisor did in a stretch is said of all its runs. */
static void end_stretch(struct timed_runs *runs)
{
    struct cg_state now;
    cg_state_read(runs->reader, &now);
    for (; runs->first < runs->n; runs->first++)
        runs->all[runs->first].stolen = now.steal_ns > runs->before.steal_ns;
    runs->before = now;
}

static enum cg_status time_runs(struct cg_bench_case *bench_case, int64_t limit_ns, struct timed_runs *runs,
                                struct cg_error *err)
{
    enum cg_status status = CG_OK;
    cg_state_read(runs->reader, &runs->before);
    const int64_t end_ns = cg_now_ns() + limit_ns;
    while (status == CG_OK && runs->n < runs->most && (runs->n == 0 || cg_now_ns() < end_ns)) {
        struct cg_latency_run *run = &runs->all[runs->n];
        cg_bench_case_evict(bench_case);
        const int switches = switches_so_far();
        status = cg_bench_case_time(bench_case, 1, &run->ns, err);
        run->switches = switches_so_far() - switches;
        runs->n += status == CG_OK;
        if (cg_now_ns() - runs->before.time_ns >= STRETCH_NS)
            end_stretch(runs);
    }
    end_stretch(runs);
    return status;
}

enum cg_status cg_latency_case(struct cg_bench_case *bench_case, int runs, int64_t limit_ns,
                               struct cg_wire *out, struct cg_error *err)
{
    const struct cg_setting *setting = &bench_case->job.setting;
    const struct cg_state_options options = {.cpus = setting->cpus,
                                             .n_cpus = setting->cpus ? setting->threads : 0};
    if (setting->cache == CG_CACHE_REPLAY)
        return cg_fail(err, CG_UNSUPPORTED, "a single layer is not run apart from its predecessors");
    struct timed_runs timed = {.reader = cg_state_open(&options), .most = runs};
    timed.all = calloc((size_t)runs + 1, sizeof *timed.all);
    enum cg_status status = timed.all && timed.reader
                                ? cg_bench_case_bind(bench_case, err)
                                : cg_fail(err, CG_NO_MEMORY, "no memory for %d runs", runs);
    if (status == CG_OK)
        status = time_runs(bench_case, limit_ns, &timed, err);
    const int64_t peak = cg_peak_memory(), before = bench_case->memory_before;
    const struct cg_latency_head head = {.plan_ns = bench_case->plan_ns,
                                         .first_run_ns = bench_case->first_run_ns,
                                         .peak_memory_bytes = peak < 0 || before < 0 ? -1 : peak - before,
                                         .n = timed.n};
    cg_wire_put(out, &head, sizeof head);
    for (int i = 0; i < timed.n; i++)
        cg_wire_put(out, &timed.all[i], sizeof timed.all[i]);
    cg_state_close(&timed.reader);
    free(timed.all);
    return status;
}

enum cg_status cg_load_case(struct cg_bench_case *bench_case, int64_t from_ns, int64_t until_ns, double *runs,
                            int64_t *began_ns, struct cg_error *err)
{
    enum cg_status status = cg_bench_case_bind(bench_case, err);
    *runs = 0;
    *began_ns = cg_now_ns();
    for (int64_t start_ns = *began_ns, end_ns, ns; status == CG_OK && start_ns < until_ns;
         start_ns = end_ns) {
        status = cg_bench_case_time(bench_case, 1, &ns, err);
        end_ns = cg_now_ns();
        const int64_t inside_ns =
            (end_ns < until_ns ? end_ns : until_ns) - (start_ns > from_ns ? start_ns : from_ns);
        if (status == CG_OK && inside_ns > 0)
            *runs += (double)inside_ns / (double)(end_ns - start_ns);
    }
    return status;
}
