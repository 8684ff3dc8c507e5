/* What the plans of several engines are made of: a row of steps, an arena, threads that are bound to
 * processors, what a permutation of channels amounts to. */
#ifndef CONVGAUGE_KERNELS_PLAN_PARTS_H
#define CONVGAUGE_KERNELS_PLAN_PARTS_H

#include "bench/graph/memory_plan.h"
#include "kernels/engine.h"

#include <stdatomic.h>

/* ---- plans that run step by step ---- */

#define CG_STEP_NODES 4

struct cg_plan_step {
    int nodes[CG_STEP_NODES], n_nodes;
    enum cg_category category;
    int first, n; /* its calls, among the plan's */
    char implementation[96];
};

/* The head of such a plan: engines embed it as their first member. */
struct cg_stepped_plan {
    struct cg_plan base;
    struct cg_plan_step *steps;
    int n_steps, steps_capacity;
    int n_calls; /* that all steps make together */
    char *arena; /* of arena_bytes, or NULL */
    int64_t arena_bytes;
    /* Makes the calls [first, first + n). */
    enum cg_status (*run_calls)(struct cg_stepped_plan *plan, int first, int n, struct cg_error *err);
};

/* A plan of `size` bytes, zeroed, with a copy of the graph and the setting without their cpus, which are
 * borrowed. NULL with `err` set when there is no memory. */
void *cg_stepped_plan_create(size_t size, const struct cg_engine *engine, const struct cg_graph *graph,
                             const struct cg_setting *setting, struct cg_error *err);

/* The end of an engine's compile(): hands the plan over when it was prepared, else destroys it. Returns
 * `prepared`. */
enum cg_status cg_stepped_plan_finish(struct cg_stepped_plan *plan, enum cg_status prepared,
                                      struct cg_plan **result);

/* Frees the plan with its graph, steps and arena. */
void cg_stepped_plan_free(struct cg_stepped_plan *plan);

/* Opens a step behind the others, for `node` (-1: of none); NULL with `err` set when there is no memory. */
struct cg_plan_step *cg_step_open(struct cg_stepped_plan *plan, int node, enum cg_category category,
                                  struct cg_error *err);

/* Places the blocks in an arena, which it allocates, zeroed, with `more` bytes behind them. */
enum cg_status cg_stepped_plan_place(struct cg_stepped_plan *plan, struct cg_memory_block *blocks,
                                     int n_blocks, int64_t more, struct cg_error *err);

/* Bytes up to the next multiple of CG_MEMORY_ALIGNMENT. */
static inline int64_t cg_aligned_bytes(int64_t bytes)
{
    return (bytes + CG_MEMORY_ALIGNMENT - 1) / CG_MEMORY_ALIGNMENT * CG_MEMORY_ALIGNMENT;
}

/* Zeroed, CG_MEMORY_ALIGNMENT aligned, for free(); NULL when there is no memory. */
void *cg_aligned_zeros(int64_t bytes);

/* What the step with the most multiply-adds runs. */
const char *cg_stepped_plan_heaviest(const struct cg_stepped_plan *plan);

/* Functions of struct cg_engine for these plans. */
enum cg_status cg_stepped_plan_run(struct cg_plan *plan, struct cg_error *err);
enum cg_status cg_stepped_plan_run_timed(struct cg_plan *plan, int64_t *step_ns, struct cg_error *err);
int cg_stepped_plan_n_steps(const struct cg_plan *plan);
void cg_stepped_plan_step(const struct cg_plan *plan, int i, struct cg_step *out);

/* ---- threads, for engines whose thread runtime does not bind them ---- */

/* Binds the calling thread to one logical cpu (OS index). True when the thread then runs there: the system is
 * asked after the binding, not believed. */
bool cg_bind_thread(int cpu);

/* OS id of the calling thread (gettid). */
int cg_thread_id(void);

/* The OS ids of this process's threads, at most `max`; returns how many. */
#define CG_THREAD_LIST_MAX 4096
int cg_thread_list(int *tids, int max);

/* What every thread of a team is asked once, so that who runs where is known. */
struct cg_roll_call {
    const int *cpus; /* of `threads`, or NULL: they are not bound */
    int *tids;       /* of `threads`; the caller's is the first */
    int threads;
    atomic_int present, unbound;
};

/* Thread `i` says that it is there. */
void cg_roll_call_answer(struct cg_roll_call *call, int i);

/* CG_UNAVAILABLE, with the runtime's name, when a thread did not come to run where it should. */
enum cg_status cg_roll_call_result(const struct cg_roll_call *call, const char *runtime,
                                   struct cg_error *err);

#endif
