/* What the rounds of a measurement say of its jobs. */
#ifndef CONVGAUGE_BENCH_SCHEDULER_ROUND_FLAGS_H
#define CONVGAUGE_BENCH_SCHEDULER_ROUND_FLAGS_H

#include "bench/job/measurement.h"

/* Sets CG_FLAG_THROTTLED of every round whose yardstick (FMA loop) took more than 5 % longer than that of the
 * best rounds, which is the tenth percentile over all rounds: robust against single fast and slow ones, and
 * right as long as a tenth of the rounds ran at full speed. Returns the flags that a job with all these
 * rounds carries: those that at least a tenth of the rounds that count have, and CG_FLAG_MIGRATED when one
 * has it. `scratch` has room for n. */
unsigned cg_flags_of_rounds(struct cg_round *rounds, int n, double *scratch);

#endif
