/* Tensors: the forms that a node's output has, and the memory behind them. */
#include "kernels/onednn/plan.h"

#include "base/array.h"

static const dnnl_format_tag_t layouts[] = {dnnl_nhwc, dnnl_nchw, dnnl_nChw16c, dnnl_nChw8c, dnnl_nChw4c};

void cg_dnnl_dims(struct cg_shape shape, dnnl_dims_t dims)
{
    dims[0] = shape.n;
    dims[1] = shape.c;
    dims[2] = shape.h;
    dims[3] = shape.w;
}

cg_dnnl_desc cg_dnnl_md(const struct cg_dnnl_build *b, int node, dnnl_format_tag_t tag)
{
    dnnl_dims_t dims;
    cg_dnnl_dims(b->graph->nodes[node].shape, dims);
    return cg_dnnl_desc_by_tag(&b->plan->descs, 4, dims, tag);
}

dnnl_format_tag_t cg_dnnl_tag(cg_dnnl_desc md)
{
    for (size_t i = 0; i < sizeof layouts / sizeof layouts[0]; i++)
        if (cg_dnnl_desc_has_tag(md, layouts[i]))
            return layouts[i];
    return dnnl_format_tag_undef;
}

int cg_dnnl_new_storage(struct cg_dnnl_build *b, int64_t bytes, bool own)
{
    struct cg_dnnl_plan *plan = b->plan;
    if (!cg_array_fit(plan->storages, plan->room_storages, plan->n_storages + 1))
        return cg_dnnl_no_memory(b);
    struct cg_dnnl_storage *storage = &plan->storages[plan->n_storages];
    *storage = (struct cg_dnnl_storage){.bytes = bytes, .first = -1, .last = -1, .own = own};
    if (own) {
        const int64_t rounded = cg_aligned_bytes(bytes);
        storage->address = cg_aligned_zeros(rounded);
        if (!storage->address)
            return cg_dnnl_no_memory(b);
        plan->weight_bytes += rounded;
    }
    return plan->n_storages++;
}

int cg_dnnl_new_form(struct cg_dnnl_build *b, int node, cg_dnnl_desc md, int storage, int64_t offset_bytes)
{
    struct cg_dnnl_plan *plan = b->plan;
    if (storage < 0)
        return -1;
    if (!md || !cg_array_fit(plan->forms, plan->room_forms, plan->n_forms + 1))
        return cg_dnnl_no_memory(b);
    plan->forms[plan->n_forms] =
        (struct cg_dnnl_form){.md = md, .storage = storage, .offset_bytes = offset_bytes, .node = node};
    if (node >= 0 && b->primary[node] < 0)
        b->primary[node] = plan->n_forms;
    return plan->n_forms++;
}

int cg_dnnl_output(struct cg_dnnl_build *b, int node, cg_dnnl_desc md)
{
    const int storage = cg_dnnl_new_storage(b, (int64_t)dnnl_memory_desc_get_size(md), false);
    return cg_dnnl_new_form(b, node, md, storage, 0);
}

int cg_dnnl_form_as(struct cg_dnnl_build *b, int node, cg_dnnl_desc md)
{
    struct cg_dnnl_plan *plan = b->plan;
    if (b->primary[node] < 0) { /* the plan's input, in whatever layout its first reader likes */
        const int form = cg_dnnl_output(b, node, md);
        if (form >= 0)
            plan->storages[plan->forms[form].storage].edge = true;
        return form;
    }
    for (int i = 0; i < plan->n_forms; i++)
        if (plan->forms[i].node == node && dnnl_memory_desc_equal(plan->forms[i].md, md))
            return i;
    const int from = b->primary[node];
    const int to = cg_dnnl_output(b, node, md);
    cg_dnnl_data_step(b, false);
    cg_dnnl_reorder(b, from, to);
    return cg_dnnl_failed(b) ? -1 : to;
}

/* What a convolution of this tensor would like: the layout for an input that none has chosen. */
static cg_dnnl_desc liked_layout(struct cg_dnnl_build *b, int node)
{
    const int c = b->graph->nodes[node].shape.c;
    const cg_dnnl_desc any = cg_dnnl_md(b, node, dnnl_format_tag_any);
    const struct cg_dnnl_operation op = {
        .kind = dnnl_convolution,
        .algorithm = dnnl_convolution_direct,
        .src = any,
        .weights =
            cg_dnnl_desc_by_tag(&b->plan->descs, 4, (const dnnl_dims_t){c, c, 1, 1}, dnnl_format_tag_any),
        .dst = any,
        .strides = {1, 1}};
    dnnl_primitive_desc_t pd = NULL;
    const dnnl_status_t made = cg_dnnl_pd(b, &op, false, CG_ACT_NONE, &pd);
    const cg_dnnl_desc liked =
        made == dnnl_success ? cg_dnnl_query(b, pd, dnnl_query_src_md) : cg_dnnl_md(b, node, dnnl_nhwc);
    dnnl_primitive_desc_destroy(pd);
    return liked;
}

int cg_dnnl_dense(struct cg_dnnl_build *b, int node)
{
    if (b->primary[node] < 0)
        return cg_dnnl_form_as(b, node, liked_layout(b, node));
    const cg_dnnl_desc md = b->plan->forms[b->primary[node]].md;
    if (cg_dnnl_tag(md) != dnnl_format_tag_undef)
        return b->primary[node];
    static const dnnl_format_tag_t by_block[] = {[16] = dnnl_nChw16c, [8] = dnnl_nChw8c, [4] = dnnl_nChw4c};
    const int block = cg_dnnl_desc_block(md);
    dnnl_format_tag_t tag = cg_dnnl_desc_strides(md)[1] == 1 ? dnnl_nhwc : dnnl_nchw;
    if (block == 16 || block == 8 || block == 4)
        tag = by_block[block];
    return cg_dnnl_form_as(b, node, cg_dnnl_md(b, node, tag));
}

int cg_dnnl_constant(struct cg_dnnl_build *b, cg_dnnl_desc from, cg_dnnl_desc to, const float *values)
{
    struct cg_dnnl_plan *plan = b->plan;
    const int storage = cg_dnnl_new_storage(b, (int64_t)dnnl_memory_desc_get_size(to), true);
    const int form = cg_dnnl_new_form(b, -1, to, storage, 0);
    if (form < 0)
        return -1;
    dnnl_memory_t source = NULL, target = NULL;
    const dnnl_primitive_t mover = cg_dnnl_mover(b, from, to);
    if (!mover)
        return -1;
    const dnnl_status_t status = dnnl_memory_create(&source, from, plan->engine, (void *)values)
        ?: dnnl_memory_create(&target, to, plan->engine, plan->storages[storage].address)
        ?: cg_dnnl_move(plan, mover, source, target);
    dnnl_primitive_destroy(mover);
    dnnl_memory_destroy(source);
    dnnl_memory_destroy(target);
    return status == dnnl_success ? form : cg_dnnl_refuse(b, "reorder of weights", status);
}
