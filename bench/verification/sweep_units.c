#include "bench/verification/sweep_families.h"

/* Channels of a unit and its map: small and odd, a paper's, one vector wide. */
static const struct size_row {
    int n, h, w, c;
} sizes[] = {{1, 7, 7, 58}, {1, 14, 14, 116}, {4, 5, 6, 24}, {1, 8, 8, 26}, {1, 9, 7, 48}, {2, 1, 1, 32}};

enum { SIZES = sizeof sizes / sizeof sizes[0] };

/* The input; its channels, a multiple of `multiple`. */
static int begin(struct cg_build *b, int i, int multiple)
{
    const struct size_row row = sizes[i % SIZES];
    const int c = (row.c + multiple - 1) / multiple * multiple;
    cg_build_input(b, (struct cg_shape){row.n, row.h, row.w, c});
    return c;
}

/* ShuffleNet V2, Fig. 3(c), several in a row: the split's halves live on in place while the others change. */
static int shuffle_v2_basic(struct cg_build *b, int x)
{
    const int c = cg_build_channels(b, x);
    const int keep = cg_build_split(b, x, 0, c / 2);
    int work = cg_build_split(b, x, c / 2, c / 2);
    work = cg_build_point(b, work, c / 2, CG_ACT_RELU);
    work = cg_build_depthwise(b, work, 3, 1, CG_ACT_NONE);
    work = cg_build_point(b, work, c / 2, CG_ACT_RELU);
    return cg_build_shuffle(b, cg_build_concat(b, keep, work), 2);
}

static void shuffle_v2(struct cg_build *b, int i)
{
    begin(b, i, 2);
    int x = cg_build_point(b, 0, cg_build_channels(b, 0), CG_ACT_RELU);
    for (int k = 0; k < 1 + i % 3; k++)
        x = shuffle_v2_basic(b, x);
}

/* Fig. 3(d): both branches go down. */
static void shuffle_v2_down(struct cg_build *b, int i)
{
    const int c = begin(b, i, 2);
    int left = cg_build_depthwise(b, 0, 3, 2, CG_ACT_NONE);
    left = cg_build_point(b, left, c, CG_ACT_RELU);
    int right = cg_build_point(b, 0, c, CG_ACT_RELU);
    right = cg_build_depthwise(b, right, 3, 2, CG_ACT_NONE);
    right = cg_build_point(b, right, c, CG_ACT_RELU);
    const int x = cg_build_shuffle(b, cg_build_concat(b, left, right), 2);
    shuffle_v2_basic(b, x);
}

/* ShuffleNet V1: grouped 1x1, shuffle between, short-cut or average pool beside. */
static void shuffle_v1(struct cg_build *b, int i)
{
    static const int group_counts[] = {3, 2, 8, 4};
    const int g = group_counts[i % 4], stride = 1 + i % 2;
    const int c = begin(b, i, 4 * g);
    int x = cg_build_conv(b, 0,
                          (struct cg_conv_spec){.out = c / 4, .groups = g, .act = CG_ACT_RELU, .norm = true});
    x = cg_build_shuffle(b, x, g);
    x = cg_build_depthwise(b, x, 3, stride, CG_ACT_NONE);
    x = cg_build_conv(b, x, (struct cg_conv_spec){.out = c, .groups = g, .norm = true});
    if (stride == 1)
        cg_build_add(b, 0, x, CG_ACT_RELU);
    else
        cg_build_act(b, cg_build_concat(b, cg_build_pool(b, 0, CG_AVG_POOL, 3, 2, i % 4 == 1), x),
                     CG_ACT_RELU);
}

static void inverted_residual(struct cg_build *b, int i)
{
    const int c = begin(b, i, 1), stride = 1 + i % 2;
    int x = cg_build_point(b, 0, 6 * c, CG_ACT_RELU6);
    x = cg_build_depthwise(b, x, 3, stride, CG_ACT_RELU6);
    x = cg_build_point(b, x, stride == 1 ? c : c + 8, CG_ACT_NONE);
    if (stride == 1)
        cg_build_add(b, 0, x, CG_ACT_NONE);
}

/* MobileNet V3: squeeze and excite, hard activations. */
static void squeeze_excite(struct cg_build *b, int i)
{
    const int c = begin(b, i, 1), wide = 3 * c;
    int x = cg_build_point(b, 0, wide, CG_ACT_HARD_SWISH);
    x = cg_build_depthwise(b, x, 5, 1, CG_ACT_HARD_SWISH);
    int gate = cg_build_node(b, cg_node_of(CG_GLOBAL_POOL), &x, 1);
    gate = cg_build_conv(b, gate, (struct cg_conv_spec){.out = 8, .bias = true, .act = CG_ACT_RELU});
    gate = cg_build_conv(b, gate,
                         (struct cg_conv_spec){
                             .out = wide, .bias = true, .act = i % 2 ? CG_ACT_SIGMOID : CG_ACT_HARD_SIGMOID});
    x = cg_build_point(b, cg_build_mul(b, x, gate), c, CG_ACT_NONE);
    cg_build_add(b, x, 0, CG_ACT_NONE);
}

static void bottleneck(struct cg_build *b, int i)
{
    const int c = begin(b, i, 1), stride = 1 + i % 2, wide = 2 * c;
    int x = cg_build_point(b, 0, c / 2, CG_ACT_RELU);
    x = cg_build_conv(
        b, x,
        (struct cg_conv_spec){.out = c / 2, .kernel = {3, 3, stride}, .norm = true, .act = CG_ACT_RELU});
    x = cg_build_point(b, x, wide, CG_ACT_NONE);
    const int shortcut =
        cg_build_conv(b, 0, (struct cg_conv_spec){.out = wide, .kernel.stride = stride, .norm = true});
    x = cg_build_add(b, x, shortcut, CG_ACT_RELU);
    const int y = cg_build_point(b, x, wide, CG_ACT_NONE);
    cg_build_add(b, y, x, CG_ACT_RELU);
}

/* Every layer reads all that came before it; batch normalisation stands before the convolution. */
static void dense(struct cg_build *b, int i)
{
    begin(b, i, 2);
    struct cg_node norm = cg_node_of(CG_AFFINE);
    norm.act = CG_ACT_RELU;
    int x = 0;
    for (int layer = 0; layer < 4; layer++) {
        int y = cg_build_node(b, norm, &x, 1);
        y = cg_build_point(b, y, 24, CG_ACT_RELU);
        y = cg_build_conv(b, y, (struct cg_conv_spec){.out = 12, .kernel = {3, 3}});
        x = cg_build_concat(b, x, y);
    }
    x = cg_build_node(b, norm, &x, 1);
    x = cg_build_point(b, x, 20, CG_ACT_NONE);
    if (sizes[i % SIZES].h > 1)
        cg_build_pool(b, x, CG_AVG_POOL, 2, 2, true);
}

/* CondenseNet: channels are picked by an index before a grouped convolution. */
static void condensed(struct cg_build *b, int i)
{
    const int c = begin(b, i, 4);
    int index[256];
    for (int k = 0; k < c; k++)
        index[k] = (k * 3 + 1) % c;
    struct cg_node pick = cg_node_of(CG_PERMUTE);
    pick.index = index;
    pick.shape.c = c;
    int x = cg_build_node(b, pick, (const int[]){0}, 1);
    x = cg_build_conv(b, x, (struct cg_conv_spec){.out = 32, .groups = 4, .norm = true, .act = CG_ACT_RELU});
    x = cg_build_shuffle(b, x, 4);
    x = cg_build_conv(b, x, (struct cg_conv_spec){.out = 8, .groups = 4, .kernel = {3, 3}, .norm = true});
    cg_build_concat(b, 0, x);
}

static int separable(struct cg_build *b, int x, int kernel, int out)
{
    x = cg_build_act(b, x, CG_ACT_RELU);
    x = cg_build_depthwise(b, x, kernel, 1, CG_ACT_NONE);
    x = cg_build_point(b, x, out, CG_ACT_RELU);
    x = cg_build_depthwise(b, x, kernel, 1, CG_ACT_NONE);
    return cg_build_point(b, x, out, CG_ACT_NONE);
}

/* NASNet-A's normal cell in small: one tensor read by many branches, before and behind its activation. */
static void nasnet(struct cg_build *b, int i)
{
    begin(b, i, 1);
    const int c = 22;
    const int previous = cg_build_point(b, 0, c, CG_ACT_NONE);
    const int current = cg_build_point(b, cg_build_act(b, 0, CG_ACT_RELU), c, CG_ACT_NONE);
    const int left = separable(b, current, 5, c), right = separable(b, previous, 3, c);
    const int first = cg_build_add(b, left, right, CG_ACT_NONE);
    const int second =
        cg_build_add(b, cg_build_pool(b, current, CG_AVG_POOL, 3, 1, false), previous, CG_ACT_NONE);
    const int pooled = cg_build_pool(b, previous, CG_AVG_POOL, 3, 1, false);
    const int third = cg_build_add(b, pooled, pooled, CG_ACT_NONE);
    const int fourth = cg_build_add(b, separable(b, first, 3, c), current, CG_ACT_NONE);
    const int all[] = {previous, first, second, third, fourth};
    const int x = cg_build_node(b, cg_node_of(CG_CONCAT), all, 5);
    cg_build_act(b, x, CG_ACT_RELU);
}

/* Figure 1's fragments, and the blocks of G3 and G4. */
static void fragments(struct cg_build *b, int i)
{
    const int c = begin(b, i, 4);
    int parts[4];
    for (int k = 0; k < 4; k++) {
        parts[k] = cg_build_split(b, 0, k * c / 4, c / 4);
        parts[k] = cg_build_point(b, parts[k], c / 4, CG_ACT_RELU);
        if (i % 2)
            parts[k] = cg_build_point(b, parts[k], c / 4, CG_ACT_NONE);
    }
    const int x = cg_build_node(b, cg_node_of(CG_CONCAT), parts, 4);
    cg_build_add(b, x, 0, i % 3 ? CG_ACT_RELU : CG_ACT_NONE);
}

/* ---- where a planner of memory can go wrong ---- */

/* An activation by itself whose input is still read afterwards: it must not run in place. */
static void still_read(struct cg_build *b, int i)
{
    const int c = begin(b, i, 1);
    const int x = cg_build_point(b, 0, c, CG_ACT_NONE);
    const int y = cg_build_act(b, x, CG_ACT_RELU);
    const int z = cg_build_depthwise(b, y, 3, 1, CG_ACT_NONE);
    const int sum = cg_build_add(b, z, x, CG_ACT_RELU6);
    cg_build_add(b, sum, y, CG_ACT_NONE);
}

/* The same tensor twice, and parts of it beside the whole. */
static void same_twice(struct cg_build *b, int i)
{
    const int c = begin(b, i, 2);
    int x = cg_build_point(b, 0, c, CG_ACT_RELU);
    x = cg_build_concat(b, x, x);
    const int part = cg_build_split(b, x, c / 2, c);
    x = cg_build_concat(b, part, x);
    cg_build_shuffle(b, x, 2);
}

/* A split of a split of a concat, read through several views at once. */
static void views(struct cg_build *b, int i)
{
    const int c = begin(b, i, 4);
    const int a = cg_build_point(b, 0, c, CG_ACT_RELU), d = cg_build_point(b, 0, c, CG_ACT_NONE);
    const int both = cg_build_concat(b, a, d);
    const int middle = cg_build_split(b, both, c / 2, c);
    const int quarter = cg_build_split(b, middle, c / 4, c / 2);
    const int x = cg_build_depthwise(b, quarter, 3, 1, CG_ACT_RELU);
    const int joined = cg_build_concat(b, x, middle);
    const int shuffled = cg_build_shuffle(b, joined, 2);
    const int half = cg_build_split(b, shuffled, 0, c / 2);
    cg_build_add(b, half, x, CG_ACT_NONE);
}

/* The graph's output is a view; the input itself is part of it. */
static void output_is_view(struct cg_build *b, int i)
{
    const int c = begin(b, i, 2);
    const int x = cg_build_concat(b, 0, cg_build_point(b, 0, c, CG_ACT_RELU));
    cg_build_split(b, x, c / 2, c);
}

/* Shuffles of shuffles and permuted halves without arithmetic between them. */
static void only_moves(struct cg_build *b, int i)
{
    const int c = begin(b, i, 4);
    int x = cg_build_shuffle(b, cg_build_shuffle(b, 0, 2), 4);
    const int upper = cg_build_split(b, x, c / 2, c / 2), lower = cg_build_split(b, x, 0, c / 2);
    x = cg_build_concat(b, upper, lower);
    cg_build_shuffle(b, x, c / 4);
}

/* A whole small network: stem, pool, units, head. */
static void network(struct cg_build *b, int i)
{
    cg_build_input(b, (struct cg_shape){1 + 3 * (i % 2), 32 + i, 32, 3});
    int x = cg_build_conv(
        b, 0, (struct cg_conv_spec){.out = 24, .kernel = {3, 3, 2}, .norm = true, .act = CG_ACT_RELU});
    x = cg_build_pool(b, x, CG_MAX_POOL, 3, 2, false);
    for (int k = 0; k < 3; k++)
        x = shuffle_v2_basic(b, x);
    x = cg_build_point(b, x, 100, CG_ACT_RELU);
    x = cg_build_node(b, cg_node_of(CG_GLOBAL_POOL), &x, 1);
    struct cg_node fc = cg_node_of(CG_FC);
    fc.shape.c = 37;
    fc.bias = true;
    cg_build_node(b, fc, &x, 1);
}

const struct cg_sweep_family cg_sweep_units[] = {
    {"unit: ShuffleNet V2", 18, shuffle_v2},
    {"unit: ShuffleNet V2 down", SIZES, shuffle_v2_down},
    {"unit: ShuffleNet V1", 12, shuffle_v1},
    {"unit: MobileNet V2", SIZES, inverted_residual},
    {"unit: squeeze-excite", SIZES, squeeze_excite},
    {"unit: ResNet", SIZES, bottleneck},
    {"unit: DenseNet", SIZES, dense},
    {"unit: CondenseNet", SIZES, condensed},
    {"unit: NASNet", SIZES, nasnet},
    {"unit: fragments", SIZES, fragments},
    {"views: still read", SIZES, still_read},
    {"views: same twice", SIZES, same_twice},
    {"views: split of split", SIZES, views},
    {"views: output", SIZES, output_is_view},
    {"views: only moves", SIZES, only_moves},
    {"network in small", 4, network},
    {NULL, 0, NULL},
};
