/* The shapes on which engines are held against the reference: every node kind by itself, at and around the
 * sizes where kernels have remainders, borders and special paths, and small graphs of the building blocks of
 * the networks, where a planner of memory can go wrong. */
#ifndef CONVGAUGE_BENCH_VERIFICATION_SWEEP_H
#define CONVGAUGE_BENCH_VERIFICATION_SWEEP_H

#include "bench/verification/sweep_families.h"

#include <stddef.h>

/* Family i, or NULL behind the last. */
const struct cg_sweep_family *cg_sweep_family(int i);

/* Case i of the family, the caller's; NULL with `err` set. */
struct cg_graph *cg_sweep_make(const struct cg_sweep_family *family, int i, struct cg_error *err);

/* What a graph is, for people: "conv 3x3 16 -> 24 on 7x7, stride 2, 2 groups" when it is a single node, else
 * its input, output and number of nodes. At most `size` bytes with the terminator. */
void cg_sweep_describe(const struct cg_graph *graph, char *text, size_t size);

#endif
