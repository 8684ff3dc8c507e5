/* Whether caches that were asked to be cold were so, as far as times and bytes can tell. */
#ifndef CONVGAUGE_BENCH_SCHEDULER_COLD_H
#define CONVGAUGE_BENCH_SCHEDULER_COLD_H

#include "bench/job/measurement.h"

/* CG_FLAG_BIT()s of a case with cold caches:
 * CG_FLAG_NOT_COLD: its time (median_ns) is below 90 % of fetch_ns, what its input and weights take from
 * memory at the measured bandwidth of reading, which is known to a few per cent; NAN unknown.
 * CG_FLAG_LIKE_HOT: `hot` are the samples of the same case with hot caches (NULL: not measured), interleaved
 * with its own, and the 95 % interval of the ratio cold to hot, formed inside rounds, holds 1 or less. Needs
 * two processes. Without memory for the ratios it is not set. */
unsigned cg_cold_flags(double median_ns, double fetch_ns, const struct cg_samples *cold,
                       const struct cg_samples *hot);

#endif
