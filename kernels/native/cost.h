/* What work costs, in cycles, and what caches hold: figures by which a plan is made. */
#ifndef CONVGAUGE_KERNELS_NATIVE_COST_H
#define CONVGAUGE_KERNELS_NATIVE_COST_H

#include "kernels/native/plan.h"

/* Relative cycles of `m` rows by `k` steps in the kernel's tiles; in a panel of a gemm kernel. */
float nv_tiles_cost(const struct nv_plan *plan, const struct cg_gemm_kernel *kernel, int m, int k);
float nv_panel_cost(const struct nv_plan *plan, const struct cg_gemm_kernel *kernel, int m, int k);

/* About the cycles that `n` output rows take in one call, data in the second-level cache. */
double nv_rows_cost(const struct nv_plan *plan, const struct nv_op *op, int n);

/* What they take at least, cut into whatever calls. */
double nv_rows_cost_least(const struct nv_plan *plan, const struct nv_op *op, int n);

/* Bytes of maps that the whole operation reads, sums of a gemm not counted. */
int64_t nv_input_bytes(const struct nv_plan *plan, const struct nv_op *op);

/* The core that this runs on. */
struct nv_core nv_this_core(const struct cg_native_kernels *kernels);

#endif
