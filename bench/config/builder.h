/* Graphs built from Lua: a tensor is a value with methods, each of which adds one node. */
#ifndef CONVGAUGE_BENCH_CONFIG_BUILDER_H
#define CONVGAUGE_BENCH_CONFIG_BUILDER_H

#include "bench/graph/graph.h"

#include <lua.h>

#define CG_BUILDER_MAX_NODES  8192
#define CG_BUILDER_MAX_BLOCKS 4096

/* One graph in the making, a userdata of the state: released with it on any error. */
struct cg_builder {
    struct cg_graph *graph;
    int generation;           /* a tensor of another builder is refused */
    bool norm;                /* the default of conv's `norm` */
    int block;                /* of the nodes to come, or -1 */
    size_t bytes;             /* charged to the sandbox */
    struct cg_builder *outer; /* the one that was current before: madds{} builds inside a build */
};

struct cg_script; /* script.h */

/* The script of a state, inside functions that Lua calls. */
struct cg_script *cg_script_of(lua_State *lua);

/* Puts the tensors' methods and the functions concat, add, mul, block and madds into the globals. */
void cg_builder_register(lua_State *lua);

/* Runs the build function at stack index `function`, given an input tensor and `n_extra` values on top of the
 * stack (popped), and returns the graph of the tensor that it returns, activations fused: the caller destroys
 * it. Raises Lua errors. */
struct cg_graph *cg_builder_run(lua_State *lua, int function, struct cg_shape input, bool norm, int n_extra);

/* For layers.c: the tensor at `index` as a node id, or a Lua error that names `call`. */
int cg_tensor_check(lua_State *lua, int index, const char *call);
/* Whether there is a tensor at `index`. */
bool cg_tensor_is(lua_State *lua, int index);
/* Adds the node, with the place in the Lua file as its origin, and pushes its tensor. */
int cg_tensor_add(lua_State *lua, struct cg_node *node);
struct cg_shape cg_tensor_shape(lua_State *lua, int id);
/* The metatable's __index: pushes the field or method. Methods are those of layers.c. */
void cg_layers_push_methods(lua_State *lua);
void cg_layers_register(lua_State *lua);

#endif
