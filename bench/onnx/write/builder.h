/* An ONNX model under construction. Everything lives in the builder's arena; arrays given to it are borrowed
 * until the model is written. Once memory has run out (`failed`) the functions go on returning usable values
 * and nothing is written. */
#ifndef CONVGAUGE_BENCH_ONNX_WRITE_BUILDER_H
#define CONVGAUGE_BENCH_ONNX_WRITE_BUILDER_H

#include "base/arena.h"
#include "bench/onnx/write/onnx.pb-c.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cg_onnx_builder {
    struct cg_arena *arena; /* destroyed by who started it */
    Onnx__GraphProto graph;
    size_t node_room, initialiser_room;
    bool failed;
    Onnx__NodeProto spare_node; /* what a failed builder hands out, as the next */
    Onnx__AttributeProto spare_attribute;
};

/* Starts an empty graph of that name. */
void cg_onnx_build_start(struct cg_onnx_builder *b, const char *name);

/* Zeroed memory of the arena, or NULL. */
void *cg_onnx_build_alloc(struct cg_onnx_builder *b, size_t count, size_t size);

/* A name with printf's formats filled in. */
char *cg_onnx_build_name(struct cg_onnx_builder *b, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Appends a node; its inputs are copied, its outputs are to be set (n_outputs empty places). */
Onnx__NodeProto *cg_onnx_build_node(struct cg_onnx_builder *b, const char *op, const char *name,
                                    const char *const *inputs, size_t n_inputs, size_t n_outputs);

/* Attributes. */
void cg_onnx_build_int(struct cg_onnx_builder *b, Onnx__NodeProto *node, const char *name, int64_t value);
void cg_onnx_build_ints(struct cg_onnx_builder *b, Onnx__NodeProto *node, const char *name,
                        const int64_t *values, size_t n);
void cg_onnx_build_float(struct cg_onnx_builder *b, Onnx__NodeProto *node, const char *name, float value);
void cg_onnx_build_text(struct cg_onnx_builder *b, Onnx__NodeProto *node, const char *name, const char *text);

/* Appends a constant and returns its name. Floats are borrowed, integers (one dimension, n of them) copied.
 */
const char *cg_onnx_build_floats(struct cg_onnx_builder *b, const char *name, const int64_t *dims,
                                 size_t rank, const float *values);
const char *cg_onnx_build_integers(struct cg_onnx_builder *b, const char *name, const int64_t *values,
                                   size_t n);

/* The same in two dimensions: [1, n]. */
const char *cg_onnx_build_row(struct cg_onnx_builder *b, const char *name, const int64_t *values, size_t n);

/* The graph's one input or output: f32 of these dimensions. */
void cg_onnx_build_input(struct cg_onnx_builder *b, const char *name, const int64_t *dims, size_t rank);
void cg_onnx_build_output(struct cg_onnx_builder *b, const char *name, const int64_t *dims, size_t rank);

#endif
