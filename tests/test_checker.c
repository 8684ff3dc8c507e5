/* The checker accepts f32 evaluations in any order of summation and rejects outputs that are wrong on
 * purpose. */
#include "bench/measure/checker.h"
#include "kernels/engine.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SIDE = 15, DEPTH = 24, OUT = 21 };

/* What an engine might get wrong on the way. */
enum fault { NO_FAULT, WRONG_CLAMP, NO_ACTIVATION, ONE_SIDED_PAD, NO_SHUFFLE };

static int add_node(struct cg_graph *graph, struct cg_node node, int input)
{
    struct cg_error err = {0};
    node.inputs = &input;
    node.n_inputs = node.op == CG_INPUT ? 0 : 1;
    const int id = cg_graph_add(graph, &node, &err);
    cr_assert(id >= 0, "%s", err.text);
    return id;
}

/* 3x3 stem, shuffle, depthwise, 1x1; the output has the corners, edges and tails that engines get wrong. */
static struct cg_graph *make_graph(enum fault fault)
{
    struct cg_graph *graph = cg_graph_create();
    struct cg_node input = cg_node_of(CG_INPUT), stem = cg_node_of(CG_CONV), depthwise = cg_node_of(CG_CONV),
                   point = cg_node_of(CG_CONV), shuffle = cg_node_of(CG_SHUFFLE);
    input.shape = (struct cg_shape){2, SIDE, SIDE, 8};
    stem.shape.c = DEPTH;
    stem.window = (struct cg_window){3, 3, 1, 1, 1, 1, 1, 1, 1, 1};
    if (fault == ONE_SIDED_PAD)
        stem.window = (struct cg_window){3, 3, 1, 1, 0, 0, 2, 2, 1, 1};
    stem.norm = stem.bias = true;
    stem.act = fault == WRONG_CLAMP ? CG_ACT_RELU : fault == NO_ACTIVATION ? CG_ACT_NONE : CG_ACT_RELU6;
    depthwise.shape.c = depthwise.groups = DEPTH;
    depthwise.window = (struct cg_window){3, 3, 1, 1, 1, 1, 1, 1, 1, 1};
    shuffle.groups = fault == NO_SHUFFLE ? 1 : 3;
    point.shape.c = OUT;
    point.bias = true;
    point.act = CG_ACT_RELU;
    int x = add_node(graph, input, 0);
    x = add_node(graph, stem, x);
    x = add_node(graph, shuffle, x);
    x = add_node(graph, depthwise, x);
    add_node(graph, point, x);
    return graph;
}

struct scene {
    struct cg_graph *graph;
    struct cg_weights *weights;
    float *input;
    struct cg_expected *expected; /* at sampled positions */
    struct cg_expected *whole;
};

static float *seeded_input(const struct cg_graph *graph, uint64_t seed)
{
    float *input = malloc((size_t)cg_shape_elements(graph->nodes[graph->input].shape) * sizeof *input);
    cg_input_fill(graph, seed, input);
    /* so that a clamp at 6 is reached here and there */
    for (int64_t i = 0; i < cg_shape_elements(graph->nodes[graph->input].shape); i++)
        input[i] *= 4;
    return input;
}

static struct cg_expected *evaluate(const struct cg_graph *graph, const struct cg_weights *weights,
                                    const float *input, int n_positions)
{
    struct cg_error err = {0};
    struct cg_expected *expected = NULL;
    struct cg_position positions[CG_CHECK_POSITIONS] = {{0}};
    if (n_positions)
        n_positions = cg_check_positions(graph->nodes[graph->output].shape, 1, n_positions, positions);
    cr_assert(cg_expected_create(graph, weights, input, positions, n_positions, &expected, &err) == CG_OK,
              "%s", err.text);
    return expected;
}

static struct scene make_scene(void)
{
    struct cg_error err = {0};
    struct scene scene = {.graph = make_graph(NO_FAULT)};
    scene.weights = cg_weights_create(scene.graph, 5, &err);
    cr_assert_not_null(scene.weights);
    scene.input = seeded_input(scene.graph, 9);
    scene.expected = evaluate(scene.graph, scene.weights, scene.input, CG_CHECK_POSITIONS);
    scene.whole = evaluate(scene.graph, scene.weights, scene.input, 0);
    return scene;
}

static void free_scene(struct scene *scene)
{
    cg_expected_destroy(&scene->expected);
    cg_expected_destroy(&scene->whole);
    free(scene->input);
    cg_weights_destroy(&scene->weights);
    cg_graph_destroy(&scene->graph);
}

static size_t output_bytes(const struct scene *scene)
{
    return (size_t)cg_shape_elements(scene->whole->shape) * sizeof(float);
}

/* ---- outputs that are wrong on purpose: each takes a right one and spoils it ---- */

static float *at(float *output, int n, int y, int x)
{
    return output + ((n * SIDE + y) * SIDE + x) * OUT;
}

static void shifted_by_a_pixel(const struct scene *scene, float *out)
{
    memmove(out + OUT, out, output_bytes(scene) - OUT * sizeof *out);
}

static void shifted_by_a_row(const struct scene *scene, float *out)
{
    memmove(out + SIDE * OUT, out, output_bytes(scene) - SIDE * OUT * sizeof *out);
}

static void channels_swapped(const struct scene *scene, float *out)
{
    for (int i = 0; i < 2 * SIDE * SIDE; i++, out += OUT) {
        const float first = out[3];
        out[3] = out[4];
        out[4] = first;
    }
}

static void last_channel_missing(const struct scene *scene, float *out)
{
    for (int i = 0; i < 2 * SIDE * SIDE; i++)
        out[i * OUT + OUT - 1] = 0;
}

static void border_zeroed(const struct scene *scene, float *out)
{
    for (int n = 0; n < 2; n++)
        for (int y = 0; y < SIDE; y++)
            for (int x = 0; x < SIDE; x++)
                if (y == 0 || x == 0 || y == SIDE - 1 || x == SIDE - 1)
                    memset(at(out, n, y, x), 0, OUT * sizeof *out);
}

static void last_column_missing(const struct scene *scene, float *out)
{
    for (int n = 0; n < 2; n++)
        for (int y = 0; y < SIDE; y++)
            memset(at(out, n, y, SIDE - 1), 0, OUT * sizeof *out);
}

static void second_image_is_the_first(const struct scene *scene, float *out)
{
    memcpy(at(out, 1, 0, 0), out, output_bytes(scene) / 2);
}

static void never_written(const struct scene *scene, float *out)
{
    memset(out, 0, output_bytes(scene));
}

static void never_written_nan(const struct scene *scene, float *out)
{
    memset(out, 0xff, output_bytes(scene));
}

static void one_infinity(const struct scene *scene, float *out)
{
    out[OUT - 1] = INFINITY;
}

static void negative_zero_is_fine_but_sign_is_not(const struct scene *scene, float *out)
{
    for (int64_t i = 0; i < cg_shape_elements(scene->whole->shape); i++)
        out[i] = -out[i];
}

static void half_precision(const struct scene *scene, float *out)
{
    for (int64_t i = 0; i < cg_shape_elements(scene->whole->shape); i++)
        out[i] = ldexpf(rintf(ldexpf(out[i], 10)), -10);
}

static void replace(const struct scene *scene, const struct cg_graph *graph, const struct cg_weights *weights,
                    const float *input, float *out)
{
    struct cg_expected *other = evaluate(graph, weights, input, 0);
    memcpy(out, other->values, output_bytes(scene));
    cg_expected_destroy(&other);
}

static void with_fault(const struct scene *scene, enum fault fault, float *out)
{
    struct cg_graph *graph = make_graph(fault);
    replace(scene, graph, scene->weights, scene->input, out);
    cg_graph_destroy(&graph);
}

static void clamp_forgotten(const struct scene *scene, float *out)
{
    with_fault(scene, WRONG_CLAMP, out);
}

static void activation_forgotten(const struct scene *scene, float *out)
{
    with_fault(scene, NO_ACTIVATION, out);
}

static void padding_on_one_side(const struct scene *scene, float *out)
{
    with_fault(scene, ONE_SIDED_PAD, out);
}

static void shuffle_forgotten(const struct scene *scene, float *out)
{
    with_fault(scene, NO_SHUFFLE, out);
}

static void stale_output(const struct scene *scene, float *out)
{
    float *input = seeded_input(scene->graph, 10);
    replace(scene, scene->graph, scene->weights, input, out);
    free(input);
}

/* Evaluates with weights that `spoil` has changed. */
static void with_weights(const struct scene *scene, void (*spoil)(struct cg_params *sets), float *out)
{
    struct cg_error err = {0};
    struct cg_weights *weights = cg_weights_create(scene->graph, 5, &err);
    spoil(weights->params);
    replace(scene, scene->graph, weights, scene->input, out);
    cg_weights_destroy(&weights);
}

static void without_bias(struct cg_params *sets)
{
    memset(sets[2].bias, 0, OUT * sizeof(float));
}

static void without_last_product(struct cg_params *sets)
{
    for (int o = 0; o < OUT; o++)
        sets[2].weight[o * DEPTH + DEPTH - 1] = 0;
}

static void without_norm_shift(struct cg_params *sets)
{
    memset(sets[0].shift, 0, DEPTH * sizeof(float));
}

static void transposed_kernel(struct cg_params *sets)
{
    for (int c = 0; c < DEPTH; c++)
        for (int i = 0; i < 3; i++)
            for (int j = 0; j < i; j++) {
                float *w = sets[1].weight + c * 9, keep = w[i * 3 + j];
                w[i * 3 + j] = w[j * 3 + i];
                w[j * 3 + i] = keep;
            }
}

static void bfloat16(struct cg_params *sets)
{
    for (size_t i = 0; i < sets[2].n_weight; i++) {
        uint32_t bits;
        memcpy(&bits, &sets[2].weight[i], sizeof bits);
        bits &= 0xffff0000u;
        memcpy(&sets[2].weight[i], &bits, sizeof bits);
    }
}

static void bias_missing(const struct scene *scene, float *out)
{
    with_weights(scene, without_bias, out);
}

static void sum_one_short(const struct scene *scene, float *out)
{
    with_weights(scene, without_last_product, out);
}

static void norm_shift_missing(const struct scene *scene, float *out)
{
    with_weights(scene, without_norm_shift, out);
}

static void kernel_transposed(const struct scene *scene, float *out)
{
    with_weights(scene, transposed_kernel, out);
}

static void weights_in_bfloat16(const struct scene *scene, float *out)
{
    with_weights(scene, bfloat16, out);
}

Test(checker, rejects_what_is_wrong_on_purpose)
{
    static const struct {
        const char *name;
        void (*spoil)(const struct scene *scene, float *out);
    } rows[] = {
        {"shifted by a pixel", shifted_by_a_pixel},
        {"shifted by a row", shifted_by_a_row},
        {"channels swapped", channels_swapped},
        {"last channel missing", last_channel_missing},
        {"border zeroed", border_zeroed},
        {"last column missing", last_column_missing},
        {"second image is the first", second_image_is_the_first},
        {"never written", never_written},
        {"never written (NaN)", never_written_nan},
        {"one infinity", one_infinity},
        {"sign", negative_zero_is_fine_but_sign_is_not},
        {"rounded to 2^-10", half_precision},
        {"clamp forgotten", clamp_forgotten},
        {"activation forgotten", activation_forgotten},
        {"padding on one side", padding_on_one_side},
        {"shuffle forgotten", shuffle_forgotten},
        {"stale output", stale_output},
        {"bias missing", bias_missing},
        {"sum one product short", sum_one_short},
        {"norm shift missing", norm_shift_missing},
        {"kernel transposed", kernel_transposed},
        {"weights in bfloat16", weights_in_bfloat16},
    };
    struct scene scene = make_scene();
    float *out = malloc(output_bytes(&scene));
    for (size_t r = 0; r < sizeof rows / sizeof rows[0]; r++) {
        struct cg_error err = {0};
        struct cg_check check;
        memcpy(out, scene.whole->values, output_bytes(&scene));
        rows[r].spoil(&scene, out);
        cr_expect_eq(cg_check_output(scene.whole, out, &check, &err), CG_CHECK_FAILED, "%s: whole",
                     rows[r].name);
        cr_expect(check.worst > 10, "%s: only %g tolerances off", rows[r].name, check.worst);
        cr_expect_eq(cg_check_output(scene.expected, out, &check, &err), CG_CHECK_FAILED, "%s: sampled",
                     rows[r].name);
        cr_expect(!check.held && check.n_wrong > 0 && err.text[0], "%s", rows[r].name);
    }
    free(out);
    free_scene(&scene);
}

Test(checker, accepts_the_right_output)
{
    struct scene scene = make_scene();
    struct cg_error err = {0};
    struct cg_check check;
    cr_expect_eq(cg_check_output(scene.expected, scene.whole->values, &check, &err), CG_OK, "%s", err.text);
    cr_expect(check.held && check.error == 0 && check.worst == 0);
    cr_expect_eq(check.n_compared, (int64_t)CG_CHECK_POSITIONS * OUT);
    free_scene(&scene);
}

/* Every single one of the compared values counts. */
Test(checker, catches_any_single_wrong_value)
{
    struct scene scene = make_scene();
    float *out = malloc(output_bytes(&scene));
    memcpy(out, scene.whole->values, output_bytes(&scene));
    for (int64_t i = 0; i < scene.expected->n_positions; i++) {
        const struct cg_position p = scene.expected->positions[i];
        for (int c = 0; c < OUT; c++) {
            struct cg_check check;
            float *value = at(out, p.n, p.y, p.x) + c, keep = *value;
            *value += 1e-3f * scene.expected->rms[c];
            cg_check_output(scene.expected, out, &check, NULL);
            cr_expect(check.n_wrong == 1 && check.channel == c && check.position.x == p.x &&
                          check.position.y == p.y,
                      "position %d channel %d", (int)i, c);
            *value = keep;
        }
    }
    free(out);
    free_scene(&scene);
}

/* A channel a million times smaller than its neighbours is still looked at. */
Test(checker, has_power_for_small_channels)
{
    struct scene scene = make_scene();
    struct cg_params *last = &scene.weights->params[2];
    for (int k = 0; k < DEPTH; k++)
        last->weight[5 * DEPTH + k] *= 1e-6f;
    last->bias[5] *= 1e-6f;
    struct cg_expected *small = evaluate(scene.graph, scene.weights, scene.input, CG_CHECK_POSITIONS);
    struct cg_expected *whole = evaluate(scene.graph, scene.weights, scene.input, 0);
    struct cg_check check;
    cr_assert_eq(cg_check_output(small, whole->values, &check, NULL), CG_OK);
    for (int i = 0; i < 2 * SIDE * SIDE; i++)
        whole->values[i * OUT + 5] *= 1.001f;
    cr_expect_eq(cg_check_output(small, whole->values, &check, NULL), CG_CHECK_FAILED);
    cr_expect_eq(check.channel, 5);
    cg_expected_destroy(&small);
    cg_expected_destroy(&whole);
    free_scene(&scene);
}

/* f32 sums of k products in the orders that engines use. */
static float sum_forward(const float *a, const float *b, int k)
{
    volatile float sum = 0;
    for (int i = 0; i < k; i++)
        sum = sum + a[i] * b[i];
    return sum;
}

static float sum_backward(const float *a, const float *b, int k)
{
    volatile float sum = 0;
    for (int i = k - 1; i >= 0; i--)
        sum = sum + a[i] * b[i];
    return sum;
}

static float sum_fused(const float *a, const float *b, int k)
{
    float sum = 0;
    for (int i = 0; i < k; i++)
        sum = fmaf(a[i], b[i], sum);
    return sum;
}

static float sum_in_lanes(const float *a, const float *b, int k)
{
    float lane[8] = {0};
    for (int i = 0; i < k; i++)
        lane[i % 8] = fmaf(a[i], b[i], lane[i % 8]);
    return ((lane[0] + lane[4]) + (lane[1] + lane[5])) + ((lane[2] + lane[6]) + (lane[3] + lane[7]));
}

Test(checker, accepts_every_order_of_summation)
{
    enum { PIXELS = 256, MOST = 1536 };
    static float (*const orders[])(const float *, const float *, int) = {sum_forward, sum_backward, sum_fused,
                                                                         sum_in_lanes};
    static const int lengths[] = {1, 3, 16, 24, 144, 512, MOST};
    double worst = 0;
    for (size_t l = 0; l < sizeof lengths / sizeof lengths[0]; l++) {
        struct cg_error err = {0};
        struct cg_graph *graph = cg_graph_create();
        struct cg_node input = cg_node_of(CG_INPUT), point = cg_node_of(CG_CONV);
        input.shape = (struct cg_shape){1, 16, 16, lengths[l]};
        point.shape.c = 12;
        point.act = CG_ACT_RELU;
        int x = add_node(graph, input, 0);
        x = add_node(graph, point, x);
        point.shape.c = lengths[l];
        x = add_node(graph, point, x);
        point.shape.c = 12;
        add_node(graph, point, x);
        struct cg_weights *weights = cg_weights_create(graph, 5, &err);
        float *values = seeded_input(graph, 3);
        struct cg_expected *expected = evaluate(graph, weights, values, 0);
        for (size_t o = 0; o < sizeof orders / sizeof orders[0]; o++) {
            static float from[PIXELS * MOST], to[PIXELS * MOST];
            int width = lengths[l];
            memcpy(from, values, (size_t)PIXELS * width * sizeof *from);
            for (int layer = 0; layer < 3; layer++) {
                const int out = graph->nodes[layer + 1].shape.c;
                for (int p = 0; p < PIXELS; p++)
                    for (int c = 0; c < out; c++) {
                        const float sum =
                            orders[o](from + p * width, weights->params[layer].weight + c * width, width);
                        to[p * out + c] = sum > 0 ? sum : 0;
                    }
                width = out;
                memcpy(from, to, (size_t)PIXELS * width * sizeof *from);
            }
            struct cg_check check;
            cr_expect_eq(cg_check_output(expected, from, &check, &err), CG_OK, "%d products, order %d: %s",
                         lengths[l], (int)o, err.text);
            worst = fmax(worst, check.worst);
        }
        cg_expected_destroy(&expected);
        free(values);
        cg_weights_destroy(&weights);
        cg_graph_destroy(&graph);
    }
    cr_log_info("largest error: %g tolerances", worst);
    cr_expect(worst < 0.5, "too little room: %g", worst);
    cr_expect(worst > 0.02, "too much room: %g", worst);
}

Test(checker, data_that_only_moves_must_be_equal)
{
    struct cg_error err = {0};
    struct cg_graph *graph = cg_graph_create();
    struct cg_node input = cg_node_of(CG_INPUT), shuffle = cg_node_of(CG_SHUFFLE);
    input.shape = (struct cg_shape){1, 3, 3, 6};
    shuffle.groups = 2;
    add_node(graph, shuffle, add_node(graph, input, 0));
    struct cg_weights *weights = cg_weights_create(graph, 5, &err);
    float *values = seeded_input(graph, 3);
    struct cg_expected *expected = evaluate(graph, weights, values, 0);
    struct cg_check check;
    cr_expect_eq(cg_check_output(expected, expected->values, &check, &err), CG_OK);
    expected->values[4] = nextafterf(expected->values[4], 9);
    float *out = malloc(54 * sizeof *out);
    memcpy(out, expected->values, 54 * sizeof *out);
    out[4] = nextafterf(out[4], 9);
    cr_expect_eq(cg_check_output(expected, out, &check, &err), CG_CHECK_FAILED);
    free(out);
    free(values);
    cg_expected_destroy(&expected);
    cg_weights_destroy(&weights);
    cg_graph_destroy(&graph);
}

Test(checker, positions_are_corners_edges_and_inside)
{
    struct cg_position positions[CG_CHECK_POSITIONS] = {{0}};
    static const struct cg_shape shapes[] = {
        {1, 56, 56, 8}, {4, 7, 7, 3}, {2, 1, 40, 1}, {64, 5, 5, 4}, {30, 1, 1, 9}};
    for (size_t s = 0; s < sizeof shapes / sizeof shapes[0]; s++) {
        const struct cg_shape shape = shapes[s];
        const int count = cg_check_positions(shape, 42, CG_CHECK_POSITIONS, positions);
        int corners = 0, last_image = 0, twice = 0;
        cr_expect_eq(count, CG_CHECK_POSITIONS);
        for (int i = 0; i < count; i++) {
            const struct cg_position p = positions[i];
            cr_expect(p.n >= 0 && p.n < shape.n && p.y >= 0 && p.y < shape.h && p.x >= 0 && p.x < shape.w);
            corners += p.n == 0 && (p.y == 0 || p.y == shape.h - 1) && (p.x == 0 || p.x == shape.w - 1);
            last_image += p.n == shape.n - 1;
            for (int j = 0; j < i; j++)
                twice += memcmp(&positions[j], &p, sizeof p) == 0;
        }
        cr_expect_eq(twice, 0);
        cr_expect(corners >= (shape.h > 1 && shape.w > 1 ? 4 : 1));
        cr_expect(last_image >= 1);
    }
    cr_expect_eq(cg_check_positions((struct cg_shape){1, 2, 3, 5}, 1, CG_CHECK_POSITIONS, positions), 6);
    cr_expect_eq(cg_check_positions((struct cg_shape){1, 9, 9, 5}, 1, 1, positions), 1);
}

Test(checker, relative_error_of_tensors)
{
    const float want[] = {3, 4}, got[] = {3, 4.5f}, bad[] = {3, NAN}, zero[] = {0, 0};
    cr_expect(fabs(cg_relative_error(got, want, 2) - 0.1) < 1e-12);
    cr_expect_eq(cg_relative_error(zero, zero, 2), 0);
    cr_expect(isnan(cg_relative_error(bad, want, 2)));
    cr_expect(isinf(cg_relative_error(got, zero, 2)));
}
