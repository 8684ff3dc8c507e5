/* The engine onednn, inside. A node's output has one or more forms (a memory descriptor and where its data
 * stand); a form that a primitive needs and that is not there yet is made by a reorder, which is a step of
 * its own. */
#ifndef CONVGAUGE_KERNELS_ONEDNN_PLAN_H
#define CONVGAUGE_KERNELS_ONEDNN_PLAN_H

#include "kernels/onednn/library.h"
#include "kernels/plan_parts.h"

/* Memory behind forms. */
struct cg_dnnl_storage {
    int64_t bytes;
    int first, last; /* steps that touch it; first -1: none yet */
    bool own;        /* an allocation of its own, zeroed: weights and tensors with constant parts */
    bool edge;       /* the plan's input or output: alive in every step */
    char *address;
};

struct cg_dnnl_form {
    cg_dnnl_desc md; /* NCHW dimensions */
    int storage;
    int64_t offset_bytes; /* where the form starts in its storage, besides the descriptor's own offset */
    int node;             /* whose output it is, or -1 (weights) */
    dnnl_memory_t memory;
};

struct cg_dnnl_arg {
    int arg, form;
};

/* One primitive with its arguments; dnnl_exec_arg_t are made when all memory stands. */
struct cg_dnnl_call {
    dnnl_primitive_t primitive;
    int first_arg, n_args;
    dnnl_memory_t scratchpad; /* or NULL */
    cg_dnnl_desc scratchpad_md;
    int64_t scratchpad_bytes;
};

/* The plan's input or output: between the caller's NHWC and the plan's form, outside of runs. */
struct cg_dnnl_edge {
    int form;
    cg_dnnl_desc nhwc;
    dnnl_primitive_t reorder;
};

struct cg_dnnl_plan {
    struct cg_stepped_plan head;
    dnnl_engine_t engine;
    dnnl_stream_t stream;
    int *cpus; /* copy of the setting's, or NULL */
    int *tids;
    int n_tids;

    struct cg_dnnl_descs descs; /* all that the plan's forms have */
    struct cg_dnnl_storage *storages;
    struct cg_dnnl_form *forms;
    struct cg_dnnl_call *calls; /* head.n_calls */
    struct cg_dnnl_arg *args;
    dnnl_exec_arg_t *exec; /* parallel to args, one more a call for the scratchpad */
    int n_storages, n_forms, n_args;
    int room_storages, room_forms, room_calls, room_args;

    char *scratchpad;
    int64_t scratchpad_bytes, weight_bytes;

    struct cg_dnnl_edge input, output;
};

/* What compile() keeps while it builds. The first error stays in *err: from then on functions that make
 * something return -1 or NULL, and those that take it do nothing, so that callers look only before they
 * follow an index. */
struct cg_dnnl_build {
    struct cg_dnnl_plan *plan;
    const struct cg_graph *graph;
    const struct cg_weights *weights;
    struct cg_error *err;
    bool full;                  /* fusion full */
    int *primary;               /* by node: its first form, or -1 */
    int *uses;                  /* by node */
    bool *absorbed;             /* by node: computed by an earlier node's step */
    dnnl_primitive_attr_t attr; /* scratchpad by the user */
    int id;                     /* the node at hand */
    const struct cg_node *node;
};

/* ---- primitives.c: primitives in steps ---- */

bool cg_dnnl_failed(const struct cg_dnnl_build *b);
/* CG_UNSUPPORTED with node, primitive and the library's status; CG_NO_MEMORY with the node. Both return -1.
 */
int cg_dnnl_refuse(const struct cg_dnnl_build *b, const char *primitive, dnnl_status_t status);
int cg_dnnl_no_memory(const struct cg_dnnl_build *b);
/* The descriptor that a primitive wants, as long as the plan lives. */
cg_dnnl_desc cg_dnnl_query(const struct cg_dnnl_build *b, const_dnnl_primitive_desc_t pd, dnnl_query_t what);
/* The library's first primitive for `op` with the activation `act` (after a sum if `sum`) as post-ops. */
dnnl_status_t cg_dnnl_pd(const struct cg_dnnl_build *b, const struct cg_dnnl_operation *op, bool sum,
                         enum cg_act act, dnnl_primitive_desc_t *pd);
/* The same without a sum; NULL with the error set, which names `kind`. */
dnnl_primitive_desc_t cg_dnnl_made(const struct cg_dnnl_build *b, const struct cg_dnnl_operation *op,
                                   enum cg_act act, const char *kind);
/* The operation with the window's strides, kernel, dilation and padding. */
void cg_dnnl_set_window(struct cg_dnnl_operation *op, const struct cg_window *w);

/* Opens a step: of the node at hand, or a reorder's, of none. NULL once there is an error. */
struct cg_plan_step *cg_dnnl_node_step(struct cg_dnnl_build *b);
struct cg_plan_step *cg_dnnl_data_step(struct cg_dnnl_build *b, bool of_node);

/* Appends a primitive made from `pd` (taken; NULL: nothing) to the open step. */
void cg_dnnl_call(struct cg_dnnl_build *b, dnnl_primitive_desc_t pd, const char *kind, int n_args,
                  const struct cg_dnnl_arg *args);
/* The same as the first primitive of the node's own step, which it opens. */
void cg_dnnl_node_call(struct cg_dnnl_build *b, dnnl_primitive_desc_t pd, const char *kind, int n_args,
                       const struct cg_dnnl_arg *args);
/* Their last two arguments: {DNNL_ARG_..., form} of each. */
#define CG_DNNL_ARGS(...)                                                                                    \
    (int)(sizeof((struct cg_dnnl_arg[]){__VA_ARGS__}) / sizeof(struct cg_dnnl_arg)),                         \
        (const struct cg_dnnl_arg[])                                                                         \
    {                                                                                                        \
        __VA_ARGS__                                                                                          \
    }

void cg_dnnl_reorder(struct cg_dnnl_build *b, int from, int to);
/* The node's activation as primitives from form to form (which may be one), in the open step. */
void cg_dnnl_activate(struct cg_dnnl_build *b, int from, int to);

/* A primitive that brings one layout into another, to be run at once and not in a step; NULL with the error
 * set. */
dnnl_primitive_t cg_dnnl_mover(const struct cg_dnnl_build *b, cg_dnnl_desc from, cg_dnnl_desc to);
dnnl_status_t cg_dnnl_move(const struct cg_dnnl_plan *plan, dnnl_primitive_t mover, dnnl_memory_t from,
                           dnnl_memory_t to);

/* ---- tensors.c: forms ---- */

void cg_dnnl_dims(struct cg_shape shape, dnnl_dims_t dims);
/* A descriptor of a node's output with a format tag; NULL without memory, which making a form of it tells. */
cg_dnnl_desc cg_dnnl_md(const struct cg_dnnl_build *b, int node, dnnl_format_tag_t tag);
/* The tag (nhwc, nchw, nChw16c, nChw8c, nChw4c) that a dense descriptor has, or dnnl_format_tag_undef. */
dnnl_format_tag_t cg_dnnl_tag(cg_dnnl_desc md);

/* All return an index or -1 with the error set. */
int cg_dnnl_new_storage(struct cg_dnnl_build *b, int64_t bytes, bool own);
int cg_dnnl_new_form(struct cg_dnnl_build *b, int node, cg_dnnl_desc md, int storage, int64_t offset_bytes);
/* A form with new memory, made the node's primary one if it has none. */
int cg_dnnl_output(struct cg_dnnl_build *b, int node, cg_dnnl_desc md);
/* The node's output as `md`: one that is there, or a new one and a reorder step. */
int cg_dnnl_form_as(struct cg_dnnl_build *b, int node, cg_dnnl_desc md);
/* The node's output in a dense layout, the one that it has if that is one. */
int cg_dnnl_dense(struct cg_dnnl_build *b, int node);
/* Weights: memory of its own filled with `values` that are laid out as `from`, brought into `to`. */
int cg_dnnl_constant(struct cg_dnnl_build *b, cg_dnnl_desc from, cg_dnnl_desc to, const float *values);

/* ---- nodes ---- */
void cg_dnnl_conv(struct cg_dnnl_build *b);
void cg_dnnl_fc(struct cg_dnnl_build *b);
void cg_dnnl_pool(struct cg_dnnl_build *b);
void cg_dnnl_add(struct cg_dnnl_build *b);
void cg_dnnl_mul(struct cg_dnnl_build *b);
void cg_dnnl_act(struct cg_dnnl_build *b);
void cg_dnnl_affine(struct cg_dnnl_build *b);
void cg_dnnl_layer_norm(struct cg_dnnl_build *b);
void cg_dnnl_concat(struct cg_dnnl_build *b);
void cg_dnnl_split(struct cg_dnnl_build *b);
void cg_dnnl_shuffle(struct cg_dnnl_build *b);
void cg_dnnl_permute(struct cg_dnnl_build *b);
void cg_dnnl_pad(struct cg_dnnl_build *b);

/* Builds all steps, plans memory, makes everything ready to execute. */
enum cg_status cg_dnnl_build(struct cg_dnnl_plan *plan, const struct cg_weights *weights,
                             struct cg_error *err);

/* ---- threads.c ---- */

/* Makes the caller's OpenMP team have `threads` threads on `cpus` (NULL: where they are); cheap when the last
 * call asked for the same. `tids` (threads - 1 entries, or NULL) receives the workers' ids. */
enum cg_status cg_dnnl_threads(int threads, const int *cpus, int *tids, struct cg_error *err);

/* The team's workers go to sleep now, until cg_dnnl_threads() is next called for several threads. */
void cg_dnnl_settle(void);

/* Whether there is one for that kind of node. */
bool cg_dnnl_has_builder(enum cg_op op);

#endif
