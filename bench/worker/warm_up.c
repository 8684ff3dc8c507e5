#include "bench/worker/warm_up.h"

#include <math.h>

void cg_warm_up_add(struct cg_warm_up *warm_up, double run_ns)
{
    if (warm_up->n >= 2)
        warm_up->before = warm_up->n == 2 ? warm_up->last[1] : fmin(warm_up->before, warm_up->last[1]);
    warm_up->last[1] = warm_up->last[0];
    warm_up->last[0] = run_ns;
    warm_up->n++;
}

/* On both sides: a process that is faster than those before it may become faster still. */
static bool is_as_known(const struct cg_warm_up *warm_up)
{
    return warm_up->n >= 2 && fabs(warm_up->last[0] - warm_up->known) <= CG_WARM_UP_BESIDE * warm_up->known;
}

bool cg_warm_up_settled(const struct cg_warm_up *warm_up)
{
    return is_as_known(warm_up) ||
           (warm_up->n >= 3 && cg_warm_up_run_ns(warm_up) >= (1 - CG_WARM_UP_FALL) * warm_up->before);
}

double cg_warm_up_run_ns(const struct cg_warm_up *warm_up)
{
    if (warm_up->n == 1)
        return warm_up->known > 0 ? warm_up->known : warm_up->last[0];
    return fmin(warm_up->last[0], warm_up->last[1]);
}
