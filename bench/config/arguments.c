#include "bench/config/arguments.h"

#include "base/nearest.h"
#include "base/text.h"

#include <lauxlib.h>
#include <limits.h>
#include <string.h>

const char *cg_did_you_mean(lua_State *lua, const char *word, const char *const *names, int n)
{
    char near[160];
    cg_nearest(word, names, n, near, sizeof near);
    return lua_pushfstring(lua, "%s%s", near[0] ? "; did you mean " : "", near);
}

const char *cg_listed(lua_State *lua, const char *const *names, int n)
{
    luaL_Buffer text;
    luaL_buffinit(lua, &text);
    for (int i = 0; i < n; i++) {
        luaL_addstring(&text, i == 0 ? "" : ", ");
        luaL_addstring(&text, names[i]);
    }
    luaL_pushresult(&text);
    return lua_tostring(lua, -1);
}

struct cg_arguments cg_arguments_open(lua_State *lua, int index, const char *call, bool optional)
{
    index = lua_absindex(lua, index);
    luaL_checkstack(lua, 3 * CG_ARGUMENTS_MAX, "too many options"); /* they stay on the stack */
    if (optional && lua_isnoneornil(lua, index)) {
        lua_newtable(lua);
        index = lua_gettop(lua);
    } else if (!lua_istable(lua, index)) {
        luaL_error(lua, "%s takes its options in braces, not a %s", call, luaL_typename(lua, index));
    }
    return (struct cg_arguments){.lua = lua, .table = index, .call = call};
}

void cg_arguments_close(struct cg_arguments *a)
{
    for (lua_pushnil(a->lua); lua_next(a->lua, a->table); lua_pop(a->lua, 1)) {
        bool known = false;
        if (lua_type(a->lua, -2) == LUA_TSTRING) {
            const char *name = lua_tostring(a->lua, -2);
            for (int i = 0; i < a->n_names && !known; i++)
                known = strcmp(name, a->names[i]) == 0;
            if (!known)
                luaL_error(a->lua, "%s has no option '%s'%s", a->call, name,
                           cg_did_you_mean(a->lua, name, a->names, a->n_names));
        } else if (lua_isinteger(a->lua, -2)) {
            const lua_Integer position = lua_tointeger(a->lua, -2);
            known = position >= 1 && position <= a->positions;
        }
        if (!known)
            luaL_error(a->lua, "%s takes %d values without a name, not more", a->call, a->positions);
    }
}

int cg_argument_push(struct cg_arguments *a, const char *name, int position)
{
    if (a->n_names < CG_ARGUMENTS_MAX)
        a->names[a->n_names++] = name;
    if (position > a->positions)
        a->positions = position;
    if (lua_getfield(a->lua, a->table, name) != LUA_TNIL || position == 0)
        return lua_type(a->lua, -1);
    lua_pop(a->lua, 1);
    return lua_rawgeti(a->lua, a->table, position);
}

int cg_whole_number(lua_State *lua, int index, const char *what, int least)
{
    int is_whole;
    if (lua_type(lua, index) != LUA_TNUMBER)
        luaL_error(lua, "%s must be a whole number, not a %s", what, luaL_typename(lua, index));
    const lua_Integer value = lua_tointegerx(lua, index, &is_whole);
    if (!is_whole)
        luaL_error(lua, "%s must be a whole number, not %f", what, lua_tonumber(lua, index));
    if (value < least || value > INT_MAX)
        luaL_error(lua, "%s is %I; it must be at least %d", what, (LUAI_UACINT)value, least);
    return (int)value;
}

static const char *described(struct cg_arguments *a, const char *name)
{
    return lua_pushfstring(a->lua, "%s: %s", a->call, name); /* left on the stack until the call returns */
}

int cg_argument_int(struct cg_arguments *a, const char *name, int position, int least, int otherwise)
{
    if (cg_argument_push(a, name, position) == LUA_TNIL)
        return otherwise;
    const int value = lua_gettop(a->lua);
    return cg_whole_number(a->lua, value, described(a, name), least);
}

int cg_argument_needed_int(struct cg_arguments *a, const char *name, int position, int least)
{
    const int value = cg_argument_int(a, name, position, least, INT_MIN);
    return value != INT_MIN ? value : luaL_error(a->lua, "%s needs %s", a->call, name);
}

int cg_argument_list(struct cg_arguments *a, const char *name, int most, const char *what)
{
    const int type = cg_argument_push(a, name, 0);
    if (type == LUA_TNIL)
        return 0;
    const lua_Unsigned n = type == LUA_TTABLE ? lua_rawlen(a->lua, -1) : 0;
    if (n < 1 || n > (lua_Unsigned)most)
        luaL_error(a->lua, "%s: %s is a list of 1 to %d %s", a->call, name, most, what);
    return (int)n;
}

bool cg_argument_pair(struct cg_arguments *a, const char *name, int position, int least, int *first,
                      int *second)
{
    const int type = cg_argument_push(a, name, position);
    if (type == LUA_TNIL)
        return false;
    const int value = lua_gettop(a->lua);
    const char *what = described(a, name);
    if (type != LUA_TTABLE) {
        *first = *second = cg_whole_number(a->lua, value, what, least);
        return true;
    }
    if (lua_rawlen(a->lua, value) != 2)
        luaL_error(a->lua, "%s must be a number or a pair of numbers", what);
    lua_rawgeti(a->lua, value, 1);
    *first = cg_whole_number(a->lua, -1, what, least);
    lua_rawgeti(a->lua, value, 2);
    *second = cg_whole_number(a->lua, -1, what, least);
    return true;
}

/* Pushes an option that must be of `type`, called `what`, or nil; false when nil. */
static bool push_typed(struct cg_arguments *a, const char *name, int position, int type, const char *what)
{
    const int found = cg_argument_push(a, name, position);
    if (found != LUA_TNIL && found != type)
        luaL_error(a->lua, "%s: %s must be %s, not a %s", a->call, name, what, lua_typename(a->lua, found));
    return found != LUA_TNIL;
}

bool cg_argument_bool(struct cg_arguments *a, const char *name, bool otherwise)
{
    return push_typed(a, name, 0, LUA_TBOOLEAN, "true or false") ? lua_toboolean(a->lua, -1) : otherwise;
}

double cg_argument_real(struct cg_arguments *a, const char *name, double otherwise)
{
    return push_typed(a, name, 0, LUA_TNUMBER, "a number") ? lua_tonumber(a->lua, -1) : otherwise;
}

void cg_refuse_control(lua_State *lua, const char *call, const char *name, const char *text)
{
    if (cg_has_control(text))
        luaL_error(lua, "%s: %s contains a control character", call, name);
}

void cg_argument_text(struct cg_arguments *a, const char *name, int position, bool needed, char *text,
                      size_t size)
{
    size_t length = 0;
    text[0] = '\0';
    if (!push_typed(a, name, position, LUA_TSTRING, "a text")) {
        if (needed)
            luaL_error(a->lua, "%s needs %s = \"...\"", a->call, name);
        return;
    }
    const char *value = lua_tolstring(a->lua, -1, &length);
    if (length >= size)
        luaL_error(a->lua, "%s: %s is longer than %d characters", a->call, name, (int)size - 1);
    if (needed && length == 0)
        luaL_error(a->lua, "%s: %s is empty", a->call, name);
    if (strlen(value) != length)
        luaL_error(a->lua, "%s: %s contains a zero byte", a->call, name);
    cg_refuse_control(a->lua, a->call, name, value);
    memcpy(text, value, length + 1);
}
