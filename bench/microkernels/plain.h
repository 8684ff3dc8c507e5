/* What plain loops in double make of a micro-kernel's arguments, one output at a time: what kernels are held
 * against. The arguments are those of kernels/native/microkernel.h, outputs are not in place. */
#ifndef CONVGAUGE_BENCH_MICROKERNELS_PLAIN_H
#define CONVGAUGE_BENCH_MICROKERNELS_PLAIN_H

#include "bench/microkernels/shapes.h"

/* Row `row` of column `column` of a gemm whose panel has `tile_n` columns. */
double cg_plain_gemm(const struct cg_gemm_args *args, int tile_n, int row, int column);

/* The same of a group kernel of `outputs` accumulators in a set of `lanes`. */
double cg_plain_group(const struct cg_gemm_args *args, int lanes, int outputs, int row, int column);

/* The value of output (y, x) of channel `channel`; *inside: taps in the map. `lanes`: of the packed weights.
 */
double cg_plain_window(const struct cg_window_args *args, enum cg_kernel_kind kind, int lanes, int y, int x,
                       int channel, int *inside);

double cg_plain_pass(const struct cg_pass_args *args, enum cg_pass pass, int pixel, int channel);

#endif
