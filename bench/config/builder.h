/* Graphs built from Lua: a tensor is a value with methods, each of which adds one node. */
#ifndef CONVGAUGE_BENCH_CONFIG_BUILDER_H
#define CONVGAUGE_BENCH_CONFIG_BUILDER_H

#include "bench/graph/graph.h"

#include <lua.h>

#define CG_BUILDER_MAX_NODES  8192
#define CG_BUILDER_MAX_BLOCKS 4096

/* The layers of the configuration language (layers.c), each of which reads its options and adds one node:
 * gives tensors their methods and puts add, mul, concat, block and madds into the globals. */
void cg_layers_register(lua_State *lua);

/* Takes the table of a tensor's methods from the top of the stack; puts the functions block and madds into
 * the globals. */
void cg_builder_register(lua_State *lua);

/* Forgets what an error has left in the making: before each call from outside that builds. */
void cg_builder_reset(lua_State *lua);

/* Runs the build function at stack index `function`, given an input tensor and `n_extra` values on top of the
 * stack (popped), and returns the graph of the tensor that it returns, activations fused: the caller destroys
 * it. Raises Lua errors. */
struct cg_graph *cg_builder_run(lua_State *lua, int function, struct cg_shape input, bool norm, int n_extra);

/* Inside a build function, for the layers: the tensor at `index` as a node id, or a Lua error that names
 * `call`; its shape; the default of an option `norm`. */
int cg_tensor_check(lua_State *lua, int index, const char *call);
struct cg_shape cg_tensor_shape(lua_State *lua, int id);
bool cg_builder_norm(lua_State *lua);

/* Adds the node, with the place in the Lua file as its origin, and pushes its tensor; returns 1. */
int cg_tensor_add(lua_State *lua, struct cg_node *node);

#endif
