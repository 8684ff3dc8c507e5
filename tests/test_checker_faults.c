/* The checker rejects outputs that are wrong on purpose, be it in a single value or a small channel. */
#include "bench/verification/checker.h"
#include "tests/checker_scene.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

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
    struct cg_graph *graph = scene_graph(fault);
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
        cr_expect_eq(cg_check_output(scene.whole, out, 1, &check, &err), CG_CHECK_FAILED, "%s: whole",
                     rows[r].name);
        cr_expect(check.worst > 10, "%s: only %g tolerances off", rows[r].name, check.worst);
        cr_expect_eq(cg_check_output(scene.expected, out, 1, &check, &err), CG_CHECK_FAILED, "%s: sampled",
                     rows[r].name);
        cr_expect(!check.held && check.n_wrong > 0 && err.text[0], "%s", rows[r].name);
    }
    free(out);
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
            cg_check_output(scene.expected, out, 1, &check, NULL);
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
    cr_assert_eq(cg_check_output(small, whole->values, 1, &check, NULL), CG_OK);
    for (int i = 0; i < 2 * SIDE * SIDE; i++)
        whole->values[i * OUT + 5] *= 1.001f;
    cr_expect_eq(cg_check_output(small, whole->values, 1, &check, NULL), CG_CHECK_FAILED);
    cr_expect_eq(check.channel, 5);
    cg_expected_destroy(&small);
    cg_expected_destroy(&whole);
    free_scene(&scene);
}
