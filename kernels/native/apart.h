/* Columns of threads kept apart. Where threads write columns of a map each and then read their own (a
 * convolution and the depthwise one behind it), no line is shared, and yet lines travel from core to core:
 * prefetchers run on over the end of a thread's columns into those of the next, and what they fetch is taken
 * from the core that writes it. So some lines are left free behind each thread's columns. */
#ifndef CONVGAUGE_KERNELS_NATIVE_APART_H
#define CONVGAUGE_KERNELS_NATIVE_APART_H

#include "kernels/native/plan.h"

/* Whether that pays for a map that threads write, and then read, by columns. */
bool nv_keeps_apart(const struct nv_plan *plan, struct cg_shape map);

/* Moves the panels of a gemm without residual, whose columns are dense, apart if cutting it by rows costs
 * more: columns[dense] is set. */
enum cg_status nv_keep_panels_apart(struct nv_plan *plan, struct nv_op *op, int *columns);

/* Gives a window's output the columns of its input, if those are all kept apart in one buffer:
 * columns[position] is set and each run's position becomes its column. Otherwise nothing is changed. */
enum cg_status nv_keep_runs_apart(struct nv_plan *plan, struct nv_op *op, int *columns);

#endif
