/* Inputs as maps: what a view holds becomes nodes first where operators need [images, channels, height,
 * width] as it stands, or its axes in one order. */
#ifndef CONVGAUGE_BENCH_ONNX_MAPS_H
#define CONVGAUGE_BENCH_ONNX_MAPS_H

#include "bench/onnx/pixels.h"

/* Input i of the operator being read where it is a map as it stands, of `rank` 4, or any when 0: shuffles and
 * permutations that the view holds become nodes first. CG_UNSUPPORTED for other views. */
struct cg_onnx_view cg_onnx_map_input(struct cg_onnx_importer *im, size_t i, int rank);

/* The first n inputs, settled, as maps of one rank with their axes in one order (order[i]: the axis that
 * dimension i is): [n, c, h, w], [n, h, w, c], or less where the other axes have extent 1; constants are left
 * out (rank 0). NULL after a failure. */
const int *cg_onnx_ordered_inputs(struct cg_onnx_importer *im, size_t n, struct cg_onnx_view *views);

/* Makes a shuffle, permutation or space to depth that the value's view holds a node. */
enum cg_status cg_onnx_settle(struct cg_onnx_importer *im, struct cg_onnx_value *value);

/* Which dimension of the first input is dimension 0 of the other, of `big` and `small` dimensions. They end
 * together, but before operator set 7 where `axis` says. -1 after a failure. */
int cg_onnx_first_dim(struct cg_onnx_importer *im, int big, int small);

/* The constant (NULL: a failure before) as one value for each channel of the map, or NULL after a failure. It
 * may change along several dimensions that are parts of the channels. */
float *cg_onnx_by_channel(struct cg_onnx_importer *im, const struct cg_onnx_view *view,
                          const struct cg_onnx_constant *constant);

#endif
