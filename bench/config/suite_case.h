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

#endif
