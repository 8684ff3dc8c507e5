/* The table row of engine native's micro-kernels in plain C. */
#ifndef CONVGAUGE_KERNELS_NATIVE_SCALAR_TABLE_H
#define CONVGAUGE_KERNELS_NATIVE_SCALAR_TABLE_H

#include "kernels/native/microkernel.h"

extern const struct cg_native_kernels cg_native_scalar;

#endif
