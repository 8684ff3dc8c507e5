/* The table row of engine native's micro-kernels in AArch64 Advanced SIMD. */
#ifndef CONVGAUGE_KERNELS_NATIVE_NEON_TABLE_H
#define CONVGAUGE_KERNELS_NATIVE_NEON_TABLE_H

#include "kernels/native/microkernel.h"

extern const struct cg_native_kernels cg_native_neon;

/* The rows of its gemm table as cores that issue in order want them: in_order.c. */
#define CG_NEON_GEMM_ROWS 4
extern const struct cg_gemm_kernel cg_neon_gemm_in_order[CG_NEON_GEMM_ROWS];
void cg_neon_depthwise_3x3s1_in_order(const struct cg_window_args *args);

#endif
