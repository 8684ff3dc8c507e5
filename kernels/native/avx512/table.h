/* The table row of engine native's micro-kernels in AVX-512. */
#ifndef CONVGAUGE_KERNELS_NATIVE_AVX512_TABLE_H
#define CONVGAUGE_KERNELS_NATIVE_AVX512_TABLE_H

#include "kernels/native/microkernel.h"

extern const struct cg_native_kernels cg_native_avx512;

#endif
