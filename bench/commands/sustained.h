/* `run --sustained`: speed and rank over time, under a load that never pauses. */
#ifndef CONVGAUGE_BENCH_COMMANDS_SUSTAINED_H
#define CONVGAUGE_BENCH_COMMANDS_SUSTAINED_H

#include "bench/record/record.h"
#include "bench/record/record.h"
#include "report/table.h"

#include <stdio.h>

/* Prints how fast every record of the (one) schedule was in each of several equal stretches of the time that
 * it took, its rank in the first and the last of them, and what frequency, temperature and the yardstick did
 * meanwhile. CG_FORMAT_JSON prints an object. Nothing is printed for a schedule without rounds. */
enum cg_status cg_sustained_print(const struct cg_results *results, enum cg_format format, FILE *out,
                                  struct cg_error *err);

#endif
