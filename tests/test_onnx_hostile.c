/* ONNX files that are damaged, or small and ask for more than there is: each is refused with a sentence. */
#include "tests/onnx_models.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned char *good_model(size_t *size)
{
    struct cg_onnx_builder *b = model_start(4, 6, 5);
    MODEL_FLOATS(b, "w", -1.0f, 8, 4, 3, 3);
    MODEL_INTS(b, "map", 1, 8, -1, 3);
    model_op(b, "Conv", "input w", "c");
    model_op(b, "Relu", "c", "r");
    model_op(b, "Reshape", "r map", "y");
    return model_end(b, "y", 13, size);
}

Test(onnx_hostile, no_part_of_a_model_passes_for_one)
{
    struct cg_error err;
    size_t size;
    unsigned char *bytes = good_model(&size);
    cr_assert_eq(model_status(bytes, size, &err), CG_OK, "%s", err.text);
    for (size_t length = 0; length < size; length++) {
        unsigned char *part = malloc(length + 1);
        memcpy(part, bytes, length);
        cr_expect_neq(model_status(part, length, &err), CG_OK, "the first %zu of %zu bytes were read", length,
                      size);
        free(part);
    }
    free(bytes);
}

Test(onnx_hostile, changed_bytes_do_no_harm)
{
    struct cg_error err;
    size_t size;
    unsigned char *bytes = good_model(&size);
    int refused = 0;
    for (size_t at = 0; at < size; at++)
        for (int bit = 0; bit < 8; bit++) {
            bytes[at] ^= (unsigned char)(1u << bit);
            refused += model_status(bytes, size, &err) != CG_OK;
            bytes[at] ^= (unsigned char)(1u << bit);
        }
    cr_expect_gt(refused, 100);
    free(bytes);
}

Test(onnx_hostile, other_bytes)
{
    static const char *const texts[] = {"",
                                        "\n",
                                        "ONNX",
                                        "<html></html>",
                                        "\x7f\x45LF\x02\x01\x01",
                                        "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
                                        "\x3a\xff\xff\xff\xff\x0f",
                                        "\x3a\x80\x80\x80\x80\x80\x80\x80\x80\x80\x02"};
    struct cg_error err;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        cr_expect_eq(model_status((const unsigned char *)texts[i], strlen(texts[i]), &err), CG_INVALID,
                     "%zu: %s", i, err.text);
    /* messages inside messages, far deeper than any model */
    unsigned char nested[4096];
    for (size_t i = 0; i < sizeof nested; i += 2) {
        nested[i] = 0x3a;
        nested[i + 1] = 0x7f;
    }
    cr_expect_eq(model_status(nested, sizeof nested, &err), CG_INVALID, "%s", err.text);
}

Test(onnx_hostile, inputs_of_impossible_size)
{
    static const int64_t sizes[][3] = {
        {1000000, 1000000, 1000000}, {3, 2147483647, 2147483647}, {3, 65536, 65536}, {-3, 5, 5}, {0, 5, 5}};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct cg_onnx_builder *b = model_start((int)sizes[i][0], (int)sizes[i][1], (int)sizes[i][2]);
        struct cg_error err;
        size_t size;
        model_op(b, "Relu", "input", "y");
        unsigned char *bytes = model_end(b, "y", 13, &size);
        cr_expect_neq(model_status(bytes, size, &err), CG_OK, "an input of %lld x %lld x %lld was read",
                      (long long)sizes[i][0], (long long)sizes[i][1], (long long)sizes[i][2]);
        free(bytes);
    }
}

/* A chain of doublings is a small file of a large result. */
Test(onnx_hostile, growth_is_bounded)
{
    struct cg_onnx_builder *b = model_start(4, 6, 5);
    struct cg_error err;
    char inputs[64], output[16];
    size_t size;
    for (int i = 0; i < 60; i++) {
        snprintf(inputs, sizeof inputs, i ? "c%d c%d" : "input input", i - 1, i - 1);
        snprintf(output, sizeof output, i == 59 ? "y" : "c%d", i);
        cg_onnx_build_int(b, model_op(b, "Concat", inputs, output), "axis", 1);
    }
    unsigned char *bytes = model_end(b, "y", 13, &size);
    cr_expect_neq(model_status(bytes, size, &err), CG_OK);
    free(bytes);
}
