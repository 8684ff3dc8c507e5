#include "bench/graph/memory_plan.h"

#include <stdlib.h>

static int by_size_then_place(const void *a, const void *b)
{
    const struct cg_memory_block *x = *(struct cg_memory_block *const *)a;
    const struct cg_memory_block *y = *(struct cg_memory_block *const *)b;
    if (x->bytes != y->bytes)
        return x->bytes < y->bytes ? 1 : -1;
    return x < y ? -1 : x > y;
}

static int64_t rounded(int64_t bytes)
{
    return (bytes + CG_MEMORY_ALIGNMENT - 1) / CG_MEMORY_ALIGNMENT * CG_MEMORY_ALIGNMENT;
}

/* The start of the smallest gap that holds `block` between the placed blocks that live when it does; `placed`
 * is sorted by offset. */
static int64_t best_gap(const struct cg_memory_block *block, struct cg_memory_block *const *placed,
                        int n_placed)
{
    int64_t end_so_far = 0, best = -1, best_slack = INT64_MAX;
    for (int i = 0; i < n_placed; i++) {
        const struct cg_memory_block *p = placed[i];
        if (p->last < block->first || block->last < p->first)
            continue;
        const int64_t gap = p->offset - end_so_far;
        if (gap >= rounded(block->bytes) && gap < best_slack) {
            best = end_so_far;
            best_slack = gap;
        }
        if (p->offset + rounded(p->bytes) > end_so_far)
            end_so_far = p->offset + rounded(p->bytes);
    }
    return best >= 0 ? best : end_so_far;
}

int64_t cg_memory_plan(struct cg_memory_block *blocks, int n)
{
    if (n == 0)
        return 0;
    struct cg_memory_block **order = malloc(2 * (size_t)n * sizeof *order);
    if (!order)
        return -1;
    struct cg_memory_block **placed = order + n;
    for (int i = 0; i < n; i++)
        order[i] = &blocks[i];
    qsort(order, (size_t)n, sizeof *order, by_size_then_place);
    int64_t total = 0;
    for (int i = 0; i < n; i++) {
        order[i]->offset = best_gap(order[i], placed, i);
        int at = i;
        for (; at > 0 && placed[at - 1]->offset > order[i]->offset; at--)
            placed[at] = placed[at - 1];
        placed[at] = order[i];
        const int64_t end = order[i]->offset + rounded(order[i]->bytes);
        total = end > total ? end : total;
    }
    free(order);
    return total;
}
