#include "bench/config/builder.h"

#include "bench/config/arguments.h"
#include "bench/config/sandbox.h"
#include "bench/graph/cost.h"
#include "bench/graph/rewrite.h"

#include <lauxlib.h>
#include <stdio.h>
#include <string.h>

#define TENSOR_TYPE  "tensor"
#define BUILDER_TYPE "graph being built"

/* One graph in the making, a userdata of the state: released with it on any error. */
struct cg_builder {
    struct cg_graph *graph;
    int generation;           /* a tensor of another builder is refused */
    bool norm;                /* the default of conv's `norm` */
    int block;                /* of the nodes to come, or -1 */
    size_t bytes;             /* charged to the sandbox */
    struct cg_builder *outer; /* the one that was current before: madds{} builds inside a build */
};

struct tensor {
    int generation;
    int id;
};

void cg_builder_reset(lua_State *lua)
{
    cg_sandbox_of(lua)->builder = NULL;
}

static struct cg_builder *current(lua_State *lua, const char *call)
{
    struct cg_builder *builder = cg_sandbox_of(lua)->builder;
    if (!builder)
        luaL_error(lua, "%s works on a tensor, so it belongs inside a build function", call);
    return builder;
}

int cg_tensor_check(lua_State *lua, int index, const char *call)
{
    const struct cg_builder *builder = current(lua, call);
    const struct tensor *tensor = luaL_testudata(lua, index, TENSOR_TYPE);
    if (!tensor)
        luaL_error(lua, "%s works on tensors, not on a %s", call, luaL_typename(lua, index));
    if (tensor->generation != builder->generation)
        luaL_error(lua, "%s: this tensor belongs to another network", call);
    return tensor->id;
}

static void push_tensor(lua_State *lua, int generation, int id)
{
    struct tensor *tensor = lua_newuserdatauv(lua, sizeof *tensor, 0);
    tensor->generation = generation;
    tensor->id = id;
    luaL_setmetatable(lua, TENSOR_TYPE);
}

struct cg_shape cg_tensor_shape(lua_State *lua, int id)
{
    return cg_sandbox_of(lua)->builder->graph->nodes[id].shape;
}

bool cg_builder_norm(lua_State *lua)
{
    return cg_sandbox_of(lua)->builder->norm;
}

/* "file.lua:12" of the Lua line that runs now; a graph keeps no directories. */
static void write_origin(lua_State *lua, char *origin)
{
    lua_Debug where;
    origin[0] = '\0';
    for (int level = 1; lua_getstack(lua, level, &where); level++) {
        lua_getinfo(lua, "Sl", &where);
        if (where.currentline > 0) {
            snprintf(origin, CG_NAME_MAX, "%.48s:%d", where.short_src, where.currentline);
            return;
        }
    }
}

int cg_tensor_add(lua_State *lua, struct cg_node *node)
{
    struct cg_builder *builder = current(lua, cg_op_name(node->op));
    struct cg_graph *graph = builder->graph;
    if (graph->n_nodes >= CG_BUILDER_MAX_NODES)
        luaL_error(lua, "the network has more than %d layers", CG_BUILDER_MAX_NODES);
    const size_t n_index = node->op == CG_PERMUTE ? (size_t)node->shape.c : 0;
    const size_t bytes = sizeof *node + ((size_t)node->n_inputs + n_index) * sizeof(int);
    cg_sandbox_charge(lua, bytes);
    builder->bytes += bytes;
    node->block = builder->block;
    write_origin(lua, node->origin);
    struct cg_error err = {0};
    const int id = cg_graph_add(graph, node, &err);
    if (id < 0) {
        lua_pushstring(lua, err.text); /* it begins with the origin already */
        lua_error(lua);
    }
    push_tensor(lua, builder->generation, id);
    return 1;
}

static void release(lua_State *lua, struct cg_builder *builder)
{
    cg_graph_destroy(&builder->graph);
    cg_sandbox_release(cg_sandbox_of(lua), builder->bytes);
    builder->bytes = 0;
}

static int builder_collect(lua_State *lua)
{
    release(lua, lua_touserdata(lua, 1));
    return 0;
}

/* Pushes a new builder and makes it the current one. */
static struct cg_builder *builder_push(lua_State *lua, bool norm)
{
    struct cg_sandbox *sandbox = cg_sandbox_of(lua);
    struct cg_builder *builder = lua_newuserdatauv(lua, sizeof *builder, 0);
    *builder = (struct cg_builder){
        .generation = ++sandbox->generations, .norm = norm, .block = -1, .outer = sandbox->builder};
    luaL_setmetatable(lua, BUILDER_TYPE);
    builder->graph = cg_graph_create();
    if (!builder->graph)
        luaL_error(lua, "no memory for a graph");
    sandbox->builder = builder;
    return builder;
}

struct cg_graph *cg_builder_run(lua_State *lua, int function, struct cg_shape input, bool norm, int n_extra)
{
    const int extra = lua_gettop(lua) - n_extra + 1;
    function = lua_absindex(lua, function);
    luaL_checkstack(lua, n_extra + 8, "too many values");
    struct cg_builder *builder = builder_push(lua, norm);
    const int guard = lua_gettop(lua);
    lua_pushvalue(lua, function);
    struct cg_node image = cg_node_of(CG_INPUT);
    image.shape = input;
    snprintf(image.name, sizeof image.name, "input");
    cg_tensor_add(lua, &image);
    for (int i = 0; i < n_extra; i++)
        lua_pushvalue(lua, extra + i);
    lua_call(lua, 1 + n_extra, 1);
    if (!luaL_testudata(lua, -1, TENSOR_TYPE))
        luaL_error(lua, "the build function must return a tensor; it returned a %s", luaL_typename(lua, -1));
    struct cg_error err = {0};
    struct cg_graph *graph = NULL;
    if (cg_graph_set_output(builder->graph, cg_tensor_check(lua, -1, "build"), &err) == CG_OK)
        graph = cg_graph_fuse(builder->graph, &err);
    if (!graph)
        luaL_error(lua, "%s", err.text);
    cg_sandbox_of(lua)->builder = builder->outer;
    release(lua, builder);
    lua_remove(lua, guard);
    lua_settop(lua, extra - 1);
    return graph;
}

/* block("stage%d.%d", 2, 1) names the building block of the layers that follow; block() ends it. */
static int set_block(lua_State *lua)
{
    struct cg_builder *builder = current(lua, "block");
    if (lua_isnoneornil(lua, 1)) {
        builder->block = -1;
        return 0;
    }
    if (lua_gettop(lua) > 1) {
        lua_getglobal(lua, "string");
        lua_getfield(lua, -1, "format");
        lua_insert(lua, 1);
        lua_pop(lua, 1);
        lua_call(lua, lua_gettop(lua) - 1, 1);
    }
    size_t length;
    const char *name = luaL_checklstring(lua, 1, &length);
    if (length == 0 || length >= CG_NAME_MAX || strlen(name) != length)
        return luaL_error(lua, "the name of a block has 1 to %d characters", CG_NAME_MAX - 1);
    cg_refuse_control(lua, "block", "the name", name);
    const struct cg_graph *graph = builder->graph;
    if (builder->block >= 0 && strcmp(graph->blocks[builder->block], name) == 0)
        return 0;
    if (graph->n_blocks >= CG_BUILDER_MAX_BLOCKS)
        return luaL_error(lua, "the network has more than %d blocks", CG_BUILDER_MAX_BLOCKS);
    cg_sandbox_charge(lua, CG_NAME_MAX);
    builder->bytes += CG_NAME_MAX;
    builder->block = cg_graph_add_block(builder->graph, name);
    if (builder->block < 0)
        return luaL_error(lua, "no memory for a block");
    return 0;
}

/* madds{map = 56, channels = 64, build = function(x) ... end}: multiply-adds of what is built, so that widths
 * can be chosen for equal work. */
static int count_madds(lua_State *lua)
{
    struct cg_arguments a = cg_arguments_open(lua, 1, "madds", false);
    struct cg_shape shape = {.n = 1};
    if (!cg_argument_pair(&a, "map", 0, 1, &shape.w, &shape.h))
        return luaL_error(lua, "madds needs map");
    shape.c = cg_argument_needed_int(&a, "channels", 0, 1);
    const bool norm = cg_argument_bool(&a, "norm", false);
    if (cg_argument_push(&a, "build", 0) != LUA_TFUNCTION)
        return luaL_error(lua, "madds needs build, a function");
    const int function = lua_gettop(lua);
    cg_arguments_close(&a);
    struct cg_graph *graph = cg_builder_run(lua, function, shape, norm, 0);
    const int64_t madds = cg_graph_cost(graph).madds;
    cg_graph_destroy(&graph);
    lua_pushinteger(lua, madds);
    return 1;
}

/* x.c, x.h, x.w, x.n, and the methods. */
static int tensor_index(lua_State *lua)
{
    const char *key = lua_type(lua, 2) == LUA_TSTRING ? lua_tostring(lua, 2) : "";
    lua_pushvalue(lua, 2);
    if (lua_rawget(lua, lua_upvalueindex(1)) != LUA_TNIL)
        return 1;
    const struct cg_shape shape =
        cg_tensor_shape(lua, cg_tensor_check(lua, 1, key[0] ? key : "a tensor's field"));
    const struct {
        const char *name;
        int value;
    } fields[] = {{"c", shape.c}, {"h", shape.h}, {"w", shape.w}, {"n", shape.n}};
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        if (strcmp(key, fields[i].name) == 0) {
            lua_pushinteger(lua, fields[i].value);
            return 1;
        }
    }
    const char *names[64];
    int n = 0;
    for (lua_pushnil(lua); n < 64 && lua_next(lua, lua_upvalueindex(1)); lua_pop(lua, 1))
        names[n++] = lua_tostring(lua, -2);
    return luaL_error(lua, "a tensor has no method or field '%s'%s", key,
                      cg_did_you_mean(lua, key, names, n));
}

static int tensor_to_text(lua_State *lua)
{
    const struct cg_shape shape = cg_tensor_shape(lua, cg_tensor_check(lua, 1, "tostring"));
    lua_pushfstring(lua, "tensor of %dx%d pixels and %d channels", shape.w, shape.h, shape.c);
    return 1;
}

void cg_builder_register(lua_State *lua)
{
    const int methods = lua_gettop(lua);
    luaL_newmetatable(lua, BUILDER_TYPE);
    lua_pushcfunction(lua, builder_collect);
    lua_setfield(lua, -2, "__gc");

    luaL_newmetatable(lua, TENSOR_TYPE);
    static const char *const operators[][2] = {{"__add", "add"}, {"__mul", "mul"}};
    for (int i = 0; i < 2; i++) {
        lua_getfield(lua, methods, operators[i][1]);
        lua_setfield(lua, -2, operators[i][0]);
    }
    lua_pushvalue(lua, methods);
    lua_pushcclosure(lua, tensor_index, 1);
    lua_setfield(lua, -2, "__index");
    lua_pushcfunction(lua, tensor_to_text);
    lua_setfield(lua, -2, "__tostring");
    lua_pushboolean(lua, 0);
    lua_setfield(lua, -2, "__metatable");
    lua_settop(lua, methods - 1);

    lua_register(lua, "block", set_block);
    lua_register(lua, "madds", count_madds);
}
