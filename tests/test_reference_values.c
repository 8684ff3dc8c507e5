/* Engine reference against definitions written out again, and against values worked out by hand. */
#include "base/random.h"
#include "kernels/reference/sums.h"
#include "tests/nodes.h"
#include "tests/reference_runs.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

/* input -> one node */
static struct cg_graph *graph_of(struct cg_shape shape, struct cg_node node)
{
    struct cg_graph *graph = graph_with_input(shape);
    one(graph, node, 0);
    return graph;
}

/* One output of a convolution, straight from the definition. */
static double conv_at(const struct cg_graph *graph, const struct cg_params *p, const float *input, int n,
                      int y, int x, int o)
{
    const struct cg_node *spec = &graph->nodes[1];
    const struct cg_window *w = &spec->window;
    const struct cg_shape in = graph->nodes[0].shape;
    const int ci = in.c / spec->groups, co = spec->shape.c / spec->groups, g = o / co;
    double sum = 0;
    for (int i = 0; i < w->kernel_h; i++)
        for (int j = 0; j < w->kernel_w; j++)
            for (int k = 0; k < ci; k++) {
                const int iy = y * w->stride_h - w->pad_top + i * w->dilation_h;
                const int ix = x * w->stride_w - w->pad_left + j * w->dilation_w;
                if (iy < 0 || iy >= in.h || ix < 0 || ix >= in.w)
                    continue;
                sum += (double)input[((n * in.h + iy) * in.w + ix) * in.c + g * ci + k] *
                       (double)p->weight[((o * w->kernel_h + i) * w->kernel_w + j) * ci + k];
            }
    if (p->bias)
        sum += (double)p->bias[o];
    if (p->scale)
        sum = sum * (double)p->scale[o] + (double)p->shift[o];
    if (spec->act == CG_ACT_RELU)
        sum = fmax(sum, 0);
    if (spec->act == CG_ACT_RELU6)
        sum = fmin(fmax(sum, 0), 6);
    return sum;
}

Test(reference, convolution_is_its_definition)
{
    static const struct {
        const char *name;
        struct cg_shape in;
        int out, groups;
        struct cg_window window;
        bool bias, norm;
        enum cg_act act;
    } rows[] = {
        {"1x1", {1, 3, 5, 7}, 9, 1, {1, 1, 1, 1, 0, 0, 0, 0, 1, 1}, true, false, CG_ACT_NONE},
        {"1x1 norm relu", {2, 4, 4, 16}, 24, 1, {1, 1, 1, 1, 0, 0, 0, 0, 1, 1}, false, true, CG_ACT_RELU},
        {"3x3", {1, 6, 5, 3}, 10, 1, {3, 3, 1, 1, 1, 1, 1, 1, 1, 1}, false, false, CG_ACT_RELU6},
        {"3x3 stride 2, one side",
         {1, 8, 8, 3},
         8,
         1,
         {3, 3, 2, 2, 0, 0, 1, 1, 1, 1},
         true,
         true,
         CG_ACT_NONE},
        {"1x7", {1, 3, 9, 5}, 3, 1, {1, 7, 1, 1, 0, 3, 0, 3, 1, 1}, false, false, CG_ACT_NONE},
        {"3x3 dilated", {1, 9, 9, 4}, 5, 1, {3, 3, 1, 1, 2, 2, 2, 2, 2, 2}, false, false, CG_ACT_NONE},
        {"groups 3", {2, 5, 5, 12}, 15, 3, {1, 1, 1, 1, 0, 0, 0, 0, 1, 1}, true, false, CG_ACT_RELU},
        {"3x3 groups 2", {1, 5, 5, 6}, 18, 2, {3, 3, 1, 2, 1, 1, 1, 1, 1, 1}, true, true, CG_ACT_RELU},
        {"depthwise 3x3", {2, 7, 6, 11}, 11, 11, {3, 3, 2, 2, 1, 1, 1, 1, 1, 1}, true, true, CG_ACT_RELU},
        {"depthwise 5x5", {1, 6, 6, 8}, 8, 8, {5, 5, 1, 1, 2, 2, 2, 2, 1, 1}, false, false, CG_ACT_NONE},
        {"depth multiplier 2", {1, 5, 5, 4}, 8, 4, {3, 3, 1, 1, 1, 1, 1, 1, 1, 1}, true, false, CG_ACT_NONE},
    };
    for (size_t r = 0; r < sizeof rows / sizeof rows[0]; r++) {
        struct cg_error err = {0};
        struct cg_node node = cg_node_of(CG_CONV);
        node.shape.c = rows[r].out;
        node.groups = rows[r].groups;
        node.window = rows[r].window;
        node.bias = rows[r].bias;
        node.norm = rows[r].norm;
        node.act = rows[r].act;
        struct cg_graph *graph = graph_of(rows[r].in, node);
        struct cg_weights *weights = cg_weights_create(graph, 3, &err);
        float *input = seeded_input(graph), *output = run_reference(graph, weights, input);
        const struct cg_shape out = graph->nodes[1].shape;
        double worst = 0;
        for (int64_t i = 0; i < cg_shape_elements(out); i++) {
            const int64_t pixel = i / out.c;
            const double want =
                conv_at(graph, &weights->params[0], input, (int)(pixel / ((int64_t)out.h * out.w)),
                        (int)(pixel / out.w % out.h), (int)(pixel % out.w), (int)(i % out.c));
            worst = fmax(worst, fabs((double)output[i] - want) / (fabs(want) + 1e-3));
        }
        cr_expect(worst < 1e-7, "%s: relative error %g", rows[r].name, worst);
        free(input);
        free(output);
        cg_weights_destroy(&weights);
        cg_graph_destroy(&graph);
    }
}

struct by_hand {
    const char *name;
    struct cg_shape in;
    struct cg_node node;
    float input[16], want[16];
};

static struct cg_node windowed(enum cg_op op, struct cg_window window, bool count_padding)
{
    struct cg_node node = cg_node_of(op);
    node.window = window;
    node.count_padding = count_padding;
    return node;
}

static struct cg_node with_act(enum cg_act act)
{
    struct cg_node node = cg_node_of(CG_ACT);
    node.act = act;
    return node;
}

static struct cg_node with_numbers(enum cg_act act, float alpha, float beta)
{
    struct cg_node node = with_act(act);
    node.alpha = alpha;
    node.beta = beta;
    return node;
}

static struct cg_node normed(enum cg_op op, int groups, float epsilon)
{
    struct cg_node node = cg_node_of(op);
    node.groups = groups;
    node.epsilon = epsilon;
    return node;
}

static struct cg_node lrn(int size, float alpha, float beta, float k)
{
    struct cg_node node = cg_node_of(CG_LRN);
    node.size = size;
    node.alpha = alpha;
    node.beta = beta;
    node.k = k;
    return node;
}

static struct cg_node sized(enum cg_op op, int h, int w)
{
    struct cg_node node = cg_node_of(op);
    node.shape.h = h;
    node.shape.w = w;
    return node;
}

static struct cg_node softmax(bool log)
{
    struct cg_node node = cg_node_of(CG_SOFTMAX);
    node.log = log;
    return node;
}

static struct cg_node with_groups(int groups)
{
    struct cg_node node = cg_node_of(CG_SHUFFLE);
    node.groups = groups;
    return node;
}

static struct cg_node part(int offset, int channels)
{
    struct cg_node node = cg_node_of(CG_SPLIT);
    node.offset = offset;
    node.shape.c = channels;
    return node;
}

static struct cg_node permuted(const int *index, int channels)
{
    struct cg_node node = cg_node_of(CG_PERMUTE);
    node.index = index;
    node.shape.c = channels;
    return node;
}

/* Scale 0.25 and 2, shift 0.5 and 1 of two channels. */
static void plain_params(struct cg_weights *weights)
{
    for (int i = 0; i < weights->n_params; i++)
        for (int c = 0; c < weights->params[i].out; c++) {
            weights->params[i].scale[c] = c ? 2 : 0.25f;
            if (weights->params[i].shift)
                weights->params[i].shift[c] = c ? 1 : 0.5f;
        }
}

Test(reference, values_by_hand)
{
    static const int index[] = {2, 2, 0};
    const struct cg_window w3 = {3, 3, 2, 2, 1, 1, 1, 1, 1, 1}, crop = {1, 1, 1, 1, -1, 1, 0, -1, 1, 1};
    const struct by_hand rows[] = {
        {"max pool of negatives",
         {1, 3, 3, 1},
         windowed(CG_MAX_POOL, w3, false),
         {-9, -8, -7, -6, -5, -4, -3, -2, -1},
         {-5, -4, -2, -1}},
        {"average of the valid part",
         {1, 3, 3, 1},
         windowed(CG_AVG_POOL, w3, false),
         {1, 2, 3, 4, 5, 6, 7, 8, 9},
         {3, 4, 6, 7}},
        {"average of the whole window",
         {1, 3, 3, 1},
         windowed(CG_AVG_POOL, w3, true),
         {9, 18, 27, 36, 45, 54, 63, 72, 81},
         {12, 16, 24, 28}},
        {"global pool", {2, 1, 2, 2}, cg_node_of(CG_GLOBAL_POOL), {1, 2, 3, 4, 5, 6, 7, 9}, {2, 3, 6, 7.5f}},
        {"shuffle of 2 groups", {1, 1, 1, 6}, with_groups(2), {0, 1, 2, 3, 4, 5}, {0, 3, 1, 4, 2, 5}},
        {"shuffle of 3 groups", {1, 1, 1, 6}, with_groups(3), {0, 1, 2, 3, 4, 5}, {0, 2, 4, 1, 3, 5}},
        {"split", {1, 1, 2, 4}, part(1, 2), {0, 1, 2, 3, 4, 5, 6, 7}, {1, 2, 5, 6}},
        {"permute", {1, 1, 2, 3}, permuted(index, 3), {0, 1, 2, 3, 4, 5}, {2, 2, 0, 5, 5, 3}},
        {"pad and crop", {1, 2, 2, 1}, windowed(CG_PAD, crop, false), {1, 2, 3, 4}, {0, 3}},
        {"relu", {1, 1, 1, 3}, with_act(CG_ACT_RELU), {-1, 0, 7}, {0, 0, 7}},
        {"relu6", {1, 1, 1, 3}, with_act(CG_ACT_RELU6), {-1, 3, 7}, {0, 3, 6}},
        {"sigmoid", {1, 1, 1, 3}, with_act(CG_ACT_SIGMOID), {0, 1, -1}, {0.5f, 0.73105858f, 0.26894142f}},
        {"hard sigmoid", {1, 1, 1, 4}, with_act(CG_ACT_HARD_SIGMOID), {-4, 0, 1.5f, 4}, {0, 0.5f, 0.75f, 1}},
        {"hard swish",
         {1, 1, 1, 4},
         with_act(CG_ACT_HARD_SWISH),
         {-4, -1.5f, 1.5f, 4},
         {0, -0.375f, 1.125f, 4}},
        {"clip", {1, 1, 1, 3}, with_numbers(CG_ACT_CLIP, -1, 2), {-3, 0.5f, 7}, {-1, 0.5f, 2}},
        {"clip below", {1, 1, 1, 2}, with_numbers(CG_ACT_CLIP, -1, INFINITY), {-3, 7}, {-1, 7}},
        {"bounds that cross", {1, 1, 1, 3}, with_numbers(CG_ACT_CLIP, 2, 1), {-3, 1.5f, 7}, {1, 1, 1}},
        {"clipped line",
         {1, 1, 1, 3},
         with_numbers(CG_ACT_CLIPPED_LINE, 0.2f, 0.5f),
         {-3, 1, 7},
         {0, 0.7f, 1}},
        {"leaky relu", {1, 1, 1, 2}, with_numbers(CG_ACT_LEAKY_RELU, 0.1f, 0), {-3, 7}, {-0.3f, 7}},
        {"elu",
         {1, 1, 1, 3},
         with_numbers(CG_ACT_ELU, 0.5f, 0),
         {-4, -1, 3},
         {-0.490842181f, -0.316060279f, 3}},
        {"gelu",
         {1, 1, 1, 4},
         with_act(CG_ACT_GELU),
         {-4, -1, 0.5f, 3},
         {-0.000126684967f, -0.158655254f, 0.345731231f, 2.99595031f}},
        {"gelu by tanh",
         {1, 1, 1, 4},
         with_act(CG_ACT_GELU_TANH),
         {-4, -1, 0.5f, 3},
         {-7.02459482e-05f, -0.158808009f, 0.34571401f, 2.99636261f}},
        {"swish",
         {1, 1, 1, 4},
         with_numbers(CG_ACT_SWISH, 1.702f, 0),
         {-4, -1, 0.5f, 3},
         {-0.00441472414f, -0.154204234f, 0.350388437f, 2.98192869f}},
        {"mish",
         {1, 1, 1, 4},
         with_act(CG_ACT_MISH),
         {-4, -1, 0.5f, 3},
         {-0.0725917408f, -0.303401461f, 0.375245211f, 2.986535f}},
        {"tanh", {1, 1, 1, 3}, with_act(CG_ACT_TANH), {-90, -1, 0.5f}, {-1, -0.761594156f, 0.462117157f}},
        {"erf", {1, 1, 1, 3}, with_act(CG_ACT_ERF), {-90, -1, 0.5f}, {-1, -0.842700793f, 0.520499878f}},
        {"softplus",
         {1, 1, 1, 4},
         with_act(CG_ACT_SOFTPLUS),
         {-90, -1, 0.5f, 90},
         {0, 0.313261688f, 0.974076984f, 90}},
        /* slopes, scales 0.25 and 2, shifts 0.5 and 1 (plain_params) */
        {"prelu", {1, 1, 2, 2}, cg_node_of(CG_PRELU), {-4, 3, 2, -1}, {-1, 3, 2, -2}},
        {"layer norm", /* deviations 1 and 2 */
         {1, 1, 2, 2},
         normed(CG_LAYER_NORM, 1, 0),
         {1, 3, 7, 3},
         {0.25f, 3, 0.75f, -1}},
        {"group norm", /* mean 4, deviation 2 */
         {1, 2, 1, 2},
         normed(CG_GROUP_NORM, 1, 0),
         {2, 6, 6, 2},
         {0.25f, 3, 0.75f, -1}},
        {"instance norm", /* means 2 and 6, variances 1, so by 2 */
         {1, 2, 1, 2},
         normed(CG_GROUP_NORM, 2, 3),
         {1, 5, 3, 7},
         {0.375f, 0, 0.625f, 2}},
        {"lrn of 3", {1, 1, 1, 3}, lrn(3, 3, 0.5f, 3), {1, 1, 2}, {0.4472136f, 0.3333333f, 0.7071068f}},
        {"lrn of 2, of which one is behind", {1, 1, 1, 2}, lrn(2, 2, 1, 1), {1, 2}, {1.0f / 6, 0.4f}},
        {"a row more", {1, 2, 1, 2}, sized(CG_UPSAMPLE, 3, 1), {1, 2, 3, 4}, {1, 2, 1, 2, 3, 4}},
        {"three columns as four", {1, 1, 3, 1}, sized(CG_UPSAMPLE, 1, 4), {1, 2, 3}, {1, 1, 2, 3}},
        {"two pixels as blocks",
         {1, 1, 2, 4},
         sized(CG_DEPTH_TO_SPACE, 2, 4),
         {1, 2, 3, 4, 5, 6, 7, 8},
         {1, 2, 5, 6, 3, 4, 7, 8}},
        {"a pixel as two of two channels",
         {1, 1, 1, 4},
         sized(CG_DEPTH_TO_SPACE, 2, 1),
         {1, 2, 3, 4},
         {1, 2, 3, 4}},
        {"softmax", {1, 1, 1, 2}, softmax(false), {800, 800}, {0.5f, 0.5f}},
        {"log softmax", {1, 1, 1, 2}, softmax(true), {800, 700}, {0, -100}},
    };
    for (size_t r = 0; r < sizeof rows / sizeof rows[0]; r++) {
        struct cg_error err = {0};
        struct cg_graph *graph = graph_of(rows[r].in, rows[r].node);
        struct cg_weights *weights = cg_weights_create(graph, 1, &err);
        plain_params(weights);
        float *output = run_reference(graph, weights, rows[r].input);
        for (int64_t i = 0; i < cg_shape_elements(graph->nodes[graph->output].shape); i++)
            cr_expect(fabsf(output[i] - rows[r].want[i]) < 1e-6f, "%s: [%d] is %g, not %g", rows[r].name,
                      (int)i, (double)output[i], (double)rows[r].want[i]);
        free(output);
        cg_weights_destroy(&weights);
        cg_graph_destroy(&graph);
    }
}

/* input -> two views of it -> node of both */
Test(reference, nodes_of_two_inputs)
{
    struct cg_error err = {0};
    struct cg_graph *graph = graph_with_input((struct cg_shape){1, 1, 2, 2});
    struct cg_node relu = with_act(CG_ACT_RELU), sum = cg_node_of(CG_ADD), product = cg_node_of(CG_MUL);
    sum.act = CG_ACT_RELU6;
    const int a = one(graph, relu, 0);
    const int mean = one(graph, cg_node_of(CG_GLOBAL_POOL), 0);
    const int added = node(graph, sum, (const int[]){0, a, a}, 3);
    const int scaled = node(graph, product, (const int[]){0, mean}, 2);
    node(graph, cg_node_of(CG_CONCAT), (const int[]){added, scaled, 0}, 3);
    struct cg_weights *weights = cg_weights_create(graph, 1, &err);
    const float input[] = {1, -2, 3, 4}; /* means 2 and 1 */
    const float want[] = {3, 0, 2, -2, 1, -2, 6, 6, 6, 4, 3, 4};
    float *output = run_reference(graph, weights, input);
    for (int i = 0; i < 12; i++)
        cr_expect(output[i] == want[i], "[%d] is %g, not %g", i, (double)output[i], (double)want[i]);
    free(output);
    cg_weights_destroy(&weights);
    cg_graph_destroy(&graph);
}

/* Of numbers of all sizes, whose sums are rounded at each step. */
Test(reference, sums_are_the_same_bits_with_each_instruction_set)
{
    enum {
        PIXELS = CG_REFERENCE_PIXELS,
        LANES = CG_REFERENCE_LANES,
        TAPS = 3,
        INPUTS = 37,
        FIRST = 5,
        N = 31
    };
    float values[PIXELS * TAPS][INPUTS], weight[TAPS * N * LANES];
    const float *taps[PIXELS * TAPS];
    uint64_t state = 7;
    for (int i = 0; i < PIXELS * TAPS * INPUTS; i++)
        values[i / INPUTS][i % INPUTS] =
            ldexpf((float)cg_random_next(&state) * 0x1p-64f - 0.5f, (int)(cg_random_next(&state) % 60) - 30);
    for (int i = 0; i < TAPS * N * LANES; i++)
        weight[i] =
            ldexpf((float)cg_random_next(&state) * 0x1p-64f - 0.5f, (int)(cg_random_next(&state) % 60) - 30);
    for (int i = 0; i < PIXELS * TAPS; i++)
        taps[i] = values[i];
    double want[PIXELS][LANES];
    for (int p = 0; p < PIXELS; p++)
        for (int l = 0; l < LANES; l++) {
            double sum = 0;
            for (int t = 0; t < TAPS; t++)
                for (int k = 0; k < N; k++)
                    sum += (double)taps[p * TAPS + t][FIRST + k] * (double)weight[(t * N + k) * LANES + l];
            want[p][l] = sum;
        }
    int tried = 0;
    for (int isa = 0; isa < CG_ISA_COUNT; isa++) {
        if (!cg_isa_available((enum cg_isa)isa))
            continue;
        double sum[PIXELS][LANES];
        cg_reference_sums_for((enum cg_isa)isa)(taps, TAPS, FIRST, N, weight, sum);
        cr_expect_arr_eq(sum, want, sizeof want, "%s", cg_isa_name((enum cg_isa)isa));
        tried++;
    }
    cr_expect_geq(tried, 1);
}
