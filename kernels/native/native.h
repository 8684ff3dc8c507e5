/* Engine native beside its row in the table of engines. */
#ifndef CONVGAUGE_KERNELS_NATIVE_NATIVE_H
#define CONVGAUGE_KERNELS_NATIVE_NATIVE_H

#include "kernels/engine.h"
#include "kernels/native/plan.h"

/* The engine's compile for a core like this, whatever the one here is. Nothing of the instruction set is
 * run, so that plans for others than this processor's can be looked at. */
enum cg_status nv_compile(const struct cg_graph *graph, const struct cg_weights *weights,
                          const struct cg_setting *setting, const struct nv_core *core, struct cg_plan **out,
                          struct cg_error *err);

#endif
