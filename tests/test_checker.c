/* The checker accepts what is right, in any order of summation, and leaves no more room than that takes;
 * where it looks, and the relative error that it reports. */
#include "bench/verification/checker.h"
#include "tests/checker_scene.h"
#include "tests/nodes.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

Test(checker, accepts_the_right_output)
{
    struct scene scene = make_scene();
    struct cg_error err = {0};
    struct cg_check check;
    cr_expect_eq(cg_check_output(scene.expected, scene.whole->values, 1, &check, &err), CG_OK, "%s",
                 err.text);
    cr_expect(check.held && check.error == 0 && check.worst == 0);
    cr_expect_eq(check.n_compared, (int64_t)CG_CHECK_POSITIONS * OUT);
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
        struct cg_node point = cg_node_of(CG_CONV);
        point.shape.c = 12;
        point.act = CG_ACT_RELU;
        int x = input(graph, 1, 16, 16, lengths[l]);
        x = one(graph, point, x);
        point.shape.c = lengths[l];
        x = one(graph, point, x);
        point.shape.c = 12;
        one(graph, point, x);
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
            cr_expect_eq(cg_check_output(expected, from, 1, &check, &err), CG_OK, "%d products, order %d: %s",
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
    shuffle(graph, input(graph, 1, 3, 3, 6), 2);
    struct cg_weights *weights = cg_weights_create(graph, 5, &err);
    float *values = seeded_input(graph, 3);
    struct cg_expected *expected = evaluate(graph, weights, values, 0);
    struct cg_check check;
    cr_expect_eq(cg_check_output(expected, expected->values, 1, &check, &err), CG_OK);
    expected->values[4] = nextafterf(expected->values[4], 9);
    float *out = malloc(54 * sizeof *out);
    memcpy(out, expected->values, 54 * sizeof *out);
    out[4] = nextafterf(out[4], 9);
    cr_expect_eq(cg_check_output(expected, out, 1, &check, &err), CG_CHECK_FAILED);
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

/* Winograd's algorithm rounds more than sums in order: single values get that much room, the whole output
 * does not. */
Test(checker, leaves_more_room_to_algorithms_that_round_more)
{
    struct scene scene = make_scene();
    struct cg_error err = {0};
    struct cg_check check;
    const size_t n = (size_t)cg_shape_elements(scene.expected->shape);
    float *out = malloc(n * sizeof *out);
    cr_assert(out);
    memcpy(out, scene.whole->values, n * sizeof *out);
    int at = 0; /* of the first pixel, which is always looked at */
    for (int c = 1; c < OUT; c++)
        at = fabsf(out[c]) > fabsf(out[at]) ? c : at;
    out[at] = scene.whole->values[at] * (1 + 1e-4f);
    cg_check_output(scene.expected, out, 1, &check, NULL);
    out[at] = scene.whole->values[at] * (1 + (float)(5e-4 / check.worst));
    cr_expect_eq(cg_check_output(scene.expected, out, 1, &check, &err), CG_CHECK_FAILED);
    cr_expect_float_eq(check.worst, 5, 0.5);
    cr_expect_eq(cg_check_output(scene.expected, out, 10, &check, &err), CG_OK, "%s", err.text);
    cr_expect_float_eq(check.worst, 0.5, 0.05);
    for (size_t i = 0; i < n; i++)
        out[i] = scene.whole->values[i] * (1 + 2e-4f);
    cr_expect_eq(cg_check_output(scene.expected, out, 1e6, &check, &err), CG_CHECK_FAILED);
    cr_expect(!check.held && strstr(err.text, "relative L2 error 0.0002 is above 0.0001"), "%s", err.text);
    free(out);
    free_scene(&scene);
}
