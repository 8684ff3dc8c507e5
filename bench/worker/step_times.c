#include "bench/worker/bench_case.h"

#include "bench/device/timer.h"

#include <stdlib.h>

static void put_step(struct cg_wire *out, const struct cg_step *step)
{
    cg_wire_put_i32(out, (int32_t)step->category);
    cg_wire_put_text(out, step->implementation);
    cg_wire_put_bytes(out, step->nodes, (size_t)step->n_nodes * sizeof *step->nodes);
}

enum cg_status cg_step_times(struct cg_bench_case *bench_case, int pairs, struct cg_wire *out,
                             struct cg_error *err)
{
    const struct cg_engine *engine = bench_case->engine;
    const int n_steps = engine->n_steps(bench_case->plan);
    int64_t *step_ns = calloc((size_t)n_steps + 1, sizeof *step_ns);
    if (!step_ns || !cg_wire_reserve(out, (size_t)pairs * (size_t)(n_steps + 1) * sizeof(int64_t) + 65536)) {
        free(step_ns);
        return cg_fail(err, CG_NO_MEMORY, "no memory for the times of %d steps", n_steps);
    }
    cg_wire_put_i32(out, n_steps);
    for (int i = 0; i < n_steps; i++) {
        struct cg_step step;
        engine->step(bench_case->plan, i, &step);
        put_step(out, &step);
    }
    struct cg_timer timer = {0};
    cg_timer_measure(NULL, &timer);
    cg_wire_put_f64(out, timer.overhead_ns);

    enum cg_status status = cg_bench_case_bind(bench_case, err);
    for (int pair = 0; pair < pairs && status == CG_OK; pair++) {
        int64_t whole_ns = 0;
        if (pair % 2 == 0)
            status = cg_bench_case_time(bench_case, 1, &whole_ns, err);
        if (status == CG_OK)
            status = engine->run_timed(bench_case->plan, step_ns, err);
        if (pair % 2 == 1 && status == CG_OK)
            status = cg_bench_case_time(bench_case, 1, &whole_ns, err);
        cg_wire_put_i64(out, whole_ns);
        for (int i = 0; i < n_steps; i++)
            cg_wire_put_i64(out, step_ns[i]);
    }
    free(step_ns);
    return status;
}
