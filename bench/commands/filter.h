/* `--filter REGEX`, `--detail REGEX`: which of many are meant. */
#ifndef CONVGAUGE_BENCH_COMMANDS_FILTER_H
#define CONVGAUGE_BENCH_COMMANDS_FILTER_H

#include "base/error.h"

#include <regex.h>
#include <stdbool.h>

/* Zero-initialise: matches everything. */
struct cg_filter {
    const char *text; /* borrowed; NULL: none was given */
    regex_t regex;
};

#define CG_FILTER_LENGTH_MAX 1000
#define CG_FILTER_TIMES_MAX  1000

/* A POSIX extended regular expression in place of the one before. CG_INVALID says what is wrong with it: what
 * is longer than CG_FILTER_LENGTH_MAX or whose counts "{m,n}" multiplied are more than CG_FILTER_TIMES_MAX
 * could take the C library all memory and time. */
enum cg_status cg_filter_set(struct cg_filter *filter, const char *text, struct cg_error *err);
void cg_filter_free(struct cg_filter *filter);

/* Whether it occurs in `text`. */
bool cg_filter_matches(const struct cg_filter *filter, const char *text);

#endif
