/* What operators make of the dimensions of a value: the same for maps and for constants. After a failure the
 * results are of rank 0. */
#ifndef CONVGAUGE_BENCH_ONNX_DIMS_H
#define CONVGAUGE_BENCH_ONNX_DIMS_H

#include "bench/onnx/importer.h"

struct cg_onnx_dims {
    int rank;
    int64_t extent[CG_ONNX_RANK_MAX];
};

/* How an operator gives other dimensions of the same product: its variant in operators.c. */
enum cg_onnx_dims_rule { CG_ONNX_RESHAPE, CG_ONNX_FLATTEN, CG_ONNX_SQUEEZE, CG_ONNX_UNSQUEEZE };

/* What the operator being read makes of a value of `rank` dimensions, by the rule im->variant. */
struct cg_onnx_dims cg_onnx_new_dims(struct cg_onnx_importer *im, int rank, const int64_t *dims);

/* The order of a Transpose of `rank` dimensions, checked to be a permutation. */
void cg_onnx_order(struct cg_onnx_importer *im, int rank, int *order);

/* Elements start, start + step ... (count of them) of one dimension. */
struct cg_onnx_slice {
    int64_t start, step, count;
};

/* What the Slice being read takes of each dimension of a value; `slices` has `rank` entries. */
void cg_onnx_slices(struct cg_onnx_importer *im, int rank, const int64_t *dims, struct cg_onnx_slice *slices);

#endif
