#include "kernels/check/operands.h"

#include "base/random.h"
#include "kernels/native/microkernel.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* Address space is reserved once; only the pages that are used cost memory. */
#define SLOTS      20
#define SLOT_BYTES ((size_t)8 << 20)
#define FENCE      ((size_t)64 << 10) /* a multiple of every page size */

struct slot {
    char *start; /* SLOT_BYTES of it, a fence on both sides */
    size_t first, end;
    bool input;
};

struct ck_memory {
    char *region;
    struct slot slots[SLOTS];
    int used;
    uint64_t state;
    bool at_end;
};

static const size_t region_bytes = SLOTS * (SLOT_BYTES + FENCE) + FENCE;

struct ck_memory *ck_memory_create(struct cg_error *err)
{
    struct ck_memory *memory = calloc(1, sizeof *memory);
    if (memory)
        memory->region =
            mmap(NULL, region_bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (!memory || memory->region == MAP_FAILED) {
        free(memory);
        cg_fail(err, CG_NO_MEMORY, "no memory for the operands of micro-kernels");
        return NULL;
    }
    for (int i = 0; i < SLOTS; i++) {
        struct slot *slot = &memory->slots[i];
        slot->start = memory->region + FENCE + (size_t)i * (SLOT_BYTES + FENCE);
        if (mprotect(slot->start, SLOT_BYTES, PROT_READ | PROT_WRITE) != 0) {
            cg_fail(err, CG_NO_MEMORY, "no memory for the operands of micro-kernels");
            ck_memory_destroy(&memory);
            return NULL;
        }
    }
    return memory;
}

void ck_memory_destroy(struct ck_memory **memory)
{
    if (*memory)
        munmap((*memory)->region, region_bytes);
    free(*memory);
    *memory = NULL;
}

void ck_memory_begin(struct ck_memory *memory, uint64_t seed, bool at_end)
{
    ck_memory_protect(memory, false);
    memory->used = 0;
    memory->state = seed;
    memory->at_end = at_end;
}

/* A block at an edge of the next slot. */
static void *take(struct ck_memory *memory, size_t bytes, bool input)
{
    if (memory->used == SLOTS || bytes > SLOT_BYTES)
        abort(); /* a shape beyond what any kernel is checked at */
    struct slot *slot = &memory->slots[memory->used++];
    slot->input = input;
    slot->first = memory->at_end ? SLOT_BYTES - bytes : 0;
    slot->end = slot->first + bytes;
    return slot->start + slot->first;
}

static float *fill(struct ck_memory *memory, float *values, size_t n)
{
    for (size_t i = 0; i < n; i++)
        values[i] = (float)(2 * cg_random_uniform(&memory->state) - 1);
    return values;
}

float *ck_input(struct ck_memory *memory, size_t n)
{
    return fill(memory, take(memory, n * sizeof(float), true), n);
}

float *ck_packed(struct ck_memory *memory, size_t n)
{
    const size_t floats = CG_NATIVE_ALIGN / sizeof(float), whole = (n + floats - 1) / floats * floats;
    return fill(memory, take(memory, whole * sizeof(float), true), whole);
}

void *ck_list(struct ck_memory *memory, size_t bytes)
{
    const size_t aligned = (bytes + 15) / 16 * 16;
    return memset(take(memory, aligned, true), 0, aligned);
}

float *ck_output(struct ck_memory *memory, size_t n)
{
    const size_t all = n + 2 * CK_GUARDS;
    float *block = take(memory, all * sizeof(float), false);
    for (size_t i = 0; i < all; i++)
        block[i] = CK_GUARD;
    return block + CK_GUARDS;
}

void ck_memory_protect(struct ck_memory *memory, bool read_only)
{
    for (int i = 0; i < memory->used; i++) {
        const struct slot *slot = &memory->slots[i];
        const size_t first = slot->first / FENCE * FENCE, end = (slot->end + FENCE - 1) / FENCE * FENCE;
        if (slot->input && end > first)
            mprotect(slot->start + first, end - first, read_only ? PROT_READ : PROT_READ | PROT_WRITE);
    }
}
