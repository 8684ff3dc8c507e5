/* JSON that commands and tables print: values that may be unknown, and the document itself. */
#ifndef CONVGAUGE_BENCH_RECORD_JSON_H
#define CONVGAUGE_BENCH_RECORD_JSON_H

#include "base/error.h"
#include "bench/graph/node.h"
#include "bench/stats/stats.h"

#include <jansson.h>
#include <stdio.h>

/* New references; null where a value is not known (NULL, NAN, infinite; a shape without channels). A text
 * that is not UTF-8 has "?" in place of what is not ASCII. */
json_t *cg_json_text(const char *text);
json_t *cg_json_number(double value);
json_t *cg_json_interval(struct cg_interval interval); /* {"value", "ci_low", "ci_high"} */
json_t *cg_json_shape(struct cg_shape shape);          /* [n, h, w, c] */

/* Prints `json`, in ASCII, and takes the reference; NULL (no memory to make it) is CG_NO_MEMORY. */
enum cg_status cg_json_print(json_t *json, FILE *out, struct cg_error *err);

#endif
