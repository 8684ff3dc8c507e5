/* ONNX models that are well-formed and contradict themselves or ask for the impossible, and what is said of
 * each, listed by what is wrong with them. */
#ifndef CONVGAUGE_TESTS_ONNX_CONTRADICTIONS_H
#define CONVGAUGE_TESTS_ONNX_CONTRADICTIONS_H

#include "tests/onnx_models.h"

#include <stddef.h>

struct contradiction {
    const char *name;
    void (*write)(struct cg_onnx_builder *b); /* reads "input" of [1, 4, 6, 5]; output "y" */
    const char *says;                         /* part of the refusal */
};

struct contradictions {
    const struct contradiction *models;
    size_t n;
};

extern const struct contradictions contradictory_convolutions, contradictory_weights, contradictory_wiring,
    contradictory_shapes;

#endif
