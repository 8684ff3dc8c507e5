/* A plan's memory: address space for packed weights, the arena of intermediate tensors, the threads' own. */
#ifndef CONVGAUGE_KERNELS_NATIVE_MEMORY_H
#define CONVGAUGE_KERNELS_NATIVE_MEMORY_H

#include "kernels/native/plan.h"

/* Reserves address space (not memory) for more than the packed weights can need; gives back what was not
 * used. */
enum cg_status nv_reserve_weights(struct nv_plan *plan, struct cg_error *err);
void nv_trim_weights(struct nv_plan *plan);

/* Places all buffers and allocates what a run needs. */
enum cg_status nv_allocate(struct nv_plan *plan, struct cg_error *err);

void nv_free_memory(struct nv_plan *plan);

#endif
