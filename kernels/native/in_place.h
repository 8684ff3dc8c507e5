/* Outputs that take the place of an operand: of an addition (fused into a convolution or not), an activation,
 * a multiplication, whose operand nobody reads later. Each element is read before it is written and by the
 * same thread, so the map goes through the caches once instead of twice. */
#ifndef CONVGAUGE_KERNELS_NATIVE_IN_PLACE_H
#define CONVGAUGE_KERNELS_NATIVE_IN_PLACE_H

#include "kernels/native/plan.h"

/* Lets outputs take over the memory of operands that nobody reads later (in_place_of), and extends the
 * owner's lifetime by theirs. After the steps and lifetimes are known. */
void nv_take_places(struct nv_plan *plan);

#endif
