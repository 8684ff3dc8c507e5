#include "tests/slow_down.h"

#include "base/clock.h"

/* What one reading of the clock takes, of which a run with its delay has one more than its own times show. */
static double clock_cost_ns(void)
{
    enum { READINGS = 2000 };
    static double cost_ns;
    if (cost_ns > 0)
        return cost_ns;
    const int64_t start_ns = cg_now_ns();
    for (int i = 0; i < READINGS; i++)
        cg_now_ns();
    return cost_ns = (double)(cg_now_ns() - start_ns) / READINGS;
}

void cg_slow_down(double *owed_ns, double share, int64_t start_ns)
{
    const int64_t end_ns = cg_now_ns();
    int64_t now_ns = end_ns;
    *owed_ns += share * (double)(end_ns - start_ns) - clock_cost_ns();
    while ((double)(now_ns - end_ns) < *owed_ns)
        now_ns = cg_now_ns();
    *owed_ns -= (double)(now_ns - end_ns);
}
