/* What reading an ONNX graph works on: its values by name, the graph and parameters as they grow, the
 * operators that could not be read. Operators are functions over it, one row each in operators.c. */
#ifndef CONVGAUGE_BENCH_ONNX_IMPORTER_H
#define CONVGAUGE_BENCH_ONNX_IMPORTER_H

#include "base/error.h"
#include "bench/graph/graph.h"
#include "bench/graph/weights.h"
#include "bench/onnx/arena.h"
#include "bench/onnx/attribute.h"
#include "bench/onnx/constant.h"
#include "bench/onnx/onnx.pb-c.h"
#include "bench/onnx/view.h"

#include <stdbool.h>
#include <stddef.h>

#define CG_ONNX_NODES_MAX                                                                                    \
    16384 /* ONNX nodes, and graph nodes: five times the deepest classification networks */

enum cg_onnx_value_kind {
    CG_ONNX_MISSING,  /* nothing before has produced it */
    CG_ONNX_STORED,   /* an initialiser, not read yet */
    CG_ONNX_CONSTANT, /* known now */
    CG_ONNX_FEATURE,  /* computed by a node of the graph */
    CG_ONNX_BROKEN,   /* output of an operator that could not be read */
};

struct cg_onnx_value {
    const char *name;
    enum cg_onnx_value_kind kind;
    bool needed; /* by the graph's output */
    int reads;   /* by needed operators and the graph's output */
    const Onnx__TensorProto *stored;
    struct cg_onnx_constant constant;
    struct cg_onnx_view view;
};

/* Parameters of one node; owned by the arena or borrowed from the file. NULL weight: an affine. */
struct cg_onnx_params {
    const float *weight, *bias, *scale, *shift;
    bool shift_is_open; /* an affine made from a Mul alone: an Add behind it may set its shift */
};

/* Operators that could not be read for one and the same reason. */
struct cg_onnx_reject {
    char reason[200];
    char nodes[120]; /* the first few names */
    int count;
};

#define CG_ONNX_REJECTS_MAX 12

struct cg_onnx_importer {
    const Onnx__GraphProto *file;
    int opset;
    bool own; /* written by this program: nothing is merged that was written apart */
    struct cg_onnx_arena arena;
    struct cg_onnx_value *values; /* sorted by name */
    size_t n_values;
    struct cg_graph *graph;
    int *reads;                    /* by graph node: ONNX operators that read it, through any view */
    struct cg_onnx_params *params; /* by ordinal */
    const Onnx__NodeProto *node;   /* being read */
    bool node_is_named;            /* its name stands for no other node, nor for a graph node yet */
    size_t node_index;
    struct cg_onnx_reject rejects[CG_ONNX_REJECTS_MAX];
    int n_rejects, n_further; /* reasons kept, and operators whose reason was not */
};

/* The value of that name, or NULL. */
struct cg_onnx_value *cg_onnx_find(struct cg_onnx_importer *im, const char *name);

/* Input i of the node being read; NULL when it is left out. */
struct cg_onnx_value *cg_onnx_input(struct cg_onnx_importer *im, size_t i);

/* Its constant; *constant is NULL when the input is left out. CG_UNSUPPORTED when it is not constant; `what`
 * names it in the message. */
enum cg_status cg_onnx_constant_input(struct cg_onnx_importer *im, size_t i, const char *what,
                                      const struct cg_onnx_constant **constant, struct cg_error *err);

/* A constant of n floats (n < 0: any number). CG_INVALID for another count or type, or when left out. */
enum cg_status cg_onnx_floats_input(struct cg_onnx_importer *im, size_t i, const char *what, int64_t n,
                                    const float **values, struct cg_error *err);

/* Its view, of any form. CG_UNSUPPORTED for a constant, CG_INVALID when left out. */
enum cg_status cg_onnx_feature_input(struct cg_onnx_importer *im, size_t i, struct cg_onnx_view *view,
                                     struct cg_error *err);

/* Its node, when it is a map as it stands, of `rank` 4, or any when 0: shuffles and permutations that the
 * view holds become nodes first. *rank_found (may be NULL) tells the rank. CG_UNSUPPORTED for other views. */
enum cg_status cg_onnx_map_input(struct cg_onnx_importer *im, size_t i, int rank, int *node, int *rank_found,
                                 struct cg_error *err);

/* The same for a value. */
enum cg_status cg_onnx_settle(struct cg_onnx_importer *im, struct cg_onnx_value *value, struct cg_error *err);

/* Adds a node that stands for the operator being read and names it after it. Returns its id or -1. */
int cg_onnx_add(struct cg_onnx_importer *im, const struct cg_node *prototype, struct cg_error *err);

/* Parameters of a graph node (CONV, FC, AFFINE). */
struct cg_onnx_params *cg_onnx_params_of(struct cg_onnx_importer *im, int id);

/* Whether `id` is read once only, so that what reads it may be merged with it. */
bool cg_onnx_is_read_once(const struct cg_onnx_importer *im, int id);

/* Whether no element of a graph node is below zero. */
bool cg_onnx_is_not_negative(const struct cg_graph *graph, int id);

/* Sets output o of the node being read: a new graph node seen by `view`; the same tensor seen otherwise; a
 * constant. */
void cg_onnx_output_node(struct cg_onnx_importer *im, size_t o, const struct cg_onnx_view *view);
void cg_onnx_output_alias(struct cg_onnx_importer *im, size_t o, const struct cg_onnx_view *view);
void cg_onnx_output_constant(struct cg_onnx_importer *im, size_t o, const struct cg_onnx_constant *constant);

/* Whether output o is there and needed. */
bool cg_onnx_output_is_needed(const struct cg_onnx_importer *im, size_t o);

/* Arena memory; NULL with `err` set. */
void *cg_onnx_alloc(struct cg_onnx_importer *im, size_t count, size_t size, struct cg_error *err);

/* Makes `axis`, from -rank to rank - 1, one from 0 on. CG_INVALID outside. */
enum cg_status cg_onnx_axis_of(int64_t axis, int rank, int *normal, struct cg_error *err);

/* Integers given as input i (newer operator sets) or as attribute `name` (older): *values is NULL when
 * neither is there. */
enum cg_status cg_onnx_integers(struct cg_onnx_importer *im, size_t i, const char *name,
                                const int64_t **values, size_t *n, struct cg_error *err);

#endif
