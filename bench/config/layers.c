#include "bench/config/acts.h"
#include "bench/config/arguments.h"
#include "bench/config/builder.h"

#include <lauxlib.h>
#include <string.h>

/* Ends reading with the option that every layer has. */
static void read_name(struct cg_arguments *a, struct cg_node *node)
{
    cg_argument_text(a, "name", 0, false, node->name, sizeof node->name);
    cg_arguments_close(a);
}

/* Padding of one side that keeps a map's size at stride 1. */
static int half_kernel(int kernel, int dilation)
{
    const int64_t half = (int64_t)dilation * (kernel - 1) / 2;
    return (int)(half > INT32_MAX ? INT32_MAX : half);
}

/* pad = "same" | "ceil" | "valid" | n | {vertical, horizontal} | {top, left, bottom, right}; nil: half the
 * kernel. Whether it is "ceil". */
static bool read_pad(struct cg_arguments *a, struct cg_window *w, struct cg_shape in)
{
    lua_State *lua = a->lua;
    const int type = cg_argument_push(a, "pad", 0), value = lua_gettop(lua);
    const char *mode = type == LUA_TSTRING ? lua_tostring(lua, value) : "";
    const int n = type == LUA_TTABLE ? (int)lua_rawlen(lua, value) : 0;
    int pads[4] = {0}; /* top, left, bottom, right */
    if (type == LUA_TNIL) {
        pads[0] = pads[2] = half_kernel(w->kernel_h, w->dilation_h);
        pads[1] = pads[3] = half_kernel(w->kernel_w, w->dilation_w);
    } else if (strcmp(mode, "same") == 0) {
        const int height = cg_same_padding(in.h, w->kernel_h, w->stride_h, w->dilation_h);
        const int width = cg_same_padding(in.w, w->kernel_w, w->stride_w, w->dilation_w);
        pads[0] = height / 2, pads[2] = height - height / 2;
        pads[1] = width / 2, pads[3] = width - width / 2;
    } else if (strcmp(mode, "ceil") == 0) {
        pads[2] = cg_ceil_padding(in.h, 0, 0, w->kernel_h, w->stride_h, w->dilation_h);
        pads[3] = cg_ceil_padding(in.w, 0, 0, w->kernel_w, w->stride_w, w->dilation_w);
    } else if (type == LUA_TNUMBER) {
        pads[0] = pads[1] = pads[2] = pads[3] = cg_whole_number(lua, value, "pad", 0);
    } else if (n == 2 || n == 4) {
        for (int i = 0; i < 4; i++, lua_pop(lua, 1)) {
            lua_rawgeti(lua, value, i % n + 1);
            pads[i] = cg_whole_number(lua, -1, "pad", 0);
        }
    } else if (strcmp(mode, "valid") != 0) {
        luaL_error(lua,
                   "%s: pad is \"same\", \"ceil\", \"valid\", a number, {vertical, horizontal} or "
                   "{top, left, bottom, right}",
                   a->call);
    }
    cg_window_set_pads(w, pads);
    return strcmp(mode, "ceil") == 0;
}

/* Kernel (option or position, needed when `otherwise` is 0), stride, dilation, pad. Pairs are vertical first.
 * Whether the pad is "ceil". */
static bool read_window(struct cg_arguments *a, struct cg_window *w, int kernel_position, int otherwise,
                        struct cg_shape in)
{
    w->kernel_h = w->kernel_w = otherwise;
    if (!cg_argument_pair(a, "kernel", kernel_position, 1, &w->kernel_h, &w->kernel_w) && otherwise == 0)
        luaL_error(a->lua, "%s needs kernel", a->call);
    cg_argument_pair(a, "stride", 0, 1, &w->stride_h, &w->stride_w);
    cg_argument_pair(a, "dilation", 0, 1, &w->dilation_h, &w->dilation_w);
    return read_pad(a, w, in);
}

static int one_input(lua_State *lua, struct cg_node *node, int input)
{
    node->n_inputs = 1;
    node->inputs = &input;
    return cg_tensor_add_with_act(lua, node);
}

/* ---- layers of one input, with options in braces ---- */

enum takes {
    TAKES_OUT = 1,        /* out, or the first value: output channels */
    TAKES_WINDOW = 2,     /* kernel, stride, dilation, pad */
    TAKES_GROUPS = 4,     /* of a convolution: 1 if not given */
    TAKES_MULTIPLIER = 8, /* depthwise: outputs for each channel */
    TAKES_NORM = 16,      /* bias and norm of a layer with weights */
    TAKES_ACT = 32,
    TAKES_COUNT_PADDING = 64,
    TAKES_SIDES = 128, /* pads of the sides, negative ones crop */
    NEEDS_NONE = 256,  /* the braces may be left out */
    TAKES_EPSILON = 512,
    NEEDS_GROUPS = 1024,     /* of channels, the first value */
    EACH_CHANNEL = 2048,     /* is a group */
    TAKES_NEIGHBOURS = 4096, /* size, or the first value; alpha, beta, k */
    GIVES_LOGARITHMS = 8192,
    TAKES_SIZE = 16384, /* height, or the first value, and width */
};

/* x:conv{out, kernel = 1, stride =, pad =, dilation =, groups =, bias =, norm =, act =, name =}
 * x:dwconv{kernel, ...}: as conv, with one group a channel; `multiplier` outputs for each
 * x:fc{out, bias = true, norm = false, act =, name =}
 * x:max_pool{kernel, stride =, pad =, dilation =}
 * x:avg_pool{kernel, stride =, pad =, count_padding = false}
 * x:global_pool()
 * x:affine{act =}: batch normalisation by itself (before an activation, after a concat ...)
 * x:pad{top =, left =, bottom =, right =}: zeros around the map
 * x:upsample{height, width = height}: to a larger map, each pixel repeated
 * x:depth_to_space{height, width = height}: the same from channels: pixel shuffle
 * x:prelu(): a slope a channel below 0
 * x:layer_norm{epsilon = 1e-6}: over the channels of each pixel
 * x:group_norm{groups, epsilon = 1e-5}, x:instance_norm{epsilon = 1e-5}: over the map
 * x:lrn{size, alpha = 1e-4, beta = 0.75, k = 1}: over channels around each
 * x:softmax(), x:log_softmax(): over the channels */
static const struct layer {
    const char *name;
    enum cg_op op;
    int takes; /* of enum takes */
} layers[] = {
    {"conv", CG_CONV, TAKES_OUT | TAKES_WINDOW | TAKES_GROUPS | TAKES_NORM | TAKES_ACT},
    {"dwconv", CG_CONV, TAKES_WINDOW | TAKES_MULTIPLIER | TAKES_NORM | TAKES_ACT},
    {"fc", CG_FC, TAKES_OUT | TAKES_NORM | TAKES_ACT},
    {"max_pool", CG_MAX_POOL, TAKES_WINDOW},
    {"avg_pool", CG_AVG_POOL, TAKES_WINDOW | TAKES_COUNT_PADDING},
    {"global_pool", CG_GLOBAL_POOL, NEEDS_NONE},
    {"affine", CG_AFFINE, TAKES_ACT | NEEDS_NONE},
    {"pad", CG_PAD, TAKES_SIDES},
    {"upsample", CG_UPSAMPLE, TAKES_SIZE},
    {"depth_to_space", CG_DEPTH_TO_SPACE, TAKES_SIZE},
    {"prelu", CG_PRELU, NEEDS_NONE},
    {"layer_norm", CG_LAYER_NORM, TAKES_EPSILON | NEEDS_NONE},
    {"group_norm", CG_GROUP_NORM, NEEDS_GROUPS | TAKES_EPSILON},
    {"instance_norm", CG_GROUP_NORM, EACH_CHANNEL | TAKES_EPSILON | NEEDS_NONE},
    {"lrn", CG_LRN, TAKES_NEIGHBOURS},
    {"softmax", CG_SOFTMAX, NEEDS_NONE},
    {"log_softmax", CG_SOFTMAX, GIVES_LOGARITHMS | NEEDS_NONE},
};

static void read_depthwise(struct cg_arguments *a, struct cg_node *node, int channels)
{
    const int multiplier = cg_argument_int(a, "multiplier", 0, 1, 1);
    if (multiplier > INT32_MAX / channels)
        luaL_error(a->lua, "dwconv: a multiplier of %d gives too many channels", multiplier);
    node->shape.c = channels * multiplier;
    node->groups = channels;
}

static void read_sides(struct cg_arguments *a, struct cg_window *window)
{
    static const char *const names[] = {"top", "left", "bottom", "right"};
    int pads[4];
    for (int i = 0; i < 4; i++)
        pads[i] = cg_argument_int(a, names[i], 0, -INT32_MAX, 0);
    cg_window_set_pads(window, pads);
}

/* Of norms over several values; the usual numbers are those of the networks that have them. */
static void read_norm(struct cg_arguments *a, int takes, struct cg_node *node, int channels)
{
    if (takes & NEEDS_GROUPS)
        node->groups = cg_argument_needed_int(a, "groups", 1, 1);
    if (takes & EACH_CHANNEL)
        node->groups = channels;
    if (takes & TAKES_EPSILON)
        node->epsilon = (float)cg_argument_real(a, "epsilon", node->op == CG_LAYER_NORM ? 1e-6 : 1e-5);
    if (takes & TAKES_NEIGHBOURS) {
        node->size = cg_argument_needed_int(a, "size", 1, 1);
        node->alpha = (float)cg_argument_real(a, "alpha", 1e-4);
        node->beta = (float)cg_argument_real(a, "beta", 0.75);
        node->k = (float)cg_argument_real(a, "k", 1);
    }
    node->log = takes & GIVES_LOGARITHMS;
}

/* The row of `layers` is its upvalue. */
static int add_layer(lua_State *lua)
{
    const struct layer *layer = lua_touserdata(lua, lua_upvalueindex(1));
    const int input = cg_tensor_check(lua, 1, layer->name);
    const struct cg_shape in = cg_tensor_shape(lua, input);
    const bool has_out = layer->takes & TAKES_OUT, is_fc = layer->op == CG_FC;
    struct cg_arguments a = cg_arguments_open(lua, 2, layer->name, layer->takes & NEEDS_NONE);
    struct cg_node node = cg_node_of(layer->op);
    if (has_out)
        node.shape.c = cg_argument_needed_int(&a, "out", 1, 1);
    if (layer->takes & TAKES_WINDOW) /* with `out` before it the kernel may be left out */
        node.ceil = read_window(&a, &node.window, has_out ? 2 : 1, has_out ? 1 : 0, in);
    if (layer->takes & TAKES_GROUPS)
        node.groups = cg_argument_int(&a, "groups", 0, 1, 1);
    if (layer->takes & TAKES_MULTIPLIER)
        read_depthwise(&a, &node, in.c);
    if (layer->takes & TAKES_NORM) {
        node.bias = cg_argument_bool(&a, "bias", is_fc);
        node.norm = cg_argument_bool(&a, "norm", !is_fc && cg_builder_norm(lua));
    }
    if (layer->takes & TAKES_ACT)
        node.act = cg_argument_act(&a);
    if (layer->takes & TAKES_SIDES)
        read_sides(&a, &node.window);
    if (layer->takes & TAKES_SIZE) {
        node.shape.h = cg_argument_needed_int(&a, "height", 1, 1);
        node.shape.w = cg_argument_int(&a, "width", 2, 1, node.shape.h);
    }
    if (layer->takes & TAKES_COUNT_PADDING)
        node.count_padding = cg_argument_bool(&a, "count_padding", false);
    read_norm(&a, layer->takes, &node, in.c);
    read_name(&a, &node);
    return one_input(lua, &node, input);
}

/* ---- the others ---- */

/* Reads tensors at stack indices 1..n (or in the one list at 1) into a userdata that is left on the stack. */
static int *read_tensors(lua_State *lua, const char *call, int *n)
{
    const bool is_list = lua_istable(lua, 1);
    int count = is_list ? (int)lua_rawlen(lua, 1) : lua_gettop(lua);
    if (!is_list && count > 0 && lua_istable(lua, count))
        count--; /* options behind the tensors */
    if (count < 1)
        luaL_error(lua, "%s needs tensors", call);
    int *ids = lua_newuserdatauv(lua, (size_t)count * sizeof *ids, 0);
    for (int i = 0; i < count; i++) {
        if (is_list)
            lua_rawgeti(lua, 1, i + 1);
        ids[i] = cg_tensor_check(lua, is_list ? -1 : i + 1, call);
        if (is_list)
            lua_pop(lua, 1);
    }
    *n = count;
    return ids;
}

/* add(a, b, ... [, {act =}]), add({a, b, ...} [, {act =}]), a:add(b), a + b
 * mul(x, s), x:mul(s), x:scale(s), x * s: s has x's shape or is 1x1 (squeeze and excite)
 * concat(a, b, ...), concat{a, b, ...}
 * The kind of node is the upvalue. */
static int join(lua_State *lua)
{
    const enum cg_op op = (enum cg_op)lua_tointeger(lua, lua_upvalueindex(1));
    const char *call = cg_op_name(op);
    struct cg_node node = cg_node_of(op);
    node.inputs = read_tensors(lua, call, &node.n_inputs);
    const int options = lua_istable(lua, 1) ? 2 : node.n_inputs + 1;
    if (lua_istable(lua, options)) {
        struct cg_arguments a = cg_arguments_open(lua, options, call, true);
        node.act = cg_argument_act(&a);
        read_name(&a, &node);
    }
    return cg_tensor_add_with_act(lua, &node);
}

static int channels_from(lua_State *lua, int input, int offset, int count)
{
    struct cg_node node = cg_node_of(CG_SPLIT);
    node.offset = offset;
    node.shape.c = count;
    return one_input(lua, &node, input);
}

/* x:split(n): n equal parts; x:split(c1, c2, ...): parts of these widths. Returns as many tensors. */
static int split(lua_State *lua)
{
    const int input = cg_tensor_check(lua, 1, "split");
    const int c = cg_tensor_shape(lua, input).c;
    const int given = lua_gettop(lua) - 1;
    const int first = cg_whole_number(lua, 2, "split: the number of parts", 1);
    const int parts = given > 1 ? given : first;
    if (given <= 1 && c % parts != 0)
        return luaL_error(lua, "split: %d channels do not part into %d equal widths", c, parts);
    int64_t sum = 0;
    for (int i = 0; given > 1 && i < parts; i++)
        sum += cg_whole_number(lua, 2 + i, "split: a width", 1);
    if (given > 1 && sum != c)
        return luaL_error(lua, "split: the widths sum to %I, but there are %d channels", (LUAI_UACINT)sum, c);
    luaL_checkstack(lua, parts + 4, "split: too many parts");
    for (int i = 0, offset = 0; i < parts; i++) {
        const int width = given > 1 ? cg_whole_number(lua, 2 + i, "split: a width", 1) : c / parts;
        channels_from(lua, input, offset, width);
        offset += width;
    }
    return parts;
}

/* x:channels(first, last): counted from 1, both included. */
static int channels(lua_State *lua)
{
    const int input = cg_tensor_check(lua, 1, "channels");
    const int first = cg_whole_number(lua, 2, "channels: the first", 1);
    const int last = cg_whole_number(lua, 3, "channels: the last", 1);
    if (last < first)
        return luaL_error(lua, "channels: the last (%d) comes before the first (%d)", last, first);
    return channels_from(lua, input, first - 1, last - first + 1);
}

/* x:shuffle(groups) */
static int shuffle(lua_State *lua)
{
    struct cg_node node = cg_node_of(CG_SHUFFLE);
    const int input = cg_tensor_check(lua, 1, "shuffle");
    node.groups = cg_whole_number(lua, 2, "shuffle: groups", 1);
    return one_input(lua, &node, input);
}

/* x:permute{...}: output channel i is input channel list[i], counted from 1. */
static int permute(lua_State *lua)
{
    const int input = cg_tensor_check(lua, 1, "permute");
    luaL_checktype(lua, 2, LUA_TTABLE);
    const lua_Unsigned n = lua_rawlen(lua, 2);
    if (n < 1 || n > INT32_MAX)
        return luaL_error(lua, "permute needs a list of channels");
    int *index = lua_newuserdatauv(lua, (size_t)n * sizeof *index, 0);
    for (lua_Unsigned i = 0; i < n; i++) {
        lua_rawgeti(lua, 2, (lua_Integer)i + 1);
        index[i] = cg_whole_number(lua, -1, "permute: a channel", 1) - 1;
        lua_pop(lua, 1);
    }
    struct cg_node node = cg_node_of(CG_PERMUTE);
    node.shape.c = (int)n;
    node.index = index;
    return one_input(lua, &node, input);
}

static const luaL_Reg methods[] = {
    {"split", split}, {"channels", channels}, {"shuffle", shuffle}, {"permute", permute}, {NULL, NULL},
};

static const struct {
    const char *name;
    enum cg_op op;
    bool is_method, is_function;
} joins[] = {{"add", CG_ADD, true, true},
             {"mul", CG_MUL, true, true},
             {"scale", CG_MUL, true, false},
             {"concat", CG_CONCAT, false, true}};

void cg_layers_register(lua_State *lua)
{
    luaL_newlib(lua, methods);
    const int table = lua_gettop(lua);
    for (size_t i = 0; i < sizeof layers / sizeof layers[0]; i++) {
        lua_pushlightuserdata(lua, (void *)&layers[i]);
        lua_pushcclosure(lua, add_layer, 1);
        lua_setfield(lua, -2, layers[i].name);
    }
    for (size_t i = 0; i < sizeof joins / sizeof joins[0]; i++) {
        lua_pushinteger(lua, joins[i].op);
        lua_pushcclosure(lua, join, 1);
        lua_pushvalue(lua, -1);
        if (joins[i].is_function)
            lua_setglobal(lua, joins[i].name);
        if (joins[i].is_method)
            lua_setfield(lua, table, joins[i].name);
        lua_settop(lua, table);
    }
    cg_acts_register(lua);
    cg_builder_register(lua); /* takes the methods */
}
