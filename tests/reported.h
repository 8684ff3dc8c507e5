/* What tests of reports have in common. */
#ifndef CONVGAUGE_TESTS_REPORTED_H
#define CONVGAUGE_TESTS_REPORTED_H

#include "report/report.h"
#include "report/view.h"

#include <stdbool.h>

/* Does `part` stand in a text? */
bool has(const char *text, const char *part);

/* What is reported of a suite (NULL: of all), malloc'd. */
char *printed(const struct cg_results *results, const char *suite, enum cg_format format);

/* A suite's views, at least one: cg_suite_views_free(). */
struct cg_suite_views views_of(const struct cg_results *results, const char *suite);

#endif
