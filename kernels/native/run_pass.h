/* Runs passes: piece by piece over pixels that lie together. */
#ifndef CONVGAUGE_KERNELS_NATIVE_RUN_PASS_H
#define CONVGAUGE_KERNELS_NATIVE_RUN_PASS_H

#include "kernels/native/running.h"

void nv_run_pass(const struct nv_call *call, struct nv_range range);

#endif
