/* What writing a graph works on, and the operators that one graph node becomes: each reads what the last one
 * gave. */
#ifndef CONVGAUGE_BENCH_ONNX_WRITE_EXPORT_CHAIN_H
#define CONVGAUGE_BENCH_ONNX_WRITE_EXPORT_CHAIN_H

#include "base/error.h"
#include "bench/graph/graph.h"
#include "bench/graph/weights.h"
#include "bench/onnx/write/builder.h"

#include <stdbool.h>

/* Values of one graph node. FC layers give [n, c], maps [n, c, h, w]; where a reader needs the other form it
 * is made once. */
struct cg_onnx_written {
    const char *name;  /* of the value */
    const char *other; /* the same with the other rank, or NULL */
};

struct cg_onnx_exporter {
    struct cg_onnx_builder builder;
    const struct cg_graph *graph;
    const struct cg_weights *weights;
    bool fold, numbered;
    int *uses, *ranks;               /* by node id */
    struct cg_onnx_written *written; /* by node id */
};

/* The operators of one node. */
struct cg_onnx_chain {
    struct cg_onnx_exporter *ex;
    struct cg_onnx_builder *b; /* of the exporter */
    int id;
    const struct cg_node *node;
    struct cg_shape in; /* of the node's first input */
    const char *value;  /* given so far */
    int n;              /* operators so far */
    Onnx__NodeProto *last;
};

/* A name that belongs to this graph node. */
char *cg_onnx_chain_name(struct cg_onnx_chain *c, const char *what);

/* The next operator's name: the first has that of the graph's node, by which it is known again. */
const char *cg_onnx_chain_operator(struct cg_onnx_chain *c, const char *op);

/* Appends an operator that reads the chain's value and `more` (NULL-ended, may be NULL). */
Onnx__NodeProto *cg_onnx_chain_append(struct cg_onnx_chain *c, const char *op, const char *const *more);

/* Constants, and a list attribute of the last operator. */
const char *cg_onnx_chain_floats(struct cg_onnx_chain *c, const char *what, const int64_t *dims, size_t rank,
                                 const float *values);
const char *cg_onnx_chain_integers(struct cg_onnx_chain *c, const char *what, const int64_t *values,
                                   size_t n);
void cg_onnx_chain_ints(struct cg_onnx_chain *c, const char *name, const int64_t *values, size_t n);
void cg_onnx_chain_float(struct cg_onnx_chain *c, const char *name, float value);

/* Node kinds (export_norms.c). */
void cg_onnx_write_prelu(struct cg_onnx_chain *c);
void cg_onnx_write_layer_norm(struct cg_onnx_chain *c);
void cg_onnx_write_group_norm(struct cg_onnx_chain *c);
void cg_onnx_write_lrn(struct cg_onnx_chain *c);
void cg_onnx_write_softmax(struct cg_onnx_chain *c);

/* The node's activation, nothing where it has none. */
void cg_onnx_chain_act(struct cg_onnx_chain *c);

#endif
