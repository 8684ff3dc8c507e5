/* The arguments of Slice, made plain. */
#ifndef CONVGAUGE_BENCH_ONNX_IMPORT_SLICE_H
#define CONVGAUGE_BENCH_ONNX_IMPORT_SLICE_H

#include "bench/onnx/importer.h"

/* Elements start, start + step ... (count of them) of one dimension. */
struct cg_onnx_slice {
    int64_t start, step, count;
};

/* What the Slice being read takes of each dimension of a value; `slices` has `rank` entries. */
enum cg_status cg_onnx_slices(struct cg_onnx_importer *im, int rank, const int64_t *dims,
                              struct cg_onnx_slice *slices, struct cg_error *err);

#endif
