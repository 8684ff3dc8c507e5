/* Counters as `list counters` and `info` show them. */
#ifndef CONVGAUGE_BENCH_COMMANDS_COUNTER_PRINT_H
#define CONVGAUGE_BENCH_COMMANDS_COUNTER_PRINT_H

#include "bench/device/counters.h"

#include <jansson.h>

/* One line a counter on stdout: name, source, event, error on its known loop; then the sentence about
 * hardware counters as a whole. `indent` blanks before each line. */
void cg_counters_print(const struct cg_counter *counters, int n, int indent);

/* An array with one object a counter. The caller's reference. */
json_t *cg_counters_json(const struct cg_counter *counters, int n);

#endif
