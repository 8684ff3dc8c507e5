/* The tables and verdicts of results, as text for a terminal, Markdown, CSV or JSON. Reads nothing but the
 * results. */
#ifndef CONVGAUGE_REPORT_REPORT_H
#define CONVGAUGE_REPORT_REPORT_H

#include "bench/record/record.h"

#include <stdio.h>

/* X: identifier, name, ending of files. */
#define CG_FORMATS(X)                                                                                        \
    X(CG_FORMAT_TEXT, "text", "txt") /* for a terminal: 80 to 120 columns, UTF-8 */                          \
    X(CG_FORMAT_MARKDOWN, "markdown", "md")                                                                  \
    X(CG_FORMAT_CSV, "csv",                                                                                  \
      "csv") /* every figure in full precision; one block a table, blank line between */                     \
    X(CG_FORMAT_JSON, "json", "json") /* {"tables": [{"id", "title", "columns", "rows", "sentences"}]} */

enum cg_format {
#define CG_FORMAT_ENUM(id, name, ending) id,
    CG_FORMATS(CG_FORMAT_ENUM)
#undef CG_FORMAT_ENUM
        CG_FORMAT_COUNT
};

/* Prints every table of `results` that has a measurement, suite by suite, each with its verdict in a
 * sentence, its notes, and last what was skipped. `suite` restricts it to the suite of that name (NULL: all).
 * CG_NO_MEMORY or CG_IO on failure. */
enum cg_status cg_report_print(const struct cg_results *results, const char *suite, enum cg_format format,
                               FILE *out, struct cg_error *err);

/* Columns of the terminal behind `out`, at least 80; 120 where it is none. */
int cg_report_width(FILE *out);

#endif
