/* The clock of every sample. */
#ifndef CONVGAUGE_BENCH_MEASURE_CLOCK_H
#define CONVGAUGE_BENCH_MEASURE_CLOCK_H

#include "bench/device/timer.h" /* cg_now_ns() */

#include <stdint.h>

/* Nanoseconds of one step of the clock, as seen by reading it: the smallest difference above 0 of many pairs.
 */
int64_t cg_clock_tick_ns(void);

/* Nanoseconds that one reading costs: the median over back-to-back readings. */
double cg_clock_overhead_ns(void);

#endif
