/* Engine reference against definitions written out again, against values worked out by hand, and its cones
 * against its whole outputs. */
#include "kernels/engine.h"
#include "kernels/reference/cone.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static int add_node(struct cg_graph *graph, struct cg_node node, const int *inputs, int n_inputs)
{
    struct cg_error err = {0};
    node.inputs = inputs;
    node.n_inputs = n_inputs;
    const int id = cg_graph_add(graph, &node, &err);
    cr_assert(id >= 0, "%s", err.text);
    return id;
}

static struct cg_graph *graph_with_input(struct cg_shape shape)
{
    struct cg_graph *graph = cg_graph_create();
    struct cg_node input = cg_node_of(CG_INPUT);
    input.shape = shape;
    add_node(graph, input, NULL, 0);
    return graph;
}

/* input -> one node */
static struct cg_graph *graph_of(struct cg_shape shape, struct cg_node node)
{
    struct cg_graph *graph = graph_with_input(shape);
    add_node(graph, node, (const int[]){0}, 1);
    return graph;
}

static float *run_plan(const struct cg_graph *graph, const struct cg_weights *weights, const float *input)
{
    struct cg_error err = {0};
    struct cg_plan *plan = NULL;
    const struct cg_engine *engine = cg_engine_find("reference");
    const struct cg_compile_options options = {.threads = 1, .isa = cg_isa_best(), .fusion = CG_FUSION_FULL};
    cr_assert(cg_plan_create(engine, graph, weights, &options, &plan, &err) == CG_OK, "%s", err.text);
    float *output = malloc((size_t)cg_shape_elements(graph->nodes[graph->output].shape) * sizeof *output);
    engine->set_input(plan, input);
    cr_assert(engine->run(plan, &err) == CG_OK);
    engine->get_output(plan, output);
    cg_plan_destroy(&plan);
    return output;
}

static float *seeded_input(const struct cg_graph *graph)
{
    float *input = malloc((size_t)cg_shape_elements(graph->nodes[graph->input].shape) * sizeof *input);
    cg_input_fill(graph, 7, input);
    return input;
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
        float *input = seeded_input(graph), *output = run_plan(graph, weights, input);
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

static struct cg_node pool(enum cg_op op, struct cg_window window, bool count_padding)
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

Test(reference, values_by_hand)
{
    static const int index[] = {2, 2, 0};
    const struct cg_window w3 = {3, 3, 2, 2, 1, 1, 1, 1, 1, 1}, crop = {1, 1, 1, 1, -1, 1, 0, -1, 1, 1};
    const struct by_hand rows[] = {
        {"max pool of negatives",
         {1, 3, 3, 1},
         pool(CG_MAX_POOL, w3, false),
         {-9, -8, -7, -6, -5, -4, -3, -2, -1},
         {-5, -4, -2, -1}},
        {"average of the valid part",
         {1, 3, 3, 1},
         pool(CG_AVG_POOL, w3, false),
         {1, 2, 3, 4, 5, 6, 7, 8, 9},
         {3, 4, 6, 7}},
        {"average of the whole window",
         {1, 3, 3, 1},
         pool(CG_AVG_POOL, w3, true),
         {9, 18, 27, 36, 45, 54, 63, 72, 81},
         {12, 16, 24, 28}},
        {"global pool", {2, 1, 2, 2}, cg_node_of(CG_GLOBAL_POOL), {1, 2, 3, 4, 5, 6, 7, 9}, {2, 3, 6, 7.5f}},
        {"shuffle of 2 groups", {1, 1, 1, 6}, with_groups(2), {0, 1, 2, 3, 4, 5}, {0, 3, 1, 4, 2, 5}},
        {"shuffle of 3 groups", {1, 1, 1, 6}, with_groups(3), {0, 1, 2, 3, 4, 5}, {0, 2, 4, 1, 3, 5}},
        {"split", {1, 1, 2, 4}, part(1, 2), {0, 1, 2, 3, 4, 5, 6, 7}, {1, 2, 5, 6}},
        {"permute", {1, 1, 2, 3}, permuted(index, 3), {0, 1, 2, 3, 4, 5}, {2, 2, 0, 5, 5, 3}},
        {"pad and crop", {1, 2, 2, 1}, pool(CG_PAD, crop, false), {1, 2, 3, 4}, {0, 3}},
        {"relu", {1, 1, 1, 3}, with_act(CG_ACT_RELU), {-1, 0, 7}, {0, 0, 7}},
        {"relu6", {1, 1, 1, 3}, with_act(CG_ACT_RELU6), {-1, 3, 7}, {0, 3, 6}},
        {"sigmoid", {1, 1, 1, 3}, with_act(CG_ACT_SIGMOID), {0, 1, -1}, {0.5f, 0.73105858f, 0.26894142f}},
        {"hard sigmoid", {1, 1, 1, 4}, with_act(CG_ACT_HARD_SIGMOID), {-4, 0, 1.5f, 4}, {0, 0.5f, 0.75f, 1}},
        {"hard swish",
         {1, 1, 1, 4},
         with_act(CG_ACT_HARD_SWISH),
         {-4, -1.5f, 1.5f, 4},
         {0, -0.375f, 1.125f, 4}},
    };
    for (size_t r = 0; r < sizeof rows / sizeof rows[0]; r++) {
        struct cg_error err = {0};
        struct cg_graph *graph = graph_of(rows[r].in, rows[r].node);
        struct cg_weights *weights = cg_weights_create(graph, 1, &err);
        float *output = run_plan(graph, weights, rows[r].input);
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
    const int a = add_node(graph, relu, (const int[]){0}, 1);
    const int mean = add_node(graph, cg_node_of(CG_GLOBAL_POOL), (const int[]){0}, 1);
    const int added = add_node(graph, sum, (const int[]){0, a, a}, 3);
    const int scaled = add_node(graph, product, (const int[]){0, mean}, 2);
    add_node(graph, cg_node_of(CG_CONCAT), (const int[]){added, scaled, 0}, 3);
    struct cg_weights *weights = cg_weights_create(graph, 1, &err);
    const float input[] = {1, -2, 3, 4}; /* means 2 and 1 */
    const float want[] = {3, 0, 2, -2, 1, -2, 6, 6, 6, 4, 3, 4};
    float *output = run_plan(graph, weights, input);
    for (int i = 0; i < 12; i++)
        cr_expect(output[i] == want[i], "[%d] is %g, not %g", i, (double)output[i], (double)want[i]);
    free(output);
    cg_weights_destroy(&weights);
    cg_graph_destroy(&graph);
}

/* A unit with a branch of every way in which pixels depend on pixels: windows, maps, points, pads. */
static struct cg_graph *branched(int batch, bool global)
{
    struct cg_graph *graph = graph_with_input((struct cg_shape){batch, 19, 17, 8});
    struct cg_node conv = cg_node_of(CG_CONV), depthwise = cg_node_of(CG_CONV), point = cg_node_of(CG_CONV);
    conv.shape.c = 12;
    conv.window = (struct cg_window){3, 3, 2, 2, 1, 1, 1, 1, 1, 1};
    conv.norm = true;
    conv.act = CG_ACT_RELU;
    depthwise.shape.c = depthwise.groups = 6;
    depthwise.window = (struct cg_window){3, 3, 1, 1, 1, 1, 1, 1, 1, 1};
    point.shape.c = 6;
    point.bias = true;
    const int stem = add_node(graph, conv, (const int[]){0}, 1);
    const int keep = add_node(graph, part(0, 6), (const int[]){stem}, 1);
    const int work = add_node(graph, part(6, 6), (const int[]){stem}, 1);
    const int deep = add_node(graph, depthwise, (const int[]){work}, 1);
    int thin = add_node(graph, point, (const int[]){deep}, 1);
    if (global) {
        const int mean = add_node(graph, cg_node_of(CG_GLOBAL_POOL), (const int[]){thin}, 1);
        thin = add_node(graph, cg_node_of(CG_MUL), (const int[]){thin, mean}, 2);
    }
    const int pooled =
        add_node(graph, pool(CG_AVG_POOL, (struct cg_window){3, 3, 1, 1, 1, 1, 1, 1, 1, 1}, false),
                 (const int[]){keep}, 1);
    const int both = add_node(graph, cg_node_of(CG_CONCAT), (const int[]){pooled, thin}, 2);
    add_node(graph, with_groups(2), (const int[]){both}, 1);
    return graph;
}

Test(reference, a_cone_has_the_values_of_the_whole)
{
    static const struct cg_position positions[] = {{0, 0, 0}, {0, 9, 8}, {1, 4, 4}, {1, 4, 4}, {1, 9, 0}};
    for (int global = 0; global < 2; global++) {
        struct cg_error err = {0};
        struct cg_graph *graph = branched(2, global);
        struct cg_weights *weights = cg_weights_create(graph, 5, &err);
        float *input = seeded_input(graph), *whole = run_plan(graph, weights, input);
        const struct cg_shape out = graph->nodes[graph->output].shape;
        struct cg_expected *some = NULL, *all = NULL;
        cr_assert_eq(cg_expected_create(graph, weights, input, positions, 5, &some, &err), CG_OK);
        cr_assert_eq(cg_expected_create(graph, weights, input, NULL, 0, &all, &err), CG_OK);
        cr_expect(all->whole && all->n_positions == 2 * 10 * 9);
        cr_expect_arr_eq(all->values, whole, (size_t)cg_shape_elements(out) * sizeof *whole);
        cr_expect_eq(some->whole, global != 0, "a global pool makes the cone the whole");
        if (!global) {
            cr_expect_eq(some->madds, cg_cone_madds(graph, positions, 5));
            cr_expect(some->madds * 4 < all->madds);
        }
        for (int64_t i = 0; i < some->n_positions; i++) {
            const struct cg_position p = some->positions[i];
            cr_expect_arr_eq(some->values + i * out.c, whole + ((p.n * out.h + p.y) * out.w + p.x) * out.c,
                             (size_t)out.c * sizeof *whole);
        }
        cg_expected_destroy(&some);
        cg_expected_destroy(&all);
        free(input);
        free(whole);
        cg_weights_destroy(&weights);
        cg_graph_destroy(&graph);
    }
}

Test(reference, a_position_outside_is_refused)
{
    struct cg_error err = {0};
    struct cg_graph *graph = branched(1, false);
    struct cg_weights *weights = cg_weights_create(graph, 5, &err);
    float *input = seeded_input(graph);
    struct cg_expected *expected = NULL;
    cr_expect_eq(
        cg_expected_create(graph, weights, input, &(struct cg_position){0, 10, 0}, 1, &expected, &err),
        CG_INVALID);
    cr_expect_null(expected);
    free(input);
    cg_weights_destroy(&weights);
    cg_graph_destroy(&graph);
}

/* The same chain of 1x1 convolutions in f32: the measured error is of the size that the model says. */
Test(reference, the_error_model_is_of_the_right_size)
{
    enum { DEPTH = 12, WIDTH = 96, PIXELS = 64 };
    struct cg_error err = {0};
    struct cg_graph *graph = graph_with_input((struct cg_shape){1, 8, 8, WIDTH});
    for (int i = 0; i < DEPTH; i++) {
        struct cg_node conv = cg_node_of(CG_CONV);
        conv.shape.c = WIDTH;
        conv.act = CG_ACT_RELU;
        add_node(graph, conv, &i, 1);
    }
    struct cg_weights *weights = cg_weights_create(graph, 11, &err);
    float *input = seeded_input(graph);
    struct cg_expected *expected = NULL;
    cr_assert_eq(cg_expected_create(graph, weights, input, NULL, 0, &expected, &err), CG_OK);

    static float a[PIXELS][WIDTH], b[PIXELS][WIDTH];
    memcpy(a, input, sizeof a);
    for (int layer = 0; layer < DEPTH; layer++) {
        for (int p = 0; p < PIXELS; p++)
            for (int o = 0; o < WIDTH; o++) {
                volatile float sum = 0;
                for (int k = 0; k < WIDTH; k++)
                    sum += a[p][k] * weights->params[layer].weight[o * WIDTH + k];
                b[p][o] = sum > 0 ? sum : 0;
            }
        memcpy(a, b, sizeof a);
    }
    double error = 0, model = 0;
    for (int p = 0; p < PIXELS; p++)
        for (int o = 0; o < WIDTH; o++) {
            const double difference = (double)a[p][o] - (double)expected->values[p * WIDTH + o];
            error += difference * difference;
            model += (double)expected->sigma[o] * (double)expected->sigma[o];
        }
    const double ratio = sqrt(error / model);
    cr_expect(ratio > 0.05 && ratio < 1.5, "measured error / model = %g", ratio);
    cg_expected_destroy(&expected);
    free(input);
    cg_weights_destroy(&weights);
    cg_graph_destroy(&graph);
}

Test(reference, refuses_what_it_cannot)
{
    struct cg_error err = {0};
    struct cg_graph *graph = branched(1, true);
    struct cg_weights *weights = cg_weights_create(graph, 5, &err);
    struct cg_plan *plan = NULL;
    const struct cg_compile_options two = {.threads = 2, .isa = CG_ISA_SCALAR, .fusion = CG_FUSION_FULL};
    cr_expect_eq(cg_plan_create(cg_engine_find("reference"), graph, weights, &two, &plan, &err),
                 CG_UNSUPPORTED);
    cr_expect_null(plan);
    cr_expect(strstr(err.text, "1 thread"), "%s", err.text);
    cg_weights_destroy(&weights);
    cg_graph_destroy(&graph);
}

static void add_bytes(void *address, size_t bytes, void *context)
{
    *(int64_t *)context += (int64_t)bytes;
}

Test(reference, steps_times_and_memory)
{
    struct cg_error err = {0};
    struct cg_graph *graph = branched(1, true);
    struct cg_weights *weights = cg_weights_create(graph, 5, &err);
    const struct cg_engine *engine = cg_engine_find("reference");
    const struct cg_compile_options options = {.threads = 1, .isa = CG_ISA_SCALAR, .fusion = CG_FUSION_NONE};
    struct cg_plan *plan = NULL;
    cr_assert_eq(cg_plan_create(engine, graph, weights, &options, &plan, &err), CG_OK);
    /* the fused activation of the stem became a node of its own */
    cr_expect_eq(engine->n_steps(plan), graph->n_nodes - 1 + 1);
    int64_t ns[32] = {0}, sum = 0, held = 0;
    cr_assert_leq(engine->n_steps(plan), 32);
    float *input = seeded_input(graph);
    engine->set_input(plan, input);
    cr_expect_eq(engine->run_timed(plan, ns, &err), CG_OK);
    for (int i = 0; i < engine->n_steps(plan); i++) {
        struct cg_step step;
        engine->step(plan, i, &step);
        cr_expect(step.n_nodes == 1 && step.implementation[0] && ns[i] >= 0);
        sum += ns[i];
    }
    cr_expect_gt(sum, 0);
    engine->buffers(plan, add_bytes, &held);
    cr_expect(held > 0 && held <= engine->memory_bytes(plan));
    free(input);
    cg_plan_destroy(&plan);
    cg_weights_destroy(&weights);
    cg_graph_destroy(&graph);
}

/* Short-cuts that end in a rectifier let values through whole: forty of them with gates must neither explode
 * nor make the output depend on the last bit of the input, or no two engines could agree. */
Test(reference, seeded_weights_keep_deep_networks_in_range)
{
    struct cg_error err = {0};
    struct cg_graph *graph = graph_with_input((struct cg_shape){1, 6, 6, 16});
    struct cg_node conv = cg_node_of(CG_CONV), join = cg_node_of(CG_ADD), gate = cg_node_of(CG_FC);
    conv.shape.c = gate.shape.c = 16;
    join.act = CG_ACT_RELU;
    gate.act = CG_ACT_SIGMOID;
    int x = 0;
    for (int block = 0; block < 40; block++) {
        const int y = add_node(graph, conv, &x, 1);
        const int mean = add_node(graph, cg_node_of(CG_GLOBAL_POOL), &y, 1);
        const int factor = add_node(graph, gate, &mean, 1);
        const int scaled = add_node(graph, cg_node_of(CG_MUL), (const int[]){y, factor}, 2);
        x = add_node(graph, join, (const int[]){scaled, x}, 2);
    }
    add_node(graph, conv, &x, 1);
    struct cg_weights *weights = cg_weights_create(graph, 5, &err);
    float *input = seeded_input(graph);
    struct cg_expected *first = NULL, *second = NULL;
    cr_assert_eq(cg_expected_create(graph, weights, input, NULL, 0, &first, &err), CG_OK);
    for (int i = 0; i < 6 * 6 * 16; i++)
        input[i] *= i % 2 ? 1.000001f : 0.999999f;
    cr_assert_eq(cg_expected_create(graph, weights, input, NULL, 0, &second, &err), CG_OK);
    double change = 0, square = 0;
    for (int i = 0; i < 6 * 6 * 16; i++) {
        const double a = (double)first->values[i], b = (double)second->values[i];
        change += (a - b) * (a - b);
        square += a * a;
    }
    cr_expect(sqrt(square / (6 * 6 * 16)) < 10, "root mean square %g", sqrt(square / (6 * 6 * 16)));
    cr_expect(sqrt(change / square) < 1e-5, "relative change %g", sqrt(change / square));
    cg_expected_destroy(&first);
    cg_expected_destroy(&second);
    free(input);
    cg_weights_destroy(&weights);
    cg_graph_destroy(&graph);
}
