/* The inner loop of the reference's convolutions, compiled for each instruction set of x86 there is. */
#ifndef CONVGAUGE_KERNELS_REFERENCE_SUMS_H
#define CONVGAUGE_KERNELS_REFERENCE_SUMS_H

#include "kernels/isa.h"

/* Output pixels and output channels that one pass over the inputs of a convolution accumulates. The order of
 * summation within one output (kernel row, column, input channel) does not depend on them. */
#define CG_REFERENCE_PIXELS 8
#define CG_REFERENCE_LANES  8

/* sum[pixel][lane] over all taps and `channels` input channels from `first` on: taps[pixel][tap] are input
 * pixels, weight is [tap][channel][lane]. A product of two f32 is exact in double, so the only roundings are
 * those of the additions, and each instruction set gives the same bits. */
typedef void cg_reference_sums(const float *const *taps, int n_taps, int first, int channels,
                               const float *weight, double sum[CG_REFERENCE_PIXELS][CG_REFERENCE_LANES]);

cg_reference_sums cg_reference_sums_scalar;
#if defined(__x86_64__)
cg_reference_sums cg_reference_sums_avx2, cg_reference_sums_avx512;
#endif

/* The one of this set, or else of the highest below it. */
cg_reference_sums *cg_reference_sums_for(enum cg_isa isa);

#endif
