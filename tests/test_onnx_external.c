/* Tensors whose data lie in files beside the model: what is read, and that no path leads out of its folder.
 */
#include "base/file.h"
#include "bench/onnx/onnx.h"
#include "tests/onnx_models.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define WEIGHTS 16 /* floats of a 1x1 convolution from 4 to 4 channels */

static char top[] = "/tmp/cg_external_XXXXXX"; /* with the model's folder "m" in it */

static const char *in_top(const char *name)
{
    static char path[300];
    snprintf(path, sizeof path, "%s/%s", top, name);
    return path;
}

static void write_bytes(const char *name, const void *bytes, size_t size)
{
    struct cg_error err = {0};
    cr_assert_eq(cg_file_write(in_top(name), bytes, size, false, &err), CG_OK, "%s", err.text);
}

/* Floats -2, -1.75, -1.5 ... */
static void write_data(const char *name, size_t bytes)
{
    float values[64];
    for (int k = 0; k < 64; k++)
        values[k] = 0.25f * (float)(k - 8);
    write_bytes(name, values, bytes);
}

static void make_folder(void)
{
    cr_assert(mkdtemp(top));
    cr_assert_eq(mkdir(in_top("m"), 0700), 0);
    cr_assert_eq(mkdir(in_top("m/sub"), 0700), 0);
    write_data("m/net.onnx.data", 256);
    write_data("m/second", 256);
    write_data("m/sub/third", 256);
    write_data("m/short", 63);
    write_data("outside", 256);
    cr_assert_eq(symlink("../outside", in_top("m/link")), 0);
    cr_assert_eq(symlink("..", in_top("m/up")), 0);
    cr_assert_eq(symlink("sub", in_top("m/same")), 0);
    cr_assert_eq(mkfifo(in_top("m/pipe"), 0600), 0);
}

static void remove_folder(void)
{
    char command[300];
    snprintf(command, sizeof command, "rm -rf '%s'", top);
    cr_expect_eq(system(command), 0);
}

TestSuite(onnx_external, .init = make_folder, .fini = remove_folder);

/* Puts the last constant's data into another file; `offset` and `length` may be NULL. */
static void move_out(struct cg_onnx_builder *b, const char *location, const char *offset, const char *length)
{
    const char *const entries[3][2] = {{"location", location}, {"offset", offset}, {"length", length}};
    Onnx__TensorProto *tensor = b->graph.initializer[b->graph.n_initializer - 1];
    tensor->external_data = cg_onnx_build_alloc(b, 3, sizeof *tensor->external_data);
    for (int i = 0; i < 3; i++) {
        if (!entries[i][1])
            continue;
        Onnx__StringStringEntryProto *entry = cg_onnx_build_alloc(b, 1, sizeof *entry);
        onnx__string_string_entry_proto__init(entry);
        entry->key = (char *)entries[i][0];
        entry->value = (char *)entries[i][1];
        tensor->external_data[tensor->n_external_data++] = entry;
    }
    tensor->has_raw_data = 0;
    tensor->has_data_location = 1;
    tensor->data_location = ONNX__TENSOR_PROTO__DATA_LOCATION__EXTERNAL;
}

/* A convolution whose weight and bias lie elsewhere, as m/net.onnx. */
static void write_model(const char *location, const char *offset, const char *length, const char *bias)
{
    struct cg_onnx_builder *b = model_start(4, 3, 3);
    size_t size;
    MODEL_FLOATS(b, "w", 0.0f, 4, 4, 1, 1);
    move_out(b, location, offset, length);
    MODEL_FLOATS(b, "bias", 0.0f, 4);
    if (bias)
        move_out(b, bias, "4", "16");
    model_op(b, "Conv", "input w bias", "y");
    unsigned char *bytes = model_end(b, "y", 13, &size);
    write_bytes("m/net.onnx", bytes, size);
    free(bytes);
}

static enum cg_status read_model(struct cg_weights **weights, struct cg_error *err)
{
    struct cg_graph *graph;
    *err = (struct cg_error){0};
    const enum cg_status status = cg_onnx_import(in_top("m/net.onnx"), NULL, &graph, weights, err);
    cr_expect_eq(status == CG_OK, graph && *weights);
    cg_graph_destroy(&graph);
    return status;
}

Test(onnx_external, data_are_read_from_their_places_in_several_files)
{
    static const struct {
        const char *location, *offset, *length;
        float first;
    } rows[] = {
        {"net.onnx.data", NULL, NULL, -2.0f},    {"net.onnx.data", "0", "64", -2.0f},
        {"net.onnx.data", "192", "64", 10.0f},   {"net.onnx.data", "192", NULL, 10.0f},
        {"./sub/third", "4", "64", -1.75f},      {"sub//third", "8", "64", -1.5f},
        {"net.onnx.data", "0012", "64", -1.25f},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct cg_weights *weights;
        struct cg_error err;
        write_model(rows[i].location, rows[i].offset, rows[i].length, "second");
        cr_assert_eq(read_model(&weights, &err), CG_OK, "%zu: %s", i, err.text);
        for (int k = 0; k < WEIGHTS; k++)
            cr_expect_eq(weights->params[0].weight[k], rows[i].first + 0.25f * (float)k, "%zu", i);
        for (int k = 0; k < 4; k++)
            cr_expect_eq(weights->params[0].bias[k], -1.75f + 0.25f * (float)k);
        cg_weights_destroy(&weights);
    }
}

Test(onnx_external, whatever_else_is_refused_by_tensor_and_file)
{
    static const struct {
        const char *location, *offset, *length, *says;
    } rows[] = {
        {"missing", NULL, NULL, "'missing', which cannot be read beside the model"},
        {"net.onnx.data", "193", "64", "64 bytes from byte 193 of 'net.onnx.data', which has 256"},
        {"net.onnx.data", "257", NULL, "64 bytes from byte 257 of 'net.onnx.data', which has 256"},
        {"net.onnx.data", "9223372036854775807", "64", "of 'net.onnx.data', which has 256"},
        {"net.onnx.data", "9223372036854775808", "64", "the offset of its data"},
        {"net.onnx.data", "-4", "64", "the offset of its data"},
        {"net.onnx.data", "0", "0x40", "the length of its data"},
        {"net.onnx.data", "", "64", "the offset of its data"},
        {"net.onnx.data", "0", "63", "have 63 bytes; its dimensions take 64"},
        {"net.onnx.data", "0", "128", "have 128 bytes; its dimensions take 64"},
        {"short", "0", "64", "64 bytes from byte 0 of 'short', which has 63"},
        {"../outside", "0", "64", "'../outside', out of the model's folder"},
        {"sub/../../outside", "0", "64", "out of the model's folder"},
        {"sub/../second", "0", "64", "out of the model's folder"},
        {"/etc/passwd", "0", "64", "out of the model's folder"},
        {"link", "0", "64", "'link', which cannot be read: a symbolic link on the way is not followed"},
        {"up/outside", "0", "64", "a symbolic link on the way is not followed"},
        {"same/third", "0", "64", "a symbolic link on the way is not followed"},
        {"sub", "0", "64", "'sub', which is not a file"},
        {".", "0", "64", "'.', which is not a file"},
        {"pipe", "0", "64", "'pipe', which is not a file"},
        {"second/deeper", "0", "64", "Not a directory"},
        {"", "0", "64", "no location says in which"},
        {NULL, "0", "64", "no location says in which"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct cg_weights *weights;
        struct cg_error err;
        write_model(rows[i].location, rows[i].offset, rows[i].length, NULL);
        cr_expect_eq(read_model(&weights, &err), CG_INVALID, "%zu", i);
        cr_expect(strstr(err.text, rows[i].says), "wanted \"%s\", got: %s", rows[i].says, err.text);
        cr_expect(strstr(err.text, "tensor 'w'"), "%s", err.text);
    }
}

/* 200 tensors that name the same hole of 4 MiB would fill 800 MiB twice over; what the files hold bounds them
 * together.
 */
Test(onnx_external, files_named_again_and_again_do_not_multiply_what_is_read)
{
    struct cg_onnx_builder *b = model_start(1024, 1, 1);
    struct cg_weights *weights;
    struct cg_error err;
    size_t size;
    char in[8] = "input", out[8];
    write_bytes("m/hole", "", 0);
    cr_assert_eq(truncate(in_top("m/hole"), 4 << 20), 0);
    for (int i = 0; i < 200; i++) {
        char name[8], inputs[20];
        snprintf(name, sizeof name, "w%d", i);
        Onnx__TensorProto *tensor;
        MODEL_FLOATS(b, cg_onnx_build_name(b, "%s", name), 0.0f, 1, 1, 1, 1);
        tensor = b->graph.initializer[b->graph.n_initializer - 1];
        tensor->dims[0] = tensor->dims[1] = 1024;
        move_out(b, "hole", NULL, NULL);
        snprintf(out, sizeof out, i < 199 ? "x%d" : "y", i);
        snprintf(inputs, sizeof inputs, "%s %s", in, name);
        model_op(b, "Conv", inputs, out);
        memcpy(in, out, sizeof in);
    }
    unsigned char *bytes = model_end(b, "y", 13, &size);
    write_bytes("m/net.onnx", bytes, size);
    free(bytes);
    cr_expect_eq(read_model(&weights, &err), CG_INVALID);
    cr_expect(strstr(err.text, "more memory than"), "%s", err.text);
}

Test(onnx_external, data_inside_and_outside_at_once_are_a_contradiction)
{
    struct cg_onnx_builder *b = model_start(4, 3, 3);
    struct cg_weights *weights;
    struct cg_error err;
    size_t size;
    MODEL_FLOATS(b, "w", 0.0f, 4, 4, 1, 1);
    move_out(b, "second", NULL, NULL);
    b->graph.initializer[0]->has_raw_data = 1;
    model_op(b, "Conv", "input w", "y");
    unsigned char *bytes = model_end(b, "y", 13, &size);
    write_bytes("m/net.onnx", bytes, size);
    free(bytes);
    cr_expect_eq(read_model(&weights, &err), CG_INVALID);
    cr_expect(strstr(err.text, "inside and in 'second'"), "%s", err.text);
}
