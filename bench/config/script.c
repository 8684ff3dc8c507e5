#include "bench/config/script.h"

#include "base/csv.h"
#include "base/file.h"
#include "bench/config/builder.h"
#include "bench/paper/tables.h"

#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define IMPORTS_KEY  "convgauge imports"
#define IMPORT_DEPTH 16

static struct cg_script *script_of(lua_State *lua)
{
    return cg_sandbox_of(lua)->owner;
}

/* A C buffer that a Lua error must not leak: freed with its userdata. */
struct owned {
    char *text;
    struct cg_csv csv;
};

static int owned_collect(lua_State *lua)
{
    struct owned *owned = lua_touserdata(lua, 1);
    free(owned->text);
    cg_csv_release(&owned->csv);
    owned->text = NULL;
    return 0;
}

static struct owned *push_owned(lua_State *lua)
{
    struct owned *owned = lua_newuserdatauv(lua, sizeof *owned, 0);
    memset(owned, 0, sizeof *owned);
    if (luaL_newmetatable(lua, "owned")) {
        lua_pushcfunction(lua, owned_collect);
        lua_setfield(lua, -2, "__gc");
    }
    lua_setmetatable(lua, -2);
    return owned;
}

/* Runs a file, leaving what it returns (one value) on the stack. */
static void run_file(lua_State *lua, const char *path, const char *name)
{
    struct owned *owned = push_owned(lua);
    struct cg_error err = {0};
    size_t length;
    owned->text = cg_file_read(path, CG_SANDBOX_FILE_BYTES, &length, &err);
    if (!owned->text)
        luaL_error(lua, "%s", err.text);
    cg_sandbox_push_chunk(lua, owned->text, length, name);
    free(owned->text);
    owned->text = NULL;
    lua_remove(lua, -2);
    lua_call(lua, 0, 1);
}

static int run_main(lua_State *lua)
{
    const struct cg_script *script = lua_touserdata(lua, 1);
    run_file(lua, script->path, script->name);
    return 0;
}

/* Beside the importing script, then below each configs directory. */
static bool find_import(const struct cg_script *script, const char *name, char *path, size_t size)
{
    if (!cg_config_name_is_plain(name))
        return false;
    const char *slash = strrchr(script->path, '/');
    const int length =
        snprintf(path, size, "%.*s%s.lua", slash ? (int)(slash - script->path + 1) : 0, script->path, name);
    if (length > 0 && (size_t)length < size && access(path, R_OK) == 0)
        return true;
    return cg_config_find_file(script->config, "", name, path, size);
}

/* import "networks/shufflenet_v2": what that file returns; each file runs once. */
static int import(lua_State *lua)
{
    struct cg_script *script = script_of(lua);
    const char *name = luaL_checkstring(lua, 1);
    luaL_getsubtable(lua, LUA_REGISTRYINDEX, IMPORTS_KEY);
    const int type = lua_getfield(lua, -1, name);
    if (type == LUA_TLIGHTUSERDATA)
        return luaL_error(lua, "import: '%s' imports itself", name);
    if (type != LUA_TNIL)
        return 1;
    lua_pop(lua, 1);
    char path[CG_PATH_MAX];
    if (!find_import(script, name, path, sizeof path))
        return luaL_error(lua, "import: there is no '%s.lua' beside %s or below configs/", name,
                          script->name);
    if (script->imports == IMPORT_DEPTH)
        return luaL_error(lua, "import: more than %d files deep", IMPORT_DEPTH);
    lua_pushlightuserdata(lua, script);
    lua_setfield(lua, -2, name);
    const char *slash = strrchr(path, '/');
    script->imports++;
    run_file(lua, path, slash ? slash + 1 : path);
    script->imports--;
    if (lua_isnil(lua, -1)) {
        lua_pop(lua, 1);
        lua_pushboolean(lua, 1);
    }
    lua_pushvalue(lua, -1);
    lua_setfield(lua, -3, name);
    return 1;
}

/* A cell as a number where it is one, nil where it is empty. */
static void push_cell(lua_State *lua, const char *cell)
{
    if (!cell[0])
        lua_pushnil(lua);
    else if (lua_stringtonumber(lua, cell) == 0)
        lua_pushstring(lua, cell);
}

/* paper "table1_g1": the published table as a list of rows, each a table by column name. */
static int paper(lua_State *lua)
{
    const char *name = luaL_checkstring(lua, 1), *text = cg_paper_table(name);
    if (!text)
        return luaL_error(lua, "paper: there is no table '%s'; name a file of results/paper without its .csv",
                          name);
    struct owned *owned = push_owned(lua);
    struct cg_error err = {0};
    if (cg_csv_parse(text, name, &owned->csv, &err) != CG_OK)
        return luaL_error(lua, "paper: %s", err.text);
    const struct cg_csv *csv = &owned->csv;
    lua_createtable(lua, csv->n_rows, 0);
    for (int row = 0; row < csv->n_rows; row++) {
        lua_createtable(lua, 0, csv->n_columns);
        for (int column = 0; column < csv->n_columns; column++) {
            push_cell(lua, cg_csv_cell(csv, row, column));
            lua_setfield(lua, -2, csv->head[column]);
        }
        lua_rawseti(lua, -2, row + 1);
    }
    return 1;
}

/* network{...} or suite{...}, named by its upvalue: see configs/README.md. */
static int define(lua_State *lua)
{
    struct cg_script *script = script_of(lua);
    const struct cg_script_kind *kind = script->kind;
    if (script->imports > 0)
        return 0;
    const bool network = strcmp(lua_tostring(lua, lua_upvalueindex(1)), "network") == 0;
    if (!kind->name) {
        script->defined = network ? "network" : "suite";
        return 0;
    }
    if (network != (strcmp(kind->name, "network") == 0))
        return luaL_error(lua, "%s", kind->elsewhere);
    if (script->defined)
        return luaL_error(lua, "a file defines one %s; this is the second", kind->name);
    const char *name = kind->define(lua, script);
    lua_pushvalue(lua, 1);
    lua_setfield(lua, LUA_REGISTRYINDEX, CG_DEFINITION_KEY);
    script->defined = name;
    return 0;
}

static int open_dsl(lua_State *lua)
{
    static const char *const kinds[] = {"network", "suite"};
    cg_layers_register(lua);
    lua_register(lua, "import", import);
    lua_register(lua, "paper", paper);
    for (int i = 0; i < 2; i++) {
        lua_pushstring(lua, kinds[i]);
        lua_pushcclosure(lua, define, 1);
        lua_setglobal(lua, kinds[i]);
    }
    return 0;
}

enum cg_status cg_script_open(struct cg_script *script, const struct cg_script_kind *kind,
                              const struct cg_config *config, const char *path, const char *wanted,
                              struct cg_error *err)
{
    const char *slash = strrchr(path, '/');
    script->config = config;
    script->kind = kind;
    if (strlen(path) >= sizeof script->path)
        return cg_fail(err, CG_INVALID, "the path %.80s... is too long", path);
    strcpy(script->path, path);
    snprintf(script->name, sizeof script->name, "%.63s", slash ? slash + 1 : path);
    script->sandbox = cg_sandbox_create(err);
    if (!script->sandbox)
        return CG_NO_MEMORY;
    script->sandbox->owner = script;
    script->sandbox->chunk = script->name;
    enum cg_status status = cg_sandbox_call(script->sandbox, open_dsl, script, err);
    if (status == CG_OK)
        status = cg_sandbox_call(script->sandbox, run_main, script, err);
    if (status == CG_OK && !script->defined)
        return kind->name ? cg_fail(err, CG_INVALID, "%s: it defines no %s; it must call %s{...}",
                                    script->name, kind->name, kind->name)
                          : cg_fail(err, CG_INVALID, "%s: it calls neither network{...} nor suite{...}",
                                    script->name);
    if (status == CG_OK && wanted && strcmp(script->defined, wanted) != 0)
        return cg_fail(err, CG_INVALID, "%s: it defines %s '%s'; the name must be that of the file",
                       script->name, kind->name, script->defined);
    return status;
}

void cg_script_close(struct cg_script *script)
{
    cg_sandbox_destroy(&script->sandbox);
}
