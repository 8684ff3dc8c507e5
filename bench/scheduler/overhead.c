#include "bench/scheduler/overhead.h"

#include <math.h>

/* As seen on machines of today (two virtual cores of a Zen 4, where a sleeping core wakes in 50 us); what a
 * machine really takes is measured in the pilot. */
#define ROUND_NS           110e3  /* the yardstick: its read beyond the second-level cache, the frequency */
#define YARDSTICK_SHARE    0.0018 /* and its other parts (batch.c) */
#define YARDSTICK_MOST_NS  300e3
#define SWITCH_NS          130e3 /* to another worker: two messages, two sleepers to wake, one seen asleep */
#define SAMPLE_NS          8e3   /* readings before and after, the answer */
#define THREADED_SAMPLE_NS 19e3  /* and where the other threads ran */

static double inside_ns(const struct cg_round_work *work)
{
    const int switches = work->n_workers > 1 ? work->n_workers : 0;
    return ROUND_NS + fmin(YARDSTICK_SHARE * work->least_ns, YARDSTICK_MOST_NS) + switches * SWITCH_NS +
           (work->n_cases - work->n_threaded) * SAMPLE_NS + work->n_threaded * THREADED_SAMPLE_NS;
}

double cg_overhead_round_as_seen_ns(double inside_ns, double fraction)
{
    return inside_ns / fmax(fraction - CG_OVERHEAD_BETWEEN, 0.1 * fraction);
}

double cg_overhead_round_ns(const struct cg_round_work *work, double fraction)
{
    return cg_overhead_round_as_seen_ns(inside_ns(work), fraction);
}
