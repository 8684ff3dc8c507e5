/* ONNX models unpacked from bytes, checked first, within a memory budget; and messages written to files. */
#ifndef CONVGAUGE_BENCH_ONNX_MESSAGE_H
#define CONVGAUGE_BENCH_ONNX_MESSAGE_H

#include "base/arena.h"
#include "base/error.h"
#include "bench/onnx/onnx.pb-c.h"

#include <stddef.h>

/* Zero-initialise it; freed by cg_onnx_message_free. */
struct cg_onnx_message {
    const Onnx__ModelProto *model;
    struct cg_arena *arena; /* that it lies in */
};

/* The bytes that reading a file of `size` bytes may allocate: six times its size and 256 MiB. */
size_t cg_onnx_budget(size_t size);

/* Unpacks `bytes` (borrowed until return). */
enum cg_status cg_onnx_message_unpack(const void *bytes, size_t size, struct cg_onnx_message *message,
                                      struct cg_error *err);
void cg_onnx_message_free(struct cg_onnx_message *message);

/* Packs a message into a file that appears whole or not at all. CG_UNSUPPORTED from 2 GiB on. */
enum cg_status cg_onnx_message_write(const ProtobufCMessage *message, const char *path, struct cg_error *err);

#endif
