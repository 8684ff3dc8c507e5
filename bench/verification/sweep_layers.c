#include "bench/verification/sweep_build.h"
#include "bench/verification/sweep_families.h"

/* Channel counts around the widths of vectors (4, 8, 16) and of tiles (32, 48, 64). */
static const int widths[] = {1,  2,  3,  4,  5,  7,  8,  9,  12, 15, 16, 17,
                             23, 24, 31, 32, 33, 47, 48, 58, 63, 64, 65};
static const enum cg_act acts[] = {CG_ACT_NONE,         CG_ACT_RELU,       CG_ACT_RELU6,
                                   CG_ACT_NONE,         CG_ACT_HARD_SWISH, CG_ACT_RELU6,
                                   CG_ACT_HARD_SIGMOID, CG_ACT_RELU,       CG_ACT_SIGMOID};

#define COUNT(array)    ((int)(sizeof(array) / sizeof((array)[0])))
#define CYCLE(array, i) ((array)[(i) % COUNT(array)])

/* Most cases have one image, every fifth has four. */
static int batch_of(int i)
{
    return i % 5 == 4 ? 4 : 1;
}

/* The sets of parameters that a convolution may have, in turn. */
static void decorate(struct cg_conv_spec *spec, int i)
{
    spec->act = CYCLE(acts, i);
    spec->bias = i % 2 == 0;
    spec->norm = i % 3 != 0;
}

/* 1x1: pixels and outputs through every remainder of a tile, inputs around vector widths. 17 and 23 are
 * coprime, so every number of pixels meets every width. */
static struct cg_graph *conv_1x1(int i, struct cg_error *err)
{
    const int pixels = 1 + i % 17;
    struct cg_conv_spec spec = {.out = CYCLE(widths, i)};
    decorate(&spec, i);
    struct cg_build b =
        cg_build_begin((struct cg_shape){batch_of(i), 1, pixels, CYCLE(widths, i / 3 + 5)}, err);
    cg_build_conv(&b, 0, spec);
    return cg_build_end(&b);
}

/* 1x1 on maps: rows that end inside a tile, strides, sizes large enough for blocking in every loop and for
 * shares of several threads. */
static const struct point_row {
    struct cg_shape in;
    int out, stride;
} point_rows[] = {
    {{1, 7, 7, 16}, 24, 1},    {{1, 7, 7, 58}, 58, 1},    {{1, 14, 14, 116}, 116, 1},
    {{1, 28, 28, 24}, 144, 1}, {{2, 13, 11, 37}, 41, 1},  {{1, 1, 1, 1024}, 100, 1},
    {{1, 3, 3, 700}, 19, 1},   {{1, 56, 56, 24}, 16, 1},  {{4, 7, 7, 96}, 96, 1},
    {{1, 9, 9, 40}, 640, 1},   {{1, 5, 5, 1056}, 176, 1}, {{1, 31, 1, 20}, 20, 1},
    {{1, 8, 8, 24}, 48, 2},    {{1, 9, 7, 33}, 17, 2},    {{2, 14, 14, 16}, 32, 2},
    {{1, 10, 10, 5}, 6, 3},    {{1, 23, 3, 128}, 257, 1}, {{1, 4, 4, 2}, 2, 2},
    {{1, 112, 112, 3}, 8, 1},  {{1, 40, 40, 64}, 128, 1},
};

static struct cg_graph *conv_1x1_map(int i, struct cg_error *err)
{
    const struct point_row *row = &point_rows[i];
    struct cg_conv_spec spec = {.out = row->out, .stride = row->stride};
    decorate(&spec, i);
    struct cg_build b = cg_build_begin(row->in, err);
    cg_build_conv(&b, 0, spec);
    return cg_build_end(&b);
}

static const struct kernel_row {
    int h, w, stride, dilation;
} kernels[] = {
    {3, 3, 1, 1}, {3, 3, 2, 1}, {3, 3, 1, 2}, {5, 5, 1, 1}, {7, 7, 2, 1}, {1, 7, 1, 1},
    {7, 1, 1, 1}, {1, 3, 1, 1}, {3, 1, 2, 1}, {2, 2, 1, 1}, {2, 2, 2, 1}, {5, 5, 2, 1},
    {3, 5, 1, 1}, {3, 3, 3, 1}, {4, 4, 2, 1}, {3, 3, 1, 3},
};
static const struct map_row {
    int h, w;
} maps[] = {{8, 9}, {7, 7}, {5, 3}, {14, 14}, {9, 17}, {12, 6}, {10, 10}};

/* k x k through kernels, strides, dilations and pads on maps of every parity; a map too small for its kernel
 * without padding gets padding. */
static struct cg_graph *conv_kxk(int i, struct cg_error *err)
{
    const struct kernel_row k = CYCLE(kernels, i);
    const struct map_row map = CYCLE(maps, i);
    const int reach_h = (k.h - 1) * k.dilation + 1, reach_w = (k.w - 1) * k.dilation + 1;
    struct cg_conv_spec spec = {.out = CYCLE(widths, i * 5 + 3),
                                .kernel_h = k.h,
                                .kernel_w = k.w,
                                .stride = k.stride,
                                .dilation = k.dilation,
                                .pads = i % 3};
    if (map.h < reach_h || map.w < reach_w)
        spec.pads = CG_SAME;
    decorate(&spec, i);
    struct cg_build b =
        cg_build_begin((struct cg_shape){batch_of(i), map.h, map.w, CYCLE(widths, i * 3 + 2)}, err);
    cg_build_conv(&b, 0, spec);
    return cg_build_end(&b);
}

/* The first layers of networks: three channels, large maps. */
static const struct stem_row {
    int side, out, kernel, stride, pads;
} stems[] = {{32, 24, 3, 2, CG_SAME}, {33, 24, 3, 2, CG_SAME}, {32, 32, 3, 2, CG_LATE},
             {31, 16, 3, 1, CG_SAME}, {40, 64, 7, 2, CG_SAME}, {35, 32, 3, 2, CG_VALID},
             {30, 8, 3, 2, CG_SAME},  {36, 12, 5, 2, CG_SAME}};

static struct cg_graph *stem(int i, struct cg_error *err)
{
    const struct stem_row *row = &stems[i];
    struct cg_conv_spec spec = {.out = row->out,
                                .kernel_h = row->kernel,
                                .kernel_w = row->kernel,
                                .stride = row->stride,
                                .pads = row->pads};
    decorate(&spec, i + 1);
    struct cg_build b = cg_build_begin((struct cg_shape){batch_of(i), row->side, row->side, 3}, err);
    cg_build_conv(&b, 0, spec);
    return cg_build_end(&b);
}

/* Groups: channels of a group at and around vector widths; 1x1 and, every third, k x k. */
static const int group_counts[] = {2, 3, 4, 8}, group_widths[] = {1, 2, 3, 5, 8, 12, 16, 17, 20, 29, 32};

static struct cg_graph *grouped(int i, struct cg_error *err)
{
    const int groups = CYCLE(group_counts, i), side = 3 + i % 7;
    const struct kernel_row k = CYCLE(kernels, i / 3);
    struct cg_conv_spec spec = {.out = groups * CYCLE(group_widths, i), .groups = groups};
    decorate(&spec, i);
    if (i % 3 == 2) {
        spec.kernel_h = k.h;
        spec.kernel_w = k.w;
        spec.stride = k.stride;
        spec.dilation = k.dilation;
    } else if (i % 7 == 0) {
        spec.stride = 2;
    }
    struct cg_build b = cg_build_begin(
        (struct cg_shape){batch_of(i), side, side + 2, groups * CYCLE(group_widths, i * 4 + 1)}, err);
    cg_build_conv(&b, 0, spec);
    return cg_build_end(&b);
}

/* Narrow groups of windows, whose channels lie together or, every second, shuffled by a grouped convolution:
 * vectors then hold several groups. Powers of two, and a few others. */
static struct cg_graph *narrow_groups(int i, struct cg_error *err)
{
    static const int in_widths[] = {2, 4, 8, 16, 32, 64, 3, 12}, out_widths[] = {1, 2, 4, 3, 8, 6, 5, 16, 11};
    const int groups = 2 << i % 4;
    const struct kernel_row k = CYCLE(kernels, i / 2);
    const struct map_row map = CYCLE(maps, i / 3);
    const int c = groups * CYCLE(in_widths, i / 4);
    struct cg_conv_spec spec = {.out = groups * CYCLE(out_widths, i),
                                .kernel_h = k.h,
                                .kernel_w = k.w,
                                .stride = k.stride,
                                .dilation = k.dilation,
                                .groups = groups};
    decorate(&spec, i);
    struct cg_build b =
        cg_build_begin((struct cg_shape){batch_of(i), map.h + 6, map.w + 12, i % 2 ? groups : c}, err);
    int x = 0;
    if (i % 2)
        x = cg_build_shuffle(&b, cg_build_conv(&b, x, (struct cg_conv_spec){.out = c, .groups = groups}),
                             groups);
    cg_build_conv(&b, x, spec);
    return cg_build_end(&b);
}

/* Depthwise: kernels and strides over maps from one pixel on, where the borders meet, to several tiles. */
static const struct map_row small_maps[] = {{1, 1}, {2, 2}, {3, 3},   {1, 9},  {5, 7},   {7, 7},
                                            {8, 4}, {9, 9}, {14, 14}, {6, 31}, {28, 28}, {13, 5}};
static const int depthwise_widths[] = {2, 3, 4, 8, 9, 15, 16, 17, 24, 33, 58, 64, 116};

static struct cg_graph *depthwise(int i, struct cg_error *err)
{
    static const struct kernel_row rows[] = {{3, 3, 1, 1}, {3, 3, 2, 1}, {5, 5, 1, 1}, {5, 5, 2, 1},
                                             {7, 7, 1, 1}, {7, 7, 2, 1}, {1, 3, 1, 1}, {3, 1, 1, 1},
                                             {3, 3, 1, 2}, {1, 1, 1, 1}};
    const struct kernel_row k = CYCLE(rows, i);
    const struct map_row map = CYCLE(small_maps, i / COUNT(rows) + i);
    const int channels = CYCLE(depthwise_widths, i);
    struct cg_conv_spec spec = {.out = channels,
                                .groups = channels,
                                .kernel_h = k.h,
                                .kernel_w = k.w,
                                .stride = k.stride,
                                .dilation = k.dilation,
                                .pads = i % 4 == 3 ? CG_LATE : CG_SAME};
    const bool fits = map.h > (k.h - 1) * k.dilation && map.w > (k.w - 1) * k.dilation;
    if (i % 6 == 5 && fits)
        spec.pads = CG_VALID;
    decorate(&spec, i);
    struct cg_build b = cg_build_begin((struct cg_shape){batch_of(i), map.h, map.w, channels}, err);
    cg_build_conv(&b, 0, spec);
    return cg_build_end(&b);
}

/* One input channel a group, several outputs. */
static struct cg_graph *multiplier(int i, struct cg_error *err)
{
    const int channels = CYCLE(depthwise_widths, i);
    struct cg_conv_spec spec = {
        .out = channels * (2 + i % 2), .groups = channels, .kernel_h = 3, .kernel_w = 3, .stride = 1 + i % 2};
    decorate(&spec, i);
    struct cg_build b = cg_build_begin((struct cg_shape){1, 6, 5, channels}, err);
    cg_build_conv(&b, 0, spec);
    return cg_build_end(&b);
}

static struct cg_graph *fc(int i, struct cg_error *err)
{
    static const int outs[] = {1, 10, 16, 33, 100, 1000, 7, 64};
    static const int batches[] = {1, 4, 1, 2, 1, 3, 16};
    struct cg_node node = cg_node_of(CG_FC);
    node.shape.c = CYCLE(outs, i);
    node.bias = i % 2 == 0;
    node.act = CYCLE(acts, i);
    struct cg_build b = cg_build_begin(
        (struct cg_shape){CYCLE(batches, i), 1, 1, CYCLE(widths, i * 7 + 4) * (1 + i % 3)}, err);
    cg_build_node(&b, node, (const int[]){0}, 1);
    return cg_build_end(&b);
}

/* Windows of pools: kernel, stride, pads (top and left, bottom and right). */
static const struct pool_row {
    int kernel, stride, before, after;
} pools[] = {{3, 2, 1, 1}, {3, 1, 1, 1}, {2, 2, 0, 0}, {3, 2, 0, 1}, {5, 1, 2, 2},
             {3, 2, 0, 0}, {2, 1, 0, 1}, {5, 2, 2, 2}, {7, 7, 0, 0}, {3, 3, 1, 0}};

static struct cg_graph *pool(int i, enum cg_op op, struct cg_error *err)
{
    const struct pool_row row = CYCLE(pools, i);
    const int side = 7 + i % 8;
    struct cg_node node = cg_node_of(op);
    struct cg_window *w = &node.window;
    w->kernel_h = w->kernel_w = row.kernel;
    w->stride_h = w->stride_w = row.stride;
    w->pad_top = w->pad_left = row.before;
    w->pad_bottom = w->pad_right = row.after;
    node.count_padding = op == CG_AVG_POOL && i % 2;
    struct cg_build b =
        cg_build_begin((struct cg_shape){batch_of(i), side, side + i % 3, CYCLE(widths, i)}, err);
    cg_build_node(&b, node, (const int[]){0}, 1);
    return cg_build_end(&b);
}

static struct cg_graph *max_pool(int i, struct cg_error *err)
{
    return pool(i, CG_MAX_POOL, err);
}

static struct cg_graph *avg_pool(int i, struct cg_error *err)
{
    return pool(i, CG_AVG_POOL, err);
}

static struct cg_graph *global_pool(int i, struct cg_error *err)
{
    const struct map_row map = CYCLE(small_maps, i);
    struct cg_build b =
        cg_build_begin((struct cg_shape){batch_of(i), map.h, map.w, CYCLE(widths, i * 2 + 1)}, err);
    cg_build_node(&b, cg_node_of(CG_GLOBAL_POOL), (const int[]){0}, 1);
    return cg_build_end(&b);
}

/* A second tensor of the input's shape that is not the input: a 1x1 depthwise convolution of it. */
static int other(struct cg_build *b)
{
    return cg_build_depthwise(b, 0, 1, 1, CG_ACT_NONE);
}

static struct cg_build small_map(int i, int channels, struct cg_error *err)
{
    const struct map_row map = CYCLE(small_maps, i);
    return cg_build_begin((struct cg_shape){batch_of(i), map.h, map.w, channels}, err);
}

static struct cg_graph *add(int i, struct cg_error *err)
{
    struct cg_build b = small_map(i, CYCLE(widths, i * 3 + 1) + 1, err);
    struct cg_node node = cg_node_of(CG_ADD);
    node.act = CYCLE(acts, i);
    const int x = other(&b), inputs[] = {0, x, i % 2 ? 0 : x};
    cg_build_node(&b, node, inputs, i % 4 == 3 ? 3 : 2);
    return cg_build_end(&b);
}

static struct cg_graph *mul(int i, struct cg_error *err)
{
    struct cg_build b = small_map(i, CYCLE(widths, i * 3 + 2) + 1, err);
    int x = other(&b);
    if (i % 2)
        x = cg_build_node(&b, cg_node_of(CG_GLOBAL_POOL), &x, 1);
    cg_build_mul(&b, 0, x);
    return cg_build_end(&b);
}

static struct cg_graph *concat(int i, struct cg_error *err)
{
    struct cg_build b = small_map(i, CYCLE(widths, i) + 1, err);
    int inputs[5], n = 2 + i % 4;
    for (int k = 0; k < n; k++)
        inputs[k] = k == 1 ? 0 : cg_build_point(&b, 0, CYCLE(widths, i + 3 * k), CG_ACT_RELU);
    cg_build_node(&b, cg_node_of(CG_CONCAT), inputs, n);
    return cg_build_end(&b);
}

static struct cg_graph *split(int i, struct cg_error *err)
{
    const int channels = CYCLE(widths, i) + 3, offset = i % 3;
    struct cg_build b = small_map(i, channels, err);
    cg_build_split(&b, 0, offset, channels - offset - i % 2 - 1 > 0 ? channels - offset - i % 2 - 1 : 1);
    return cg_build_end(&b);
}

static struct cg_graph *shuffle(int i, struct cg_error *err)
{
    const int groups = CYCLE(group_counts, i);
    struct cg_build b = small_map(i, groups * CYCLE(group_widths, i * 3), err);
    cg_build_shuffle(&b, 0, groups);
    return cg_build_end(&b);
}

/* Any map of channels: reversed, repeated, some left out. */
static struct cg_graph *permute(int i, struct cg_error *err)
{
    int index[128];
    const int in = CYCLE(widths, i) + 1, out = CYCLE(widths, i * 2 + 3);
    for (int c = 0; c < out; c++)
        index[c] = i % 3 == 0 ? (out - c) % in : i % 3 == 1 ? (c * 7 + 3) % in : c / 2 % in;
    struct cg_node node = cg_node_of(CG_PERMUTE);
    node.index = index;
    node.shape.c = out;
    struct cg_build b = small_map(i, in, err);
    cg_build_node(&b, node, (const int[]){0}, 1);
    return cg_build_end(&b);
}

static struct cg_graph *act(int i, struct cg_error *err)
{
    struct cg_build b = small_map(i, CYCLE(widths, i * 5), err);
    cg_build_act(&b, 0, (enum cg_act)(1 + i % (CG_ACT_COUNT - 1)));
    return cg_build_end(&b);
}

static struct cg_graph *affine(int i, struct cg_error *err)
{
    struct cg_node node = cg_node_of(CG_AFFINE);
    node.act = CYCLE(acts, i);
    struct cg_build b = small_map(i, CYCLE(widths, i * 5 + 1), err);
    cg_build_node(&b, node, (const int[]){0}, 1);
    return cg_build_end(&b);
}

static struct cg_graph *pad(int i, struct cg_error *err)
{
    static const int pads[][4] = {{0, 0, 1, 1},   {1, 1, 1, 1},   {2, 0, 0, 3},
                                  {-1, -1, 0, 0}, {-1, 1, 1, -1}, {0, 3, 0, 0}};
    const int *p = CYCLE(pads, i);
    struct cg_node node = cg_node_of(CG_PAD);
    node.window.pad_top = p[0];
    node.window.pad_left = p[1];
    node.window.pad_bottom = p[2];
    node.window.pad_right = p[3];
    struct cg_build b =
        cg_build_begin((struct cg_shape){batch_of(i), 3 + i % 5, 4, CYCLE(widths, i * 4)}, err);
    cg_build_node(&b, node, (const int[]){0}, 1);
    return cg_build_end(&b);
}

const struct cg_sweep_family cg_sweep_layers[] = {
    {"conv 1x1", 17 * 23, conv_1x1},
    {"conv 1x1 maps", COUNT(point_rows), conv_1x1_map},
    {"conv kxk", 112, conv_kxk},
    {"stem", COUNT(stems), stem},
    {"conv grouped", 88, grouped},
    {"narrow groups", 144, narrow_groups},
    {"depthwise", 130, depthwise},
    {"depth multiplier", 8, multiplier},
    {"fc", 24, fc},
    {"max_pool", 20, max_pool},
    {"avg_pool", 20, avg_pool},
    {"global_pool", 24, global_pool},
    {"add", 36, add},
    {"mul", 24, mul},
    {"concat", 36, concat},
    {"split", 23, split},
    {"shuffle", 44, shuffle},
    {"permute", 24, permute},
    {"act", 25, act},
    {"affine", 23, affine},
    {"pad", 24, pad},
    {NULL, 0, NULL},
};
