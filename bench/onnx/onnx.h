/* ONNX files: the same graph and weights for other runtimes, and theirs for the engines here. Without the
 * feature `onnx` (libprotobuf-c and onnx.proto at build time) the functions return CG_UNAVAILABLE. */
#ifndef CONVGAUGE_BENCH_ONNX_ONNX_H
#define CONVGAUGE_BENCH_ONNX_ONNX_H

#include "bench/config/config.h"

#include <stdbool.h>
#include <stddef.h>

/* Operator set of exported files: the lowest that has HardSwish; see cg_onnx_export_opset(). */
#define CG_ONNX_OPSET 14

/* The producer by which files written here are known again. */
#define CG_ONNX_PRODUCER "convgauge"

struct cg_onnx_export_options {
    bool fold; /* norm folded into weights and bias; else written as BatchNormalization after Conv or Gemm */
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

/* Reads the inference graph of a CNN (one image input, one output) with its weights. BatchNormalization alone
 * after a convolution or FC becomes its norm, elsewhere an affine; channel shuffles are recognised; Pad goes
 * into the convolution or pool that alone reads it where that is exact (in files not written here);
 * activations are fused. Nodes may stand in any order. An unknown batch size is 1. CG_UNSUPPORTED names every
 * operator that cannot be read, with its nodes; CG_INVALID: not an ONNX file, or one that contradicts itself.
 * Tensors may have their data in other files of the model's folder. Memory is bounded by a small multiple of
 * these files' size. On success the caller owns *graph and *weights; on failure both are NULL. `request` may
 * be NULL. */
enum cg_status cg_onnx_import(const char *path, const struct cg_import_request *request,
                              struct cg_graph **graph, struct cg_weights **weights, struct cg_error *err);

/* The same from a model in memory, borrowed until return. */
enum cg_status cg_onnx_import_memory(const void *bytes, size_t size, const struct cg_import_request *request,
                                     struct cg_graph **graph, struct cg_weights **weights,
                                     struct cg_error *err);

#endif
