#include "bench/device/state.h"
#include "bench/device/timer.h"

#include <math.h>

#define ADDS_A_TURN 64
#define X4(x)       x x x x
#define X64(x)      X4(X4(X4(x)))

/* `turns` x 64 additions, each of which needs the result of the one before: a cycle each. Register to
 * register: cores may do away with the addition of a constant. */
static void chain(int64_t turns)
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
    for (int64_t i = 0; i < turns * ADDS_A_TURN; i++) {
        sum += sum;
        __asm__ volatile("" : "+r"(sum));
    }
#endif
    (void)sum;
}

static int64_t time_chain(int64_t turns)
{
    const int64_t start = cg_now_ns();
    chain(turns);
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
    return ns > 0 ? (double)((long_turns - short_turns) * ADDS_A_TURN) * 1e9 / (double)ns : NAN;
}
