#include "bench/config/network_file.h"

#include "bench/config/arguments.h"
#include "bench/config/builder.h"
#include "base/nearest.h"
#include "base/text.h"

#include <lauxlib.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_VARIANTS 256

/* One size: 192, or {640, 480} as width and height. */
static struct cg_size read_size(lua_State *lua, int index)
{
    index = lua_absindex(lua, index);
    if (!lua_istable(lua, index)) {
        const int px = cg_whole_number(lua, index, "an input size", 1);
        return (struct cg_size){px, px};
    }
    if (lua_rawlen(lua, index) != 2)
        luaL_error(lua, "an input size is a number or {width, height}");
    lua_rawgeti(lua, index, 1);
    lua_rawgeti(lua, index, 2);
    const struct cg_size size = {cg_whole_number(lua, -2, "an input's width", 1),
                                 cg_whole_number(lua, -1, "an input's height", 1)};
    lua_pop(lua, 2);
    return size;
}

/* inputs = {224, 192}: the published sizes, the default first; nil leaves what is there. */
static void read_inputs(struct cg_arguments *a, struct cg_variant *variant)
{
    const int n = cg_argument_list(a, "inputs", CG_VARIANT_INPUTS, "sizes, such as {224, 192}");
    if (n > 0)
        variant->n_inputs = n;
    for (int i = 0; i < n; i++, lua_pop(a->lua, 1)) {
        lua_rawgeti(a->lua, -1, i + 1);
        variant->inputs[i] = read_size(a->lua, -1);
    }
}

static void name_must_be_plain(lua_State *lua, const char *what, const char *name)
{
    if (!name[0] || name[strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-")])
        luaL_error(lua, "network: %s '%s' must be made of A-Z, a-z, 0-9, '_', '.' and '-'", what, name);
}

/* published = {mflops = 146, note = "..."}: what others print of a network that is not built in. */
static void read_published(struct cg_arguments *a, struct cg_published *published)
{
    cg_argument_push(a, "published", 0);
    struct cg_arguments figures = cg_arguments_open(a->lua, -1, "published", true);
    const double mflops = cg_argument_real(&figures, "mflops", NAN);
    if (!(mflops > 0)) /* also where there are none */
        luaL_error(a->lua, "published: mflops are millions of multiply-adds, above 0");
    published->madds = 1e6 * mflops;
    snprintf(published->madds_text, sizeof published->madds_text, "%g", mflops);
    cg_argument_text(&figures, "note", 0, false, published->note, sizeof published->note);
    cg_arguments_close(&figures);
}

/* `published`, `inferred` and `reconstruction`, of a network or of one variant; nil leaves what is there. */
static void read_notes(struct cg_arguments *a, struct cg_network *network)
{
    if (cg_argument_push(a, "published", 0) != LUA_TNIL)
        read_published(a, &network->published);
    if (cg_argument_push(a, "inferred", 0) != LUA_TNIL)
        cg_argument_text(a, "inferred", 0, false, network->note, sizeof network->note);
    if (cg_argument_push(a, "reconstruction", 0) != LUA_TNIL)
        cg_argument_text(a, "reconstruction", 0, false, network->derivation, sizeof network->derivation);
    network->reconstruction = network->derivation[0] != '\0';
}

/* A row of variants: {"0.5x", 48, 96, ..., inputs =, inferred =, reconstruction =}. The other fields are the
 * build function's own. */
static void read_variant(lua_State *lua, int row, struct cg_variant *variant)
{
    if (!lua_istable(lua, row))
        luaL_error(lua, "network: each variant is a table that begins with its name");
    struct cg_arguments a = cg_arguments_open(lua, row, "a variant", false);
    char *name = variant->network.variant;
    cg_argument_text(&a, "name", 1, true, name, CG_NAME_MAX);
    name_must_be_plain(lua, "the variant", name);
    read_inputs(&a, variant);
    read_notes(&a, &variant->network);
}

/* Fills file->variants from the table on top of the stack, or with one nameless variant when it is nil. */
static void read_variants(lua_State *lua, struct cg_network_file *file)
{
    const int list = lua_gettop(lua);
    const bool one = lua_isnil(lua, list);
    const lua_Unsigned n = one ? 1 : lua_rawlen(lua, list);
    if (n < 1 || n > MAX_VARIANTS)
        luaL_error(lua, "network: variants lists 1 to %d variants", MAX_VARIANTS);
    file->variants = calloc((size_t)n, sizeof *file->variants);
    if (!file->variants)
        luaL_error(lua, "no memory for the variants");
    file->n_variants = (int)n;
    for (int i = 0; i < file->n_variants; i++, lua_settop(lua, list)) {
        struct cg_variant *variant = &file->variants[i];
        *variant = file->common;
        if (one)
            break;
        lua_rawgeti(lua, list, i + 1);
        read_variant(lua, list + 1, variant);
        for (int k = 0; k < i; k++)
            if (strcmp(file->variants[k].network.variant, variant->network.variant) == 0)
                luaL_error(lua, "network: two variants are called '%s'", variant->network.variant);
    }
}

static const char *define(lua_State *lua, struct cg_script *script)
{
    struct cg_network_file *file = (struct cg_network_file *)script;
    struct cg_network *common = &file->common.network;
    struct cg_arguments a = cg_arguments_open(lua, 1, "network", false);
    common->published = cg_published_unknown();
    file->common.n_inputs = 1;
    file->common.inputs[0] = (struct cg_size){CG_DEFAULT_INPUT, CG_DEFAULT_INPUT};
    cg_argument_text(&a, "name", 0, true, common->family, sizeof common->family);
    name_must_be_plain(lua, "the name", common->family);
    cg_argument_text(&a, "title", 0, false, common->title, sizeof common->title);
    if (!common->title[0])
        strcpy(common->title, common->family);
    cg_argument_text(&a, "source", 0, true, common->source, sizeof common->source);
    read_notes(&a, common);
    cg_argument_text(&a, "default", 0, false, file->default_variant, sizeof file->default_variant);
    file->norm = cg_argument_bool(&a, "norm", true);
    file->image_channels = cg_argument_int(&a, "image_channels", 0, 1, 3);
    const int refused = cg_argument_push(&a, "unpublished", 0);
    if (refused != LUA_TNIL && refused != LUA_TTABLE)
        luaL_error(lua, "network: unpublished is a table: the variant's name = the reason");
    read_inputs(&a, &file->common);
    if (cg_argument_push(&a, "build", 0) != LUA_TFUNCTION)
        luaL_error(lua, "network needs build, a function (image, variant) that returns a tensor");
    cg_argument_push(&a, "variants", 0);
    const int variants = lua_gettop(lua);
    cg_arguments_close(&a);
    lua_settop(lua, variants);
    read_variants(lua, file);
    if (!file->default_variant[0])
        strcpy(file->default_variant, file->variants[0].network.variant);
    return common->family;
}

struct cg_network_file *cg_network_file_open(const struct cg_config *config, const char *path,
                                             const char *family, struct cg_error *err)
{
    static const struct cg_script_kind kind = {
        "network", "suite{} makes a suite, not a network: 'convgauge run FILE' measures it", define};
    struct cg_network_file *file = calloc(1, sizeof *file);
    if (!file)
        cg_fail(err, CG_NO_MEMORY, "no memory for %s", path);
    else if (cg_script_open(&file->script, &kind, config, path, family, err) != CG_OK)
        cg_network_file_close(&file);
    return file;
}

void cg_network_file_close(struct cg_network_file **file)
{
    for (struct cg_network_file *next; *file; *file = next) {
        next = (*file)->next;
        cg_script_close(&(*file)->script);
        free((*file)->variants);
        free(*file);
    }
}

struct refusal {
    const char *variant;
    char reason[512];
};

/* The reason in unpublished["0.5x_g2"], or "". */
static int look_up_refusal(lua_State *lua)
{
    struct refusal *refusal = lua_touserdata(lua, 1);
    lua_getfield(lua, LUA_REGISTRYINDEX, CG_DEFINITION_KEY);
    if (lua_getfield(lua, -1, "unpublished") == LUA_TTABLE &&
        lua_getfield(lua, -1, refusal->variant) == LUA_TSTRING)
        snprintf(refusal->reason, sizeof refusal->reason, "%s", lua_tostring(lua, -1));
    return 0;
}

int cg_network_file_variant(struct cg_network_file *file, const char *name, struct cg_error *err)
{
    const char *family = file->common.network.family;
    const char *wanted = name && name[0] ? name : file->default_variant;
    for (int i = 0; i < file->n_variants; i++)
        if (strcmp(file->variants[i].network.variant, wanted) == 0)
            return i;
    struct refusal refusal = {.variant = wanted};
    if (cg_sandbox_call(file->script.sandbox, look_up_refusal, &refusal, NULL) == CG_OK &&
        refusal.reason[0]) {
        cg_fail(err, CG_INVALID, "%s:%s is unpublished: %s", family, wanted, refusal.reason);
        return -1;
    }
    const char *candidates[MAX_VARIANTS];
    char text[512] = "", near[160];
    for (int i = 0; i < file->n_variants; i++) {
        candidates[i] = file->variants[i].network.variant;
        cg_append(text, sizeof text, "%s%s", i ? ", " : "", candidates[i]);
    }
    cg_nearest(wanted, candidates, file->n_variants, near, sizeof near);
    if (file->n_variants == 1 && !candidates[0][0])
        cg_fail(err, CG_INVALID, "%s has no variants, so none called '%s'", family, wanted);
    else
        cg_fail(err, CG_INVALID, "%s has no variant '%s'%s%s; it has %s", family, wanted,
                near[0] ? "; did you mean " : "", near, text);
    return -1;
}

void cg_network_set_name(struct cg_network *network)
{
    const int w = network->width, h = network->height;
    snprintf(network->name, sizeof network->name, "%s%s%s", network->family, network->variant[0] ? ":" : "",
             network->variant);
    if (w != CG_DEFAULT_INPUT || h != CG_DEFAULT_INPUT)
        cg_append(network->name, sizeof network->name, w == h ? "@%d" : "@%dx%d", w, h);
}

struct build_request {
    const struct cg_network_file *file;
    int variant;
    struct cg_shape input;
    struct cg_graph *graph;
};

static int build(lua_State *lua)
{
    struct build_request *request = lua_touserdata(lua, 1);
    cg_builder_reset(lua);
    lua_getfield(lua, LUA_REGISTRYINDEX, CG_DEFINITION_KEY);
    lua_getfield(lua, -1, "build");
    const int function = lua_gettop(lua);
    if (lua_getfield(lua, -2, "variants") == LUA_TTABLE)
        lua_rawgeti(lua, -1, request->variant + 1);
    else
        lua_newtable(lua);
    request->graph = cg_builder_run(lua, function, request->input, request->file->norm, 1);
    return 0;
}

void cg_network_file_describe(const struct cg_network_file *file, int variant, struct cg_size size,
                              struct cg_network *network)
{
    *network = file->variants[variant].network;
    network->is_default = strcmp(network->variant, file->default_variant) == 0;
    network->width = size.width;
    network->height = size.height;
    cg_network_set_name(network);
    const struct cg_size published_at = file->variants[variant].inputs[0];
    if (isnan(network->published.madds))
        network->published = cg_published_find(&file->script.config->published, network);
    else if (size.width != published_at.width || size.height != published_at.height)
        network->published = cg_published_unknown();
}

struct cg_network *cg_network_file_build(struct cg_network_file *file, int variant, struct cg_size size,
                                         int batch, struct cg_error *err)
{
    struct build_request request = {
        .file = file,
        .variant = variant,
        .input = {batch, size.height, size.width, file->image_channels},
    };
    struct cg_network *network = malloc(sizeof *network);
    if (!network) {
        cg_fail(err, CG_NO_MEMORY, "no memory for %s", file->common.network.family);
        return NULL;
    }
    cg_network_file_describe(file, variant, size, network);
    if (cg_sandbox_call(file->script.sandbox, build, &request, err) != CG_OK) {
        cg_context(err, "%s", network->name);
        cg_network_destroy(&network);
        return NULL;
    }
    network->graph = request.graph;
    return network;
}

void cg_network_destroy(struct cg_network **network)
{
    if (!*network)
        return;
    cg_graph_destroy(&(*network)->graph);
    if ((*network)->weights)
        cg_weights_destroy(&(*network)->weights);
    free(*network);
    *network = NULL;
}
