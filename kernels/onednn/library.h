/* What the C interfaces of oneDNN 2 and 3 have in another form: memory descriptors, the making of primitives
 * and of post-ops. What stands here is the same over both. */
#ifndef CONVGAUGE_KERNELS_ONEDNN_LIBRARY_H
#define CONVGAUGE_KERNELS_ONEDNN_LIBRARY_H

#include <dnnl.h>
#include <stdbool.h>

/* A memory descriptor that is only read: a struct in 2, an object of the library's in 3. */
#if DNNL_VERSION_MAJOR >= 3
typedef const_dnnl_memory_desc_t cg_dnnl_desc;
#else
typedef const dnnl_memory_desc_t *cg_dnnl_desc;
#endif

/* Those that were made, to be destroyed together. */
struct cg_dnnl_descs {
    cg_dnnl_desc *made;
    int n, room;
};

/* All four make a descriptor of floats that belongs to the list; NULL where the library refuses it, or
 * without memory. A part is a region that begins at `offsets` in the whole's memory. */
cg_dnnl_desc cg_dnnl_desc_by_tag(struct cg_dnnl_descs *list, int n_dims, const dnnl_dims_t dims,
                                 dnnl_format_tag_t tag);
cg_dnnl_desc cg_dnnl_desc_by_strides(struct cg_dnnl_descs *list, int n_dims, const dnnl_dims_t dims,
                                     const dnnl_dims_t strides);
cg_dnnl_desc cg_dnnl_desc_of_part(struct cg_dnnl_descs *list, cg_dnnl_desc whole, const dnnl_dims_t dims,
                                  const dnnl_dims_t offsets);
cg_dnnl_desc cg_dnnl_desc_copy(struct cg_dnnl_descs *list, cg_dnnl_desc from);

void cg_dnnl_descs_free(struct cg_dnnl_descs *list);

/* Of four dimensions: whether it is what the tag makes of them; its strides; how many channels a block has, 1
 * for plain formats. */
bool cg_dnnl_desc_has_tag(cg_dnnl_desc desc, dnnl_format_tag_t tag);
const dnnl_dim_t *cg_dnnl_desc_strides(cg_dnnl_desc desc);
int cg_dnnl_desc_block(cg_dnnl_desc desc);

/* What a primitive is made of. Kinds: dnnl_convolution, dnnl_inner_product, dnnl_pooling, dnnl_eltwise,
 * dnnl_binary, dnnl_batch_normalization, dnnl_layer_normalization, dnnl_shuffle (along channels); each reads
 * its own members. */
struct cg_dnnl_operation {
    dnnl_primitive_kind_t kind;
    dnnl_alg_kind_t algorithm;
    cg_dnnl_desc src, weights, bias, dst; /* bias may be NULL; a binary's second source is `weights` */
    dnnl_dims_t strides, kernel, dilation, before, after; /* height, width; a dilation of 0 is none */
    dnnl_dim_t group;                                     /* channels in a group of a shuffle */
    unsigned flags;                                       /* of a normalisation */
    float alpha, beta;                                    /* of an eltwise */
    float epsilon;                                        /* of a normalisation */
};

/* The library's first primitive for it; for inference. */
dnnl_status_t cg_dnnl_describe(dnnl_primitive_desc_t *pd, const struct cg_dnnl_operation *o,
                               dnnl_engine_t engine, const_dnnl_primitive_attr_t attr);

/* Channels of n sources one behind the other; dst NULL: in the layout that the library chooses. */
dnnl_status_t cg_dnnl_describe_concat(dnnl_primitive_desc_t *pd, cg_dnnl_desc dst, int n,
                                      const cg_dnnl_desc *sources, dnnl_engine_t engine,
                                      const_dnnl_primitive_attr_t attr);

dnnl_status_t cg_dnnl_append_sum(dnnl_post_ops_t post_ops);
dnnl_status_t cg_dnnl_append_eltwise(dnnl_post_ops_t post_ops, dnnl_alg_kind_t kind, float alpha, float beta);

/* Whether this library's reorder copies as if both sides were dense, though they have gaps: where they have
 * the same strides, from 3.7 up to 3.8.0 (oneDNN issue 3280). A concat of one source does right. */
bool cg_dnnl_reorder_is_wrong(cg_dnnl_desc from, cg_dnnl_desc to);

#endif
