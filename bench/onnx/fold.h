/* Constants made of constants: whatever depends on constants and static shapes alone is computed when the
 * file is read. fold.c picks and orders elements, fold_numbers.c computes with them. */
#ifndef CONVGAUGE_BENCH_ONNX_FOLD_H
#define CONVGAUGE_BENCH_ONNX_FOLD_H

#include "bench/onnx/importer.h"

/* Counts the elements of a constant whose dimensions are set, and makes room for them; false after a failure.
 */
bool cg_onnx_make(struct cg_onnx_importer *im, bool floats, struct cg_onnx_constant *c);

/* Elements of a constant made here. */
static inline float *cg_onnx_floats_of(const struct cg_onnx_constant *c)
{
    return (float *)c->f;
}

static inline int64_t *cg_onnx_integers_of(const struct cg_onnx_constant *c)
{
    return (int64_t *)c->i;
}

/* Element k of a constant made here becomes element `at` of another of its type. */
void cg_onnx_set_element(const struct cg_onnx_constant *c, int64_t k, const struct cg_onnx_constant *from,
                         int64_t at);

/* Where element k of a value of c's dimensions lies when its neighbours are `steps` apart. */
int64_t cg_onnx_flat_index(const struct cg_onnx_constant *c, int64_t k, const int64_t *steps);

#endif
