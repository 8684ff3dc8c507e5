/* Groups and cases of a suite, read from Lua tables. */
#ifndef CONVGAUGE_BENCH_CONFIG_SUITE_CASE_H
#define CONVGAUGE_BENCH_CONFIG_SUITE_CASE_H

#include "bench/config/config.h"

#include <lua.h>

/* Inside a protected call: reads the group at stack index `table` into suite->groups[suite->n_groups++]
 * (allocated by the caller), building the graphs of its cases for options->batch, without twins where
 * options->quick. Networks, which have sandboxes of their own, are named only. Raises Lua errors; what was
 * read so far is the suite's. */
void cg_suite_read_group(lua_State *lua, int table, struct cg_suite *suite,
                         const struct cg_config_options *options);

/* Where in its file's text a suite's case stands: the line of its label, of case `cases` (counted from 1; 0:
 * none, so the group's name) in group `groups`. Labels are looked for in their order; what a function makes
 * may not be found, then it is the line of what stands before it. */
int cg_suite_line(const char *text, const struct cg_suite *suite, int groups, int cases);

/* Loads the networks that cases name. Paths are relative to the folder of the file `from`; NULL: to the
 * present one. What was loaded before a failure is the suite's; `at` then holds the group and the case of the
 * failure, counted from 1. */
enum cg_status cg_suite_load_networks(const struct cg_config *config, struct cg_suite *suite,
                                      const char *from, const struct cg_config_options *options, int at[2],
                                      struct cg_error *err);

#endif
