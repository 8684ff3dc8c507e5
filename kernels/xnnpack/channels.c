/* Nodes that only move channels. */
#include "bench/graph/channels.h"
#include "kernels/xnnpack/builder.h"

#include <string.h>

/* Copies of those inputs that do not stand in the concat's buffer already. */
void cg_xnn_build_concat(struct cg_xnn_builder *b)
{
    const struct cg_xnn_slot *slots = b->plan->layout.slots;
    const struct cg_xnn_slot *own = &slots[b->id];
    int64_t at = 0;
    int copies = 0;
    for (int i = 0; i < b->node->n_inputs; i++) {
        const struct cg_xnn_slot *slot = &slots[b->node->inputs[i]];
        const struct cg_xnn_view from = cg_xnn_input_of(b, i), to = cg_xnn_moved(cg_xnn_output_of(b), at, 0);
        if (slot->buffer != own->buffer || slot->offset != own->offset + at) {
            cg_xnn_emit_copy(b, (struct cg_xnn_runs){from.data, from.stride, to.data, to.stride,
                                                     (size_t)from.shape.c, cg_xnn_pixels(from.shape)});
            copies++;
        }
        at += from.shape.c;
    }
    cg_xnn_name_step(b, "copy x %d", copies);
}

void cg_xnn_build_split(struct cg_xnn_builder *b)
{
    if (b->plan->layout.slots[b->id].in_place)
        return;
    struct cg_xnn_view from = cg_xnn_moved(cg_xnn_input_of(b, 0), b->node->offset, 0);
    from.shape.c = b->node->shape.c;
    cg_xnn_emit_copy_view(b, from, cg_xnn_output_of(b));
}

static void build_shuffle(struct cg_xnn_builder *b, int groups)
{
    cg_xnn_name_step(b, "channel_shuffle");
    cg_xnn_emit_shuffle(b, cg_xnn_input_of(b, 0), cg_xnn_output_of(b), groups);
}

void cg_xnn_build_shuffle(struct cg_xnn_builder *b)
{
    if (cg_xnn_recipe(b->graph, b->id) == CG_XNN_COPY)
        cg_xnn_emit_copy_view(b, cg_xnn_input_of(b, 0), cg_xnn_output_of(b));
    else
        build_shuffle(b, b->node->groups);
}

static void build_permute_runs(struct cg_xnn_builder *b)
{
    const struct cg_xnn_view in = cg_xnn_input_of(b, 0), out = cg_xnn_output_of(b);
    cg_xnn_name_step(b, "copy x %d", cg_permutation_runs(b->node));
    for (int first = 0, end; first < b->node->shape.c; first = end) {
        end = cg_permutation_run_end(b->node, first);
        cg_xnn_emit_copy(b, (struct cg_xnn_runs){in.data + b->node->index[first], in.stride, out.data + first,
                                                 out.stride, (size_t)(end - first), cg_xnn_pixels(in.shape)});
    }
}

static void build_permute_conv(struct cg_xnn_builder *b)
{
    const size_t c_in = (size_t)cg_xnn_input_of(b, 0).shape.c, n = (size_t)b->node->shape.c * c_in;
    float *matrix = cg_xnn_constants(b, n);
    if (!matrix)
        return;
    memset(matrix, 0, n * sizeof *matrix);
    for (int i = 0; i < b->node->shape.c; i++)
        matrix[(size_t)i * c_in + (size_t)b->node->index[i]] = 1.0f;
    const struct cg_window point = cg_node_of(CG_CONV).window;
    const struct cg_xnn_conv conv = {&point, 1, matrix, NULL, cg_xnn_unbounded};
    cg_xnn_name_step(b, "convolution2d gemm by a 0/1 matrix");
    cg_xnn_emit_conv(b, cg_xnn_input_of(b, 0), cg_xnn_output_of(b), &conv);
}

void cg_xnn_build_permute(struct cg_xnn_builder *b)
{
    const enum cg_xnn_recipe recipe = cg_xnn_recipe(b->graph, b->id);
    if (recipe == CG_XNN_SHUFFLE)
        build_shuffle(b, cg_permutation_groups(b->graph, b->id));
    else if (recipe == CG_XNN_PERMUTE_CONV)
        build_permute_conv(b);
    else
        build_permute_runs(b);
}
