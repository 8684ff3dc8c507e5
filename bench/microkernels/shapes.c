#include "bench/microkernels/shapes.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Rows and columns beyond these do not change how a gemm kernel runs: it goes tile by tile, and the engine
 * hands it chunks of about so many rows. Maps beyond MAX_MAP_ROWS likewise. */
#define MAX_GEMM_ROWS 168
#define MAX_COLUMNS   128
#define MAX_CHANNELS  64
#define MAX_MAP_ROWS  16
#define MAX_PIXELS    784

/* Groups with more outputs fill gemm tiles well enough. */
#define MAX_GROUP_OUTPUTS 8

static int smaller(int a, int b)
{
    return a < b ? a : b;
}

static const char *const kind_names[] = {
#define CG_KERNEL_KIND_NAME(id, name) [id] = (name),
    CG_KERNEL_KINDS(CG_KERNEL_KIND_NAME)
#undef CG_KERNEL_KIND_NAME
};

const char *cg_kernel_kind_name(enum cg_kernel_kind kind)
{
    return kind_names[kind];
}

static enum cg_status add(struct cg_kernel_shapes *shapes, const struct cg_kernel_shape *shape,
                          struct cg_error *err)
{
    for (int i = 0; i < shapes->n; i++)
        if (memcmp(&shapes->at[i], shape, sizeof *shape) == 0)
            return CG_OK;
    if (shapes->n == shapes->room) {
        const int room = shapes->room ? 2 * shapes->room : 64;
        struct cg_kernel_shape *at = realloc(shapes->at, (size_t)room * sizeof *at);
        if (!at)
            return cg_fail(err, CG_NO_MEMORY, "no memory for the shapes of micro-kernels");
        shapes->at = at;
        shapes->room = room;
    }
    shapes->at[shapes->n++] = *shape;
    return CG_OK;
}

static void fill_gemm(const struct cg_graph *graph, int id, struct cg_kernel_shape *s)
{
    const struct cg_node *node = &graph->nodes[id];
    const struct cg_shape in = cg_input_shape(graph, id, 0);
    const struct cg_window *w = &node->window;
    const bool conv = node->op == CG_CONV;
    const int groups = conv ? node->groups : 1;
    const bool pixels =
        !conv || (w->kernel_h == 1 && w->kernel_w == 1 && w->stride_h == 1 && w->stride_w == 1);
    s->kind = CG_KERNEL_GEMM;
    s->m = smaller(pixels ? node->shape.n * node->shape.h * node->shape.w : node->shape.w, MAX_GEMM_ROWS);
    s->n = smaller(node->shape.c / groups, MAX_COLUMNS);
    s->segments = conv ? w->kernel_h : 1;
    s->segment = in.c / groups * (conv ? w->kernel_w : 1);
    s->row = in.c * (conv ? w->stride_w : 1);
}

/* The layers that the engine gives to group kernels where they are cheaper. */
static bool has_narrow_groups(const struct cg_node *node)
{
    const struct cg_window *w = &node->window;
    return node->groups > 1 && (node->groups & (node->groups - 1)) == 0 &&
           node->shape.c / node->groups <= MAX_GROUP_OUTPUTS && (w->kernel_h > 1 || w->kernel_w > 1);
}

static void fill_group(const struct cg_graph *graph, int id, struct cg_kernel_shape *s)
{
    const struct cg_node *node = &graph->nodes[id];
    const struct cg_shape in = cg_input_shape(graph, id, 0);
    s->kind = CG_KERNEL_GROUP;
    s->m = smaller(node->shape.w, MAX_GEMM_ROWS);
    s->n = node->shape.c / node->groups;
    s->segments = node->window.kernel_h;
    s->segment = in.c * node->window.kernel_w;
    s->row = in.c * node->window.stride_w;
    s->groups = node->groups;
}

static void fill_window(const struct cg_graph *graph, int id, enum cg_kernel_kind kind,
                        struct cg_kernel_shape *s)
{
    const struct cg_node *node = &graph->nodes[id];
    const struct cg_shape in = cg_input_shape(graph, id, 0);
    s->kind = kind;
    s->window = node->window;
    s->h = smaller(in.h, MAX_MAP_ROWS);
    s->w = in.w;
    s->channels = smaller(in.c, MAX_CHANNELS);
    s->stride = in.c;
}

static enum cg_status add_pass(struct cg_kernel_shapes *shapes, const struct cg_shape *map, enum cg_pass pass,
                               struct cg_error *err)
{
    struct cg_kernel_shape s;
    memset(&s, 0, sizeof s);
    s.kind = CG_KERNEL_PASS;
    s.pass = pass;
    s.m = smaller(map->n * map->h * map->w, MAX_PIXELS);
    s.channels = s.stride = map->c;
    return add(shapes, &s, err);
}

static enum cg_pass pass_of(enum cg_act act)
{
    return act == CG_ACT_SIGMOID        ? CG_PASS_SIGMOID
           : act == CG_ACT_HARD_SIGMOID ? CG_PASS_HARD_SIGMOID
           : act == CG_ACT_HARD_SWISH   ? CG_PASS_HARD_SWISH
                                        : CG_PASS_CLAMP;
}

static enum cg_status add_node(struct cg_kernel_shapes *shapes, const struct cg_graph *graph, int id,
                               struct cg_error *err)
{
    const struct cg_node *node = &graph->nodes[id];
    struct cg_kernel_shape s;
    memset(&s, 0, sizeof s);
    switch (node->op) {
    case CG_CONV:
        if (has_narrow_groups(node) && !cg_node_is_depthwise(graph, id)) {
            fill_group(graph, id, &s);
            const enum cg_status status = add(shapes, &s, err);
            if (status != CG_OK)
                return status;
            memset(&s, 0, sizeof s);
        }
        if (cg_node_is_depthwise(graph, id))
            fill_window(graph, id, CG_KERNEL_DEPTHWISE, &s);
        else
            fill_gemm(graph, id, &s);
        return add(shapes, &s, err);
    case CG_FC:
        fill_gemm(graph, id, &s);
        return add(shapes, &s, err);
    case CG_MAX_POOL:
    case CG_AVG_POOL:
        fill_window(graph, id, node->op == CG_MAX_POOL ? CG_KERNEL_MAX_POOL : CG_KERNEL_AVG_POOL, &s);
        return add(shapes, &s, err);
    case CG_GLOBAL_POOL: {
        const struct cg_shape in = cg_input_shape(graph, id, 0);
        return add_pass(shapes, &in, CG_PASS_MEAN, err);
    }
    case CG_ADD:
        return add_pass(shapes, &node->shape, CG_PASS_ADD, err);
    case CG_MUL:
        return add_pass(shapes, &node->shape, CG_PASS_MUL, err);
    case CG_ACT:
        return add_pass(shapes, &node->shape, pass_of(node->act), err);
    case CG_AFFINE:
        return add_pass(shapes, &node->shape, CG_PASS_AFFINE, err);
    case CG_CONCAT:
    case CG_SPLIT:
        return add_pass(shapes, &node->shape, CG_PASS_COPY, err);
    case CG_SHUFFLE:
    case CG_PERMUTE:
        return add_pass(shapes, &node->shape, CG_PASS_GATHER, err);
    case CG_INPUT:
    case CG_PAD:
    case CG_OP_COUNT:
        break;
    }
    return CG_OK;
}

enum cg_status cg_kernel_shapes_add(struct cg_kernel_shapes *shapes, const struct cg_graph *graph,
                                    struct cg_error *err)
{
    enum cg_status status = CG_OK;
    for (int id = 0; id < graph->n_nodes && status == CG_OK; id++)
        status = add_node(shapes, graph, id, err);
    return status;
}

void cg_kernel_shape_text(const struct cg_kernel_shape *s, char text[CG_KERNEL_SHAPE_TEXT])
{
    const struct cg_window *w = &s->window;
    switch (s->kind) {
    case CG_KERNEL_GEMM:
        snprintf(text, CG_KERNEL_SHAPE_TEXT, "m=%d n=%d k=%dx%d row=%d", s->m, s->n, s->segments, s->segment,
                 s->row);
        break;
    case CG_KERNEL_GROUP:
        snprintf(text, CG_KERNEL_SHAPE_TEXT, "m=%d %d groups of %d k=%dx%d row=%d", s->m, s->groups, s->n,
                 s->segments, s->segment, s->row);
        break;
    case CG_KERNEL_PASS:
        snprintf(text, CG_KERNEL_SHAPE_TEXT, "%d pixels of %d", s->m, s->channels);
        break;
    case CG_KERNEL_DEPTHWISE:
    case CG_KERNEL_MAX_POOL:
    case CG_KERNEL_AVG_POOL:
    case CG_KERNEL_KIND_COUNT:
        snprintf(text, CG_KERNEL_SHAPE_TEXT, "%dx%dx%d/%d %dx%d s%dx%d d%dx%d p%d,%d,%d,%d", s->h, s->w,
                 s->channels, s->stride, w->kernel_h, w->kernel_w, w->stride_h, w->stride_w, w->dilation_h,
                 w->dilation_w, w->pad_top, w->pad_left, w->pad_bottom, w->pad_right);
        break;
    }
}
