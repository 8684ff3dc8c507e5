#include "kernels/native/plan.h"

#include <math.h>
#include <string.h>

/* Neighbouring pixels at a multiple of this many bytes fall into a few sets of the first-level cache, and
 * windows and register tiles, which read several pixels at once, evict their own lines. */
#define CROWDING_BYTES 1024

#define FLOATS_OF_LINE (CG_NATIVE_ALIGN / (int)sizeof(float))

int nv_pixel_floats(int c)
{
    return c * (int)sizeof(float) % CROWDING_BYTES == 0 ? c + FLOATS_OF_LINE : c;
}

void nv_keep_in_lines(struct nv_buffer *buffer, int lanes)
{
    const int lines = (buffer->ld + FLOATS_OF_LINE - 1) / FLOATS_OF_LINE;
    if (2 * lanes >= FLOATS_OF_LINE && buffer->ld % lanes != 0 && lines > 2 && !buffer->cuts)
        buffer->ld = (lines | 1) * FLOATS_OF_LINE;
}

int nv_add_buffer(struct nv_plan *plan, struct cg_shape shape, int ld)
{
    if (!cg_array_fit(plan->buffers, plan->room_buffers, plan->n_buffers + 1))
        return -1;
    plan->buffers[plan->n_buffers] = (struct nv_buffer){.rows = shape.n * shape.h,
                                                        .w = shape.w,
                                                        .c = shape.c,
                                                        .ld = ld,
                                                        .first = -1,
                                                        .last = -1,
                                                        .in_place_of = -1};
    return plan->n_buffers++;
}

struct nv_op *nv_add_op(struct nv_plan *plan, enum nv_kind kind, enum cg_category category,
                        struct cg_shape out)
{
    const int buffer = nv_add_buffer(plan, out, nv_pixel_floats(out.c));
    if (buffer < 0 || !cg_array_fit(plan->ops, plan->room_ops, plan->n_ops + 1))
        return NULL;
    struct nv_op *op = &plan->ops[plan->n_ops++];
    plan->buffers[buffer].first_op = plan->n_ops - 1;
    *op = (struct nv_op){.kind = kind,
                         .category = category,
                         .out = buffer,
                         .out_c = out.c,
                         .out_h = out.h,
                         .rows = out.n * out.h,
                         .first_node = plan->n_nodes,
                         .lo = -INFINITY,
                         .hi = INFINITY,
                         .post = CG_PASS_COPY};
    return op;
}

struct nv_op *nv_add_node_op(struct nv_plan *plan, enum nv_kind kind, int id)
{
    const struct cg_shape in = cg_input_shape(plan->graph, id, 0);
    struct nv_op *op = nv_add_op(plan, kind, cg_node_category(plan->graph, id), plan->graph->nodes[id].shape);
    if (!op)
        return NULL;
    op->in_h = in.h;
    op->in_w = in.w;
    nv_claim_node(plan, id);
    return op;
}

void nv_claim_node_of(struct nv_plan *plan, int op, int id)
{
    const int at = plan->ops[op].first_node + plan->ops[op].n_nodes++;
    for (int i = plan->n_nodes++; i > at; i--)
        plan->nodes[i] = plan->nodes[i - 1];
    plan->nodes[at] = id;
    for (int later = op + 1; later < plan->n_ops; later++)
        plan->ops[later].first_node++;
}

void nv_claim_node(struct nv_plan *plan, int id)
{
    nv_claim_node_of(plan, plan->n_ops - 1, id);
}

enum cg_status nv_add_params(struct nv_plan *plan, struct nv_op *op, int64_t n)
{
    const int64_t bytes = nv_round_up(n * (int64_t)sizeof(float), CG_NATIVE_ALIGN);
    if (bytes > plan->weights_room - plan->weights_bytes)
        return CG_NO_MEMORY;
    op->params = (float *)(void *)(plan->weights + plan->weights_bytes);
    op->n_params = n;
    plan->weights_bytes += bytes;
    return CG_OK;
}

void *nv_scratch(const struct nv_plan *plan, int n, size_t size)
{
    return cg_arena_array(plan->scratch, (size_t)n, size);
}

void *nv_keep(struct nv_plan *plan, const void *array, int n, size_t size)
{
    void *kept = cg_arena_array(plan->kept, (size_t)n, size);
    return kept && n ? memcpy(kept, array, (size_t)n * size) : kept;
}

int nv_cut_input(const struct nv_plan *plan, const struct nv_op *op)
{
    const int buffer = op->kind == NV_WINDOW ? op->runs[0].buffer : -1;
    if (buffer < 0 || !plan->buffers[buffer].cuts)
        return -1;
    for (int r = 1; r < op->n_runs; r++)
        if (op->runs[r].buffer != buffer)
            return -1;
    return buffer;
}
