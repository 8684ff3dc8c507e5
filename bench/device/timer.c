#include "bench/device/timer.h"

#include "bench/device/sysfile.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__)
#include <cpuid.h>
#include <x86intrin.h>
#endif

#define READINGS 2001
#define X4(x)    x x x x
#define X64(x)   X4(X4(X4(x)))

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

/* The raw counter: TSC on x86-64, CNTVCT_EL0 on AArch64, 0 elsewhere. Constant rate, not core cycles. Ordered
 * behind earlier loads, so that it can end a timed section. */
static uint64_t ticks_now(void)
{
#if defined(__x86_64__)
    unsigned aux;
    return __rdtscp(&aux);
#elif defined(__aarch64__)
    uint64_t ticks;
    __asm__ volatile("isb\n\tmrs %0, cntvct_el0" : "=r"(ticks)::"memory");
    return ticks;
#else
    return 0;
#endif
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
        const uint64_t start = ticks_now();
        int64_t end_ns;
        uint64_t end;
        do {
            end_ns = cg_now_ns();
            end = ticks_now();
        } while (end_ns - start_ns < 8000000);
        rate[i] = end > start ? (double)(end - start) * 1e9 / (double)(end_ns - start_ns) : 0;
    }
    return rate[0] > 0 && fabs(rate[1] / rate[0] - 1) < 1e-3 ? rate[1] : NAN;
}

/* Readings one after the other. */
static void read_clock(int64_t *readings)
{
    for (int i = 0; i < READINGS; i++)
        readings[i] = cg_now_ns();
}

double cg_timer_tick_ns(void)
{
    int64_t readings[READINGS];
    read_clock(readings);
    return smallest_step(readings, READINGS);
}

void cg_timer_measure(const char *root, struct cg_timer *timer)
{
    static const char counter[] =
#if defined(__x86_64__)
        "tsc";
#elif defined(__aarch64__)
        "cntvct_el0";
#else
        "";
#endif
    struct timespec resolution = {0};
    int64_t *readings = malloc(sizeof *readings * READINGS);
    *timer = (struct cg_timer){.clock = "CLOCK_MONOTONIC_RAW", .counter = counter};
    cg_sys_read(root, timer->clocksource, sizeof timer->clocksource,
                "/sys/devices/system/clocksource/clocksource0/current_clocksource");
    timer->resolution_ns = clock_getres(CLOCK_MONOTONIC_RAW, &resolution) == 0
                               ? (double)resolution.tv_sec * 1e9 + (double)resolution.tv_nsec
                               : NAN;
    timer->tick_ns = timer->overhead_ns = timer->counter_hz = timer->counter_overhead_ns = NAN;
    if (!readings)
        return;
    read_clock(readings);
    timer->tick_ns = smallest_step(readings, READINGS);
    timer->overhead_ns = (double)(readings[READINGS - 1] - readings[0]) / (READINGS - 1);
    /* The median resists an interruption, but a coarse clock makes it 0: then the mean stands. */
    for (int i = READINGS - 1; i > 0; i--)
        readings[i] -= readings[i - 1];
    qsort(readings + 1, READINGS - 1, sizeof *readings, compare_int64);
    if (readings[READINGS / 2] > 0)
        timer->overhead_ns = (double)readings[READINGS / 2];
    if (counter[0] && invariant_counter()) {
        const int64_t start = cg_now_ns();
        for (int i = 0; i < READINGS; i++)
            ticks_now();
        timer->counter_overhead_ns = (double)(cg_now_ns() - start) / READINGS;
        timer->counter_hz = counter_rate();
    }
    timer->counter_usable = !isnan(timer->counter_hz);
    free(readings);
}

/* ---- the frequency ---- */

/* Register to register: cores may do away with the addition of a constant. */
void cg_add_chain(int64_t turns)
{
#if defined(__x86_64__)
    uint64_t sum = 1, addend = 3;
    __asm__ volatile("1:\n\t" X64("add %2, %0\n\t") "dec %1\n\t"
                                                    "jnz 1b"
                     : "+r"(sum), "+r"(turns)
                     : "r"(addend)
                     : "cc");
#elif defined(__aarch64__)
    uint64_t sum = 1, addend = 3;
    __asm__ volatile("1:\n\t" X64("add %0, %0, %2\n\t") "subs %1, %1, #1\n\t"
                                                        "b.ne 1b"
                     : "+r"(sum), "+r"(turns)
                     : "r"(addend)
                     : "cc");
#else
    uint64_t sum = 1;
    for (int64_t i = 0; i < turns * CG_CHAIN_ADDS; i++) {
        sum += sum;
        __asm__ volatile("" : "+r"(sum));
    }
#endif
    (void)sum;
}

static int64_t time_chain(int64_t turns)
{
    const int64_t start = cg_now_ns();
    cg_add_chain(turns);
    return cg_now_ns() - start;
}

double cg_measure_frequency(int64_t budget_ns)
{
    /* Two lengths, so that the cost of reading the clock and of the last branch cancels. */
    const int64_t short_turns = 20, long_turns = 320;
    const int64_t end = cg_now_ns() + (budget_ns > 10000 ? budget_ns : 10000);
    int64_t best_short = INT64_MAX, best_long = INT64_MAX;
    time_chain(short_turns); /* the first run fetches the code */
    do {
        const int64_t s = time_chain(short_turns), l = time_chain(long_turns);
        best_short = s < best_short ? s : best_short;
        best_long = l < best_long ? l : best_long;
    } while (cg_now_ns() < end);
    const int64_t ns = best_long - best_short;
    return ns > 0 ? (double)((long_turns - short_turns) * CG_CHAIN_ADDS) * 1e9 / (double)ns : NAN;
}
