#include "bench/onnx/write/packed.h"

#include "base/file.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

struct file_buffer {
    ProtobufCBuffer base; /* first: the callback gets this address */
    FILE *file;
};

static void append_to_file(ProtobufCBuffer *base, size_t size, const uint8_t *bytes)
{
    if (size)
        fwrite(bytes, 1, size, ((struct file_buffer *)base)->file); /* the stream remembers a failure */
}

/* The bytes that the message takes; 0 with `err` set where that is too much. */
static size_t packed_size(const ProtobufCMessage *message, const char *name, struct cg_error *err)
{
    const size_t size = protobuf_c_message_get_packed_size(message);
    if (size <= INT32_MAX)
        return size;
    cg_fail(err, CG_UNSUPPORTED, "'%s' would have %zu bytes; an ONNX file holds less than 2 GiB", name, size);
    return 0;
}

enum cg_status cg_onnx_message_pack(const ProtobufCMessage *message, const char *name, void **bytes,
                                    size_t *size, struct cg_error *err)
{
    *bytes = NULL;
    *size = packed_size(message, name, err);
    if (*size == 0)
        return CG_UNSUPPORTED;
    *bytes = malloc(*size);
    if (!*bytes)
        return cg_fail(err, CG_NO_MEMORY, "no memory for the %zu bytes of '%s'", *size, name);
    protobuf_c_message_pack(message, *bytes);
    return CG_OK;
}

enum cg_status cg_onnx_message_write(const ProtobufCMessage *message, const char *path, struct cg_error *err)
{
    if (packed_size(message, path, err) == 0)
        return CG_UNSUPPORTED;
    struct cg_new_file file;
    enum cg_status status = cg_new_file_open(&file, path, err);
    if (status != CG_OK)
        return status;
    struct file_buffer buffer = {{append_to_file}, file.stream};
    protobuf_c_message_pack_to_buffer(message, &buffer.base);
    return cg_new_file_keep(&file, false, err);
}
