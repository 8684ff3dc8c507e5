/* What a run answers, in some forty lines: for who has just measured and knows nothing yet. */
#ifndef CONVGAUGE_REPORT_SUMMARY_H
#define CONVGAUGE_REPORT_SUMMARY_H

#include "base/error.h"
#include "bench/record/record.h"
#include "report/format.h"

#include <stdio.h>

/* Prints device, setting and duration; whether FLOPs predict speed, and a bar a network; the guidelines, a
 * line each; the paper's statements on families; how far to trust it; what to do next with the results' file
 * `file` (NULL: nothing is said), by commands that begin with `program`. Parts that the results do not have
 * are left out; with `tables` those of suites that cannot be put shorter (of kinds plain, widths, breakdown),
 * those over several settings of networks, of single runs, of plans at once and of engines are among it
 * (without: the caller has printed them). Words for a terminal, in colours where `out` is one. CG_NO_MEMORY
 * or CG_IO on failure. */
enum cg_status cg_summary_print(const struct cg_results *results, const char *file, const char *program,
                                bool tables, FILE *out, struct cg_error *err);

/* The verdict on a group, or how many pairs of a ranking are decided, by what there is: "HOLDS", "40 of 66
 * pairs decided"; "" when there is none yet. */
struct cg_phrase cg_say_so_far(const struct cg_results *results, const char *suite, const char *group);

#endif
