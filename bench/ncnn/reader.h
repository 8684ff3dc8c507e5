/* What reading a model of ncnn works on: its layers one after the other, the graph and weights as they grow.
 * Layers are functions over it, one row each in layers.c.
 *
 * The first failure stays in `error`; after it these functions do nothing and return what harms nobody (node
 * 0 is the graph's input). So a layer reads all it needs and looks once, with cg_ncnn_failed(), before it
 * relies on it. */
#ifndef CONVGAUGE_BENCH_NCNN_READER_H
#define CONVGAUGE_BENCH_NCNN_READER_H

#include "base/refusals.h"
#include "bench/ncnn/ncnn.h"
#include "bench/ncnn/param.h"

enum cg_ncnn_form {
    CG_NCNN_NONE, /* not given, or by a layer that could not be read */
    CG_NCNN_MAP,
    CG_NCNN_FLAT,          /* the map's elements one behind the other, channel by channel */
    CG_NCNN_CHANNELS_LAST, /* [h, w, c]: between two Permutes */
    CG_NCNN_CONSTANT,
};

/* Channels of a node, by themselves a node only where something reads them so. */
struct cg_ncnn_part {
    const struct cg_ncnn_layer *layer;
    int offset, channels;
    int node; /* -1: none yet */
};

struct cg_ncnn_value {
    enum cg_ncnn_form form;
    int node; /* of a part: of what it is a part */
    struct cg_ncnn_part *part;
    bool shared;           /* the node has, or may have, other readers */
    int n;                 /* of the constant, */
    const float *constant; /* which is NULL where there are no weights */
};

struct cg_ncnn_reader {
    struct cg_import_request wanted;
    struct cg_ncnn_file file;
    struct cg_arena *arena;
    const char *bin; /* what is left of the weights; NULL: there are none */
    size_t bin_left;
    const struct cg_ncnn_layer *lost_at; /* not read, so that the weights behind it are not found; or NULL */
    int64_t n_weights;                   /* of all layers so far */
    struct cg_graph *graph;
    struct cg_weights *weights;
    int params_room;
    struct cg_ncnn_value *values;      /* by blob */
    bool *live;                        /* by layer: the output needs it */
    int output;                        /* blob */
    const struct cg_ncnn_layer *layer; /* being read */
    int variant;                       /* in its row */
    struct cg_error error;
    struct cg_refusals refusals; /* layers that could not be read */
};

/* Keeps the failure, unless there is one already; returns the status of what is kept. */
enum cg_status cg_ncnn_fail(struct cg_ncnn_reader *r, enum cg_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
bool cg_ncnn_failed(const struct cg_ncnn_reader *r);

/* ---- parameters of the layer being read; a missing one gives the fallback, one that is no such number a
 * failure ---- */

int cg_ncnn_int(struct cg_ncnn_reader *r, int id, int fallback);
float cg_ncnn_float(struct cg_ncnn_reader *r, int id, int i, float fallback);
const int *cg_ncnn_ints(struct cg_ncnn_reader *r, int id, int *n); /* NULL: missing */

/* CG_UNSUPPORTED with the reason unless the integer is `value`, which it is where it is missing. */
void cg_ncnn_require(struct cg_ncnn_reader *r, int id, int value, const char *reason);

/* ---- values ---- */

struct cg_ncnn_value *cg_ncnn_bottom(struct cg_ncnn_reader *r, int i);

/* The node of a value that is no constant. */
int cg_ncnn_node(struct cg_ncnn_reader *r, const struct cg_ncnn_value *value);

/* Node of input i as a map; where it is of one pixel, in any form. CG_UNSUPPORTED otherwise. */
int cg_ncnn_map(struct cg_ncnn_reader *r, int i);

/* The shape of a node; 1x1x1x1 after a failure. */
struct cg_shape cg_ncnn_shape(const struct cg_ncnn_reader *r, int node);

/* Makes a value, or a node, the layer's i-th output. */
void cg_ncnn_give_value(struct cg_ncnn_reader *r, int i, struct cg_ncnn_value value);
void cg_ncnn_give(struct cg_ncnn_reader *r, int i, int node, enum cg_ncnn_form form);

/* ---- nodes ---- */

/* A prototype with one input (borrowed). */
struct cg_node cg_ncnn_over(enum cg_op op, const int *input);

/* Adds a node that stands for the layer; its parameters are empty. Its id, 0 after a failure. */
int cg_ncnn_add(struct cg_ncnn_reader *r, const struct cg_node *prototype);
int cg_ncnn_add_act(struct cg_ncnn_reader *r, int input, enum cg_act act, float alpha, float beta);

/* ---- weights: in the order in which ncnn has them (weights.c) ---- */

/* The next n floats of the .bin file, in the arena; NULL without weights, and after a failure. `marked`:
 * behind a mark that says how they are stored. */
float *cg_ncnn_floats(struct cg_ncnn_reader *r, int64_t n, bool marked);

/* Reads the weights of a convolution or fully connected node, `size` of them by its parameter, and its bias.
 */
void cg_ncnn_read_weights(struct cg_ncnn_reader *r, int node, int size);

/* Copies scale and shift (NULL: none) of a node's channels. */
void cg_ncnn_set_scale(struct cg_ncnn_reader *r, int node, const float *scale, const float *shift);

/* n times `value`; NULL where there are no weights, and after a failure. */
float *cg_ncnn_filled(struct cg_ncnn_reader *r, int n, float value);

/* x * scale + shift of each channel: the norm of the layer that gives the value, if it alone is read here,
 * else an affine. The arrays (NULL: drawn later) are copied. */
int cg_ncnn_add_affine(struct cg_ncnn_reader *r, const struct cg_ncnn_value *value, const float *scale,
                       const float *shift);

#endif
