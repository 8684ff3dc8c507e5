#include "bench/onnx/message.h"

#include "base/file.h"
#include "bench/onnx/protobuf_check.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define BUDGET_BASE   ((size_t)256 << 20)
#define BUDGET_FACTOR 6

size_t cg_onnx_budget(size_t size)
{
    return BUDGET_BASE + BUDGET_FACTOR * size;
}

/* Each block remembers its size, so that what is freed counts no more. */
struct block {
    alignas(max_align_t) size_t bytes;
};

struct budget {
    ProtobufCAllocator allocator; /* first: an allocator is its budget */
    size_t left;
};

static void *budget_alloc(void *data, size_t size)
{
    struct budget *budget = data;
    size_t bytes;
    if (__builtin_add_overflow(size, sizeof(struct block), &bytes) || bytes > budget->left)
        return NULL;
    struct block *block = malloc(bytes);
    if (!block)
        return NULL;
    budget->left -= bytes;
    block->bytes = bytes;
    return block + 1;
}

static void budget_free(void *data, void *pointer)
{
    struct budget *budget = data;
    if (!pointer)
        return;
    struct block *block = (struct block *)pointer - 1;
    budget->left += block->bytes;
    free(block);
}

enum cg_status cg_onnx_message_unpack(const ProtobufCMessageDescriptor *kind, const void *bytes, size_t size,
                                      const char *what, struct cg_onnx_message *message, struct cg_error *err)
{
    *message = (struct cg_onnx_message){0};
    if (cg_protobuf_check(kind, bytes, size, err) != CG_OK)
        return cg_context(err, "not %s", what);
    struct budget *budget = malloc(sizeof *budget);
    if (!budget)
        return cg_fail(err, CG_NO_MEMORY, "out of memory while reading %s", what);
    *budget =
        (struct budget){.allocator = {.alloc = budget_alloc, .free = budget_free, .allocator_data = budget},
                        .left = cg_onnx_budget(size)};
    message->allocator = &budget->allocator;
    /* An empty message has no bytes to point at. */
    message->message =
        protobuf_c_message_unpack(kind, message->allocator, size, size ? bytes : (const void *)"");
    if (!message->message) {
        cg_onnx_message_free(message);
        return cg_fail(err, CG_INVALID, "not %s that can be unpacked within %zu MiB", what,
                       cg_onnx_budget(size) >> 20);
    }
    return CG_OK;
}

void cg_onnx_message_free(struct cg_onnx_message *message)
{
    if (message->message)
        protobuf_c_message_free_unpacked(message->message, message->allocator);
    free(message->allocator);
    *message = (struct cg_onnx_message){0};
}

struct file_buffer {
    ProtobufCBuffer base; /* first: the callback gets this address */
    FILE *file;
};

static void append_to_file(ProtobufCBuffer *base, size_t size, const uint8_t *bytes)
{
    if (size)
        fwrite(bytes, 1, size, ((struct file_buffer *)base)->file); /* the stream remembers a failure */
}

enum cg_status cg_onnx_message_write(const ProtobufCMessage *message, const char *path, struct cg_error *err)
{
    const size_t size = protobuf_c_message_get_packed_size(message);
    if (size > INT32_MAX)
        return cg_fail(err, CG_UNSUPPORTED, "'%s' would have %zu bytes; an ONNX file holds less than 2 GiB",
                       path, size);
    struct cg_new_file file;
    enum cg_status status = cg_new_file_open(&file, path, err);
    if (status != CG_OK)
        return status;
    struct file_buffer buffer = {{append_to_file}, file.stream};
    protobuf_c_message_pack_to_buffer(message, &buffer.base);
    return cg_new_file_keep(&file, false, err);
}
