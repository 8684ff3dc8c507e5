#include "bench/config/suite_file.h"

#include "bench/config/arguments.h"
#include "bench/config/builder.h"
#include "bench/config/suite_case.h"
#include "base/text.h"

#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEFINITION_KEY "convgauge suite"
#define MAX_GROUPS     256

static void read_kind(struct cg_arguments *a, struct cg_suite *suite)
{
    char name[32];
    cg_argument_text(a, "kind", 0, true, name, sizeof name);
    const int kind = cg_suite_kind_from_name(name);
    if (kind < 0)
        luaL_error(a->lua, "suite: there is no kind '%s'", name);
    suite->kind = (enum cg_suite_kind)kind;
}

/* fusions = {"full", "none"}; nil: full. */
static void read_fusions(struct cg_arguments *a, struct cg_suite *suite)
{
    lua_State *lua = a->lua;
    suite->fusion_full = true;
    if (cg_argument_push(a, "fusions", 0) == LUA_TNIL)
        return;
    suite->fusion_full = false;
    if (!lua_istable(lua, -1))
        luaL_error(lua, "suite: fusions is a list of \"full\", \"layers\" and \"none\"");
    const int list = lua_gettop(lua);
    for (lua_Integer i = 1; lua_rawgeti(lua, list, i) != LUA_TNIL; i++, lua_settop(lua, list)) {
        const char *name = lua_isstring(lua, -1) ? lua_tostring(lua, -1) : "";
        const bool full = strcmp(name, "full") == 0, layers = strcmp(name, "layers") == 0,
                   none = strcmp(name, "none") == 0;
        suite->fusion_full |= full;
        suite->fusion_layers |= layers;
        suite->fusion_none |= none;
        if (!full && !layers && !none)
            luaL_error(lua, "suite: fusions is a list of \"full\", \"layers\" and \"none\"");
    }
    if (!suite->fusion_full && !suite->fusion_layers && !suite->fusion_none)
        luaL_error(lua, "suite: fusions is empty");
}

static void read_batches(struct cg_arguments *a, struct cg_suite *suite)
{
    const int n = cg_argument_list(a, "batches", CG_SUITE_BATCHES, "numbers");
    suite->n_batches = n ? n : 1;
    suite->batches[0] = 1;
    for (int i = 0; i < n; i++, lua_pop(a->lua, 1)) {
        lua_rawgeti(a->lua, -1, i + 1);
        suite->batches[i] = cg_whole_number(a->lua, -1, "suite: a batch", 1);
    }
}

/* engines = {"native", ...}: what is measured when nothing else is asked for. */
static void read_engines(struct cg_arguments *a, struct cg_suite *suite)
{
    suite->n_engines = cg_argument_list(a, "engines", CG_SUITE_ENGINES, "names");
    for (int i = 0; i < suite->n_engines; i++, lua_pop(a->lua, 1)) {
        const size_t size = sizeof suite->engines[i];
        const char *name = lua_rawgeti(a->lua, -1, i + 1) == LUA_TSTRING ? lua_tostring(a->lua, -1) : NULL;
        if (!name || snprintf(suite->engines[i], size, "%s", name) >= (int)size)
            luaL_error(a->lua, "suite: an engine is a name");
    }
}

static void read_factors(struct cg_arguments *a, struct cg_suite *suite)
{
    lua_State *lua = a->lua;
    const int type = cg_argument_push(a, "factors", 0);
    if (type == LUA_TNIL && suite->kind != CG_KIND_FACTORIAL)
        return;
    const int list = lua_gettop(lua);
    if (type != LUA_TTABLE || lua_rawlen(lua, list) != CG_FACTORS)
        luaL_error(lua, "suite: factors is a list of %d names", CG_FACTORS);
    for (int i = 0; i < CG_FACTORS; i++) {
        lua_rawgeti(lua, list, i + 1);
        snprintf(suite->factor_names[i], sizeof suite->factor_names[i], "%s", luaL_checkstring(lua, -1));
    }
}

/* suite{...}: see configs/README.md. Inside an imported file it defines nothing. */
static int suite(lua_State *lua)
{
    struct cg_script *script = cg_script_of(lua);
    struct cg_suite_file *file = script->file;
    if (script->imports > 0)
        return 0;
    if (file->defined)
        return luaL_error(lua, "a file defines one suite; this is the second");
    struct cg_arguments a = cg_arguments_open(lua, 1, "suite", false);
    struct cg_suite *header = &file->header;
    cg_argument_text(&a, "name", 0, true, header->name, sizeof header->name);
    cg_argument_text(&a, "title", 0, true, header->title, sizeof header->title);
    cg_argument_text(&a, "source", 0, false, header->source, sizeof header->source);
    cg_argument_text(&a, "note", 0, false, header->note, sizeof header->note);
    read_kind(&a, header);
    cg_argument_text(&a, "axis", 0, header->kind == CG_KIND_SLOPE, header->axis, sizeof header->axis);
    read_factors(&a, header);
    read_fusions(&a, header);
    read_batches(&a, header);
    read_engines(&a, header);
    const int readings = cg_argument_push(&a, "readings", 0);
    if (readings != LUA_TNIL && (readings != LUA_TTABLE || lua_rawlen(lua, -1) == 0))
        return luaL_error(lua, "suite: readings is a list of tables that begin with their names");
    const int groups = cg_argument_push(&a, "groups", 0);
    if (groups != LUA_TTABLE && groups != LUA_TFUNCTION)
        return luaL_error(lua, "suite needs groups: a list, or a function (reading) that returns one");
    cg_arguments_close(&a);
    lua_pushvalue(lua, 1);
    lua_setfield(lua, LUA_REGISTRYINDEX, DEFINITION_KEY);
    file->defined = true;
    return 0;
}

/* network{} in a suite's file: nothing when imported, else a slip. */
static int network_elsewhere(lua_State *lua)
{
    if (cg_script_of(lua)->imports == 0)
        return luaL_error(lua,
                          "network{} makes a network, not a suite: 'convgauge profile FILE' times it, and a "
                          "suite's case can name it");
    return 0;
}

static void add_functions(lua_State *lua)
{
    lua_register(lua, "suite", suite);
    lua_register(lua, "network", network_elsewhere); /* a suite may import a network's units */
}

struct cg_suite_file *cg_suite_file_open(const struct cg_config *config, const char *path, const char *name,
                                         struct cg_error *err)
{
    struct cg_suite_file *file = calloc(1, sizeof *file);
    if (!file) {
        cg_fail(err, CG_NO_MEMORY, "no memory for %s", path);
        return NULL;
    }
    file->script.file = file;
    file->script.add_functions = add_functions;
    if (cg_script_open(&file->script, config, path, err) != CG_OK ||
        cg_script_check(&file->script, "suite", file->defined ? file->header.name : NULL, name, err) != CG_OK)
        cg_suite_file_close(&file);
    return file;
}

void cg_suite_file_close(struct cg_suite_file **file)
{
    if (!*file)
        return;
    cg_script_close(&(*file)->script);
    free(*file);
    *file = NULL;
}

struct build_request {
    const struct cg_suite_file *file;
    const char *reading;                     /* NULL: the default */
    const struct cg_config_options *options; /* NULL: describe only, build nothing */
    struct cg_suite *suite;
};

/* Pushes the reading's table, or nil when the suite has none. */
static void push_reading(lua_State *lua, int definition, struct build_request *request)
{
    const char *names[64];
    int n = 0;
    if (lua_getfield(lua, definition, "readings") == LUA_TNIL) {
        if (request->reading)
            luaL_error(lua, "%s has one reading, so none called '%s'", request->file->header.name,
                       request->reading);
        return;
    }
    const int list = lua_gettop(lua);
    for (lua_Integer i = 1; n < 64 && lua_rawgeti(lua, list, i) == LUA_TTABLE; i++) {
        lua_rawgeti(lua, -1, 1);
        names[n] = luaL_checkstring(lua, -1);
        lua_pop(lua, 1);
        if (!request->reading || strcmp(names[n], request->reading) == 0) {
            if (request->reading)
                snprintf(request->suite->name, sizeof request->suite->name, "%.31s:%.31s",
                         request->file->header.name, names[n]);
            lua_replace(lua, list);
            lua_settop(lua, list);
            return;
        }
        n++;
        lua_pop(lua, 1);
    }
    char list_of[200] = "";
    for (int i = 0; i < n; i++)
        cg_append(list_of, sizeof list_of, "%s%s", i ? ", " : "", names[i]);
    luaL_error(lua, "%s has no reading '%s'; it has %s", request->file->header.name, request->reading,
               list_of);
}

/* Pushes the list of groups. */
static void push_groups(lua_State *lua, struct build_request *request)
{
    lua_getfield(lua, LUA_REGISTRYINDEX, DEFINITION_KEY);
    const int definition = lua_gettop(lua);
    lua_getfield(lua, definition, "groups");
    push_reading(lua, definition, request);
    if (lua_isfunction(lua, definition + 1))
        lua_call(lua, 1, 1);
    else
        lua_pop(lua, 1);
    if (!lua_istable(lua, -1))
        luaL_error(lua, "suite: groups must return a list, not a %s", luaL_typename(lua, -1));
    if (lua_rawlen(lua, -1) < 1 || lua_rawlen(lua, -1) > MAX_GROUPS)
        luaL_error(lua, "suite: there must be 1 to %d groups, not %d", MAX_GROUPS, (int)lua_rawlen(lua, -1));
}

/* Pushes list[i], a table. */
static void push_group(lua_State *lua, int list, int i)
{
    if (lua_rawgeti(lua, list, i) != LUA_TTABLE)
        luaL_error(lua, "suite: group %d is not a table", i);
}

/* The truth of a field of the table on top of the stack; nil counts as `otherwise`. */
static bool flag(lua_State *lua, const char *name, bool otherwise)
{
    const bool set = lua_getfield(lua, -1, name) == LUA_TNIL ? otherwise : lua_toboolean(lua, -1);
    lua_pop(lua, 1);
    return set;
}

static int build_groups(lua_State *lua)
{
    struct build_request *request = lua_touserdata(lua, 1);
    struct cg_suite *s = request->suite;
    cg_builder_reset(lua);
    push_groups(lua, request);
    const int list = lua_gettop(lua), n = (int)lua_rawlen(lua, list);
    for (int i = 1; i <= n; i++, lua_settop(lua, list)) {
        push_group(lua, list, i);
        s->quick |= flag(lua, "quick", false);
    }
    if (!request->options)
        return 0;
    s->groups = calloc((size_t)n, sizeof *s->groups);
    if (!s->groups)
        return luaL_error(lua, "no memory for the groups");
    for (int i = 1; i <= n; i++, lua_settop(lua, list)) {
        push_group(lua, list, i);
        /* A suite without a quick selection is measured whole. */
        const bool wanted =
            request->options->quick && s->quick ? flag(lua, "quick", false) : flag(lua, "full", true);
        if (wanted)
            cg_suite_read_group(lua, lua_gettop(lua), s, request->options->batch);
    }
    return 0;
}

enum cg_status cg_suite_file_build(struct cg_suite_file *file, const char *reading,
                                   const struct cg_config_options *options, struct cg_suite *suite_out,
                                   struct cg_error *err)
{
    struct build_request request = {file, reading, options, suite_out};
    *suite_out = file->header;
    return cg_sandbox_call(file->script.sandbox, build_groups, &request, err);
}

enum cg_status cg_suite_file_describe(struct cg_suite_file *file, struct cg_suite *suite_out,
                                      struct cg_error *err)
{
    return cg_suite_file_build(file, NULL, NULL, suite_out, err);
}
