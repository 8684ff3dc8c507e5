/* Tensors in files: inputs and expected outputs that other programs write and read. Dense f32, any rank up to
 * 8, first dimension slowest, channels before height and width ([n, c, h, w] or [n, c]), as ONNX has them. */
#ifndef CONVGAUGE_BENCH_ONNX_TENSOR_H
#define CONVGAUGE_BENCH_ONNX_TENSOR_H

#include "base/error.h"
#include "bench/onnx/write/values.h"

#include <stddef.h>
#include <stdint.h>

#define CG_TENSOR_RANK_MAX 8

/* Zero-initialise it; `data` is malloc'ed and freed by cg_tensor_free (which may be called twice). */
struct cg_tensor {
    int rank;
    int64_t dims[CG_TENSOR_RANK_MAX];
    float *data;
};

int64_t cg_tensor_elements(const struct cg_tensor *tensor);
void cg_tensor_free(struct cg_tensor *tensor);

/* A tensor of rank 4 ([n, c, h, w]), or of rank 2 ([n, c], only where h = w = 1), from dense NHWC data
 * (borrowed). */
enum cg_status cg_tensor_from_nhwc(const float *nhwc, struct cg_shape shape, int rank,
                                   struct cg_tensor *tensor, struct cg_error *err);

/* Writes the tensor as dense NHWC of `shape` into `nhwc` (cg_shape_elements floats). CG_INVALID, naming both
 * shapes, unless its dimensions are [n, c, h, w] or others of another rank over the same elements in that
 * order: [n, c * h * w], [n, c, h * w], of one image also [c, h, w] or [c * h * w]. [n, h, w, c] is taken,
 * too, where it is not [n, c, h, w]. */
enum cg_status cg_tensor_to_nhwc(const struct cg_tensor *tensor, struct cg_shape shape, float *nhwc,
                                 struct cg_error *err);

/* The bytes of a file that a user names, malloc'ed: the caller frees *bytes. CG_INVALID for one that is not
 * there, that is no regular file, or that has 2 GiB or more (the limit of protobuf). */
enum cg_status cg_onnx_file_read(const char *path, char **bytes, size_t *size, struct cg_error *err);

/* NumPy's .npy: version 1, 2 or 3; dtype <f4 only; C or Fortran order (turned into C order). What does not
 * parse to the letter, or is longer or shorter than its header says, is CG_INVALID. Writes version 1.0,
 * through a temporary name. */
enum cg_status cg_npy_read(const char *path, struct cg_tensor *tensor, struct cg_error *err);
enum cg_status cg_npy_write(const char *path, const struct cg_tensor *tensor, struct cg_error *err);

/* Writes DIR/input_0.npy, DIR/output_0.npy, and the same as serialised ONNX TensorProtos, as in the test data
 * of ONNX models: DIR/test_data_set_0/input_0.pb and output_0.pb (folders are made). CG_UNAVAILABLE without
 * the feature `onnx`. The output's rank is 2 when the graph ends in an FC node, as cg_onnx_export writes it.
 * Arrays are dense NHWC, borrowed. */
enum cg_status cg_onnx_write_tensors(const struct cg_graph *graph, const float *input_nhwc,
                                     const float *output_nhwc, const char *dir, struct cg_error *err);

#endif
