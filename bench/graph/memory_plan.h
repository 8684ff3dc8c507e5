/* Static memory planning: buffers with known lifetimes placed in one arena. Shared by the prediction of peak
 * memory and by the engines that plan their own memory. */
#ifndef CONVGAUGE_BENCH_GRAPH_MEMORY_PLAN_H
#define CONVGAUGE_BENCH_GRAPH_MEMORY_PLAN_H

#include <stdint.h>

#define CG_MEMORY_ALIGNMENT 64

/* One buffer: alive from step `first` to step `last`, both included. `offset` is the answer, in bytes from
 * the start of the arena, a multiple of CG_MEMORY_ALIGNMENT. */
struct cg_memory_block {
    int64_t bytes;
    int first, last;
    int64_t offset;
};

/* Places all blocks so that blocks alive at the same step do not overlap: greedy by size, each at the lowest
 * offset where it fits best (Pisarchyk and Lee, arXiv 2001.03288, section 5.2). Returns the arena's size in
 * bytes, or -1 when there is no memory for the planning itself. */
int64_t cg_memory_plan(struct cg_memory_block *blocks, int n);

#endif
