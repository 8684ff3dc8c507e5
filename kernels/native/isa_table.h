/* The instruction sets that engine native has micro-kernels for: one row each. */
#ifndef CONVGAUGE_KERNELS_NATIVE_ISA_TABLE_H
#define CONVGAUGE_KERNELS_NATIVE_ISA_TABLE_H

#include "kernels/native/microkernel.h"

/* Those that were built for this architecture, the lowest first, NULL-terminated. */
extern const struct cg_native_kernels *const cg_native_isas[];

/* The kernels of `isa`, or those of the highest row below it; never NULL (scalar is always there). Whether
 * the processor can run them is cg_isa_available()'s answer, to be asked first. */
const struct cg_native_kernels *cg_native_kernels_for(enum cg_isa isa);

/* Each in its folder's kernels.c. */
extern const struct cg_native_kernels cg_native_scalar, cg_native_avx2, cg_native_avx512, cg_native_neon;

#endif
