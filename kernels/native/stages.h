/* The stages in which a plan is made: nodes become operations, operations steps, buffers get their memory. */
#ifndef CONVGAUGE_KERNELS_NATIVE_STAGES_H
#define CONVGAUGE_KERNELS_NATIVE_STAGES_H

#include "kernels/native/plan.h"

/* The engine's compile for a core like this, whatever the one here is. Nothing of the instruction set is
 * run, so that plans for others than this processor's can be looked at. */
enum cg_status nv_compile(const struct cg_graph *graph, const struct cg_weights *weights,
                          const struct cg_setting *setting, const struct nv_core *core, struct cg_plan **out,
                          struct cg_error *err);

/* ---- memory.c ---- */

/* Reserves address space (not memory) for more than the packed weights can need; gives back what was not
 * used. */
enum cg_status nv_reserve_weights(struct nv_plan *plan, struct cg_error *err);
void nv_trim_weights(struct nv_plan *plan);

/* Places all buffers and allocates what a run needs. */
enum cg_status nv_allocate(struct nv_plan *plan, struct cg_error *err);

void nv_free_memory(struct nv_plan *plan);

/* ---- lower.c ---- */

/* Makes the buffers and operations of plan->graph, whose nodes, in order, become operations over views, and
 * packs their weights. With fusion full, splits, concats and shuffles only make views, additions and
 * activations move into the operation that produces their input; with fusion none every node is an operation
 * of its own over dense tensors. */
enum cg_status nv_lower(struct nv_plan *plan, const struct cg_weights *weights, struct cg_error *err);

/* ---- schedule.c ---- */

/* Makes the steps of a plan whose operations stand, one by one, or in groups that run depth-first where that
 * saves more time in the memory system than it costs in halo rows and calls; and what depends on them:
 * lifetimes of buffers, outputs in place, what tasks fetch for later ones. */
enum cg_status nv_schedule(struct nv_plan *plan, struct cg_error *err);

/* ---- in_place.c, after the steps and lifetimes are known ---- */

/* Lets outputs take over the memory of operands that nobody reads later (in_place_of), and extends the
 * owner's lifetime by theirs: of an addition (fused into a convolution or not), an activation, a
 * multiplication. Each element is read before it is written and by the same thread, so the map goes through
 * the caches once instead of twice. */
void nv_take_places(struct nv_plan *plan);

/* ---- following.c, after the steps ---- */

/* Shares out over each thread's tasks what they fetch for later ones. A gemm has room to fetch a cache line a
 * step of k, and needs only a part of that for its own next panel. Two kinds of weights are worth the rest:
 * those of a depthwise layer, which are read faster than they come from afar, and those of a layer of few
 * pixels (fully connected), which are read once in a run, so that memory is the limit. Other gemms were
 * measured to gain nothing: their panels are used long enough to fetch the next. */
void nv_find_following(struct nv_plan *plan);

#endif
