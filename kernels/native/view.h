/* Channel maps: how splits, concats and shuffles become nothing. A view never changes once it is made; its
 * memory is the arena's. */
#ifndef CONVGAUGE_KERNELS_NATIVE_VIEW_H
#define CONVGAUGE_KERNELS_NATIVE_VIEW_H

#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>

/* Where a channel lies: column `column` of each pixel of a buffer. */
struct nv_place {
    int buffer, column;
};

/* A tensor as the graph sees it: channel i is at at[i]. Splits, concats and shuffles only make views. */
struct nv_view {
    int c;
    struct nv_place *at;
};

/* Neighbouring columns of one buffer that an operation takes together. */
struct nv_run {
    int buffer, column, len;
    int position;   /* of its first channel: row of packed weights (gemm), column of the output (window) */
    int64_t params; /* window: where its blocks start, in channels */
};

/* Functions that return a view leave at[] NULL when there is no memory; c >= 1. */

/* Channels 0 ... c - 1 in columns 0 ... c - 1 of a buffer; with `order`, channel order[i] in column i. */
struct nv_view nv_view_of_buffer(struct cg_arena *memory, int buffer, int c, const int *order);

/* Channels index[0], index[1], ... of `view`; with index NULL, `c` channels from `offset` on. */
struct nv_view nv_view_select(struct cg_arena *memory, const struct nv_view *view, const int *index,
                              int offset, int c);

/* Where what lies in column i of `view` now lies in column columns[i]. */
struct nv_view nv_view_moved(struct cg_arena *memory, const struct nv_view *view, const int *columns);

/* The same places of another buffer, `column` columns on. */
struct nv_view nv_view_within(struct cg_arena *memory, const struct nv_view *view, int buffer, int column);

/* The channels offset ... offset + c - 1 of `view` by rising (buffer, column): order[i] receives the channel
 * (from `offset` counted) that comes i-th, runs[] the maximal runs of neighbouring columns (at most c), with
 * position counted from 0. Returns the number of runs, or -1 when there is no memory. */
int nv_view_runs(const struct nv_view *view, int offset, int c, int *order, struct nv_run *runs);

/* Into how many pieces one view, or two of as many channels (b may be NULL), fall where neighbouring channels
 * do not lie in neighbouring columns of one buffer. */
int nv_view_breaks(const struct nv_view *a, const struct nv_view *b);

static inline bool nv_next_to(struct nv_place a, struct nv_place b)
{
    return a.buffer == b.buffer && a.column + 1 == b.column;
}

#endif
