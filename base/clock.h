/* Clocks as nanoseconds. bench/device/timer.h knows their tick. */
#ifndef CONVGAUGE_BASE_CLOCK_H
#define CONVGAUGE_BASE_CLOCK_H

#include <stdint.h>
#include <time.h>

/* A reading of `clock`, or -1 when the system does not have it. */
static inline int64_t cg_clock_ns(clockid_t clock)
{
    struct timespec t;
    return clock_gettime(clock, &t) == 0 ? (int64_t)t.tv_sec * 1000000000 + t.tv_nsec : -1;
}

/* Nanoseconds since some moment in the past, for every measurement: never goes back, and no time daemon slews
 * it. Comparable between processes of one machine. */
static inline int64_t cg_now_ns(void)
{
    return cg_clock_ns(CLOCK_MONOTONIC_RAW);
}

#endif
