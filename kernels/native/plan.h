/* A plan of engine native: its buffers, operations and steps. */
#ifndef CONVGAUGE_KERNELS_NATIVE_PLAN_H
#define CONVGAUGE_KERNELS_NATIVE_PLAN_H

#include "kernels/engine.h"
#include "kernels/native/op.h"
#include "kernels/native/step.h"

/* Where a thread's part of a map begins, if its columns are kept apart (apart.c): in those from `column` on,
 * behind this fraction of the rows of their first piece. */
struct nv_cut {
    int column;
    double rows;
};

/* A place for a tensor: `rows` rows (images follow each other) of `w` pixels of `c` floats, `ld` apart.
 * Inside a group that runs depth-first only `ring` rows are kept, for each thread apart: row r lies at (r +
 * shift) % ring.
 */
struct nv_buffer {
    int rows, w, c, ld;
    int first_op;        /* of those that write it: several where a concat's inputs lie in one */
    int ring;            /* 0: all rows are kept */
    int shift;           /* makes the rows of one band lie one after the other */
    bool by_columns;     /* threads wrote columns of it each, not rows */
    struct nv_cut *cuts; /* [threads + 1], or NULL: columns are not kept apart */
    int first, last;     /* steps between which it is alive, both included */
    int in_place_of;     /* the buffer whose memory it takes over, or -1 */
    int64_t offset;      /* bytes: in the arena, or with ring in each thread's own memory */
};

/* What each thread needs for itself while running. */
struct nv_worker {
    const struct cg_gemm_kernel *gemm; /* the rows of the plan's kernels that this thread's core wants */
    bool in_order;                     /* the core issues in order */
    struct cg_gemm_segment *segments;
    const float **rows;
    struct cg_pass_source *sources;
    char *ring;
};

/* Which convolutions run by Winograd's algorithm: none, those that it makes faster, all by tiles of 2x2 or
 * 4x4 (for tests). */
enum nv_winograd_use { NV_WINOGRAD_OFF, NV_WINOGRAD_PAYING, NV_WINOGRAD_ALL_2 = 2, NV_WINOGRAD_ALL_4 = 4 };

/* What plans are made for, beside the instruction set. */
struct nv_core {
    enum cg_pipes pipes;
    int64_t l2_bytes; /* its second-level cache */
    enum nv_winograd_use winograd;
};

struct nv_plan {
    struct cg_plan base;
    struct cg_graph *graph;
    const struct cg_native_kernels *kernels;
    struct nv_core core;      /* that it is made for */
    struct cg_arena *kept;    /* arrays of buffers, operations and steps */
    struct cg_arena *views;   /* where channels lie, while the graph is lowered; then NULL, as the next */
    struct cg_arena *scratch; /* while one node is lowered, while the schedule is made */

    struct nv_buffer *buffers;
    int n_buffers, room_buffers;
    struct nv_op *ops;
    int n_ops, room_ops;
    int *nodes; /* ids in the order of the operations that compute them, an addition's once an operation */
    int n_nodes;
    struct nv_step *steps;
    int n_steps;

    int input, output; /* buffers */
    char *arena;
    int64_t arena_bytes;
    int64_t ring_bytes;         /* of one thread: its rings, then for Winograd's algorithm ... */
    int64_t zeros_at, tiles_at; /* ... zeros, which stay, and a block of tiles */
    char *weights;
    int64_t weights_bytes, weights_room; /* used; reserved address space */
    struct nv_worker *workers;
    struct nv_threads *threads;
    int64_t *step_ns; /* of the timed run in progress, or NULL */
};

/* All of these return NULL, -1 or CG_NO_MEMORY when there is no memory. */

/* A new buffer for a map of `shape`, with pixels `ld` floats apart. */
int nv_add_buffer(struct nv_plan *plan, struct cg_shape shape, int ld);

/* How far apart pixels of `c` channels should lie. */
int nv_pixel_floats(int c);

/* Lets pixels of a map of more than two lines, which an operation reads in vectors of `lanes`, begin where a
 * line does, so that no vector lies in two: an odd number of lines apart, that neighbours do not crowd. */
void nv_keep_in_lines(struct nv_buffer *buffer, int lanes);

/* A new operation that writes to a new buffer of shape `out`, and computes no node yet; one of node `id`,
 * with the first input's map. */
struct nv_op *nv_add_op(struct nv_plan *plan, enum nv_kind kind, enum cg_category category,
                        struct cg_shape out);
struct nv_op *nv_add_node_op(struct nv_plan *plan, enum nv_kind kind, int id);

/* The newest operation computes this node, too; operation `op` does. */
void nv_claim_node(struct nv_plan *plan, int id);
void nv_claim_node_of(struct nv_plan *plan, int op, int id);

/* `n` floats of parameters, 64-byte aligned, zeros: op->params. */
enum cg_status nv_add_params(struct nv_plan *plan, struct nv_op *op, int64_t n);

/* The one buffer with columns kept apart that a window reads, or -1. */
int nv_cut_input(const struct nv_plan *plan, const struct nv_op *op);

/* n elements, zeros, in the scratch memory; a copy of n elements that lives as long as the plan. */
void *nv_scratch(const struct nv_plan *plan, int n, size_t size);
void *nv_keep(struct nv_plan *plan, const void *array, int n, size_t size);

#endif
