/* How fragmented a block is. */
#ifndef CONVGAUGE_BENCH_AUDIT_BRANCHES_H
#define CONVGAUGE_BENCH_AUDIT_BRANCHES_H

#include "bench/audit/cut.h"

/* The largest number of the block's convolutions of which none needs another's result: they stand side by
 * side. 1 for a chain, 0 without convolutions, -1 when there is no memory. */
int cg_block_branches(const struct cg_graph *graph, const struct cg_block_view *view);

#endif
