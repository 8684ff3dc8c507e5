/* The text form of ncnn's models, checked: layers, the blobs between them, each layer's parameters. */
#ifndef CONVGAUGE_BENCH_NCNN_PARAM_H
#define CONVGAUGE_BENCH_NCNN_PARAM_H

#include "base/arena.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CG_NCNN_LAYERS_MAX 16384 /* and graph nodes */
#define CG_NCNN_PARAMS     32    /* a layer, by number */

/* What a layer gives. */
struct cg_ncnn_blob {
    const char *name;
    int layer; /* that gives it */
    int reads; /* by layers */
};

struct cg_ncnn_layer {
    const char *type, *name;
    int line;
    int n_bottoms, n_tops;
    const char **bottom_names;
    int *bottoms;  /* blobs, of layers before it */
    int first_top; /* its blobs stand behind each other */
    struct cg_ncnn_values {
        const char *text; /* "1", "1.5e-1", "2,3": separated by commas; NULL: not given */
        int n;
    } params[CG_NCNN_PARAMS];
};

struct cg_ncnn_file {
    struct cg_ncnn_layer *layers;
    struct cg_ncnn_blob *blobs;
    int n_layers, n_blobs;
    int blob_room;
};

/* Reads a text of that length into memory of the arena. CG_INVALID names the line: what is no model of this
 * form, what contradicts itself, a blob that no layer before gives, or that two give. */
enum cg_status cg_ncnn_parse(const char *text, size_t length, struct cg_arena *arena,
                             struct cg_ncnn_file *file, struct cg_error *err);

/* All numbers of a parameter; number i. False: it is not there, or not such a number. ncnn tells integers
 * from floats by how they are written, and takes the bits of one for the other. */
bool cg_ncnn_value_ints(const struct cg_ncnn_values *values, int *numbers);
bool cg_ncnn_value_float(const struct cg_ncnn_values *values, int i, float *value);

#endif
