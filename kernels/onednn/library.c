#include "kernels/onednn/library.h"

#include "base/array.h"

#include <stdlib.h>

#if DNNL_VERSION_MAJOR >= 3

#define desc_by_tag     dnnl_memory_desc_create_with_tag
#define desc_by_strides dnnl_memory_desc_create_with_strides
#define desc_of_part    dnnl_memory_desc_create_submemory

static cg_dnnl_desc own_of(const dnnl_memory_desc_t *desc)
{
    return *desc;
}

static void destroy(cg_dnnl_desc desc)
{
    dnnl_memory_desc_destroy((dnnl_memory_desc_t)desc);
}

static dnnl_status_t clone(dnnl_memory_desc_t *desc, cg_dnnl_desc from)
{
    return dnnl_memory_desc_clone(desc, from);
}

static const dnnl_dim_t *numbers(cg_dnnl_desc desc, dnnl_query_t what)
{
    static const dnnl_dims_t none;
    const dnnl_dims_t *found = NULL;
    return dnnl_memory_desc_query(desc, what, (void *)&found) == dnnl_success && found ? *found : none;
}

static const dnnl_dim_t *dims_of(cg_dnnl_desc desc)
{
    return numbers(desc, dnnl_query_dims);
}

const dnnl_dim_t *cg_dnnl_desc_strides(cg_dnnl_desc desc)
{
    return numbers(desc, dnnl_query_strides);
}

static int inner_blocks(cg_dnnl_desc desc, const dnnl_dim_t **blocks)
{
    int n = 0;
    *blocks = numbers(desc, dnnl_query_inner_blks);
    return dnnl_memory_desc_query(desc, dnnl_query_inner_nblks_s32, &n) == dnnl_success ? n : 0;
}

dnnl_status_t cg_dnnl_describe(dnnl_primitive_desc_t *pd, const struct cg_dnnl_operation *o,
                               dnnl_engine_t engine, const_dnnl_primitive_attr_t attr)
{
    const dnnl_prop_kind_t prop = dnnl_forward_inference;
    switch (o->kind) {
    case dnnl_convolution:
        return dnnl_convolution_forward_primitive_desc_create(pd, engine, prop, o->algorithm, o->src,
                                                              o->weights, o->bias, o->dst, o->strides,
                                                              o->dilation, o->before, o->after, attr);
    case dnnl_inner_product:
        return dnnl_inner_product_forward_primitive_desc_create(pd, engine, prop, o->src, o->weights, o->bias,
                                                                o->dst, attr);
    case dnnl_pooling:
        return dnnl_pooling_forward_primitive_desc_create(pd, engine, prop, o->algorithm, o->src, o->dst,
                                                          o->strides, o->kernel, o->dilation, o->before,
                                                          o->after, attr);
    case dnnl_eltwise:
        return dnnl_eltwise_forward_primitive_desc_create(pd, engine, prop, o->algorithm, o->src, o->dst,
                                                          o->alpha, o->beta, attr);
    case dnnl_binary:
        return dnnl_binary_primitive_desc_create(pd, engine, o->algorithm, o->src, o->weights, o->dst, attr);
    case dnnl_batch_normalization:
        return dnnl_batch_normalization_forward_primitive_desc_create(pd, engine, prop, o->src, o->dst,
                                                                      o->epsilon, o->flags, attr);
    case dnnl_layer_normalization:
        return dnnl_layer_normalization_forward_primitive_desc_create(pd, engine, prop, o->src, o->dst, NULL,
                                                                      o->epsilon, o->flags, attr);
    case dnnl_shuffle:
        return dnnl_shuffle_forward_primitive_desc_create(pd, engine, prop, o->src, o->dst, 1, o->group,
                                                          attr);
    default:
        return dnnl_invalid_arguments;
    }
}

dnnl_status_t cg_dnnl_describe_concat(dnnl_primitive_desc_t *pd, cg_dnnl_desc dst, int n,
                                      const cg_dnnl_desc *sources, dnnl_engine_t engine,
                                      const_dnnl_primitive_attr_t attr)
{
    return dnnl_concat_primitive_desc_create(pd, engine, dst, n, 1, sources, attr);
}

dnnl_status_t cg_dnnl_append_sum(dnnl_post_ops_t post_ops)
{
    return dnnl_post_ops_append_sum(post_ops, 1.0f, 0, dnnl_data_type_undef);
}

dnnl_status_t cg_dnnl_append_eltwise(dnnl_post_ops_t post_ops, dnnl_alg_kind_t kind, float alpha, float beta)
{
    return dnnl_post_ops_append_eltwise(post_ops, kind, alpha, beta);
}

#else /* oneDNN 2 */

#define desc_by_tag     dnnl_memory_desc_init_by_tag
#define desc_by_strides dnnl_memory_desc_init_by_strides
#define desc_of_part    dnnl_memory_desc_init_submemory

static cg_dnnl_desc own_of(const dnnl_memory_desc_t *desc)
{
    dnnl_memory_desc_t *own = malloc(sizeof *own);
    if (own)
        *own = *desc;
    return own;
}

static void destroy(cg_dnnl_desc desc)
{
    free((dnnl_memory_desc_t *)desc);
}

static dnnl_status_t clone(dnnl_memory_desc_t *desc, cg_dnnl_desc from)
{
    *desc = *from;
    return dnnl_success;
}

static const dnnl_dim_t *dims_of(cg_dnnl_desc desc)
{
    return desc->dims;
}

const dnnl_dim_t *cg_dnnl_desc_strides(cg_dnnl_desc desc)
{
    return desc->format_desc.blocking.strides;
}

static int inner_blocks(cg_dnnl_desc desc, const dnnl_dim_t **blocks)
{
    *blocks = desc->format_desc.blocking.inner_blks;
    return desc->format_desc.blocking.inner_nblks;
}

dnnl_status_t cg_dnnl_describe(dnnl_primitive_desc_t *pd, const struct cg_dnnl_operation *o,
                               dnnl_engine_t engine, const_dnnl_primitive_attr_t attr)
{
    const dnnl_prop_kind_t prop = dnnl_forward_inference;
    dnnl_status_t made = dnnl_invalid_arguments;
    union {
        dnnl_convolution_desc_t convolution;
        dnnl_inner_product_desc_t inner_product;
        dnnl_pooling_v2_desc_t pooling;
        dnnl_eltwise_desc_t eltwise;
        dnnl_binary_desc_t binary;
        dnnl_batch_normalization_desc_t norm;
        dnnl_layer_normalization_desc_t layer_norm;
        dnnl_shuffle_desc_t shuffle;
    } op;
    switch (o->kind) {
    case dnnl_convolution:
        made = dnnl_dilated_convolution_forward_desc_init(&op.convolution, prop, o->algorithm, o->src,
                                                          o->weights, o->bias, o->dst, o->strides,
                                                          o->dilation, o->before, o->after);
        break;
    case dnnl_inner_product:
        made = dnnl_inner_product_forward_desc_init(&op.inner_product, prop, o->src, o->weights, o->bias,
                                                    o->dst);
        break;
    case dnnl_pooling:
        made = dnnl_pooling_v2_forward_desc_init(&op.pooling, prop, o->algorithm, o->src, o->dst, o->strides,
                                                 o->kernel, o->dilation, o->before, o->after);
        break;
    case dnnl_eltwise:
        made = dnnl_eltwise_forward_desc_init(&op.eltwise, prop, o->algorithm, o->src, o->alpha, o->beta);
        break;
    case dnnl_binary:
        made = dnnl_binary_desc_init(&op.binary, o->algorithm, o->src, o->weights, o->dst);
        break;
    case dnnl_batch_normalization:
        made = dnnl_batch_normalization_forward_desc_init(&op.norm, prop, o->src, o->epsilon, o->flags);
        break;
    case dnnl_layer_normalization:
        made = dnnl_layer_normalization_forward_desc_init(&op.layer_norm, prop, o->src, NULL, o->epsilon,
                                                          o->flags);
        break;
    case dnnl_shuffle:
        made = dnnl_shuffle_forward_desc_init(&op.shuffle, prop, o->src, 1, o->group);
        break;
    default:
        break;
    }
    return made ?: dnnl_primitive_desc_create(pd, &op, attr, engine, NULL);
}

dnnl_status_t cg_dnnl_describe_concat(dnnl_primitive_desc_t *pd, cg_dnnl_desc dst, int n,
                                      const cg_dnnl_desc *sources, dnnl_engine_t engine,
                                      const_dnnl_primitive_attr_t attr)
{
    dnnl_memory_desc_t *row = malloc((size_t)n * sizeof *row);
    for (int i = 0; row && i < n; i++)
        row[i] = *sources[i];
    const dnnl_status_t made =
        row ? dnnl_concat_primitive_desc_create(pd, dst, n, 1, row, attr, engine) : dnnl_out_of_memory;
    free(row);
    return made;
}

dnnl_status_t cg_dnnl_append_sum(dnnl_post_ops_t post_ops)
{
    return dnnl_post_ops_append_sum(post_ops, 1.0f);
}

dnnl_status_t cg_dnnl_append_eltwise(dnnl_post_ops_t post_ops, dnnl_alg_kind_t kind, float alpha, float beta)
{
    return dnnl_post_ops_append_eltwise(post_ops, 1.0f, kind, alpha, beta);
}

#endif

/* What was made, if `status` says that it was, taken into the list. */
static cg_dnnl_desc keep(struct cg_dnnl_descs *list, dnnl_status_t status, const dnnl_memory_desc_t *made)
{
    const cg_dnnl_desc desc = status == dnnl_success ? own_of(made) : NULL;
    if (!desc)
        return NULL;
    if (cg_array_fit(list->made, list->room, list->n + 1))
        return list->made[list->n++] = desc;
    destroy(desc);
    return NULL;
}

cg_dnnl_desc cg_dnnl_desc_by_tag(struct cg_dnnl_descs *list, int n_dims, const dnnl_dims_t dims,
                                 dnnl_format_tag_t tag)
{
    dnnl_memory_desc_t made;
    const dnnl_status_t status = desc_by_tag(&made, n_dims, dims, dnnl_f32, tag);
    return keep(list, status, &made);
}

cg_dnnl_desc cg_dnnl_desc_by_strides(struct cg_dnnl_descs *list, int n_dims, const dnnl_dims_t dims,
                                     const dnnl_dims_t strides)
{
    dnnl_memory_desc_t made;
    const dnnl_status_t status = desc_by_strides(&made, n_dims, dims, dnnl_f32, strides);
    return keep(list, status, &made);
}

cg_dnnl_desc cg_dnnl_desc_of_part(struct cg_dnnl_descs *list, cg_dnnl_desc whole, const dnnl_dims_t dims,
                                  const dnnl_dims_t offsets)
{
    dnnl_memory_desc_t made;
    const dnnl_status_t status = desc_of_part(&made, whole, dims, offsets);
    return keep(list, status, &made);
}

cg_dnnl_desc cg_dnnl_desc_copy(struct cg_dnnl_descs *list, cg_dnnl_desc from)
{
    dnnl_memory_desc_t made;
    if (!from)
        return NULL;
    const dnnl_status_t status = clone(&made, from);
    return keep(list, status, &made);
}

void cg_dnnl_descs_free(struct cg_dnnl_descs *list)
{
    for (int i = 0; i < list->n; i++)
        destroy(list->made[i]);
    free(list->made);
    *list = (struct cg_dnnl_descs){0};
}

bool cg_dnnl_desc_has_tag(cg_dnnl_desc desc, dnnl_format_tag_t tag)
{
    struct cg_dnnl_descs list = {0};
    const cg_dnnl_desc other = cg_dnnl_desc_by_tag(&list, 4, dims_of(desc), tag);
    const bool same = other && dnnl_memory_desc_equal(desc, other);
    cg_dnnl_descs_free(&list);
    return same;
}

int cg_dnnl_desc_block(cg_dnnl_desc desc)
{
    const dnnl_dim_t *blocks;
    const int n = inner_blocks(desc, &blocks);
    int block = 1;
    for (int i = 0; i < n; i++)
        block *= (int)blocks[i];
    return block;
}

bool cg_dnnl_reorder_is_wrong(cg_dnnl_desc from, cg_dnnl_desc to)
{
    const dnnl_version_t *version = dnnl_version();
    const int number = version->major * 10000 + version->minor * 100 + version->patch;
    const dnnl_dim_t *dims = dims_of(from), *a = cg_dnnl_desc_strides(from), *b = cg_dnnl_desc_strides(to);
    const int block = cg_dnnl_desc_block(from);
    dnnl_dim_t span = block, elements = block;
    for (int i = 0; i < 4; i++) {
        const dnnl_dim_t n = i == 1 ? (dims[i] + block - 1) / block : dims[i];
        if (n > 1 && a[i] != b[i])
            return false;
        span += (n - 1) * a[i];
        elements *= n;
    }
    return number >= 30700 && number < 30801 && span != elements;
}
