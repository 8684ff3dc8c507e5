/* Operations seen as readers of maps: which rows they read for given rows of their output. */
#ifndef CONVGAUGE_KERNELS_NATIVE_REACH_H
#define CONVGAUGE_KERNELS_NATIVE_REACH_H

#include "kernels/native/plan.h"

/* Rows of `buffer` that `op` reads to write `rows` of its output; empty (first >= end) if none. */
struct nv_rows nv_reach(const struct nv_op *op, int buffer, struct nv_rows rows);

/* The one buffer with columns kept apart that a window reads, or -1. */
int nv_cut_input(const struct nv_plan *plan, const struct nv_op *op);

#endif
