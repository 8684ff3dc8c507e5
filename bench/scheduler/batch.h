/* Runs rounds: the yardstick and all active cases once each, in their order. */
#ifndef CONVGAUGE_BENCH_SCHEDULER_BATCH_H
#define CONVGAUGE_BENCH_SCHEDULER_BATCH_H

#include "bench/scheduler/scheduler.h"

/* What a round is expected to take without the yardstick, in ns, by the last times of the active jobs. */
double cg_batch_round_ns(const struct cg_scheduler *scheduler);

/* Lets the worker make the yardstick, so that no round contains that. A worker that ends over it is noted;
 * the first round finds it gone. CG_INTERRUPTED, CG_NO_MEMORY. */
enum cg_status cg_batch_prepare(struct cg_scheduler *scheduler, struct cg_error *err);

/* Runs rounds, numbered from `number`: as many as fill `long_ns`, at least one and at most `most`; with one
 * worker in one message. Appends them to the measurement and their samples to the pending ones, for which
 * there must be room; *n_done receives how many. CG_UNAVAILABLE: a case fell out and nothing is kept; what is
 * left is to be prepared again. CG_INTERRUPTED, too, keeps nothing. */
enum cg_status cg_batch_run(struct cg_scheduler *scheduler, int number, int most, double long_ns, int *n_done,
                            struct cg_error *err);

#endif
