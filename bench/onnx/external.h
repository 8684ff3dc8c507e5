/* Tensors whose elements lie in other files of the model's folder, as today's exporters write them beside the
 * model. No path leads out of that folder: none that is absolute, holds "..", or goes through a symbolic
 * link.
 */
#ifndef CONVGAUGE_BENCH_ONNX_EXTERNAL_H
#define CONVGAUGE_BENCH_ONNX_EXTERNAL_H

#include "base/arena.h"
#include "base/error.h"
#include "bench/onnx/write/onnx.pb-c.h"

#include <stdbool.h>
#include <stddef.h>

/* Whether its elements lie in another file. */
bool cg_onnx_is_external(const Onnx__TensorProto *tensor);

/* The `needed` bytes of an external tensor, in the arena, aligned for any type. CG_INVALID, naming the file:
 * without a folder (-1), for a path out of it, for a file that is not there, is no regular one or too short,
 * for a declared length other than `needed`, and where the arena has no room left. */
enum cg_status cg_onnx_external_read(int folder, const Onnx__TensorProto *tensor, size_t needed,
                                     struct cg_arena *arena, const void **bytes, struct cg_error *err);

/* The size of all files together that the model's tensors name, each counted once, those that cannot be
 * opened not at all. */
size_t cg_onnx_external_size(int folder, const Onnx__ModelProto *model);

#endif
