/* Groups and cases of a suite, read from Lua tables. */
#ifndef CONVGAUGE_BENCH_CONFIG_SUITE_CASE_H
#define CONVGAUGE_BENCH_CONFIG_SUITE_CASE_H

#include "bench/config/config.h"

#include <lua.h>

/* A case that names a network: resolved after the Lua part, since networks have sandboxes of their own. */
struct cg_network_use {
    int group, number; /* of the case */
    char ref[2 * CG_NAME_MAX];
};

struct cg_case_uses {
    int n, room, graph_room;     /* of `uses`, and of the suite's graphs */
    struct cg_network_use *uses; /* malloc */
};

/* Inside a protected call: reads the group at stack index `table` into suite->groups[suite->n_groups++]
 * (allocated by the caller), building the graphs of its cases for `batch`. Raises Lua errors; what was read
 * so far is the suite's. */
void cg_suite_read_group(lua_State *lua, int table, struct cg_suite *suite, int batch,
                         struct cg_case_uses *uses);

#endif
