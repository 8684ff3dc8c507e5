/* The clock of every sample. */
#ifndef CONVGAUGE_BENCH_MEASURE_CLOCK_H
#define CONVGAUGE_BENCH_MEASURE_CLOCK_H

#include <stdint.h>
#include <time.h>

/* CLOCK_MONOTONIC in nanoseconds: read without a system call on Linux, not stepped, one for all cores. */
static inline int64_t cg_now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* Nanoseconds of one step of the clock, as seen by reading it: the smallest difference above 0 of many pairs.
 */
int64_t cg_clock_tick_ns(void);

/* Nanoseconds that one reading costs: the median over back-to-back readings. */
double cg_clock_overhead_ns(void);

#endif
