#include "bench/config/suite_case.h"

#include "bench/config/arguments.h"
#include "bench/config/builder.h"

#include <lauxlib.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_CASES 256 /* in a group */

/* paper = {gtx1080ti = 417, snapdragon810 = 57.0, batch = 8}; batch counts for the device whose unit is
 * batches. */
static void read_paper(struct cg_arguments *a, struct cg_case *out)
{
    cg_argument_push(a, "paper", 0);
    struct cg_arguments figures = cg_arguments_open(a->lua, -1, "paper", true);
    const int batch = cg_argument_int(&figures, "batch", 0, 1, 1);
    for (int d = 0; d < CG_PAPER_DEVICE_COUNT; d++) {
        const bool batches = strcmp(cg_paper_devices[d].unit, "batches/s") == 0;
        const char *name = cg_paper_device_name((enum cg_paper_device)d);
        out->paper[d] = (struct cg_paper_figure){cg_argument_real(&figures, name, NAN), batches ? batch : 1};
    }
    cg_arguments_close(&figures);
}

/* shares = {gtx1080ti = {conv = 50, ...}, ...}: Figure 2, in per cent. */
static void read_shares(struct cg_arguments *a, struct cg_case *out)
{
    cg_argument_push(a, "shares", 0);
    struct cg_arguments devices = cg_arguments_open(a->lua, -1, "shares", true);
    for (int d = 0; d < CG_PAPER_DEVICE_COUNT; d++) {
        cg_argument_push(&devices, cg_paper_device_name((enum cg_paper_device)d), 0);
        struct cg_arguments shares = cg_arguments_open(a->lua, -1, "shares of a device", true);
        for (int k = 0; k < CG_CATEGORY_COUNT; k++)
            out->paper_share_percent[d][k] =
                cg_argument_real(&shares, cg_category_name((enum cg_category)k), NAN);
        cg_arguments_close(&shares);
    }
    cg_arguments_close(&devices);
}

/* factors = {true, false}: which of the suite's factors are present. */
static void read_factors(struct cg_arguments *a, const struct cg_suite *suite, struct cg_case *out)
{
    lua_State *lua = a->lua;
    const int type = cg_argument_push(a, "factors", 0);
    if (suite->kind != CG_KIND_FACTORIAL)
        return;
    if (type != LUA_TTABLE || lua_rawlen(lua, -1) != CG_FACTORS)
        luaL_error(lua, "a case of a factorial suite needs factors, a list of %d truth values", CG_FACTORS);
    const int list = lua_gettop(lua);
    for (int i = 0; i < CG_FACTORS; i++) {
        lua_rawgeti(lua, list, i + 1);
        out->factors[i] = lua_toboolean(lua, -1);
    }
}

/* network = "resnet50:v1", or map, channels and build, with `batch` times the images of a run. */
static void read_graph(struct cg_arguments *a, int batch, struct cg_case *out)
{
    lua_State *lua = a->lua;
    struct cg_shape shape = {0};
    cg_argument_text(a, "network", 0, false, out->network_ref, sizeof out->network_ref);
    const bool is_network = out->network_ref[0] != '\0';
    const bool has_map = cg_argument_pair(a, "map", 0, 1, &shape.w, &shape.h);
    shape.c = cg_argument_int(a, "channels", 0, 1, 0);
    const int times = cg_argument_int(a, "batch", 0, 1, 1);
    const bool norm = cg_argument_bool(a, "norm", false);
    const bool has_build = cg_argument_push(a, "build", 0) == LUA_TFUNCTION;
    const int build = lua_gettop(lua);
    cg_arguments_close(a);
    if (is_network ? has_map || has_build : !has_map || !has_build || shape.c == 0)
        luaL_error(lua, "case '%s' needs either network, or map, channels and build", out->label);
    if (is_network ? times > 1 : times > INT_MAX / batch)
        luaL_error(lua, "case '%s': batch %d is %s", out->label, times,
                   is_network ? "of layers alone; a network has what is asked for" : "too large");
    shape.n = batch * times;
    if (!is_network)
        out->graph = cg_builder_run(lua, build, shape, norm, 0);
}

static void check_twin(lua_State *lua, const struct cg_group *group, const struct cg_case *c)
{
    bool found = !c->twin[0], behind = false;
    for (int i = 0; i < group->n_cases - 1; i++) {
        behind = behind || group->cases[i].twin[0];
        found = found || (!group->cases[i].twin[0] && strcmp(group->cases[i].label, c->twin) == 0);
    }
    if (!found)
        luaL_error(lua, "case '%s' is the twin of '%s', which its group '%s' does not have before it",
                   c->label, c->twin, group->name);
    if (behind && !c->twin[0])
        luaL_error(lua, "case '%s' stands behind twins: they come last in their group", c->label);
}

static void read_case(lua_State *lua, int table, struct cg_suite *suite, struct cg_group *group, int batch)
{
    struct cg_case *out = &group->cases[group->n_cases - 1];
    struct cg_arguments a = cg_arguments_open(lua, table, "a case", false);
    cg_argument_text(&a, "label", 1, true, out->label, sizeof out->label);
    cg_argument_text(&a, "series", 0, false, out->series, sizeof out->series);
    cg_argument_text(&a, "twin", 0, false, out->twin, sizeof out->twin);
    cg_argument_text(&a, "widths", 0, false, out->widths, sizeof out->widths);
    cg_argument_text(&a, "note", 0, false, out->note, sizeof out->note);
    out->step = cg_argument_real(&a, "step", NAN);
    if ((suite->kind == CG_KIND_SLOPE || suite->kind == CG_KIND_WIDTHS) && isnan(out->step))
        luaL_error(lua, "case '%s' needs step, its place on the axis %s", out->label, suite->axis);
    out->inferred = cg_argument_bool(&a, "inferred", false);
    out->quick = group->quick;
    read_factors(&a, suite, out);
    read_paper(&a, out);
    read_shares(&a, out);
    out->paper_madds = 1e6 * cg_argument_real(&a, "mflops", NAN);
    out->paper_top1_error_percent = cg_argument_real(&a, "top1_error", NAN);
    out->paper_mmap_percent = cg_argument_real(&a, "mmap", NAN);
    snprintf(out->name, sizeof out->name, "%.32s/%.60s/%.64s", suite->name, group->name, out->label);
    read_graph(&a, batch, out);
    for (int i = 0; i < group->n_cases - 1; i++)
        if (strcmp(group->cases[i].label, out->label) == 0)
            luaL_error(lua, "group '%s' has two cases called '%s'", group->name, out->label);
    check_twin(lua, group, out);
}

/* The case that the others are compared with: the label in `baseline`, else the first. */
static int find_baseline(lua_State *lua, const struct cg_group *group, const char *label)
{
    if (!label[0])
        return 0;
    for (int i = 0; i < group->n_cases; i++)
        if (strcmp(group->cases[i].label, label) == 0)
            return i;
    return luaL_error(lua, "group '%s' has no case '%s' to be its baseline", group->name, label);
}

/* Whether the entry on top of the stack is a twin. */
static bool is_twin(lua_State *lua)
{
    if (!lua_istable(lua, -1))
        return false;
    const bool twin = lua_getfield(lua, -1, "twin") != LUA_TNIL;
    lua_pop(lua, 1);
    return twin;
}

/* Verdicts rest on a group's set: a name that is none would leave it out unseen. */
static void read_set(struct cg_arguments *a, struct cg_group *group)
{
    static const char *const sets[] = {"arm",    "gpu",   "paper",    "aligned",
                                       "memory", "small", "overhead", "beside"};
    const int n = sizeof sets / sizeof sets[0];
    cg_argument_text(a, "set", 0, false, group->set, sizeof group->set);
    bool known = !group->set[0];
    for (int i = 0; i < n; i++)
        known = known || strcmp(group->set, sets[i]) == 0;
    if (!known)
        luaL_error(a->lua, "group '%s': there is no set '%s', but %s%s", group->name, group->set,
                   cg_listed(a->lua, sets, n), cg_did_you_mean(a->lua, group->set, sets, n));
}

void cg_suite_read_group(lua_State *lua, int table, struct cg_suite *suite,
                         const struct cg_config_options *options)
{
    char baseline[96];
    struct cg_group *group = &suite->groups[suite->n_groups++];
    struct cg_arguments a = cg_arguments_open(lua, table, "a group", false);
    cg_argument_text(&a, "name", 0, true, group->name, sizeof group->name);
    read_set(&a, group);
    cg_argument_text(&a, "title", 0, false, group->title, sizeof group->title);
    if (!group->title[0])
        snprintf(group->title, sizeof group->title, "%s", group->name);
    cg_argument_text(&a, "baseline", 0, false, baseline, sizeof baseline);
    group->scale = cg_argument_int(&a, "scale", 0, 1, 1);
    group->level = cg_argument_int(&a, "level", 0, 0, 0);
    group->quick = cg_argument_bool(&a, "quick", false);
    cg_argument_bool(&a, "full", true);
    if (cg_argument_push(&a, "cases", 0) != LUA_TTABLE)
        luaL_error(lua, "group '%s' needs cases, a list", group->name);
    const int cases = lua_gettop(lua);
    cg_arguments_close(&a);
    for (int i = 0; i < suite->n_groups - 1; i++)
        if (strcmp(suite->groups[i].name, group->name) == 0)
            luaL_error(lua, "two groups are called '%s'", group->name);
    const lua_Unsigned n = lua_rawlen(lua, cases);
    if (n < 1 || n > MAX_CASES)
        luaL_error(lua, "group '%s' must have 1 to %d cases, not %d", group->name, MAX_CASES, (int)n);
    group->cases = calloc((size_t)n, sizeof *group->cases);
    if (!group->cases)
        luaL_error(lua, "no memory for the cases");
    for (lua_Unsigned i = 1; i <= n; i++, lua_settop(lua, cases)) {
        lua_rawgeti(lua, cases, (lua_Integer)i);
        if (options->quick && is_twin(lua))
            continue;
        group->n_cases++;
        read_case(lua, lua_gettop(lua), suite, group, options->batch);
    }
    group->baseline = find_baseline(lua, group, baseline);
}

/* Behind the next place where `word` stands in quotes; `at` itself where there is none. */
static const char *behind(const char *at, const char *word)
{
    const size_t length = strlen(word);
    for (const char *p = at; length > 0 && (p = strstr(p, word)); p += length)
        if (p > at && (p[-1] == '"' || p[-1] == '\'') && p[length] == p[-1])
            return p + length;
    return at;
}

int cg_suite_line(const char *text, const struct cg_suite *suite, int groups, int cases)
{
    const char *groups_word = strstr(text, "groups"), *at = groups_word ? groups_word : text;
    int line = 1;
    for (int g = 0; g < groups; g++) {
        const struct cg_group *group = &suite->groups[g];
        at = behind(at, group->name);
        for (int i = 0; i < (g + 1 < groups ? group->n_cases : cases); i++)
            at = behind(at, group->cases[i].label);
    }
    for (const char *p = text; p < at; p++)
        line += *p == '\n';
    return line;
}
