/* Whether the machine itself was faster or slower in one file than in another: by the yardstick, which times
 * the same work in every round. */
#ifndef CONVGAUGE_REPORT_MACHINE_SHIFT_H
#define CONVGAUGE_REPORT_MACHINE_SHIFT_H

#include "bench/record/record.h"

#include <stdbool.h>

/* Time of the same work in b relative to a: the largest and the smallest of the yardstick's parts
 * (multiply-adds in registers, a read within the second-level cache, a read beyond it), each by the medians
 * of the undisturbed rounds in which the two records were measured. Both NAN where the files do not tell
 * (older than the yardstick's work, or no round is undisturbed), and between different processors: there the
 * difference is what one wants to know. */
struct cg_machine_shift {
    double slowest, fastest;
};

/* False without memory. */
bool cg_machine_shift_find(const struct cg_results *a, const struct cg_record *record_a,
                           const struct cg_results *b, const struct cg_record *record_b,
                           struct cg_machine_shift *shift);

#endif
