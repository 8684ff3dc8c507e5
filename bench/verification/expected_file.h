/* Expected outputs as bytes, and many of them in a file: computed once on a fast machine, handed to a slow
 * one (emulation), so that only the engines run there. */
#ifndef CONVGAUGE_BENCH_VERIFICATION_EXPECTED_FILE_H
#define CONVGAUGE_BENCH_VERIFICATION_EXPECTED_FILE_H

#include "base/file.h"
#include "bench/graph/graph.h"
#include "bench/graph/weights.h"
#include "kernels/reference/cone.h"

#include <stdint.h>

/* The bytes of an expected output, malloc'd; NULL when there is no memory. */
void *cg_expected_pack(const struct cg_expected *expected, uint64_t key, size_t *size);

/* The output that they are of, the caller's; NULL when they are not of one of that shape, or there is no
 * memory.
 */
struct cg_expected *cg_expected_unpack(const void *bytes, size_t size, struct cg_shape shape);

/* What an expected output belongs to: a hash of the graph, every parameter and every value of the input.
 * Equal on any machine that draws the same weights. */
uint64_t cg_expected_key(const struct cg_graph *graph, const struct cg_weights *weights, const float *input);

/* Begins such a file; outputs are added one after the other, and cg_new_file_keep() ends it. */
enum cg_status cg_expected_file_begin(const char *path, struct cg_new_file *file, struct cg_error *err);
enum cg_status cg_expected_file_add(struct cg_new_file *file, uint64_t key,
                                    const struct cg_expected *expected, struct cg_error *err);

/* Zero-initialise. */
struct cg_expected_file {
    const char *path; /* borrowed */
    char *bytes;
    size_t size;
};

/* Reads such a file. CG_INVALID when it is not one, or is cut off. */
enum cg_status cg_expected_file_open(const char *path, struct cg_expected_file *file, struct cg_error *err);
void cg_expected_file_close(struct cg_expected_file *file);

/* The expected output of that key, the caller's. CG_INVALID when the file has none for it; `shape` is that of
 * the output, which must agree. */
enum cg_status cg_expected_file_find(const struct cg_expected_file *file, uint64_t key, struct cg_shape shape,
                                     struct cg_expected **expected, struct cg_error *err);

#endif
