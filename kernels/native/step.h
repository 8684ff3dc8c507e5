/* Steps: what runs between two barriers, shared out over threads as lists of tasks. */
#ifndef CONVGAUGE_KERNELS_NATIVE_STEP_H
#define CONVGAUGE_KERNELS_NATIVE_STEP_H

#include "base/array.h"
#include "base/error.h"
#include "kernels/native/range.h"

/* Weights of later operations, which a task fetches meanwhile. */
struct nv_following {
    const char *at; /* or NULL */
    int64_t bytes;
    bool once; /* read once in a run: spare calls fetch a part each; otherwise the last panel does */
};

/* One operation over one range. */
struct nv_task {
    int op;
    struct nv_range range;
    struct nv_following following;
};

struct nv_tasks {
    struct nv_task *at;
    int n, room;
};

/* One operation, or a group that runs depth-first over bands of rows. */
struct nv_step {
    int first_op, n_ops;
    struct nv_tasks *tasks; /* [threads]: what each thread does, in order */
};

/* Nothing is added for an empty range. */
static inline enum cg_status nv_add_task(struct nv_tasks *tasks, int op, struct nv_range range)
{
    if (range.r0 >= range.r1 || range.p0 >= range.p1)
        return CG_OK;
    if (!cg_array_fit(tasks->at, tasks->room, tasks->n + 1))
        return CG_NO_MEMORY;
    tasks->at[tasks->n++] = (struct nv_task){.op = op, .range = range};
    return CG_OK;
}

#endif
