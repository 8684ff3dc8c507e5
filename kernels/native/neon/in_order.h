/* The kernels of kernels.c as AArch64 cores that issue in order want them. Gemm tiles: as many columns, so
 * the same packed weights; fewer rows, since registers hold four steps of each so that loads can run ahead.
 */
#ifndef CONVGAUGE_KERNELS_NATIVE_NEON_IN_ORDER_H
#define CONVGAUGE_KERNELS_NATIVE_NEON_IN_ORDER_H

#include "kernels/native/microkernel.h"

/* A row for each of kernels.c's. */
#define CG_NEON_GEMM_ROWS 4
extern const struct cg_gemm_kernel cg_neon_gemm_in_order[CG_NEON_GEMM_ROWS];
void cg_neon_depthwise_3x3s1_in_order(const struct cg_window_args *args);

#endif
