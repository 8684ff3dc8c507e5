/* JSON that commands print: values that may be unknown, and the document itself. */
#ifndef CONVGAUGE_BENCH_COMMANDS_JSON_PRINT_H
#define CONVGAUGE_BENCH_COMMANDS_JSON_PRINT_H

#include "base/error.h"
#include "bench/graph/graph.h"
#include "bench/stats/stats.h"

#include <jansson.h>

/* New references; null where a value is not known (NAN, infinite; a shape without channels). */
json_t *cg_json_number(double value);
json_t *cg_json_interval(struct cg_interval interval); /* {"value", "ci_low", "ci_high"} */
json_t *cg_json_shape(struct cg_shape shape);          /* [n, h, w, c] */

/* Prints `json` and takes the reference; NULL (no memory to make it) is CG_NO_MEMORY. */
enum cg_status cg_json_print(json_t *json, struct cg_error *err);

#endif
