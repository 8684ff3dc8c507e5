#include "kernels/native/plan.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Room for one more element, doubling; the array or NULL (the old one stays valid). */
static void *grow(void *array, int n, int *room, size_t size)
{
    if (n < *room)
        return array;
    const int more = *room ? 2 * *room : 16;
    void *grown = realloc(array, (size_t)more * size);
    if (grown)
        *room = more;
    return grown;
}

/* Neighbouring pixels at a multiple of this many bytes fall into a few sets of the first-level cache, and
 * windows and register tiles, which read several pixels at once, evict their own lines. */
#define CROWDING_BYTES 1024

int nv_pixel_floats(int c)
{
    const int floats_of_line = CG_NATIVE_ALIGN / (int)sizeof(float);
    return c * (int)sizeof(float) % CROWDING_BYTES == 0 ? c + floats_of_line : c;
}

int nv_add_buffer(struct nv_plan *plan, struct cg_shape shape, int ld)
{
    struct nv_buffer *buffers = grow(plan->buffers, plan->n_buffers, &plan->room_buffers, sizeof *buffers);
    if (!buffers)
        return -1;
    plan->buffers = buffers;
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
    struct nv_op *ops = grow(plan->ops, plan->n_ops, &plan->room_ops, sizeof *ops);
    if (!ops)
        return NULL;
    plan->ops = ops;
    const int buffer = nv_add_buffer(plan, out, nv_pixel_floats(out.c));
    if (buffer < 0)
        return NULL;
    struct nv_op *op = &plan->ops[plan->n_ops++];
    *op = (struct nv_op){.kind = kind,
                         .category = category,
                         .out = buffer,
                         .written_next = -1,
                         .out_h = out.h,
                         .rows = out.n * out.h,
                         .lo = -INFINITY,
                         .hi = INFINITY,
                         .post = CG_PASS_COPY};
    return op;
}

enum cg_status nv_op_add_node(struct nv_op *op, int node)
{
    int *nodes = realloc(op->nodes, (size_t)(op->n_nodes + 1) * sizeof *nodes);
    if (!nodes)
        return CG_NO_MEMORY;
    op->nodes = nodes;
    op->nodes[op->n_nodes++] = node;
    return CG_OK;
}

enum cg_status nv_add_params(struct nv_plan *plan, struct nv_op *op, int64_t n)
{
    const int64_t bytes =
        (n * (int64_t)sizeof(float) + CG_NATIVE_ALIGN - 1) / CG_NATIVE_ALIGN * CG_NATIVE_ALIGN;
    if (bytes > plan->weights_room - plan->weights_bytes)
        return CG_NO_MEMORY;
    op->params = (float *)(void *)(plan->weights + plan->weights_bytes);
    op->n_params = n;
    plan->weights_bytes += bytes;
    return CG_OK;
}

void nv_op_release(struct nv_op *op)
{
    free(op->nodes);
    free(op->runs);
    free(op->group_runs);
    free(op->panels);
    free(op->pieces);
    free(op->index);
}

void nv_set_act(struct nv_op *op, enum cg_act act)
{
    switch (act) {
    case CG_ACT_RELU:
        op->lo = 0;
        break;
    case CG_ACT_RELU6:
        op->lo = 0;
        op->hi = 6;
        break;
    case CG_ACT_SIGMOID:
        op->post = CG_PASS_SIGMOID;
        break;
    case CG_ACT_HARD_SIGMOID:
        op->post = CG_PASS_HARD_SIGMOID;
        break;
    case CG_ACT_HARD_SWISH:
        op->post = CG_PASS_HARD_SWISH;
        break;
    case CG_ACT_NONE:
    case CG_ACT_COUNT:
        break;
    }
}
