#include "bench/onnx/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

struct cg_onnx_arena_chunk {
    alignas(max_align_t) struct cg_onnx_arena_chunk *next;
};

void *cg_onnx_arena_alloc(struct cg_onnx_arena *arena, size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes) ||
        __builtin_add_overflow(bytes, sizeof(struct cg_onnx_arena_chunk), &bytes) || bytes > arena->left)
        return NULL;
    struct cg_onnx_arena_chunk *chunk = calloc(1, bytes);
    if (!chunk)
        return NULL;
    arena->left -= bytes;
    chunk->next = arena->chunks;
    arena->chunks = chunk;
    return chunk + 1;
}

char *cg_onnx_arena_format(struct cg_onnx_arena *arena, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const int length = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (length < 0)
        return NULL;
    char *text = cg_onnx_arena_alloc(arena, (size_t)length + 1, 1);
    if (!text)
        return NULL;
    va_start(args, format);
    vsnprintf(text, (size_t)length + 1, format, args);
    va_end(args);
    return text;
}

void cg_onnx_arena_free(struct cg_onnx_arena *arena)
{
    while (arena->chunks) {
        struct cg_onnx_arena_chunk *next = arena->chunks->next;
        free(arena->chunks);
        arena->chunks = next;
    }
}
