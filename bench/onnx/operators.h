/* The ONNX operators that are read: one row each. */
#ifndef CONVGAUGE_BENCH_ONNX_OPERATORS_H
#define CONVGAUGE_BENCH_ONNX_OPERATORS_H

#include "bench/onnx/readers.h"

struct cg_onnx_operator {
    const char *name;
    size_t least_inputs, most_inputs;
    const char *attributes; /* known ones, blank-separated; others make a node unsupported */
    cg_onnx_read *read;     /* of features; NULL: only of constants */
    cg_onnx_read *fold;     /* when all inputs are constant; NULL: never */
    int variant;            /* what tells operators apart that share a function: im->variant */
};

/* The row of that name, or NULL. */
const struct cg_onnx_operator *cg_onnx_operator_find(const char *name);

#endif
