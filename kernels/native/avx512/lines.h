/* Gemms by weights in lines (microkernel.h) in AVX-512, a tile of 16x16. On half pipes the additions cost
 * nothing: they have pipes of their own. */
#ifndef CONVGAUGE_KERNELS_NATIVE_AVX512_LINES_H
#define CONVGAUGE_KERNELS_NATIVE_AVX512_LINES_H

#include "kernels/native/microkernel.h"

extern const struct cg_line_kernel cg_avx512_lines;

#endif
