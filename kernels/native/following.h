/* What a task fetches for the operations after it. A gemm has room to fetch a cache line a step of k, and
 * needs only a part of that for its own next panel. Two kinds of weights are worth the rest: those of a
 * depthwise layer, which are read faster than they come from afar, and those of a layer of few pixels (fully
 * connected), which are read once in a run, so that memory is the limit. Other gemms were measured to gain
 * nothing: their panels are used long enough to fetch the next. */
#ifndef CONVGAUGE_KERNELS_NATIVE_FOLLOWING_H
#define CONVGAUGE_KERNELS_NATIVE_FOLLOWING_H

#include "kernels/native/plan.h"

/* Shares out over each thread's tasks what they fetch for later ones. After the steps. */
void nv_find_following(struct nv_plan *plan);

#endif
