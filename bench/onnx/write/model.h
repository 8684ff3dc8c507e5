/* A graph with its weights as an ONNX model: a file, or bytes for an engine. Without the feature `onnx`
 * (libprotobuf-c and onnx.proto at build time) the functions return CG_UNAVAILABLE. */
#ifndef CONVGAUGE_BENCH_ONNX_WRITE_MODEL_H
#define CONVGAUGE_BENCH_ONNX_WRITE_MODEL_H

#include "base/error.h"
#include "bench/graph/graph.h"
#include "bench/graph/weights.h"

#include <stdbool.h>
#include <stddef.h>

/* Operator set of exported files: the lowest that has HardSwish; see cg_onnx_export_opset(). */
#define CG_ONNX_OPSET 14

/* The producer by which files written here are known again. */
#define CG_ONNX_PRODUCER "convgauge"

struct cg_onnx_export_options {
    bool fold; /* norm folded into weights and bias; else written as BatchNormalization after Conv or Gemm */
    bool numbered; /* operators and values are named "$ID" or "$ID$..." by the id of their graph's node, but
                      "input" and "output": so that they are known again whatever a runtime appends */
};

/* The operator set that a graph is written in: the lowest that has all of its operators, at least
 * CG_ONNX_OPSET. */
int cg_onnx_export_opset(const struct cg_graph *graph);

/* Writes a graph with its weights as an ONNX model: NCHW f32, batch and size as in the graph, one input
 * "input", one output "output" ([n, c] when the graph ends in an FC node, else [n, c, h, w]). Norm and affine
 * are written so that another runtime computes x * scale + shift exactly (mean 0, variance + epsilon = 1).
 * The file appears whole or not at all: it is written to a temporary name beside `path` and renamed.
 * CG_UNSUPPORTED for a node that ONNX cannot hold and for models of 2 GiB or more, CG_IO when writing fails.
 * All arguments are borrowed until return. */
enum cg_status cg_onnx_export(const struct cg_graph *graph, const struct cg_weights *weights,
                              const char *path, const struct cg_onnx_export_options *options,
                              struct cg_error *err);

/* The same model in memory, malloc'ed: the caller frees *bytes. */
enum cg_status cg_onnx_export_memory(const struct cg_graph *graph, const struct cg_weights *weights,
                                     const struct cg_onnx_export_options *options, void **bytes, size_t *size,
                                     struct cg_error *err);

#endif
