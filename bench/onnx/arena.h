/* Memory with a budget, freed all at once: what a file may make a reader allocate has a limit. */
#ifndef CONVGAUGE_BENCH_ONNX_ARENA_H
#define CONVGAUGE_BENCH_ONNX_ARENA_H

#include <stddef.h>
#include <stdint.h>

struct cg_onnx_arena_chunk;

/* Initialise with the budget in bytes: `struct cg_onnx_arena arena = {.left = n};`. */
struct cg_onnx_arena {
    size_t left;
    struct cg_onnx_arena_chunk *chunks;
};

/* `count` zeroed elements of `size` bytes, or NULL when the budget or the memory does not suffice. Never NULL
 * for lack of size: zero elements give a pointer too. Owned by the arena. */
void *cg_onnx_arena_alloc(struct cg_onnx_arena *arena, size_t count, size_t size);

/* A copy of `text` with printf's formats filled in, or NULL. */
char *cg_onnx_arena_format(struct cg_onnx_arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

void cg_onnx_arena_free(struct cg_onnx_arena *arena);

#endif
