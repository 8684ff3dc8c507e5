#include "bench/config/acts.h"

#include "bench/config/builder.h"

#include <lauxlib.h>
#include <math.h>

/* What the numbers of an activation are called, and what they are where nothing is said. */
static const struct numbers {
    const char *names[2];
    float usual[2];
} numbers[CG_ACT_COUNT] = {
    [CG_ACT_CLIP] = {{"min", "max"}, {-INFINITY, INFINITY}},
    [CG_ACT_CLIPPED_LINE] = {{"alpha", "beta"}, {0.2f, 0.5f}}, /* Keras' hard sigmoid */
    [CG_ACT_LEAKY_RELU] = {{"alpha"}, {0.01f}},
    [CG_ACT_ELU] = {{"alpha"}, {1}},
    [CG_ACT_SWISH] = {{"alpha"}, {1}},
};

/* The activation of that name; the error lists what there is. */
static enum cg_act act_named(lua_State *lua, const char *name, const char *call)
{
    const int act = cg_act_from_name(name);
    if (act < 0)
        luaL_error(lua, "%s: there is no activation '%s'; there are %s", call, name,
                   cg_listed(lua, cg_act_names.texts, CG_ACT_COUNT));
    return (enum cg_act)act;
}

enum cg_act cg_argument_act(struct cg_arguments *a)
{
    char name[32];
    cg_argument_text(a, "act", 0, false, name, sizeof name);
    return name[0] ? act_named(a->lua, name, a->call) : CG_ACT_NONE;
}

static struct cg_node act_node(enum cg_act act, const int *input)
{
    struct cg_node node = cg_node_of(CG_ACT);
    node.act = act;
    node.alpha = numbers[act].usual[0];
    node.beta = numbers[act].usual[1];
    node.n_inputs = 1;
    node.inputs = input;
    return node;
}

int cg_tensor_add_with_act(lua_State *lua, struct cg_node *node)
{
    const enum cg_act act = node->act;
    if (cg_act_fuses(act))
        return cg_tensor_add(lua, node);
    node->act = CG_ACT_NONE;
    cg_tensor_add(lua, node);
    const int input = cg_tensor_check(lua, -1, cg_act_name(act));
    struct cg_node separate = act_node(act, &input);
    return cg_tensor_add(lua, &separate);
}

/* Those of the options at stack index 2, if there are any. */
static void read_numbers(lua_State *lua, struct cg_node *node)
{
    struct cg_arguments a = cg_arguments_open(lua, 2, cg_act_name(node->act), true);
    float *const values[2] = {&node->alpha, &node->beta};
    for (int i = 0; i < cg_act_numbers(node->act); i++)
        *values[i] = (float)cg_argument_real(&a, numbers[node->act].names[i], (double)*values[i]);
    cg_argument_text(&a, "name", 0, false, node->name, sizeof node->name);
    cg_arguments_close(&a);
}

/* Of the tensor at stack index 1, with options behind it. */
static int add_act(lua_State *lua, enum cg_act act)
{
    const int input = cg_tensor_check(lua, 1, cg_act_name(act));
    if (act == CG_ACT_NONE) {
        lua_settop(lua, 1);
        return 1;
    }
    struct cg_node node = act_node(act, &input);
    read_numbers(lua, &node);
    return cg_tensor_add(lua, &node);
}

/* x:act("relu"), x:act("elu", {alpha = 0.5}) */
static int act_by_name(lua_State *lua)
{
    cg_tensor_check(lua, 1, "act");
    const enum cg_act act = act_named(lua, luaL_checkstring(lua, 2), "act");
    lua_remove(lua, 2);
    return add_act(lua, act);
}

/* x:relu(), x:elu{alpha = 0.5}: the activation is the upvalue. */
static int act_by_method(lua_State *lua)
{
    return add_act(lua, (enum cg_act)lua_tointeger(lua, lua_upvalueindex(1)));
}

void cg_acts_register(lua_State *lua)
{
    lua_pushcfunction(lua, act_by_name);
    lua_setfield(lua, -2, "act");
    for (int i = CG_ACT_NONE + 1; i < CG_ACT_COUNT; i++) {
        lua_pushinteger(lua, i);
        lua_pushcclosure(lua, act_by_method, 1);
        lua_setfield(lua, -2, cg_act_name((enum cg_act)i));
    }
}
