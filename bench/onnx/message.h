/* ONNX models unpacked from bytes, checked first, within a memory budget; and messages written to files. */
#ifndef CONVGAUGE_BENCH_ONNX_MESSAGE_H
#define CONVGAUGE_BENCH_ONNX_MESSAGE_H

#include "base/arena.h"
#include "base/error.h"
#include "bench/onnx/onnx.pb-c.h"

#include <stddef.h>

/* The bytes that reading a file of `size` bytes may allocate: six times its size and 256 MiB. */
size_t cg_onnx_budget(size_t size);

/* The model in `bytes` (borrowed until return), in an arena that the caller destroys in any case; NULL with
 * `err` set. */
const Onnx__ModelProto *cg_onnx_unpack(const void *bytes, size_t size, struct cg_arena **arena,
                                       struct cg_error *err);

/* Packs a message into a file that appears whole or not at all. CG_UNSUPPORTED from 2 GiB on. */
enum cg_status cg_onnx_message_write(const ProtobufCMessage *message, const char *path, struct cg_error *err);

#endif
