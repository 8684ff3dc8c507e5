#include "kernels/xnnpack/plan.h"

#include <stdlib.h>
#include <string.h>

static _Thread_local struct cg_xnn_memory *current;

/* The block's record stands right before the memory that XNNPACK gets. */
static void *allocate_aligned(void *context, size_t alignment, size_t size)
{
    if (alignment < sizeof(void *))
        alignment = sizeof(void *);
    const size_t head = (sizeof(struct cg_xnn_block) + alignment - 1) / alignment * alignment;
    void *start = NULL;
    if (posix_memalign(&start, alignment, head + size))
        return NULL;
    void *user = (char *)start + head;
    struct cg_xnn_block *block = (struct cg_xnn_block *)user - 1;
    *block = (struct cg_xnn_block){.owner = current, .start = start, .bytes = size};
    if (current) {
        block->next = current->first;
        if (block->next)
            block->next->previous = block;
        current->first = block;
        current->bytes += (int64_t)size;
    }
    return user;
}

static void release(void *context, void *user)
{
    if (!user)
        return;
    struct cg_xnn_block *block = (struct cg_xnn_block *)user - 1;
    if (block->owner) {
        block->owner->bytes -= (int64_t)block->bytes;
        if (block->previous)
            block->previous->next = block->next;
        else
            block->owner->first = block->next;
        if (block->next)
            block->next->previous = block->previous;
    }
    free(block->start);
}

static void *allocate(void *context, size_t size)
{
    return allocate_aligned(context, 2 * sizeof(void *), size);
}

static void *reallocate(void *context, void *user, size_t size)
{
    void *moved = allocate(context, size);
    if (moved && user) {
        const struct cg_xnn_block *block = (const struct cg_xnn_block *)user - 1;
        memcpy(moved, user, block->bytes < size ? block->bytes : size);
        release(context, user);
    }
    return moved;
}

enum cg_status cg_xnn_initialize(struct cg_error *err)
{
    static const struct xnn_allocator allocator = {
        .allocate = allocate,
        .reallocate = reallocate,
        .deallocate = release,
        .aligned_allocate = allocate_aligned,
        .aligned_deallocate = release,
    };
    switch (xnn_initialize(&allocator)) {
    case xnn_status_success:
        return CG_OK;
    case xnn_status_unsupported_hardware:
        return cg_fail(err, CG_UNAVAILABLE, "XNNPACK does not know this processor");
    default: /* this is what it says when cpuinfo cannot read the machine */
        return cg_fail(err, CG_UNAVAILABLE,
                       "XNNPACK could not start: the cpuinfo library cannot read this machine");
    }
}

void cg_xnn_memory_current(struct cg_xnn_memory *owner)
{
    current = owner;
}

void *cg_xnn_memory_take(size_t bytes, size_t alignment)
{
    return allocate_aligned(NULL, alignment, bytes);
}

void cg_xnn_memory_free(struct cg_xnn_memory *owner)
{
    while (owner->first)
        release(NULL, owner->first + 1);
}

void cg_xnn_memory_visit(const struct cg_xnn_memory *memory, void (*visit)(void *, size_t, void *),
                         void *context)
{
    for (struct cg_xnn_block *block = memory->first; block; block = block->next)
        visit(block + 1, block->bytes, context);
}
