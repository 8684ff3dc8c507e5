/* Whether what is measured of this machine is plausible. Timing, so apart from the unit tests, with wide
 * limits. */
#include "bench/device/cpu_id.h"
#include "bench/device/buffer.h"
#include "bench/device/peak.h"
#include "bench/device/pin.h"
#include "bench/device/timer.h"
#include "bench/device/yardstick.h"

#include "kernels/native/microkernel.h"
#include "tests/coldness.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Something else may run meanwhile, so that one of many tries has to be plausible. What is wrong never is. */
enum { TRIES = 20 };

static int first_cpu(void)
{
    int cpu = 0;
    cg_affinity(0, &cpu, 1);
    return cpu;
}

static bool plausible_peak(const struct cg_peak_record *peak, double narrower_madds_per_s)
{
    const int lanes = cg_isa_lanes((enum cg_isa)cg_isa_from_name(peak->isa));
    const double reached = peak->madds_per_cycle / peak->theory_madds_per_cycle; /* NAN: theory unknown */
    return peak->madds_per_cycle > 0.25 * lanes && peak->madds_per_cycle < 4.4 * lanes &&
           !(reached <= 0.6 || reached >= 1.05) && peak->madds_per_s > 0.7 * narrower_madds_per_s;
}

/* Wider is not slower. */
Test(timing, peaks)
{
    const int cpu = first_cpu();
    double last = 0;
    for (int isa = 0; isa < CG_ISA_COUNT; isa++) {
        struct cg_peak_record peak;
        struct cg_error err = {0};
        char text[200];
        enum cg_status status = cg_peak_measure((enum cg_isa)isa, &cpu, 1, 0, &peak, &err);
        for (int again = 1; again < TRIES && status == CG_OK && !plausible_peak(&peak, last); again++)
            status = cg_peak_measure((enum cg_isa)isa, &cpu, 1, 0, &peak, &err);
        cr_expect_eq(status == CG_OK, cg_isa_available((enum cg_isa)isa), "%s", err.text);
        if (status != CG_OK) {
            cr_expect(isnan(peak.madds_per_s) && err.text[0]);
            continue;
        }
        cg_peak_explain(&peak, text, sizeof text);
        cr_expect(plausible_peak(&peak, last), "%s: %s; the narrower one %g madds/s",
                  cg_isa_name((enum cg_isa)isa), text, last);
        last = peak.madds_per_s;
    }
}

/* The best of a few: something else may have run meanwhile. */
static double best_peak(enum cg_isa isa)
{
    const int cpu = first_cpu();
    double best = 0;
    for (int i = 0; i < 4; i++) {
        struct cg_peak_record peak;
        if (cg_peak_measure(isa, &cpu, 1, 0, &peak, NULL) == CG_OK)
            best = fmax(best, peak.madds_per_s);
    }
    return best;
}

/* What a process of its own finds. */
static bool finds_whole_pipes(void)
{
    const pid_t child = fork();
    cr_assert(child >= 0);
    if (child == 0)
        _exit(cg_native_kernels_for(CG_ISA_AVX512)->pipes() == CG_PIPES_WHOLE);
    int status = -1;
    cr_assert(waitpid(child, &status, 0) == child && WIFEXITED(status));
    return WEXITSTATUS(status);
}

/* Plans cost their tiles by it, so a process that finds another width than the last has other plans. */
Test(timing, width_of_the_pipes_is_found_in_each_process)
{
    enum { PROCESSES = 20 };
    if (!cg_isa_available(CG_ISA_AVX512))
        cr_skip_test("no AVX-512 here");
    bool whole = false;
    int agreed = 0;
    for (int try = 0; try < 3 && agreed < PROCESSES; try++) {
        whole = best_peak(CG_ISA_AVX512) > 1.5 * best_peak(CG_ISA_AVX2);
        agreed = 0;
        for (int i = 0; i < PROCESSES; i++)
            agreed += finds_whole_pipes() == whole;
    }
    cr_expect_eq(agreed, PROCESSES, "%d of %d processes found what the peaks say: %s", agreed, PROCESSES,
                 whole ? "whole" : "half");
}

enum { SIZES = 3 };

static bool plausible_bandwidths(const struct cg_bandwidth *b)
{
    for (int i = 0; i < SIZES; i++)
        if (!(b[i].bytes_per_s[CG_READS] > 1e8 && b[i].bytes_per_s[CG_WRITES] > 1e8 &&
              b[i].bytes_per_s[CG_COPIES] > 1e8 && b[i].bytes_per_s[CG_READS] < 200 * b[i].frequency_hz &&
              (i == 0 || b[i].bytes_per_s[CG_READS] < 1.3 * b[i - 1].bytes_per_s[CG_READS])))
            return false;
    return true;
}

Test(timing, bandwidths_fall_with_the_working_set)
{
    const int cpu = first_cpu();
    static const int64_t sizes[SIZES] = {16 << 10, 128 << 10, 128 << 20};
    struct cg_bandwidth b[SIZES];
    struct cg_error err = {0};
    bool plausible = false;
    for (int try = 0; try < TRIES && !plausible; try++) {
        for (int i = 0; i < SIZES; i++)
            cr_assert_eq(cg_bandwidth_measure(sizes[i], &cpu, 1, 0, &b[i], &err), CG_OK, "%s", err.text);
        plausible = plausible_bandwidths(b);
    }
    for (int i = 0; i < SIZES; i++)
        cr_expect(plausible, "%lld bytes at %.0f MHz: %g read, %g written, %g copied a second",
                  (long long)sizes[i], 1e-6 * b[i].frequency_hz, b[i].bytes_per_s[CG_READS],
                  b[i].bytes_per_s[CG_WRITES], b[i].bytes_per_s[CG_COPIES]);
    cr_expect_eq(cg_bandwidth_measure(100, &cpu, 1, 0, b, NULL), CG_INVALID);
}

Test(timing, cpus_that_are_not_there)
{
    const int cpu = 4095;
    struct cg_peak_record peak;
    struct cg_error err = {0};
    cr_expect_neq(cg_peak_measure(CG_ISA_SCALAR, &cpu, 1, 0, &peak, &err), CG_OK);
    cr_expect(strstr(err.text, "cpu 4095") && !strstr(err.text, "HWLOC_XMLFILE"), "%s", err.text);
    setenv("HWLOC_XMLFILE", "another machine's", 1);
    cr_expect_neq(cg_peak_measure(CG_ISA_SCALAR, &cpu, 1, 0, &peak, &err), CG_OK);
    cr_expect(strstr(err.text, "HWLOC_XMLFILE"), "%s", err.text);
}

static bool plausible_timer(const struct cg_timer *timer)
{
    return timer->tick_ns >= 1 && timer->tick_ns < 1e6 && timer->overhead_ns > 0 &&
           timer->overhead_ns < 1e5 &&
           (timer->counter_usable ? timer->counter_hz > 1e5 && timer->counter_hz < 1e10
                                  : isnan(timer->counter_hz));
}

Test(timing, clock)
{
    struct cg_timer timer;
    cg_timer_measure(NULL, &timer);
    for (int again = 1; again < TRIES && !plausible_timer(&timer); again++)
        cg_timer_measure(NULL, &timer);
    cr_expect(plausible_timer(&timer), "tick %g ns, overhead %g ns, counter %g Hz", timer.tick_ns,
              timer.overhead_ns, timer.counter_hz);
}

Test(timing, frequency)
{
    double hz = 0;
    for (int try = 0; try < TRIES && !(hz > 1e8 && hz < 1e10); try++)
        hz = cg_measure_frequency(1000000);
    cr_expect(hz > 1e8 && hz < 1e10, "%g", hz);
}

/* The shortest of some runs. */
static struct cg_yardstick_times shortest_times(struct cg_yardstick *yardstick)
{
    struct cg_yardstick_times times, best = {INT64_MAX, INT64_MAX, INT64_MAX};
    for (int i = 0; i < 50; i++) {
        cg_yardstick_run(yardstick, &times);
        best.fma_ns = times.fma_ns < best.fma_ns ? times.fma_ns : best.fma_ns;
        best.l2_ns = times.l2_ns < best.l2_ns ? times.l2_ns : best.l2_ns;
        best.far_ns = times.far_ns < best.far_ns ? times.far_ns : best.far_ns;
    }
    return best;
}

/* A yardstick of 50 us takes about that; one of a tenth has about a tenth of the work. */
static bool plausible_yardstick(struct cg_yardstick *yardstick, struct cg_yardstick *tenth, char *text,
                                size_t size)
{
    const struct cg_yardstick_times best = shortest_times(yardstick);
    int64_t fma, l2, fma_of_tenth, l2_of_tenth;
    cg_yardstick_work(yardstick, &fma, &l2);
    cg_yardstick_work(tenth, &fma_of_tenth, &l2_of_tenth);
    snprintf(text, size, "%lld and %lld ns, far %lld ns; a tenth of the time has %lld of %lld turns",
             (long long)best.fma_ns, (long long)best.l2_ns, (long long)best.far_ns, (long long)fma_of_tenth,
             (long long)fma);
    return best.far_ns > 1000 && best.fma_ns > 10000 && best.fma_ns < 200000 && best.l2_ns > 10000 &&
           best.l2_ns < 200000 && 5 * fma_of_tenth < 2 * fma;
}

Test(timing, yardstick_is_as_long_as_asked_for)
{
    char text[200] = "";
    bool plausible = false;
    cg_pin_self(first_cpu(), NULL);
    for (int try = 0; try < TRIES && !plausible; try++) {
        struct cg_yardstick *yardstick = NULL, *tenth = NULL;
        struct cg_error err = {0};
        cr_assert_eq(cg_yardstick_create(0, 0, 50000, &yardstick, &err), CG_OK, "%s", err.text);
        cr_assert_eq(cg_yardstick_create(0, 0, 5000, &tenth, &err), CG_OK, "%s", err.text);
        plausible = plausible_yardstick(yardstick, tenth, text, sizeof text);
        cg_yardstick_destroy(&yardstick);
        cg_yardstick_destroy(&tenth);
    }
    cr_expect(plausible, "%s", text);
}

Test(timing, yardstick_repeats)
{
    struct cg_yardstick *yardstick = NULL, *copy = NULL;
    struct cg_error err = {0};
    int64_t fma, l2, fma_again, l2_again, pass_bytes, far_bytes;
    cr_assert_eq(cg_yardstick_create(0, 0, 50000, &yardstick, &err), CG_OK, "%s", err.text);
    cg_yardstick_bytes(yardstick, &pass_bytes, &far_bytes);
    cr_expect(far_bytes >= 4 * pass_bytes, "%lld bytes beyond passes of %lld", (long long)far_bytes,
              (long long)pass_bytes);
    cg_yardstick_work(yardstick, &fma, &l2);
    cr_assert_eq(cg_yardstick_create(fma, l2, 50000, &copy, &err), CG_OK);
    cg_yardstick_work(copy, &fma_again, &l2_again);
    cr_expect(fma == fma_again && l2 == l2_again);
    cg_yardstick_destroy(&copy);
    cg_yardstick_destroy(&yardstick);
    cg_yardstick_destroy(&yardstick);
}

Test(timing, eviction_makes_cold)
{
    struct coldness coldness;
    struct cg_error err = {0};
    enum cg_status status = coldness_measure(&coldness, &err);
    for (int again = 1; again < TRIES && status == CG_OK && !coldness.cold; again++)
        status = coldness_measure(&coldness, &err); /* a neighbour slowed memory down while it was measured */
    if (!cg_evict_method()) {
        cr_expect_eq(status, CG_UNAVAILABLE);
        return;
    }
    cr_assert_eq(status, CG_OK, "%s", err.text);
    cr_expect(coldness.cold, "hot %g, cold %g, cache %g, DRAM %g bytes/s", coldness.hot_bytes_per_s,
              coldness.cold_bytes_per_s, coldness.cache_bytes_per_s, coldness.dram_bytes_per_s);
    cr_expect_lt(coldness.cold_bytes_per_s, coldness.hot_bytes_per_s);
}
