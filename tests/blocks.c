#include "tests/blocks.h"

#include "tests/nodes.h"

static void build_shuffle_v2(struct cg_graph *g, int batch)
{
    int x = input(g, batch, 14, 14, 24);
    x = shuffle_v2_down(g, x, 58);
    x = shuffle_v2_basic(g, x, 2);
    shuffle_v2_basic(g, x, 2);
}

static void build_shuffle_v2_wide(struct cg_graph *g, int batch)
{
    int x = input(g, batch, 10, 10, 64);
    x = shuffle_v2_basic(g, x, 2);
    x = shuffle_v2_down(g, x, 128);
    shuffle_v2_basic(g, x, 2);
}

static void build_shuffle_v1(struct cg_graph *g, int batch)
{
    const int x = input(g, batch, 12, 12, 48);
    int y = conv(g, x, 24, 1, 1, 3, CG_ACT_RELU);
    y = depthwise(g, shuffle(g, y, 3), 3, 1, CG_ACT_NONE);
    y = conv(g, y, 48, 1, 1, 3, CG_ACT_NONE);
    const int sum = JOIN(g, CG_ADD, CG_ACT_RELU, x, y);
    int z = conv(g, sum, 24, 1, 1, 3, CG_ACT_RELU);
    z = depthwise(g, shuffle(g, z, 3), 3, 2, CG_ACT_NONE);
    z = conv(g, z, 60, 1, 1, 3, CG_ACT_NONE);
    const int down = JOIN(g, CG_CONCAT, CG_ACT_NONE, pool(g, CG_AVG_POOL, sum, 3, 2), z);
    one(g, (struct cg_node){.op = CG_ACT, .act = CG_ACT_RELU, .params = -1, .block = -1}, down);
}

static void build_residual(struct cg_graph *g, int batch)
{
    const int x = conv(g, input(g, batch, 11, 9, 20), 32, 3, 1, 1, CG_ACT_RELU);
    int y = conv(g, x, 16, 1, 1, 1, CG_ACT_RELU);
    y = conv(g, y, 16, 3, 1, 1, CG_ACT_RELU);
    y = conv(g, y, 32, 1, 1, 1, CG_ACT_NONE);
    const int sum = JOIN(g, CG_ADD, CG_ACT_RELU, y, x);
    y = conv(g, sum, 32, 3, 1, 1, CG_ACT_RELU);
    y = conv(g, y, 32, 3, 1, 1, CG_ACT_NONE);
    JOIN(g, CG_ADD, CG_ACT_RELU, sum, y); /* the other order */
}

/* The sum's other input has a use after the sum: it must not be overwritten. */
static void build_residual_kept(struct cg_graph *g, int batch)
{
    const int x = conv(g, input(g, batch, 8, 8, 16), 32, 1, 1, 1, CG_ACT_NONE);
    const int y = conv(g, x, 32, 3, 1, 1, CG_ACT_NONE);
    const int sum = JOIN(g, CG_ADD, CG_ACT_NONE, x, y);
    JOIN(g, CG_CONCAT, CG_ACT_NONE, x, sum, y);
}

/* The input itself is the short-cut, and both sides of a sum are one tensor. */
static void build_residual_input(struct cg_graph *g, int batch)
{
    const int x = input(g, batch, 8, 8, 32);
    const int y = conv(g, x, 32, 3, 1, 1, CG_ACT_NONE);
    const int sum = JOIN(g, CG_ADD, CG_ACT_RELU6, y, x);
    JOIN(g, CG_ADD, CG_ACT_NONE, sum, sum);
}

static void build_inverted_residual(struct cg_graph *g, int batch)
{
    const int x = conv(g, input(g, batch, 16, 16, 3), 24, 3, 2, 1, CG_ACT_RELU6);
    int y = conv(g, x, 144, 1, 1, 1, CG_ACT_RELU6);
    y = depthwise(g, y, 3, 1, CG_ACT_RELU6);
    y = conv(g, y, 24, 1, 1, 1, CG_ACT_NONE);
    JOIN(g, CG_ADD, CG_ACT_NONE, x, y);
}

static void build_squeeze_excite(struct cg_graph *g, int batch)
{
    const int x = conv(g, input(g, batch, 9, 9, 10), 40, 1, 1, 1, CG_ACT_HARD_SWISH);
    const int mean = one(g, cg_node_of(CG_GLOBAL_POOL), x);
    struct cg_node fc = cg_node_of(CG_FC);
    fc.bias = true;
    fc.shape.c = 10;
    fc.act = CG_ACT_RELU;
    const int squeezed = one(g, fc, mean);
    fc.shape.c = 40;
    fc.act = CG_ACT_HARD_SIGMOID;
    const int scale = one(g, fc, squeezed);
    const int scaled = JOIN(g, CG_MUL, CG_ACT_NONE, x, scale);
    const int linear = conv(g, scaled, 16, 1, 1, 1, CG_ACT_NONE);
    const int c1 = conv(g, one(g, cg_node_of(CG_GLOBAL_POOL), linear), 16, 1, 1, 1, CG_ACT_SIGMOID);
    JOIN(g, CG_MUL, CG_ACT_NONE, linear, c1);
}

static void build_dense(struct cg_graph *g, int batch)
{
    int x = conv(g, input(g, batch, 8, 8, 3), 20, 3, 1, 1, CG_ACT_NONE);
    for (int layer = 0; layer < 4; layer++) {
        struct cg_node norm = cg_node_of(CG_AFFINE);
        norm.act = CG_ACT_RELU;
        int y = conv(g, one(g, norm, x), 24, 1, 1, 1, CG_ACT_RELU);
        y = conv(g, y, 12, 3, 1, 1, CG_ACT_NONE);
        x = JOIN(g, CG_CONCAT, CG_ACT_NONE, x, y);
    }
    pool(g, CG_AVG_POOL, x, 2, 2);
}

static void build_dense_aligned(struct cg_graph *g, int batch)
{
    int x = conv(g, input(g, batch, 8, 8, 3), 32, 3, 1, 1, CG_ACT_NONE);
    for (int layer = 0; layer < 3; layer++)
        x = JOIN(g, CG_CONCAT, CG_ACT_NONE, x, conv(g, x, 32, 3, 1, 1, CG_ACT_RELU));
}

static void build_inception(struct cg_graph *g, int batch)
{
    const int x = input(g, batch, 9, 9, 22);
    const int a = conv(g, x, 17, 1, 1, 1, CG_ACT_RELU);
    const int b = conv(g, conv(g, x, 9, 1, 1, 1, CG_ACT_RELU), 15, 3, 1, 1, CG_ACT_RELU);
    const int c = pool(g, CG_MAX_POOL, x, 3, 1);
    const int inner = JOIN(g, CG_CONCAT, CG_ACT_NONE, a, b);
    const int all = JOIN(g, CG_CONCAT, CG_ACT_NONE, inner, c, a, x, inner);
    conv(g, all, 13, 1, 1, 1, CG_ACT_NONE);
}

/* Sums of pools and convolutions, crops, 1x1 pools: what NASNet's cells are made of. */
static void build_nas_cell(struct cg_graph *g, int batch)
{
    const int x = conv(g, input(g, batch, 12, 12, 8), 22, 1, 1, 1, CG_ACT_RELU);
    struct cg_node crop = cg_node_of(CG_PAD);
    crop.window.pad_top = crop.window.pad_left = -1;
    crop.window.pad_bottom = crop.window.pad_right = 1;
    struct cg_node pick = cg_node_of(CG_AVG_POOL);
    pick.window.stride_h = pick.window.stride_w = 2;
    const int p1 = conv(g, one(g, pick, x), 11, 1, 1, 1, CG_ACT_NONE);
    const int p2 = conv(g, one(g, pick, one(g, crop, x)), 11, 1, 1, 1, CG_ACT_NONE);
    const int reduced = JOIN(g, CG_CONCAT, CG_ACT_NONE, p1, p2);
    const int s1 = JOIN(g, CG_ADD, CG_ACT_NONE, depthwise(g, reduced, 5, 1, CG_ACT_NONE), reduced);
    const int s2 = JOIN(g, CG_ADD, CG_ACT_NONE, pool(g, CG_AVG_POOL, reduced, 3, 1), s1);
    const int s3 = JOIN(g, CG_ADD, CG_ACT_RELU, pool(g, CG_MAX_POOL, s1, 3, 1), s2, reduced);
    JOIN(g, CG_CONCAT, CG_ACT_NONE, s1, s2, s3, reduced);
}

/* Splits of splits, a split that is added, one that is the output's part twice. */
static void build_splits(struct cg_graph *g, int batch)
{
    const int x = conv(g, input(g, batch, 6, 6, 12), 48, 1, 1, 1, CG_ACT_NONE);
    const int a = split(g, x, 0, 32), b = split(g, x, 32, 16);
    const int c = split(g, a, 3, 16), d = split(g, a, 16, 16);
    const int sum = JOIN(g, CG_ADD, CG_ACT_NONE, b, c);
    const int deep = conv(g, d, 16, 3, 1, 1, CG_ACT_RELU);
    JOIN(g, CG_CONCAT, CG_ACT_NONE, d, sum, deep, d, c);
}

/* A pool, a shuffle or an activation reads the input first: nobody has chosen a layout yet. */
static void build_no_conv_first(struct cg_graph *g, int batch)
{
    const int x = input(g, batch, 6, 6, 24);
    const int y = shuffle(g, x, 3);
    const int z = pool(g, CG_MAX_POOL, y, 3, 2);
    one(g, (struct cg_node){.op = CG_ACT, .act = CG_ACT_HARD_SWISH, .params = -1, .block = -1}, z);
}

/* Five sums at once are four operations of one node. */
static void build_wide_sum(struct cg_graph *g, int batch)
{
    const int x = input(g, batch, 9, 8, 12);
    const int pools[] = {pool(g, CG_MAX_POOL, x, 3, 1), pool(g, CG_AVG_POOL, x, 3, 1),
                         pool(g, CG_MAX_POOL, x, 5, 1), pool(g, CG_AVG_POOL, x, 5, 1),
                         pool(g, CG_MAX_POOL, x, 7, 1)};
    join(g, CG_ADD, CG_ACT_NONE, 5, pools);
}

/* What takes all channels of a pixel in order finds them shuffled, on a smaller map than its own. */
static void build_shuffled_pixels(struct cg_graph *g, int batch)
{
    const int x = shuffle(g, conv(g, input(g, batch, 6, 5, 9), 24, 3, 1, 1, CG_ACT_RELU), 3);
    struct cg_node apart = cg_node_of(CG_DEPTH_TO_SPACE), larger = cg_node_of(CG_UPSAMPLE);
    apart.shape.h = larger.shape.h = 12;
    apart.shape.w = larger.shape.w = 10;
    conv(g, JOIN(g, CG_CONCAT, CG_ACT_NONE, one(g, apart, x), one(g, larger, x)), 13, 1, 1, 1, CG_ACT_NONE);
}

static void build_output_in_the_middle(struct cg_graph *g, int batch)
{
    const int x = conv(g, input(g, batch, 6, 6, 5), 32, 1, 1, 1, CG_ACT_NONE);
    split(g, x, 8, 8);
}

static void build_classifier(struct cg_graph *g, int batch)
{
    int x = conv(g, input(g, batch, 17, 17, 3), 16, 3, 2, 1, CG_ACT_RELU);
    x = pool(g, CG_MAX_POOL, x, 3, 2);
    x = one(g, cg_node_of(CG_GLOBAL_POOL), conv(g, x, 70, 1, 1, 1, CG_ACT_RELU));
    struct cg_node fc = cg_node_of(CG_FC);
    fc.bias = true;
    fc.shape.c = 101;
    one(g, fc, x);
}

const struct block blocks[] = {
    {"shuffle_v2", build_shuffle_v2},
    {"shuffle_v2_wide", build_shuffle_v2_wide},
    {"shuffle_v1", build_shuffle_v1},
    {"residual", build_residual},
    {"residual_kept", build_residual_kept},
    {"residual_input", build_residual_input},
    {"inverted_residual", build_inverted_residual},
    {"squeeze_excite", build_squeeze_excite},
    {"dense", build_dense},
    {"dense_aligned", build_dense_aligned},
    {"inception", build_inception},
    {"nas_cell", build_nas_cell},
    {"splits", build_splits},
    {"no_conv_first", build_no_conv_first},
    {"wide_sum", build_wide_sum},
    {"shuffled_pixels", build_shuffled_pixels},
    {"output_in_the_middle", build_output_in_the_middle},
    {"classifier", build_classifier},
};

const int n_blocks = (int)(sizeof blocks / sizeof blocks[0]);
