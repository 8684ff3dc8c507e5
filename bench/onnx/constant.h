/* Constant tensors of an ONNX file: initialisers and what arithmetic on shapes gives. */
#ifndef CONVGAUGE_BENCH_ONNX_CONSTANT_H
#define CONVGAUGE_BENCH_ONNX_CONSTANT_H

#include "base/arena.h"
#include "base/error.h"
#include "bench/onnx/write/onnx.pb-c.h"

#include <stdint.h>

#define CG_ONNX_RANK_MAX 8

/* Dense, last dimension fastest. Exactly one of `f` and `i` is set: f32 (also read from f64, f16 and bf16),
 * or any integer or bool type as i64. The data are borrowed from the file or owned by the arena. */
struct cg_onnx_constant {
    int rank;
    int64_t dims[CG_ONNX_RANK_MAX];
    int64_t count;
    const float *f;
    const int64_t *i;
};

/* `folder`: a descriptor of the one with the files that hold external data, or -1. CG_INVALID: dimensions and
 * data do not fit each other, or external data cannot be read; CG_UNSUPPORTED: other element types. */
enum cg_status cg_onnx_constant_read(const Onnx__TensorProto *tensor, int folder, struct cg_arena *arena,
                                     struct cg_onnx_constant *constant, struct cg_error *err);

/* The same of a tensor of which the file holds the elements that are not 0, in ascending order. */
enum cg_status cg_onnx_constant_read_sparse(const Onnx__SparseTensorProto *sparse, int folder,
                                            struct cg_arena *arena, struct cg_onnx_constant *constant,
                                            struct cg_error *err);

/* Sets count from rank and dims; CG_INVALID for negative extents and 2^31 elements or more. */
enum cg_status cg_onnx_constant_count(struct cg_onnx_constant *constant, struct cg_error *err);

#endif
