/* Functions that a model defines, in the place of the operators that call them. */
#ifndef CONVGAUGE_BENCH_ONNX_INLINE_H
#define CONVGAUGE_BENCH_ONNX_INLINE_H

#include "bench/onnx/importer.h"

/* Makes im->file, a model of im->opset, one without calls: each is replaced by the nodes of its function, and
 * what those call in turn. CG_UNSUPPORTED for a function with the name of an operator of the standard, of
 * another operator set or with overloads, CG_INVALID for functions that call themselves. */
enum cg_status cg_onnx_inline(struct cg_onnx_importer *im, const Onnx__ModelProto *model);

#endif
