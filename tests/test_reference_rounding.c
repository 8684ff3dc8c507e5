/* How far rounding takes deep networks: the error model, and seeded weights that do not magnify it. */
#include "kernels/reference/cone.h"
#include "tests/nodes.h"
#include "tests/reference_runs.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* That the error of n values, whole pixels, is about what the model expects. */
static void expect_as_modelled(const float *values, int n, const struct cg_expected *expected)
{
    double error = 0, model = 0;
    for (int i = 0; i < n; i++) {
        const double difference = (double)values[i] - (double)expected->values[i];
        const double sigma = (double)expected->sigma[i % expected->shape.c];
        error += difference * difference;
        model += sigma * sigma;
    }
    const double ratio = sqrt(error / model);
    cr_expect(ratio > 0.05 && ratio < 1.5, "measured error / model = %g", ratio);
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
        one(graph, conv, i);
    }
    struct cg_weights *weights = cg_weights_create(graph, 11, &err);
    float *input = seeded_input(graph);
    struct cg_expected *expected = cg_expected_create(graph, weights, input, NULL, 0, &err);
    cr_assert(expected);

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
    expect_as_modelled(&a[0][0], PIXELS * WIDTH, expected);
    cg_expected_destroy(&expected);
    free(input);
    cg_weights_destroy(&weights);
    cg_graph_destroy(&graph);
}

/* Sums of products in the order of the weights, in f32 and exactly. */
static float product(const float *a, const float *b, int n, double *exact)
{
    volatile float sum = 0;
    *exact = 0;
    for (int k = 0; k < n; k++) {
        sum += a[k] * b[k];
        *exact += (double)a[k] * (double)b[k];
    }
    return sum;
}

/* Classes of which one pixel alone passes the rectifier, just so: the mean is as wrong as that pixel, however
 * small its value is. */
Test(reference, the_error_model_holds_for_means_of_what_is_nearly_always_0)
{
    enum { SIDE = 13, PIXELS = SIDE * SIDE, WIDTH = 64, CLASSES = 96 };
    struct cg_error err = {0};
    struct cg_graph *graph = graph_with_input((struct cg_shape){1, SIDE, SIDE, WIDTH});
    struct cg_node conv = cg_node_of(CG_CONV);
    conv.shape.c = CLASSES;
    conv.bias = true;
    conv.act = CG_ACT_RELU;
    one(graph, cg_node_of(CG_GLOBAL_POOL), one(graph, conv, 0));
    struct cg_weights *weights = cg_weights_create(graph, 11, &err);
    const struct cg_params *params = &weights->params[0];
    float *input = seeded_input(graph), means[CLASSES];
    for (int o = 0; o < CLASSES; o++) {
        double largest = -INFINITY, exact;
        volatile float sum = 0;
        for (int p = 0; p < PIXELS; p++) {
            product(input + p * WIDTH, params->weight + o * WIDTH, WIDTH, &exact);
            largest = fmax(largest, exact);
        }
        params->bias[o] = (float)(1e-3 - largest);
        for (int p = 0; p < PIXELS; p++) {
            const float x =
                product(input + p * WIDTH, params->weight + o * WIDTH, WIDTH, &exact) + params->bias[o];
            sum += x > 0 ? x : 0;
        }
        means[o] = sum / PIXELS;
    }
    struct cg_expected *expected = cg_expected_create(graph, weights, input, NULL, 0, &err);
    cr_assert(expected);
    expect_as_modelled(means, CLASSES, expected);
    cg_expected_destroy(&expected);
    free(input);
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
        const int y = one(graph, conv, x);
        const int mean = one(graph, cg_node_of(CG_GLOBAL_POOL), y);
        const int factor = one(graph, gate, mean);
        const int scaled = node(graph, cg_node_of(CG_MUL), (const int[]){y, factor}, 2);
        x = node(graph, join, (const int[]){scaled, x}, 2);
    }
    one(graph, conv, x);
    struct cg_weights *weights = cg_weights_create(graph, 5, &err);
    float *input = seeded_input(graph);
    struct cg_expected *first = cg_expected_create(graph, weights, input, NULL, 0, &err);
    for (int i = 0; i < 6 * 6 * 16; i++)
        input[i] *= i % 2 ? 1.000001f : 0.999999f;
    struct cg_expected *second = cg_expected_create(graph, weights, input, NULL, 0, &err);
    cr_assert(first && second);
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
