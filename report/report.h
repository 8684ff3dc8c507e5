/* The tables and verdicts of results, as text for a terminal, Markdown, CSV or JSON. Reads nothing but the
 * results. */
#ifndef CONVGAUGE_REPORT_REPORT_H
#define CONVGAUGE_REPORT_REPORT_H

#include "report/table.h"
#include "bench/record/record.h"

/* Prints every table of `results` that has a measurement, suite by suite, each with its verdict in a
 * sentence, its notes, and last what was skipped. `suite` restricts it to the suite of that name (NULL: all).
 * CG_NO_MEMORY or CG_IO on failure. */
enum cg_status cg_report_print(const struct cg_results *results, const char *suite, enum cg_format format,
                               FILE *out, struct cg_error *err);

/* Adds every table of a suite that has a measurement. */
enum cg_status cg_tables_of_suite(const struct cg_results *results, const struct cg_suite_record *suite,
                                  struct cg_tables *tables, struct cg_error *err);

/* Prints tables, one after another. */
enum cg_status cg_tables_print(const struct cg_tables *tables, enum cg_format format, FILE *out,
                               struct cg_error *err);

/* Columns of the terminal behind `out`, at least 80; 120 where it is none. */
int cg_report_width(FILE *out);

#endif
