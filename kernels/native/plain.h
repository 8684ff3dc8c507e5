/* Nodes that run in plain C, whatever the instruction set: activations that have no kernel, PReLU, norms over
 * the map, LRN, softmax, upsampling. */
#ifndef CONVGAUGE_KERNELS_NATIVE_PLAIN_H
#define CONVGAUGE_KERNELS_NATIVE_PLAIN_H

#include "bench/graph/node.h"
#include "kernels/native/microkernel.h"

/* Whether a pass over the node's pixels runs in plain C. */
bool nv_is_plain(const struct cg_node *node);

/* What runs, for the record: "mish_f32__c". Never NULL; the texts are constants. */
const char *nv_plain_name(const struct cg_node *node);

/* Whether a node, plain or a layer norm, takes all channels of a pixel (or all of a group) in order, so that
 * they must lie so; whether it can write where it reads. */
bool nv_plain_in_order(const struct cg_node *node);
bool nv_plain_in_place(const struct cg_node *node);

/* args->m pixels of args->channels from a to out, which may be one and the same if it can; args->scale and
 * shift are those of the node's channels. Group norm: of whole groups, the m pixels are an image;
 * upsampling: the output's image. */
void nv_plain_run(const struct cg_node *node, const struct cg_pass_args *args);

#endif
