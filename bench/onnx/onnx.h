/* ONNX files: the same graph and weights for other runtimes, and theirs for the engines here. Without the
 * feature `onnx` (libprotobuf-c and onnx.proto at build time) the functions return CG_UNAVAILABLE. */
#ifndef CONVGAUGE_BENCH_ONNX_ONNX_H
#define CONVGAUGE_BENCH_ONNX_ONNX_H

#include "bench/config/config.h"
#include "bench/onnx/write/model.h"

#include <stddef.h>

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
