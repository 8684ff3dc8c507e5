/* A tile of 16x16 in AVX-512: 16 rows, as many tiles of 4x4 as a map of 14x14 has, read their weights once.
 * By itself, since its shorter tiles have the names of 14x16's, and those are made for other loops. */
#ifndef CONVGAUGE_KERNELS_NATIVE_AVX512_TALL_H
#define CONVGAUGE_KERNELS_NATIVE_AVX512_TALL_H

#include "kernels/native/microkernel.h"

void cg_avx512_gemm_16x16(const struct cg_gemm_args *args);

#endif
