/* Runs convolutions and fully connected layers: 1x1 over chunks of pixels, windows over rows cut into the
 * interior and the columns where the window hangs over an edge (there the segments are shorter: padding costs
 * nothing). */
#ifndef CONVGAUGE_KERNELS_NATIVE_RUN_GEMM_H
#define CONVGAUGE_KERNELS_NATIVE_RUN_GEMM_H

#include "kernels/native/running.h"

void nv_run_gemm(const struct nv_call *call, const struct nv_task *task);

#endif
