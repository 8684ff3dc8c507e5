#include "bench/onnx/message.h"

#include "bench/onnx/protobuf_check.h"

#define BUDGET_BASE   ((size_t)256 << 20)
#define BUDGET_FACTOR 6

size_t cg_onnx_budget(size_t size)
{
    return BUDGET_BASE + BUDGET_FACTOR * size;
}

static void *arena_alloc(void *arena, size_t size)
{
    return cg_arena_array(arena, size, 1);
}

static void arena_keep(void *arena, void *pointer)
{
}

const Onnx__ModelProto *cg_onnx_unpack(const void *bytes, size_t size, struct cg_arena **arena,
                                       struct cg_error *err)
{
    const Onnx__ModelProto *model = NULL;
    *arena = NULL;
    if (cg_protobuf_check(&onnx__model_proto__descriptor, bytes, size, err) != CG_OK) {
        cg_context(err, "not an ONNX model");
        return NULL;
    }
    *arena = cg_arena_create(cg_onnx_budget(size));
    ProtobufCAllocator allocator = {arena_alloc, arena_keep, *arena};
    if (*arena) /* an empty message has no bytes to point at */
        model = onnx__model_proto__unpack(&allocator, size, size ? bytes : (const void *)"");
    if (!*arena)
        cg_fail(err, CG_NO_MEMORY, "out of memory while reading an ONNX model");
    else if (!model)
        cg_fail(err, CG_INVALID, "not an ONNX model that can be unpacked within %zu MiB",
                cg_onnx_budget(size) >> 20);
    return model;
}
