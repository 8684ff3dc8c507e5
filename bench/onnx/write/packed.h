/* Messages of ONNX as bytes, in files and in memory: less than 2 GiB, else CG_UNSUPPORTED. */
#ifndef CONVGAUGE_BENCH_ONNX_WRITE_PACKED_H
#define CONVGAUGE_BENCH_ONNX_WRITE_PACKED_H

#include "base/error.h"
#include "bench/onnx/write/onnx.pb-c.h"

#include <stddef.h>

/* Packs a message, which has at least one field, into a file that appears whole or not at all. */
enum cg_status cg_onnx_message_write(const ProtobufCMessage *message, const char *path, struct cg_error *err);

/* The same into memory, malloc'ed: the caller frees *bytes. `name` is what errors call it. */
enum cg_status cg_onnx_message_pack(const ProtobufCMessage *message, const char *name, void **bytes,
                                    size_t *size, struct cg_error *err);

#endif
