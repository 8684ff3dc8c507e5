/* Clocks: nanoseconds for every measurement, a raw counter where the processor has one that can be trusted.
 */
#ifndef CONVGAUGE_BENCH_DEVICE_TIMER_H
#define CONVGAUGE_BENCH_DEVICE_TIMER_H

#include "base/clock.h"

#include <stdbool.h>
#include <stdint.h>

struct cg_timer {
    const char *clock;    /* "CLOCK_MONOTONIC_RAW" */
    char clocksource[24]; /* what the kernel uses: "tsc", "kvm-clock", "arch_sys_counter"; empty: unknown */
    double resolution_ns; /* what the system states */
    double tick_ns;      /* smallest step between two different readings that was seen: the real resolution */
    double overhead_ns;  /* of one reading, median */
    const char *counter; /* "tsc", "cntvct_el0" or empty */
    bool counter_usable; /* advances, monotonic across cpus, constant rate (invariant TSC) */
    double counter_hz;   /* measured against the clock; NAN unless usable */
    double counter_overhead_ns;
};

/* Measures the clocks: about 20 ms. `root` as everywhere ("" or NULL: the real system). */
void cg_timer_measure(const char *root, struct cg_timer *timer);

/* What its tick_ns is, by itself: in 0.1 ms. */
double cg_timer_tick_ns(void);

/* `turns` x CG_CHAIN_ADDS additions, each of which needs the result of the one before: a cycle each. On
 * x86-64 and AArch64 two more instructions a turn. */
#define CG_CHAIN_ADDS 64
void cg_add_chain(int64_t turns);

/* Effective frequency of the core that the caller runs on, in Hz: the best of several runs of a chain of
 * dependent adds, one a cycle on every core that we know. About `budget_ns`, at least 10 us. NAN if the
 * clock is too coarse; meaningless under emulation. Best of several, so a pre-empted run does not count. */
double cg_measure_frequency(int64_t budget_ns);

#endif
