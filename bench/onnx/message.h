/* An ONNX model, or one tensor, unpacked from bytes: checked first, within a memory budget. */
#ifndef CONVGAUGE_BENCH_ONNX_MESSAGE_H
#define CONVGAUGE_BENCH_ONNX_MESSAGE_H

#include "base/arena.h"
#include "base/error.h"

#include <protobuf-c/protobuf-c.h>
#include <stddef.h>

/* Zero-initialise it; freed by cg_onnx_message_free. */
struct cg_onnx_message {
    ProtobufCMessage *message; /* of the kind asked for */
    struct cg_arena *arena;    /* that it lies in */
};

/* The bytes that reading a file of `size` bytes may allocate: six times its size and 256 MiB. */
size_t cg_onnx_budget(size_t size);

/* Unpacks `bytes` (borrowed until return) as `kind`. `what` names it in the error ("an ONNX model"). */
enum cg_status cg_onnx_message_unpack(const ProtobufCMessageDescriptor *kind, const void *bytes, size_t size,
                                      const char *what, struct cg_onnx_message *message,
                                      struct cg_error *err);
void cg_onnx_message_free(struct cg_onnx_message *message);

/* Packs a message into a file that appears whole or not at all. CG_UNSUPPORTED from 2 GiB on. */
enum cg_status cg_onnx_message_write(const ProtobufCMessage *message, const char *path, struct cg_error *err);

#endif
