#include "bench/verification/sweep.h"

#include "base/text.h"

const struct cg_sweep_family *cg_sweep_family(int i)
{
    static const struct cg_sweep_family *const tables[] = {cg_sweep_layers, cg_sweep_units};
    for (size_t t = 0; t < sizeof tables / sizeof tables[0]; t++)
        for (const struct cg_sweep_family *family = tables[t]; family->name; family++)
            if (i-- == 0)
                return family;
    return NULL;
}

struct cg_graph *cg_sweep_make(const struct cg_sweep_family *family, int i, struct cg_error *err)
{
    struct cg_build build = {.graph = cg_graph_create(), .err = err};
    if (build.graph)
        family->add(&build, i);
    else
        cg_fail(err, CG_NO_MEMORY, "no memory for a graph");
    return build.graph;
}

static bool has_window(enum cg_op op)
{
    return op == CG_CONV || op == CG_MAX_POOL || op == CG_AVG_POOL;
}

void cg_sweep_describe(const struct cg_graph *graph, char *text, size_t size)
{
    const struct cg_shape in = graph->nodes[graph->input].shape, out = graph->nodes[graph->output].shape;
    const struct cg_node *node = &graph->nodes[graph->output];
    const struct cg_window *w = &node->window;
    text[0] = '\0';
    if (graph->n_nodes > 2) {
        cg_append(text, size, "%dx%dx%dx%d -> %dx%dx%dx%d, %d nodes", in.n, in.h, in.w, in.c, out.n, out.h,
                  out.w, out.c, graph->n_nodes);
        return;
    }
    cg_append(text, size, "%s", cg_op_name(node->op));
    if (has_window(node->op))
        cg_append(text, size, " %dx%d", w->kernel_h, w->kernel_w);
    cg_append(text, size, " %d -> %d on %dx%d", in.c, out.c, in.h, in.w);
    if (in.n > 1)
        cg_append(text, size, ", batch %d", in.n);
    if (has_window(node->op) && (w->stride_h > 1 || w->stride_w > 1))
        cg_append(text, size, ", stride %d", w->stride_h);
    if (has_window(node->op) && w->dilation_h > 1)
        cg_append(text, size, ", dilation %d", w->dilation_h);
    if (has_window(node->op) && (w->pad_top || w->pad_left || w->pad_bottom || w->pad_right))
        cg_append(text, size, ", pads %d %d %d %d", w->pad_top, w->pad_left, w->pad_bottom, w->pad_right);
    if (node->groups > 1)
        cg_append(text, size, ", %d groups", node->groups);
    if (node->act != CG_ACT_NONE)
        cg_append(text, size, ", %s", cg_act_name(node->act));
    cg_append(text, size, "%s%s", node->bias ? ", bias" : "", node->norm ? ", norm" : "");
}
