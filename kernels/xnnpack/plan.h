/* The engine xnnpack, inside: XNNPACK's operators in a row over one arena of NHWC tensors. */
#ifndef CONVGAUGE_KERNELS_XNNPACK_PLAN_H
#define CONVGAUGE_KERNELS_XNNPACK_PLAN_H

#include "kernels/plan_parts.h"

#include <pthreadpool.h>
#include <xnnpack.h>

/* Where a node's output stands: channels [offset, offset + c) of a buffer whose pixels are `stride` floats
 * apart. A zero-copy concat gives its inputs a place in its own buffer; a zero-copy split is a view of its
 * input. */
struct cg_xnn_slot {
    int buffer;
    int64_t offset, stride; /* floats */
    bool in_place; /* its data are where they belong without a copy (placed in a concat, view of a split) */
};

struct cg_xnn_layout {
    struct cg_xnn_slot *slots;       /* by node */
    struct cg_xnn_slot *scratch;     /* by node: a temporary of the node, buffer -1 if it needs none */
    struct cg_memory_block *buffers; /* n_buffers; offsets set when they are placed */
    int n_buffers;
};

/* Decides the slots, and how long each buffer is needed. */
enum cg_status cg_xnn_layout_plan(struct cg_xnn_layout *layout, const struct cg_graph *graph,
                                  enum cg_fusion fusion, struct cg_error *err);
void cg_xnn_layout_free(struct cg_xnn_layout *layout);

/* How a node is expressed where XNNPACK has no operator of its own for it. */
enum cg_xnn_recipe {
    CG_XNN_DIRECT,       /* the operator of that name */
    CG_XNN_COPY,         /* copies of pixels: 1x1 pooling */
    CG_XNN_MEAN_CONV,    /* average as depthwise convolution by 1 / window */
    CG_XNN_SUM_SCALE,    /* average as depthwise convolution by 1, then by 1 / count at each pixel */
    CG_XNN_PAD_POOL,     /* pad into a temporary, then pool */
    CG_XNN_CROP_PAD,     /* crop into a temporary, then pad */
    CG_XNN_CROP,         /* copies of rows */
    CG_XNN_SHUFFLE,      /* a permutation that is a channel shuffle */
    CG_XNN_COPY_RUNS,    /* a permutation as copies of runs of channels */
    CG_XNN_PERMUTE_CONV, /* a permutation as 1x1 convolution by a 0/1 matrix */
};

enum cg_xnn_recipe cg_xnn_recipe(const struct cg_graph *graph, int id);

/* The shape of the node's temporary; 0 channels: it needs none. */
struct cg_shape cg_xnn_scratch_shape(const struct cg_graph *graph, int id);

/* Whether XNNPACK's depthwise convolution has a kernel for the window. */
bool cg_xnn_has_depthwise_kernel(const struct cg_window *w);

/* Whether its operator knows dense tensors only (binary ones and padding); all others take a stride between
 * pixels. */
bool cg_xnn_wants_dense(enum cg_op op);

bool cg_xnn_supports(const struct cg_graph *graph, int id, char *why, size_t why_size);

/* Memory that XNNPACK asks for (packed weights, indirection tables) or its operators use while they run, kept
 * by owner so that it can be counted and listed. What a thread allocates while `owner` is its current one is
 * booked there, and must be freed before it. */
struct cg_xnn_memory {
    struct cg_xnn_block *first;
    int64_t bytes;
};

struct cg_xnn_block {
    struct cg_xnn_block *previous, *next;
    struct cg_xnn_memory *owner;
    void *start; /* of the underlying allocation */
    size_t bytes;
};

enum cg_status cg_xnn_initialize(struct cg_error *err);  /* xnn_initialize with the counting allocator */
void cg_xnn_memory_current(struct cg_xnn_memory *owner); /* of this thread; NULL: booked nowhere */
/* A block like those; NULL without memory. It is freed with all that is left of its owner's, after the
 * operators. */
void *cg_xnn_memory_take(size_t bytes, size_t alignment);
void cg_xnn_memory_free(struct cg_xnn_memory *owner);
void cg_xnn_memory_visit(const struct cg_xnn_memory *memory, void (*visit)(void *, size_t, void *),
                         void *context);

/* A pthreadpool shared by the plans of a process that ask for the same threads on the same cpus; it outlives
 * them, asleep. */
struct cg_xnn_pool;
enum cg_status cg_xnn_pool_get(int threads, const int *cpus, struct cg_xnn_pool **pool, struct cg_error *err);
pthreadpool_t cg_xnn_pool_handle(const struct cg_xnn_pool *pool); /* NULL for one thread */
int cg_xnn_pool_tids(const struct cg_xnn_pool *pool, int *tids, int max);
void cg_xnn_pool_settle(const struct cg_xnn_pool *pool); /* workers go to sleep now */

struct cg_xnn_plan {
    struct cg_stepped_plan head; /* a call is an operator */
    struct cg_xnn_pool *pool;
    struct cg_xnn_layout layout;
    struct cg_xnn_memory memory;
    xnn_operator_t *operators; /* head.n_calls */
    int room_operators;
};

/* Creates and sets up the operators of every node; the arena stands already. */
enum cg_status cg_xnn_build(struct cg_xnn_plan *plan, const struct cg_weights *weights, struct cg_error *err);

#endif
