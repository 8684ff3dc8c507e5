/* Grouped convolutions by group kernels: the part of lowering that knows how vectors hold several groups. */
#ifndef CONVGAUGE_KERNELS_NATIVE_LOWER_GROUPS_H
#define CONVGAUGE_KERNELS_NATIVE_LOWER_GROUPS_H

#include <stdint.h>

struct nv_op;
struct nv_plan;
struct nv_view;

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
