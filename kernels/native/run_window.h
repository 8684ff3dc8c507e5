/* Runs depthwise convolutions, pools and paddings: the row pointers of the micro-kernels, with NULL for
 * padding. */
#ifndef CONVGAUGE_KERNELS_NATIVE_RUN_WINDOW_H
#define CONVGAUGE_KERNELS_NATIVE_RUN_WINDOW_H

#include "kernels/native/running.h"

void nv_run_window(const struct nv_call *call, struct nv_range range);

#endif
