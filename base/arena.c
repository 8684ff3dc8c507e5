#include "base/arena.h"

#include "base/text.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#ifdef __SANITIZE_ADDRESS__
/* Each array a block by itself, so that the sanitizer sees what runs over. */
#define BLOCK_BYTES ((size_t)0)
#else
#define BLOCK_BYTES ((size_t)64 << 10)
#endif

struct block {
    struct block *next;
    size_t size, used;
    alignas(max_align_t) unsigned char bytes[];
};

struct cg_arena {
    size_t left;          /* of the budget */
    struct block *blocks; /* the first is being filled */
};

struct cg_arena *cg_arena_create(size_t budget_bytes)
{
    struct cg_arena *arena = calloc(1, sizeof *arena);
    if (arena)
        arena->left = budget_bytes ? budget_bytes : SIZE_MAX;
    return arena;
}

void cg_arena_destroy(struct cg_arena **arena)
{
    if (!arena || !*arena)
        return;
    struct block *block = (*arena)->blocks;
    while (block) {
        struct block *next = block->next;
        free(block);
        block = next;
    }
    free(*arena);
    *arena = NULL;
}

static struct block *add_block(struct cg_arena *arena, size_t bytes)
{
    struct block *block = malloc(sizeof *block + bytes);
    if (!block)
        return NULL;
    block->size = bytes;
    block->used = 0;
    block->next = NULL;
    /* A large block goes behind the one being filled, which stays in use. */
    if (arena->blocks && bytes > BLOCK_BYTES) {
        block->next = arena->blocks->next;
        arena->blocks->next = block;
    } else {
        block->next = arena->blocks;
        arena->blocks = block;
    }
    return block;
}

void *cg_arena_array(struct cg_arena *arena, size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes) || bytes > SIZE_MAX / 2 || bytes > arena->left)
        return NULL;
    arena->left -= bytes;
    bytes = (bytes + alignof(max_align_t)) / alignof(max_align_t) * alignof(max_align_t);
    struct block *block = arena->blocks;
    if (!block || block->size - block->used < bytes)
        block = add_block(arena, bytes > BLOCK_BYTES ? bytes : BLOCK_BYTES);
    if (!block)
        return NULL;
    void *memory = block->bytes + block->used;
    block->used += bytes;
    return memset(memory, 0, bytes);
}

char *cg_arena_text(struct cg_arena *arena, const char *text, size_t length)
{
    char *copy = cg_arena_array(arena, length + 1, 1);
    if (copy && length)
        memcpy(copy, text, length);
    return copy;
}

const char *cg_arena_known(struct cg_arena *arena, const char *text)
{
    return text && text[0] ? cg_arena_text(arena, text, strlen(text)) : NULL;
}

const char *cg_arena_printable(struct cg_arena *arena, const char *text)
{
    const size_t size = text && text[0] ? 4 * strlen(text) + 1 : 0;
    char *copy = size ? cg_arena_array(arena, size, 1) : NULL;
    return copy ? cg_printable(text, copy, size) : NULL;
}
