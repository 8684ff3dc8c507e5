/* Whether this core's multiply-add pipes are as wide as a vector of AVX-512, or half as wide. */
#ifndef CONVGAUGE_KERNELS_NATIVE_AVX512_PIPES_H
#define CONVGAUGE_KERNELS_NATIVE_AVX512_PIPES_H

#include "kernels/native/microkernel.h"

/* Measured once in a process, in a tenth of a millisecond: processor names tell little (Zen 4, client parts
 * and some servers have half pipes, Zen 5 and most servers whole ones). Needs AVX-512; thread-safe. */
enum cg_pipes cg_avx512_pipes(void);

#endif
