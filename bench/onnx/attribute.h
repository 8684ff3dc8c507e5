/* Attributes of an ONNX node, read with their types and ranges checked. A missing one gives the fallback; a
 * wrong type, count or range gives CG_INVALID. */
#ifndef CONVGAUGE_BENCH_ONNX_ATTRIBUTE_H
#define CONVGAUGE_BENCH_ONNX_ATTRIBUTE_H

#include "base/error.h"
#include "bench/onnx/onnx.pb-c.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The attribute of that name, or NULL. */
const Onnx__AttributeProto *cg_onnx_attribute(const Onnx__NodeProto *node, const char *name);

enum cg_status cg_onnx_attribute_int(const Onnx__NodeProto *node, const char *name, int64_t fallback,
                                     int64_t *value, struct cg_error *err);
enum cg_status cg_onnx_attribute_float(const Onnx__NodeProto *node, const char *name, float fallback,
                                       float *value, struct cg_error *err);

/* The text of a string attribute ("" when missing), cut to `size`. */
enum cg_status cg_onnx_attribute_text(const Onnx__NodeProto *node, const char *name, char *text, size_t size,
                                      struct cg_error *err);

/* Exactly n integers, each from least to most; all `fallback` when missing. */
enum cg_status cg_onnx_attribute_ints(const Onnx__NodeProto *node, const char *name, int n, int least,
                                      int most, int fallback, int *values, struct cg_error *err);

/* The first attribute that is not among the blank-separated `known` ones, or NULL. */
const char *cg_onnx_attribute_unknown(const Onnx__NodeProto *node, const char *known);

#endif
