/* The table row of engine native's micro-kernels in AArch64 Advanced SIMD. */
#ifndef CONVGAUGE_KERNELS_NATIVE_NEON_TABLE_H
#define CONVGAUGE_KERNELS_NATIVE_NEON_TABLE_H

#include "kernels/native/microkernel.h"

extern const struct cg_native_kernels cg_native_neon;

#endif
