/* A delay that makes what ran before it take a known share longer. */
#ifndef CONVGAUGE_TESTS_SLOW_DOWN_H
#define CONVGAUGE_TESTS_SLOW_DOWN_H

#include <stdint.h>

/* Waits a share of the time since start_ns (a reading of cg_now_ns()). Waiting ends with a reading of the
 * clock, so it overshoots; what it took in truth, the clock's own time included, is taken off the next delay,
 * so that all together are exact. *owed_ns carries that from one delay to the next; 0 before the first. */
void cg_slow_down(double *owed_ns, double share, int64_t start_ns);

#endif
