/* One job inside a worker: its plan, and how it is run for a sample. */
#ifndef CONVGAUGE_BENCH_WORKER_BENCH_CASE_H
#define CONVGAUGE_BENCH_WORKER_BENCH_CASE_H

#include "bench/device/counters.h"
#include "bench/worker/asleep.h"
#include "bench/worker/messages.h"
#include "bench/worker/warm_up.h"

struct cg_buffer {
    void *data;
    size_t bytes;
};

/* Allocated zeroed; its place is fixed from cg_get_job() on. */
struct cg_bench_case {
    const struct cg_engine *engine;
    struct cg_graph *graph;     /* as given by the job: fusion none is done by the engine layer */
    struct cg_weights *weights; /* freed by cg_bench_case_drop_weights() when the check is over */
    struct cg_plan *plan;
    uint64_t input_seed;
    struct cg_job_message job; /* once compiled, without its texts */

    struct cg_thread_watch others; /* threads that run the plan beside the caller's; none with one thread */

    struct cg_warm_up warm_up; /* what its runs so far tell, from the check's on */
    int64_t warm_up_ns;        /* that they took */
    int64_t window_ns;         /* that one of them is to last */
    double run_ns;             /* of one run, as far as known */
    int64_t plan_ns, first_run_ns;
    int64_t memory_before;     /* highest resident size, taken anew before the plan was made; -1 unknown */
    int iterations;            /* runs a sample */
    struct cg_buffer *buffers; /* cold: what is flushed */
    int n_buffers, buffers_capacity;
    bool no_memory;     /* for the list of buffers */
    int64_t *step_ns;   /* replay: room for the plan's steps */
    bool *step_counted; /* replay: steps of the layer itself */
    int n_steps;
};

/* Compiles bench_case->job. `smallest_sample_ns` is 1000 timer ticks. */
enum cg_status cg_bench_case_compile(struct cg_bench_case *bench_case,
                                     const struct cg_engine *(*find)(const char *name),
                                     int64_t smallest_sample_ns, struct cg_compiled *compiled,
                                     struct cg_error *err);
void cg_bench_case_drop_weights(struct cg_bench_case *bench_case);
void cg_bench_case_destroy(struct cg_bench_case **bench_case);

/* Puts the calling thread on the case's first cpu (leaves it where it is when the job named none). */
enum cg_status cg_bench_case_bind(const struct cg_bench_case *bench_case, struct cg_error *err);

/* One run, the check's: the first of the warm-up. */
enum cg_status cg_bench_case_run_first(struct cg_bench_case *bench_case, struct cg_error *err);

/* Runs until cg_warm_up_settled() or the cap is reached; fixes the iterations of a sample. With
 * `samples_follow` it may end before: the runs that are discarded before the first sample are then the rest
 * of it. */
enum cg_status cg_bench_case_warm_up(struct cg_bench_case *bench_case, bool samples_follow,
                                     struct cg_warmed *warmed, struct cg_error *err);

/* Hot samples last at least this long from now on; never shorter than before. */
void cg_bench_case_lengthen(struct cg_bench_case *bench_case, int64_t sample_min_ns);

/* Makes the caches cold for the case, where that is its state. */
void cg_bench_case_evict(struct cg_bench_case *bench_case);

/* The discarded run (before the first sample: as many as still belong to the warm-up), then the sample.
 * Allocates nothing. */
enum cg_status cg_bench_case_sample(struct cg_bench_case *bench_case, struct cg_round_sample *sample,
                                    struct cg_error *err);

/* `iterations` runs; *ns receives what they took together. */
enum cg_status cg_bench_case_time(struct cg_bench_case *bench_case, int iterations, int64_t *ns,
                                  struct cg_error *err);

/* ---- check_case, count_case, latency_case, step_times ---- */

/* Runs the plan once on the case's input and compares it with the reference values handed in (`reference`,
 * `size`: from an earlier check of the same graph, weights and input; size 0: computed now). Puts the error
 * (f64) and the reference values (bytes) into `out`. CG_CHECK_FAILED says where it differs. */
enum cg_status cg_check_case(struct cg_bench_case *bench_case, const void *reference, size_t size,
                             struct cg_wire *out, struct cg_error *err);

/* Fills values[] (cg_counters_count() entries, of one run; NAN what cannot be counted). A warmed-up case,
 * hot or cold. Hot: the mean of runs in a row; cold: the caches are evicted before each run, uncounted. */
enum cg_status cg_count_case(struct cg_bench_case *bench_case, struct cg_counter_set *set, double *values,
                             struct cg_error *err);

/* Single runs of a warmed-up case, each timed by itself, until there are `runs` or `limit_ns` are over, and
 * what happened before: a cg_latency_head and the runs, into `out`. */
enum cg_status cg_latency_case(struct cg_bench_case *bench_case, int runs, int64_t limit_ns,
                               struct cg_wire *out, struct cg_error *err);

/* Runs it until `until_ns`. *runs receives how many fell between both moments, those on the edge in part;
 * *began_ns when the first began, which is to be before `from_ns`. */
enum cg_status cg_load_case(struct cg_bench_case *bench_case, int64_t from_ns, int64_t until_ns, double *runs,
                            int64_t *began_ns, struct cg_error *err);

/* Alternates whole runs and runs with a clock after every step, `pairs` times (which of the two comes first
 * alternates too), so that the sum of the steps and the end-to-end time see the same machine. Puts into
 * `out`: steps; for each its category, implementation and nodes; the clock's overhead in ns; then for each
 * pair the end-to-end ns and every step's ns, overhead not yet removed. */
enum cg_status cg_step_times(struct cg_bench_case *bench_case, int pairs, struct cg_wire *out,
                             struct cg_error *err);

#endif
