/* Concat, split, shuffle, permutation, padding: data that move. */
#include "bench/graph/channels.h"
#include "kernels/onednn/plan.h"

#include <stdlib.h>

/* A form that the node's output has, whatever it is; -1 with the error set. */
static int any_form(struct cg_dnnl_build *b, int node)
{
    return b->primary[node] >= 0 ? b->primary[node] : cg_dnnl_dense(b, node);
}

void cg_dnnl_concat(struct cg_dnnl_build *b)
{
    const int n = b->node->n_inputs;
    cg_dnnl_desc *sources = calloc((size_t)n, sizeof *sources);
    struct cg_dnnl_arg *args = calloc((size_t)n + 1, sizeof *args);
    dnnl_primitive_desc_t pd = NULL;
    if (!sources || !args)
        cg_dnnl_no_memory(b);
    for (int i = 0; i < n && !cg_dnnl_failed(b); i++) {
        const int form = any_form(b, b->node->inputs[i]); /* views too */
        args[i] = (struct cg_dnnl_arg){DNNL_ARG_MULTIPLE_SRC + i, form};
        if (form >= 0)
            sources[i] = b->plan->forms[form].md;
    }
    const dnnl_status_t made = cg_dnnl_failed(b)
                                   ? dnnl_success
                                   : cg_dnnl_describe_concat(&pd, NULL, n, sources, b->plan->engine, b->attr);
    if (made != dnnl_success)
        cg_dnnl_refuse(b, "concat", made);
    if (pd) {
        args[n] = (struct cg_dnnl_arg){DNNL_ARG_DST,
                                       cg_dnnl_output(b, b->id, cg_dnnl_query(b, pd, dnnl_query_dst_md))};
        cg_dnnl_node_call(b, pd, "concat", n + 1, args);
    }
    free(sources);
    free(args);
}

/* Channels [offset, offset + c) of `form` as a view: dense where one image's blocks allow it, else strided.
 * -1 without an error where a block would be cut. */
static int view(struct cg_dnnl_build *b, int node, int form, int offset, struct cg_shape whole)
{
    const struct cg_dnnl_form source = b->plan->forms[form];
    const struct cg_shape shape = b->graph->nodes[node].shape;
    const dnnl_format_tag_t tag = cg_dnnl_tag(source.md);
    const int block = cg_dnnl_desc_block(source.md);
    const bool whole_blocks = offset % block == 0 && (shape.c % block == 0 || offset + shape.c == whole.c);
    if (whole_blocks && shape.n == 1 && tag != dnnl_nhwc && tag != dnnl_format_tag_undef)
        return cg_dnnl_new_form(b, node, cg_dnnl_md(b, node, tag), source.storage,
                                source.offset_bytes +
                                    (int64_t)offset * shape.h * shape.w * (int64_t)sizeof(float));
    dnnl_dims_t dims;
    cg_dnnl_dims(shape, dims);
    const cg_dnnl_desc part = whole_blocks ? cg_dnnl_desc_of_part(&b->plan->descs, source.md, dims,
                                                                  (const dnnl_dims_t){0, offset, 0, 0})
                                           : NULL;
    return part ? cg_dnnl_new_form(b, node, part, source.storage, source.offset_bytes) : -1;
}

void cg_dnnl_split(struct cg_dnnl_build *b)
{
    const struct cg_shape whole = cg_input_shape(b->graph, b->id, 0);
    int from = any_form(b, b->node->inputs[0]);
    int part = from < 0 ? -1 : view(b, b->id, from, b->node->offset, whole);
    if (part < 0 && !cg_dnnl_failed(b)) { /* a block of channels would be cut: through a plain layout */
        from = cg_dnnl_form_as(b, b->node->inputs[0], cg_dnnl_md(b, b->node->inputs[0], dnnl_nhwc));
        part = from < 0 ? -1 : view(b, b->id, from, b->node->offset, whole);
        if (part < 0)
            cg_dnnl_refuse(b, "sub-memory", dnnl_unimplemented);
    }
    if (b->full || part < 0)
        return;
    /* fusion none: a pass of its own, into memory of its own */
    dnnl_format_tag_t tag = cg_dnnl_tag(b->plan->forms[from].md);
    if (tag == dnnl_format_tag_undef)
        tag = dnnl_nhwc;
    b->primary[b->id] = -1;
    b->plan->forms[part].node = -1;
    const int copy = cg_dnnl_output(b, b->id, cg_dnnl_md(b, b->id, tag));
    cg_dnnl_data_step(b, true);
    cg_dnnl_reorder(b, part, copy);
}

/* groups as in the graph: out[j * groups + i] = in[i * c / groups + j]. */
static void shuffle(struct cg_dnnl_build *b, int groups)
{
    const int src = cg_dnnl_dense(b, b->node->inputs[0]);
    if (src < 0)
        return;
    const cg_dnnl_desc md = b->plan->forms[src].md;
    const struct cg_dnnl_operation op = {
        .kind = dnnl_shuffle, .src = md, .dst = md, .group = b->node->shape.c / groups};
    dnnl_primitive_desc_t pd = cg_dnnl_made(b, &op, CG_ACT_NONE, "shuffle");
    const int dst = cg_dnnl_output(b, b->id, md);
    cg_dnnl_node_call(b, pd, "shuffle", CG_DNNL_ARGS({DNNL_ARG_SRC, src}, {DNNL_ARG_DST, dst}));
}

void cg_dnnl_shuffle(struct cg_dnnl_build *b)
{
    shuffle(b, b->node->groups);
}

/* The part of `form` that begins at (y, x, channel), as a form of no node; -1 with the error set. */
static int part_of(struct cg_dnnl_build *b, int form, struct cg_shape shape, int y, int x, int channel)
{
    if (cg_dnnl_failed(b))
        return -1;
    const struct cg_dnnl_form whole = b->plan->forms[form];
    dnnl_dims_t dims;
    cg_dnnl_dims(shape, dims);
    const cg_dnnl_desc part =
        cg_dnnl_desc_of_part(&b->plan->descs, whole.md, dims, (const dnnl_dims_t){0, channel, y, x});
    return part ? cg_dnnl_new_form(b, -1, part, whole.storage, whole.offset_bytes)
                : cg_dnnl_refuse(b, "sub-memory", dnnl_unimplemented);
}

/* No gather: a shuffle if it is one, else a reorder for each run of channels, plane by plane. */
void cg_dnnl_permute(struct cg_dnnl_build *b)
{
    const int groups = cg_permutation_groups(b->graph, b->id);
    if (groups) {
        shuffle(b, groups);
        return;
    }
    const int src = cg_dnnl_form_as(b, b->node->inputs[0], cg_dnnl_md(b, b->node->inputs[0], dnnl_nchw));
    const int dst = cg_dnnl_output(b, b->id, cg_dnnl_md(b, b->id, dnnl_nchw));
    if (!cg_dnnl_failed(b))
        cg_step_open(&b->plan->head, b->id, CG_CAT_SHUFFLE, b->err);
    struct cg_shape run = b->node->shape;
    for (int first = 0; first < b->node->shape.c; first += run.c) {
        run.c = cg_permutation_run_end(b->node, first) - first;
        const int from = part_of(b, src, run, 0, 0, b->node->index[first]);
        cg_dnnl_reorder(b, from, part_of(b, dst, run, 0, 0, first));
    }
}

static int larger(int a, int b)
{
    return a > b ? a : b;
}

/* A reorder of the part that stays into the middle of a tensor whose border was zeroed once: that memory is
 * used for nothing else. */
void cg_dnnl_pad(struct cg_dnnl_build *b)
{
    const struct cg_window *w = &b->node->window;
    const struct cg_shape in = cg_input_shape(b->graph, b->id, 0);
    const int src = cg_dnnl_dense(b, b->node->inputs[0]);
    if (src < 0)
        return;
    const cg_dnnl_desc whole = cg_dnnl_md(b, b->id, cg_dnnl_tag(b->plan->forms[src].md));
    const int storage = cg_dnnl_new_storage(b, (int64_t)dnnl_memory_desc_get_size(whole), true);
    const int dst = cg_dnnl_new_form(b, b->id, whole, storage, 0);
    const struct cg_shape kept = {in.n, in.h - larger(0, -w->pad_top) - larger(0, -w->pad_bottom),
                                  in.w - larger(0, -w->pad_left) - larger(0, -w->pad_right), in.c};
    const int from = part_of(b, src, kept, larger(0, -w->pad_top), larger(0, -w->pad_left), 0);
    const int to = part_of(b, dst, kept, larger(0, w->pad_top), larger(0, w->pad_left), 0);
    cg_dnnl_data_step(b, true);
    cg_dnnl_reorder(b, from, to);
}
