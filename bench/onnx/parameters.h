/* The parameters of an imported graph. */
#ifndef CONVGAUGE_BENCH_ONNX_PARAMETERS_H
#define CONVGAUGE_BENCH_ONNX_PARAMETERS_H

#include "bench/onnx/importer.h"

/* When the graph is whole: nodes of equal parameters made of one weight of the file share a set. CG_INVALID
 * names the first node with a parameter that is not finite. Notes how many are denormal, where any is. */
enum cg_status cg_onnx_settle_params(struct cg_onnx_importer *im);

/* The weights of a rewrite of im->graph; NULL with im->error set. */
struct cg_weights *cg_onnx_copy_weights(struct cg_onnx_importer *im, const struct cg_graph *graph);

#endif
