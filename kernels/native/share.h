/* One operation shared out over threads. Its work is a grid of row units by parts (panels, runs, pieces). The
 * grid is cut in one order, row by row or part by part, at equal shares of the cost, so that a thread gets up
 * to three rectangles and shares differ by less than one cell: 49 pixels of a 7x7 map in tiles of 14 do not
 * become 28 and 21. By rows, what a thread reads next is what it wrote; by parts, threads share the weights
 * of layers that have more of them than pixels. */
#ifndef CONVGAUGE_KERNELS_NATIVE_SHARE_H
#define CONVGAUGE_KERNELS_NATIVE_SHARE_H

#include "kernels/native/plan.h"

/* Where work begins that is cut by parts: part `major`, row unit `minor` of it. */
struct nv_cell {
    int major, minor;
};

/* cells[t] for thread t of an operation that is cut by parts, and the end: [threads + 1]. *unit: a row unit
 * as a fraction of the rows. *pays: whether cutting it by rows costs more. */
enum cg_status nv_cut_parts(const struct nv_plan *plan, const struct nv_op *op, struct nv_cell *cells,
                            double *unit, bool *pays);

/* Appends the calls of each thread: tasks[threads]. Says in the output's buffer how it was cut. */
enum cg_status nv_share_op(struct nv_plan *plan, int op, struct nv_tasks *tasks);

#endif
