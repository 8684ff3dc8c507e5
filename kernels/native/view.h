/* Channel maps: how splits, concats and shuffles become nothing. */
#ifndef CONVGAUGE_KERNELS_NATIVE_VIEW_H
#define CONVGAUGE_KERNELS_NATIVE_VIEW_H

#include "kernels/native/plan.h"

/* All functions that return a view allocate at[] (NULL when there is no memory; c >= 1). */

/* Channels 0 ... c - 1 in columns 0 ... c - 1 of a buffer; with `order`, channel order[i] in column i. */
struct nv_view nv_view_of_buffer(int buffer, int c, const int *order);

/* Channels index[0], index[1], ... of `view`; with index NULL, `c` channels from `offset` on. */
struct nv_view nv_view_select(const struct nv_view *view, const int *index, int offset, int c);

/* What lies in column i now lies in column columns[i]. */
void nv_view_move(struct nv_view *view, const int *columns);

void nv_view_append(struct nv_view *to, int at, const struct nv_view *from);

/* The channels offset ... offset + c - 1 of `view` by rising (buffer, column): order[i] receives the channel
 * (from `offset` counted) that comes i-th, runs[] the maximal runs of neighbouring columns (at most c), with
 * position counted from 0. Returns the number of runs, or -1 when there is no memory. */
int nv_view_runs(const struct nv_view *view, int offset, int c, int *order, struct nv_run *runs);

/* Whether the channels lie in rising columns of one buffer, all of them neighbours. */
bool nv_view_is_plain(const struct nv_view *view);

#endif
