/* What a file says before it is unpacked: the protobuf wire format, walked along a message's description. */
#ifndef CONVGAUGE_BENCH_ONNX_PROTOBUF_CHECK_H
#define CONVGAUGE_BENCH_ONNX_PROTOBUF_CHECK_H

#include "base/error.h"

#include <protobuf-c/protobuf-c.h>
#include <stddef.h>
#include <stdint.h>

/* CG_INVALID, with the byte's position, unless `bytes` are a well-formed message of that kind: every length
 * inside its message, every field of its declared wire type, no single field twice, messages nested at most
 * 24 deep. libprotobuf-c unpacks by recursion without a limit, so this check stands between it and hostile
 * files. */
enum cg_status cg_protobuf_check(const ProtobufCMessageDescriptor *message, const uint8_t *bytes, size_t size,
                                 struct cg_error *err);

#endif
