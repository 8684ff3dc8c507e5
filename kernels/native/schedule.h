/* Operations become steps: one by one, or in groups that run depth-first where that saves more time in the
 * memory system than it costs in halo rows and calls; then how long buffers live. */
#ifndef CONVGAUGE_KERNELS_NATIVE_SCHEDULE_H
#define CONVGAUGE_KERNELS_NATIVE_SCHEDULE_H

#include "kernels/native/plan.h"

/* Makes the steps of a plan whose operations stand, and what depends on them: lifetimes of buffers, outputs
 * in place, what tasks fetch for later ones. */
enum cg_status nv_schedule(struct nv_plan *plan, struct cg_error *err);

#endif
