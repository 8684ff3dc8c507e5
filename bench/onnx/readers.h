/* The ONNX operators that are read: one row each in operators.c, and the functions that stand there. The
 * files that define them are import_*.c (of computed values) and fold.c (of constants). */
#ifndef CONVGAUGE_BENCH_ONNX_READERS_H
#define CONVGAUGE_BENCH_ONNX_READERS_H

#include "bench/onnx/importer.h"

/* Reads im->node and sets its outputs; returns im->error.status. CG_UNSUPPORTED: this use of the operator is
 * not read (the outputs become broken and reading goes on); any other failure ends the reading. */
typedef enum cg_status cg_onnx_read(struct cg_onnx_importer *im);

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

/* Why an operator without a row is refused, where there is more to say than its name; else "". */
const char *cg_onnx_refusal_of(const char *name);

/* Makes an activation that the operator just read completes, written out in simpler ones, one node. */
cg_onnx_read cg_onnx_see_act;

/* Add, Sub, Mul and Div where an input is a square root or something over one: steps to a layer
 * normalisation. */
cg_onnx_read cg_onnx_read_quotient;

/* Max and Min of any maps and constants. */
cg_onnx_read cg_onnx_read_greatest;

/* clang-format off */
cg_onnx_read cg_onnx_read_conv, cg_onnx_read_batch_norm, cg_onnx_read_gemm, cg_onnx_read_matmul;
cg_onnx_read cg_onnx_read_max_pool, cg_onnx_read_average_pool, cg_onnx_read_global_average_pool;
cg_onnx_read cg_onnx_read_global_max_pool, cg_onnx_read_reduce, cg_onnx_read_pad;
cg_onnx_read cg_onnx_read_alpha_act, cg_onnx_read_gelu, cg_onnx_read_act, cg_onnx_read_clip, cg_onnx_read_min_max, cg_onnx_read_hard_sigmoid;
cg_onnx_read cg_onnx_read_add, cg_onnx_read_sub, cg_onnx_read_mul, cg_onnx_read_div, cg_onnx_read_sum, cg_onnx_read_neg;
cg_onnx_read cg_onnx_read_concat, cg_onnx_read_split, cg_onnx_read_slice, cg_onnx_read_gather;
cg_onnx_read cg_onnx_read_reshape, cg_onnx_read_transpose, cg_onnx_read_same, cg_onnx_read_dropout;
cg_onnx_read cg_onnx_read_cast, cg_onnx_read_shape;
cg_onnx_read cg_onnx_fold_constant, cg_onnx_fold_constant_of_shape, cg_onnx_fold_same, cg_onnx_fold_cast;
cg_onnx_read cg_onnx_fold_arithmetic, cg_onnx_fold_reshape, cg_onnx_fold_transpose, cg_onnx_fold_shape;
cg_onnx_read cg_onnx_fold_gather, cg_onnx_fold_slice, cg_onnx_fold_concat, cg_onnx_fold_where, cg_onnx_fold_clip;
cg_onnx_read cg_onnx_fold_reduce, cg_onnx_fold_dequantize, cg_onnx_fold_batch_norm, cg_onnx_fold_range;
cg_onnx_read cg_onnx_fold_expand, cg_onnx_fold_quantize, cg_onnx_refuse_quantised, cg_onnx_read_space_to_depth, cg_onnx_read_depth_to_space;
cg_onnx_read cg_onnx_read_prelu, cg_onnx_read_layer_norm, cg_onnx_read_instance_norm, cg_onnx_read_group_norm;
cg_onnx_read cg_onnx_read_lrn, cg_onnx_read_softmax, cg_onnx_read_sqrt, cg_onnx_read_reciprocal, cg_onnx_read_pow;
cg_onnx_read cg_onnx_read_expand, cg_onnx_read_resize, cg_onnx_fold_split, cg_onnx_fold_tile;
cg_onnx_read cg_onnx_fold_cumulate;
/* clang-format on */

#endif
