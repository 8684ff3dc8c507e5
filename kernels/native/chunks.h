/* The pixels of a task of a 1x1 convolution in chunks, whose inputs and outputs stay in the second-level
 * cache while all panels pass over them. */
#ifndef CONVGAUGE_KERNELS_NATIVE_CHUNKS_H
#define CONVGAUGE_KERNELS_NATIVE_CHUNKS_H

#include "kernels/native/running.h"

/* Pixels m ... m + n - 1, which run in one call for each panel, from the first to the last or from the last
 * to the first. */
struct nv_chunk {
    int64_t m, n;
    bool backwards;
};

/* What is left of a task's pixels: first forwards until `turn`, then backwards from the end. A prefetcher
 * that follows the rows of tiles runs on beyond the last one, and on two cores that would be where another
 * thread writes: so walks end in the middle of a thread's pixels. */
struct nv_walk {
    const struct nv_plan *plan;
    const struct nv_op *op;
    struct nv_range range;
    int64_t from, turn, end, size; /* size: pixels in a chunk; the last one has up to half more */
};

struct nv_walk nv_walk_of(const struct nv_plan *plan, const struct nv_op *op, struct nv_range range);

/* The next chunk of the walk; n is 0 behind the last. */
struct nv_chunk nv_next_chunk(struct nv_walk *walk);

/* Whether other threads work on the same maps. */
bool nv_shared(const struct nv_plan *plan, const struct nv_op *op);

static inline int64_t nv_first_pixel(const struct nv_chunk *chunk)
{
    return chunk->backwards ? chunk->m + chunk->n - 1 : chunk->m;
}

#endif
