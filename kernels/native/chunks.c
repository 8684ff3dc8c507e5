#include "kernels/native/chunks.h"

/* Inputs and outputs of a chunk. */
#define CHUNK_BYTES (192 * 1024)
#define CHUNK_ROWS  84 /* a multiple of every register tile's rows */

static bool any_ring(const struct nv_plan *plan, const struct nv_op *op)
{
    bool ring = plan->buffers[op->out].ring != 0;
    for (int i = 0; i < nv_n_operands(op); i++)
        ring |= nv_operand(op, i) >= 0 && plan->buffers[nv_operand(op, i)].ring != 0;
    return ring;
}

bool nv_shared(const struct nv_plan *plan, const struct nv_op *op)
{
    return plan->base.setting.threads > 1 && !any_ring(plan, op);
}

/* How many of a task's pixels are walked forwards: about half, in whole chunks or, where there are two, in
 * whole tiles. With one chunk all or none: the first thread's end lies before its start. */
static int64_t forward_pixels(const struct nv_op *op, struct nv_range range, int64_t size)
{
    const struct nv_panel *panels = op->gemm.panels;
    const int64_t n = range.r1 - range.r0, chunks = (n + size - 1) / size;
    if (chunks == 1)
        return range.r0 == 0 && range.r1 < op->rows ? 0 : n;
    if (chunks > 2)
        return chunks / 2 * size;
    const int64_t tile = panels[range.p0].kernel->tile_m, half = (n / 2 + tile / 2) / tile * tile;
    for (int p = range.p0; p < range.p1; p++)
        if (panels[p].kernel->tile_n > 1 && half % panels[p].kernel->tile_m)
            return size;
    return half;
}

struct nv_walk nv_walk_of(const struct nv_plan *plan, const struct nv_op *op, struct nv_range range)
{
    const int64_t channels = (int64_t)op->gemm.groups * op->gemm.group_k + op->out_c,
                  rows = CHUNK_BYTES / (channels * (int64_t)sizeof(float)) / CHUNK_ROWS * CHUNK_ROWS,
                  size = nv_larger(rows, CHUNK_ROWS);
    const int64_t turn = nv_shared(plan, op) ? range.r0 + forward_pixels(op, range, size) : range.r1;
    return (struct nv_walk){plan, op, range, range.r0, turn, range.r1, size};
}

/* Pixels that lie one after the other from where the walk is on, in every buffer of the operation. */
static int64_t contiguous(const struct nv_walk *walk)
{
    const struct nv_plan *plan = walk->plan;
    const struct nv_op *op = walk->op;
    int64_t n = nv_contiguous(plan, op->out, walk->from);
    for (int r = 0; r < op->n_runs; r++)
        n = nv_smaller(n, nv_contiguous(plan, op->runs[r].buffer, walk->from));
    for (int p = walk->range.p0; p < walk->range.p1; p++)
        if (op->gemm.panels[p].residual >= 0)
            n = nv_smaller(n, nv_contiguous(plan, op->gemm.panels[p].residual, walk->from));
    return n;
}

/* Of `left` pixels. A short rest goes with the chunk before: its calls would cost as much as those of whole
 * ones. */
static int64_t chunk_pixels(int64_t left, int64_t size)
{
    return left <= size + size / 2 ? left : size;
}

struct nv_chunk nv_next_chunk(struct nv_walk *walk)
{
    struct nv_chunk chunk = {.m = walk->from, .backwards = walk->from >= walk->turn};
    if (chunk.backwards) {
        chunk.n = chunk_pixels(walk->end - walk->turn, walk->size);
        walk->end -= chunk.n;
        chunk.m = walk->end;
    } else {
        chunk.n = nv_smaller(chunk_pixels(walk->turn - walk->from, walk->size), contiguous(walk));
        walk->from += chunk.n;
    }
    return chunk;
}
