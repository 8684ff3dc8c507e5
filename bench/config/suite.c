/* Suites: the Lua file, one question with its groups of cases, then the networks that these name. */
#include "bench/config/suite_case.h"

#include "base/file.h"
#include "bench/config/arguments.h"
#include "bench/config/builder.h"
#include "bench/config/script.h"

#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_GROUPS 256

/* An open file, and what suite{} in it says about the whole suite: no groups. */
struct suite_file {
    struct cg_script script;
    struct cg_suite header;
};

/* ---- suite{...}: see configs/README.md ---- */

static void read_kind(struct cg_arguments *a, struct cg_suite *suite)
{
    char name[32];
    cg_argument_text(a, "kind", 0, true, name, sizeof name);
    const int kind = cg_suite_kind_from_name(name);
    if (kind < 0)
        luaL_error(a->lua, "suite: there is no kind '%s'; there are %s", name,
                   cg_listed(a->lua, cg_suite_kind_names.texts, CG_KIND_COUNT));
    suite->kind = (enum cg_suite_kind)kind;
}

/* fusions = {"full", "none"}; nil: full. */
static void read_fusions(struct cg_arguments *a, struct cg_suite *suite)
{
    const int n = cg_argument_list(a, "fusions", 3, "of \"full\", \"layers\" and \"none\"");
    suite->fusions[CG_FUSION_FULL] = n == 0;
    for (int i = 0; i < n; i++, lua_pop(a->lua, 1)) {
        const char *name = lua_rawgeti(a->lua, -1, i + 1) == LUA_TSTRING ? lua_tostring(a->lua, -1) : "";
        const int fusion = cg_fusion_from_name(name);
        if (fusion < 0)
            luaL_error(a->lua, "suite: fusions is a list of \"full\", \"layers\" and \"none\"");
        suite->fusions[fusion] = true;
    }
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

/* A list of names; how many. `one` is what each is: "an engine". */
static int read_names(struct cg_arguments *a, const char *key, const char *one, char (*names)[32])
{
    const int n = cg_argument_list(a, key, CG_SUITE_ENGINES, "names");
    for (int i = 0; i < n; i++, lua_pop(a->lua, 1)) {
        const size_t size = sizeof names[i];
        const char *name = lua_rawgeti(a->lua, -1, i + 1) == LUA_TSTRING ? lua_tostring(a->lua, -1) : NULL;
        if (!name || snprintf(names[i], size, "%s", name) >= (int)size)
            luaL_error(a->lua, "suite: %s is a name", one);
    }
    return n;
}

/* engines = {"native", ...} or "found": what is measured when nothing else is asked for. */
static void read_engines(struct cg_arguments *a, struct cg_suite *suite)
{
    suite->found_engines =
        cg_argument_push(a, "engines", 0) == LUA_TSTRING && strcmp(lua_tostring(a->lua, -1), "found") == 0;
    lua_pop(a->lua, 1);
    if (!suite->found_engines)
        suite->n_engines = read_names(a, "engines", "an engine", suite->engines);
}

static bool is_blank(const char *text)
{
    return text[strspn(text, " ")] == '\0';
}

/* claim = "...": what the suite's verdict is on; per = "time" or "madd": what is compared at each step. */
static void read_claim(struct cg_arguments *a, struct cg_suite *suite)
{
    char per[8];
    const bool slope = suite->kind == CG_KIND_SLOPE;
    const bool claims = cg_argument_push(a, "claim", 0) != LUA_TNIL;
    lua_pop(a->lua, 1);
    cg_argument_text(a, "claim", 0, false, suite->claim, sizeof suite->claim);
    if (claims && is_blank(suite->claim))
        luaL_error(a->lua, "suite %s: claim is empty; it is one sentence, or left out", suite->name);
    if (suite->claim[0] && !slope && suite->kind != CG_KIND_FACTORIAL)
        luaL_error(a->lua, "suite: a claim gets a verdict from kind \"slope\" or \"factorial\"");
    if (claims && is_blank(suite->source))
        luaL_error(a->lua, "suite %s makes a claim, so it needs source = \"...\": where the claim is made",
                   suite->name);
    cg_argument_text(a, "per", 0, false, per, sizeof per);
    suite->per_time = strcmp(per, "time") == 0;
    if (per[0] && (!slope || (!suite->per_time && strcmp(per, "madd") != 0)))
        luaL_error(a->lua, "suite: per is \"madd\" or \"time\", of kind \"slope\"");
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
        const size_t size = sizeof suite->factor_names[i];
        const char *name = lua_type(lua, -1) == LUA_TSTRING ? lua_tostring(lua, -1) : "";
        if (!name[0] || snprintf(suite->factor_names[i], size, "%s", name) >= (int)size)
            luaL_error(lua, "suite: a factor's name has 1 to %d characters", (int)size - 1);
        cg_refuse_control(lua, "suite", "a factor's name", name);
    }
}

static void file_close(struct suite_file **file)
{
    cg_script_close(&(*file)->script);
    free(*file);
    *file = NULL;
}

static const char *define(lua_State *lua, struct cg_script *script)
{
    struct cg_suite *header = &((struct suite_file *)script)->header;
    struct cg_arguments a = cg_arguments_open(lua, 1, "suite", false);
    cg_argument_text(&a, "name", 0, true, header->name, sizeof header->name);
    cg_argument_text(&a, "title", 0, true, header->title, sizeof header->title);
    cg_argument_text(&a, "source", 0, false, header->source, sizeof header->source);
    cg_argument_text(&a, "note", 0, false, header->note, sizeof header->note);
    read_kind(&a, header);
    read_claim(&a, header);
    cg_argument_text(&a, "axis", 0, header->kind == CG_KIND_SLOPE || header->kind == CG_KIND_WIDTHS,
                     header->axis, sizeof header->axis);
    read_factors(&a, header);
    read_fusions(&a, header);
    read_batches(&a, header);
    read_engines(&a, header);
    header->n_also = read_names(&a, "also", "a suite", header->also);
    const int readings = cg_argument_push(&a, "readings", 0);
    if (readings != LUA_TNIL && (readings != LUA_TTABLE || lua_rawlen(lua, -1) == 0))
        luaL_error(lua, "suite: readings is a list of tables that begin with their names");
    const int groups = cg_argument_push(&a, "groups", 0);
    if (groups != LUA_TTABLE && groups != LUA_TFUNCTION)
        luaL_error(lua, "suite needs groups: a list, or a function (reading) that returns one");
    cg_arguments_close(&a);
    return header->name;
}

/* Opens and runs a file. `name`: what it must define, or NULL for any. NULL with `err` set. */
static struct suite_file *file_open(const struct cg_config *config, const char *path, const char *name,
                                    struct cg_error *err)
{
    static const struct cg_script_kind kind = {"suite",
                                               "network{} makes a network, not a suite: 'convgauge profile "
                                               "FILE' times it, and a suite's case can name "
                                               "it",
                                               define};
    struct suite_file *file = calloc(1, sizeof *file);
    if (!file)
        cg_fail(err, CG_NO_MEMORY, "no memory for %s", path);
    else if (cg_script_open(&file->script, &kind, config, path, name, err) != CG_OK)
        file_close(&file);
    return file;
}

/* ---- groups ---- */

struct build_request {
    const struct suite_file *file;
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
    luaL_error(lua, "%s has no reading '%s'; it has %s", request->file->header.name, request->reading,
               cg_listed(lua, names, n));
}

/* Pushes the list of groups. */
static void push_groups(lua_State *lua, struct build_request *request)
{
    lua_getfield(lua, LUA_REGISTRYINDEX, CG_DEFINITION_KEY);
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

/* Pushes list[i], a table, and returns the truth of one of its fields; nil counts as `otherwise`. */
static bool push_group(lua_State *lua, int list, int i, const char *flag, bool otherwise)
{
    if (lua_rawgeti(lua, list, i) != LUA_TTABLE)
        luaL_error(lua, "suite: group %d is not a table", i);
    const bool set = lua_getfield(lua, -1, flag) == LUA_TNIL ? otherwise : lua_toboolean(lua, -1);
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
    for (int i = 1; i <= n; i++, lua_settop(lua, list))
        s->quick |= push_group(lua, list, i, "quick", false);
    if (!request->options)
        return 0;
    s->groups = calloc((size_t)n, sizeof *s->groups);
    if (!s->groups)
        return luaL_error(lua, "no memory for the groups");
    /* A suite without a quick selection is measured whole. */
    const bool quick = request->options->quick && s->quick;
    for (int i = 1; i <= n; i++, lua_settop(lua, list))
        if (push_group(lua, list, i, quick ? "quick" : "full", !quick))
            cg_suite_read_group(lua, lua_gettop(lua), s, request->options);
    return 0;
}

/* Puts the line of a case (as cg_suite_line() takes it) before an error that names no line itself. */
static enum cg_status add_line(const struct suite_file *file, const struct cg_suite *suite, int groups,
                               int cases, struct cg_error *err)
{
    size_t length;
    if (strstr(err->text, ".lua:") || err->status == CG_NO_MEMORY)
        return err->status;
    char *text = cg_file_read(file->script.path, CG_SANDBOX_FILE_BYTES, &length, NULL);
    const int line = text ? cg_suite_line(text, suite, groups, cases) : 1;
    free(text);
    return cg_context(err, "%s:%d", file->script.name, line);
}

/* Fills `suite` with the header and the groups of a reading (NULL: the default one), graphs built for
 * options->batch; networks are left to the caller. With options->quick: only quick groups, if there are any;
 * without options: none. What was read before a failure is the suite's, too. */
static enum cg_status build(struct suite_file *file, const char *reading,
                            const struct cg_config_options *options, struct cg_suite *suite,
                            struct cg_error *err)
{
    struct build_request request = {file, reading, options, suite};
    *suite = file->header;
    const enum cg_status status = cg_sandbox_call(file->script.sandbox, build_groups, &request, err);
    const int groups = suite->n_groups, cases = groups ? suite->groups[groups - 1].n_cases : 0;
    return status ? add_line(file, suite, groups, cases, err) : CG_OK;
}

/* ---- by name ---- */

static bool ends_in_lua(const char *name)
{
    const size_t length = strlen(name);
    return length > 4 && strcmp(name + length - 4, ".lua") == 0;
}

/* Opens "name", "name:reading" or a path; *reading points into `name`, or is NULL. */
static struct suite_file *open_file(const struct cg_config *config, const char *name, const char **reading,
                                    struct cg_error *err)
{
    char path[CG_PATH_MAX], stem[CG_NAME_MAX], near[200];
    *reading = NULL;
    if (ends_in_lua(name))
        return file_open(config, name, NULL, err);
    const size_t length = strcspn(name, ":");
    if (name[length] == ':')
        *reading = name + length + 1;
    snprintf(stem, sizeof stem, "%.*s", (int)(length < sizeof stem ? length : sizeof stem - 1), name);
    if (cg_config_find_file(config, "suites", stem, path, sizeof path))
        return file_open(config, path, stem, err);
    cg_config_nearest_file(config, "suites", stem, near, sizeof near);
    cg_fail(err, CG_INVALID, "there is no suite '%.60s'%s ('convgauge list suites' shows all)", name, near);
    return NULL;
}

/* Loads the networks that cases of `file` name. */
static enum cg_status load_networks(const struct suite_file *file, struct cg_suite *suite,
                                    const struct cg_config_options *options, struct cg_error *err)
{
    int at[2];
    const enum cg_status status =
        cg_suite_load_networks(file->script.config, suite, file->script.path, options, at, err);
    return status ? add_line(file, suite, at[0], at[1], err) : CG_OK;
}

struct cg_suite *cg_config_load_suite(const struct cg_config *config, const char *name,
                                      const struct cg_config_options *options, struct cg_error *err)
{
    struct cg_error unseen = {0};
    const char *reading;
    err = err ? err : &unseen;
    struct suite_file *file = open_file(config, name, &reading, err);
    if (!file)
        return NULL;
    struct cg_suite *suite = calloc(1, sizeof *suite);
    enum cg_status status = suite ? CG_OK : cg_fail(err, CG_NO_MEMORY, "no memory for suite %s", name);
    if (status == CG_OK) {
        struct cg_config_options used = options ? *options : (struct cg_config_options){0};
        if (used.batch <= 0)
            used.batch = file->header.batches[0];
        status = build(file, reading, &used, suite, err);
        if (status == CG_OK)
            status = load_networks(file, suite, &used, err);
    }
    file_close(&file);
    if (status != CG_OK && suite)
        cg_suite_destroy(&suite);
    return suite;
}

/* Guidelines come first in a list, then the networks. */
static int rank(const char *name)
{
    const int number = cg_guideline_number(name), most = 1000;
    return number ? number : strcmp(name, "networks") == 0 ? most : most + 1;
}

static int by_rank(const void *a, const void *b)
{
    const char *x = *(const char *const *)a, *y = *(const char *const *)b;
    const int difference = rank(x) - rank(y);
    return difference ? difference : strcmp(x, y);
}

enum cg_status cg_config_list_suites(const struct cg_config *config, struct cg_suite **suites, int *n,
                                     struct cg_error *err)
{
    struct cg_error unseen = {0};
    struct cg_file_names names;
    err = err ? err : &unseen;
    enum cg_status status = cg_config_file_names(config, "suites", &names, err);
    *n = names.n;
    *suites = calloc((size_t)names.n + 1, sizeof **suites);
    if (!*suites)
        status = cg_fail(err, CG_NO_MEMORY, "no memory to list the suites");
    if (names.n > 0)
        qsort(names.at, (size_t)names.n, sizeof *names.at, by_rank);
    for (int i = 0; i < names.n && status == CG_OK; i++) {
        const char *reading;
        struct suite_file *file = open_file(config, names.at[i], &reading, err);
        status = file ? build(file, NULL, NULL, &(*suites)[i], err) : err->status;
        if (file)
            file_close(&file);
    }
    cg_config_names_release(&names);
    if (status != CG_OK) {
        free(*suites);
        *suites = NULL;
        *n = 0;
    }
    return status;
}
