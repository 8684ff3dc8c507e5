/* Times of kernels: each at a few shapes, operands in the caches, beside the bound of this machine; and two
 * such outputs side by side. */
#ifndef CONVGAUGE_KERNELS_CHECK_BENCH_H
#define CONVGAUGE_KERNELS_CHECK_BENCH_H

#include "kernels/check/check.h"

#include <stdio.h>

struct ck_bench;

/* Measures the machine (or finds what an earlier run measured) and binds the caller to a core. `save` (may be
 * NULL) receives a CSV row for each time. CG_UNAVAILABLE under emulation. */
enum cg_status ck_bench_create(struct ck_bench **bench, FILE *save, struct cg_error *err);
void ck_bench_destroy(struct ck_bench **bench);

/* Times the kernel at its bench shapes and prints a line for each; each shape is checked first, and a wrong
 * one is CG_CHECK_FAILED. */
enum cg_status ck_kernel_bench(struct ck_bench *bench, const struct ck_kernel *kernel,
                               struct ck_memory *memory, struct cg_error *err);

/* Prints the ratios of two saved outputs, a line for each kernel and shape that both have, and their
 * geometric mean. CG_IO, CG_INVALID. */
enum cg_status ck_compare(const char *before, const char *after, struct cg_error *err);

#endif
