/* Activations in Lua: as layers by themselves, as an option of other layers. */
#ifndef CONVGAUGE_BENCH_CONFIG_ACTS_H
#define CONVGAUGE_BENCH_CONFIG_ACTS_H

#include "bench/config/arguments.h"
#include "bench/graph/node.h"

/* The option `act` of a layer, CG_ACT_NONE if it is not given. */
enum cg_act cg_argument_act(struct cg_arguments *a);

/* Adds `node` like cg_tensor_add(); an activation that it cannot carry follows as a node by itself, with its
 * usual numbers. */
int cg_tensor_add_with_act(lua_State *lua, struct cg_node *node);

/* x:act("relu"), x:relu(), x:leaky_relu{alpha = 0.1} ...: adds them to the methods on the top of the stack.
 */
void cg_acts_register(lua_State *lua);

#endif
