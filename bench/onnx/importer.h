/* What reading an ONNX graph works on: its values by name, the graph and parameters as they grow, the
 * operators that could not be read. Operators are functions over it, one row each in operators.c.
 *
 * The first failure stays in `error`; after it these functions do nothing and return what harms nobody: NULL,
 * 0 (node 0 is the graph's input), a view of rank 0. So an operator reads all it needs and looks once, with
 * cg_onnx_failed(), before it relies on it. */
#ifndef CONVGAUGE_BENCH_ONNX_IMPORTER_H
#define CONVGAUGE_BENCH_ONNX_IMPORTER_H

#include "base/arena.h"
#include "base/error.h"
#include "base/refusals.h"
#include "bench/graph/graph.h"
#include "bench/graph/weights.h"
#include "bench/onnx/constant.h"
#include "bench/onnx/onnx.h"
#include "bench/onnx/write/onnx.pb-c.h"
#include "bench/onnx/view.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CG_ONNX_NODES_MAX                                                                                    \
    16384 /* ONNX nodes, and graph nodes: five times the deepest classification networks */

enum cg_onnx_value_kind {
    CG_ONNX_MISSING,  /* nothing before has produced it */
    CG_ONNX_STORED,   /* an initialiser, not read yet */
    CG_ONNX_CONSTANT, /* known now */
    CG_ONNX_FEATURE,  /* computed by a node of the graph */
    CG_ONNX_ROOT,     /* the square root of a map */
    CG_ONNX_QUOTIENT, /* something over that: kept until it is a layer normalisation */
    CG_ONNX_BROKEN,   /* output of an operator that could not be read */
};

#define CG_ONNX_NO_NODE SIZE_MAX

/* over / sqrt(under) * scale + shift, the first part times -1 if `minus`. */
struct cg_onnx_quotient {
    int over, under; /* nodes; over -1: 1 */
    bool minus;
    const struct cg_onnx_constant *scale, *shift; /* or NULL */
};

struct cg_onnx_value {
    const char *name;
    enum cg_onnx_value_kind kind;
    bool needed;     /* by the graph's output */
    size_t producer; /* its node of the file; CG_ONNX_NO_NODE: none */
    int reads;       /* by needed operators and the graph's output */
    const Onnx__TensorProto *stored;
    const Onnx__SparseTensorProto *sparse; /* `stored` holds its elements that are not 0 */
    struct cg_onnx_constant constant;
    struct cg_onnx_view view;
    struct cg_onnx_quotient quotient; /* CG_ONNX_ROOT and CG_ONNX_QUOTIENT */
};

/* Parameters of one node; owned by the arena or borrowed from the file. NULL weight: an affine. */
struct cg_onnx_params {
    const float *weight, *bias, *scale, *shift;
    const float
        *source; /* the weight, or scale, as it stands in the file: the same one makes shared parameters */
    bool shift_is_open; /* an affine made from a Mul alone: an Add behind it may set its shift */
};

struct cg_onnx_importer {
    struct cg_import_request wanted;
    const Onnx__GraphProto *file;
    size_t *order;                /* of the file's nodes: each behind those that it reads */
    bool *live, *named;           /* by node of the file: needed by the output; of a name that is its alone */
    struct cg_onnx_value *output; /* of the graph */
    int opset;
    bool own;              /* written by this program: nothing is merged that was written apart */
    struct cg_error error; /* the first failure, of the operator being read or of the whole */
    struct cg_arena *arena;
    int folder;                   /* with the files of external data; -1: none */
    struct cg_onnx_value *values; /* sorted by name */
    size_t n_values;
    struct cg_graph *graph;
    int *reads;                    /* by graph node: ONNX operators that read it, through any view */
    struct cg_onnx_params *params; /* by ordinal */
    const Onnx__NodeProto *node;   /* being read */
    int variant;                   /* in its row of operators.c */
    bool node_is_named;            /* its name stands for no other node, nor for a graph node yet */
    size_t node_index;
    struct cg_refusals refusals; /* operators that could not be read */
};

/* Finds out about the file what is known before its operators are read (import_prepare.c): its values, of
 * which each may be produced once only, its nodes' order, the output and what that needs. *input is the one
 * input that is not an initialiser. */
enum cg_status cg_onnx_prepare(struct cg_onnx_importer *im, const Onnx__ValueInfoProto **input);

/* Whether the input is [images, height, width, channels], as other exporters than PyTorch's have it: all that
 * reads it, at most after operators that treat all elements alike, makes it [images, channels, height, width]
 * first. */
bool cg_onnx_is_channels_last(struct cg_onnx_importer *im, const char *input);

/* Keeps the failure, unless there is one already; returns the status of what is kept. */
enum cg_status cg_onnx_fail(struct cg_onnx_importer *im, enum cg_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
bool cg_onnx_failed(const struct cg_onnx_importer *im);

/* Adds a sentence to what the network's reader is told. */
void cg_onnx_note(struct cg_onnx_importer *im, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Zeroed memory of the arena; NULL with a failure when the budget does not suffice. */
void *cg_onnx_alloc(struct cg_onnx_importer *im, size_t count, size_t size);

/* The value of that name, or NULL. */
struct cg_onnx_value *cg_onnx_find(struct cg_onnx_importer *im, const char *name);

/* Input i of the operator being read; NULL when it is left out. */
struct cg_onnx_value *cg_onnx_input(struct cg_onnx_importer *im, size_t i);

/* Its constant, NULL when the input is left out. CG_UNSUPPORTED when it is not constant; `what` names it in
 * the message. */
const struct cg_onnx_constant *cg_onnx_constant_input(struct cg_onnx_importer *im, size_t i,
                                                      const char *what);

/* Its n floats. CG_INVALID for another count or type, or when left out. */
const float *cg_onnx_floats_input(struct cg_onnx_importer *im, size_t i, const char *what, int64_t n);

/* Its view, of any form. CG_UNSUPPORTED for a constant, CG_INVALID when left out. */
struct cg_onnx_view cg_onnx_view_input(struct cg_onnx_importer *im, size_t i);

/* A prototype with one input (borrowed). */
struct cg_node cg_onnx_over(enum cg_op op, const int *input);

/* Adds a node that stands for the operator being read and names it after it, with its parameters (CONV, FC,
 * AFFINE; else NULL). Returns its id, -1 after a failure. */
int cg_onnx_add(struct cg_onnx_importer *im, const struct cg_node *prototype,
                const struct cg_onnx_params *params);

/* Adds x * scale + shift, the same for all channels (an affine), or an activation, over node `input`. Return
 * as cg_onnx_add(). */
int cg_onnx_add_scaled(struct cg_onnx_importer *im, int input, float scale, float shift);
int cg_onnx_add_act(struct cg_onnx_importer *im, int input, enum cg_act act);

/* Adds an ADD or MUL of two nodes. */
int cg_onnx_add_pair(struct cg_onnx_importer *im, enum cg_op op, int a, int b);

/* n times `value` in the arena; NULL after a failure. */
float *cg_onnx_filled(struct cg_onnx_importer *im, int n, float value);

/* Parameters of a graph node (CONV, FC, AFFINE). */
struct cg_onnx_params *cg_onnx_params_of(struct cg_onnx_importer *im, int id);

/* The shape of a graph node. */
struct cg_shape cg_onnx_shape(const struct cg_onnx_importer *im, int id);

/* Whether `id` is read once only, so that what reads it may be merged with it. */
bool cg_onnx_is_read_once(const struct cg_onnx_importer *im, int id);

/* Whether `id` is a layer (CONV, FC) that what reads it may be merged with, and that has no norm yet. */
bool cg_onnx_is_open_layer(const struct cg_onnx_importer *im, int id);

/* Whether no element of a graph node is below zero. */
bool cg_onnx_is_not_negative(const struct cg_graph *graph, int id);

/* Adds the pads of node `id` to `window` and returns true, when it is a CG_PAD that only this window reads,
 * that pads on all sides, and the file was not written here. For pools the caller decides whether that is
 * exact. */
bool cg_onnx_take_pad(const struct cg_onnx_importer *im, int id, struct cg_window *window);

/* Whether output o is there and needed. */
bool cg_onnx_output_is_needed(struct cg_onnx_importer *im, size_t o);

/* Set an output of the operator being read; they return im->error.status. Output o: the new graph node `id`
 * (-1: nothing, after a failure) as a map of that rank, the same with its axes in another order. Output 0:
 * the new node seen as `view` sees another; the same tensor seen otherwise; a constant. */
enum cg_status cg_onnx_output_map(struct cg_onnx_importer *im, size_t o, int id, int rank);
enum cg_status cg_onnx_output_ordered(struct cg_onnx_importer *im, size_t o, int id, int rank,
                                      const int *order);
enum cg_status cg_onnx_output_like(struct cg_onnx_importer *im, int id, const struct cg_onnx_view *view);
enum cg_status cg_onnx_output_alias(struct cg_onnx_importer *im, const struct cg_onnx_view *view);
enum cg_status cg_onnx_output_constant(struct cg_onnx_importer *im, const struct cg_onnx_constant *constant);

/* A constant as output o. */
enum cg_status cg_onnx_output_constant_at(struct cg_onnx_importer *im, size_t o,
                                          const struct cg_onnx_constant *constant);

#endif
