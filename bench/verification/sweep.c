#include "bench/verification/sweep.h"

#include "base/array.h"
#include "base/text.h"
#include "bench/config/arguments.h"
#include "bench/config/builder.h"

#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* family(name, cases, input, build) */
static int add_family(lua_State *lua)
{
    struct cg_sweep *sweep = cg_sandbox_of(lua)->owner;
    const char *name = luaL_checkstring(lua, 1);
    const int cases = cg_whole_number(lua, 2, "family: the number of cases", 1);
    luaL_checktype(lua, 3, LUA_TFUNCTION);
    luaL_checktype(lua, 4, LUA_TFUNCTION);
    if (!cg_array_fit(sweep->families, sweep->capacity, sweep->n_families + 1))
        return luaL_error(lua, "no memory for the sweep");
    struct cg_sweep_family *family = &sweep->families[sweep->n_families++];
    family->n_cases = cases;
    snprintf(family->name, sizeof family->name, "%s", name);
    lua_settop(lua, 4);
    family->build = luaL_ref(lua, LUA_REGISTRYINDEX);
    family->input = luaL_ref(lua, LUA_REGISTRYINDEX);
    return 0;
}

static int read_families(lua_State *lua)
{
    cg_layers_register(lua);
    lua_register(lua, "family", add_family);
    lua_settop(lua, 0);
    /* each script is given what the one before it returns */
    for (const struct cg_sweep_script *script = cg_sweep_scripts; script->name; script++) {
        cg_sandbox_push_chunk(lua, script->text, strlen(script->text), script->name);
        lua_insert(lua, 1);
        lua_call(lua, lua_gettop(lua) - 1, LUA_MULTRET);
    }
    return 0;
}

enum cg_status cg_sweep_open(struct cg_sweep *sweep, struct cg_error *err)
{
    sweep->sandbox = cg_sandbox_create(err);
    if (!sweep->sandbox)
        return CG_NO_MEMORY;
    sweep->sandbox->owner = sweep;
    return cg_sandbox_call(sweep->sandbox, read_families, NULL, err);
}

void cg_sweep_close(struct cg_sweep *sweep)
{
    cg_sandbox_destroy(&sweep->sandbox);
    free(sweep->families);
    *sweep = (struct cg_sweep){0};
}

struct wanted {
    const struct cg_sweep_family *family;
    int i;
    struct cg_graph *graph;
};

static int make_case(lua_State *lua)
{
    struct wanted *wanted = lua_touserdata(lua, 1);
    int extents[4];
    lua_rawgeti(lua, LUA_REGISTRYINDEX, wanted->family->input);
    lua_pushinteger(lua, wanted->i);
    lua_call(lua, 1, 4);
    for (int k = 0; k < 4; k++)
        extents[k] = cg_whole_number(lua, k - 4, "an extent of the input", 1);
    lua_rawgeti(lua, LUA_REGISTRYINDEX, wanted->family->build);
    lua_pushinteger(lua, wanted->i);
    const struct cg_shape input = {extents[0], extents[1], extents[2], extents[3]};
    wanted->graph = cg_builder_run(lua, -2, input, false, 1);
    return 0;
}

struct cg_graph *cg_sweep_make(const struct cg_sweep *sweep, const struct cg_sweep_family *family, int i,
                               struct cg_error *err)
{
    struct wanted wanted = {family, i, NULL};
    cg_sandbox_call(sweep->sandbox, make_case, &wanted, err);
    return wanted.graph;
}

static bool has_window(enum cg_op op)
{
    return op == CG_CONV || op == CG_MAX_POOL || op == CG_AVG_POOL;
}

void cg_sweep_describe(const struct cg_graph *graph, char *text, size_t size)
{
    const struct cg_shape in = graph->nodes[graph->input].shape, out = graph->nodes[graph->output].shape;
    const struct cg_node *node = &graph->nodes[graph->output];
    const struct cg_window *w = &node->window;
    text[0] = '\0';
    if (graph->n_nodes > 2) {
        cg_append(text, size, "%dx%dx%dx%d -> %dx%dx%dx%d, %d nodes", in.n, in.h, in.w, in.c, out.n, out.h,
                  out.w, out.c, graph->n_nodes);
        return;
    }
    cg_append(text, size, "%s", cg_op_name(node->op));
    if (has_window(node->op))
        cg_append(text, size, " %dx%d", w->kernel_h, w->kernel_w);
    cg_append(text, size, " %d -> %d on %dx%d", in.c, out.c, in.h, in.w);
    if (in.n > 1)
        cg_append(text, size, ", batch %d", in.n);
    if (has_window(node->op) && (w->stride_h > 1 || w->stride_w > 1))
        cg_append(text, size, ", stride %d", w->stride_h);
    if (has_window(node->op) && w->dilation_h > 1)
        cg_append(text, size, ", dilation %d", w->dilation_h);
    if (has_window(node->op) && (w->pad_top || w->pad_left || w->pad_bottom || w->pad_right))
        cg_append(text, size, ", pads %d %d %d %d", w->pad_top, w->pad_left, w->pad_bottom, w->pad_right);
    if (node->groups > 1)
        cg_append(text, size, ", %d groups", node->groups);
    if (node->act != CG_ACT_NONE)
        cg_append(text, size, ", %s", cg_act_name(node->act));
    cg_append(text, size, "%s%s", node->bias ? ", bias" : "", node->norm ? ", norm" : "");
}
