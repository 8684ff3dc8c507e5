/* Sliding windows of convolutions and pools, as their ONNX attributes give them. */
#ifndef CONVGAUGE_BENCH_ONNX_IMPORT_WINDOW_H
#define CONVGAUGE_BENCH_ONNX_IMPORT_WINDOW_H

#include "bench/onnx/importer.h"

/* Strides, dilations and pads (explicit or by auto_pad) of the node being read, for a map of `in` and a
 * kernel of [height, width] (also checked against the attribute kernel_shape). Extents that the output would
 * not use are left to the graph's checks. */
enum cg_status cg_onnx_window(struct cg_onnx_importer *im, struct cg_shape in, const int kernel[2],
                              struct cg_window *window, struct cg_error *err);

/* Adds the pads of node `id` to `window` and returns true, when it is a CG_PAD that only this window reads,
 * that pads on all sides, and the file was not written here. For pools the caller decides whether that is
 * exact. */
bool cg_onnx_take_pad(const struct cg_onnx_importer *im, int id, struct cg_window *window);

#endif
