/* What a gemm fetches for what comes next: its calls have room for a cache line a step of k. */
#ifndef CONVGAUGE_KERNELS_NATIVE_LOOK_AHEAD_H
#define CONVGAUGE_KERNELS_NATIVE_LOOK_AHEAD_H

#include "kernels/native/chunks.h"

/* What lies ahead of a chunk of pixels. */
struct nv_ahead {
    const char *input; /* of the next chunk, where that lies in one buffer */
    int64_t bytes;     /* 0: it does not, or there is no next one: */
    bool last;
    bool weights_kept; /* the weights are in the second-level cache by now */
};

/* Whether the panels of a task stay in the second-level cache from chunk to chunk. */
bool nv_keeps_weights(const struct nv_op *op, struct nv_range range);

/* Ahead of a chunk, the `first` of a task or not, with `next` behind it. */
struct nv_ahead nv_ahead_of(const struct nv_call *call, struct nv_range range, const struct nv_chunk *next,
                            bool first);

/* Sets which panels of the task run in one call with panel `p`, for g->m pixels, and what is fetched
 * meanwhile: `g` and, where maps are shared, `shared`. */
void nv_look_ahead(const struct nv_plan *plan, const struct nv_task *task, int p, const struct nv_ahead *next,
                   struct cg_gemm_args *g, struct cg_gemm_shared *shared);

/* Bytes that a gemm tile, and a call of `rows` rows, can fetch. */
static inline int64_t nv_tile_fetches(const struct nv_plan *plan, const struct nv_op *op)
{
    return (int64_t)op->gemm.group_k / plan->kernels->steps_a_line * CG_NATIVE_ALIGN;
}

static inline int64_t nv_fetch_room(const struct nv_plan *plan, const struct nv_op *op,
                                    const struct nv_panel *panel, int64_t rows)
{
    return nv_tile_fetches(plan, op) * rows / panel->kernel->tile_m;
}

/* Of a task's last calls, each with room to fetch `room` bytes, which can fetch for later tasks: every one
 * where the panels are in the cache (`kept`), every second or third while the others fetch the panels of all,
 * `own` bytes each: 1, 2, 3, or 0 if none can. */
static inline int nv_spare_call(bool kept, int64_t room, int64_t own)
{
    return kept ? 1 : room >= 2 * own ? 2 : 2 * room >= 3 * own ? 3 : 0;
}

#endif
