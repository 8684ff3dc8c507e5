/* What normalises over several values, in double: over the channels of a pixel, or of groups over a map. */
#ifndef CONVGAUGE_KERNELS_REFERENCE_NORMS_H
#define CONVGAUGE_KERNELS_REFERENCE_NORMS_H

#include "kernels/reference/node.h"

/* One pixel of the node: its channels from `in` to `out`. GROUP_NORM takes the statistics of the image that
 * the pixel is of, made before. */
void cg_reference_layer_norm(struct cg_reference_node *node, const struct cg_node *spec, const float *in,
                             float *out);
void cg_reference_group_norm(const struct cg_reference_node *node, const struct cg_node *spec,
                             const float *in, float *out);
void cg_reference_lrn(const struct cg_node *spec, const float *in, float *out);
void cg_reference_softmax(const struct cg_node *spec, const float *in, float *out);

/* Of all pixels of one image (dense, the node's shape). */
void cg_reference_group_statistics(struct cg_reference_node *node, const struct cg_node *spec,
                                   const float *image);

#endif
