/* Small ONNX models for tests, written operator by operator. */
#ifndef CONVGAUGE_TESTS_ONNX_MODELS_H
#define CONVGAUGE_TESTS_ONNX_MODELS_H

#include "bench/graph/graph.h"
#include "bench/graph/weights.h"
#include "bench/onnx/write/builder.h"

#include <stddef.h>

/* A model whose input "input" is [1, c, h, w]; operators and constants are added with the builder's
 * functions. */
struct cg_onnx_builder *model_start(int c, int h, int w);

/* Appends an operator that reads blank-separated `inputs` ("-": left out) and gives blank-separated
 * `outputs`. */
Onnx__NodeProto *model_op(struct cg_onnx_builder *b, const char *op, const char *inputs, const char *outputs);

/* Constants: floats that count up from `first` in steps of 1/8, and a list of n integers. */
const char *model_floats(struct cg_onnx_builder *b, const char *name, const int64_t *dims, size_t rank,
                         float first);
#define MODEL_FLOATS(b, name, first, ...)                                                                    \
    model_floats(b, name, (const int64_t[]){__VA_ARGS__}, sizeof(int64_t[]){__VA_ARGS__} / sizeof(int64_t),  \
                 first)
#define MODEL_INTS(b, name, ...)                                                                             \
    cg_onnx_build_integers(b, name, (const int64_t[]){__VA_ARGS__},                                          \
                           sizeof(int64_t[]){__VA_ARGS__} / sizeof(int64_t))

/* The bytes of the model, malloc'ed, its output being `output`; the builder is freed. */
unsigned char *model_end(struct cg_onnx_builder *b, const char *output, int opset, size_t *size);

/* Reads a model and frees its bytes; returns its text, or the error's with the status before it; the caller
 * frees it, and the weights. */
char *model_text(unsigned char *bytes, size_t size, struct cg_weights **weights);

/* Reads a model that need not be one, from a block of exactly its size; the status, and the sentence in
 * `err`: a refusal without one, or one that leaves something behind, fails the test. */
enum cg_status model_status(const unsigned char *bytes, size_t size, struct cg_error *err);

#endif
