/* What a results file says of single runs of a plan, and of several plans at once. */
#ifndef CONVGAUGE_BENCH_RECORD_LATENCY_H
#define CONVGAUGE_BENCH_RECORD_LATENCY_H

#include "base/error.h"

#include <stdint.h>

/* Single runs of a plan that was alone in its process: parallel arrays, n entries each. */
struct cg_latency_process_record {
    int64_t plan_ns, first_run_ns; /* making the plan; its first run */
    int64_t peak_memory_bytes;     /* that the process grew by at most, from before the plan was made */
    int n;
    int64_t *ns, *switches; /* involuntary context switches meanwhile */
    int64_t *stolen;        /* 1: the hypervisor took time within the 10 ms around it; 0 */
};

#define CG_P99_RUNS 300 /* of fewer there is no p99 */

/* What they come to: cg_latency_summarise() fills it. Runs of all processes together; the median of
 * what each process has one of. All unknown where it was not asked for, and in older files. */
struct cg_latency_record {
    int runs;
    double p50_ns, p90_ns, p99_ns;
    double plan_ns, first_run_ns, peak_memory_bytes;
    int slow, slow_disturbed; /* runs from the p99 on; those of them with switches or stolen time */
    int disturbed;            /* of all runs */
    int n_processes;
    struct cg_latency_process_record *processes;
};

/* Several plans at once, each on cpus of its own, and one plan that has the threads of all. */
struct cg_instances_repeat {
    int plans;
    double images_per_s, one_images_per_s;
};

struct cg_instances_record {
    int n; /* 0: not asked for, and in older files */
    struct cg_instances_repeat *repeats;
};

/* Fills the latency from its processes; it stays unknown when there are none. CG_NO_MEMORY or CG_OK. */
enum cg_status cg_latency_summarise(struct cg_latency_record *latency, struct cg_error *err);

#endif
