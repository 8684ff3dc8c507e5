/* What rounds and times say of a case: CG_FLAG_BIT()s. */
#ifndef CONVGAUGE_BENCH_SCHEDULER_CASE_FLAGS_H
#define CONVGAUGE_BENCH_SCHEDULER_CASE_FLAGS_H

#include "bench/job/measurement.h"

/* Sets CG_FLAG_THROTTLED of every round whose yardstick's FMA loop took more than 5 % longer than that of the
 * best rounds, CG_FLAG_SLOW_MEMORY where its reads of L2 took more than 10 % longer (ratios of layers follow
 * these: a machine's drift does not cancel where memory is slow). The best rounds' time is the tenth
 * percentile over all rounds: robust against single fast and slow ones, and right as long as a tenth of the
 * rounds ran at full speed. Returns the flags that a job with all these
 * rounds carries: those that at least a tenth of the rounds that count have, and CG_FLAG_MIGRATED when one
 * has it. Without memory no round is marked. */
unsigned cg_case_flags_of_rounds(struct cg_round *rounds, int n);

/* Of a case that was asked to have cold caches, as far as times and bytes can tell whether it had:
 * CG_FLAG_NOT_COLD: its time (median_ns) is below 90 % of fetch_ns, what its input and weights take from
 * memory at the measured bandwidth of reading, which is known to a few per cent; NAN unknown.
 * CG_FLAG_LIKE_HOT: `hot` are the samples of the same case with hot caches (NULL: not measured), interleaved
 * with its own, and the 95 % interval of the ratio cold to hot, formed inside rounds, holds 1 or less. Needs
 * two processes. Without memory for the ratios it is not set. */
unsigned cg_case_flags_of_cold(double median_ns, double fetch_ns, const struct cg_samples *cold,
                               const struct cg_samples *hot);

#endif
