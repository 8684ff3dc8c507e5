/* Convolutions whose groups have few outputs each, by group kernels: which vectors of input channels belong
 * together, and the packing of the weights. A vector may hold channels of several groups, as they lie; what
 * is asked is that lanes of one group can be summed by folding: that the lanes' groups depend on some bits of
 * their numbers only. Vectors with the same groups in the same lanes form a bundle: shuffled channels do. */
#ifndef CONVGAUGE_KERNELS_NATIVE_LOWER_GROUPS_H
#define CONVGAUGE_KERNELS_NATIVE_LOWER_GROUPS_H

#include "kernels/native/plan.h"

struct nv_group_conv {
    int cin, groups, cpg, npg, taps; /* cpg, npg: input and output channels of a group */
    int m;                           /* pixels that run in one call */
    int *channels;  /* [cin], set: the input channel at each position of the packed weights */
    int *out_order; /* [cout], set: the output channel in each column */
};

/* Lays out runs and panels of `op` (which has room for a run a channel and a panel an output) for group
 * kernels, where channels lie so that they can and where they are faster than gemm tiles. Returns 1 if so,
 * then with the floats of parameters in *n_params; 0 if not, with `op` as it was; -1 without memory. */
int nv_lay_out_groups(struct nv_plan *plan, struct nv_op *op, const struct nv_view *in,
                      const struct nv_group_conv *conv, int64_t *n_params);

/* Packs weights ([out][tap][channel of the group]) and biases for what was laid out. */
void nv_pack_groups(const struct nv_plan *plan, const struct nv_op *op, const struct nv_group_conv *conv,
                    const float *weight, const float *bias);

#endif
