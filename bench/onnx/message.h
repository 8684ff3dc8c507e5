/* ONNX models unpacked from bytes, checked first, within a memory budget. */
#ifndef CONVGAUGE_BENCH_ONNX_MESSAGE_H
#define CONVGAUGE_BENCH_ONNX_MESSAGE_H

#include "base/arena.h"
#include "base/error.h"
#include "bench/onnx/write/onnx.pb-c.h"

#include <stddef.h>

/* The bytes that reading a file of `size` bytes may allocate: six times its size and 256 MiB. */
size_t cg_onnx_budget(size_t size);

/* The model in `bytes` (borrowed until return), in an arena that the caller destroys in any case; NULL with
 * `err` set. */
const Onnx__ModelProto *cg_onnx_unpack(const void *bytes, size_t size, struct cg_arena **arena,
                                       struct cg_error *err);

#endif
