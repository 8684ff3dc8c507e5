#include "bench/config/sandbox.h"

#include "base/clock.h"

#include <lauxlib.h>
#include <lualib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HOOK_INSTRUCTIONS 100 /* between two looks at the limits */
#define TIMED_ALLOCATION                                                                                     \
    ((size_t)65536) /* so that few instructions with huge strings meet the clock as well */

static bool time_is_up(const struct cg_sandbox *sandbox)
{
    return sandbox->deadline_ns && cg_now_ns() >= sandbox->deadline_ns &&
           cg_clock_ns(CLOCK_THREAD_CPUTIME_ID) >= sandbox->thread_end_ns; /* a system call: asked last */
}

static void *allocate(void *userdata, void *block, size_t old_size, size_t new_size)
{
    struct cg_sandbox *sandbox = userdata;
    if (!block)
        old_size = 0; /* Lua passes the kind of object here */
    if (new_size == 0) {
        free(block);
        sandbox->bytes -= old_size;
        return NULL;
    }
    if (new_size > old_size) {
        sandbox->machine_is_full = false;
        if (new_size - old_size > CG_SANDBOX_MEMORY_BYTES - sandbox->bytes)
            return NULL; /* Lua collects garbage and tries again before it gives up */
        if (new_size >= TIMED_ALLOCATION && time_is_up(sandbox)) {
            sandbox->struck = CG_LIMIT_TIME;
            return NULL;
        }
    }
    void *moved = realloc(block, new_size);
    if (moved)
        sandbox->bytes = sandbox->bytes - old_size + new_size;
    sandbox->machine_is_full = !moved;
    return moved;
}

static int strike(lua_State *lua, struct cg_sandbox *sandbox, enum cg_limit limit)
{
    sandbox->struck = limit;
    return luaL_error(lua, "limit"); /* cg_sandbox_call() writes the sentence */
}

static void hook(lua_State *lua, lua_Debug *where)
{
    struct cg_sandbox *sandbox = cg_sandbox_of(lua);
    lua_getinfo(lua, "Sl", where);
    if (where->currentline > 0)
        snprintf(sandbox->near, sizeof sandbox->near, "%s:%d", where->short_src, where->currentline);
    sandbox->instructions += HOOK_INSTRUCTIONS;
    if (sandbox->struck)
        strike(lua, sandbox, sandbox->struck);
    if (sandbox->instructions > CG_SANDBOX_INSTRUCTIONS)
        strike(lua, sandbox, CG_LIMIT_INSTRUCTIONS);
    if (time_is_up(sandbox))
        strike(lua, sandbox, CG_LIMIT_TIME);
}

/* string.rep(s, n [, sep]) with a bound on the result. */
static int bounded_rep(lua_State *lua)
{
    size_t length, separator;
    luaL_checklstring(lua, 1, &length);
    const lua_Integer count = luaL_checkinteger(lua, 2);
    luaL_optlstring(lua, 3, "", &separator);
    if (length + separator == 0) { /* Lua's own would still count to n */
        lua_pushliteral(lua, "");
        return 1;
    }
    if (count > 0 && (size_t)count > CG_SANDBOX_STRING_BYTES / (length + separator))
        return luaL_error(lua, "string.rep would make more than %d bytes", (int)CG_SANDBOX_STRING_BYTES);
    lua_pushvalue(lua, lua_upvalueindex(1));
    lua_insert(lua, 1);
    lua_call(lua, lua_gettop(lua) - 1, 1);
    return 1;
}

/* table.sort with a bound, since it runs in one go. */
static int bounded_sort(lua_State *lua)
{
    luaL_checktype(lua, 1, LUA_TTABLE);
    if (lua_rawlen(lua, 1) > CG_SANDBOX_SORT_ENTRIES)
        return luaL_error(lua, "table.sort takes at most %d entries", CG_SANDBOX_SORT_ENTRIES);
    lua_settop(lua, 2);
    lua_pushvalue(lua, lua_upvalueindex(1));
    lua_insert(lua, 1);
    lua_call(lua, 2, 0);
    return 0;
}

/* The white lists. Left out of string: pattern functions (time without bound in one call), dump, pack and
 * unpack; of table: move (loops without allocating); of math: random (a config is the same each time). */
static const char *const base_names[] = {"assert", "error",  "ipairs",   "next",     "pairs", "rawequal",
                                         "rawlen", "select", "tonumber", "tostring", "type",  NULL};
static const char *const string_names[] = {"byte",    "char", "format", "len", "lower",
                                           "reverse", "sub",  "upper",  NULL};
static const char *const table_names[] = {"concat", "insert", "pack", "remove", "unpack", NULL};
static const char *const math_names[] = {
    "abs",        "ceil", "cos", "exp", "floor", "fmod", "huge",      "log",  "max", "maxinteger", "min",
    "mininteger", "modf", "pi",  "sin", "sqrt",  "tan",  "tointeger", "type", "ult", NULL};

/* Pushes a table with the named functions of a library and, where there is a `wrapper`, that in the place of
 * library[wrapped], the original being its upvalue. */
static void open_library(lua_State *lua, lua_CFunction open, const char *const *names, const char *wrapped,
                         lua_CFunction wrapper)
{
    lua_pushcfunction(lua, open);
    lua_call(lua, 0, 1);
    lua_newtable(lua);
    for (; *names; names++) {
        lua_getfield(lua, -2, *names);
        lua_setfield(lua, -2, *names);
    }
    if (wrapper) {
        lua_getfield(lua, -2, wrapped);
        lua_pushcclosure(lua, wrapper, 1);
        lua_setfield(lua, -2, wrapped);
    }
    lua_remove(lua, -2);
}

static int open_white_list(lua_State *lua)
{
    open_library(lua, luaopen_base, base_names, NULL, NULL); /* becomes the new globals */
    open_library(lua, luaopen_string, string_names, "rep", bounded_rep);
    /* ("x"):rep(3) goes through the metatable of strings, which must know the short list only. */
    lua_pushliteral(lua, "");
    lua_getmetatable(lua, -1);
    lua_pushvalue(lua, -3);
    lua_setfield(lua, -2, "__index");
    lua_pushboolean(lua, 0);
    lua_setfield(lua, -2, "__metatable");
    lua_pop(lua, 2);
    lua_setfield(lua, -2, "string");
    open_library(lua, luaopen_table, table_names, "sort", bounded_sort);
    lua_setfield(lua, -2, "table");
    open_library(lua, luaopen_math, math_names, NULL, NULL);
    lua_setfield(lua, -2, "math");
    lua_rawseti(lua, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
    return 0;
}

struct cg_sandbox *cg_sandbox_of(lua_State *lua)
{
    struct cg_sandbox *sandbox;
    memcpy(&sandbox, lua_getextraspace(lua), sizeof sandbox);
    return sandbox;
}

struct cg_sandbox *cg_sandbox_create(struct cg_error *err)
{
    struct cg_sandbox *sandbox = calloc(1, sizeof *sandbox);
    if (sandbox)
        sandbox->lua = lua_newstate(allocate, sandbox);
    if (!sandbox || !sandbox->lua) {
        free(sandbox);
        cg_fail(err, CG_NO_MEMORY, "no memory for Lua");
        return NULL;
    }
    memcpy(lua_getextraspace(sandbox->lua), &sandbox, sizeof sandbox);
    if (cg_sandbox_call(sandbox, open_white_list, NULL, err) != CG_OK)
        cg_sandbox_destroy(&sandbox);
    return sandbox;
}

void cg_sandbox_destroy(struct cg_sandbox **sandbox)
{
    if (!*sandbox)
        return;
    lua_close((*sandbox)->lua);
    free(*sandbox);
    *sandbox = NULL;
}

/* The sentence for what pcall returned; the error object is on top of the stack. */
static enum cg_status explain(struct cg_sandbox *sandbox, int result, struct cg_error *err)
{
    lua_State *lua = sandbox->lua;
    const char *where = sandbox->near[0] ? sandbox->near : sandbox->chunk ? sandbox->chunk : "Lua";
    if (result == LUA_ERRMEM && !sandbox->struck) {
        if (sandbox->machine_is_full)
            return cg_fail(err, CG_NO_MEMORY, "%s: no memory", where);
        sandbox->struck = CG_LIMIT_MEMORY;
    }
    switch (sandbox->struck) {
    case CG_LIMIT_MEMORY:
        return cg_fail(err, CG_INVALID,
                       "%s: needs more than the %d MiB of memory that a configuration file may use", where,
                       (int)(CG_SANDBOX_MEMORY_BYTES >> 20));
    case CG_LIMIT_INSTRUCTIONS:
        return cg_fail(err, CG_INVALID, "%s: still running after %d million instructions: an endless loop?",
                       where, CG_SANDBOX_INSTRUCTIONS / 1000000);
    case CG_LIMIT_TIME:
        return cg_fail(err, CG_INVALID, "%s: still running after %d seconds: an endless loop?", where,
                       CG_SANDBOX_SECONDS);
    case CG_LIMIT_NONE:
        break;
    }
    if (lua_type(lua, -1) == LUA_TSTRING)
        return cg_fail(err, CG_INVALID, "%s", lua_tostring(lua, -1));
    return cg_fail(err, CG_INVALID, "%s: error() was called with a %s instead of a text", where,
                   lua_typename(lua, lua_type(lua, -1)));
}

enum cg_status cg_sandbox_call(struct cg_sandbox *sandbox, lua_CFunction function, void *argument,
                               struct cg_error *err)
{
    lua_State *lua = sandbox->lua;
    sandbox->instructions = 0;
    sandbox->struck = CG_LIMIT_NONE;
    sandbox->near[0] = '\0';
    sandbox->deadline_ns = cg_now_ns() + INT64_C(1000000000) * CG_SANDBOX_SECONDS;
    sandbox->thread_end_ns = cg_clock_ns(CLOCK_THREAD_CPUTIME_ID) + INT64_C(1000000000) * CG_SANDBOX_SECONDS;
    lua_settop(lua, 0);
    lua_sethook(lua, hook, LUA_MASKCOUNT, HOOK_INSTRUCTIONS);
    lua_pushcfunction(lua, function); /* a light function: allocates nothing */
    lua_pushlightuserdata(lua, argument);
    const int result = lua_pcall(lua, 1, 0, 0);
    const enum cg_status status = result == LUA_OK ? CG_OK : explain(sandbox, result, err);
    lua_sethook(lua, NULL, 0, 0);
    lua_settop(lua, 0);
    return status;
}

void cg_sandbox_push_chunk(lua_State *lua, const char *text, size_t length, const char *name)
{
    const char *chunk_name = lua_pushfstring(lua, "@%s", name);
    if (luaL_loadbufferx(lua, text, length, chunk_name, "t") != LUA_OK)
        lua_error(lua);
    lua_remove(lua, -2);
}

void cg_sandbox_charge(lua_State *lua, size_t bytes)
{
    struct cg_sandbox *sandbox = cg_sandbox_of(lua);
    if (bytes > CG_SANDBOX_MEMORY_BYTES - sandbox->bytes)
        strike(lua, sandbox, CG_LIMIT_MEMORY);
    if (time_is_up(sandbox))
        strike(lua, sandbox, CG_LIMIT_TIME);
    sandbox->bytes += bytes;
}

void cg_sandbox_release(struct cg_sandbox *sandbox, size_t bytes)
{
    sandbox->bytes -= bytes;
}
