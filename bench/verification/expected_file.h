/* Expected outputs in a file: computed once on a fast machine, handed to a slow one (emulation), so that only
 * the engines run there. */
#ifndef CONVGAUGE_BENCH_VERIFICATION_EXPECTED_FILE_H
#define CONVGAUGE_BENCH_VERIFICATION_EXPECTED_FILE_H

#include "base/file.h"
#include "bench/graph/graph.h"
#include "bench/graph/weights.h"
#include "kernels/reference/cone.h"

#include <stdint.h>

/* What an expected output belongs to: a hash of the graph, every parameter and every value of the input.
 * Equal on any machine that draws the same weights. */
uint64_t cg_expected_key(const struct cg_graph *graph, const struct cg_weights *weights, const float *input);

/* Begins such a file; whole outputs are added one after the other, and cg_new_file_keep() ends it. */
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
