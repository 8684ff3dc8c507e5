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
static struct cg_conv_spec decorated(struct cg_conv_spec spec, int i)
{
    spec.act = CYCLE(acts, i);
    spec.bias = i % 2 == 0;
    spec.norm = i % 3 != 0;
    return spec;
}

static void conv(struct cg_build *b, int i, struct cg_shape in, struct cg_conv_spec spec)
{
    cg_build_conv(b, cg_build_input(b, in), decorated(spec, i));
}

static void layer(struct cg_build *b, struct cg_shape in, struct cg_node node)
{
    const int x = cg_build_input(b, in);
    cg_build_node(b, node, &x, 1);
}

/* 1x1: pixels and outputs through every remainder of a tile, inputs around vector widths. 17 and 23 are
 * coprime, so every number of pixels meets every width. */
static void conv_1x1(struct cg_build *b, int i)
{
    conv(b, i, (struct cg_shape){batch_of(i), 1, 1 + i % 17, CYCLE(widths, i / 3 + 5)},
         (struct cg_conv_spec){.out = CYCLE(widths, i)});
}

struct conv_row {
    struct cg_shape in;
    struct cg_conv_spec spec;
};

#define POINT(n, h, w, c, out_, stride)                                                                      \
    {                                                                                                        \
        {n, h, w, c},                                                                                        \
        {                                                                                                    \
            .out = out_, .kernel = { 1, 1, stride }                                                          \
        }                                                                                                    \
    }
#define STEM(n, side, out_, k, stride, pads_)                                                                \
    {                                                                                                        \
        {n, side, side, 3},                                                                                  \
        {                                                                                                    \
            .out = out_, .kernel = {k, k, stride}, .pads = pads_                                             \
        }                                                                                                    \
    }

/* 1x1 on maps: rows that end inside a tile, strides, sizes large enough for blocking in every loop and for
 * shares of several threads. */
static const struct conv_row points[] = {
    POINT(1, 7, 7, 16, 24, 1),    POINT(1, 7, 7, 58, 58, 1),    POINT(1, 14, 14, 116, 116, 1),
    POINT(1, 28, 28, 24, 144, 1), POINT(2, 13, 11, 37, 41, 1),  POINT(1, 1, 1, 1024, 100, 1),
    POINT(1, 3, 3, 700, 19, 1),   POINT(1, 56, 56, 24, 16, 1),  POINT(4, 7, 7, 96, 96, 1),
    POINT(1, 9, 9, 40, 640, 1),   POINT(1, 5, 5, 1056, 176, 1), POINT(1, 31, 1, 20, 20, 1),
    POINT(1, 8, 8, 24, 48, 2),    POINT(1, 9, 7, 33, 17, 2),    POINT(2, 14, 14, 16, 32, 2),
    POINT(1, 10, 10, 5, 6, 3),    POINT(1, 23, 3, 128, 257, 1), POINT(1, 4, 4, 2, 2, 2),
    POINT(1, 112, 112, 3, 8, 1),  POINT(1, 40, 40, 64, 128, 1),
};

static void conv_1x1_map(struct cg_build *b, int i)
{
    conv(b, i, points[i].in, points[i].spec);
}

/* The first layers of networks: three channels, large maps. */
static const struct conv_row stems[] = {
    STEM(1, 32, 24, 3, 2, CG_SAME), STEM(1, 33, 24, 3, 2, CG_SAME), STEM(1, 32, 32, 3, 2, CG_LATE),
    STEM(1, 31, 16, 3, 1, CG_SAME), STEM(4, 40, 64, 7, 2, CG_SAME), STEM(1, 35, 32, 3, 2, CG_VALID),
    STEM(1, 30, 8, 3, 2, CG_SAME),  STEM(1, 36, 12, 5, 2, CG_SAME),
};

static void stem(struct cg_build *b, int i)
{
    conv(b, i + 1, stems[i].in, stems[i].spec);
}

static const struct cg_kernel kernels[] = {
    {3, 3, 1, 1}, {3, 3, 2, 1}, {3, 3, 1, 2}, {5, 5, 1, 1}, {7, 7, 2, 1}, {1, 7, 1, 1},
    {7, 1, 1, 1}, {1, 3, 1, 1}, {3, 1, 2, 1}, {2, 2, 1, 1}, {2, 2, 2, 1}, {5, 5, 2, 1},
    {3, 5, 1, 1}, {3, 3, 3, 1}, {4, 4, 2, 1}, {3, 3, 1, 3},
};
static const struct map_row {
    int h, w;
} maps[] = {{8, 9}, {7, 7}, {5, 3}, {14, 14}, {9, 17}, {12, 6}, {10, 10}};

static bool fits(struct cg_kernel k, struct map_row map)
{
    return map.h > (k.h - 1) * k.dilation && map.w > (k.w - 1) * k.dilation;
}

/* k x k through kernels, strides, dilations and pads on maps of every parity; a map too small for its kernel
 * without padding gets padding. */
static void conv_kxk(struct cg_build *b, int i)
{
    const struct map_row map = CYCLE(maps, i);
    struct cg_conv_spec spec = {.out = CYCLE(widths, i * 5 + 3), .kernel = CYCLE(kernels, i), .pads = i % 3};
    if (!fits(spec.kernel, map))
        spec.pads = CG_SAME;
    conv(b, i, (struct cg_shape){batch_of(i), map.h, map.w, CYCLE(widths, i * 3 + 2)}, spec);
}

/* Groups: channels of a group at and around vector widths; 1x1 and, every third, k x k. */
static const int group_counts[] = {2, 3, 4, 8}, group_widths[] = {1, 2, 3, 5, 8, 12, 16, 17, 20, 29, 32};

static void grouped(struct cg_build *b, int i)
{
    const int groups = CYCLE(group_counts, i), side = 3 + i % 7;
    struct cg_conv_spec spec = {.out = groups * CYCLE(group_widths, i), .groups = groups};
    if (i % 3 == 2)
        spec.kernel = CYCLE(kernels, i / 3);
    else if (i % 7 == 0)
        spec.kernel.stride = 2;
    conv(b, i, (struct cg_shape){batch_of(i), side, side + 2, groups * CYCLE(group_widths, i * 4 + 1)}, spec);
}

/* Narrow groups of windows, whose channels lie together or, every second, shuffled by a grouped convolution:
 * vectors then hold several groups. Powers of two, and a few others. */
static void narrow_groups(struct cg_build *b, int i)
{
    static const int in_widths[] = {2, 4, 8, 16, 32, 64, 3, 12}, out_widths[] = {1, 2, 4, 3, 8, 6, 5, 16, 11};
    const int groups = 2 << i % 4, c = groups * CYCLE(in_widths, i / 4);
    const struct map_row map = CYCLE(maps, i / 3);
    struct cg_shape in = {batch_of(i), map.h + 6, map.w + 12, c};
    const struct cg_conv_spec spec = {
        .out = groups * CYCLE(out_widths, i), .kernel = CYCLE(kernels, i / 2), .groups = groups};
    if (i % 2 == 0) {
        conv(b, i, in, spec);
        return;
    }
    in.c = groups;
    const int x = cg_build_conv(b, cg_build_input(b, in), (struct cg_conv_spec){.out = c, .groups = groups});
    cg_build_conv(b, cg_build_shuffle(b, x, groups), decorated(spec, i));
}

/* Depthwise: kernels and strides over maps from one pixel on, where the borders meet, to several tiles. */
static const struct map_row small_maps[] = {{1, 1}, {2, 2}, {3, 3},   {1, 9},  {5, 7},   {7, 7},
                                            {8, 4}, {9, 9}, {14, 14}, {6, 31}, {28, 28}, {13, 5}};
static const int depthwise_widths[] = {2, 3, 4, 8, 9, 15, 16, 17, 24, 33, 58, 64, 116};

static void depthwise(struct cg_build *b, int i)
{
    static const struct cg_kernel rows[] = {{3, 3, 1, 1}, {3, 3, 2, 1}, {5, 5, 1, 1}, {5, 5, 2, 1},
                                            {7, 7, 1, 1}, {7, 7, 2, 1}, {1, 3, 1, 1}, {3, 1, 1, 1},
                                            {3, 3, 1, 2}, {1, 1, 1, 1}};
    const struct map_row map = CYCLE(small_maps, i / COUNT(rows) + i);
    const int channels = CYCLE(depthwise_widths, i);
    struct cg_conv_spec spec = {.out = channels,
                                .groups = channels,
                                .kernel = CYCLE(rows, i),
                                .pads = i % 4 == 3 ? CG_LATE : CG_SAME};
    if (i % 6 == 5 && fits(spec.kernel, map))
        spec.pads = CG_VALID;
    conv(b, i, (struct cg_shape){batch_of(i), map.h, map.w, channels}, spec);
}

/* One input channel a group, several outputs. */
static void multiplier(struct cg_build *b, int i)
{
    const int channels = CYCLE(depthwise_widths, i);
    conv(b, i, (struct cg_shape){1, 6, 5, channels},
         (struct cg_conv_spec){
             .out = channels * (2 + i % 2), .groups = channels, .kernel = {3, 3, 1 + i % 2}});
}

static void fc(struct cg_build *b, int i)
{
    static const int outs[] = {1, 10, 16, 33, 100, 1000, 7, 64};
    static const int batches[] = {1, 4, 1, 2, 1, 3, 16};
    struct cg_node node = cg_node_of(CG_FC);
    node.shape.c = CYCLE(outs, i);
    node.bias = i % 2 == 0;
    node.act = CYCLE(acts, i);
    layer(b, (struct cg_shape){CYCLE(batches, i), 1, 1, CYCLE(widths, i * 7 + 4) * (1 + i % 3)}, node);
}

/* Windows of pools: kernel, stride, pads (top and left, bottom and right). */
static const struct pool_row {
    int kernel, stride, before, after;
} pools[] = {{3, 2, 1, 1}, {3, 1, 1, 1}, {2, 2, 0, 0}, {3, 2, 0, 1}, {5, 1, 2, 2},
             {3, 2, 0, 0}, {2, 1, 0, 1}, {5, 2, 2, 2}, {7, 7, 0, 0}, {3, 3, 1, 0}};

static void pool(struct cg_build *b, int i, enum cg_op op)
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
    layer(b, (struct cg_shape){batch_of(i), side, side + i % 3, CYCLE(widths, i)}, node);
}

static void max_pool(struct cg_build *b, int i)
{
    pool(b, i, CG_MAX_POOL);
}

static void avg_pool(struct cg_build *b, int i)
{
    pool(b, i, CG_AVG_POOL);
}

static struct cg_shape small_map(int i, int channels)
{
    const struct map_row map = CYCLE(small_maps, i);
    return (struct cg_shape){batch_of(i), map.h, map.w, channels};
}

static void global_pool(struct cg_build *b, int i)
{
    layer(b, small_map(i, CYCLE(widths, i * 2 + 1)), cg_node_of(CG_GLOBAL_POOL));
}

/* A second tensor of the input's shape that is not the input: a 1x1 depthwise convolution of it. */
static int other(struct cg_build *b)
{
    return cg_build_depthwise(b, 0, 1, 1, CG_ACT_NONE);
}

static void add(struct cg_build *b, int i)
{
    cg_build_input(b, small_map(i, CYCLE(widths, i * 3 + 1) + 1));
    struct cg_node node = cg_node_of(CG_ADD);
    node.act = CYCLE(acts, i);
    const int x = other(b), inputs[] = {0, x, i % 2 ? 0 : x};
    cg_build_node(b, node, inputs, i % 4 == 3 ? 3 : 2);
}

static void mul(struct cg_build *b, int i)
{
    cg_build_input(b, small_map(i, CYCLE(widths, i * 3 + 2) + 1));
    int x = other(b);
    if (i % 2)
        x = cg_build_node(b, cg_node_of(CG_GLOBAL_POOL), &x, 1);
    cg_build_mul(b, 0, x);
}

static void concat(struct cg_build *b, int i)
{
    cg_build_input(b, small_map(i, CYCLE(widths, i) + 1));
    int inputs[5], n = 2 + i % 4;
    for (int k = 0; k < n; k++)
        inputs[k] = k == 1 ? 0 : cg_build_point(b, 0, CYCLE(widths, i + 3 * k), CG_ACT_RELU);
    cg_build_node(b, cg_node_of(CG_CONCAT), inputs, n);
}

static void split(struct cg_build *b, int i)
{
    const int channels = CYCLE(widths, i) + 3, offset = i % 3;
    cg_build_input(b, small_map(i, channels));
    cg_build_split(b, 0, offset, channels - offset - i % 2 - 1 > 0 ? channels - offset - i % 2 - 1 : 1);
}

static void shuffle(struct cg_build *b, int i)
{
    const int groups = CYCLE(group_counts, i);
    cg_build_input(b, small_map(i, groups * CYCLE(group_widths, i * 3)));
    cg_build_shuffle(b, 0, groups);
}

/* Any map of channels: reversed, repeated, some left out. */
static void permute(struct cg_build *b, int i)
{
    int index[128];
    const int in = CYCLE(widths, i) + 1, out = CYCLE(widths, i * 2 + 3);
    for (int c = 0; c < out; c++)
        index[c] = i % 3 == 0 ? (out - c) % in : i % 3 == 1 ? (c * 7 + 3) % in : c / 2 % in;
    struct cg_node node = cg_node_of(CG_PERMUTE);
    node.index = index;
    node.shape.c = out;
    layer(b, small_map(i, in), node);
}

static void act(struct cg_build *b, int i)
{
    cg_build_input(b, small_map(i, CYCLE(widths, i * 5)));
    cg_build_act(b, 0, (enum cg_act)(1 + i % (CG_ACT_COUNT - 1)));
}

static void affine(struct cg_build *b, int i)
{
    struct cg_node node = cg_node_of(CG_AFFINE);
    node.act = CYCLE(acts, i);
    layer(b, small_map(i, CYCLE(widths, i * 5 + 1)), node);
}

static void pad(struct cg_build *b, int i)
{
    static const int pads[][4] = {{0, 0, 1, 1},   {1, 1, 1, 1},   {2, 0, 0, 3},
                                  {-1, -1, 0, 0}, {-1, 1, 1, -1}, {0, 3, 0, 0}};
    const int *p = CYCLE(pads, i);
    struct cg_node node = cg_node_of(CG_PAD);
    node.window.pad_top = p[0];
    node.window.pad_left = p[1];
    node.window.pad_bottom = p[2];
    node.window.pad_right = p[3];
    layer(b, (struct cg_shape){batch_of(i), 3 + i % 5, 4, CYCLE(widths, i * 4)}, node);
}

const struct cg_sweep_family cg_sweep_layers[] = {
    {"conv 1x1", 17 * 23, conv_1x1},
    {"conv 1x1 maps", COUNT(points), conv_1x1_map},
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
