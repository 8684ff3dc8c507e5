/* What writing a model works on, and the layers that one graph node becomes: each reads what the last one
 * gave. */
#ifndef CONVGAUGE_BENCH_NCNN_WRITE_CHAIN_H
#define CONVGAUGE_BENCH_NCNN_WRITE_CHAIN_H

#include "base/text.h"
#include "bench/graph/graph.h"
#include "bench/graph/weights.h"
#include "bench/ncnn/write/names.h"

#include <stdbool.h>

#define CG_NCNN_BLOB_MAX 32

struct cg_ncnn_writer {
    const struct cg_graph *graph;
    const struct cg_weights *weights;
    struct cg_text *bin;
    struct cg_text lines;      /* of the layers that are whole */
    struct cg_text head, tail; /* of the one that is open, before and after its output */
    int n_layers, n_blobs;
    int *uses, *taken; /* by node: readers, and those that have a copy */
    bool *vector;      /* by node: [c], not [c, 1, 1] */
    bool failed;       /* no memory; of the texts they know themselves */
    int id;            /* being written */
    const struct cg_node *node;
    const struct cg_node
        *not_finite;    /* the first one with such a weight, maybe by its norm folded in; or NULL */
    struct cg_shape in; /* of its first input */
    int n;              /* layers of this node so far, */
    int n_between;      /* blobs between them */
    char value[CG_NCNN_BLOB_MAX];
};

/* Marks the nodes whose value is a vector. */
void cg_ncnn_find_vectors(const struct cg_graph *graph, bool *vector);

/* The blob in which the node's input `i` is read; `map`: as [c, 1, 1] where it is a vector. */
void cg_ncnn_take(struct cg_ncnn_writer *w, int i, bool map, char name[CG_NCNN_BLOB_MAX]);

/* Opens a layer that reads what the chain has given, or its n `bottoms` (blank-separated; NULL: what was
 * given). Its parameters follow, each an add to w->tail: " id=value". */
void cg_ncnn_open(struct cg_ncnn_writer *w, const char *type, int n, const char *bottoms);

/* A whole layer of one input beside the chain, with n_tops blank-separated outputs. */
void cg_ncnn_line(struct cg_ncnn_writer *w, const char *type, const char *bottom, int n_tops,
                  const char *tops, const char *params);

/* Ends the node: its last layer gives the node's blob, which is copied for each reader. */
void cg_ncnn_close(struct cg_ncnn_writer *w);

/* The name of node `id`'s blob. */
void cg_ncnn_blob(const struct cg_ncnn_writer *w, int id, char name[CG_NCNN_BLOB_MAX]);

/* Copies of a blob for all of the node's readers, where there are several. */
void cg_ncnn_share(struct cg_ncnn_writer *w, int id);

/* A parameter that is a float. ncnn keeps 15 characters of a number, which is what this takes. */
void cg_ncnn_put_float(struct cg_ncnn_writer *w, int param, float value);

/* Weights of the open layer, as they stand or behind the mark that says f32. */
void cg_ncnn_raw(struct cg_ncnn_writer *w, const float *values, size_t n);
void cg_ncnn_marked(struct cg_ncnn_writer *w, const float *values, size_t n);

/* Layers of the node's activation, nothing where it has none. */
void cg_ncnn_act(struct cg_ncnn_writer *w);

/* All layers of node `id`; of splits that part their input, with the first of them (layers.c). */
void cg_ncnn_write_node(struct cg_ncnn_writer *w, int id);

#endif
