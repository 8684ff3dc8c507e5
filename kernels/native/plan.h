/* The inside of engine native's plans: buffers, views, operations, steps. */
#ifndef CONVGAUGE_KERNELS_NATIVE_PLAN_H
#define CONVGAUGE_KERNELS_NATIVE_PLAN_H

#include "kernels/engine.h"
#include "kernels/native/microkernel.h"

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
    int ring;            /* 0: all rows are kept */
    int shift;           /* makes the rows of one band lie one after the other */
    bool by_columns;     /* threads wrote columns of it each, not rows */
    struct nv_cut *cuts; /* [threads + 1], or NULL: columns are not kept apart */
    int first, last;     /* steps between which it is alive, both included */
    int in_place_of;     /* the buffer whose memory it takes over, or -1 */
    int64_t offset;      /* bytes: in the arena, or with ring in each thread's own memory */
};

/* Where a channel lies: column `column` of each pixel of a buffer. */
struct nv_place {
    int buffer, column;
};

/* A tensor as the graph sees it: channel i is at at[i]. Splits, concats and shuffles only make views. */
struct nv_view {
    int c;
    struct nv_place *at;
};

/* Neighbouring columns of one buffer that an operation takes together. */
struct nv_run {
    int buffer, column, len;
    int position;   /* of its first channel: row of packed weights (gemm), column of the output (window) */
    int64_t params; /* window: where its blocks start, in channels */
};

enum nv_kind { NV_GEMM, NV_WINDOW, NV_PASS };

/* Columns of a gemm that run in one kernel call. */
struct nv_panel {
    const struct cg_gemm_kernel *kernel;        /* or NULL: */
    const struct cg_group_kernel *group_kernel; /* its `group` is a bundle of groups (lower_groups.c) */
    int first_output;                           /* group kernels: within each group */
    int group, n, column;                       /* column: where they start in the output buffer's pixels */
    int residual, residual_column;              /* buffer that is added, or -1 */
    int64_t weights, bias;                      /* floats from the operation's parameters */
};

/* out += of `len` channels from a (and b) by a pass kernel. */
struct nv_piece {
    int a, a_column, b, b_column; /* buffers, -1: none */
    int column, len;              /* in the output */
};

/* A range of an operation's work: rows (pixels where `pixels`) r0 ... r1 - 1, parts p0 ... p1 - 1. */
struct nv_range {
    int r0, r1, p0, p1;
};

/* Something that runs over a range of output rows. */
struct nv_op {
    enum nv_kind kind;
    enum cg_category category;
    int *nodes; /* ids of the graph given to compile */
    int n_nodes;

    int out;     /* buffer */
    int out_h;   /* rows of one image */
    int rows;    /* work units: output rows, or pixels */
    bool pixels; /* rows counts pixels: outputs depend on the same pixel of the input only */
    int parts;   /* gemm: panels; window: runs; pass: pieces */
    float lo, hi;
    enum cg_pass post; /* activation that runs over what was written, or CG_PASS_COPY for none */

    struct cg_window window;
    int in_rows_per_image, in_w, in_h; /* of the input map */
    struct nv_run *runs;               /* input channels; gemm: those of all groups in turn */
    int n_runs;

    /* gemm */
    int groups;
    int *group_runs;    /* groups + 1 indices into runs */
    int group_k;        /* channels of a group's input */
    int written_next;   /* buffer of the same form that is written next, by the same threads each; or -1 */
    unsigned sum_lanes; /* group kernels */
    struct nv_panel *panels;

    /* window */
    const struct cg_window_kernel *window_kernel;
    bool count_padding;

    /* pass */
    enum cg_pass pass;
    bool broadcast_b; /* b is one pixel an image */
    struct nv_piece *pieces;
    int *
        index; /* gather, affine (or NULL): for each column of the output, the column in its piece's buffer */

    float *params; /* packed weights, then bias; or scale, shift: 64-byte aligned, in the plan's weights */
    int64_t n_params;
    int64_t bias; /* window and affine: floats from params to the second array */
    int64_t cost; /* rough cycles of everything, to split work */
};

/* Weights of later operations, which a task fetches meanwhile. */
struct nv_following {
    const char *at; /* or NULL */
    int64_t bytes;
    bool once; /* read once in a run: spare calls fetch a part each; otherwise the last panel does */
};

/* One call of nv_run_op. */
struct nv_task {
    int op;
    struct nv_range range;
    struct nv_following following;
};

struct nv_tasks {
    struct nv_task *at;
    int n, room;
};

/* What runs between two barriers: one operation, or a group that runs depth-first over bands of rows. */
struct nv_step {
    int first_op, n_ops;
    struct nv_tasks *tasks; /* [threads]: what each thread does, in order */
    int *nodes;
    int n_nodes;
};

/* Rows first ... end - 1 of a buffer. */
struct nv_rows {
    int first, end;
};

struct nv_threads;

/* What each thread needs for itself while running. */
struct nv_worker {
    const struct cg_gemm_kernel *gemm; /* the rows of the plan's kernels that this thread's core wants */
    bool in_order;                     /* the core issues in order */
    struct cg_gemm_segment *segments;
    const float **rows;
    struct cg_pass_source *sources;
    char *ring;
};

struct nv_plan {
    struct cg_plan base;
    struct cg_graph *graph;
    const struct cg_native_kernels *kernels;
    enum cg_pipes pipes; /* of this core, for the costs of tiles */

    struct nv_buffer *buffers;
    int n_buffers, room_buffers;
    struct nv_op *ops;
    int n_ops, room_ops;
    struct nv_step *steps;
    int n_steps;

    int input, output; /* buffers */
    char *arena;
    int64_t arena_bytes;
    int64_t ring_bytes; /* of one thread */
    char *weights;
    int64_t weights_bytes, weights_room; /* used; reserved address space */
    struct nv_worker *workers;
    struct nv_threads *threads;
    int64_t *step_ns; /* of the timed run in progress, or NULL */
};

/* ---- build.c: making operations; all return NULL, -1 or CG_NO_MEMORY when there is no memory ---- */

/* A new buffer for a map of `shape`, with pixels `ld` floats apart. */
int nv_add_buffer(struct nv_plan *plan, struct cg_shape shape, int ld);

/* How far apart pixels of `c` channels should lie. */
int nv_pixel_floats(int c);

/* A new operation that writes to a new buffer of shape `out`; computes no node yet. */
struct nv_op *nv_add_op(struct nv_plan *plan, enum nv_kind kind, enum cg_category category,
                        struct cg_shape out);
enum cg_status nv_op_add_node(struct nv_op *op, int node);

/* `n` floats of parameters, 64-byte aligned, zeros: op->params. */
enum cg_status nv_add_params(struct nv_plan *plan, struct nv_op *op, int64_t n);
void nv_op_release(struct nv_op *op);

/* ---- lower_gemm.c, lower_window.c, lower_pass.c: one node (or view) becomes one operation; *out is the view
 * of its result, to be freed ---- */

/* Relative cycles of `m` rows by `k` steps in tiles of `tile_m` rows; of a panel of a gemm kernel. */
float nv_tiles_cost(const struct cg_tile_cost *of, int tile_m, int m, int k);
float nv_panel_cost(const struct nv_plan *plan, const struct cg_gemm_kernel *kernel, int m, int k);

/* A convolution or fully connected layer; `residual` (or NULL) is added before the activation. `apart`, here
 * and below: the columns that threads write are kept apart (a window: as its input's are). */
struct nv_op *nv_lower_gemm(struct nv_plan *plan, int node, const struct nv_view *in,
                            const struct nv_view *residual, const struct cg_weights *weights, bool apart,
                            struct nv_view *out);
/* A depthwise convolution, a pool, a padding. */
struct nv_op *nv_lower_window(struct nv_plan *plan, int node, const struct nv_view *in,
                              const struct cg_weights *weights, bool apart, struct nv_view *out);
struct nv_op *nv_lower_mean(struct nv_plan *plan, int node, const struct nv_view *in, struct nv_view *out);
struct nv_op *nv_lower_binary(struct nv_plan *plan, int node, const struct nv_view *a,
                              const struct nv_view *b, struct nv_view *out);
struct nv_op *nv_lower_unary(struct nv_plan *plan, int node, const struct nv_view *a,
                             const struct cg_weights *weights, struct nv_view *out);
/* A copy of `view`, of maps of `shape`, with channel i in column i. */
struct nv_op *nv_lower_copy(struct nv_plan *plan, struct cg_shape shape, const struct nv_view *view,
                            enum cg_category category, struct nv_view *out);

/* Sets the clamp, or the pass that runs afterwards, for an activation. */
void nv_set_act(struct nv_op *op, enum cg_act act);

/* ---- lower.c: the graph's nodes become operations over views ---- */
enum cg_status nv_lower(struct nv_plan *plan, const struct cg_weights *weights, struct cg_error *err);

/* ---- reach.c: operations seen as rows of maps ---- */

/* Rows of `buffer` that `op` reads to write `rows` of its output; empty (first >= end) if none. */
struct nv_rows nv_reach(const struct nv_plan *plan, const struct nv_op *op, int buffer, struct nv_rows rows);

/* Whether `op` reads anything of `buffer`. */
bool nv_reads(const struct nv_op *op, int buffer);

/* Work units of `rows` output rows, all parts. */
struct nv_range nv_range_of_rows(const struct nv_plan *plan, const struct nv_op *op, struct nv_rows rows);

/* About the cycles that `n` output rows take in one call, data in the second-level cache. */
double nv_rows_cost(const struct nv_plan *plan, const struct nv_op *op, int n);

/* Bytes that the whole operation reads: of maps, of weights. */
int64_t nv_input_bytes(const struct nv_plan *plan, const struct nv_op *op);
int64_t nv_weight_bytes(const struct nv_op *op);

/* ---- apart.c: columns of threads kept apart ---- */

/* Whether that pays for a map that threads write, and then read, by columns. */
bool nv_keeps_apart(const struct nv_plan *plan, struct cg_shape map);

/* Moves the panels of a gemm without residual, whose columns are dense, apart if cutting it by rows costs
 * more: columns[dense] is set. */
enum cg_status nv_keep_panels_apart(struct nv_plan *plan, struct nv_op *op, int *columns);

/* Gives a window's output the columns of its input, if those are all kept apart in one buffer:
 * columns[position] is set and each run's position becomes its column. Otherwise nothing is changed. */
enum cg_status nv_keep_runs_apart(struct nv_plan *plan, struct nv_op *op, int *columns);

/* The one buffer with columns kept apart that a window reads, or -1. */
int nv_cut_input(const struct nv_plan *plan, const struct nv_op *op);

/* ---- share.c: one operation shared out over threads ---- */

/* Where work begins that is cut by parts: part `major`, row unit `minor` of it. */
struct nv_cell {
    int major, minor;
};

/* cells[t] for thread t of an operation that is cut by parts, and the end: [threads + 1]. *unit: a row unit
 * as a fraction of the rows. *pays: whether cutting it by rows costs more. */
enum cg_status nv_cut_parts(const struct nv_plan *plan, const struct nv_op *op, struct nv_cell *cells,
                            double *unit, bool *pays);

/* Appends the calls of each thread: tasks[threads]. Says in the output's buffer how it was cut. */
enum cg_status nv_share_op(struct nv_plan *plan, int op, struct nv_tasks *tasks);
enum cg_status nv_add_task(struct nv_tasks *tasks, int op, struct nv_range range);

/* ---- bands.c: a group of operations over bands of rows ---- */

/* Operations first ... first + n - 1, `band` rows of the last at a time. */
struct nv_group {
    int first, n, band;
    double cost; /* about the cycles of the slowest thread, data in the second-level cache */
};

#define NV_GROUP_OPS 16 /* at most in a group */

/* The best band for operations first ... first + n - 1: cost is infinite if they cannot run depth-first, or
 * not within `cache_bytes` for what is between them and their weights. last_reader[buffer] is the operation
 * that reads a buffer last, n_ops for the plan's output. */
struct nv_group nv_find_bands(const struct nv_plan *plan, int first, int n, const int *last_reader,
                              int64_t cache_bytes);

/* Makes the buffers within a group rings and appends the calls of each thread. */
enum cg_status nv_share_group(struct nv_plan *plan, const struct nv_group *group, const int *last_reader,
                              struct nv_tasks *tasks);

/* ---- schedule.c: operations become steps, depth-first where that pays; lifetimes ---- */
enum cg_status nv_schedule(struct nv_plan *plan, struct cg_error *err);

/* Of a core's second-level cache. */
int64_t nv_l2_bytes(const struct nv_plan *plan);

/* ---- in_place.c ---- */

/* Lets outputs take over the memory of operands that nobody reads later (in_place_of), and extends the
 * owner's lifetime by theirs. After the steps and lifetimes are known. */
void nv_take_places(struct nv_plan *plan);

/* ---- following.c ---- */

/* Shares out over each thread's tasks what they fetch for later ones. After the steps. */
void nv_find_following(struct nv_plan *plan);

static inline int64_t nv_panel_bytes(const struct nv_panel *panel)
{
    return (panel->bias - panel->weights) * (int64_t)sizeof(float);
}

/* Bytes that a gemm tile, and a call of `rows` rows, can fetch. */
static inline int64_t nv_tile_fetches(const struct nv_plan *plan, const struct nv_op *op)
{
    return (int64_t)op->group_k / plan->kernels->steps_a_line * CG_NATIVE_ALIGN;
}

static inline int64_t nv_fetch_room(const struct nv_plan *plan, const struct nv_op *op,
                                    const struct nv_panel *panel, int64_t rows)
{
    return nv_tile_fetches(plan, op) * rows / panel->kernel->tile_m;
}

/* Of a task's calls, each with room to fetch `room` bytes, every second or third can fetch for later tasks
 * while the others fetch the panels of all, `own` bytes each: 2, 3, or 0 if none can. */
static inline int nv_spare_call(int64_t room, int64_t own)
{
    return room >= 2 * own ? 2 : 2 * room >= 3 * own ? 3 : 0;
}

/* ---- what runs: `thread` in 0 ... threads - 1 ---- */
void nv_run_step(const struct nv_plan *plan, const struct nv_step *step, int thread);
void nv_run_op(const struct nv_plan *plan, const struct nv_task *task, int thread);
void nv_run_gemm(const struct nv_plan *plan, const struct nv_task *task, int thread);
void nv_run_window(const struct nv_plan *plan, const struct nv_op *op, int thread, struct nv_range range);
void nv_run_pass(const struct nv_plan *plan, const struct nv_op *op, int thread, struct nv_range range);

/* The kernel that does most of an operation's work. */
const char *nv_op_implementation(const struct nv_plan *plan, const struct nv_op *op);

/* First float of pixel `pixel` (row * w + x, images following each other) of a buffer. */
static inline float *nv_pixel(const struct nv_plan *plan, int thread, int buffer, int64_t pixel)
{
    const struct nv_buffer *b = &plan->buffers[buffer];
    if (!b->ring)
        return (float *)(void *)(plan->arena + b->offset) + pixel * b->ld;
    const int64_t row = pixel / b->w;
    const int64_t place = (row + b->shift) % b->ring * b->w + pixel % b->w;
    return (float *)(void *)(plan->workers[thread].ring + b->offset) + place * b->ld;
}

/* The row that the thread runs in the place of this row of the plan's kernels. */
static inline const struct cg_gemm_kernel *nv_gemm_kernel(const struct nv_plan *plan, int thread,
                                                          const struct cg_gemm_kernel *kernel)
{
    return plan->workers[thread].gemm + (kernel - plan->kernels->gemm);
}

/* How many pixels from `pixel` on lie one after the other. */
static inline int64_t nv_contiguous(const struct nv_plan *plan, int buffer, int64_t pixel)
{
    const struct nv_buffer *b = &plan->buffers[buffer];
    if (!b->ring)
        return INT64_MAX;
    const int64_t place = pixel + (int64_t)b->shift * b->w, size = (int64_t)b->ring * b->w;
    return size - place % size;
}

#endif
