#include "bench/device/timer.h"

#include "bench/device/sysfile.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

#define READINGS 2001

static int compare_int64(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* The smallest step above zero between neighbouring readings. A clock of 1 ns resolution shows its reading
 * cost as steps of 20 ns or so; steps between such readings differ by the true tick, so differences of steps
 * count too. */
static double smallest_step(const int64_t *readings, int n)
{
    int64_t tick = INT64_MAX;
    for (int i = 2; i < n; i++) {
        const int64_t step = readings[i] - readings[i - 1], last = readings[i - 1] - readings[i - 2];
        const int64_t change = step > last ? step - last : last - step;
        if (step > 0 && step < tick)
            tick = step;
        if (change > 0 && change < tick)
            tick = change;
    }
    return tick == INT64_MAX ? NAN : (double)tick;
}

static bool invariant_counter(void)
{
#if defined(__x86_64__)
    unsigned a, b, c, d;
    /* CPUID 80000007h EDX bit 8: the TSC runs at one rate in every power state. Hypervisors that do not pass
     * the bit on may move the machine between hosts of different rates. */
    return __get_cpuid(0x80000007, &a, &b, &c, &d) && (d & 1u << 8);
#elif defined(__aarch64__)
    return true; /* the generic timer, by architecture */
#else
    return false;
#endif
}

/* Ticks a second against the clock, twice; NAN when the two disagree. */
static double counter_rate(void)
{
    double rate[2];
    for (int i = 0; i < 2; i++) {
        const int64_t start_ns = cg_now_ns();
        const uint64_t start = cg_ticks();
        int64_t end_ns;
        uint64_t end;
        do {
            end_ns = cg_now_ns();
            end = cg_ticks();
        } while (end_ns - start_ns < 8000000);
        rate[i] = end > start ? (double)(end - start) * 1e9 / (double)(end_ns - start_ns) : 0;
    }
    return rate[0] > 0 && fabs(rate[1] / rate[0] - 1) < 1e-3 ? rate[1] : NAN;
}

void cg_timer_measure(const char *root, struct cg_timer *timer)
{
    static const char *const counters =
#if defined(__x86_64__)
        "tsc";
#elif defined(__aarch64__)
        "cntvct_el0";
#else
        "";
#endif
    struct timespec resolution = {0};
    int64_t *readings = malloc(sizeof *readings * READINGS);
    memset(timer, 0, sizeof *timer);
    snprintf(timer->clock, sizeof timer->clock, "CLOCK_MONOTONIC_RAW");
    snprintf(timer->counter, sizeof timer->counter, "%s", counters);
    cg_sys_read(root, timer->clocksource, sizeof timer->clocksource,
                "/sys/devices/system/clocksource/clocksource0/current_clocksource");
    timer->resolution_ns = clock_getres(CLOCK_MONOTONIC_RAW, &resolution) == 0
                               ? (double)resolution.tv_sec * 1e9 + (double)resolution.tv_nsec
                               : NAN;
    timer->tick_ns = timer->overhead_ns = timer->counter_hz = timer->counter_overhead_ns = NAN;
    if (!readings)
        return;
    for (int i = 0; i < READINGS; i++)
        readings[i] = cg_now_ns();
    timer->tick_ns = smallest_step(readings, READINGS);
    timer->overhead_ns = (double)(readings[READINGS - 1] - readings[0]) / (READINGS - 1);
    /* The median resists an interruption, but a coarse clock makes it 0: then the mean stands. */
    for (int i = READINGS - 1; i > 0; i--)
        readings[i] -= readings[i - 1];
    qsort(readings + 1, READINGS - 1, sizeof *readings, compare_int64);
    if (readings[READINGS / 2] > 0)
        timer->overhead_ns = (double)readings[READINGS / 2];
    if (counters[0] && invariant_counter()) {
        const int64_t start = cg_now_ns();
        for (int i = 0; i < READINGS; i++)
            cg_ticks();
        timer->counter_overhead_ns = (double)(cg_now_ns() - start) / READINGS;
        timer->counter_hz = counter_rate();
    }
    timer->counter_usable = !isnan(timer->counter_hz);
    free(readings);
}
