/* .npy files: what NumPy writes is read as it stands; what is damaged or of another type is refused with a
 * reason. */
#include "bench/onnx/tensor.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char path[64];

static void make_path(void)
{
    snprintf(path, sizeof path, "/tmp/cg_npy_%ld.npy", (long)getpid());
}

static void remove_file(void)
{
    unlink(path);
}

TestSuite(npy, .init = make_path, .fini = remove_file);

static void write_bytes(const void *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    cr_assert(file && fwrite(bytes, 1, size, file) == size);
    fclose(file);
}

/* A file of that version whose header is `text`; `n` floats 0, 1, 2, ... behind it. */
static void write_npy(int major, const char *text, int n)
{
    unsigned char bytes[1024];
    const size_t length = strlen(text), preamble = major == 1 ? 10 : 12;
    cr_assert(preamble + length + (size_t)n * sizeof(float) <= sizeof bytes);
    memcpy(bytes, "\x93NUMPY", 6);
    bytes[6] = (unsigned char)major;
    bytes[7] = 0;
    memset(bytes + 8, 0, 4);
    bytes[8] = (unsigned char)(length & 0xff);
    bytes[9] = (unsigned char)(length >> 8);
    memcpy(bytes + preamble, text, length);
    for (int i = 0; i < n; i++) {
        const float value = (float)i;
        memcpy(bytes + preamble + length + (size_t)i * sizeof value, &value, sizeof value);
    }
    write_bytes(bytes, preamble + length + (size_t)n * sizeof(float));
}

Test(npy, comes_back_as_written)
{
    struct cg_error err = {0};
    float values[24];
    struct cg_tensor tensor = {.rank = 4, .dims = {2, 3, 1, 4}, .data = values}, again;
    for (int i = 0; i < 24; i++)
        values[i] = 0.1f * (float)i - 1;
    cr_assert_eq(cg_npy_write(path, &tensor, &err), CG_OK, "%s", err.text);
    cr_assert_eq(cg_npy_read(path, &again, &err), CG_OK, "%s", err.text);
    cr_expect_eq(again.rank, 4);
    cr_expect(memcmp(again.dims, tensor.dims, 4 * sizeof again.dims[0]) == 0);
    cr_expect(memcmp(again.data, values, sizeof values) == 0);
    cg_tensor_free(&again);
}

Test(npy, every_way_of_writing_it)
{
    static const struct {
        int version;
        const char *header;
        int rank;
        int64_t last; /* dimension */
    } rows[] = {
        {1, "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }   \n", 2, 3},
        {2, "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }\n", 2, 3},
        {3, "{\"shape\": (6,), \"descr\": \"<f4\", \"fortran_order\": False}\n", 1, 6},
        {1, "{'fortran_order':False,'shape':(1,6,1),'descr':'<f4'}", 3, 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct cg_error err = {0};
        struct cg_tensor tensor;
        write_npy(rows[i].version, rows[i].header, 6);
        cr_assert_eq(cg_npy_read(path, &tensor, &err), CG_OK, "%s: %s", rows[i].header, err.text);
        cr_expect_eq(tensor.rank, rows[i].rank);
        cr_expect_eq(tensor.dims[tensor.rank - 1], rows[i].last);
        for (int k = 0; k < 6; k++)
            cr_expect_eq(tensor.data[k], (float)k);
        cg_tensor_free(&tensor);
    }
}

Test(npy, first_dimension_fastest_is_turned_round)
{
    struct cg_error err = {0};
    struct cg_tensor tensor;
    write_npy(1, "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }", 6);
    cr_assert_eq(cg_npy_read(path, &tensor, &err), CG_OK, "%s", err.text);
    static const float wanted[] = {0, 2, 4, 1, 3, 5};
    cr_expect(memcmp(tensor.data, wanted, sizeof wanted) == 0);
    cg_tensor_free(&tensor);
}

Test(npy, what_cannot_be_read_is_refused)
{
    static const struct {
        int version;
        const char *header, *says;
    } rows[] = {
        {1, "{'descr': '<f8', 'fortran_order': False, 'shape': (6,), }", "'<f8'; save it as float32"},
        {1, "{'descr': '>f4', 'fortran_order': False, 'shape': (6,), }", "'>f4'"},
        {1, "{'descr': '|O', 'fortran_order': False, 'shape': (6,), }", "'|O'"},
        {1, "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (6,), }", "not a plain one"},
        {1, "{'descr': '<f4', 'fortran_order': False, 'shape': (7,), }", "do not make 7"},
        {1, "{'descr': '<f4', 'fortran_order': False, 'shape': (2147483647, 2147483647, 2147483647), }",
         "too many elements"},
        {1, "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }", "below 2^31"},
        {1, "{'descr': '<f4', 'fortran_order': False, 'shape': (-6,), }", "the shape"},
        {1, "{'descr': '<f4', 'fortran_order': False, 'shape': (6), }", "the shape"},
        {1, "{'descr': '<f4', 'fortran_order': False, 'shape': (0, 6), }", "no elements"},
        {1, "{'descr': '<f4', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,6), }",
         "the shape"},
        {1, "{'descr': '<f4', 'fortran_order': Maybe, 'shape': (6,), }", "fortran_order"},
        {1, "{'descr': '<f4', 'fortran_order': False, }", "lacks"},
        {1, "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (6,), }", "too much"},
        {1, "{'descr': '<f4', 'fortran_order': False, 'shape': (6,), 'more': 1}", "'more' too much"},
        {1, "{'descr': '<f4', 'fortran_order': False, 'shape': (6,), } {", "goes on"},
        {1, "{'descr': '<f4", "not a plain one"},
        {1, "__import__('os').system('true')", "not a dictionary"},
        {1, "", "not a dictionary"},
        {4, "{'descr': '<f4', 'fortran_order': False, 'shape': (6,), }", "version 4.0"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct cg_error err = {0};
        struct cg_tensor tensor;
        write_npy(rows[i].version, rows[i].header, 6);
        cr_expect_eq(cg_npy_read(path, &tensor, &err), CG_INVALID, "%s was read", rows[i].header);
        cr_expect(strstr(err.text, rows[i].says) && strstr(err.text, path), "%s: wanted \"%s\", got: %s",
                  rows[i].header, rows[i].says, err.text);
        cr_expect_null(tensor.data);
    }
}

Test(npy, no_part_of_a_file_passes_for_one)
{
    unsigned char bytes[512];
    write_npy(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", 6);
    FILE *file = fopen(path, "rb");
    const size_t size = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    for (size_t length = 0; length < size; length++) {
        struct cg_error err = {0};
        struct cg_tensor tensor;
        write_bytes(bytes, length);
        cr_expect_eq(cg_npy_read(path, &tensor, &err), CG_INVALID, "%zu of %zu bytes were read", length,
                     size);
        cg_tensor_free(&tensor);
    }
}
