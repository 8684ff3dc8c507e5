/* What an audit says in words. No sentence says more than its interval supports. */
#ifndef CONVGAUGE_BENCH_AUDIT_SENTENCES_H
#define CONVGAUGE_BENCH_AUDIT_SENTENCES_H

#include "bench/audit/costs.h"

#include <stddef.h>

/* "G1 (equal channel widths) is broken at 32 places in 16 blocks; that costs 0.35 [0.31, 0.39] ms here, 7.6 %
 * of the network's time: ...". `costs` NULL: found only, nothing timed. Behaves like snprintf. */
int cg_audit_say(const struct cg_audit *audit, const struct cg_audit_costs *costs,
                 enum cg_guideline guideline, char *text, size_t size);

/* How many blocks break it. */
int cg_audit_blocks(const struct cg_audit *audit, enum cg_guideline guideline);
int cg_audit_places(const struct cg_audit *audit, enum cg_guideline guideline);

#endif
