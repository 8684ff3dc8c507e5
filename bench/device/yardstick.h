/* A fixed piece of work, timed every round: when the machine is slow, the yardstick is slow too. */
#ifndef CONVGAUGE_BENCH_DEVICE_YARDSTICK_H
#define CONVGAUGE_BENCH_DEVICE_YARDSTICK_H

#include "base/error.h"

#include <stdint.h>

struct cg_yardstick;

struct cg_yardstick_times {
    int64_t fma_ns; /* a fixed number of independent FMAs of the best ISA */
    int64_t l2_ns;  /* a fixed number of reads over a buffer of half an L2 cache */
    int64_t far_ns; /* one read of a buffer of twice an L2 cache: what lies beyond it, shared with others */
};

/* Does an amount of work; the nanoseconds that it took, two readings of the clock included. */
typedef int64_t cg_timed_work(const void *context, int64_t work);

/* The amount of work whose fastest tries take `part_ns` beyond `clock_ns`, the clock's own cost; at least 1.
 * Doubles the work until its fastest try takes a quarter of it: neither a slow first try nor the clock passes
 * for the work. */
int64_t cg_work_for(cg_timed_work *run, const void *context, int64_t part_ns, int64_t clock_ns);

/* Calibrates itself to about `part_ns` each part, on the cpu that the caller runs on. The amount of work is
 * fixed from then on; `fma_iterations` and `l2_passes` > 0 set it instead, so that several processes measure
 * the same work (ask the first with cg_yardstick_work). */
enum cg_status cg_yardstick_create(int64_t fma_iterations, int64_t l2_passes, int64_t part_ns,
                                   struct cg_yardstick **yardstick, struct cg_error *err);
void cg_yardstick_destroy(struct cg_yardstick **yardstick);
void cg_yardstick_work(const struct cg_yardstick *yardstick, int64_t *fma_iterations, int64_t *l2_passes);

/* The bytes that one pass of l2_ns reads, and that far_ns reads. */
void cg_yardstick_bytes(const struct cg_yardstick *yardstick, int64_t *l2_pass_bytes, int64_t *far_bytes);

/* Does the work three times and gives the middle time, so that an interrupt passes for no slow machine;
 * before it a pass over the buffer that is not timed. The read beyond L2 is done once, before the others (it
 * takes some tens of microseconds whatever the length of a part). Somewhat more than six parts in all, no
 * allocation. */
void cg_yardstick_run(struct cg_yardstick *yardstick, struct cg_yardstick_times *times);

#endif
