/* The layers of the configuration language: each function reads its options and adds one node. */
#ifndef CONVGAUGE_BENCH_CONFIG_LAYERS_H
#define CONVGAUGE_BENCH_CONFIG_LAYERS_H

#include <lua.h>

/* Gives tensors their methods, one a layer, and puts add, mul, concat, block and madds into the globals. */
void cg_layers_register(lua_State *lua);

#endif
