/* What plain loops in double make of a micro-kernel's arguments, one output at a time: what kernels are held
 * against. The arguments are those of kernels/native/microkernel.h. */
#ifndef CONVGAUGE_KERNELS_CHECK_PLAIN_H
#define CONVGAUGE_KERNELS_CHECK_PLAIN_H

#include "kernels/native/microkernel.h"

/* Row `row` of column `column` of a gemm whose panel has a column's weights every `k_step` floats, and a
 * column every `column_step`. */
double ck_plain_gemm(const struct cg_gemm_args *args, ptrdiff_t k_step, ptrdiff_t column_step, int row,
                     int column);

/* The same of a group kernel of `outputs` accumulators in a set of `lanes`. */
double ck_plain_group(const struct cg_gemm_args *args, int lanes, int outputs, int row, int column);

/* What a window makes of its taps in the map: their weighted sum, the largest, the mean. */
enum ck_reduction { CK_SUM, CK_LARGEST, CK_MEAN };

/* The value of output (y, x) of channel `channel`. `lanes`: of the packed weights. */
double ck_plain_window(const struct cg_window_args *args, enum ck_reduction reduction, int lanes, int y,
                       int x, int channel);

double ck_plain_pass(const struct cg_pass_args *args, enum cg_pass pass, int pixel, int channel);

#endif
