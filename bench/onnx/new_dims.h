/* The dimensions that Reshape, Flatten, Squeeze and Unsqueeze give: the same for maps and constants. */
#ifndef CONVGAUGE_BENCH_ONNX_NEW_DIMS_H
#define CONVGAUGE_BENCH_ONNX_NEW_DIMS_H

#include "bench/onnx/importer.h"

struct cg_onnx_dims {
    int rank;
    int64_t extent[CG_ONNX_RANK_MAX];
};

/* What the node being read makes of a value of `old` dimensions; the product stays the same. */
enum cg_status cg_onnx_new_dims(struct cg_onnx_importer *im, const struct cg_onnx_dims *old,
                                struct cg_onnx_dims *dims, struct cg_error *err);

/* The order of a Transpose of `rank` dimensions, checked to be a permutation. */
enum cg_status cg_onnx_order(struct cg_onnx_importer *im, int rank, int *order, struct cg_error *err);

#endif
